//! The packed form of a record: canonical bytes, the same on the wire, in the phone's store and
//! in the server's rows, so that a record that its receiver may see whole is passed on as it is.
//!
//! Layout, version 1; integers are LEB128 varints unless a size is given, text is its length in
//! bytes and UTF-8:
//!
//! ```text
//! record  = version(1 byte) id(16) kind(text) base(stamp) count cell*      cells by name
//! cell    = name(text) mark(1 byte) [stamp] value                          stamp if mark is 1
//! stamp   = time counter device(8, big-endian)
//! value   = 0 | 1 false | 2 true | 3 zigzag | 4 text | 5 count value*
//! ```
//!
//! `base` is the greatest stamp; most cells of a record carry it. One record has one form: equal
//! records are equal bytes.

use crate::atom::{Raw, Reader, put_number, put_stamp, put_text, put_value};
use crate::{Cell, Cells, Id, Record, Stamp};

pub use crate::atom::{Damaged, MAX_DEPTH};

const VERSION: u8 = 1;

pub fn pack(record: &Record) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + record.cells.len() * 24);
    let base = record.changed();
    put_head(&mut out, record.id, &record.kind, base);
    put_number(&mut out, record.cells.len() as u64);
    for (name, cell) in &record.cells {
        put_text(&mut out, name);
        out.push(u8::from(cell.stamp != base));
        if cell.stamp != base {
            put_stamp(&mut out, cell.stamp);
        }
        put_value(&mut out, &cell.value);
    }
    out
}

/// Reads a packed record.
///
/// # Errors
/// [`Damaged`] if the bytes are cut short, are of a newer version or hold no record; whatever
/// the bytes are, this neither panics nor takes memory beyond a small multiple of their length.
pub fn unpack(bytes: &[u8]) -> Result<Record, Damaged> {
    let mut record = Record::nothing();
    unpack_over(bytes, &mut record)?;
    Ok(record)
}

/// Reads a packed record over another one, whose memory it takes: of many that are looked at one
/// after the other, few need any of their own.
///
/// # Errors
/// As [`unpack`]; then `record` holds nothing of use.
pub fn unpack_over(bytes: &[u8], record: &mut Record) -> Result<(), Damaged> {
    let mut from = Reader { bytes };
    from.whole_over(record, Reader::begin)
}

/// The greatest stamp of a packed record's cells, which is read without the cells.
///
/// # Errors
/// [`Damaged`] if there is none where it belongs.
pub fn changed(bytes: &[u8]) -> Result<Stamp, Damaged> {
    Ok(Reader { bytes }.head()?.2)
}

/// A packed record with only those cells that `keep` allows, and the names of all its cells.
///
/// # Errors
/// As [`unpack`].
pub fn outline(bytes: &[u8], keep: impl Fn(&str) -> bool) -> Result<(Record, Vec<&str>), Damaged> {
    let mut from = Reader { bytes };
    let (mut names, mut cells) = (Vec::with_capacity(32), Cells::default());
    let (id, kind) = from.cells(|from, name, stamp| {
        let name = name.text()?;
        names.push(name);
        if keep(name) {
            let value = from.value(0)?;
            cells.insert(name.to_owned(), Cell { stamp, value });
            Ok(())
        } else {
            from.pass(0)
        }
    })?;
    if !from.bytes.is_empty() {
        return Err(Damaged::Form);
    }
    let kind = kind.to_owned();
    Ok((Record { id, kind, cells }, names))
}

/// Packed records one after another, each after its length in bytes.
pub fn join<'a>(records: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    for record in records {
        put_number(&mut out, record.len() as u64);
        out.extend_from_slice(record);
    }
    out
}

/// The records of a page that [`join`] made, still packed; stops after the first damaged length.
pub fn split(page: &[u8]) -> impl Iterator<Item = Result<&[u8], Damaged>> {
    let mut from = Reader { bytes: page };
    let mut failed = false;
    std::iter::from_fn(move || {
        if failed || from.bytes.is_empty() {
            return None;
        }
        let part = from.length().and_then(|length| from.take(length));
        failed = part.is_err();
        Some(part)
    })
}

