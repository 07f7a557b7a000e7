//! Drafts: what somebody typed and has not saved, kept as it is typed.

use crate::desk::Desk;
use domain::Id;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::cell::Cell;
use store::database::StoreError;
use store::drafts::Draft;

/// The draft's place: one for each record that is edited, and one for each kind and context.
pub fn key(kind: &str, record: Option<Id>, context: Option<Id>) -> String {
    match (record, context) {
        (Some(record), _) => format!("edit {record}"),
        (None, Some(context)) => format!("{kind} about {context}"),
        (None, None) => format!("{kind} alone"),
    }
}

pub fn read_all(kept: &[String]) -> Vec<Draft> {
    let read = kept.iter().map(|text| serde_json::from_str(text).ok());
    read.flatten().collect()
}

thread_local! {
    /// Drafts on their way to the disk.
    static WRITING: Cell<usize> = const { Cell::new(0) };
}

/// A draft, or a picture for one, on its way; it ends with whatever ends the writing.
pub struct Writing;

impl Writing {
    pub fn begin() -> Self {
        WRITING.set(WRITING.get() + 1);
        Self
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        WRITING.set(WRITING.get() - 1);
    }
}

/// Waits until what was typed is on disk: before this the page must not be left of its own accord.
pub async fn settled() {
    while WRITING.get() > 0 {
        TimeoutFuture::new(10).await;
    }
}

pub async fn keep(desk: Desk, draft: Draft) -> Result<(), StoreError> {
    let _writing = Writing::begin();
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
