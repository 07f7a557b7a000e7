//! Who is counted: a person or household of whom there are several records, once; and who of them
//! has priority.

use super::fold::day_key;
use super::tally::Member;
use super::{Category, Set};
use crate::kinds::worker;
use crate::same::{self, Said};
use crate::{Area, Id, Key, Record};
use jiff::civil::Date;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

/// What the records say, each by itself: which of them are the same is known only at the end.
#[derive(Clone, Debug, Default)]
pub struct People {
    workers: BTreeMap<Id, Worker>,
    households: BTreeMap<Id, Area>,
    pub(super) dependants: BTreeMap<Id, Dependant>,
    merged: BTreeMap<Id, Id>,
    /// The first day in the period on which a household was visited and met.
    pub(super) visited: BTreeMap<Id, Date>,
    masks: OnceCell<HashMap<Id, u8>>,
}

#[derive(Clone, Copy, Debug)]
struct Worker {
    area: Area,
    flow: Said<Set>,
    household: Said<Id>,
    /// Priority categories, a bit for each.
    mask: u8,
}

/// An elder or a child left behind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dependant {
    pub area: Area,
    pub is_child: bool,
    pub risk: Said<Risk>,
    worker: Option<Id>,
    household: Option<Id>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Risk {
    Low,
    Watch,
    High,
}

impl Risk {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Watch => "watch",
            Self::High => "high",
        }
    }
}

impl People {
    pub fn household(&mut self, record: &Record, area: Area) {
        self.households.insert(record.id, area);
        self.tie(record);
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
            flow: said(record, worker::FLOW.name(), flow),
            household: said(record, worker::HOUSEHOLD.name(), household),
            mask: mask(record),
        };
        self.workers.insert(record.id, facts);
        self.tie(record);
    }

    pub fn dependant(&mut self, record: &Record, area: Area) {
        let risk = match record.text("risk") {
            "high" => Some(Risk::High),
            "watch" => Some(Risk::Watch),
            "low" => Some(Risk::Low),
            _ => None,
        };
        let facts = Dependant {
            area,
            is_child: record.text("type") == "child",
            risk: said(record, "risk", risk),
            worker: record.get(&Key::new("worker")),
            household: record.get(&Key::new("household")),
        };
        self.dependants.insert(record.id, facts);
        self.tie(record);
    }

    fn tie(&mut self, record: &Record) {
        self.masks = OnceCell::new();
        self.merged
            .extend(record.merged_into().map(|other| (record.id, other)));
    }
}

impl People {
    /// The members of the sets of people and households, each set's in the order of their ids.
    pub(super) fn settled(&self, mut put: impl FnMut(Member)) {
        let mut put = |set: Set, key: Id, area: Area, day: Option<Date>, mask: u8| {
            put(Member {
                set,
                key,
                area,
                day: day.map(day_key),
                amount: 1,
                mask,
            });
        };
        let mut visited: BTreeMap<Id, Date> = BTreeMap::new();
        for (home, day) in &self.visited {
            let first = visited.entry(self.canonical(*home)).or_insert(*day);
            *first = (*first).min(*day);
        }
        for (id, area) in self.homes() {
            let mask = self.mask(id);
            put(Set::Households, id, area, None, mask);
            if let Some(day) = visited.get(&id) {
                put(Set::Visited, id, area, Some(*day), mask);
            }
        }
        for (id, worker) in self.persons() {
            let mask = self.mask(id);
            put(Set::Workers, id, worker.area, None, mask);
            if let Some(flow) = worker.flow.what {
                put(flow, id, worker.area, None, mask);
            }
            for category in Category::all().filter(|one| worker.mask & one.bit() != 0) {
                put(Self::with(category), id, worker.area, None, mask);
            }
            if worker.mask == 0 {
                continue;
            }
            put(Set::PriorityWorkers, id, worker.area, None, mask);
            if let Some((home, area)) = self.home_of(&worker) {
                let mask = self.mask(home);
                put(Set::PriorityHouseholds, home, area, None, mask);
                if let Some(day) = visited.get(&home) {
                    put(Set::PriorityVisited, home, area, Some(*day), mask);
                }
            }
        }
    }

    fn with(category: Category) -> Set {
        match category.key() {
            "hard_to_place" => Set::HardToPlace,
            "low_income" => Set::LowIncome,
            _ => Set::OutOfPoverty,
        }
    }

    /// The household of a person, if it is here.
    fn home_of(&self, worker: &Worker) -> Option<(Id, Area)> {
        let home = self.canonical(worker.household.what?);
        Some((home, *self.households.get(&home)?))
    }

