//! How far a device has pulled a ledger, and how it asks for what comes next.

use domain::Area;
use domain::wire::PullHead;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far the device has pulled a ledger.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Cursor {
    pub after: u64,
    /// Empty while the ledger is to be pulled anew.
    pub view: String,
    /// How often the ledger was pulled anew because the device did not hold what it should.
    #[serde(default)]
    pub repaired: u64,
    /// The last change of which this device has heard, and what the history was there.
    #[serde(default)]
    pub seen: u64,
    #[serde(default)]
    pub chain: String,
    /// True while something waits to be given back (see `give_back`).
    #[serde(default)]
    pub aside: bool,
    /// Since when, in milliseconds since 1970 UTC.
    #[serde(default)]
    pub aside_since: i64,
    /// True while the ledger is pulled anew and what this device wrote in it has not come yet.
    #[serde(default)]
    pub anew: bool,
    /// The digest of the grants with which the ledger was last synced.
    #[serde(default)]
    pub grants: String,
}

impl Cursor {
    /// True if both have pulled as far.
    pub fn is_as_far_as(&self, other: &Self) -> bool {
        (self.after, &self.view) == (other.after, &other.view)
    }

    /// Goes on to where a page ends.
    pub(super) fn pass(&mut self, head: &PullHead) {
        self.after = head.cursor;
        self.view = head.view.clone();
        // The page may end before a change of this device's own, of which it has heard already.
        if head.behind || head.cursor >= self.seen {
            self.seen = head.cursor;
            self.chain = head.chain.clone();
        }
    }
}

pub type Cursors = BTreeMap<Area, Cursor>;

/// What is asked of the server for a ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ask {
    pub after: u64,
    pub view: String,
    pub seen: u64,
    pub chain: String,
    /// More than 0 only in asking for a new whole.
    pub repaired: u64,
}

impl Ask {
    pub(super) fn of(cursor: Cursor) -> Self {
        Self {
            repaired: if cursor.view.is_empty() {
                cursor.repaired
            } else {
                0
            },
            after: cursor.after,
            view: cursor.view,
            seen: cursor.seen,
            chain: cursor.chain,
        }
    }

    /// How the page after this one is asked for, if nothing comes between; `None` after the last.
    pub fn next(&self, head: &PullHead) -> Option<Self> {
        let mut cursor = Cursor {
            seen: self.seen,
            chain: self.chain.clone(),
            ..Cursor::default()
        };
        cursor.pass(head);
        head.more.then(|| Self::of(cursor))
    }
}
