//! One form for every kind, made from its table: what is known is filled in, what does not matter
//! is not asked, what does not fit is said beside the field.

mod input;
mod moment;
mod place;
mod reference;

use crate::desk::{Desk, desk};
use crate::draft::{self, Draft};
use crate::ui::{goer, icon, name_of};
use crate::{now, save};
use domain::check::Problem;
use domain::field::{FieldSpec, Input, Sensitivity};
use domain::prefill::Known;
use domain::{Id, Kind, Value};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::collections::{BTreeMap, HashMap};

/// The open form's state: one signal for each field.
#[derive(Clone, Copy)]
pub struct Sheet {
    pub kind: &'static Kind,
    pub record: Option<Id>,
    pub context: Option<Id>,
    /// What this person may see of the kind here; the rest is not asked.
    level: Sensitivity,
    values: StoredValue<HashMap<&'static str, RwSignal<Value>>>,
    /// What the record held when the form was opened.
    before: StoredValue<BTreeMap<String, Value>>,
    /// Fields that the person has left or tried to save: only these show their problem.
    touched: RwSignal<Vec<&'static str>>,
    tried: RwSignal<bool>,
    typed: StoredValue<bool>,
    /// The waiting form for which this record is made: its draft's key, and the field.
    waiting: StoredValue<Option<(String, String)>>,
    pub saving: RwSignal<bool>,
    pub failed: RwSignal<bool>,
}

impl Sheet {
    fn new(
        kind: &'static Kind,
        record: Option<Id>,
        context: Option<Id>,
        level: Sensitivity,
        before: BTreeMap<String, Value>,
        shown: &BTreeMap<String, Value>,
    ) -> Self {
        let signal = |field: &'static FieldSpec| {
            let value = shown.get(field.name.as_ref()).cloned().unwrap_or_default();
            (field.name.as_ref(), RwSignal::new(value))
        };
        Self {
            kind,
            record,
            context,
            level,
            values: StoredValue::new(kind.fields.iter().map(signal).collect()),
            before: StoredValue::new(before),
            touched: RwSignal::new(Vec::new()),
            tried: RwSignal::new(false),
            typed: StoredValue::new(false),
            waiting: StoredValue::new(None),
            saving: RwSignal::new(false),
            failed: RwSignal::new(false),
        }
    }

    pub fn signal(&self, name: &str) -> Option<RwSignal<Value>> {
        self.values.with_value(|values| values.get(name).copied())
    }

    pub fn value(&self, name: &str) -> Value {
        self.signal(name)
            .map(|signal| signal.get())
            .unwrap_or_default()
    }

    /// All values, cleaned as they would be kept.
    fn values(&self) -> BTreeMap<String, Value> {
        let clean = |field: &&'static FieldSpec| {
            (field.name.to_string(), field.clean(self.value(&field.name)))
        };
        self.kind
            .fields
            .iter()
            .collect::<Vec<_>>()
            .iter()
            .map(clean)
            .collect()
    }

    pub fn applies(&self, field: &FieldSpec) -> bool {
        if field.sensitivity > self.level {
            return false;
        }
        let Some((name, _)) = field.when else {
            return true;
        };
        let other = self.value(name);
        field.applies(|_| Some(&other))
    }

    /// The problem of one field, as it stands.
    fn problem(&self, field: &FieldSpec) -> Option<Problem> {
        if !self.applies(field) {
            return None;
        }
        let values = self.values();
        let value = values.get(field.name.as_ref()).cloned().unwrap_or_default();
        field
            .check(&value, |name| values.get(name), now::today())
            .err()
    }

    /// The problem to show: an empty field says nothing until one tries to save.
    pub fn shown_problem(&self, field: &'static FieldSpec) -> Option<Problem> {
        let touched = self
            .touched
            .with(|touched| touched.contains(&field.name.as_ref()));
        let problem = self.problem(field)?;
        let show = self.tried.get() || touched && problem != Problem::Required;
        show.then_some(problem)
    }

    fn problems(&self) -> Vec<&'static str> {
        let fields = self.kind.fields.iter();
        fields
            .filter(|f| self.problem(f).is_some())
            .map(|f| f.name.as_ref())
            .collect()
    }

    /// The person has given a field another value.
    pub fn set(&self, desk: Desk, field: &'static FieldSpec, value: Value) {
        if let Some(signal) = self.signal(&field.name) {
            signal.set(value);
        }
        self.check_when_whole(field);
        if let Input::IdNumber { .. } = field.input
            && let Value::Text(number) = field.clean(self.value(&field.name))
        {
            for (name, value) in domain::person::derived(&number, now::today()) {
                if let Some(signal) = self.signal(name) {
                    signal.set(value);
                }
            }
        }
        self.typed.set_value(true);
        self.keep_draft(desk);
    }

    /// A number of a fixed length is checked as soon as its last character is typed.
    fn check_when_whole(&self, field: &'static FieldSpec) {
        let whole = match field.input {
            Input::IdNumber { .. } | Input::CreditCode => 18,
            Input::Phone => 11,
            Input::Plate => 7,
            _ => return,
        };
        if let Value::Text(text) = field.clean(self.value(&field.name))
            && text.chars().count() >= whole
        {
            self.leave(field);
        }
    }

    /// Fills in several answers at once.
    pub fn take(&self, desk: Desk, values: BTreeMap<String, Value>) {
        for (name, value) in values {
            if let Some(signal) = self.signal(&name) {
                signal.set(value);
            }
        }
        self.typed.set_value(true);
        self.keep_draft(desk);
    }

    pub fn leave(&self, field: &'static FieldSpec) {
        self.touched.update(|touched| {
            if !touched.contains(&field.name.as_ref()) {
                touched.push(field.name.as_ref());
            }
        });
    }

    pub fn draft_key(&self) -> String {
        draft::key(self.kind.name, self.record, self.context)
    }

    fn keep_draft(self, desk: Desk) {
        spawn_local(async move {
            self.keep_draft_now(desk).await;
        });
    }

    /// Keeps the draft; true when it is on disk.
    pub async fn keep_draft_now(self, desk: Desk) -> bool {
        let kept = draft::keep(desk, self.draft()).await.is_ok();
        self.failed.set(!kept);
        kept
    }

    fn draft(self) -> Draft {
        let values = self.values.with_value(|values| {
            let written = values
                .iter()
                .filter(|(_, signal)| signal.with_untracked(|value| !value.is_empty()));
            written
                .map(|(name, signal)| ((*name).to_owned(), signal.get_untracked()))
                .collect()
        });
        Draft {
            key: self.draft_key(),
            kind: self.kind.name.to_owned(),
            record: self.record,
            context: self.context,
            values,
        }
    }

    /// Only what was changed is written, and nothing of a field that is not asked.
    fn changed(&self) -> BTreeMap<String, Value> {
        let values = self.values();
        let field = |name: &str| self.kind.field(name);
        self.before.with_value(|before| {
            let differs = |(name, value): &(String, Value)| {
                let asked = field(name).is_some_and(|field| self.applies(field));
                asked && before.get(name).cloned().unwrap_or_default() != *value
            };
            values.into_iter().filter(differs).collect()
        })
    }
}

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
    let held = record.and_then(|id| desk.peek(|shelf| shelf.get(id)));
    let name = held.as_ref().map_or(kind, |record| record.kind.clone());
    let Some(kind) = Kind::find(&name) else {
        return crate::ui::empty("form.unknown_kind").into_any();
    };
    let about = context.and_then(|id| desk.peek(|shelf| shelf.get(id)));
    let before: BTreeMap<String, Value> = held
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
    let sheet = Sheet::new(kind, record, context, level, before, &shown);
    sheet.waiting.set_value(waiting);
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

