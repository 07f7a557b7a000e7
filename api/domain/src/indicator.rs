//! Indicators: pure folds over records, so that phone, screen, sheet and report agree (C50).
//!
//! A fold gathers facts from records in any order; a table breaks each indicator down by area and
//! keeps the ids that it counted, so that every figure opens the records behind it.

mod people;

use crate::area::Level;
use crate::kind::Action;
use crate::kinds::{need, task, visit};
use crate::record::AREA;
use crate::{Area, Campaign, Id, Record, day_of};
use jiff::civil::Date;
use people::People;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The days that a table speaks of, both counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Period {
    pub from: Date,
    pub until: Date,
}

impl Period {
    fn holds(&self, day: Date) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

/// What an indicator counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// The records of one set.
    Of(Set),
    /// How many of the second set are in the first, in per mille of the second.
    Share(Set, Set),
}

#[derive(Debug)]
pub struct Indicator {
    /// Its label is `indicator.<name>`.
    pub name: &'static str,
    pub action: Action,
    pub count: Count,
}

/// A set of records that indicators count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Set {
    Workers,
    PriorityWorkers,
    Returning,
    Staying,
    Leaving,
    Households,
    PriorityHouseholds,
    Visits,
    Visited,
    PriorityVisited,
    Rated,
    Satisfied,
    Needs,
    Answered,
    AnsweredOrLate,
    AnsweredInTime,
    TasksOpen,
    TasksDone,
}

const fn of(name: &'static str, action: Action, set: Set) -> Indicator {
    Indicator {
        name,
        action,
        count: Count::Of(set),
    }
}

const fn share(name: &'static str, action: Action, part: Set, whole: Set) -> Indicator {
    Indicator {
        name,
        action,
        count: Count::Share(part, whole),
    }
}

pub static INDICATORS: &[Indicator] = &[
    of("households", Action::People, Set::Households),
    of("workers", Action::People, Set::Workers),
    of("priority_workers", Action::People, Set::PriorityWorkers),
    of("returning", Action::People, Set::Returning),
    of("staying", Action::People, Set::Staying),
    of("leaving", Action::People, Set::Leaving),
    of("visits", Action::Care, Set::Visits),
    of("households_visited", Action::Care, Set::Visited),
    share(
        "priority_visited",
        Action::Care,
        Set::PriorityVisited,
        Set::PriorityHouseholds,
    ),
    share("satisfied", Action::Care, Set::Satisfied, Set::Rated),
    of("needs", Action::Together, Set::Needs),
    of("needs_answered", Action::Together, Set::Answered),
    share(
        "needs_in_time",
        Action::Together,
        Set::AnsweredInTime,
        Set::AnsweredOrLate,
    ),
    of("tasks_open", Action::Together, Set::TasksOpen),
    of("tasks_done", Action::Together, Set::TasksDone),
];

/// A figure: a count, or a share with what it is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Figure {
    pub count: i64,
    /// For a share, what `count` is a part of; may be 0, then there is no share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<i64>,
}

impl Figure {
    /// The share in tenths of a per cent, rounded half up; `None` of nothing.
    pub fn per_mille(&self) -> Option<i64> {
        let of = self.of?;
        (of > 0).then(|| (self.count * 2000 + of) / (2 * of))
    }
}

/// What has been gathered so far. Adding a record twice changes nothing.
#[derive(Clone, Debug)]
pub struct Fold {
    period: Period,
    now_ms: i64,
    /// What happened, and what waits.
    sets: Sets,
    people: People,
    visited_households: BTreeSet<Id>,
}

type Sets = BTreeMap<Set, BTreeMap<Id, Area>>;

/// The area in which a record is counted.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Row {
    pub area: Area,
    pub figures: BTreeMap<String, Figure>,
}

/// The progress table: a total and one row for each area below.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Table {
    pub total: Row,
    pub rows: Vec<Row>,
}

impl Fold {
    /// An empty fold; `now_ms` decides what is late.
    pub fn new(period: Period, now_ms: i64) -> Self {
        Self {
            period,
            now_ms,
            sets: BTreeMap::new(),
            people: People::default(),
            visited_households: BTreeSet::new(),
        }
    }

    pub fn add(&mut self, record: &Record, campaign: &Campaign) {
        let Some(area) = record.get(&AREA).filter(|_| !record.is_deleted()) else {
            return;
        };
        match record.kind.as_str() {
            // Who was registered later was not there yet.
            "household" | "worker" if day_of(record.id.time_ms()) > self.period.until => {}
            "household" => self.people.household(record, area),
            "worker" => self.people.worker(record, area),
            "visit" => self.visit(record, area),
            "need" => self.need(record, area, campaign),
            "task" => self.task(record, area),
            _ => {}
        }
    }

    fn put(&mut self, set: Set, id: Id, area: Area) {
        self.sets.entry(set).or_default().insert(id, area);
    }