/// Id, kind and base.
pub(crate) fn put_head(out: &mut Vec<u8>, id: Id, kind: &str, base: Stamp) {
    put_head_of(VERSION, out, id, kind, base);
}

/// The same of another form.
pub(crate) fn put_head_of(version: u8, out: &mut Vec<u8>, id: Id, kind: &str, base: Stamp) {
    out.push(version);
    out.extend_from_slice(id.as_bytes());
    put_text(out, kind);
    put_stamp(out, base);
}

/// Id, kind, and how the stamp of each cell is read.
type Begun<'a, S> = (Id, &'a str, S);

impl<'a> Reader<'a> {
    /// Id, kind and base.
    pub(crate) fn head(&mut self) -> Result<(Id, &'a str, Stamp), Damaged> {
        self.head_of(VERSION)
    }

    /// The same of another form.
    pub(crate) fn head_of(&mut self, form: u8) -> Result<(Id, &'a str, Stamp), Damaged> {
        let version = self.byte()?;
        if version != form {
            return Err(Damaged::Version(version));
        }
        let mut id = [0; 16];
        id.copy_from_slice(self.take(16)?);
        Ok((Id::from_bytes(id), self.text()?, self.stamp()?))
    }

    /// Reads the beginning of a packed record.
    fn begin(
        &mut self,
    ) -> Result<Begun<'a, impl FnMut(&mut Self) -> Result<Stamp, Damaged> + use<'a>>, Damaged> {
        let (id, kind, base) = self.head()?;
        let of_cell = move |from: &mut Self| match from.byte()? {
            0 => Ok(base),
            1 => from.stamp(),
            _ => Err(Damaged::Form),
        };
        Ok((id, kind, of_cell))
    }

