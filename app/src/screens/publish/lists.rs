//! The lists of what is told: each with what one wants to know of it at a glance.

use crate::bulletin::{self, Bulletin};
use crate::desk::{Desk, desk};
use crate::lines::records;
use crate::screens::bulletins::marks;
use crate::screens::words::clock;
use crate::ui::{empty, icon, open_link};
use domain::kinds::{culture_event, opinion, story};
use domain::{Id, Record};
use jiff::civil::Date;
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::shelf::Row;

/// Two lists of one sort of thing: what holds now and what is past.
fn chips(desk: Desk, past: RwSignal<bool>, now: &'static str, then: &'static str) -> impl IntoView {
    let chip = move |key: &'static str, of_past: bool| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (past.get() == of_past).to_string()
                on:click=move |_| past.set(of_past)>{move || desk.t(key)}</button>
        }
    };
    view! {
        <div class="chips publish-chips" role="group" aria-label=move || desk.t("people.filter")>
            {chip(now, false)}{chip(then, true)}
        </div>
    }
}

/// A bulletin with how many have read it, and how many of those known here have not.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Told {
    one: Bulletin,
    read: usize,
    not_read: usize,
}

fn told(desk: Desk) -> Vec<Told> {
    let profile = desk.profile();
    let count = |one: Bulletin| {
        let readers = bulletin::readers(desk, one.id);
        let known = profile.iter().flat_map(|profile| &profile.colleagues);
        let others = known.filter(|other| Some(other.person) != one.author);
        let not_read = others
            .filter(|other| !readers.contains_key(&other.person))
            .count();
        let read = readers.len();
        Told {
            one,
            read,
            not_read,
        }
    };
    bulletin::all(desk).into_iter().map(count).collect()
}

#[component]
pub fn Bulletins() -> impl IntoView {
    let desk = desk();
    let past = RwSignal::new(false);
    let all = Memo::new(move |_| told(desk));
    let shown = move || {
        let today = desk.today.get();
        let mut shown = all.get();
        shown.retain(|told| told.one.is_current(today) != past.get());
        shown
    };
    view! {
        {chips(desk, past, "bulletins.current", "bulletins.past")}
        {move || shown().is_empty().then(|| empty("publish.none"))}
        <ul class="list">
            <For each=shown key=|told| (told.one.id, told.one.title.clone(), told.read, told.not_read)
                children=move |told| bulletin_row(desk, told)/>
        </ul>
    }
}

fn bulletin_row(desk: Desk, told: Told) -> impl IntoView {
    let Told {
        one,
        read,
        not_read,
    } = told;
    let link = open_link(one.id);
    let from = desk.date(one.begins());
    let until = one.until.map(|day| desk.date(day));
    let days = until.map_or_else(|| from.clone(), |until| format!("{from} – {until}"));
    let (read, not_read) = (read.to_string(), not_read.to_string());
    let counts = desk.fill("publish.read", &[("read", &read), ("not_read", &not_read)]);
    view! {
        <li><a class="row" href=link>
            <span class="row-mark" data-action="together">{icon("bulletin")}</span>
            <span class="row-main">
                <span class="row-title">{one.title.clone()}</span>
                <span class="row-sub">{format!("{} · {days}", desk.area_name(one.area))}</span>
                <span class="row-sub">{counts}</span>
            </span>
            <span class="row-side">{marks(desk, &one)}</span>
        </a></li>
    }
}

/// The events by day; those to come from today on, what was held backwards.
fn events(desk: Desk, past: bool) -> Vec<(Date, Vec<(i64, Record)>)> {
    let today = desk.today.get();
    let mut days: BTreeMap<Date, Vec<(i64, Record)>> = BTreeMap::new();
    desk.read(|shelf| {
        let rows = shelf.of_kind(culture_event::CULTURE_EVENT.name);
        for record in rows.filter_map(|row| shelf.get(row.id)) {
            let starts = record.get(&culture_event::STARTS).unwrap_or_default();
            let day = domain::day_of(starts);
            if (day < today) == past {
                days.entry(day).or_default().push((starts, record));
            }
        }
    });
    for events in days.values_mut() {
        events.sort_by_key(|(starts, record)| (*starts, record.id));
    }
    let days = days.into_iter();
    match past {
        true => days.rev().collect(),
        false => days.collect(),
    }
}

