//! Changes, and the server's one step: is this change allowed, and what is the record after it?

use crate::check::Problem;
use crate::own::{self, OwnField};
use crate::pack::MAX_DEPTH;
use crate::record::{AREA, AUTHOR, DELETED, FROM_AREA, MERGED_INTO, TO_AREA, overtaken_name};
use crate::value::Shape;
use crate::{Area, Cell, Device, Grants, Id, Kind, Record, Stamp, Value, Values};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one save wrote: some cells of one record under one stamp, and what its author saw there.
///
/// The pair of record and stamp is the change's identity: sending it again has no effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Change {
    pub id: Id,
    pub kind: String,
    pub stamp: Stamp,
    #[cfg_attr(feature = "schema", schema(value_type = BTreeMap<String, Value>))]
    pub cells: Values,
    /// For each cell that stood there before: the stamp that the author saw; for a mark of an
    /// overtaken value that the author was shown, under the mark's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<String, Stamp>,
}

/// No more changes than this in one batch.
pub const BATCH_LIMIT: usize = 500;
/// No more bytes than this in one batch's body.
pub const BATCH_BYTES: usize = 2 * 1024 * 1024;
/// No more cells than this in one change.
pub const CELL_LIMIT: usize = 200;
/// No more bytes than this in one packed change.
pub const CHANGE_BYTES: usize = 48 * 1024;

impl Change {
    /// The change that takes a record, as its author sees it now, to other values.
    pub fn of(record: &Record, cells: Values, stamp: Stamp) -> Self {
        let mut seen = BTreeMap::new();
        for name in cells.keys() {
            let mark = overtaken_name(name);
            for name in [name, &mark] {
                if let Some(cell) = record.cells.get(name) {
                    seen.insert(name.clone(), cell.stamp);
                }
            }
        }
        Self {
            id: record.id,
            kind: record.kind.clone(),
            stamp,
            cells,
            seen,
        }
    }

    /// No fewer bytes than its delta has when it is packed.
    fn bytes_at_most(&self) -> usize {
        fn of(value: &Value) -> usize {
            11 + match value {
                Value::Text(text) => text.len(),
                Value::List(items) => items.iter().map(of).sum(),
                _ => 0,
            }
        }
        let cells = self.cells.iter();
        let cells = cells.map(|(name, value)| 11 + name.len() + of(value));
        80 + self.kind.len() + cells.sum::<usize>()
    }

    /// No fewer bytes than the change has when it is packed.
    pub fn packed_at_most(&self) -> usize {
        let seen = self.seen.keys().map(|name| 40 + name.len());
        11 + self.bytes_at_most() + seen.sum::<usize>()
    }

    /// The same with the change's own cells: it has none from here on.
    fn take_delta(&mut self) -> Record {
        let stamp = self.stamp;
        let cells = std::mem::take(&mut self.cells).into_iter();
        Record {
            id: self.id,
            kind: self.kind.clone(),
            cells: cells
                .map(|(name, value)| (name, Cell { stamp, value }))
                .collect(),
        }
    }

    /// The cells as a delta that merges into the record.
    pub fn delta(&self) -> Record {
        let stamp = self.stamp;
        let cells = self.cells.iter().map(|(name, value)| {
            let value = value.clone();
            (name.clone(), Cell { stamp, value })
        });
        Record {
            id: self.id,
            kind: self.kind.clone(),
            cells: cells.collect(),
        }
    }
}

/// Whose change it is, as the token says.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    pub person: Id,
    pub device: Device,
    pub grants: &'a Grants,
}

/// Why a change was refused; nothing of it was written. The app shows `refusal.<code>`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    #[error(
        "this change could not be read; update the app, and if that does not help, write the record again"
    )]
    Malformed,
    #[error(
        "this server does not know records of this kind yet; keep it, it will be sent again after the server is updated"
    )]
    UnknownKind,
    #[error("a record of another kind has this id; write it as a new record")]
    KindDiffers,
    #[error(
        "the clock of this phone is ahead of the server's; the app corrects it and sends again"
    )]
    StampAhead,
    #[error("this change was written on another device; send it from there")]
    OtherDevice,
    #[error("another change has the same stamp; the app writes it again")]
    StampReused,
    #[error(
        "you may not write records of this kind in this area; ask your administrator or hand it to a colleague there"
    )]
    NotAllowed,
    #[error("this area is kept in another ledger; choose the area again")]
    WrongLedger,
    #[error("the field {field} cannot be kept: {problem}")]
    Field { field: String, problem: Problem },
    #[error("this campaign has no field {field} of its own; ask your administrator")]
    UnknownField { field: String },
    #[error("this change is too large; shorten its texts")]
    TooLarge,
    #[error(
        "the record that this one was merged into is not kept here, or is of another kind; take the merge back and choose again"
    )]
    NoTwin,
    #[error("entries of this ledger are not changed; write another one that puts it right")]
    AppendOnly,
    #[error(
        "the vehicle's last safety check failed or there is none; the trip departs after a passed one"
    )]
    HeldBack,
}