fn first_values(
    desk: Desk,
    kind: &'static Kind,
    about: Option<&domain::Record>,
) -> BTreeMap<String, Value> {
    let profile = desk.profile();
    let department = profile
        .as_ref()
        .and_then(|p| p.grants.0.iter().find_map(|grant| grant.department));
    domain::prefill::prefill(
        kind,
        Known {
            context: about,
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
    let open_more = sheet.record.is_some();
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
    let later = |field: &FieldSpec| match field.input {
        Input::Reference(_) | Input::References(_) | Input::Area(_) => known(field),
        Input::PastDate | Input::Date => !field.is_required() || known(field),
        Input::Choice(_) if field.name == "form" => true,
        Input::Choice(_) if steps == Some(field.name.as_ref()) => sheet.record.is_none(),
        Input::LongText | Input::Text => !field.is_required() && title != Some(&*field.name),
        Input::PastMoment | Input::Moment => !field.is_required() || known(field),
        _ => false,
    };
    sheet.kind.fields.iter().partition(|field| !later(field))
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
        .map(|record| domain::prefill::like(sheet.kind, &record))
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

#[component]
fn SaveBar(sheet: Sheet) -> impl IntoView {
    let desk = desk();
    let go = goer();
    let next = move || next_household(desk, sheet);
    let save = move |then: Option<String>| {
        let go = go.clone();
        let problems = sheet.problems();
        if let Some(first) = problems.first() {
            sheet.tried.set(true);
            input::focus(first);
            desk.say(desk.t("form.problems"), None);
            return;
        }
        if sheet.saving.get_untracked() {
            return;
        }
        sheet.saving.set(true);
        spawn_local(async move {
            let done = keep(desk, sheet).await;
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
    let plain = save.clone();
    let keep_draft = move |_| back();
    let troubled = move || sheet.tried.get() && !sheet.problems().is_empty();
    view! {
        <div class="savebar">
            {move || sheet.failed.get().then(|| view! {
                <p class="problem" role="alert">{desk.t("trouble.storage")}</p>
            })}
            <div class="savebar-buttons">
                {move || troubled().then(|| view! {
                    <button type="button" class="button" on:click=keep_draft>
                        {desk.t("form.keep_draft")}
                    </button>
                })}
                {move || next().map(|(path, name)| {
                    let save = save.clone();
                    view! {
                        <button type="button" class="button" disabled=sheet.saving
                            on:click=move |_| save(Some(path.clone()))>
                            {desk.fill("form.save_next", &[("name", &name)])}
                        </button>
                    }
                })}
                <button type="button" class="button primary" disabled=sheet.saving
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
) -> Result<(Option<Id>, save::Undo), crate::store::database::StoreError> {
    let key = sheet.draft_key();
    let values = sheet.changed();
    match sheet.record {
        Some(id) if values.is_empty() => {
            draft::drop(desk, &key).await?;
            Ok((None, vec![(id, BTreeMap::new())]))
        }
        Some(id) => {
            let undo = save::edit(desk, id, values, Some(&key)).await?;
            Ok((None, undo))
        }
        None => {
            let (id, undo) = save::create(desk, sheet.kind, values, Some(&key)).await?;
            Ok((Some(id), undo))
        }
    }
}

/// Puts a record that was made on the spot into the form that waits for it.
async fn hand_over(desk: Desk, sheet: Sheet, id: Id) {
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
