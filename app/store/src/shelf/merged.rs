//! Records that are the same person, household or employer: which of them stands, and what it
//! shows of the others.

use super::{Row, Shelf};
use crate::ids::IdList;
use crate::twins::Twins;
use domain::{Id, Record, same};
use jiff::civil::Date;
use std::cell::Ref;
use std::collections::BTreeSet;

/// The marks of so many take some milliseconds on a phone.
pub const MARKED_AT_ONCE: usize = 200;

impl Shelf {
    /// What a record was merged into, if that is here to be shown in its place: what cannot be
    /// seen must not hide what can.
    pub fn leads_to(&self, id: Id) -> Option<Id> {
        let row = self.rows.get(&id)?;
        let here = |other: &Id| self.rows.get(other).is_some_and(|o| o.kind == row.kind);
        row.merged.filter(here)
    }

    /// The record under which this one is shown: itself, or what it was merged into.
    pub fn canonical(&self, id: Id) -> Id {
        same::canonical(id, |id| self.leads_to(id))
    }

    /// True if the record is shown by itself.
    pub fn stands(&self, row: &Row) -> bool {
        row.merged.is_none() || self.canonical(row.id) == row.id
    }

    /// A record and all that were merged into it.
    pub fn same(&self, id: Id) -> Vec<Id> {
        let mut all = vec![id];
        let mut at = 0;
        while at < all.len() {
            for other in self.merged.get(&all[at]).into_iter().flatten() {
                if !all.contains(other) && self.is_like(*other, id) {
                    all.push(*other);
                }
            }
            at += 1;
        }
        all
    }

    fn is_like(&self, id: Id, other: Id) -> bool {
        let kind = |id: Id| self.rows.get(&id).map(|row| row.kind);
        // While a record is taken in anew it has no row.
        kind(other).is_none_or(|other| kind(id) == Some(other))
    }

    /// The records that tell something about this one, or about one that was merged into it.
    pub fn about(&self, id: Id) -> impl Iterator<Item = &Row> {
        let told: BTreeSet<Id> = self
            .same(id)
            .iter()
            .flat_map(|id| self.about.get(id).map(IdList::ids).unwrap_or_default())
            .copied()
            .collect();
        told.into_iter()
            .filter_map(|id| self.rows.get(&id))
            .filter(|row| self.stands(row))
    }

    /// The record as it is shown: with what those say that were merged into it.
    pub fn whole(&self, id: Id) -> Option<Record> {
        let record = self.get(id)?;
        if !self.merged.contains_key(&id) {
            return Some(record);
        }
        let others: Vec<Record> = self.same(id)[1..]
            .iter()
            .filter_map(|other| self.get(*other))
            .filter(|other| other.kind == record.kind)
            .collect();
        Some(same::whole(&record, &others))
    }

    /// A copy of a record that speaks of those under whom the ones it names are shown.
    pub fn moved(&self, record: Record) -> Record {
        same::moved(record, |id| self.canonical(id))
    }

    /// The last day on which somebody was at home there; `None` of what nobody visits at home.
    pub fn last_visit(&self, row: &Row) -> Option<Option<Date>> {
        let visited = ["household", "dependant"].contains(&row.kind.name);
        visited.then(|| self.agenda.last_visit(&self.same(row.id)))
    }

    /// Takes the marks of so many in whom nobody has been looked for yet; true if there are more.
    /// They are left for when nothing else is to be done, or for the first who asks.
    pub fn mark(&self, count: usize) -> bool {
        let mut unmarked = self.unmarked.borrow_mut();
        let from = unmarked.len().saturating_sub(count);
        let ids = unmarked.split_off(from);
        if !ids.is_empty() {
            let mut twins = self.twins.borrow_mut();
            let records = ids.into_iter().filter_map(|id| self.whole(id));
            records.for_each(|record| twins.put(&record));
        }
        !unmarked.is_empty()
    }

    /// True while there are more of them than can be taken within a moment.
    pub fn is_marking(&self) -> bool {
        self.unmarked.borrow().len() > MARKED_AT_ONCE
    }

