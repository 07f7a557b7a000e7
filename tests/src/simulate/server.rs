//! A ledger's rows in memory: a disk with transactions, which a kill leaves as they were before.

use api::steps::{Accepting, Agreement, Chain, Keeping, Kept, Rows};
use domain::pack::{self, Damaged};
use domain::{Change, Id, Kind, Record, Stamp, chain};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::Fault;

/// Why a request came to nothing.
#[derive(Debug)]
pub enum Broken {
    Killed,
    Damaged,
}

impl From<Damaged> for Broken {
    fn from(_: Damaged) -> Self {
        Self::Damaged
    }
}

impl From<serde_json::Error> for Broken {
    fn from(_: serde_json::Error) -> Self {
        Self::Damaged
    }
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub change: Change,
    pub body: Vec<u8>,
    /// Its link in the history's chain.
    link: [u8; 32],
}

#[derive(Clone, Default, Debug)]
struct Tables {
    records: BTreeMap<Id, Kept>,
    by_seq: BTreeMap<u64, Id>,
    history: Vec<Entry>,
    by_record: BTreeMap<Id, Vec<u64>>,
    stood: BTreeMap<u64, Record>,
    about: BTreeMap<Id, BTreeSet<Id>>,
    agreements: BTreeMap<String, Agreement>,
}

#[derive(Debug)]
pub struct Server {
    tables: RefCell<Tables>,
    backup: RefCell<Option<Box<Tables>>>,
    /// So many writes until the process is killed.
    fuse: Cell<Option<u32>>,
    fault: Option<Fault>,
    /// Who pushes now, and when.
    pushing: Cell<(Id, i64)>,
}

type Read<T> = Result<T, Broken>;

impl Server {
    pub fn new(fault: Option<Fault>) -> Self {
        Self {
            tables: RefCell::default(),
            backup: RefCell::default(),
            fuse: Cell::new(None),
            fault,
            pushing: Cell::new((Id::from_bytes([0; 16]), 0)),
        }
    }

    /// Kills the process after so many writes of the next request that writes as many.
    pub fn kill_after(&self, writes: u32) {
        self.fuse.set(Some(writes));
    }

    pub fn mend(&self) {
        self.fuse.set(None);
    }

    /// All of it is kept, or nothing.
    pub fn transaction<T>(&self, work: impl FnOnce(&Self) -> Read<T>) -> Read<T> {
        let before = self.fuse.get().map(|_| self.tables.borrow().clone());
        let done = work(self);
        if let (Err(_), Some(before)) = (&done, before) {
            self.tables.replace(before);
        }
        done
    }

