//! 点对点运输: one vehicle's journey, home or back to work; its manifest are `passenger` records
//! (C13, C15).

use super::travel_plan;
use crate::Area;
use crate::area::Level;
use crate::field::Input;
use crate::kind::Steps;
use std::borrow::Cow;

pub const STEPS: &[&str] = &[
    "planned",
    "checked",
    "boarding",
    "departed",
    "arrived",
    "cancelled",
];

crate::kind! {
    TRIP "trip" in Travel for [Hr, Police, Transport] by [FieldWorker, Coordinator] is [Published];
    title Some("route");
    about [];
    steps Some(Steps {
        field: "step",
        first: "planned",
        open: &["planned", "checked", "boarding", "departed"],
        clocks: &[],
    });
    ROUTE: String = "route" => Input::Text; required,
    DIRECTION: String = "direction" => Input::Choice(Cow::Borrowed(travel_plan::DIRECTIONS)); required,
    DEPARTS: i64 = "departs" => Input::Moment; required,
    SEATS: i64 = "seats" => Input::Number(1, 80); required,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    DEPARTED: i64 = "departed_at" => Input::PastMoment; when("step", &["departed", "arrived"]),
    ARRIVED: i64 = "arrived_at" => Input::PastMoment; not_before("departed_at"); when("step", &["arrived"]),
    PLATE: String = "plate" => Input::Plate,
    PHONE: String = "phone" => Input::Phone; personal,
    AREA: Area = "area" => Input::Area(Level::Province); required,
    FROM: String = "from" => Input::Text,
    TO: String = "to" => Input::Text,
    CARRIER: String = "carrier" => Input::Text,
    DRIVERS: String = "drivers" => Input::Text; personal,
    LICENCE: String = "licence" => Input::Text; sensitive,
    LEADER: String = "leader" => Input::Text; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
