//! Two records of one person, household or employer: how they are told, who may say so, and what
//! is shown of them from then on.
//!
//! Nothing is rewritten: the one record says in a cell that it is the same as the other, so taking
//! that back is emptying the cell.

mod alike;
pub mod choice;

pub use alike::{Likeness, Mark, can_merge, fields, likeness, marks};

use crate::area::Level;
use crate::grant::Role;
use crate::record::{AREA, AUTHOR, Cell, DELETED, MERGED_INTO};
use crate::value::Shape;
use crate::{Area, Change, Grants, Id, Kind, Record, Refusal, Stamp, Value, Values};
use std::collections::BTreeSet;

/// True if these grants may say of the record that it is the same as another, or take that back:
/// a coordinator or an officer of a department that handles the kind, in charge of the area; and a
/// field worker in the own village or township, who knows the people.
pub fn may_merge(grants: &Grants, kind: &Kind, record: &Record) -> bool {
    let Some(area) = record.area().filter(|_| can_merge(kind)) else {
        return false;
    };
    grants.0.iter().any(|grant| {
        let handles = grant
            .department
            .is_some_and(|department| kind.departments.contains(&department));
        grant.area.contains(area)
            && match grant.role {
                Role::Coordinator => true,
                Role::DepartmentOfficer => handles,
                Role::FieldWorker => {
                    grant.area.level() >= Level::Township && kind.writers.contains(&grant.role)
                }
                Role::StationVolunteer | Role::Administrator => false,
            }
    })
}

const NOT_SAME: &str = "not_same_";

/// The cell in which somebody said that a record is not the same as `other`. One cell for each,
/// so that what two people say never meets; in the record, so that nobody is asked again.
pub fn not_same_name(other: Id) -> String {
    let hex = other.as_bytes().iter().map(|byte| format!("{byte:02x}"));
    hex.fold(NOT_SAME.to_owned(), |name, byte| name + &byte)
}

/// True for the cells that say whether a record is the same as another.
pub fn is_tie(cell: &str) -> bool {
    cell == MERGED_INTO.name() || cell.starts_with(NOT_SAME)
}

/// True if somebody said of either that it is not the other.
pub fn told_apart(a: &Record, b: &Record) -> bool {
    let says = |a: &Record, b: &Record| {
        let said = a.value(&not_same_name(b.id)).and_then(bool::read);
        said == Some(true)
    };
    says(a, b) || says(b, a)
}

/// The record into which a change merges its own.
pub fn target(change: &Change) -> Option<Id> {
    change.cells.get(MERGED_INTO.name()).and_then(Id::read)
}

/// Decides on what a change says of another record, `other`: the one that the ledger holds under
/// [`target`], if it does.
///
/// # Errors
/// `NoTwin` if it is not there or of another kind, `NotAllowed` if it lies outside the grants.
pub fn accept(change: &Change, other: Option<&Record>, grants: &Grants) -> Result<(), Refusal> {
    if target(change).is_none() {
        return Ok(());
    }
    let fits = |other: &&Record| other.kind == change.kind && other.id != change.id;
    let other = other.filter(fits).ok_or(Refusal::NoTwin)?;
    let kind = Kind::find(&change.kind).ok_or(Refusal::UnknownKind)?;
    if may_merge(grants, kind, other) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

/// The record under which one is shown, where `into` gives what each was merged into. Two people
/// may merge in opposite directions at once: of such a ring the oldest record stands, everywhere.
pub fn canonical(id: Id, into: impl Fn(Id) -> Option<Id>) -> Id {
    let Some(mut at) = into(id) else { return id };
    let mut seen = BTreeSet::from([id]);
    while seen.insert(at) {
        match into(at) {
            Some(next) => at = next,
            None => return at,
        }
    }
    let around = std::iter::successors(into(at), |next| into(*next).filter(|_| *next != at));
    around.min().unwrap_or(at)
}

/// The records of which the cell has to be emptied for `part` to stand by itself again beside
/// `canonical`, under which it is shown.
pub fn parting(canonical: Id, part: Id, into: impl Fn(Id) -> Option<Id>) -> Vec<Id> {
    let ring = into(canonical).map(|_| canonical);
    std::iter::once(part).chain(ring).collect()
}

/// Categories by which people are served first, from all records of one: none is ever lost in a
/// merge (C2).
pub const UNITED: [&str; 2] = ["priority", "tags"];

/// What one cell says and since when; `what` is `None` if it was emptied or never written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said<T> {
    pub what: Option<T>,
    pub stamp: Stamp,
}

