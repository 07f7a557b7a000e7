//! What one push reads and writes of its ledger, gathered: a few statements do for all its changes
//! what each by itself would ask of the database again and again.

use super::gathered::GATHERED_ROWS;
use super::recent::{Push, Touched};
use super::{Store, name_of_chain};
use crate::error::ApiError;
use crate::sql::{Bundle, IDS, ROWS};
use crate::steps::{Accepting, Chain, Keeping, Kept, Rows as _, Sent};
use domain::change::is_looked_at;
use domain::own::OwnField;
use domain::{Id, Kind, Record, Stamp, block, chain, pack, picture, row};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A ledger while one push is decided on. Nothing is written before [`Batch::write`], but what was
/// accepted before is seen by what comes after it.
pub struct Batch<'s> {
    store: &'s Store,
    person: Id,
    now: i64,
    /// All that was sent.
    bytes: usize,
    spare: RefCell<Option<Record>>,
    gathered: RefCell<Gathered>,
}

#[derive(Default)]
struct Gathered {
    /// The number of the last accepted change, written or not, and its link.
    seq: u64,
    link: Vec<u8>,
    places: BTreeMap<Id, Place>,
    accepted: BTreeMap<(Id, Stamp), Kept>,
    /// The last change before those in `history`; the numbers of bundled rows count from it.
    written: u64,
    history: Bundle,
    /// The block of the history to which the next change comes.
    open: Vec<u8>,
    stood: Bundle,
    moved: Vec<(u64, Record)>,
    about: Bundle,
    photos: Bundle,
}

/// What the batch knows of a record.
#[derive(Default)]
struct Place {
    /// The number of its last change; 0 if it is not there.
    seq: u64,
    held: Held,
    /// The bytes that are written of it, once it is to be written.
    before: Option<Option<Vec<u8>>>,
    /// True if several changes of the batch are about it.
    again: bool,
    /// Where it stands in the block with its change, if that is all that was ever written of it.
    stands: Option<u64>,
}

#[derive(Default)]
enum Held {
    #[default]
    Nothing,
    Row(Vec<u8>),
    /// Too large to be read before somebody asks for it, or written by this batch already.
    Large,
    /// Further changes of the batch are about it.
    Made(Record),
}

impl<'s> Batch<'s> {
    /// Reads all that the changes meet.
    pub fn begin(
        store: &'s Store,
        changes: &[Option<Sent<'_>>],
        person: Id,
        now: i64,
    ) -> Result<Self, ApiError> {
        let (seq, link) = store.end_of_chain()?;
        let bytes: usize = changes.iter().flatten().map(|sent| sent.body.len()).sum();
        let mut gathered = Gathered {
            seq,
            link,
            written: seq,
            history: Bundle::with_room(bytes / block::BYTES + 1, bytes + changes.len() * 8),
            ..Gathered::default()
        };
        gathered.reads_records(store, changes)?;
        gathered.reads_accepted(store, changes)?;
        Ok(Self {
            store,
            person,
            now,
            bytes,
            spare: RefCell::default(),
            gathered: RefCell::new(gathered),
        })
    }

    /// Writes what was accepted. No await: all that a batch writes is one transaction.
    pub fn write(&self) -> Result<(), ApiError> {
        let mut gathered = self.gathered.borrow_mut();
        let first = gathered.written as i64;
        gathered.close()?;
        let history = std::mem::take(&mut gathered.history);
        history.write(
            &self.store.sql,
            "INSERT INTO block (last, person, received, chain, body)
             SELECT ?3 + nth, ?4, ?5, substr(?2, at, 32), substr(?2, at + 32, size - 32)",
            vec![
                first.into(),
                self.person.as_bytes().to_vec().into(),
                self.now.into(),
            ],
        )?;
        let count = (gathered.seq - gathered.written) as usize;
        let mut records = Bundle::with_room(count, self.bytes);
        let mut new = Bundle::with_room(count, count * 16);
        let mut push = Push {
            after: gathered.written,
            until: gathered.seq,
            records: Vec::with_capacity(count),
            stood: std::mem::take(&mut gathered.moved),
        };
        let written = gathered.written;
        for (id, place) in &mut gathered.places {
            let (id, seq) = (*id, place.seq);
            let Some(before) = place.before.take() else {
                continue;
            };
            let now = match std::mem::replace(&mut place.held, Held::Large) {
                Held::Row(packed) => packed,
                Held::Made(record) => row::write(&record),
                Held::Nothing | Held::Large => continue,
            };
            let nth = seq - written;
            if let Some(stands) = place.stands.take() {
                new.add_id(nth, id, stands);
            } else {
                if records.is_full(now.len()) {
                    self.write_records(std::mem::take(&mut records), first)?;
                }
                records.add(nth, &[id.as_bytes(), &now])?;
            }
            push.records.push(Touched {
                id,
                seq,
                before,
                now,
            });
        }
        self.write_records(records, first)?;
        let insert =
            format!("INSERT INTO record (seq, id, body) SELECT ?3 + nth, id, number {IDS}");
        new.run(&self.store.sql, &insert, vec![first.into()])?;
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
            let last = push.records.last().map(|record| record.id);
            memory.greatest.set(self.store.greatest()?.max(last));
            let end = (gathered.seq, gathered.link.clone());
            memory.end.replace(Some(end));
            memory.recent.borrow_mut().add(push);
        }
        gathered.written = gathered.seq;
        Ok(())
    }