    /// The household of a worker or, of a household, itself.
    pub(super) fn household_of(&self, id: Id) -> Option<Id> {
        let person = self.canonical(id);
        match self.workers.get(&person) {
            Some(worker) => Some(self.home_of(worker)?.0),
            None => self.households.contains_key(&person).then_some(person),
        }
    }

    /// The record under which a person, household or dependant counts. A record that was merged
    /// into one that is not counted here stands for itself.
    pub(super) fn canonical(&self, id: Id) -> Id {
        if !self.merged.contains_key(&id) {
            return id;
        }
        let here = |other: &Id| self.area(*other).is_some();
        same::canonical(id, |id| self.merged.get(&id).copied().filter(here))
    }

    /// Where somebody of whom there is a record lives.
    pub(super) fn area(&self, id: Id) -> Option<Area> {
        let worker = || self.workers.get(&id).map(|worker| worker.area);
        let household = || self.households.get(&id).copied();
        let dependant = || self.dependants.get(&id).map(|dependant| dependant.area);
        worker().or_else(household).or_else(dependant)
    }

    /// The priority categories of a person, of anybody in a household, of whom somebody depends on.
    pub(super) fn mask(&self, id: Id) -> u8 {
        let masks = self.masks.get_or_init(|| self.masks());
        masks.get(&id).copied().unwrap_or_default()
    }

    fn masks(&self) -> HashMap<Id, u8> {
        let mut masks: HashMap<Id, u8> = HashMap::new();
        for (id, worker) in self.persons().filter(|(_, worker)| worker.mask != 0) {
            masks.insert(id, worker.mask);
            if let Some((home, _)) = self.home_of(&worker) {
                *masks.entry(home).or_default() |= worker.mask;
            }
        }
        for id in self.merged.keys() {
            let shown = masks.get(&self.canonical(*id)).copied();
            masks.extend(shown.map(|mask| (*id, mask)));
        }
        for (id, dependant) in &self.dependants {
            let on = dependant.worker.into_iter().chain(dependant.household);
            let of = |id: Id| masks.get(&id).copied().unwrap_or_default();
            let mask = on.fold(0, |mask, id| mask | of(id));
            if mask != 0 {
                *masks.entry(self.canonical(*id)).or_default() |= mask;
                *masks.entry(*id).or_default() |= mask;
            }
        }
        masks
    }

    fn homes(&self) -> impl Iterator<Item = (Id, Area)> {
        let all = self.households.iter().map(|(id, area)| (*id, *area));
        all.filter(|(id, _)| self.canonical(*id) == *id)
    }

    /// Each person with what all records of them say, as [`same::whole`] has it.
    fn persons(&self) -> impl Iterator<Item = (Id, Worker)> {
        let others = self.others(&self.workers);
        let standing = move |(id, own): (&Id, &Worker)| {
            let others = others.get(id).map(Vec::as_slice).unwrap_or_default();
            (*id, own.with(others))
        };
        let stands = |(id, _): &(&Id, &Worker)| self.canonical(**id) == **id;
        self.workers.iter().filter(stands).map(standing)
    }

    /// Each elder and child with the risk that the records of them say last.
    pub(super) fn left_behind(&self) -> impl Iterator<Item = (Id, Dependant)> {
        let others = self.others(&self.dependants);
        let standing = move |(id, own): (&Id, &Dependant)| {
            let others = others.get(id).into_iter().flatten();
            let risk = own.risk.or_latest(others.map(|other| other.risk));
            (*id, Dependant { risk, ..*own })
        };
        let stands = |(id, _): &(&Id, &Dependant)| self.canonical(**id) == **id;
        self.dependants.iter().filter(stands).map(standing)
    }

    /// By whom they stand under: the other records of the same.
    fn others<'p, T>(&self, all: &'p BTreeMap<Id, T>) -> BTreeMap<Id, Vec<&'p T>> {
        let mut others: BTreeMap<Id, Vec<&T>> = BTreeMap::new();
        for id in self.merged.keys() {
            let shown = self.canonical(*id);
            if let Some(one) = all.get(id).filter(|_| shown != *id) {
                others.entry(shown).or_default().push(one);
            }
        }
        others
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
            mask: others
                .iter()
                .fold(self.mask, |mask, other| mask | other.mask),
        }
    }
}

/// The priority categories of a worker's record.
fn mask(record: &Record) -> u8 {
    let held = record.get(&worker::PRIORITY).unwrap_or_default();
    let bits = held.iter().filter_map(|key| Category::parse(key));
    bits.fold(0, |mask, category| mask | category.bit())
}

fn said<T>(record: &Record, field: &str, what: Option<T>) -> Said<T> {
    let stamp = record.cells.get(field).map(|cell| cell.stamp);
    Said {
        what,
        stamp: stamp.unwrap_or_default(),
    }
}
