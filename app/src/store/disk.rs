//! What sync and saving need of the device's store, so that the simulation can put one in its place
//! that fills up and whose tabs are killed between any two transactions.

use super::database::{Anew, OUTBOX, Pages, Store, StoreError, keys};
use super::entry::Entry;
use domain::Area;
use std::collections::BTreeSet;

type Kept<T> = Result<T, StoreError>;

/// Each of these is one transaction, or fails and has changed nothing.
#[allow(
    async_fn_in_trait,
    reason = "IndexedDB belongs to one thread; nothing is sent to another"
)]
pub trait Disk {
    async fn outbox(&self) -> Kept<Vec<Entry>>;
    /// The outbox's keys alone, which costs no opening.
    async fn outbox_keys(&self) -> Kept<BTreeSet<String>> {
        Ok(self.outbox().await?.iter().map(Entry::key).collect())
    }
    async fn save(&self, entries: &[Entry], draft: Option<&str>) -> Kept<()>;
    async fn answered(&self, ledger: Area, accepted: &[Entry], refused: &[Entry]) -> Kept<()>;
    async fn replace(&self, old: &[String], fresh: &[Entry]) -> Kept<()>;
    async fn pulled(
        &self,
        ledger: Area,
        page: &[u8],
        cursor: &str,
        cursors: &str,
        anew: Anew,
    ) -> Kept<()>;
    async fn rewrite(
        &self,
        more_than: usize,
        repack: impl Fn(&[Vec<u8>]) -> Pages,
    ) -> Kept<Vec<Vec<u8>>>;
    /// The pages that were put aside of a ledger (see `give_back`).
    async fn aside(&self, ledger: Area) -> Kept<Vec<Vec<u8>>>;
    /// Puts pages aside in the place of those that were.
    async fn set_aside_pages(&self, ledger: Area, pages: &[Vec<u8>]) -> Kept<()>;
}

impl Disk for Store {
    async fn outbox(&self) -> Kept<Vec<Entry>> {
        self.outbox().await
    }

    async fn outbox_keys(&self) -> Kept<BTreeSet<String>> {
        keys(&self.reading(&[OUTBOX])?, OUTBOX).await
    }

    async fn save(&self, entries: &[Entry], draft: Option<&str>) -> Kept<()> {
        self.save(entries, draft).await
    }

    async fn answered(&self, ledger: Area, accepted: &[Entry], refused: &[Entry]) -> Kept<()> {
        self.answered(ledger, accepted, refused).await
    }

    async fn replace(&self, old: &[String], fresh: &[Entry]) -> Kept<()> {
        self.replace(old, fresh).await
    }

    async fn pulled(
        &self,
        ledger: Area,
        page: &[u8],
        cursor: &str,
        cursors: &str,
        anew: Anew,
    ) -> Kept<()> {
        self.pulled(ledger, page, cursor, cursors, anew).await
    }

    async fn rewrite(
        &self,
        more_than: usize,
        repack: impl Fn(&[Vec<u8>]) -> Pages,
    ) -> Kept<Vec<Vec<u8>>> {
        self.rewrite(more_than, repack).await
    }

    async fn aside(&self, ledger: Area) -> Kept<Vec<Vec<u8>>> {
        self.aside(ledger).await
    }

    async fn set_aside_pages(&self, ledger: Area, pages: &[Vec<u8>]) -> Kept<()> {
        self.set_aside_pages(ledger, pages).await
    }
}
