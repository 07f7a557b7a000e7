//! The filters: each choice is another address, so that it can be kept, sent and gone back from.

use super::choice::{Choice, Days, action, actions};
use crate::desk::{Desk, desk};
use crate::ui::replacer;
use domain::indicator::Category;
use domain::{Area, Department};
use leptos::prelude::*;

/// A choice of one from several: (key, label), the first of which is none of them.
struct Options {
    id: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: String,
}

fn select(desk: Desk, options: Options, change: impl Fn(String) + 'static) -> impl IntoView {
    let Options {
        id,
        label,
        options,
        chosen,
    } = options;
    let option = |(key, label): (String, String)| {
        let selected = key == chosen;
        view! { <option value=key selected=selected>{label}</option> }
    };
    view! {
        <label class="filter" for=id>
            <span>{desk.t(label)}</span>
            <select id=id on:change:target=move |event| change(event.target().value())>
                {options.into_iter().map(option).collect_view()}
            </select>
        </label>
    }
}

fn options(desk: Desk, none: &str, keys: &[(&str, String)]) -> Vec<(String, String)> {
    let none = (String::new(), desk.t(none));
    let keys = keys
        .iter()
        .map(|(key, label)| ((*key).to_owned(), desk.t(label)));
    std::iter::once(none).chain(keys).collect()
}

#[component]
pub fn Filters(choice: Choice) -> impl IntoView {
    let desk = desk();
    let go = replacer();
    let now = choice.clone();
    let to = move |with: fn(&mut Choice, &str)| {
        let (choice, go) = (choice.clone(), go.clone());
        move |key: String| {
            let mut next = choice.clone();
            with(&mut next, &key);
            go(&next.link());
        }
    };
    view! {
        <div class="figures-by" role="group" aria-label=desk.t("progress.filters")>
            {period(desk, &now, to(|next, key| next.days = Days::parse(key).unwrap_or(Days::Campaign)))}
            {(now.days != Days::Campaign).then(|| day(desk, &now, to(|next, key| next.on = key.parse().ok())))}
            {select(desk, by_action(desk, &now), to(|next, key| next.action = action(key)))}
            {select(desk, by_department(desk, &now), to(|next, key| next.department = Department::parse(key)))}
            {select(desk, by_priority(desk, &now), to(|next, key| next.priority = Category::parse(key)))}
        </div>
    }
}

fn period<F: Fn(String) + 'static>(desk: Desk, now: &Choice, change: F) -> impl IntoView + use<F> {
    let option = |days: Days| {
        let label = desk.t(&format!("progress.days.{}", days.key()));
        (days.key().to_owned(), label)
    };
    let options = Options {
        id: "progress-period",
        label: "progress.days",
        options: Days::ALL.into_iter().map(option).collect(),
        chosen: now.days.key().to_owned(),
    };
    select(desk, options, change)
}

fn day<F: Fn(String) + 'static>(desk: Desk, now: &Choice, change: F) -> impl IntoView + use<F> {
    let day = now.on.unwrap_or(desk.today.get_untracked()).to_string();
    view! {
        <label class="filter" for="progress-on">
            <span>{desk.t("progress.on")}</span>
            <input id="progress-on" type="date" value=day on:change:target=move |event| change(event.target().value())/>
        </label>
    }
}

fn by_action(desk: Desk, now: &Choice) -> Options {
    let label = |key: &'static str| (key, format!("action.{key}"));
    let keys: Vec<_> = actions().into_iter().map(|one| label(one.key())).collect();
    Options {
        id: "progress-action",
        label: "progress.action",
        options: options(desk, "progress.every_action", &keys),
        chosen: now.action.map_or("", |one| one.key()).to_owned(),
    }
}

fn by_department(desk: Desk, now: &Choice) -> Options {
    let label = |key: &&'static str| (*key, format!("department.{key}"));
    let keys: Vec<_> = Department::KEYS.iter().map(label).collect();
    Options {
        id: "progress-department",
        label: "progress.department",
        options: options(desk, "progress.every_department", &keys),
        chosen: now.department.map_or("", Department::key).to_owned(),
    }
}

fn by_priority(desk: Desk, now: &Choice) -> Options {
    let label = |one: Category| (one.key(), format!("worker.priority.{}", one.key()));
    let keys: Vec<_> = Category::all().map(label).collect();
    Options {
        id: "progress-priority",
        label: "progress.priority",
        options: options(desk, "progress.everybody", &keys),
        chosen: now.priority.map_or("", Category::key).to_owned(),
    }
}

/// The way back up: the areas above, from where the person works, each under its link.
pub fn path(desk: Desk, area: Area, link: impl Fn(Area) -> String) -> AnyView {
    let home = desk.home();
    let ancestors = std::iter::successors(area.parent(), |area| area.parent());
    let mut above: Vec<Area> = ancestors
        .filter(|area| home.is_some_and(|home| home.contains(*area)))
        .collect();
    above.reverse();
    let step = |area: Area| view! { <li><a href=link(area)>{desk.area_name(area)}</a></li> };
    let above: Vec<_> = above.into_iter().map(step).collect();
    if above.is_empty() {
        return ().into_any();
    }
    view! {
        <nav class="area-path" aria-label=desk.t("progress.path")>
            <ol>
                {above}
                <li aria-current="page">{desk.area_name(area)}</li>
            </ol>
        </nav>
    }
    .into_any()
}
