//! One colleague: what they hold, their devices, a link for a further one, and how they are
//! stopped.

use super::asked::{Asked, asked, label, post, told};
use super::grants::{Half, editor};
use super::invite::card;
use super::parts::{said, tell, trouble, twice};
use super::{device, devices};
use crate::desk::Desk;
use crate::ui::icon;
use domain::wire::{DeviceList, GrantsAsk, Invitation, InviteAnswer, PeopleList, Staff, Stopped};
use domain::{Grant, Grants, Id};
use leptos::prelude::*;
use leptos::task::spawn_local;

pub fn page(desk: Desk, people: Asked<PeopleList>, staff: Staff) -> impl IntoView {
    let person = staff.person;
    let stopped = staff.stopped.map(|at| desk.moment(at));
    let links = asked::<DeviceList>(desk, || Some("/api/devices".to_owned()));
    view! {
        <a class="button quiet back" href="/admin/people">{icon("back")}{desk.t("record.back")}</a>
        <header class="head"><div>
            <h1>{staff.name.clone()}</h1>
            {stopped.map(|when| view! {
                <p class="problem">{desk.fill("admin.stopped_at", &[("when", &when)])}</p>
            })}
        </div></header>
        {held(desk, people, &staff)}
        <section class="card">
            <h2>{desk.t("admin.devices")}</h2>
            {told(desk, links, move |list| own_devices(desk, &list, person).into_any())}
            {further(desk, &staff)}
        </section>
        {staff.stopped.is_none().then(|| view! {
            <section class="card">
                <h2>{desk.t("admin.stop")}</h2>
                <p class="hint">{desk.t("admin.stop_hint")}</p>
                {stop(desk, people, links, person)}
            </section>
        })}
    }
}

/// What the person holds: each can be taken away, and another given.
fn held(desk: Desk, people: Asked<PeopleList>, staff: &Staff) -> impl IntoView + use<> {
    let (person, now) = (staff.person, staff.grants.clone());
    let problem = RwSignal::new(None::<String>);
    let adding = RwSignal::new(false);
    let half = Half::new(desk);
    let only = now.0.len() == 1;
    let row = |grant: &Grant| {
        let mut rest = now.clone();
        rest.0.retain(|one| one != grant);
        let (shown, named) = (grant.clone(), grant.clone());
        let words = move || said(desk, &shown);
        let spoken = move || desk.fill("admin.take_of", &[("grant", &said(desk, &named))]);
        let take = move |_| set(desk, people, problem, person, rest.clone());
        view! {
            <li class="row">
                <span class="row-main"><span class="row-title">{words}</span></span>
                {(!only).then(|| view! {
                    <button type="button" class="button small" aria-label=spoken on:click=take>
                        {desk.t("admin.take")}
                    </button>
                })}
            </li>
        }
    };
    let rows: Vec<_> = now.0.iter().map(row).collect();
    let (with, instead) = (now.clone(), only);
    let give = move |also: bool| {
        let grant = half.grant().filter(Grant::is_whole);
        let Some(grant) = grant else {
            return problem.set(Some("trouble.not_whole".to_owned()));
        };
        let mut next = if also { with.0.clone() } else { Vec::new() };
        if !next.contains(&grant) {
            next.push(grant);
        }
        set(desk, people, problem, person, Grants(next));
    };
    let (add, replace) = (give.clone(), give);
    view! {
        <section class="card">
            <h2>{desk.t("admin.grants")}</h2>
            <ul class="list">{rows}</ul>
            {trouble(desk, problem)}
            <button type="button" class="button" aria-expanded=move || adding.get().to_string()
                on:click=move |_| adding.update(|open| *open = !*open)>
                {desk.t("admin.change")}
            </button>
            <div class="admin-form" hidden=move || !adding.get()>
                {editor(desk, half)}
                <div class="buttons">
                    <button type="button" class="button primary" on:click=move |_| add(true)>
                        {desk.t("admin.give")}
                    </button>
                    {instead.then(|| view! {
                        <button type="button" class="button" on:click=move |_| replace(false)>
                            {desk.t("admin.give_instead")}
                        </button>
                    })}
                </div>
            </div>
        </section>
    }
}

fn set(
    desk: Desk,
    people: Asked<PeopleList>,
    problem: RwSignal<Option<String>>,
    person: Id,
    grants: Grants,
) {
    problem.set(None);
    spawn_local(async move {
        let path = format!("/api/people/{person}/grants");
        match post::<Stopped>(desk, &path, &GrantsAsk { grants }).await {
            Ok(_) => {
                tell(desk, "admin.saved");
                people.again();
            }
            Err(error) => {
                problem.try_set(Some(label(&error)));
            }
        }
    });
}

fn own_devices(desk: Desk, list: &DeviceList, person: Id) -> impl IntoView + use<> {
    let mut own = list.devices.clone();
    own.retain(|one| one.person == person);
    let none = own.is_empty();
    let rows: Vec<_> = own.into_iter().map(|one| devices::row(desk, one)).collect();
    view! {
        {none.then(|| view! { <p class="hint">{desk.t("admin.no_device")}</p> })}
        <ul class="list">{rows}</ul>
    }
}

/// A link for one more device, or for who comes back or forgot the PIN.
fn further(desk: Desk, staff: &Staff) -> impl IntoView + use<> {
    let made = RwSignal::new(None::<(Invitation, InviteAnswer)>);
    let problem = RwSignal::new(None::<String>);
    let invitation = Invitation {
        name: staff.name.clone(),
        grants: staff.grants.clone(),
        person: Some(staff.person),
    };
    let make = move |_| {
        let invitation = invitation.clone();
        problem.set(None);
        spawn_local(async move {
            match post::<InviteAnswer>(desk, "/api/invite", &invitation).await {
                Ok(answer) => made.set(Some((invitation, answer))),
                Err(error) => problem.set(Some(label(&error))),
            }
        });
    };
    view! {
        <p class="hint">{desk.t("admin.further_hint")}</p>
        {move || made.get().map(|(invitation, answer)| card(desk, &invitation, &answer))}
        {trouble(desk, problem)}
        <button type="button" class="button" on:click=make>{desk.t("admin.further")}</button>
    }
}

fn stop(
    desk: Desk,
    people: Asked<PeopleList>,
    links: Asked<DeviceList>,
    person: Id,
) -> impl IntoView {
    let act = move || {
        spawn_local(async move {
            let path = format!("/api/people/{person}/stop");
            match post::<Stopped>(desk, &path, &()).await {
                Ok(stopped) => {
                    device::tell_stopped(desk, stopped);
                    links.again();
                    people.again();
                }
                Err(error) => tell(desk, &label(&error)),
            }
        });
    };
    twice(
        desk,
        ["admin.stop", "admin.stop_sure", "admin.stop_now"],
        act,
    )
}
