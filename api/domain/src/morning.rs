//! A manager's morning: what moved since yesterday, which clocks run out, what waits for one's
//! decision.

use crate::due::due;
use crate::kinds::fund_entry::FUND_ENTRY;
use crate::kinds::task;
use crate::{Campaign, Department, Grants, Id, Kind, Record, Role, board, day_of, fund, start_of};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Offices open at eight: what came in after that yesterday has not been seen by the next morning.
const OPENS_MS: i64 = 8 * 3_600_000;

/// The moment (ms since 1970 UTC) since which a morning screen tells what moved: yesterday, 8:00.
pub fn since(today: Date) -> i64 {
    start_of(today) - 86_400_000 + OPENS_MS
}

/// What one looks for by the reader's own decision.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Decision {
    /// A need that the own department has not accepted yet.
    Need,
    /// Somebody whom another area offers to this one.
    Handoff,
    /// A wage case that is to be filed.
    Case,
    /// Relief or a benefit that is to be decided.
    Relief,
    /// Relief that was approved and has not come out of its township's fund yet.
    Pay,
    /// What is said in public, and not answered.
    Opinion,
    /// A task that names the reader, or the reader's department.
    Task,
    /// A value that two people wrote at once.
    Confirm,
}

impl Decision {
    pub const ALL: [Self; 8] = [
        Self::Need,
        Self::Handoff,
        Self::Case,
        Self::Relief,
        Self::Pay,
        Self::Opinion,
        Self::Task,
        Self::Confirm,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Handoff => "handoff",
            Self::Case => "case",
            Self::Relief => "relief",
            Self::Pay => "pay",
            Self::Opinion => "opinion",
            Self::Task => "task",
            Self::Confirm => "confirm",
        }
    }
}

/// Who looks, and when.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub person: Id,
    pub grants: &'a Grants,
    pub campaign: &'a Campaign,
    /// Milliseconds since 1970 UTC.
    pub now_ms: i64,
}

impl Reader<'_> {
    /// True if the work of a department is this reader's: an officer's own, a coordinator's all.
    fn answers_for(&self, department: Option<Department>) -> bool {
        self.grants.0.iter().any(|grant| {
            grant.role == Role::Coordinator
                || grant.role == Role::DepartmentOfficer
                    && (department.is_none() || grant.department == department)
        })
    }
}

/// What a record asks of its reader, if anything.
pub fn decision(reader: &Reader<'_>, kind: &'static Kind, record: &Record) -> Option<Decision> {
    reader.grants.writes(kind, record)?;
    if kind.is_open(record)
        && let Some(asked) = asked(reader, kind, record)
    {
        return Some(asked);
    }
    let known = |field: &str| kind.field(field).is_some();
    (!record.is_deleted() && record.to_confirm().any(known)).then_some(Decision::Confirm)
}

fn asked(reader: &Reader<'_>, kind: &'static Kind, record: &Record) -> Option<Decision> {
    let step = kind.step(record)?;
    let department = Department::parse(record.text("department"));
    let own = reader.answers_for(department);
    match kind.name {
        "need" if step == "open" && own => Some(Decision::Need),
        "handoff" if step == "offered" => {
            board::receives(reader.grants, record).then_some(Decision::Handoff)
        }
        "wage_case" if step == "received" => Some(Decision::Case),
        "assistance" => Some(Decision::Relief),
        "benefit_claim" if step != "granted" => Some(Decision::Relief),
        "opinion" if own => Some(Decision::Opinion),
        "task" => asks_of(reader, record, department).then_some(Decision::Task),
        _ => None,
    }
}

/// True if the reader may write into the fund of the township where somebody was granted relief.
fn pays(reader: &Reader<'_>, granted: &Record) -> bool {
    let area = granted.area();
    area.is_some_and(|area| reader.grants.may_write(&FUND_ENTRY, area))
}

/// A manager's tasks are those that name the manager or the department; the field's are not.
fn asks_of(reader: &Reader<'_>, record: &Record, department: Option<Department>) -> bool {
    match record.get(&task::ASSIGNEE) {
        Some(person) => person == reader.person,
        None => department.is_some() && reader.answers_for(department),
    }
}

/// What of a kind moved: what is new, and what was there and changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Moved {
    pub made: Vec<Id>,
    pub changed: Vec<Id>,
}

/// All that a morning screen tells.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Morning {
    pub moved: BTreeMap<&'static str, Moved>,
    /// What is overdue, and what is by the end of today: the moment and the record, soonest first.
    pub late: Vec<(i64, Id)>,
    pub today: Vec<(i64, Id)>,
    pub waits: BTreeMap<Decision, Vec<Id>>,
}

impl Morning {
    /// Gathers from records, in any order.
    pub fn of(records: impl IntoIterator<Item = Record>, reader: &Reader<'_>) -> Self {
        let mut morning = Self::default();
        let since = since(day_of(reader.now_ms));
        let (mut granted, mut paid) = (Vec::new(), BTreeSet::new());
        for record in records {
            if let Some(kind) = Kind::find(&record.kind).filter(|_| !record.is_deleted()) {
                morning.add(kind, &record, reader, since);
                paid.extend(fund::paid_for(&record));
                if fund::is_granted(&record) && pays(reader, &record) {
                    granted.push(record.id);
                }
            }
        }
        granted.retain(|id| !paid.contains(id));
        if !granted.is_empty() {
            morning.waits.insert(Decision::Pay, granted);
        }
        morning.late.sort_unstable();
        morning.today.sort_unstable();
        for ids in morning.waits.values_mut() {
            ids.sort_unstable();
        }
        for moved in morning.moved.values_mut() {
            moved.made.sort_unstable();
            moved.changed.sort_unstable();
        }
        morning
    }

    fn add(&mut self, kind: &'static Kind, record: &Record, reader: &Reader<'_>, since: i64) {
        let end = start_of(day_of(reader.now_ms)) + 86_400_000;
        if record.changed().time.cast_signed() >= since {
            let moved = self.moved.entry(kind.name).or_default();
            match record.id.time_ms() >= since {
                true => moved.made.push(record.id),
                false => moved.changed.push(record.id),
            }
        }
        match due(record, reader.campaign) {
            Some(due) if due < reader.now_ms => self.late.push((due, record.id)),
            Some(due) if due <= end => self.today.push((due, record.id)),
            _ => {}
        }
        if let Some(decision) = decision(reader, kind, record) {
            self.waits.entry(decision).or_default().push(record.id);
        }
    }
}

#[cfg(test)]
mod tests;
