//! Keeps the screen lit while a code is shown or scanned, where the browser can.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

type Held = StoredValue<Option<JsValue>, LocalStorage>;

/// The screen stays lit until the view that asked is left. A page that was hidden meanwhile asks
/// again when it is back: the browser has let go by then.
pub fn stay() {
    let held: Held = StoredValue::new_local(None);
    let ask = move || {
        spawn_local(async move {
            let Some(lock) = lock().await else { return };
            if held
                .try_update_value(|held| *held = Some(lock.clone()))
                .is_none()
            {
                let _ = call(&lock, "release");
            }
        });
    };
    ask();
    let again = window_event_listener_untyped("visibilitychange", move |_| ask());
    on_cleanup(move || {
        again.remove();
        if let Some(Some(lock)) = held.try_update_value(Option::take) {
            let _ = call(&lock, "release");
        }
    });
}

/// `navigator.wakeLock.request()`; a low battery refuses, and the screen dims as it always does.
async fn lock() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"wakeLock".into()).ok()?;
    let asked: Promise = call(&locks, "request")?.dyn_into().ok()?;
    JsFuture::from(asked).await.ok()
}

fn call(object: &JsValue, method: &str) -> Option<JsValue> {
    let method: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    method.call0(object).ok()
}
