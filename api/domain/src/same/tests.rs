//! Who is recognised as whom, who may say so, and that nothing of anybody is lost.

use super::*;
use crate::grant::Grant;
use crate::{Department, Device};
use proptest::prelude::*;

fn stamp(time: u64) -> Stamp {
    Stamp {
        time,
        counter: 0,
        device: Device(1),
    }
}

fn record(kind: &str, number: u8, cells: &[(&str, &str)]) -> Record {
    let mut record = Record::new(Id::new(i64::from(number), [number; 10]), kind);
    record.put("area", "371721101004".into(), stamp(1));
    for (name, value) in cells {
        record.put(name, (*value).into(), stamp(u64::from(number)));
    }
    record
}

fn worker(number: u8, cells: &[(&str, &str)]) -> Record {
    record("worker", number, cells)
}

fn alike(a: &[(&str, &str)], b: &[(&str, &str)]) -> Option<Likeness> {
    likeness(&worker(1, a), &worker(2, b))
}

#[test]
fn two_people_with_the_same_id_number_are_one_however_it_was_typed() {
    let known = [("name", "张三"), ("id_number", "11010519491231002X")];
    for typed in [
        "11010519491231002X",
        "110105 19491231 002x",
        "１１０１０５１９４９１２３１００２ｘ",
    ] {
        let other = [("name", "张三儿"), ("id_number", typed)];
        assert_eq!(alike(&known, &other), Some(Likeness::Certain), "{typed}");
    }
    assert_eq!(alike(&known, &[("name", "张三")]), None);
    assert_eq!(alike(&[("id_number", "无")], &[("id_number", "无")]), None);
}

#[test]
fn the_same_name_and_phone_or_name_birth_date_and_village_are_asked_about() {
    let likely = Some(Likeness::Likely);
    let known = [
        ("name", "张三"),
        ("phone", "13800000000"),
        ("birth", "1990-01-01"),
    ];
    assert_eq!(
        alike(&known, &[("name", "张 三"), ("phone", "+86 138-0000-0000")]),
        likely
    );
    assert_eq!(
        alike(&known, &[("name", "张三"), ("birth", "1990-01-01")]),
        likely
    );
    assert_eq!(
        alike(&known, &[("name", "李四"), ("phone", "13800000000")]),
        None
    );
    let elsewhere = [
        ("name", "张三"),
        ("birth", "1990-01-01"),
        ("area", "371721101005"),
    ];
    let mut elsewhere = worker(3, &elsewhere);
    elsewhere.put("area", "371721101005".into(), stamp(2));
    assert_eq!(likeness(&worker(1, &known), &elsewhere), None);
}

#[test]
fn one_house_in_a_village_and_one_credit_code_are_recognised() {
    let home = |number, address| {
        record(
            "household",
            number,
            &[("head", "张建国"), ("address", address)],
        )
    };
    assert_eq!(
        likeness(&home(1, "3-12号"), &home(2, "3－12 号")),
        Some(Likeness::Likely)
    );
    assert_eq!(likeness(&home(1, "3-12号"), &home(2, "31-2号")), None);
    let firm = |number, code| {
        record(
            "employer",
            number,
            &[("name", "曹县木业"), ("credit_code", code)],
        )
    };
    let (a, b) = (firm(1, "91350100M000100Y43"), firm(2, "91350100m000100y43"));
    assert_eq!(likeness(&a, &b), Some(Likeness::Certain));
    assert_eq!(likeness(&firm(1, ""), &firm(2, "")), Some(Likeness::Likely));
}

#[test]
fn a_deleted_record_and_one_of_another_kind_are_like_nobody() {
    let cells = [("name", "张三"), ("id_number", "11010519491231002X")];
    let elder = record("dependant", 2, &cells);
    assert_eq!(likeness(&worker(1, &cells), &elder), None);
    let mut gone = worker(2, &cells);
    gone.put("deleted", Value::Bool(true), stamp(9));
    assert_eq!(likeness(&worker(1, &cells), &gone), None);
}

fn grants(role: Role, code: &str, department: Option<Department>) -> Grants {
    let mut grant = Grant::new(role, Area::parse(code).unwrap());
    grant.department = department;
    Grants(vec![grant])
}

