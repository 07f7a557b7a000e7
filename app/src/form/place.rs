//! Choosing an area: from one's own down to the village, or any county of the province.

use super::Sheet;
use super::input::html_id;
use crate::desk::{Desk, desk};
use domain::area::Level;
use domain::field::FieldSpec;
use domain::record::{FROM_AREA, TO_AREA};
use domain::{Area, Value};
use leptos::prelude::*;

/// One list for each level between what is certain and what is asked.
pub fn area(sheet: Sheet, spec: &'static FieldSpec, level: Level, described: String) -> AnyView {
    let desk = desk();
    let chosen = move || sheet.value(&spec.name).as_text().and_then(Area::parse);
    let between = [FROM_AREA.name(), TO_AREA.name()].contains(&spec.name.as_ref());
    let top = move || {
        let home = desk.home()?;
        let far = chosen().is_some_and(|area| !home.contains(area));
        if between || far {
            home.at(Level::Province)
        } else {
            Some(home)
        }
    };
    let levels = move || {
        let from = top().map_or(Level::Province, Area::level);
        let all = [Level::City, Level::County, Level::Township, Level::Village];
        let asked = all.into_iter().filter(move |l| *l > from && *l <= level);
        asked.collect::<Vec<_>>()
    };
    let list = move |(order, at): (usize, Level)| {
        let first = order == 0;
        let parent = move || match at {
            _ if first => top(),
            _ => chosen().and_then(|area| area.at(above(at))),
        };
        let options = move || {
            parent()
                .map(|parent| below(desk, parent, at))
                .unwrap_or_default()
        };
        let held = move || {
            chosen()
                .and_then(|area| area.at(at))
                .map(|area| area.to_string())
        };
        let described = described.clone();
        let id = html_id(&spec.name);
        let id = if first { id } else { format!("{id}-{order}") };
        let label = format!("area.{}", name(at));
        view! {
            <select id=id aria-describedby=described aria-label=move || desk.t(&label)
                on:change:target=move |e| {
                    let code = e.target().value();
                    let picked = if code.is_empty() { parent().map(|a| a.to_string()) } else { Some(code) };
                    sheet.set(desk, spec, picked.map_or(Value::Null, Value::Text));
                }
                on:blur=move |_| sheet.leave(spec)>
                <option value="" selected=move || held().is_none()>{move || desk.t("form.choose")}</option>
                {move || options().into_iter().map(|(area, name)| {
                    let code = area.to_string();
                    let is = code.clone();
                    view! { <option value=code selected=move || held().as_ref() == Some(&is)>{name}</option> }
                }).collect_view()}
            </select>
        }
    };
    let known = move || {
        let area = chosen().filter(|_| levels().is_empty());
        area.map(|area| view! { <div class="chosen"><span>{desk.area_name(area)}</span></div> })
    };
    view! {
        <div class="selects">
            {known}
            {move || levels().into_iter().enumerate().map(list.clone()).collect_view()}
        </div>
    }
    .into_any()
}

const fn above(level: Level) -> Level {
    match level {
        Level::Province | Level::City => Level::Province,
        Level::County => Level::City,
        Level::Township => Level::County,
        Level::Village => Level::Township,
    }
}

const fn name(level: Level) -> &'static str {
    match level {
        Level::Province => "province",
        Level::City => "city",
        Level::County => "county",
        Level::Township => "township",
        Level::Village => "village",
    }
}

fn below(desk: Desk, parent: Area, level: Level) -> Vec<(Area, String)> {
    if level != Level::Village {
        let named = parent.children().filter(|area| area.level() == level);
        return named.map(|area| (area, desk.area_name(area))).collect();
    }
    let mut villages: Vec<(Area, String)> = desk.villages.with(|villages| {
        let within = villages.iter().filter(|(area, _)| parent.contains(**area));
        within.map(|(area, name)| (*area, name.clone())).collect()
    });
    villages.sort_unstable();
    villages
}
