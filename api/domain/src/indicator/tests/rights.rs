//! Rights, and working together.

use super::*;

fn case(number: u8, stage: &str, days: &[(&str, &str)]) -> Record {
    let mut cells = vec![
        ("stage", stage.into()),
        ("people", Value::Int(9)),
        ("owed", Value::Int(7_200_000)),
    ];
    cells.extend(days.iter().map(|(field, day)| (*field, Value::from(*day))));
    with(number, "wage_case", &cells)
}

const STAGES: [&str; 6] = [
    "wage_cases",
    "wage_received",
    "wage_filed",
    "wage_closed",
    "wage_overdue",
    "wage_people",
];

#[test]
fn wage_cases_stand_in_their_stage_and_are_overdue_when_its_clock_has_run_out() {
    let all = [
        case(1, "received", &[("received_on", "2023-01-12")]),
        // Three working days are over.
        case(2, "received", &[("received_on", "2023-01-06")]),
        case(
            3,
            "filed",
            &[("received_on", "2023-01-05"), ("filed_on", "2023-01-06")],
        ),
    ];
    assert_eq!(counts(&all, STAGES), [3, 2, 1, 0, 1, 27]);
    assert_eq!(counts(&all, ["wage_owed"]), [21_600_000]);
    // Received on a Thursday: the third working day is the next Tuesday.
    assert_eq!(tally(&all).changes_at(), Some(start_of(date(2023, 1, 18))));
}

#[test]
fn a_case_is_closed_in_time_if_every_stage_was() {
    let mut quick = case(
        1,
        "closed",
        &[
            ("received_on", "2023-01-03"),
            ("filed_on", "2023-01-05"),
            ("mediating_on", "2023-01-06"),
            ("closed_on", "2023-01-12"),
            ("satisfaction", "fair"),
        ],
    );
    quick.put("recovered", Value::Int(7_000_000), Stamp::default());
    let slow = case(
        2,
        "closed",
        &[
            ("received_on", "2022-12-20"),
            ("filed_on", "2023-01-05"),
            ("closed_on", "2023-01-12"),
        ],
    );
    let all = [quick, slow];
    assert_eq!(counts(&all, STAGES), [1, 0, 0, 2, 0, 9]);
    assert_eq!(figure(&table(&all), "wage_closed_in_time"), (1, Some(2)));
    assert_eq!(counts(&all, ["wage_recovered"]), [7_000_000]);
    assert_eq!(figure(&table(&all), "services_satisfied"), (0, Some(1)));
}

#[test]
fn inspections_penalties_and_legal_aid_are_counted() {
    let fine = [
        ("date", "2023-01-14".into()),
        ("amount", Value::Int(500_000)),
    ];
    let asked = ("asked_on", "2023-01-10");
    let all = [
        record(1, "inspection", &[("date", "2023-01-14")]),
        with(2, "penalty", &fine),
        record(3, "legal_aid", &[asked]),
        record(
            4,
            "legal_aid",
            &[asked, ("step", "granted"), ("decided_on", "2023-01-12")],
        ),
    ];
    let names = [
        "inspections",
        "penalties",
        "penalty_amount",
        "legal_aid",
        "legal_aid_granted",
    ];
    assert_eq!(counts(&all, names), [1, 1, 500_000, 2, 1]);
}

#[test]
fn a_handoff_is_offered_by_the_one_county_and_accepted_by_the_other() {
    let cells = [
        ("from_area", "371721"),
        ("to_area", "370202"),
        ("step", "accepted"),
        ("answered_on", "2023-01-12"),
    ];
    let mut handoff = record(1, "handoff", &cells);
    let stamp = Stamp {
        time: 1,
        ..Stamp::default()
    };
    handoff.put("area", "37".into(), stamp);
    let tally = tally(&[handoff]);
    let of = |code: &str| {
        let figures = tally.table(Area::parse(code).unwrap(), None).total.figures;
        ["handoffs_offered", "handoffs_accepted"].map(|name| figures[name].count)
    };
    assert_eq!(
        [of("371721"), of("370202"), of("37")],
        [[1, 0], [0, 1], [1, 1]]
    );
    let rows = tally.table(Area::parse("37").unwrap(), None).rows;
    let offered = rows
        .iter()
        .find(|row| row.area.to_string() == "3717")
        .unwrap();
    assert_eq!(offered.figures["handoffs_offered"].count, 1);
}

#[test]
fn an_opinion_is_answered_within_a_day_or_late() {
    let seen = start_of(date(2023, 1, 12));
    let opinion = |number, step: &str, hours: i64| {
        let cells = [
            ("seen_at", Value::Int(seen)),
            ("step", step.into()),
            ("answered_at", Value::Int(seen + hours * 3_600_000)),
        ];
        with(number, "opinion", &cells)
    };
    let all = [
        opinion(1, "answered", 5),
        opinion(2, "closed", 30),
        opinion(3, "seen", 0),
    ];
    assert_eq!(figure(&table(&all), "opinions"), (3, None));
    assert_eq!(figure(&table(&all), "opinions_in_time"), (1, Some(3)));
}

#[test]
fn tasks_are_open_until_they_are_done() {
    let all = [
        record(1, "task", &[]),
        record(2, "task", &[("step", "done"), ("done_on", "2023-01-12")]),
        record(3, "task", &[("step", "done"), ("done_on", "2022-12-12")]),
        record(4, "task", &[("step", "cancelled")]),
    ];
    assert_eq!(counts(&all, ["tasks_open", "tasks_done"]), [1, 1]);
}
