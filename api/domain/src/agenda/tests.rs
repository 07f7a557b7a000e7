//! Stories about the day's list: who is on it, for whom, and in which order.

use super::*;
use crate::Department;
use crate::grant::Grant;
use crate::value::Shape;
use crate::{Stamp, Value};
use jiff::civil::date;

const TODAY: Date = date(2026, 2, 10);
/// Nine in the morning.
const MORNING: i64 = 9 * 3_600_000;
const VILLAGE: &str = "371721101004";
const NEXT_VILLAGE: &str = "371721101005";

fn id(number: u8) -> Id {
    Id::new(start_of(date(2026, 2, 1)) + i64::from(number), [number; 10])
}

fn text(number: u8) -> Value {
    id(number).write()
}

fn record(number: u8, kind: &str, area: &str, cells: &[(&str, Value)]) -> Record {
    let mut record = Record::new(id(number), kind);
    record.put("area", area.into(), Stamp::default());
    for (name, value) in cells {
        record.put(name, value.clone(), Stamp::default());
    }
    record
}

fn household(number: u8, area: &str, address: &str) -> Record {
    record(number, "household", area, &[("address", address.into())])
}

fn task(number: u8, home: u8, due: Date) -> Record {
    let cells = [
        ("household", text(home)),
        ("does", "visit".into()),
        ("due", due.write()),
    ];
    record(number, "task", VILLAGE, &cells)
}

fn elder(number: u8, risk: &str) -> Record {
    let cells = [("type", "elder".into()), ("risk", risk.into())];
    record(number, "dependant", VILLAGE, &cells)
}

fn elder_visit(number: u8, elder: u8, day: Date, cells: &[(&str, Value)]) -> Record {
    let cells = [&[("dependant", text(elder)), ("date", day.write())], cells].concat();
    record(number, "elder_visit", VILLAGE, &cells)
}

fn agenda(records: &[Record]) -> Agenda {
    let mut agenda = Agenda::default();
    records.iter().for_each(|record| agenda.put(record));
    agenda
}

fn campaign() -> Campaign {
    let shandong = Area::parse("37").unwrap();
    let (from, until) = (date(2026, 1, 20), date(2026, 3, 20));
    Campaign::new(id(0), "春暖行动", shandong, from, until)
}

fn one(role: Role, code: &str) -> Grant {
    Grant::new(role, Area::parse(code).unwrap())
}

fn asked(agenda: &Agenda, grant: Grant, day: Date) -> Vec<Item> {
    let (grants, campaign) = (Grants(vec![grant]), campaign());
    agenda.due(&Asker {
        person: id(200),
        name: "林晓梅",
        grants: &grants,
        campaign: &campaign,
        now_ms: start_of(day) + MORNING,
        same: &|id| vec![id],
        home: &Some,
    })
}

fn lin(agenda: &Agenda) -> Vec<Item> {
    asked(agenda, one(Role::FieldWorker, "371721101"), TODAY)
}

fn ids(items: &[Item]) -> Vec<Id> {
    items.iter().map(|item| item.record).collect()
}

#[test]
fn one_walks_village_by_village_late_ones_first_and_past_the_houses_in_order() {
    let yesterday = date(2026, 2, 9);
    let mut far = task(12, 3, TODAY);
    far.put(
        "area",
        NEXT_VILLAGE.into(),
        crate::Clock::default().tick(1, crate::Device(1)),
    );
    let agenda = agenda(&[
        household(1, VILLAGE, "10号"),
        household(2, VILLAGE, "2号"),
        household(3, NEXT_VILLAGE, "1号"),
        household(4, VILLAGE, "30号"),
        task(10, 1, TODAY),
        task(11, 2, TODAY),
        far,
        task(13, 4, yesterday),
        task(14, 2, date(2026, 2, 11)),
    ]);
    let items = lin(&agenda);
    assert_eq!(ids(&items), [id(13), id(11), id(10), id(12)]);
    assert_eq!(
        items.iter().map(|item| item.late).collect::<Vec<_>>(),
        [true, false, false, false]
    );
    assert_eq!(items[0].does, Some("visit"));
}

#[test]
fn an_elder_at_high_risk_is_due_after_a_week_and_not_once_visited() {
    let last = elder_visit(20, 5, date(2026, 2, 3), &[]);
    let mut agenda = agenda(&[elder(5, "high"), elder(6, "watch"), last]);
    let items = lin(&agenda);
    assert_eq!(ids(&items), [id(5)]);
    assert_eq!(
        (items[0].what, items[0].does),
        (What::Visit, Some("elder_visit"))
    );
    assert!(!items[0].late);
    assert!(
        asked(
            &agenda,
            one(Role::FieldWorker, "371721101"),
            date(2026, 2, 11)
        )[0]
        .late
    );
    agenda.put(&elder_visit(21, 5, TODAY, &[]));
    assert_eq!(lin(&agenda), []);
    // The visit is taken back: the elder is due again.
    agenda.remove(id(21));
    assert_eq!(ids(&lin(&agenda)), [id(5)]);
}