    fn visit(&mut self, record: &Record, area: Area) {
        if !record
            .get(&visit::DATE)
            .is_some_and(|day| self.period.holds(day))
        {
            return;
        }
        self.put(Set::Visits, record.id, area);
        let met = record.text(visit::SITUATION.name()) != "not_met";
        self.visited_households
            .extend(record.get(&visit::HOUSEHOLD).filter(|_| met));
        match record.text(visit::SATISFIED.name()) {
            "" => {}
            "satisfied" => {
                self.put(Set::Rated, record.id, area);
                self.put(Set::Satisfied, record.id, area);
            }
            _ => self.put(Set::Rated, record.id, area),
        }
    }

    fn need(&mut self, record: &Record, area: Area, campaign: &Campaign) {
        let raised = record.id.time_ms();
        if !self.period.holds(day_of(raised)) {
            return;
        }
        self.put(Set::Needs, record.id, area);
        let mut as_raised = record.clone();
        as_raised.cells.remove(need::STEP.name());
        let limit = crate::due::due(&as_raised, campaign).unwrap_or(i64::MAX);
        let answered = matches!(
            record.text(need::STEP.name()),
            "accepted" | "declined" | "done"
        );
        if answered {
            self.put(Set::Answered, record.id, area);
        }
        let late = if answered {
            record
                .get(&need::ANSWERED)
                .is_some_and(|day| crate::start_of(day) >= limit)
        } else {
            self.now_ms >= limit
        };
        if answered || late {
            self.put(Set::AnsweredOrLate, record.id, area);
        }
        if answered && !late {
            self.put(Set::AnsweredInTime, record.id, area);
        }
    }

    fn task(&mut self, record: &Record, area: Area) {
        match record.text(task::STEP.name()) {
            "" | "open" if day_of(record.id.time_ms()) <= self.period.until => {
                self.put(Set::TasksOpen, record.id, area);
            }
            "done"
                if record
                    .get(&task::DONE)
                    .is_some_and(|day| self.period.holds(day)) =>
            {
                self.put(Set::TasksDone, record.id, area);
            }
            _ => {}
        }
    }

    /// All sets, with the area in which each record counts.
    fn settled(&self) -> Sets {
        let mut sets = self.sets.clone();
        self.people.settle(&self.visited_households, &mut sets);
        sets
    }

    /// The records behind an indicator's figure in an area.
    pub fn behind(&self, indicator: &Indicator, area: Area) -> Vec<Id> {
        let (Count::Of(set) | Count::Share(set, _)) = indicator.count;
        let within = |(id, place): (Id, Area)| area.contains(place).then_some(id);
        let members = self.settled().remove(&set).unwrap_or_default();
        members.into_iter().filter_map(within).collect()
    }

    /// The table of an area, broken down one level below; every area of the tree has a row, and
    /// villages have one if anything is counted there.
    pub fn table(&self, area: Area) -> Table {
        let below = area.level().below().unwrap_or(Level::Village);
        let blank = |area: Area| Row {
            area,
            figures: INDICATORS
                .iter()
                .map(|i| (i.name.to_owned(), i.count.nothing()))
                .collect(),
        };
        let mut rows: BTreeMap<Area, Row> = area.children().map(|a| (a, blank(a))).collect();
        let mut total = blank(area);
        let sets = self.settled();
        for indicator in INDICATORS {
            for (set, part) in indicator.count.sets() {
                let places = sets.get(&set).into_iter().flat_map(BTreeMap::values);
                for place in places.filter(|place| area.contains(**place)) {
                    bump(&mut total, indicator, part);
                    if let Some(row) = place.at(below) {
                        bump(
                            rows.entry(row).or_insert_with(|| blank(row)),
                            indicator,
                            part,
                        );
                    }
                }
            }
        }
        Table {
            total,
            rows: rows.into_values().collect(),
        }
    }
}

#[derive(Clone, Copy)]
enum Part {
    Count,
    Of,
}

fn bump(row: &mut Row, indicator: &Indicator, part: Part) {
    let Some(figure) = row.figures.get_mut(indicator.name) else {
        return;
    };
    match part {
        Part::Count => figure.count += 1,
        Part::Of => figure.of = Some(figure.of.unwrap_or(0) + 1),
    }
}

impl Count {
    fn nothing(self) -> Figure {
        match self {
            Self::Of(_) => Figure { count: 0, of: None },
            Self::Share(..) => Figure {
                count: 0,
                of: Some(0),
            },
        }
    }

    fn sets(self) -> Vec<(Set, Part)> {
        match self {
            Self::Of(set) => vec![(set, Part::Count)],
            Self::Share(part, whole) => vec![(part, Part::Count), (whole, Part::Of)],
        }
    }
}

#[cfg(test)]
mod tests;
