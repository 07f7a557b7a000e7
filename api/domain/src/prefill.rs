//! What a new record's form already knows, so that nothing is asked twice.

use crate::field::{FieldSpec, Input};
use crate::{Area, Kind, Record, Value};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The first values of a new record: the record it is about and what that one refers to, today,
/// the usual answer, and the area of the context (or the person's own).
pub fn prefill(
    kind: &Kind,
    context: Option<&Record>,
    own_area: Option<Area>,
    today: Date,
) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for field in kind.fields {
        let value = match &field.input {
            Input::Reference(kinds) => referred(field, kinds, context),
            Input::Area(level) => {
                let near = context.and_then(Record::area).or(own_area);
                near.filter(|area| area.level() >= *level)
                    .map(|area| text(&area.to_string()))
            }
            Input::PastDate if field.is_required() => Some(text(&today.to_string())),
            Input::Choice(options) if field.is_required() && field.name == "form" => {
                options.first().map(|first| text(first))
            }
            _ => None,
        };
        if let Some(value) = value {
            values.insert(field.name.to_string(), value);
        }
    }
    values
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

    #[test]
    fn a_visit_begun_at_a_worker_knows_household_date_and_form() {
        let home = Id::new(1, [1; 10]);
        let mut zhang = Record::new(Id::new(2, [2; 10]), "worker");
        zhang.set(&worker::HOUSEHOLD, home, Stamp::default());
        let values = prefill(&visit::VISIT, Some(&zhang), None, date(2026, 11, 24));
        assert_eq!(values["worker"], text(&zhang.id.to_string()));
        assert_eq!(values["household"], text(&home.to_string()));
        assert_eq!(values["date"], text("2026-11-24"));
        assert_eq!(values["form"], text("home"));
        assert!(!values.contains_key("situation"));
    }

    #[test]
    fn a_worker_is_registered_in_the_village_of_the_household() {
        let mut home = Record::new(Id::new(1, [1; 10]), "household");
        home.put("area", "371721101004".into(), Stamp::default());
        let values = prefill(&worker::WORKER, Some(&home), None, date(2026, 11, 24));
        assert_eq!(values["area"], text("371721101004"));
        assert_eq!(values["household"], text(&home.id.to_string()));
    }
}
