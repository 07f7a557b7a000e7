//! What is on a board, in what order, and what it takes to move it.

use super::*;
use crate::kinds::{assistance, handoff, need, wage_case};
use crate::{Grant, Stamp, start_of};
use jiff::civil::{Date, date};

const TODAY: Date = date(2023, 1, 18);

fn campaign() -> Campaign {
    let (from, until) = (date(2023, 1, 1), date(2023, 2, 28));
    Campaign::new(Id::new(0, [0; 10]), "春暖行动", area("37"), from, until)
}

fn area(code: &str) -> Area {
    Area::parse(code).unwrap()
}

fn record(kind: &str, number: u8, cells: &[(&str, &str)]) -> Record {
    let mut record = Record::new(Id::new(i64::from(number), [number; 10]), kind);
    for (name, value) in cells {
        record.put(name, (*value).into(), Stamp::default());
    }
    record
}

fn case(number: u8, received: &str) -> Record {
    record(
        "wage_case",
        number,
        &[("area", "371721"), ("received_on", received)],
    )
}

fn card(kind: &'static Kind, record: &Record) -> Card {
    Card::of(kind, record, &campaign()).unwrap()
}

#[test]
fn a_case_that_was_not_filed_in_three_working_days_is_late_and_on_top() {
    let kind = &wage_case::WAGE_CASE;
    let (late, new) = (case(1, "2023-01-09"), case(2, "2023-01-17"));
    let filed = record("wage_case", 3, &[("area", "371721"), ("stage", "filed")]);
    let cards = [&new, &filed, &late].map(|record| card(kind, record));
    let board = columns(kind, cards);
    let steps: Vec<_> = board.iter().map(|column| column.step).collect();
    assert_eq!(steps, wage_case::STAGES);
    let ids: Vec<_> = board[0].cards.iter().map(|card| card.id).collect();
    assert_eq!(ids, [late.id, new.id]);
    assert_eq!(board[0].late(start_of(TODAY)), 1);
    assert_eq!(board[1].cards.len(), 1);
}

#[test]
fn what_is_over_stands_with_the_newest_on_top() {
    let kind = &need::NEED;
    let done = |number| record("need", number, &[("area", "371721"), ("step", "done")]);
    let board = columns(kind, [1, 3, 2].map(|number| card(kind, &done(number))));
    let last: Vec<_> = board[3]
        .cards
        .iter()
        .map(|card| card.id.time_ms())
        .collect();
    assert_eq!(last, [3, 2, 1]);
}

#[test]
fn a_need_is_the_named_departments_and_relief_is_civil_affairs() {
    let asked = record("need", 1, &[("area", "371721"), ("department", "health")]);
    let need = card(&need::NEED, &asked);
    assert!(need.is_for(Department::Health) && !need.is_for(Department::Civil));
    let relief = record("assistance", 1, &[("area", "371721")]);
    let relief = card(&assistance::ASSISTANCE, &relief);
    assert!(relief.is_for(Department::Civil) && !relief.is_for(Department::Health));
}

#[test]
fn a_handoff_lies_in_both_areas_and_only_the_one_asked_accepts_it() {
    let cells = [
        ("area", "37"),
        ("from_area", "371721"),
        ("to_area", "370202"),
    ];
    let offered = record("handoff", 1, &cells);
    let kind = &handoff::HANDOFF;
    let card = card(kind, &offered);
    assert!(card.lies_in(area("371721")) && card.lies_in(area("3702")));
    let of = |code: &str| Grants(vec![Grant::new(Role::Coordinator, area(code))]);
    assert_eq!(
        next(&of("370202"), kind, &offered),
        ["accepted", "declined", "closed"]
    );
    assert_eq!(next(&of("371721"), kind, &offered), ["closed"]);
    assert_eq!(next(&of("370211"), kind, &offered), Vec::<&str>::new());
}

#[test]
fn a_case_is_filed_at_once_and_closing_it_asks_for_the_outcome() {
    let kind = &wage_case::WAGE_CASE;
    let received = case(1, "2023-01-17");
    let now = start_of(TODAY);
    let Move::Ready(cells) = take(kind, &received, "filed", now) else {
        panic!("nothing is to be said")
    };
    assert_eq!(cells["filed_on"], "2023-01-18".into());
    assert!(matches!(
        take(kind, &received, "closed", now),
        Move::Asks(_)
    ));
    let names: Vec<_> = asked(kind, &received, "closed")
        .iter()
        .map(|f| f.name.as_ref())
        .collect();
    assert_eq!(names, ["outcome", "recovered", "satisfaction"]);
    let filed = record("wage_case", 1, &[("area", "371721"), ("stage", "filed")]);
    assert_eq!(take(kind, &filed, "received", now), Move::Closed);
}

#[test]
fn whoever_turns_somebody_down_says_why() {
    let kind = &need::NEED;
    let asked_for = record("need", 1, &[("area", "371721")]);
    let fields = asked(kind, &asked_for, "declined");
    assert_eq!(fields.len(), 1);
    assert!(must_say(fields[0], "declined") && !must_say(fields[0], "done"));
}

#[test]
fn a_county_is_looked_at_by_townships_and_a_city_by_counties() {
    let townships = below(area("371721"));
    assert!(townships.iter().all(|area| area.level() == Level::Township));
    assert!(below(area("3717")).contains(&area("371721")));
}
