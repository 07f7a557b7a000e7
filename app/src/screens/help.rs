//! Help where it is needed: a few sentences on the screen that one looks at.

use crate::desk::desk;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The screen that an address shows, as the labels `help.<screen>.<number>` name it.
fn screen(path: &str, opens: bool, home: &'static str) -> &'static str {
    let mut parts = path.trim_matches('/').split('/');
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("bulletins", _) if opens => "bulletin",
        ("", _) if !opens => home,
        ("new", None) => "new",
        ("new" | "edit", Some(_)) => "form",
        ("me", _) => "me",
        ("same", _) => "same",
        ("trip", _) => "trip",
        ("code", _) => "code",
        ("scan", _) => "scan",
        ("departures", _) if !opens => "departures",
        _ if opens => "record",
        ("today", _) => "today",
        ("overview", _) => "overview",
        ("boards", _) => "boards",
        ("publish", _) => "publish",
        ("assign", _) => "assign",
        ("people", _) => "people",
        ("work", _) => "work",
        ("progress", _) => "progress",
        ("bulletins", _) => "bulletins",
        ("contacts", _) => "contacts",
        _ => "app",
    }
}

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

#[cfg(test)]
mod tests {
    use super::screen;
    use crate::language::Language;

    #[test]
    fn every_screen_has_from_three_to_five_sentences_in_each_language() {
        let paths = [
            ("/", false),
            ("/today", false),
            ("/today", true),
            ("/people", false),
            ("/work", false),
            ("/progress", false),
            ("/overview", false),
            ("/boards", false),
            ("/publish", false),
            ("/assign", false),
            ("/new", false),
            ("/new/visit", false),
            ("/edit/1", false),
            ("/me", false),
            ("/bulletins", false),
            ("/bulletins", true),
            ("/contacts", false),
            ("/same", false),
            ("/trip/1", false),
            ("/trip/1/sheet", false),
            ("/code/1", false),
            ("/scan", false),
            ("/departures", false),
            ("/elsewhere", false),
        ];
        for (path, opens) in paths {
            let screen = screen(path, opens, "today");
            for language in [Language::Zh, Language::En] {
                let said = |number: usize| language.find(&format!("help.{screen}.{number}"));
                let count = (1..).map_while(said).count();
                assert!(
                    (3..=5).contains(&count),
                    "{path}: help.{screen} has {count}"
                );
            }
        }
    }
}