#[test]
fn nobody_at_home_means_again_tomorrow_and_not_in_a_week() {
    let tried = elder_visit(20, 5, TODAY, &[("well_being", "not_met".into())]);
    let agenda = agenda(&[
        elder(5, "high"),
        elder_visit(19, 5, date(2026, 2, 2), &[]),
        tried,
    ]);
    assert_eq!(lin(&agenda), []);
    let tomorrow = asked(
        &agenda,
        one(Role::FieldWorker, "371721101"),
        date(2026, 2, 11),
    );
    assert_eq!(ids(&tomorrow), [id(5)]);
}

#[test]
fn who_was_told_to_be_visited_again_is_due_on_that_day() {
    let sooner = elder_visit(20, 5, date(2026, 2, 8), &[("next_on", TODAY.write())]);
    let cells = [
        ("household", text(1)),
        ("date", date(2026, 2, 1).write()),
        ("next_on", TODAY.write()),
    ];
    let visit = record(21, "visit", VILLAGE, &cells);
    let mut agenda = agenda(&[
        household(1, VILLAGE, "1号"),
        elder(5, "high"),
        sooner,
        visit,
    ]);
    let items = lin(&agenda);
    let found: Vec<_> = items.iter().map(|item| (item.what, item.subject)).collect();
    assert!(found.contains(&(What::Visit, id(5))) && found.contains(&(What::Again, id(1))));
    // Whoever goes there sooner has been there.
    let cells = [("household", text(1)), ("date", date(2026, 2, 9).write())];
    agenda.put(&record(22, "visit", VILLAGE, &cells));
    assert_eq!(ids(&lin(&agenda)), [id(5)]);
}

#[test]
fn a_task_and_a_visit_that_is_due_anyway_are_one_walk() {
    let cells = [
        ("dependant", text(5)),
        ("does", "elder_visit".into()),
        ("due", TODAY.write()),
    ];
    let last = elder_visit(20, 5, date(2026, 2, 1), &[]);
    let agenda = agenda(&[elder(5, "high"), last, record(30, "task", VILLAGE, &cells)]);
    let items = lin(&agenda);
    assert_eq!(ids(&items), [id(30)]);
    assert_eq!(items[0].subject, id(5));
    assert!(items[0].late, "the visit was due two days ago");
}

#[test]
fn a_matter_is_due_for_whoever_may_move_it_on_and_is_asked_to() {
    let reported = start_of(TODAY) - 20 * 3_600_000;
    let rescue = record(
        40,
        "rescue",
        VILLAGE,
        &[("reported_at", Value::Int(reported))],
    );
    let need = record(41, "need", VILLAGE, &[("department", "civil".into())]);
    let agenda = agenda(&[rescue, need]);
    // The rescue is the village's to answer, within 24 hours: by four it was late.
    let items = lin(&agenda);
    assert_eq!((ids(&items), items[0].late), (vec![id(40)], true));
    // The need waits for the department, and for the coordinators.
    let officer = |department| {
        let mut grant = one(Role::DepartmentOfficer, "371721");
        grant.department = Some(department);
        ids(&asked(&agenda, grant, TODAY))
    };
    assert_eq!(officer(Department::Civil), [id(41), id(40)]);
    assert_eq!(officer(Department::Culture), []);
    let county = asked(&agenda, one(Role::Coordinator, "371721"), TODAY);
    assert_eq!(ids(&county), [id(41), id(40)]);
}

#[test]
fn the_villages_walks_are_not_the_countys() {
    let agenda = agenda(&[
        household(1, VILLAGE, "1号"),
        task(10, 1, TODAY),
        elder(5, "high"),
    ]);
    assert_eq!(asked(&agenda, one(Role::Coordinator, "371721"), TODAY), []);
    assert_eq!(
        asked(&agenda, one(Role::FieldWorker, "371721102"), TODAY),
        []
    );
    let own = record(11, "task", "371721", &[("due", TODAY.write())]);
    let items = asked(
        &self::agenda(&[own]),
        one(Role::Coordinator, "371721"),
        TODAY,
    );
    assert_eq!((ids(&items), items[0].does), (vec![id(11)], None));
}

