//! Gathering facts: each record by itself, in any order; which records are of the same person, and
//! what came last, is known only when the fold is settled.

use super::people::People;
use super::tally::{Member, Tally};
use super::{Category, Indicator, Period, Set, Table, facts};
use crate::kinds::KINDS;
use crate::record::AREA;
use crate::{Area, Campaign, Grants, Id, Kind, Record, day_number, day_of, start_of};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What has been gathered so far. Adding a record twice changes nothing.
#[derive(Clone, Debug)]
pub struct Fold {
    period: Period,
    now_ms: i64,
    eyes: Option<Grants>,
    /// The campaign by which was counted: its clocks say when the next visits are due.
    campaign: Option<Campaign>,
    /// By ledger. What lies in two ledgers is not put together: neither of them could, so that a
    /// device that holds both counts as a roll-up of the two does.
    parts: BTreeMap<Area, Part>,
    /// When the first clock runs out that has not yet.
    next_late: Option<i64>,
}

/// What has been gathered of one ledger.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub facts: Vec<Fact>,
    /// Whom each record concerns.
    pub sources: Vec<Vec<Id>>,
    pub people: People,
    pub later: facts::Later,
}

/// One record of a set, or the person of whom a record tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    pub set: Set,
    pub key: Id,
    pub area: Area,
    pub day: Option<i32>,
    pub amount: i64,
    /// The place of those concerned in [`Part::sources`].
    pub source: usize,
    /// True if the key is a person, household or dependant, and not the record itself.
    pub is_person: bool,
}

/// The record that is being counted, and what is needed for it.
pub(super) struct One<'a> {
    pub record: &'a Record,
    pub kind: &'static Kind,
    pub area: Area,
    pub campaign: &'a Campaign,
    pub period: Period,
    pub now_ms: i64,
    pub part: &'a mut Part,
    next_late: &'a mut Option<i64>,
    source: Option<usize>,
}

impl Fold {
    /// An empty fold; `now_ms` decides what is late.
    pub fn new(period: Period, now_ms: i64) -> Self {
        Self {
            period,
            now_ms,
            eyes: None,
            campaign: None,
            parts: BTreeMap::new(),
            next_late: None,
        }
    }

    /// Counts only what these grants show whole: where somebody sees the elders of an area but not
    /// the visits to them, they do not all count as unvisited.
    #[must_use]
    pub fn seen_by(mut self, grants: &Grants) -> Self {
        self.eyes = Some(grants.clone());
        self
    }

    /// Adds a record; all of a fold's are counted by the same campaign.
    pub fn add(&mut self, record: &Record, campaign: &Campaign) {
        let area = record.get(&AREA).filter(|_| !record.is_deleted());
        let kind = Kind::find(&record.kind);
        let Some((count, (kind, area))) = facts::of(&record.kind).zip(kind.zip(area)) else {
            return;
        };
        self.campaign.get_or_insert_with(|| campaign.clone());
        let part = self.parts.entry(area.ledger()).or_default();
        count(&mut One {
            record,
            kind,
            area,
            campaign,
            period: self.period,
            now_ms: self.now_ms,
            part,
            next_late: &mut self.next_late,
            source: None,
        });
    }

    /// What has been counted: to be asked for several figures, it is settled once.
    pub fn settled(&self) -> Tally {
        let mut counted = Tally {
            members: Vec::new(),
            eyes: self.eyes.clone(),
            changes_at: self.next_late,
            late: Vec::new(),
        };
        let Some(campaign) = &self.campaign else {
            return counted;
        };
        let today = day_of(self.now_ms);
        for part in self.parts.values() {
            let settling = facts::Settling {
                part,
                campaign,
                day: today.min(self.period.until),
                period: self.period,
            };
            let (more, due, mut late) = settling.later();
            counted.late.append(&mut late);
            // Of days that are over, nothing becomes late any more.
            let due = due.filter(|_| today <= self.period.until).map(start_of);
            counted.changes_at = counted.changes_at.into_iter().chain(due).min();
            // Each set by itself: those of people are in order already.
            let mut sets = vec![Vec::new(); Set::ALL.len()];
            let mut put = |member: Member| sets[member.set as usize].push(member);
            part.people.settled(&mut put);
            let facts = part.facts.iter().chain(&more);
            facts.filter_map(|fact| member(part, fact)).for_each(put);
            for mut members in sets {
                members.sort_unstable();
                members.dedup_by_key(|member| member.key);
                counted.members.append(&mut members);
            }
        }
        self.close_eyes(&mut counted.members);
        counted.members.sort_unstable();
        counted
    }

    fn close_eyes(&self, members: &mut Vec<Member>) {
        let Some(grants) = &self.eyes else { return };
        let mut seen: BTreeMap<Area, u64> = BTreeMap::new();
        let mut needs: BTreeMap<Set, u64> = BTreeMap::new();
        members.retain(|member| {
            let seen = seen
                .entry(member.area)
                .or_insert_with(|| kinds_seen(grants, member.area));
            let needs = needs
                .entry(member.set)
                .or_insert_with(|| member.set.needs());
            *seen & *needs == *needs
        });
    }

    /// As [`Tally::changes_at`].
    pub fn changes_at(&self) -> Option<i64> {
        self.settled().changes_at()
    }

    /// As [`Tally::behind`], of everybody.
    pub fn behind(&self, indicator: &Indicator, area: Area) -> Vec<Id> {
        self.settled().behind(indicator, area, None)
    }

