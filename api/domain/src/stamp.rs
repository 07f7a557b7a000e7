//! Hybrid logical clock stamps (Kulkarni et al., 2014): they order all writes of all devices.

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A device's number: 64 random bits given by the server at enrolment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Device(pub u64);

/// When and where a cell was written. Stamps sort by time, then counter, then device.
///
/// Its text form is 32 lower-case hexadecimal digits: 12 of milliseconds since 1970 UTC, 4 of
/// the counter, 16 of the device; it sorts as the stamp does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stamp {
    /// Milliseconds since 1970 UTC; below 2⁴⁸.
    pub time: u64,
    pub counter: u16,
    pub device: Device,
}

/// How far ahead of the server's clock a stamp may be, in milliseconds.
pub const AHEAD_ALLOWED_MS: u64 = 5 * 60 * 1000;

/// A stamp's time is below this.
pub(crate) const TIME_LIMIT: u64 = 1 << 48;

impl Stamp {
    pub fn parse(text: &str) -> Option<Self> {
        let text: &[u8; 32] = text.as_bytes().try_into().ok()?;
        Some(Self {
            time: number(&text[..12])?,
            counter: number(&text[12..16])? as u16,
            device: Device(number(&text[16..])?),
        })
    }

    /// True if the stamp lies more than [`AHEAD_ALLOWED_MS`] after `now_ms`.
    pub fn is_ahead_of(&self, now_ms: i64) -> bool {
        let now = u64::try_from(now_ms).unwrap_or(0);
        self.time > now.saturating_add(AHEAD_ALLOWED_MS)
    }
}

/// One device's clock. `tick` never goes back, even when the phone's own clock does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    last: Stamp,
}

impl Clock {
    /// A clock that goes on after `last`, the greatest stamp that the device has written or seen.
    pub fn after(last: Stamp) -> Self {
        Self { last }
    }

    /// The next stamp of `device` at the time `now_ms`.
    pub fn tick(&mut self, now_ms: i64, device: Device) -> Stamp {
        let now = u64::try_from(now_ms).unwrap_or(0).min(TIME_LIMIT - 1);
        let (time, counter) = if now > self.last.time {
            (now, 0)
        } else if self.last.counter < u16::MAX {
            (self.last.time, self.last.counter + 1)
        } else {
            (self.last.time + 1, 0)
        };
        self.last = Stamp {
            time,
            counter,
            device,
        };
        self.last
    }

    /// Takes note of another device's stamp, so that what is written next sorts after it.
    pub fn observe(&mut self, seen: Stamp) {
        self.last = self.last.max(seen);
    }
}

/// As many lower-case hexadecimal digits of a number as there is room. Each change and each row is
/// named so, and the formatter's own way takes several times as long.
fn digits(mut number: u64, room: &mut [u8]) {
    for digit in room.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 15) as usize];
        number >>= 4;
    }
}

/// The number that at most 16 of such digits say.
fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u64::from(value))
    })
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 16];
        digits(self.0, &mut text);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 32];
        digits(self.time, &mut text[..12]);
        digits(self.counter.into(), &mut text[12..16]);
        digits(self.device.0, &mut text[16..]);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Device {
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 16)
            .then(|| u64::from_str_radix(text, 16).ok())
            .flatten()
            .map(Self)
    }
}

/// Reads a text where it stands.
struct Read<T>(fn(&str) -> Option<T>, &'static str);

impl<T> Visitor<'_> for Read<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        self.0(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Read(Self::parse, "a stamp"))
    }
}

impl Serialize for Device {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Device {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Read(Self::parse, "a device number"))
    }
}

#[cfg(feature = "schema")]
mod schema {
    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

    fn hex(pattern: &str, text: &str) -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(pattern))
            .description(Some(text))
            .into()
    }
    impl utoipa::PartialSchema for super::Stamp {
        fn schema() -> RefOr<Schema> {
            hex(
                "^[0-9a-f]{32}$",
                "Time in ms (12 hex digits), counter (4), device (16).",
            )
        }
    }
    impl utoipa::ToSchema for super::Stamp {}
    impl utoipa::PartialSchema for super::Device {
        fn schema() -> RefOr<Schema> {
            hex("^[0-9a-f]{16}$", "A device's number, given at enrolment.")
        }
    }
    impl utoipa::ToSchema for super::Device {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_still_goes_forward() {
        let mut clock = Clock::default();
        let first = clock.tick(2_000, Device(1));
        let second = clock.tick(1_000, Device(1));
        assert!(second > first);
        assert_eq!((second.time, second.counter), (2_000, 1));
    }

    #[test]
    fn what_is_written_after_seeing_a_stamp_sorts_after_it() {
        let mut clock = Clock::default();
        let seen = Stamp {
            time: 9_000,
            counter: u16::MAX,
            device: Device(7),
        };
        clock.observe(seen);
        let next = clock.tick(5, Device(1));
        assert!(next > seen);
        assert_eq!((next.time, next.counter), (9_001, 0));
    }

    #[test]
    fn the_text_form_sorts_as_the_stamp_and_reads_back() {
        let a = Stamp {
            time: 255,
            counter: 16,
            device: Device(3),
        };
        let b = Stamp {
            time: 256,
            counter: 0,
            device: Device(1),
        };
        assert!(a < b && a.to_string() < b.to_string());
        assert_eq!(Stamp::parse(&a.to_string()), Some(a));
        assert_eq!(Stamp::parse("+0000000000000000000000000000000"), None);
    }
}
