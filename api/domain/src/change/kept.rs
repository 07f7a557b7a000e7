//! The form in which a ledger's history keeps a change: packed, as its record is.

use crate::atom::{Damaged, Reader, put_number, put_stamp, put_text, put_value};
use crate::pack::put_head;
use crate::record::MERGED_INTO;
use crate::value::Shape;
use crate::{Change, Id, Record, Stamp, Value, Values, own, same};
use std::collections::BTreeMap;

impl Change {
    /// The change as a ledger keeps it, and as the history's chain goes over it (see
    /// [`crate::chain`]): the packed record of its cells, then how many cells its author saw, and the
    /// name and the stamp of each. Equal changes are equal bytes.
    pub fn pack(&self) -> Vec<u8> {
        let mut out = self.pack_delta();
        put_number(&mut out, self.seen.len() as u64);
        for (name, stamp) in &self.seen {
            put_text(&mut out, name);
            put_stamp(&mut out, *stamp);
        }
        out
    }

    /// What the change does to its record (see [`Change::delta`]), packed.
    pub fn pack_delta(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(96 + self.cells.len() * 24 + self.seen.len() * 32);
        put_head(&mut out, self.id, &self.kind, self.stamp);
        put_number(&mut out, self.cells.len() as u64);
        for (name, value) in &self.cells {
            put_text(&mut out, name);
            // Its stamp is the change's.
            out.push(0);
            put_value(&mut out, value);
        }
        out
    }

    /// The packed delta within the packed change, of one whose author saw nothing.
    pub fn delta_within<'p>(&self, packed: &'p [u8]) -> Option<&'p [u8]> {
        packed.strip_suffix(&[0]).filter(|_| self.seen.is_empty())
    }

    /// Reads what [`Change::pack`] made, and JSON, in which the first servers kept changes.
    ///
    /// # Errors
    /// [`Damaged`] if the bytes are neither.
    pub fn unpack(bytes: &[u8]) -> Result<Self, Damaged> {
        match is_json(bytes) {
            true => serde_json::from_slice(bytes).map_err(|_| Damaged::Form),
            false => Self::unpack_over(bytes, Record::nothing()),
        }
    }

    /// Reads what [`Change::pack`] made, with the memory of a record that nobody needs any more.
    ///
    /// # Errors
    /// [`Damaged`] if the bytes are anything else.
    pub fn unpack_over(bytes: &[u8], spare: Record) -> Result<Self, Damaged> {
        let mut from = Reader { bytes };
        let Record {
            mut kind, cells, ..
        } = spare;
        let memory = cells.into_iter().map(|(name, cell)| (name, cell.value));
        let mut memory: Vec<(String, Value)> = memory.collect();
        let (mut stamp, mut count) = (None, 0);
        let (id, named) = from.cells(|from, name, written| {
            if *stamp.get_or_insert(written) != written {
                return Err(Damaged::Form);
            }
            match memory.get_mut(count) {
                Some((held, value)) => {
                    name.over(held)?;
                    from.value_over(value, 0)?;
                }
                None => memory.push((name.text()?.to_owned(), from.value(0)?)),
            }
            count += 1;
            Ok(())
        })?;
        memory.truncate(count);
        let mut cells = Values::default();
        *cells.memory() = memory;
        kind.clear();
        kind.push_str(named);
        let mut seen = BTreeMap::new();
        for _ in 0..from.length()? {
            let name = from.text()?;
            if seen.last_key_value().is_some_and(|(last, _)| *last >= name) {
                return Err(Damaged::Form);
            }
            seen.insert(name, from.stamp()?);
        }
        if !from.bytes.is_empty() {
            return Err(Damaged::Form);
        }
        let seen = seen
            .into_iter()
            .map(|(name, stamp)| (name.to_owned(), stamp));
        Ok(Self {
            id,
            kind,
            stamp: stamp.ok_or(Damaged::Form)?,
            cells,
            seen: seen.collect(),
        })
    }
}

/// What is to be known of a packed change before it is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Glance {
    pub id: Id,
    pub stamp: Stamp,
    /// See [`same::target`].
    pub target: Option<Id>,
    /// See [`own::writes`].
    pub writes_own: bool,
}

impl Glance {
    pub fn of(change: &Change) -> Self {
        Self {
            id: change.id,
            stamp: change.stamp,
            target: same::target(change),
            writes_own: own::writes(change),
        }
    }

