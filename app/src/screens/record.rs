//! One record: who it is, what is owed to them, what has happened; for any kind.

use crate::desk::{Desk, desk};
use crate::store::entry::Entry;
use crate::store::shelf::Row;
use crate::ui::{badges, close_link, empty, icon, name_of, open_link, record_row};
use crate::{now, save};
use domain::field::{FieldSpec, Input, Sensitivity};
use domain::kind::Action;
use domain::record::AUTHOR;
use domain::value::Shape;
use domain::{Area, Id, Kind, Record, Value};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;

#[component]
pub fn RecordPage(id: Id) -> impl IntoView {
    let desk = desk();
    let close = close_link();
    let record = Memo::new(move |_| desk.read(|shelf| shelf.get(id)));
    let body = move || {
        let held = record.get().filter(|record| !record.is_deleted());
        match held.and_then(|record| Some((Kind::find(&record.kind)?, record))) {
            Some((kind, record)) => whole(desk, kind, record).into_any(),
            None => empty("record.gone").into_any(),
        }
    };
    view! {
        <a class="button quiet back" href=close>{icon("back")}{move || desk.t("record.back")}</a>
        {body}
    }
}

fn whole(desk: Desk, kind: &'static Kind, record: Record) -> impl IntoView {
    let id = record.id;
    let row = desk.read(|shelf| shelf.row(id).cloned());
    let name = row
        .as_ref()
        .map(|row| name_of(desk, row))
        .unwrap_or_default();
    let place = record
        .area()
        .map(|area| desk.area_name(area))
        .unwrap_or_default();
    let phone = record.text("phone").to_owned();
    let may_edit = !kind.is_append_only() && may_write(desk, kind, &record);
    view! {
        <article class="record">
            <header class="record-head">
                <span class="row-mark large" data-kind=kind.name>{icon(kind.name)}</span>
                <div class="row-main">
                    <h1>{name}</h1>
                    <p class="head-sub">{format!("{} · {place}", desk.t(kind.name))}</p>
                    <p class="badges">{row.as_ref().map(badges)}</p>
                </div>
                {(!phone.is_empty()).then(|| view! {
                    <a class="button call" href=format!("tel:{phone}")>
                        {icon("call")}<span>{desk.t("record.call")}</span>
                    </a>
                })}
            </header>
            {refused(desk, id)}
            {conflicts(desk, kind, &record)}
            {super::matter::way(desk, kind, &record, may_edit)}
            {actions(desk, &record)}
            {owed(desk, id)}
            <section class="card facts">
                <dl>{kind.fields.iter().map(|field| fact(desk, kind, field, &record)).collect_view()}</dl>
                <p class="record-foot">{made(desk, &record)}</p>
                {may_edit.then(|| view! {
                    <a class="button" href=format!("/edit/{id}")>
                        {icon("edit")}{desk.t("record.edit")}
                    </a>
                })}
            </section>
            {people(desk, id)}
            {timeline(desk, id)}
        </article>
    }
}

/// What would be refused is not offered.
fn may_write(desk: Desk, kind: &Kind, record: &Record) -> bool {
    let grants = desk.profile().map(|profile| profile.grants);
    grants.is_some_and(|grants| grants.writes(kind, record).is_some())
}

/// So many quick actions at first; the rest fold out.
const QUICK: usize = 4;

/// What one does here most, by who it is.
fn actions(desk: Desk, record: &Record) -> Option<AnyView> {
    let id = record.id;
    let area = record.area();
    let may = |name: &&str| Kind::find(name).is_some_and(|kind| may_make(desk, kind, area));
    let mut offered: Vec<&'static str> = domain::suits::suits(record);
    offered.retain(may);
    if offered.is_empty() {
        return None;
    }
    let link = move |name: &'static str| {
        view! {
            <a class="action" data-kind=name href=format!("/new/{name}?about={id}")>
                {icon(name)}<span>{desk.t(name)}</span>
            </a>
        }
    };
    let more = offered.split_off(offered.len().min(QUICK));
    let more = (!more.is_empty()).then(|| {
        view! {
            <details class="more-actions">
                <summary>{desk.t("record.more_actions")}</summary>
                <div class="actions">{more.into_iter().map(link).collect_view()}</div>
            </details>
        }
    });
    let first = offered.into_iter().map(link).collect_view();
    Some(
        view! {
            <nav aria-label=desk.t("record.actions")>
                <div class="actions">{first}</div>
                {more}
            </nav>
        }
        .into_any(),
    )
}

