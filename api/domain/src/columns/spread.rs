//! How a page is written.

use super::{
    ALIKE, CELLS, LIST, LISTED, LISTED_BYTES, MIXED, NAME_BYTES, TEXT, WITH_STAMPS, put_bytes,
};
use crate::atom::{self, Raw, Reader};
use crate::pack;
use crate::{Id, Stamp};
use rustc_hash::FxHashMap;

#[derive(Clone, Copy)]
struct Cell<'a> {
    /// 0 if its stamp is the record's base, else which of the others.
    stamp: u8,
    /// The value, packed.
    value: &'a [u8],
}

/// The records of a kind with the same names.
struct Group<'a> {
    kind: &'a [u8],
    names: Vec<Raw<'a>>,
    count: usize,
    /// Of each record as many as there are names.
    cells: Vec<Cell<'a>>,
}

/// Which group is of a kind and its names.
type Known<'a> = FxHashMap<(&'a [u8], Vec<Raw<'a>>), usize>;

impl<'a> Group<'a> {
    fn is_of(&self, kind: &[u8], names: &[Raw<'_>]) -> bool {
        self.names == names && self.kind == kind
    }

    /// One cell of each record.
    fn column(&self, at: usize) -> Vec<Cell<'a>> {
        let cells = self.cells.iter().skip(at).step_by(self.names.len());
        cells.copied().collect()
    }
}

/// What is read of one record before it is known where it belongs.
#[derive(Default)]
struct Parsed<'a> {
    names: Vec<Raw<'a>>,
    cells: Vec<Cell<'a>>,
    others: Vec<Stamp>,
}

impl<'a> Parsed<'a> {
    /// Reads a packed record as [`pack::pack`] writes it; `None` for any other bytes. Whether texts are
    /// UTF-8 is not looked at: they are passed on as they are.
    fn read(&mut self, packed: &'a [u8]) -> Option<(Id, &'a [u8], Stamp)> {
        self.names.clear();
        self.cells.clear();
        self.others.clear();
        let mut from = Reader { bytes: packed };
        let (id, kind, base) = from.head().ok()?;
        let count = from.length().ok()?;
        if count > CELLS || kind.len() > NAME_BYTES {
            return None;
        }
        for _ in 0..count {
            let name = from.raw().ok()?;
            if name.0.len() > NAME_BYTES || self.names.last().is_some_and(|last| name <= *last) {
                return None;
            }
            self.names.push(name);
            let stamp = match from.byte().ok()? {
                0 => 0,
                1 => self.other(from.stamp().ok().filter(|stamp| *stamp != base)?),
                _ => return None,
            };
            let value = from.passed(Reader::skip).ok()?;
            self.cells.push(Cell { stamp, value });
        }
        let whole = from.bytes.is_empty();
        whole.then_some((id, kind.as_bytes(), base))
    }

    /// Which of the others a stamp is, counted from one; there are no more than cells.
    fn other(&mut self, stamp: Stamp) -> u8 {
        let found = self.others.iter().position(|held| *held == stamp);
        let place = found.unwrap_or_else(|| {
            self.others.push(stamp);
            self.others.len() - 1
        });
        place as u8 + 1
    }
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

/// Writes packed records side by side.
pub fn spread<'a>(records: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let [mut shapes, mut of, mut ids, mut bases] = [const { Vec::new() }; 4];
    let [mut devices, mut cells, mut plain] = [const { Vec::new() }; 3];
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known: Known<'a> = Known::default();
    let mut all_ids: Vec<Id> = Vec::new();
    let mut seen = Devices::default();
    let (mut time, mut last) = (0, 0);
    let mut parsed = Parsed::default();
    for packed in records {
        let read = parsed.read(packed).and_then(|(id, kind, base)| {
            // Most are like the one before.
            if !groups
                .get(last)
                .is_some_and(|group| group.is_of(kind, &parsed.names))
            {
                last = place(&mut groups, &mut known, kind, &parsed.names)?;
            }
            Some((id, base))
        });
        let Some((id, base)) = read else {
            atom::put_number(&mut of, 0);
            atom::put_number(&mut plain, packed.len() as u64);
            plain.extend_from_slice(packed);
            continue;
        };
        all_ids.push(id);
        put_stamp(&mut bases, base, time, &mut seen);
        time = base.time;
        atom::put_number(&mut bases, parsed.others.len() as u64);
        for other in &parsed.others {
            put_stamp(&mut bases, *other, base.time, &mut seen);
        }
        atom::put_number(&mut of, last as u64 + 1);
        groups[last].count += 1;
        groups[last].cells.extend_from_slice(&parsed.cells);
    }
    for byte in 0..16 {
        ids.extend(all_ids.iter().map(|id| id.as_bytes()[byte]));
    }
    for group in &groups {
        put_bytes(&mut shapes, group.kind);
        atom::put_number(&mut shapes, group.names.len() as u64);
        for (at, name) in group.names.iter().enumerate() {
            put_bytes(&mut shapes, name.0);
            put_column(&mut cells, &group.column(at));
        }
    }
    devices.extend(seen.0.iter().flat_map(|device| device.to_be_bytes()));
    let streams = [shapes, of, ids, bases, devices, cells, plain];
    pack::join(streams.iter().map(Vec::as_slice))
}

