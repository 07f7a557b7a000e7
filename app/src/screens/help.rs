//! Help where it is needed: a few sentences on the screen that one looks at.

use crate::desk::desk;
use labels::help::screen;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The question mark on every screen, and what it opens.
#[component]
pub fn Help() -> impl IntoView {
    let desk = desk();
    let location = use_location();
    let dialog = NodeRef::<Dialog>::new();
    let here = Memo::new(move |_| {
        let opens = location.query.with(|query| query.get("open").is_some());
        let home = if super::manages(desk) {
            "overview"
        } else {
            "today"
        };
        location.pathname.with(|path| screen(path, opens, home))
    });
    let sentences = move || {
        let said = |number: usize| {
            let key = format!("help.{}.{number}", here.get());
            desk.language.get().find(&key)
        };
        (1..).map_while(said).collect::<Vec<_>>()
    };
    let open = move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get() {
            dialog.close();
        }
    };
    view! {
        <button type="button" class="button quiet icon-only help" on:click=open
            aria-label=move || desk.t("help.open")>
            <span aria-hidden="true">"?"</span>
        </button>
        <dialog class="sheet" node_ref=dialog aria-labelledby="help-title">
            <div class="head">
                <h2 id="help-title">{move || desk.t("help.title")}</h2>
                <button type="button" class="button quiet" on:click=close>
                    {move || desk.t("sync.close")}
                </button>
            </div>
            <ul class="sentences">
                {move || sentences().into_iter().map(|said| view! { <li>{said}</li> }).collect_view()}
            </ul>
        </dialog>
    }
}