/// A record about this one: in its area, or (a passenger of the county's bus) in one's own.
fn may_make(desk: Desk, kind: &Kind, area: Option<Area>) -> bool {
    let Some(grants) = desk.profile().map(|profile| profile.grants) else {
        return false;
    };
    let here = area.is_some_and(|area| grants.may_write(kind, area));
    here || grants.0.iter().any(|grant| {
        let below = area.is_some_and(|area| area.contains(grant.area));
        below && grants.may_write(kind, grant.area)
    })
}

/// Open matters about this record, the most urgent first.
fn owed(desk: Desk, id: Id) -> impl IntoView {
    let profile = desk.profile();
    let mut open: Vec<(i64, Row)> = desk.read(|shelf| {
        let rows = shelf.about(id).filter(|row| row.is_open);
        let due = |row: &Row| {
            let record = shelf.get(row.id)?;
            domain::due::due(&record, &profile.as_ref()?.campaign)
        };
        rows.map(|row| (due(row).unwrap_or(i64::MAX), row.clone()))
            .collect()
    });
    open.sort_by_key(|(due, row)| (*due, row.id));
    let row = move |(due, row): (i64, Row)| {
        let link = open_link(row.id);
        let late = due < now::now_ms();
        let day = (due < i64::MAX).then(|| desk.day(domain::day_of(due - 1)));
        let class = if late { "badge late" } else { "badge" };
        view! {
            <li><a class="row" href=link>
                <span class="row-mark" data-kind=row.kind.name>{icon(row.kind.name)}</span>
                <span class="row-main">
                    <span class="row-title">{name_of(desk, &row)}</span>
                    <span class="row-sub">{desk.t(row.kind.name)}</span>
                </span>
                {day.map(|day| view! {
                    <span class=class>{desk.fill("record.due", &[("day", &day)])}</span>
                })}
            </a></li>
        }
    };
    (!open.is_empty()).then(|| {
        view! {
            <section class="owed">
                <h2 class="group">{desk.t("record.owed")}</h2>
                <ul class="list">{open.into_iter().map(row).collect_view()}</ul>
            </section>
        }
    })
}

/// A filled field in words; one that covers what identifies until it is asked for.
fn fact(
    desk: Desk,
    kind: &'static Kind,
    field: &'static FieldSpec,
    record: &Record,
) -> impl IntoView + use<> {
    let name = field.name.as_ref();
    let value = record.value(name)?.clone();
    if matches!(kind.title, Some(title) if title == name) {
        return None;
    }
    let label = desk.t(&format!("{}.{name}", kind.name));
    let shown = spoken(desk, kind, field, &value);
    let secret = field.sensitivity == Sensitivity::Sensitive;
    let covered = RwSignal::new(secret);
    let mask = domain::person::mask_id(&shown);
    let text = move || {
        if covered.get() {
            mask.clone()
        } else {
            shown.clone()
        }
    };
    Some(view! {
        <div class="fact">
            <dt>{label}</dt>
            <dd>
                {text}
                {secret.then(|| view! {
                    <button type="button" class="button quiet small"
                        aria-pressed=move || (!covered.get()).to_string()
                        on:click=move |_| covered.update(|c| *c = !*c)>
                        {move || desk.t(if covered.get() { "record.show" } else { "record.cover" })}
                    </button>
                })}
            </dd>
        </div>
    })
}

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
        (Input::References(_), value) => {
            let ids: Vec<Id> = Shape::read(value).unwrap_or_default();
            let names: Vec<String> = ids.into_iter().map(|id| called(desk, id)).collect();
            names.join(&desk.t("list.comma"))
        }
        (Input::PastMoment | Input::Moment, Value::Int(ms)) => desk.moment(*ms),
        (Input::Tenths(..), Value::Int(number)) => domain::value::decimal(*number, 1),
        (Input::Photos | Input::Signature, _) => String::new(),
        (Input::Spot, value) => {
            let spot: Vec<i64> = Shape::read(value).unwrap_or_default();
            let degrees = spot.iter().map(|part| domain::value::decimal(*part, 6));
            degrees.collect::<Vec<_>>().join(", ")
        }
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
    let row = desk.read(|shelf| shelf.row(id).cloned());
    row.map_or_else(|| desk.t("form.hidden"), |row| name_of(desk, &row))
}