#[component]
pub fn Programme() -> impl IntoView {
    let desk = desk();
    let past = RwSignal::new(false);
    let days = Memo::new(move |_| events(desk, past.get()));
    let day = move |(day, events): (Date, Vec<(i64, Record)>)| {
        let rows = events
            .into_iter()
            .map(|(starts, event)| event_row(desk, starts, &event));
        view! { <h2 class="group">{desk.day(day)}</h2><ul class="list">{rows.collect_view()}</ul> }
    };
    view! {
        {chips(desk, past, "publish.coming", "publish.held")}
        {move || days.with(Vec::is_empty).then(|| empty("publish.none"))}
        {move || days.get().into_iter().map(day).collect_view()}
    }
}

fn event_row(desk: Desk, starts: i64, event: &Record) -> impl IntoView + use<> {
    let link = open_link(event.id);
    let name = event.text(culture_event::TITLE.name()).to_owned();
    let area = event
        .area()
        .map(|area| desk.area_name(area))
        .unwrap_or_default();
    let sub = format!("{area} · {}", event.text(culture_event::HELD_AT.name()));
    let sort = desk.t(&format!(
        "culture_event.type.{}",
        event.text(culture_event::TYPE.name())
    ));
    let cancelled = event.text(culture_event::STEP.name()) == "cancelled";
    view! {
        <li><a class="row" href=link>
            <span class="row-mark" data-action="culture">{icon("culture_event")}</span>
            <span class="row-main">
                <span class="row-title">{format!("{} {name}", domain::moment::clock(starts))}</span>
                <span class="row-sub">{sub}</span>
            </span>
            <span class="row-side">
                <span class="badge">{sort}</span>
                {cancelled.then(|| view! {
                    <span class="badge late">{desk.t("culture_event.step.cancelled")}</span>
                })}
            </span>
        </a></li>
    }
}

#[component]
pub fn Stories() -> impl IntoView {
    let desk = desk();
    let rows = Memo::new(move |_| {
        let mut rows: Vec<Row> =
            desk.read(|shelf| shelf.of_kind(story::STORY.name).cloned().collect());
        rows.sort_by_key(|row| std::cmp::Reverse(row.id));
        rows
    });
    view! {
        {move || rows.with(Vec::is_empty).then(|| empty("publish.none"))}
        <ul class="list publish-list">
            {records(move || rows.get())}
        </ul>
    }
}

/// Opinions: those without an answer by their clocks, then the newest with what was answered.
fn opinions(desk: Desk) -> Vec<(Option<i64>, Id, String)> {
    let Some(campaign) = desk.profile().map(|profile| profile.campaign) else {
        return Vec::new();
    };
    let mut all: Vec<(Option<i64>, Id, String)> = desk.read(|shelf| {
        let rows = shelf.of_kind(opinion::OPINION.name);
        let records = rows.filter_map(|row| shelf.get(row.id));
        let told = |record: Record| {
            let due = domain::due::due(&record, &campaign);
            (
                due,
                record.id,
                record.text(opinion::ANSWER.name()).to_owned(),
            )
        };
        records.map(told).collect()
    });
    all.sort_by_key(|(due, id, _)| (due.unwrap_or(i64::MAX), std::cmp::Reverse(*id)));
    all
}

#[component]
pub fn Opinions() -> impl IntoView {
    let desk = desk();
    let all = Memo::new(move |_| opinions(desk));
    let row = move |(due, id, answer): (Option<i64>, Id, String)| {
        let row = desk.peek(|shelf| shelf.row(id).cloned())?;
        let link = open_link(id);
        let area = desk.area_name(row.area);
        let answered =
            (!answer.is_empty()).then(|| desk.fill("publish.answered", &[("answer", &answer)]));
        Some(view! {
            <li><a class="row" href=link>
                <span class="row-mark" data-action="together">{icon("opinion")}</span>
                <span class="row-main">
                    <span class="row-title">{row.title}</span>
                    <span class="row-sub">{area}</span>
                    <span class="row-sub">{answered}</span>
                </span>
                <span class="row-side">{clock(desk, due)}</span>
            </a></li>
        })
    };
    view! {
        <p class="publish-chips">
            <a class="button quiet" href="/boards?board=opinion">{icon("boards")}{move || desk.t("publish.to_board")}</a>
        </p>
        {move || all.with(Vec::is_empty).then(|| empty("publish.none"))}
        <ul class="list">
            <For each=move || all.get() key=|one| one.clone() children=row/>
        </ul>
    }
}
