//! The campaign's own fields: those that there are, and the one that is being made or changed, as
//! the form will show it.

mod more;

use super::{Before, Draft, switch};
use crate::desk::Desk;
use crate::form::{self, Sheet};
use crate::own;
use crate::save::new_id;
use domain::field::Sensitivity;
use domain::kinds::KINDS;
use domain::own::{self as rules, Label, OPTION_KEYS, OwnField, OwnInput};
use domain::{Campaign, Kind};
use leptos::prelude::*;

/// The field in the editor; it goes into the draft when it is whole.
type Edited = RwSignal<Option<OwnField>>;

const INPUTS: [&str; 7] = [
    "text",
    "long_text",
    "number",
    "flag",
    "date",
    "choice",
    "choices",
];
/// The safe one first: it is chosen until somebody chooses another.
const SENSITIVITIES: [(&str, Sensitivity); 3] = [
    ("sensitive", Sensitivity::Sensitive),
    ("personal", Sensitivity::Personal),
    ("open", Sensitivity::Open),
];

pub fn own_fields(desk: Desk, draft: Draft, before: Before) -> impl IntoView {
    let edited: Edited = RwSignal::new(None);
    let listed = move || {
        let mut own = draft.with(|campaign| campaign.own.clone());
        own.sort_by_key(|field| (kind_at(&field.kind), field.retired));
        own
    };
    // The same field still when it becomes more or less sensitive.
    let making =
        Memo::new(move |_| edited.with(|e| e.as_ref().map(|e| letters(&e.name).to_owned())));
    let begin = move |_| edited.set(blank());
    view! {
        <p class="hint">{desk.t("admin.own.hint")}</p>
        <ul class="list own-fields">
            {move || listed().into_iter().map(|f| row(desk, draft, before, edited, f)).collect_view()}
        </ul>
        {move || match making.get() {
            Some(name) => editor(desk, draft, is_saved(before, &name), edited).into_any(),
            None => view! {
                <button type="button" class="button" on:click=begin>{desk.t("admin.own.add")}</button>
            }.into_any(),
        }}
    }
}

fn kind_at(name: &str) -> usize {
    let at = KINDS.iter().position(|kind| kind.name == name);
    at.unwrap_or(KINDS.len())
}

fn is_saved(before: Before, name: &str) -> bool {
    before.with_value(|before| {
        before
            .own
            .iter()
            .any(|field| letters(&field.name) == letters(name))
    })
}

/// A new field of the kind that is recorded most.
fn blank() -> Option<OwnField> {
    let random = new_id()?.as_bytes()[8..].try_into().ok()?;
    Some(OwnField {
        name: rules::name(Sensitivity::Sensitive, random),
        kind: "visit".to_owned(),
        label: Label::default(),
        input: OwnInput::Text,
        required: false,
        retired: false,
    })
}

fn row(desk: Desk, draft: Draft, before: Before, edited: Edited, field: OwnField) -> impl IntoView {
    let name = own::said(desk.language.get(), &field.label);
    let said = [
        desk.t(&field.kind),
        desk.t(&format!("admin.own.input.{}", input_key(&field.input))),
        desk.t(&format!(
            "admin.own.sensitivity.{}",
            sensitivity_key(&field)
        )),
        desk.t(if field.required {
            "admin.own.required"
        } else {
            "admin.own.optional"
        }),
    ];
    let said = said.join(" · ");
    let button = |key: &'static str, act: Box<dyn Fn(&mut Campaign) + Send>| {
        let spoken = format!("{} {name}", desk.t(key));
        view! {
            <button type="button" class="button small" aria-label=spoken
                on:click=move |_| draft.update(|campaign| act(campaign))>{desk.t(key)}</button>
        }
    };
    let id = || field.name.clone();
    let (up, retire, drop) = (id(), id(), id());
    let change = format!("{} {name}", desk.t("admin.own.change"));
    let opened = field.clone();
    view! {
        <li class="row own-field" data-retired=field.retired.to_string()>
            <div class="row-main">
                <span class="row-title">{name.clone()}</span>
                <span class="row-sub">{said}</span>
                {field.retired.then(|| view! {
                    <span class="badge">{desk.t("admin.own.retired")}</span>
                })}
            </div>
            <div class="buttons">
                <button type="button" class="button small" aria-label=change
                    on:click=move |_| edited.set(Some(opened.clone()))>{desk.t("admin.own.change")}</button>
                {button("admin.own.up", Box::new(move |campaign| raise(campaign, &up)))}
                {if is_saved(before, &field.name) {
                    let key = if field.retired { "admin.own.ask_again" } else { "admin.own.retire" };
                    button(key, Box::new(move |campaign| {
                        of(campaign, &retire, |field| field.retired = !field.retired);
                    }))
                } else {
                    button("admin.remove", Box::new(move |campaign| {
                        campaign.own.retain(|field| field.name != drop);
                    }))
                }}
            </div>
        </li>
    }
}

