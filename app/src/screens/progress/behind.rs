//! What stands behind a figure, in the pane beside the table: the areas below that gave it, each
//! leading on to what gave theirs, and the records.

use super::choice::Choice;
use super::figures::{shown, tally, text, wholeness};
use super::filters::path;
use crate::desk::{Desk, desk};
use crate::lines::records;
use crate::ui::{empty, icon};
use domain::Area;
use domain::area::Level;
use domain::indicator::{Indicator, Table};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use store::shelf::Row;

/// Rows behind a figure at first; more come with a tap.
const SHOWN: usize = 100;

#[component]
pub fn Behind() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let choice = Memo::new(move |_| Choice::of(&query.read()));
    let close = move || choice.get().link();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let indicator = Indicator::find(&query.get("indicator")?)?;
        let area = query.get("area").and_then(|code| Area::parse(&code))?;
        Some((indicator.name, area))
    });
    let rows = Memo::new(move |_| {
        let (name, area) = asked.get()?;
        let choice = choice.get();
        let ids = tally(desk, &choice)?.behind(Indicator::find(name)?, area, choice.priority);
        let mut rows: Vec<Row> = desk.read(|shelf| {
            ids.iter()
                .filter_map(|id| shelf.row(*id).cloned())
                .collect()
        });
        rows.sort_by(|a, b| (a.area, b.id).cmp(&(b.area, a.id)));
        Some(rows)
    });
    let title = move || {
        let (name, area) = asked.get()?;
        let indicator = Indicator::find(name)?;
        let key = if indicator.is_share() {
            "progress.part_of"
        } else {
            "progress.behind"
        };
        let label = desk.t(&indicator.label());
        let area = desk.area_name(area);
        Some(desk.fill(key, &[("area", &area), ("indicator", &label)]))
    };
    let below = Memo::new(move |_| match asked.get() {
        Some((_, area)) => choice.get().at(area),
        None => choice.get(),
    });
    let table = shown(desk, below, wholeness(desk));
    let parts = move || {
        let (name, area) = asked.get()?;
        let table = table.get().filter(|_| area.level() < Level::Village)?.table;
        Some(parts(desk, &choice.get(), Indicator::find(name)?, &table))
    };
    let up = move || {
        let (name, area) = asked.get()?;
        let (choice, indicator) = (choice.get(), Indicator::find(name)?);
        Some(path(desk, area, |up| choice.behind(indicator, up)))
    };
    let shown = RwSignal::new(SHOWN);
    let length = move || rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
    let count = move || length().to_string();
    view! {
        <a class="button quiet back" href=close>{icon("back")}{move || desk.t("record.back")}</a>
        {up}
        <header class="head"><h1>{title}</h1></header>
        {parts}
        <p class="head-sub" role="status">{move || desk.fill("people.count", &[("count", &count())])}</p>
        {move || (length() == 0).then(|| empty("progress.elsewhere"))}
        <ul class="list">
            {records(move || {
                rows.get().unwrap_or_default().into_iter().take(shown.get()).collect()
            })}
        </ul>
        {move || (length() > shown.get()).then(|| view! {
            <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                {desk.t("people.more")}
            </button>
        })}
    }
}

/// The areas below that have a part in the figure.
fn parts(
    desk: Desk,
    choice: &Choice,
    indicator: &'static Indicator,
    table: &Table,
) -> impl IntoView + use<> {
    let part = |row: &domain::indicator::Row| {
        let figure = row.figures.get(indicator.name)?;
        let link = (figure.count != 0).then(|| choice.behind(indicator, row.area))?;
        let number = text(desk, indicator, figure.number());
        let name = desk.area_name(row.area);
        Some(view! {
            <li><a class="tile" href=link><span>{name}</span><strong>{number}</strong></a></li>
        })
    };
    let parts: Vec<_> = table.rows.iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| {
        view! {
            <section class="parts">
                <h2>{desk.t("progress.parts")}</h2>
                <ul class="tiles">{parts}</ul>
            </section>
        }
    })
}
