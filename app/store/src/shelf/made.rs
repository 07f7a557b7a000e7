//! What changes are going to make of what is confirmed, reckoned before the server has answered.

use super::{Shelf, ledger_of};
use crate::entry::Entry;
use domain::digest::Sum;
use domain::{Area, Grants, Id, Kind, Record, Stamp, change, pack};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// Names what is confirmed here: whenever that changes, another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edition(u64);

impl Default for Edition {
    /// No two shelves of this page have any in common.
    fn default() -> Self {
        static SHELVES: AtomicU64 = AtomicU64::new(0);
        Self(SHELVES.fetch_add(1, Ordering::Relaxed) << 40)
    }
}

impl Edition {
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// The records that changes make, if each of them makes here what it makes at the server.
#[derive(Debug)]
pub struct Made {
    /// On this it was reckoned.
    pub on: Edition,
    ledger: Area,
    records: BTreeMap<Id, Vec<u8>>,
    sum: Sum,
}

impl Made {
    /// What `entries` make of a ledger, on top of what those before them are going to make; nothing if
    /// one of them does more than merge, moves its record elsewhere, or if its author does not see all
    /// of the record as it was and is.
    pub fn of<'e>(
        shelf: &Shelf,
        grants: &Grants,
        ledger: Area,
        entries: impl IntoIterator<Item = &'e Entry>,
        before: Option<&Self>,
    ) -> Option<Self> {
        // They may be confirmed by now.
        let before = before.filter(|made| made.on == shelf.edition());
        let known = |id: &Id| {
            let made = before.and_then(|made| made.records.get(id));
            made.or_else(|| shelf.confirmed.get(id))
        };
        let mut records: BTreeMap<Id, Record> = BTreeMap::new();
        for Entry { change, .. } in entries {
            let kind = Kind::find(&change.kind)?;
            let held = records.remove(&change.id);
            let held = held.or_else(|| pack::unpack(known(&change.id)?).ok());
            let before = held.as_ref().map(|held| grants.level_of(kind, held));
            let stays = held
                .as_ref()
                .is_none_or(|held| ledger_of(held) == Some(ledger));
            let merges = change::only_merges(held.as_ref(), change);
            let here = Shelf::accepted(held, change);
            let level = grants.level_of(kind, &here);
            let is_shown = level.is_some() && before.is_none_or(|before| before == level);
            let stays = stays && ledger_of(&here) == Some(ledger);
            if !merges || !stays || !is_shown || !grants.show_whole(&here) {
                return None;
            }
            records.insert(change.id, here);
        }
        let counted = before.filter(|made| made.ledger == ledger);
        let mut sum = counted.map_or_else(|| shelf.sum(ledger), |made| made.sum);
        let packed = records.into_iter().map(|(id, record)| {
            let packed = pack::pack(&record);
            if let Some(before) = known(&id) {
                sum.take(before);
            }
            sum.add(&packed);
            (id, packed)
        });
        let records = packed.collect();
        Some(Self {
            on: before.map_or(shelf.edition(), |made| made.on.next()),
            ledger,
            records,
            sum,
        })
    }
}

impl Shelf {
    pub const fn edition(&self) -> Edition {
        self.edition
    }

