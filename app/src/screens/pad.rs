//! The pad on which a PIN is typed: keys that gloves can hit, digits from a keyboard as well.

use crate::language::Language;
use crate::ui::icon;
use domain::lock::DIGITS;
use leptos::ev;
use leptos::prelude::*;

/// Asks for six digits; each time they are complete they go to `done`, and the pad is empty again.
#[component]
pub fn Pad(
    #[prop(into)] language: Signal<Language>,
    #[prop(into)] prompt: Signal<&'static str>,
    /// What went wrong, in words.
    #[prop(into)]
    problem: Signal<Option<String>>,
    /// While true no key is taken.
    #[prop(into)]
    busy: Signal<bool>,
    done: Callback<String>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let press = move |digit: char| {
        if busy.get_untracked() {
            return;
        }
        typed.update(|typed| typed.push(digit));
        if typed.with_untracked(String::len) == DIGITS {
            let pin = typed.get_untracked();
            typed.set(String::new());
            done.run(pin);
        }
    };
    let back = move || {
        typed.update(|typed| {
            typed.pop();
        });
    };
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        match key.as_str() {
            "Backspace" => back(),
            _ => {
                let mut letters = key.chars();
                if let (Some(digit @ '0'..='9'), None) = (letters.next(), letters.next()) {
                    press(digit);
                }
            }
        }
    });
    on_cleanup(move || keys.remove());
    let dot = move |at: usize| {
        view! { <span class="pin-dot" data-full=move || (typed.with(String::len) > at).to_string()></span> }
    };
    let key = move |digit: char| {
        view! {
            <button type="button" class="pin-key" disabled=busy on:click=move |_| press(digit)>
                {digit.to_string()}
            </button>
        }
    };
    let count = move || {
        let count = typed.with(String::len).to_string();
        language.get().fill("lock.typed", &[("count", &count)])
    };
    view! {
        <div class="pin" aria-busy=move || busy.get().to_string()>
            <p class="pin-prompt">{move || language.get().label(prompt.get())}</p>
            <div class="pin-dots" role="img" aria-label=count>
                {(0..DIGITS).map(dot).collect_view()}
            </div>
            <p class="problem" role="alert">{problem}</p>
            <div class="pin-keys" role="group" aria-label=move || language.get().label("lock.keys")>
                {('1'..='9').map(key).collect_view()}
                <span></span>
                {key('0')}
                <button type="button" class="pin-key" disabled=busy on:click=move |_| back()
                    aria-label=move || language.get().label("lock.back")>{icon("back")}</button>
            </div>
        </div>
    }
}

/// Lets somebody choose a PIN: twice the same, and not one that everybody tries first.
#[component]
pub fn Choose(
    #[prop(into)] language: Signal<Language>,
    #[prop(into)] busy: Signal<bool>,
    done: Callback<String>,
) -> impl IntoView {
    let first = RwSignal::new(None::<String>);
    let problem = RwSignal::new(None::<&'static str>);
    let typed = move |pin: String| match first.get_untracked() {
        None => match domain::lock::check(&pin) {
            Ok(()) => {
                problem.set(None);
                first.set(Some(pin));
            }
            Err(weak) => problem.set(Some(match weak {
                domain::lock::Weak::Form => "lock.weak.form",
                domain::lock::Weak::Plain => "lock.weak.plain",
            })),
        },
        Some(held) if held == pin => done.run(pin),
        Some(_) => {
            first.set(None);
            problem.set(Some("lock.differs"));
        }
    };
    let prompt = move || match (busy.get(), first.get()) {
        (true, _) => "lock.working",
        (false, None) => "lock.choose",
        (false, Some(_)) => "lock.repeat",
    };
    let said = move || problem.get().map(|key| language.get().label(key));
    view! {
        <Pad language prompt=Signal::derive(prompt) problem=Signal::derive(said) busy
            done=Callback::new(typed)/>
    }
}