    /// As [`Tally::table`], of everybody.
    pub fn table(&self, area: Area) -> Table {
        self.settled().table(area, None)
    }
}

/// A fact with the person that is meant, where there are several records of one.
fn member(part: &Part, fact: &Fact) -> Option<Member> {
    let concerned = part.sources.get(fact.source).into_iter().flatten();
    let (mut key, mut area, mut own) = (fact.key, fact.area, 0);
    if fact.is_person {
        key = part.people.canonical(fact.key);
        area = part.people.area(key).unwrap_or(fact.area);
        own = part.people.mask(key);
    }
    if fact.set == Set::PlacedOutOfPoverty && own & Category::OUT_OF_POVERTY == 0 {
        return None;
    }
    Some(Member {
        set: fact.set,
        key,
        area,
        day: fact.day,
        amount: fact.amount,
        mask: concerned.fold(own, |mask, id| mask | part.people.mask(*id)),
    })
}

/// The kinds with which somebody works in an area, a bit for each.
pub(super) fn kinds_seen(grants: &Grants, area: Area) -> u64 {
    let kinds = KINDS.iter().enumerate();
    let seen = kinds.filter(|(_, kind)| grants.works_with(kind, area));
    seen.fold(0, |all, (bit, _)| all | 1 << bit)
}

impl One<'_> {
    /// The day on which the record was made.
    pub fn made(&self) -> Date {
        day_of(self.record.id.time_ms())
    }

    /// True if there was such a thing when the period ended.
    pub fn was_there(&self) -> bool {
        self.made() <= self.period.until
    }

    /// The day of a field, if it lies in the period.
    pub fn day(&self, key: &crate::Key<Date>) -> Option<Date> {
        self.within(self.record.get(key))
    }

    pub fn within(&self, day: Option<Date>) -> Option<Date> {
        day.filter(|day| self.period.holds(*day))
    }

    /// The day on which the matter came to its step: as its field says, else when that was written.
    pub fn stepped(&self, key: &crate::Key<Date>) -> Option<Date> {
        self.record.get(key).or_else(|| self.step_written())
    }

    pub fn step_written(&self) -> Option<Date> {
        let field = self.kind.steps.as_ref()?.field;
        let cell = self.record.cells.get(field)?;
        let written = i64::try_from(cell.stamp.time).ok()?;
        Some(day_of(written).max(self.made()))
    }

    pub fn step(&self) -> &str {
        self.kind.step(self.record).unwrap_or_default()
    }

    /// The record is one of the set.
    pub fn count(&mut self, set: Set, day: Option<Date>) {
        self.sum(set, 1, day);
    }

    /// The record is one of the set with an amount.
    pub fn sum(&mut self, set: Set, amount: i64, day: Option<Date>) {
        self.put(set, amount, self.area, day);
    }

    /// A person is one of the set, however many records say so.
    pub fn person(&mut self, set: Set, person: Option<Id>, day: Option<Date>) {
        let mut fact = self.fact(set, 1, self.area, day);
        if let Some(person) = person {
            (fact.key, fact.is_person) = (person, true);
        }
        self.part.facts.push(fact);
    }

    /// The record counts in another area than its own.
    pub fn put(&mut self, set: Set, amount: i64, area: Area, day: Option<Date>) {
        let fact = self.fact(set, amount, area, day);
        self.part.facts.push(fact);
    }

    /// Whom the record concerns: its place in [`Part::sources`], where it is put at most once.
    pub fn source(&mut self) -> usize {
        let sources = &mut self.part.sources;
        *self.source.get_or_insert_with(|| {
            sources.push(self.kind.subjects(self.record));
            sources.len() - 1
        })
    }

    pub fn fact(&mut self, set: Set, amount: i64, area: Area, day: Option<Date>) -> Fact {
        let source = self.source();
        Fact {
            set,
            key: self.record.id,
            area,
            day: day.map(day_key),
            amount,
            source,
            is_person: false,
        }
    }

    /// Remembers that something becomes late.
    fn wait(&mut self, limit: i64) {
        if limit < i64::MAX {
            *self.next_late = Some(self.next_late.map_or(limit, |next| next.min(limit)));
        }
    }

    /// How a clock stands that runs out at `limit`, where the matter moved on at `left`.
    pub fn clock(&mut self, limit: Option<i64>, left: Option<i64>) -> Kept {
        let limit = limit.unwrap_or(i64::MAX);
        match left {
            Some(left) if left < limit => Kept::InTime(day_of(left)),
            Some(left) => Kept::Late(day_of(left)),
            None if self.now_ms >= limit => Kept::Late(day_of(limit)),
            None => {
                self.wait(limit);
                Kept::Running
            }
        }
    }

    /// Counts a clock that was kept or not on the day on which the matter moved on; one that ran
    /// out before that, on the day on which it did.
    pub fn kept(&mut self, kept: Kept, part: Set, whole: Set) {
        let (Kept::InTime(day) | Kept::Late(day)) = kept else {
            return;
        };
        if self.period.holds(day) {
            self.count(whole, Some(day));
            if kept == Kept::InTime(day) {
                self.count(part, Some(day));
            }
        }
    }
}

/// How a clock stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kept {
    InTime(Date),
    Late(Date),
    Running,
}

pub(super) fn day_key(day: Date) -> i32 {
    i32::try_from(day_number(day)).unwrap_or_default()
}
