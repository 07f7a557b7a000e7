//! What is read from an unlocked store when the app opens.

use super::Enrolled;
use crate::language::{self, Language};
use crate::{agenda, idle, now};
use domain::Stamp;
use domain::agenda::Plan;
use std::collections::BTreeSet;
use store::database::{Store, StoreError};
use store::drafts::Draft;
use store::shelf::Shelf;
use store::steps::Cursors;
use store::vault;
use wasm_bindgen::JsValue;

/// Who works here, and how.
pub(super) struct Told {
    pub enrolled: Option<Enrolled>,
    pub language: Language,
    pub theme: String,
    pub type_size: String,
    pub idle: u32,
    pub plan: Plan,
    pub key: Option<JsValue>,
}

impl Told {
    pub(super) async fn read(store: &Store) -> Result<Self, StoreError> {
        let text = async |name: &str| -> Result<Option<String>, StoreError> {
            let held = store.setting(name).await?;
            Ok(held.and_then(|value| value.as_string()))
        };
        let enrolled = text("enrolled").await?;
        let offset = text("offset").await?.and_then(|text| text.parse().ok());
        now::set_offset(offset.unwrap_or(0));
        Ok(Self {
            enrolled: enrolled.and_then(|text| serde_json::from_str(&text).ok()),
            language: language::chosen(store).await?,
            theme: text("theme").await?.unwrap_or_default(),
            type_size: text("type").await?.unwrap_or_default(),
            idle: idle::minutes(text(idle::IDLE).await?.as_deref()),
            plan: Plan::read(text(agenda::PLAN).await?.as_deref()),
            key: match (store.seal(), store.setting("key").await?) {
                (Ok(seal), Some(kept)) => Some(vault::unwrap_signing_key(&seal, &kept).await?),
                _ => None,
            },
        })
    }
}

/// What was done on this device, and what was pulled to it.
pub(super) struct Work {
    pub cursors: Cursors,
    pub kept: BTreeSet<String>,
    pub unsent: BTreeSet<String>,
    pub drafts: Vec<Draft>,
    pub shelf: Shelf,
    pub latest: Stamp,
}

impl Work {
    pub(super) async fn read(store: &Store) -> Result<Self, StoreError> {
        let mut shelf = Shelf::default();
        let repack = |pages: &[Vec<u8>]| Shelf::of(pages).pages();
        let loaded = store.load(repack, |page| shelf.take(page)).await?;
        let mut latest = shelf.latest();
        for entry in loaded.outbox {
            latest = latest.max(entry.change.stamp);
            shelf.put(entry);
        }
        // What a damaged row may name is not to be swept away.
        let kept = match store.damaged() {
            0 => loaded.kept,
            _ => BTreeSet::new(),
        };
        Ok(Self {
            cursors: crate::tabs::read_cursors(loaded.cursors),
            kept,
            unsent: loaded.unsent,
            drafts: crate::draft::read_all(&loaded.drafts),
            shelf,
            latest,
        })
    }
}
