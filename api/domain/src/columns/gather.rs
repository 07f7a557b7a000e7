//! How a page is read.

use super::{
    ALIKE, CELLS, LIST, LISTED, LISTED_BYTES, MIXED, NAME_BYTES, STREAMS, TEXT, WITH_STAMPS,
    put_bytes,
};
use crate::atom::{self, Damaged, Reader};
use crate::pack;
use crate::{Id, Stamp};
use std::ops::Range;

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
    let [shapes, of, ids, bases, devices, cells, plain] = streams.map(|bytes| Reader { bytes });
    let (mut shapes, mut of, mut bases, devices) = (shapes, of, bases, devices.bytes);
    let (mut cells, mut plain) = (cells, plain);
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
    let (mut members, mut others): (Vec<Vec<Member>>, Vec<Stamp>) = (Vec::new(), Vec::new());
    let mut time = 0;
    for (number, (shape, place)) in bare.iter().enumerate() {
        let base = stamp(&mut bases, time, devices)?;
        time = base.time;
        let first = others.len();
        for _ in 0..bases.length()? {
            others.push(stamp(&mut bases, base.time, devices)?);
        }
        let mut id = [0; 16];
        for (at, byte) in id.iter_mut().enumerate() {
            *byte = ids.bytes[at * bare.len() + number];
        }
        // Each shape comes first where it is first needed.
        if *shape == members.len() {
            members.push(Vec::new());
        }
        let members = members.get_mut(*shape).ok_or(Damaged::Form)?;
        members.push(Member {
            place: *place,
            base,
            others: first..others.len(),
            id,
        });
    }
    for members in members {
        let kind = shapes.text()?;
        let count = shapes.length()?;
        if count > CELLS || kind.len() > NAME_BYTES {
            return Err(Damaged::Form);
        }
        // Each cell takes a byte at the least.
        if cells.bytes.len() < count * members.len() {
            return Err(Damaged::Short);
        }
        for Member {
            place, base, id, ..
        } in &members
        {
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
            column(&mut cells, &mut out, name, &members, &others)?;
        }
    }
    let left = [shapes, bases, cells, plain];
    match left.iter().all(|stream| stream.bytes.is_empty()) {
        true => Ok(out),
        false => Err(Damaged::Form),
    }
}

/// A record that is made of cells.
struct Member {
    place: usize,
    base: Stamp,
    /// Which of all records' other stamps are its own.
    others: Range<usize>,
    id: [u8; 16],
}

/// Appends one cell to each of these records.
fn column(
    from: &mut Reader<'_>,
    out: &mut [Vec<u8>],
    name: &str,
    members: &[Member],
    others: &[Stamp],
) -> Result<(), Damaged> {
    let form = from.byte()?;
    let mut heads = Heads::new(name);
    if form & WITH_STAMPS != 0 {
        heads.stamps = Some(stamps(from, members, others)?);
    }
    let places = || members.iter().map(|member| member.place).enumerate();
    match form >> 1 {
        MIXED => {
            // The texts come once it is known how long all are.
            let before = from.bytes;
            let mut whole = 0usize;
            for _ in members {
                if from.byte()? == TEXT {
                    let length = usize::try_from(from.number()?).map_err(|_| Damaged::Form)?;
                    whole = whole.checked_add(length).ok_or(Damaged::Short)?;
                }
            }
            let mut texts = Reader {
                bytes: from.take(whole)?,
            };
            let mut tags = Reader { bytes: before };
            for (number, place) in places() {
                let record = &mut out[place];
                heads.put(record, number);
                let tag = tags.byte()?;
                record.push(tag);
                if tag == TEXT {
                    let length = tags.number()?;
                    atom::put_number(record, length);
                    record.extend_from_slice(texts.take(length as usize)?);
                } else {
                    record.extend_from_slice(from.passed(|from| from.pass_tagged(tag, 0))?);
                }
            }
        }
        LIST => {
            let count = from.length()?;
            if count > LISTED {
                return Err(Damaged::Form);
            }
            let mut list = Vec::with_capacity(count);
            for _ in 0..count {
                let value = from.passed(Reader::skip)?;
                if value.len() > LISTED_BYTES {
                    return Err(Damaged::Form);
                }
                list.push(value);
            }
            let of = from.take(members.len())?;
            for (number, place) in places() {
                let value = list.get(usize::from(of[number])).ok_or(Damaged::Form)?;
                heads.put(&mut out[place], number);
                out[place].extend_from_slice(value);
            }
        }
        ALIKE => {
            let (length, count) = (from.length()?, members.len());
            let texts = from.take(length.checked_mul(count).ok_or(Damaged::Short)?)?;
            let mut lines = vec![0; texts.len()];
            if count > 0 {
                for (byte, column) in texts.chunks(count).enumerate() {
                    for (number, of) in column.iter().enumerate() {
                        lines[number * length + byte] = *of;
                    }
                }
            }
            for (number, place) in places() {
                let record = &mut out[place];
                heads.put(record, number);
                record.push(TEXT);
                put_bytes(record, &lines[number * length..(number + 1) * length]);
            }
        }
        _ => return Err(Damaged::Form),
    }
    Ok(())
}

/// What a column's cells begin with.
struct Heads {
    name: Vec<u8>,
    stamps: Option<Vec<Option<Stamp>>>,
}

impl Heads {
    fn new(name: &str) -> Self {
        let mut head = Vec::with_capacity(name.len() + 2);
        put_bytes(&mut head, name.as_bytes());
        head.push(0);
        Self {
            name: head,
            stamps: None,
        }
    }

    fn put(&self, record: &mut Vec<u8>, number: usize) {
        record.extend_from_slice(&self.name);
        let stamps = self.stamps.as_ref();
        if let Some(stamp) = stamps.and_then(|stamps| stamps[number]) {
            record.pop();
            record.push(1);
            atom::put_stamp(record, stamp);
        }
    }
}

/// The stamps of a column's cells that are not their record's base.
fn stamps(
    from: &mut Reader<'_>,
    members: &[Member],
    others: &[Stamp],
) -> Result<Vec<Option<Stamp>>, Damaged> {
    let which = from.take(members.len())?.iter().zip(members);
    let of = |(which, member): (&u8, &Member)| {
        let own = &others[member.others.clone()];
        match usize::from(*which).checked_sub(1) {
            None => Ok(None),
            Some(place) => own.get(place).copied().map(Some).ok_or(Damaged::Form),
        }
    };
    which.map(of).collect()
}
