//! What was left on a device whose PIN is lost: sealed as it was, until the server opens it for
//! the same person.

use super::database::{
    DRAFT, LEFT, OUTBOX, PAGE, PICTURE, SETTING, Store, StoreError, THUMB, array, delete, keys, put,
};
use super::outbox;
use super::sealed::{Row, put_rows, rows};
use domain::Device;
use domain::wire::Sealed;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::Transaction;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;

type Kept<T> = Result<T, StoreError>;

/// The setting that holds the envelope; it is not sealed, and needs not be.
pub const ENVELOPE: &str = "rescue";

/// A device's data key, for the server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Envelope {
    pub device: Device,
    pub sealed: Sealed,
}

impl Envelope {
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// The stores that may hold what exists nowhere else.
const UNSENT: [&str; 4] = [OUTBOX, DRAFT, PICTURE, THUMB];

/// What one lost device left: the envelope with its data key, and its rows, still sealed.
#[derive(Debug)]
pub struct Left {
    pub envelope: Envelope,
    pub rows: Rows,
}

/// Rows, each with the store in which it stood.
pub type Rows = Vec<(String, Row)>;

/// Rows by store, open.
pub type Opened = BTreeMap<&'static str, Vec<(String, Vec<u8>)>>;

/// Moves what was not sent out of the way of a new beginning. Without an envelope nobody will ever
/// open it: then it goes, as the door has said.
pub(super) async fn put_aside(writing: &Transaction<'_>) -> Kept<()> {
    let settings = writing.object_store(SETTING)?;
    let held: Option<JsValue> = settings.get(ENVELOPE).primitive()?.await?;
    let text = held.and_then(|value| value.as_string());
    let envelope: Option<Envelope> = text.as_deref().and_then(Envelope::read);
    if let (Some(envelope), Some(text)) = (envelope, text) {
        let device = envelope.device;
        let mut count = 0;
        for store in UNSENT {
            for row in rows(writing, store).await? {
                let key = format!("{device} {store} {}", row.key);
                put(writing, LEFT, &key, &array(&row.bytes))?;
                count += 1;
            }
        }
        if count > 0 {
            put(
                writing,
                LEFT,
                &format!("{device} "),
                &array(text.as_bytes()),
            )?;
        }
    }
    for store in [PAGE, OUTBOX, DRAFT, PICTURE, THUMB] {
        writing.object_store(store)?.clear()?.await?;
    }
    for setting in ["cursors", "plan", "enrolled", "key", "wiped", ENVELOPE] {
        delete(writing, SETTING, setting)?;
    }
    Ok(())
}

impl Store {
    /// How many saved changes and pictures are on this device only; known without its key.
    pub async fn unsent(&self) -> Kept<usize> {
        let reading = self.reading(&[OUTBOX, PICTURE])?;
        let (rows, pictures) = (keys(&reading, OUTBOX), keys(&reading, PICTURE));
        let changes: usize = rows.await?.iter().map(|row| outbox::count(row)).sum();
        Ok(changes + pictures.await?.len())
    }

    pub async fn left(&self) -> Kept<Vec<Left>> {
        let found = rows(&self.reading(&[LEFT])?, LEFT).await?;
        let mut left: BTreeMap<Device, (Option<Envelope>, Rows)> = BTreeMap::new();
        for Row { key, bytes } in found {
            let mut parts = key.splitn(3, ' ');
            let device = parts.next().and_then(Device::parse);
            let (Some(device), Some(store)) = (device, parts.next()) else {
                continue;
            };
            let entry = left.entry(device).or_default();
            match parts.next() {
                None => entry.0 = Envelope::read(&String::from_utf8_lossy(&bytes)),
                Some(key) => {
                    let key = key.to_owned();
                    entry.1.push((store.to_owned(), Row { key, bytes }));
                }
            }
        }
        let whole = |(envelope, rows)| {
            Some(Left {
                envelope: Option::<Envelope>::clone(&envelope)?,
                rows,
            })
        };
        Ok(left.into_values().filter_map(whole).collect())
    }

    /// Takes back what a lost device left, in one transaction: it is here, or still there.
    pub async fn take_back(&self, device: Device, opened: &Opened) -> Kept<()> {
        let mut sealed = Vec::new();
        for (store, rows) in opened {
            sealed.push((*store, self.sealed(store, rows).await?));
        }
        let writing = self.writing(&[OUTBOX, DRAFT, PICTURE, THUMB, LEFT])?;
        for (store, rows) in &sealed {
            put_rows(&writing, store, rows)?;
        }
        forget(&writing, device).await?;
        Ok(writing.commit().await?)
    }

    /// Gives up what a device left.
    pub async fn drop_left(&self, device: Device) -> Kept<()> {
        let writing = self.writing(&[LEFT])?;
        forget(&writing, device).await?;
        Ok(writing.commit().await?)
    }
}

/// The store of that name, among those that may hold what was left.
pub fn store_named(name: &str) -> Option<&'static str> {
    UNSENT.into_iter().find(|store| *store == name)
}

async fn forget(writing: &Transaction<'_>, device: Device) -> Kept<()> {
    let mark = format!("{device} ");
    for key in keys(writing, LEFT).await? {
        if key.starts_with(&mark) {
            delete(writing, LEFT, &key)?;
        }
    }
    Ok(())
}