    fn write_records(&self, records: Bundle, first: i64) -> Result<(), ApiError> {
        // By its id a record is in the place of what it was.
        let insert = "INSERT OR REPLACE INTO record (seq, id, body)
             SELECT ?3 + nth, substr(?2, at, 16), substr(?2, at + 16, size - 16)";
        Ok(records.write(&self.store.sql, insert, vec![first.into()])?)
    }
}

impl Gathered {
    fn is_full(&self, more: usize) -> bool {
        let bundles = [&self.history, &self.stood, &self.about, &self.photos];
        let more = self.open.len() + more;
        bundles.iter().any(|bundle| bundle.is_full(more))
    }

    /// Closes the open block: the next change comes to another one.
    fn close(&mut self) -> Result<(), ApiError> {
        if self.open.is_empty() {
            return Ok(());
        }
        let nth = self.seq - self.written;
        self.history.add(nth, &[&self.link, &self.open])?;
        self.open.clear();
        Ok(())
    }

    fn reads_records(
        &mut self,
        store: &Store,
        changes: &[Option<Sent<'_>>],
    ) -> Result<(), ApiError> {
        for Sent { glance, .. } in changes.iter().flatten() {
            match self.places.entry(glance.id) {
                Entry::Vacant(place) => drop(place.insert(Place::default())),
                Entry::Occupied(mut place) => place.get_mut().again = true,
            }
            if let Some(twin) = glance.target {
                self.places.entry(twin).or_default();
            }
        }
        let greatest = store.greatest()?;
        let ids = self.places.keys().filter(|id| Some(**id) <= greatest);
        let ids: Vec<Id> = ids.copied().collect();
        for ids in ids.chunks(GATHERED_ROWS) {
            let mut wanted = Bundle::default();
            for id in ids {
                wanted.add(0, &[id.as_bytes()])?;
            }
            let from = format!(
                "FROM record WHERE id IN (SELECT substr(?2, at, 16) {ROWS}) LIMIT {GATHERED_ROWS}"
            );
            for row in store.gathered(&from, wanted.values(Vec::new()))? {
                let place = self.places.entry(row.id).or_default();
                place.held = row.body.map_or(Held::Large, Held::Row);
                place.seq = row.seq;
            }
        }
        Ok(())
    }

    /// Only a record that is there has a history.
    fn reads_accepted(
        &mut self,
        store: &Store,
        changes: &[Option<Sent<'_>>],
    ) -> Result<(), ApiError> {
        let mut wanted = Vec::new();
        for Sent { glance, .. } in changes.iter().flatten() {
            let place = &self.places[&glance.id];
            let may_be_known = match &place.held {
                Held::Nothing => false,
                // Every accepted change has left its stamp, or a later one.
                Held::Row(body) => glance.stamp <= row::changed(body)?,
                Held::Large | Held::Made(_) => true,
            };
            if may_be_known {
                wanted.push((glance.id, glance.stamp, place.seq));
            }
        }
        self.accepted = store.accepted(&wanted)?;
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
        let gathered = self.gathered.borrow();
        match gathered.places.get(&id).map(|place| &place.held) {
            None | Some(Held::Nothing) => Ok(None),
            Some(Held::Row(body)) => {
                let mut record = self.spare();
                row::read_over(body, &mut record)?;
                Ok(Some(record))
            }
            Some(Held::Large) => self.store.record(id),
            Some(Held::Made(record)) => Ok(Some(record.clone())),
        }
    }

    fn accepted(&self, id: Id, stamp: Stamp) -> Result<Option<Kept>, ApiError> {
        Ok(self.gathered.borrow().accepted.get(&(id, stamp)).cloned())
    }

    fn spare(&self) -> Record {
        let spare = self.spare.borrow_mut().take();
        spare.unwrap_or_else(Record::nothing)
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
            stamp,
            edit,
            packed,
            body,
        } = keeping;
        if self.gathered.borrow().is_full(body.len()) {
            self.write()?;
        }
        let mut guard = self.gathered.borrow_mut();
        let gathered = &mut *guard;
        let (seq, written) = (gathered.seq + 1, stamp.to_string());
        let entry = chain::Entry {
            seq,
            record: next.id.as_bytes(),
            stamp: &written,
            person: self.person.as_bytes(),
            received: self.now,
            body,
        };
        let link = chain::link(&gathered.link, &entry);
        if block::is_full(&gathered.open, body) {
            gathered.close()?;
        }
        let nth = seq - gathered.written;
        let id = next.id;
        let place = gathered.places.entry(id).or_default();
        let at = block::put(&mut gathered.open, seq, place.seq, body);
        if let Some(stood) = moved {
            gathered.stood.add(nth, &[&pack::pack(&stood)])?;
            gathered.moved.push((seq, stood));
        }
        let wrote = |field: &str| {
            edit.map_or_else(
                || next.cells.contains_key(field),
                |edit| edit.cells.contains_key(field),
            )
        };
        let tells = |kind: &&Kind| {
            let mut about = kind.about.iter();
            is_looked_at(kind) && about.any(|field| wrote(field))
        };
        if let Some(kind) = Kind::find(&next.kind).filter(tells) {
            for other in kind.subjects(&next) {
                let parts = [&other.as_bytes()[..], id.as_bytes()];
                gathered.about.add(0, &parts)?;
            }
        }
        let photos = edit.map_or_else(|| picture::named(&next), picture::named_by);
        for (_, photo) in photos {
            let parts = [&id.as_bytes()[..], photo.as_bytes()];
            gathered.photos.add(0, &parts)?;
        }
        let now = if place.again {
            let body = body.to_vec();
            gathered.accepted.insert((id, stamp), Kept { seq, body });
            Held::Made(next)
        } else {
            let now = packed.map_or_else(|| row::write(&next), <[u8]>::to_vec);
            place.stands = packed.map(|packed| block::place(at, packed.len()));
            self.spare.replace(Some(next));
            Held::Row(now)
        };
        let held = std::mem::replace(&mut place.held, now);
        place.seq = seq;
        if place.before.is_none() {
            place.before = Some(match held {
                Held::Nothing => None,
                Held::Row(body) => Some(body),
                Held::Large | Held::Made(_) => self.store.row(id)?.map(|row| row.body),
            });
        }
        (gathered.seq, gathered.link) = (seq, link.to_vec());
        Ok(seq)
    }
}
