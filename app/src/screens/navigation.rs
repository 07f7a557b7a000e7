//! The ways to the main screens: a bar on a phone; beside the screen where there is room, and there
//! with the managers' screens among them.

use super::{administers_only, manages};
use crate::desk::desk;
use crate::ui::icon;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

/// The bar's screens, and for who manages those of the rail beside them, where there is room.
#[component]
pub fn Navigation() -> impl IntoView {
    let desk = desk();
    let location = use_location();
    let entry = move |path: &'static str, name: &'static str, class: &'static str| {
        let first = match () {
            () if manages(desk) => "/overview",
            () if administers_only(desk) => "/admin",
            () => "/today",
        };
        let here = move || {
            let now = location.pathname.get();
            now == path || now == "/" && path == first
        };
        let current = move || here().then_some("page");
        let key = format!("nav.{}", path.trim_start_matches('/'));
        view! {
            <A href=path attr:class=class attr:aria-current=current>
                {icon(name)}<span>{move || desk.t(&key)}</span>
            </A>
        }
    };
    let bar = move |path, name| entry(path, name, "nav-link");
    let rail = move |path, name| entry(path, name, "nav-link rail");
    let administers = move || {
        let profile = desk.profile();
        profile.is_some_and(|profile| profile.grants.administers())
    };
    let first = move || match manages(desk) {
        true => view! {
            {bar("/overview", "overview")}
            {rail("/progress", "progress")}
            {rail("/boards", "boards")}
        }
        .into_any(),
        false => bar("/today", "today").into_any(),
    };
    let more = move || {
        manages(desk).then(|| {
            view! {
                {rail("/departures", "departures")}
                {rail("/publish", "bulletin")}
            }
        })
    };
    let work = move || {
        view! {
            {first}
            {bar("/people", "people")}
            {more}
            {move || administers().then(|| rail("/admin", "admin"))}
            {bar("/new", "plus")}
            {bar("/work", "work")}
        }
    };
    // Nobody's records are theirs to see.
    let ways = move || match administers_only(desk) {
        true => bar("/admin", "admin").into_any(),
        false => work().into_any(),
    };
    view! {
        <nav class="nav" aria-label=move || desk.t("nav.label")>
            {ways}
            {bar("/me", "me")}
        </nav>
    }
}
