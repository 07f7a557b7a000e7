//! Beginning a training campaign anew on this device; in a real campaign there is no such thing.

use crate::api::ApiError;
use crate::desk::{Desk, Enrolled, desk};
use crate::session;
use domain::campaign::Mode;
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::database::{Store, StoreError};
use store::settings::Emptied;
use wasm_bindgen::JsValue;

/// Asks twice, then empties this device's training records and pulls them anew.
#[component]
pub fn Reset() -> impl IntoView {
    let desk = desk();
    let training = move || {
        let profile = desk.profile();
        profile.is_some_and(|profile| profile.campaign.mode == Mode::Training)
    };
    let asked = RwSignal::new(false);
    let question = move || {
        view! {
            <p role="alert">{desk.t("training.sure")}</p>
            <div class="buttons">
                <button type="button" class="button danger" on:click=move |_| reset(desk)>
                    {desk.t("training.reset_now")}
                </button>
                <button type="button" class="button" on:click=move |_| asked.set(false)>
                    {desk.t("training.keep")}
                </button>
            </div>
        }
    };
    let button = move || {
        view! {
            <button type="button" class="button" on:click=move |_| asked.set(true)>
                {desk.t("training.reset")}
            </button>
        }
    };
    move || {
        training().then(|| {
            view! {
                <section class="card">
                    <h2>{desk.t("training.title")}</h2>
                    <p class="hint">{desk.t("training.hint")}</p>
                    {move || if asked.get() { question().into_any() } else { button().into_any() }}
                </section>
            }
        })
    }
}

/// The records go at the next start, before anything is read: the sync that runs now cannot write
/// between them. A device that the server does not know any more is forgotten with them.
fn reset(desk: Desk) {
    spawn_local(async move {
        session::forget();
        let what = match session::token(desk).await {
            Err(ApiError::Refused { code, .. }) if code == "unknown_device" => Emptied::Device,
            _ => Emptied::Records,
        };
        let wish = JsValue::from_str(what.key());
        if desk.store().set(RESET, &wish).await.is_err() {
            desk.say(desk.language.get_untracked().label("trouble.storage"), None);
            return;
        }
        if let Some(window) = web_sys::window() {
            let _ = window.location().set_href("/");
        }
    });
}

/// The setting that asks for an empty device at the next start.
const RESET: &str = "reset";

/// Empties a training campaign's device, if its person asked for that; never a real one's. Says what
/// it took away.
pub async fn begin_anew(store: &Store) -> Result<Option<Emptied>, StoreError> {
    let text = async |name: &str| -> Result<Option<String>, StoreError> {
        let held = store.setting(name).await?;
        Ok(held.and_then(|value| value.as_string()))
    };
    let wish = text(RESET).await?;
    let Some(what) = wish.and_then(|key| Emptied::read(&key)) else {
        return Ok(None);
    };
    let held = text("enrolled").await?;
    let enrolled: Option<Enrolled> = held.and_then(|text| serde_json::from_str(&text).ok());
    let profile = enrolled.and_then(|enrolled| enrolled.profile);
    match profile {
        Some(profile) if profile.campaign.mode == Mode::Training => {
            store.empty(what).await?;
            Ok(Some(what))
        }
        _ => Ok(None),
    }
}
