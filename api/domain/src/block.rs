//! The form in which a ledger keeps its history: accepted changes in the order of their numbers, some
//! to a row, as many as fill a page of the database. A row for each change costs the database as much
//! as the record itself.
//!
//! Layout of a row's body; integers are LEB128 varints:
//!
//! ```text
//! body    = entry*
//! entry   = back length change       change: see [`crate::Change::pack`]
//! ```
//!
//! `back` is by how much the number of the record's change before is smaller, 0 if this one made the
//! record: so the way back along a record's changes needs no index, in which every change would land
//! on a page of its own.

use crate::atom::{Damaged, Reader, put_number};
use crate::chain::{self, link};
use crate::change::{Glance, is_json};
use crate::{Change, Id, Stamp};

/// A body of so many bytes fills a page of 4,096 with what stands beside it.
pub const BYTES: usize = 3_960;

/// What one person pushed at one time, or a part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// The number of its last change.
    pub last: u64,
    pub person: Id,
    /// When the server took it, in milliseconds since 1970 UTC.
    pub received: i64,
    /// The link of its last change (see [`crate::chain`]).
    pub chain: Vec<u8>,
    pub body: Vec<u8>,
}

/// One change of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry<'b> {
    pub seq: u64,
    /// The number of the record's change before; 0 if this one made it.
    pub earlier: u64,
    /// As it is kept: packed, or JSON of the first servers.
    pub change: &'b [u8],
}

impl Entry<'_> {
    /// Which record it changed, and its stamp.
    ///
    /// # Errors
    /// [`Damaged`] if that cannot be read.
    pub fn about(&self) -> Result<(Id, Stamp), Damaged> {
        let glance = match is_json(self.change) {
            true => Glance::of(&Change::unpack(self.change)?),
            false => Glance::through(self.change)?,
        };
        Ok((glance.id, glance.stamp))
    }
}

/// True if a body that holds something is to be closed before this change.
pub const fn is_full(body: &[u8], change: &[u8]) -> bool {
    !body.is_empty() && body.len() + change.len() + 8 > BYTES
}

/// Adds the change with a number to a body, and tells where its bytes begin there.
pub fn put(body: &mut Vec<u8>, seq: u64, earlier: u64, change: &[u8]) -> usize {
    put_number(body, if earlier == 0 { 0 } else { seq - earlier });
    put_number(body, change.len() as u64);
    body.extend_from_slice(change);
    body.len() - change.len()
}

/// What a record's row says instead of its bytes while they stand in the body with its last change:
/// where they begin there, counted from one, above 22 bits that tell how many they are.
pub const fn place(at: usize, size: usize) -> u64 {
    (at as u64 + 1) << 22 | size as u64
}

/// The bytes that stand at a place in a block's body.
pub fn at(body: &[u8], place: u64) -> Option<&[u8]> {
    let (at, size) = (place >> 22, place & ((1 << 22) - 1));
    let at = usize::try_from(at.checked_sub(1)?).ok()?;
    body.get(at..at.checked_add(size as usize)?)
}

