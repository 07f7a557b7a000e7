//! Who seems to be registered twice: the pairs, and beside them the two that are looked at.

mod comparison;

use super::merged::may_merge;
use crate::desk::{Desk, desk};
use crate::ui::{empty, icon};
use comparison::Comparison;
use domain::Id;
use domain::same::Likeness;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use store::twins::{self, Pair};

/// Where two records are compared.
pub fn path(older: Id, newer: Id) -> String {
    format!("/same?a={older}&b={newer}")
}

/// The pairs that this person may make one.
fn pairs(desk: Desk) -> Vec<Pair> {
    desk.read(|shelf| twins::pairs(shelf, |record| may_merge(desk, record)))
}

/// The way here, where there is something to do.
pub fn link() -> impl IntoView {
    let desk = desk();
    // Nobody waits for it: the list comes first.
    let count = Memo::new(move |before: Option<&usize>| match desk.is_marking() {
        true => before.copied().unwrap_or(0),
        false => pairs(desk).len(),
    });
    move || {
        (count.get() > 0).then(|| {
            let count = count.get().to_string();
            view! {
                <a class="button head-action" href="/same">
                    {icon("merge")}{desk.fill("same.link", &[("count", &count)])}
                </a>
            }
        })
    }
}

#[component]
pub fn Same() -> impl IntoView {
    let query = use_query_map();
    let pair = Memo::new(move |_| {
        let query = query.read();
        let id = |name| query.get(name).and_then(|id| Id::parse(&id));
        Some((id("a")?, id("b")?))
    });
    let pane = move || {
        if pair.get().is_some() {
            "detail"
        } else {
            "list"
        }
    };
    view! {
        <div class="panes" data-pane=pane>
            <section class="pane-list"><Pairs/></section>
            <section class="pane-detail">
                {move || match pair.get() {
                    Some((a, b)) => view! { <Comparison a b/> }.into_any(),
                    None => empty("same.choose").into_any(),
                }}
            </section>
        </div>
    }
}

#[component]
fn Pairs() -> impl IntoView {
    let desk = desk();
    let pairs = Memo::new(move |_| pairs(desk));
    let count = move || pairs.with(Vec::len).to_string();
    view! {
        <header class="head">
            <a class="button quiet icon-only" href="/people" aria-label=move || desk.t("record.back")>
                {icon("back")}
            </a>
            <h1>{move || desk.t("same.title")}</h1>
        </header>
        <p class="count-line" role="status">{move || desk.fill("same.count", &[("count", &count())])}</p>
        {move || pairs.with(Vec::is_empty).then(|| empty("same.empty"))}
        <ul class="list">
            <For each=move || pairs.get() key=|pair| (pair.older, pair.newer)
                children=move |pair| pair_row(desk, pair)/>
        </ul>
    }
}

fn pair_row(desk: Desk, pair: Pair) -> impl IntoView {
    let rows = desk.peek(|shelf| {
        let row = |id| shelf.row(id).cloned();
        Some((row(pair.older)?, row(pair.newer)?))
    });
    rows.map(|(a, b)| {
        let names = if a.title == b.title {
            a.title.clone()
        } else {
            format!("{} · {}", a.title, b.title)
        };
        let (here, there) = (desk.area_name(a.area), desk.area_name(b.area));
        let places = if a.area == b.area {
            here
        } else {
            format!("{here} · {there}")
        };
        let certain = pair.likeness == Likeness::Certain;
        view! {
            <li><a class="row" href=path(pair.older, pair.newer)>
                <span class="row-mark" data-kind=a.kind.name>{icon(a.kind.name)}</span>
                <span class="row-main">
                    <span class="row-title">{names}</span>
                    <span class="row-sub">{places}</span>
                </span>
                <span class="row-side">
                    {certain.then(|| view! {
                        <span class="badge late">{move || desk.t("same.certain")}</span>
                    })}
                </span>
            </a></li>
        }
    })
}
