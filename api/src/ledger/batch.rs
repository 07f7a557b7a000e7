//! What one push reads and writes of its ledger, gathered: a few statements do for all its changes
//! what each by itself would ask of the database again and again.

use super::gathered::GATHERED_ROWS;
use super::recent::{Push, Touched};
use super::{Store, name_of_chain, unpacked};
use crate::error::ApiError;
use crate::sql::{Bundle, ROWS};
use crate::steps::{Accepting, Chain, Keeping, Kept, Rows as _};
use domain::change::is_looked_at;
use domain::own::OwnField;
use domain::{Change, Id, Kind, Record, Stamp, chain, pack, picture, same};
use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// A ledger while one push is decided on. Nothing is written before [`Batch::write`], but what was
/// accepted before is seen by what comes after it.
pub struct Batch<'s> {
    store: &'s Store,
    person: Id,
    now: i64,
    gathered: RefCell<Gathered>,
}

#[derive(Default)]
struct Gathered {
    /// The number of the last accepted change, written or not, and its link.
    seq: u64,
    link: Vec<u8>,
    held: BTreeMap<Id, (u64, Held)>,
    accepted: BTreeMap<(Id, Stamp), Kept>,
    /// The last change before those in `history`; the numbers of bundled rows count from it.
    written: u64,
    history: Bundle,
    stood: Bundle,
    /// The last change of each record that is to be written.
    changed: BTreeMap<Id, u64>,
    /// The bytes that are written of each of them.
    before: BTreeMap<Id, Option<Vec<u8>>>,
    moved: Vec<(u64, Record)>,
    about: Bundle,
    photos: Bundle,
}

/// A record that the ledger holds; beside it stands the number of its last change.
enum Held {
    Row(Vec<u8>),
    /// Too large to be read before somebody asks for it.
    Large,
    /// With its bytes, if they are known.
    Made(Record, Option<Vec<u8>>),
}

impl<'s> Batch<'s> {
    /// Reads all that the changes meet.
    pub fn begin(
        store: &'s Store,
        changes: &[Option<Change>],
        person: Id,
        now: i64,
    ) -> Result<Self, ApiError> {
        let (seq, link) = store.end_of_chain()?;
        let mut gathered = Gathered {
            seq,
            link,
            written: seq,
            ..Gathered::default()
        };
        gathered.reads_records(store, changes)?;
        gathered.reads_accepted(store, changes)?;
        Ok(Self {
            store,
            person,
            now,
            gathered: RefCell::new(gathered),
        })
    }

    /// Writes what was accepted. No await: all that a batch writes is one transaction.
    pub fn write(&self) -> Result<(), ApiError> {
        let mut gathered = self.gathered.borrow_mut();
        let first = gathered.written as i64;
        let history = std::mem::take(&mut gathered.history);
        history.write(
            &self.store.sql,
            "INSERT INTO history (seq, record, stamp, person, received, body, chain, earlier)
             SELECT ?3 + nth, substr(?2, at, 16), CAST(substr(?2, at + 16, 32) AS TEXT), ?4, ?5,
                 substr(?2, at + 100, size - 100), substr(?2, at + 48, 32),
                 CAST(substr(?2, at + 80, 20) AS INTEGER)",
            vec![
                first.into(),
                self.person.as_bytes().to_vec().into(),
                self.now.into(),
            ],
        )?;
        let mut records = Bundle::default();
        let mut push = Push {
            after: gathered.written,
            until: gathered.seq,
            records: Vec::with_capacity(gathered.changed.len()),
            stood: std::mem::take(&mut gathered.moved),
        };
        let mut before = std::mem::take(&mut gathered.before);
        let written = gathered.written;
        for (id, seq) in std::mem::take(&mut gathered.changed) {
            let Some((_, Held::Made(record, packed))) = gathered.held.get_mut(&id) else {
                continue;
            };
            let nth = seq - written;
            let now = packed.take().unwrap_or_else(|| pack::pack(record));
            if records.is_full(now.len()) {
                self.write_records(std::mem::take(&mut records), first)?;
            }
            records.add(nth, &[id.as_bytes(), &now])?;
            let before = before.remove(&id).flatten();
            push.records.push(Touched {
                id,
                seq,
                before,
                now,
            });
        }
        self.write_records(records, first)?;
        let stood = std::mem::take(&mut gathered.stood);
        stood.write(
            &self.store.sql,
            "INSERT INTO stood (seq, body) SELECT ?3 + nth, substr(?2, at, size)",
            vec![first.into()],
        )?;
        let about = std::mem::take(&mut gathered.about);
        about.write(
            &self.store.sql,
            "INSERT OR IGNORE INTO about (other, record)
             SELECT substr(?2, at, 16), substr(?2, at + 16, 16)",
            vec![],
        )?;
        let photos = std::mem::take(&mut gathered.photos);
        photos.write(
            &self.store.sql,
            "INSERT OR IGNORE INTO photo_of (photo, record)
             SELECT CAST(substr(?2, at + 16, size - 16) AS TEXT), substr(?2, at, 16)",
            vec![],
        )?;
        if gathered.written < gathered.seq {
            let memory = &self.store.memory;
            let end = (gathered.seq, gathered.link.clone());
            memory.end.replace(Some(end));
            memory.recent.borrow_mut().add(push);
        }
        gathered.written = gathered.seq;
        Ok(())
    }

