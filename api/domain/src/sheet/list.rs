//! Any list as a sheet: its columns come from the kind's table, its cells say what the screen says
//! to the same person.

use super::{Cell, Content, Layout, Number, Paper, Row, Sheet, Style, Taker, Words, moment};
use super::{sheet_name, width};
use crate::field::{FieldSpec, Input, Sensitivity};
use crate::own::OwnField;
use crate::record::{AREA, AUTHOR};
use crate::value::Shape;
use crate::{Area, Grants, Id, Kind, Record, Value, person};
use jiff::civil::Date;

/// Narrower and wider than this no column is, in characters of half width.
const WIDTHS: (u16, u16) = (8, 40);

/// A list of records of one kind: the head first, then row by row, so that nothing waits for all.
#[derive(Clone, Debug)]
pub struct List {
    kind: &'static Kind,
    grants: Grants,
    columns: Vec<FieldSpec>,
}

/// What stands over a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// What was chosen and typed, in words; empty if nothing was.
    pub filter: String,
    pub count: usize,
    pub taker: Taker,
}

impl List {
    /// `own` are the campaign's own fields to be shown, of this kind and others.
    pub fn new<'a>(
        kind: &'static Kind,
        grants: &Grants,
        own: impl IntoIterator<Item = &'a OwnField>,
    ) -> Self {
        let shown = |field: &FieldSpec| {
            let pictures = matches!(field.input, Input::Photos | Input::Signature);
            !pictures && field.name != AREA.name()
        };
        let own = own.into_iter().filter(|own| own.kind == kind.name);
        let own = own.filter_map(OwnField::spec);
        Self {
            kind,
            grants: grants.clone(),
            columns: kind
                .fields
                .iter()
                .cloned()
                .chain(own)
                .filter(shown)
                .collect(),
        }
    }

    /// The labels of all columns: number, area, the kind's own fields, who recorded it and when.
    fn labels(&self, words: &impl Words) -> Vec<String> {
        let field = |field: &FieldSpec| words.label(&format!("{}.{}", self.kind.name, field.name));
        let first = ["sheet.number", "sheet.area"].map(|key| words.label(key));
        let last = ["sheet.author", "sheet.recorded"].map(|key| words.label(key));
        let own = self.columns.iter().map(field);
        first.into_iter().chain(own).chain(last).collect()
    }

    /// Title, mark and column heads.
    pub fn head(&self, head: &Head, words: &impl Words) -> Sheet {
        let labels = self.labels(words);
        let columns = labels.len();
        let title = words.fill(
            "sheet.list_title",
            &[
                ("kind", &words.label(self.kind.name)),
                ("filter", &head.filter),
            ],
        );
        let mut layout = Layout {
            name: sheet_name(&words.label(self.kind.name)),
            widths: self.widths(&labels),
            frozen: (3, 2),
            paper: Paper::A4,
            merges: Vec::new(),
        };
        for row in 0..2 {
            layout.merge((row, row), (0, columns as u16 - 1));
        }
        let heads = labels.into_iter().map(|l| Cell::text(Style::Head, l));
        let rows = vec![
            Row::across(
                Style::Title,
                title.trim_end_matches([' ', '·']).to_owned(),
                columns,
            )
            .high(30),
            Row::across(Style::Mark, mark(head, words), columns).high(18),
            Row {
                height: Some(30),
                cells: heads.collect(),
            },
        ];
        Sheet { layout, rows }
    }

    fn widths(&self, labels: &[String]) -> Vec<u16> {
        let usual = |field: &FieldSpec| match field.input {
            Input::IdNumber { .. } | Input::CreditCode => 20,
            Input::PastDate | Input::Date => 12,
            Input::Moment | Input::PastMoment => 17,
            Input::Phone => 14,
            Input::LongText => 30,
            Input::Text | Input::Reference(_) | Input::References(_) => 14,
            _ => 10,
        };
        let own = self.columns.iter().map(usual);
        let all = [6, 24].into_iter().chain(own).chain([10, 12]);
        let wide = |(usual, label): (u16, &String)| (width(label) + 2).max(usual);
        all.zip(labels)
            .map(wide)
            .map(|width| width.clamp(WIDTHS.0, WIDTHS.1))
            .collect()
    }

    /// A record's row, with its number in the list from 1; `None` if these grants do not show it.
    pub fn row(&self, number: usize, record: &Record, words: &impl Words) -> Option<Row> {
        let seen = self.grants.view(record)?;
        let area = seen
            .area()
            .map_or_else(String::new, |area| words.area(area));
        let field = |field: &FieldSpec| {
            let value = seen.value(&field.name).cloned().unwrap_or_default();
            content(self.kind, field, &value, words)
        };
        let author = seen.get(&AUTHOR);
        let author = author.map_or_else(String::new, |id| words.colleague(id));
        let first = [Content::Number(Number::whole(number as i64)), text(area)];
        let last = [text(author), Content::Day(crate::day_of(seen.id.time_ms()))];
        let own = self.columns.iter().map(field);
        let all = first.into_iter().chain(own).chain(last);
        Some(Row {
            height: None,
            cells: all.map(cell).collect(),
        })
    }
}

