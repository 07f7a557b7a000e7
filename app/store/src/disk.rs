//! What sync and saving need of the device's store, so that the simulation can put one in its place
//! that fills up and whose tabs are killed between any two transactions.

use super::database::{
    ASIDE, Anew, DRAFT, OUTBOX, PAGE, Pages, SETTING, Store, StoreError, delete, delete_all, json,
    keys, page_key, put,
};
use super::entry::Entry;
use super::sealed::{Row, arrays, put_rows, rows};
use crate::seal::IV;
use domain::Area;
use futures_util::future::{try_join, try_join3};
use indexed_db_futures::KeyRange;
use js_sys::Uint8Array;
use std::collections::{BTreeMap, BTreeSet};

type Kept<T> = Result<T, StoreError>;

/// Each of these is one transaction, or fails and has changed nothing.
#[allow(
    async_fn_in_trait,
    reason = "IndexedDB belongs to one thread; nothing is sent to another"
)]
pub trait Disk {
    /// The outbox in the order in which it is to be sent, other tabs' entries included.
    async fn outbox(&self) -> Kept<Vec<Entry>>;
    /// The outbox's keys alone, which costs no opening.
    async fn outbox_keys(&self) -> Kept<BTreeSet<String>> {
        Ok(self.outbox().await?.iter().map(Entry::key).collect())
    }
    /// Keeps saved changes and takes away the draft that they came from, in one transaction. When
    /// this has returned, they are on disk.
    async fn save(&self, entries: &[Entry], draft: Option<&str>) -> Kept<()>;
    /// Keeps what the server answered to a batch: accepted changes leave the outbox and stand in a
    /// page of confirmed records (see [`super::entry::page`]), refused ones stay with their reason; with the
    /// cursors after it, if they are others.
    async fn answered(
        &self,
        ledger: Area,
        accepted: &[&Entry],
        page: &[u8],
        refused: &[Entry],
        cursors: Option<&str>,
    ) -> Kept<()>;
    /// Puts entries in the place of others, all or none.
    async fn replace(&self, old: &[String], fresh: &[Entry]) -> Kept<()>;
    /// Keeps a pulled page with the cursor after it, in one transaction; on a reset the ledger's
    /// earlier pages go with it.
    async fn pulled(
        &self,
        ledger: Area,
        page: &[u8],
        cursor: &str,
        cursors: &str,
        anew: Anew,
    ) -> Kept<()>;
    /// Writes the pages anew if there are more than so many; gives the pages that now stand.
    ///
    /// A transaction does not wait for the seal: so all is made ready first, and written if the
    /// pages are still the same, so that no other tab's page is lost in between.
    async fn rewrite(
        &self,
        more_than: usize,
        repack: impl Fn(&[Vec<u8>]) -> Pages,
    ) -> Kept<Vec<Vec<u8>>>;
    /// The pages as they stand.
    async fn pages(&self) -> Kept<Vec<Vec<u8>>> {
        self.rewrite(usize::MAX, |_| Pages::new()).await
    }
    /// The pages that were put aside of a ledger (see `give_back`).
    async fn aside(&self, ledger: Area) -> Kept<Vec<Vec<u8>>>;
    /// Puts pages aside in the place of those that were.
    async fn set_aside_pages(&self, ledger: Area, pages: &[Vec<u8>]) -> Kept<()>;
}

impl Disk for Store {
    async fn outbox(&self) -> Kept<Vec<Entry>> {
        let found = arrays(&self.reading(&[OUTBOX])?, OUTBOX).await?;
        self.opened_outbox(found).await
    }

    async fn outbox_keys(&self) -> Kept<BTreeSet<String>> {
        keys(&self.reading(&[OUTBOX])?, OUTBOX).await
    }

    async fn save(&self, entries: &[Entry], draft: Option<&str>) -> Kept<()> {
        let sealed = self.sealed_entries(entries).await?;
        self.pressing(async || {
            let writing = self.writing(&[OUTBOX, DRAFT])?;
            put_rows(&writing, OUTBOX, &sealed)?;
            if let Some(draft) = draft {
                delete(&writing, DRAFT, draft)?;
            }
            Ok(writing.commit().await?)
        })
        .await
    }

    async fn answered(
        &self,
        ledger: Area,
        accepted: &[&Entry],
        page: &[u8],
        refused: &[Entry],
        cursors: Option<&str>,
    ) -> Kept<()> {
        let page = accepted
            .first()
            .map(|first| (page_key(ledger, &first.key()), page.to_vec()));
        let cursors = async {
            match cursors {
                Some(text) => Ok(Some(self.as_kept("cursors", &text.into()).await?)),
                None => Ok(None),
            }
        };
        // The browser seals them beside each other.
        let page = self.sealed(PAGE, page.as_slice());
        let (page, refused, cursors) =
            try_join3(page, self.sealed_entries(refused), cursors).await?;
        let writing = self.writing(&[OUTBOX, PAGE, SETTING])?;
        let gone = accepted.iter().map(|entry| entry.key()).collect();
        delete_all(&writing, OUTBOX, &gone).await?;
        put_rows(&writing, OUTBOX, &refused)?;
        put_rows(&writing, PAGE, &page)?;
        if let Some(cursors) = &cursors {
            put(&writing, SETTING, "cursors", cursors)?;
        }
        Ok(writing.commit().await?)
    }

    async fn replace(&self, old: &[String], fresh: &[Entry]) -> Kept<()> {
        let fresh = self.sealed_entries(fresh).await?;
        let writing = self.writing(&[OUTBOX])?;
        for key in old {
            delete(&writing, OUTBOX, key)?;
        }
        put_rows(&writing, OUTBOX, &fresh)?;
        Ok(writing.commit().await?)
    }

