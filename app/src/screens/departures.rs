//! `/departures`: how many people travel on which day, with the peaks that could still be spread;
//! a tap opens the plans and passengers behind a figure (C9).

use crate::desk::{Desk, desk};
use crate::lines::records;
use crate::ui::{empty, icon};
use domain::departures::{Day, Flow, by_day, peaks};
use domain::kinds::travel_plan::DIRECTIONS;
use domain::kinds::trip;
use domain::{Record, day_of};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::collections::BTreeMap;
use store::shelf::Row;

/// Rows of the list behind a figure.
const SHOWN: usize = 200;

#[component]
pub fn Departures() -> impl IntoView {
    let desk = desk();
    let days = days(desk);
    move || days.with(|days| chart(desk, days))
}

/// The plans and passengers of one day in one direction, as the address says.
#[component]
pub fn Behind() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let days = days(desk);
    let chosen = move || {
        let query = query.read();
        let day: Date = query.get("day")?.parse().ok()?;
        let direction = query.get("direction")?;
        let mut known = DIRECTIONS.iter().copied();
        Some((day, known.find(|known| *known == direction)?))
    };
    move || {
        let (day, direction) = chosen()?;
        let flow = days.with(|days| days.get(&day).map(|one| one.flow(direction).clone()));
        Some(behind(desk, day, direction, &flow.unwrap_or_default()))
    }
}

fn days(desk: Desk) -> Memo<BTreeMap<Date, Day>> {
    Memo::new(move |_| {
        let kinds = ["travel_plan", "trip", "passenger"];
        let records: Vec<Record> = desk.read(|shelf| {
            let rows = kinds.iter().flat_map(|kind| shelf.of_kind(kind));
            rows.filter_map(|row| shelf.get(row.id)).collect()
        });
        by_day(&records)
    })
}

fn chart(desk: Desk, days: &BTreeMap<Date, Day>) -> impl IntoView + use<> {
    let peaks = peaks(days);
    let most = days
        .values()
        .flat_map(|day| [day.home.people, day.out.people])
        .max();
    let most = most.unwrap_or(1).max(1);
    let today = desk.today.get();
    let ahead = days.iter().filter(|(date, _)| **date >= today);
    let rows: Vec<_> = ahead
        .map(|(date, day)| row(desk, *date, day, most, peaks.contains(date)))
        .collect();
    let none = rows.is_empty().then(|| empty("departures.empty"));
    view! {
        <header class="head"><h1>{desk.t("departures.title")}</h1></header>
        <p class="hint">{desk.t("departures.hint")}</p>
        <ul class="departures">{rows}</ul>
        {none}
        {trips(desk)}
    }
}

fn row(desk: Desk, date: Date, day: &Day, most: i64, peak: bool) -> impl IntoView + use<> {
    let bar = |direction: &'static str| {
        let flow = day.flow(direction);
        (flow.people > 0).then(|| {
            let people = flow.people.to_string();
            let name = desk.t(&format!("trip.direction.{direction}"));
            let label = format!("{} {name} {people}", desk.day(date));
            view! {
                <a class="departure" href=format!("/departures?day={date}&direction={direction}")
                    data-direction=direction aria-label=label>
                    <span class="departure-name">{name}</span>
                    <progress max=most.to_string() value=people.clone() aria-hidden="true"></progress>
                    <strong>{people}</strong>
                </a>
            }
        })
    };
    let shift = day.home.may_shift + day.out.may_shift;
    let shift = (peak && shift > 0)
        .then(|| desk.fill("departures.may_shift", &[("count", &shift.to_string())]));
    view! {
        <li class="departure-day" data-peak=peak.to_string()>
            <h2>
                {desk.day(date)}
                {peak.then(|| view! { <span class="badge late">{desk.t("departures.peak")}</span> })}
            </h2>
            {DIRECTIONS.iter().filter_map(|direction| bar(direction)).collect_view()}
            {shift.map(|text| view! { <p class="row-sub">{text}</p> })}
        </li>
    }
}

fn behind(desk: Desk, date: Date, direction: &str, flow: &Flow) -> impl IntoView + use<> {
    let rows: Vec<Row> = desk.read(|shelf| {
        let rows = flow.behind.iter().take(SHOWN);
        rows.filter_map(|id| shelf.row(*id).cloned()).collect()
    });
    let count = flow.people.to_string();
    let title = format!(
        "{} · {}",
        desk.day(date),
        desk.t(&format!("trip.direction.{direction}"))
    );
    view! {
        <a class="button quiet back" href="/departures">
            {icon("back")}{desk.t("departures.title")}
        </a>
        <header class="head"><h1>{title}</h1></header>
        <p class="count-line" role="status">{desk.fill("departures.people", &[("count", &count)])}</p>
        <ul class="list">{records(move || rows.clone())}</ul>
    }
}

/// The trips that are still to go, each with the way to its day.
pub fn trips(desk: Desk) -> impl IntoView {
    let open = move || {
        let today = desk.today.get();
        let mut trips: Vec<(i64, Record)> = desk.read(|shelf| {
            let rows = shelf.of_kind(trip::TRIP.name).filter(|row| row.is_open);
            let departs = |record: Record| Some((record.get(&trip::DEPARTS)?, record));
            rows.filter_map(|row| departs(shelf.get(row.id)?)).collect()
        });
        trips.retain(|(departs, record)| {
            day_of(*departs) >= today || domain::trip::has_departed(record)
        });
        trips.sort_by_key(|(departs, record)| (*departs, record.id));
        trips
    };
    let row = move |(departs, record): (i64, Record)| {
        let step = trip::TRIP.step(&record).unwrap_or_default();
        view! {
            <li><a class="row" href=format!("/trip/{}", record.id)>
                <span class="row-mark" data-action="travel">{icon("trip")}</span>
                <span class="row-main">
                    <span class="row-title">{record.text(trip::ROUTE.name()).to_owned()}</span>
                    <span class="row-sub">{desk.moment(departs)}</span>
                </span>
                <span class="row-side"><span class="badge">{desk.t(&format!("trip.step.{step}"))}</span></span>
            </a></li>
        }
    };
    move || {
        let open = open();
        (!open.is_empty()).then(|| {
            view! {
                <h2 class="group">{desk.t("departures.trips")}</h2>
                <ul class="list">{open.into_iter().map(row).collect_view()}</ul>
            }
        })
    }
}