    /// Reads a record; `cell` reads each value, whose name and stamp it is given.
    pub(crate) fn cells(
        &mut self,
        cell: impl FnMut(&mut Self, Raw<'a>, Stamp) -> Result<(), Damaged>,
    ) -> Result<(Id, &'a str), Damaged> {
        self.cells_of(Self::begin, cell)
    }

    /// The same of a form that begins otherwise.
    fn cells_of<S: FnMut(&mut Self) -> Result<Stamp, Damaged>>(
        &mut self,
        begin: impl FnOnce(&mut Self) -> Result<Begun<'a, S>, Damaged>,
        mut cell: impl FnMut(&mut Self, Raw<'a>, Stamp) -> Result<(), Damaged>,
    ) -> Result<(Id, &'a str), Damaged> {
        let (id, kind, mut of_cell) = begin(self)?;
        let count = self.length()?;
        let mut last = None;
        for _ in 0..count {
            let name = self.raw()?;
            if last.is_some_and(|last| last >= name) {
                return Err(Damaged::Form);
            }
            last = Some(name);
            let stamp = of_cell(self)?;
            cell(self, name, stamp)?;
        }
        Ok((id, kind))
    }

    /// Reads a record over another one, and nothing after it (see [`unpack_over`]).
    pub(crate) fn whole_over<S: FnMut(&mut Self) -> Result<Stamp, Damaged>>(
        &mut self,
        record: &mut Record,
        begin: impl FnOnce(&mut Self) -> Result<Begun<'a, S>, Damaged>,
    ) -> Result<(), Damaged> {
        let read = match self.record_over(record, begin) {
            Ok(()) if !self.bytes.is_empty() => Err(Damaged::Form),
            read => read,
        };
        if read.is_err() {
            // Their order may be lost.
            record.cells = Cells::default();
        }
        read
    }

    fn record_over<S: FnMut(&mut Self) -> Result<Stamp, Damaged>>(
        &mut self,
        record: &mut Record,
        begin: impl FnOnce(&mut Self) -> Result<Begun<'a, S>, Damaged>,
    ) -> Result<(), Damaged> {
        let memory = record.cells.memory();
        if memory.is_empty() {
            memory.reserve(24);
        }
        let mut count = 0;
        let (id, kind) = self.cells_of(begin, |from, name, stamp| {
            match memory.get_mut(count) {
                Some((held, cell)) => {
                    name.over(held)?;
                    cell.stamp = stamp;
                    from.value_over(&mut cell.value, 0)?;
                }
                None => {
                    let value = from.value(0)?;
                    memory.push((name.text()?.to_owned(), Cell { stamp, value }));
                }
            }
            count += 1;
            Ok(())
        })?;
        memory.truncate(count);
        record.id = id;
        record.kind.clear();
        record.kind.push_str(kind);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::version;
    use crate::{Device, Value};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_reads_back(record in version()) {
            prop_assert_eq!(unpack(&pack(&record)), Ok(record));
        }

        #[test]
        fn what_is_read_over_another_is_itself_alone(one in version(), other in version()) {
            let mut read = one;
            prop_assert_eq!(unpack_over(&pack(&other), &mut read), Ok(()));
            prop_assert_eq!(read, other);
        }

        #[test]
        fn an_outline_tells_the_names_and_keeps_what_it_is_asked_to(record in version()) {
            let packed = pack(&record);
            let (kept, names) = outline(&packed, |name| name == "area").unwrap();
            prop_assert_eq!(kept, record.filtered(|name| name == "area"));
            prop_assert_eq!(names, record.cells.keys().collect::<Vec<_>>());
            prop_assert_eq!(changed(&packed), Ok(record.changed()));
        }

        #[test]
        fn a_page_gives_its_records_back(records in proptest::collection::vec(version(), 0..5)) {
            let packed: Vec<_> = records.iter().map(pack).collect();
            let page = join(packed.iter().map(Vec::as_slice));
            let back: Result<Vec<_>, _> = split(&page).map(|part| unpack(part?)).collect();
            prop_assert_eq!(back, Ok(records));
        }

        #[test]
        fn arbitrary_bytes_are_refused_without_harm(bytes: Vec<u8>) {
            let _ = unpack(&bytes);
            prop_assert_eq!(outline(&bytes, |_| false).is_ok(), unpack(&bytes).is_ok());
            let _ = split(&bytes).count();
        }

        #[test]
        fn a_cut_record_is_refused(record in version(), at in 0.0..1.0f64) {
            let bytes = pack(&record);
            let cut = (bytes.len() as f64 * at) as usize;
            prop_assert!(unpack(&bytes[..cut]).is_err());
        }
    }

    /// One record with every shape of value, two stamps and a field that no table knows.
    fn of_version_one() -> Record {
        let stamp = |counter| Stamp {
            time: 1_673_654_400_000,
            counter,
            device: Device(0x0102),
        };
        let mut record = Record::new(Id::new(1_673_654_400_000, [7; 10]), "worker");
        record.put("area", "371721101004".into(), stamp(0));
        record.put("name", "张三".into(), stamp(0));
        record.put("phone", "13800000000".into(), stamp(3));
        record.put("from_a_newer_app", Value::Int(-5), stamp(0));
        record.put("priority", Value::List(vec!["low_income".into()]), stamp(0));
        record.put("deleted", Value::Bool(false), stamp(0));
        record.put("note", Value::Null, stamp(0));
        record
    }

    /// Do not update: old phones hold this.
    const VERSION_ONE: &str = "010185ad9374007707870707070707070706776f726b657280e8cdecda300300000000000001020704617265\
        610180e8cdecda30000000000000000102040c3337313732313130313030340764656c657465640180e8cdec\
        da30000000000000000102011066726f6d5f615f6e657765725f6170700180e8cdecda300000000000000001\
        020309046e616d650180e8cdecda300000000000000001020406e5bca0e4b889046e6f74650180e8cdecda30\
        000000000000000102000570686f6e6500040b3133383030303030303030087072696f726974790180e8cdec\
        da300000000000000001020501040a6c6f775f696e636f6d65";

    #[test]
    fn the_form_of_version_one_stays_readable() {
        let digit = |at| u8::from_str_radix(&VERSION_ONE[at..at + 2], 16).unwrap();
        let bytes: Vec<u8> = (0..VERSION_ONE.len()).step_by(2).map(digit).collect();
        assert_eq!(unpack(&bytes), Ok(of_version_one()));
        assert_eq!(pack(&of_version_one()), bytes);
    }
}
