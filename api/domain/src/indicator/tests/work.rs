//! Work, training, health and culture.

use super::*;

fn asked(number: u8, day: &str, status: &str, movement: &str) -> Record {
    let worker = id(1);
    let cells = [
        ("worker", worker.as_str()),
        ("date", day),
        ("status", status),
        ("movement", movement),
    ];
    record(number, "job_status", &cells)
}

const WATCHED: [&str; 4] = [
    "people_watched",
    "early_returners",
    "late_leavers",
    "looking_for_work",
];

#[test]
fn somebody_asked_three_times_is_watched_once_and_the_last_word_counts() {
    let person = record(1, "worker", &[]);
    let first = asked(2, "2023-01-08", "looking", "early_return");
    let second = asked(3, "2023-01-12", "working", "");
    let all = [person.clone(), second.clone(), first.clone()];
    // Who has work now came back early all the same.
    assert_eq!(counts(&all, WATCHED), [1, 1, 0, 0]);
    let third = asked(4, "2023-01-14", "looking", "late_departure");
    let all = [third, first, person, second];
    assert_eq!(counts(&all, WATCHED), [1, 0, 1, 1]);
}

#[test]
fn two_records_of_one_worker_are_watched_as_one() {
    let person = record(1, "worker", &[]);
    let mut twin = record(9, "worker", &[]);
    tie(&mut twin, &person);
    let early = asked(2, "2023-01-08", "looking", "early_return");
    let worker = id(9);
    let later = record(
        3,
        "job_status",
        &[
            ("worker", worker.as_str()),
            ("date", "2023-01-12"),
            ("status", "working"),
        ],
    );
    assert_eq!(counts(&[person, twin, early, later], WATCHED), [1, 1, 0, 0]);
}

#[test]
fn whoever_was_helped_to_work_counts_once_and_those_lifted_out_of_poverty_by_themselves() {
    let poor = Value::List(vec!["out_of_poverty".into()]);
    let hired = |number, worker: u8| {
        let worker = id(worker);
        let cells = [
            ("worker", worker.as_str()),
            ("step", "hired"),
            ("started_on", "2023-01-14"),
            ("satisfaction", "satisfied"),
        ];
        record(number, "placement", &cells)
    };
    let all = [
        with(1, "worker", &[("priority", poor)]),
        record(2, "worker", &[]),
        hired(3, 1),
        hired(4, 1),
        hired(5, 2),
        record(
            6,
            "placement",
            &[("worker", id(2).as_str()), ("step", "introduced")],
        ),
    ];
    assert_eq!(counts(&all, ["placed", "placed_out_of_poverty"]), [2, 1]);
    assert_eq!(figure(&table(&all), "services_satisfied"), (3, Some(3)));
}

#[test]
fn wishes_enrolments_and_certificates_are_counted_on_their_own_days() {
    let finished = [
        ("date", "2022-12-20"),
        ("step", "certified"),
        ("finished_on", "2023-01-13"),
    ];
    let all = [
        record(1, "training_wish", &[("date", "2023-01-14")]),
        record(2, "enrolment", &[("date", "2023-01-14")]),
        record(3, "enrolment", &finished),
    ];
    assert_eq!(
        counts(&all, ["training_wishes", "enrolled", "finished"]),
        [1, 1, 1]
    );
}

#[test]
fn a_booked_dose_is_no_vaccination_and_no_advice_is_no_check_up() {
    let day = ("date", "2023-01-14");
    let all = [
        record(1, "health_check", &[day]),
        record(2, "vaccination", &[day, ("result", "done")]),
        record(3, "vaccination", &[day, ("result", "booked")]),
        record(4, "exposure_survey", &[day, ("advised", "none")]),
        record(5, "exposure_survey", &[day, ("advised", "check_up")]),
    ];
    let names = [
        "health_checks",
        "vaccinations",
        "exposure_surveys",
        "check_ups_advised",
    ];
    assert_eq!(counts(&all, names), [1, 1, 2, 1]);
}

#[test]
fn an_event_counts_when_it_was_held_and_a_closed_venue_had_no_free_day() {
    let starts = Value::Int(start_of(date(2023, 1, 14)));
    let event = |number, step: &str| {
        let people = ("attendance", Value::Int(120));
        with(
            number,
            "culture_event",
            &[("starts", starts.clone()), ("step", step.into()), people],
        )
    };
    let venue = |number, opened: &str| {
        let cells = [
            ("opened", opened.into()),
            ("visitors", Value::Int(60)),
            ("date", "2023-01-14".into()),
        ];
        with(number, "venue_day", &cells)
    };
    let all = [
        event(1, "held"),
        event(2, "planned"),
        venue(3, "all_day"),
        venue(4, "closed"),
    ];
    let names = ["events", "event_attendance", "venue_days", "venue_visitors"];
    assert_eq!(counts(&all, names), [1, 120, 1, 60]);
}
