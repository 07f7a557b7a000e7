//! What is counted, where, and what is not.

mod care;
mod filters;
mod relief;
mod rights;
mod work;

use super::*;
use crate::{Id, Record, Stamp, Value, start_of};
use jiff::civil::date;

const VILLAGE: &str = "371721001001";

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

/// What was written on 10 January.
fn record(number: u8, kind: &str, cells: &[(&str, &str)]) -> Record {
    let made = start_of(date(2023, 1, 10)) + i64::from(number);
    let mut record = Record::new(Id::new(made, [number; 10]), kind);
    record.put("area", VILLAGE.into(), Stamp::default());
    for (name, value) in cells {
        record.put(name, (*value).into(), Stamp::default());
    }
    record
}

/// A record with values of any shape.
fn with(number: u8, kind: &str, cells: &[(&str, Value)]) -> Record {
    let mut record = record(number, kind, &[]);
    for (name, value) in cells {
        record.put(name, value.clone(), Stamp::default());
    }
    record
}

fn id(number: u8) -> String {
    record(number, "visit", &[]).id.to_string()
}

fn tally(records: &[Record]) -> Tally {
    let mut fold = Fold::new(Period::of(&campaign()), start_of(date(2023, 1, 15)));
    for record in records {
        fold.add(record, &campaign());
        fold.add(record, &campaign());
    }
    fold.settled()
}

fn table(records: &[Record]) -> Table {
    tally(records).table(Area::parse("371721").unwrap(), None)
}

/// The figures of these indicators, as counts or sums.
fn counts<const N: usize>(records: &[Record], names: [&str; N]) -> [i64; N] {
    let table = table(records);
    names.map(|name| table.total.figures[name].count)
}

fn figure(table: &Table, name: &str) -> (i64, Option<i64>) {
    let figure = table.total.figures[name];
    (figure.count, figure.of)
}

#[test]
fn a_household_visited_twice_counts_once_and_its_visits_twice() {
    let home = record(1, "household", &[]);
    let id = home.id.to_string();
    let visited = [
        ("household", id.as_str()),
        ("date", "2023-01-14"),
        ("situation", "well"),
    ];
    let table = table(&[
        home,
        record(2, "visit", &visited),
        record(3, "visit", &visited),
    ]);
    assert_eq!(figure(&table, "visits"), (2, None));
    assert_eq!(figure(&table, "households_visited"), (1, None));
    let township = table
        .rows
        .iter()
        .find(|row| row.area.to_string() == "371721001")
        .unwrap();
    assert_eq!(township.figures["visits"].count, 2);
}

#[test]
fn nobody_met_is_a_visit_but_not_a_visited_household() {
    let home = record(1, "household", &[]);
    let id = home.id.to_string();
    let cells = [
        ("household", id.as_str()),
        ("date", "2023-01-14"),
        ("situation", "not_met"),
    ];
    let table = table(&[home, record(2, "visit", &cells)]);
    assert_eq!(figure(&table, "visits"), (1, None));
    assert_eq!(figure(&table, "households_visited"), (0, None));
}

#[test]
fn the_share_of_nothing_is_no_share() {
    let table = table(&[]);
    assert_eq!(figure(&table, "priority_visited"), (0, Some(0)));
    assert_eq!(table.total.figures["priority_visited"].per_mille(), None);
    assert_eq!(
        Figure {
            count: 1,
            of: Some(3)
        }
        .per_mille(),
        Some(333)
    );
    assert_eq!(
        Figure {
            count: 2,
            of: Some(3)
        }
        .per_mille(),
        Some(667)
    );
}

#[test]
fn an_urgent_need_that_nobody_answers_is_late_the_next_day() {
    let late = record(1, "need", &[("urgency", "urgent")]);
    let answered = record(
        2,
        "need",
        &[("step", "done"), ("answered_on", "2023-01-10")],
    );
    let table = table(&[late, answered]);
    assert_eq!(figure(&table, "needs"), (2, None));
    assert_eq!(figure(&table, "needs_in_time"), (1, Some(2)));
}

fn tie(record: &mut Record, other: &Record) {
    record.set(&crate::record::MERGED_INTO, other.id, Stamp::default());
}

#[test]
fn a_person_of_whom_there_are_two_records_is_counted_once_with_all_that_both_say() {
    let (mut home, twin_home) = (record(1, "household", &[]), record(2, "household", &[]));
    tie(&mut home, &twin_home);
    let lives = |home: &Record| home.id.to_string();
    let person = record(
        3,
        "worker",
        &[("flow", "staying"), ("household", &lives(&home))],
    );
    let mut twin = record(4, "worker", &[("flow", "returning")]);
    let needy = vec!["low_income".to_owned()];
    twin.set(&crate::kinds::worker::PRIORITY, needy, Stamp::default());
    tie(&mut twin, &person);
    let visited = |number, home: &Record| {
        let cells = [
            ("household", lives(home)),
            ("date", "2023-01-14".to_owned()),
        ];
        record(
            number,
            "visit",
            &[(cells[0].0, &cells[0].1), (cells[1].0, &cells[1].1)],
        )
    };
    let visits = [visited(5, &home), visited(6, &twin_home)];
    let mut all = vec![home, twin_home, person, twin.clone()];
    all.extend(visits);
    let one = table(&all);
    for (name, count) in [
        ("households", 1),
        ("workers", 1),
        ("priority_workers", 1),
        ("staying", 1),
        ("returning", 0),
        ("visits", 2),
        ("households_visited", 1),
    ] {
        assert_eq!(figure(&one, name), (count, None), "{name}");
    }
    assert_eq!(figure(&one, "priority_visited"), (1, Some(1)));
    all.reverse();
    assert_eq!(table(&all), one);
    // Taken back, both are there again.
    let later = Stamp {
        time: 1,
        ..Stamp::default()
    };
    twin.put("merged_into", crate::Value::Null, later);
    all.retain(|record| record.id != twin.id);
    all.push(twin);
    assert_eq!(figure(&table(&all), "workers"), (2, None));
}

#[test]
fn whoever_was_merged_into_somebody_who_is_not_seen_here_still_counts() {
    let elsewhere = record(1, "worker", &[]);
    let mut person = record(2, "worker", &[]);
    tie(&mut person, &elsewhere);
    assert_eq!(figure(&table(&[person]), "workers"), (1, None));
}

#[test]
fn two_people_merged_in_opposite_directions_are_one_and_not_none() {
    let (mut a, mut b) = (record(1, "worker", &[]), record(2, "worker", &[]));
    tie(&mut a, &b.clone());
    tie(&mut b, &a.clone());
    assert_eq!(figure(&table(&[a, b]), "workers"), (1, None));
}

#[test]
fn the_order_of_the_records_does_not_matter() {
    let home = record(1, "household", &[]);
    let id = home.id.to_string();
    let mut person = record(
        2,
        "worker",
        &[("household", id.as_str()), ("flow", "staying")],
    );
    person.set(
        &crate::kinds::worker::PRIORITY,
        vec!["low_income".to_owned()],
        Stamp::default(),
    );
    let cells = [
        ("household", id.as_str()),
        ("date", "2023-01-14"),
        ("situation", "well"),
    ];
    let met = record(3, "visit", &cells);
    let one = table(&[home.clone(), person.clone(), met.clone()]);
    let other = table(&[met, person, home]);
    assert_eq!(one, other);
    assert_eq!(figure(&one, "priority_visited"), (1, Some(1)));
}
