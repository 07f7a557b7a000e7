//! Somebody who is not on the list: found among the workers on this device, or typed once.

use super::Bus;
use crate::board::{self, Newcomer};
use crate::ui::icon;
use domain::field::Input;
use domain::kinds::passenger::PASSENGER;
use domain::{Id, Value};
use leptos::html::Dialog;
use leptos::prelude::*;

/// Workers that are offered while one types.
const OFFERED: usize = 6;

pub fn sheet(bus: Bus, begun: Newcomer) -> impl IntoView {
    let desk = bus.desk;
    let dialog = NodeRef::<Dialog>::new();
    let name = RwSignal::new(begun.name);
    let phone = RwSignal::new(begun.phone);
    let worker = RwSignal::new(begun.worker);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move || {
        if let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) {
            let _ = dialog.show_modal();
        }
    });
    let offered = Memo::new(move |_| match worker.get() {
        Some(_) => Vec::new(),
        None => workers(bus, &name.get()),
    });
    let choose = move |(id, known_as, number): (Id, String, String)| {
        worker.set(Some(id));
        name.set(known_as);
        phone.set(number);
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(day) = bus.now() else { return };
        let newcomer = match cleaned(&name.get_untracked(), &phone.get_untracked()) {
            Ok((name, phone)) => Newcomer {
                name,
                phone,
                worker: worker.get_untracked(),
                seat: day.manifest.next_seat(),
            },
            Err(key) => return problem.set(Some(desk.t(&key))),
        };
        let briefed = bus.is_briefed_now();
        bus.adding.set(None);
        bus.save(async move { board::add(desk, &day.trip, &newcomer, "list", briefed).await });
    };
    let full = move || bus.with(|day| day.manifest.free_seats() == 0) == Some(true);
    let seat = move || {
        let seat = bus.with(|day| day.manifest.next_seat()).flatten();
        seat.map(|seat| desk.fill("trip.gets_seat", &[("seat", &seat)]))
    };
    let offer = move |(id, known_as, number): (Id, String, String)| {
        let said = known_as.clone();
        view! {
            <li><button type="button" class="row offer"
                on:click=move |_| choose((id, known_as.clone(), number.clone()))>
                {icon("worker")}<span class="row-title">{said}</span>
            </button></li>
        }
    };
    view! {
        <dialog class="sheet" node_ref=dialog aria-labelledby="add-title"
            on:close=move |_| bus.adding.set(None)>
            <form novalidate on:submit=save>
                <header class="head"><h2 id="add-title">{move || desk.t("trip.add_title")}</h2></header>
                {move || full().then(|| view! { <p class="problem" role="alert">{desk.t("trip.full")}</p> })}
                <div class="field">
                    <label class="label" for="newcomer">{move || desk.t("passenger.name")}</label>
                    <input id="newcomer" type="text" autocomplete="off" prop:value=name
                        on:input:target=move |e| { name.set(e.target().value()); worker.set(None); }/>
                    <ul class="list">{move || offered.get().into_iter().map(offer).collect_view()}</ul>
                </div>
                <div class="field">
                    <label class="label" for="newcomer-phone">{move || desk.t("passenger.phone")}</label>
                    <input id="newcomer-phone" type="tel" autocomplete="off" prop:value=phone
                        on:input:target=move |e| phone.set(e.target().value())/>
                </div>
                <p class="hint">{seat}</p>
                <p class="problem" role="alert">{problem}</p>
                <div class="savebar-buttons">
                    <button type="button" class="button" on:click=move |_| bus.adding.set(None)>
                        {move || desk.t("trip.cancel")}
                    </button>
                    <button type="submit" class="button primary">{move || desk.t("trip.add_now")}</button>
                </div>
            </form>
        </dialog>
    }
}

/// Workers of that name who are not on the list yet: (id, name, telephone).
fn workers(bus: Bus, typed: &str) -> Vec<(Id, String, String)> {
    let typed = domain::check::clean_text(typed);
    if typed.is_empty() {
        return Vec::new();
    }
    let listed = bus.with(|day| {
        let rows = day.manifest.rows.iter();
        rows.filter_map(|row| row.worker).collect::<Vec<_>>()
    });
    let listed = listed.unwrap_or_default();
    bus.desk.read(|shelf| {
        let named = shelf
            .of_kind("worker")
            .filter(|row| row.title.contains(&typed) && !listed.contains(&row.id));
        let found = named.take(OFFERED).filter_map(|row| shelf.get(row.id));
        let known = |record: domain::Record| {
            let (name, phone) = (record.text("name").to_owned(), record.text("phone").to_owned());
            (record.id, name, phone)
        };
        found.map(known).collect()
    })
}

/// The name and telephone as they are kept, or the label of what is wrong with them.
fn cleaned(name: &str, phone: &str) -> Result<(String, String), String> {
    let text = |input: Input, typed: &str| {
        let field = PASSENGER.fields.iter().find(|field| field.input == input);
        let cleaned = field.map(|field| (field, field.clean(Value::from(typed))));
        cleaned.map(|(field, value)| {
            let checked = field.check(&value, |_| None, crate::now::today());
            let text = value.as_text().unwrap_or_default().to_owned();
            checked.map(|()| text).map_err(|problem| format!("problem.{}", problem.key()))
        })
    };
    let name = text(Input::Text, name).unwrap_or(Ok(String::new()))?;
    let phone = text(Input::Phone, phone).unwrap_or(Ok(String::new()))?;
    Ok((name, phone))
}