    fn write_records(&self, records: Bundle, first: i64) -> Result<(), ApiError> {
        let insert = "INSERT INTO record (id, seq, body)
             SELECT substr(?2, at, 16), ?3 + nth, substr(?2, at + 16, size - 16)";
        let update = "WHERE true
             ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, body = excluded.body";
        Ok(records.write_or(&self.store.sql, insert, update, vec![first.into()])?)
    }
}

/// As SQLite reads a number.
fn digits(mut number: u64) -> [u8; 20] {
    let mut digits = [b'0'; 20];
    for digit in digits.iter_mut().rev() {
        if number == 0 {
            break;
        }
        *digit += (number % 10) as u8;
        number /= 10;
    }
    digits
}

impl Gathered {
    fn is_full(&self, more: usize) -> bool {
        let bundles = [&self.history, &self.stood, &self.about, &self.photos];
        bundles.iter().any(|bundle| bundle.is_full(more))
    }

    fn reads_records(&mut self, store: &Store, changes: &[Option<Change>]) -> Result<(), ApiError> {
        let changes = changes.iter().flatten();
        let ids = changes.flat_map(|change| std::iter::once(change.id).chain(same::target(change)));
        let ids: Vec<Id> = ids.collect::<BTreeSet<Id>>().into_iter().collect();
        for ids in ids.chunks(GATHERED_ROWS) {
            let mut wanted = Bundle::default();
            for id in ids {
                wanted.add(0, &[id.as_bytes()])?;
            }
            let from = format!("FROM record WHERE id IN (SELECT substr(?2, at, 16) {ROWS})");
            for row in store.gathered(&from, wanted.values(Vec::new()))? {
                let held = row.body.map_or(Held::Large, Held::Row);
                self.held.insert(row.id, (row.seq, held));
            }
        }
        Ok(())
    }

    /// Only a record that is there has a history.
    fn reads_accepted(
        &mut self,
        store: &Store,
        changes: &[Option<Change>],
    ) -> Result<(), ApiError> {
        let mut wanted = Vec::new();
        for change in changes.iter().flatten() {
            let may_be_known = match self.held.get(&change.id) {
                None => false,
                // Every accepted change has left its stamp, or a later one.
                Some((_, Held::Row(body))) => change.stamp <= pack::changed(body)?,
                Some(_) => true,
            };
            if may_be_known {
                wanted.push(change);
            }
        }
        self.accepted = store.accepted(wanted.into_iter())?;
        Ok(())
    }
}

