//! The townships' reserve funds in one table: what each holds, what is to be replenished; a row opens
//! its entries beside.

use crate::desk::{Desk, desk};
use crate::lines::records;
use crate::screens::filters::{self, Filters, area_select};
use crate::ui::{close_link, empty, icon};
use domain::area::Level;
use domain::fund::{self, Balance};
use domain::{Area, Record};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use std::collections::BTreeSet;

fn entries(desk: Desk) -> Vec<Record> {
    desk.read(|shelf| {
        let rows = shelf.of_kind("fund_entry");
        rows.filter_map(|row| shelf.get(row.id)).collect()
    })
}

fn yuan(fen: i64) -> String {
    format!("¥{}", domain::value::decimal(fen, 2))
}

/// The funds that have any entry, those to be replenished first.
fn funds(desk: Desk, within: Option<Area>) -> Vec<(Area, Balance)> {
    let Some(campaign) = desk.profile().map(|profile| profile.campaign) else {
        return Vec::new();
    };
    let entries = entries(desk);
    let townships: BTreeSet<Area> = entries
        .iter()
        .filter_map(|entry| entry.area()?.at(Level::Township))
        .filter(|township| within.is_none_or(|area| area.contains(*township)))
        .collect();
    let balance = |township: Area| (township, fund::balance(&entries, township, &campaign));
    let mut funds: Vec<_> = townships.into_iter().map(balance).collect();
    funds.sort_by_key(|(area, fund)| (!fund.low, fund.balance, *area));
    funds
}

#[component]
pub fn Funds() -> impl IntoView {
    let desk = desk();
    let filters = Filters::of_the_address();
    let funds = Memo::new(move |_| funds(desk, filters.area.get()));
    let low = move || funds.with(|funds| funds.iter().filter(|(_, fund)| fund.low).count());
    let count = move || {
        let (count, low) = (funds.with(Vec::len).to_string(), low().to_string());
        desk.fill("boards.funds_count", &[("count", &count), ("low", &low)])
    };
    view! {
        <div class="filters">{area_select(desk, filters)}</div>
        <p class="count-line" role="status">{count}</p>
        {move || match funds.get() {
            funds if funds.is_empty() => empty("boards.funds_none").into_any(),
            funds => table(desk, funds).into_any(),
        }}
    }
}

fn table(desk: Desk, funds: Vec<(Area, Balance)>) -> impl IntoView {
    let heads = [
        "progress.area",
        "fund.balance",
        "boards.replenish",
        "boards.ceiling",
        "boards.paid_in",
        "boards.paid_out",
    ];
    let head = move |key: &str| view! { <th scope="col">{desk.t(key)}</th> };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=desk.t("boards.funds")>
            <table class="funds">
                <caption class="hidden">{desk.t("boards.funds")}</caption>
                <thead><tr>{heads.into_iter().map(head).collect_view()}</tr></thead>
                <tbody>{funds.into_iter().map(|(area, fund)| line(desk, area, fund)).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn line(desk: Desk, area: Area, fund: Balance) -> impl IntoView {
    let location = use_location();
    let link = move || {
        let query = location
            .query
            .with(|query| filters::with(query, "list", &format!("fund.{area}")));
        format!("/boards{query}")
    };
    let replenish = match fund.to_replenish() {
        0 => view! { <span class="zero">"—"</span> }.into_any(),
        sum => view! { <span class="badge late">{yuan(sum)}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a class="cell-link" href=link>{desk.area_name(area)}</a></th>
            <td>{yuan(fund.balance)}</td><td>{replenish}</td><td>{yuan(fund.ceiling)}</td>
            <td>{yuan(fund.paid_in)}</td><td>{yuan(fund.paid_out)}</td>
        </tr>
    }
}

/// The entries of one township's fund, the newest first.
#[component]
pub fn Entries() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let township = Memo::new(move |_| {
        let list = query.read().get("list")?;
        Area::parse(list.strip_prefix("fund.")?)
    });
    let rows = move || {
        let Some(township) = township.get() else {
            return Vec::new();
        };
        let mut rows = desk.read(|shelf| {
            let own = shelf
                .of_kind("fund_entry")
                .filter(|row| township.contains(row.area));
            own.cloned().collect::<Vec<_>>()
        });
        rows.sort_by_key(|row| std::cmp::Reverse(row.id));
        rows
    };
    let close = close_link();
    let close = move || {
        close()
            .split("&list=")
            .next()
            .unwrap_or("/boards")
            .to_owned()
    };
    let title = move || township.get().map(|area| desk.area_name(area));
    view! {
        <a class="button quiet back" href=close>{icon("back")}{move || desk.t("record.back")}</a>
        <header class="head">
            <div><h1>{title}</h1><p class="head-sub">{move || desk.t("fund_entry")}</p></div>
            <a class="button head-action" href="/new/fund_entry">{icon("plus")}{move || desk.t("work.add")}</a>
        </header>
        {move || rows().is_empty().then(|| empty("work.empty"))}
        <ul class="list">{records(rows)}</ul>
    }
}
