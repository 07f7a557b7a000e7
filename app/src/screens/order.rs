//! A group order's tickets on its page: how many stand where, several taken a step at once, and
//! people added by a few letters (C10).

use crate::desk::Desk;
use crate::lines::lines;
use crate::save;
use crate::ui::{icon, open_link};
use domain::kinds::ticket::{self, TICKET};
use domain::record::AREA;
use domain::value::Shape;
use domain::{Id, Kind, Record, Value, Values, step};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeSet;
use store::database::StoreError;
use store::shelf::Row;

/// People that are offered while one types.
pub const OFFERED: usize = 6;

/// The part of an order's page that is its passengers.
pub fn tickets(desk: Desk, order: Id) -> impl IntoView {
    let shown = RwSignal::new("wanted");
    let chosen = RwSignal::new(BTreeSet::<Id>::new());
    let all = Memo::new(move |_| {
        desk.read(|shelf| {
            let rows = shelf
                .about(order)
                .filter(|row| row.kind.name == TICKET.name);
            let with_step = |row: &Row| {
                let record = shelf.get(row.id)?;
                let step = TICKET.step(&record)?.to_owned();
                Some((
                    row.clone(),
                    step,
                    record.text(ticket::SEAT.name()).to_owned(),
                ))
            };
            rows.filter_map(with_step).collect::<Vec<_>>()
        })
    });
    let chip = move |step: &'static str| {
        let count = move || all.with(|all| all.iter().filter(|entry| entry.1 == step).count());
        let press = move |_| {
            shown.set(step);
            chosen.set(BTreeSet::new());
        };
        view! {
            <button type="button" class="chip" aria-pressed=move || (shown.get() == step).to_string()
                on:click=press>
                {move || desk.t(&format!("ticket.step.{step}"))}" "
                <span class="count">{count}</span>
            </button>
        }
    };
    let rows = move || {
        let here = |entry: &&(Row, String, String)| entry.1 == shown.get();
        all.with(|all| all.iter().filter(here).cloned().collect::<Vec<_>>())
    };
    let every = move |_| {
        let ids = rows().into_iter().map(|entry| entry.0.id).collect();
        chosen.update(|now| *now = if *now == ids { BTreeSet::new() } else { ids });
    };
    let may = Memo::new(move |_| may_add(desk, order));
    view! {
        <section class="order">
            <h2 class="group">{move || desk.t("order.people")}
                <span class="count">{move || all.with(Vec::len)}</span></h2>
            <div class="chips" role="group" aria-label=move || desk.t("people.filter")>
                {ticket::STEPS.iter().map(|step| chip(step)).collect_view()}
            </div>
            {move || (!rows().is_empty()).then(|| view! {
                <button type="button" class="button quiet" on:click=every>{desk.t("order.every")}</button>
            })}
            <ul class="list">
                {lines(rows, |(row, ..)| row.id, move |one| person(desk, one, chosen))}
            </ul>
            {move || (!chosen.with(BTreeSet::is_empty)).then(|| onward(desk, shown.get(), chosen))}
            {move || may.get().then(|| adder(desk, order))}
        </section>
    }
}

fn person(
    desk: Desk,
    one: Memo<(Row, String, String)>,
    chosen: RwSignal<BTreeSet<Id>>,
) -> impl IntoView {
    let id = one.with_untracked(|(row, ..)| row.id);
    let link = open_link(id);
    let on = move || chosen.with(|chosen| chosen.contains(&id));
    let toggle = move |_| {
        chosen.update(|chosen| {
            if !chosen.remove(&id) {
                chosen.insert(id);
            }
        });
    };
    let name = move || one.with(|(row, ..)| row.title.clone());
    let seat = move || {
        one.with(|(.., seat)| (!seat.is_empty()).then(|| desk.fill("trip.seat", &[("seat", seat)])))
    };
    view! {
        <li class="choose-row">
            <label class="choose">
                <input type="checkbox" prop:checked=on on:change=toggle/>
                <span class="row-title">{name}</span>
                <span class="row-sub">{seat}</span>
            </label>
            <a class="button quiet icon-only" href=link aria-label=name>{icon("chevron")}</a>
        </li>
    }
}

