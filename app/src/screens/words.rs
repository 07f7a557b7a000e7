//! What records say, in the person's words.

use super::photos;
use crate::desk::Desk;
use crate::ui::name_of;
use crate::{now, own};
use domain::field::{FieldSpec, Input, Sensitivity};
use domain::record::AUTHOR;
use domain::value::Shape;
use domain::{Area, Id, Kind, Record, Value, spot};
use leptos::prelude::*;
use store::shelf::Row;

/// A value as people say it.
pub fn spoken(desk: Desk, kind: &Kind, field: &FieldSpec, value: &Value) -> String {
    let option = |key: &str| desk.t(&format!("{}.{}.{key}", kind.name, field.name));
    match (&field.input, value) {
        (Input::Choice(_), Value::Text(key)) => option(key),
        (Input::Department, Value::Text(key)) => desk.t(&format!("department.{key}")),
        (Input::Choices(_), Value::List(items)) => {
            let words: Vec<String> = items
                .iter()
                .filter_map(Value::as_text)
                .map(option)
                .collect();
            words.join(&desk.t("list.comma"))
        }
        (Input::PastDate | Input::Date, value) => {
            Shape::read(value).map_or_else(String::new, |day| desk.day(day))
        }
        (Input::Reference(_), value) => {
            Id::read(value).map_or_else(String::new, |id| called(desk, id))
        }
        (Input::Colleague, value) => {
            let id: Option<Id> = Shape::read(value);
            id.map_or_else(String::new, |id| colleague(desk, id))
        }
        (Input::References(_), value) => {
            let ids: Vec<Id> = Shape::read(value).unwrap_or_default();
            let names: Vec<String> = ids.into_iter().map(|id| called(desk, id)).collect();
            names.join(&desk.t("list.comma"))
        }
        (Input::PastMoment | Input::Moment, Value::Int(ms)) => desk.moment(*ms),
        (Input::Tenths(..), Value::Int(number)) => domain::value::decimal(*number, 1),
        (Input::Photos | Input::Signature, value) => photos::words(desk, value),
        (Input::Spot, value) => spot::words(value).unwrap_or_default(),
        (Input::Area(_), value) => {
            Area::read(value).map_or_else(String::new, |area| desk.area_name(area))
        }
        (Input::Money, Value::Int(fen)) => format!("¥{}", domain::value::decimal(*fen, 2)),
        (_, Value::Int(number)) => number.to_string(),
        (_, Value::Bool(flag)) => desk.t(if *flag { "yes" } else { "no" }),
        (_, Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn called(desk: Desk, id: Id) -> String {
    let row = desk.read(|shelf| shelf.row(shelf.canonical(id)).cloned());
    row.map_or_else(|| desk.t("form.hidden"), |row| name_of(desk, &row))
}

/// A member of staff by name, if this person meets their work.
pub fn colleague(desk: Desk, person: Id) -> String {
    let profile = desk.profile();
    let known = profile.iter().flat_map(|profile| &profile.colleagues);
    let name = known
        .filter(|c| c.person == person)
        .map(|c| c.name.clone())
        .next();
    name.unwrap_or_else(|| desk.t("record.somebody"))
}

pub fn made(desk: Desk, record: &Record) -> String {
    let day = desk.day(domain::day_of(record.id.time_ms()));
    let author = record.get(&AUTHOR);
    let name = author.map_or_else(|| desk.t("record.somebody"), |id| colleague(desk, id));
    desk.fill("record.made", &[("name", &name), ("day", &day)])
}

/// So much of a record is told in one line.
const TOLD: usize = 3;

/// What a record says, in one line: its choices, sums and days.
pub fn summary(desk: Desk, row: &Row) -> String {
    let record = desk.read(|shelf| shelf.get(row.id));
    record.map_or_else(String::new, |record| summary_of(desk, row.kind, &record))
}

pub fn summary_of(desk: Desk, kind: &'static Kind, record: &Record) -> String {
    summary_besides(desk, kind, record, "")
}

/// The same without one field that is said elsewhere.
pub fn summary_besides(desk: Desk, kind: &'static Kind, record: &Record, besides: &str) -> String {
    let said = |field: &'static FieldSpec| {
        let value = record
            .value(&field.name)
            .filter(|_| field.name != besides)?;
        let telling = matches!(
            field.input,
            Input::Choice(_) | Input::Choices(_) | Input::Money | Input::Moment | Input::Date
        );
        (telling && field.sensitivity < Sensitivity::Sensitive)
            .then(|| spoken(desk, kind, field, value))
    };
    let mut words: Vec<String> = kind.fields.iter().filter_map(said).take(TOLD).collect();
    if words.len() < TOLD {
        let own = own::of_kind(desk, kind);
        let own = own.iter().filter_map(own::spec).filter_map(said);
        words.extend(own.take(TOLD - words.len()));
    }
    words.join(" · ")
}

/// By when it has to go on, or since when it should have.
pub fn clock(desk: Desk, due: Option<i64>) -> Option<impl IntoView> {
    let due = due?;
    let late = due < now::now_ms();
    let (class, key) = match late {
        true => ("badge late", "matter.was_due"),
        false => ("badge", "matter.due"),
    };
    let day = desk.day(domain::day_of(due - 1));
    Some(view! { <span class=class>{desk.fill(key, &[("day", &day)])}</span> })
}
