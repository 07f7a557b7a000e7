//! What is due for a person: tasks, matters whose clock runs out, people to be visited again,
//! shifts and trips of the day; in the order in which one walks.
//!
//! It is kept up as records come and go, so that a change of one record reads only that one.

mod plan;
mod seen;
mod waiting;

pub use plan::Plan;

use crate::due::visit_due;
use crate::grant::Role;
use crate::kinds::{dependant, household, task};
use crate::{Area, Campaign, Grants, Id, Kind, Record, day_of, start_of};
use jiff::civil::Date;
use seen::{Seen, Sighting};
use std::collections::{BTreeMap, HashMap};
use waiting::{Waiting, does, subject};

/// Why something is on the list; of two reasons for one walk the first counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    /// Somebody stands at a post today.
    Shift,
    /// A vehicle leaves today, or should have left.
    Trip,
    Task,
    /// A matter in a step whose clock runs out.
    Matter,
    /// An elder or a child left behind, by the risk.
    Visit,
    /// Whoever was there last said when to come again.
    Again,
}

impl What {
    /// True for what has its hour, whatever house one is at.
    pub const fn is_appointment(self) -> bool {
        matches!(self, Self::Shift | Self::Trip)
    }
}

/// One thing to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    pub what: What,
    /// The task, the matter, the shift, the trip; for a visit the person who is to be visited.
    pub record: Id,
    /// The household or person whom it concerns, else the record itself.
    pub subject: Id,
    pub area: Area,
    /// The kind that is to be recorded; `None` where the record itself goes on.
    pub does: Option<&'static str>,
    /// The moment (ms since 1970 UTC) by which it is to be done, or at which it begins.
    pub due: i64,
    pub late: bool,
}

/// Something that was done on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    pub record: Id,
    pub subject: Id,
    pub area: Area,
    /// The kind that was recorded; of a task without one, the task's own.
    pub kind: &'static str,
}

/// Who asks, when, and what the asker knows of how records belong together.
pub struct Asker<'a> {
    pub person: Id,
    pub name: &'a str,
    pub grants: &'a Grants,
    pub campaign: &'a Campaign,
    /// Milliseconds since 1970 UTC.
    pub now_ms: i64,
    /// A record with all that were merged into it.
    pub same: &'a dyn Fn(Id) -> Vec<Id>,
    /// The household of a person; of a household itself.
    pub home: &'a dyn Fn(Id) -> Option<Id>,
}

impl Asker<'_> {
    fn today(&self) -> Date {
        day_of(self.now_ms)
    }

    /// True where the person does the field's work: goes to the houses.
    fn walks(&self, area: Area) -> bool {
        let walks = |role| role == Role::FieldWorker;
        self.grants
            .0
            .iter()
            .any(|grant| walks(grant.role) && grant.area.contains(area))
    }

    fn may_record(&self, kind: &str, area: Area) -> bool {
        Kind::find(kind).is_some_and(|kind| self.grants.may_write(kind, area))
    }
}

#[derive(Debug)]
struct Dependant {
    area: Area,
    is_child: bool,
    risk: String,
}

/// The index from which a day's list is made.
#[derive(Default, Debug)]
pub struct Agenda {
    waiting: HashMap<Id, Waiting>,
    dependants: HashMap<Id, Dependant>,
    seen: Seen,
    /// The houses' order by household.
    houses: HashMap<Id, Box<str>>,
    /// Tasks that are done: the day, the person or household, the area, the kind recorded.
    done: HashMap<Id, (Date, Done)>,
}

impl Agenda {
    /// Takes in a record as it now is, in place of what it was.
    pub fn put(&mut self, record: &Record) {
        // Most records are of kinds that never wait: they cost nothing more than this look.
        let Some(kind) = Kind::find(&record.kind).filter(|kind| concerns(kind)) else {
            return;
        };
        self.remove(record.id);
        let there = !record.is_deleted() && record.merged_into().is_none();
        let Some(area) = record.area().filter(|_| there) else {
            return;
        };
        match kind.name {
            "household" => {
                let house = house(record.text(household::ADDRESS.name()));
                self.houses.insert(record.id, house);
            }
            "dependant" => {
                let held = Dependant {
                    area,
                    is_child: record.text(dependant::TYPE.name()) == "child",
                    risk: record.text(dependant::RISK.name()).to_owned(),
                };
                self.dependants.insert(record.id, held);
            }
            "task" if !kind.is_open(record) => {
                if let Some(day) = record.get(&task::DONE) {
                    let done = Done {
                        record: record.id,
                        subject: subject(kind, record),
                        area,
                        kind: does(record).unwrap_or(task::TASK.name),
                    };
                    self.done.insert(record.id, (day, done));
                }
            }
            _ if kind.is_open(record) => {
                let held = Waiting::new(kind, record, area);
                self.waiting.insert(record.id, held);
            }
            _ => self.seen.put(kind, record, area),
        }
    }

    /// The last day on which one of these was visited at home.
    pub fn last_visit(&self, ids: &[Id]) -> Option<Date> {
        self.seen.last_visit(ids)
    }

    pub fn remove(&mut self, id: Id) {
        self.waiting.remove(&id);
        self.dependants.remove(&id);
        self.houses.remove(&id);
        self.done.remove(&id);
        self.seen.remove(id);
    }

