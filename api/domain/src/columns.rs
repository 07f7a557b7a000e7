//! Many packed records side by side, for the wire: what is alike stands together, so that a compressor
//! finds it. Each comes out as the very bytes that went in.
//!
//! Layout; `number` and `text` as in [`crate::pack`], signed numbers in zigzag, n records in all:
//!
//! ```text
//! page    = stream(10), each its length in bytes and its bytes:
//!   shapes  = count { kind(text) count name(text)* }*        as they come first
//!   of      = n { 0 | 1 + shape }                            0: the record stands in `plain`
//!   ids     = of those with a shape: all first bytes, all second bytes, …, all sixteenth
//!   bases   = for each of them: time - the time before, counter, place of the device
//!   devices = { device(8) }*                                 as they come first
//!   marks   = for each shape, for each name, for each record: mark [time - base, counter, device]
//!   tags    = in the same order: the value's first byte; of a text its length after that
//!   texts   = in the same order; of a name whose texts are all as long: all first bytes, …
//!   rest    = in the same order: what other values are made of
//!   plain   = { length record }*
//! ```

use crate::atom::{self, Damaged, Reader};
use crate::pack;
use crate::{Id, Stamp};
use std::collections::HashMap;

/// A name that is longer, or a kind, is not made a shape of: what a few bytes can ask for in memory
/// stays within a small multiple of them.
const NAME_BYTES: usize = 64;
/// A record of more cells stands by itself.
const CELLS: usize = 200;

/// What records of a kind with the same names have in common.
type Shape<'a> = (&'a str, Vec<&'a str>);

struct Cell<'a> {
    stamp: Option<Stamp>,
    tag: u8,
    /// A text's bytes, or what a value of another kind is made of.
    bytes: &'a [u8],
}

struct Parsed<'a> {
    id: Id,
    base: Stamp,
    cells: Vec<Cell<'a>>,
}

const TEXT: u8 = 4;

/// Reads a packed record as [`pack::pack`] writes it; `None` for any other bytes.
fn parse(packed: &[u8]) -> Option<(Shape<'_>, Parsed<'_>)> {
    let mut from = Reader { bytes: packed };
    let (id, kind, base) = from.head().ok()?;
    let count = from.length().ok()?;
    if count > CELLS || kind.len() > NAME_BYTES {
        return None;
    }
    let (mut names, mut cells) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut last = "";
    for _ in 0..count {
        let name = from.text().ok()?;
        if name.len() > NAME_BYTES || !names.is_empty() && name <= last {
            return None;
        }
        last = name;
        names.push(name);
        let stamp = match from.byte().ok()? {
            0 => None,
            1 => Some(from.stamp().ok().filter(|stamp| *stamp != base)?),
            _ => return None,
        };
        let value = from.passed(|from| from.pass(0)).ok()?;
        let (tag, mut bytes) = value.split_first()?;
        if *tag == TEXT {
            let mut text = Reader { bytes };
            text.length().ok()?;
            bytes = text.bytes;
        }
        cells.push(Cell {
            stamp,
            tag: *tag,
            bytes,
        });
    }
    from.bytes.is_empty().then_some(())?;
    Some(((kind, names), Parsed { id, base, cells }))
}

#[derive(Default)]
struct Devices(Vec<u64>);

impl Devices {
    fn place(&mut self, device: u64) -> u64 {
        let found = self.0.iter().position(|held| *held == device);
        let place = found.unwrap_or_else(|| {
            self.0.push(device);
            self.0.len() - 1
        });
        place as u64
    }
}

const STREAMS: usize = 10;