#[test]
fn a_handoff_is_due_on_the_side_that_has_to_answer() {
    let cells = [
        ("worker", text(9)),
        ("from_area", "371721".into()),
        ("to_area", "370202".into()),
    ];
    let agenda = agenda(&[record(50, "handoff", "37", &cells)]);
    let day = date(2026, 2, 20);
    assert_eq!(asked(&agenda, one(Role::Coordinator, "371721"), day), []);
    assert_eq!(
        ids(&asked(&agenda, one(Role::Coordinator, "370202"), day)),
        [id(50)]
    );
}

#[test]
fn ones_own_shift_and_ones_own_trip_come_first_by_their_hour() {
    let at = |hours: i64| Value::Int(start_of(TODAY) + hours * 3_600_000);
    let shift = |number, who: &str| {
        let cells = [
            ("volunteer", who.into()),
            ("from", at(13)),
            ("until", at(18)),
            ("place", text(60)),
        ];
        record(number, "shift", "371721101", &cells)
    };
    let trip = record(62, "trip", "371721101", &[("departs", at(5))]);
    let agenda = agenda(&[
        household(1, VILLAGE, "1号"),
        task(10, 1, TODAY),
        shift(61, "林晓梅"),
        shift(63, "魏小军"),
        trip,
    ]);
    let items = lin(&agenda);
    assert_eq!(ids(&items), [id(62), id(61), id(10)]);
    assert!(items[0].late, "it should have left at five");
    assert!(!items[1].late);
    // A volunteer of that trip sees the trip, and of the rest only the own shift.
    let mut volunteer = one(Role::StationVolunteer, "371721");
    volunteer.place = Some(id(62));
    assert_eq!(ids(&asked(&agenda, volunteer, TODAY)), [id(62), id(61)]);
}

#[test]
fn what_was_done_today_is_counted_once() {
    let cells = [("household", text(1)), ("date", TODAY.write())];
    let visit = record(21, "visit", VILLAGE, &cells);
    let mut done = task(10, 1, TODAY);
    let stamp = crate::Clock::default().tick(1, crate::Device(1));
    done.put("step", "done".into(), stamp);
    done.put("done_on", TODAY.write(), stamp);
    let agenda = agenda(&[household(1, VILLAGE, "1号"), visit, done]);
    let (grants, campaign) = (
        Grants(vec![one(Role::FieldWorker, "371721101")]),
        campaign(),
    );
    let asker = Asker {
        person: id(200),
        name: "",
        grants: &grants,
        campaign: &campaign,
        now_ms: start_of(TODAY) + MORNING,
        same: &|id| vec![id],
        home: &Some,
    };
    let found = agenda.done(TODAY, &asker);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].subject, found[0].kind), (id(1), "visit"));
    assert_eq!(agenda.done(date(2026, 2, 9), &asker), []);
    assert_eq!(agenda.due(&asker), []);
}

#[test]
fn a_task_for_one_person_or_one_department_is_nobody_elses() {
    let with = |number: u8, field: &str, value: Value| {
        let mut task = task(number, 1, TODAY);
        task.put(field, value, Stamp::default());
        task
    };
    let home = household(1, VILLAGE, "1号");
    let mine = agenda(&[home.clone(), with(10, "assignee", text(200))]);
    assert_eq!(ids(&lin(&mine)), [id(10)]);
    let a_colleagues = agenda(&[home.clone(), with(10, "assignee", text(201))]);
    assert_eq!(lin(&a_colleagues), []);
    let departments = agenda(&[home, with(10, "department", "hr".into())]);
    assert_eq!(lin(&departments), []);
    let mut officer = one(Role::DepartmentOfficer, "371721");
    officer.department = Some(Department::Hr);
    assert_eq!(ids(&asked(&departments, officer, TODAY)), [id(10)]);
}

#[test]
fn the_last_visit_is_the_last_at_which_somebody_was_at_home() {
    let visit = |number: u8, day: Date, situation: &str| {
        let cells = [
            ("household", text(1)),
            ("date", day.write()),
            ("situation", situation.into()),
        ];
        record(number, "visit", VILLAGE, &cells)
    };
    let (early, late) = (date(2026, 2, 3), date(2026, 2, 8));
    let agenda = agenda(&[
        visit(30, early, "well"),
        visit(31, late, "not_met"),
        elder_visit(32, 2, late, &[]),
    ]);
    assert_eq!(agenda.last_visit(&[id(1)]), Some(early));
    assert_eq!(agenda.last_visit(&[id(2)]), Some(late));
    assert_eq!(agenda.last_visit(&[id(1), id(2)]), Some(late));
    assert_eq!(agenda.last_visit(&[id(3)]), None);
}
