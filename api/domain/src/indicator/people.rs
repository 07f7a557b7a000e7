//! Who is counted: a person or household of whom there are several records, once.

use super::{Set, Sets};
use crate::kinds::worker;
use crate::same::{self, Said};
use crate::{Area, Id, Key, Record};
use std::collections::{BTreeMap, BTreeSet};

/// What the records say, each by itself: which of them are the same is known only at the end.
#[derive(Clone, Debug, Default)]
pub struct People {
    workers: BTreeMap<Id, Worker>,
    households: BTreeMap<Id, Area>,
    merged: BTreeMap<Id, Id>,
}

#[derive(Clone, Copy, Debug)]
struct Worker {
    area: Area,
    flow: Said<Set>,
    household: Said<Id>,
    has_priority: bool,
}

impl People {
    pub fn household(&mut self, record: &Record, area: Area) {
        self.households.insert(record.id, area);
        self.merged
            .extend(record.merged_into().map(|other| (record.id, other)));
    }

    pub fn worker(&mut self, record: &Record, area: Area) {
        let flow = match record.text(worker::FLOW.name()) {
            "returning" => Some(Set::Returning),
            "staying" => Some(Set::Staying),
            "leaving" => Some(Set::Leaving),
            _ => None,
        };
        let household = record.get(&worker::HOUSEHOLD);
        let facts = Worker {
            area,
            flow: said(record, &worker::FLOW, flow),
            household: said(record, &worker::HOUSEHOLD, household),
            has_priority: crate::person::priority(record) > 0,
        };
        self.workers.insert(record.id, facts);
        self.merged
            .extend(record.merged_into().map(|other| (record.id, other)));
    }

    /// Adds the sets of people and households, where those are `visited` that a visit names.
    pub fn settle(&self, visited: &BTreeSet<Id>, sets: &mut Sets) {
        let mut put = |set: Set, id: Id, area: Area| {
            sets.entry(set).or_default().insert(id, area);
        };
        let visited: BTreeSet<Id> = visited.iter().map(|id| self.home(*id)).collect();
        for (id, area) in self.homes() {
            put(Set::Households, id, area);
            if visited.contains(&id) {
                put(Set::Visited, id, area);
            }
        }
        for (id, worker) in self.persons() {
            put(Set::Workers, id, worker.area);
            if let Some(flow) = worker.flow.what {
                put(flow, id, worker.area);
            }
            if !worker.has_priority {
                continue;
            }
            put(Set::PriorityWorkers, id, worker.area);
            let home = worker.household.what.map(|home| self.home(home));
            if let Some((home, area)) = home.and_then(|id| Some((id, *self.households.get(&id)?))) {
                put(Set::PriorityHouseholds, home, area);
                if visited.contains(&home) {
                    put(Set::PriorityVisited, home, area);
                }
            }
        }
    }

    fn home(&self, id: Id) -> Id {
        canonical(id, &self.merged, &self.households)
    }

    fn homes(&self) -> impl Iterator<Item = (Id, Area)> {
        let all = self.households.iter().map(|(id, area)| (*id, *area));
        all.filter(|(id, _)| self.home(*id) == *id)
    }

    /// Each person with what all records of them say, as [`same::whole`] has it.
    fn persons(&self) -> impl Iterator<Item = (Id, Worker)> {
        let mut others: BTreeMap<Id, Vec<&Worker>> = BTreeMap::new();
        for (id, worker) in &self.workers {
            let person = canonical(*id, &self.merged, &self.workers);
            if person != *id {
                others.entry(person).or_default().push(worker);
            }
        }
        let standing = move |(id, own): (&Id, &Worker)| {
            let others = others.get(id).map(Vec::as_slice).unwrap_or_default();
            (*id, own.with(others))
        };
        let stands =
            |(id, _): &(&Id, &Worker)| canonical(**id, &self.merged, &self.workers) == **id;
        self.workers.iter().filter(stands).map(standing)
    }
}

impl Worker {
    fn with(self, others: &[&Worker]) -> Self {
        Self {
            area: self.area,
            flow: self.flow.or_latest(others.iter().map(|other| other.flow)),
            household: self
                .household
                .or_latest(others.iter().map(|other| other.household)),
            has_priority: self.has_priority || others.iter().any(|other| other.has_priority),
        }
    }
}

/// A record that was merged into one that is not counted here stands for itself.
fn canonical<T>(id: Id, merged: &BTreeMap<Id, Id>, counted: &BTreeMap<Id, T>) -> Id {
    let here = |other: &Id| counted.contains_key(other);
    same::canonical(id, |id| merged.get(&id).copied().filter(here))
}

fn said<T, K>(record: &Record, key: &Key<K>, what: Option<T>) -> Said<T> {
    let stamp = record.cells.get(key.name()).map(|cell| cell.stamp);
    Said {
        what,
        stamp: stamp.unwrap_or_default(),
    }
}
