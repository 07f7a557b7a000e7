//! Who seems to be registered twice: an index from what makes two records alike to the records,
//! so that it can be asked while somebody types, with everybody on the device.

use super::ids::Tail;
use super::shelf::Shelf;
use domain::same::{self, Likeness, Mark};
use domain::{Id, Record};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasherDefault;

/// A mark is a hash already.
type MarkMap<T> = HashMap<u64, T, BuildHasherDefault<Tail>>;

/// The marks of everybody. One that a record had and has no more stays: whoever is found here is
/// looked at again before anybody is told.
#[derive(Default, Debug)]
pub struct Twins {
    first: MarkMap<Id>,
    /// The few marks that several records have.
    more: MarkMap<BTreeSet<Id>>,
}

impl Twins {
    pub fn put(&mut self, record: &Record) {
        for mark in same::marks(record) {
            let first = *self.first.entry(mark.key).or_insert(record.id);
            if first != record.id {
                self.more.entry(mark.key).or_default().insert(record.id);
            }
        }
    }

    fn with(&self, key: u64) -> impl Iterator<Item = Id> {
        let more = self.more.get(&key).into_iter().flatten();
        self.first.get(&key).into_iter().chain(more).copied()
    }
}

/// Somebody who is registered and whom a record is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Twin {
    pub id: Id,
    pub likeness: Likeness,
    /// The field that shows it.
    pub beside: &'static str,
}

/// Two records that seem to be the same, the older first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    pub older: Id,
    pub newer: Id,
    pub likeness: Likeness,
}

/// No more than this many of one mark are compared: it then says nothing.
const AT_ONCE: usize = 20;

/// Whom a record is like that is being written; `before` is what it was, of which one was asked
/// already. The surest first.
pub fn of(shelf: &Shelf, record: &Record, before: Option<&Record>) -> Vec<Twin> {
    let known: Vec<Mark> = before.into_iter().flat_map(same::marks).collect();
    let own = shelf.canonical(record.id);
    let mut found: Vec<Twin> = Vec::new();
    for mark in same::marks(record).filter(|mark| !known.contains(mark)) {
        for id in holders(shelf, mark) {
            let told = apart(shelf, record, id) && mark.likeness == Likeness::Likely;
            if id != own && !told && !found.iter().any(|twin| twin.id == id) {
                found.push(Twin {
                    id,
                    likeness: mark.likeness,
                    beside: mark.beside,
                });
            }
        }
    }
    found.sort_by_key(|twin| (Reverse(twin.likeness), twin.id));
    found
}

/// All pairs of records that seem to be the same and both of which `keep` lets through; the
/// surest first, then by area.
pub fn pairs(shelf: &Shelf, keep: impl Fn(&Record) -> bool) -> Vec<Pair> {
    let mut found: BTreeMap<(Id, Id), Likeness> = BTreeMap::new();
    for key in shelf.twins().more.keys() {
        let holders: Vec<(Id, Mark)> = all_holders(shelf, *key);
        for (at, (a, mark)) in holders.iter().enumerate() {
            for (b, _) in holders[at + 1..].iter() {
                let likeness = found.entry((*a.min(b), *a.max(b))).or_insert(mark.likeness);
                *likeness = mark.likeness.max(*likeness);
            }
        }
    }
    let mut pairs: Vec<_> = found
        .into_iter()
        .filter_map(|((older, newer), likeness)| {
            let (a, b) = (shelf.whole(older)?, shelf.whole(newer)?);
            let asked = likeness == Likeness::Certain || !apart(shelf, &a, newer);
            let open = asked && same::in_one_ledger(&a, &b) && keep(&a) && keep(&b);
            let pair = Pair {
                older,
                newer,
                likeness,
            };
            open.then_some((Reverse(likeness), a.area(), pair))
        })
        .collect();
    pairs.sort_by_key(|(likeness, area, pair)| (*likeness, *area, pair.older, pair.newer));
    pairs.into_iter().map(|(.., pair)| pair).collect()
}

fn holders(shelf: &Shelf, mark: Mark) -> impl Iterator<Item = Id> {
    all_holders(shelf, mark.key).into_iter().map(|(id, _)| id)
}

/// The records that stand and that have, by themselves or by one merged into them, a mark.
fn all_holders(shelf: &Shelf, key: u64) -> Vec<(Id, Mark)> {
    let mut holders: Vec<(Id, Mark)> = Vec::new();
    for id in shelf.twins().with(key).take(AT_ONCE) {
        let record = shelf.whole(id).filter(|record| !record.is_deleted());
        let mark = record.and_then(|record| same::marks(&record).find(|mark| mark.key == key));
        let shown = shelf.canonical(id);
        if let Some(mark) = mark.filter(|_| holders.iter().all(|(id, _)| *id != shown)) {
            holders.push((shown, mark));
        }
    }
    holders
}

