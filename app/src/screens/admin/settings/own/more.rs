//! What an own field's input needs besides: a number's range, a choice's options.

use super::{Edited, input_key};
use crate::desk::Desk;
use crate::own;
use domain::own::{Label, OPTION_KEYS, OwnField, OwnInput, OwnOption};
use leptos::prelude::*;

/// What an input needs besides: a number's range, a choice's options.
pub fn more(desk: Desk, saved: bool, edited: Edited) -> impl IntoView {
    let shape = Memo::new(move |_| {
        edited.with(|field| {
            let input = field.as_ref().map(|field| &field.input);
            input.map(|input| (input_key(input), input.options().len()))
        })
    });
    move || match shape.get() {
        Some(("number", _)) => range(desk, saved, edited).into_any(),
        Some(("choice" | "choices", count)) => options(desk, saved, edited, count).into_any(),
        _ => ().into_any(),
    }
}

fn range(desk: Desk, saved: bool, edited: Edited) -> impl IntoView {
    let bound = move |id: &'static str,
                      label: &'static str,
                      pick: fn(&mut OwnInput) -> Option<&mut i64>| {
        let value = move || {
            edited.with(|field| {
                let mut input = field.as_ref()?.input.clone();
                pick(&mut input).map(|bound| bound.to_string())
            })
        };
        let set = move |text: String| {
            edited.update(|field| {
                let held = field.as_mut().and_then(|field| pick(&mut field.input));
                if let (Some(held), Ok(typed)) = (held, text.trim().parse()) {
                    *held = typed;
                }
            });
        };
        view! {
            <div class="field">
                <label class="label" for=id>{desk.t(label)}</label>
                <input id=id type="number" disabled=saved prop:value=move || value().unwrap_or_default()
                    on:change:target=move |e| set(e.target().value())/>
            </div>
        }
    };
    view! {
        <div class="admin-figures">
            {bound("own-from", "admin.own.from", |input| match input {
                OwnInput::Number { from, .. } => Some(from),
                _ => None,
            })}
            {bound("own-to", "admin.own.to", |input| match input {
                OwnInput::Number { to, .. } => Some(to),
                _ => None,
            })}
        </div>
    }
}

fn held(field: &mut OwnField) -> Option<&mut Vec<OwnOption>> {
    match &mut field.input {
        OwnInput::Choice { options } | OwnInput::Choices { options } => Some(options),
        _ => None,
    }
}

/// A choice's options; one that was saved may be called otherwise or retired, and stays.
fn options(desk: Desk, saved: bool, edited: Edited, count: usize) -> impl IntoView {
    let change = move |with: &dyn Fn(&mut Vec<OwnOption>)| {
        edited.update(|field| {
            if let Some(options) = field.as_mut().and_then(held) {
                with(options);
            }
        });
    };
    let add = move |_| {
        change(&|options| {
            let free = |key: &&&str| options.iter().all(|held| held.key != **key);
            if let Some(key) = OPTION_KEYS.iter().find(free) {
                options.push(option(key));
            }
        });
    };
    let words = move |at: usize, label: &'static str, pick: fn(&mut Label) -> &mut String| {
        let number = (at + 1).to_string();
        let spoken = desk.fill(label, &[("number", &number)]);
        let value = move || {
            edited.with(|field| {
                let option = field.as_ref()?.input.options().get(at)?;
                Some(pick(&mut option.label.clone()).clone())
            })
        };
        let set = move |text: String| {
            change(&|options| {
                if let Some(option) = options.get_mut(at) {
                    pick(&mut option.label).clone_from(&text);
                }
            });
        };
        view! {
            <input type="text" autocomplete="off" aria-label=spoken.clone() placeholder=spoken
                prop:value=move || value().unwrap_or_default()
                on:input:target=move |e| set(e.target().value())/>
        }
    };
    let row = move |at: usize| {
        let number = (at + 1).to_string();
        let spoken = desk.fill("admin.own.drop_option", &[("number", &number)]);
        let drop = move |_| change(&|options| drop(options.remove(at)));
        view! {
            <div class="own-option">
                {words(at, "admin.own.option_zh", |label| &mut label.zh)}
                {words(at, "admin.own.option_en", |label| &mut label.en)}
                {saved.then(|| retire(desk, edited, at))}
                {(!saved && count > 2).then(|| view! {
                    <button type="button" class="button small" aria-label=spoken on:click=drop>
                        {desk.t("admin.remove")}
                    </button>
                })}
            </div>
        }
    };
    view! {
        <fieldset class="field own-options">
            <legend class="label">{desk.t("admin.own.options")}</legend>
            {(0..count).map(row).collect_view()}
            {(count < OPTION_KEYS.len()).then(|| view! {
                <button type="button" class="button small" on:click=add>{desk.t("admin.own.add_option")}</button>
            })}
        </fieldset>
    }
}

/// No longer offers an option that phones may hold, or offers it again.
fn retire(desk: Desk, edited: Edited, at: usize) -> impl IntoView {
    let held_option =
        move || edited.with(|field| Some(field.as_ref()?.input.options().get(at)?.clone()));
    let key = move || match held_option().is_some_and(|option| option.retired) {
        true => "admin.own.ask_again",
        false => "admin.own.retire",
    };
    let spoken = move || {
        let name = held_option().map(|option| own::said(desk.language.get(), &option.label));
        format!("{} {}", desk.t(key()), name.unwrap_or_default())
    };
    let turn = move |_| {
        edited.update(|field| {
            let options = field.as_mut().and_then(held);
            if let Some(option) = options.and_then(|options| options.get_mut(at)) {
                option.retired = !option.retired;
            }
        });
    };
    view! {
        <button type="button" class="button small" aria-label=spoken on:click=turn>
            {move || desk.t(key())}
        </button>
    }
}

/// An option that has no name yet.
pub fn option(key: &str) -> OwnOption {
    OwnOption {
        key: key.to_owned(),
        label: Label::default(),
        retired: false,
    }
}
