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

/// Bytes of a parcel, at most; the server takes [`crate::wire::PARCELS`].
const PARCEL: usize = crate::wire::PARCEL_BYTES - 100_000;

/// Lines in parcels that the server takes.
pub fn parcels(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut parcels: Vec<String> = Vec::new();
    for line in lines {
        match parcels.last_mut() {
            Some(last) if last.len() + line.len() < PARCEL => {
                last.push('\n');
                last.push_str(&line);
            }
            _ => parcels.push(line),
        }
    }
    parcels
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

#[cfg(test)]
mod tests {
    use super::{PARCEL, parcels};

    #[test]
    fn last_words_go_in_parcels_that_the_server_takes_and_none_is_lost() {
        let lines: Vec<String> = (0..40)
            .map(|n| format!("{n}{}", "字".repeat(30_000)))
            .collect();
        let made = parcels(lines.iter().cloned());
        assert_eq!(made.len(), 2);
        assert!(made.iter().all(|parcel| parcel.len() <= PARCEL));
        let back: Vec<&str> = made.iter().flat_map(|parcel| parcel.lines()).collect();
        assert_eq!(back, lines);
        assert!(parcels(std::iter::empty()).is_empty());
    }
}
