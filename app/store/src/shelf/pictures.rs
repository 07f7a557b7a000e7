//! Which pictures the records name: what may be shown, what waits, and what may be sent where.

use super::Shelf;
use domain::area::Area;
use domain::{Id, Record, pack};
use std::collections::BTreeSet;

impl Shelf {
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

    pub(super) fn note_pictures(&mut self, record: &Record) {
        let named = domain::picture::named(record).into_iter();
        let named: Vec<String> = named.map(|(_, name)| name.to_owned()).collect();
        if !named.is_empty() {
            self.pictures.insert(record.id, named);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Entry;
    use domain::{Change, Device, Stamp, Value};

    fn stamp(time: u64) -> Stamp {
        Stamp {
            time,
            counter: 0,
            device: Device(1),
        }
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
        shelf.accept(entry.key());
        assert_eq!(shelf.awaiting(&picture), BTreeSet::from([entry.ledger]));
        shelf.forget(&[visit.id]);
        assert_eq!(shelf.pictures().count(), 0);
    }
}
