//! The history's hash chain: each accepted change carries a hash over itself and the one before,
//! so whoever alters an entry breaks every link after it.

use sha2::{Digest, Sha256};

/// One entry of a ledger's history, in the bytes in which it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub seq: u64,
    /// The record's id.
    pub record: &'a [u8],
    pub stamp: &'a str,
    /// Who made the change.
    pub person: &'a [u8],
    /// When the server took it, in milliseconds since 1970 UTC.
    pub received: i64,
    /// The change, byte for byte as it is kept (see [`crate::Change::pack`]).
    pub body: &'a [u8],
}

/// The entry's link: SHA-256 over the link before (nothing for the first), the sequence number (8
/// bytes, big-endian), record, stamp, person, time (8 bytes, big-endian) and body.
pub fn link(before: &[u8], entry: &Entry<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(entry.seq.to_be_bytes());
    hash.update(entry.record);
    hash.update(entry.stamp);
    hash.update(entry.person);
    hash.update(entry.received.to_be_bytes());
    hash.update(entry.body);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: Entry<'static> = Entry {
        seq: 1,
        record: &[1; 16],
        stamp: "0199d2a07c0000010123456789abcdef",
        person: &[2; 16],
        received: 1_700_000_000_000,
        body: b"{}",
    };

    /// Do not update: histories on servers hold this.
    #[test]
    fn the_link_of_the_first_version_stays() {
        let hex: String = link(&[], &ENTRY)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(
            hex,
            "ac8c5852dbbd0e294e4a921019e45c11331a65d575b64558395aa2c06cf8fa59"
        );
    }

    #[test]
    fn nothing_of_an_entry_can_be_altered_without_altering_its_link() {
        let first = link(&[], &ENTRY);
        let altered = [
            Entry { seq: 2, ..ENTRY },
            Entry {
                record: &[3; 16],
                ..ENTRY
            },
            Entry {
                stamp: "0199d2a07c0000010123456789abcdee",
                ..ENTRY
            },
            Entry {
                person: &[3; 16],
                ..ENTRY
            },
            Entry {
                received: 1,
                ..ENTRY
            },
            Entry {
                body: b"{ }",
                ..ENTRY
            },
        ];
        for entry in altered {
            assert_ne!(link(&[], &entry), first, "{entry:?}");
        }
        assert_ne!(link(&first, &ENTRY), first);
    }
}