fn of(campaign: &mut Campaign, name: &str, with: impl Fn(&mut OwnField)) {
    let mut own = campaign.own.iter_mut();
    if let Some(field) = own.find(|field| field.name == name) {
        with(field);
    }
}

/// Takes a field before the one above it of the same kind.
fn raise(campaign: &mut Campaign, name: &str) {
    let own = &mut campaign.own;
    let Some(at) = own.iter().position(|field| field.name == name) else {
        return;
    };
    let above = own[..at]
        .iter()
        .rposition(|field| field.kind == own[at].kind && field.retired == own[at].retired);
    if let Some(above) = above {
        own.swap(above, at);
    }
}

const fn input_key(input: &OwnInput) -> &'static str {
    match input {
        OwnInput::Text => "text",
        OwnInput::LongText => "long_text",
        OwnInput::Number { .. } => "number",
        OwnInput::Flag => "flag",
        OwnInput::Date => "date",
        OwnInput::Choice { .. } => "choice",
        OwnInput::Choices { .. } => "choices",
        OwnInput::Newer => "newer",
    }
}

/// The input of that key, with what was typed for the one before.
fn input_of(key: &str, before: &OwnInput) -> OwnInput {
    let options = || match before.options() {
        [] => OPTION_KEYS[..2]
            .iter()
            .map(|key| more::option(key))
            .collect(),
        held => held.to_vec(),
    };
    match key {
        "long_text" => OwnInput::LongText,
        "number" => OwnInput::Number { from: 0, to: 100 },
        "flag" => OwnInput::Flag,
        "date" => OwnInput::Date,
        "choice" => OwnInput::Choice { options: options() },
        "choices" => OwnInput::Choices { options: options() },
        _ => OwnInput::Text,
    }
}

fn sensitivity_key(field: &OwnField) -> &'static str {
    let is = field.sensitivity();
    let known = SENSITIVITIES
        .iter()
        .find(|(_, sensitivity)| *sensitivity == is);
    known.map_or("sensitive", |(key, _)| key)
}

