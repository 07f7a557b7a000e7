//! Who may make a change: by what it claims to write, and by the record as it stood and will stand.

use super::{Author, Change, Refusal};
use crate::record::{AUTHOR, MERGED_INTO};
use crate::value::Shape;
use crate::{Grants, Id, Kind, Record, Sensitivity, same};

/// What is asked of a record as it stood before a change.
pub(super) struct Before {
    pub(super) is_new: bool,
    /// Whether these grants may say which record is the same as which.
    may_merge: bool,
    /// How sensitive a cell these grants write; `None` if none at all.
    writes: Option<Sensitivity>,
    pub(super) has_departed: bool,
}

impl Before {
    pub(super) fn of(
        current: Option<&Record>,
        kind: &Kind,
        grants: &Grants,
        claim: &Claim,
    ) -> Self {
        let may_merge = |record: &Record| same::may_merge(grants, kind, record);
        Self {
            is_new: current.is_none(),
            may_merge: claim.is_tie() && current.is_none_or(may_merge),
            writes: match current {
                Some(record) => grants.writes(kind, record),
                None => Some(Sensitivity::Sensitive),
            },
            has_departed: current.is_some_and(crate::trip::has_departed),
        }
    }
}

/// What a change writes that not everybody may.
pub(super) struct Claim {
    /// Nothing but which records are the same.
    only_ties: bool,
    merges: bool,
    /// The most sensitive of its cells.
    level: Option<Sensitivity>,
    author: Option<Id>,
}

impl Claim {
    pub(super) fn of(change: &Change, kind: &'static Kind) -> Self {
        let names = || change.cells.keys();
        let level = |name: &String| crate::grant::sensitivity(kind, name);
        Self {
            only_ties: names().all(|name| same::is_tie(name)),
            merges: change.cells.contains_key(MERGED_INTO.name()),
            level: names().map(level).max(),
            author: change.cells.get(AUTHOR.name()).and_then(Id::read),
        }
    }

    pub(super) const fn is_tie(&self) -> bool {
        self.merges || self.only_ties
    }
}

pub(super) fn allowed(
    before: &Before,
    next: &Record,
    kind: &'static Kind,
    claim: &Claim,
    author: Author<'_>,
) -> Result<(), Refusal> {
    let grants = author.grants;
    let in_charge = before.may_merge && same::may_merge(grants, kind, next);
    if claim.merges && !in_charge {
        return Err(Refusal::NotAllowed);
    }
    // Whoever is in charge says which records are the same, without writing anything else in them.
    if !in_charge || !claim.only_ties {
        let level = before.writes.min(grants.writes(kind, next));
        if level.is_none() || level < claim.level {
            return Err(Refusal::NotAllowed);
        }
    }
    match (before.is_new, claim.author) {
        (true, Some(person)) if person == author.person => Ok(()),
        (false, None) => Ok(()),
        _ => Err(Refusal::NotAllowed),
    }
}
