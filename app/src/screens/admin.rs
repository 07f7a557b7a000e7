//! `/admin`: people and grants, devices, the campaign, the log, the ledgers' health. All of it is
//! asked of the server, and nothing of it shows anybody whom the campaign serves.

mod area;
mod asked;
mod audit;
mod campaign;
mod deed;
mod device;
mod devices;
mod feeds;
mod grants;
mod health;
mod hooks;
mod invite;
mod parts;
mod people;
mod person;
mod settings;
mod sheet;

use crate::desk::{Desk, desk};
use crate::ui::{empty, icon};
use asked::{asked, told};
use domain::wire::PeopleList;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use parts::heading;

/// The one entry, with a route for each screen: the router leaves the query as it was when only a
/// route's parameter changes.
#[component]
pub fn Admin() -> impl IntoView {
    let desk = desk();
    let path = use_location().pathname.get_untracked();
    let screen = path.strip_prefix("/admin/").unwrap_or_default().to_owned();
    let administers = Memo::new(move |_| {
        desk.profile()
            .is_some_and(|profile| profile.grants.administers())
    });
    move || {
        if !administers.get() {
            return empty("admin.not_yours").into_any();
        }
        match screen.as_str() {
            "" => view! { <Hub/> }.into_any(),
            "people" => view! { <people::People/> }.into_any(),
            "invite" => view! { <invite::Invite/> }.into_any(),
            "sheet" => view! { <sheet::Sheet/> }.into_any(),
            "devices" => view! { <devices::Devices/> }.into_any(),
            "campaign" => view! { <campaign::Settings/> }.into_any(),
            "audit" => view! { <audit::Audit/> }.into_any(),
            "feeds" => view! { <feeds::Feeds/> }.into_any(),
            "health" => view! { <health::Health/> }.into_any(),
            _ => empty("app.no_screen").into_any(),
        }
    }
}

/// Address, icon, name and what is done there.
const SCREENS: [(&str, &str, &str); 8] = [
    ("people", "people", "admin.people"),
    ("invite", "plus", "admin.invite"),
    ("sheet", "print", "admin.sheet"),
    ("devices", "call", "admin.devices"),
    ("campaign", "edit", "admin.campaign"),
    ("audit", "check", "admin.audit"),
    ("feeds", "share", "admin.feeds"),
    ("health", "progress", "admin.health"),
];

#[component]
fn Hub() -> impl IntoView {
    let desk = desk();
    let people = asked::<PeopleList>(desk, || Some("/api/people".to_owned()));
    let link = move |(path, name, key): (&'static str, &'static str, &'static str)| {
        view! {
            <li><a class="row" href=format!("/admin/{path}")>
                <span class="row-mark">{icon(name)}</span>
                <span class="row-main">
                    <span class="row-title">{move || desk.t(key)}</span>
                    <span class="row-sub">{move || desk.t(&format!("{key}_hint"))}</span>
                </span>
                {icon("chevron")}
            </a></li>
        }
    };
    view! {
        {heading(desk, "nav.admin")}
        <p class="hint">{move || desk.t("admin.no_personal_data")}</p>
        {told(desk, people, move |list| first_steps(desk, &list).into_any())}
        <ul class="list admin-links">{SCREENS.map(link).collect_view()}</ul>
    }
}

/// What the first administrator of a new server does, in this order, until somebody else is there.
fn first_steps(desk: Desk, list: &PeopleList) -> impl IntoView + use<> {
    let alone = list.people.len() <= 1;
    let step = move |(href, key): (&'static str, &'static str)| {
        view! { <li><a href=href>{desk.t(key)}</a></li> }
    };
    let steps = [
        ("/admin/campaign", "admin.first.campaign"),
        ("/admin/invite", "admin.first.second"),
        ("/admin/sheet", "admin.first.people"),
    ];
    alone.then(|| {
        view! {
            <section class="card admin-first">
                <h2>{desk.t("admin.first")}</h2>
                <ol>{steps.map(step).collect_view()}</ol>
            </section>
        }
    })
}