impl<T> Said<T> {
    /// What is shown where `self` stands and the others were merged into it: a gap is filled with
    /// the latest that one of them says, unless it was emptied later than that.
    pub fn or_latest(self, others: impl IntoIterator<Item = Self>) -> Self {
        if self.what.is_some() {
            return self;
        }
        let said = others.into_iter().filter(|other| other.what.is_some());
        said.fold(self, |best, other| {
            if other.stamp >= best.stamp {
                other
            } else {
                best
            }
        })
    }
}

/// A record with what those say that were merged into it.
pub fn whole(canonical: &Record, others: &[Record]) -> Record {
    let mut whole = canonical.clone();
    let names: BTreeSet<&String> = others.iter().flat_map(|other| other.cells.keys()).collect();
    for name in names.into_iter().filter(|name| is_shared(name)) {
        let own = canonical.cells.get(name);
        let cells = others.iter().filter_map(|other| other.cells.get(name));
        let shown = if UNITED.contains(&name.as_str()) {
            united(own, cells)
        } else {
            let others = cells.map(said);
            let shown = own.map_or(NOTHING, said).or_latest(others);
            shown.what.map(|value| Cell {
                stamp: shown.stamp,
                value: value.clone(),
            })
        };
        if let Some(cell) = shown {
            whole.cells.insert(name.clone(), cell);
        }
    }
    whole
}

const NOTHING: Said<&Value> = Said {
    what: None,
    stamp: Stamp {
        time: 0,
        counter: 0,
        device: crate::Device(0),
    },
};

fn said(cell: &Cell) -> Said<&Value> {
    Said {
        what: Some(&cell.value).filter(|value| !value.is_empty()),
        stamp: cell.stamp,
    }
}

/// Cells that belong to the person or thing, not to the one record.
fn is_shared(name: &str) -> bool {
    let own = [AREA.name(), AUTHOR.name(), DELETED.name()].contains(&name);
    !own && !is_tie(name) && !name.ends_with('?')
}

/// All categories; the canonical record's own order and stamp where it has any.
fn united<'a>(own: Option<&'a Cell>, others: impl Iterator<Item = &'a Cell>) -> Option<Cell> {
    let mut items: Vec<String> = own
        .and_then(|cell| Shape::read(&cell.value))
        .unwrap_or_default();
    let mut stamp = own.map(|cell| cell.stamp);
    for cell in others {
        let more: Vec<String> = Shape::read(&cell.value).unwrap_or_default();
        for item in more
            .into_iter()
            .filter(|item| !items.contains(item))
            .collect::<Vec<_>>()
        {
            items.push(item);
        }
        stamp = stamp.or(Some(cell.stamp));
    }
    let value = items.write();
    (!value.is_empty()).then(|| Cell {
        stamp: stamp.unwrap_or_default(),
        value,
    })
}

/// What has to be written into `other`, which was merged into a record that was shown as `before`,
/// when somebody takes categories off it by writing `values`: else they would come back.
pub fn taken_off(before: &Record, values: &Values, other: &Record) -> Values {
    let items =
        |value: Option<&Value>| -> Vec<String> { value.and_then(Shape::read).unwrap_or_default() };
    let less = |name: &&str| {
        let now = items(Some(values.get(name)?));
        let mut gone = items(before.value(name));
        gone.retain(|item| !now.contains(item));
        let mut held = items(other.value(name));
        let count = held.len();
        held.retain(|item| !gone.contains(item));
        (held.len() < count).then(|| ((*name).to_owned(), held.write()))
    };
    UNITED.iter().filter_map(less).collect()
}

/// A copy of a record that speaks of those under whom the ones it names are shown.
pub fn moved(mut record: Record, canonical: impl Fn(Id) -> Id) -> Record {
    let Some(kind) = Kind::find(&record.kind) else {
        return record;
    };
    let one =
        |value: &Value| Id::read(value).map_or_else(|| value.clone(), |id| canonical(id).write());
    for field in kind.about {
        if let Some(cell) = record.cells.get_mut(field) {
            cell.value = match &cell.value {
                Value::List(items) => Value::List(items.iter().map(one).collect()),
                value => one(value),
            };
        }
    }
    record
}

/// True if two records are kept in the same ledger: only there can one be merged into the other.
pub fn in_one_ledger(a: &Record, b: &Record) -> bool {
    let ledger = |record: &Record| record.area().map(Area::ledger);
    ledger(a) == ledger(b)
}

#[cfg(test)]
mod tests;
