//! What a locked-out device leaves with the server: its outbox and its drafts, for the same person's
//! next device.

use crate::Change;
use crate::kind::Kind;
use crate::wire::LeftBehind;
use serde::{Deserialize, Serialize};

/// A line of a parcel, as JSON: `E` is how the app keeps a change that was not sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line<E> {
    Outbox(E),
    /// A form that was not saved, as the app keeps it.
    Draft(String),
}

/// Of the app's entry, what the rules know.
#[derive(Debug, Deserialize)]
struct Unsent {
    change: Change,
}

/// How much parcels hold, and nothing of what is in them.
pub fn counted<'a>(parcels: impl IntoIterator<Item = &'a str>) -> LeftBehind {
    let mut left = LeftBehind::default();
    for line in parcels.into_iter().flat_map(str::lines) {
        let kind = match serde_json::from_str(line) {
            Ok(Line::Outbox(Unsent { change })) => Kind::find(&change.kind),
            _ => None,
        };
        match kind {
            Some(kind) => *left.changes.entry(kind.name.to_owned()).or_default() += 1,
            None => left.others += 1,
        }
    }
    left
}