    /// What is kept of each accepted change, packed; empty where nothing is. Grants may have become
    /// others while a change was on its way: of what they hide now nothing is kept, since no pull would
    /// ever say that it is to go. What a change itself leads out of sight stays until a pull says so.
    pub fn kept_of<'e>(
        &self,
        grants: &Grants,
        entries: impl IntoIterator<Item = &'e Entry>,
    ) -> Vec<Vec<u8>> {
        let mut records: BTreeMap<Id, Option<Record>> = BTreeMap::new();
        let kept = entries.into_iter().map(|Entry { change, .. }| {
            let place = records.entry(change.id);
            let held = place.or_insert_with(|| self.confirmed_of(change.id));
            let was_here = held.is_some();
            let here = Self::accepted(held.take(), change);
            let mut delta = change.delta();
            match grants.view(&here) {
                Some(seen) => delta.cells.retain(|name, _| seen.cells.contains_key(name)),
                None if was_here => {}
                None => return Vec::new(),
            }
            *held = Some(here);
            match delta.cells.is_empty() {
                true => Vec::new(),
                false => pack::pack(&delta),
            }
        });
        kept.collect()
    }

    /// The server has accepted a change, of which `kept` stays here (see [`Self::kept_of`]), whether it
    /// still waits here or not: another page of the app may have given it up meanwhile, or seen it
    /// accepted.
    pub fn accept_known(&mut self, key: Stamp, kept: &[u8]) {
        match self.entry(key) {
            Some(entry) if entry.change.pack_delta() == kept => self.accept(key),
            Some(_) if kept.is_empty() => self.discard(key),
            Some(_) => {
                self.take_entry(key);
                self.confirm([kept]);
            }
            None => self.confirm([kept]),
        }
    }

    /// True if nothing else has become of what is confirmed, and of these changes.
    pub(crate) fn awaits(&self, entries: &[&Entry], made: &Made) -> bool {
        let mut entries = entries.iter();
        made.on == self.edition && entries.all(|entry| self.entry(entry.key()).is_some())
    }

    /// The server has accepted these, of which it was known what they make.
    pub(crate) fn accept_all(&mut self, entries: &[&Entry], made: &Made) {
        debug_assert_eq!(made.on, self.edition);
        for entry in entries {
            self.take_entry(entry.key());
            self.latest = self.latest.max(entry.change.stamp);
        }
        for (id, packed) in &made.records {
            self.confirmed.insert(*id, packed.clone());
            self.says_how_it_stands(*id);
        }
        self.sums.insert(made.ledger, made.sum);
        self.edition = self.edition.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Change, Device, Grant, Role, Value};

    fn area(code: &str) -> Area {
        Area::parse(code).unwrap()
    }

    fn grants() -> Grants {
        Grants(vec![Grant::new(Role::FieldWorker, area("371721101"))])
    }

    fn stamp(time: u64) -> Stamp {
        Stamp {
            time,
            counter: 0,
            device: Device(1),
        }
    }

    /// A change of a worker by somebody who sees all that the shelf has of it; it waits there.
    fn writes(shelf: &mut Shelf, id: u8, at: u64, cells: &[(&str, &str)]) -> Entry {
        let id = Id::new(1, [id; 10]);
        let seen = shelf.get(id).unwrap_or_else(|| Record::new(id, "worker"));
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), Value::from(*value));
        let entry = Entry {
            change: Change::of(&seen, cells.iter().map(owned).collect(), stamp(at)),
            ledger: area("371721"),
            refused: None,
        };
        shelf.put(entry.clone());
        entry
    }

    fn registers(shelf: &mut Shelf, id: u8, at: u64) -> Entry {
        let cells = [
            ("area", "371721101004"),
            ("author", "x"),
            ("name", "李四"),
            ("phone", "1"),
        ];
        writes(shelf, id, at, &cells)
    }

    /// Zhang is known to the server.
    fn shelf() -> Shelf {
        let mut shelf = Shelf::default();
        let known = registers(&mut shelf, 1, 1);
        shelf.accept(known.key());
        shelf
    }

    fn looks(shelf: &Shelf, batch: &[Entry], before: Option<&Made>) -> Option<Made> {
        Made::of(shelf, &grants(), area("371721"), batch, before)
    }

    fn accepts(shelf: &mut Shelf, batch: &[Entry], made: &Made) {
        shelf.accept_all(&batch.iter().collect::<Vec<_>>(), made);
    }

    #[test]
    fn two_batches_that_were_looked_at_before_make_what_each_change_makes_by_itself() {
        let (mut fast, mut slow) = (shelf(), shelf());
        let first = [
            writes(&mut fast, 1, 5, &[("phone", "2")]),
            registers(&mut fast, 2, 6),
        ];
        let second = [
            writes(&mut fast, 2, 7, &[("phone", "3")]),
            writes(&mut fast, 1, 8, &[("phone", "4")]),
        ];
        let third = [writes(&mut fast, 1, 9, &[("phone", "5")])];
        let all = first.iter().chain(&second).chain(&third);
        all.for_each(|entry| slow.put(entry.clone()));
        let one = looks(&fast, &first, None).unwrap();
        let two = looks(&fast, &second, Some(&one)).unwrap();
        accepts(&mut fast, &first, &one);
        // The answer to the first has been taken in while the second was on its way.
        let three = looks(&fast, &third, Some(&two)).unwrap();
        for (batch, made) in [(&first[..], &one), (&second, &two), (&third, &three)] {
            if made.on != one.on {
                assert_eq!(made.on, fast.edition());
                accepts(&mut fast, batch, made);
            }
            batch.iter().for_each(|entry| slow.accept(entry.key()));
            assert_eq!(fast.pages(), slow.pages());
            assert_eq!(fast.sum(area("371721")), slow.sum(area("371721")));
            assert_eq!(fast.latest(), slow.latest());
            assert!(fast.outbox().eq(slow.outbox()));
            for id in [1, 2].map(|id| Id::new(1, [id; 10])) {
                assert_eq!(fast.row(id), slow.row(id));
            }
        }
        assert_eq!(fast.outbox().count(), 0);
    }

    #[test]
    fn what_was_given_up_meanwhile_and_was_accepted_all_the_same_is_shown_again() {
        let mut shelf = shelf();
        let batch = [writes(&mut shelf, 1, 5, &[("phone", "2")])];
        let (entry, id) = (&batch[0], batch[0].change.id);
        let made = looks(&shelf, &batch, None).unwrap();
        assert!(shelf.awaits(&[entry], &made));
        shelf.discard(entry.key());
        assert_eq!(made.on, shelf.edition());
        assert!(!shelf.awaits(&[entry], &made));
        shelf.accept_known(entry.key(), &entry.change.pack_delta());
        assert_eq!(shelf.get(id).unwrap().text("phone"), "2");
        let found = shelf.find("2", |_| Default::default(), |_, _| true, 9);
        assert_eq!(found.first, [id]);
    }

    #[test]
    fn of_what_grants_hide_by_the_time_it_is_accepted_nothing_is_kept() {
        let mut shelf = shelf();
        let zhang = writes(&mut shelf, 1, 5, &[("phone", "2")]);
        let new = registers(&mut shelf, 2, 6);
        let again = writes(&mut shelf, 2, 7, &[("phone", "3")]);
        let moves = writes(&mut shelf, 1, 8, &[("area", "371721102001")]);
        let mut kept_under = |code: &str, entry: &Entry| {
            let grants = Grants(vec![Grant::new(Role::FieldWorker, area(code))]);
            let kept = shelf.kept_of(&grants, [entry]).remove(0);
            shelf.accept_known(entry.key(), &kept);
            assert!(shelf.entry(entry.key()).is_none(), "it has been sent");
            (kept, shelf.confirmed_of(entry.change.id))
        };
        let (kept, here) = kept_under("371721101", &zhang);
        assert_eq!(kept, zhang.change.pack_delta());
        assert_eq!(here.unwrap().text("phone"), "2");
        for entry in [&new, &again] {
            let (kept, here) = kept_under("371721103", entry);
            assert!(kept.is_empty() && here.is_none());
        }
        // It is the change itself that leads out of sight: the next pull says that it is gone.
        let (kept, here) = kept_under("371721101", &moves);
        assert_eq!(kept, moves.change.pack_delta());
        assert_eq!(here.unwrap().text("area"), "371721102001");
    }

    #[test]
    fn what_others_wrote_meanwhile_makes_it_of_no_use() {
        let mut shelf = shelf();
        let batch = [writes(&mut shelf, 1, 5, &[("phone", "2")])];
        let before = looks(&shelf, &batch, None).unwrap();
        writes(&mut shelf, 1, 6, &[("phone", "3")]);
        assert_eq!(before.on, shelf.edition(), "what waits here is no matter");
        let mut others = Record::new(Id::new(1, [1; 10]), "worker");
        others.put("trade", "catering".into(), stamp(4));
        shelf.confirm([pack::pack(&others).as_slice()]);
        assert_ne!(before.on, shelf.edition());
        assert_ne!(Shelf::default().edition(), Shelf::default().edition());
    }

    #[test]
    fn what_leads_elsewhere_or_was_not_seen_or_is_out_of_sight_is_not_reckoned() {
        let looked = |cells: &[(&str, &str)]| {
            let mut shelf = shelf();
            let batch = [writes(&mut shelf, 1, 5, cells)];
            looks(&shelf, &batch, None)
        };
        assert!(looked(&[("phone", "2")]).is_some());
        for elsewhere in ["371721102001", "371722101001"] {
            assert!(looked(&[("area", elsewhere)]).is_none());
        }
        let mut shelf = shelf();
        let mut unseen = writes(&mut shelf, 1, 5, &[("phone", "2")]);
        let hidden = Grants(vec![Grant::new(Role::FieldWorker, area("371721102"))]);
        let batch = std::slice::from_ref(&unseen);
        assert!(Made::of(&shelf, &hidden, area("371721"), batch, None).is_none());
        unseen.change.seen.clear();
        assert!(looks(&shelf, &[unseen], None).is_none());
    }
}
