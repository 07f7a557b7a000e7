//! What a fold has counted, settled: tables, series by day, and the records behind a figure.

use super::{Category, Count, Figure, Indicator, Row, Set, Table, shown};
use crate::area::Level;
use crate::{Area, Grants, Id};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// One member of a set, with where and when it counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Member {
    pub set: Set,
    /// A record, or the person or household of whom a record tells.
    pub key: Id,
    pub area: Area,
    /// Days since 1970; `None` for what is so now.
    pub day: Option<i32>,
    pub amount: i64,
    /// The priority categories of the people concerned, a bit for each.
    pub mask: u8,
}

/// How many members each set has, and their amounts added up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sums(Vec<(i64, i64)>);

impl Default for Sums {
    fn default() -> Self {
        Self(vec![(0, 0); Set::ALL.len()])
    }
}

impl Sums {
    fn put(&mut self, set: Set, amount: i64) {
        self.add_to(set, (1, amount));
    }

    fn add_to(&mut self, set: Set, (count, amount): (i64, i64)) {
        if let Some(sum) = self.0.get_mut(set as usize) {
            sum.0 = sum.0.saturating_add(count);
            sum.1 = sum.1.saturating_add(amount);
        }
    }

    /// Adds another ledger's.
    pub fn add(&mut self, more: &Sums) {
        for (set, sum) in Set::ALL.iter().zip(&more.0) {
            self.add_to(*set, *sum);
        }
    }

    /// Forgets the sets that `keep` refuses.
    pub fn retain(&mut self, keep: impl Fn(Set) -> bool) {
        for (set, sum) in Set::ALL.iter().zip(&mut self.0) {
            if !keep(*set) {
                *sum = (0, 0);
            }
        }
    }

    fn of(&self, set: Set) -> (i64, i64) {
        self.0.get(set as usize).copied().unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|sum| *sum == (0, 0))
    }

    pub fn figure(&self, indicator: &Indicator) -> Figure {
        let (count, of) = match indicator.count {
            Count::Of(set) => (self.of(set).0, None),
            Count::Sum(set) => (self.of(set).1, None),
            Count::Share(part, whole) => (self.of(part).0, Some(self.of(whole).0)),
        };
        Figure { count, of }
    }
}

/// On the wire only what is not nothing, by name: `{"Visits":[3,3]}`. A set that only another
/// version of this program knows is passed over; versions are told apart elsewhere.
impl Serialize for Sums {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let sums = Set::ALL.iter().zip(&self.0);
        to.collect_map(
            sums.filter(|(_, sum)| **sum != (0, 0))
                .map(|(set, sum)| (set.key(), sum)),
        )
    }
}

impl<'de> Deserialize<'de> for Sums {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let told: BTreeMap<String, (i64, i64)> = Deserialize::deserialize(from)?;
        let mut sums = Self::default();
        for (key, sum) in told {
            if let Some(set) = Set::parse(&key) {
                sums.add_to(set, sum);
            }
        }
        Ok(sums)
    }
}

/// What a fold has counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// In order; of each ledger, each member of a set once.
    pub(super) members: Vec<Member>,
    pub(super) eyes: Option<Grants>,
    pub(super) changes_at: Option<i64>,
    pub(super) late: Vec<LateVisit>,
}

/// An elder or a child left behind whom somebody should have visited by now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LateVisit {
    pub dependant: Id,
    pub area: Area,
    /// The campaign's clock that has run out.
    pub clock: &'static str,
    /// When it ran out, in milliseconds since 1970 UTC.
    pub due: i64,
}

impl Tally {
    /// The moment from which on the same records give other figures, without any change to them;
    /// `None` if there is none.
    pub fn changes_at(&self) -> Option<i64> {
        self.changes_at
    }

    /// Whose next visit is overdue on the day of which the figures are.
    pub fn late_visits(&self) -> &[LateVisit] {
        &self.late
    }

    fn of(&self, set: Set) -> &[Member] {
        let from = self.members.partition_point(|member| member.set < set);
        let until = self.members.partition_point(|member| member.set <= set);
        self.members.get(from..until).unwrap_or_default()
    }

    /// The sums by area, no finer than `level`, for everybody or for people with a category.
    pub fn places(&self, level: Level, category: Option<Category>) -> BTreeMap<Area, Sums> {
        let mut places: BTreeMap<Area, Sums> = BTreeMap::new();
        for member in self.members.iter().filter(|member| member.is_in(category)) {
            let place = member.area.at(level).unwrap_or(member.area);
            let sums = places.entry(place).or_default();
            sums.put(member.set, member.amount);
        }
        places
    }

    /// The table of an area, broken down one level below; every area of the tree has a row, and
    /// villages have one if anything is counted there.
    pub fn table(&self, area: Area, category: Option<Category>) -> Table {
        let places = self.places(below(area), category);
        table(area, places.iter(), self.eyes.as_ref())
    }

    /// An indicator by day, as far as its facts have one: the figures of each day by itself.
    pub fn trend(
        &self,
        indicator: &Indicator,
        area: Area,
        category: Option<Category>,
    ) -> BTreeMap<Date, Figure> {
        let mut days: BTreeMap<i32, Sums> = BTreeMap::new();
        for set in indicator.sets().collect::<BTreeSet<_>>() {
            let here = |member: &&Member| member.is_in(category) && area.contains(member.area);
            for member in self.of(set).iter().filter(here) {
                if let Some(day) = member.day {
                    days.entry(day).or_default().put(set, member.amount);
                }
            }
        }
        let epoch = jiff::civil::date(1970, 1, 1);
        let date = |day: i32| epoch.saturating_add(jiff::Span::new().days(day));
        let figures = days.into_iter();
        figures
            .map(|(day, sums)| (date(day), sums.figure(indicator)))
            .collect()
    }

    /// The records behind an indicator's figure in an area: of a share, those that it counts.
    pub fn behind(&self, indicator: &Indicator, area: Area, category: Option<Category>) -> Vec<Id> {
        let here = |member: &&Member| member.is_in(category) && area.contains(member.area);
        let members = self.of(indicator.set()).iter().filter(here);
        let mut ids: Vec<Id> = members.map(|member| member.key).collect();
        ids.dedup();
        ids
    }
}

impl Member {
    fn is_in(&self, category: Option<Category>) -> bool {
        category.is_none_or(|category| self.mask & category.bit() != 0)
    }
}

/// The level of a table's rows.
pub(super) fn below(area: Area) -> Level {
    area.level().below().unwrap_or(Level::Village)
}

/// The table of an area from sums by place; an area's own sums stand in the total alone.
pub(super) fn table<'s>(
    area: Area,
    places: impl Iterator<Item = (&'s Area, &'s Sums)>,
    eyes: Option<&Grants>,
) -> Table {
    let below = below(area);
    let mut rows: BTreeMap<Area, Sums> = area.children().map(|a| (a, Sums::default())).collect();
    let mut total = Sums::default();
    for (place, sums) in places.filter(|(place, _)| area.contains(**place)) {
        total.add(sums);
        if let Some(row) = place.at(below) {
            rows.entry(row).or_default().add(sums);
        }
    }
    let shown = shown(eyes);
    Table {
        total: Row::of(area, &total, &shown),
        rows: rows
            .iter()
            .map(|(area, sums)| Row::of(*area, sums, &shown))
            .collect(),
    }
}
