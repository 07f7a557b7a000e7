//! 事项: what is not a person's: matters by step and clock, trips, events, stock, funds; for each
//! kind a list by state.

use crate::desk::{Desk, desk};
use crate::lines::timed;
use crate::now;
use crate::ui::{empty, icon};
use domain::Kind;
use domain::kind::Action;
use domain::kinds::KINDS;
use domain::value::Shape;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use store::shelf::Row;

/// Rows on the screen at first; more come with a tap.
const SHOWN: usize = 100;

/// How much time is left, or that none is.
fn clock(desk: Desk, due: i64) -> impl IntoView {
    let late = due < now::now_ms();
    let said = move || match due {
        i64::MAX => None,
        _ if late => Some(desk.t("badge.late")),
        _ => Some(desk.fill("record.due", &[("day", &desk.day(domain::day_of(due - 1)))])),
    };
    let class = if late { "badge late" } else { "badge" };
    move || said().map(|text| view! { <span class=class>{text}</span> })
}

/// The kinds that have a list here: all but people and what comes of itself.
pub fn listed() -> impl Iterator<Item = &'static Kind> {
    let by_itself = ["boarding", "reading", "passenger", "ticket"];
    let kinds = KINDS.iter().copied();
    kinds.filter(move |kind| kind.action != Action::People && !by_itself.contains(&kind.name))
}

#[component]
pub fn Work() -> impl IntoView {
    let query = use_query_map();
    let kind = Memo::new(move |_| query.read().get("kind"));
    move || match kind.get().and_then(|name| Kind::find(&name)) {
        Some(kind) => view! { <OfKind kind/> }.into_any(),
        None => view! { <Kinds/> }.into_any(),
    }
}

/// Open matters, late ones and all, for each kind of which there is something.
fn counts(desk: Desk) -> Vec<(&'static Kind, usize, usize, usize)> {
    let campaign = desk.profile().map(|profile| profile.campaign);
    let now = now::now_ms();
    desk.read(|shelf| {
        let count = |kind: &'static Kind| {
            let (mut all, mut open, mut late) = (0, 0, 0);
            for row in shelf.of_kind(kind.name) {
                all += 1;
                if row.is_open {
                    open += 1;
                    let due = campaign
                        .as_ref()
                        .and_then(|campaign| domain::due::due(&shelf.get(row.id)?, campaign));
                    late += usize::from(due.is_some_and(|due| due < now));
                }
            }
            (kind, all, open, late)
        };
        listed().map(count).collect()
    })
}

#[component]
fn Kinds() -> impl IntoView {
    let desk = desk();
    let rows = Memo::new(move |_| counts(desk));
    let row = move |(kind, all, open, late): (&'static Kind, usize, usize, usize)| {
        let said = match kind.steps {
            Some(_) => desk.fill(
                "work.open_of",
                &[("open", &open.to_string()), ("all", &all.to_string())],
            ),
            None => desk.fill("people.count", &[("count", &all.to_string())]),
        };
        view! {
            <li><a class="row" href=format!("/work?kind={}", kind.name)>
                <span class="row-mark" data-action=kind.action.key()>{icon(kind.name)}</span>
                <span class="row-main">
                    <span class="row-title">{desk.t(kind.name)}</span>
                    <span class="row-sub">{said}</span>
                </span>
                {(late > 0).then(|| view! {
                    <span class="badge late">{desk.fill("work.late", &[("count", &late.to_string())])}</span>
                })}
                {icon("chevron")}
            </a></li>
        }
    };
    let groups = move || {
        let rows = rows.get();
        let mut last = None;
        let mut groups: Vec<(Action, Vec<_>)> = Vec::new();
        for entry in rows {
            let action = entry.0.action;
            if last != Some(action) {
                groups.push((action, Vec::new()));
                last = Some(action);
            }
            if let Some((_, entries)) = groups.last_mut() {
                entries.push(entry);
            }
        }
        groups.sort_by_key(|(action, _)| *action);
        let group = |(action, entries): (Action, Vec<_>)| {
            view! {
                <div class="kind-group">
                    <h2 class="group">{desk.t(&format!("action.{}", action.key()))}</h2>
                    <ul class="list">{entries.into_iter().map(row).collect_view()}</ul>
                </div>
            }
        };
        groups.into_iter().map(group).collect_view()
    };
    view! {
        <header class="head">
            <h1>{move || desk.t("nav.work")}</h1>
            <a class="button quiet head-action" href="/departures">
                {icon("departures")}{move || desk.t("departures.title")}
            </a>
        </header>
        {super::departures::trips(desk)}
        <div class="kinds">{groups}</div>
    }
}