fn made(desk: Desk, record: &Record) -> String {
    let profile = desk.profile();
    let author = record.get(&AUTHOR);
    let colleagues = profile.iter().flat_map(|profile| &profile.colleagues);
    let name = colleagues
        .filter(|c| Some(c.person) == author)
        .map(|c| c.name.clone())
        .next();
    let day = desk.day(domain::day_of(record.id.time_ms()));
    let name = name.unwrap_or_else(|| desk.t("record.somebody"));
    desk.fill("record.made", &[("name", &name), ("day", &day)])
}

/// A value that was overtaken: which of the two is right?
fn conflicts(desk: Desk, kind: &'static Kind, record: &Record) -> impl IntoView + use<> {
    let id = record.id;
    let may = may_write(desk, kind, record);
    let one = |field: &str| {
        let spec = kind.field(field)?;
        let earlier = record.overtaken(field)?.value;
        let stands = record.value(field).cloned().unwrap_or_default();
        let said = |value: &Value| match value {
            Value::Null => desk.t("conflict.empty"),
            value => spoken(desk, kind, spec, value),
        };
        let (now_said, before_said) = (said(&stands), said(&earlier));
        let settle = move |value: Value| {
            let values = BTreeMap::from([(spec.name.to_string(), value)]);
            spawn_local(async move {
                let done = save::edit(desk, id, values, None).await;
                let key = if done.is_ok() {
                    "conflict.settled"
                } else {
                    "trouble.storage"
                };
                desk.say(desk.language.get_untracked().label(key), None);
            });
        };
        let label = desk.t(&format!("{}.{field}", kind.name));
        Some(view! {
            <section class="conflict" role="group">
                <h2>{desk.fill("conflict.title", &[("field", &label)])}</h2>
                <button type="button" class="button wide" disabled=!may on:click=move |_| settle(stands.clone())>
                    {desk.fill("conflict.stands", &[("value", &now_said)])}
                </button>
                <button type="button" class="button wide" disabled=!may on:click=move |_| settle(earlier.clone())>
                    {desk.fill("conflict.earlier", &[("value", &before_said)])}
                </button>
            </section>
        })
    };
    let fields: Vec<String> = record.to_confirm().map(str::to_owned).collect();
    fields.iter().filter_map(|field| one(field)).collect_view()
}

/// What the server refused of this record, why, and what to do.
pub fn refused(desk: Desk, id: Id) -> impl IntoView {
    let entries: Vec<Entry> = desk.read(|shelf| {
        let own = shelf
            .outbox()
            .filter(|e| e.change.id == id && e.refused.is_some());
        own.cloned().collect()
    });
    entries
        .into_iter()
        .map(|entry| refused_entry(desk, entry))
        .collect_view()
}