impl Refusal {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownKind => "unknown_kind",
            Self::KindDiffers => "kind_differs",
            Self::StampAhead => "stamp_ahead",
            Self::OtherDevice => "other_device",
            Self::StampReused => "stamp_reused",
            Self::NotAllowed => "not_allowed",
            Self::WrongLedger => "wrong_ledger",
            Self::Field { .. } => "field",
            Self::UnknownField { .. } => "unknown_field",
            Self::TooLarge => "too_large",
            Self::NoTwin => "no_twin",
            Self::AppendOnly => "append_only",
            Self::HeldBack => "held_back",
        }
    }

    /// Every code, for the labels.
    pub const CODES: &'static [&'static str] = &[
        "malformed",
        "unknown_kind",
        "kind_differs",
        "stamp_ahead",
        "other_device",
        "stamp_reused",
        "not_allowed",
        "wrong_ledger",
        "field",
        "unknown_field",
        "too_large",
        "no_twin",
        "append_only",
        "held_back",
    ];
}

/// True if a rule about this change looks at the records that tell something about its record:
/// then [`accept`] is to be given these.
pub fn looks_around(change: &Change) -> bool {
    change.kind == crate::kinds::trip::TRIP.name && crate::trip::has_departed(&change.delta())
}

/// True if such a rule looks at records of this kind: to which record they belong is to be kept where
/// it is found from that one.
pub fn is_looked_at(kind: &Kind) -> bool {
    kind.name == crate::kinds::vehicle_check::VEHICLE_CHECK.name
}

/// Decides on a change that is not in the record's history yet. `current` is the whole record as
/// this ledger holds it, `around` what the ledger holds about it if the change [`looks_around`],
/// `own` the campaign's own fields; the answer is the whole record after the change. The cells of a
/// change that makes its record go into that.
///
/// # Errors
/// A [`Refusal`]; then nothing is to be written.
pub fn accept(
    current: Option<Record>,
    change: &mut Change,
    around: &[Record],
    own: &[OwnField],
    author: Author<'_>,
    ledger: Area,
    now_ms: i64,
) -> Result<Record, Refusal> {
    well_formed(change)?;
    let kind = Kind::find(&change.kind).ok_or(Refusal::UnknownKind)?;
    if current
        .as_ref()
        .is_some_and(|record| record.kind != change.kind)
    {
        return Err(Refusal::KindDiffers);
    }
    if change.stamp.device != author.device {
        return Err(Refusal::OtherDevice);
    }
    if change.stamp.is_ahead_of(now_ms) {
        return Err(Refusal::StampAhead);
    }
    let claim = Claim::of(change, kind);
    let before = Before::of(current.as_ref(), kind, author.grants, &claim);
    if !before.is_new && kind.is_append_only() {
        return Err(Refusal::AppendOnly);
    }
    let today = crate::day_of(now_ms);
    let own = own::accept(own, change, today);
    let next = match current {
        Some(current) => merged(current, change),
        None => change.take_delta(),
    };
    allowed(&before, &next, kind, &claim, author)?;
    if next.area().is_none_or(|area| area.ledger() != ledger) || !lies_between(kind, &next) {
        return Err(Refusal::WrongLedger);
    }
    checked(&before, &next, kind, change, today)?;
    own?;
    safe(&before, &next, around)?;
    Ok(next)
}

/// A bus that was not checked, or failed, does not depart (C13).
fn safe(before: &Before, next: &Record, around: &[Record]) -> Result<(), Refusal> {
    use crate::trip::{Checked, checked, has_departed};
    let departs = has_departed(next) && !before.has_departed;
    if departs && !matches!(checked(next.id, around), Checked::Passed(_)) {
        return Err(Refusal::HeldBack);
    }
    Ok(())
}

