//! The outbox: what was saved here and the server has not accepted yet.

use domain::wire::Refused;
use domain::{Area, Change, Stamp, pack};
use serde::{Deserialize, Serialize};

/// One saved change. It is the record's newest version on this device and its place in the
/// outbox at once: both are one row, so neither can be there without the other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub change: Change,
    pub ledger: Area,
    /// Why the server refused it; it stays until the person mends or discards it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

impl Entry {
    /// Sorts as the changes were made.
    pub const fn key(&self) -> Stamp {
        self.change.stamp
    }
}

/// What accepted changes do to their records, packed as one page.
pub fn page<'e>(accepted: impl IntoIterator<Item = &'e Entry>) -> Vec<u8> {
    let deltas = accepted.into_iter();
    let packed: Vec<Vec<u8>> = deltas.map(|entry| entry.change.pack_delta()).collect();
    pack::join(packed.iter().map(Vec::as_slice))
}
