//! 今日: what is due for me, in the order in which one walks it.

use crate::desk::{Desk, desk};
use crate::store::shelf::Shelf;
use crate::ui::{badges, empty, icon, open_link};
use domain::kinds::task;
use domain::{Area, Id};
use jiff::civil::Date;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// One household to go to: the task, and what is to be recorded there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stop {
    pub task: Id,
    pub household: Id,
    pub area: Area,
    pub name: String,
    pub address: String,
    pub what: String,
    pub does: String,
    pub due: Date,
}

/// The open tasks that are due by a day: late ones first, then by village and house.
pub fn walk(shelf: &Shelf, today: Date) -> Vec<Stop> {
    let mut stops: Vec<Stop> = shelf
        .of_kind("task")
        .filter(|row| row.is_open)
        .filter_map(|row| stop(shelf, row.id))
        .filter(|stop| stop.due <= today)
        .collect();
    stops.sort_by_cached_key(|stop| {
        let house: u32 = stop
            .address
            .trim_end_matches('号')
            .parse()
            .unwrap_or(u32::MAX);
        (stop.area, house, stop.address.clone(), stop.task)
    });
    stops
}

fn stop(shelf: &Shelf, id: Id) -> Option<Stop> {
    let record = shelf.get(id)?;
    let household = record.get(&task::HOUSEHOLD)?;
    let home = shelf.get(household)?;
    Some(Stop {
        task: id,
        household,
        area: record.area()?,
        name: home.text("head").to_owned(),
        address: home.text("address").to_owned(),
        what: record.text("what").to_owned(),
        does: record.get(&task::DO).unwrap_or_else(|| "visit".to_owned()),
        due: record.get(&task::DUE)?,
    })
}

/// How many tasks were done on a day.
fn done_on(shelf: &Shelf, day: Date) -> usize {
    let rows = shelf.of_kind("task").filter(|row| !row.is_open);
    rows.filter(|row| shelf.get(row.id).and_then(|r| r.get(&task::DONE)) == Some(day))
        .count()
}

#[component]
pub fn Today() -> impl IntoView {
    let desk = desk();
    let stops = Memo::new(move |_| desk.read(|shelf| walk(shelf, desk.today.get())));
    let done = move || desk.read(|shelf| done_on(shelf, desk.today.get()));
    let villages = move || {
        let mut villages: BTreeMap<Area, Vec<Stop>> = BTreeMap::new();
        for stop in stops.get() {
            villages.entry(stop.area).or_default().push(stop);
        }
        villages
    };
    let date = move || {
        let today = desk.today.get();
        let weekday = format!("weekday.{}", today.weekday().to_monday_one_offset());
        let date = desk.date(today);
        format!("{date} {}", desk.t(&weekday))
    };
    view! {
        <header class="head">
            <div>
                <h1>{move || desk.t("nav.today")}</h1>
                <p class="head-sub">{date}</p>
            </div>
        </header>
        <div class="stats">
            <div class="stat"><strong>{move || stops.get().len()}</strong>
                <span>{move || desk.t("today.to_visit")}</span></div>
            <div class="stat"><strong>{done}</strong>
                <span>{move || desk.t("today.done")}</span></div>
        </div>
        <Drafts/>
        {move || stops.get().is_empty().then(|| empty("today.empty"))}
        {move || villages().into_iter().map(|(area, stops)| village(desk, area, stops)).collect_view()}
    }
}

fn village(desk: Desk, area: Area, stops: Vec<Stop>) -> impl IntoView {
    let count = stops.len().to_string();
    view! {
        <h2 class="group">{move || desk.area_name(area)}<span class="count">{count}</span></h2>
        <ul class="list">{stops.into_iter().map(|stop| row(desk, stop)).collect_view()}</ul>
    }
}

fn row(desk: Desk, stop: Stop) -> impl IntoView {
    let open = open_link(stop.household);
    let record = format!("/new/{}?about={}", stop.does, stop.household);
    let late = stop.due < desk.today.get_untracked();
    let due = desk.day(stop.due);
    let does = stop.does.clone();
    let label = desk.fill(
        "today.record_for",
        &[("kind", &desk.t(&does)), ("name", &stop.name)],
    );
    let marks = desk.read(|shelf| shelf.row(stop.household).cloned());
    view! {
        <li class="row-with-action">
            <a class="row" href=open>
                <span class="row-mark" data-kind="household">{icon("household")}</span>
                <span class="row-main">
                    <span class="row-title">{stop.name}</span>
                    <span class="row-sub">{format!("{} · {}", stop.address, stop.what)}</span>
                </span>
                <span class="row-side">
                    {marks.map(|row| badges(&row))}
                    {late.then(|| view! {
                        <span class="badge late">{desk.fill("today.late", &[("day", &due)])}</span>
                    })}
                </span>
            </a>
            <a class="row-action" href=record aria-label=label>
                {icon(&does)}<span>{move || desk.t(&does)}</span>
            </a>
        </li>
    }
}

/// Forms that were begun and not saved.
#[component]
fn Drafts() -> impl IntoView {
    let desk = desk();
    let link = |draft: &crate::draft::Draft| match (draft.record, draft.context) {
        (Some(record), _) => format!("/edit/{record}"),
        (None, Some(context)) => format!("/new/{}?about={context}", draft.kind),
        (None, None) => format!("/new/{}", draft.kind),
    };
    let row = move |draft: crate::draft::Draft| {
        let about = draft.record.or(draft.context);
        let name = about.and_then(|id| {
            desk.read(|shelf| shelf.row(id).map(|row| crate::ui::name_of(desk, row)))
        });
        let kind = draft.kind.clone();
        view! {
            <li><a class="row" href=link(&draft)>
                <span class="row-mark">{icon("edit")}</span>
                <span class="row-main">
                    <span class="row-title">{move || desk.t(&kind)}</span>
                    <span class="row-sub">{name}</span>
                </span>
            </a></li>
        }
    };
    move || {
        let drafts = desk.drafts.get();
        (!drafts.is_empty()).then(|| {
            view! {
                <h2 class="group">{desk.t("today.drafts")}</h2>
                <ul class="list">{drafts.into_iter().map(row).collect_view()}</ul>
            }
        })
    }
}
