//! What comes day by day: trips with how many are aboard, and the elders and children to be visited.

use crate::board::Day;
use crate::desk::{Desk, desk};
use crate::lines::timed;
use crate::now;
use crate::screens::filters::{Filters, area_select};
use crate::screens::words::clock;
use crate::ui::{empty, icon, open_link};
use domain::kinds::{dependant, trip};
use domain::{Area, Id};
use jiff::civil::Date;
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::shelf::Row;

/// Rows on the screen at first; more come with a tap.
const SHOWN: usize = 100;

/// A trip in a day's list.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Trip {
    id: Id,
    route: String,
    departs: i64,
    step: String,
    aboard: usize,
    listed: usize,
    seats: i64,
}

/// The trips from yesterday on, by the day on which they leave.
fn trips(desk: Desk, within: Option<Area>) -> BTreeMap<Date, Vec<Trip>> {
    let yesterday = desk.today.get().yesterday().unwrap_or(Date::MIN);
    let mut days: BTreeMap<Date, Vec<Trip>> = BTreeMap::new();
    desk.read(|shelf| {
        let rows = shelf.of_kind(trip::TRIP.name);
        let rows = rows.filter(|row| within.is_none_or(|area| area.contains(row.area)));
        for day in rows.filter_map(|row| Day::read(shelf, row.id)) {
            let departs = day.trip.get(&trip::DEPARTS).unwrap_or_default();
            if domain::day_of(departs) >= yesterday {
                days.entry(domain::day_of(departs))
                    .or_default()
                    .push(told(&day, departs));
            }
        }
    });
    for trips in days.values_mut() {
        trips.sort_by_key(|trip| (trip.departs, trip.id));
    }
    days
}

fn told(day: &Day, departs: i64) -> Trip {
    let aboard = day.manifest.aboard().count();
    Trip {
        id: day.trip.id,
        route: day.trip.text(trip::ROUTE.name()).to_owned(),
        departs,
        step: day.step().to_owned(),
        aboard,
        listed: aboard + day.manifest.missing().count(),
        seats: day.trip.get(&trip::SEATS).unwrap_or_default(),
    }
}

#[component]
pub fn Trips() -> impl IntoView {
    let desk = desk();
    let filters = Filters::of_the_address();
    let days = Memo::new(move |_| trips(desk, filters.area.get()));
    let day = move |(day, trips): (Date, Vec<Trip>)| {
        let count = desk.fill("people.count", &[("count", &trips.len().to_string())]);
        view! {
            <h2 class="group">{desk.day(day)}" "<span class="count">{count}</span></h2>
            <ul class="list">{trips.into_iter().map(|trip| trip_row(desk, trip)).collect_view()}</ul>
        }
    };
    view! {
        <div class="filters">{area_select(desk, filters)}</div>
        {move || days.with(BTreeMap::is_empty).then(|| empty("boards.trips_none"))}
        {move || days.get().into_iter().map(day).collect_view()}
    }
}

fn trip_row(desk: Desk, trip: Trip) -> impl IntoView {
    let link = open_link(trip.id);
    let (aboard, listed, seats) = (
        trip.aboard.to_string(),
        trip.listed.to_string(),
        trip.seats.to_string(),
    );
    let counts = [
        ("aboard", aboard.as_str()),
        ("listed", &listed),
        ("seats", &seats),
    ];
    let open = ["planned", "checked", "boarding"].contains(&trip.step.as_str());
    let late = open && trip.departs < now::now_ms();
    let class = if late { "badge late" } else { "badge" };
    view! {
        <li><a class="row" href=link>
            <span class="row-mark" data-action="travel">{icon("trip")}</span>
            <span class="row-main">
                <span class="row-title">{format!("{} {}", domain::moment::clock(trip.departs), trip.route)}</span>
                <span class="row-sub">{desk.fill("boards.aboard", &counts)}</span>
            </span>
            <span class="row-side"><span class=class>{desk.t(&format!("trip.step.{}", trip.step))}</span></span>
        </a></li>
    }
}

/// Elders and children with the moment until which they are to be visited, soonest first.
fn due(desk: Desk, within: Option<Area>, of: &str) -> Vec<(i64, Row)> {
    let Some(campaign) = desk.profile().map(|profile| profile.campaign) else {
        return Vec::new();
    };
    let mut due: Vec<(i64, Row)> = desk.read(|shelf| {
        let rows = shelf.of_kind(dependant::DEPENDANT.name);
        let rows = rows.filter(|row| within.is_none_or(|area| area.contains(row.area)));
        let clocked = |row: &Row| {
            let record = shelf.get(row.id)?;
            let fits = of.is_empty() || record.text(dependant::TYPE.name()) == of;
            let last = shelf.last_visit(row).flatten();
            let risk = record.text(dependant::RISK.name());
            let day = domain::due::visit_due(risk, last, &campaign).filter(|_| fits)?;
            Some((domain::start_of(day) + 86_400_000, row.clone()))
        };
        rows.filter_map(clocked).collect()
    });
    due.sort_by_key(|(due, row)| (*due, row.area, row.id));
    due
}

#[component]
pub fn Visits() -> impl IntoView {
    let desk = desk();
    let filters = Filters::of_the_address();
    let of = RwSignal::new("");
    let shown = RwSignal::new(SHOWN);
    let rows = Memo::new(move |_| due(desk, filters.area.get(), of.get()));
    let chip = move |value: &'static str, key: &'static str| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (of.get() == value).to_string()
                on:click=move |_| { of.set(value); shown.set(SHOWN); }>{move || desk.t(key)}</button>
        }
    };
    let count = move || {
        let is_late = |entry: &&(i64, Row)| entry.0 < now::now_ms();
        let late = rows
            .with(|rows| rows.iter().filter(is_late).count())
            .to_string();
        let count = rows.with(Vec::len).to_string();
        desk.fill("work.count", &[("count", &count), ("late", &late)])
    };
    view! {
        <div class="filters">{area_select(desk, filters)}</div>
        <div class="chips visits-of" role="group" aria-label=move || desk.t("people.filter")>
            {chip("", "people.all")}
            {chip("elder", "dependant.type.elder")}
            {chip("child", "dependant.type.child")}
        </div>
        <p class="count-line" role="status">{count}</p>
        {move || rows.with(Vec::is_empty).then(|| empty("boards.visits_none"))}
        <ul class="list">
            {timed(
                move || rows.with(|rows| rows.iter().take(shown.get()).cloned().collect()),
                |desk, due, _| clock(desk, Some(due)),
            )}
        </ul>
        {move || rows.with(|rows| rows.len() > shown.get()).then(|| view! {
            <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                {desk.t("people.more")}
            </button>
        })}
    }
}
