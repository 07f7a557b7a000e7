//! The first screen on a new device: it takes the link that an administrator sent.

use super::pad::Choose;
use crate::desk::{Phase, desk};
use crate::session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

#[component]
pub fn Enrol() -> impl IntoView {
    let desk = desk();
    let location = use_location();
    let pasted = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let token = move || token_in(&location.hash.get()).or_else(|| token_in(&pasted.get()));
    // The link's token, once somebody agreed to take it: then a PIN is chosen.
    let agreed = RwSignal::new(None::<String>);
    let start = move || {
        agreed.set(token());
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
            match session::enrol(desk, &link, &pin).await {
                Ok(()) => {
                    clear_link();
                    desk.nudge();
                }
                Err(label) => {
                    failure.set(Some(label));
                    agreed.set(None);
                }
            }
            busy.set(false);
        });
    };
    // Enrolled, but the profile did not come: the network went in between.
    let half = move || desk.enrolled.with(Option::is_some);
    let refused = move || match desk.phase.get() {
        Phase::Refused(label) if half() => Some(label),
        _ => None,
    };
    view! {
        <main class="page-message">
            <img src="/icon.svg" alt="" width="72" height="72"/>
            <h1>{move || desk.t("app.name")}</h1>
            <crate::wipe::Notice/>
            {move || if half() {
                view! {
                    <p>{desk.t("enrol.waiting")}</p>
                    <button type="button" class="button primary" on:click=move |_| desk.nudge()>
                        {desk.t("enrol.again")}
                    </button>
                }.into_any()
            } else if agreed.with(Option::is_some) {
                view! {
                    <p>{desk.t("lock.why")}</p>
                    <Choose language=desk.language busy done=Callback::new(chosen)/>
                }.into_any()
            } else if token_in(&location.hash.get()).is_some() {
                view! {
                    <p>{desk.t("enrol.invited")}</p>
                    <button type="button" class="button primary" on:click=move |_| start()>
                        {desk.t("enrol.start")}
                    </button>
                }.into_any()
            } else {
                view! {
                    <p>{desk.t("enrol.ask")}</p>
                    <div class="field">
                        <label class="label" for="link">{desk.t("enrol.link")}</label>
                        <input id="link" type="text" autocomplete="off" prop:value=pasted
                            on:input:target=move |e| pasted.set(e.target().value())/>
                    </div>
                    <button type="button" class="button primary" on:click=move |_| start()>
                        {desk.t("enrol.start")}
                    </button>
                }.into_any()
            }}
            <p class="problem" role="alert">
                {move || failure.get().or_else(refused).map(|label| desk.t(&label))}
            </p>
            <button type="button" class="button quiet" on:click=move |_| super::me::other_language(desk)>
                {move || desk.t("me.other_language")}
            </button>
        </main>
    }
}

/// The token in a whole link, or in the part after `#`.
pub fn token_in(link: &str) -> Option<String> {
    let token = link.trim().split("enrol=").nth(1)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (token.len() >= 16 && token.chars().all(plain)).then(|| token.to_owned())
}

/// A used link has no business in the address bar or the history.
fn clear_link() {
    if let Some(history) = web_sys::window().and_then(|w| w.history().ok()) {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/"));
    }
}

#[cfg(test)]
mod tests {
    use super::token_in;

    #[test]
    fn a_link_is_read_whole_or_in_part_and_nothing_else_is() {
        let token = "abcdefghijklmnop-_09";
        assert_eq!(token_in(&format!("#enrol={token}")).as_deref(), Some(token));
        let whole = format!(" http://localhost:8787/#enrol={token} ");
        assert_eq!(token_in(&whole).as_deref(), Some(token));
        assert_eq!(token_in("#enrol=short"), None);
        assert_eq!(token_in("#enrol=abcdefghijklmnop<script>"), None);
        assert_eq!(token_in(""), None);
    }
}