    /// The index of who is like whom.
    pub fn twins(&self) -> Ref<'_, Twins> {
        self.mark(usize::MAX);
        self.twins.borrow()
    }

    /// The records that are to be taken in anew with `id`, which was shown under `before`.
    pub(super) fn shown_with(&self, id: Id, before: Id) -> Vec<Id> {
        let stands = [before, self.canonical(id)];
        let merged = self.merged.get(&id).into_iter().flatten().copied();
        let others = stands.into_iter().chain(merged);
        let mut with: Vec<Id> = others.filter(|other| *other != id).collect();
        with.sort_unstable();
        with.dedup();
        with
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Device, Stamp, Value, pack};
    use std::collections::HashSet;

    const VILLAGE: &str = "371721101004";

    fn stamp(time: u64) -> Stamp {
        Stamp {
            time,
            counter: 0,
            device: Device(1),
        }
    }

    fn record(number: u8, kind: &str, cells: &[(&str, Value)]) -> Record {
        let mut record = Record::new(Id::new(i64::from(number), [number; 10]), kind);
        record.put("area", VILLAGE.into(), stamp(1));
        for (name, value) in cells {
            record.put(name, value.clone(), stamp(1));
        }
        record
    }

    fn worker(number: u8, name: &str, phone: &str) -> Record {
        record(
            number,
            "worker",
            &[("name", name.into()), ("phone", phone.into())],
        )
    }

    fn link(record: &Record) -> Value {
        Value::Text(record.id.to_string())
    }

    fn take(shelf: &mut Shelf, record: &Record) {
        shelf.confirm([pack::pack(record).as_slice()]);
    }

    fn merge(shelf: &mut Shelf, record: &Record, into: Value, at: u64) {
        let mut record = shelf.get(record.id).unwrap();
        record.put("merged_into", into, stamp(at));
        take(shelf, &record);
    }

    fn shown(shelf: &Shelf, kind: &str) -> Vec<Id> {
        shelf.of_kind(kind).map(|row| row.id).collect()
    }

    fn found(shelf: &Shelf, typed: &str) -> Vec<Id> {
        let found = shelf.find(typed, |_| HashSet::new(), |_, _| true, 10);
        assert_eq!(found.count, found.first.len());
        found.first
    }

    #[test]
    fn a_merged_record_is_shown_under_the_other_and_comes_back() {
        let (first, twin) = (worker(1, "张三", "1"), worker(2, "张三", "2"));
        let visit = record(3, "visit", &[("worker", link(&twin))]);
        let mut shelf = Shelf::default();
        for record in [&first, &twin, &visit] {
            take(&mut shelf, record);
        }
        assert_eq!(shown(&shelf, "worker"), [first.id, twin.id]);
        merge(&mut shelf, &twin, link(&first), 2);
        assert_eq!(shown(&shelf, "worker"), [first.id]);
        assert_eq!(shelf.canonical(twin.id), first.id);
        let about = |shelf: &Shelf| shelf.about(first.id).map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(about(&shelf), [visit.id]);
        merge(&mut shelf, &twin, Value::Null, 3);
        assert_eq!(shown(&shelf, "worker"), [first.id, twin.id]);
        assert_eq!(about(&shelf), []);
    }

    #[test]
    fn people_are_found_once_by_the_words_of_every_record_of_theirs() {
        let (first, twin) = (
            worker(1, "张三", "13800000001"),
            worker(2, "张山", "13900000002"),
        );
        let mut shelf = Shelf::default();
        take(&mut shelf, &first);
        take(&mut shelf, &twin);
        merge(&mut shelf, &twin, link(&first), 2);
        for typed in ["张三", "张山", "13900000002", "zhang", ""] {
            assert_eq!(found(&shelf, typed), [first.id], "{typed}");
        }
    }

    #[test]
    fn a_row_shows_the_priority_of_all_records_of_a_person() {
        let first = worker(1, "张三", "1");
        let needy = Value::List(vec!["low_income".into()]);
        let mut twin = worker(2, "张三", "2");
        twin.put("priority", needy, stamp(1));
        twin.put("merged_into", link(&first), stamp(2));
        for order in [[&first, &twin], [&twin, &first]] {
            let mut shelf = Shelf::default();
            order
                .into_iter()
                .for_each(|record| take(&mut shelf, record));
            assert_eq!(shelf.row(first.id).unwrap().priority, 1);
            merge(&mut shelf, &twin, Value::Null, 3);
            assert_eq!(shelf.row(first.id).unwrap().priority, 0);
        }
    }

    #[test]
    fn two_records_merged_into_each_other_stay_on_the_list_as_the_older() {
        let (a, b) = (worker(1, "张三", "1"), worker(2, "张三", "2"));
        let mut shelf = Shelf::default();
        take(&mut shelf, &a);
        take(&mut shelf, &b);
        merge(&mut shelf, &a, link(&b), 2);
        merge(&mut shelf, &b, link(&a), 2);
        assert_eq!(shown(&shelf, "worker"), [a.id]);
        assert_eq!(shelf.same(a.id), [a.id, b.id]);
        assert_eq!(found(&shelf, "张三"), [a.id]);
        for id in same::parting(a.id, b.id, |id| shelf.leads_to(id)) {
            let record = shelf.get(id).unwrap();
            merge(&mut shelf, &record, Value::Null, 3);
        }
        assert_eq!(shown(&shelf, "worker"), [a.id, b.id]);
    }

    #[test]
    fn whoever_was_merged_into_a_record_that_is_not_here_is_not_hidden() {
        let (elsewhere, here) = (worker(1, "张三", "1"), worker(2, "张三", "2"));
        let mut shelf = Shelf::default();
        take(&mut shelf, &here);
        merge(&mut shelf, &here, link(&elsewhere), 2);
        assert_eq!(shown(&shelf, "worker"), [here.id]);
        take(&mut shelf, &elsewhere);
        assert_eq!(shown(&shelf, "worker"), [elsewhere.id]);
        shelf.forget(&[elsewhere.id]);
        assert_eq!(shown(&shelf, "worker"), [here.id]);
        assert_eq!(found(&shelf, "张三"), [here.id]);
    }

    #[test]
    fn a_visit_to_the_merged_household_speaks_of_the_one_that_stands() {
        let home = |number| record(number, "household", &[("head", "张建国".into())]);
        let (home, twin) = (home(1), home(2));
        let mut shelf = Shelf::default();
        take(&mut shelf, &home);
        take(&mut shelf, &twin);
        merge(&mut shelf, &twin, link(&home), 2);
        let visit = record(3, "visit", &[("household", link(&twin))]);
        assert_eq!(shelf.moved(visit).value("household"), Some(&link(&home)));
    }
}
