//! One device: when it was last heard of, how it is locked out, and what it left.

use super::asked::{Asked, label, post, read};
use super::parts::{short, tell, twice};
use crate::desk::Desk;
use crate::ui::icon;
use domain::Device;
use domain::wire::{DeviceList, EnrolledDevice, LeftBehind, Stopped};
use leptos::prelude::*;
use leptos::task::spawn_local;

pub fn page(desk: Desk, devices: Asked<DeviceList>, one: EnrolledDevice) -> impl IntoView {
    let fact = move |key: &'static str, words: String| {
        view! { <div class="fact"><dt>{desk.t(key)}</dt><dd>{words}</dd></div> }
    };
    let unsent = match one.unsent {
        Some(count) => desk.fill("admin.unsent_then", &[("count", &count.to_string())]),
        None => desk.t("admin.unsent_unknown"),
    };
    let live = one.revoked.is_none() && one.retired.is_none();
    let version = one.version.clone();
    view! {
        <a class="button quiet back" href="/admin/devices">{icon("back")}{desk.t("record.back")}</a>
        <header class="head"><div>
            <h1>{one.name.clone()}</h1>
            <p class="head-sub">{one.device_name.clone()}" · "{short(one.number)}</p>
        </div></header>
        <section class="card facts"><dl>
            {fact("admin.fact.seen", desk.moment(one.seen))}
            {fact("admin.fact.unsent", unsent)}
            {fact("admin.fact.version", version.unwrap_or_else(|| desk.t("admin.unknown")))}
            {fact("admin.fact.enrolled", desk.moment(one.enrolled))}
            {one.revoked.map(|at| fact("admin.fact.revoked", desk.moment(at)))}
            {one.retired.map(|at| fact("admin.fact.retired", desk.moment(at)))}
        </dl></section>
        {live.then(|| view! {
            <section class="card">
                <h2>{desk.t("admin.revoke")}</h2>
                <p class="hint">{desk.t("admin.revoke_hint")}</p>
                {revoke(desk, devices, one.number)}
            </section>
        })}
        {(!live).then(|| left(desk, &one))}
    }
}

fn revoke(desk: Desk, devices: Asked<DeviceList>, number: Device) -> impl IntoView {
    let act = move || {
        spawn_local(async move {
            let path = format!("/api/devices/{number}/revoke");
            match post::<Stopped>(desk, &path, &()).await {
                Ok(told) => {
                    tell_stopped(desk, told);
                    devices.again();
                }
                Err(error) => tell(desk, &label(&error)),
            }
        });
    };
    twice(
        desk,
        ["admin.revoke", "admin.revoke_sure", "admin.revoke_now"],
        act,
    )
}

/// What was stopped holds at once; a ledger that did not answer is told again.
pub fn tell_stopped(desk: Desk, told: Stopped) {
    let language = desk.language.get_untracked();
    let count = told.waiting.to_string();
    let words = match told.waiting {
        0 => language.label("admin.stopped_now"),
        _ => language.fill("admin.stopped_soon", &[("count", &count)]),
    };
    desk.say(words, None);
}

/// What a locked-out device left: how much of what, and nothing of what is in it.
fn left(desk: Desk, one: &EnrolledDevice) -> impl IntoView + use<> {
    let number = one.number;
    let counted = RwSignal::new(None::<Result<LeftBehind, String>>);
    let nothing = one.last_words == 0;
    let look = move |_| {
        spawn_local(async move {
            let path = format!("/api/devices/{number}/last-words");
            let told = read(desk, &path).await.map_err(|error| label(&error));
            counted.try_set(Some(told));
        });
    };
    let line = move |name: String, count: u64| {
        view! { <div class="fact"><dt>{name}</dt><dd>{count}</dd></div> }
    };
    let lines = move |left: LeftBehind| {
        let others = (left.others > 0).then(|| line(desk.t("admin.left_other"), left.others));
        let changes = left.changes.into_iter();
        let changes: Vec<_> = changes
            .map(|(kind, count)| line(desk.t(&kind), count))
            .collect();
        view! { <dl>{changes}{others}</dl> }
    };
    let shown = move || {
        counted.get().map(|told| match told {
            Ok(left) => lines(left).into_any(),
            Err(key) => view! { <p class="problem" role="alert">{desk.t(&key)}</p> }.into_any(),
        })
    };
    view! {
        <section class="card">
            <h2>{desk.t("admin.left")}</h2>
            {if nothing {
                view! { <p class="hint">{desk.t("admin.left_nothing")}</p> }.into_any()
            } else {
                view! {
                    <p class="hint">{desk.t("admin.left_hint")}</p>
                    {shown}
                    <button type="button" class="button" on:click=look>{desk.t("admin.left_look")}</button>
                }.into_any()
            }}
        </section>
    }
}
