//! What a new record's form already knows, so that nothing is asked twice.

use crate::area::Level;
use crate::field::{FieldSpec, Input};
use crate::own::OwnField;
use crate::record::TO_AREA;
use crate::{Area, Kind, Record, Sensitivity, Value, Values};

/// What is known when a form is opened.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The record from which it was opened.
    pub context: Option<&'a Record>,
    pub own_area: Option<Area>,
    /// The place or trip at which a volunteer works.
    pub own_place: Option<&'a Record>,
    pub own_department: Option<&'a str>,
    /// The name of the person who writes.
    pub me: &'a str,
    /// Milliseconds since 1970 UTC.
    pub now_ms: i64,
}

/// Fields that hold the name of who does the work.
const DOERS: &[&str] = &["visitors", "inspector", "volunteer", "surveyor", "handler"];

/// The first values of a new record: the record it is about and what that one refers to, today
/// and now, who writes, the usual answer, and the area of the context (or the person's own).
pub fn prefill(kind: &Kind, known: Known<'_>) -> Values {
    let mut values = Values::default();
    for field in kind.fields {
        if let Some(value) = first(field, known) {
            values.insert(field.name.to_string(), value);
        }
    }
    if kind.name == "fund_entry" {
        values.extend(known.context.into_iter().flat_map(pays));
    }
    values
}

/// What was granted comes out of the fund as it was granted.
fn pays(granted: &Record) -> Vec<(String, Value)> {
    if !crate::fund::is_granted(granted) {
        return Vec::new();
    }
    let amount = granted.value("amount").cloned().unwrap_or_default();
    let cells = [
        ("direction", text("out")),
        ("kind_of_entry", text("relief")),
        ("amount", amount),
    ];
    cells.map(|(name, value)| (name.to_owned(), value)).into()
}

fn first(field: &FieldSpec, known: Known<'_>) -> Option<Value> {
    let context = known.context;
    match &field.input {
        Input::Reference(kinds) => {
            referred(field, kinds, context).or_else(|| referred(field, kinds, known.own_place))
        }
        Input::References(kinds) => {
            let here = context.filter(|record| kinds.contains(&record.kind.as_str()))?;
            Some(Value::List(vec![text(&here.id.to_string())]))
        }
        Input::Area(level) => {
            let near = context.and_then(Record::area).or(known.own_area)?;
            let near = match level {
                // A matter between counties begins in one's own.
                Level::County if field.name != TO_AREA.name() => near.at(Level::County)?,
                Level::County => return None,
                Level::Township => near.at(Level::Township)?,
                _ => near,
            };
            (near.level() >= *level).then(|| text(&near.to_string()))
        }
        Input::PastDate if field.is_required() => {
            Some(text(&crate::day_of(known.now_ms).to_string()))
        }
        Input::PastMoment if field.is_required() => Some(Value::Int(known.now_ms)),
        Input::Choice(options) if field.is_required() && field.name == "form" => {
            options.first().map(|first| text(first))
        }
        Input::Department => known.own_department.map(text),
        Input::Text if DOERS.contains(&field.name.as_ref()) && !known.me.is_empty() => {
            Some(text(known.me))
        }
        // What one record says of a person is not asked again in the next.
        Input::Text | Input::Phone if field.sensitivity == Sensitivity::Personal => {
            let title = context.and_then(|record| Kind::find(&record.kind)?.title);
            let from = match field.name.as_ref() {
                "name" => title?,
                "phone" | "contact" => "phone",
                _ => return None,
            };
            context?.value(from).cloned()
        }
        _ => None,
    }
}

/// The answers of an earlier record that the next household's may begin with: what was given and
/// how, but not whom it concerned, when, where exactly, or what was said of them.
/// Of a campaign's own fields those answers that are still offered.
pub fn like(kind: &Kind, own: &[OwnField], earlier: &Record) -> Values {
    let people = ["worker", "household", "dependant"];
    let same = |field: &&FieldSpec| match &field.input {
        Input::Choice(_) | Input::Choices(_) => {
            field.sensitivity == Sensitivity::Open
                && kind
                    .steps
                    .as_ref()
                    .is_none_or(|steps| steps.field != field.name)
        }
        Input::Flag | Input::Number(..) | Input::Money | Input::Department => {
            field.sensitivity == Sensitivity::Open
        }
        Input::Text => field.sensitivity == Sensitivity::Open || DOERS.contains(&&*field.name),
        Input::Reference(kinds) => !kinds.iter().any(|kind| people.contains(kind)),
        _ => false,
    };
    let held =
        |field: &FieldSpec| Some((field.name.to_string(), earlier.value(&field.name)?.clone()));
    let of_table = kind.fields.iter().filter(same).filter_map(held);
    let asked = own.iter().filter(|field| field.is_asked());
    let of_campaign = asked.filter_map(|field| {
        let spec = field.spec().filter(|spec| same(&spec))?;
        let (name, answer) = held(&spec)?;
        Some((name, field.offered(answer)?))
    });
    of_table.chain(of_campaign).collect()
}

/// The context itself, or what the context refers to under the same name: a visit begun at a
/// worker is one to the worker's household, too.
fn referred(field: &FieldSpec, kinds: &[&str], context: Option<&Record>) -> Option<Value> {
    let context = context?;
    if kinds.contains(&context.kind.as_str()) {
        return Some(text(&context.id.to_string()));
    }
    context.value(&field.name).cloned()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{visit, worker};
    use crate::{Id, Stamp};
    use jiff::civil::date;

    fn known(context: &Record) -> Known<'_> {
        Known {
            context: Some(context),
            own_area: None,
            own_place: None,
            own_department: Some("civil"),
            me: "林晓梅",
            now_ms: crate::start_of(date(2026, 11, 24)) + 9 * 3_600_000,
        }
    }

    #[test]
    fn a_visit_begun_at_a_worker_knows_household_date_and_form() {
        let home = Id::new(1, [1; 10]);
        let mut zhang = Record::new(Id::new(2, [2; 10]), "worker");
        zhang.set(&worker::HOUSEHOLD, home, Stamp::default());
        let values = prefill(&visit::VISIT, known(&zhang));
        assert_eq!(values["worker"], text(&zhang.id.to_string()));
        assert_eq!(values["household"], text(&home.to_string()));
        assert_eq!(values["date"], text("2026-11-24"));
        assert_eq!(values["form"], text("home"));
        assert_eq!(values["visitors"], text("林晓梅"));
        assert!(!values.contains_key("situation"));
    }

    #[test]
    fn a_worker_is_registered_in_the_village_of_the_household() {
        let mut home = Record::new(Id::new(1, [1; 10]), "household");
        home.put("area", "371721101004".into(), Stamp::default());
        let values = prefill(&worker::WORKER, known(&home));
        assert_eq!(values["area"], text("371721101004"));
        assert_eq!(values["household"], text(&home.id.to_string()));
    }

    #[test]
    fn the_next_household_may_begin_with_the_last_ones_answers_but_not_with_their_story() {
        let mut last = Record::new(Id::new(3, [3; 10]), "visit");
        for (field, value) in [
            ("situation", "well"),
            ("form", "home"),
            ("household", "0198-none"),
            ("date", "2026-11-23"),
            ("note", "老人住院"),
        ] {
            last.put(field, value.into(), Stamp::default());
        }
        let copied = like(&visit::VISIT, &[], &last);
        let fields: Vec<_> = copied.keys().map(String::as_str).collect();
        assert_eq!(fields, ["form", "situation"]);
    }
}
