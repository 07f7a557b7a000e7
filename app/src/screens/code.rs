//! `/code/:id`: somebody's code, large, to be scanned from the screen; and a sheet of a trip's
//! codes to print.

use crate::board::Day;
use crate::desk::{Desk, desk};
use crate::ui::{empty, icon, print};
use crate::{awake, form, qr};
use domain::code::{self, Code};
use domain::kinds::{passenger, ticket, trip};
use domain::{Id, Record};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn CodeScreen() -> impl IntoView {
    let desk = desk();
    let params = use_params_map();
    awake::stay();
    move || {
        let id = params.read().get("id").and_then(|id| Id::parse(&id));
        let record = id.and_then(|id| desk.read(|shelf| shelf.get(id)));
        let record = record.filter(|record| !record.is_deleted());
        match record.and_then(|record| Some((Code::of(&record.kind, record.id)?, record))) {
            Some((code, record)) => shown(desk, code, &record).into_any(),
            None => empty("record.gone").into_any(),
        }
    }
}

fn shown(desk: Desk, code: Code, record: &Record) -> impl IntoView + use<> {
    let name = record.text("name").to_owned();
    let seat = record.text(passenger::SEAT.name()).to_owned();
    let journey = journey(desk, record);
    view! {
        <article class="code-page">
            <header class="head">
                <button type="button" class="button quiet icon-only" on:click=move |_| form::back()
                    aria-label=move || desk.t("form.back")>{icon("back")}</button>
                <div>
                    <h1>{name.clone()}</h1>
                    <p class="head-sub">{journey}</p>
                </div>
                {(!seat.is_empty()).then(|| view! { <p class="code-seat">{desk.fill("trip.seat", &[("seat", &seat)])}</p> })}
            </header>
            {qr::picture(&code.text(), desk.fill("code.of", &[("name", &name)]))}
            <p class="code-short">{code::short(code.id)}</p>
            <p class="hint">{move || desk.t("code.hint")}</p>
            <button type="button" class="button wide" on:click=move |_| print()>
                {icon("print")}{move || desk.t("code.print")}
            </button>
        </article>
    }
}

/// Where the bearer of a code travels, and when.
fn journey(desk: Desk, record: &Record) -> String {
    let referred = |key: domain::Key<Id>| record.get(&key).and_then(|id| desk.read(|s| s.get(id)));
    if let Some(on) = referred(passenger::TRIP) {
        return route(desk, &on);
    }
    match referred(ticket::ORDER) {
        Some(order) => order.text("route").to_owned(),
        None => desk.t(&record.kind),
    }
}

/// 济南—庄寨镇 · 明天 05:30
fn route(desk: Desk, on: &Record) -> String {
    let departs = on
        .get(&trip::DEPARTS)
        .map(|ms| format!(" · {}", desk.moment(ms)));
    format!(
        "{}{}",
        on.text(trip::ROUTE.name()),
        departs.unwrap_or_default()
    )
}

/// `/trip/:id/sheet`: every passenger's code, to print and hand out.
#[component]
pub fn SheetScreen() -> impl IntoView {
    let desk = desk();
    let params = use_params_map();
    move || {
        let id = params.read().get("id").and_then(|id| Id::parse(&id));
        match id.and_then(|id| desk.read(|shelf| Day::read(shelf, id))) {
            Some(day) => sheet(desk, &day).into_any(),
            None => empty("trip.none").into_any(),
        }
    }
}

fn sheet(desk: Desk, day: &Day) -> impl IntoView + use<> {
    let card = |row: &domain::trip::Row| {
        let code = Code::of(passenger::PASSENGER.name, row.passenger)?;
        let name = row.name.clone();
        Some(view! {
            <li class="code-card">
                {qr::picture(&code.text(), desk.fill("code.of", &[("name", &name)]))}
                <p><strong>{name}</strong></p>
                <p>{(!row.seat.is_empty()).then(|| desk.fill("trip.seat", &[("seat", &row.seat)]))}</p>
                <p class="code-short">{code::short(code.id)}</p>
            </li>
        })
    };
    let cards = day.manifest.rows.iter().filter_map(card).collect_view();
    view! {
        <header class="head">
            <button type="button" class="button quiet icon-only" on:click=move |_| form::back()
                aria-label=move || desk.t("form.back")>{icon("back")}</button>
            <div><h1>{route(desk, &day.trip)}</h1></div>
        </header>
        <button type="button" class="button primary wide code-print" on:click=move |_| print()>
            {icon("print")}{move || desk.t("code.print")}
        </button>
        <ul class="code-sheet">{cards}</ul>
    }
}
