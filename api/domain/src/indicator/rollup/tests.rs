//! That the sum of the parts is the whole, whatever the records say.

use super::super::{Fold, facts};
use super::*;
use crate::{Department, Id, Record, Stamp, Value};
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

/// The kinds of which a fold counts records.
fn counted_kinds() -> Vec<&'static str> {
    let names = crate::kinds::KINDS.iter().map(|kind| kind.name);
    names.filter(|name| facts::of(name).is_some()).collect()
}

/// A cell of some kinds and what it may hold; numbers are amounts and moments.
fn cells() -> Vec<(&'static str, &'static [&'static str])> {
    vec![
        ("flow", &["", "returning", "staying", "leaving"]),
        ("situation", &["well", "not_met"]),
        ("well_being", &["well", "not_met"]),
        ("satisfaction", &["", "satisfied", "dissatisfied"]),
        ("urgency", &["", "urgent"]),
        ("type", &["elder", "child", "temporary"]),
        ("risk", &["", "low", "watch", "high"]),
        ("status", &["looking", "working"]),
        (
            "movement",
            &["", "early_return", "late_departure", "as_usual"],
        ),
        ("item", &["letter", "rice", "cash"]),
        ("direction", &["in", "out"]),
        ("reason", &["given_on_site", "purchased"]),
        ("opened", &["all_day", "closed"]),
        ("result", &["done", "booked"]),
        ("advised", &["", "none", "check_up"]),
        ("brakes", &["pass", "fail"]),
        (
            "step",
            &[
                "",
                "open",
                "done",
                "accepted",
                "declined",
                "granted",
                "refused",
                "hired",
                "finished",
                "issued",
                "departed",
                "listed",
                "held",
                "answered",
                "responding",
                "closed",
                "running",
            ],
        ),
        ("stage", &["", "filed", "mediating", "hearing", "closed"]),
    ]
}

const DAYS: [&str; 5] = ["", "2023-01-02", "2023-01-10", "2023-01-14", "2023-01-15"];
const DATES: [&str; 17] = [
    "date",
    "answered_on",
    "done_on",
    "decided_on",
    "applied_on",
    "started_on",
    "finished_on",
    "received_on",
    "filed_on",
    "mediating_on",
    "hearing_on",
    "closed_on",
    "asked_on",
    "from",
    "until",
    "departs_on",
    "next_on",
];
const NUMBERS: [&str; 18] = [
    "quantity",
    "amount",
    "people",
    "attendance",
    "count",
    "visitors",
    "children",
    "hours",
    "owed",
    "recovered",
    "departs",
    "departed_at",
    "starts",
    "reported_at",
    "responded_at",
    "seen_at",
    "answered_at",
    "temperature",
];

/// Any record that is counted. What it refers to may be anywhere, in other ledgers, too.
fn record() -> impl Strategy<Value = Record> {
    let kind = proptest::sample::select(counted_kinds());
    let place = proptest::sample::select(&PLACES[..]);
    let ends = proptest::sample::subsequence(&PLACES[..], 2);
    let dice = proptest::collection::vec(any::<u8>(), 128);
    (0u8..40, kind, place, ends, dice).prop_map(|(number, kind, place, ends, dice)| {
        let mut record = Record::new(id(number), kind);
        let mut put = |name: &str, value: Value| record.put(name, value, Stamp::default());
        let mut dice = dice.into_iter().map(usize::from);
        let mut roll = || dice.next().unwrap_or_default();
        put("area", place.into());
        put("from_area", ends[0].into());
        put("to_area", ends[1].into());
        for (name, options) in cells() {
            put(name, options[roll() % options.len()].into());
        }
        for name in DATES {
            put(name, DAYS[roll() % DAYS.len()].into());
        }
        for name in NUMBERS {
            let moment = name.ends_with("_at") || ["departs", "starts"].contains(&name);
            let at = start_of(date(2023, 1, 10)) + roll() as i64 * 3_600_000;
            put(name, Value::Int(if moment { at } else { roll() as i64 }));
        }
        let categories = crate::kinds::worker::PRIORITIES.iter();
        let held: Vec<Value> = categories
            .filter(|_| roll() % 3 == 0)
            .map(|one| (*one).into())
            .collect();
        put("priority", Value::List(held));
        put("older", Value::Bool(roll() % 2 == 0));
        put("letter", Value::Bool(roll() % 2 == 0));
        put(
            "given",
            Value::List(vec![["letter", "goods"][roll() % 2].into()]),
        );
        for name in ["household", "worker", "dependant", "trip", "passenger"] {
            put(name, id(roll() as u8 % 40).to_string().as_str().into());
        }
        if roll() < 60 {
            put(
                "merged_into",
                id(roll() as u8 % 40).to_string().as_str().into(),
            );
        }
        record
    })
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
        Part::kept(ledger, &folded(period, own).settled(), 0)
    };
    ledgers.into_iter().map(count).collect()
}

