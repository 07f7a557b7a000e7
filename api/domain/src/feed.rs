//! Tables for spreadsheets and BI tools that hold a link instead of a device: only what is open to
//! everybody who works in the campaign, never a name, a number of somebody's or a free text.

use crate::field::{FieldSpec, Input, Sensitivity};
use crate::indicator::{INDICATORS, Row, Table};
use crate::kinds::KINDS;
use crate::record::{AREA, DELETED};
use crate::{Area, Id, Kind, Record, Value, day_of};
use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use utoipa::ToSchema;

/// Rows of a page.
pub const PAGE: usize = 1_000;
/// Rows of a CSV file; more come under the address in its `link` header.
pub const FILE: usize = 20_000;
/// How long a feed's name may be, in characters.
pub const NAME_LIMIT: usize = 60;

/// `POST /api/feeds`: a link under which a program reads an area's tables.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct FeedAsk {
    /// For whom or what it is.
    pub name: String,
    pub area: Area,
}

/// The answer; the link is told this once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct FeedAnswer {
    pub id: Id,
    /// A path below this server's address, like `/api/feed/…`.
    pub path: String,
}

/// `GET /api/feeds`: the links in the asker's reach.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct FeedList {
    pub feeds: Vec<Feed>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Feed {
    pub id: Id,
    pub name: String,
    pub area: Area,
    /// Who made it.
    pub person: Id,
    /// Milliseconds since 1970 UTC.
    pub made: i64,
    /// When it was read last, in milliseconds since 1970 UTC.
    pub read: Option<i64>,
    pub stopped: bool,
}

/// The names of a feed's tables: the figures, and each kind.
pub fn tables() -> impl Iterator<Item = &'static str> {
    std::iter::once("indicators").chain(KINDS.iter().map(|kind| kind.name))
}

/// The fields of a kind that are told: what is open to everybody and is chosen, counted or dated.
/// A campaign's own fields are none of them.
pub fn fields(kind: &Kind) -> impl Iterator<Item = &FieldSpec> {
    let told = |field: &&FieldSpec| {
        field.sensitivity == Sensitivity::Open && !may_name_somebody(&field.input)
    };
    kind.fields.iter().filter(told)
}

/// True of what is typed or drawn freely, so that whoever fills it in may put anybody into it.
fn may_name_somebody(input: &Input) -> bool {
    match input {
        Input::Text | Input::LongText | Input::Phone | Input::CreditCode | Input::Plate => true,
        Input::Colleague | Input::Photos | Input::Signature | Input::Spot => true,
        Input::IdNumber { .. } => true,
        Input::Number(..) | Input::Tenths(..) | Input::Money | Input::Flag => false,
        Input::PastDate | Input::Date | Input::Moment | Input::PastMoment => false,
        Input::Choice(_) | Input::Choices(_) | Input::Department | Input::Area(_) => false,
        Input::Reference(_) | Input::References(_) => false,
    }
}

/// The columns of a kind's table: `id`, `area`, `made_on`, `changed_at`, then its open fields.
pub fn columns(kind: &Kind) -> Vec<String> {
    let own = fields(kind).map(|field| field.name.to_string());
    ["id", "area", "made_on", "changed_at"]
        .into_iter()
        .map(str::to_owned)
        .chain(own)
        .collect()
}

/// A record's line, in the order of [`columns`]; `None` if it is deleted or lies elsewhere.
pub fn row(kind: &Kind, record: &Record, area: Area) -> Option<Vec<Value>> {
    let place = record.get(&AREA).filter(|place| area.contains(*place))?;
    // Whoever is the same as somebody else has that one's line.
    let counts = record.get(&DELETED) != Some(true) && record.merged_into().is_none();
    if record.kind != kind.name || !counts {
        return None;
    }
    let changed = i64::try_from(record.changed().time).unwrap_or_default();
    let mut values = vec![
        Value::Text(record.id.to_string()),
        Value::Text(place.to_string()),
        Value::Text(day_of(record.id.time_ms()).to_string()),
        Value::Int(changed),
    ];
    let own = fields(kind).map(|field| record.value(&field.name).cloned());
    values.extend(own.map(|value| value.unwrap_or(Value::Null)));
    Some(values)
}

/// The columns of the table of indicators: one line for each figure.
pub const FIGURES: [&str; 6] = ["area", "indicator", "action", "unit", "count", "of"];

/// The lines of a table of indicators: the whole area first, then those below.
pub fn figures(table: &Table) -> Vec<Vec<Value>> {
    let rows = std::iter::once(&table.total).chain(&table.rows);
    rows.flat_map(lines).collect()
}

fn lines(row: &Row) -> impl Iterator<Item = Vec<Value>> {
    INDICATORS.iter().filter_map(|indicator| {
        let figure = row.figures.get(indicator.name)?;
        Some(vec![
            Value::Text(row.area.to_string()),
            Value::from(indicator.name),
            Value::from(indicator.action.key()),
            Value::from(indicator.unit.key()),
            Value::Int(figure.count),
            figure.of.map_or(Value::Null, Value::Int),
        ])
    })
}

/// One line of CSV (RFC 4180), with its end. What a spreadsheet would take for a formula is text.
pub fn csv<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let cells: Vec<String> = values.into_iter().map(cell).collect();
    cells.join(",") + "\r\n"
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::Bool(flag) => return flag.to_string(),
        Value::Int(number) => return number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(cell).collect();
            items.join(";")
        }
    };
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\n', '\r', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stamp;
    use crate::kinds::worker;

    #[test]
    fn no_kinds_table_tells_a_name_a_number_or_a_free_text_about_somebody() {
        let told: Vec<String> = KINDS
            .iter()
            .flat_map(|kind| fields(kind).map(|field| format!("{}.{}", kind.name, field.name)))
            .collect();
        let hidden = [
            "worker.name",
            "worker.id_number",
            "worker.phone",
            "worker.birth_date",
            "worker.note",
            "worker.skill",
            "visit.visitors",
            "visit.signature",
            "contact.phone",
            "trip.plate",
            "opinion.answer",
            "task.assignee",
        ];
        for field in hidden {
            assert!(!told.contains(&field.to_owned()), "{field}");
        }
        for field in ["worker.flow", "visit.needs", "ticket.price", "visit.date"] {
            assert!(told.contains(&field.to_owned()), "{field}: {told:?}");
        }
    }

    #[test]
    fn a_record_of_another_area_or_a_deleted_one_has_no_line() {
        let mut record = Record::new(Id::new(1, [1; 10]), "worker");
        record.put("area", "371721101004".into(), Stamp::default());
        record.put("flow", "leaving".into(), Stamp::default());
        let area = |code: &str| Area::parse(code).unwrap();
        let kind = &worker::WORKER;
        let line = row(kind, &record, area("371721")).unwrap();
        assert_eq!(line.len(), columns(kind).len());
        assert!(line.contains(&Value::from("leaving")));
        assert_eq!(row(kind, &record, area("371722")), None);
        record.put("deleted", Value::Bool(true), Stamp::default());
        assert_eq!(row(kind, &record, area("371721")), None);
    }

    #[test]
    fn a_line_of_csv_is_what_a_spreadsheet_reads_and_never_a_formula() {
        let line = csv(&[
            Value::from("=1+1"),
            Value::from("a \"b\", c"),
            Value::Int(-3),
            Value::Null,
            Value::List(vec!["x".into(), "y".into()]),
        ]);
        assert_eq!(line, "'=1+1,\"a \"\"b\"\", c\",-3,,\"x;y\"\r\n");
    }
}
