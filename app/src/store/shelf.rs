//! The working set in memory: what the server has confirmed, with the outbox laid over it, and
//! the indexes that lists and search need. Records stay packed until somebody looks at them.

use super::entry::Entry;
use super::find::{Finder, Found};
use domain::agenda::Agenda;
use domain::area::Area;
use domain::{Id, Kind, Record, Stamp, pack};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What lists need of a record, without unpacking it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: Id,
    pub kind: &'static Kind,
    pub area: Area,
    pub title: String,
    pub priority: usize,
    /// The records that it tells something about.
    pub about: Vec<Id>,
    /// The record under which it is shown, if it was merged into another.
    pub merged: Option<Id>,
    pub is_open: bool,
    pub to_confirm: bool,
    pub refused: bool,
    pub waiting: bool,
}

impl Row {
    /// Changes when the row looks different: the key of a list's entry.
    pub fn face(&self) -> String {
        let marks = [self.is_open, self.to_confirm, self.refused, self.waiting];
        let marks = marks
            .iter()
            .fold(self.priority, |sum, mark| sum * 2 + usize::from(*mark));
        format!("{} {marks} {} {}", self.id, self.area, self.title)
    }
}

/// Records in one page of the store.
const PAGE_RECORDS: usize = 500;

#[derive(Default, Debug)]
pub struct Shelf {
    confirmed: HashMap<Id, Vec<u8>>,
    outbox: BTreeMap<String, Entry>,
    /// The outbox's keys by record.
    unsent: HashMap<Id, BTreeSet<String>>,
    rows: HashMap<Id, Row>,
    by_kind: HashMap<&'static str, BTreeSet<Id>>,
    about: HashMap<Id, BTreeSet<Id>>,
    /// The records that were merged into each.
    merged: HashMap<Id, BTreeSet<Id>>,
    finder: Finder,
    agenda: Agenda,
    latest: Stamp,
}