/// What the chosen ones may become.
fn onward(desk: Desk, from: &'static str, chosen: RwSignal<BTreeSet<Id>>) -> impl IntoView + use<> {
    let places = step::steps(&TICKET);
    let here = places.iter().position(|step| *step == from).unwrap_or(0);
    let button = |to: &'static str| {
        let go = move |_| {
            let ids: Vec<Id> = chosen.get_untracked().into_iter().collect();
            chosen.set(BTreeSet::new());
            let said = desk.fill(
                "order.moved",
                &[
                    ("count", &ids.len().to_string()),
                    ("step", &desk.t(&format!("ticket.step.{to}"))),
                ],
            );
            let values = Values::from([(ticket::STEP.name().to_owned(), Value::from(to))]);
            let edits = ids.into_iter().map(|id| (id, values.clone())).collect();
            spawn_local(async move {
                match save::edit_all(desk, edits).await {
                    Ok(undo) => desk.say(said, Some(undo)),
                    Err(_) => {
                        desk.say(desk.language.get_untracked().label("trouble.storage"), None);
                    }
                }
            });
        };
        let label = move || {
            let count = chosen.with(BTreeSet::len).to_string();
            let step = desk.t(&format!("ticket.step.{to}"));
            desk.fill("order.move", &[("count", &count), ("step", &step)])
        };
        view! { <button type="button" class="button" on:click=go>{label}</button> }
    };
    let buttons = places[here + 1..]
        .iter()
        .map(|to| button(to))
        .collect_view();
    view! { <div class="buttons">{buttons}</div> }
}

/// One taps on the people that are to be added, one after another.
fn adder(desk: Desk, order: Id) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let offered = move || {
        let listed: Vec<Id> = desk.read(|shelf| {
            let tickets = shelf
                .about(order)
                .filter(|row| row.kind.name == TICKET.name);
            tickets.flat_map(|row| row.about.clone()).collect()
        });
        workers(desk, &typed.get(), &listed)
    };
    let offer = move |worker: Record| {
        let name = worker.text("name").to_owned();
        let add = move |_| {
            let worker = worker.clone();
            typed.set(String::new());
            spawn_local(async move {
                let key = match add(desk, order, &worker).await {
                    Ok(()) => "form.saved",
                    Err(_) => "trouble.storage",
                };
                desk.say(desk.language.get_untracked().label(key), None);
            });
        };
        view! {
            <li><button type="button" class="row offer" on:click=add>
                {icon("plus")}<span class="row-title">{name}</span>
            </button></li>
        }
    };
    view! {
        <div class="field order-add">
            <label class="label" for="order-add">{move || desk.t("order.add")}</label>
            <input id="order-add" type="search" autocomplete="off" prop:value=typed
                placeholder=move || desk.t("people.search")
                on:input:target=move |e| typed.set(e.target().value())/>
            <ul class="list">{move || offered().into_iter().map(offer).collect_view()}</ul>
        </div>
    }
}

/// Workers whom a few letters or digits find, without those of a list.
pub fn workers(desk: Desk, typed: &str, except: &[Id]) -> Vec<Record> {
    if typed.trim().is_empty() {
        return Vec::new();
    }
    desk.read(|shelf| {
        let fits = |id: Id, kind: &'static Kind| kind.name == "worker" && !except.contains(&id);
        let found = shelf.find(typed, |word| desk.areas_named(word), fits, OFFERED);
        let records = found.first.into_iter().filter_map(|id| shelf.get(id));
        records.collect()
    })
}

/// A ticket is kept where its worker is: the colleagues of another township need not see it.
async fn add(desk: Desk, order: Id, worker: &Record) -> Result<(), StoreError> {
    let mut values = Values::from([
        (ticket::ORDER.name().to_owned(), order.write()),
        (ticket::WORKER.name().to_owned(), worker.id.write()),
    ]);
    for name in [AREA.name(), ticket::NAME.name(), ticket::PHONE.name()] {
        values.extend(
            worker
                .value(name)
                .map(|value| (name.to_owned(), value.clone())),
        );
    }
    save::create(desk, &TICKET, values, None).await.map(drop)
}

fn may_add(desk: Desk, order: Id) -> bool {
    let area = desk.read(|shelf| shelf.row(order).map(|row| row.area));
    let grants = desk.profile().map(|profile| profile.grants);
    area.zip(grants).is_some_and(|(area, grants)| {
        let near = |own: domain::Area| area.contains(own) && grants.may_write(&TICKET, own);
        grants.may_write(&TICKET, area) || grants.0.iter().any(|grant| near(grant.area))
    })
}
