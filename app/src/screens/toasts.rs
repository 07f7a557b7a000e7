//! The short word at the screen's bottom after something was done, and the way back.

use crate::desk::desk;
use crate::save;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn Toasts() -> impl IntoView {
    let desk = desk();
    let hide = move || desk.toast.set(None);
    Effect::new(move || {
        if let Some(shown) = desk.toast.get() {
            set_timeout(
                move || {
                    if desk
                        .toast
                        .with_untracked(|now| now.as_ref() == Some(&shown))
                    {
                        hide();
                    }
                },
                std::time::Duration::from_secs(8),
            );
        }
    });
    let undo = move |what: save::Undo| {
        hide();
        spawn_local(async move {
            if save::undo(desk, what).await.is_err() {
                desk.say(desk.language.get_untracked().label("trouble.storage"), None);
            }
        });
    };
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {move || desk.toast.get().map(|toast| {
                let back = toast.undo.filter(|undo| undo.iter().any(|(_, v)| !v.is_empty()));
                view! {
                    <div class="toast">
                        <span>{toast.text}</span>
                        {back.map(|what| view! {
                            <button type="button" on:click=move |_| undo(what.clone())>
                                {desk.t("form.undo")}
                            </button>
                        })}
                    </div>
                }
            })}
        </div>
    }
}