pub fn refused_entry(desk: Desk, entry: Entry) -> impl IntoView {
    let reason = entry
        .refused
        .as_ref()
        .map(|refused| match &refused.refusal {
            domain::Refusal::Field { field, problem } => {
                let field = desk.t(&format!("{}.{field}", entry.change.kind));
                format!("{field}：{}", desk.t(&format!("problem.{}", problem.key())))
            }
            other => desk.t(&format!("refusal.{}", other.code())),
        });
    let (again, give_up) = (entry.clone(), entry.key());
    let try_again = move |_| {
        let entry = Entry {
            refused: None,
            ..again.clone()
        };
        spawn_local(async move {
            if desk
                .store()
                .save(std::slice::from_ref(&entry), None)
                .await
                .is_ok()
            {
                desk.change(|shelf| shelf.put(entry));
                desk.nudge();
            }
        });
    };
    let discard = move |_| {
        let key = give_up.clone();
        spawn_local(async move {
            if desk.store().discard(&key).await.is_ok() {
                desk.change(|shelf| shelf.discard(&key));
            }
        });
    };
    view! {
        <section class="refused" role="alert">
            <h2>{desk.t("refused.title")}</h2>
            <p>{reason}</p>
            <div class="buttons">
                <button type="button" class="button" on:click=try_again>{desk.t("refused.again")}</button>
                <button type="button" class="button danger" on:click=discard>{desk.t("refused.discard")}</button>
            </div>
        </section>
    }
}

/// The household's people, or the person's household.
fn people(desk: Desk, id: Id) -> impl IntoView {
    let rows: Vec<Row> = desk.read(|shelf| {
        let members = shelf
            .about(id)
            .filter(|row| row.kind.action == Action::People)
            .cloned();
        let own = shelf.row(id).map(|row| row.about.clone());
        let related = own.into_iter().flatten();
        let related = related.filter_map(|id| shelf.row(shelf.canonical(id)).cloned());
        members.chain(related).collect()
    });
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <h2 class="group">{desk.t("record.people")}</h2>
                <ul class="list">{rows.into_iter().map(record_row).collect_view()}</ul>
            </section>
        }
    })
}

/// All that was recorded about this record, newest first, by day.
fn timeline(desk: Desk, id: Id) -> impl IntoView {
    let mut events: Vec<(jiff::civil::Date, Id)> = desk.read(|shelf| {
        let told = shelf
            .about(id)
            .filter(|row| row.kind.action != Action::People);
        let day = |row: &Row| {
            let record = shelf.get(row.id)?;
            let written = record.value("date").and_then(Shape::read);
            Some((
                written.unwrap_or_else(|| domain::day_of(row.id.time_ms())),
                row.id,
            ))
        };
        told.filter_map(day).collect()
    });
    events.sort_by(|a, b| b.cmp(a));
    let mut last = None;
    let mut items = Vec::new();
    for (day, event) in events {
        let new_day = last != Some(day);
        last = Some(day);
        items.push(event_row(desk, event, new_day.then(|| desk.day(day))));
    }
    (!items.is_empty()).then(|| {
        view! {
            <section>
                <h2 class="group">{desk.t("record.timeline")}</h2>
                <ol class="timeline">{items}</ol>
            </section>
        }
    })
}

fn event_row(desk: Desk, id: Id, day: Option<String>) -> impl IntoView {
    let link = open_link(id);
    let found = desk.read(|shelf| Some((shelf.row(id)?.clone(), shelf.get(id)?)));
    found.map(|(row, record)| {
        let said = |field: &'static FieldSpec| {
            let value = record.value(&field.name)?;
            let telling = matches!(field.input, Input::Choice(_) | Input::Choices(_))
                || row.kind.title == Some(field.name.as_ref());
            telling.then(|| spoken(desk, row.kind, field, value))
        };
        let summary: Vec<String> = row.kind.fields.iter().filter_map(said).collect();
        view! {
            <li>
                {day.map(|day| view! { <p class="timeline-day">{day}</p> })}
                <a class="timeline-item" data-action=row.kind.action.key() href=link>
                    <span class="row-main">
                        <span class="row-title">{desk.t(row.kind.name)}</span>
                        <span class="row-sub">{summary.join(" · ")}</span>
                    </span>
                    <span class="row-side">{badges(&row)}</span>
                </a>
            </li>
        }
    })
}
