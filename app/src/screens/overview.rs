//! 概览: a manager's morning. What moved since yesterday, which clocks run out, where an area lags,
//! what waits for one's decision; live, from what is on the device.

mod behind;
mod calm;
mod lagging;

pub use behind::Behind;

use crate::bulletin::{self, Bulletin};
use crate::desk::{Desk, desk};
use crate::now;
use crate::screens::bulletins::marks;
use crate::ui::{empty, icon, open_link};
use calm::calm;
use domain::Kind;
use domain::kind::Action;
use domain::morning::{Decision, Morning, Moved, Reader};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::collections::BTreeMap;
use store::twins;

/// What of the records there tells a manager in the morning.
fn morning(desk: Desk) -> Morning {
    let Some(profile) = desk.profile() else {
        return Morning::default();
    };
    let reader = Reader {
        person: profile.person,
        grants: &profile.grants,
        campaign: &profile.campaign,
        now_ms: now::now_ms(),
    };
    desk.read(|shelf| Morning::of(shelf.records(), &reader))
}

/// The morning as it stands, a moment after the records changed, and every minute.
fn living(desk: Desk) -> Memo<Morning> {
    let calm = calm(desk);
    Memo::new(move |_| calm.of(|| morning(desk)))
}

/// This screen with a list beside it.
fn list_link(list: String) -> impl Fn() -> String {
    let location = use_location();
    move || {
        let by = location.query.with(|query| query.get("by"));
        let by = by.map(|by| format!("&by={by}")).unwrap_or_default();
        format!("/overview?list={list}{by}")
    }
}