impl Chain for Batch<'_> {
    type Error = ApiError;

    fn last(&self) -> Result<u64, ApiError> {
        Ok(self.gathered.borrow().seq)
    }

    fn chain(&self, seq: u64) -> Result<String, ApiError> {
        let gathered = self.gathered.borrow();
        if seq == gathered.seq {
            Ok(name_of_chain(&gathered.link))
        } else {
            self.store.chain(seq)
        }
    }
}

impl Accepting for Batch<'_> {
    fn held(&self, id: Id) -> Result<Option<Record>, ApiError> {
        match self.gathered.borrow().held.get(&id) {
            None => Ok(None),
            Some((_, Held::Row(body))) => unpacked(body).map(Some),
            Some((_, Held::Large)) => self.store.record(id),
            Some((_, Held::Made(record, _))) => Ok(Some(record.clone())),
        }
    }

    fn accepted(&self, change: &Change) -> Result<Option<Kept>, ApiError> {
        let key = (change.id, change.stamp);
        Ok(self.gathered.borrow().accepted.get(&key).cloned())
    }

    fn about(&self, id: Id) -> Result<Vec<Record>, ApiError> {
        self.write()?;
        self.store.about(id)
    }

    fn own(&self) -> Result<Vec<OwnField>, ApiError> {
        self.store.own()
    }

    fn keep(&self, keeping: Keeping<'_>) -> Result<u64, ApiError> {
        let Keeping {
            next,
            moved,
            change,
            body,
        } = keeping;
        if self.gathered.borrow().is_full(body.len()) {
            self.write()?;
        }
        let mut guard = self.gathered.borrow_mut();
        let gathered = &mut *guard;
        let (seq, stamp) = (gathered.seq + 1, change.stamp.to_string());
        let entry = chain::Entry {
            seq,
            record: next.id.as_bytes(),
            stamp: &stamp,
            person: self.person.as_bytes(),
            received: self.now,
            body: &body,
        };
        let link = chain::link(&gathered.link, &entry);
        let nth = seq - gathered.written;
        let id = next.id;
        let earlier = gathered.held.get(&id).map_or(0, |(seq, _)| *seq);
        // A new record is what its first change makes.
        let packed = change.delta_within(&body).filter(|_| earlier == 0);
        let packed = packed.map(<[u8]>::to_vec);
        let parts = [
            &id.as_bytes()[..],
            stamp.as_bytes(),
            &link,
            &digits(earlier),
            &body,
        ];
        gathered.history.add(nth, &parts)?;
        if let Some(stood) = moved {
            gathered.stood.add(nth, &[&pack::pack(&stood)])?;
            gathered.moved.push((seq, stood));
        }
        let tells = |kind: &&Kind| {
            let mut about = kind.about.iter();
            is_looked_at(kind) && about.any(|field| change.cells.contains_key(*field))
        };
        if let Some(kind) = Kind::find(&next.kind).filter(tells) {
            for other in kind.subjects(&next) {
                let parts = [&other.as_bytes()[..], id.as_bytes()];
                gathered.about.add(0, &parts)?;
            }
        }
        for (_, photo) in picture::named_by(change) {
            let parts = [&id.as_bytes()[..], photo.as_bytes()];
            gathered.photos.add(0, &parts)?;
        }
        gathered.changed.insert(id, seq);
        let key = (id, change.stamp);
        gathered.accepted.insert(key, Kept { seq, body });
        let held = gathered.held.insert(id, (seq, Held::Made(next, packed)));
        if let Entry::Vacant(place) = gathered.before.entry(id) {
            place.insert(match held.map(|(_, held)| held) {
                None => None,
                Some(Held::Row(body)) => Some(body),
                Some(Held::Large) => self.store.row(id)?.map(|row| row.body),
                // It was written with an earlier part of the batch.
                Some(Held::Made(record, _)) => Some(pack::pack(&record)),
            });
        }
        (gathered.seq, gathered.link) = (seq, link.to_vec());
        Ok(seq)
    }
}