/// The editor; of a field that was saved only the labels, further options and whether it is
/// required are open, since phones hold its values.
fn editor(desk: Desk, draft: Draft, saved: bool, edited: Edited) -> impl IntoView {
    let read = move |with: fn(&OwnField) -> String| {
        move || edited.with(|field| field.as_ref().map(with).unwrap_or_default())
    };
    let write = move |with: &dyn Fn(&mut OwnField)| {
        edited.update(|field| {
            if let Some(field) = field {
                with(field);
            }
        });
    };
    let fault = Memo::new(move |_| {
        let field = edited.get()?;
        let own = draft.with(|campaign| with_field(&campaign.own, field));
        let fault = rules::check(&own, &[]).err()?;
        Some(format!("trouble.{}", fault.code()))
    });
    let tried = RwSignal::new(false);
    let take = move |_| {
        tried.set(true);
        if let (None, Some(field)) = (fault.get_untracked(), edited.get_untracked()) {
            draft.update(|campaign| campaign.own = with_field(&campaign.own, field));
            edited.set(None);
        }
    };
    let head = if saved {
        "admin.own.change"
    } else {
        "admin.own.new"
    };
    let kind_option = move |kind: &&'static Kind| {
        let name = kind.name;
        let is = move || edited.with(|field| field.as_ref().is_some_and(|f| f.kind == name));
        view! { <option value=name selected=is>{desk.t(name)}</option> }
    };
    let input_option = move |key: &&'static str| {
        let key = *key;
        let is = move || edited.with(|f| f.as_ref().is_some_and(|f| input_key(&f.input) == key));
        view! { <option value=key selected=is>{desk.t(&format!("admin.own.input.{key}"))}</option> }
    };
    let sensitivity_option = move |(key, _): &(&'static str, Sensitivity)| {
        let key = *key;
        let is = move || edited.with(|f| f.as_ref().is_some_and(|f| sensitivity_key(f) == key));
        view! {
            <option value=key selected=is>{desk.t(&format!("admin.own.sensitivity.{key}"))}</option>
        }
    };
    let reveal = move |key: String| {
        let chosen = SENSITIVITIES.iter().find(|(known, _)| *known == key);
        if let Some((_, sensitivity)) = chosen {
            edited.update(|field| *field = field.take().map(|f| f.revealing(*sensitivity)));
        }
    };
    let required = move || edited.with(|field| field.as_ref().is_some_and(|f| f.required));
    view! {
        <section class="own-editor" aria-labelledby="own-head">
            <h2 class="group" id="own-head">{desk.t(head)}</h2>
            <div class="field">
                <label class="label" for="own-kind">{desk.t("admin.own.kind")}</label>
                <select id="own-kind" disabled=saved
                    on:change:target=move |e| { let kind = e.target().value(); write(&|f| f.kind.clone_from(&kind)); }>
                    {KINDS.iter().map(kind_option).collect_view()}
                </select>
            </div>
            {line(desk, "own-zh", "admin.own.zh", read(|f| f.label.zh.clone()),
                move |text| write(&|f| f.label.zh.clone_from(&text)))}
            {line(desk, "own-en", "admin.own.en", read(|f| f.label.en.clone()),
                move |text| write(&|f| f.label.en.clone_from(&text)))}
            <div class="field">
                <label class="label" for="own-input">{desk.t("admin.own.input")}</label>
                <select id="own-input" disabled=saved
                    on:change:target=move |e| { let key = e.target().value(); write(&|f| f.input = input_of(&key, &f.input)); }>
                    {INPUTS.iter().map(input_option).collect_view()}
                </select>
            </div>
            {more::more(desk, saved, edited)}
            <div class="field">
                <label class="label" for="own-sensitivity">{desk.t("admin.own.sensitivity")}</label>
                <select id="own-sensitivity" disabled=saved aria-describedby="own-sensitivity-hint"
                    on:change:target=move |e| reveal(e.target().value())>
                    {SENSITIVITIES.iter().map(sensitivity_option).collect_view()}
                </select>
                <p class="hint" id="own-sensitivity-hint">{desk.t("admin.own.sensitivity_hint")}</p>
            </div>
            {switch(desk.t("admin.own.required"), required, move || write(&|f| f.required = !f.required))}
            <p class="hint">{desk.t("admin.own.required_hint")}</p>
            {preview(desk, edited)}
            <p class="problem" role="alert">
                {move || fault.get().filter(|_| tried.get()).map(|key| desk.t(&key))}
            </p>
            <div class="buttons">
                <button type="button" class="button" on:click=take>{desk.t("admin.own.take")}</button>
                <button type="button" class="button quiet" on:click=move |_| edited.set(None)>
                    {desk.t("admin.own.leave")}
                </button>
            </div>
        </section>
    }
}

/// The definitions with this one in its place, or at the end.
fn with_field(own: &[OwnField], mut field: OwnField) -> Vec<OwnField> {
    field.trim();
    let mut own = own.to_vec();
    match own.iter().position(|held| held.name == field.name) {
        Some(at) => own[at] = field,
        None => {
            // While it is new, it may have been taken into the draft under another sensitivity.
            own.retain(|held| letters(&held.name) != letters(&field.name));
            own.push(field);
        }
    }
    own
}

/// What of a field's name stays as long as it is not saved.
fn letters(name: &str) -> &str {
    name.rsplit('_').next().unwrap_or_default()
}

fn line(
    desk: Desk,
    id: &'static str,
    label: &'static str,
    value: impl Fn() -> String + Send + 'static,
    set: impl Fn(String) + Send + 'static,
) -> impl IntoView {
    super::written(desk, (id, label, "text"), value, set)
}

/// The field as the form will ask it: it can be tried, and nothing of that is kept.
fn preview(desk: Desk, edited: Edited) -> impl IntoView {
    // What has no name yet is shown under the name of what it is.
    let shown = Memo::new(move |_| {
        let mut field = edited.get()?;
        field.retired = false;
        let word = |key: &str| desk.t(key);
        for text in [&mut field.label.zh, &mut field.label.en] {
            if text.trim().is_empty() {
                *text = word("admin.own.unnamed");
            }
        }
        Some(field)
    });
    let form = move || {
        let field = shown.get()?;
        let (kind, spec) = (Kind::find(&field.kind)?, own::spec(&field)?);
        Some(form::ask(Sheet::preview(kind, field), spec))
    };
    view! {
        <section class="card own-preview" aria-labelledby="own-preview">
            <h3 class="group" id="own-preview">{desk.t("admin.own.preview")}</h3>
            {form}
        </section>
    }
}
