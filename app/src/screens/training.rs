//! Beginning a training campaign anew on this device; in a real campaign there is no such thing.

use crate::api::ApiError;
use crate::desk::{self, Desk, desk};
use crate::session;
use domain::campaign::Mode;
use leptos::prelude::*;
use leptos::task::spawn_local;
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
        if desk.store().set(desk::RESET, &wish).await.is_err() {
            desk.say(desk.language.get_untracked().label("trouble.storage"), None);
            return;
        }
        if let Some(window) = web_sys::window() {
            let _ = window.location().set_href("/");
        }
    });
}
