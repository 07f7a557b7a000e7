//! Villages to be ticked whole, and within each whom to leave out.

use super::Draft;
use crate::desk::Desk;
use crate::ui::name_of;
use domain::Area;
use domain::assign::Target;
use leptos::prelude::*;

/// Villages that are offered at once; with more one chooses a township first.
const AT_ONCE: usize = 60;

pub fn list(desk: Desk, draft: Draft) -> impl IntoView {
    let villages = Memo::new(move |_| {
        draft
            .found
            .with(|found| found.keys().copied().collect::<Vec<Area>>())
    });
    let first = move || villages.get().into_iter().take(AT_ONCE).collect::<Vec<_>>();
    let more = move || villages.with(Vec::len) > AT_ONCE;
    let all = move |_| draft.villages.set(first().into_iter().collect());
    view! {
        <fieldset class="villages">
            <legend class="group">{move || desk.t("assign.villages")}</legend>
            {move || (villages.with(Vec::len) > 1).then(|| view! {
                <button type="button" class="button quiet" on:click=all>{desk.t("assign.all")}</button>
            })}
            <ul class="list">
                <For each=first key=|area| *area children=move |area| village(desk, draft, area)/>
            </ul>
            {move || more().then(|| view! { <p class="hint">{desk.t("assign.more")}</p> })}
        </fieldset>
    }
}

fn village(desk: Desk, draft: Draft, area: Area) -> impl IntoView {
    let here = Memo::new(move |_| {
        draft
            .found
            .with(|found| found.get(&area).cloned().unwrap_or_default())
    });
    let counts = move || {
        let held = draft.held.get();
        let all = here.with(Vec::len);
        let has = here.with(|here| here.iter().filter(|one| held.contains(&one.id)).count());
        let (all, has) = (all.to_string(), has.to_string());
        desk.fill("assign.counts", &[("all", &all), ("has", &has)])
    };
    let chosen = move || draft.villages.with(|villages| villages.contains(&area));
    let toggle = move |_| {
        draft.villages.update(|villages| {
            if !villages.remove(&area) {
                villages.insert(area);
            }
        });
    };
    view! {
        <li class="village">
            <label class="tick">
                <input type="checkbox" prop:checked=chosen on:change=toggle/>
                <span class="row-main"><span class="row-title">{move || desk.area_name(area)}</span>
                    <span class="row-sub">{counts}</span></span>
            </label>
            {move || chosen().then(|| view! {
                <details class="more"><summary>{desk.t("assign.whom")}</summary>
                    <ul>
                        <For each=move || here.get() key=|one| one.id
                            children=move |one| person(desk, draft, one)/>
                    </ul>
                </details>
            })}
        </li>
    }
}

fn person(desk: Desk, draft: Draft, one: Target) -> impl IntoView {
    let row = desk.peek(|shelf| shelf.row(one.id).cloned());
    let name = row.map(|row| name_of(desk, &row)).unwrap_or_default();
    let has = move || draft.held.with(|held| held.contains(&one.id));
    let within = move || !has() && draft.out.with(|out| !out.contains(&one.id));
    let toggle = move |_| {
        draft.out.update(|out| {
            if !out.remove(&one.id) {
                out.insert(one.id);
            }
        });
    };
    view! {
        <li><label class="tick">
            <input type="checkbox" prop:checked=within disabled=has on:change=toggle/>
            <span class="row-main"><span class="row-title">{name}</span>
                {move || has().then(|| view! { <span class="row-sub">{desk.t("assign.has")}</span> })}
            </span>
        </label></li>
    }
}
