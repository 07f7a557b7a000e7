//! IndexedDB: pages of packed records, the outbox, drafts, settings, village names; pictures are
//! in `pictures`. All but village names and a few settings is sealed (see `sealed`).
//!
//! Confirmed records are kept as pages that are only ever added; the same record may stand in
//! several, and loading merges them. From time to time they are written anew as few large ones.

use super::disk::Disk;
use super::entry::Entry;
use super::outbox::Known;
use super::sealed::{Row, arrays, rows};
use crate::seal::Seal;
use domain::Area;
use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::OpenDbError;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionMode};
use js_sys::Uint8Array;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CryptoKey;

pub(super) const PAGE: &str = "page";
pub(super) const OUTBOX: &str = "outbox";
pub(super) const DRAFT: &str = "draft";
pub(super) const SETTING: &str = "setting";
pub(super) const VILLAGE: &str = "village";
pub(super) const PICTURE: &str = "picture";
pub(super) const THUMB: &str = "thumb";
pub(super) const LEFT: &str = "left";
pub(super) const ASIDE: &str = "aside";
pub(super) const DEED: &str = "deed";

/// The device could not keep or read something; the text is the browser's own.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(String);

impl StoreError {
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<T: Display> From<T> for StoreError
where
    T: StoreCause,
{
    fn from(cause: T) -> Self {
        Self(cause.to_string())
    }
}

/// The errors that the library gives.
trait StoreCause {}
impl StoreCause for indexed_db_futures::error::Error {}
impl StoreCause for OpenDbError {}

/// With more pages than this they are written anew at the next start.
const PAGES_AT_MOST: usize = 64;

/// What was read ahead is read once more after so many milliseconds: other tabs go on writing.
const AHEAD_MS: f64 = 5_000.0;

/// Pages with their keys.
pub type Pages = Vec<(String, Vec<u8>)>;

type Kept<T> = Result<T, StoreError>;

#[derive(Debug)]
pub struct Store {
    pub(super) db: Database,
    /// There while the device is unlocked.
    pub(super) held: RefCell<Option<Seal>>,
    /// The data key once more, until it has been wrapped for the rescue.
    pub(super) loose: RefCell<Option<CryptoKey>>,
    /// The places of rows that did not open since the app was.
    pub(super) damaged: RefCell<BTreeSet<String>>,
    pub(super) known: RefCell<Known>,
    /// What was read before the device was unlocked (see [`Store::read_ahead`]).
    ahead: RefCell<Option<Ahead>>,
}

/// Everything that the working set is made of, sealed, as it lay on the disk.
#[derive(Debug)]
struct Ahead {
    at: f64,
    kept: BTreeSet<String>,
    unsent: BTreeSet<String>,
    drafts: Vec<Row>,
    cursors: Option<JsValue>,
    outbox: Vec<(String, Uint8Array)>,
    pages: Vec<(String, Uint8Array)>,
}

/// What the working set is made of beside its pages.
#[derive(Debug)]
pub struct Loaded {
    /// The pictures that were kept before all else was read.
    pub kept: BTreeSet<String>,
    /// Those of them that the server does not have yet.
    pub unsent: BTreeSet<String>,
    pub drafts: Vec<String>,
    /// The setting that says how far the server was pulled, before the pages were read.
    pub cursors: Option<JsValue>,
    pub outbox: Vec<Entry>,
}

/// Each version of the store's form, with the way from the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    Nothing,
    First,
    /// With pictures.
    Second,
    /// With what was left of a device whose PIN is lost, what waits to be given back, and deeds.
    Third,
}

impl Version {
    const LATEST: u8 = 3;

    fn of(number: f64) -> Self {
        if number < 1.0 {
            Self::Nothing
        } else if number < 2.0 {
            Self::First
        } else if number < 3.0 {
            Self::Second
        } else {
            Self::Third
        }
    }

    /// The next version, after its stores have been made; `None` at the latest.
    fn upgrade(self, db: &Database) -> Result<Option<Self>, indexed_db_futures::error::Error> {
        match self {
            Self::Nothing => {
                for name in [PAGE, OUTBOX, DRAFT, SETTING, VILLAGE] {
                    db.create_object_store(name).build()?;
                }
                Ok(Some(Self::First))
            }
            Self::First => {
                for name in [PICTURE, THUMB] {
                    db.create_object_store(name).build()?;
                }
                Ok(Some(Self::Second))
            }
            Self::Second => {
                for name in [LEFT, ASIDE, DEED] {
                    db.create_object_store(name).build()?;
                }
                Ok(Some(Self::Third))
            }
            Self::Third => Ok(None),
        }
    }
}

impl Store {
    pub async fn open() -> Kept<Self> {
        let db = Database::open("chunnuan")
            .with_version(Version::LATEST)
            .with_on_upgrade_needed(|event, db| {
                let mut version = Version::of(event.old_version());
                while let Some(next) = version.upgrade(&db)? {
                    version = next;
                }
                Ok(())
            })
            .await?;
        let held = RefCell::new(None);
        let damaged = RefCell::default();
        let loose = RefCell::new(None);
        let known = RefCell::default();
        Ok(Self {
            db,
            held,
            loose,
            damaged,
            known,
            ahead: RefCell::new(None),
        })
    }

    /// Reads what the working set is made of while the key is still being made from the PIN: nothing
    /// of it can be opened before. It is of use for a few seconds.
    ///
    /// # Errors
    /// If the disk cannot be read; then [`Store::load`] tries once more.
    pub async fn read_ahead(&self) -> Kept<()> {
        let read = self.read_sealed().await?;
        self.ahead.replace(Some(read));
        Ok(())
    }

