//! 我: language, type size, theme, this device, and what it keeps.

use crate::desk::{Desk, desk};
use crate::language::Language;
use crate::storage;
use crate::ui::{head, icon};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

fn remember(desk: Desk, name: &'static str, value: &'static str) {
    spawn_local(async move {
        let _ = desk.store().set(name, &JsValue::from_str(value)).await;
    });
}

#[component]
pub fn Me() -> impl IntoView {
    let desk = desk();
    let name = move || desk.enrolled.with(|e| e.as_ref().map(|e| e.name.clone()));
    let roles = move || {
        let grants = desk
            .profile()
            .map(|profile| profile.grants.0)
            .unwrap_or_default();
        let said = |grant: &domain::Grant| {
            format!(
                "{} · {}",
                desk.t(&format!("role.{}", grant.role.key())),
                desk.area_name(grant.area)
            )
        };
        grants.iter().map(said).collect::<Vec<_>>().join("\n")
    };
    let device = move || {
        desk.enrolled
            .with(|e| e.as_ref().map(|e| e.device.to_string()))
    };
    let records = move || desk.read(store::shelf::Shelf::len).to_string();
    spawn_local(storage::measure(desk));
    view! {
        {head(move || desk.t("nav.me"))}
        <section class="card">
            <h2>{name}</h2>
            <p class="head-sub roles">{roles}</p>
        </section>
        <storage::Notice/>
        <crate::rescue::Notice/>
        <Links/>
        <section class="card settings">
            {choice(desk, "me.language", desk_language(desk), &[("zh", "me.zh"), ("en", "me.en")],
                |desk, value| { desk.language.set(Language::parse(value)); remember(desk, "language", value); })}
            {choice(desk, "me.theme", Signal::derive(move || desk.theme.get()),
                &[("", "me.system"), ("light", "me.light"), ("dark", "me.dark")],
                |desk, value| { desk.theme.set(value.to_owned()); remember(desk, "theme", value); })}
            {choice(desk, "me.type", Signal::derive(move || desk.type_size.get()),
                &[("", "me.normal"), ("large", "me.large")],
                |desk, value| { desk.type_size.set(value.to_owned()); remember(desk, "type", value); })}
        </section>
        <super::pin::PinCard/>
        <section class="card facts">
            <h2>{move || desk.t("me.device")}</h2>
            <dl>
                <div class="fact"><dt>{move || desk.t("me.number")}</dt><dd class="code">{device}</dd></div>
                <div class="fact"><dt>{move || desk.t("me.records")}</dt><dd>{records}</dd></div>
                <div class="fact"><dt>{move || desk.t("me.storage")}</dt>
                    <dd>{move || desk.room.get().map(|room| storage::words(room, desk))}</dd></div>
                <div class="fact"><dt>{move || desk.t("me.version")}</dt>
                    <dd>{env!("CARGO_PKG_VERSION")}</dd></div>
            </dl>
        </section>
        <super::install::Standing/>
        <super::training::Reset/>
    }
}

/// Screens that are not in the bar: the day's list of who manages, bulletins, contacts.
#[component]
fn Links() -> impl IntoView {
    let desk = desk();
    let link = move |path: &'static str, name: &'static str, key: &'static str| {
        view! {
            <li><a class="row" href=path>
                <span class="row-mark">{icon(name)}</span>
                <span class="row-main"><span class="row-title">{move || desk.t(key)}</span></span>
                {icon("chevron")}
            </a></li>
        }
    };
    view! {
        <ul class="list me-links">
            {move || desk.profile().is_some_and(|profile| profile.grants.administers())
                .then(|| link("/admin", "edit", "nav.admin"))}
            {move || super::manages(desk).then(|| link("/today", "today", "nav.today"))}
            {link("/bulletins", "bulletin", "bulletins.title")}
            {link("/contacts", "contact", "contacts.title")}
        </ul>
    }
}

fn desk_language(desk: Desk) -> Signal<String> {
    Signal::derive(move || desk.language.get().code().to_owned())
}

fn choice(
    desk: Desk,
    title: &'static str,
    held: Signal<String>,
    options: &'static [(&'static str, &'static str)],
    choose: fn(Desk, &'static str),
) -> impl IntoView {
    let chip = move |(value, key): &'static (&'static str, &'static str)| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (held.get() == *value).to_string()
                on:click=move |_| choose(desk, value)>{move || desk.t(key)}</button>
        }
    };
    view! {
        <div class="setting">
            <span class="label" id=title>{move || desk.t(title)}</span>
            <div class="chips" role="group" aria-labelledby=title>
                {options.iter().map(chip).collect_view()}
            </div>
        </div>
    }
}
