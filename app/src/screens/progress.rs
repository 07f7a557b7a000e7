//! 进展: the indicators by area, and behind each figure its records.

use super::export::Shown;
use crate::desk::{Desk, desk};
use crate::now;
use crate::ui::{close_link, empty, icon, record_row};
use domain::Area;
use domain::indicator::{Count, Figure, Fold, INDICATORS, Indicator, Period, Row};
use domain::kind::Action;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Rows behind a figure at first; more come with a tap.
const SHOWN: usize = 100;

/// The same fold as the server's, over what is on this device.
fn fold(desk: Desk) -> Option<Fold> {
    let campaign = desk.profile()?.campaign;
    desk.today.track();
    let period = Period {
        from: campaign.from,
        until: campaign.until,
    };
    let mut fold = Fold::new(period, now::now_ms());
    desk.read(|shelf| {
        shelf
            .records()
            .for_each(|record| fold.add(&record, &campaign));
    });
    Some(fold)
}

fn figure(desk: Desk, figure: Figure) -> String {
    match figure.of {
        None => figure.count.to_string(),
        Some(_) => match figure.per_mille() {
            Some(share) => format!("{}.{}%", share / 10, share % 10),
            None => desk.t("progress.none"),
        },
    }
}

#[component]
pub fn Progress() -> impl IntoView {
    let desk = desk();
    let table = Memo::new(move |_| {
        let home = desk.home()?;
        Some(fold(desk)?.table(home))
    });
    let period = move || {
        let campaign = desk.profile().map(|profile| profile.campaign);
        campaign.map(|c| {
            desk.fill(
                "progress.period",
                &[
                    ("from", &c.from.to_string()),
                    ("until", &c.until.to_string()),
                ],
            )
        })
    };
    let shown = move || {
        let campaign = desk.profile_now()?.campaign;
        Some(Shown {
            table: table.get_untracked()?,
            columns: INDICATORS.iter().collect(),
            period: Period {
                from: campaign.from,
                until: campaign.until,
            },
        })
    };
    view! {
        <header class="head">
            <div>
                <h1>{move || desk.t("nav.progress")}</h1>
                <p class="head-sub">{period}</p>
            </div>
            {super::export::progress(desk, shown)}
            {super::export::document(desk, shown)}
        </header>
        {move || match table.get() {
            Some(table) => {
                let first = stats(desk, &table.total);
                let all = whole(desk, table.total, table.rows);
                view! { {first} {all} }.into_any()
            }
            None => empty("progress.empty").into_any(),
        }}
    }
}

/// The three figures that a manager asks for first.
fn stats(desk: Desk, total: &Row) -> impl IntoView + use<> {
    let stat = |name: &'static str| {
        let text = total
            .figures
            .get(name)
            .map(|f| figure(desk, *f))
            .unwrap_or_default();
        let label = desk.t(&format!("indicator.{name}"));
        view! { <div class="stat"><strong>{text}</strong><span>{label}</span></div> }
    };
    view! {
        <div class="stats">
            {["visits", "households_visited", "priority_visited"].map(stat).collect_view()}
        </div>
    }
}

fn whole(desk: Desk, total: Row, rows: Vec<Row>) -> impl IntoView {
    let mut groups: Vec<(Action, usize)> = Vec::new();
    for indicator in INDICATORS {
        match groups.last_mut() {
            Some((action, count)) if *action == indicator.action => *count += 1,
            _ => groups.push((indicator.action, 1)),
        }
    }
    let group = |(action, count): &(Action, usize)| {
        let label = desk.t(&format!("action.{}", action.key()));
        view! { <th scope="colgroup" colspan=count.to_string()>{label}</th> }
    };
    let head = |indicator: &Indicator| {
        view! { <th scope="col">{desk.t(&format!("indicator.{}", indicator.name))}</th> }
    };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=desk.t("nav.progress")>
            <table class="progress">
                <caption class="hidden">{desk.t("nav.progress")}</caption>
                <thead>
                    <tr><th rowspan="2" scope="col">{desk.t("progress.area")}</th>
                        {groups.iter().map(group).collect_view()}</tr>
                    <tr>{INDICATORS.iter().map(head).collect_view()}</tr>
                </thead>
                <tbody>
                    <tr class="total">{line(desk, total, "progress.total")}</tr>
                    {rows.into_iter().map(|row| view! { <tr>{line(desk, row, "")}</tr> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

fn line(desk: Desk, row: Row, name: &'static str) -> impl IntoView {
    let area = row.area;
    let title = if name.is_empty() {
        desk.area_name(area)
    } else {
        desk.t(name)
    };
    let spoken = title.clone();
    let cell = move |indicator: &Indicator| {
        let figure_of = row.figures.get(indicator.name).copied();
        let text = figure_of.map(|f| figure(desk, f)).unwrap_or_default();
        let nothing = figure_of.is_none_or(|f| f.count == 0);
        let link = format!("/progress?indicator={}&area={area}", indicator.name);
        let label = desk.t(&format!("indicator.{}", indicator.name));
        let label = format!("{spoken} {label} {text}");
        view! {
            <td>
                {if nothing {
                    view! { <span class="zero">{text}</span> }.into_any()
                } else {
                    view! { <a href=link aria-label=label>{text}</a> }.into_any()
                }}
            </td>
        }
    };
    view! { <th scope="row">{title}</th> {INDICATORS.iter().map(cell).collect_view()} }
}

/// The records behind a figure.
#[component]
pub fn Behind() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let close = close_all();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let name = query.get("indicator")?;
        let position = INDICATORS
            .iter()
            .position(|indicator| indicator.name == name)?;
        Some((
            position,
            query.get("area").and_then(|code| Area::parse(&code))?,
        ))
    });
    let rows = Memo::new(move |_| {
        let (position, area) = asked.get()?;
        let ids = fold(desk)?.behind(&INDICATORS[position], area);
        let mut rows: Vec<_> = desk.read(|shelf| {
            ids.iter()
                .filter_map(|id| shelf.row(*id).cloned())
                .collect()
        });
        rows.sort_by(|a: &crate::store::shelf::Row, b| (a.area, b.id).cmp(&(b.area, a.id)));
        Some(rows)
    });
    let title = move || {
        asked.get().map(|(position, area)| {
            let label = desk.t(&format!("indicator.{}", INDICATORS[position].name));
            let part = matches!(INDICATORS[position].count, Count::Share(..));
            let key = if part {
                "progress.part_of"
            } else {
                "progress.behind"
            };
            desk.fill(
                key,
                &[("area", &desk.area_name(area)), ("indicator", &label)],
            )
        })
    };
    let shown = RwSignal::new(SHOWN);
    let length = move || rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
    let count = move || length().to_string();
    view! {
        <a class="button quiet back" href=close>{icon("back")}{move || desk.t("record.back")}</a>
        <header class="head"><div>
            <h1>{title}</h1>
            <p class="head-sub" role="status">{move || desk.fill("people.count", &[("count", &count())])}</p>
        </div></header>
        <ul class="list">
            <For each=move || rows.get().unwrap_or_default().into_iter().take(shown.get()) key=|row| row.face()
                children=record_row/>
        </ul>
        {move || (length() > shown.get()).then(|| view! {
            <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                {desk.t("people.more")}
            </button>
        })}
    }
}

fn close_all() -> impl Fn() -> String {
    let here = close_link();
    move || here().split('?').next().unwrap_or("/progress").to_owned()
}
