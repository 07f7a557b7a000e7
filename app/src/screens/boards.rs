//! 看板: matters in columns by step, each with its clock; one is moved by dragging it, by keys, or
//! from its menu. Beside them the reserve funds, the stock, the trips by day, and whom to visit.

mod card;
mod columns;
mod days;
mod funds;
mod moving;

pub use funds::Entries;

use super::filters::with;
use crate::desk::{Desk, desk};
use crate::ui::{empty, icon};
use domain::Kind;
use domain::board::BOARDS;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// What has a board without steps: its kind stands for it in the address.
const OTHERS: [&str; 4] = ["fund_entry", "stock_move", "trip", "dependant"];

/// The kinds of which this person may see anything.
fn offered(desk: Desk) -> Vec<&'static Kind> {
    let grants = desk.profile().map(|profile| profile.grants);
    let sees = |kind: &&'static Kind| {
        let own = grants.iter().flat_map(|grants| &grants.0);
        let mut areas = own.map(|grant| grant.area);
        areas.any(|area| {
            grants
                .as_ref()
                .is_some_and(|g| g.level(kind, area).is_some())
        })
    };
    let kinds = BOARDS.into_iter().chain(OTHERS).filter_map(Kind::find);
    kinds.filter(sees).collect()
}

#[component]
pub fn Boards() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let kinds = Memo::new(move |_| offered(desk));
    let kind = Memo::new(move |_| {
        let wanted = query.read().get("board");
        let kinds = kinds.get();
        let named = kinds
            .iter()
            .find(|kind| Some(kind.name) == wanted.as_deref());
        named.or(kinds.first()).copied()
    });
    let location = use_location();
    let tab = move |one: &'static Kind| {
        let here = move || (kind.get() == Some(one)).then_some("page");
        let link = move || {
            let kept = with(&location.query.get(), "board", one.name);
            format!("/boards{kept}")
        };
        view! { <a class="chip tab" href=link aria-current=here>{move || title(desk, one)}</a> }
    };
    view! {
        <header class="head"><h1>{move || desk.t("nav.boards")}</h1>
            {move || kind.get().filter(|kind| may_add(desk, added(kind))).map(|kind| view! {
                <a class="button primary head-action" href=format!("/new/{}", added(kind).name)>
                    {icon("plus")}{desk.t(added(kind).name)}
                </a>
            })}
        </header>
        <nav class="chips scroll tabs" aria-label=move || desk.t("nav.boards")>
            {move || kinds.get().into_iter().map(tab).collect_view()}
        </nav>
        {move || match kind.get() {
            Some(kind) => shown(desk, kind),
            None => empty("boards.none").into_any(),
        }}
    }
}

fn may_add(desk: Desk, kind: &Kind) -> bool {
    let grants = desk.profile().map(|profile| profile.grants);
    grants.is_some_and(|grants| {
        let mut own = grants.0.iter();
        own.any(|grant| grants.may_write(kind, grant.area))
    })
}

/// A board's name: its kind's, or what it is about.
fn title(desk: Desk, kind: &Kind) -> String {
    match kind.name {
        "fund_entry" => desk.t("boards.funds"),
        "stock_move" => desk.t("boards.stock"),
        "trip" => desk.t("boards.trips"),
        "dependant" => desk.t("boards.visits"),
        name => desk.t(name),
    }
}

/// The kind of which something is added from a board: whoever is to be visited gets a task.
fn added(kind: &'static Kind) -> &'static Kind {
    match kind.name {
        "dependant" => &domain::kinds::task::TASK,
        _ => kind,
    }
}

fn shown(desk: Desk, kind: &'static Kind) -> AnyView {
    match kind.name {
        "fund_entry" => view! { <funds::Funds/> }.into_any(),
        "stock_move" => super::ledgers::balances(desk, kind),
        "trip" => view! { <days::Trips/> }.into_any(),
        "dependant" => view! { <days::Visits/> }.into_any(),
        _ => view! { <columns::OfKind kind/> }.into_any(),
    }
}
