//! 进展: the indicators by area, on a map and by day, and behind each figure its records (C50).

mod behind;
mod choice;
mod figures;
mod filters;
mod map;
mod table;
mod trend;

pub use behind::Behind;
pub use figures::text;

use super::export;
use crate::desk::{Desk, desk};
use crate::ui::empty;
use choice::Choice;
use domain::Campaign;
use domain::indicator::{Indicator, Row};
use figures::{Shown, shown, tally, target, wholeness};
use filters::{Filters, path};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// On the map and by day, unless another is chosen.
const FIRST: &str = "visits";
/// The figures that a manager asks for first.
const HEADLINES: [&str; 3] = ["visits", "households_visited", "priority_visited"];

#[component]
pub fn Progress() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let choice = Memo::new(move |_| Choice::of(&query.read()));
    let whole = wholeness(desk);
    let shown = shown(desk, choice, whole);
    let leaves = move || {
        let (profile, choice) = (desk.profile_now()?, choice.get_untracked());
        let table = shown.get_untracked()?.table;
        let mut columns = choice.columns(&profile.grants);
        columns.retain(|one| table.total.figures.contains_key(one.name));
        Some(export::Shown {
            table,
            columns,
            period: choice.period(&profile.campaign, desk.today.get_untracked()),
        })
    };
    view! {
        <div class="progress-screen">
            <header class="head">
                <div>
                    <h1>{move || desk.t("nav.progress")}</h1>
                    <p class="head-sub">{move || period(desk, &choice.get())}</p>
                    {move || source(desk, whole.get() == Some(true), shown.get())}
                </div>
                {export::progress(desk, leaves)}
                {export::document(desk, leaves)}
            </header>
            {move || {
                let choice = choice.get();
                choice.area(desk).map(|area| path(desk, area, |up| choice.at(up).link()))
            }}
            {move || view! { <Filters choice=choice.get()/> }}
            {move || match shown.get() {
                Some(shown) => body(desk, &choice.get(), shown).into_any(),
                None if desk.home().is_some() => empty("progress.counting").into_any(),
                None => empty("progress.empty").into_any(),
            }}
        </div>
    }
}

fn period(desk: Desk, choice: &Choice) -> Option<String> {
    let campaign = desk.profile()?.campaign;
    let period = choice.period(&campaign, desk.today.get());
    let (from, until) = (period.from.to_string(), period.until.to_string());
    Some(desk.fill("progress.period", &[("from", &from), ("until", &until)]))
}

/// Says where the figures come from, if that is not all that there is on this device.
fn source(desk: Desk, whole: bool, shown: Option<Shown>) -> impl IntoView {
    let said = shown.filter(|_| !whole).map(|shown| match shown.as_of {
        Some(at) => desk.fill("progress.as_of", &[("moment", &desk.moment(at))]),
        None => desk.t("progress.in_part"),
    });
    said.map(|said| view! { <p class="hint" role="status">{said}</p> })
}

fn body(desk: Desk, choice: &Choice, shown: Shown) -> impl IntoView + use<> {
    let Some(profile) = desk.profile() else {
        return empty("progress.empty").into_any();
    };
    let Shown { table, as_of } = shown;
    let mut columns = choice.columns(&profile.grants);
    columns.retain(|one| table.total.figures.contains_key(one.name));
    let Some(first) = columns.first() else {
        return empty("progress.nothing_chosen").into_any();
    };
    let named = |name: &str| columns.iter().find(|one| one.name == name);
    let on_map = choice
        .map
        .and_then(named)
        .or_else(|| named(FIRST))
        .unwrap_or(first);
    let period = choice.period(&profile.campaign, desk.today.get());
    let trend = as_of.is_none().then(|| {
        let tally = tally(desk, choice)?;
        Some(trend::trend(
            desk,
            &tally,
            on_map,
            &table,
            period,
            choice.priority,
        ))
    });
    view! {
        {stats(desk, &profile.campaign, &table.total, &columns)}
        {table::table(desk, choice, &table, &columns, profile.campaign)}
        <section class="map" aria-label=desk.t("progress.map")>
            {map::picker(desk, choice, &columns, on_map)}
            {map::map(desk, choice, &table, on_map)}
        </section>
        {trend.flatten()}
    }
    .into_any()
}

/// The figures that are asked for first, or the first ones of what was chosen.
fn stats(
    desk: Desk,
    campaign: &Campaign,
    total: &Row,
    columns: &[&'static Indicator],
) -> impl IntoView + use<> {
    let headline = |one: &&&'static Indicator| HEADLINES.contains(&one.name);
    let mut chosen: Vec<_> = columns.iter().filter(headline).collect();
    if chosen.len() < HEADLINES.len() {
        chosen = columns.iter().take(HEADLINES.len()).collect();
    }
    let stat = |indicator: &&'static Indicator| {
        let figure = total.figures.get(indicator.name)?;
        let number = text(desk, indicator, figure.number());
        let label = desk.t(&indicator.label());
        let aim = target(desk, campaign, indicator, *figure, total.area);
        let aim = aim.map(|aim| view! { <small class="target">{aim}</small> });
        Some(view! { <div class="stat"><strong>{number}</strong><span>{label}</span>{aim}</div> })
    };
    let stats: Vec<_> = chosen.into_iter().filter_map(stat).collect();
    view! { <div class="stats">{stats}</div> }
}
