//! A new version of the app: taken when the person agrees, and never in the middle of a word.

use crate::desk::desk;
use crate::draft;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is known of a new version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fresh {
    Nothing,
    /// It is here and waits.
    Waits,
    /// The person has agreed here.
    Agreed,
    /// It was taken by another tab; this page is still the old one.
    Taken,
}

/// The notice and its button. `start.js` tells of a version that waits and of one that was taken.
#[component]
pub fn Update() -> impl IntoView {
    let desk = desk();
    let fresh = RwSignal::new(Fresh::Nothing);
    let waits = window_event_listener_untyped("chunnuan-update", move |_| fresh.set(Fresh::Waits));
    let taken =
        window_event_listener_untyped("chunnuan-updated", move |_| match fresh.get_untracked() {
            Fresh::Agreed => load_anew(),
            _ => fresh.set(Fresh::Taken),
        });
    on_cleanup(move || {
        waits.remove();
        taken.remove();
    });
    let take = move |_| match fresh.get_untracked() {
        Fresh::Taken => load_anew(),
        _ => {
            fresh.set(Fresh::Agreed);
            agree();
        }
    };
    move || {
        matches!(fresh.get(), Fresh::Waits | Fresh::Taken).then(|| {
            view! {
                <p class="notice update">
                    {desk.t("app.update")}
                    <button type="button" class="button quiet" on:click=take>
                        {desk.t("app.update_now")}
                    </button>
                </p>
            }
        })
    }
}

fn agree() {
    if let Some(window) = web_sys::window()
        && let Ok(event) = web_sys::Event::new("chunnuan-update-agreed")
    {
        let _ = window.dispatch_event(&event);
    }
}

/// Loads the page anew as soon as what was typed is on disk.
fn load_anew() {
    spawn_local(async {
        draft::settled().await;
        crate::ui::reload();
    });
}
