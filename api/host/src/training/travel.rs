//! The training campaign's travel: tomorrow's bus from Jinan with 46 people on 48 seats, plans of
//! many, a group order.

use super::{Making, TOWNSHIP, county, township};
use crate::county::Somebody;
use crate::links;
use domain::grant::{Grant, Role};
use domain::kinds::{ticket, travel_plan, vehicle_check};
use domain::wire::Invitation;
use domain::{Id, Value};
use jiff::civil::Date;

/// People on tomorrow's bus, and its seats.
const PEOPLE: usize = 46;
const SEATS: i64 = 48;
const TICKETS: usize = 18;

/// The trip of a training that is begun on this day; every day has its own.
pub fn trip(today: Date) -> Id {
    Id::new(domain::start_of(today), *b"jinan 0530")
}

/// Ticks off the people of today's training trip, and sees nothing else.
pub fn volunteer(today: Date) -> Invitation {
    let mut invitation = links::invitation("高文静", Role::StationVolunteer, township());
    invitation.grants.0 = vec![Grant {
        place: Some(trip(today)),
        ..Grant::new(Role::StationVolunteer, township())
    }];
    invitation
}

pub(super) fn fill(making: &mut Making<'_>, today: Date) {
    plans(making, today);
    bus(making, today);
    order(making, today);
}

fn bus(making: &mut Making<'_>, today: Date) {
    let departs = domain::start_of(today) + (24 * 60 + 5 * 60 + 30) * 60_000;
    let id = trip(today);
    let cells = [
        ("route", "济南—庄寨镇".into()),
        ("direction", "home".into()),
        ("departs", Value::Int(departs)),
        ("seats", Value::Int(SEATS)),
        ("plate", "鲁A12345".into()),
        ("from", "济南长途汽车总站".into()),
        ("to", "庄寨镇政府".into()),
        ("carrier", "济南某客运公司".into()),
        ("leader", "林晓梅".into()),
        ("phone", "19900009999".into()),
        ("drivers", "司机甲、司机乙".into()),
    ];
    making.put(id, "trip", township(), &cells);
    let on = Value::from(id.to_string().as_str());
    let of_township = |person: &&Somebody| person.area.to_string().starts_with(TOWNSHIP);
    let people: Vec<Somebody> = making
        .people
        .iter()
        .filter(of_township)
        .take(PEOPLE)
        .cloned()
        .collect();
    for (seat, person) in people.iter().enumerate() {
        let row = making.id(domain::start_of(today));
        let mut cells = vec![
            ("trip", on.clone()),
            ("name", person.name.as_str().into()),
            ("phone", person.phone.as_str().into()),
            ("worker", person.id.to_string().as_str().into()),
            ("seat", (seat + 1).to_string().as_str().into()),
        ];
        if seat % 15 == 3 {
            cells.push(("needs_care", Value::Bool(true)));
        }
        making.put(row, "passenger", township(), &cells);
    }
    let check = making.id(domain::start_of(today));
    let mut cells: Vec<(&str, Value)> = vec![
        ("trip", on),
        ("inspector", "林晓梅".into()),
        ("date", today.to_string().as_str().into()),
    ];
    cells.extend(
        vehicle_check::ITEMS
            .iter()
            .map(|item| (*item, Value::from("pass"))),
    );
    making.put(check, "vehicle_check", township(), &cells);
}

/// Every third person has told when they travel; the days before the festival are the fullest.
fn plans(making: &mut Making<'_>, today: Date) {
    let people = making.people.clone();
    for person in people.iter().step_by(3) {
        let days = 2 + making.dice.below(9).min(making.dice.below(9));
        let day = today.saturating_add(jiff::Span::new().days(days as i64));
        let out = making.dice.once_in(4);
        let (from, to) = if out {
            ("曹县", "青岛")
        } else {
            ("济南", "曹县")
        };
        let id = making.id(making.begun_ms + 180_000);
        let cells = [
            ("worker", person.id.to_string().as_str().into()),
            ("direction", if out { "out" } else { "home" }.into()),
            ("travels_on", day.to_string().as_str().into()),
            ("from", from.into()),
            ("to", to.into()),
            ("mode", making.dice.of(travel_plan::MODES).into()),
            ("may_shift", Value::Bool(making.dice.once_in(3))),
        ];
        making.put(id, "travel_plan", person.area, &cells);
    }
}

fn order(making: &mut Making<'_>, today: Date) {
    let id = making.id(making.begun_ms + 240_000);
    let day = today.saturating_add(jiff::Span::new().days(6)).to_string();
    let cells = [
        ("route", "菏泽—青岛".into()),
        ("carrier", "rail".into()),
        ("departs_on", day.as_str().into()),
        ("seats", Value::Int(60)),
    ];
    making.put(id, "ticket_order", county(), &cells);
    let people: Vec<Somebody> = making
        .people
        .iter()
        .skip(60)
        .take(TICKETS)
        .cloned()
        .collect();
    for person in people {
        let row = making.id(making.begun_ms + 240_000);
        let cells = [
            ("order", id.to_string().as_str().into()),
            ("worker", person.id.to_string().as_str().into()),
            ("name", person.name.as_str().into()),
            ("phone", person.phone.as_str().into()),
            ("step", making.dice.of(&ticket::STEPS[..3]).into()),
        ];
        making.put(row, "ticket", person.area, &cells);
    }
}
