//! What several records say together: the last word on somebody's work, the visits to an elder,
//! those aboard a trip, a letter that two records tell of.

use super::super::fold::{Fact, Part, day_key};
use super::super::people::Dependant;
use super::super::tally::LateVisit;
use super::super::{Period, Set};
use crate::due;
use crate::kinds::trip;
use crate::trip::Manifest;
use crate::{Area, Campaign, Id, Record, start_of};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What is kept of such records until all are known.
#[derive(Clone, Debug, Default)]
pub struct Later {
    pub jobs: Vec<Job>,
    pub journeys: BTreeMap<Id, Journey>,
    /// The days on which an elder was met (`false`) or a child (`true`).
    pub visits: BTreeMap<(Id, bool), BTreeSet<Date>>,
    pub letters: Vec<(Fact, Letter)>,
}

/// What a worker said of their work on one day.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    pub worker: Id,
    pub day: Date,
    pub record: Id,
    pub looking: bool,
    /// The set of those who came early or leave late; the inner `None` is neither.
    pub movement: Option<Option<Set>>,
    pub fact: Fact,
}

/// A trip, with who is on its list and who came aboard.
#[derive(Clone, Debug, Default)]
pub struct Journey {
    /// In the period.
    pub departed: Option<Date>,
    /// Records with the place of those concerned in [`Part::sources`].
    pub about: BTreeMap<Id, (Record, usize)>,
}

/// A letter, and to whom it was given.
#[derive(Clone, Debug)]
pub enum Letter {
    /// Ticked at a visit; the same letter may also be written down as goods issued.
    Ticked(Vec<Id>),
    Issued(Vec<Id>),
}

/// What one ledger's records say together, when all of them are known.
pub struct Settling<'a> {
    pub part: &'a Part,
    pub campaign: &'a Campaign,
    pub period: Period,
    /// On which day it is judged who was visited in time: today, or the period's last day.
    pub day: Date,
}

