//! One form for every kind, made from its table: what is known is filled in, what does not matter
//! is not asked, what does not fit is said beside the field.

mod input;
mod moment;
mod picture;
mod place;
mod reference;
mod saving;
mod sheet;
mod spot;
mod twin;

use crate::deeds;
use crate::desk::{Desk, desk};
use crate::draft;
use crate::ui::{icon, name_of};
use crate::{now, own};
use domain::field::{FieldSpec, Input, Sensitivity};
use domain::prefill::Known;
use domain::{Id, Kind, Value, Values};
pub use input::field as ask;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_params_map, use_query_map};
use saving::SaveBar;
pub use saving::hand_over;
pub use sheet::Sheet;
pub use twin::{not_same_key, who};

/// `/new/:kind?about=ID` and `/edit/:id`.
#[component]
pub fn FormScreen() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    move || {
        let id = |text: Option<String>| text.and_then(|text| Id::parse(&text));
        let (record, context) = (id(params.read().get("id")), id(query.read().get("about")));
        let kind = params.read().get("kind").unwrap_or_default();
        let query = query.read();
        let waiting = query.get("for").zip(query.get("field"));
        let typed = query.get("name").unwrap_or_default();
        let step = query.get("step");
        view! { <FormOf record context kind waiting typed step/> }
    }
}

#[component]
fn FormOf(
    record: Option<Id>,
    context: Option<Id>,
    kind: String,
    /// The form that waits for this record: its draft's key, and the field.
    waiting: Option<(String, String)>,
    /// What was typed in search of it.
    typed: String,
    /// The step to which the matter is taken by this form.
    step: Option<String>,
) -> impl IntoView {
    let desk = desk();
    let held = record.and_then(|id| desk.peek(|shelf| shelf.whole(id)));
    let context = context.map(|id| desk.peek(|shelf| shelf.canonical(id)));
    let name = held.as_ref().map_or(kind, |record| record.kind.clone());
    let Some(kind) = Kind::find(&name) else {
        return crate::ui::empty("form.unknown_kind").into_any();
    };
    if let Some(record) = &held {
        deeds::opened(desk, kind, record);
    }
    let about = context.and_then(|id| desk.peek(|shelf| shelf.get(id)));
    let before: Values = held
        .iter()
        .flat_map(|record| record.cells.iter())
        .map(|(name, cell)| (name.clone(), cell.value.clone()))
        .collect();
    let mut shown = match &held {
        Some(_) => before.clone(),
        None => first_values(desk, kind, about.as_ref()),
    };
    if let (Some(step), Some(record)) = (&step, &held) {
        shown.extend(domain::step::advance(kind, record, step, now::now_ms()));
    }
    if let Some((field, value)) = named(kind, &typed) {
        shown.insert(field.to_owned(), value);
    }
    let key = draft::key(kind.name, record, context);
    let draft = desk
        .drafts
        .with_untracked(|d| d.iter().find(|draft| draft.key == key).cloned());
    let resumed = draft.is_some();
    if let Some(draft) = draft {
        shown.extend(draft.values);
    }
    let level = level_of(desk, kind, held.as_ref(), about.as_ref());
    let sheet = Sheet::new(
        kind,
        own::of_kind(desk, kind),
        record,
        context,
        level,
        before,
        &shown,
    );
    sheet.waiting.set_value(waiting);
    twin::watch(desk, sheet);
    let title = about
        .or(held)
        .and_then(|r| desk.peek(|s| s.row(r.id).cloned()));
    view! { <FormBody sheet title=title.map(|row| name_of(desk, &row)) resumed/> }.into_any()
}

/// What was typed in search of somebody is their name, their number or their phone.
fn named(kind: &Kind, typed: &str) -> Option<(&'static str, Value)> {
    let typed = typed.trim();
    let fits = |name: &str| kind.field(name).is_some();
    let code = domain::check::clean_code(typed);
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let field = match () {
        () if typed.is_empty() => return None,
        () if digits >= 17 && fits("id_number") => "id_number",
        () if digits >= 7 && fits("phone") => "phone",
        () => kind.title?,
    };
    Some((field, Value::Text(typed.to_owned())))
}

fn first_values(desk: Desk, kind: &'static Kind, about: Option<&domain::Record>) -> Values {
    let profile = desk.profile();
    let department = profile
        .as_ref()
        .and_then(|p| p.grants.0.iter().find_map(|grant| grant.department));
    let places = profile.iter().flat_map(|profile| &profile.grants.0);
    let place = places.filter_map(|grant| grant.place).next();
    let place = place.and_then(|id| desk.peek(|shelf| shelf.get(id)));
    domain::prefill::prefill(
        kind,
        Known {
            context: about,
            own_place: place.as_ref(),
            own_area: desk.home(),
            own_department: department.map(domain::Department::key),
            me: profile.as_ref().map_or("", |profile| &profile.name),
            now_ms: now::now_ms(),
        },
    )
}

/// What this person may see of the record, or of such a record there.
fn level_of(
    desk: Desk,
    kind: &'static Kind,
    held: Option<&domain::Record>,
    about: Option<&domain::Record>,
) -> Sensitivity {
    let Some(grants) = desk.profile().map(|profile| profile.grants) else {
        return Sensitivity::Open;
    };
    let level = match held {
        Some(record) => grants.level_of(kind, record),
        None => {
            let near = about.and_then(domain::Record::area).or(desk.home());
            near.and_then(|area| grants.level(kind, area))
        }
    };
    level.unwrap_or(Sensitivity::Open)
}

