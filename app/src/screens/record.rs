//! One record: who it is, what is owed to them, what has happened; for any kind.

use super::trouble::{conflicts, refused};
use super::words::{made, spoken, summary_of};
use crate::deeds;
use crate::desk::{Desk, desk};
use crate::form::spot;
use crate::lines::records;
use crate::screens::photos;
use crate::ui::{badges, close_link, empty, icon, name_of, open_link, print};
use crate::{now, own};
use domain::field::{FieldSpec, Input, Sensitivity};
use domain::kind::Action;
use domain::value::Shape;
use domain::{Area, Id, Kind, Record};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::shelf::Row;

#[component]
pub fn RecordPage(id: Id) -> impl IntoView {
    let desk = desk();
    let close = close_link();
    let apart = super::merged::is_apart();
    let shown = Memo::new(move |_| super::merged::shown(desk, id, apart()));
    let record = Memo::new(move |_| desk.read(|shelf| shelf.whole(shown.get())));
    let held = move || {
        let held = record.get().filter(|record| !record.is_deleted());
        held.and_then(|record| Some((Kind::find(&record.kind)?, record)))
    };
    let top = move || match held() {
        Some((kind, record)) => head(desk, kind, record).into_any(),
        None => empty("record.gone").into_any(),
    };
    // What one types or chooses in the part between stays while the record changes around it.
    let kind = Memo::new(move |_| held().map(|(kind, _)| kind));
    let part = move || {
        kind.get()
            .map(|kind| super::travel::part(desk, kind, shown.get()))
    };
    let below = move || held().map(|(kind, record)| rest(desk, kind, record));
    let past = move || {
        let kind = kind.get()?;
        Some(super::history::section(desk, kind, shown.get()))
    };
    view! {
        <a class="button quiet back" href=close>{icon("back")}{move || desk.t("record.back")}</a>
        {move || super::merged::note(desk, id, shown.get())}
        <article class="record">{top}{part}{below}{past}</article>
    }
}

fn head(desk: Desk, kind: &'static Kind, record: Record) -> impl IntoView {
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
    let may_edit = may_edit(desk, kind, &record);
    view! {
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
    }
}

fn rest(desk: Desk, kind: &'static Kind, record: Record) -> impl IntoView {
    let id = record.id;
    view! {
        {actions(desk, &record)}
        {owed(desk, id)}
        <section class="card facts">
            <dl>{own::fields(desk, kind).into_iter().map(|field| fact(desk, kind, field, &record)).collect_view()}</dl>
            <p class="record-foot">{made(desk, &record)}</p>
            <div class="buttons">
                {may_edit(desk, kind, &record).then(|| view! {
                    <a class="button" href=format!("/edit/{id}")>
                        {icon("edit")}{desk.t("record.edit")}
                    </a>
                })}
                <button type="button" class="button" on:click=move |_| print()>
                    {icon("print")}{desk.t("record.print")}
                </button>
            </div>
        </section>
        {super::merged::section(desk, id)}
        {people(desk, id)}
        {timeline(desk, id)}
    }
}

pub fn may_edit(desk: Desk, kind: &Kind, record: &Record) -> bool {
    !kind.is_append_only() && may_write(desk, kind, record)
}

/// What would be refused is not offered.
pub fn may_write(desk: Desk, kind: &Kind, record: &Record) -> bool {
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
    let profile = desk.profile();
    let profile = profile.filter(|profile| profile.campaign.offers(kind));
    let Some(grants) = profile.map(|profile| profile.grants) else {
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
) -> Option<AnyView> {
    let name = field.name.as_ref();
    let value = record.value(name)?.clone();
    if matches!(kind.title, Some(title) if title == name) {
        return None;
    }
    if domain::picture::holds_pictures(field) {
        return Some(photos::fact(desk, kind, field, record, &value));
    }
    let label = desk.t(&format!("{}.{name}", kind.name));
    let shown = spoken(desk, kind, field, &value);
    let map = spot::link(&value).filter(|_| field.input == Input::Spot);
    let secret = field.sensitivity == Sensitivity::Sensitive;
    let covered = RwSignal::new(secret);
    let id = record.id;
    let mask = domain::person::cover(field, &shown);
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
                {map.map(|link| view! {
                    <a class="button quiet small" href=link>{desk.t("spot.map")}</a>
                })}
                {secret.then(|| view! {
                    <button type="button" class="button quiet small"
                        aria-pressed=move || (!covered.get()).to_string()
                        on:click=move |_| deeds::turn(desk, covered, vec![id], &field.name)>
                        {move || desk.t(if covered.get() { "record.show" } else { "record.cover" })}
                    </button>
                })}
            </dd>
        </div>
    }.into_any())
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
        let mut seen = BTreeSet::new();
        let all = members.chain(related);
        all.filter(|row| seen.insert(row.id)).collect()
    });
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <h2 class="group">{desk.t("record.people")}</h2>
                <ul class="list">{records(move || rows.clone())}</ul>
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
        let said = summary_of(desk, row.kind, &record);
        view! {
            <li>
                {day.map(|day| view! { <p class="timeline-day">{day}</p> })}
                <a class="timeline-item" data-action=row.kind.action.key() href=link>
                    <span class="row-main">
                        <span class="row-title">{desk.t(row.kind.name)}</span>
                        <span class="row-sub">{said}</span>
                    </span>
                    <span class="row-side">{badges(&row)}</span>
                </a>
            </li>
        }
    })
}
