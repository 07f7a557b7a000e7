//! What a manager is told in the morning.

use super::*;
use crate::value::Shape;
use crate::{Area, Grant, Stamp, Value};
use jiff::civil::date;

const TODAY: Date = date(2023, 1, 18);
const ME: Id = Id::from_bytes([7; 16]);

fn campaign() -> Campaign {
    let (from, until) = (date(2023, 1, 1), date(2023, 2, 28));
    Campaign::new(
        Id::new(0, [0; 10]),
        "春暖行动",
        Area::parse("37").unwrap(),
        from,
        until,
    )
}

/// A record of Cao County, made and last changed at two moments.
fn record(kind: &str, made: i64, changed: i64, cells: &[(&str, Value)]) -> Record {
    let mut record = Record::new(Id::new(made, [kind.len() as u8; 10]), kind);
    let stamp = Stamp {
        time: changed.cast_unsigned(),
        ..Stamp::default()
    };
    record.put("area", "371721".into(), stamp);
    for (name, value) in cells {
        record.put(name, value.clone(), stamp);
    }
    record
}

fn told(grant: Grant, records: Vec<Record>) -> Morning {
    let (grants, campaign) = (Grants(vec![grant]), campaign());
    let reader = Reader {
        person: ME,
        grants: &grants,
        campaign: &campaign,
        now_ms: start_of(TODAY) + OPENS_MS,
    };
    Morning::of(records, &reader)
}

fn coordinator(code: &str) -> Grant {
    Grant::new(Role::Coordinator, Area::parse(code).unwrap())
}

fn officer(department: Department) -> Grant {
    Grant {
        department: Some(department),
        ..Grant::new(Role::DepartmentOfficer, Area::parse("371721").unwrap())
    }
}

#[test]
fn what_came_in_after_eight_yesterday_is_new_and_what_was_touched_has_changed() {
    let eight = since(TODAY);
    let visits = [
        record("visit", eight - 1, eight - 1, &[]),
        record("visit", eight, eight, &[]),
        record("visit", eight - 9, eight + 5, &[]),
    ];
    let told = told(coordinator("371721"), visits.to_vec());
    let moved = &told.moved["visit"];
    assert_eq!(moved.made, [visits[1].id]);
    assert_eq!(moved.changed, [visits[2].id]);
}

#[test]
fn a_clock_that_runs_out_tonight_is_todays_and_one_that_ran_out_is_late() {
    let case = |received: &str| {
        let cells = [("received_on", received.into())];
        record("wage_case", start_of(TODAY), start_of(TODAY), &cells)
    };
    // Three working days after Friday the 13th is Wednesday the 18th.
    let told = told(
        coordinator("371721"),
        vec![case("2023-01-13"), case("2023-01-09"), case("2023-01-17")],
    );
    assert_eq!((told.late.len(), told.today.len()), (1, 1));
    assert_eq!(told.today[0].0, start_of(TODAY) + 86_400_000);
}

#[test]
fn a_need_waits_for_the_department_that_it_names_and_for_the_coordinator() {
    let need = || record("need", 1, 1, &[("department", "health".into())]);
    let waits = |grant| {
        told(grant, vec![need()])
            .waits
            .contains_key(&Decision::Need)
    };
    assert!(waits(coordinator("371721")) && waits(officer(Department::Health)));
    assert!(!waits(officer(Department::Civil)));
    assert!(!waits(coordinator("371722")));
}

#[test]
fn an_offer_waits_where_it_was_made_to() {
    let cells = [("from_area", "371721".into()), ("to_area", "370202".into())];
    let offer = || record("handoff", 1, 1, &cells);
    let waits = |code| {
        told(coordinator(code), vec![offer()])
            .waits
            .contains_key(&Decision::Handoff)
    };
    assert!(waits("370202") && !waits("371721"));
}

#[test]
fn a_task_waits_for_whom_it_names_and_an_overtaken_value_for_whoever_may_write_it() {
    let task = |person: Id| record("task", 1, 1, &[("assignee", person.write())]);
    let waits = |record| told(coordinator("371721"), vec![record]).waits;
    assert!(waits(task(ME)).contains_key(&Decision::Task));
    assert!(waits(task(Id::from_bytes([8; 16]))).is_empty());
    let before = Stamp::default().to_string();
    let mark = Value::List(vec![before.as_str().into(), "被子".into()]);
    let cells = [
        ("step", "done".into()),
        ("what", "棉被".into()),
        ("what?", mark),
    ];
    let twice = record("need", 1, 1, &cells);
    assert!(waits(twice).contains_key(&Decision::Confirm));
}

#[test]
fn relief_that_was_approved_waits_until_it_has_come_out_of_the_fund() {
    let relief = || {
        let cells = [
            ("type", "temporary".into()),
            ("step", "granted".into()),
            ("amount", Value::Int(50_000)),
        ];
        record("assistance", 1, 1, &cells)
    };
    let waits = |records| told(coordinator("371721"), records).waits;
    assert_eq!(waits(vec![relief()])[&Decision::Pay], [relief().id]);
    let entry = [
        ("direction", "out".into()),
        ("assistance", relief().id.write()),
    ];
    let entry = record("fund_entry", 2, 2, &entry);
    assert!(waits(vec![relief(), entry]).is_empty());
}