/// What goes from one area to another is kept where both can see it.
fn lies_between(kind: &Kind, record: &Record) -> bool {
    let ends = || {
        Some(
            record
                .get(&FROM_AREA)?
                .common(record.get(&TO_AREA)?)?
                .ledger(),
        )
    };
    !kind.is_between() || ends() == record.area().map(Area::ledger)
}

fn well_formed(change: &Change) -> Result<(), Refusal> {
    let letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    let name = |name: &String| (1..=64).contains(&name.len()) && name.bytes().all(letter);
    let flat = |value: &Value| value.depth() < MAX_DEPTH;
    if change.cells.is_empty() || !change.cells.keys().all(name) || !change.cells.values().all(flat)
    {
        return Err(Refusal::Malformed);
    }
    let too_many_bytes = || change.pack_delta().len() > CHANGE_BYTES;
    if change.cells.len() > CELL_LIMIT || change.bytes_at_most() > CHANGE_BYTES && too_many_bytes()
    {
        return Err(Refusal::TooLarge);
    }
    let well = |name: &str, fits: fn(&Value) -> bool| change.cells.get(name).is_none_or(fits);
    let area_fits = |value: &Value| Area::read(value).is_some_and(Area::is_known);
    if !well(AREA.name(), area_fits) {
        return Err(Refusal::Field {
            field: AREA.name().to_owned(),
            problem: Problem::Area,
        });
    }
    let shaped = well(AUTHOR.name(), |v| Id::read(v).is_some())
        && well(DELETED.name(), |v| bool::read(v).is_some())
        && well(MERGED_INTO.name(), |v| {
            v.is_empty() || Id::read(v).is_some()
        })
        && crate::same::target(change) != Some(change.id);
    if shaped {
        Ok(())
    } else {
        Err(Refusal::Malformed)
    }
}

/// Merges the change, and marks what one of two authors wrote without having seen the other's. The
/// record is what its accepted changes make of it, one after another.
pub fn apply(current: Option<&Record>, change: &Change) -> Record {
    match current {
        Some(current) => merged(current.clone(), change),
        None => change.delta(),
    }
}

fn merged(mut record: Record, change: &Change) -> Record {
    let marks = marks(&record, change);
    record.merge(change.delta());
    for (name, cell) in marks {
        record.mark_overtaken(name, cell);
    }
    record
}

/// The values that are to be marked as overtaken once the change is merged, under their fields.
fn marks<'c>(current: &Record, change: &'c Change) -> Vec<(&'c str, Cell)> {
    let mut marks = Vec::new();
    for (name, value) in &change.cells {
        let Some(held) = current.cells.get(name) else {
            continue;
        };
        let seen = |name: &str, stamp: Stamp| change.seen.get(name) == Some(&stamp);
        let wins = (held.stamp, &held.value) < (change.stamp, value);
        if !seen(name, held.stamp) && held.stamp != change.stamp && held.value != *value {
            let loser = match wins {
                true => held.clone(),
                false => Cell {
                    stamp: change.stamp,
                    value: value.clone(),
                },
            };
            marks.push((name.as_str(), loser));
        }
        // A mark stays until somebody who was shown it writes the field.
        let after = if wins { value } else { &held.value };
        if let Some(earlier) = current.overtaken(name)
            && !seen(&overtaken_name(name), held.stamp)
            && *after != earlier.value
        {
            let (stamp, value) = (earlier.stamp, earlier.value);
            marks.push((name.as_str(), Cell { stamp, value }));
        }
    }
    marks
}

/// True if [`apply`] makes of the record what plainly merging its cells would.
pub fn only_merges(current: Option<&Record>, change: &Change) -> bool {
    current.is_none_or(|current| marks(current, change).is_empty())
}

/// Only what this change writes is checked, and all of a new record: an old record must not
/// become uneditable because a rule has changed since.
fn checked(
    before: &Before,
    next: &Record,
    kind: &'static Kind,
    change: &Change,
    today: Date,
) -> Result<(), Refusal> {
    let concerns = |field: &str| before.is_new || change.cells.contains_key(field);
    let mut problems = kind.problems(next, today, concerns);
    match problems.next() {
        Some((field, problem)) => Err(Refusal::Field {
            field: field.to_owned(),
            problem,
        }),
        None => Ok(()),
    }
}

mod kept;
mod may;

pub use kept::{Glance, is_json};
use may::{Before, Claim, allowed};

#[cfg(test)]
mod tests;
