//! What lies sealed in the store: each row under the place where it stands, so that none can be
//! put in another's place.

use super::database::{Store, StoreError, array, bytes, put};
use crate::seal::{Broken, Seal};
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::Transaction;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CryptoKey;

type Kept<T> = Result<T, StoreError>;

impl From<Broken> for StoreError {
    fn from(broken: Broken) -> Self {
        Self::new(&broken.to_string())
    }
}

/// A row with its key: its bytes sealed or open, as its holder says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub key: String,
    pub bytes: Vec<u8>,
}

/// The settings that tell of people or of their work.
const SEALED: [&str; 5] = ["enrolled", "cursors", "plan", "roster", "import"];

/// The beginnings of the places of what was not sent yet.
const ONLY_HERE: [&str; 3] = ["outbox ", "draft ", "picture "];

/// Where a row stands; it is written into its seal.
pub fn place(store: &str, key: &str) -> String {
    format!("{store} {key}")
}

impl Store {
    /// From here on what is sealed can be read and written.
    pub fn unlock(&self, seal: Seal, loose: CryptoKey) {
        self.held.replace(Some(seal));
        self.loose.replace(Some(loose));
    }

    /// The data key that can be wrapped; see `rescue`.
    pub fn loose(&self) -> Option<CryptoKey> {
        self.loose.borrow().clone()
    }

    pub fn drop_loose(&self) {
        self.loose.replace(None);
    }

    pub fn is_open(&self) -> bool {
        self.held.borrow().is_some()
    }

    /// How many rows did not open since the app was.
    pub fn damaged(&self) -> usize {
        self.damaged.borrow().len()
    }

    /// How many of them hold what only this device has.
    pub fn lost(&self) -> usize {
        let only_here = |place: &&String| ONLY_HERE.iter().any(|store| place.starts_with(store));
        self.damaged.borrow().iter().filter(only_here).count()
    }

    /// # Errors
    /// If the device is locked.
    pub fn seal(&self) -> Kept<Seal> {
        let held = self.held.borrow().clone();
        held.ok_or_else(|| StoreError::new("the device is locked"))
    }

    pub(super) async fn sealed(&self, store: &str, rows: &[(String, Vec<u8>)]) -> Kept<Vec<Row>> {
        let placed: Vec<(String, &[u8])> = rows
            .iter()
            .map(|(key, bytes)| (place(store, key), bytes.as_slice()))
            .collect();
        let sealed = self.seal()?.seal_all(&placed).await?;
        let row = |((key, _), bytes): (&(String, Vec<u8>), Vec<u8>)| Row {
            key: key.clone(),
            bytes,
        };
        Ok(rows.iter().zip(sealed).map(row).collect())
    }

    /// The rows that open. One that is damaged stays where it is, and keeps no other from being
    /// read.
    pub(super) async fn opened(&self, store: &str, rows: &[Row]) -> Kept<Vec<Row>> {
        let placed: Vec<(String, Vec<u8>)> = rows
            .iter()
            .map(|row| (place(store, &row.key), row.bytes.clone()))
            .collect();
        let opened = self.seal()?.open_all(&placed).await;
        let mut good = Vec::with_capacity(rows.len());
        for (row, opened) in rows.iter().zip(opened) {
            match opened {
                Ok(bytes) => good.push(Row {
                    key: row.key.clone(),
                    bytes,
                }),
                Err(_) => {
                    self.damaged.borrow_mut().insert(place(store, &row.key));
                }
            }
        }
        Ok(good)
    }

    /// A setting as it is kept.
    pub(super) async fn as_kept(&self, name: &str, value: &JsValue) -> Kept<JsValue> {
        if !SEALED.contains(&name) {
            return Ok(value.clone());
        }
        let text = value.as_string().unwrap_or_default();
        let place = place("setting", name);
        let sealed = self.seal()?.seal(&place, text.as_bytes()).await?;
        Ok(Uint8Array::from(sealed.as_slice()).into())
    }

    /// A setting as it was before it was kept; `None` while the device is locked.
    pub(super) async fn as_read(&self, name: &str, kept: JsValue) -> Kept<Option<JsValue>> {
        if !SEALED.contains(&name) {
            return Ok(Some(kept));
        }
        let Ok(seal) = self.seal() else {
            return Ok(None);
        };
        let text = seal.open(&place("setting", name), &bytes(&kept)).await?;
        let text = String::from_utf8(text).map_err(|_| Broken)?;
        Ok(Some(JsValue::from_str(&text)))
    }
}

/// The rows of a store with their keys, as they are kept.
pub(super) async fn rows(within: &Transaction<'_>, store: &str) -> Kept<Vec<Row>> {
    let store = within.object_store(store)?;
    let keys = store.get_all_keys::<String>().primitive()?.await?;
    let values = store.get_all::<JsValue>().primitive()?.await?;
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let row = |(key, value): (String, JsValue)| Row {
        key,
        bytes: raw(&value),
    };
    Ok(keys.into_iter().zip(values).map(row).collect())
}

/// Puts sealed rows in their places.
pub(super) fn put_rows(writing: &Transaction<'_>, store: &str, rows: &[Row]) -> Kept<()> {
    for row in rows {
        put(writing, store, &row.key, &array(&row.bytes))?;
    }
    Ok(())
}

/// Bytes, or a text's bytes: before there were seals, rows were texts.
fn raw(value: &JsValue) -> Vec<u8> {
    match value.dyn_ref::<Uint8Array>() {
        Some(array) => array.to_vec(),
        None => value.as_string().unwrap_or_default().into_bytes(),
    }
}
