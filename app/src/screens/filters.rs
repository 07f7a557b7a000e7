//! What of a manager's list is shown: an area below one's own, a department; both stand in the
//! address.

use crate::desk::Desk;
use crate::ui::replacer;
use domain::{Area, Department, Kind};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::params::ParamsMap;

#[derive(Clone, Copy)]
pub struct Filters {
    pub area: Memo<Option<Area>>,
    pub department: Memo<Option<Department>>,
}

impl Filters {
    pub fn of_the_address() -> Self {
        let query = use_query_map();
        Self {
            area: Memo::new(move |_| Area::parse(&query.read().get("area")?)),
            department: Memo::new(move |_| Department::parse(&query.read().get("department")?)),
        }
    }
}

/// The address's query with another value of one name; empty takes it out. What is open beside
/// the list closes: it may not be in it any more.
pub fn with(query: &ParamsMap, name: &str, value: &str) -> String {
    let kept = ["board", "area", "department", "list"].into_iter();
    let kept = kept.filter(|other| *other != name);
    let mut parts: Vec<String> = kept
        .filter_map(|other| query.get(other).map(|held| format!("{other}={held}")))
        .collect();
    if !value.is_empty() {
        parts.push(format!("{name}={value}"));
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!("?{}", parts.join("&")),
    }
}

/// The two choices above a board. By department one chooses where a kind is several departments'.
pub fn selects(desk: Desk, kind: &'static Kind, filters: Filters) -> impl IntoView {
    let by_department = kind.departments.len() != 1 && kind.field("department").is_some()
        || kind.departments.len() > 1;
    view! {
        <div class="filters">
            {area_select(desk, filters)}
            {by_department.then(|| department_select(desk, kind, filters))}
        </div>
    }
}

pub fn area_select(desk: Desk, filters: Filters) -> impl IntoView {
    let below = Memo::new(move |_| desk.home().map(domain::board::below).unwrap_or_default());
    let chosen = move || filters.area.get().map(|area| area.to_string());
    let option = move |area: Area| {
        let code = area.to_string();
        let own = code.clone();
        let selected = move || chosen().as_deref() == Some(&own);
        view! { <option value=code selected=selected>{move || desk.area_name(area)}</option> }
    };
    let set = setter("area");
    view! {
        <select aria-label=move || desk.t("progress.area") on:change:target=move |e| set(&e.target().value())>
            <option value="" selected=move || chosen().is_none()>{move || desk.t("boards.all_areas")}</option>
            {move || below.get().into_iter().map(option).collect_view()}
        </select>
    }
}

fn department_select(desk: Desk, kind: &'static Kind, filters: Filters) -> impl IntoView {
    let chosen = move || filters.department.get();
    let all = match kind.departments {
        [] => Department::ALL,
        own => own,
    };
    let option = move |one: &Department| {
        let one = *one;
        let selected = move || chosen() == Some(one);
        view! {
            <option value=one.key() selected=selected>
                {move || desk.t(&format!("department.{}", one.key()))}
            </option>
        }
    };
    let set = setter("department");
    view! {
        <select aria-label=move || desk.t("boards.department")
            on:change:target=move |e| set(&e.target().value())>
            <option value="" selected=move || chosen().is_none()>
                {move || desk.t("boards.all_departments")}
            </option>
            {all.iter().map(option).collect_view()}
        </select>
    }
}

fn setter(name: &'static str) -> impl Fn(&str) + Clone {
    let location = use_location();
    let go = replacer();
    move |value: &str| {
        let path = location.pathname.get_untracked();
        let query = location
            .query
            .with_untracked(|query| with(query, name, value));
        go(&format!("{path}{query}"));
    }
}
