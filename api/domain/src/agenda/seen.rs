//! When somebody was last visited or asked, and when to come again.

use crate::record::AUTHOR;
use crate::value::Shape;
use crate::{Area, Id, Kind, Record};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// One visit, or one question how somebody is.
#[derive(Debug)]
pub struct Sighting {
    pub record: Id,
    pub subject: Id,
    pub kind: &'static str,
    pub area: Area,
    pub author: Option<Id>,
    pub day: Date,
    /// False if nobody was at home.
    pub met: bool,
    pub next: Option<Date>,
}

/// Whom a sighting concerns, and its kind.
type Place = (Id, &'static str);

/// All sightings, by whom they concern and their kind.
#[derive(Default, Debug)]
pub struct Seen {
    by_subject: HashMap<Place, BTreeMap<(Date, Id), Sighting>>,
    places: HashMap<Id, (Place, Date)>,
}

/// The kinds that are visits at home.
pub const VISITS: [&str; 3] = ["visit", "elder_visit", "child_visit"];

/// Where a kind says whether somebody was met.
const MEETINGS: &[&str] = &["situation", "well_being"];

/// True for kinds of which one record can ask for another.
pub fn asks_again(kind: &Kind) -> bool {
    kind.steps.is_none() && kind.field("next_on").is_some()
}

impl Seen {
    /// Takes in a record of a kind that can ask for another of its kind; leaves the rest.
    pub fn put(&mut self, kind: &'static Kind, record: &Record, area: Area) {
        if !asks_again(kind) {
            return;
        }
        let date = |field: &str| record.value(field).and_then(Date::read);
        let subject = kind.subjects(record).first().copied();
        let Some((subject, day)) = subject.zip(date("date")) else {
            return;
        };
        let sighting = Sighting {
            record: record.id,
            subject,
            kind: kind.name,
            area,
            author: record.get(&AUTHOR),
            day,
            met: MEETINGS.iter().all(|field| record.text(field) != "not_met"),
            next: date("next_on"),
        };
        let place = (subject, kind.name);
        self.places.insert(record.id, (place, day));
        let days = self.by_subject.entry(place).or_default();
        days.insert((day, record.id), sighting);
    }

    pub fn remove(&mut self, id: Id) {
        let Some((place, day)) = self.places.remove(&id) else {
            return;
        };
        if let Some(days) = self.by_subject.get_mut(&place) {
            days.remove(&(day, id));
        }
    }

    /// The last sighting of everybody, of each kind.
    pub fn latest(&self) -> impl Iterator<Item = &Sighting> {
        let days = self.by_subject.values();
        days.filter_map(|days| days.last_key_value().map(|(_, last)| last))
    }

    /// The last of a kind, whether they were met or not.
    pub fn last(&self, ids: &[Id], kind: &'static str) -> Option<&Sighting> {
        self.of(ids, kind)
            .max_by_key(|sighting| (sighting.day, sighting.record))
    }

    /// The last of a kind at which somebody was met.
    pub fn last_met(&self, ids: &[Id], kind: &'static str) -> Option<&Sighting> {
        let met = self.of(ids, kind).filter(|sighting| sighting.met);
        met.max_by_key(|sighting| (sighting.day, sighting.record))
    }

    /// The last day on which one of these was visited at home, by whatever kind of visit.
    pub fn last_visit(&self, ids: &[Id]) -> Option<Date> {
        let of = |kind| self.last_met(ids, kind).map(|sighting| sighting.day);
        VISITS.into_iter().filter_map(of).max()
    }

    fn of(&self, ids: &[Id], kind: &'static str) -> impl Iterator<Item = &Sighting> {
        let days = ids
            .iter()
            .filter_map(move |id| self.by_subject.get(&(*id, kind)));
        days.flat_map(BTreeMap::values)
    }
}
