//! The working set in memory: what the server has confirmed, with the outbox laid over it, and
//! the indexes that lists and search need. Records stay packed until somebody looks at them.

mod made;
mod merged;
mod pictures;
mod row;

pub use made::{Edition, Made};
pub use merged::MARKED_AT_ONCE;
pub use row::Row;

use super::entry::Entry;
use super::find::{Finder, Found};
use super::ids::{IdList, IdMap, IdSet};
use super::twins::Twins;
use domain::agenda::Agenda;
use domain::area::Area;
use domain::digest::Sum;
use domain::{Change, Id, Kind, Record, Stamp, pack, page};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Records in one page of the store.
const PAGE_RECORDS: usize = 500;

#[derive(Default, Debug)]
pub struct Shelf {
    confirmed: IdMap<Vec<u8>>,
    outbox: BTreeMap<Stamp, Entry>,
    /// The outbox's keys by record.
    unsent: IdMap<BTreeSet<Stamp>>,
    rows: IdMap<Row>,
    by_kind: HashMap<&'static str, BTreeSet<Id>>,
    about: IdMap<IdList>,
    /// The records that were merged into each.
    merged: IdMap<BTreeSet<Id>>,
    finder: Finder,
    /// What pictures a record names, for those that name any.
    pictures: IdMap<Vec<String>>,
    twins: RefCell<Twins>,
    /// Whose marks are not among them yet (see [`Shelf::mark`]).
    unmarked: RefCell<Vec<Id>>,
    agenda: Agenda,
    latest: Stamp,
    /// Which it is of all that was confirmed here one after another.
    edition: Edition,
    /// Of what is confirmed, by ledger.
    sums: BTreeMap<Area, Sum>,
    /// The ledgers that are being pulled anew because the sums differed.
    doubted: BTreeSet<Area>,
}

/// Whether this device holds what the server says that it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Agreement {
    Same,
    /// Pulling all anew has helped.
    SameAgain,
    Differs,
    /// Pulling all anew did not help; doing so again and again would not, either.
    DiffersStill,
}

/// The ledger that keeps a record: none for what is known of one that was never pulled whole.
fn ledger_of(record: &Record) -> Option<Area> {
    record.area().map(Area::ledger)
}

impl Shelf {
    /// The working set of stored pages, without the outbox.
    pub fn of(pages: &[Vec<u8>]) -> Self {
        let mut shelf = Self::default();
        for page in pages {
            shelf.take(page);
        }
        shelf
    }

    /// Takes in a page of packed records that the server has confirmed.
    pub fn take(&mut self, page: &[u8]) {
        self.confirm(page::records(page).iter().map(|record| &**record));
    }

