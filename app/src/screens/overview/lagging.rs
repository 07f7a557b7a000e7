//! Where it lags: the areas one level below by a few indicators, each a small chart of its own; what
//! is behind stands on top.

use crate::desk::{Desk, desk};
use crate::now;
use crate::screens::progress::text;
use domain::Area;
use domain::indicator::{Count, Figure, Fold, INDICATORS, Indicator, Period, Table};
use domain::kinds::task::TASK;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// The indicators that are shown until one is chosen.
const FIRST: [&str; 3] = ["priority_visited", "needs_in_time", "visits"];
/// Areas in a small chart; all of them when one indicator is chosen.
const FEW: usize = 5;

/// The same fold as the table's, over what is on this device.
fn table(desk: Desk) -> Option<Table> {
    let campaign = desk.profile()?.campaign;
    let home = desk.home()?;
    let period = Period {
        from: campaign.from,
        until: campaign.until,
    };
    let mut fold = Fold::new(period, now::now_ms());
    desk.read(|shelf| {
        let records = shelf.records();
        records.for_each(|record| fold.add(&record, &campaign));
    });
    Some(fold.table(home))
}

fn named(name: &str) -> Option<&'static Indicator> {
    INDICATORS.iter().find(|indicator| indicator.name == name)
}

/// What a bar stands for: a share in per mille, or a count.
fn value(figure: Figure) -> Option<i64> {
    match figure.of {
        None => Some(figure.count),
        Some(_) => figure.per_mille(),
    }
}

/// The areas with their figures, the least first; one without anything to share in is not behind.
fn ranked(table: &Table, indicator: &Indicator) -> Vec<(Area, Figure)> {
    let figures = table.rows.iter().filter_map(|row| {
        let figure = *row.figures.get(indicator.name)?;
        value(figure).map(|_| (row.area, figure))
    });
    let mut ranked: Vec<_> = figures.collect();
    ranked.sort_by_key(|(area, figure)| (value(*figure), *area));
    ranked
}

#[component]
pub fn Lagging() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let calm = super::calm(desk);
    let table = Memo::new(move |_| calm.of(|| table(desk)));
    let chosen = Memo::new(move |_| named(&query.read().get("by")?).map(|one| one.name));
    let shown = move || match chosen.get() {
        Some(name) => vec![name],
        None => FIRST.to_vec(),
    };
    let limit = move || chosen.get().map_or(FEW, |_| usize::MAX);
    let charts = move || {
        let table = table.get()?;
        let charts = shown().into_iter().filter_map(named);
        let charts = charts.map(|indicator| chart(desk, &table, indicator, limit()));
        Some(charts.collect_view())
    };
    let go = use_navigate();
    let choose = move |name: String| {
        let path = match name.as_str() {
            "" => "/overview".to_owned(),
            name => format!("/overview?by={name}"),
        };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        go(&path, options);
    };
    let option = move |indicator: &'static Indicator| {
        let name = indicator.name;
        view! {
            <option value=name selected=move || chosen.get() == Some(name)>
                {move || desk.t(&format!("indicator.{name}"))}
            </option>
        }
    };
    view! {
        <section class="overview-part" aria-labelledby="overview-lagging">
            <h2 class="group" id="overview-lagging">{move || desk.t("overview.lagging")}</h2>
            <select aria-label=move || desk.t("overview.by")
                on:change:target=move |e| choose(e.target().value())>
                <option value="" selected=move || chosen.get().is_none()>
                    {move || desk.t("overview.few")}
                </option>
                {INDICATORS.iter().map(option).collect_view()}
            </select>
            <div class="multiples">{charts}</div>
        </section>
    }
}

/// True if this person may give tasks there.
fn may_assign(desk: Desk, area: Area) -> bool {
    let grants = desk.profile().map(|profile| profile.grants);
    grants.is_some_and(|grants| grants.may_write(&TASK, area))
}

fn chart(
    desk: Desk,
    table: &Table,
    indicator: &'static Indicator,
    limit: usize,
) -> impl IntoView + use<> {
    let ranked = ranked(table, indicator);
    let most = match indicator.count {
        Count::Share(..) => 1000,
        Count::Of(_) | Count::Sum(_) => ranked
            .iter()
            .filter_map(|(_, f)| value(*f))
            .max()
            .unwrap_or(0),
    };
    let total = table
        .total
        .figures
        .get(indicator.name)
        .map(|f| text(desk, indicator, f.number()));
    let title = desk.t(&format!("indicator.{}", indicator.name));
    let all = ranked.len();
    let bar = move |(area, figure): (Area, Figure)| {
        let text = text(desk, indicator, figure.number());
        let name = desk.area_name(area);
        let label = format!("{name} {text}");
        let link = format!("/overview?by={0}&indicator={0}&area={area}", indicator.name);
        let row = view! {
            <span class="bar-name">{name}</span>
            <progress max=most.max(1).to_string() value=value(figure).unwrap_or(0).to_string()
                aria-hidden="true"></progress>
            <strong class="bar-figure">{text}</strong>
        };
        match figure.count > 0 {
            true => {
                view! { <li><a class="bar" href=link aria-label=label>{row}</a></li> }.into_any()
            }
            false => view! { <li class="bar">{row}</li> }.into_any(),
        }
    };
    let behind = ranked
        .first()
        .map(|(area, _)| *area)
        .filter(|area| may_assign(desk, *area));
    let bars = ranked.into_iter().take(limit).map(bar).collect_view();
    view! {
        <div class="multiple">
            <h3 class="multiple-title">{title}" "<span class="count">{total}</span></h3>
            <ul>{bars}</ul>
            {behind.map(|area| view! {
                <a class="button quiet" href=format!("/assign?area={area}")>
                    {desk.fill("overview.assign", &[("area", &desk.area_name(area))])}
                </a>
            })}
            {(all > limit).then(|| view! {
                <a class="button quiet" href=format!("/overview?by={}", indicator.name)>
                    {desk.fill("overview.all_areas", &[("count", &all.to_string())])}
                </a>
            })}
        </div>
    }
}