    /// In this order. The way of a picture that another tab saves meanwhile goes from the kept ones to
    /// a draft, from there to the outbox and into a page, and it is met somewhere. The cursors before
    /// the pages: what is pulled meanwhile is then known twice, and not missed. Outbox and pages in one
    /// transaction: what leaves the one stands in the other. Not the settings with them, of which the
    /// unlocking writes some: it would have to wait.
    async fn read_sealed(&self) -> Kept<Ahead> {
        let at = js_sys::Date::now();
        let kept = self.kept_pictures().await?;
        let unsent = self.unsent_pictures().await?;
        let drafts = rows(&self.reading(&[DRAFT])?, DRAFT).await?;
        let cursors = self.get(SETTING, "cursors").await?;
        let reading = self.reading(&[OUTBOX, PAGE])?;
        Ok(Ahead {
            at,
            kept,
            unsent,
            drafts,
            cursors,
            outbox: arrays(&reading, OUTBOX).await?,
            pages: arrays(&reading, PAGE).await?,
        })
    }

    /// Reads all that the working set is made of: hands on each page, and gives the rest. When there
    /// are many pages, they are first written anew as few ones.
    ///
    /// # Errors
    /// If the disk cannot be read, or the device is locked.
    pub async fn load(
        &self,
        repack: impl Fn(&[Vec<u8>]) -> Pages,
        mut take: impl FnMut(&[u8]),
    ) -> Kept<Loaded> {
        let ahead = self.ahead.take();
        let fresh = |ahead: &Ahead| (0.0..AHEAD_MS).contains(&(js_sys::Date::now() - ahead.at));
        let read = match ahead.filter(fresh) {
            Some(read) => read,
            None => self.read_sealed().await?,
        };
        let drafts = self.opened_drafts(&read.drafts).await?;
        let outbox = self.opened_outbox(read.outbox).await?;
        let cursors = match read.cursors {
            Some(kept) => self.as_read("cursors", kept).await?,
            None => None,
        };
        // A full device still opens; the pages stay as they are.
        let rewritten = match read.pages.len() > PAGES_AT_MOST {
            true => self.rewrite(PAGES_AT_MOST, repack).await.ok(),
            false => None,
        };
        match rewritten {
            Some(pages) => pages.iter().for_each(|page| take(page)),
            None => {
                self.open_each(PAGE, &read.pages, |_, page| take(page))
                    .await?;
            }
        }
        Ok(Loaded {
            kept: read.kept,
            unsent: read.unsent,
            drafts,
            cursors,
            outbox,
        })
    }

    pub(super) fn writing(&self, stores: &[&str]) -> Kept<Transaction<'_>> {
        let begun = self
            .db
            .transaction(stores.to_vec())
            .with_mode(TransactionMode::Readwrite);
        Ok(begun.build()?)
    }

    pub(super) fn reading(&self, stores: &[&str]) -> Kept<Transaction<'_>> {
        Ok(self.db.transaction(stores.to_vec()).build()?)
    }

    pub(super) async fn get(&self, store: &str, key: &str) -> Kept<Option<JsValue>> {
        let reading = self.db.transaction(store).build()?;
        let found: Option<JsValue> = reading.object_store(store)?.get(key).primitive()?.await?;
        Ok(found.filter(|value| !value.is_undefined()))
    }
}

/// Whether a pulled page adds to what is there or begins a new whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Anew {
    Adds,
    Whole,
}

/// Pages sort by ledger; a page pulled again takes its own place again.
pub fn page_key(ledger: Area, name: &str) -> String {
    format!("{ledger}/{name}")
}

/// Puts a row in its place. Whether it could be kept is known when the transaction has completed.
pub(super) fn put(
    writing: &Transaction<'_>,
    store: &str,
    key: &str,
    value: &JsValue,
) -> Result<(), indexed_db_futures::error::Error> {
    let store = writing.object_store(store)?;
    drop(store.put(value).with_key(key).primitive()?);
    Ok(())
}

/// Takes a row away, with the transaction.
pub(super) fn delete(
    writing: &Transaction<'_>,
    store: &str,
    key: &str,
) -> Result<(), indexed_db_futures::error::Error> {
    drop(writing.object_store(store)?.delete(key).primitive()?);
    Ok(())
}

/// Takes many rows away, with the transaction. Mostly nothing else lies between the first and the last
/// of them: then that is one question and one answer, not one for each.
pub(super) async fn delete_all(
    writing: &Transaction<'_>,
    store: &str,
    rows: &BTreeSet<String>,
) -> Kept<()> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok(());
    };
    let span = || KeyRange::Bound(first.clone(), false, last.clone(), false);
    let between = writing
        .object_store(store)?
        .get_all_keys::<String>()
        .with_query::<String, _>(span())
        .primitive()?
        .await?;
    let between: BTreeSet<String> = between.collect::<Result<_, _>>()?;
    if between.is_subset(rows) {
        drop(
            writing
                .object_store(store)?
                .delete::<String, _>(span())
                .primitive()?,
        );
    } else {
        for key in rows {
            delete(writing, store, key)?;
        }
    }
    Ok(())
}

/// The keys of a store, all of them texts.
pub(super) async fn keys(within: &Transaction<'_>, store: &str) -> Kept<BTreeSet<String>> {
    let found = within
        .object_store(store)?
        .get_all_keys::<String>()
        .primitive()?
        .await?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn array(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

pub(super) fn bytes(value: &JsValue) -> Vec<u8> {
    value
        .dyn_ref::<Uint8Array>()
        .map(Uint8Array::to_vec)
        .unwrap_or_default()
}
