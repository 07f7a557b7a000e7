//! What is unsent goes up from a phone that is closed and locked, too: while it is open, a letter is
//! written that only the server can read, and the browser posts it as soon as there is a network
//! (background sync, where the browser has it). The outbox stays until the app itself has heard
//! that all was taken; sending it once more has no effect.

use crate::desk::Desk;
use crate::to_server;
use domain::Stamp;
use domain::wire::{
    Enclosed, LETTER_BYTES, LETTER_INFO, Letter, Push, PushAsk, letter_place, letter_text,
};
use leptos::prelude::*;
use std::cell::RefCell;
use store::entry::Entry;
use store::key;
use store::steps;
use wasm_bindgen::JsValue;

/// The setting with the letter, as it is posted; `sw.js` reads it.
const LETTER: &str = "letter";
/// So many bytes of changes at most, so that the letter stays below what the server takes: sealing
/// and base64 make four of three.
const ENCLOSED: usize = LETTER_BYTES / 4 * 3 - 64 * 1024;

thread_local! {
    /// What the last letter holds; `None` until that is known.
    static HELD: RefCell<Option<Vec<Stamp>>> = const { RefCell::new(None) };
}

/// Writes what waits into a letter, and asks the browser to post it when it can.
pub async fn leave(desk: Desk) {
    let waiting: Vec<Stamp> = desk.peek(|shelf| shelf.outbox().map(Entry::key).collect());
    if waiting.is_empty() || HELD.with_borrow(|held| held.as_ref() == Some(&waiting)) {
        return;
    }
    // The app goes on sending by itself; a letter is only sooner.
    if let Some(text) = written(desk).await
        && desk
            .store()
            .set(LETTER, &JsValue::from_str(&text))
            .await
            .is_ok()
    {
        HELD.set(Some(waiting));
        if let Some(window) = web_sys::window()
            && let Ok(event) = web_sys::Event::new("chunnuan-letter")
        {
            let _ = window.dispatch_event(&event);
        }
    }
}

/// All has been sent.
pub async fn withdraw(desk: Desk) {
    // One of an earlier start may lie there, too; what it holds was sent.
    let none = HELD.with_borrow(|held| held.as_ref().is_some_and(Vec::is_empty));
    if !none && desk.store().drop_setting(LETTER).await.is_ok() {
        HELD.set(Some(Vec::new()));
    }
}

async fn written(desk: Desk) -> Option<String> {
    let store = desk.store();
    let server = to_server::kept_key(&store).await?;
    let device = desk
        .enrolled
        .with_untracked(|own| own.as_ref().map(|own| own.device))?;
    let private = desk.key.get_value()?;
    let (mut pushes, mut bytes) = (Vec::new(), 0);
    for (ledger, batch) in steps::to_send(&desk).await.ok()? {
        let changes = batch
            .iter()
            .map(|entry| serde_json::value::to_raw_value(&entry.change));
        let changes = changes.collect::<Result<Vec<_>, _>>().ok()?;
        let ask = PushAsk {
            changes,
            seen: 0,
            chain: String::new(),
        };
        let push = Push { ledger, ask };
        bytes += serde_json::to_string(&push).ok()?.len();
        if bytes > ENCLOSED {
            break;
        }
        pushes.push(push);
    }
    if pushes.is_empty() {
        return None;
    }
    let enclosed = serde_json::to_vec(&Enclosed { pushes }).ok()?;
    let place = letter_place(device);
    let sealed = to_server::seal(&server, LETTER_INFO, &place, &enclosed)
        .await
        .ok()?;
    let signed = letter_text(device, &sealed);
    let signature = key::sign(&private, &signed).await.ok()?;
    serde_json::to_string(&Letter {
        device,
        sealed,
        signature,
    })
    .ok()
}