#[test]
fn people_are_merged_by_who_is_in_charge_of_them_or_knows_them() {
    let zhang = worker(1, &[("name", "张三")]);
    let kind = Kind::find("worker").unwrap();
    let may = |role, code, department| may_merge(&grants(role, code, department), kind, &zhang);
    assert!(may(Role::Coordinator, "371721", None));
    assert!(may(Role::Coordinator, "37", None));
    assert!(!may(Role::Coordinator, "371722", None));
    assert!(may(Role::DepartmentOfficer, "371721", Some(Department::Hr)));
    assert!(!may(
        Role::DepartmentOfficer,
        "371721",
        Some(Department::Culture)
    ));
    assert!(may(Role::FieldWorker, "371721101", None));
    assert!(may(Role::FieldWorker, "371721101004", None));
    assert!(!may(Role::FieldWorker, "371721101005", None));
    assert!(!may(Role::Administrator, "37", None));
    let visit = record("visit", 1, &[]);
    let of_visits = Kind::find("visit").unwrap();
    assert!(!may_merge(
        &grants(Role::Coordinator, "37", None),
        of_visits,
        &visit
    ));
}

#[test]
fn somebody_told_apart_once_is_told_apart_from_either_side() {
    let (mut a, b) = (worker(1, &[]), worker(2, &[]));
    assert!(!told_apart(&a, &b));
    a.put(&not_same_name(b.id), Value::Bool(true), stamp(2));
    assert!(told_apart(&a, &b) && told_apart(&b, &a));
    a.put(&not_same_name(b.id), Value::Null, stamp(3));
    assert!(!told_apart(&a, &b));
}

#[test]
fn gaps_are_filled_with_the_latest_and_what_was_emptied_later_stays_empty() {
    let mut stands = worker(1, &[("name", "张三"), ("phone", "13800000000")]);
    let early = worker(
        3,
        &[
            ("phone", "13900000003"),
            ("trade", "factory"),
            ("note", "旧"),
        ],
    );
    let late = worker(5, &[("trade", "catering"), ("skill", "厨师")]);
    let shown = whole(&stands, &[early.clone(), late.clone()]);
    assert_eq!(
        (shown.text("name"), shown.text("phone")),
        ("张三", "13800000000")
    );
    assert_eq!(
        (shown.text("trade"), shown.text("skill")),
        ("catering", "厨师")
    );
    assert_eq!(shown.text("note"), "旧");
    stands.put("note", Value::Null, stamp(9));
    assert_eq!(whole(&stands, &[early, late]).value("note"), None);
}

#[test]
fn no_priority_category_is_lost_in_a_merge_and_one_taken_off_stays_off() {
    let list = |items: &[&str]| Value::List(items.iter().map(|item| (*item).into()).collect());
    let (mut stands, mut other) = (worker(1, &[]), worker(2, &[]));
    stands.put("priority", list(&["low_income"]), stamp(3));
    other.put("priority", list(&["hard_to_place", "low_income"]), stamp(2));
    let shown = whole(&stands, std::slice::from_ref(&other));
    assert_eq!(
        shown.value("priority"),
        Some(&list(&["low_income", "hard_to_place"]))
    );
    assert_eq!(crate::person::priority(&shown), 2);
    let values = Values::from([("priority".to_owned(), list(&["low_income"]))]);
    let off = taken_off(&shown, &values, &other);
    assert_eq!(off["priority"], list(&["low_income"]));
    let kept = Values::from([("phone".to_owned(), Value::Null)]);
    assert!(taken_off(&shown, &kept, &other).is_empty());
}

fn id(number: u8) -> Id {
    Id::new(i64::from(number), [number; 10])
}

fn into<'a>(ties: &'a [(u8, u8)]) -> impl Fn(Id) -> Option<Id> + 'a {
    move |from| {
        ties.iter()
            .find(|(a, _)| id(*a) == from)
            .map(|(_, b)| id(*b))
    }
}

