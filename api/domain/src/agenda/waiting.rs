//! A record that still waits for somebody: for whom, and until when.

use super::{Asker, Item, What, end_of};
use crate::due::due;
use crate::grant::Role;
use crate::kinds::{shift, task, trip};
use crate::record::TO_AREA;
use crate::value::Shape;
use crate::{Area, Department, Id, Kind, Record, area::Level, day_of};
use jiff::civil::Date;

/// What the list needs of a record that still waits.
#[derive(Debug)]
pub struct Waiting {
    kind: &'static Kind,
    /// Only the cells that decide; see [`cells_that_decide`].
    record: Record,
    area: Area,
}

impl Waiting {
    pub fn new(kind: &'static Kind, record: &Record, area: Area) -> Self {
        let keep = cells_that_decide(kind);
        let record = record.filtered(|cell| keep.contains(&cell));
        Self { kind, record, area }
    }

    /// The item for a person, whether or not its day has come.
    pub fn item(&self, asker: &Asker<'_>) -> Option<Item> {
        let (what, due) = match self.kind.name {
            "shift" => (What::Shift, self.on_shift(asker)?),
            "trip" => (What::Trip, self.leaves(asker)?),
            "task" => (What::Task, self.asked(asker)?),
            _ => (What::Matter, self.matter(asker)?),
        };
        let does = does(&self.record).filter(|_| what == What::Task);
        Some(Item {
            what,
            record: self.record.id,
            subject: subject(self.kind, &self.record),
            area: self.area,
            does,
            due,
            late: false,
        })
    }

    fn on_shift(&self, asker: &Asker<'_>) -> Option<i64> {
        let from = self.record.get(&shift::FROM)?;
        let until = self.record.get(&shift::UNTIL)?;
        let own = self.record.text(shift::VOLUNTEER.name()) == asker.name;
        (own && until > asker.now_ms && day_of(from) <= asker.today()).then_some(from)
    }

    fn leaves(&self, asker: &Asker<'_>) -> Option<i64> {
        let departs = self.record.get(&trip::DEPARTS)?;
        let aboard = |grant: &crate::Grant| grant.place == Some(self.record.id);
        let own = asker.grants.0.iter().any(aboard)
            || asker.grants.writes(self.kind, &self.record).is_some();
        let gone = self.record.text(trip::STEP.name()) == "departed";
        (own && !gone && day_of(departs) <= asker.today()).then_some(departs)
    }

    /// Tasks are for whom they name; else for those who go to the houses, and above the villages
    /// for whoever may do them.
    fn asked(&self, asker: &Asker<'_>) -> Option<i64> {
        let due = || due(&self.record, asker.campaign);
        if let Some(person) = self.record.get(&task::ASSIGNEE) {
            return (person == asker.person).then(due)?;
        }
        if self.record.value(task::DEPARTMENT.name()).is_some() {
            let may = asker.grants.writes(self.kind, &self.record).is_some();
            return (may && self.is_up_to(asker)).then(due)?;
        }
        let above = self.area.level() <= Level::County;
        let may = above && asker.grants.writes(self.kind, &self.record).is_some();
        (may || asker.walks(self.area)).then(due)?
    }

    fn matter(&self, asker: &Asker<'_>) -> Option<i64> {
        let clock = due(&self.record, asker.campaign);
        let said = self
            .record
            .value("next_on")
            .and_then(Date::read)
            .map(end_of);
        let due = clock.into_iter().chain(said).min()?;
        let may = asker.grants.writes(self.kind, &self.record).is_some();
        (may && self.is_up_to(asker)).then_some(due)
    }

    /// What was sent to a department waits for it, and what was offered for the other side; the
    /// coordinators of the area answer for all of them.
    fn is_up_to(&self, asker: &Asker<'_>) -> bool {
        let grants = asker.grants.0.iter();
        let there = |grant: &&crate::Grant| match self.record.get(&TO_AREA) {
            Some(to) if self.kind.is_between() => grant.area.contains(to),
            _ => true,
        };
        let department = Department::parse(self.record.text("department"));
        let answers = |grant: &crate::Grant| {
            department.is_none()
                || grant.department == department
                || grant.role == Role::Coordinator
        };
        grants.filter(there).any(answers)
    }
}

/// The cells on which it depends whether and for whom a record waits.
fn cells_that_decide(kind: &Kind) -> Vec<&'static str> {
    let mut cells = vec!["area", "from_area", "to_area", "place", "trip"];
    cells.extend(["department", "urgency", "type", "due", "does", "next_on"]);
    cells.push("assignee");
    cells.extend(["volunteer", "from", "until", "departs"]);
    cells.extend(kind.about);
    if let Some(steps) = &kind.steps {
        cells.push(steps.field);
        cells.extend(steps.clocks.iter().filter_map(|clock| clock.since));
    }
    cells
}

/// The kind of which a new record does the task.
pub fn does(record: &Record) -> Option<&'static str> {
    let kind = record.get(&task::DO)?;
    task::DOES.iter().find(|name| **name == kind).copied()
}

/// Whom a record concerns: of a task about several, the one whom the deed is about.
pub fn subject(kind: &Kind, record: &Record) -> Id {
    let deed = does(record).and_then(Kind::find);
    let fields = deed.iter().flat_map(|deed| deed.about);
    let named = fields.filter_map(|field| Id::read(record.value(field)?));
    let all = kind.subjects(record);
    named.chain(all).next().unwrap_or(record.id)
}
