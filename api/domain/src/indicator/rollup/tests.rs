//! That the sum of the parts is the whole, whatever the records say.

use super::*;
use crate::{Department, Id, Record, Stamp};
use jiff::civil::date;
use proptest::prelude::*;

fn area(code: &str) -> Area {
    Area::parse(code).unwrap()
}

fn campaign() -> Campaign {
    let (from, until) = (date(2023, 1, 1), date(2023, 2, 28));
    Campaign::new(Id::new(0, [0; 10]), "春暖行动", area("37"), from, until)
}

const TODAY: Date = date(2023, 1, 15);

/// Two counties of Heze, one of Qingdao, and what is kept in the ledgers above them.
const PLACES: [&str; 6] = [
    "371721001001",
    "371721101",
    "371722001",
    "370202001",
    "3717",
    "37",
];

fn id(number: u8) -> Id {
    let day = start_of(date(2023, 1, 8)) + i64::from(number % 12) * 86_400_000;
    Id::new(day, [number; 10])
}

fn text(
    name: &'static str,
    among: &'static [&'static str],
) -> impl Strategy<Value = (String, String)> {
    proptest::sample::select(among).prop_map(move |value| (name.to_owned(), value.to_owned()))
}

/// Any record that is counted. What it refers to may be anywhere, in other ledgers, too.
fn record() -> impl Strategy<Value = Record> {
    let kind = proptest::sample::select(&COUNTED[..]);
    let place = proptest::sample::select(&PLACES[..]);
    let cells = (
        text("flow", &["", "returning", "staying", "leaving"]),
        text("priority", &["", "low_income"]),
        text("situation", &["well", "not_met"]),
        text("satisfied", &["", "satisfied", "unsatisfied"]),
        text("date", &["2023-01-14", "2023-01-15", "2023-03-01"]),
        text("urgency", &["", "urgent"]),
        text("step", &["", "open", "done", "accepted", "declined"]),
        text("answered_on", &["", "2023-01-10", "2023-01-15"]),
        text("done_on", &["", "2023-01-14", "2023-01-15"]),
    );
    (0u8..24, kind, place, cells, any::<(u8, u8)>()).prop_map(
        |(number, kind, place, cells, (home, twin))| {
            let mut record = Record::new(id(number), kind);
            let mut put = |name: &str, value: crate::Value| {
                record.put(name, value, Stamp::default());
            };
            let (flow, priority, situation, satisfied, day, urgency, step, answered, done) = cells;
            let priority = (priority.0, vec![priority.1]);
            put("area", place.into());
            for (name, value) in [
                flow, situation, satisfied, day, urgency, step, answered, done,
            ] {
                put(&name, value.as_str().into());
            }
            if !priority.1[0].is_empty() {
                let list = priority.1.iter().map(|one| one.as_str().into()).collect();
                put(&priority.0, crate::Value::List(list));
            }
            put("household", id(home % 24).to_string().as_str().into());
            if twin < 60 {
                put("merged_into", id(twin % 24).to_string().as_str().into());
            }
            record
        },
    )
}

/// The ids of one ledger are its own, and a record is merged only into one of the same ledger: the
/// server refuses any other.
fn ledgers() -> impl Strategy<Value = BTreeMap<Id, Record>> {
    proptest::collection::vec(record(), 0..40).prop_map(|records| {
        let all: BTreeMap<Id, Record> = records.into_iter().map(|one| (one.id, one)).collect();
        let ledger = |record: &Record| record.area().map(Area::ledger);
        let mut kept = all.clone();
        for record in kept.values_mut() {
            let twin = record.merged_into().and_then(|twin| all.get(&twin));
            let near = twin.is_some_and(|twin| ledger(twin) == ledger(record));
            if !near {
                record.cells.remove("merged_into");
            }
        }
        kept
    })
}

fn folded<'r>(period: Period, records: impl Iterator<Item = &'r Record>) -> Fold {
    let mut fold = Fold::new(period, start_of(TODAY) + 36_000_000);
    records.for_each(|record| fold.add(record, &campaign()));
    fold
}

