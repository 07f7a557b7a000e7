//! What is to be done before the bus departs: the vehicle's check and the safety rules.

use super::Bus;
use crate::board;
use crate::ui::icon;
use domain::kinds::trip::TRIP;
use domain::kinds::vehicle_check::VEHICLE_CHECK;
use domain::trip::{Checked, Held};
use leptos::prelude::*;

/// The safety rules that are told: labels `trip.rule.1` and so on.
const RULES: usize = 5;
const ID: &str = "before-departure";

pub fn card(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    let waits = Memo::new(move |_| {
        let waits = |day: &board::Day| {
            !day.has_departed() && !["arrived", "cancelled"].contains(&day.step())
        };
        bus.with(waits) == Some(true)
    });
    let leads = Memo::new(move |_| bus.may_write(&TRIP));
    let held = Memo::new(move |_| if leads.get() { bus.held() } else { Vec::new() });
    let title = move || match (leads.get(), held.with(Vec::is_empty)) {
        (false, _) => desk.t("trip.safety"),
        (true, true) => desk.t("trip.ready"),
        (true, false) => desk.t("trip.held"),
    };
    let state = move || {
        if held.with(Vec::is_empty) {
            "ready"
        } else {
            "held"
        }
    };
    let others = move || {
        let other = |why: &Held| match why {
            Held::TooMany(count) => {
                Some(desk.fill("held.too_many", &[("count", &count.to_string())]))
            }
            Held::NobodyAboard => Some(desk.t("held.nobody_aboard")),
            _ => None,
        };
        let line = |text: String| view! { <p class="before-line" data-state="held">{text}</p> };
        held.with(|held| held.iter().filter_map(other).map(line).collect_view())
    };
    move || {
        waits.get().then(|| {
            view! {
                <section id=ID class="before" data-state=state tabindex="-1" aria-labelledby="before-title">
                    <h2 id="before-title">{title}</h2>
                    {vehicle(bus)}
                    {rules(bus)}
                    {others}
                </section>
            }
        })
    }
}

/// Brings the card into view: it says why the bus may not go.
pub fn point_out() {
    let document = web_sys::window().and_then(|window| window.document());
    let card = document.and_then(|document| document.get_element_by_id(ID));
    if let Some(card) = card {
        use wasm_bindgen::JsCast;
        card.scroll_into_view();
        if let Some(card) = card.dyn_ref::<web_sys::HtmlElement>() {
            let _ = card.focus();
        }
    }
}

/// The last check, for those who may see it.
fn vehicle(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    let seen = Memo::new(move |_| {
        let area = bus.with(|day| day.trip.area()).flatten();
        let grants = desk.profile().map(|profile| profile.grants);
        let level = grants
            .zip(area)
            .and_then(|(grants, area)| grants.level(&VEHICLE_CHECK, area));
        level.is_some() && bus.may_write(&TRIP)
    });
    let checked = Memo::new(move |_| bus.with(|day| day.checked.clone()));
    let check_now = format!("/new/vehicle_check?about={}", bus.id);
    let line = move |state: &'static str, said: String, again: &'static str| {
        let (check_now, may) = (check_now.clone(), bus.may_write(&VEHICLE_CHECK));
        view! {
            <div class="before-line" data-state=state>
                <p>{said}</p>
                {may.then(|| view! { <a class="button" href=check_now>{desk.t(again)}</a> })}
            </div>
        }
        .into_any()
    };
    move || {
        let checked = checked.get().filter(|_| seen.get())?;
        Some(match checked {
            Checked::Never => line("held", desk.t("held.not_checked"), "trip.check"),
            Checked::Failed(_, items) => {
                let name = |item: &&str| desk.t(&format!("vehicle_check.{item}"));
                let items: Vec<String> = items.iter().map(name).collect();
                let items = items.join(&desk.t("list.comma"));
                let said = desk.fill("held.check_failed", &[("items", &items)]);
                line("held", said, "trip.check_again")
            }
            Checked::Passed(id) => view! {
                <div class="before-line" data-state="ready">
                    <p>{icon("check")}{desk.t("trip.passed")}</p>
                    <a class="button quiet" href=format!("/work?open={id}")>{desk.t("trip.details")}</a>
                </div>
            }
            .into_any(),
        })
    }
}

/// The rules to be told, and that they have been: once for the bus, and for who comes later.
fn rules(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    let told = Memo::new(move |_| bus.is_briefed());
    let without = Memo::new(move |_| {
        let without = bus.with(|day| {
            day.manifest
                .aboard()
                .filter(|row| !row.is_briefed())
                .count()
        });
        without.unwrap_or(0)
    });
    let tell = move |_| {
        bus.told.set(true);
        if let Some(day) = bus.now() {
            bus.save(async move { board::brief(desk, &day).await });
        }
    };
    let state = move || if told.get() { "ready" } else { "held" };
    let said = move || match (told.get(), without.get()) {
        (false, _) => desk.t("held.nobody_briefed"),
        (true, 0) => desk.t("trip.told"),
        (true, count) => desk.fill("trip.told_not_all", &[("count", &count.to_string())]),
    };
    let rule = move |number: usize| {
        view! { <li>{move || desk.t(&format!("trip.rule.{number}"))}</li> }
    };
    view! {
        <div class="before-line" data-state=state>
            <p>{move || told.get().then(|| icon("check"))}{said}</p>
            {move || (!told.get() || without.get() > 0).then(|| view! {
                <button type="button" class="button" on:click=tell>{desk.t("trip.tell")}</button>
            })}
        </div>
        <details class="more rules">
            <summary>{move || desk.t("trip.rules")}</summary>
            <ol>{(1..=RULES).map(rule).collect_view()}</ol>
        </details>
    }
}