#[test]
fn of_a_ring_the_oldest_stands_and_parting_breaks_it() {
    let opposite = [(1, 2), (2, 1)];
    for number in [1, 2] {
        assert_eq!(canonical(id(number), into(&opposite)), id(1));
    }
    assert_eq!(parting(id(1), id(2), into(&opposite)), [id(2), id(1)]);
    let tail = [(9, 4), (4, 3), (3, 5), (5, 4)];
    assert_eq!(canonical(id(9), into(&tail)), id(3));
    let chain = [(3, 2), (2, 1)];
    assert_eq!(canonical(id(3), into(&chain)), id(1));
    assert_eq!(parting(id(1), id(3), into(&chain)), [id(3)]);
}

#[test]
fn a_record_is_merged_only_into_one_of_its_kind_that_the_ledger_holds() {
    let stands = worker(1, &[]);
    let merged = Values::from([("merged_into".to_owned(), stands.id.write())]);
    let change = Change::of(&worker(2, &[]), merged, stamp(5));
    let own = grants(Role::FieldWorker, "371721101", None);
    assert_eq!(accept(&change, Some(&stands), &own), Ok(()));
    assert_eq!(accept(&change, None, &own), Err(Refusal::NoTwin));
    let home = record("household", 1, &[]);
    assert_eq!(accept(&change, Some(&home), &own), Err(Refusal::NoTwin));
    let neighbours = grants(Role::FieldWorker, "371721102", None);
    assert_eq!(
        accept(&change, Some(&stands), &neighbours),
        Err(Refusal::NotAllowed)
    );
    let back = Values::from([("merged_into".to_owned(), Value::Null)]);
    let back = Change::of(&worker(2, &[]), back, stamp(6));
    assert_eq!(accept(&back, None, &own), Ok(()));
}

#[test]
fn what_names_a_merged_record_speaks_of_the_one_that_stands() {
    let visit = record("visit", 3, &[("household", &id(2).to_string())]);
    let moved = moved(visit, |_| id(1));
    assert_eq!(moved.get(&crate::kinds::visit::HOUSEHOLD), Some(id(1)));
}

fn person() -> impl Strategy<Value = Record> {
    let name = prop_oneof![Just(""), Just("张三"), Just("张 三"), Just("李四")];
    let number = prop_oneof![
        Just(""),
        Just("11010519491231002X"),
        Just("110105 19491231 002x")
    ];
    let phone = prop_oneof![Just(""), Just("13800000000"), Just("+86 13800000000")];
    let birth = prop_oneof![Just(""), Just("1990-01-01")];
    let village = prop_oneof![Just("371721101004"), Just("371721101005")];
    let kind = prop_oneof![Just("worker"), Just("dependant")];
    (0u8..9, kind, name, number, phone, birth, village).prop_map(
        |(number, kind, name, id_number, phone, birth, village)| {
            let mut record = record(kind, number, &[("name", name), ("id_number", id_number)]);
            record.put("phone", phone.into(), stamp(1));
            record.put("birth", birth.into(), stamp(1));
            record.put("area", village.into(), stamp(2));
            record
        },
    )
}

proptest! {
    #[test]
    fn likeness_is_the_same_from_either_side(a in person(), b in person()) {
        prop_assert_eq!(likeness(&a, &b), likeness(&b, &a));
    }

    #[test]
    fn every_record_stands_under_exactly_one_and_that_one_under_itself(
        ties in proptest::collection::btree_map(0u8..8, 0u8..8, 0..8)
    ) {
        let into = |from: Id| (0u8..8).find(|n| id(*n) == from)
            .and_then(|n| ties.get(&n)).map(|n| id(*n)).filter(|to| *to != from);
        for number in 0..8 {
            let stands = canonical(id(number), into);
            prop_assert_eq!(canonical(stands, into), stands);
            for gone in parting(stands, id(number), into) {
                prop_assert!(gone == id(number) || gone == stands);
            }
        }
    }

    #[test]
    fn nothing_that_the_standing_record_says_is_overruled(
        a in crate::record::tests::version(), b in crate::record::tests::version()
    ) {
        let whole = whole(&a, &[b]);
        for (name, cell) in a.cells.iter().filter(|(_, cell)| !cell.value.is_empty()) {
            prop_assert_eq!(&whole.cells[name].value, &cell.value);
        }
    }
}