    async fn pulled(
        &self,
        ledger: Area,
        page: &[u8],
        cursor: &str,
        cursors: &str,
        anew: Anew,
    ) -> Kept<()> {
        let kept = (page_key(ledger, cursor), page.to_vec());
        let cursors = cursors.into();
        let pages = match page.is_empty() {
            true => &[],
            false => std::slice::from_ref(&kept),
        };
        let (cursors, page) =
            try_join(self.as_kept("cursors", &cursors), self.sealed(PAGE, pages)).await?;
        let writing = self.writing(&[PAGE, SETTING])?;
        if anew == Anew::Whole {
            let all = KeyRange::Bound(format!("{ledger}/"), false, format!("{ledger}0"), true);
            writing.object_store(PAGE)?.delete::<String, _>(all).await?;
        }
        put_rows(&writing, PAGE, &page)?;
        put(&writing, SETTING, "cursors", &cursors)?;
        Ok(writing.commit().await?)
    }

    async fn rewrite(
        &self,
        more_than: usize,
        repack: impl Fn(&[Vec<u8>]) -> Pages,
    ) -> Kept<Vec<Vec<u8>>> {
        loop {
            let found = rows(&self.reading(&[PAGE])?, PAGE).await?;
            let pages = self.opened(PAGE, &found).await?;
            let pages: Vec<Vec<u8>> = pages.into_iter().map(|row| row.bytes).collect();
            if found.len() <= more_than {
                return Ok(pages);
            }
            let fresh = repack(&pages);
            let sealed = self.sealed(PAGE, &fresh).await?;
            let writing = self.writing(&[PAGE])?;
            if rows(&writing, PAGE).await? != found {
                continue;
            }
            writing.object_store(PAGE)?.clear()?.await?;
            put_rows(&writing, PAGE, &sealed)?;
            writing.commit().await?;
            return Ok(fresh.into_iter().map(|(_, page)| page).collect());
        }
    }

    async fn aside(&self, ledger: Area) -> Kept<Vec<Vec<u8>>> {
        let mut found = rows(&self.reading(&[ASIDE])?, ASIDE).await?;
        let mark = format!("{ledger}/");
        found.retain(|row| row.key.starts_with(&mark));
        let pages = self.opened(ASIDE, &found).await?;
        Ok(pages.into_iter().map(|row| row.bytes).collect())
    }

    async fn set_aside_pages(&self, ledger: Area, pages: &[Vec<u8>]) -> Kept<()> {
        let numbered = pages.iter().enumerate();
        let pages: Vec<(String, Vec<u8>)> = numbered
            .map(|(number, page)| (page_key(ledger, &format!("{number:06}")), page.clone()))
            .collect();
        let sealed = self.sealed(ASIDE, &pages).await?;
        let writing = self.writing(&[ASIDE])?;
        let mark = format!("{ledger}/");
        for key in keys(&writing, ASIDE).await? {
            if key.starts_with(&mark) {
                delete(&writing, ASIDE, &key)?;
            }
        }
        put_rows(&writing, ASIDE, &sealed)?;
        Ok(writing.commit().await?)
    }
}

impl Store {
    /// The entries that lie in these rows; those that were opened before are not opened again.
    pub(super) async fn opened_outbox(&self, found: Vec<(String, Uint8Array)>) -> Kept<Vec<Entry>> {
        let found: Vec<Row> = found.into_iter().map(Row::from).collect();
        let is_new = |row: &&Row| self.known.borrow().entry(row).is_none();
        let new: Vec<Row> = found.iter().filter(is_new).cloned().collect();
        let opened = self.opened(OUTBOX, &new).await?;
        let sealed: BTreeMap<&String, &Row> = new.iter().map(|row| (&row.key, row)).collect();
        let mut known = self.known.borrow_mut();
        for row in opened {
            if let Ok(entry) = serde_json::from_slice(&row.bytes) {
                known.learn(sealed[&row.key], entry);
            }
        }
        known.keep_only(&found);
        let entries = found.iter().filter_map(|row| known.entry(row));
        Ok(entries.cloned().collect())
    }

    async fn sealed_entries(&self, entries: &[Entry]) -> Kept<Vec<Row>> {
        let texts: Vec<(String, Vec<u8>)> = entries
            .iter()
            .map(|entry| (entry.key(), json(entry)))
            .collect();
        let sealed = self.sealed(OUTBOX, &texts).await?;
        let mut known = self.known.borrow_mut();
        for (row, entry) in sealed.iter().zip(entries) {
            known.learn(row, entry.clone());
        }
        Ok(sealed)
    }
}

/// The outbox's rows that this page has opened or sealed itself, so that none is opened twice.
#[derive(Debug, Default)]
pub struct Known(BTreeMap<String, (Vec<u8>, Entry)>);

impl Known {
    /// What lies in a row, if it is the very one that is known: no two rows have the same beginning,
    /// the seal's vector.
    fn entry(&self, row: &Row) -> Option<&Entry> {
        let (vector, entry) = self.0.get(&row.key)?;
        row.bytes.starts_with(vector).then_some(entry)
    }

    fn learn(&mut self, row: &Row, entry: Entry) {
        let vector = row.bytes.iter().take(IV).copied().collect();
        self.0.insert(row.key.clone(), (vector, entry));
    }

    fn keep_only(&mut self, rows: &[Row]) {
        let keys: BTreeSet<&String> = rows.iter().map(|row| &row.key).collect();
        self.0.retain(|key, _| keys.contains(key));
    }
}
