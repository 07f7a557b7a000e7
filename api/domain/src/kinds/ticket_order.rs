//! 集中购票: an order of tickets with a carrier; its passengers are `ticket` records (C10).

use crate::Area;
use crate::area::Level;
use crate::field::Input;
use crate::kind::Steps;
use jiff::civil::Date;
use std::borrow::Cow;

pub const CARRIERS: &[&str] = &["rail", "road"];
pub const STEPS: &[&str] = &["collecting", "ordered", "issued", "cancelled"];

// Published: villages below add their people to it without a network.
crate::kind! {
    TICKET_ORDER "ticket_order" in Travel for [Hr, Transport, Union, Rail]
        by [FieldWorker, Coordinator] is [Published];
    title Some("route");
    about [];
    steps Some(Steps {
        field: "step",
        first: "collecting",
        open: &["collecting", "ordered"],
        clocks: &[],
    });
    ROUTE: String = "route" => Input::Text; required,
    CARRIER: String = "carrier" => Input::Choice(Cow::Borrowed(CARRIERS)); required,
    DEPARTS: Date = "departs_on" => Input::Date; required,
    CLOSES: Date = "closes_on" => Input::Date,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    AREA: Area = "area" => Input::Area(Level::Province); required,
    SERVICE: String = "service" => Input::Text,
    SEATS: i64 = "seats" => Input::Number(1, 5_000),
    CONTACT: String = "contact" => Input::Text; personal,
    PHONE: String = "phone" => Input::Phone; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
