//! The campaign's own fields on this device: they come with the profile, so they are here without a
//! network, too.

use crate::desk::Desk;
use crate::language::Language;
use domain::own::{Label, OwnField, is_own};
use domain::{FieldSpec, Kind, Record};
use leptos::prelude::*;
use std::cell::RefCell;

/// The definitions of a kind's own fields, retired ones last.
pub fn of_kind(desk: Desk, kind: &Kind) -> Vec<OwnField> {
    let mut own: Vec<OwnField> = desk.enrolled.with(|enrolled| {
        let profile = enrolled.as_ref().and_then(|e| e.profile.as_ref());
        let own = profile.map(|profile| profile.campaign.own_of(kind));
        own.into_iter().flatten().cloned().collect()
    });
    own.sort_by_key(|field| field.retired);
    own
}

/// All fields of a kind: those of its table, then the campaign's own, retired ones last.
pub fn fields(desk: Desk, kind: &'static Kind) -> Vec<&'static FieldSpec> {
    let own = of_kind(desk, kind);
    kind.fields
        .iter()
        .chain(own.iter().filter_map(spec))
        .collect()
}

/// The field of that name, be it of the table or the campaign's own.
pub fn field(desk: Desk, kind: &'static Kind, name: &str) -> Option<&'static FieldSpec> {
    let own = || {
        let own = of_kind(desk, kind);
        own.iter().find(|field| field.name == name).and_then(spec)
    };
    let field = kind.field(name);
    field.or_else(|| is_own(name).then(own).flatten())
}

/// The own fields that a list shows: those that are asked, and retired ones in which some record
/// holds something.
pub fn shown(desk: Desk, kind: &Kind, holds: impl Fn(&str) -> bool) -> Vec<OwnField> {
    let mut own = of_kind(desk, kind);
    own.retain(|field| !field.retired || holds(&field.name));
    own
}

/// True if a record holds something in that cell.
pub fn holds(record: &Record, name: &str) -> bool {
    record.value(name).is_some_and(|value| !value.is_empty())
}

/// The field as the form takes it. Forms, lists and pages hold on to a kind's fields for good, so
/// each definition that differs is kept for as long as the page is open: a few hundred bytes.
pub fn spec(own: &OwnField) -> Option<&'static FieldSpec> {
    thread_local! {
        static SPECS: RefCell<Vec<&'static FieldSpec>> = const { RefCell::new(Vec::new()) };
    }
    let spec = own.spec()?;
    SPECS.with_borrow_mut(|specs| {
        let known = specs.iter().copied().find(|known| **known == spec);
        Some(known.unwrap_or_else(|| {
            let kept: &'static FieldSpec = Box::leak(Box::new(spec));
            specs.push(kept);
            kept
        }))
    })
}

/// What an own field or one of its options is called: `visit.own_…`, `visit.own_….o1`.
pub fn label<'a>(
    language: Language,
    own: impl IntoIterator<Item = &'a OwnField>,
    key: &str,
) -> Option<String> {
    let mut own = own.into_iter();
    let label = own.find_map(|field| field.label(key))?;
    Some(said(language, label))
}

pub fn said(language: Language, label: &Label) -> String {
    match language {
        Language::Zh => label.zh.clone(),
        Language::En => label.en.clone(),
    }
}

/// True for the key of an own field's label.
pub fn is_key(key: &str) -> bool {
    let mut parts = key.splitn(3, '.');
    parts.nth(1).is_some_and(is_own)
}
