//! `/admin/health`: how the ledgers are, in figures without anybody's data, and how to back up.

use super::area::roots_of;
use super::asked::{asked, told};
use super::parts::heading;
use crate::desk::{Desk, desk};
use domain::Area;
use domain::area::Level;
use domain::wire::{Health as Told, LedgerHealth};
use labels::bytes;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn Health() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let area = Memo::new(move |_| {
        let asked = query.read().get("area").and_then(|code| Area::parse(&code));
        asked.or_else(|| roots_of(desk).first().map(|root| root.ledger()))
    });
    let health = asked::<Told>(desk, move || Some(format!("/api/health/{}", area.get()?)));
    view! {
        {heading(desk, "admin.health")}
        {move || up(desk, area.get())}
        {told(desk, health, move |told| shown(desk, told).into_any())}
        {move || commands(desk)}
    }
}

/// The way back up, as far as one administers.
fn up(desk: Desk, area: Option<Area>) -> Option<impl IntoView> {
    let above = area?.parent()?;
    let administered = roots_of(desk).iter().any(|root| root.contains(above));
    administered.then(|| {
        view! {
            <a class="button quiet back" href=format!("/admin/health?area={above}")>
                {desk.area_name(above)}
            </a>
        }
    })
}

fn shown(desk: Desk, health: Told) -> impl IntoView {
    let silent: Vec<String> = health
        .silent
        .iter()
        .map(|area| desk.area_name(*area))
        .collect();
    let broken = health.ledgers.iter().any(|ledger| ledger.broken.is_some());
    let sum = |of: fn(&LedgerHealth) -> u64| health.ledgers.iter().map(of).sum::<u64>();
    let (records, size) = (
        sum(|one| one.records).to_string(),
        bytes(sum(|one| one.size)),
    );
    let exported = match health.exported {
        Some(at) => desk.fill("admin.exported", &[("when", &desk.moment(at))]),
        None => desk.t("admin.never_exported"),
    };
    let head = |key: &'static str| view! { <th scope="col">{desk.t(key)}</th> };
    let heads = [
        "admin.ledger",
        "admin.records",
        "admin.last_change",
        "admin.chain",
        "admin.uncounted",
        "admin.size",
    ];
    view! {
        <div class="stats">
            <div class="stat"><strong>{records}</strong><span>{desk.t("admin.records")}</span></div>
            <div class="stat"><strong>{size}</strong><span>{desk.t("admin.size")}</span></div>
        </div>
        {broken.then(|| view! { <p class="refused" role="alert">{desk.t("admin.chain_broken_all")}</p> })}
        {(!silent.is_empty()).then(|| view! {
            <p class="notice warning">{desk.fill("admin.silent", &[("areas", &silent.join("、"))])}</p>
        })}
        <div class="table-wrap" tabindex="0" role="region" aria-label=desk.t("admin.health")>
            <table class="admin-table">
                <caption class="hidden">{desk.t("admin.health")}</caption>
                <thead><tr>{heads.map(head).collect_view()}</tr></thead>
                <tbody>{health.ledgers.into_iter().map(|one| row(desk, one)).collect_view()}</tbody>
            </table>
        </div>
        <p class="hint">{exported}</p>
    }
}

fn row(desk: Desk, one: LedgerHealth) -> impl IntoView {
    let name = desk.area_name(one.ledger);
    let link = format!("/admin/health?area={}", one.ledger);
    let opens = one.ledger.level() <= Level::City;
    let last = one.last.map(|at| desk.moment(at));
    let chain = match one.broken {
        Some(seq) => desk.fill("admin.chain_broken", &[("seq", &seq.to_string())]),
        None => desk.fill("admin.chain_whole", &[("count", &one.checked.to_string())]),
    };
    let class = if one.broken.is_some() { "problem" } else { "" };
    view! {
        <tr>
            <th scope="row">{if opens {
                view! { <a href=link>{name}</a> }.into_any()
            } else {
                name.into_any()
            }}</th>
            <td>{one.records}</td>
            <td>{last.unwrap_or_else(|| desk.t("admin.no_change"))}</td>
            <td class=class>{chain}</td>
            <td>{one.uncounted}</td>
            <td>{bytes(one.size)}</td>
        </tr>
    }
}

/// What whoever runs an own server types; the server itself cannot back itself up.
fn commands(desk: Desk) -> impl IntoView {
    let command = move |(text, key): (&'static str, &'static str)| {
        view! {
            <p>{desk.t(key)}</p>
            <pre class="admin-command" tabindex="0"><code>{text}</code></pre>
        }
    };
    let commands = [
        (
            "./chunnuan backup --data DIR --out - | age -r KEY > FILE",
            "admin.backup",
        ),
        ("./chunnuan check --data DIR", "admin.check"),
        (
            "age -d -i KEYFILE FILE | ./chunnuan restore --from - --data NEW",
            "admin.restore",
        ),
    ];
    view! {
        <section class="card">
            <h2>{desk.t("admin.backup_title")}</h2>
            <p class="hint">{desk.t("admin.backup_hint")}</p>
            {commands.map(command).collect_view()}
        </section>
    }
}