#[component]
pub fn Overview() -> impl IntoView {
    let desk = desk();
    let morning = living(desk);
    let date = move || {
        let today = desk.today.get();
        let parts = [Some(desk.date_of_week(today)), desk.lunar(today)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let bare = move || desk.read(store::shelf::Shelf::is_empty);
    view! {
        <header class="head">
            <div>
                <h1>{move || desk.t("nav.overview")}</h1>
                <p class="head-sub">{date}</p>
            </div>
            <a class="button primary head-action" href="/progress">
                {icon("progress")}{move || desk.t("nav.progress")}
            </a>
        </header>
        <Ways/>
        <Urgent/>
        {move || bare().then(|| empty("overview.bare"))}
        <div class="overview">
            <div class="overview-side">
                {clocks(desk, morning)}
                {waits(desk, morning)}
                {moved(desk, morning)}
            </div>
            <lagging::Lagging/>
        </div>
    }
}

/// On a phone, where there is no rail, the ways to the other screens of who manages.
#[component]
fn Ways() -> impl IntoView {
    let desk = desk();
    let way = move |path: &'static str| {
        let key = format!("nav.{}", path.trim_start_matches('/'));
        view! { <a class="chip tab" href=path>{move || desk.t(&key)}</a> }
    };
    view! {
        <nav class="chips overview-ways" aria-label=move || desk.t("overview.ways")>
            {["/boards", "/departures", "/publish", "/assign"].map(way).collect_view()}
        </nav>
    }
}

/// Urgent bulletins that were not read yet.
#[component]
fn Urgent() -> impl IntoView {
    let desk = desk();
    let urgent = move || {
        let unread = bulletin::unread(desk).into_iter();
        unread.filter(|one| one.urgent).collect::<Vec<_>>()
    };
    let row = move |one: Bulletin| {
        let link = open_link(one.id);
        let label = one.title.clone();
        view! {
            <section class="bulletin urgent" aria-label=label>
                <a class="bulletin-link" href=link>
                    <span class="badges">{marks(desk, &one)}</span>
                    <strong class="bulletin-title">{one.title}</strong>
                </a>
            </section>
        }
    };
    view! { <For each=urgent key=|one| (one.id, one.title.clone()) children=row/> }
}

/// A part of the screen with its heading.
fn part(
    title: impl Fn() -> String + Send + 'static,
    id: &'static str,
    body: impl IntoView,
) -> impl IntoView {
    view! {
        <section class="overview-part" aria-labelledby=id>
            <h2 class="group" id=id>{title}</h2>
            {body}
        </section>
    }
}

/// The two large figures: overdue, and due today.
fn clocks(desk: Desk, morning: Memo<Morning>) -> impl IntoView {
    let stat = move |list: &'static str, key: &'static str, count: Memo<usize>| {
        let link = list_link(list.to_owned());
        let late = move || (list == "late" && count.get() > 0).then_some("true");
        view! {
            <a class="stat stat-link" data-late=late href=link>
                <strong>{count}</strong><span>{move || desk.t(key)}</span>
            </a>
        }
    };
    let late = Memo::new(move |_| morning.with(|morning| morning.late.len()));
    let today = Memo::new(move |_| morning.with(|morning| morning.today.len()));
    let body = view! {
        <div class="stats">
            {stat("late", "overview.late", late)}
            {stat("today", "overview.today", today)}
        </div>
    };
    part(move || desk.t("overview.clocks"), "overview-clocks", body)
}

/// What waits for this person's decision, and where to decide it.
fn waits(desk: Desk, morning: Memo<Morning>) -> impl IntoView {
    let doubles = Memo::new(move |_| {
        let may = |record: &domain::Record| super::merged::may_merge(desk, record);
        desk.read(|shelf| twins::pairs(shelf, may).len())
    });
    let count = move |decision: Decision| {
        morning.with(|morning| morning.waits.get(&decision).map_or(0, Vec::len))
    };
    let row = move |decision: Decision| {
        let link = list_link(decision.key().to_owned());
        let name = match decision {
            Decision::Case => "wage_case",
            Decision::Relief => "assistance",
            Decision::Pay => "fund_entry",
            Decision::Confirm => "merge",
            other => other.key(),
        };
        let key = format!("overview.waits.{}", decision.key());
        counted(link, name, move || desk.t(&key), move || count(decision))
    };
    let waiting = Memo::new(move |_| {
        let some = |decision: &Decision| count(*decision) > 0;
        Decision::ALL.into_iter().filter(some).collect::<Vec<_>>()
    });
    let nothing = move || waiting.with(Vec::is_empty) && doubles.get() == 0;
    let body = view! {
        {move || nothing().then(|| empty("overview.waits.none"))}
        <ul class="list">
            <For each=move || waiting.get() key=|decision| *decision children=row/>
            {move || (doubles.get() > 0).then(|| counted(
                || "/same".to_owned(), "merge", move || desk.t("overview.waits.double"), move || doubles.get(),
            ))}
        </ul>
    };
    part(move || desk.t("overview.waits"), "overview-waits", body)
}

/// A row that says how many there are, and leads to them.
fn counted(
    link: impl Fn() -> String + Send + Sync + 'static,
    name: &str,
    label: impl Fn() -> String + Send + 'static,
    count: impl Fn() -> usize + Send + 'static,
) -> impl IntoView {
    view! {
        <li><a class="row" href=link>
            <span class="row-mark">{icon(name)}</span>
            <span class="row-main"><span class="row-title">{label}</span></span>
            <strong class="overview-count">{count}</strong>
            {icon("chevron")}
        </a></li>
    }
}

/// Of a kind, how many records are new and how many have changed.
type Count = (&'static Kind, usize, usize);

/// The kinds of which something moved, by action.
fn by_action(moved: &BTreeMap<&'static str, Moved>) -> Vec<(Action, Vec<Count>)> {
    let told = moved.iter().filter_map(|(name, moved)| {
        let kind = Kind::find(name).filter(|kind| !["reading", "boarding"].contains(&kind.name))?;
        Some((kind, moved.made.len(), moved.changed.len()))
    });
    let mut groups: BTreeMap<Action, Vec<_>> = BTreeMap::new();
    for entry in told {
        groups.entry(entry.0.action).or_default().push(entry);
    }
    groups.into_iter().collect()
}

fn moved(desk: Desk, morning: Memo<Morning>) -> impl IntoView {
    let groups = Memo::new(move |_| morning.with(|morning| by_action(&morning.moved)));
    let row = move |(kind, made, changed): Count| {
        let link = list_link(format!("moved.{}", kind.name));
        let (made, changed) = (made.to_string(), changed.to_string());
        let said = move || {
            desk.fill(
                "overview.moved_of",
                &[("made", &made), ("changed", &changed)],
            )
        };
        view! {
            <li><a class="row" href=link>
                <span class="row-mark" data-action=kind.action.key()>{icon(kind.name)}</span>
                <span class="row-main"><span class="row-title">{desk.t(kind.name)}</span></span>
                <span class="row-sub">{said}</span>
                {icon("chevron")}
            </a></li>
        }
    };
    let group = move |(action, kinds): (Action, Vec<_>)| {
        view! {
            <h3 class="overview-action">{desk.t(&format!("action.{}", action.key()))}</h3>
            <ul class="list">{kinds.into_iter().map(row).collect_view()}</ul>
        }
    };
    let body = view! {
        {move || groups.with(Vec::is_empty).then(|| empty("overview.moved.none"))}
        {move || groups.get().into_iter().map(group).collect_view()}
    };
    part(move || desk.t("overview.moved"), "overview-moved", body)
}
