//! The table: areas by indicators, under their actions; a figure opens its records, an area its
//! own parts.

use super::choice::Choice;
use super::figures::{target, text};
use crate::desk::Desk;
use domain::area::Level;
use domain::indicator::{Indicator, Row, Table};
use domain::kind::Action;
use leptos::prelude::*;

pub fn table(
    desk: Desk,
    choice: &Choice,
    shown: &Table,
    columns: &[&'static Indicator],
) -> impl IntoView + use<> {
    let mut groups: Vec<(Action, usize)> = Vec::new();
    for indicator in columns {
        match groups.last_mut() {
            Some((action, count)) if *action == indicator.action => *count += 1,
            _ => groups.push((indicator.action, 1)),
        }
    }
    let group = |(action, count): &(Action, usize)| {
        let label = desk.t(&format!("action.{}", action.key()));
        view! { <th scope="colgroup" colspan=count.to_string()>{label}</th> }
    };
    let head = |indicator: &&Indicator| view! { <th scope="col">{desk.t(&indicator.label())}</th> };
    let name = desk.area_name(shown.total.area);
    let rows = shown.rows.iter().map(|row| {
        let cells = line(desk, choice, row, columns);
        view! { <tr>{area(desk, choice, row)}{cells}</tr> }
    });
    let total = desk.t("progress.total");
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=desk.t("progress.table")>
            <table class="progress">
                <caption class="hidden">{format!("{name} · {}", desk.t("progress.table"))}</caption>
                <thead>
                    <tr><th rowspan="2" scope="col">{desk.t("progress.area")}</th>
                        {groups.iter().map(group).collect_view()}</tr>
                    <tr>{columns.iter().map(head).collect_view()}</tr>
                </thead>
                <tbody>
                    <tr class="total"><th scope="row">{total.clone()}</th>{
                        cells(desk, choice, &shown.total, &total, columns, Targets::Shown)
                    }</tr>
                    {rows.collect_view()}
                </tbody>
            </table>
        </div>
    }
}

/// Targets stand beside the total; in the rows only where an area has one of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Targets {
    Shown,
    Own,
}

fn line(
    desk: Desk,
    choice: &Choice,
    row: &Row,
    columns: &[&'static Indicator],
) -> impl IntoView + use<> {
    let spoken = desk.area_name(row.area);
    cells(desk, choice, row, &spoken, columns, Targets::Own)
}

/// An area's name; it leads one level below, if there is one.
fn area(desk: Desk, choice: &Choice, row: &Row) -> impl IntoView + use<> {
    let name = desk.area_name(row.area);
    let mut below = choice.clone();
    below.at = Some(row.area);
    let inside = (row.area.level() < Level::Village).then(|| {
        let label = desk.fill("progress.below", &[("area", &name)]);
        view! { <a href=below.link() aria-label=label>{name.clone()}</a> }
    });
    match inside {
        Some(link) => view! { <th scope="row">{link}</th> }.into_any(),
        None => view! { <th scope="row">{name}</th> }.into_any(),
    }
}

fn cells(
    desk: Desk,
    choice: &Choice,
    row: &Row,
    spoken: &str,
    columns: &[&'static Indicator],
    targets: Targets,
) -> impl IntoView + use<> {
    let cell = |indicator: &&'static Indicator| {
        let figure = row.figures.get(indicator.name).copied();
        let number = figure.and_then(|figure| figure.number());
        let shown = text(desk, indicator, number);
        let nothing = figure.is_none_or(|figure| figure.count == 0);
        let label = format!("{spoken} {} {shown}", desk.t(&indicator.label()));
        let link = choice.behind(indicator, row.area);
        let own = || {
            desk.profile().is_some_and(|profile| {
                profile
                    .campaign
                    .targets
                    .contains_key(&format!("{}@{}", indicator.name, row.area))
            })
        };
        let aim = figure.filter(|_| targets == Targets::Shown || own());
        let aim = aim.and_then(|figure| target(desk, indicator, figure, row.area));
        let aim = aim.map(|aim| view! { <small class="target">{aim}</small> });
        match nothing {
            true => view! { <td><span class="zero">{shown}</span>{aim}</td> }.into_any(),
            false => view! { <td><a href=link aria-label=label>{shown}</a>{aim}</td> }.into_any(),
        }
    };
    columns.iter().map(cell).collect_view()
}