#[component]
fn FormBody(sheet: Sheet, title: Option<String>, resumed: bool) -> impl IntoView {
    let desk = desk();
    let kind = sheet.kind;
    let (first, more) = split(sheet);
    // What was typed before must be seen again.
    let open_more = sheet.record.is_some() || resumed;
    let name = move || desk.t(kind.name);
    view! {
        <form class="form" novalidate on:submit=move |event| event.prevent_default()>
            <header class="head">
                <button type="button" class="button quiet icon-only" on:click=move |_| back()
                    aria-label=move || desk.t("form.back")>{icon("back")}</button>
                <div>
                    <h1>{name}</h1>
                    {title.map(|title| view! { <p class="head-sub">{title}</p> })}
                </div>
            </header>
            {resumed.then(|| view! { <DraftNote sheet/> })}
            {(!resumed).then(|| view! { <SameAgain sheet/> })}
            {first.into_iter().map(|field| input::field(sheet, field)).collect_view()}
            {(kind.name == "fund_entry").then(|| crate::screens::ledgers::fund_notice(sheet))}
            {(!more.is_empty()).then(|| view! {
                <details class="more" open=open_more>
                    <summary>{move || desk.t("form.more")}</summary>
                    {more.into_iter().map(|field| input::field(sheet, field)).collect_view()}
                </details>
            })}
            <SaveBar sheet/>
        </form>
    }
}

/// What must be answered comes first; what is filled in already or may be left out comes after.
fn split(sheet: Sheet) -> (Vec<&'static FieldSpec>, Vec<&'static FieldSpec>) {
    let known = |field: &FieldSpec| {
        let value = sheet
            .signal(&field.name)
            .map(|s| s.get_untracked())
            .unwrap_or_default();
        !value.is_empty()
    };
    let steps = sheet.kind.steps.as_ref().map(|steps| steps.field);
    let title = sheet.kind.title;
    // Of several people that it may be about, the one that must be named is asked first.
    let named = sheet
        .kind
        .about
        .iter()
        .find(|name| sheet.kind.field(name).is_some_and(FieldSpec::is_required));
    let whom = named.or(sheet.kind.about.first()).copied();
    let later = |field: &FieldSpec| match field.input {
        Input::Reference(_) => known(field) || !field.is_required() && Some(&*field.name) != whom,
        Input::References(_) | Input::Area(_) => known(field),
        Input::PastDate | Input::Date => !field.is_required() || known(field),
        Input::Choice(_) if field.name == "form" => true,
        Input::Choice(_) if steps == Some(field.name.as_ref()) => sheet.record.is_none(),
        Input::LongText | Input::Text => !field.is_required() && title != Some(&*field.name),
        Input::Spot => !field.is_required(),
        Input::PastMoment | Input::Moment => !field.is_required() || known(field),
        _ => false,
    };
    sheet.fields().into_iter().partition(|field| !later(field))
}

#[component]
fn DraftNote(sheet: Sheet) -> impl IntoView {
    let desk = desk();
    let drop = move |_| {
        let key = sheet.draft_key();
        spawn_local(async move {
            if draft::drop(desk, &key).await.is_ok() {
                back();
            }
        });
    };
    view! {
        <p class="notice">
            {move || desk.t("form.resumed")}
            <button type="button" class="button quiet" on:click=drop>
                {move || desk.t("form.drop_draft")}
            </button>
        </p>
    }
}

/// The answers of this person's last record of the kind, one tap away.
#[component]
fn SameAgain(sheet: Sheet) -> impl IntoView {
    let desk = desk();
    let me = desk.profile_now().map(|profile| profile.person);
    let last = move || {
        desk.peek(|shelf| {
            let own = shelf.of_kind(sheet.kind.name).map(|row| row.id);
            let mut own: Vec<Id> = own.collect();
            own.sort_unstable_by(|a, b| b.cmp(a));
            let mine = |record: &domain::Record| record.get(&domain::record::AUTHOR) == me;
            own.into_iter()
                .take(200)
                .filter_map(|id| shelf.get(id))
                .find(mine)
        })
    };
    let offered = RwSignal::new(sheet.record.is_none());
    let answers = last()
        .map(|record| {
            sheet
                .own
                .with_value(|own| domain::prefill::like(sheet.kind, own, &record))
        })
        .filter(|answers| answers.len() > 1);
    answers.map(|answers| {
        let answers = StoredValue::new(answers);
        let take = move |_| {
            sheet.take(desk, answers.get_value());
            offered.set(false);
        };
        view! {
            {move || offered.get().then(|| view! {
                <button type="button" class="button wide same" on:click=take>
                    {icon("again")}{move || desk.t("form.same_again")}
                </button>
            })}
        }
    })
}

/// Back to where the form was opened; to the start if it was opened by a link.
pub fn back() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let Ok(history) = window.history() else {
        return;
    };
    if history.length().unwrap_or(0) > 1 {
        let _ = history.back();
    } else {
        let _ = window.location().set_href("/");
    }
}