/// Writes packed records side by side.
pub fn spread<'a>(records: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let [mut shapes, mut of, mut ids, mut bases, mut devices] = [const { Vec::new() }; 5];
    let [mut marks, mut tags, mut texts, mut rest, mut plain] = [const { Vec::new() }; 5];
    let mut known: HashMap<Shape<'a>, usize> = HashMap::new();
    let mut order: Vec<(Shape<'a>, Vec<Parsed<'a>>)> = Vec::new();
    let mut all_ids: Vec<Id> = Vec::new();
    let mut seen = Devices::default();
    let mut time = 0;
    for packed in records {
        let Some((shape, parsed)) = parse(packed) else {
            atom::put_number(&mut of, 0);
            atom::put_number(&mut plain, packed.len() as u64);
            plain.extend_from_slice(packed);
            continue;
        };
        all_ids.push(parsed.id);
        atom::put_signed(&mut bases, parsed.base.time as i64 - time);
        time = parsed.base.time as i64;
        atom::put_number(&mut bases, u64::from(parsed.base.counter));
        atom::put_number(&mut bases, seen.place(parsed.base.device.0));
        let place = match known.get(&shape) {
            Some(place) => *place,
            None => {
                known.insert(shape.clone(), order.len());
                order.push((shape, Vec::new()));
                order.len() - 1
            }
        };
        atom::put_number(&mut of, place as u64 + 1);
        order[place].1.push(parsed);
    }
    for byte in 0..16 {
        ids.extend(all_ids.iter().map(|id| id.as_bytes()[byte]));
    }
    for ((kind, names), records) in &order {
        atom::put_text(&mut shapes, kind);
        atom::put_number(&mut shapes, names.len() as u64);
        for name in names {
            atom::put_text(&mut shapes, name);
        }
        for column in 0..names.len() {
            let cells = || {
                records
                    .iter()
                    .map(|record| (record.base, &record.cells[column]))
            };
            for (base, cell) in cells() {
                marks.push(u8::from(cell.stamp.is_some()));
                if let Some(stamp) = cell.stamp {
                    atom::put_signed(&mut marks, stamp.time as i64 - base.time as i64);
                    atom::put_number(&mut marks, u64::from(stamp.counter));
                    atom::put_number(&mut marks, seen.place(stamp.device.0));
                }
                tags.push(cell.tag);
                match cell.tag {
                    TEXT => atom::put_number(&mut tags, cell.bytes.len() as u64),
                    _ => rest.extend_from_slice(cell.bytes),
                }
            }
            let said: Vec<&[u8]> = cells()
                .filter(|(_, cell)| cell.tag == TEXT)
                .map(|(_, cell)| cell.bytes)
                .collect();
            match common(said.iter().map(|text| text.len())) {
                Some(length) => {
                    for byte in 0..length {
                        texts.extend(said.iter().map(|text| text[byte]));
                    }
                }
                None => said.iter().for_each(|text| texts.extend_from_slice(text)),
            }
        }
    }
    devices.extend(seen.0.iter().flat_map(|device| device.to_be_bytes()));
    let streams = [
        shapes, of, ids, bases, devices, marks, tags, texts, rest, plain,
    ];
    pack::join(streams.iter().map(Vec::as_slice))
}

/// The length that all have, if there is one.
fn common(mut lengths: impl Iterator<Item = usize>) -> Option<usize> {
    let first = lengths.next()?;
    lengths.all(|length| length == first).then_some(first)
}

/// A stamp whose time is told from another.
fn stamp(from: &mut Reader<'_>, time: u64, devices: &[u8]) -> Result<Stamp, Damaged> {
    let time = (time as i64).checked_add(from.signed()?);
    let time = time.and_then(|time| u64::try_from(time).ok());
    let counter = u16::try_from(from.number()?).map_err(|_| Damaged::Form)?;
    let device = usize::try_from(from.number()?).map_err(|_| Damaged::Form)?;
    let device = devices.as_chunks::<8>().0.get(device);
    Ok(Stamp {
        time: time
            .filter(|time| *time < crate::stamp::TIME_LIMIT)
            .ok_or(Damaged::Form)?,
        counter,
        device: crate::Device(u64::from_be_bytes(*device.ok_or(Damaged::Form)?)),
    })
}

