//! The table: areas by indicators, under their actions; a figure opens its records, an area its
//! own parts.

use super::choice::Choice;
use super::figures::{target, text};
use crate::desk::Desk;
use domain::Campaign;
use domain::area::Level;
use domain::indicator::{Indicator, Row, Table};
use leptos::prelude::*;

/// A column, with its name in the person's language: there are thousands of cells.
struct Head {
    indicator: &'static Indicator,
    name: String,
}

/// What all cells share.
struct Cells {
    desk: Desk,
    heads: Vec<Head>,
    campaign: Campaign,
    choice: Choice,
}

pub fn table(
    desk: Desk,
    choice: &Choice,
    shown: &Table,
    columns: &[&'static Indicator],
    campaign: Campaign,
) -> impl IntoView + use<> {
    let head = |indicator: &&'static Indicator| Head {
        indicator,
        name: desk.t(&indicator.label()),
    };
    let all = Cells {
        desk,
        heads: columns.iter().map(head).collect(),
        campaign,
        choice: choice.clone(),
    };
    let groups = columns.chunk_by(|a, b| a.action == b.action);
    let group = |group: &[&Indicator]| {
        let label = desk.t(&format!("action.{}", group[0].action.key()));
        view! { <th scope="colgroup" colspan=group.len().to_string()>{label}</th> }
    };
    let heads = all
        .heads
        .iter()
        .map(|head| view! { <th scope="col">{head.name.clone()}</th> });
    let name = desk.area_name(shown.total.area);
    let rows = shown.rows.iter().map(|row| {
        let cells = all.of(row, &desk.area_name(row.area), Targets::Own);
        view! { <tr>{area(desk, choice, row)}{cells}</tr> }
    });
    let total = desk.t("progress.total");
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=desk.t("progress.table")>
            <table class="progress">
                <caption class="hidden">{format!("{name} · {}", desk.t("progress.table"))}</caption>
                <thead>
                    <tr><th rowspan="2" scope="col">{desk.t("progress.area")}</th>
                        {groups.map(group).collect_view()}</tr>
                    <tr>{heads.collect_view()}</tr>
                </thead>
                <tbody>
                    <tr class="total"><th scope="row">{total.clone()}</th>{
                        all.of(&shown.total, &total, Targets::Shown)
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

/// An area's name; it leads one level below, if there is one.
fn area(desk: Desk, choice: &Choice, row: &Row) -> impl IntoView + use<> {
    let name = desk.area_name(row.area);
    if row.area.level() == Level::Village {
        return view! { <th scope="row">{name}</th> }.into_any();
    }
    let below = choice.at(row.area).link();
    let label = desk.fill("progress.below", &[("area", &name)]);
    view! { <th scope="row"><a href=below aria-label=label>{name}</a></th> }.into_any()
}

impl Cells {
    fn of(&self, row: &Row, spoken: &str, targets: Targets) -> impl IntoView + use<> {
        let cells = self
            .heads
            .iter()
            .map(|head| self.cell(head, row, spoken, targets));
        cells.collect_view()
    }

    fn cell(&self, head: &Head, row: &Row, spoken: &str, targets: Targets) -> AnyView {
        let indicator = head.indicator;
        let figure = row.figures.get(indicator.name).copied();
        let number = figure.and_then(|figure| figure.number());
        let shown = text(self.desk, indicator, number);
        let own = || indicator.has_own_target(&self.campaign, row.area);
        let aim = figure.filter(|_| targets == Targets::Shown || own());
        let aim = aim.and_then(|one| target(self.desk, &self.campaign, indicator, one, row.area));
        let aim = aim.map(|aim| view! { <small class="target">{aim}</small> });
        if figure.is_none_or(|figure| figure.count == 0) {
            return view! { <td><span class="zero">{shown}</span>{aim}</td> }.into_any();
        }
        let label = format!("{spoken} {} {shown}", head.name);
        let link = self.choice.behind(indicator, row.area);
        view! { <td><a href=link aria-label=label>{shown}</a>{aim}</td> }.into_any()
    }
}
