//! The first screen on a new device: it takes the link that an administrator sent, and a PIN.

use super::door::Opening;
use super::pad::Choose;
use crate::api;
use crate::desk::Enrolled;
use crate::piece;
use crate::wipe;
use domain::invite::token_in;
use domain::wire::{EnrolAnswer, EnrolAsk};
use leptos::ev::hashchange;
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::database::Store;
use store::{key, vault};
use wasm_bindgen::JsValue;

#[component]
pub fn Enrol(opening: Opening) -> impl IntoView {
    let Opening {
        store,
        language,
        enter,
        ..
    } = opening;
    let invited = RwSignal::new(link_here());
    // Somebody may put the link into this page's address.
    let changed = window_event_listener(hashchange, move |_| invited.set(link_here()));
    on_cleanup(move || changed.remove());
    let pasted = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    // The link's token, once somebody agreed to take it: then a PIN is chosen.
    let agreed = RwSignal::new(None::<String>);
    let start = move || {
        let token = invited.get_untracked();
        agreed.set(token.or_else(|| token_in(&pasted.get_untracked())));
        piece::warm();
        failure.set(match agreed.with_untracked(Option::is_none) {
            true => Some("enrol.no_link".to_owned()),
            false => None,
        });
    };
    let chosen = move |pin: String| {
        let Some(link) = agreed.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            match enrol(&store.get_value(), &link, &pin).await {
                Ok(()) => {
                    clear_link();
                    enter.run(());
                }
                Err(label) => {
                    failure.set(Some(label));
                    agreed.set(None);
                    busy.set(false);
                }
            }
        });
    };
    let t = move |key: &str| language.get().label(key);
    view! {
        <wipe::Notice store language>
            {move || if agreed.with(Option::is_some) {
                view! {
                    <p>{move || t("lock.why")}</p>
                    <Choose language busy done=Callback::new(chosen)/>
                }.into_any()
            } else if invited.with(Option::is_some) {
                view! {
                    <p>{move || t("enrol.invited")}</p>
                    <button type="button" class="button primary" on:click=move |_| start()>
                        {move || t("enrol.start")}
                    </button>
                }.into_any()
            } else {
                view! {
                    <p>{move || t("enrol.ask")}</p>
                    <div class="field">
                        <label class="label" for="link">{move || t("enrol.link")}</label>
                        <input id="link" type="text" autocomplete="off" prop:value=pasted
                            on:input:target=move |e| pasted.set(e.target().value())/>
                    </div>
                    <button type="button" class="button primary" on:click=move |_| start()>
                        {move || t("enrol.start")}
                    </button>
                }.into_any()
            }}
            <p class="problem" role="alert">{move || failure.get().map(|label| t(&label))}</p>
        </wipe::Notice>
    }
}

/// Why a device could not be enrolled: a label's key.
type Failure = String;

/// Takes a link: makes the device's keys, leaves the public half of the one that signs, and closes
/// the others with the PIN. The store is open then; the first round of sync signs in.
///
/// # Errors
/// The label of what went wrong. The link is good as long as the server has not taken it.
async fn enrol(store: &Store, link: &str, pin: &str) -> Result<(), Failure> {
    let no_key = |_| "trouble.no_key".to_owned();
    let (signing, public_key) = key::make().await.map_err(|_| "trouble.no_key".to_owned())?;
    let made = vault::make(pin).await.map_err(no_key)?;
    let wrapped = vault::wrap_signing_key(&made.seal, &signing)
        .await
        .map_err(no_key)?;
    let ask = EnrolAsk {
        link: link.to_owned(),
        public_key,
        device_name: device_name(),
    };
    let answer: EnrolAnswer = api::post("/api/enrol", None, &ask)
        .await
        .map_err(|error| error.label())?;
    let EnrolAnswer {
        device,
        person,
        name,
    } = answer;
    let enrolled = Enrolled {
        device,
        person,
        name,
        profile: None,
    };
    let text = serde_json::to_string(&enrolled).unwrap_or_default();
    let kept = [("key", wrapped), ("enrolled", JsValue::from_str(&text))];
    let begun = store.begin(&made, &kept).await;
    begun.map_err(|_| "trouble.storage".to_owned())?;
    ask_to_keep();
    Ok(())
}

/// Asks the browser not to clear this site's data when the device runs short.
fn ask_to_keep() {
    if let Some(window) = web_sys::window()
        && let Ok(asked) = window.navigator().storage().persist()
    {
        spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(asked).await;
        });
    }
}

fn device_name() -> String {
    let agent = web_sys::window().and_then(|w| w.navigator().user_agent().ok());
    let agent = agent.unwrap_or_default();
    let system = ["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"];
    system
        .iter()
        .find(|name| agent.contains(**name))
        .unwrap_or(&"browser")
        .to_string()
}

/// The token in this page's address.
pub fn link_here() -> Option<String> {
    token_in(&web_sys::window()?.location().hash().ok()?)
}

/// A used link has no business in the address bar or the history.
fn clear_link() {
    if let Some(history) = web_sys::window().and_then(|w| w.history().ok()) {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/"));
    }
}