impl Shelf {
    /// Takes in packed records that the server has confirmed; later cells win over what is here.
    pub fn confirm<'a>(&mut self, packed: impl IntoIterator<Item = &'a [u8]>) {
        for bytes in packed {
            let Ok(record) = pack::unpack(bytes) else {
                continue;
            };
            let id = record.id;
            match self
                .confirmed
                .get(&id)
                .and_then(|held| pack::unpack(held).ok())
            {
                Some(mut held) => {
                    held.merge(record);
                    self.latest = self.latest.max(held.changed());
                    self.confirmed.insert(id, pack::pack(&held));
                }
                None => {
                    self.latest = self.latest.max(record.changed());
                    self.confirmed.insert(id, bytes.to_vec());
                }
            }
            self.index(id);
        }
    }

    /// Puts a saved change into the outbox, or a changed entry back.
    pub fn put(&mut self, entry: Entry) {
        let id = entry.change.id;
        self.unsent.entry(id).or_default().insert(entry.key());
        self.outbox.insert(entry.key(), entry);
        self.index(id);
    }

    /// The server has accepted it: the change is confirmed from here on.
    pub fn accept(&mut self, key: &str) {
        if let Some(entry) = self.take(key) {
            let packed = pack::pack(&entry.change.delta());
            self.confirm([packed.as_slice()]);
        }
    }

    /// The person gives the change up.
    pub fn discard(&mut self, key: &str) {
        if let Some(entry) = self.take(key) {
            self.index(entry.change.id);
        }
    }

    fn take(&mut self, key: &str) -> Option<Entry> {
        let entry = self.outbox.remove(key)?;
        if let Some(keys) = self.unsent.get_mut(&entry.change.id) {
            keys.remove(key);
        }
        Some(entry)
    }

    /// Drops what may not be seen any more. What was written here and not sent stays.
    pub fn forget(&mut self, ids: &[Id]) {
        for id in ids {
            self.confirmed.remove(id);
            self.index(*id);
        }
    }

    /// Drops everything confirmed of one ledger.
    pub fn reset(&mut self, ledger: Area) {
        let within = |row: &&Row| row.area.ledger() == ledger;
        let ids: Vec<Id> = self
            .rows
            .values()
            .filter(within)
            .map(|row| row.id)
            .collect();
        self.forget(&ids);
    }

    /// The record as this device knows it, unsent changes included.
    pub fn get(&self, id: Id) -> Option<Record> {
        let mut record = self
            .confirmed
            .get(&id)
            .and_then(|packed| pack::unpack(packed).ok());
        for entry in self.unsent_of(id) {
            match &mut record {
                Some(record) => record.merge(entry.change.delta()),
                None => record = Some(entry.change.delta()),
            }
        }
        record
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
        ids.filter_map(|id| self.rows.get(id))
    }

    /// The record under which this one is shown: itself, or what it was merged into.
    pub fn canonical(&self, id: Id) -> Id {
        let mut at = id;
        // A ring of merges, made by two people at once, must not hold anybody up.
        for _ in 0..8 {
            match self.rows.get(&at).and_then(|row| row.merged) {
                Some(next) if next != id => at = next,
                _ => break,
            }
        }
        at
    }

    /// A record and all that were merged into it.
    pub fn same(&self, id: Id) -> Vec<Id> {
        let mut all = vec![id];
        let mut at = 0;
        while at < all.len() {
            for other in self.merged.get(&all[at]).into_iter().flatten() {
                if !all.contains(other) {
                    all.push(*other);
                }
            }
            at += 1;
        }
        all
    }

    /// The records that tell something about this one, or about one that was merged into it.
    pub fn about(&self, id: Id) -> impl Iterator<Item = &Row> {
        let told: BTreeSet<Id> = self
            .same(id)
            .iter()
            .flat_map(|id| self.about.get(id).into_iter().flatten())
            .copied()
            .collect();
        told.into_iter()
            .filter_map(|id| self.rows.get(&id))
            .filter(|row| row.merged.is_none())
    }

    /// Searches the records of the kinds that `keep` lets through; `areas` names the areas that a
    /// typed word speaks of.
    pub fn find(
        &self,
        typed: &str,
        areas: impl Fn(&str) -> HashSet<Area>,
        keep: impl Fn(&Row) -> bool,
        limit: usize,
    ) -> Found {
        let keep = |id: Id, _: &'static Kind| self.rows.get(&id).is_some_and(&keep);
        self.finder.find(typed, areas, keep, limit)
    }

    /// From which the day's list is made.
    pub fn agenda(&self) -> &Agenda {
        &self.agenda
    }

    pub fn records(&self) -> impl Iterator<Item = Record> {
        self.rows.keys().filter_map(|id| self.get(*id))
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
            let area = pack::unpack(&self.confirmed[id])
                .ok()
                .and_then(|record| record.area());
            if let Some(area) = area {
                ledgers
                    .entry(area.ledger())
                    .or_default()
                    .push(&self.confirmed[id]);
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

    fn index(&mut self, id: Id) {
        self.unindex(id);
        let Some(record) = self.get(id) else { return };
        let Some(row) = self.row_of(&record) else {
            return;
        };
        for other in &row.about {
            self.about.entry(*other).or_default().insert(id);
        }
        match row.merged {
            Some(other) => {
                self.merged.entry(other).or_default().insert(id);
            }
            None => {
                self.by_kind.entry(row.kind.name).or_default().insert(id);
                if row.kind.is_found() {
                    self.finder.put(&record, row.kind, row.area, row.priority);
                }
            }
        }
        self.rows.insert(id, row);
        self.agenda.put(&record);
    }

    fn unindex(&mut self, id: Id) {
        let Some(old) = self.rows.remove(&id) else {
            return;
        };
        let drop_from = |ids: Option<&mut BTreeSet<Id>>| {
            if let Some(ids) = ids {
                ids.remove(&id);
            }
        };
        drop_from(self.by_kind.get_mut(old.kind.name));
        for other in &old.about {
            drop_from(self.about.get_mut(other));
        }
        if let Some(other) = old.merged {
            drop_from(self.merged.get_mut(&other));
        }
        self.finder.remove(id);
        self.agenda.remove(id);
    }

    fn row_of(&self, record: &Record) -> Option<Row> {
        let kind = Kind::find(&record.kind)?;
        let area = record.area().filter(|_| !record.is_deleted())?;
        let mut unsent = self.unsent_of(record.id).peekable();
        Some(Row {
            id: record.id,
            kind,
            area,
            title: kind.title(record).to_owned(),
            priority: domain::person::priority(record),
            about: kind.subjects(record),
            merged: record.merged_into(),
            is_open: kind.is_open(record),
            to_confirm: record.to_confirm().next().is_some(),
            waiting: unsent.peek().is_some(),
            refused: unsent.any(|entry| entry.refused.is_some()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Change, Device, Value};

    fn stamp(time: u64) -> Stamp {
        Stamp {
            time,
            counter: 0,
            device: Device(1),
        }
    }

    fn worker(phone: &str, at: u64) -> Record {
        let mut record = Record::new(Id::new(1, [1; 10]), "worker");
        record.put("area", "371721101004".into(), stamp(at));
        record.put("name", "张三".into(), stamp(at));
        record.put("phone", phone.into(), stamp(at));
        record
    }

    fn entry(shelf: &Shelf, phone: &str, at: u64) -> Entry {
        let seen = shelf.get(Id::new(1, [1; 10])).unwrap();
        let cells = [("phone".to_owned(), Value::from(phone))].into();
        let change = Change::of(&seen, cells, stamp(at));
        Entry {
            change,
            ledger: Area::parse("371721").unwrap(),
            refused: None,
        }
    }

    #[test]
    fn an_unsent_change_lies_over_the_record_and_a_discarded_one_leaves_no_trace() {
        let mut shelf = Shelf::default();
        shelf.confirm([pack::pack(&worker("1", 1)).as_slice()]);
        let change = entry(&shelf, "2", 5);
        shelf.put(change.clone());
        let id = change.change.id;
        assert_eq!(shelf.get(id).unwrap().text("phone"), "2");
        assert!(shelf.row(id).unwrap().waiting);
        shelf.discard(&change.key());
        assert_eq!(shelf.get(id).unwrap().text("phone"), "1");
        assert!(!shelf.row(id).unwrap().waiting);
    }

    #[test]
    fn an_accepted_change_stays_and_what_was_pulled_meanwhile_is_merged() {
        let mut shelf = Shelf::default();
        shelf.confirm([pack::pack(&worker("1", 1)).as_slice()]);
        let change = entry(&shelf, "2", 5);
        shelf.put(change.clone());
        shelf.confirm([pack::pack(&worker("3", 4)).as_slice()]);
        assert_eq!(shelf.get(change.change.id).unwrap().text("phone"), "2");
        shelf.accept(&change.key());
        assert_eq!(shelf.get(change.change.id).unwrap().text("phone"), "2");
        assert_eq!(shelf.outbox().count(), 0);
        assert_eq!(shelf.latest(), stamp(5));
    }

    #[test]
    fn a_merged_record_is_shown_under_the_other_and_comes_back() {
        let mut shelf = Shelf::default();
        let other = Id::new(2, [2; 10]);
        let mut twin = worker("2", 1);
        twin.id = other;
        let first = worker("1", 1);
        let mut visit = Record::new(Id::new(3, [3; 10]), "visit");
        visit.put("area", "371721101004".into(), stamp(1));
        visit.put("worker", other.to_string().as_str().into(), stamp(1));
        shelf.confirm(
            [&first, &twin, &visit]
                .map(pack::pack)
                .iter()
                .map(Vec::as_slice),
        );
        assert_eq!(shelf.of_kind("worker").count(), 2);
        twin.put(
            "merged_into",
            first.id.to_string().as_str().into(),
            stamp(2),
        );
        shelf.confirm([pack::pack(&twin).as_slice()]);
        assert_eq!(shelf.of_kind("worker").count(), 1);
        assert_eq!(shelf.canonical(other), first.id);
        assert_eq!(
            shelf.about(first.id).map(|row| row.id).collect::<Vec<_>>(),
            [visit.id]
        );
        twin.put("merged_into", Value::Null, stamp(3));
        shelf.confirm([pack::pack(&twin).as_slice()]);
        assert_eq!(shelf.of_kind("worker").count(), 2);
        assert_eq!(shelf.about(first.id).count(), 0);
    }

    #[test]
    fn a_reset_ledger_keeps_what_was_not_sent() {
        let mut shelf = Shelf::default();
        shelf.confirm([pack::pack(&worker("1", 1)).as_slice()]);
        let change = entry(&shelf, "2", 5);
        shelf.put(change);
        shelf.reset(Area::parse("371721").unwrap());
        assert_eq!(shelf.outbox().count(), 1);
        assert_eq!(shelf.pages(), []);
    }
}
