//! A board's columns: the matters of each step, what runs out first on top.

use super::{card, moving};
use crate::desk::{Desk, desk};
use crate::now;
use crate::screens::filters::{self, Filters};
use domain::board::{Card, Column, columns};
use domain::{Area, Department, Id, Kind};
use leptos::prelude::*;
use std::time::Duration;

/// Cards in one column at first; more come with a tap.
const SHOWN: usize = 30;

/// A matter that somebody has taken up, to bring it into another column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    pub id: Id,
    pub next: Vec<&'static str>,
    /// With keys: the one of `next` that is pointed at.
    pub at: Option<usize>,
}

/// A matter for which the dialog is open: at which step, once one is chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asking {
    pub id: Id,
    pub to: Option<&'static str>,
}

/// One board's state, shared by its parts.
#[derive(Clone, Copy)]
pub struct Board {
    pub kind: &'static Kind,
    columns: Memo<Vec<Column>>,
    pub held: RwSignal<Option<Held>>,
    pub asking: RwSignal<Option<Asking>>,
    /// What is said to whoever does not see the card move.
    pub said: RwSignal<String>,
}

/// Goes up every minute: clocks run out while one looks.
fn minutes() -> RwSignal<i64> {
    let minute = RwSignal::new(now::now_ms());
    let tick = move || minute.set(now::now_ms());
    if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(60)) {
        on_cleanup(move || ticking.clear());
    }
    minute
}

/// The cards that the filters let through.
fn cards(desk: Desk, kind: &'static Kind, area: Option<Area>, of: Option<Department>) -> Vec<Card> {
    let Some(campaign) = desk.profile().map(|profile| profile.campaign) else {
        return Vec::new();
    };
    desk.read(|shelf| {
        let records = shelf.of_kind(kind.name).filter_map(|row| shelf.get(row.id));
        let cards = records.filter_map(|record| Card::of(kind, &record, &campaign));
        cards
            .filter(|card| area.is_none_or(|area| card.lies_in(area)))
            .filter(|card| of.is_none_or(|of| card.is_for(of)))
            .collect()
    })
}

#[component]
pub fn OfKind(kind: &'static Kind) -> impl IntoView {
    let desk = desk();
    let minute = minutes();
    let filters = Filters::of_the_address();
    let columns = Memo::new(move |_| {
        let cards = cards(desk, kind, filters.area.get(), filters.department.get());
        columns(kind, cards)
    });
    let board = Board {
        kind,
        columns,
        held: RwSignal::new(None),
        asking: RwSignal::new(None),
        said: RwSignal::new(String::new()),
    };
    let late = Memo::new(move |_| {
        let now = minute.get();
        columns.with(|columns| columns.iter().map(|column| column.late(now)).sum::<usize>())
    });
    let count = move || {
        let open = |step: &str| kind.steps.as_ref().is_some_and(|s| s.open.contains(&step));
        let count = columns.with(|columns| {
            let open = columns.iter().filter(|column| open(column.step));
            open.map(|column| column.cards.len()).sum::<usize>()
        });
        let (count, late) = (count.to_string(), late.get().to_string());
        desk.fill("boards.count", &[("count", &count), ("late", &late)])
    };
    let steps = domain::step::steps(kind);
    let column = move |step: &&'static str| column(desk, board, step, minute);
    view! {
        {filters::selects(desk, kind, filters)}
        <p class="count-line" role="status">{count}</p>
        <p class="hidden" role="status" aria-live="assertive">{board.said}</p>
        <p class="hint board-keys" id="board-keys">{move || desk.t("boards.keys")}</p>
        <div class="board" role="region" tabindex="0" aria-label=move || desk.t(kind.name)>
            {steps.iter().map(column).collect_view()}
        </div>
        {moving::dialog(desk, board)}
    }
}

/// A step's label.
pub fn step_label(desk: Desk, kind: &Kind, step: &str) -> String {
    let field = kind.steps.as_ref().map_or("step", |steps| steps.field);
    desk.t(&format!("{}.{field}.{step}", kind.name))
}

fn column(
    desk: Desk,
    board: Board,
    step: &'static str,
    minute: RwSignal<i64>,
) -> impl IntoView + use<> {
    let shown = RwSignal::new(SHOWN);
    let own = Memo::new(move |_| {
        let of_step = |column: &&Column| column.step == step;
        board.columns.with(|columns| {
            let own = columns.iter().find(of_step).cloned();
            own.map(|column| column.cards).unwrap_or_default()
        })
    });
    let length = move || own.with(Vec::len);
    let open = move || {
        let held = board.held.get();
        let open = held.is_some_and(|held| held.next.contains(&step));
        open.then_some("true")
    };
    let pointed = move || {
        let held = board.held.get();
        let at = held.and_then(|held| held.next.get(held.at?).copied());
        (at == Some(step)).then_some("true")
    };
    let over = move |event: web_sys::DragEvent| {
        if open().is_some() {
            event.prevent_default();
        }
    };
    let drop = move |event: web_sys::DragEvent| {
        event.prevent_default();
        if let Some(held) = board
            .held
            .get_untracked()
            .filter(|h| h.next.contains(&step))
        {
            board.held.set(None);
            moving::go(desk, board, held.id, step);
        }
    };
    let title = format!("column-{step}");
    let named = title.clone();
    view! {
        <section class="board-column" aria-labelledby=named data-step=step data-open=open
            data-pointed=pointed on:dragover=over on:drop=drop>
            <h2 class="board-title" id=title>
                <span>{move || step_label(desk, board.kind, step)}</span>
                <span class="count">{length}</span>
            </h2>
            <ul class="board-cards">
                <For each=move || own.with(|cards| cards.iter().take(shown.get()).cloned().collect::<Vec<_>>())
                    key=move |one| (one.id, one.due, one.is_late(minute.get()))
                    children=move |one| card::card(desk, board, one)/>
            </ul>
            {move || (length() > shown.get()).then(|| view! {
                <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                    {desk.t("people.more")}
                </button>
            })}
        </section>
    }
}
