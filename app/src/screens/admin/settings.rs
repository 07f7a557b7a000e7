//! The campaign's settings as sections of a form; each change goes into the draft at once.

mod days;
mod figures;
mod own;

pub use figures::spoken;

use super::area;
use crate::desk::Desk;
use domain::kind::Action;
use domain::kinds::KINDS;
use domain::{Area, Campaign, Department, Kind};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The draft, and the settings that it is to follow on.
pub type Draft = RwSignal<Campaign>;
pub type Before = StoredValue<Campaign>;

pub fn sections(desk: Desk, draft: Draft, before: Before) -> impl IntoView {
    view! {
        {folded(desk, "admin.set.basic", true, move || basic(desk, draft).into_any())}
        {folded(desk, "admin.set.areas", false, move || areas(desk, draft).into_any())}
        {folded(desk, "admin.set.departments", false, move || departments(desk, draft).into_any())}
        {folded(desk, "admin.set.targets", false, move || figures::targets(desk, draft).into_any())}
        {folded(desk, "admin.set.clocks", false, move || figures::clocks(desk, draft).into_any())}
        {folded(desk, "admin.set.kinds", false, move || kinds(desk, draft).into_any())}
        {folded(desk, "admin.set.own", false, move || own::own_fields(desk, draft, before).into_any())}
        {folded(desk, "admin.set.calendar", false, move || days::calendar(desk, draft, before).into_any())}
        {folded(desk, "admin.set.fund", false, move || figures::fund(desk, draft).into_any())}
    }
}

fn folded(
    desk: Desk,
    key: &'static str,
    open: bool,
    inside: impl Fn() -> AnyView + Send + 'static,
) -> impl IntoView {
    let opened = RwSignal::new(open);
    let toggle = move |event: web_sys::Event| {
        opened.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    };
    view! {
        <details class="card more" open=open on:toggle=toggle>
            <summary>{desk.t(key)}</summary>
            {move || opened.get().then(&inside)}
        </details>
    }
}

/// A line of the draft: what it holds, and how what is typed goes in.
fn written(
    desk: Desk,
    (id, label, kind): (&'static str, &'static str, &'static str),
    value: impl Fn() -> String + Send + 'static,
    set: impl Fn(String) + Send + 'static,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="label" for=id>{desk.t(label)}</label>
            <input id=id type=kind autocomplete="off" prop:value=value
                on:input:target=move |e| set(e.target().value())/>
        </div>
    }
}

fn basic(desk: Desk, draft: Draft) -> impl IntoView {
    let name = move || draft.with(|campaign| campaign.name.clone());
    let rename = move |name| draft.update(|campaign| campaign.name = name);
    let from = move || draft.with(|campaign| campaign.from.to_string());
    let until = move || draft.with(|campaign| campaign.until.to_string());
    // A day that is typed half is none yet.
    let begin = move |text: String| {
        if let Ok(day) = text.parse() {
            draft.update(|campaign| campaign.from = day);
        }
    };
    let end = move |text: String| {
        if let Ok(day) = text.parse() {
            draft.update(|campaign| campaign.until = day);
        }
    };
    let lunar = move || {
        let (from, until) = draft.with(|campaign| (campaign.from, campaign.until));
        let said = |day| desk.lunar(day).unwrap_or_default();
        desk.fill(
            "admin.period_lunar",
            &[("from", &said(from)), ("until", &said(until))],
        )
    };
    view! {
        {written(desk, ("campaign-name", "admin.campaign_name", "text"), name, rename)}
        {written(desk, ("campaign-from", "admin.from", "date"), from, begin)}
        {written(desk, ("campaign-until", "admin.until", "date"), until, end)}
        <p class="hint">{lunar}</p>
    }
}

/// The areas that take part; none named means all.
fn areas(desk: Desk, draft: Draft) -> impl IntoView {
    let chosen = RwSignal::new(area::first_root(desk));
    let add = move |_| {
        if let Some(area) = chosen.get_untracked() {
            draft.update(|campaign| {
                campaign.areas.retain(|held| !area.contains(*held));
                if !campaign.areas.iter().any(|held| held.contains(area)) {
                    campaign.areas.push(area);
                    campaign.areas.sort_unstable();
                }
            });
        }
    };
    let held = move |area: Area| {
        let spoken = desk.fill("admin.remove_of", &[("name", &desk.area_name(area))]);
        view! {
            <li class="row">
                <span class="row-main">{desk.area_name(area)}</span>
                <button type="button" class="button small" aria-label=spoken
                    on:click=move |_| draft.update(|c| c.areas.retain(|one| *one != area))>
                    {desk.t("admin.remove")}
                </button>
            </li>
        }
    };
    view! {
        <p class="hint">{desk.t("admin.areas_hint")}</p>
        <ul class="list">{move || draft.with(|c| c.areas.clone()).into_iter().map(held).collect_view()}</ul>
        {area::picker(desk, chosen, "campaign-area")}
        <button type="button" class="button" on:click=add>{desk.t("admin.add_area")}</button>
    }
}

/// A choice that is on or off.
fn switch(
    words: String,
    on: impl Fn() -> bool + Send + 'static,
    turn: impl Fn() + Send + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="chip" aria-pressed=move || on().to_string()
            on:click=move |_| turn()>{words}</button>
    }
}

fn departments(desk: Desk, draft: Draft) -> impl IntoView {
    let chip = move |department: &'static Department| {
        let on = move || draft.with(|campaign| campaign.has(*department));
        let turn = move || draft.update(|campaign| turn_department(campaign, *department));
        switch(
            desk.t(&format!("department.{}", department.key())),
            on,
            turn,
        )
    };
    view! {
        <p class="hint">{desk.t("admin.departments_hint")}</p>
        <div class="chips" role="group" aria-label=desk.t("admin.set.departments")>
            {Department::ALL.iter().map(chip).collect_view()}
        </div>
    }
}

/// All and none are the same: a campaign of nobody is none.
fn turn_department(campaign: &mut Campaign, department: Department) {
    let on = |one: &Department| campaign.has(*one) != (*one == department);
    let mut taking_part: Vec<Department> = Department::ALL.iter().copied().filter(on).collect();
    if taking_part.len() == Department::ALL.len() {
        taking_part.clear();
    }
    campaign.departments = taking_part;
}

fn kinds(desk: Desk, draft: Draft) -> impl IntoView {
    let mut actions: BTreeMap<Action, Vec<&'static Kind>> = BTreeMap::new();
    for kind in KINDS.iter().copied().filter(|kind| kind.can_be_off()) {
        actions.entry(kind.action).or_default().push(kind);
    }
    let chip = move |kind: &'static Kind| {
        let on = move || draft.with(|campaign| campaign.offers(kind));
        let turn = move || {
            draft.update(|campaign| {
                if !campaign.off.remove(kind.name) {
                    campaign.off.insert(kind.name.to_owned());
                }
            });
        };
        switch(desk.t(kind.name), on, turn)
    };
    let group = move |(action, kinds): (Action, Vec<&'static Kind>)| {
        let name = desk.t(&format!("action.{}", action.key()));
        let label = name.clone();
        view! {
            <h2 class="group">{name}</h2>
            <div class="chips" role="group" aria-label=label>
                {kinds.into_iter().map(chip).collect_view()}
            </div>
        }
    };
    view! {
        <p class="hint">{desk.t("admin.kinds_hint")}</p>
        {actions.into_iter().map(group).collect_view()}
    }
}
