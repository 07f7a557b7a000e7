//! Small pieces that many screens share.

use crate::desk::{Desk, desk};
use domain::Id;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use store::shelf::Row;

/// An icon from the sprite, for the eye only.
pub fn icon(name: &str) -> impl IntoView + use<> {
    let link = format!("/icons.svg#{name}");
    view! { <svg class="icon" aria-hidden="true"><use href=link></use></svg> }
}

/// What of a screen's address stays while a record is opened in it.
const KEPT: [&str; 18] = [
    "board",
    "by",
    "department",
    "indicator",
    "list",
    "area",
    "at",
    "period",
    "on",
    "action",
    "priority",
    "map",
    "q",
    "filter",
    "kind",
    "tell",
    "day",
    "direction",
];

/// The current screen with another record open beside (tablet) or over it (phone).
pub fn open_link(id: Id) -> impl Fn() -> String {
    let location = use_location();
    move || {
        let query = location.query.get();
        let mut kept: Vec<String> = KEPT
            .iter()
            .filter_map(|name| query.get(name).map(|value| format!("{name}={value}")))
            .collect();
        kept.push(format!("open={id}"));
        format!("{}?{}", location.pathname.get(), kept.join("&"))
    }
}

/// The current screen without the open record.
pub fn close_link() -> impl Fn() -> String {
    let location = use_location();
    move || {
        let query = location.query.get();
        let kept: Vec<String> = KEPT
            .iter()
            .filter_map(|name| query.get(name).map(|value| format!("{name}={value}")))
            .collect();
        let path = location.pathname.get();
        if kept.is_empty() {
            path
        } else {
            format!("{path}?{}", kept.join("&"))
        }
    }
}

/// What a record is called, wherever one line of it is shown: its own name, else whom it is
/// about, else its kind.
pub fn name_of(desk: Desk, row: &Row) -> String {
    if !row.title.is_empty() {
        return row.title.clone();
    }
    let about = desk.read(|shelf| {
        let named = |id: &domain::Id| Some(shelf.row(shelf.canonical(*id))?.title.clone());
        row.about
            .iter()
            .filter_map(named)
            .find(|name| !name.is_empty())
    });
    about.unwrap_or_else(|| desk.t(row.kind.name))
}

/// What one should notice about a record at once.
pub fn badges(row: &Row) -> impl IntoView + use<> {
    let desk = desk();
    let badge = |shown: bool, class: &'static str, key: &'static str| {
        shown.then(|| view! { <span class=class>{move || desk.t(key)}</span> })
    };
    view! {
        {badge(row.priority > 0, "badge priority", "badge.priority")}
        {badge(row.to_confirm, "badge late", "badge.to_confirm")}
        {badge(row.refused, "badge late", "badge.refused")}
        {badge(row.waiting && !row.refused, "badge", "badge.waiting")}
    }
}

/// A screen with nothing on it says why, and what to do.
pub fn empty(key: &'static str) -> impl IntoView {
    let desk = desk();
    view! { <p class="empty">{move || desk.t(key)}</p> }
}

/// A screen's heading.
pub fn head(title: impl Fn() -> String + Send + 'static) -> impl IntoView {
    view! { <header class="head"><h1 tabindex="-1">{title}</h1></header> }
}

/// Goes to another screen.
pub fn goer() -> impl Fn(&str) + Clone {
    let navigate = use_navigate();
    move |path: &str| navigate(path, NavigateOptions::default())
}

/// Goes to another screen in the place of this one: going back then leads to where this one was
/// opened.
pub fn replacer() -> impl Fn(&str) + Clone {
    let navigate = use_navigate();
    let options = NavigateOptions {
        replace: true,
        ..NavigateOptions::default()
    };
    move |path: &str| navigate(path, options.clone())
}

/// Loads the page anew, with nothing in memory.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Prints the page as `print.css` lays it out.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// A dialog that is open, over everything, as long as the signal says so.
pub fn modal(open: RwSignal<bool>) -> NodeRef<Dialog> {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let wanted = open.get();
        if let Some(dialog) = dialog.get() {
            if wanted && !dialog.open() {
                let _ = dialog.show_modal();
            } else if !wanted && dialog.open() {
                dialog.close();
            }
        }
    });
    dialog
}
