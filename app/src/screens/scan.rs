//! The scanner, over whatever screen needs it, and `/scan`, which opens the record of a code.

use crate::desk::{Desk, desk};
use crate::scan::{self, Blind, Goes};
use crate::ui::{goer, icon};
use crate::{awake, form, now};
use domain::code::{Code, CodeError};
use leptos::html::{Dialog, Video};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A code that stays in the picture is one sight; after so many milliseconds without it, it may
/// come again.
const FORGOTTEN_MS: i64 = 2_000;

/// What is said about a code that was seen or typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub tone: Tone,
    pub title: String,
    pub sub: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    Good,
    Known,
    Bad,
}

impl Tone {
    const fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Known => "known",
            Self::Bad => "bad",
        }
    }
}

impl Said {
    /// Why a text is none of our codes.
    pub fn trouble(desk: Desk, error: &CodeError) -> Self {
        let sub = match error {
            CodeError::NotOurs(text) => text.clone(),
            _ => String::new(),
        };
        let title = desk.t(&format!("code.{}", error.key()));
        Self {
            tone: Tone::Bad,
            title,
            sub,
        }
    }
}

/// Shows the camera's picture and hands on what it reads, once for each sight; without a camera
/// one types what stands below the code.
#[component]
pub fn Scanner(
    /// Takes the text of a code, or what was typed.
    seen: Callback<String>,
    said: RwSignal<Option<Said>>,
    closed: Callback<()>,
    /// Stands above the picture.
    children: Children,
) -> impl IntoView {
    let desk = desk();
    let (dialog, video) = (NodeRef::<Dialog>::new(), NodeRef::<Video>::new());
    let blind = RwSignal::new(None::<Blind>);
    let typed = RwSignal::new(String::new());
    said.set(None);
    awake::stay();
    Effect::new(move || {
        if let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) {
            let _ = dialog.show_modal();
        }
    });
    Effect::new(move || {
        if let Some(video) = video.get() {
            spawn_local(look(video, seen, blind));
        }
    });
    let take = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked();
        if !text.trim().is_empty() {
            seen.run(text);
            typed.set(String::new());
        }
    };
    view! {
        <dialog class="scanner" node_ref=dialog aria-label=move || desk.t("scan.title")
            on:close=move |_| closed.run(())>
            <div class="scanner-top">
                {children()}
                <button type="button" class="button" on:click=move |_| closed.run(())>
                    {move || desk.t("scan.close")}
                </button>
            </div>
            <div class="scanner-picture" class:hidden=move || blind.get().is_some()>
                <video node_ref=video autoplay muted playsinline></video>
            </div>
            {move || blind.get().map(|why| view! { <p class="notice" role="alert">{desk.t(why.key())}</p> })}
            <div class="scanner-said" role="status" aria-live="assertive">
                {move || said.get().map(|said| view! {
                    <p class="said" data-tone=said.tone.key()>
                        <strong>{said.title}</strong><span>{said.sub}</span>
                    </p>
                })}
            </div>
            <form class="scanner-type" on:submit=take>
                <label class="label" for="short">{move || desk.t("scan.short")}</label>
                <div class="scanner-line">
                    <input id="short" type="text" autocomplete="off" autocapitalize="characters"
                        spellcheck="false" prop:value=typed
                        on:input:target=move |e| typed.set(e.target().value())/>
                    <button type="submit" class="button">{move || desk.t("scan.take")}</button>
                </div>
            </form>
        </dialog>
    }
}

/// Looks until the scanner is closed.
async fn look(
    video: web_sys::HtmlVideoElement,
    seen: Callback<String>,
    blind: RwSignal<Option<Blind>>,
) {
    let camera = match scan::open(&video).await {
        Ok(camera) => camera,
        Err(why) => {
            blind.try_set(Some(why));
            return;
        }
    };
    let mut last = (String::new(), 0);
    let sight = |text: Option<String>| {
        // The scanner's signals are gone with it.
        if blind.try_get_untracked().is_none() {
            return Goes::Ends;
        }
        if let Some(text) = text {
            let is_new = text != last.0 || now::now_ms() - last.1 > FORGOTTEN_MS;
            last = (text.clone(), now::now_ms());
            if is_new {
                feel();
                seen.run(text);
            }
        }
        Goes::On
    };
    if let Err(why) = scan::watch(&video, sight).await {
        blind.try_set(Some(why));
    }
    drop(camera);
}

/// A short buzz: one looks at the person, not at the phone.
fn feel() {
    if let Some(window) = web_sys::window() {
        let _ = window.navigator().vibrate_with_duration(60);
    }
}

/// `/scan`: opens the record that a code names.
#[component]
pub fn ScanScreen() -> impl IntoView {
    let desk = desk();
    let said = RwSignal::new(None);
    let go = goer();
    let seen = move |text: String| match found(desk, &text) {
        Ok(id) => go(&format!("/people?open={id}")),
        Err(why) => said.set(Some(why)),
    };
    view! {
        <Scanner seen=Callback::new(seen) said closed=Callback::new(|()| form::back())>
            <h1>{icon("scan")}{move || desk.t("scan.title")}</h1>
        </Scanner>
    }
}

/// The record on this device that a code, or a typed short form, names.
fn found(desk: Desk, text: &str) -> Result<domain::Id, Said> {
    let unknown = || Said {
        tone: Tone::Bad,
        title: desk.t("scan.unknown"),
        sub: String::new(),
    };
    match Code::parse(text) {
        Ok(code) => match desk.peek(|shelf| shelf.row(code.id).map(|row| row.id)) {
            Some(id) => Ok(id),
            None => Err(unknown()),
        },
        Err(error) => {
            let typed = |row: &&store::shelf::Row| domain::code::is_short_of(text, row.id);
            let kinds = domain::code::LETTERS.iter().map(|(_, kind)| *kind);
            let named = desk.peek(|shelf| {
                let mut rows = kinds.flat_map(|kind| shelf.of_kind(kind));
                rows.find(typed).map(|row| row.id)
            });
            named.ok_or_else(|| Said::trouble(desk, &error))
        }
    }
}
