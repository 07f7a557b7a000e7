//! Many packed records side by side, for the wire: what is alike stands together, and what is the same
//! is said once, so that a compressor has little to look at and finds it. Each comes out as the very
//! bytes that went in.
//!
//! Layout; `number` and `text` as in [`crate::pack`], signed numbers in zigzag, n records in all:
//!
//! ```text
//! page    = stream(7), each its length in bytes and its bytes:
//!   shapes  = count { kind(text) count name(text)* }*        as they come first
//!   of      = n { 0 | 1 + shape }                            0: the record stands in `plain`
//!   ids     = of those with a shape: all first bytes, all second bytes, …, all sixteenth
//!   bases   = for each of them: time - the time before, counter, place of the device; count of its
//!             other stamps, and each of these: time - base, counter, place of the device
//!   devices = { device(8) }*                                 as they come first
//!   cells   = for each shape, for each name: column
//!   plain   = { length record }*
//! column  = form(1 byte) [stamps] values                     stamps if the form's first bit is 1
//!   stamps  = for each record: 0 | 1 + which of its other stamps the cell carries (1 byte)
//!   values  = by the form's other bits
//!     0 mixed   for each record the value's first byte, of a text its length after that; then all
//!               texts; then what other values are made of
//!     1 listed  count value*; for each record its value's place in that list (1 byte)
//!     2 alike   texts of one length: the length, all first bytes, all second bytes, …
//! ```

mod gather;
mod spread;

pub use gather::gather;
pub use spread::spread;

use crate::atom;

/// A name that is longer, or a kind, is not made a shape of, and a longer value not listed: what a
/// few bytes can ask for in memory stays within a small multiple of them.
const NAME_BYTES: usize = 64;
const LISTED_BYTES: usize = 64;
/// A record of more cells stands by itself.
const CELLS: usize = 200;
/// A list is no longer, so that a byte is a place in it.
const LISTED: usize = 255;

const TEXT: u8 = 4;

const WITH_STAMPS: u8 = 1;
const MIXED: u8 = 0;
const LIST: u8 = 1;
const ALIKE: u8 = 2;

const STREAMS: usize = 7;

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    atom::put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atom::Damaged;
    use crate::record::tests::version;
    use crate::{Id, Record, Stamp, Value, pack};
    use proptest::prelude::*;

    fn back(packed: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Damaged> {
        gather(&spread(packed.iter().map(Vec::as_slice)))
    }

    proptest! {
        #[test]
        fn what_stood_side_by_side_comes_out_as_it_was(
            records in proptest::collection::vec(version(), 0..12),
            other in any::<Vec<u8>>(),
        ) {
            let mut packed: Vec<Vec<u8>> = records.iter().map(pack::pack).collect();
            prop_assert_eq!(back(&packed), Ok(packed.clone()));
            packed.insert(packed.len() / 2, other);
            prop_assert_eq!(back(&packed), Ok(packed.clone()));
        }

        #[test]
        fn arbitrary_bytes_are_refused_without_harm(bytes: Vec<u8>) {
            let _ = gather(&bytes);
        }

        #[test]
        fn a_cut_page_is_refused(
            records in proptest::collection::vec(version(), 1..5), at in 0.0..1.0f64,
        ) {
            let packed: Vec<Vec<u8>> = records.iter().map(pack::pack).collect();
            let page = spread(packed.iter().map(Vec::as_slice));
            let cut = (page.len() as f64 * at) as usize;
            prop_assert!(gather(&page[..cut]).is_err());
        }
    }

    /// Forty people of one village, whom two phones registered; every third of them was edited.
    fn people() -> Vec<Vec<u8>> {
        let person = |number: u64| {
            let made = Stamp {
                time: 1_700_000_000_000 + 977 * number,
                counter: 1,
                device: crate::Device(7 + number % 2),
            };
            let mut record = Record::new(Id::new(made.time as i64, [number as u8; 10]), "worker");
            record.put("area", "371721101004".into(), made);
            record.put(
                "name",
                ["王芳", "欧阳小明", "李"][number as usize % 3].into(),
                made,
            );
            record.put(
                "note",
                format!("第{}户", number * number).as_str().into(),
                made,
            );
            record.put(
                "phone",
                format!("138{:08}", number * 997).as_str().into(),
                made,
            );
            let flow = if number < 30 { "returning" } else { "staying" };
            record.put("flow", flow.into(), made);
            if number.is_multiple_of(3) {
                let time = made.time + 60_000;
                let edited = Stamp { time, ..made };
                record.put("phone", "19912345678".into(), edited);
            }
            pack::pack(&record)
        };
        (0..40).map(person).collect()
    }

    #[test]
    fn what_is_the_same_is_said_once() {
        let people = people();
        assert_eq!(back(&people), Ok(people.clone()));
        let rows: usize = people.iter().map(Vec::len).sum();
        let page = spread(people.iter().map(Vec::as_slice));
        // Of a person: an id, stamps, a telephone number, a note; all else a byte a cell.
        assert!(
            page.len() < 40 * 60 && page.len() * 5 < rows * 2,
            "{} of {rows}",
            page.len()
        );
    }

    #[test]
    fn a_place_that_is_not_in_the_list_and_a_stamp_that_is_not_there_are_refused() {
        let people = people();
        let page = spread(people.iter().map(Vec::as_slice));
        let same = |other: &Vec<u8>| gather(other).is_ok_and(|read| read == people);
        for at in 0..page.len() {
            for byte in [0, 1, 2, 3, 200, 255] {
                let mut other = page.clone();
                if other[at] != byte {
                    other[at] = byte;
                    assert!(!same(&other), "byte {at} says nothing");
                }
            }
        }
    }

    #[test]
    fn a_record_with_a_name_too_long_stands_by_itself() {
        let mut record = Record::new(Id::new(1, [2; 10]), "worker");
        record.put(
            &"n".repeat(NAME_BYTES + 1),
            Value::Int(-3),
            Stamp::default(),
        );
        let packed = vec![pack::pack(&record)];
        assert_eq!(back(&packed), Ok(packed));
    }
}