fn officer(department: Department, code: &str) -> Grant {
    let mut officer = Grant::new(Role::DepartmentOfficer, area(code));
    officer.department = Some(department);
    officer
}

/// A fold over what somebody sees, by their eyes.
fn seen(period: Period, records: &BTreeMap<Id, Record>, grants: &Grants) -> Tally {
    let shown: Vec<Record> = records.values().filter_map(|r| grants.view(r)).collect();
    let mut fold = Fold::new(period, start_of(TODAY) + 36_000_000).seen_by(grants);
    shown
        .iter()
        .for_each(|record| fold.add(record, &campaign()));
    fold.settled()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_the_ledgers_counted_adds_up_to_one_fold_over_all_records(records in ledgers()) {
        let everybody: Vec<_> = Category::all().map(Some).chain([None]).collect();
        for period in periods(&campaign(), TODAY) {
            let whole = folded(period, records.values()).settled();
            let parts = parts(period, &records);
            let text = serde_json::to_string(&parts).unwrap();
            let told: Vec<Part> = serde_json::from_str(&text).unwrap();
            for (code, category) in everybody.iter().flat_map(|c| ["37", "3717", "3702"].map(|a| (a, *c))) {
                let sum = table(area(code), &told, category, None);
                prop_assert_eq!(sum, whole.table(area(code), category), "{} {:?}", code, period);
            }
        }
    }

    #[test]
    fn who_sees_only_some_kinds_is_told_what_a_fold_over_these_gives(records in ledgers()) {
        let period = Period::of(&campaign());
        let told = parts(period, &records);
        let several = [
            vec![officer(Department::Civil, "37")],
            vec![officer(Department::Culture, "3717"), officer(Department::Hr, "371721")],
            vec![Grant::new(Role::Coordinator, area("37"))],
            vec![officer(Department::Youth, "37"), Grant::new(Role::Administrator, area("37"))],
        ];
        for grants in several.map(Grants) {
            let mut told = told.clone();
            told.iter_mut().for_each(|part| part.retain_seen(&grants));
            let home = grants.home().unwrap();
            prop_assert!(sees_by_county(&grants, home));
            let sum = table(home, &told, None, Some(&grants));
            prop_assert_eq!(sum, seen(period, &records, &grants).table(home, None), "{:?}", grants);
        }
    }

    #[test]
    fn a_field_worker_and_a_coordinator_of_an_area_count_the_same(records in ledgers()) {
        let field = Grants(vec![Grant::new(Role::FieldWorker, area("37"))]);
        let period = periods(&campaign(), TODAY)[0];
        let by = |grants: &Grants| seen(period, &records, grants).table(area("37"), None);
        prop_assert_eq!(by(&field), by(&viewer(area("37"))));
        prop_assert!(sees_by_county(&field, area("37")));
    }
}

#[test]
fn only_who_works_in_the_whole_area_is_answered_from_what_is_kept() {
    let of = |role, code| Grants(vec![Grant::new(role, area(code))]);
    assert!(sees_by_county(&of(Role::Coordinator, "3717"), area("3717")));
    assert!(sees_by_county(
        &of(Role::Coordinator, "3717"),
        area("371721")
    ));
    assert!(!sees_by_county(&of(Role::Coordinator, "3717"), area("37")));
    for role in [Role::Administrator, Role::StationVolunteer] {
        assert!(!sees_by_county(&of(role, "3717"), area("3717")), "{role:?}");
    }
    let mut both = Grants(vec![officer(Department::Culture, "3717")]);
    assert!(sees_by_county(&both, area("3717")));
    both.0.push(officer(Department::Civil, "371721101"));
    assert!(
        !sees_by_county(&both, area("3717")),
        "one township is not told by itself"
    );
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