fn mark(head: &Head, words: &impl Words) -> String {
    words.fill(
        "sheet.mark",
        &[
            ("name", &head.taker.name),
            ("when", &moment(head.taker.at_ms)),
            ("count", &head.count.to_string()),
        ],
    )
}

fn cell(content: Content) -> Cell {
    let style = match content {
        Content::Text(_) | Content::Empty => Style::Body,
        _ => Style::Figure,
    };
    Cell::new(style, content)
}

fn text(text: String) -> Content {
    if text.is_empty() {
        Content::Empty
    } else {
        Content::Text(text)
    }
}

/// A value as a sheet holds it: figures as numbers, days as days, all else in words; what is
/// covered on the screen is covered here.
fn content(kind: &Kind, field: &FieldSpec, value: &Value, words: &impl Words) -> Content {
    if value.is_empty() {
        return Content::Empty;
    }
    let content = open(kind, field, value, words);
    if field.sensitivity < Sensitivity::Sensitive {
        return content;
    }
    let said = match content {
        Content::Text(text) => text,
        Content::Day(day) => day.to_string(),
        Content::Moment(ms) => moment(ms),
        Content::Number(n) | Content::Sum(.., n) => {
            crate::value::decimal(n.parts, usize::from(n.decimals))
        }
        Content::Share(parts) => parts.to_string(),
        Content::Empty => return Content::Empty,
    };
    text(person::cover(field, &said))
}

fn open(kind: &Kind, field: &FieldSpec, value: &Value, words: &impl Words) -> Content {
    let option = |key: &str| words.label(&format!("{}.{}.{key}", kind.name, field.name));
    let comma = || words.label("list.comma");
    let number = |parts, decimals| Content::Number(Number { parts, decimals });
    let named = |id: Id| words.record(id);
    match (&field.input, value) {
        (Input::Choice(_), Value::Text(key)) => text(option(key)),
        (Input::Choices(_), Value::List(items)) => {
            let items = items.iter().filter_map(Value::as_text);
            text(items.map(option).collect::<Vec<_>>().join(&comma()))
        }
        (Input::Department, Value::Text(key)) => text(words.label(&format!("department.{key}"))),
        (Input::PastDate | Input::Date, value) => {
            Date::read(value).map_or(Content::Empty, Content::Day)
        }
        (Input::Moment | Input::PastMoment, Value::Int(ms)) => Content::Moment(*ms),
        (Input::Reference(_), value) => text(Id::read(value).map_or_else(String::new, named)),
        (Input::References(_), value) => {
            let ids: Vec<Id> = Shape::read(value).unwrap_or_default();
            text(
                ids.into_iter()
                    .map(named)
                    .collect::<Vec<_>>()
                    .join(&comma()),
            )
        }
        (Input::Colleague, value) => {
            text(Id::read(value).map_or_else(String::new, |id| words.colleague(id)))
        }
        (Input::Area(_), value) => {
            text(Area::read(value).map_or_else(String::new, |area| words.area(area)))
        }
        (Input::Spot, value) => {
            let parts: Vec<i64> = Shape::read(value).unwrap_or_default();
            let parts = parts.into_iter().map(|part| crate::value::decimal(part, 6));
            text(parts.collect::<Vec<_>>().join(", "))
        }
        (Input::Money, Value::Int(fen)) => number(*fen, 2),
        (Input::Tenths(..), Value::Int(tenths)) => number(*tenths, 1),
        (_, Value::Int(whole)) => number(*whole, 0),
        (_, Value::Bool(flag)) => text(words.label(if *flag { "yes" } else { "no" })),
        (_, Value::Text(said)) => text(said.clone()),
        _ => Content::Empty,
    }
}