/// True if somebody said of a record, or of one of those that it is shown with, that it is not
/// the other.
fn apart(shelf: &Shelf, record: &Record, other: Id) -> bool {
    let all = |id: Id| {
        let ids = shelf.same(id).into_iter();
        ids.filter_map(|id| shelf.get(id)).collect::<Vec<_>>()
    };
    let others = all(other);
    let own = all(record.id);
    let own = own.iter().chain([record]);
    own.into_iter()
        .any(|own| others.iter().any(|other| same::told_apart(own, other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Device, Stamp, Value, pack};

    fn stamp(time: u64) -> Stamp {
        Stamp {
            time,
            counter: 0,
            device: Device(1),
        }
    }

    fn worker(number: u32, cells: &[(&str, &str)]) -> Record {
        let mut tail = [0; 10];
        tail[6..].copy_from_slice(&number.to_be_bytes());
        let mut record = Record::new(Id::new(1, tail), "worker");
        record.put("area", "371721101004".into(), stamp(1));
        for (name, value) in cells {
            record.put(name, (*value).into(), stamp(1));
        }
        record
    }

    fn shelf(records: &[Record]) -> Shelf {
        let mut shelf = Shelf::default();
        for record in records {
            shelf.confirm([pack::pack(record).as_slice()]);
        }
        shelf
    }

    fn set(shelf: &mut Shelf, id: Id, name: &str, value: Value, at: u64) {
        let mut record = shelf.get(id).unwrap();
        record.put(name, value, stamp(at));
        shelf.confirm([pack::pack(&record).as_slice()]);
    }

    const ZHANG: [(&str, &str); 3] = [
        ("name", "张三"),
        ("phone", "13800000000"),
        ("id_number", "11010519491231002X"),
    ];

    #[test]
    fn whoever_is_registered_already_is_found_while_their_number_is_typed() {
        let known = worker(1, &ZHANG);
        let shelf = shelf(std::slice::from_ref(&known));
        let typed = worker(2, &[("id_number", "110105 19491231 002x")]);
        let found = of(&shelf, &typed, None);
        assert_eq!(
            (found[0].id, found[0].likeness),
            (known.id, Likeness::Certain)
        );
        assert_eq!(found[0].beside, "id_number");
        assert_eq!(of(&shelf, &known, None), []);
        assert_eq!(of(&shelf, &typed, Some(&typed)), []);
        assert_eq!(of(&shelf, &worker(2, &[("name", "张三")]), None), []);
    }

    #[test]
    fn a_number_that_was_put_right_finds_nobody_any_more() {
        let known = worker(1, &ZHANG);
        let mut shelf = shelf(std::slice::from_ref(&known));
        set(&mut shelf, known.id, "phone", "13900000009".into(), 2);
        let old = [("name", "张三"), ("phone", "13800000000")];
        assert_eq!(of(&shelf, &worker(2, &old), None), []);
        let new = [("name", "张三"), ("phone", "13900000009")];
        assert_eq!(of(&shelf, &worker(2, &new), None).len(), 1);
    }

    #[test]
    fn pairs_are_asked_about_until_they_are_merged_or_told_apart() {
        let (a, b) = (worker(1, &ZHANG[..2]), worker(2, &ZHANG[..2]));
        let mut shelf = shelf(&[b.clone(), a.clone()]);
        let all = |shelf: &Shelf| pairs(shelf, |_| true);
        let pair = all(&shelf)[0];
        assert_eq!((pair.older, pair.newer), (a.id, b.id));
        assert_eq!(pairs(&shelf, |record| record.id != a.id), []);
        let into = Value::Text(a.id.to_string());
        set(&mut shelf, b.id, "merged_into", into, 2);
        assert_eq!(all(&shelf), []);
        assert_eq!(of(&shelf, &worker(3, &ZHANG[..2]), None)[0].id, a.id);
        set(&mut shelf, b.id, "merged_into", Value::Null, 3);
        assert_eq!(all(&shelf).len(), 1);
        set(
            &mut shelf,
            a.id,
            &same::not_same_name(b.id),
            Value::Bool(true),
            4,
        );
        assert_eq!(all(&shelf), []);
    }

    #[test]
    fn the_same_id_number_is_asked_about_even_if_somebody_told_them_apart() {
        let (a, b) = (worker(1, &ZHANG), worker(2, &ZHANG));
        let mut shelf = shelf(&[a.clone(), b.clone()]);
        set(
            &mut shelf,
            a.id,
            &same::not_same_name(b.id),
            Value::Bool(true),
            4,
        );
        assert_eq!(pairs(&shelf, |_| true)[0].likeness, Likeness::Certain);
    }

    #[test]
    fn a_third_record_is_compared_with_all_that_were_merged() {
        let (a, b) = (
            worker(1, &ZHANG[..2]),
            worker(2, &[ZHANG[0], ("phone", "13900000009")]),
        );
        let third = worker(3, &[ZHANG[0], ("phone", "13900000009")]);
        let mut shelf = shelf(&[a.clone(), b.clone(), third.clone()]);
        let into = Value::Text(a.id.to_string());
        set(&mut shelf, b.id, "merged_into", into, 2);
        let pairs = pairs(&shelf, |_| true);
        assert_eq!(pairs.len(), 1);
        assert_eq!((pairs[0].older, pairs[0].newer), (a.id, third.id));
    }
}
