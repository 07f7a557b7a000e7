//! The last changes of a ledger, as its object remembers them: phones that follow it ask for nothing
//! else.

use crate::steps::{Changed, Kept};
use domain::{Id, Record, row};
use std::collections::{BTreeMap, HashSet, VecDeque};

/// So many bytes of records are remembered.
const BYTES: usize = 1024 * 1024;

#[derive(Default)]
pub struct Recent {
    pushes: VecDeque<Push>,
    bytes: usize,
}

/// What was written at one time: the changes after a number, up to another.
#[derive(Default)]
pub struct Push {
    pub after: u64,
    pub until: u64,
    pub records: Vec<Touched>,
    /// Where records stood before the changes that moved them.
    pub stood: Vec<(u64, Record)>,
}

/// A record that was written: the number of its last change, and its rows.
pub struct Touched {
    pub id: Id,
    pub seq: u64,
    pub before: Option<Vec<u8>>,
    pub now: Vec<u8>,
}

impl Push {
    fn bytes(&self) -> usize {
        let of = |record: &Touched| record.now.len() + record.before.as_ref().map_or(0, Vec::len);
        self.records.iter().map(of).sum()
    }
}

impl Recent {
    pub fn add(&mut self, push: Push) {
        if self.until().is_some_and(|until| until != push.after) {
            *self = Self::default();
        }
        self.bytes += push.bytes();
        self.pushes.push_back(push);
        while self.bytes > BYTES {
            let Some(first) = self.pushes.pop_front() else {
                return;
            };
            self.bytes -= first.bytes();
        }
    }

    fn until(&self) -> Option<u64> {
        self.pushes.back().map(|push| push.until)
    }

    /// The pushes with all changes after a number; `None` if not all of them are remembered.
    fn following(&self, seq: u64) -> Option<impl DoubleEndedIterator<Item = &Push>> {
        let first = self.pushes.front()?;
        let all = first.after <= seq && self.until()? >= seq;
        all.then(|| self.pushes.iter().filter(move |push| push.until > seq))
    }

    /// The records that changed after a number, in the order of their last change, packed.
    pub fn after(&self, seq: u64, limit: usize) -> Option<Vec<Kept>> {
        let mut seen = HashSet::new();
        let mut last = BTreeMap::new();
        for push in self.following(seq)?.rev() {
            for record in push.records.iter().filter(|record| record.seq > seq) {
                if seen.insert(record.id) {
                    last.insert(record.seq, &record.now);
                }
            }
        }
        let packed = |(seq, body): (u64, &Vec<u8>)| {
            let body = row::packed(body.clone()).ok()?;
            Some(Kept { seq, body })
        };
        last.into_iter().take(limit).map(packed).collect()
    }

    /// Where records stood before the changes between two numbers that moved them.
    pub fn moved(&self, after: u64, until: u64) -> Option<Vec<Record>> {
        let stood = self.following(after)?.flat_map(|push| &push.stood);
        let between = stood.filter(|(seq, _)| *seq > after && *seq <= until);
        Some(between.map(|(_, stood)| stood.clone()).collect())
    }

    /// What the changes after a number made of the records that they changed; `None` unless that is
    /// where a push began.
    pub fn changed(&self, after: u64, limit: usize) -> Option<Changed> {
        let mut changed = Changed {
            until: after,
            count: 0,
            records: Vec::new(),
        };
        let mut places: BTreeMap<Id, usize> = BTreeMap::new();
        let pushes = self.following(after)?;
        for push in pushes {
            if push.after != changed.until {
                return None;
            }
            if changed.count >= limit {
                break;
            }
            changed.count += (push.until - push.after) as usize;
            changed.until = push.until;
            for record in &push.records {
                let now = Some(row::packed(record.now.clone()).ok()?);
                match places.get(&record.id) {
                    Some(place) => changed.records[*place].1 = now,
                    None => {
                        places.insert(record.id, changed.records.len());
                        let before = record.before.clone().map(row::packed);
                        changed.records.push((before.transpose().ok()?, now));
                    }
                }
            }
        }
        (changed.count > 0).then_some(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> Id {
        Id::from_bytes([number; 16])
    }

    /// A push of one change each to these records; a record's bytes are the number of its change.
    fn push(after: u64, ids: &[u8], before: &[Option<u8>]) -> Push {
        let records = ids
            .iter()
            .zip(before)
            .enumerate()
            .map(|(at, (one, before))| {
                let seq = after + 1 + at as u64;
                Touched {
                    id: id(*one),
                    seq,
                    before: before.map(|byte| vec![byte]),
                    now: vec![seq as u8],
                }
            });
        Push {
            after,
            until: after + ids.len() as u64,
            records: records.collect(),
            stood: Vec::new(),
        }
    }

    fn recent() -> Recent {
        let mut recent = Recent::default();
        recent.add(push(10, &[1, 2], &[None, Some(4)]));
        recent.add(push(12, &[1, 3], &[Some(11), None]));
        recent
    }

    #[test]
    fn who_follows_gets_each_record_once_as_it_is_now() {
        let seqs = |after, limit| {
            let rows = recent().after(after, limit)?;
            Some(rows.iter().map(|row| row.seq).collect::<Vec<_>>())
        };
        assert_eq!(seqs(10, 9), Some(vec![12, 13, 14]));
        assert_eq!(seqs(10, 2), Some(vec![12, 13]));
        assert_eq!(seqs(13, 9), Some(vec![14]));
        assert_eq!(seqs(14, 9), Some(vec![]));
        assert_eq!(seqs(9, 9), None, "an earlier one is not remembered");
        assert_eq!(seqs(15, 9), None, "nor one that has not come");
    }

    #[test]
    fn what_a_view_is_counted_on_by_is_before_and_after() {
        let changed = recent().changed(10, 100).unwrap();
        assert_eq!((changed.until, changed.count), (14, 4));
        let bytes = |byte: u8| Some(vec![byte]);
        let expected = [(None, bytes(13)), (bytes(4), bytes(12)), (None, bytes(14))];
        assert_eq!(changed.records, expected);
        assert_eq!(recent().changed(10, 1).unwrap().until, 12);
        assert!(recent().changed(11, 100).is_none(), "within a push");
        assert!(recent().changed(14, 100).is_none());
    }

    #[test]
    fn the_oldest_is_forgotten_first_and_a_gap_forgets_all() {
        let mut recent = recent();
        let mut large = push(14, &[4], &[None]);
        large.records[0].now = vec![0; BYTES - 3];
        recent.add(large);
        assert!(recent.after(10, 9).is_none());
        assert_eq!(recent.after(12, 9).unwrap().len(), 3);
        recent.add(push(20, &[5], &[None]));
        assert!(recent.after(14, 9).is_none());
        assert_eq!(recent.after(20, 9).unwrap().len(), 1);
    }
}