    /// Takes in packed records that the server has confirmed; later cells win over what is here.
    pub fn confirm<'a>(&mut self, packed: impl IntoIterator<Item = &'a [u8]>) {
        let mut record = Record::nothing();
        for bytes in packed {
            if pack::unpack_over(bytes, &mut record).is_err() {
                continue;
            }
            match self.unconfirm(record.id) {
                Some(mut held) => {
                    held.merge(record.clone());
                    let packed = pack::pack(&held);
                    self.confirm_as(&held, packed);
                }
                None => self.confirm_as(&record, bytes.to_vec()),
            }
        }
    }

    fn confirm_as(&mut self, record: &Record, packed: Vec<u8>) {
        self.hold(record, packed);
        self.index(record.id, Some(record));
    }

    /// Puts a confirmed record in its place, and into its ledger's sum.
    fn hold(&mut self, record: &Record, packed: Vec<u8>) {
        self.latest = self.latest.max(pack::changed(&packed).unwrap_or_default());
        if let Some(ledger) = ledger_of(record) {
            self.sums.entry(ledger).or_default().add(&packed);
        }
        self.confirmed.insert(record.id, packed);
        self.edition = self.edition.next();
    }

    /// Takes a confirmed record out, and out of its ledger's sum.
    fn unconfirm(&mut self, id: Id) -> Option<Record> {
        let bytes = self.confirmed.remove(&id)?;
        self.edition = self.edition.next();
        let record = pack::unpack(&bytes).ok()?;
        if let Some(ledger) = ledger_of(&record) {
            self.sums.entry(ledger).or_default().take(&bytes);
        }
        Some(record)
    }

    /// Count and digest of what is confirmed of a ledger.
    pub fn sum(&self, ledger: Area) -> Sum {
        self.sums.get(&ledger).copied().unwrap_or_default()
    }

    /// The ledgers of which anything is confirmed.
    pub fn ledgers(&self) -> Vec<Area> {
        let some = self.sums.iter().filter(|(_, sum)| sum.count > 0);
        some.map(|(ledger, _)| *ledger).collect()
    }

    /// Compares with what the server says that this device holds of a ledger.
    pub fn agreement(&self, ledger: Area, said: Sum) -> Agreement {
        match (self.sum(ledger) == said, self.doubted.contains(&ledger)) {
            (true, false) => Agreement::Same,
            (true, true) => Agreement::SameAgain,
            (false, false) => Agreement::Differs,
            (false, true) => Agreement::DiffersStill,
        }
    }

    /// The ledger is pulled anew, and not once more before both agree.
    pub fn doubt(&mut self, ledger: Area) {
        self.doubted.insert(ledger);
    }

    pub fn trust(&mut self, ledger: Area) {
        self.doubted.remove(&ledger);
    }

    /// Puts a saved change into the outbox, or a changed entry back.
    pub fn put(&mut self, entry: Entry) {
        let id = entry.change.id;
        let other = |held: &Entry| held.change.id != id;
        if self.entry(entry.key()).is_some_and(other) {
            self.discard(entry.key());
        }
        self.unsent.entry(id).or_default().insert(entry.key());
        self.outbox.insert(entry.key(), entry);
        self.index(id, None);
    }

    /// The server has accepted it: the change is confirmed from here on. What is shown of the record
    /// stays, since the change lay over it before.
    pub fn accept(&mut self, key: Stamp) {
        let Some(entry) = self.take_entry(key) else {
            return;
        };
        let id = entry.change.id;
        let record = Self::accepted(self.unconfirm(id), &entry.change);
        self.hold(&record, pack::pack(&record));
        self.says_how_it_stands(id);
    }

    /// What an accepted change makes here of what was confirmed of its record.
    pub fn accepted(held: Option<Record>, change: &Change) -> Record {
        match held {
            Some(mut held) => {
                held.merge(change.delta());
                held
            }
            None => change.delta(),
        }
    }

    /// The person gives the change up.
    pub fn discard(&mut self, key: Stamp) {
        if let Some(entry) = self.take_entry(key) {
            self.index(entry.change.id, None);
        }
    }

    fn take_entry(&mut self, key: Stamp) -> Option<Entry> {
        let entry = self.outbox.remove(&key)?;
        let id = entry.change.id;
        if let Some(keys) = self.unsent.get_mut(&id) {
            keys.remove(&key);
            if keys.is_empty() {
                self.unsent.remove(&id);
            }
        }
        Some(entry)
    }

    /// Drops what may not be seen any more. What was written here and not sent stays.
    pub fn forget(&mut self, ids: &[Id]) {
        for id in ids {
            self.unconfirm(*id);
            self.index(*id, None);
        }
    }

    /// Drops everything confirmed of one ledger, be it known here, deleted or neither; and what
    /// belongs to none: what is right of that comes again with its own.
    pub fn reset(&mut self, ledger: Area) {
        let (mut ids, mut latest) = (Vec::new(), Stamp::default());
        for (id, packed) in self.confirmed.iter() {
            let record = pack::unpack(packed).ok();
            let own = record.as_ref().and_then(ledger_of);
            match record.filter(|_| own.is_some_and(|own| own != ledger)) {
                Some(record) => latest = latest.max(record.changed()),
                None => ids.push(*id),
            }
        }
        self.forget(&ids);
        // A damaged stamp must not lead this device's clock on.
        self.latest = latest;
    }

    /// The record as this device knows it, unsent changes included.
    pub fn get(&self, id: Id) -> Option<Record> {
        let mut record = self.confirmed_of(id);
        for entry in self.unsent_of(id) {
            match &mut record {
                Some(record) => record.merge(entry.change.delta()),
                None => record = Some(entry.change.delta()),
            }
        }
        record
    }

    /// The record as the server has confirmed it.
    pub fn confirmed_of(&self, id: Id) -> Option<Record> {
        pack::unpack(self.confirmed.get(&id)?).ok()
    }

    /// The unsent changes of a record, in the order in which they were made.
    pub fn unsent_of(&self, id: Id) -> impl Iterator<Item = &Entry> {
        let keys = self.unsent.get(&id).into_iter().flatten();
        keys.filter_map(|key| self.outbox.get(key))
    }

    pub fn row(&self, id: Id) -> Option<&Row> {
        self.rows.get(&id)
    }

    /// The records of a kind; one that was merged into another is not among them.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Row> {
        let ids = self.by_kind.get(kind).into_iter().flatten();
        let rows = ids.filter_map(|id| self.rows.get(id));
        rows.filter(|row| self.stands(row))
    }

    /// Searches the records that `keep` lets through; `areas` names the areas that a typed word
    /// speaks of.
    pub fn find(
        &self,
        typed: &str,
        areas: impl Fn(&str) -> HashSet<Area>,
        keep: impl Fn(Id, &'static Kind) -> bool,
        limit: usize,
    ) -> Found {
        if self.merged.is_empty() {
            return self.finder.find(typed, areas, keep, limit);
        }
        // Of somebody of whom there are several records, one that fits is enough.
        let once = RefCell::new(IdSet::default());
        let keep = |id: Id, kind: &'static Kind| {
            let shown = self.canonical(id);
            let alone = shown == id && !self.merged.contains_key(&id);
            keep(shown, kind) && (alone || once.borrow_mut().insert(shown))
        };
        let mut found = self.finder.find(typed, areas, keep, limit);
        for id in &mut found.first {
            *id = self.canonical(*id);
        }
        found
    }

    /// From which the day's list is made.
    pub fn agenda(&self) -> &Agenda {
        &self.agenda
    }

    /// All that the server has confirmed, deleted records too.
    pub fn confirmed(&self) -> impl Iterator<Item = Record> {
        let packed = self.confirmed.values();
        packed.filter_map(|packed| pack::unpack(packed).ok())
    }

    pub fn records(&self) -> impl Iterator<Item = Record> {
        self.rows.keys().filter_map(|id| self.get(*id))
    }

    pub fn entry(&self, key: Stamp) -> Option<&Entry> {
        self.outbox.get(&key)
    }

    pub fn outbox(&self) -> impl Iterator<Item = &Entry> {
        self.outbox.values()
    }

    /// The greatest stamp that the server has confirmed: this device's clock goes on after it.
    pub fn latest(&self) -> Stamp {
        self.latest
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All confirmed records as pages of some hundred, by ledger: (key, page).
    pub fn pages(&self) -> Vec<(String, Vec<u8>)> {
        let mut ledgers: BTreeMap<Area, Vec<&[u8]>> = BTreeMap::new();
        let mut ids: Vec<&Id> = self.confirmed.keys().collect();
        ids.sort_unstable();
        for id in ids {
            let record = pack::unpack(&self.confirmed[id]).ok();
            if let Some(ledger) = record.as_ref().and_then(ledger_of) {
                ledgers.entry(ledger).or_default().push(&self.confirmed[id]);
            }
        }
        let page = |ledger: Area, number: usize, records: &[&[u8]]| {
            (
                format!("{ledger}/packed-{number:06}"),
                pack::join(records.iter().copied()),
            )
        };
        let pages = |(ledger, records): (&Area, &Vec<&[u8]>)| {
            let parts = records.chunks(PAGE_RECORDS).enumerate();
            parts
                .map(|(number, part)| page(*ledger, number, part))
                .collect::<Vec<_>>()
        };
        ledgers.iter().flat_map(pages).collect()
    }

    /// Takes a record into the indexes anew, and those with whom it is shown; what is confirmed of
    /// it need not be unpacked again if the caller has just done so.
    fn index(&mut self, id: Id, confirmed: Option<&Record>) {
        let before = self.canonical(id);
        self.index_one(id, confirmed);
        if before == id && self.merged.is_empty() {
            return;
        }
        for other in self.shown_with(id, before) {
            self.index_one(other, None);
        }
    }

    fn index_one(&mut self, id: Id, confirmed: Option<&Record>) {
        self.unindex(id);
        self.pictures.remove(&id);
        // Nothing unsent lies over it, and nothing was merged into it.
        let is_whole =
            |_: &&Record| !self.unsent.contains_key(&id) && !self.merged.contains_key(&id);
        let whole;
        let record = match confirmed.filter(is_whole) {
            Some(record) => record,
            None => {
                whole = self.whole(id);
                let Some(record) = &whole else { return };
                record
            }
        };
        self.note_pictures(record);
        let Some(row) = self.row_of(record) else {
            return;
        };
        for other in &row.about {
            self.about.entry(*other).or_default().insert(id);
        }
        if let Some(other) = row.merged {
            self.merged.entry(other).or_default().insert(id);
        }
        self.by_kind.entry(row.kind.name).or_default().insert(id);
        if row.kind.is_found() {
            self.finder.put(record, row.kind, row.area, row.priority);
            self.unmarked.get_mut().push(id);
        }
        self.rows.insert(id, row);
        self.agenda.put(record);
    }

    fn unindex(&mut self, id: Id) {
        let Some(old) = self.rows.remove(&id) else {
            return;
        };
        if let Some(ids) = self.by_kind.get_mut(old.kind.name) {
            ids.remove(&id);
        }
        for other in &old.about {
            if let Some(ids) = self.about.get_mut(other) {
                ids.remove(id);
            }
        }
        if let Some(other) = old.merged {
            if let Some(ids) = self.merged.get_mut(&other) {
                ids.remove(&id);
            }
            self.merged.retain(|_, others| !others.is_empty());
        }
        self.finder.remove(id);
        self.agenda.remove(id);
    }
}

#[cfg(test)]
mod tests;
