//! A record's history on its page: who changed what, from what to what, and a way back to any value.

use super::merged::told;
use super::record::may_edit;
use super::words::{colleague, spoken};
use crate::api::{self, ApiError};
use crate::desk::{Desk, Phase};
use crate::{deeds, own, save, session};
use domain::history::{History, Met, Past, Step};
use domain::record::{AREA, AUTHOR, DELETED, MERGED_INTO};
use domain::value::Shape;
use domain::{Area, Device, FieldSpec, Id, Kind, Record, Sensitivity, Stamp, Value, Values};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Folded up, and not asked for, until somebody wants to know.
pub fn section(desk: Desk, kind: &'static Kind, id: Id) -> impl IntoView {
    let opened = RwSignal::new(false);
    let record = Memo::new(move |_| desk.read(|shelf| shelf.get(id)));
    // What is saved, sent or pulled here is in the history a moment later.
    let version = Memo::new(move |_| {
        let waiting = desk.read(|shelf| shelf.unsent_of(id).count());
        let offline = desk.phase.with(|phase| *phase == Phase::Offline);
        (
            record.get().map(|record| record.changed()),
            waiting,
            offline,
        )
    });
    // What was read stays readable when the network goes.
    let last = StoredValue::new(None);
    let asked = LocalResource::new(move || {
        let wanted = opened.get();
        version.track();
        async move {
            if !wanted {
                return None;
            }
            match load(desk, id).await {
                Ok(history) => {
                    last.try_set_value(Some(history.clone()));
                    Some(Told::Now(history))
                }
                Err(_) => Some(
                    last.try_get_value()
                        .flatten()
                        .map_or(Told::Nothing, Told::Before),
                ),
            }
        }
    });
    let toggle = move |event: web_sys::Event| {
        opened.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    };
    let inside = move || {
        let record = record.get()?;
        Some(match asked.get().flatten() {
            None => view! { <p class="hint">{desk.t("history.loading")}</p> }.into_any(),
            Some(Told::Now(history)) => list(desk, kind, &record, history).into_any(),
            Some(Told::Before(history)) => {
                let list = list(desk, kind, &record, history);
                view! { <p class="hint" role="status">{desk.t("history.before")}</p>{list} }
                    .into_any()
            }
            Some(Told::Nothing) => here(desk, kind, &record).into_any(),
        })
    };
    view! {
        <details class="card more history" on:toggle=toggle>
            <summary>{move || desk.t("history.title")}</summary>
            {move || opened.get().then(inside)}
        </details>
    }
}

/// What the server has told of the history.
#[derive(Clone)]
enum Told {
    Now(History),
    /// It told this before; now it does not answer.
    Before(History),
    Nothing,
}

async fn load(desk: Desk, id: Id) -> Result<History, ApiError> {
    let area = desk.peek(|shelf| shelf.get(id)?.area());
    let ledger = area.ok_or(ApiError::Offline)?.ledger();
    let token = session::token(desk).await?;
    let path = format!("/api/history/{ledger}/{id}");
    let body = api::get_bytes(&path, Some(&token)).await?;
    serde_json::from_slice(&body).map_err(|_| ApiError::Offline)
}

fn list(desk: Desk, kind: &'static Kind, now: &Record, history: History) -> impl IntoView + use<> {
    let cut = history.cut;
    let entries = history.changes.into_iter();
    let entries: Vec<_> = entries.map(|past| entry(desk, kind, now, past)).collect();
    view! {
        <ol>{entries}</ol>
        {cut.then(|| view! { <p class="hint">{desk.t("history.cut")}</p> })}
    }
}

fn entry(desk: Desk, kind: &'static Kind, now: &Record, past: Past) -> impl IntoView + use<> {
    let who = colleague(desk, past.person);
    let when = desk.moment(past.received);
    let steps = past.cells.iter();
    let steps: Vec<_> = steps
        .filter_map(|(name, step)| line(desk, kind, now, name, step))
        .collect();
    view! {
        <li class="past">
            <p class="row-title">{who}</p>
            <p class="row-sub">{when}" · "{device(desk, past.device)}</p>
            <dl>{steps}</dl>
        </li>
    }
}

/// The device's number, so much of it as tells one from another.
fn device(desk: Desk, device: Device) -> String {
    let own = desk.enrolled.with(|own| own.as_ref().map(|own| own.device));
    if own == Some(device) {
        return desk.t("history.this_device");
    }
    let number = device.to_string();
    desk.fill("history.device", &[("number", &number[number.len() - 6..])])
}

/// What one change did to one field.
fn line(
    desk: Desk,
    kind: &'static Kind,
    now: &Record,
    name: &str,
    step: &Step,
) -> Option<impl IntoView + use<>> {
    let (label, spec) = named(desk, kind, name)?;
    let (from, to) = (
        said(desk, kind, spec, &step.from),
        said(desk, kind, spec, &step.to),
    );
    let pair = match &step.from {
        Value::Null => vec![to],
        _ => vec![from, to],
    };
    let met = match step.met {
        Met::Known => None,
        Met::Overtook => Some(desk.t("history.overtook")),
        Met::Overtaken => Some(desk.t("history.overtaken")),
    };
    Some(view! {
        <div class="fact">
            <dt>{label}</dt>
            <dd>
                {covered(desk, now.id, spec, pair)}
                {met.map(|met| view! { <p class="hint">{met}</p> })}
                {spec.and_then(|spec| back(desk, kind, now, spec, &step.to))}
            </dd>
        </div>
    })
}