/// The records of one kind: what is open by its clock, what is over by its day.
#[component]
fn OfKind(kind: &'static Kind) -> impl IntoView {
    let desk = desk();
    let open = RwSignal::new(kind.steps.is_some());
    let shown = RwSignal::new(SHOWN);
    let rows = Memo::new(move |_| {
        let campaign = desk.profile().map(|profile| profile.campaign);
        desk.read(|shelf| {
            let key = |row: &Row| {
                let record = shelf.get(row.id);
                if row.is_open {
                    let due = record.zip(campaign.as_ref());
                    let due =
                        due.and_then(|(record, campaign)| domain::due::due(&record, campaign));
                    return due.unwrap_or(i64::MAX);
                }
                let day = record.and_then(|r| jiff::civil::Date::read(r.value("date")?));
                -day.map_or(row.id.time_ms(), domain::start_of)
            };
            let fits = shelf
                .of_kind(kind.name)
                .filter(|row| kind.steps.is_none() || row.is_open == open.get());
            let mut rows: Vec<(i64, Row)> = fits.map(|row| (key(row), row.clone())).collect();
            rows.sort_by_key(|(key, row)| (*key, row.area, row.id));
            rows
        })
    });
    let listed =
        move || rows.with_untracked(|rows| rows.iter().map(|(_, row)| row.id).collect::<Vec<_>>());
    let filter = move || {
        let key = if open.get_untracked() {
            "work.open"
        } else {
            "work.closed"
        };
        let stepped = kind.steps.is_some();
        let said = stepped.then(|| desk.language.get_untracked().label(key));
        said.unwrap_or_default()
    };
    let late = move || {
        let is_late = |entry: &&(i64, Row)| entry.1.is_open && entry.0 < now::now_ms();
        rows.with(|rows| rows.iter().filter(is_late).count())
    };
    let chip = move |key: &'static str, value: bool| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (open.get() == value).to_string()
                on:click=move |_| open.set(value)>{move || desk.t(key)}</button>
        }
    };
    let may = move || {
        let profile = desk.profile();
        profile.is_some_and(|p| {
            let may = |g: &domain::Grant| p.grants.may_write(kind, g.area);
            p.campaign.offers(kind) && p.grants.0.iter().any(may)
        })
    };
    view! {
        <a class="button quiet back" href="/work">{icon("back")}{move || desk.t("nav.work")}</a>
        <header class="head">
            <h1>{move || desk.t(kind.name)}</h1>
            {super::export::list(desk, filter, listed)}
            {move || may().then(|| view! {
                <a class="button primary head-action" href=format!("/new/{}", kind.name)>
                    {icon("plus")}{desk.t("work.add")}
                </a>
            })}
        </header>
        {super::ledgers::balances(desk, kind)}
        {kind.steps.is_some().then(|| view! {
            <div class="chips" role="group" aria-label=move || desk.t("people.filter")>
                {chip("work.open", true)}
                {chip("work.closed", false)}
            </div>
        })}
        <p class="count-line" role="status">
            {move || desk.fill("work.count", &[
                ("count", &rows.with(Vec::len).to_string()), ("late", &late().to_string()),
            ])}
        </p>
        {move || rows.with(Vec::is_empty).then(|| empty("work.empty"))}
        <ul class="list">
            {timed(
                move || rows.with(|rows| rows.iter().take(shown.get()).cloned().collect()),
                |desk, due, row| row.is_open.then(|| clock(desk, due)),
            )}
        </ul>
        {move || rows.with(|rows| rows.len() > shown.get()).then(|| view! {
            <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                {desk.t("people.more")}
            </button>
        })}
    }
}
