//! The trend of an indicator by day, as a line for the area and a small one for each area below.
//! Kept libraries for charts draw with inline styles, which the policy forbids, or with colours of
//! their own, which know no dark theme; so these few lines of SVG are our own.

use super::figures::text;
use crate::desk::Desk;
use domain::area::Level;
use domain::indicator::{Category, Figure, Indicator, Period, Row, Table, Tally};
use domain::{Area, day_number};
use jiff::civil::Date;
use leptos::prelude::*;
use std::sync::Arc;

/// The drawing's own units.
const WIDTH: i64 = 600;
const HEIGHT: i64 = 120;
const SMALL: (i64, i64) = (120, 32);
/// A trend of fewer days is no trend.
const FEWEST: usize = 2;

/// The days of a trend: a day without a fact counts as nothing, and is left out of a share.
struct Line {
    days: Vec<(Date, i64)>,
    most: i64,
}

impl Line {
    fn of(
        tally: &Tally,
        indicator: &Indicator,
        area: Area,
        priority: Option<Category>,
        period: Period,
    ) -> Self {
        let facts = tally.trend(indicator, area, priority);
        let number = |day: Date| match facts.get(&day).map(Figure::number) {
            Some(number) => number,
            None if indicator.is_share() => None,
            None => Some(0),
        };
        let span = day_number(period.until) - day_number(period.from);
        let days =
            (0..=span.clamp(0, 400)).map(|n| period.from.saturating_add(jiff::Span::new().days(n)));
        let days: Vec<_> = days.filter_map(|day| Some((day, number(day)?))).collect();
        let most = days.iter().map(|(_, number)| *number).max().unwrap_or(0);
        Self { days, most }
    }

    fn is_flat(&self) -> bool {
        self.most <= 0 || self.days.len() < FEWEST
    }

    fn points(&self, period: Period, (width, height): (i64, i64)) -> String {
        let from = day_number(period.from);
        let span = (day_number(period.until) - from).max(1);
        let most = i128::from(self.most.max(1));
        let point = |(day, number): &(Date, i64)| {
            let x = (day_number(*day) - from) * width / span;
            let up = i128::from((*number).max(0)) * i128::from(height) / most;
            format!("{x},{}", i128::from(height) - up)
        };
        let points: Vec<String> = self.days.iter().map(point).collect();
        points.join(" ")
    }
}

/// The period's days until today: tomorrow has no figure yet.
fn until_today(period: Period, today: Date) -> Period {
    Period {
        from: period.from,
        until: period.until.min(today),
    }
}

pub fn trend(
    desk: Desk,
    tally: &Arc<Tally>,
    indicator: &'static Indicator,
    shown: &Table,
    period: Period,
    priority: Option<Category>,
) -> impl IntoView + use<> {
    let period = until_today(period, desk.today.get());
    let of = |area| Line::of(tally, indicator, area, priority, period);
    let whole = of(shown.total.area);
    let title = format!(
        "{} · {}",
        desk.t("progress.trend"),
        desk.t(&indicator.label())
    );
    let body = if whole.is_flat() {
        view! { <p class="hint">{desk.t("progress.no_trend")}</p> }.into_any()
    } else {
        let small = shown.rows.iter().map(|row| (row, of(row.area)));
        let small = small.filter(|(_, line)| !line.is_flat());
        let small: Vec<_> = small
            .map(|(row, line)| multiple(desk, indicator, row, &line, period))
            .collect();
        let large = large(desk, indicator, &whole, period);
        view! { {large} <ul class="area-lines">{small}</ul> }.into_any()
    };
    view! {
        <section class="trend" aria-labelledby="progress-trend">
            <h2 class="group" id="progress-trend">{title}</h2>
            {body}
        </section>
    }
}

/// What a line says, for those who do not see it.
fn spoken(desk: Desk, indicator: &Indicator, line: &Line) -> String {
    let most = line.days.iter().max_by_key(|(_, number)| *number);
    let last = line.days.last();
    let say = |found: Option<&(Date, i64)>| {
        found.map_or_else(Default::default, |(day, number)| {
            (desk.date(*day), text(desk, indicator, Some(*number)))
        })
    };
    let ((best_day, best), (last_day, last)) = (say(most), say(last));
    desk.fill(
        "progress.trend_said",
        &[
            ("best", best.as_str()),
            ("best_day", &best_day),
            ("last", &last),
            ("last_day", &last_day),
        ],
    )
}

fn large(
    desk: Desk,
    indicator: &'static Indicator,
    line: &Line,
    period: Period,
) -> impl IntoView + use<> {
    let size = format!("-4 -4 {} {}", WIDTH + 8, HEIGHT + 8);
    let day = |(day, number): &(Date, i64)| {
        view! { <tr><th scope="row">{desk.date(*day)}</th><td>{text(desk, indicator, Some(*number))}</td></tr> }
    };
    let said = line.days.iter().filter(|(_, number)| *number != 0);
    view! {
        <figure class="trend-figure">
            <svg class="trend-line" viewBox=size preserveAspectRatio="none" role="img"
                aria-label=spoken(desk, indicator, line)>
                <line x1="0" y1=HEIGHT.to_string() x2=WIDTH.to_string() y2=HEIGHT.to_string()></line>
                <polyline points=line.points(period, (WIDTH, HEIGHT))></polyline>
            </svg>
            <figcaption class="trend-axis">
                <span>{desk.date(period.from)}</span>
                <span>{spoken(desk, indicator, line)}</span>
                <span>{desk.date(period.until)}</span>
            </figcaption>
        </figure>
        <details class="by-day">
            <summary>{desk.t("progress.by_day")}</summary>
            <table class="plain"><tbody>{said.map(day).collect_view()}</tbody></table>
        </details>
    }
}

fn multiple(
    desk: Desk,
    indicator: &'static Indicator,
    row: &Row,
    line: &Line,
    period: Period,
) -> impl IntoView + use<> {
    let name = match row.area.level() {
        Level::Village => desk.area_name(row.area),
        _ => row
            .area
            .name()
            .map_or_else(|| desk.area_name(row.area), str::to_owned),
    };
    let figure = row
        .figures
        .get(indicator.name)
        .and_then(|figure| figure.number());
    let size = format!("-2 -2 {} {}", SMALL.0 + 4, SMALL.1 + 4);
    view! {
        <li class="area-line">
            <span class="area-line-name">{name}</span>
            <strong>{text(desk, indicator, figure)}</strong>
            <svg class="trend-line" viewBox=size preserveAspectRatio="none" role="img"
                aria-label=spoken(desk, indicator, line)>
                <polyline points=line.points(period, SMALL)></polyline>
            </svg>
        </li>
    }
}