/// What a cell is called; `None` for what nobody needs to read.
fn named(
    desk: Desk,
    kind: &'static Kind,
    name: &str,
) -> Option<(String, Option<&'static FieldSpec>)> {
    if name == AUTHOR.name() || (domain::same::is_tie(name) && name != MERGED_INTO.name()) {
        return None;
    }
    if let Some(spec) = own::field(desk, kind, name) {
        return Some((desk.t(&format!("{}.{name}", kind.name)), Some(spec)));
    }
    let key = match name {
        name if name == AREA.name() => "history.area",
        name if name == DELETED.name() => "history.deleted",
        name if name == MERGED_INTO.name() => "history.merged_into",
        _ => "history.other",
    };
    Some((desk.t(key), None))
}

fn said(desk: Desk, kind: &'static Kind, spec: Option<&FieldSpec>, value: &Value) -> String {
    let Some(spec) = spec else {
        return match (Area::read(value), value) {
            (_, Value::Null) => desk.t("conflict.empty"),
            (_, Value::Bool(flag)) => desk.t(if *flag { "yes" } else { "no" }),
            (Some(area), _) => desk.area_name(area),
            _ => desk.t("history.changed"),
        };
    };
    let words = match value {
        Value::Null => String::new(),
        value => spoken(desk, kind, spec, value),
    };
    if words.is_empty() {
        desk.t("conflict.empty")
    } else {
        words
    }
}

/// From what to what; what identifies is covered until it is asked for.
fn covered(
    desk: Desk,
    id: Id,
    spec: Option<&'static FieldSpec>,
    values: Vec<String>,
) -> impl IntoView + use<> {
    let secret = spec.filter(|spec| spec.sensitivity == Sensitivity::Sensitive);
    let hidden = RwSignal::new(secret.is_some());
    let text = move || {
        let shown = values.iter().map(|value| match hidden.get() {
            true => spec.map_or_else(String::new, |spec| domain::person::cover(spec, value)),
            false => value.clone(),
        });
        shown.collect::<Vec<_>>().join(" → ")
    };
    view! {
        <span>{text}</span>
        {secret.map(|spec| view! {
            <button type="button" class="button quiet small"
                aria-pressed=move || (!hidden.get()).to_string()
                on:click=move |_| deeds::turn(desk, hidden, vec![id], &spec.name)>
                {move || desk.t(if hidden.get() { "record.show" } else { "record.cover" })}
            </button>
        })}
    }
}

/// Writes an earlier value once more, as a change like any other.
fn back(
    desk: Desk,
    kind: &'static Kind,
    now: &Record,
    spec: &'static FieldSpec,
    value: &Value,
) -> Option<impl IntoView + use<>> {
    let stands = now.value(&spec.name).unwrap_or(&Value::Null);
    if stands == value || !may_edit(desk, kind, now) {
        return None;
    }
    let (id, value) = (now.id, value.clone());
    let restore = move |_| {
        let values = Values::from([(spec.name.to_string(), value.clone())]);
        spawn_local(async move {
            let done = save::edit(desk, id, values, None).await;
            told(desk, done, "history.restored");
        });
    };
    Some(view! {
        <button type="button" class="button small" on:click=restore>{desk.t("history.restore")}</button>
    })
}

/// Without the server only this is known: when, and on which device, each field was last written.
fn here(desk: Desk, kind: &'static Kind, record: &Record) -> impl IntoView + use<> {
    let stamped = |stamp: Stamp| {
        let when = desk.moment(i64::try_from(stamp.time).unwrap_or(i64::MAX));
        format!("{when} · {}", device(desk, stamp.device))
    };
    let fields = own::fields(desk, kind).into_iter();
    let lines = fields.filter_map(|spec| {
        let cell = record.cells.get(spec.name.as_ref())?;
        let (label, spec) = named(desk, kind, &spec.name)?;
        let value = said(desk, kind, spec, &cell.value);
        let other = record.overtaken(&spec?.name).map(|other| {
            let before = vec![said(desk, kind, spec, &other.value)];
            view! {
                <p class="hint">{desk.t("history.other_value")}</p>
                {covered(desk, record.id, spec, before)}
                <p class="row-sub">{stamped(other.stamp)}</p>
            }
        });
        Some(view! {
            <div class="fact">
                <dt>{label}</dt>
                <dd>
                    {covered(desk, record.id, spec, vec![value])}
                    <p class="row-sub">{stamped(cell.stamp)}</p>
                    {other}
                </dd>
            </div>
        })
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <p class="hint" role="status">{desk.t("history.offline")}</p>
        <dl>{lines}</dl>
    }
}
