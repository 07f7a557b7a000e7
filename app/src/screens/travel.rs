//! What a record's page has besides, if its kind belongs to the day of travel: a code to show, the
//! trip's day, an order's passengers.

use super::order;
use crate::desk::Desk;
use crate::ui::icon;
use domain::code::Code;
use domain::kinds::{ticket_order, trip};
use domain::{Id, Kind};
use leptos::prelude::*;

pub fn part(desk: Desk, kind: &'static Kind, id: Id) -> impl IntoView {
    let code = Code::of(kind.name, id).map(|_| {
        view! {
            <a class="button" href=format!("/code/{id}")>{icon("code")}{move || desk.t("code.show")}</a>
        }
    });
    let day = (kind.name == trip::TRIP.name).then(|| {
        view! {
            <a class="button primary" href=format!("/trip/{id}")>
                {icon("boarding")}{move || desk.t("trip.day")}
            </a>
        }
    });
    let order = (kind.name == ticket_order::TICKET_ORDER.name).then(|| order::tickets(desk, id));
    let links = (code.is_some() || day.is_some())
        .then(|| view! { <div class="buttons record-links">{code}{day}</div> });
    view! { {links}{order} }
}

/// Where a step is taken, if not on the spot: a bus departs from the screen that says what holds
/// it back.
pub fn steps_on(kind: &Kind, id: Id, step: &str) -> Option<String> {
    let on_the_day = kind.name == trip::TRIP.name && step != "cancelled";
    on_the_day.then(|| format!("/trip/{id}"))
}

/// The trip that a volunteer serves: their first screen.
pub fn own_trip(desk: Desk) -> Option<Id> {
    use domain::grant::Role;
    let grants = desk.profile()?.grants.0;
    let serves = |grant: &domain::Grant| match grant.role {
        Role::StationVolunteer => grant.place,
        _ => None,
    };
    let only: Vec<Id> = grants.iter().filter_map(serves).collect();
    if only.len() != grants.len() {
        return None;
    }
    let is_trip = |id: &Id| {
        desk.read(|shelf| shelf.row(*id).map(|row| row.kind.name)) == Some(trip::TRIP.name)
    };
    only.into_iter().find(is_trip)
}