    /// Looks through a packed change without taking memory for it. Whether all of it can be read is
    /// known once it is.
    ///
    /// # Errors
    /// [`Damaged`] if it cannot.
    pub fn through(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut from = Reader { bytes };
        let (id, _, base) = from.head()?;
        let (mut target, mut writes_own, mut stamp) = (None, false, base);
        for _ in 0..from.length()? {
            let name = from.raw()?;
            if from.byte()? != 0 {
                stamp = from.stamp()?;
            }
            let may_be_own = name.0.starts_with(own::PREFIX.as_bytes());
            writes_own |= may_be_own && name.text().is_ok_and(own::is_own);
            match name.0 == MERGED_INTO.name().as_bytes() {
                true => target = Id::read(&from.value(0)?),
                false => from.pass(0)?,
            }
        }
        Ok(Self {
            id,
            stamp,
            target,
            writes_own,
        })
    }
}

/// True of a change that is kept as JSON; no packed one begins so.
pub fn is_json(kept: &[u8]) -> bool {
    kept.first() == Some(&b'{')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::version;
    use crate::{Device, Id, Stamp, pack};
    use proptest::prelude::*;

    fn change() -> impl Strategy<Value = Change> {
        (version(), version(), any::<u16>()).prop_filter_map("a cell", |(wrote, saw, counter)| {
            let stamp = Stamp {
                counter,
                ..wrote.changed()
            };
            let cells = wrote.cells.iter();
            let change = Change {
                id: wrote.id,
                kind: wrote.kind.clone(),
                stamp,
                cells: cells
                    .map(|(n, cell)| (n.clone(), cell.value.clone()))
                    .collect(),
                seen: saw
                    .cells
                    .iter()
                    .map(|(n, cell)| (n.clone(), cell.stamp))
                    .collect(),
            };
            (!change.cells.is_empty()).then_some(change)
        })
    }

    proptest! {
        #[test]
        fn what_is_kept_reads_back_in_either_form(change in change()) {
            prop_assert_eq!(Change::unpack(&change.pack()), Ok(change.clone()));
            prop_assert_eq!(Glance::through(&change.pack()), Ok(Glance::of(&change)));
            prop_assert_eq!(change.pack_delta(), pack::pack(&change.delta()));
            prop_assert!(change.pack().len() <= change.packed_at_most());
            let alone = Change { seen: BTreeMap::new(), ..change.clone() };
            let (packed, delta) = (alone.pack(), alone.pack_delta());
            prop_assert_eq!(alone.delta_within(&packed), Some(&*delta));
            let json = serde_json::to_vec(&change).unwrap();
            prop_assert!(is_json(&json) && !is_json(&change.pack()));
            prop_assert_eq!(Change::unpack(&json), Ok(change));
        }

        #[test]
        fn what_is_read_with_a_records_memory_is_itself_alone(change in change(), spare in version()) {
            prop_assert_eq!(Change::unpack_over(&change.pack(), spare), Ok(change));
        }

        #[test]
        fn arbitrary_bytes_are_refused_or_have_one_form(bytes: Vec<u8>) {
            if let Ok(change) = Change::unpack(&bytes) {
                prop_assert_eq!(change.pack(), bytes);
            }
        }

        #[test]
        fn a_cut_change_is_refused(change in change(), at in 0.0..1.0f64) {
            let bytes = change.pack();
            let cut = (bytes.len() as f64 * at) as usize;
            prop_assert!(Change::unpack(&bytes[..cut]).is_err());
        }
    }

    /// Do not update: histories on servers hold this, and chains go over it.
    #[test]
    fn the_form_of_version_one_stays() {
        let stamp = |counter| Stamp {
            time: 1_673_654_400_000,
            counter,
            device: Device(0x0102),
        };
        let change = Change {
            id: Id::new(1_673_654_400_000, [7; 10]),
            kind: "worker".to_owned(),
            stamp: stamp(3),
            cells: [("phone".to_owned(), "13800000000".into())].into(),
            seen: [("phone".to_owned(), stamp(0))].into(),
        };
        let hex: String = change.pack().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            hex,
            "010185ad9374007707870707070707070706776f726b657280e8cdecda30030000000000000102010570686f\
             6e6500040b3133383030303030303030010570686f6e6580e8cdecda30000000000000000102"
        );
    }
}
