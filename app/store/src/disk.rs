//! What sync and saving need of the device's store, so that the simulation can put one in its place
//! that fills up and whose tabs are killed between any two transactions.

use super::database::{
    ASIDE, Anew, DRAFT, OUTBOX, PAGE, Pages, SETTING, Store, StoreError, delete, delete_all, keys,
    page_key, put,
};
use super::entry::Entry;
use super::outbox;
use super::sealed::{Row, arrays, put_rows, rows};
use domain::{Area, Stamp};
use futures_util::future::try_join;
use indexed_db_futures::KeyRange;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::Transaction;
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
    /// The keys of the outbox's changes alone, which mostly costs no opening.
    async fn outbox_keys(&self) -> Kept<BTreeSet<Stamp>> {
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
    async fn replace(&self, old: &[Stamp], fresh: &[Entry]) -> Kept<()>;
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

    async fn outbox_keys(&self) -> Kept<BTreeSet<Stamp>> {
        let rows = keys(&self.reading(&[OUTBOX])?, OUTBOX).await?;
        let known = self.known.borrow().keys(&rows);
        match known {
            Some(keys) => Ok(keys),
            None => Ok(self.outbox().await?.iter().map(Entry::key).collect()),
        }
    }

    async fn save(&self, entries: &[Entry], draft: Option<&str>) -> Kept<()> {
        let sealed = self.sealed_entries(&[entries]).await?;
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
            .map(|first| (page_key(ledger, &first.key().to_string()), page.to_vec()));
        let cursors = async {
            match cursors {
                Some(text) => Ok(Some(self.as_kept("cursors", &text.into()).await?)),
                None => Ok(None),
            }
        };
        // The browser seals them beside each other.
        let page = self.sealed(PAGE, page.as_slice());
        let (page, cursors) = try_join(page, cursors).await?;
        let answered = accepted.iter().copied().chain(refused);
        let gone = answered.map(Entry::key).collect();
        self.exchange(&[OUTBOX, PAGE, SETTING], &gone, refused, &|writing| {
            put_rows(writing, PAGE, &page)?;
            if let Some(cursors) = &cursors {
                put(writing, SETTING, "cursors", cursors)?;
            }
            Ok(())
        })
        .await
    }

    async fn replace(&self, old: &[Stamp], fresh: &[Entry]) -> Kept<()> {
        let gone = old.iter().copied().collect();
        self.exchange(&[OUTBOX], &gone, fresh, &|_| Ok(())).await
    }

    async fn pulled(
        &self,
        ledger: Area,
        page: &[u8],
        cursor: &str,
        cursors: &str,
        anew: Anew,
    ) -> Kept<()> {
        let kept = (!page.is_empty()).then(|| (page_key(ledger, cursor), page.to_vec()));
        let cursors = cursors.into();
        let page = self.sealed(PAGE, kept.as_slice());
        let (cursors, page) = try_join(self.as_kept("cursors", &cursors), page).await?;
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
    /// Gives a saved change up.
    ///
    /// # Errors
    /// If the disk cannot do so; then it is still there.
    pub async fn discard(&self, key: Stamp) -> Kept<()> {
        self.replace(&[key], &[]).await
    }

    /// Takes changes out of the outbox and puts others in, with whatever else is to be written, in one
    /// transaction.
    async fn exchange(
        &self,
        stores: &[&str],
        gone: &BTreeSet<Stamp>,
        fresh: &[Entry],
        also: &dyn Fn(&Transaction<'_>) -> Kept<()>,
    ) -> Kept<()> {
        loop {
            let leaving = self.known.borrow().without(gone);
            let put = self.sealed_entries(&[&leaving.rest, fresh]).await?;
            let writing = self.writing(stores)?;
            // Where another tab took some out of a row meanwhile, less may be to stay: that is looked
            // up anew. If nothing is put, the worst is that something is sent again.
            if !put.is_empty() && !all_there(&writing, &leaving.rows).await? {
                drop(writing);
                self.outbox().await?;
                continue;
            }
            for row in &leaving.rows {
                delete(&writing, OUTBOX, row)?;
            }
            delete_all(&writing, OUTBOX, &leaving.single).await?;
            put_rows(&writing, OUTBOX, &put)?;
            also(&writing)?;
            writing.commit().await?;
            self.known.borrow_mut().forget(&leaving.rows);
            return Ok(());
        }
    }

    /// The entries that lie in these rows, as they were made; those that were opened before are not
    /// opened again.
    pub(super) async fn opened_outbox(&self, found: Vec<(String, Uint8Array)>) -> Kept<Vec<Entry>> {
        let found: Vec<Row> = found.into_iter().map(Row::from).collect();
        let is_new = |row: &&Row| self.known.borrow().entries(row).is_none();
        let new: Vec<Row> = found.iter().filter(is_new).cloned().collect();
        let opened = self.opened(OUTBOX, &new).await?;
        let sealed: BTreeMap<&String, &Row> = new.iter().map(|row| (&row.key, row)).collect();
        let mut known = self.known.borrow_mut();
        for row in opened {
            known.learn(sealed[&row.key], outbox::read(&row.bytes));
        }
        known.keep_only(&found);
        let mut entries = BTreeMap::new();
        for entry in found.iter().filter_map(|row| known.entries(row)).flatten() {
            entries.insert(entry.key(), entry.clone());
        }
        Ok(entries.into_values().collect())
    }

    /// Rows of these, each of the lists by itself.
    async fn sealed_entries(&self, lists: &[&[Entry]]) -> Kept<Vec<Row>> {
        let texts: Vec<_> = lists.iter().flat_map(|list| outbox::rows(list)).collect();
        let parts = lists.iter().flat_map(|list| outbox::parts(list));
        let sealed = self.sealed(OUTBOX, &texts).await?;
        let mut known = self.known.borrow_mut();
        for (row, held) in sealed.iter().zip(parts) {
            known.learn(row, held.to_vec());
        }
        Ok(sealed)
    }
}

/// True if there is a row of each of these keys in the outbox.
async fn all_there(writing: &Transaction<'_>, keys: &[String]) -> Kept<bool> {
    let outbox = writing.object_store(OUTBOX)?;
    for key in keys {
        let found: Option<String> = outbox.get_key(key.clone()).primitive()?.await?;
        if found.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}
