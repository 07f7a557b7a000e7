//! Journeys: tickets, trips with those aboard, vehicle checks, help at stations.

use super::super::{Set, fold::One};
use crate::kinds::{boarding, help_log, trip, vehicle_check};
use crate::{Record, day_of};

pub fn ticket_order(one: &mut One<'_>) {
    let day = one.within(Some(one.made()));
    if day.is_some() && one.step() != "cancelled" {
        one.count(Set::TicketOrders, day);
    }
}

pub fn ticket(one: &mut One<'_>) {
    let day = one.within(one.step_written());
    if day.is_some() && one.step() == "issued" {
        one.count(Set::TicketsIssued, day);
    }
}

/// A trip that is under way, or was; whom it carried is known when all who came aboard are.
pub fn trip(one: &mut One<'_>) {
    if !crate::trip::has_departed(one.record) {
        return;
    }
    let departed = one.record.get(&trip::DEPARTED);
    let departs = departed.or_else(|| one.record.get(&trip::DEPARTS));
    let day = one.within(departs.map(day_of));
    if let Some(day) = day {
        one.count(Set::Trips, Some(day));
        let journey = one.part.later.journeys.entry(one.record.id).or_default();
        journey.departed = Some(day);
    }
}

/// Somebody on a trip's list, or that they came aboard.
pub fn aboard(one: &mut One<'_>) {
    let Some(trip) = one.record.get(&boarding::TRIP) else {
        return;
    };
    let row = (decisive(one.record), one.source());
    let journey = one.part.later.journeys.entry(trip).or_default();
    journey.about.insert(one.record.id, row);
}

/// The cells on which it depends who was aboard.
fn decisive(record: &Record) -> Record {
    let keys = [
        "area",
        "trip",
        "name",
        "phone",
        "step",
        "worker",
        "passenger",
        "taken_back",
        "at",
    ];
    record.filtered(|cell| keys.contains(&cell))
}

pub fn vehicle_check(one: &mut One<'_>) {
    let Some(day) = one.day(&vehicle_check::DATE) else {
        return;
    };
    one.count(Set::VehicleChecks, Some(day));
    if !vehicle_check::passes(one.record) {
        one.count(Set::FailedChecks, Some(day));
    }
}

pub fn help_log(one: &mut One<'_>) {
    let older = one.record.get(&help_log::OLDER) == Some(true);
    if let Some(day) = one.day(&help_log::DATE).filter(|_| older) {
        let people = one.record.get(&help_log::COUNT).unwrap_or(0);
        one.sum(Set::OlderHelped, people, Some(day));
    }
}