fn in_ledger(record: &Record, ledger: Area) -> bool {
    record.area().map(Area::ledger) == Some(ledger)
}

fn parts(period: Period, records: &BTreeMap<Id, Record>) -> Vec<Part> {
    let ledgers = PLACES.map(|code| area(code).ledger());
    let ledgers: std::collections::BTreeSet<Area> = ledgers.into_iter().collect();
    let count = |ledger: Area| {
        let own = records.values().filter(|record| in_ledger(record, ledger));
        Part::of(ledger, &folded(period, own), 0)
    };
    ledgers.into_iter().map(count).collect()
}

proptest! {
    #[test]
    fn what_the_ledgers_counted_adds_up_to_one_fold_over_all_records(records in ledgers()) {
        for period in periods(&campaign(), TODAY) {
            let whole = folded(period, records.values());
            let parts = parts(period, &records);
            for code in ["37", "3717", "3702"] {
                let sum = table(area(code), &parts);
                prop_assert_eq!(sum, whole.table(area(code)), "{} {:?}", code, period);
            }
        }
    }

    #[test]
    fn a_field_worker_and_a_coordinator_of_an_area_count_the_same(records in ledgers()) {
        let field = Grants(vec![Grant::new(Role::FieldWorker, area("37"))]);
        let period = periods(&campaign(), TODAY)[0];
        let by = |grants: &Grants| {
            let seen: Vec<Record> = records.values().filter_map(|r| grants.view(r)).collect();
            folded(period, seen.iter()).table(area("37"))
        };
        prop_assert_eq!(by(&field), by(&viewer(area("37"))));
        prop_assert!(sees_as_viewer(&field, area("37")));
    }
}

#[test]
fn only_who_sees_every_counted_record_is_answered_from_what_is_kept() {
    let of = |role| Grants(vec![Grant::new(role, area("3717"))]);
    assert!(sees_as_viewer(&of(Role::Coordinator), area("3717")));
    assert!(sees_as_viewer(&of(Role::Coordinator), area("371721")));
    assert!(!sees_as_viewer(&of(Role::Coordinator), area("37")));
    for role in [Role::Administrator, Role::StationVolunteer] {
        assert!(!sees_as_viewer(&of(role), area("3717")), "{role:?}");
    }
    let mut officer = of(Role::DepartmentOfficer);
    assert!(!sees_as_viewer(&officer, area("3717")));
    // Today every department may see whatever is counted.
    for department in Department::ALL {
        officer.0[0].department = Some(*department);
        assert!(sees_as_viewer(&officer, area("3717")), "{department:?}");
    }
}

#[test]
fn the_kept_periods_are_told_once_each() {
    let mut short = campaign();
    (short.from, short.until) = (TODAY, TODAY);
    assert_eq!(periods(&campaign(), TODAY).len(), 4);
    assert_eq!(periods(&short, TODAY).len(), 3);
    assert_eq!(days_change(TODAY), start_of(date(2023, 1, 16)));
    let up: Vec<Area> = above(area("371721")).collect();
    assert_eq!(up, [area("3717"), area("37")]);
}

#[test]
fn figures_change_by_themselves_when_a_need_becomes_late() {
    let mut need = Record::new(Id::new(start_of(TODAY), [1; 10]), "need");
    need.put("area", "371721101".into(), Stamp::default());
    need.put("urgency", "urgent".into(), Stamp::default());
    let period = periods(&campaign(), TODAY)[0];
    let at = |now| {
        let mut fold = Fold::new(period, now);
        fold.add(&need, &campaign());
        fold
    };
    let late = at(start_of(TODAY)).changes_at().unwrap();
    let count = |now| at(now).table(area("37")).total.figures["needs_in_time"].of;
    assert_eq!((count(late - 1), count(late)), (Some(0), Some(1)));
    assert_eq!(at(late).changes_at(), None);
}
