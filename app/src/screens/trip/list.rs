//! The list by seat, with large ticks; who is missing can be called with one tap.

use super::{Bus, Shown};
use crate::board;
use crate::ui::{empty, icon, print};
use domain::Id;
use domain::kinds::boarding::BOARDING;
use domain::trip::Row;
use leptos::prelude::*;

pub fn seats(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    let rows = Memo::new(move |_| {
        let shown = bus.shown.get();
        let fits = |row: &&Row| match shown {
            Shown::All => true,
            Shown::Aboard => row.boarded.is_some(),
            Shown::Missing => row.boarded.is_none(),
        };
        bus.with(|day| {
            let twice = day.manifest.double_seats();
            let rows = day.manifest.rows.iter().filter(fits).cloned();
            rows.map(|row| (twice.contains(row.seat.as_str()), row))
                .collect::<Vec<_>>()
        })
        .unwrap_or_default()
    });
    let none = move || match bus.shown.get() {
        Shown::Missing => empty("trip.nobody_missing").into_any(),
        Shown::Aboard => empty("trip.nobody_aboard").into_any(),
        Shown::All => empty("trip.nobody_listed").into_any(),
    };
    let may = Memo::new(move |_| bus.may_write(&BOARDING));
    view! {
        <ul class="list seats" aria-label=move || desk.t("trip.list")>
            <For each=move || rows.get() key=|(twice, row)| face(*twice, row)
                children=move |(twice, row)| seat(bus, row, twice, may)/>
        </ul>
        {move || rows.with(Vec::is_empty).then(none)}
    }
}

/// The list and the codes on paper.
pub fn on_paper(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    view! {
        <nav class="buttons trip-more">
            <button type="button" class="button" on:click=move |_| print()>
                {icon("print")}{move || desk.t("trip.print")}
            </button>
            <a class="button" href=format!("/trip/{}/sheet", bus.id)>
                {icon("print")}{move || desk.t("trip.sheet")}
            </a>
        </nav>
    }
}

/// Changes when the row looks different.
fn face(twice: bool, row: &Row) -> String {
    let boarded = row.boarded.as_ref();
    let boarded = boarded.map(|boarded| (boarded.at, boarded.briefed));
    format!(
        "{} {twice} {boarded:?} {} {}",
        row.passenger, row.seat, row.name
    )
}

fn seat(bus: Bus, row: Row, twice: bool, may: Memo<bool>) -> impl IntoView {
    let desk = bus.desk;
    let (id, aboard) = (row.passenger, row.boarded.is_some());
    let tap = {
        let row = row.clone();
        move |_| match aboard {
            true => bus
                .doubted
                .update(|now| *now = if *now == Some(id) { None } else { Some(id) }),
            false => bus.tick(&row, "list"),
        }
    };
    let label = desk.fill("trip.call", &[("name", &row.name)]);
    let call = (!aboard && !row.phone.is_empty()).then(|| {
        view! {
            <a class="button call" href=format!("tel:{}", row.phone) aria-label=label
                data-number=row.phone.clone()>
                {icon("call")}
            </a>
        }
    });
    let doubted = Memo::new(move |_| bus.doubted.get() == Some(id));
    let name = row.name.clone();
    view! {
        <li class="seat" data-aboard=aboard.to_string()>
            <button type="button" class="tick" aria-pressed=aboard.to_string() on:click=tap
                disabled=move || !may.get()>
                <span class="tick-mark" aria-hidden="true">{aboard.then(|| icon("check"))}</span>
                <span class="seat-number">{row.seat.clone()}</span>
                <span class="row-main">
                    <span class="row-title">{row.name.clone()}</span>
                    <span class="row-sub">{under(bus, &row)}</span>
                </span>
                <span class="row-side">
                    {row.needs_care.then(|| view! { <span class="badge priority">{desk.t("trip.care")}</span> })}
                    {twice.then(|| view! { <span class="badge late">{desk.t("trip.double_seat")}</span> })}
                </span>
            </button>
            {call}
            {move || doubted.get().then(|| doubt(bus, id, &name))}
        </li>
    }
}

/// When, how and by whom somebody was ticked off; where somebody who is missing comes aboard.
fn under(bus: Bus, row: &Row) -> String {
    let desk = bus.desk;
    let Some(boarded) = &row.boarded else {
        return row.boards_at.clone();
    };
    let colleagues = desk
        .profile()
        .map(|profile| profile.colleagues)
        .unwrap_or_default();
    let by = colleagues
        .into_iter()
        .find(|other| Some(other.person) == boarded.person);
    let way = desk.t(&format!("boarding.by.{}", boarded.by));
    let words = [
        domain::moment::clock(boarded.at),
        way,
        by.map(|other| other.name).unwrap_or_default(),
    ];
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" · ")
}

/// A second tap, perhaps of a glove, does not undo what is right: it asks.
fn doubt(bus: Bus, id: Id, name: &str) -> impl IntoView + use<> {
    let desk = bus.desk;
    let take_back = move |_| {
        bus.doubted.set(None);
        let day = bus.now();
        if let Some((row, day)) = day.and_then(|day| Some((day.manifest.row(id)?.clone(), day))) {
            bus.save(async move { board::take_back(desk, &day.trip, &row).await });
        }
    };
    let asked = desk.fill("trip.doubt", &[("name", name)]);
    view! {
        <div class="doubt">
            <p>{asked}</p>
            <div class="buttons">
                <button type="button" class="button" on:click=move |_| bus.doubted.set(None)>
                    {move || desk.t("trip.keep")}
                </button>
                <button type="button" class="button danger" on:click=take_back>
                    {move || desk.t("trip.take_back")}
                </button>
            </div>
        </div>
    }
}
