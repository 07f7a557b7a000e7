//! What each view of a ledger holds, counted on from pull to pull: a pull costs as much as what
//! changed since the last one, and the first ones of a view a part of the ledger each.

use super::Rows;
use domain::digest::Sum;
use domain::sight::Sight;
use domain::{Id, change, pack};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The sum of what a view showed when change `seq` had been accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agreement {
    pub seq: u64,
    /// While the whole is counted for the first time: the records up to this id are in the sum.
    pub until: Option<Id>,
    pub sum: Sum,
}

impl Agreement {
    fn begun(seq: u64) -> Self {
        Self {
            seq,
            until: Some(Id::from_bytes([0; 16])),
            sum: Sum::default(),
        }
    }
}

/// Counts a view on; gives its sum once that is up to the last change.
pub(super) fn advance<R: Rows>(
    rows: &R,
    view: &str,
    sight: &mut Sight<'_>,
    anew: bool,
) -> Result<Option<Sum>, R::Error> {
    let last = rows.last()?;
    let held = rows.agreement(view)?;
    // A phone that does not agree with the sum may be right.
    let sound = |held: &Agreement| !anew && held.seq <= last;
    let mut at = held
        .clone()
        .filter(sound)
        .unwrap_or_else(|| Agreement::begun(last));
    if anew {
        rows.agree(view, &at)?;
    }
    let mut left = rows.counted_at_once();
    while let Some(from) = at.until.filter(|_| left > 0) {
        left -= count_rows(rows, sight, &mut at, from, left)?;
    }
    while at.until.is_none() && at.seq < last && left > 0 {
        let counted = count_changes(rows, sight, &mut at, left)?;
        left = left.saturating_sub(counted);
    }
    if held.as_ref() != Some(&at) {
        rows.agree(view, &at)?;
    }
    Ok((at.until.is_none() && at.seq == last).then_some(at.sum))
}

fn count_rows<R: Rows>(
    rows: &R,
    sight: &mut Sight<'_>,
    at: &mut Agreement,
    from: Id,
    limit: usize,
) -> Result<usize, R::Error> {
    let found = rows.by_id(from, limit)?;
    let count = found.len();
    at.until = found.last().filter(|_| count == limit).map(|(id, _)| *id);
    for (id, row) in found {
        let then = if row.seq <= at.seq {
            Some(row.body)
        } else {
            replayed(rows, id, at.seq)?
        };
        if let Some(seen) = seen(sight, then)? {
            at.sum.add(&seen);
        }
    }
    Ok(count)
}

fn count_changes<R: Rows>(
    rows: &R,
    sight: &mut Sight<'_>,
    at: &mut Agreement,
    limit: usize,
) -> Result<usize, R::Error> {
    let Some(changed) = rows.versions(at.seq, limit)? else {
        // Without its history a ledger cannot be counted on.
        return Ok(limit);
    };
    for (before, now) in changed.records {
        if let Some(before) = seen(sight, before)? {
            at.sum.take(&before);
        }
        if let Some(now) = seen(sight, now)? {
            at.sum.add(&now);
        }
    }
    at.seq = changed.until;
    Ok(changed.count)
}

/// What some changes made of the records that they changed.
#[derive(Debug)]
pub struct Changed {
    /// The number of the last of the changes, and how many they are.
    pub until: u64,
    pub count: usize,
    /// Each record before the first of them and after the last, packed.
    pub records: Vec<Version>,
}

pub type Version = (Option<Vec<u8>>, Option<Vec<u8>>);

/// The changes after a number, read from the history.
pub fn replay<R: Rows + ?Sized>(
    rows: &R,
    after: u64,
    limit: usize,
) -> Result<Option<Changed>, R::Error> {
    let changed = rows.changed(after, limit)?;
    let Some((until, _)) = changed.last().copied() else {
        return Ok(None);
    };
    let ids: BTreeSet<Id> = changed.iter().map(|(_, id)| *id).collect();
    let records = ids.into_iter().map(|id| {
        let before = replayed(rows, id, after)?;
        let now = match rows.row(id)? {
            Some(row) if row.seq <= until => Some(row.body),
            _ => replayed(rows, id, until)?,
        };
        Ok((before, now))
    });
    let records = records.collect::<Result<_, R::Error>>()?;
    let count = changed.len();
    Ok(Some(Changed {
        until,
        count,
        records,
    }))
}

/// The record as it was when change `seq` had been accepted, made anew from its changes: versions
/// are not kept.
fn replayed<R: Rows + ?Sized>(rows: &R, id: Id, seq: u64) -> Result<Option<Vec<u8>>, R::Error> {
    let changes = rows.history(id, seq)?;
    let record = changes.iter().fold(None, |before, change| {
        Some(change::apply(before.as_ref(), change))
    });
    Ok(record.as_ref().map(pack::pack))
}

/// A packed record as somebody sees it.
pub(super) fn seen(
    sight: &mut Sight<'_>,
    body: Option<Vec<u8>>,
) -> Result<Option<Vec<u8>>, pack::Damaged> {
    let Some(body) = body else { return Ok(None) };
    Ok(match sight.show(&body)? {
        Some(Cow::Owned(seen)) => Some(seen),
        whole => whole.is_some().then_some(body),
    })
}
