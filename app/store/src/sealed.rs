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

impl From<(String, Uint8Array)> for Row {
    fn from((key, value): (String, Uint8Array)) -> Self {
        Self {
            key,
            bytes: value.to_vec(),
        }
    }
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
        let sealed = |row: &Row| (row.key.clone(), Uint8Array::from(row.bytes.as_slice()));
        let sealed: Vec<(String, Uint8Array)> = rows.iter().map(sealed).collect();
        let mut good = Vec::with_capacity(rows.len());
        let take = |key: &str, bytes: &[u8]| {
            good.push(Row {
                key: key.to_owned(),
                bytes: bytes.to_vec(),
            });
        };
        self.open_each(store, &sealed, take).await?;
        Ok(good)
    }

    /// The same, one after another: what lies in one is looked at while the next is opened.
    pub(super) async fn open_each(
        &self,
        store: &str,
        rows: &[(String, Uint8Array)],
        mut take: impl FnMut(&str, &[u8]),
    ) -> Kept<()> {
        let placed = |(key, sealed): &(String, Uint8Array)| (place(store, key), sealed.clone());
        let placed: Vec<(String, Uint8Array)> = rows.iter().map(placed).collect();
        let take = |number: usize, opened: Result<&[u8], Broken>| match opened {
            Ok(bytes) => take(&rows[number].0, bytes),
            Err(_) => {
                let place = placed[number].0.clone();
                self.damaged.borrow_mut().insert(place);
            }
        };
        self.seal()?.open_each(&placed, take).await;
        Ok(())
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
    let found = arrays(within, store).await?;
    Ok(found.into_iter().map(Row::from).collect())
}

/// The same, of which nothing has been copied yet.
pub(super) async fn arrays(
    within: &Transaction<'_>,
    store: &str,
) -> Kept<Vec<(String, Uint8Array)>> {
    let store = within.object_store(store)?;
    let keys = store.get_all_keys::<String>().primitive()?;
    let values = store.get_all::<JsValue>().primitive()?;
    let keys = keys.await?.collect::<Result<Vec<_>, _>>()?;
    let values = values.await?.collect::<Result<Vec<_>, _>>()?;
    Ok(keys.into_iter().zip(values.into_iter().map(raw)).collect())
}

/// Puts sealed rows in their places.
pub(super) fn put_rows(writing: &Transaction<'_>, store: &str, rows: &[Row]) -> Kept<()> {
    for row in rows {
        put(writing, store, &row.key, &array(&row.bytes))?;
    }
    Ok(())
}

/// Bytes, or a text's bytes: before there were seals, rows were texts.
fn raw(value: JsValue) -> Uint8Array {
    value.dyn_into().unwrap_or_else(|other: JsValue| {
        let text = other.as_string().unwrap_or_default();
        Uint8Array::from(text.as_bytes())
    })
}