/// The packed records of a page that [`spread`] made.
///
/// # Errors
/// [`Damaged`] if it is none; whatever the bytes are, this neither panics nor takes memory beyond a
/// multiple of their length.
pub fn gather(page: &[u8]) -> Result<Vec<Vec<u8>>, Damaged> {
    let streams: Vec<&[u8]> = pack::split(page).collect::<Result<_, _>>()?;
    let streams: [&[u8]; STREAMS] = streams.try_into().map_err(|_| Damaged::Form)?;
    let [
        shapes,
        of,
        ids,
        bases,
        devices,
        marks,
        tags,
        texts,
        rest,
        plain,
    ] = streams.map(|bytes| Reader { bytes });
    let (mut shapes, mut of, mut bases, devices) = (shapes, of, bases, devices.bytes);
    let mut cells = Streams {
        marks,
        tags,
        texts,
        rest,
    };
    let mut plain = plain;
    let (mut out, mut bare): (Vec<Vec<u8>>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
    while !of.bytes.is_empty() {
        let shape = usize::try_from(of.number()?).map_err(|_| Damaged::Form)?;
        match shape.checked_sub(1) {
            Some(shape) => {
                bare.push((shape, out.len()));
                out.push(Vec::new());
            }
            None => {
                let length = plain.length()?;
                out.push(plain.take(length)?.to_vec());
            }
        }
    }
    if ids.bytes.len() != bare.len() * 16 {
        return Err(Damaged::Form);
    }
    let mut members: Vec<Vec<(usize, Stamp, [u8; 16])>> = Vec::new();
    let mut time = 0;
    for (number, (shape, place)) in bare.iter().enumerate() {
        let base = stamp(&mut bases, time, devices)?;
        time = base.time;
        let mut id = [0; 16];
        for (at, byte) in id.iter_mut().enumerate() {
            *byte = ids.bytes[at * bare.len() + number];
        }
        // Each shape comes first where it is first needed.
        if *shape == members.len() {
            members.push(Vec::new());
        }
        let members = members.get_mut(*shape).ok_or(Damaged::Form)?;
        members.push((*place, base, id));
    }
    for members in members {
        let kind = shapes.text()?;
        let count = shapes.length()?;
        if count > CELLS || kind.len() > NAME_BYTES {
            return Err(Damaged::Form);
        }
        if cells.marks.bytes.len().min(cells.tags.bytes.len()) < count * members.len() {
            return Err(Damaged::Short);
        }
        for (place, base, id) in &members {
            let record = &mut out[*place];
            record.reserve(64 + count * 24);
            pack::put_head(record, Id::from_bytes(*id), kind, *base);
            atom::put_number(record, count as u64);
        }
        let mut last = None;
        for _ in 0..count {
            let name = shapes.text()?;
            if name.len() > NAME_BYTES || last.is_some_and(|last| last >= name) {
                return Err(Damaged::Form);
            }
            last = Some(name);
            let rows = members.iter().map(|(place, base, _)| (*place, *base));
            cells.column(&mut out, name, rows, devices)?;
        }
    }
    let left = [
        shapes,
        bases,
        cells.marks,
        cells.tags,
        cells.texts,
        cells.rest,
        plain,
    ];
    match left.iter().all(|stream| stream.bytes.is_empty()) {
        true => Ok(out),
        false => Err(Damaged::Form),
    }
}

struct Streams<'a> {
    marks: Reader<'a>,
    tags: Reader<'a>,
    texts: Reader<'a>,
    rest: Reader<'a>,
}

impl Streams<'_> {
    /// Appends one cell to each of these records.
    fn column(
        &mut self,
        out: &mut [Vec<u8>],
        name: &str,
        rows: impl Iterator<Item = (usize, Stamp)> + Clone,
        devices: &[u8],
    ) -> Result<(), Damaged> {
        // The texts come once it is known how long all are.
        let before = self.tags.bytes;
        let (mut lengths, mut whole, mut said) = (None, 0usize, 0usize);
        let mut alike = true;
        for _ in rows.clone() {
            if self.tags.byte()? == TEXT {
                let length = usize::try_from(self.tags.number()?).map_err(|_| Damaged::Form)?;
                alike &= *lengths.get_or_insert(length) == length;
                whole = whole.checked_add(length).ok_or(Damaged::Short)?;
                said += 1;
            }
        }
        let texts = self.texts.take(whole)?;
        let mut tags = Reader { bytes: before };
        let (mut at, mut number) = (0, 0);
        for (place, base) in rows {
            let record = &mut out[place];
            atom::put_text(record, name);
            match self.marks.byte()? {
                0 => record.push(0),
                1 => {
                    record.push(1);
                    atom::put_stamp(record, stamp(&mut self.marks, base.time, devices)?);
                }
                _ => return Err(Damaged::Form),
            }
            let tag = tags.byte()?;
            record.push(tag);
            if tag == TEXT {
                let length = usize::try_from(tags.number()?).map_err(|_| Damaged::Form)?;
                atom::put_number(record, length as u64);
                if alike {
                    record.extend((0..length).map(|byte| texts[byte * said + number]));
                } else {
                    record.extend_from_slice(&texts[at..at + length]);
                }
                at += length;
                number += 1;
            } else {
                record.extend_from_slice(self.rest.passed(|rest| rest.pass_tagged(tag, 0))?);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::version;
    use crate::{Record, Value};
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
