//! The screens; and the way in, past the door.

pub mod admin;
pub mod assign;
pub mod boards;
pub mod bulletins;
pub mod code;
pub mod contacts;
pub mod departures;
mod door;
mod enrol;
mod export;
mod facts;
mod filters;
pub mod frame;
mod help;
mod history;
pub mod import;
mod install;
pub mod ledgers;
mod matter;
pub mod me;
pub mod menu;
mod merged;
mod navigation;
mod order;
pub mod overview;
pub mod pad;
pub mod people;
pub mod photos;
mod pin;
pub mod progress;
pub mod publish;
pub mod record;
pub mod same;
pub mod scan;
mod sync_sheet;
mod toasts;
pub mod today;
mod training;
mod travel;
pub mod trip;
pub mod trouble;
mod update;
pub mod villages;
pub mod words;
pub mod work;

pub use bulletins::meta as bulletin_meta;
pub use frame::{administers_only, manages};

use crate::language::{self, Language};
use crate::piece;
use door::{Door, Opening};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use store::database::{Store, StoreError};
use store::vault;

/// Opens the store and shows the door; without a store it says so.
pub async fn start() {
    crate::press::start();
    if let Err(error) = begin().await {
        leptos::logging::error!("the store did not open: {error}");
        if let Some(window) = web_sys::window()
            && let Ok(event) = web_sys::Event::new("chunnuan-failed")
        {
            let _ = window.dispatch_event(&event);
        }
    }
}

async fn begin() -> Result<(), StoreError> {
    let store = Rc::new(Store::open().await?);
    let door = match vault::held(&store).await? {
        Some(lock) => Door::Locked(lock),
        None if store.is_unsealed().await? => Door::Unsealed,
        None => Door::Empty,
    };
    let language = RwSignal::new(language::chosen(&store).await?);
    let (theme, type_size) = (told(&store, "theme").await?, told(&store, "type").await?);
    let body = document_body().ok_or_else(|| StoreError::new("no page"))?;
    let store = StoredValue::new_local(store);
    let door = RwSignal::new(door);
    let shown = StoredValue::new_local(None);
    let leave = move || {
        shown.update_value(|shown| drop(shown.take()));
        clear_page();
    };
    let entering = RwSignal::new(false);
    let enter = Callback::new(move |()| {
        // Whoever asks twice is let in once: there is one app in a page.
        if entering.get_untracked() {
            return;
        }
        entering.set(true);
        spawn_local(async move {
            let stuck = match piece::inside(store.get_value(), Box::new(leave)).await {
                Ok(Ok(())) => return,
                Ok(Err(_)) => "trouble.storage",
                Err(_) => "lock.not_here",
            };
            door.set(Door::Stuck(stuck));
            entering.set(false);
        });
    });
    clear_page();
    let opening = Opening {
        store,
        language,
        enter,
        entering,
    };
    let handle = leptos::mount::mount_to(body, move || {
        Effect::new(move || dress(language.get(), &theme, &type_size));
        view! { <door::DoorScreen door opening/> }
    });
    shown.set_value(Some(handle));
    // Whoever has no link yet has nowhere to go.
    if door.get_untracked() != Door::Empty || enrol::link_here().is_some() {
        piece::warm();
    }
    Ok(())
}

async fn told(store: &Store, name: &str) -> Result<String, StoreError> {
    let held = store.setting(name).await?;
    Ok(held.and_then(|value| value.as_string()).unwrap_or_default())
}

fn document_body() -> Option<web_sys::HtmlElement> {
    web_sys::window()?.document()?.body()
}

fn clear_page() {
    if let Some(body) = document_body() {
        body.set_inner_text("");
    }
}

/// Sets language, theme and type size on the page itself.
fn dress(language: Language, theme: &str, type_size: &str) {
    let document = web_sys::window().and_then(|w| w.document());
    let Some(page) = document.and_then(|d| d.document_element()) else {
        return;
    };
    let _ = page.set_attribute("lang", language.tag());
    let _ = page.set_attribute("data-theme", theme);
    let _ = page.set_attribute("data-type", type_size);
}