impl Block {
    /// # Errors
    /// [`Damaged`] if the body is not one, or holds more changes than there are numbers.
    pub fn entries(&self) -> Result<Vec<Entry<'_>>, Damaged> {
        let mut from = Reader { bytes: &self.body };
        let mut read = Vec::with_capacity(16);
        while !from.bytes.is_empty() {
            let (back, length) = (from.number()?, from.length()?);
            read.push((back, from.take(length)?));
        }
        let before = self.last.checked_sub(read.len() as u64);
        let first = before.ok_or(Damaged::Form)? + 1;
        let entry = |(seq, (back, change)): (u64, (u64, _))| Entry {
            seq,
            earlier: if back == 0 {
                0
            } else {
                seq.saturating_sub(back)
            },
            change,
        };
        Ok((first..).zip(read).map(entry).collect())
    }

    /// The change with a number, if it is one of these.
    ///
    /// # Errors
    /// As [`Block::entries`].
    pub fn entry(&self, seq: u64) -> Result<Option<Entry<'_>>, Damaged> {
        let entries = self.entries()?;
        Ok(entries.into_iter().find(|entry| entry.seq == seq))
    }

    /// Each change's link, after the one of the change before the first. The last one ought to be
    /// [`Block::chain`]: whoever alters a change alters that, and every one after it.
    ///
    /// # Errors
    /// [`Damaged`] if the body, or a change's record or stamp, cannot be read.
    pub fn links(&self, before: &[u8]) -> Result<Vec<[u8; 32]>, Damaged> {
        let mut links: Vec<[u8; 32]> = Vec::new();
        for entry in self.entries()? {
            let (record, stamp) = entry.about()?;
            let next = chain::Entry {
                seq: entry.seq,
                record: record.as_bytes(),
                stamp: &stamp.to_string(),
                person: self.person.as_bytes(),
                received: self.received,
                body: entry.change,
            };
            let next = link(links.last().map_or(before, |link| link), &next);
            links.push(next);
        }
        Ok(links)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Device, Value, Values};

    fn change(number: u8) -> Change {
        Change {
            id: Id::from_bytes([number; 16]),
            kind: "worker".to_owned(),
            stamp: Stamp {
                time: 1_700_000_000_000,
                counter: u16::from(number),
                device: Device(7),
            },
            cells: Values::from_iter([("name".to_owned(), Value::from("张三"))]),
            seen: Default::default(),
        }
    }

    /// Two people made, and the first of them changed.
    fn block() -> Block {
        let mut body = Vec::new();
        put(&mut body, 41, 0, &change(1).pack());
        put(&mut body, 42, 0, &change(2).pack());
        put(&mut body, 43, 41, &change(1).pack());
        Block {
            last: 43,
            person: Id::from_bytes([9; 16]),
            received: 1_700_000_000_001,
            chain: Vec::new(),
            body,
        }
    }

    #[test]
    fn changes_come_back_with_their_numbers_and_the_way_back() {
        let block = block();
        let told: Vec<(u64, u64, Id)> = block
            .entries()
            .unwrap()
            .iter()
            .map(|entry| (entry.seq, entry.earlier, entry.about().unwrap().0))
            .collect();
        let (one, two) = (change(1).id, change(2).id);
        assert_eq!(told, [(41, 0, one), (42, 0, two), (43, 41, one)]);
        assert_eq!(
            block.entry(42).unwrap().unwrap().change,
            change(2).pack().as_slice()
        );
        assert_eq!(block.entry(44), Ok(None));
    }

    #[test]
    fn a_change_begins_where_its_place_says() {
        let (mut body, packed) = (Vec::new(), change(3).pack());
        put(&mut body, 1, 0, &change(1).pack());
        let begins = put(&mut body, 2, 1, &packed);
        let stands = place(begins, packed.len());
        assert_eq!(at(&body, stands), Some(packed.as_slice()));
        assert_eq!(at(&body[1..], stands), None);
        assert_eq!(at(&body, 5), None, "no place, but a size");
    }

    #[test]
    fn links_are_those_of_one_change_after_the_other() {
        let block = block();
        let mut before = vec![5; 32];
        let links = block.links(&before).unwrap();
        for (entry, expected) in block.entries().unwrap().iter().zip(links) {
            let (record, stamp) = entry.about().unwrap();
            let stamp = stamp.to_string();
            let entry = chain::Entry {
                seq: entry.seq,
                record: record.as_bytes(),
                stamp: &stamp,
                person: &[9; 16],
                received: block.received,
                body: entry.change,
            };
            before = link(&before, &entry).to_vec();
            assert_eq!(before, expected);
        }
    }

    #[test]
    fn a_change_of_the_first_servers_is_found_in_a_block() {
        let json = serde_json::to_vec(&change(4)).unwrap();
        let mut body = Vec::new();
        put(&mut body, 1, 0, &json);
        let block = Block {
            body,
            last: 1,
            ..block()
        };
        let about = block.entry(1).unwrap().unwrap().about();
        assert_eq!(about, Ok((change(4).id, change(4).stamp)));
    }

    #[test]
    fn what_is_cut_is_damaged() {
        let whole = block();
        for length in 1..whole.body.len() {
            let body = whole.body[..length].to_vec();
            let cut = Block {
                body,
                ..whole.clone()
            };
            // Only between two changes what is left can be read, and then the numbers are others.
            if let Ok(entries) = cut.entries() {
                assert_ne!(entries[0].seq, 41, "{length}");
            }
        }
        let too_many = Block { last: 2, ..whole };
        assert_eq!(too_many.entries(), Err(Damaged::Form));
    }

    #[test]
    fn a_body_is_closed_before_it_outgrows_its_page() {
        assert!(!is_full(&[], &[0; 2 * BYTES]), "one change has its row");
        assert!(!is_full(&[0; 1_000], &[0; 2_000]));
        assert!(is_full(&[0; 2_000], &[0; 2_000]));
    }

    /// Do not update: ledgers hold this.
    #[test]
    fn the_form_of_the_first_version_stays() {
        let one = "37010101010101010101010101010101010106776f726b657280d095ffbc3101000000000000000701046e616d65000406e5bca0e4b88900";
        let two = "37010202020202020202020202020202020206776f726b657280d095ffbc3102000000000000000701046e616d65000406e5bca0e4b88900";
        let body = block().body;
        let hex = body.iter().map(|byte| format!("{byte:02x}"));
        let expected = format!("00{one}00{two}02{one}");
        assert_eq!(hex.collect::<String>(), expected);
    }
}
