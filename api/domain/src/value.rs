//! What a cell holds. Few plain shapes, so that an app can keep what a newer one wrote.

use crate::{Area, Id};
use jiff::civil::Date;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// A value on the wire is the JSON value of the same shape. There are no fractions: money is in
/// fen, places are in millionths of a degree, so that equal values are equal bytes.
///
/// Dates are text (`2026-02-17`), moments are milliseconds since 1970 UTC, references and areas
/// are text, choices are the option's key. The order is total and serves to break ties.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Value {
    /// Emptied by somebody; not the same as a cell that was never written.
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Value>),
}

impl Value {
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) | Self::Int(_) => false,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How deep lists are nested; a plain value is 0.
    pub fn depth(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            _ => 0,
        }
    }
}

/// A whole number of small parts as people write it: `decimal(3650, 2)` is `36.50`.
pub fn decimal(number: i64, decimals: usize) -> String {
    let scale = 10i64.pow(decimals as u32);
    if decimals == 0 {
        return number.to_string();
    }
    let sign = if number < 0 { "-" } else { "" };
    let (whole, rest) = ((number / scale).abs(), (number % scale).abs());
    format!("{sign}{whole}.{rest:0decimals$}")
}

/// Reads what [`decimal`] writes, with fewer decimals too; `None` if it is no such number.
pub fn of_decimal(text: &str, decimals: usize) -> Option<i64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
    let signless = whole.strip_prefix('-').unwrap_or(whole);
    if rest.len() > decimals || !digits(rest) || signless.is_empty() || !digits(signless) {
        return None;
    }
    format!("{whole}{rest:0<decimals$}").parse().ok()
}

/// A Rust type that a cell can be read as and written from.
pub trait Shape: Sized {
    fn read(value: &Value) -> Option<Self>;
    fn write(self) -> Value;
}

impl Shape for String {
    fn read(value: &Value) -> Option<Self> {
        value.as_text().map(str::to_owned)
    }
    fn write(self) -> Value {
        Value::Text(self)
    }
}

impl Shape for bool {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }
    fn write(self) -> Value {
        Value::Bool(self)
    }
}

impl Shape for i64 {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }
    fn write(self) -> Value {
        Value::Int(self)
    }
}

impl Shape for Date {
    fn read(value: &Value) -> Option<Self> {
        let text = value.as_text()?;
        (text.len() == 10).then(|| text.parse().ok()).flatten()
    }
    fn write(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl Shape for Id {
    fn read(value: &Value) -> Option<Self> {
        Self::parse(value.as_text()?)
    }
    fn write(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl Shape for Area {
    fn read(value: &Value) -> Option<Self> {
        Self::parse(value.as_text()?)
    }
    fn write(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::List(items) => items.iter().map(T::read).collect(),
            _ => None,
        }
    }
    fn write(self) -> Value {
        Value::List(self.into_iter().map(T::write).collect())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_unit(),
            Self::Bool(flag) => to.serialize_bool(*flag),
            Self::Int(number) => to.serialize_i64(*number),
            Self::Text(text) => to.serialize_str(text),
            Self::List(items) => to.collect_seq(items),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Plain;
        impl<'de> Visitor<'de> for Plain {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("null, a boolean, a whole number, a text or a list of these")
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
                Ok(Value::Bool(flag))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
                Ok(Value::Int(number))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
                i64::try_from(number)
                    .map(Value::Int)
                    .map_err(|_| E::custom("number too large"))
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Value::List(list))
            }
        }
        from.deserialize_any(Plain)
    }
}

#[cfg(feature = "schema")]
mod schema {
    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{ObjectBuilder, Schema};

    impl utoipa::PartialSchema for super::Value {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .schema_type(utoipa::openapi::schema::SchemaType::AnyValue)
                .description(Some(
                    "null, a boolean, a whole number, a text or a list of these",
                ))
                .into()
        }
    }
    impl utoipa::ToSchema for super::Value {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_back_and_half_a_fen_is_none() {
        for (text, number) in [
            ("36.50", 3650),
            ("0.05", 5),
            ("-1.20", -120),
            ("12.00", 1200),
        ] {
            assert_eq!(decimal(number, 2), text);
            assert_eq!(of_decimal(text, 2), Some(number));
        }
        assert_eq!(of_decimal("36.5", 1), Some(365));
        assert_eq!(of_decimal("800", 2), Some(80_000));
        for wrong in [
            "1.005",
            "",
            ".",
            "1,5",
            "abc",
            "--1",
            "99999999999999999999",
        ] {
            assert_eq!(of_decimal(wrong, 2), None, "{wrong}");
        }
    }
}
