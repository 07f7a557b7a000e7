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

use crate::stamp::TIME_LIMIT;
use crate::{Cell, Cells, Device, Id, Record, Stamp, Value};

const VERSION: u8 = 1;
/// Lists within lists deeper than this are refused.
pub const MAX_DEPTH: usize = 8;

/// Why bytes are not a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Damaged {
    #[error("the bytes end too early")]
    Short,
    #[error("form {0} is newer than this program")]
    Version(u8),
    #[error("the bytes are not a record")]
    Form,
}

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
    let mut record = Record::new(Id::from_bytes([0; 16]), "");
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
    let read = match from.record_over(record) {
        Ok(()) if !from.bytes.is_empty() => Err(Damaged::Form),
        read => read,
    };
    if read.is_err() {
        // Their order may be lost.
        record.cells = Cells::default();
    }
    read
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
    out.push(VERSION);
    out.extend_from_slice(id.as_bytes());
    put_text(out, kind);
    put_stamp(out, base);
}

pub(crate) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// In zigzag, so that small numbers are short on either side of nought.
pub(crate) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_number(out, ((number << 1) ^ (number >> 63)) as u64);
}

pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn put_stamp(out: &mut Vec<u8>, stamp: Stamp) {
    put_number(out, stamp.time);
    put_number(out, u64::from(stamp.counter));
    out.extend_from_slice(&stamp.device.0.to_be_bytes());
}

fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0),
        Value::Bool(false) => out.push(1),
        Value::Bool(true) => out.push(2),
        Value::Int(number) => {
            out.push(3);
            put_signed(out, *number);
        }
        Value::Text(text) => {
            out.push(4);
            put_text(out, text);
        }
        Value::List(items) => {
            out.push(5);
            put_number(out, items.len() as u64);
            for item in items {
                put_value(out, item);
            }
        }
    }
}

pub(crate) struct Reader<'a> {
    pub(crate) bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let (head, rest) = self.bytes.split_at_checked(count).ok_or(Damaged::Short)?;
        self.bytes = rest;
        Ok(head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Damaged> {
        Ok(self.take(1)?[0])
    }

    /// A varint in its shortest form only, so that equal records are equal bytes.
    pub(crate) fn number(&mut self) -> Result<u64, Damaged> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 || byte == 0 && shift > 0 {
                return Err(Damaged::Form);
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Damaged::Form)
    }

    pub(crate) fn signed(&mut self) -> Result<i64, Damaged> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(crate) fn length(&mut self) -> Result<usize, Damaged> {
        let length = usize::try_from(self.number()?).map_err(|_| Damaged::Form)?;
        if length > self.bytes.len() {
            Err(Damaged::Short)
        } else {
            Ok(length)
        }
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Damaged> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).map_err(|_| Damaged::Form)
    }

    pub(crate) fn stamp(&mut self) -> Result<Stamp, Damaged> {
        let time = self.number()?;
        if time >= TIME_LIMIT {
            return Err(Damaged::Form);
        }
        let counter = u16::try_from(self.number()?).map_err(|_| Damaged::Form)?;
        let mut device = [0; 8];
        device.copy_from_slice(self.take(8)?);
        Ok(Stamp {
            time,
            counter,
            device: Device(u64::from_be_bytes(device)),
        })
    }

    fn value(&mut self, depth: usize) -> Result<Value, Damaged> {
        let mut value = Value::Null;
        self.value_over(&mut value, depth)?;
        Ok(value)
    }

    /// Reads a value over another one, whose memory it takes.
    fn value_over(&mut self, value: &mut Value, depth: usize) -> Result<(), Damaged> {
        match (self.byte()?, &mut *value) {
            (0, _) => *value = Value::Null,
            (1, _) => *value = Value::Bool(false),
            (2, _) => *value = Value::Bool(true),
            (3, _) => *value = Value::Int(self.signed()?),
            (4, Value::Text(held)) => {
                let text = self.text()?;
                held.clear();
                held.push_str(text);
            }
            (4, _) => *value = Value::Text(self.text()?.to_owned()),
            (5, _) if depth < MAX_DEPTH => {
                let count = self.length()?;
                let items = (0..count).map(|_| self.value(depth + 1));
                *value = Value::List(items.collect::<Result<_, _>>()?);
            }
            _ => return Err(Damaged::Form),
        }
        Ok(())
    }

    /// Passes over a value.
    pub(crate) fn pass(&mut self, depth: usize) -> Result<(), Damaged> {
        let tag = self.byte()?;
        self.pass_tagged(tag, depth)
    }

    /// Passes over a value whose first byte was read.
    pub(crate) fn pass_tagged(&mut self, tag: u8, depth: usize) -> Result<(), Damaged> {
        match tag {
            0..=2 => {}
            3 => drop(self.number()?),
            4 => drop(self.text()?),
            5 if depth < MAX_DEPTH => {
                for _ in 0..self.length()? {
                    self.pass(depth + 1)?;
                }
            }
            _ => return Err(Damaged::Form),
        }
        Ok(())
    }

    /// Id, kind and base.
    pub(crate) fn head(&mut self) -> Result<(Id, &'a str, Stamp), Damaged> {
        match self.byte()? {
            VERSION => {}
            version => return Err(Damaged::Version(version)),
        }
        let mut id = [0; 16];
        id.copy_from_slice(self.take(16)?);
        Ok((Id::from_bytes(id), self.text()?, self.stamp()?))
    }

    /// Reads a record; `cell` reads each value, whose name and stamp it is given.
    fn cells(
        &mut self,
        mut cell: impl FnMut(&mut Self, &'a str, Stamp) -> Result<(), Damaged>,
    ) -> Result<(Id, &'a str), Damaged> {
        let (id, kind, base) = self.head()?;
        let count = self.length()?;
        let mut last = None;
        for _ in 0..count {
            let name = self.text()?;
            if last.is_some_and(|last| last >= name) {
                return Err(Damaged::Form);
            }
            last = Some(name);
            let stamp = match self.byte()? {
                0 => base,
                1 => self.stamp()?,
                _ => return Err(Damaged::Form),
            };
            cell(self, name, stamp)?;
        }
        Ok((id, kind))
    }

    fn record_over(&mut self, record: &mut Record) -> Result<(), Damaged> {
        let memory = record.cells.memory();
        if memory.is_empty() {
            memory.reserve(24);
        }
        let mut count = 0;
        let (id, kind) = self.cells(|from, name, stamp| {
            match memory.get_mut(count) {
                Some((held, cell)) => {
                    held.clear();
                    held.push_str(name);
                    cell.stamp = stamp;
                    from.value_over(&mut cell.value, 0)?;
                }
                None => {
                    let value = from.value(0)?;
                    memory.push((name.to_owned(), Cell { stamp, value }));
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
