//! 我 › 密码: another PIN, when the device locks by itself, and locking it now.

use super::pad::{Choose, Pad};
use crate::desk::{Desk, desk};
use crate::{idle, now};
use domain::lock::IDLE_MINUTES;
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::vault::{self, Refused};
use wasm_bindgen::JsValue;

/// What of the PIN is being done.
#[derive(Clone, PartialEq, Eq)]
enum Step {
    Nothing,
    Old,
    New(String),
}

#[component]
pub fn PinCard() -> impl IntoView {
    let desk = desk();
    let step = RwSignal::new(Step::Nothing);
    let chip = move |minutes: u32| {
        let words = desk.fill("lock.minutes", &[("count", &minutes.to_string())]);
        view! {
            <button type="button" class="chip" on:click=move |_| choose(desk, minutes)
                aria-pressed=move || (desk.idle.get() == minutes).to_string()>{words}</button>
        }
    };
    view! {
        <section class="card settings">
            <h2>{move || desk.t("lock.title")}</h2>
            <div class="setting">
                <span class="label" id="lock-idle">{move || desk.t("lock.idle")}</span>
                <div class="chips" role="group" aria-labelledby="lock-idle">
                    {move || IDLE_MINUTES.map(chip).collect_view()}
                </div>
            </div>
            <button type="button" class="button wide" on:click=move |_| idle::lock(desk)>
                {move || desk.t("lock.now")}
            </button>
            {move || match step.get() {
                Step::Nothing => view! {
                    <button type="button" class="button wide" on:click=move |_| step.set(Step::Old)>
                        {desk.t("lock.change")}
                    </button>
                }.into_any(),
                Step::Old => view! { <Old step/> }.into_any(),
                Step::New(old) => view! { <New old step/> }.into_any(),
            }}
        </section>
    }
}

/// Whoever wants another PIN shows the one that is.
#[component]
fn Old(step: RwSignal<Step>) -> impl IntoView {
    let desk = desk();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let done = move |pin: String| {
        busy.set(true);
        spawn_local(async move {
            match vault::open(&desk.store(), &pin, now::device_ms()).await {
                Ok(_) => step.set(Step::New(pin)),
                // The door says how long one waits.
                Err(Refused::Wait(_) | Refused::Shut) => idle::lock(desk),
                Err(Refused::Wrong) => {
                    problem.set(Some(desk.language.get_untracked().label("lock.not_this")));
                }
                Err(Refused::Storage) => {
                    problem.set(Some(desk.language.get_untracked().label("trouble.storage")));
                }
            }
            busy.set(false);
        });
    };
    view! {
        <Pad language=desk.language prompt="lock.old" problem busy done=Callback::new(done)/>
    }
}

#[component]
fn New(old: String, step: RwSignal<Step>) -> impl IntoView {
    let desk = desk();
    let busy = RwSignal::new(false);
    let done = move |pin: String| {
        let old = old.clone();
        busy.set(true);
        spawn_local(async move {
            let changed = vault::change(&desk.store(), &old, &pin, now::device_ms()).await;
            let said = match changed {
                Ok(()) => "lock.changed",
                Err(_) => "trouble.storage",
            };
            desk.say(desk.language.get_untracked().label(said), None);
            step.set(Step::Nothing);
        });
    };
    view! { <Choose language=desk.language busy done=Callback::new(done)/> }
}

fn choose(desk: Desk, minutes: u32) {
    desk.idle.set(minutes);
    spawn_local(async move {
        let text = JsValue::from_str(&minutes.to_string());
        let _ = desk.store().set(idle::IDLE, &text).await;
    });
}
