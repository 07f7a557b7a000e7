//! The open form's state: what is typed, what does not fit, what is kept as a draft.

use crate::desk::Desk;
use crate::draft;
use crate::{now, own};
use domain::check::Problem;
use domain::field::{FieldSpec, Input, Sensitivity};
use domain::own::OwnField;
use domain::{Id, Kind, Value, Values};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashMap;
use store::drafts::Draft;

/// The open form's state: one signal for each field.
#[derive(Clone, Copy)]
pub struct Sheet {
    pub kind: &'static Kind,
    /// The campaign's own fields as they were when the form was opened: what is being typed does
    /// not go away while the settings change.
    pub own: StoredValue<Vec<OwnField>>,
    pub record: Option<Id>,
    pub context: Option<Id>,
    /// What this person may see of the kind here; the rest is not asked.
    pub level: Sensitivity,
    pub values: StoredValue<HashMap<&'static str, RwSignal<Value>>>,
    /// What the record held when the form was opened.
    pub before: StoredValue<Values>,
    /// Fields that the person has left or tried to save: only these show their problem.
    pub touched: RwSignal<Vec<&'static str>>,
    pub tried: RwSignal<bool>,
    /// The field into which the person typed last.
    pub last: StoredValue<&'static str>,
    /// The waiting form for which this record is made: its draft's key, and the field.
    pub waiting: StoredValue<Option<(String, String)>>,
    pub saving: RwSignal<bool>,
    /// Pictures that are being taken; saving waits for them.
    pub taking: RwSignal<usize>,
    pub failed: RwSignal<bool>,
    /// What is typed is kept as a draft; not so where a form is only looked at.
    kept: Kept,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    AsDraft,
    Nowhere,
}

impl Sheet {
    /// A form that is only looked at, with one field that is being made.
    pub fn preview(kind: &'static Kind, field: OwnField) -> Self {
        let nothing = Values::default;
        let own = vec![field];
        let sheet = Self::new(
            kind,
            own,
            None,
            None,
            Sensitivity::Sensitive,
            nothing(),
            &nothing(),
        );
        Self {
            kept: Kept::Nowhere,
            ..sheet
        }
    }

    pub fn new(
        kind: &'static Kind,
        own: Vec<OwnField>,
        record: Option<Id>,
        context: Option<Id>,
        level: Sensitivity,
        before: Values,
        shown: &Values,
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
            values: StoredValue::new(fields(kind, &own).map(signal).collect()),
            own: StoredValue::new(own),
            before: StoredValue::new(before),
            touched: RwSignal::new(Vec::new()),
            tried: RwSignal::new(false),
            last: StoredValue::new(""),
            waiting: StoredValue::new(None),
            saving: RwSignal::new(false),
            taking: RwSignal::new(0),
            failed: RwSignal::new(false),
            kept: Kept::AsDraft,
        }
    }

    /// The fields that the form asks: those of the kind's table, then the campaign's own.
    pub fn fields(&self) -> Vec<&'static FieldSpec> {
        self.own.with_value(|own| fields(self.kind, own).collect())
    }

    /// Whether an option is shown: one that is retired only where it was chosen before.
    pub fn offers(&self, field: &FieldSpec, option: &str) -> bool {
        let retired = self.own.with_value(|own| {
            let mut own = own.iter();
            let own = own.find(|own| own.name == field.name);
            own.is_some_and(|own| !own.offers(option))
        });
        let chosen = |value: &Value| match value {
            Value::List(items) => items.iter().any(|item| item.as_text() == Some(option)),
            value => value.as_text() == Some(option),
        };
        let held = self.signal(&field.name);
        !retired || held.is_some_and(|signal| signal.with_untracked(chosen))
    }

    fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields().into_iter().find(|field| field.name == name)
    }

    /// What the form calls a field or an option of the kind.
    pub fn t(&self, desk: Desk, key: &str) -> String {
        let language = desk.language.get();
        let own = self.own.with_value(|all| own::label(language, all, key));
        own.unwrap_or_else(|| desk.t(key))
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
    pub fn values(&self) -> Values {
        let clean = |field: &'static FieldSpec| {
            (field.name.to_string(), field.clean(self.value(&field.name)))
        };
        self.fields().into_iter().map(clean).collect()
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
    pub fn problem(&self, field: &FieldSpec) -> Option<Problem> {
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

    pub fn problems(&self) -> Vec<&'static str> {
        let fields = self.fields().into_iter();
        fields
            .filter(|f| self.problem(f).is_some())
            .map(|f| f.name.as_ref())
            .collect()
    }

    /// The person has given a field another value.
    pub fn set(&self, desk: Desk, field: &'static FieldSpec, value: Value) {
        self.last.set_value(&field.name);
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
        self.keep_draft(desk);
    }

    /// A number of a fixed length is checked as soon as its last character is typed.
    pub fn check_when_whole(&self, field: &'static FieldSpec) {
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
    pub fn take(&self, desk: Desk, values: Values) {
        for (name, value) in values {
            if let Some(signal) = self.signal(&name) {
                signal.set(value);
            }
        }
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

    /// True while saving would leave something out.
    pub fn is_busy(&self) -> bool {
        self.saving.get() || self.taking.get() > 0
    }

    /// False once the form was left: its signals are gone then.
    pub fn is_open(&self) -> bool {
        self.values.try_with_value(|_| ()).is_some()
    }

    pub fn keep_draft(self, desk: Desk) {
        spawn_local(async move {
            self.keep_draft_now(desk).await;
        });
    }

    /// Keeps the draft; true when it is on disk.
    pub async fn keep_draft_now(self, desk: Desk) -> bool {
        if self.kept == Kept::Nowhere {
            return true;
        }
        let kept = draft::keep(desk, self.draft()).await.is_ok();
        self.failed.set(!kept);
        kept
    }

    /// What stands in the form, as a draft.
    pub fn draft(self) -> Draft {
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
    pub fn changed(&self) -> Values {
        let values = self.values();
        let field = |name: &str| self.field(name);
        self.before.with_value(|before| {
            let differs = |(name, value): &(String, Value)| {
                let asked = field(name).is_some_and(|field| self.applies(field));
                asked && before.get(name).cloned().unwrap_or_default() != *value
            };
            values.into_iter().filter(differs).collect()
        })
    }
}

fn fields(kind: &'static Kind, own: &[OwnField]) -> impl Iterator<Item = &'static FieldSpec> {
    let asked = own.iter().filter(|field| field.is_asked());
    kind.fields.iter().chain(asked.filter_map(own::spec))
}
