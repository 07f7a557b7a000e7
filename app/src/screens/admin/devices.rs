//! `/admin/devices`: every device of the people in one's reach, with its last contact and what it
//! had not sent then; beside it the one that is open.

use super::asked::{Asked, asked, told};
use super::device;
use super::parts::{heading, short};
use crate::desk::{Desk, desk};
use crate::now;
use crate::ui::icon;
use domain::Device;
use domain::wire::{DeviceList, EnrolledDevice};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// A device that was not heard of for so long may be lost, or its owner away.
const SILENT_MS: i64 = 3 * 86_400_000;

#[component]
pub fn Devices() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let open = Memo::new(move |_| {
        let number = query.read().get("device")?;
        Device::parse(&number)
    });
    let devices = asked::<DeviceList>(desk, || Some("/api/devices".to_owned()));
    let pane = move || {
        if open.get().is_some() {
            "detail"
        } else {
            "list"
        }
    };
    view! {
        <div class="panes" data-pane=pane>
            <section class="pane-list">
                {heading(desk, "admin.devices")}
                {list(desk, devices)}
            </section>
            <section class="pane-detail">
                {move || match open.get() {
                    Some(number) => told(desk, devices, move |list| one(desk, devices, list, number)).into_any(),
                    None => crate::ui::empty("app.nothing_open").into_any(),
                }}
            </section>
        </div>
    }
}

fn one(desk: Desk, devices: Asked<DeviceList>, list: DeviceList, number: Device) -> AnyView {
    match list.devices.into_iter().find(|one| one.number == number) {
        Some(found) => device::page(desk, devices, found).into_any(),
        None => crate::ui::empty("trouble.no_such_device").into_any(),
    }
}

/// Which devices are looked for; the label is `admin.filter.<key>`.
const FILTERS: [&str; 5] = ["live", "silent", "unsent", "words", "locked"];

fn is_shown(one: &EnrolledDevice, filter: &str) -> bool {
    let live = one.revoked.is_none() && one.retired.is_none();
    match filter {
        "silent" => live && one.seen < now::now_ms() - SILENT_MS,
        "unsent" => live && one.unsent.is_some_and(|count| count > 0),
        "words" => one.last_words > 0,
        "locked" => !live,
        _ => live,
    }
}

fn list(desk: Desk, devices: Asked<DeviceList>) -> impl IntoView {
    let word = RwSignal::new(String::new());
    let filter = RwSignal::new("live");
    let chip = move |key: &'static str| {
        view! {
            <button type="button" class="chip"
                aria-pressed=move || (filter.get() == key).to_string()
                on:click=move |_| filter.set(key)>
                {move || desk.t(&format!("admin.filter.{key}"))}
            </button>
        }
    };
    let shown = move |list: DeviceList| {
        let rows = move || {
            let (word, filter) = (word.get(), filter.get());
            let mut found = list.devices.clone();
            found.retain(|one| is_shown(one, filter) && one.name.contains(word.trim()));
            found.sort_by_key(|one| std::cmp::Reverse(one.seen));
            let count = found.len().to_string();
            let rows: Vec<_> = found.into_iter().map(|one| row(desk, one)).collect();
            view! {
                <p class="count-line" role="status">
                    {desk.fill("admin.devices_count", &[("count", &count)])}
                </p>
                <ul class="list">{rows}</ul>
            }
        };
        rows.into_any()
    };
    view! {
        <div class="search">
            {icon("search")}
            <input type="search" aria-label=move || desk.t("admin.search_device") prop:value=word
                placeholder=move || desk.t("admin.search_device")
                on:input:target=move |e| word.set(e.target().value())/>
        </div>
        <div class="chips admin-chips" role="group" aria-label=move || desk.t("admin.filter")>
            {FILTERS.map(chip).collect_view()}
        </div>
        {told(desk, devices, shown)}
    }
}

/// A device in a list.
pub fn row(desk: Desk, one: EnrolledDevice) -> impl IntoView {
    let seen = desk.fill("admin.seen", &[("when", &desk.moment(one.seen))]);
    let unsent = one.unsent.filter(|count| *count > 0);
    let unsent = unsent.map(|count| desk.fill("admin.unsent", &[("count", &count.to_string())]));
    let state = match (one.revoked, one.retired) {
        (Some(_), _) => Some("admin.revoked"),
        (None, Some(_)) => Some("admin.retired"),
        _ => None,
    };
    let words = (one.last_words > 0).then(|| desk.t("admin.left_words"));
    view! {
        <li><a class="row" href=format!("/admin/devices?device={}", one.number)>
            <span class="row-main">
                <span class="row-title">{one.name.clone()}</span>
                <span class="row-sub">{one.device_name.clone()}" · "{short(one.number)}</span>
                <span class="row-sub">{seen}</span>
            </span>
            <span class="row-side">
                {state.map(|key| view! { <span class="badge late">{desk.t(key)}</span> })}
                {unsent.map(|words| view! { <span class="badge priority">{words}</span> })}
                {words.map(|words| view! { <span class="badge">{words}</span> })}
            </span>
            {icon("chevron")}
        </a></li>
    }
}
