//! Drafts: what somebody typed and has not saved, kept as it is typed.

use crate::desk::Desk;
use crate::store::database::{Store, StoreError};
use domain::{Id, Value};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One unfinished form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub key: String,
    pub kind: String,
    /// The record that is edited; `None` makes a new one.
    pub record: Option<Id>,
    /// The record from which the form was opened.
    pub context: Option<Id>,
    pub values: BTreeMap<String, Value>,
}

impl Draft {
    /// As it is kept.
    pub fn text(&self) -> String {
        // Plain texts, numbers and lists are always JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The draft's place: one for each record that is edited, and one for each kind and context.
pub fn key(kind: &str, record: Option<Id>, context: Option<Id>) -> String {
    match (record, context) {
        (Some(record), _) => format!("edit {record}"),
        (None, Some(context)) => format!("{kind} about {context}"),
        (None, None) => format!("{kind} alone"),
    }
}

pub async fn read_all(store: &Store) -> Result<Vec<Draft>, StoreError> {
    let drafts = store.drafts().await?;
    Ok(drafts
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect())
}

pub async fn keep(desk: Desk, draft: Draft) -> Result<(), StoreError> {
    desk.store().keep_draft(&draft.key, &draft.text()).await?;
    show(desk, draft);
    Ok(())
}

/// Puts a draft that is on disk among those that the screens know.
pub fn show(desk: Desk, draft: Draft) {
    desk.drafts.update(|drafts| {
        drafts.retain(|other| other.key != draft.key);
        drafts.push(draft);
    });
}

pub async fn drop(desk: Desk, key: &str) -> Result<(), StoreError> {
    desk.store().drop_draft(key).await?;
    desk.drafts
        .update(|drafts| drafts.retain(|draft| draft.key != key));
    Ok(())
}
