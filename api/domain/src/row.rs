//! The form in which a ledger's row keeps a record: packed, but each stamp once. After an edit most
//! cells carry another stamp than the base, and in the packed form each of them says so by itself: a
//! person of ten cells would grow by 150 bytes with the first edit. What leaves the ledger is packed
//! as ever; nobody else knows this form.
//!
//! Layout, beside that of [`crate::pack`]; a record whose cells all carry its base is kept packed:
//!
//! ```text
//! row     = 2(1 byte) id(16) kind(text) base(stamp) count stamp* count cell*
//! cell    = name(text) place value           0 is the base, the others count from one
//! ```

use crate::atom::{Damaged, Reader, put_number, put_stamp, put_text, put_value};
use crate::pack::{self, put_head, put_head_of};
use crate::{Record, Stamp};

const VERSION: u8 = 2;

/// A record as a row keeps it.
pub fn write(record: &Record) -> Vec<u8> {
    let base = record.changed();
    let mut others: Vec<Stamp> = Vec::new();
    for cell in record.cells.values() {
        if cell.stamp != base && !others.contains(&cell.stamp) {
            others.push(cell.stamp);
        }
    }
    if others.is_empty() {
        return pack::pack(record);
    }
    let mut out = Vec::with_capacity(64 + record.cells.len() * 24);
    put_head_of(VERSION, &mut out, record.id, &record.kind, base);
    put_number(&mut out, others.len() as u64);
    for stamp in &others {
        put_stamp(&mut out, *stamp);
    }
    put_number(&mut out, record.cells.len() as u64);
    for (name, cell) in &record.cells {
        put_text(&mut out, name);
        let place = others.iter().position(|stamp| *stamp == cell.stamp);
        put_number(&mut out, place.map_or(0, |place| place as u64 + 1));
        put_value(&mut out, &cell.value);
    }
    out
}

/// Reads a row.
///
/// # Errors
/// [`Damaged`] if the bytes are none.
pub fn read(row: &[u8]) -> Result<Record, Damaged> {
    let mut record = Record::nothing();
    read_over(row, &mut record)?;
    Ok(record)
}

/// Reads a row over another record, whose memory it takes (see [`pack::unpack_over`]).
///
/// # Errors
/// As [`read`]; then `record` holds nothing of use.
pub fn read_over(row: &[u8], record: &mut Record) -> Result<(), Damaged> {
    if !is_own(row) {
        return pack::unpack_over(row, record);
    }
    let mut from = Reader { bytes: row };
    from.whole_over(record, |from| {
        let (id, kind, base) = from.head_of(VERSION)?;
        let mut others = Vec::with_capacity(4);
        for _ in 0..from.length()? {
            others.push(from.stamp()?);
        }
        let of_cell = move |from: &mut Reader<'_>| match place(from)? {
            None => Ok(base),
            Some(place) => others.get(place).copied().ok_or(Damaged::Form),
        };
        Ok((id, kind, of_cell))
    })
}

/// The greatest stamp of a row's cells, which is read without the cells.
///
/// # Errors
/// [`Damaged`] if there is none where it belongs.
pub fn changed(row: &[u8]) -> Result<Stamp, Damaged> {
    match is_own(row) {
        true => Ok(Reader { bytes: row }.head_of(VERSION)?.2),
        false => pack::changed(row),
    }
}

/// The record packed, as it leaves the ledger; its values are not read.
///
/// # Errors
/// [`Damaged`] if the bytes are cut short or hold no row.
pub fn packed(row: Vec<u8>) -> Result<Vec<u8>, Damaged> {
    if !is_own(&row) {
        return Ok(row);
    }
    let mut from = Reader { bytes: &row };
    let (id, kind, base) = from.head_of(VERSION)?;
    let mut others = Vec::with_capacity(4);
    for _ in 0..from.length()? {
        others.push(from.passed(|from| from.stamp().map(drop))?);
    }
    let count = from.length()?;
    let mut out = Vec::with_capacity(row.len() + count * 20);
    put_head(&mut out, id, kind, base);
    put_number(&mut out, count as u64);
    for _ in 0..count {
        put_text(&mut out, from.text()?);
        match place(&mut from)? {
            None => out.push(0),
            Some(place) => {
                out.push(1);
                out.extend_from_slice(others.get(place).ok_or(Damaged::Form)?);
            }
        }
        out.extend_from_slice(from.passed(|from| from.pass(0))?);
    }
    match from.bytes.is_empty() {
        true => Ok(out),
        false => Err(Damaged::Form),
    }
}

/// Which of the others a cell's stamp is; `None` for the base.
fn place(from: &mut Reader<'_>) -> Result<Option<usize>, Damaged> {
    let place = usize::try_from(from.number()?).map_err(|_| Damaged::Form)?;
    Ok(place.checked_sub(1))
}

fn is_own(row: &[u8]) -> bool {
    row.first() == Some(&VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::version;
    use crate::{Device, Id, Value};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_a_row_keeps_reads_back_and_leaves_packed(record in version(), other in version()) {
            let row = write(&record);
            prop_assert_eq!(read(&row), Ok(record.clone()));
            prop_assert_eq!(changed(&row), Ok(record.changed()));
            let mut over = other;
            prop_assert_eq!(read_over(&row, &mut over), Ok(()));
            prop_assert_eq!(&over, &record);
            prop_assert!(row.len() <= pack::pack(&record).len() + 16);
            prop_assert_eq!(packed(row), Ok(pack::pack(&record)));
            // Rows of an earlier server are packed.
            prop_assert_eq!(read(&pack::pack(&record)), Ok(record));
        }

        #[test]
        fn a_cut_row_is_refused(record in version(), at in 0.0..1.0f64) {
            let row = write(&record);
            let cut = &row[..(row.len() as f64 * at) as usize];
            prop_assert!(read(cut).is_err());
            prop_assert!(!is_own(cut) || packed(cut.to_vec()).is_err());
        }

        #[test]
        fn arbitrary_bytes_are_refused_without_harm(mut bytes: Vec<u8>) {
            bytes.insert(0, VERSION);
            let _ = (read(&bytes), changed(&bytes), packed(bytes));
        }
    }

    /// Do not update: ledgers on servers hold this.
    #[test]
    fn the_form_of_version_two_stays() {
        let stamp = |time| Stamp {
            time,
            counter: 0,
            device: Device(0x0102),
        };
        let mut record = Record::new(Id::from_bytes([7; 16]), "worker");
        record.put("name", "张三".into(), stamp(1));
        record.put("note", Value::Null, stamp(1));
        record.put("phone", "138".into(), stamp(3));
        let hex: String = write(&record).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            hex,
            "020707070707070707070707070707070706776f726b657203000000000000000102\
             010100000000000000010203046e616d65010406e5bca0e4b889046e6f74650100\
             0570686f6e65000403313338"
        );
    }
}
