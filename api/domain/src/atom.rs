//! What packed forms are made of: numbers, texts, stamps and values as bytes. The layout of each
//! stands with the record's own, in [`crate::pack`].

use crate::stamp::TIME_LIMIT;
use crate::{Device, Stamp, Value};

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

pub(crate) fn put_value(out: &mut Vec<u8>, value: &Value) {
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

/// The bytes of a text, in the order of which texts are, too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Raw<'a>(pub(crate) &'a [u8]);

impl<'a> Raw<'a> {
    pub(crate) fn text(self) -> Result<&'a str, Damaged> {
        std::str::from_utf8(self.0).map_err(|_| Damaged::Form)
    }

    /// Reads it over another one, whose memory it takes. Records that are read one after the other
    /// have most of their texts in common, which then are not looked through again.
    pub(crate) fn over(self, held: &mut String) -> Result<(), Damaged> {
        if held.as_bytes() != self.0 {
            let text = self.text()?;
            held.clear();
            held.push_str(text);
        }
        Ok(())
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let (head, rest) = self.bytes.split_at_checked(count).ok_or(Damaged::Short)?;
        self.bytes = rest;
        Ok(head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Damaged> {
        let (byte, rest) = self.bytes.split_first().ok_or(Damaged::Short)?;
        self.bytes = rest;
        Ok(*byte)
    }

    /// A varint in its shortest form only, so that equal records are equal bytes.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<u64, Damaged> {
        // Nearly all are small.
        match self.bytes.split_first() {
            Some((byte, rest)) if *byte < 0x80 => {
                self.bytes = rest;
                Ok(u64::from(*byte))
            }
            _ => self.large_number(),
        }
    }

    fn large_number(&mut self) -> Result<u64, Damaged> {
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
        self.raw()?.text()
    }

    /// A text that is looked at when it is needed.
    pub(crate) fn raw(&mut self) -> Result<Raw<'a>, Damaged> {
        let length = self.length()?;
        self.take(length).map(Raw)
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

    pub(crate) fn value(&mut self, depth: usize) -> Result<Value, Damaged> {
        let mut value = Value::Null;
        self.value_over(&mut value, depth)?;
        Ok(value)
    }

    /// Reads a value over another one, whose memory it takes.
    pub(crate) fn value_over(&mut self, value: &mut Value, depth: usize) -> Result<(), Damaged> {
        match (self.byte()?, &mut *value) {
            (0, _) => *value = Value::Null,
            (1, _) => *value = Value::Bool(false),
            (2, _) => *value = Value::Bool(true),
            (3, _) => *value = Value::Int(self.signed()?),
            (4, Value::Text(held)) => self.raw()?.over(held)?,
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

    /// The bytes over which `pass` passes.
    pub(crate) fn passed(
        &mut self,
        pass: impl FnOnce(&mut Self) -> Result<(), Damaged>,
    ) -> Result<&'a [u8], Damaged> {
        let before = self.bytes;
        pass(self)?;
        Ok(&before[..before.len() - self.bytes.len()])
    }

    /// Passes over a value of which is known that it is one: what a text is is not looked at.
    pub(crate) fn skip(&mut self) -> Result<(), Damaged> {
        match self.byte()? {
            4 => self.raw().map(drop),
            tag => self.pass_tagged(tag, 0),
        }
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
}
