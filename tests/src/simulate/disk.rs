//! A phone's IndexedDB in memory: transactions are whole or not at all, it can be full, and the tab
//! that writes can be killed right before or right after any of them.

use super::Fault;
use domain::{Area, Stamp};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use store::database::{Anew, Pages, StoreError, page_key};
use store::disk::Disk;
use store::entry::Entry;
use store::steps::Cursors;

type Kept<T> = Result<T, StoreError>;

/// What lasts on a phone.
#[derive(Clone, Default, Debug)]
pub struct Tables {
    pub pages: BTreeMap<String, Vec<u8>>,
    pub outbox: BTreeMap<Stamp, Entry>,
    pub cursors: Cursors,
    /// The ledgers of which the next page, or the rest of one, is still to be taken.
    pub between_pages: BTreeSet<Area>,
    pub aside: BTreeMap<String, Vec<u8>>,
    /// Server time minus the phone's, as it was last learned.
    pub offset: i64,
    /// Every save whose transaction has completed, as it is now stamped.
    pub saved: Vec<Entry>,
    pub full: bool,
}

pub type Shared = Rc<RefCell<Tables>>;

/// When a tab dies: so many transactions from now, before or after that one is committed.
#[derive(Clone, Copy, Debug)]
pub struct Fuse {
    pub transactions: u32,
    pub committed: bool,
}

/// The disk as one tab writes it.
#[derive(Debug)]
pub struct TabDisk {
    pub tables: Shared,
    pub fuse: Cell<Option<Fuse>>,
    pub dead: Cell<bool>,
    pub fault: Option<Fault>,
}

impl TabDisk {
    /// One transaction; `grows` if it may need room.
    fn write<T>(&self, grows: Grows, work: impl FnOnce(&mut Tables) -> T) -> Kept<T> {
        let killed = || StoreError::new("killed");
        if self.dead.get() {
            return Err(killed());
        }
        let now = match self.fuse.get() {
            Some(fuse) if fuse.transactions == 0 => Some(fuse.committed),
            Some(fuse) => {
                let transactions = fuse.transactions - 1;
                self.fuse.set(Some(Fuse {
                    transactions,
                    ..fuse
                }));
                None
            }
            None => None,
        };
        self.dead.set(now.is_some());
        if now == Some(false) {
            return Err(killed());
        }
        let mut tables = self.tables.borrow_mut();
        if tables.full && grows == Grows::Yes {
            return Err(StoreError::new("quota exceeded"));
        }
        let done = work(&mut tables);
        if now == Some(true) {
            return Err(killed());
        }
        Ok(done)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grows {
    Yes,
    No,
}

impl Disk for TabDisk {
    async fn outbox(&self) -> Kept<Vec<Entry>> {
        if self.dead.get() {
            return Err(StoreError::new("killed"));
        }
        Ok(self.tables.borrow().outbox.values().cloned().collect())
    }

    async fn save(&self, entries: &[Entry], _draft: Option<&str>) -> Kept<()> {
        self.write(Grows::Yes, |tables| {
            for entry in entries {
                tables.outbox.insert(entry.key(), entry.clone());
                tables.saved.push(entry.clone());
            }
        })
    }

    async fn answered(
        &self,
        ledger: Area,
        accepted: &[&Entry],
        page: &[u8],
        refused: &[Entry],
        cursors: Option<&str>,
    ) -> Kept<()> {
        let grows = if accepted.is_empty() && refused.is_empty() {
            Grows::No
        } else {
            Grows::Yes
        };
        self.write(grows, |tables| {
            for entry in accepted {
                tables.outbox.remove(&entry.key());
            }
            if self.fault == Some(Fault::DroppedEntry) && accepted.len() > 1 {
                tables.outbox.pop_first();
            }
            for entry in refused {
                tables.outbox.insert(entry.key(), entry.clone());
            }
            if let Some(first) = accepted.first() {
                let key = page_key(ledger, &first.key().to_string());
                tables.pages.insert(key, page.to_vec());
            }
            if let Some(cursors) = cursors {
                tables.cursors = serde_json::from_str(cursors).unwrap_or_default();
            }
        })
    }

    async fn replace(&self, old: &[Stamp], fresh: &[Entry]) -> Kept<()> {
        self.write(Grows::No, |tables| {
            for key in old {
                tables.outbox.remove(key);
            }
            for (key, entry) in old.iter().zip(fresh) {
                tables.outbox.insert(entry.key(), entry.clone());
                let same = |held: &&mut Entry| {
                    held.key() == *key && held.change.cells == entry.change.cells
                };
                if let Some(held) = tables.saved.iter_mut().find(same) {
                    held.change = entry.change.clone();
                }
            }
        })
    }

    async fn pulled(
        &self,
        ledger: Area,
        page: &[u8],
        cursor: &str,
        cursors: &str,
        anew: Anew,
    ) -> Kept<()> {
        let grows = if page.is_empty() {
            Grows::No
        } else {
            Grows::Yes
        };
        self.write(grows, |tables| {
            if anew == Anew::Whole {
                let prefix = format!("{ledger}/");
                tables.pages.retain(|key, _| !key.starts_with(&prefix));
            }
            if !page.is_empty() {
                tables.pages.insert(page_key(ledger, cursor), page.to_vec());
            }
            tables.cursors = serde_json::from_str(cursors).unwrap_or_default();
        })
    }

    async fn rewrite(
        &self,
        more_than: usize,
        repack: impl Fn(&[Vec<u8>]) -> Pages,
    ) -> Kept<Vec<Vec<u8>>> {
        self.write(Grows::No, |tables| {
            let pages: Vec<Vec<u8>> = tables.pages.values().cloned().collect();
            if pages.len() > more_than {
                tables.pages = repack(&pages).into_iter().collect();
            }
            tables.pages.values().cloned().collect()
        })
    }

    async fn aside(&self, ledger: Area) -> Kept<Vec<Vec<u8>>> {
        if self.dead.get() {
            return Err(StoreError::new("killed"));
        }
        let tables = self.tables.borrow();
        let own = tables.aside.iter();
        let own = own.filter(|(key, _)| key.starts_with(&format!("{ledger}/")));
        Ok(own.map(|(_, page)| page.clone()).collect())
    }

    async fn set_aside_pages(&self, ledger: Area, pages: &[Vec<u8>]) -> Kept<()> {
        let grows = if pages.is_empty() {
            Grows::No
        } else {
            Grows::Yes
        };
        self.write(grows, |tables| {
            let mark = format!("{ledger}/");
            tables.aside.retain(|key, _| !key.starts_with(&mark));
            for (number, page) in pages.iter().enumerate() {
                let key = page_key(ledger, &format!("{number:06}"));
                tables.aside.insert(key, page.clone());
            }
        })
    }
}