    fn write(&self) -> Read<()> {
        match self.fuse.get() {
            Some(0) => {
                self.fuse.set(None);
                Err(Broken::Killed)
            }
            Some(left) => {
                self.fuse.set(Some(left - 1));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// What is accepted from here on was pushed by that person at that time.
    pub fn pushed_by(&self, person: Id, now: i64) {
        self.pushing.set((person, now));
    }

    /// A copy of all that is on the disk.
    pub fn back_up(&self) {
        let copy = self.tables.borrow().clone();
        self.backup.replace(Some(Box::new(copy)));
    }

    /// Sets the server back to its last copy; true if there was one.
    pub fn set_back(&self) -> bool {
        let copy = self.backup.borrow().clone();
        let Some(copy) = copy else {
            return false;
        };
        self.tables.replace(*copy);
        true
    }

    /// How far each view has been counted.
    pub fn counted(&self) -> String {
        format!("{:?}", self.tables.borrow().agreements)
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.tables.borrow().history.clone()
    }

    pub fn has(&self, id: Id, stamp: domain::Stamp) -> bool {
        self.find(id, stamp).is_some()
    }

    pub fn find(&self, id: Id, stamp: domain::Stamp) -> Option<Entry> {
        let tables = self.tables.borrow();
        let seqs = tables.by_record.get(&id)?;
        let mut entries = seqs.iter().map(|seq| &tables.history[*seq as usize - 1]);
        entries.find(|entry| entry.change.stamp == stamp).cloned()
    }

    pub fn records(&self) -> Vec<Record> {
        let tables = self.tables.borrow();
        let whole = tables.records.values();
        whole
            .filter_map(|row| pack::unpack(&row.body).ok())
            .collect()
    }
}

impl Accepting for Server {
    fn held(&self, id: Id) -> Read<Option<Record>> {
        self.record(id)
    }

    fn accepted(&self, id: Id, stamp: Stamp) -> Read<Option<Kept>> {
        let tables = self.tables.borrow();
        let seqs = tables.by_record.get(&id).into_iter().flatten();
        let mut found = seqs.map(|seq| (*seq, &tables.history[*seq as usize - 1]));
        let found = found.find(|(_, entry)| entry.change.stamp == stamp);
        Ok(found.map(|(seq, entry)| Kept {
            seq,
            body: entry.body.clone(),
        }))
    }

    fn about(&self, id: Id) -> Read<Vec<Record>> {
        let others = self.tables.borrow().about.get(&id).cloned();
        let found = others.into_iter().flatten();
        let found: Read<Vec<Option<Record>>> = found.map(|id| self.record(id)).collect();
        Ok(found?.into_iter().flatten().collect())
    }

    fn keep(&self, keeping: Keeping<'_>) -> Read<u64> {
        self.write()?;
        let mut tables = self.tables.borrow_mut();
        let seq = tables.history.len() as u64 + 1;
        let id = keeping.next.id;
        let change = Change::unpack(keeping.body)?;
        let (person, received) = self.pushing.get();
        let before = tables.history.last().map(|entry| entry.link);
        let link = chain::link(
            before.as_ref().map_or(&[], |link| &link[..]),
            &chain::Entry {
                seq,
                record: id.as_bytes(),
                stamp: &keeping.stamp.to_string(),
                person: person.as_bytes(),
                received,
                body: keeping.body,
            },
        );
        tables.history.push(Entry {
            change: change.clone(),
            body: keeping.body.to_vec(),
            link,
        });
        tables.by_record.entry(id).or_default().push(seq);
        let mut next = keeping.next;
        if self.fault == Some(Fault::ByArrival) {
            next.cells.extend(change.delta().cells);
        }
        let row = Kept {
            seq,
            body: pack::pack(&next),
        };
        if let Some(before) = tables.records.insert(id, row) {
            tables.by_seq.remove(&before.seq);
        }
        tables.by_seq.insert(seq, id);
        if let Some(stood) = keeping.moved {
            tables.stood.insert(seq, stood);
        }
        let subjects = Kind::find(&next.kind).map(|kind| kind.subjects(&next));
        for other in subjects.into_iter().flatten() {
            tables.about.entry(other).or_default().insert(id);
        }
        drop(tables);
        // The process may die after the last write, too, before all is committed.
        self.write()?;
        Ok(seq)
    }
}

impl Chain for Server {
    type Error = Broken;

    fn last(&self) -> Read<u64> {
        Ok(self.tables.borrow().history.len() as u64)
    }

    fn chain(&self, seq: u64) -> Read<String> {
        let tables = self.tables.borrow();
        let at = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        let entry = at.and_then(|at| tables.history.get(at));
        let name = |entry: &Entry| {
            let link = entry.link.iter().take(16);
            link.map(|byte| format!("{byte:02x}")).collect()
        };
        Ok(entry.map(name).unwrap_or_default())
    }
}

impl Rows for Server {
    fn row(&self, id: Id) -> Read<Option<Kept>> {
        Ok(self.tables.borrow().records.get(&id).cloned())
    }

    fn after(&self, seq: u64, limit: usize) -> Read<Vec<Kept>> {
        let tables = self.tables.borrow();
        let rows = tables.by_seq.range(seq + 1..).take(limit);
        Ok(rows.map(|(_, id)| tables.records[id].clone()).collect())
    }

    fn moved(&self, after: u64, until: u64) -> Read<Vec<Record>> {
        let tables = self.tables.borrow();
        let moved = tables.stood.range(after + 1..);
        let moved = moved.take_while(|(seq, _)| **seq <= until);
        Ok(moved.map(|(_, stood)| stood.clone()).collect())
    }

    fn changed(&self, after: u64, limit: usize) -> Read<Vec<(u64, Id)>> {
        let tables = self.tables.borrow();
        let entries = tables.history.iter().enumerate().skip(after as usize);
        let changed = entries.map(|(at, entry)| (at as u64 + 1, entry.change.id));
        Ok(changed.take(limit).collect())
    }

    fn history(&self, id: Id, until: u64) -> Read<Vec<Change>> {
        let tables = self.tables.borrow();
        let seqs = tables.by_record.get(&id).into_iter().flatten();
        let seqs = seqs.filter(|seq| **seq <= until);
        Ok(seqs
            .map(|seq| tables.history[*seq as usize - 1].change.clone())
            .collect())
    }

    fn by_id(&self, after: Id, limit: usize) -> Read<Vec<(Id, Kept)>> {
        use std::ops::Bound::{Excluded, Unbounded};
        let tables = self.tables.borrow();
        let rows = tables.records.range((Excluded(after), Unbounded));
        let rows = rows.take(limit).map(|(id, row)| (*id, row.clone()));
        Ok(rows.collect())
    }

    fn agreement(&self, view: &str) -> Read<Option<Agreement>> {
        Ok(self.tables.borrow().agreements.get(view).cloned())
    }

    fn agree(&self, view: &str, agreement: &Agreement) -> Read<()> {
        self.write()?;
        let agreements = &mut self.tables.borrow_mut().agreements;
        agreements.insert(view.to_owned(), agreement.clone());
        Ok(())
    }

    // Few, so that a schedule's few records fill several pages.
    fn page_rows(&self) -> usize {
        3
    }

    fn counted_at_once(&self) -> usize {
        5
    }
}
