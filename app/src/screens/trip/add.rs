//! Somebody who is not on the list: found among the workers on this device, or typed once.

use super::Bus;
use crate::board::{self, Newcomer};
use crate::screens::order::workers;
use crate::ui::icon;
use domain::kinds::passenger;
use domain::{Record, Value};
use leptos::html::Dialog;
use leptos::prelude::*;

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
        None => found(bus, &name.get()),
    });
    let choose = move |record: &Record| {
        worker.set(Some(record.id));
        name.set(record.text("name").to_owned());
        phone.set(record.text("phone").to_owned());
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
    let offer = move |record: Record| {
        let said = record.text("name").to_owned();
        view! {
            <li><button type="button" class="row offer" on:click=move |_| choose(&record)>
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

/// Workers whom the typed name finds, without those on the list.
fn found(bus: Bus, typed: &str) -> Vec<Record> {
    let listed = bus.with(|day| {
        let rows = day.manifest.rows.iter();
        rows.filter_map(|row| row.worker).collect::<Vec<_>>()
    });
    workers(bus.desk, typed, &listed.unwrap_or_default())
}

/// The name and telephone as they are kept, or the label of what is wrong with them.
fn cleaned(name: &str, phone: &str) -> Result<(String, String), String> {
    let text = |name: &str, typed: &str| {
        let Some(field) = passenger::PASSENGER.field(name) else {
            return Ok(String::new());
        };
        let value = field.clean(Value::from(typed));
        let checked = field.check(&value, |_| None, crate::now::today());
        let text = value.as_text().unwrap_or_default().to_owned();
        checked
            .map(|()| text)
            .map_err(|problem| format!("problem.{}", problem.key()))
    };
    let name = text(passenger::NAME.name(), name)?;
    Ok((name, text(passenger::PHONE.name(), phone)?))
}
