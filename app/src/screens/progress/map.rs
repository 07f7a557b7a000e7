//! The map of tiles: the areas below with the figure of one indicator, darker where it is more.

use super::choice::Choice;
use super::figures::text;
use crate::desk::Desk;
use crate::ui::replacer;
use domain::area::Level;
use domain::indicator::{Indicator, Row, Table};
use domain::tile::{STEPS, first_of, step, tile};
use leptos::prelude::*;

/// The number by which a tile is shaded and the greatest there is.
fn number(row: &Row, indicator: &Indicator) -> Option<i64> {
    row.figures
        .get(indicator.name)
        .and_then(|figure| figure.number())
}

pub fn map(
    desk: Desk,
    choice: &Choice,
    shown: &Table,
    indicator: &'static Indicator,
) -> impl IntoView + use<> {
    let numbers = shown.rows.iter().filter_map(|row| number(row, indicator));
    let most = numbers.max().unwrap_or(0);
    let placed = shown.rows.iter().all(|row| tile(row.area).is_some());
    let one = |row: &Row| {
        let (column, line) = tile(row.area).filter(|_| placed).unzip();
        let name = desk.area_name(row.area);
        let number = number(row, indicator);
        let figure = text(desk, indicator, number);
        let shade = number.map_or(0, |number| step(number, most));
        let link = (row.area.level() < Level::Village).then(|| choice.at(row.area).link());
        view! {
            <li data-column=column.map(|n| n.to_string()) data-row=line.map(|n| n.to_string())>
                <a class="tile" data-step=shade.to_string() href=link>
                    <span>{name}</span><strong>{figure}</strong>
                </a>
            </li>
        }
    };
    let class = if placed { "tiles placed" } else { "tiles" };
    let label = format!(
        "{} · {}",
        desk.t("progress.map"),
        desk.t(&indicator.label())
    );
    view! {
        <ul class=class aria-label=label>{shown.rows.iter().map(one).collect_view()}</ul>
        {legend(desk, indicator, most)}
    }
}

/// What each shade means, in numbers.
fn legend(desk: Desk, indicator: &'static Indicator, most: i64) -> impl IntoView + use<> {
    let shade = |shade: i64| {
        let (from, to) = (first_of(shade, most), first_of(shade + 1, most) - 1);
        (from <= to).then(|| {
            let say = |number| text(desk, indicator, Some(number));
            let range = if from == to {
                say(from)
            } else {
                format!("{} – {}", say(from), say(to))
            };
            view! { <li><span class="swatch" data-step=shade.to_string()></span>{range}</li> }
        })
    };
    (most > 0).then(|| {
        view! {
            <ul class="legend" aria-label=desk.t("progress.legend")>
                {(0..STEPS).filter_map(shade).collect_view()}
            </ul>
        }
    })
}

/// Which indicator is on the map.
pub fn picker(
    desk: Desk,
    choice: &Choice,
    columns: &[&'static Indicator],
    chosen: &'static Indicator,
) -> impl IntoView + use<> {
    let option = |one: &&'static Indicator| {
        let selected = one.name == chosen.name;
        view! { <option value=one.name selected=selected>{desk.t(&one.label())}</option> }
    };
    let (choice, go) = (choice.clone(), replacer());
    let change = move |name: String| {
        let mut next = choice.clone();
        next.map = Indicator::find(&name).map(|one| one.name);
        go(&next.link());
    };
    view! {
        <label class="filter" for="progress-map">
            <span>{desk.t("progress.map_of")}</span>
            <select id="progress-map" on:change:target=move |event| change(event.target().value())>
                {columns.iter().map(option).collect_view()}
            </select>
        </label>
    }
}
