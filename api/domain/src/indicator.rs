//! Indicators: pure folds over records, so that phone, screen, sheet and report agree (C50).
//!
//! A fold gathers facts from records in any order; a table breaks each indicator down by area and
//! keeps the ids that it counted, so that every figure opens the records behind it.

mod people;
pub mod rollup;

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
    /// By ledger. What lies in two ledgers is not put together: neither of them could, so that a
    /// device that holds both counts as a roll-up of the two does.
    parts: BTreeMap<Area, Part>,
    /// When the first need becomes late that is not late yet.
    next_late: Option<i64>,
}

/// What has been gathered of one ledger.
#[derive(Clone, Debug, Default)]
struct Part {
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
            parts: BTreeMap::new(),
            next_late: None,
        }
    }

    /// The moment from which on the same records give other figures, without any change to them;
    /// `None` if there is none.
    pub fn changes_at(&self) -> Option<i64> {
        self.next_late
    }

    pub fn add(&mut self, record: &Record, campaign: &Campaign) {
        let Some(area) = record.get(&AREA).filter(|_| !record.is_deleted()) else {
            return;
        };
        match record.kind.as_str() {
            // Who was registered later was not there yet.
            "household" | "worker" if day_of(record.id.time_ms()) > self.period.until => {}
            "household" => self.part(area).people.household(record, area),
            "worker" => self.part(area).people.worker(record, area),
            "visit" => self.visit(record, area),
            "need" => self.need(record, area, campaign),
            "task" => self.task(record, area),
            _ => {}
        }
    }

    fn part(&mut self, area: Area) -> &mut Part {
        self.parts.entry(area.ledger()).or_default()
    }

    fn put(&mut self, set: Set, id: Id, area: Area) {
        let sets = &mut self.part(area).sets;
        sets.entry(set).or_default().insert(id, area);
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
        self.part(area)
            .visited_households
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
        if !answered && !late && limit < i64::MAX {
            self.next_late = Some(self.next_late.map_or(limit, |next| next.min(limit)));
        }
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
        let mut all = Sets::new();
        for part in self.parts.values() {
            let mut sets = part.sets.clone();
            part.people.settle(&part.visited_households, &mut sets);
            for (set, members) in sets {
                all.entry(set).or_default().extend(members);
            }
        }
        all
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
        let blank = Row::blank;
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

impl Row {
    /// Nothing has been counted.
    fn blank(area: Area) -> Self {
        let nothing = |i: &Indicator| (i.name.to_owned(), i.count.nothing());
        Self {
            area,
            figures: INDICATORS.iter().map(nothing).collect(),
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Count,
    Of,
}

fn bump(row: &mut Row, indicator: &Indicator, part: Side) {
    let Some(figure) = row.figures.get_mut(indicator.name) else {
        return;
    };
    match part {
        Side::Count => figure.count += 1,
        Side::Of => figure.of = Some(figure.of.unwrap_or(0) + 1),
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

    fn sets(self) -> Vec<(Set, Side)> {
        match self {
            Self::Of(set) => vec![(set, Side::Count)],
            Self::Share(part, whole) => vec![(part, Side::Count), (whole, Side::Of)],
        }
    }
}

#[cfg(test)]
mod tests;