/// The group of records with these names, a new one if there is none; `None` if they are no texts.
fn place<'a>(
    groups: &mut Vec<Group<'a>>,
    known: &mut Known<'a>,
    kind: &'a [u8],
    names: &[Raw<'a>],
) -> Option<usize> {
    let shape = (kind, names.to_vec());
    if let Some(place) = known.get(&shape) {
        return Some(*place);
    }
    if names.iter().any(|name| name.text().is_err()) {
        return None;
    }
    groups.push(Group {
        kind,
        names: names.to_vec(),
        count: 0,
        cells: Vec::new(),
    });
    known.insert(shape, groups.len() - 1);
    Some(groups.len() - 1)
}

/// A stamp whose time is told from another.
fn put_stamp(out: &mut Vec<u8>, stamp: Stamp, time: u64, devices: &mut Devices) {
    atom::put_signed(out, stamp.time as i64 - time as i64);
    atom::put_number(out, u64::from(stamp.counter));
    atom::put_number(out, devices.place(stamp.device.0));
}

fn put_column(out: &mut Vec<u8>, column: &[Cell<'_>]) {
    let stamped = column.iter().any(|cell| cell.stamp > 0);
    let with_stamps = if stamped { WITH_STAMPS } else { 0 };
    let mut begin = |form: u8| {
        out.push(form << 1 | with_stamps);
        if stamped {
            out.extend(column.iter().map(|cell| cell.stamp));
        }
    };
    if let Some((list, places)) = listed(column) {
        begin(LIST);
        atom::put_number(out, list.len() as u64);
        list.iter().for_each(|value| out.extend_from_slice(value));
        out.extend(places);
    } else if let Some(texts) = alike(column) {
        begin(ALIKE);
        let length = texts.first().map_or(0, |text| text.len());
        atom::put_number(out, length as u64);
        for byte in 0..length {
            out.extend(texts.iter().map(|text| text[byte]));
        }
    } else {
        begin(MIXED);
        let texts: Vec<Option<&[u8]>> = column.iter().map(|cell| text(cell.value)).collect();
        for (cell, text) in column.iter().zip(&texts) {
            out.push(cell.value[0]);
            if let Some(text) = text {
                atom::put_number(out, text.len() as u64);
            }
        }
        for text in texts.iter().flatten() {
            out.extend_from_slice(text);
        }
        for (cell, _) in column.iter().zip(&texts).filter(|(_, text)| text.is_none()) {
            out.extend_from_slice(&cell.value[1..]);
        }
    }
}

/// The bytes of a packed value that is a text.
fn text(value: &[u8]) -> Option<&[u8]> {
    let (tag, bytes) = value.split_first()?;
    let mut from = Reader { bytes };
    let text = (*tag == TEXT).then(|| from.raw())?;
    text.ok().map(|text| text.0)
}

/// The different values, and of each record which it is; `None` if they are too many, or too long.
fn listed<'a>(column: &[Cell<'a>]) -> Option<(Vec<&'a [u8]>, Vec<u8>)> {
    // Else a list saves nothing.
    let most = LISTED.min(column.len().div_ceil(4));
    let mut list: Vec<&[u8]> = Vec::new();
    let mut known: FxHashMap<&[u8], u8> = FxHashMap::default();
    let mut places = Vec::with_capacity(column.len());
    let mut last = 0;
    for Cell { value, .. } in column {
        if list.get(usize::from(last)).is_none_or(|held| held != value) {
            last = match known.get(value) {
                Some(place) => *place,
                None if list.len() == most || value.len() > LISTED_BYTES => return None,
                None => {
                    list.push(value);
                    let place = (list.len() - 1) as u8;
                    known.insert(value, place);
                    place
                }
            };
        }
        places.push(last);
    }
    Some((list, places))
}

/// Texts that are all as long.
fn alike<'a>(column: &[Cell<'a>]) -> Option<Vec<&'a [u8]>> {
    let mut texts: Vec<&[u8]> = Vec::with_capacity(column.len());
    for cell in column {
        let text = text(cell.value)?;
        if texts.first().is_some_and(|first| first.len() != text.len()) {
            return None;
        }
        texts.push(text);
    }
    Some(texts)
}
