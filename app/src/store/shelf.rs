//! The working set in memory: what the server has confirmed, with the outbox laid over it, and
//! the indexes that lists and search need. Records stay packed until somebody looks at them.

use super::entry::Entry;
use domain::area::Area;
use domain::{Id, Kind, Record, Stamp, pack};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What lists need of a record, without unpacking it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: Id,
    pub kind: &'static Kind,
    pub area: Area,
    pub title: String,
    /// In lower case: names, the phone, the ID number; what a search looks into.
    pub words: String,
    pub priority: usize,
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
    rows: HashMap<Id, Row>,
    by_kind: HashMap<&'static str, BTreeSet<Id>>,
    about: HashMap<Id, BTreeSet<Id>>,
    /// What pictures a record names, for those that name any.
    pictures: HashMap<Id, Vec<String>>,
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
        self.outbox.insert(entry.key(), entry);
        self.index(id);
    }

    /// The server has accepted it: the change is confirmed from here on.
    pub fn accept(&mut self, key: &str) {
        if let Some(entry) = self.outbox.remove(key) {
            let packed = pack::pack(&entry.change.delta());
            self.confirm([packed.as_slice()]);
            self.index(entry.change.id);
        }
    }

    /// The person gives the change up.
    pub fn discard(&mut self, key: &str) {
        if let Some(entry) = self.outbox.remove(key) {
            self.index(entry.change.id);
        }
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
        for entry in self.outbox.values().filter(|entry| entry.change.id == id) {
            match &mut record {
                Some(record) => record.merge(entry.change.delta()),
                None => record = Some(entry.change.delta()),
            }
        }
        record
    }

    pub fn row(&self, id: Id) -> Option<&Row> {
        self.rows.get(&id)
    }

    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Row> {
        let ids = self.by_kind.get(kind).into_iter().flatten();
        ids.filter_map(|id| self.rows.get(id))
    }

    /// The records that tell something about this one.
    pub fn about(&self, id: Id) -> impl Iterator<Item = &Row> {
        self.about
            .get(&id)
            .into_iter()
            .flatten()
            .filter_map(|id| self.rows.get(id))
    }

    pub fn records(&self) -> impl Iterator<Item = Record> {
        self.rows.keys().filter_map(|id| self.get(*id))
    }

    /// Every picture that a record names, with the record.
    pub fn pictures(&self) -> impl Iterator<Item = (Id, &str)> {
        let all = self.pictures.iter();
        all.flat_map(|(id, names)| names.iter().map(|name| (*id, name.as_str())))
    }

    /// The ledgers in which a record that names this picture is confirmed: only there the server
    /// takes it.
    pub fn awaiting(&self, picture: &str) -> BTreeSet<Area> {
        let own = self.pictures().filter(|(_, name)| *name == picture);
        let confirmed = |(id, _)| pack::unpack(self.confirmed.get(&id)?).ok();
        let names = |record: &Record| {
            let mut named = domain::picture::named(record).into_iter();
            named.any(|(_, name)| name == picture)
        };
        let records = own.filter_map(confirmed).filter(names);
        records
            .filter_map(|record| Some(record.area()?.ledger()))
            .collect()
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
        if let Some(old) = self.rows.remove(&id) {
            if let Some(ids) = self.by_kind.get_mut(old.kind.name) {
                ids.remove(&id);
            }
            for ids in self.about.values_mut() {
                ids.remove(&id);
            }
        }
        self.pictures.remove(&id);
        let Some(record) = self.get(id) else { return };
        let named = domain::picture::named(&record).into_iter();
        let named: Vec<String> = named.map(|(_, name)| name.to_owned()).collect();
        if !named.is_empty() {
            self.pictures.insert(id, named);
        }
        let Some(row) = self.row_of(&record) else {
            return;
        };
        self.by_kind.entry(row.kind.name).or_default().insert(id);
        for field in row.kind.about {
            if let Some(other) = Id::parse(record.text(field)) {
                self.about.entry(other).or_default().insert(id);
            }
        }
        self.rows.insert(id, row);
    }

    fn row_of(&self, record: &Record) -> Option<Row> {
        let kind = Kind::find(&record.kind)?;
        let area = record.area().filter(|_| !record.is_deleted())?;
        let own = |entry: &&Entry| entry.change.id == record.id;
        let searched = ["name", "head", "phone", "id_number", "address"];
        let words: Vec<&str> = searched.iter().map(|field| record.text(field)).collect();
        Some(Row {
            id: record.id,
            kind,
            area,
            title: kind.title(record).to_owned(),
            words: words.join(" ").to_lowercase(),
            priority: domain::person::priority(record),
            is_open: kind.is_open(record),
            to_confirm: record.to_confirm().next().is_some(),
            refused: self
                .outbox
                .values()
                .filter(own)
                .any(|entry| entry.refused.is_some()),
            waiting: self
                .outbox
                .values()
                .any(|entry| entry.change.id == record.id),
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
    fn a_picture_may_be_sent_once_the_record_that_names_it_is_accepted() {
        let picture = "a".repeat(64);
        let mut shelf = Shelf::default();
        let mut visit = Record::new(Id::new(2, [2; 10]), "visit");
        visit.put("area", "371721101004".into(), stamp(1));
        shelf.confirm([pack::pack(&visit).as_slice()]);
        let photos = Value::List(vec![picture.as_str().into()]);
        let entry = Entry {
            change: Change::of(&visit, [("photos".to_owned(), photos)].into(), stamp(5)),
            ledger: Area::parse("371721").unwrap(),
            refused: None,
        };
        shelf.put(entry.clone());
        let named: Vec<(Id, &str)> = shelf.pictures().collect();
        assert_eq!(named, [(visit.id, picture.as_str())]);
        assert_eq!(shelf.awaiting(&picture), BTreeSet::new());
        shelf.accept(&entry.key());
        assert_eq!(shelf.awaiting(&picture), BTreeSet::from([entry.ledger]));
        shelf.forget(&[visit.id]);
        assert_eq!(shelf.pictures().count(), 0);
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
