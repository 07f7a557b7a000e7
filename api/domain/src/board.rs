//! Boards: matters by step, each with its clock, and what it takes to bring one into a next step.

use crate::area::Level;
use crate::due::due;
use crate::field::{FieldSpec, Input};
use crate::grant::Role;
use crate::record::TO_AREA;
use crate::{Area, Campaign, Department, Grants, Id, Kind, Record, Value, Values, step};
use std::collections::BTreeMap;

/// The kinds that have a board, in the order in which a manager looks at them.
pub const BOARDS: [&str; 7] = [
    "wage_case",
    "need",
    "handoff",
    "assistance",
    "benefit_claim",
    "opinion",
    "rescue",
];

/// What a board shows of a matter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    pub id: Id,
    /// Its own area, and of what lies between two areas both.
    pub areas: Vec<Area>,
    pub step: &'static str,
    /// Whose work it is: the department that it names, else those that handle its kind.
    departments: Vec<Department>,
    /// The moment (ms since 1970 UTC) by which it has to go on; `None` if no clock runs.
    pub due: Option<i64>,
}

impl Card {
    /// The card of a matter; `None` of a kind without steps and of what is deleted.
    pub fn of(kind: &'static Kind, record: &Record, campaign: &Campaign) -> Option<Self> {
        let named = kind.step(record).filter(|_| !record.is_deleted())?;
        let all = step::steps(kind);
        // A step that a newer app has written is shown, and cannot be left from here.
        let known = all.iter().find(|step| **step == named);
        let areas = [crate::record::AREA, crate::record::FROM_AREA, TO_AREA];
        let areas: Vec<Area> = match kind.is_between() {
            true => areas[1..]
                .iter()
                .filter_map(|key| record.get(key))
                .collect(),
            false => record.area().into_iter().collect(),
        };
        let department = Department::parse(record.text("department"));
        Some(Self {
            id: record.id,
            areas,
            step: known.or(all.first())?,
            departments: department.map_or_else(|| kind.departments.to_vec(), |one| vec![one]),
            due: due(record, campaign),
        })
    }

    pub fn is_late(&self, now_ms: i64) -> bool {
        self.due.is_some_and(|due| due < now_ms)
    }

    pub fn lies_in(&self, area: Area) -> bool {
        self.areas.iter().any(|own| area.contains(*own))
    }

    /// True if it is a department's work; what names none and is of no one's kind is everybody's.
    pub fn is_for(&self, department: Department) -> bool {
        self.departments.is_empty() || self.departments.contains(&department)
    }
}

/// One step of a board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub step: &'static str,
    pub cards: Vec<Card>,
}

impl Column {
    pub fn late(&self, now_ms: i64) -> usize {
        self.cards
            .iter()
            .filter(|card| card.is_late(now_ms))
            .count()
    }
}

/// The cards by step: in each what runs out first (and so what is overdue) on top, then the rest
/// by age; where nothing waits any more, the newest on top.
pub fn columns(kind: &'static Kind, cards: impl IntoIterator<Item = Card>) -> Vec<Column> {
    let mut by_step: BTreeMap<&str, Vec<Card>> = BTreeMap::new();
    for card in cards {
        by_step.entry(card.step).or_default().push(card);
    }
    let open = |step: &str| {
        let steps = kind.steps.as_ref();
        steps.is_some_and(|steps| steps.open.contains(&step))
    };
    let column = |step: &&'static str| {
        let mut cards = by_step.remove(*step).unwrap_or_default();
        match open(step) {
            true => cards.sort_by_key(|card| (card.due.unwrap_or(i64::MAX), card.id)),
            false => cards.sort_by_key(|card| std::cmp::Reverse(card.id)),
        }
        Column { step, cards }
    };
    step::steps(kind).iter().map(column).collect()
}

/// What bringing a matter into a step means.
#[derive(Clone, PartialEq, Debug)]
pub enum Move {
    /// From here it does not go there.
    Closed,
    /// It may be saved as it is.
    Ready(Values),
    /// Somebody has to say something first; the values that follow by themselves.
    Asks(Values),
}

/// Takes a matter to a step.
pub fn take(kind: &'static Kind, record: &Record, to: &str, now_ms: i64) -> Move {
    if !step::next(kind, record).contains(&to) {
        return Move::Closed;
    }
    let cells = step::advance(kind, record, to, now_ms);
    match step::asks(kind, record, to) {
        true => Move::Asks(cells),
        false => Move::Ready(cells),
    }
}

/// The steps into which somebody may bring a matter: what was offered to another area is accepted
/// or declined there, and not by those who offered it.
pub fn next(grants: &Grants, kind: &'static Kind, record: &Record) -> Vec<&'static str> {
    let mut next = step::next(kind, record);
    if grants.writes(kind, record).is_none() {
        return Vec::new();
    }
    if kind.is_between() && !receives(grants, record) {
        next.retain(|to| !["accepted", "declined"].contains(to));
    }
    next
}

/// True if these grants work where something was offered to.
pub fn receives(grants: &Grants, record: &Record) -> bool {
    let to = record.get(&TO_AREA);
    let mut own = grants
        .0
        .iter()
        .filter(|grant| grant.role != Role::Administrator);
    to.is_some_and(|to| own.any(|grant| grant.area.contains(to)))
}

/// The fields that a step's dialog asks: what is needed from this step on and empty yet, and what
/// begins with it; days and pictures are not among them.
pub fn asked(kind: &Kind, record: &Record, to: &str) -> Vec<&'static FieldSpec> {
    let Some(steps) = &kind.steps else {
        return Vec::new();
    };
    let of_step = |field: &&'static FieldSpec| {
        let when = field.when.filter(|(other, _)| *other == steps.field);
        let Some((_, values)) = when.filter(|(_, values)| values.contains(&to)) else {
            return false;
        };
        let empty = record.value(&field.name).is_none_or(Value::is_empty);
        let by_itself = matches!(
            field.input,
            Input::PastDate | Input::PastMoment | Input::Photos | Input::Signature
        );
        let begins = values.first() == Some(&to);
        let says = field.is_required() || matches!(field.input, Input::LongText);
        empty && !by_itself && (begins || says)
    };
    kind.fields.iter().filter(of_step).collect()
}

/// The steps that turn somebody down: they are owed the reason.
pub const REFUSALS: [&str; 2] = ["declined", "refused"];

/// True if a field has to be said when a matter goes to this step, though its kind could do
/// without it: the reason for which somebody is turned down.
pub fn must_say(field: &FieldSpec, to: &str) -> bool {
    field.is_required() || REFUSALS.contains(&to) && matches!(field.input, Input::LongText)
}

/// The areas one level below, by which a board is filtered.
pub fn below(home: Area) -> Vec<Area> {
    let level = match home.level() {
        Level::Province => Level::City,
        Level::City => Level::County,
        _ => Level::Township,
    };
    let all = crate::area::all().map(|(area, _)| area);
    all.filter(|area| area.level() == level && home.contains(*area) && *area != home)
        .collect()
}

#[cfg(test)]
mod tests;
