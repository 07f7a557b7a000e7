//! One record: who it is, what is owed to them, what has happened; for any kind.

use super::facts::facts;
use super::trouble::{conflicts, refused};
use super::words::{made, summary_of};
use crate::desk::{Desk, desk};
use crate::lines::{lines, records};
use crate::now;
use crate::ui::{badges, close_link, empty, icon, name_of, open_link, print};
use domain::kind::Action;
use domain::value::Shape;
use domain::{Area, Id, Kind, Record};
use jiff::civil::Date;
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::shelf::Row;

/// The record that the page shows, as it is now; none if it is gone.
pub type Shown = Memo<Option<Record>>;

#[component]
pub fn RecordPage(id: Id) -> impl IntoView {
    let desk = desk();
    let close = close_link();
    let apart = super::merged::is_apart();
    let shown = Memo::new(move |_| super::merged::shown(desk, id, apart()));
    let record = Memo::new(move |_| {
        let record = desk.read(|shelf| shelf.whole(shown.get()));
        record.filter(|record| !record.is_deleted())
    });
    let kind = Memo::new(move |_| record.with(|record| Kind::find(&record.as_ref()?.kind)));
    // Drawn once: each part follows the record by itself, so what somebody uncovered, unfolded or
    // began to type stays as it is when something arrives.
    let page = move || match kind.get() {
        Some(kind) => whole(desk, kind, shown.get(), record).into_any(),
        None => empty("record.gone").into_any(),
    };
    view! {
        <a class="button quiet back" href=close>{icon("back")}{move || desk.t("record.back")}</a>
        {super::merged::note(desk, id, shown)}
        <article class="record">{page}</article>
    }
}

fn whole(desk: Desk, kind: &'static Kind, id: Id, record: Shown) -> impl IntoView {
    let may = Memo::new(move |_| {
        record.with(|record| record.as_ref().is_some_and(|r| may_edit(desk, kind, r)))
    });
    let conflicts = move || record.with(|record| Some(conflicts(desk, kind, record.as_ref()?)));
    let way = move || record.with(|r| super::matter::way(desk, kind, r.as_ref()?, may.get()));
    let made = move || record.with(|record| record.as_ref().map(|record| made(desk, record)));
    let edit = move || {
        may.get().then(|| {
            view! {
                <a class="button" href=format!("/edit/{id}")>
                    {icon("edit")}{move || desk.t("record.edit")}
                </a>
            }
        })
    };
    view! {
        {head(desk, kind, id, record)}
        {refused(desk, id)}
        {conflicts}
        {way}
        {super::travel::part(desk, kind, id)}
        {actions(desk, id, record)}
        {owed(desk, id)}
        <section class="card facts">
            <dl>{facts(desk, kind, id, record)}</dl>
            <p class="record-foot">{made}</p>
            <div class="buttons">
                {edit}
                <button type="button" class="button" on:click=move |_| print()>
                    {icon("print")}{move || desk.t("record.print")}
                </button>
            </div>
        </section>
        {super::merged::section(desk, id)}
        {people(desk, id)}
        {timeline(desk, id)}
        {super::history::section(desk, kind, id)}
    }
}

