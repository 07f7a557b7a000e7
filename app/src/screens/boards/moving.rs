//! Bringing a matter into a next step: at once, or by a small dialog that asks what the step needs.

use super::card::follow;
use super::columns::{Asking, Board, step_label};
use crate::desk::Desk;
use crate::form::{self, Sheet};
use crate::ui::{modal, name_of};
use crate::{draft, now, save};
use domain::board::{self, Move};
use domain::{Id, Kind, Record, Sensitivity, Value, Values};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The steps into which this person may bring a matter.
pub fn next(desk: Desk, board: Board, id: Id) -> Vec<&'static str> {
    let grants = desk.profile().map(|profile| profile.grants);
    let record = desk.read(|shelf| shelf.get(id));
    let both = grants.zip(record);
    both.map(|(grants, record)| board::next(&grants, board.kind, &record))
        .unwrap_or_default()
}

/// Saves the move, or opens the dialog where something has to be said first.
pub fn go(desk: Desk, board: Board, id: Id, to: &'static str) {
    let Some(record) = desk.peek(|shelf| shelf.get(id)) else {
        return;
    };
    if !untrack(|| next(desk, board, id)).contains(&to) {
        board.said.set(desk.t("boards.closed"));
        return;
    }
    match board::take(board.kind, &record, to, now::now_ms()) {
        Move::Closed => board.said.set(desk.t("boards.closed")),
        Move::Asks(_) => board.asking.set(Some(Asking { id, to: Some(to) })),
        Move::Ready(cells) => keep(desk, board, id, to, cells, None),
    }
}

/// Writes the move: first to disk, then it is said, with the way back.
fn keep(desk: Desk, board: Board, id: Id, to: &'static str, cells: Values, draft: Option<String>) {
    let said = desk.fill(
        "matter.moved",
        &[("step", &step_label(desk, board.kind, to))],
    );
    spawn_local(async move {
        match save::edit(desk, id, cells, draft.as_deref()).await {
            Ok(undo) => {
                desk.say(said, Some(undo));
                let _ = board.asking.try_set(None);
                follow(id);
            }
            Err(_) => desk.say(desk.language.get_untracked().label("trouble.storage"), None),
        }
    });
}

/// The dialog: which step, and what it asks.
pub fn dialog(desk: Desk, board: Board) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || open.set(board.asking.get().is_some()));
    let dialog = modal(open);
    let name = move || {
        let asking = board.asking.get()?;
        let row = desk.read(|shelf| shelf.row(asking.id).cloned())?;
        Some(name_of(desk, &row))
    };
    let closed = move |_| {
        if board.asking.get_untracked().is_some() {
            board.asking.set(None);
        }
    };
    view! {
        <dialog class="sheet" node_ref=dialog aria-labelledby="move-title" on:close=closed>
            <h2 id="move-title">{move || desk.t("boards.move_to")}</h2>
            <p class="head-sub">{name}</p>
            {move || board.asking.get().map(|asking| match asking.to {
                None => steps(desk, board, asking.id).into_any(),
                Some(to) => ask(desk, board, asking.id, to).into_any(),
            })}
        </dialog>
    }
}

fn steps(desk: Desk, board: Board, id: Id) -> impl IntoView {
    let step = move |to: &'static str| {
        let tap = move |_| {
            board.asking.set(None);
            go(desk, board, id, to);
        };
        view! {
            <button type="button" class="button wide" on:click=tap>
                {step_label(desk, board.kind, to)}
            </button>
        }
    };
    let cancel = move |_| board.asking.set(None);
    view! {
        {untrack(|| next(desk, board, id)).into_iter().map(step).collect_view()}
        <button type="button" class="button quiet wide" on:click=cancel>{desk.t("boards.cancel")}</button>
    }
}

/// The form's own fields, only those of the step.
fn ask(desk: Desk, board: Board, id: Id, to: &'static str) -> Option<impl IntoView> {
    let record = desk.peek(|shelf| shelf.get(id))?;
    let sheet = sheet(desk, board.kind, &record, to);
    let asked = board::asked(board.kind, &record, to);
    let fields = asked.clone();
    let unsaid = RwSignal::new(false);
    let drop = move || {
        board.asking.set(None);
        spawn_local(async move {
            let _ = draft::drop(desk, &sheet.draft_key()).await;
        });
    };
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let values = untrack(|| sheet.values());
        let empty = |name: &str| values.get(name).is_none_or(Value::is_empty);
        let missing = asked
            .iter()
            .any(|f| board::must_say(f, to) && empty(&f.name));
        let problems = untrack(|| sheet.problems());
        let wrong = asked
            .iter()
            .any(|field| problems.contains(&field.name.as_ref()));
        sheet.tried.set(true);
        unsaid.set(missing);
        if !missing && !wrong {
            let cells = untrack(|| sheet.changed());
            keep(desk, board, id, to, cells, Some(sheet.draft_key()));
        }
    };
    let fields = fields
        .into_iter()
        .map(|field| form::ask(sheet, field))
        .collect_view();
    Some(view! {
        <form novalidate on:submit=save>
            <p class="badges"><span class="badge">{step_label(desk, board.kind, to)}</span></p>
            {fields}
            {move || unsaid.get().then(|| view! {
                <p class="problem" role="alert">{desk.t("boards.unsaid")}</p>
            })}
            <div class="buttons">
                <button type="submit" class="button primary">{desk.t("form.save")}</button>
                <button type="button" class="button" on:click=move |_| drop()>{desk.t("boards.cancel")}</button>
            </div>
        </form>
    })
}

/// What was typed into the dialog before it was shut.
fn half_written(desk: Desk, kind: &'static Kind, record: &Record, to: &str) -> Values {
    let key = draft::key(kind.name, Some(record.id), None);
    let found = desk.drafts.with_untracked(|drafts| {
        let own = drafts.iter().find(|draft| draft.key == key);
        own.map(|draft| draft.values.clone())
    });
    let mut typed = found.unwrap_or_default();
    let asked = board::asked(kind, record, to);
    typed.retain(|name, _| asked.iter().any(|field| field.name == name));
    typed
}

fn sheet(desk: Desk, kind: &'static Kind, record: &Record, to: &str) -> Sheet {
    let grants = desk.profile_now().map(|profile| profile.grants);
    let level = grants.and_then(|grants| grants.level_of(kind, record));
    let cells = record.cells.iter();
    let before: Values = cells
        .map(|(name, cell)| (name.clone(), cell.value.clone()))
        .collect();
    let mut shown = before.clone();
    shown.extend(half_written(desk, kind, record, to));
    shown.extend(domain::step::advance(kind, record, to, now::now_ms()));
    let level = level.unwrap_or(Sensitivity::Open);
    Sheet::new(
        kind,
        Vec::new(),
        Some(record.id),
        None,
        level,
        before,
        &shown,
    )
}
