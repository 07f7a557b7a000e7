//! 乘车名单: one row of a trip's manifest (C15).

use crate::Id;
use crate::field::Input;
use crate::kind::Steps;
use std::borrow::Cow;

pub const STEPS: &[&str] = &["listed", "cancelled"];

// Nobody waits for anything about somebody who is on the list: no step is open.
crate::kind! {
    PASSENGER "passenger" in Travel for [Hr, Police, Transport]
        by [FieldWorker, StationVolunteer, Coordinator] is [];
    title Some("name");
    about ["worker", "trip"];
    steps Some(Steps { field: "step", first: "listed", open: &[], clocks: &[] });
    NAME: String = "name" => Input::Text; required; personal,
    PHONE: String = "phone" => Input::Phone; personal,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    CARE: bool = "needs_care" => Input::Flag,
    TRIP: Id = "trip" => Input::Reference(&["trip"]); required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    SEAT: String = "seat" => Input::Text,
    BOARDS: String = "boards_at" => Input::Text,
    NOTE: String = "note" => Input::LongText; personal,
}