    /// What is due for a person until the day ends: appointments by their hour, then village by
    /// village, late ones first, from house to house.
    pub fn due(&self, asker: &Asker<'_>) -> Vec<Item> {
        let waiting = self.waiting.values().filter_map(|held| held.item(asker));
        let people = self.dependants.iter();
        let visits = people.filter_map(|(id, held)| self.visit(*id, held, asker));
        let again = self.seen.latest().filter_map(|last| again(last, asker));
        let end = end_of(asker.today());
        let mut items: BTreeMap<_, Item> = BTreeMap::new();
        for item in waiting
            .chain(visits)
            .chain(again)
            .filter(|item| item.due <= end)
        {
            // A task that asks for what is due anyway is the same walk.
            let deed = match item.does {
                Some(does) => (item.subject, does),
                None => (item.record, ""),
            };
            let held = items.entry(deed).or_insert_with(|| item.clone());
            let due = held.due.min(item.due);
            if item.what < held.what {
                *held = item;
            }
            held.due = due;
        }
        let mut items: Vec<Item> = items.into_values().collect();
        for item in &mut items {
            item.late = item.what != What::Shift && item.due <= asker.now_ms;
        }
        items.sort_by_cached_key(|item| {
            if item.what.is_appointment() {
                return (None, false, None, item.due, item.record);
            }
            let home = (asker.home)(item.subject);
            let house = home.and_then(|home| self.houses.get(&home));
            (Some(item.area), !item.late, house, item.due, item.record)
        });
        items
    }

    /// What was done on a day in the areas where a person walks, each person and deed once.
    pub fn done(&self, day: Date, asker: &Asker<'_>) -> Vec<Done> {
        let tasks = self.done.values().filter(|(on, _)| *on == day);
        let seen = self.seen.latest().filter(|last| last.day == day);
        let seen = seen.map(|last| Done {
            record: last.record,
            subject: last.subject,
            area: last.area,
            kind: last.kind,
        });
        let all = seen.chain(tasks.map(|(_, done)| done.clone()));
        let mine = all.filter(|done| asker.walks(done.area));
        let once: BTreeMap<_, Done> = mine.map(|done| ((done.subject, done.kind), done)).collect();
        once.into_values().collect()
    }

    /// An elder or a child, when the risk or whoever was there last asks for another visit.
    fn visit(&self, id: Id, held: &Dependant, asker: &Asker<'_>) -> Option<Item> {
        let does = if held.is_child {
            "child_visit"
        } else {
            "elder_visit"
        };
        let today = asker.today();
        let over = today > asker.campaign.until;
        if over || !asker.walks(held.area) || !asker.may_record(does, held.area) {
            return None;
        }
        let day = |ids: &[Id]| {
            let met = self.seen.last_met(ids, does);
            let by_risk = visit_due(&held.risk, met.map(|last| last.day), asker.campaign);
            let said = met.and_then(|last| last.next);
            by_risk.into_iter().chain(said).min()
        };
        // Twins merged into one can only have been visited later: few need that look.
        if day(&[id])? > today {
            return None;
        }
        let ids = (asker.same)(id);
        let due = end_of(day(&ids)?);
        let tried = self.seen.last(&ids, does);
        // Nobody at home: again tomorrow, or when it was said.
        if tried.is_some_and(|last| !last.met && (last.day == today || last.next > Some(today))) {
            return None;
        }
        Some(Item {
            what: What::Visit,
            record: id,
            subject: id,
            area: held.area,
            does: Some(does),
            due,
            late: false,
        })
    }
}

/// True for kinds of which a record can be due, or says when somebody else is.
fn concerns(kind: &Kind) -> bool {
    let people = ["household", "dependant"].contains(&kind.name);
    people || kind.steps.is_some() || seen::asks_again(kind)
}

fn again(last: &Sighting, asker: &Asker<'_>) -> Option<Item> {
    let by_risk = ["elder_visit", "child_visit"].contains(&last.kind);
    let due = end_of(last.next.filter(|_| !by_risk)?);
    let mine = asker.walks(last.area) || last.author == Some(asker.person);
    (mine && asker.may_record(last.kind, last.area)).then_some(Item {
        what: What::Again,
        record: last.record,
        subject: last.subject,
        area: last.area,
        does: Some(last.kind),
        due,
        late: false,
    })
}

fn end_of(day: Date) -> i64 {
    start_of(day) + 86_400_000
}

/// Sorts addresses as one walks past them: numbers by their value, 2号 before 10号.
fn house(address: &str) -> Box<str> {
    let mut key = String::with_capacity(address.len() + 8);
    let mut number = String::new();
    for c in address.chars().chain([' ']) {
        match c {
            '0'..='9' => number.push(c),
            '０'..='９' => number.push(char::from(b'0' + (c as u32 - '０' as u32) as u8)),
            _ => {
                if !number.is_empty() {
                    key.extend(std::iter::repeat_n(
                        '0',
                        6usize.saturating_sub(number.len()),
                    ));
                    key.push_str(&number);
                    number.clear();
                }
                key.push(c);
            }
        }
    }
    key.trim_end().into()
}

#[cfg(test)]
mod tests;
