//! The day of travel: who is aboard, who is missing, and whether the bus may depart (C13–C15).

use crate::kinds::vehicle_check::ITEMS;
use crate::kinds::{boarding, passenger, trip, vehicle_check};
use crate::record::AUTHOR;
use crate::{Id, Record, Stamp};
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

/// Who is on a trip's list, in the order of the seats.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Manifest {
    pub rows: Vec<Row>,
    pub seats: usize,
}

/// One person of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub passenger: Id,
    /// Other records of the same person: two phones may have added one without a network.
    pub twins: Vec<Id>,
    pub worker: Option<Id>,
    pub name: String,
    pub phone: String,
    pub seat: String,
    pub boards_at: String,
    pub needs_care: bool,
    /// `None`: missing.
    pub boarded: Option<Boarded>,
}

/// That somebody came aboard, as the first phone ticked it off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Boarded {
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// One of [`boarding::WAYS`].
    pub by: String,
    /// Who ticked it off.
    pub person: Option<Id>,
    /// The safety rules were told at some time since.
    pub briefed: bool,
}

impl Manifest {
    /// The list of a trip, from the records that tell something about it; others are passed over.
    pub fn of<'r>(trip: &Record, about: impl IntoIterator<Item = &'r Record>) -> Self {
        let own =
            |record: &&Record| !record.is_deleted() && record.get(&boarding::TRIP) == Some(trip.id);
        let (mut passengers, mut boardings) = (Vec::new(), Vec::new());
        for record in about.into_iter().filter(own) {
            if record.kind == passenger::PASSENGER.name {
                passengers.push(record);
            } else if record.kind == boarding::BOARDING.name {
                boardings.push(record);
            }
        }
        let mut rows = listed(passengers);
        tick_off(&mut rows, boardings);
        rows.sort_by(by_seat);
        let seats = trip.get(&trip::SEATS).and_then(|n| usize::try_from(n).ok());
        Self {
            rows,
            seats: seats.unwrap_or(0),
        }
    }

    pub fn aboard(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.boarded.is_some())
    }

    pub fn missing(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.boarded.is_none())
    }

    /// Seats that nobody on the list needs.
    pub fn free_seats(&self) -> usize {
        self.seats.saturating_sub(self.rows.len())
    }

    /// People on the list beyond the seats there are.
    pub fn too_many(&self) -> usize {
        self.rows.len().saturating_sub(self.seats)
    }

    /// The first seat number that nobody has.
    pub fn next_seat(&self) -> Option<String> {
        let taken: BTreeSet<&str> = self.rows.iter().map(|row| row.seat.as_str()).collect();
        let numbers = (1..=self.seats).map(|number| number.to_string());
        numbers
            .into_iter()
            .find(|seat| !taken.contains(seat.as_str()))
    }

    /// Seats that two people were given.
    pub fn double_seats(&self) -> BTreeSet<&str> {
        let seats = self
            .rows
            .windows(2)
            .filter(|pair| pair[0].seat == pair[1].seat);
        seats
            .map(|pair| pair[0].seat.as_str())
            .filter(|seat| !seat.is_empty())
            .collect()
    }

    pub fn row(&self, passenger: Id) -> Option<&Row> {
        let is = |row: &&Row| row.passenger == passenger || row.twins.contains(&passenger);
        self.rows.iter().find(is)
    }

    /// True once the safety rules were told to somebody aboard.
    pub fn is_briefed(&self) -> bool {
        self.aboard().any(Row::is_briefed)
    }
}

impl Row {
    pub fn is_briefed(&self) -> bool {
        self.boarded.as_ref().is_some_and(|boarded| boarded.briefed)
    }
}

/// One row a person: the same worker, or the same name with the same telephone, is one.
fn listed(mut passengers: Vec<&Record>) -> Vec<Row> {
    passengers.retain(|record| passenger::PASSENGER.step(record) == Some("listed"));
    passengers.sort_by_key(|record| record.id);
    let mut rows: Vec<Row> = Vec::new();
    for record in passengers {
        let fresh = Row {
            passenger: record.id,
            twins: Vec::new(),
            worker: record.get(&passenger::WORKER),
            name: record.text(passenger::NAME.name()).to_owned(),
            phone: record.text(passenger::PHONE.name()).to_owned(),
            seat: record.text(passenger::SEAT.name()).to_owned(),
            boards_at: record.text(passenger::BOARDS.name()).to_owned(),
            needs_care: record.get(&passenger::CARE) == Some(true),
            boarded: None,
        };
        match rows.iter_mut().find(|row| row.is_same(&fresh)) {
            Some(row) => row.twins.push(fresh.passenger),
            None => rows.push(fresh),
        }
    }
    rows
}

impl Row {
    fn is_same(&self, other: &Row) -> bool {
        match (self.worker, other.worker) {
            (Some(own), Some(other)) => own == other,
            _ => !self.phone.is_empty() && (&self.name, &self.phone) == (&other.name, &other.phone),
        }
    }
}

