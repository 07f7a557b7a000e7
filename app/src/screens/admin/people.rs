//! `/admin/people`: who works in the areas that one administers, and who was invited; beside it
//! the one who is open.

use super::asked::{Asked, asked, label, post, told};
use super::parts::{heading, said_all, tell};
use super::{area, person};
use crate::desk::{Desk, desk};
use crate::ui::icon;
use domain::area::Level;
use domain::wire::{Invited, PeopleList, Staff};
use domain::{Area, Id};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use std::collections::BTreeSet;

#[component]
pub fn People() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let open = Memo::new(move |_| query.read().get("person").and_then(|id| Id::parse(&id)));
    let people = asked::<PeopleList>(desk, || Some("/api/people".to_owned()));
    Effect::new(move || learn_villages(desk, people));
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
                {heading(desk, "admin.people")}
                <div class="buttons">
                    <a class="button primary" href="/admin/invite">{icon("plus")}{move || desk.t("admin.invite")}</a>
                    <a class="button" href="/admin/sheet">{icon("print")}{move || desk.t("admin.sheet")}</a>
                </div>
                {list(desk, people)}
            </section>
            <section class="pane-detail">
                {move || match open.get() {
                    Some(id) => told(desk, people, move |list| one(desk, people, &list, id)).into_any(),
                    None => crate::ui::empty("app.nothing_open").into_any(),
                }}
            </section>
        </div>
    }
}

/// Who works in a village is listed by its name.
fn learn_villages(desk: Desk, people: Asked<PeopleList>) {
    let list = people.value().map(|list| list.people).unwrap_or_default();
    let grants = list.iter().flat_map(|staff| &staff.grants.0);
    let villages = grants.filter(|grant| grant.area.level() == Level::Village);
    let counties: BTreeSet<Area> = villages.map(|grant| grant.area.ledger()).collect();
    // A province's administrator reads their codes: the names are too many.
    let few = counties.into_iter().take(3);
    few.for_each(|county| area::learn(desk, county));
}

fn one(desk: Desk, people: Asked<PeopleList>, list: &PeopleList, id: Id) -> AnyView {
    match list.people.iter().find(|staff| staff.person == id) {
        Some(staff) => person::page(desk, people, staff.clone()).into_any(),
        None => crate::ui::empty("trouble.unknown_person").into_any(),
    }
}

fn list(desk: Desk, people: Asked<PeopleList>) -> impl IntoView {
    let word = RwSignal::new(String::new());
    let shown = move |list: PeopleList| {
        let found = move || {
            let word = word.get();
            let mut found = list.people.clone();
            found.retain(|staff| is_meant(desk, staff, word.trim()));
            grouped(desk, found)
        };
        let waiting = list.invited;
        view! {
            {found}
            {(!waiting.is_empty()).then(|| invited(desk, people, waiting))}
        }
        .into_any()
    };
    view! {
        <div class="search">
            {icon("search")}
            <input type="search" aria-label=move || desk.t("admin.search") prop:value=word
                placeholder=move || desk.t("admin.search")
                on:input:target=move |e| word.set(e.target().value())/>
        </div>
        {told(desk, people, shown)}
    }
}

/// By name, by what the person holds, or by an area's name or code.
fn is_meant(desk: Desk, staff: &Staff, word: &str) -> bool {
    let codes = || {
        staff
            .grants
            .0
            .iter()
            .any(|grant| grant.area.to_string().starts_with(word))
    };
    staff.name.contains(word) || said_all(desk, &staff.grants).contains(word) || codes()
}

/// Area by area, as codes go; who was stopped stands last.
fn grouped(desk: Desk, mut people: Vec<Staff>) -> impl IntoView {
    let area = |staff: &Staff| staff.grants.0.iter().map(|grant| grant.area).min();
    people.sort_by(|a, b| {
        let key = |s: &Staff| (s.stopped.is_some(), area(s), s.name.clone());
        key(a).cmp(&key(b))
    });
    let count = people.len().to_string();
    let mut groups: Vec<(Option<Area>, Vec<Staff>)> = Vec::new();
    for staff in people {
        let here = area(&staff);
        match groups.last_mut() {
            Some((group, members)) if *group == here => members.push(staff),
            _ => groups.push((here, vec![staff])),
        }
    }
    let group = move |(area, members): (Option<Area>, Vec<Staff>)| {
        let title = area.map(|area| desk.area_name(area)).unwrap_or_default();
        let count = members.len().to_string();
        view! {
            <h2 class="group">{title}<span class="count">{count}</span></h2>
            <ul class="list">{members.into_iter().map(|staff| row(desk, staff)).collect_view()}</ul>
        }
    };
    view! {
        <p class="count-line" role="status">{desk.fill("admin.people_count", &[("count", &count)])}</p>
        {groups.into_iter().map(group).collect_view()}
    }
}

fn row(desk: Desk, staff: Staff) -> impl IntoView {
    let stopped = staff.stopped.is_some();
    view! {
        <li><a class="row" href=format!("/admin/people?person={}", staff.person)>
            <span class="row-main">
                <span class="row-title">{staff.name}</span>
                <span class="row-sub">{said_all(desk, &staff.grants)}</span>
            </span>
            <span class="row-side">
                {stopped.then(|| view! { <span class="badge late">{desk.t("admin.stopped")}</span> })}
            </span>
            {icon("chevron")}
        </a></li>
    }
}

/// Links that nobody has taken yet; one that was lost is withdrawn.
fn invited(desk: Desk, people: Asked<PeopleList>, waiting: Vec<Invited>) -> impl IntoView {
    let row = move |one: Invited| {
        let link = one.link.clone();
        let withdraw = move |_| {
            let path = format!("/api/invite/{link}/withdraw");
            spawn_local(async move {
                match post::<bool>(desk, &path, &()).await {
                    Ok(_) => people.again(),
                    Err(error) => tell(desk, &label(&error)),
                }
            });
        };
        let until = desk.fill("admin.expires", &[("when", &desk.moment(one.expires))]);
        let spoken = desk.fill("admin.withdraw_of", &[("name", &one.name)]);
        view! {
            <li class="row">
                <span class="row-main">
                    <span class="row-title">{one.name}</span>
                    <span class="row-sub">{move || said_all(desk, &one.grants)}</span>
                    <span class="row-sub">{until}</span>
                </span>
                <button type="button" class="button small" aria-label=spoken on:click=withdraw>
                    {desk.t("admin.withdraw")}
                </button>
            </li>
        }
    };
    view! {
        <h2 class="group">{desk.t("admin.invited")}</h2>
        <ul class="list">{waiting.into_iter().map(row).collect_view()}</ul>
    }
}
