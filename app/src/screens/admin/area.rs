//! Choosing an area within those that one administers, level by level.

use crate::desk::Desk;
use domain::area::Level;
use domain::grant::Role;
use domain::{Area, Grants};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashMap;

/// The areas that these grants administer, none within another.
pub fn roots(grants: &Grants) -> Vec<Area> {
    let own = grants.0.iter();
    let own = own.filter(|grant| grant.role == Role::Administrator);
    let mut roots: Vec<Area> = own.map(|grant| grant.area).collect();
    roots.sort_unstable();
    roots.dedup_by(|next, kept| kept.contains(*next));
    roots
}

pub fn roots_of(desk: Desk) -> Vec<Area> {
    let profile = desk.profile();
    profile
        .map(|profile| roots(&profile.grants))
        .unwrap_or_default()
}

/// Fetches the names of a county's villages, unless they are known.
pub fn learn(desk: Desk, county: Area) {
    let known = |names: &std::rc::Rc<HashMap<Area, String>>| {
        names.keys().any(|village| county.contains(*village))
    };
    if !desk.villages.with_untracked(known) {
        spawn_local(crate::screens::villages::learn(desk, county));
    }
}

/// With what a picker begins: the first of the areas that one administers.
pub fn first_root(desk: Desk) -> Option<Area> {
    let profile = desk.profile_now()?;
    roots(&profile.grants).first().copied()
}

fn below(desk: Desk, area: Area) -> Vec<Area> {
    if area.level() != Level::Township {
        return area.children().collect();
    }
    let mut villages: Vec<Area> = desk.villages.with(|names| {
        let within = names.keys().copied();
        let own = |v: &Area| v.level() == Level::Village && area.contains(*v);
        within.filter(own).collect()
    });
    villages.sort_unstable();
    villages
}

/// One list for each level, from what one administers down to the village.
pub fn picker(desk: Desk, chosen: RwSignal<Option<Area>>, id: &'static str) -> impl IntoView {
    let roots = Memo::new(move |_| roots_of(desk));
    let county = Memo::new(move |_| chosen.get().and_then(|area| area.at(Level::County)));
    Effect::new(move || {
        if let Some(county) = county.get() {
            learn(desk, county);
        }
    });
    let root = Memo::new(move |_| {
        let area = chosen.get()?;
        roots.with(|roots| roots.iter().copied().find(|root| root.contains(area)))
    });
    let levels = Memo::new(move |_| {
        let from = root.get().map_or(Level::Village, Area::level);
        let until = chosen.get().map_or(Level::Province, Area::level);
        let all = [Level::City, Level::County, Level::Township, Level::Village];
        let asked = all.into_iter().filter(move |level| *level > from);
        asked
            .filter(move |level| level.digits() <= next(until))
            .collect::<Vec<_>>()
    });
    view! {
        <fieldset class="field admin-area" id=id>
            <legend class="label">{move || desk.t("admin.area")}</legend>
            <div class="selects">
                {move || (roots.with(Vec::len) > 1).then(|| {
                    list(desk, "admin.area_root", roots.get(), root.get(), None, chosen)
                })}
                {move || (roots.with(Vec::len) == 1).then(|| {
                    view! { <p class="hint">{root.get().map(|area| desk.area_name(area))}</p> }
                })}
                <For each=move || levels.get() key=|level| level.digits()
                    children=move |level| level_list(desk, level, chosen)/>
            </div>
        </fieldset>
    }
}

/// The digits of the level below one of so many.
fn next(level: Level) -> usize {
    level.below().map_or(12, Level::digits)
}

fn level_list(desk: Desk, level: Level, chosen: RwSignal<Option<Area>>) -> impl IntoView {
    let parent = Memo::new(move |_| {
        let area = chosen.get()?;
        area.at(above(level))
    });
    let label = match level {
        Level::Province | Level::City => "area.city",
        Level::County => "area.county",
        Level::Township => "area.township",
        Level::Village => "area.village",
    };
    move || {
        let parent = parent.get()?;
        let options = below(desk, parent);
        let held = chosen.get_untracked().and_then(|area| area.at(level));
        Some(list(desk, label, options, held, Some(parent), chosen))
    }
}

const fn above(level: Level) -> Level {
    match level {
        Level::Province | Level::City => Level::Province,
        Level::County => Level::City,
        Level::Township => Level::County,
        Level::Village => Level::Township,
    }
}

fn list(
    desk: Desk,
    label: &'static str,
    options: Vec<Area>,
    held: Option<Area>,
    whole: Option<Area>,
    chosen: RwSignal<Option<Area>>,
) -> impl IntoView {
    let option = move |area: Area| {
        let name = desk.area_name(area);
        view! { <option value=area.to_string() selected=held == Some(area)>{name}</option> }
    };
    let all = whole.map(|area| {
        let name = desk.fill("admin.area_whole", &[("area", &desk.area_name(area))]);
        view! { <option value=area.to_string() selected=held.is_none()>{name}</option> }
    });
    view! {
        <select aria-label=move || desk.t(label)
            on:change:target=move |e| chosen.set(Area::parse(&e.target().value()))>
            {all}
            {options.into_iter().map(option).collect_view()}
        </select>
    }
}
