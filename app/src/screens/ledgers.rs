//! What ledgers add up to: each township's reserve fund, each place's stock.

use crate::desk::{Desk, desk};
use crate::form::Sheet;
use domain::area::Level;
use domain::fund::{self, Balance, Misfit};
use domain::stock::{self, Stock};
use domain::{Area, Id, Kind, Record, Value};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The balances above a ledger's list; nothing for kinds that are no ledger.
pub fn balances(desk: Desk, kind: &'static Kind) -> AnyView {
    match kind.name {
        "fund_entry" => view! { {move || funds(desk)} }.into_any(),
        "stock_move" | "gift_issue" => view! { {move || stocks(desk)} }.into_any(),
        _ => ().into_any(),
    }
}

fn records(desk: Desk, kinds: &[&str]) -> Vec<Record> {
    desk.read(|shelf| {
        let rows = kinds.iter().flat_map(|kind| shelf.of_kind(kind));
        rows.filter_map(|row| shelf.get(row.id)).collect()
    })
}

fn yuan(fen: i64) -> String {
    format!("¥{}", domain::value::decimal(fen, 2))
}

fn funds(desk: Desk) -> Option<impl IntoView> {
    let campaign = desk.profile()?.campaign;
    let entries = records(desk, &["fund_entry"]);
    let townships: BTreeSet<Area> = entries
        .iter()
        .filter_map(|entry| entry.area()?.at(Level::Township))
        .collect();
    let row = |township: Area| {
        let balance = fund::balance(&entries, township, &campaign);
        let name = desk.area_name(township);
        let Balance {
            paid_in,
            paid_out,
            ceiling,
            low,
            ..
        } = balance;
        view! {
            <div class="ledger">
                <h2>{name}</h2>
                <strong class="ledger-balance">{yuan(balance.balance)}</strong>
                <meter min="0" max=ceiling.to_string() low=(ceiling / 2).to_string()
                    value=balance.balance.max(0).to_string()
                    aria-label=desk.t("fund.balance")></meter>
                <p class="hint">{desk.fill("fund.flows", &[
                    ("in", &yuan(paid_in)), ("out", &yuan(paid_out)), ("ceiling", &yuan(ceiling)),
                ])}</p>
                {low.then(|| view! { <span class="badge late">{desk.t("fund.low")}</span> })}
            </div>
        }
    };
    let rows = townships.into_iter().map(row).collect_view();
    Some(view! { <section class="ledgers" aria-label=desk.t("fund.balance")>{rows}</section> })
}

fn stocks(desk: Desk) -> impl IntoView {
    let moves = records(desk, &["stock_move", "gift_issue"]);
    let mut places: BTreeMap<Id, Vec<(String, Stock)>> = BTreeMap::new();
    for ((place, item), held) in stock::stock(&moves) {
        places.entry(place).or_default().push((item, held));
    }
    let item = move |(item, held): (String, Stock)| {
        let wrong = held.is_discrepant();
        let class = if wrong { "badge late" } else { "badge" };
        let label = desk.t(&format!("stock_move.item.{item}"));
        let said = format!("{label} {}", held.left());
        view! {
            <li><span class=class>{said}</span>
            {wrong.then(|| view! { <span class="hint">{desk.t("stock.discrepancy")}</span> })}</li>
        }
    };
    let place = move |(place, items): (Id, Vec<(String, Stock)>)| {
        let name = desk.read(|shelf| shelf.row(place).map(|row| row.title.clone()));
        view! {
            <div class="ledger">
                <h2>{name.unwrap_or_else(|| desk.t("form.hidden"))}</h2>
                <ul class="badges">{items.into_iter().map(item).collect_view()}</ul>
            </div>
        }
    };
    let places = places.into_iter().map(place).collect_view();
    view! { <section class="ledgers" aria-label=desk.t("stock.left")>{places}</section> }
}

/// What an entry of the reserve fund would do to its balance, said while it is typed.
pub fn fund_notice(sheet: Sheet) -> impl IntoView {
    let desk = desk();
    let township = move || {
        let area = sheet.value("area").as_text().and_then(Area::parse)?;
        area.at(Level::Township)
    };
    let said = move || {
        let campaign = desk.profile()?.campaign;
        let entries = records(desk, &["fund_entry"]);
        let before = fund::balance(&entries, township()?, &campaign);
        let mut entry = Record::new(Id::from_bytes([0; 16]), "fund_entry");
        for name in ["direction", "amount", "kind_of_entry", "area"] {
            entry.put(name, sheet.value(name), domain::Stamp::default());
        }
        let left = desk.fill("fund.left", &[("amount", &yuan(before.balance))]);
        let asked = matches!(sheet.value("amount"), Value::Int(_));
        let problem = fund::fits(&before, &entry).err().filter(|_| asked);
        let problem = problem.map(|misfit| match misfit {
            Misfit::Short(by) => desk.fill("fund.short", &[("amount", &yuan(by))]),
            Misfit::AboveCeiling(by) => desk.fill("fund.above", &[("amount", &yuan(by))]),
        });
        Some((left, problem))
    };
    view! {
        {move || said().map(|(left, problem)| view! {
            <p class="notice">{left}</p>
            <p class="problem" role="alert">{problem}</p>
        })}
    }
}
