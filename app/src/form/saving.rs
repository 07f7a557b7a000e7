//! The form's end: saved and back, saved and on to the next household, or kept as a draft.

use super::{Sheet, back, input, reference, twin};
use crate::desk::{Desk, desk};
use crate::draft;
use crate::save;
use crate::ui::replacer;
use domain::field::Input;
use domain::{Id, Kind, Values};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn SaveBar(sheet: Sheet) -> impl IntoView {
    let desk = desk();
    let go = replacer();
    let next = move || next_household(desk, sheet);
    let known = twin::known();
    let save = move |then: Option<String>| {
        let go = go.clone();
        let problems = sheet.problems();
        if let Some(first) = problems.first() {
            sheet.tried.set(true);
            input::focus(first);
            desk.say(desk.t("form.problems"), None);
            return;
        }
        if untrack(|| sheet.is_busy()) || known.asks_once_more() {
            return;
        }
        sheet.saving.set(true);
        spawn_local(async move {
            let done = keep(desk, sheet, known.told_apart()).await;
            sheet.saving.set(false);
            sheet.failed.set(done.is_err());
            if let Ok((made, undo)) = done {
                desk.say(desk.t("form.saved"), Some(undo));
                if let Some(id) = made {
                    hand_over(desk, sheet, id).await;
                }
                match then {
                    Some(path) => go(&path),
                    None => back(),
                }
            }
        });
    };
    let (plain, anyway) = (save.clone(), save.clone());
    let keep_draft = move |_| back();
    let troubled = move || sheet.tried.get() && !sheet.problems().is_empty();
    view! {
        <div class="savebar">
            {move || sheet.failed.get().then(|| view! {
                <p class="problem" role="alert">{desk.t("trouble.storage")}</p>
            })}
            {twin::once_more(sheet, known, move || anyway(None))}
            <div class="savebar-buttons" hidden=move || known.asking()>
                {move || troubled().then(|| view! {
                    <button type="button" class="button" on:click=keep_draft>
                        {desk.t("form.keep_draft")}
                    </button>
                })}
                {move || next().map(|(path, name)| {
                    let save = save.clone();
                    view! {
                        <button type="button" class="button" disabled=move || sheet.is_busy()
                            on:click=move |_| save(Some(path.clone()))>
                            {desk.fill("form.save_next", &[("name", &name)])}
                        </button>
                    }
                })}
                <button type="button" class="button primary" disabled=move || sheet.is_busy()
                    on:click=move |_| plain(None)>
                    {move || desk.t("form.save")}
                </button>
            </div>
        </div>
    }
}

async fn keep(
    desk: Desk,
    sheet: Sheet,
    told_apart: Values,
) -> Result<(Option<Id>, save::Undo), store::database::StoreError> {
    let key = sheet.draft_key();
    let mut values = sheet.changed();
    values.extend(told_apart);
    match sheet.record {
        Some(id) if values.is_empty() => {
            draft::drop(desk, &key).await?;
            Ok((None, vec![(id, Values::default())]))
        }
        Some(id) => {
            let undo = save::edit_shown(desk, id, values, Some(&key)).await?;
            Ok((None, undo))
        }
        None => {
            let (id, undo) = save::create(desk, sheet.kind, values, Some(&key)).await?;
            Ok((Some(id), undo))
        }
    }
}

/// Puts a record that was made on the spot into the form that waits for it.
pub async fn hand_over(desk: Desk, sheet: Sheet, id: Id) {
    let Some((key, field)) = sheet.waiting.get_value() else {
        return;
    };
    let waiting = desk
        .drafts
        .with_untracked(|drafts| drafts.iter().find(|draft| draft.key == key).cloned());
    let Some(mut draft) = waiting else { return };
    let spec = Kind::find(&draft.kind).and_then(|kind| kind.field(&field));
    let takes = match spec.map(|spec| &spec.input) {
        Some(Input::References(_)) => reference::Takes::Several,
        _ => reference::Takes::One,
    };
    let held = draft.values.get(&field).cloned().unwrap_or_default();
    draft.values.insert(field, takes.with(&held, id));
    let _ = draft::keep(desk, draft).await;
}

/// The next stop of the walk: (its form, its name).
fn next_household(desk: Desk, sheet: Sheet) -> Option<(String, String)> {
    if sheet.record.is_some() {
        return None;
    }
    let about = sheet.kind.about.iter();
    let here: Vec<Id> = about
        .filter_map(|field| Id::parse(sheet.value(field).as_text()?))
        .collect();
    crate::agenda::next(desk, sheet.kind.name, &here)
}
