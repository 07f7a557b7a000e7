//! A matter on a board: what it is, its clock; taken up by pointer or by key.

use super::columns::{Asking, Board, Held, step_label};
use super::moving;
use crate::desk::Desk;
use crate::now;
use crate::screens::words::{clock, summary_besides};
use crate::ui::{badges, icon, name_of, open_link};
use domain::board::Card;
use domain::{Area, Id, Kind};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, Element, HtmlElement, KeyboardEvent};

pub fn card(desk: Desk, board: Board, card: Card) -> impl IntoView {
    let id = card.id;
    let name = title(desk, id)?;
    let areas = card.areas.clone();
    let sub = move || told(desk, board.kind, id, &areas);
    let late = card.is_late(now::now_ms());
    let link = open_link(id);
    let next = Memo::new(move |_| moving::next(desk, board, id));
    let draggable = move || (!next.with(Vec::is_empty)).to_string();
    let start = move |event: DragEvent| {
        if let Some(data) = event.data_transfer() {
            let _ = data.set_data("text/plain", &id.to_string());
            data.set_effect_allowed("move");
        }
        take_up(board, id, next.get_untracked(), None);
    };
    let end = move |_: DragEvent| board.held.set(None);
    // Who goes elsewhere with the keys has let it be.
    let left = move |_| {
        let by_keys = |held: &Held| held.id == id && held.at.is_some();
        if board
            .held
            .with_untracked(|held| held.as_ref().is_some_and(by_keys))
        {
            board.held.set(None);
        }
    };
    let held = move || {
        let held = board.held.get().is_some_and(|held| held.id == id);
        held.then_some("true")
    };
    let menu = desk.fill("boards.move", &[("name", &name)]);
    let asking = move |_| board.asking.set(Some(Asking { id, to: None }));
    let spoken = name.clone();
    Some(view! {
        <li class="board-card" data-late=late.then_some("true") data-held=held draggable=draggable
            on:dragstart=start on:dragend=end on:focusout=left
            on:keydown=move |event| pressed(desk, board, id, &spoken, &next.get_untracked(), &event)>
            <a class="board-link" id=format!("card-{id}") href=link draggable="false"
                aria-describedby="board-keys">
                <span class="row-title">{move || title(desk, id)}</span>
                <span class="row-sub">{sub}</span>
                <span class="badges">{clock(desk, card.due)}{move || marks(desk, id)}</span>
            </a>
            {move || (!next.with(Vec::is_empty)).then(|| view! {
                <button type="button" class="button quiet icon-only board-menu"
                    aria-haspopup="dialog" aria-label=menu.clone() on:click=asking>
                    {icon("move")}
                </button>
            })}
        </li>
    })
}

fn title(desk: Desk, id: Id) -> Option<String> {
    let row = desk.read(|shelf| shelf.row(id).cloned())?;
    Some(name_of(desk, &row))
}

/// Where it is, and what it says in one line.
fn told(desk: Desk, kind: &'static Kind, id: Id, areas: &[Area]) -> String {
    let areas: Vec<String> = areas.iter().map(|area| desk.area_name(*area)).collect();
    let record = desk.read(|shelf| shelf.get(id));
    let step = kind.steps.as_ref().map_or("", |steps| steps.field);
    let said = record.map(|record| summary_besides(desk, kind, &record, step));
    let said = said.unwrap_or_default();
    let parts = [areas.join(" → "), said];
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts.map(String::as_str).collect::<Vec<_>>().join(" · ")
}

/// That it waits to be sent, was refused, or is to be confirmed.
fn marks(desk: Desk, id: Id) -> Option<impl IntoView + use<>> {
    let row = desk.read(|shelf| shelf.row(id).cloned())?;
    Some(badges(&row))
}

fn take_up(board: Board, id: Id, next: Vec<&'static str>, at: Option<usize>) {
    board.held.set(Some(Held { id, next, at }));
}

/// Arrow keys go from card to card. The space bar takes a card up: then left and right choose the
/// step, Enter puts it there, Escape lets it be.
fn pressed(
    desk: Desk,
    board: Board,
    id: Id,
    name: &str,
    next: &[&'static str],
    event: &KeyboardEvent,
) {
    let on_link = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .filter(|element| element.class_list().contains("board-link"));
    let Some(link) = on_link else { return };
    let held = board.held.get_untracked().filter(|held| held.id == id);
    match (event.key().as_str(), held.and_then(|held| held.at)) {
        (" ", None) => lift(desk, board, id, name, next),
        ("Enter" | " ", Some(at)) => {
            board.held.set(None);
            if let Some(to) = next.get(at) {
                moving::go(desk, board, id, to);
            }
        }
        ("Escape", Some(_)) => {
            board.held.set(None);
            board.said.set(desk.t("boards.left"));
        }
        ("ArrowRight", Some(at)) => point(desk, board, id, next, (at + 1).min(next.len() - 1)),
        ("ArrowLeft", Some(at)) => point(desk, board, id, next, at.saturating_sub(1)),
        ("ArrowUp" | "ArrowDown", Some(_)) => {}
        (key @ ("ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight"), None) => {
            walk(&link, key);
        }
        _ => return,
    }
    event.prevent_default();
}

fn lift(desk: Desk, board: Board, id: Id, name: &str, next: &[&'static str]) {
    let Some(first) = next.first() else {
        board.said.set(desk.t("boards.closed"));
        return;
    };
    take_up(board, id, next.to_vec(), Some(0));
    let step = step_label(desk, board.kind, first);
    board
        .said
        .set(desk.fill("boards.lifted", &[("name", name), ("step", &step)]));
}

fn point(desk: Desk, board: Board, id: Id, next: &[&'static str], at: usize) {
    take_up(board, id, next.to_vec(), Some(at));
    if let Some(step) = next.get(at) {
        board.said.set(step_label(desk, board.kind, step));
    }
}

/// Puts the cursor onto the next card above, below or in the next column that has any.
fn walk(link: &Element, key: &str) {
    let closest = |css: &str| link.closest(css).ok().flatten();
    let (Some(here), Some(column)) = (closest(".board-card"), closest(".board-column")) else {
        return;
    };
    let card = match key {
        "ArrowUp" => here.previous_element_sibling(),
        "ArrowDown" => here.next_element_sibling(),
        _ => {
            let step = |column: &Element| match key {
                "ArrowLeft" => column.previous_element_sibling(),
                _ => column.next_element_sibling(),
            };
            let columns = std::iter::successors(step(&column), step);
            let cards = columns.map(|column| column.query_selector(".board-card").ok().flatten());
            cards.flatten().next()
        }
    };
    let link = card.and_then(|card| card.query_selector(".board-link").ok().flatten());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        let _ = link.focus();
    }
}

/// Puts the cursor onto a card once it stands in its new column.
pub fn follow(id: Id) {
    let focus = move || {
        let document = web_sys::window().and_then(|window| window.document());
        let found = document.and_then(|d| d.get_element_by_id(&format!("card-{id}")));
        if let Some(link) = found.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
            let _ = link.focus();
        }
    };
    set_timeout(focus, Duration::ZERO);
}
