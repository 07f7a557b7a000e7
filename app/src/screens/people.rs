//! 人员: everybody and every place that has a page, found as one types.

use crate::desk::{Desk, desk};
use crate::lines::records;
use crate::ui::{empty, icon};
use domain::{Id, Kind};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use store::find::Found;
use store::shelf::Shelf;

/// Rows on the screen at first; more come with a tap.
const SHOWN: usize = 60;

/// Days after which a visit was long ago.
const LONG: i64 = 14;

/// Whom one looks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Who {
    All,
    Kind(&'static str),
    Priority,
    Flow(&'static str),
    Risk,
    NotVisited,
    /// Not visited for more than [`LONG`] days, or never.
    LongAgo,
}

impl Who {
    const CHIPS: [Self; 13] = [
        Self::All,
        Self::Priority,
        Self::NotVisited,
        Self::LongAgo,
        Self::Risk,
        Self::Flow("returning"),
        Self::Flow("staying"),
        Self::Flow("leaving"),
        Self::Kind("household"),
        Self::Kind("worker"),
        Self::Kind("dependant"),
        Self::Kind("employer"),
        Self::Kind("place"),
    ];

    fn key(self) -> String {
        match self {
            Self::All => "people.all".to_owned(),
            Self::Kind(kind) => kind.to_owned(),
            Self::Priority => "people.priority".to_owned(),
            Self::Flow(flow) => format!("worker.flow.{flow}"),
            Self::Risk => "people.at_risk".to_owned(),
            Self::NotVisited => "people.not_visited".to_owned(),
            Self::LongAgo => "people.long_ago".to_owned(),
        }
    }

    fn lets(self, shelf: &Shelf, id: Id, kind: &Kind, today: Date) -> bool {
        let last = |id: Id| shelf.row(id).and_then(|row| shelf.last_visit(row));
        let says = |field: &str, wanted: &[&str]| {
            let record = shelf.get(id);
            record.is_some_and(|record| wanted.contains(&record.text(field)))
        };
        match self {
            Self::All => true,
            Self::Kind(name) => kind.name == name,
            Self::Priority => shelf.row(id).is_some_and(|row| row.priority > 0),
            Self::Flow(flow) => kind.name == "worker" && says("flow", &[flow]),
            Self::Risk => kind.name == "dependant" && says("risk", &["watch", "high"]),
            Self::NotVisited => last(id) == Some(None),
            Self::LongAgo => last(id).is_some_and(|day| {
                day.is_none_or(|day| domain::day_number(today) - domain::day_number(day) > LONG)
            }),
        }
    }
}

/// People whose names, numbers or villages hold what was typed; those served first stand first.
/// How long it took is marked on the page's own timeline.
fn find(desk: Desk, shelf: &Shelf, typed: &str, who: Who, limit: usize) -> Found {
    let clock = web_sys::window().and_then(|window| window.performance());
    if let Some(clock) = &clock {
        let _ = clock.mark("search-begun");
    }
    let areas = |word: &str| desk.areas_named(word);
    let today = desk.today.get();
    let found = shelf.find(
        typed,
        areas,
        |id, kind| who.lets(shelf, id, kind, today),
        limit,
    );
    if let Some(clock) = &clock {
        let _ = clock.measure_with_start_mark("search", "search-begun");
    }
    found
}

/// The way to give tasks to many at once, for who manages.
fn assign() -> impl IntoView {
    let desk = desk();
    move || {
        super::manages(desk).then(|| {
            view! {
                <a class="button quiet head-action" href="/assign">
                    {icon("task")}{desk.t("assign.title")}
                </a>
            }
        })
    }
}

#[component]
pub fn People() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let typed = RwSignal::new(query.read_untracked().get("q").unwrap_or_default());
    let who = RwSignal::new(Who::All);
    let shown = RwSignal::new(SHOWN);
    let found = Memo::new(move |_| {
        desk.read(|shelf| find(desk, shelf, &typed.get(), who.get(), shown.get()))
    });
    let chip = move |one: Who| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (who.get() == one).to_string()
                on:click=move |_| { who.set(one); shown.set(SHOWN); }>
                {move || desk.t(&one.key())}
            </button>
        }
    };
    let everybody = move || {
        let (typed, who) = (typed.get_untracked(), who.get_untracked());
        desk.peek(|shelf| find(desk, shelf, &typed, who, usize::MAX).first)
    };
    let filter = move || {
        let chosen = Some(who.get_untracked()).filter(|who| *who != Who::All);
        let chosen = chosen.map(|who| desk.language.get_untracked().label(&who.key()));
        let typed = Some(typed.get_untracked()).filter(|typed| !typed.is_empty());
        chosen
            .into_iter()
            .chain(typed)
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let count = move || {
        let count = found.with(|found| found.count).to_string();
        desk.fill("people.count", &[("count", &count)])
    };
    let rows = move || {
        let ids: Vec<Id> = found.with(|found| found.first.clone());
        desk.read(|shelf| {
            ids.iter()
                .filter_map(|id| shelf.row(*id).cloned())
                .collect::<Vec<_>>()
        })
    };
    view! {
        <header class="head many">
            <h1>{move || desk.t("nav.people")}</h1>
            {super::export::list(desk, filter, everybody)}
            {super::import::link(desk)}
            {super::same::link()}
            {assign()}
        </header>
        <div class="search">
            {icon("search")}
            <input type="search" autocomplete="off" aria-label=move || desk.t("people.search")
                placeholder=move || desk.t("people.search") prop:value=typed
                on:input:target=move |e| { typed.set(e.target().value()); shown.set(SHOWN); }/>
        </div>
        <div class="chips scroll" role="group" aria-label=move || desk.t("people.filter")>
            {Who::CHIPS.map(chip).collect_view()}
        </div>
        <p class="count-line" role="status">{count}</p>
        {move || found.with(|found| found.count == 0).then(|| empty("people.empty"))}
        <ul class="list">
            {records(rows)}
        </ul>
        {move || found.with(|found| found.count > found.first.len()).then(|| view! {
            <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                {desk.t("people.more")}
            </button>
        })}
    }
}
