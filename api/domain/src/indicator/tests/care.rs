//! Care and travel: letters, goods, talks, tickets, trips, help at stations.

use super::*;

#[test]
fn a_letter_that_a_visit_and_an_issue_both_tell_of_is_one_letter() {
    let home = record(1, "household", &[]);
    let person = record(2, "worker", &[("household", &home.id.to_string())]);
    let letter = Value::List(vec!["letter".into()]);
    let visited = |number, day: &str| {
        let cells = [
            ("household", id(1).as_str().into()),
            ("date", day.into()),
            ("given", letter.clone()),
        ];
        with(number, "visit", &cells)
    };
    let issued = with(
        5,
        "gift_issue",
        &[
            ("worker", id(2).as_str().into()),
            ("date", "2023-01-14".into()),
            ("item", "rice".into()),
            ("quantity", Value::Int(2)),
            ("letter", Value::Bool(true)),
        ],
    );
    let day = |day| visited(3, day);
    let twice = [
        home.clone(),
        person.clone(),
        day("2023-01-14"),
        issued.clone(),
    ];
    assert_eq!(counts(&twice, ["letters", "goods"]), [1, 2]);
    let another_day = [home, person, day("2023-01-12"), issued];
    assert_eq!(counts(&another_day, ["letters", "goods"]), [2, 2]);
}

#[test]
fn cash_is_money_and_what_is_handed_out_at_a_stall_is_goods() {
    let cash = with(
        1,
        "gift_issue",
        &[
            ("item", "cash".into()),
            ("quantity", Value::Int(1)),
            ("amount", Value::Int(50_000)),
            ("date", "2023-01-14".into()),
        ],
    );
    let moved = |number, reason: &str| {
        let cells = [
            ("item", "masks".into()),
            ("direction", "out".into()),
            ("reason", reason.into()),
            ("quantity", Value::Int(30)),
            ("date", "2023-01-14".into()),
        ];
        with(number, "stock_move", &cells)
    };
    let all = [cash, moved(2, "given_on_site"), moved(3, "expired")];
    assert_eq!(counts(&all, ["cash", "goods", "letters"]), [50_000, 30, 0]);
    let money = table(&all)
        .total
        .columns()
        .find(|c| c.indicator.name == "cash");
    assert_eq!(
        money.map(|c| (c.unit(), c.number)),
        Some((Unit::Fen, Some(50_000)))
    );
}

#[test]
fn talks_have_an_attendance_and_places_serve_people() {
    let day = ("date", Value::from("2023-01-14"));
    let all = [
        with(1, "talk", &[day.clone(), ("attendance", Value::Int(40))]),
        with(2, "talk", &[day.clone(), ("attendance", Value::Int(15))]),
        with(3, "service_log", &[day.clone(), ("people", Value::Int(22))]),
        with(
            4,
            "service_log",
            &[("date", "2022-12-31".into()), ("people", Value::Int(9))],
        ),
    ];
    let names = ["talks", "talk_attendance", "people_served"];
    assert_eq!(counts(&all, names), [2, 55, 22]);
}

#[test]
fn tickets_are_counted_when_they_are_issued_and_orders_unless_they_are_cancelled() {
    let all = [
        record(1, "ticket_order", &[]),
        record(2, "ticket_order", &[("step", "cancelled")]),
        record(3, "ticket", &[("step", "issued")]),
        record(4, "ticket", &[("step", "refunded")]),
        record(5, "ticket", &[]),
    ];
    assert_eq!(counts(&all, ["ticket_orders", "tickets_issued"]), [1, 1]);
}

fn boarding(number: u8, passenger: u8, back: bool) -> Record {
    let stamp = Stamp {
        time: u64::from(number),
        ..Stamp::default()
    };
    let mut record = record(number, "boarding", &[]);
    record.put("trip", id(1).as_str().into(), stamp);
    record.put("passenger", id(passenger).as_str().into(), stamp);
    record.put("taken_back", Value::Bool(back), stamp);
    record
}

#[test]
fn a_bus_that_left_carried_who_was_aboard_and_one_that_stands_carried_nobody() {
    let trip = |step| {
        let departs = Value::Int(start_of(date(2023, 1, 14)));
        with(1, "trip", &[("departs", departs), ("step", step)])
    };
    let rider = |number: u8| {
        let trip = id(1);
        record(
            number,
            "passenger",
            &[("trip", trip.as_str()), ("name", "张三")],
        )
    };
    let mut all = vec![trip("departed".into()), rider(2), rider(3), rider(4)];
    // Ticked off by two phones, by one, and by mistake.
    all.extend([
        boarding(5, 2, false),
        boarding(6, 2, false),
        boarding(7, 3, false),
    ]);
    all.extend([boarding(8, 4, false), boarding(9, 4, true)]);
    assert_eq!(counts(&all, ["trips", "people_carried"]), [1, 2]);
    all[0] = trip("boarding".into());
    assert_eq!(counts(&all, ["trips", "people_carried"]), [0, 0]);
}

#[test]
fn a_vehicle_with_one_worn_tyre_failed_and_older_travellers_are_helped() {
    let mut sound = record(1, "vehicle_check", &[("date", "2023-01-14")]);
    for item in crate::kinds::vehicle_check::ITEMS {
        sound.put(item, "pass".into(), Stamp::default());
    }
    let mut worn = record(2, "vehicle_check", &[("date", "2023-01-14")]);
    for item in crate::kinds::vehicle_check::ITEMS {
        let result = if *item == "tyres" { "fail" } else { "pass" };
        worn.put(item, result.into(), Stamp::default());
    }
    let helped = |number, older| {
        let cells = [
            ("older", Value::Bool(older)),
            ("count", Value::Int(3)),
            ("date", "2023-01-14".into()),
        ];
        with(number, "help_log", &cells)
    };
    let all = [sound, worn, helped(3, true), helped(4, false)];
    let names = ["vehicle_checks", "failed_checks", "older_helped"];
    assert_eq!(counts(&all, names), [2, 1, 3]);
}