impl Settling<'_> {
    /// The facts, the first day on which a visit that is not late yet will be, and those that are.
    pub fn later(&self) -> (Vec<Fact>, Option<Date>, Vec<LateVisit>) {
        let mut facts = Vec::new();
        self.jobs(&mut facts);
        self.journeys(&mut facts);
        self.letters(&mut facts);
        let mut late = Vec::new();
        let next = self.left_behind(&mut facts, &mut late);
        (facts, next, late)
    }

    /// The last word counts, on whether somebody looks for work and on when they came or leave.
    fn jobs(&self, facts: &mut Vec<Fact>) {
        let mut jobs: Vec<(Id, &Job)> = Vec::with_capacity(self.part.later.jobs.len());
        for job in &self.part.later.jobs {
            jobs.push((self.part.people.canonical(job.worker), job));
        }
        jobs.sort_unstable_by_key(|(worker, job)| (*worker, job.day, job.record));
        for of_one in jobs.chunk_by(|a, b| a.0 == b.0) {
            let person = |job: &Job, set: Set| Fact {
                set,
                key: job.worker,
                is_person: true,
                ..job.fact
            };
            if let Some((_, last)) = of_one.last().filter(|(_, job)| job.looking) {
                facts.push(person(last, Set::Looking));
            }
            let moved = of_one.iter().rev().find(|(_, job)| job.movement.is_some());
            if let Some((job, set)) = moved.and_then(|(_, job)| Some((job, job.movement??))) {
                facts.push(person(job, set));
            }
        }
    }

    /// Who came aboard a trip that departed, as the day's own list has it.
    fn journeys(&self, facts: &mut Vec<Fact>) {
        for (id, journey) in &self.part.later.journeys {
            let Some(day) = journey.departed else {
                continue;
            };
            let about = journey.about.values().map(|(record, _)| record);
            let manifest = Manifest::of(&Record::new(*id, trip::TRIP.name), about);
            for row in manifest.aboard() {
                let passenger = journey.about.get(&row.passenger);
                facts.extend(passenger.and_then(|(passenger, source)| {
                    Some(Fact {
                        set: Set::Carried,
                        key: row.passenger,
                        area: passenger.area()?,
                        day: Some(day_key(day)),
                        amount: 1,
                        source: *source,
                        is_person: false,
                    })
                }));
            }
        }
    }

    fn letters(&self, facts: &mut Vec<Fact>) {
        let letters = &self.part.later.letters;
        let home = |id: &Id| {
            let household = self.part.people.household_of(*id);
            household.unwrap_or_else(|| self.part.people.canonical(*id))
        };
        let issued = letters.iter().filter_map(|(fact, letter)| match letter {
            Letter::Issued(whom) => Some(whom.iter().map(move |id| (home(id), fact.day))),
            Letter::Ticked(_) => None,
        });
        let issued: BTreeSet<_> = issued.flatten().collect();
        for (fact, letter) in letters {
            let twice = match letter {
                Letter::Ticked(whom) => {
                    whom.iter().any(|id| issued.contains(&(home(id), fact.day)))
                }
                Letter::Issued(_) => false,
            };
            facts.extend((!twice).then_some(*fact));
        }
    }

    fn left_behind(&self, facts: &mut Vec<Fact>, late: &mut Vec<LateVisit>) -> Option<Date> {
        let mut visits: BTreeMap<(Id, bool), BTreeSet<Date>> = BTreeMap::new();
        for ((id, is_child), days) in &self.part.later.visits {
            let key = (self.part.people.canonical(*id), *is_child);
            visits.entry(key).or_default().extend(days);
        }
        let mut next = None;
        for (id, dependant) in self.part.people.left_behind() {
            let days = visits.get(&(id, dependant.is_child));
            let Some(from) = self.visited(id, &dependant, days, facts) else {
                continue;
            };
            let risk = dependant.risk.what.map_or("", |risk| risk.key());
            match due::visit_clock(risk) {
                _ if self.day < from => next = next.into_iter().chain([from]).min(),
                Some(clock) => late.push(LateVisit {
                    dependant: id,
                    area: dependant.area,
                    clock,
                    due: start_of(from),
                }),
                None => {}
            }
        }
        next
    }

    /// Counts one elder or child; the day from which on a visit is late.
    fn visited(
        &self,
        id: Id,
        dependant: &Dependant,
        days: Option<&BTreeSet<Date>>,
        facts: &mut Vec<Fact>,
    ) -> Option<Date> {
        let sets = if dependant.is_child { CHILD } else { ELDER };
        let mut put = |set: Set, day: Option<Date>| {
            facts.push(person(set, id, dependant.area, day));
        };
        put(sets.all, None);
        put(sets.to_visit, None);
        let risk = dependant.risk.what.map_or("", |risk| risk.key());
        if risk == "high" {
            put(sets.high_risk, None);
        }
        let days = days.into_iter().flatten();
        let first = days.clone().find(|day| **day >= self.period.from);
        if let Some(first) = first {
            put(sets.visited, Some(*first));
        }
        let last = days.last().copied();
        let due = due::visit_due(risk, last, self.campaign);
        let late_from = due.map(|due| due.saturating_add(jiff::Span::new().days(1)));
        if late_from.is_none_or(|from| self.day < from) {
            put(sets.in_time, None);
        }
        late_from
    }
}

fn person(set: Set, key: Id, area: Area, day: Option<Date>) -> Fact {
    Fact {
        set,
        key,
        area,
        day: day.map(day_key),
        amount: 1,
        source: usize::MAX,
        is_person: true,
    }
}

/// The sets of elders, or of children.
struct Sets {
    all: Set,
    high_risk: Set,
    visited: Set,
    to_visit: Set,
    in_time: Set,
}

const ELDER: Sets = Sets {
    all: Set::Elders,
    high_risk: Set::EldersHighRisk,
    visited: Set::EldersVisited,
    to_visit: Set::EldersToVisit,
    in_time: Set::EldersInTime,
};

const CHILD: Sets = Sets {
    all: Set::Children,
    high_risk: Set::ChildrenHighRisk,
    visited: Set::ChildrenVisited,
    to_visit: Set::ChildrenToVisit,
    in_time: Set::ChildrenInTime,
};
