//! Count and digest of a set of records, by which phone and server tell whether they hold the same.
//!
//! The digest is the sum of a hash of each packed record, so it does not depend on the order in
//! which they came, and one that changes is taken out and put in again without looking at the
//! others. The hash is SipHash-1-3 with 128 bits: it is made for short texts, needs nothing but
//! 64-bit additions and turns, which WebAssembly has, and a thousandth of the app's size. It guards
//! against accidents, not against forgers: who may write here may write what they like anyway.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use siphasher::sip128::SipHasher13;
use std::fmt;

/// How many records, and the wrapping sum of their hashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sum {
    pub count: u64,
    /// 32 hexadecimal digits.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub digest: Digest,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Digest(pub u128);

impl Sum {
    /// Takes a packed record in.
    pub fn add(&mut self, packed: &[u8]) {
        self.count = self.count.wrapping_add(1);
        self.digest.0 = self.digest.0.wrapping_add(hash(packed));
    }

    /// Takes a packed record out that was taken in before.
    pub fn take(&mut self, packed: &[u8]) {
        self.count = self.count.wrapping_sub(1);
        self.digest.0 = self.digest.0.wrapping_sub(hash(packed));
    }
}

impl Digest {
    pub fn parse(text: &str) -> Option<Self> {
        let whole = text.len() == 32 && text.bytes().all(|c| c.is_ascii_hexdigit());
        let read = u128::from_str_radix(text, 16).ok();
        read.filter(|_| whole).map(Self)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

fn hash(packed: &[u8]) -> u128 {
    SipHasher13::new().hash(packed).as_u128()
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not a digest"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(parts: &[&str]) -> Sum {
        let mut sum = Sum::default();
        parts.iter().for_each(|part| sum.add(part.as_bytes()));
        sum
    }

    #[test]
    fn the_order_does_not_matter_and_what_is_taken_out_leaves_no_trace() {
        let mut all = sum(&["张三", "李四", "王五"]);
        assert_eq!(all, sum(&["王五", "张三", "李四"]));
        all.take("李四".as_bytes());
        assert_eq!(all, sum(&["张三", "王五"]));
        assert_ne!(all, sum(&["张三", "李四"]));
        assert_ne!(sum(&["张三", "张三"]), sum(&["张三"]));
    }

    /// Do not update: old phones compute this.
    #[test]
    fn the_digest_of_the_first_version_stays_as_it_is() {
        let text = serde_json::to_string(&sum(&["spring", "warmth"])).unwrap();
        let frozen = r#"{"count":2,"digest":"376b57ac188934465204b0ab71581a88"}"#;
        assert_eq!(text, frozen);
        assert_eq!(
            serde_json::from_str::<Sum>(&text).unwrap(),
            sum(&["warmth", "spring"])
        );
    }
}