fn head(desk: Desk, kind: &'static Kind, id: Id, record: Shown) -> impl IntoView {
    let row = Memo::new(move |_| desk.read(|shelf| shelf.row(id).cloned()));
    let name = move || row.with(|row| row.as_ref().map(|row| name_of(desk, row)));
    let place = move || {
        let area = record.with(|record| record.as_ref()?.area());
        let place = area.map(|area| desk.area_name(area)).unwrap_or_default();
        format!("{} · {place}", desk.t(kind.name))
    };
    let phone = Memo::new(move |_| {
        let phone = record.with(|record| Some(record.as_ref()?.text("phone").to_owned()));
        phone.filter(|phone| !phone.is_empty())
    });
    let call = move || {
        phone.get().map(|phone| {
            view! {
                <a class="button call" href=format!("tel:{phone}")>
                    {icon("call")}<span>{move || desk.t("record.call")}</span>
                </a>
            }
        })
    };
    view! {
        <header class="record-head">
            <span class="row-mark large" data-kind=kind.name>{icon(kind.name)}</span>
            <div class="row-main">
                <h1>{name}</h1>
                <p class="head-sub">{place}</p>
                <p class="badges">{move || row.with(|row| row.as_ref().map(badges))}</p>
            </div>
            {call}
        </header>
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
fn actions(desk: Desk, id: Id, record: Shown) -> impl IntoView {
    let offered = Memo::new(move |_| {
        record.with(|record| {
            let area = record.as_ref().and_then(Record::area);
            let may = |name: &&str| Kind::find(name).is_some_and(|kind| may_make(desk, kind, area));
            let mut offered = record
                .as_ref()
                .map(domain::suits::suits)
                .unwrap_or_default();
            offered.retain(may);
            offered
        })
    });
    let link = move |name: &'static str| {
        view! {
            <a class="action" data-kind=name href=format!("/new/{name}?about={id}")>
                {icon(name)}<span>{move || desk.t(name)}</span>
            </a>
        }
    };
    move || {
        let mut offered = offered.get();
        let more = offered.split_off(offered.len().min(QUICK));
        let more = (!more.is_empty()).then(|| {
            view! {
                <details class="more-actions">
                    <summary>{move || desk.t("record.more_actions")}</summary>
                    <div class="actions">{more.into_iter().map(link).collect_view()}</div>
                </details>
            }
        });
        (!offered.is_empty()).then(|| {
            view! {
                <nav aria-label=move || desk.t("record.actions")>
                    <div class="actions">{offered.into_iter().map(link).collect_view()}</div>
                    {more}
                </nav>
            }
        })
    }
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

/// A section with a heading, while there is something in it.
fn section(
    desk: Desk,
    some: Memo<bool>,
    heading: &'static str,
    class: Option<&'static str>,
    list: Box<dyn Fn() -> AnyView + Send + Sync>,
) -> impl IntoView {
    move || {
        some.get().then(|| {
            view! {
                <section class=class>
                    <h2 class="group">{move || desk.t(heading)}</h2>
                    {list()}
                </section>
            }
        })
    }
}

/// Open matters about this record, the most urgent first.
fn owed(desk: Desk, id: Id) -> impl IntoView {
    let open = Memo::new(move |_| {
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
        open
    });
    let clock = move |due: i64| {
        let class = match due < now::now_ms() {
            true => "badge late",
            false => "badge",
        };
        (due < i64::MAX).then(|| {
            let day = desk.day(domain::day_of(due - 1));
            view! { <span class=class>{desk.fill("record.due", &[("day", &day)])}</span> }
        })
    };
    let line = move |one: Memo<(i64, Row)>| {
        let (id, kind) = one.with_untracked(|(_, row)| (row.id, row.kind.name));
        let name = move || one.with(|(_, row)| name_of(desk, row));
        view! {
            <li><a class="row" href=open_link(id)>
                <span class="row-mark" data-kind=kind>{icon(kind)}</span>
                <span class="row-main">
                    <span class="row-title">{name}</span>
                    <span class="row-sub">{move || desk.t(kind)}</span>
                </span>
                {move || clock(one.with(|(due, _)| *due))}
            </a></li>
        }
    };
    let some = Memo::new(move |_| open.with(|open| !open.is_empty()));
    let list = move || {
        let lines = lines(move || open.get(), |(_, row)| row.id, line);
        view! { <ul class="list">{lines}</ul> }.into_any()
    };
    section(desk, some, "record.owed", Some("owed"), Box::new(list))
}

/// The household's people, or the person's household.
fn people(desk: Desk, id: Id) -> impl IntoView {
    let rows = Memo::new(move |_| {
        desk.read(|shelf| {
            let members = shelf
                .about(id)
                .filter(|row| row.kind.action == Action::People)
                .cloned();
            let own = shelf.row(id).map(|row| row.about.clone());
            let related = own.into_iter().flatten();
            let related = related.filter_map(|id| shelf.row(shelf.canonical(id)).cloned());
            let mut seen = BTreeSet::new();
            let all = members.chain(related);
            all.filter(|row| seen.insert(row.id)).collect::<Vec<Row>>()
        })
    });
    let some = Memo::new(move |_| rows.with(|rows| !rows.is_empty()));
    let list = move || view! { <ul class="list">{records(move || rows.get())}</ul> }.into_any();
    section(desk, some, "record.people", None, Box::new(list))
}

/// Something that was recorded about this record.
#[derive(Clone, PartialEq)]
struct Event {
    row: Row,
    said: String,
    day: Date,
    /// The first of its day.
    begins: bool,
}

/// All that was recorded about this record, newest first, by day.
fn timeline(desk: Desk, id: Id) -> impl IntoView {
    let events = Memo::new(move |_| {
        let mut told: Vec<(Date, Row, Record)> = desk.read(|shelf| {
            let told = shelf
                .about(id)
                .filter(|row| row.kind.action != Action::People);
            let dated = |row: &Row| {
                let record = shelf.get(row.id)?;
                let written = record.value("date").and_then(Shape::read);
                let day = written.unwrap_or_else(|| domain::day_of(row.id.time_ms()));
                Some((day, row.clone(), record))
            };
            told.filter_map(dated).collect()
        });
        told.sort_by_key(|(day, row, _)| std::cmp::Reverse((*day, row.id)));
        let mut last = None;
        let event = |(day, row, record): (Date, Row, Record)| Event {
            said: summary_of(desk, row.kind, &record),
            row,
            day,
            begins: last.replace(day) != Some(day),
        };
        told.into_iter().map(event).collect::<Vec<_>>()
    });
    let list = move || {
        let events = lines(
            move || events.get(),
            |event| event.row.id,
            move |event| event_line(desk, event),
        );
        view! { <ol class="timeline">{events}</ol> }.into_any()
    };
    let some = Memo::new(move |_| events.with(|events| !events.is_empty()));
    section(desk, some, "record.timeline", None, Box::new(list))
}

fn event_line(desk: Desk, event: Memo<Event>) -> impl IntoView {
    let (id, kind) = event.with_untracked(|event| (event.row.id, event.row.kind));
    let day = move || {
        let begins = event.with(|event| event.begins.then_some(event.day));
        begins.map(|day| view! { <p class="timeline-day">{desk.day(day)}</p> })
    };
    view! {
        <li>
            {day}
            <a class="timeline-item" data-action=kind.action.key() href=open_link(id)>
                <span class="row-main">
                    <span class="row-title">{move || desk.t(kind.name)}</span>
                    <span class="row-sub">{move || event.with(|event| event.said.clone())}</span>
                </span>
                <span class="row-side">{move || event.with(|event| badges(&event.row))}</span>
            </a>
        </li>
    }
}
