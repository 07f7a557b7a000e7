//! The outbox: what was saved here and the server has not accepted yet.

use domain::wire::Refused;
use domain::{Area, Change};
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
    pub fn key(&self) -> String {
        self.change.stamp.to_string()
    }
}
