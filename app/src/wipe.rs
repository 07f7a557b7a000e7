//! What a device does that an administrator has revoked: it leaves what was unsent with the
//! server, then nothing of anybody stays on it.

use crate::api::{self, ApiError};
use crate::desk::Desk;
use crate::language::Language;
use crate::tabs;
use domain::Device;
use domain::left::{Line, parcels};
use domain::wire::{ChallengeAnswer, ChallengeAsk, LastWordsAnswer, LastWordsAsk};
use leptos::prelude::*;
use std::rc::Rc;
use store::database::Store;
use store::disk::Disk as _;
use store::entry::Entry;
use store::key;
use wasm_bindgen::JsValue;

/// The setting that says why the device is empty.
pub const WIPED: &str = "wiped";

/// True if the server's refusal means that this device is not to hold anything any more.
pub fn is_called_for(error: &ApiError) -> bool {
    matches!(error, ApiError::Refused { status: 403, code }
        if code == "device_revoked" || code == "device_retired")
}

/// Empties the device and begins anew, at the screen that says what happened.
///
/// # Errors
/// `Offline` if what was unsent could not be left yet; it is tried again with the next contact.
/// The device is locked all the same whenever nobody has opened it with the PIN.
pub async fn wipe(desk: Desk) -> Result<(), ApiError> {
    match leave(desk).await {
        Err(ApiError::Offline) => return Err(ApiError::Offline),
        // Try again later: the server is not well, or was asked too often.
        Err(ApiError::Refused { status, .. }) if status >= 500 || status == 429 => {
            return Err(ApiError::Offline);
        }
        // What the server does not take, nobody else would.
        Ok(()) | Err(ApiError::Refused { .. }) => {}
    }
    if desk.store().wipe(WIPED).await.is_ok()
        && let Some(window) = web_sys::window()
    {
        tabs::emptied();
        let _ = window.location().set_href("/");
    }
    Ok(())
}

async fn leave(desk: Desk) -> Result<(), ApiError> {
    let store = desk.store();
    let outbox = store.outbox().await.unwrap_or_default();
    let drafts = store.drafts().await.unwrap_or_default();
    let device = desk
        .enrolled
        .with_untracked(|e| e.as_ref().map(|e| e.device));
    let (Some(device), Some(private)) = (device, desk.key.get_value()) else {
        return Ok(());
    };
    let outbox = outbox.into_iter().map(Line::Outbox);
    let lines = outbox.chain(drafts.into_iter().map(Line::Draft));
    let lines = lines.map(|line: Line<Entry>| serde_json::to_string(&line).unwrap_or_default());
    for parcel in parcels(lines) {
        say(device, &private, parcel).await?;
    }
    Ok(())
}

async fn say(device: Device, private: &JsValue, parcel: String) -> Result<(), ApiError> {
    let ask = ChallengeAsk { device };
    let ChallengeAnswer { challenge } = api::post("/api/session/challenge", None, &ask).await?;
    let Ok(signature) = key::sign(private, &challenge).await else {
        return Ok(());
    };
    let words = LastWordsAsk {
        device,
        challenge,
        signature,
        parcel,
    };
    api::post::<LastWordsAnswer>("/api/last-words", None, &words)
        .await
        .map(drop)
}

/// Says on an emptied device what happened to it, and then what can be done: in one, so that nothing
/// is pushed away from under a finger.
#[component]
pub fn Notice(
    store: StoredValue<Rc<Store>, LocalStorage>,
    language: RwSignal<Language>,
    children: ChildrenFn,
) -> impl IntoView {
    let wiped = LocalResource::new(move || async move {
        let told = store.get_value().setting(WIPED).await.ok().flatten();
        told.as_ref().is_some_and(JsValue::is_truthy)
    });
    let notice = move || {
        view! {
            <p class="notice warning" role="status">
                {move || language.get().label("lock.wiped")}
            </p>
        }
    };
    move || {
        wiped.get().map(|wiped| {
            view! { {wiped.then(notice)}{children()} }
        })
    }
}