/// Boardings in the order in which they were written: the last word counts, and who was ticked
/// off on two phones is aboard once.
fn tick_off(rows: &mut [Row], mut boardings: Vec<&Record>) {
    boardings.sort_by_key(|record| (record.changed(), record.id));
    let places = rows.iter().enumerate().flat_map(|(place, row)| {
        let ids = std::iter::once(row.passenger).chain(row.twins.iter().copied());
        ids.map(move |id| (id, place)).collect::<Vec<_>>()
    });
    let places: HashMap<Id, usize> = places.collect();
    for record in boardings {
        let place = record
            .get(&boarding::PASSENGER)
            .and_then(|id| places.get(&id));
        let Some(row) = place.and_then(|place| rows.get_mut(*place)) else {
            continue;
        };
        if record.get(&boarding::TAKEN_BACK) == Some(true) {
            row.boarded = None;
            continue;
        }
        let boarded = row.boarded.get_or_insert_with(|| Boarded {
            at: record.get(&boarding::AT).unwrap_or(record.id.time_ms()),
            by: record.text(boarding::BY.name()).to_owned(),
            person: record.get(&AUTHOR),
            briefed: false,
        });
        boarded.briefed |= record.get(&boarding::BRIEFED) == Some(true);
    }
}

/// Seat 2 before seat 12 before seat 12A; who has no seat stands last, by name.
fn by_seat(a: &Row, b: &Row) -> Ordering {
    let key = |row: &Row| {
        let digits = row.seat.chars().take_while(char::is_ascii_digit).count();
        let number = row.seat[..digits].parse().unwrap_or(u32::MAX);
        (
            row.seat.is_empty(),
            number,
            row.seat.clone(),
            row.name.clone(),
            row.passenger,
        )
    };
    key(a).cmp(&key(b))
}

/// What the vehicle's last safety check says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Checked {
    Never,
    Passed(Id),
    /// With the items that were not passed.
    Failed(Id, Vec<&'static str>),
}

/// The check whose results were written last is the one that counts.
pub fn checked<'r>(trip: Id, about: impl IntoIterator<Item = &'r Record>) -> Checked {
    let own = |record: &&Record| {
        record.kind == vehicle_check::VEHICLE_CHECK.name
            && !record.is_deleted()
            && record.get(&vehicle_check::TRIP) == Some(trip)
    };
    let last = about
        .into_iter()
        .filter(own)
        .max_by_key(|record| (written(record), record.id));
    match last {
        None => Checked::Never,
        Some(check) if vehicle_check::passes(check) => Checked::Passed(check.id),
        Some(check) => {
            let failed = |item: &&&str| check.text(item) != "pass";
            Checked::Failed(check.id, ITEMS.iter().filter(failed).copied().collect())
        }
    }
}

/// When a check's results were written; a later note changes nothing about the brakes.
fn written(check: &Record) -> Stamp {
    let results = ITEMS.iter().filter_map(|item| check.cells.get(item));
    results.map(|cell| cell.stamp).max().unwrap_or_default()
}

/// Why a trip may not depart; the app shows `held.<key>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Held {
    NotChecked,
    CheckFailed(Vec<&'static str>),
    NobodyAboard,
    NobodyBriefed,
    /// More people than seats are aboard: so many have none.
    TooMany(usize),
}

impl Held {
    pub const KEYS: &'static [&'static str] = &[
        "not_checked",
        "check_failed",
        "too_many",
        "nobody_aboard",
        "nobody_briefed",
    ];

    pub const fn key(&self) -> &'static str {
        match self {
            Self::NotChecked => "not_checked",
            Self::CheckFailed(_) => "check_failed",
            Self::NobodyAboard => "nobody_aboard",
            Self::NobodyBriefed => "nobody_briefed",
            Self::TooMany(_) => "too_many",
        }
    }
}

/// Everything that holds a departure back; nothing, and the bus may go. Who is missing does not
/// hold it: that is for the people there to decide.
pub fn held(checked: &Checked, manifest: &Manifest) -> Vec<Held> {
    let vehicle = match checked {
        Checked::Never => Some(Held::NotChecked),
        Checked::Failed(_, items) => Some(Held::CheckFailed(items.clone())),
        Checked::Passed(_) => None,
    };
    let people = if manifest.aboard().next().is_none() {
        Some(Held::NobodyAboard)
    } else if manifest.is_briefed() {
        None
    } else {
        Some(Held::NobodyBriefed)
    };
    let beyond = manifest.aboard().count().saturating_sub(manifest.seats);
    let beyond = (beyond > 0).then_some(Held::TooMany(beyond));
    vehicle.into_iter().chain(beyond).chain(people).collect()
}

/// True if a trip is under way, or was.
pub fn has_departed(record: &Record) -> bool {
    record.kind == trip::TRIP.name
        && ["departed", "arrived"].contains(&record.text(trip::STEP.name()))
}

#[cfg(test)]
mod tests;
