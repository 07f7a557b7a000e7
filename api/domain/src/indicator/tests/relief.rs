//! Relief: benefits, assistance, rescue, the reserve fund, elders, children and harbours.

use super::*;

#[test]
fn a_benefit_is_granted_in_time_or_late_and_one_that_waits_too_long_is_late() {
    let claim = |number: u8, step: &str, applied: &str, decided: &str| {
        let cells = [
            ("worker", id(number).as_str().into()),
            ("step", step.into()),
            ("applied_on", applied.into()),
            ("decided_on", decided.into()),
            ("amount", Value::Int(90_000)),
        ];
        with(number, "benefit_claim", &cells)
    };
    let all = [
        claim(1, "granted", "2023-01-03", "2023-01-10"),
        // Eleven working days after the application; the limit is ten.
        claim(2, "paid", "2022-12-20", "2023-01-05"),
        claim(3, "refused", "2023-01-03", "2023-01-05"),
        claim(4, "checking", "2022-12-20", ""),
        claim(5, "applied", "2023-01-12", ""),
    ];
    assert_eq!(
        counts(&all, ["benefit_people", "benefit_amount"]),
        [2, 180_000]
    );
    assert_eq!(figure(&table(&all), "benefits_in_time"), (2, Some(4)));
    // Ten working days with the festival between: the last waits in time until the end of January.
    assert_eq!(tally(&all).changes_at(), Some(start_of(date(2023, 2, 1))));
}

#[test]
fn assistance_helps_all_people_of_a_household_and_temporary_relief_has_a_shorter_clock() {
    let case = |number: u8, kind: &str, decided: &str| {
        let cells = [
            ("type", kind.into()),
            ("step", "granted".into()),
            ("applied_on", "2022-12-26".into()),
            ("decided_on", decided.into()),
            ("people", Value::Int(4)),
            ("amount", Value::Int(200_000)),
        ];
        with(number, "assistance", &cells)
    };
    let all = [
        case(1, "temporary", "2023-01-03"),
        case(2, "temporary", "2023-01-12"),
        case(3, "minimum_living", "2023-01-12"),
    ];
    let names = ["assistance_people", "assistance_amount"];
    assert_eq!(counts(&all, names), [12, 600_000]);
    assert_eq!(figure(&table(&all), "assistance_in_time"), (2, Some(3)));
}

#[test]
fn a_rescue_is_answered_within_a_day_or_late() {
    let reported = start_of(date(2023, 1, 12)) + 36_000_000;
    let rescue = |number: u8, step: &str, hours: i64| {
        let cells = [
            ("reported_at", Value::Int(reported)),
            ("step", step.into()),
            ("responded_at", Value::Int(reported + hours * 3_600_000)),
            ("amount", Value::Int(10_000)),
        ];
        with(number, "rescue", &cells)
    };
    let all = [
        rescue(1, "responding", 23),
        rescue(2, "closed", 24),
        with(3, "rescue", &[("reported_at", Value::Int(reported))]),
    ];
    assert_eq!(counts(&all, ["rescues", "rescue_amount"]), [3, 20_000]);
    assert_eq!(figure(&table(&all), "rescues_in_time"), (1, Some(3)));
}

#[test]
fn a_townships_fund_holds_what_was_paid_in_less_what_was_paid_out() {
    let entry = |number, direction: &str, yuan: i64, day: &str| {
        let cells = [
            ("direction", direction.into()),
            ("amount", Value::Int(yuan * 100)),
            ("date", day.into()),
        ];
        with(number, "fund_entry", &cells)
    };
    // Money of last year is still there, and money of after the campaign not yet.
    let all = [
        entry(1, "in", 20_000, "2022-11-01"),
        entry(2, "out", 1_500, "2023-01-14"),
        entry(3, "in", 900, "2023-03-02"),
    ];
    assert_eq!(counts(&all, ["fund_balance"]), [1_850_000]);
    let township = table(&all)
        .rows
        .into_iter()
        .find(|row| row.area.to_string() == "371721001");
    assert_eq!(township.unwrap().figures["fund_balance"].count, 1_850_000);
}

fn dependant(number: u8, kind: &str, risk: &str) -> Record {
    record(number, "dependant", &[("type", kind), ("risk", risk)])
}

fn visited(number: u8, kind: &str, whom: u8, day: &str, met: &str) -> Record {
    let whom = id(whom);
    record(
        number,
        kind,
        &[
            ("dependant", whom.as_str()),
            ("date", day),
            ("well_being", met),
        ],
    )
}

#[test]
fn an_elder_at_high_risk_who_was_not_met_for_a_week_is_not_visited_in_time() {
    let all = [
        dependant(1, "elder", "high"),
        dependant(2, "elder", "high"),
        dependant(3, "elder", "low"),
        visited(4, "elder_visit", 1, "2023-01-13", "well"),
        visited(5, "elder_visit", 2, "2023-01-05", "well"),
        visited(6, "elder_visit", 2, "2023-01-13", "not_met"),
    ];
    let names = ["elders", "elders_high_risk", "elders_visited", "children"];
    assert_eq!(counts(&all, names), [3, 2, 2, 0]);
    assert_eq!(figure(&table(&all), "elders_in_time"), (2, Some(3)));
    // The first is due until the twentieth, and late on the day after.
    assert_eq!(tally(&all).changes_at(), Some(start_of(date(2023, 1, 21))));
}

#[test]
fn a_child_of_whom_there_are_two_records_is_one_child_with_the_visits_of_both() {
    let child = dependant(1, "child", "watch");
    let mut twin = dependant(2, "child", "");
    tie(&mut twin, &child);
    let all = [child, twin, visited(3, "child_visit", 2, "2023-01-09", "")];
    assert_eq!(
        counts(&all, ["children", "children_visited", "elders"]),
        [1, 1, 0]
    );
    assert_eq!(figure(&table(&all), "children_in_time"), (1, Some(1)));
}

#[test]
fn harbours_have_sessions_with_children_and_projects_hours() {
    let session = |number, children| {
        let cells = [
            ("date", "2023-01-14".into()),
            ("children", Value::Int(children)),
        ];
        with(number, "harbour_session", &cells)
    };
    let project = |number, from: &str, step: &str| {
        let cells = [
            ("from", from.into()),
            ("step", step.into()),
            ("hours", Value::Int(40)),
        ];
        with(number, "charity_project", &cells)
    };
    let all = [
        session(1, 12),
        session(2, 8),
        project(3, "2022-12-01", "running"),
        project(4, "2023-03-05", "planned"),
    ];
    let names = ["harbour_sessions", "harbour_children", "volunteer_hours"];
    assert_eq!(counts(&all, names), [2, 20, 40]);
}
