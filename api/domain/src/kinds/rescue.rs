//! 急难救助: somebody in sudden distress, and how soon and how they were helped (C34, C35).

use crate::Id;
use crate::field::Input;
use crate::kind::{Clock, Steps};
use std::borrow::Cow;

pub const TYPES: &[&str] = &[
    "illness",
    "accident",
    "fire",
    "disaster",
    "no_food_or_heat",
    "stranded",
    "missing",
    "harmed",
    "other",
];
pub const REPORTERS: &[&str] = &["self", "neighbour", "village", "hotline", "police", "other"];
pub const MEASURES: &[&str] = &[
    "cash", "goods", "shelter", "medical", "care", "way_home", "police", "referral", "other",
];
pub const STEPS: &[&str] = &["reported", "responding", "closed"];

crate::kind! {
    RESCUE "rescue" in Relief for [Civil] by [FieldWorker, Coordinator] is [];
    title Some("what");
    about ["worker", "dependant", "household"];
    steps Some(Steps {
        field: "step",
        first: "reported",
        open: &["reported", "responding"],
        clocks: &[Clock { step: "reported", name: "rescue_response", since: Some("reported_at") }],
    });
    WHAT: String = "what" => Input::LongText; required; personal,
    TYPE: String = "type" => Input::Choice(Cow::Borrowed(TYPES)),
    PHONE: String = "phone" => Input::Phone; personal,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    REPORTED: i64 = "reported_at" => Input::PastMoment; required,
    REPORTED_BY: String = "reported_by" => Input::Choice(Cow::Borrowed(REPORTERS)),
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    DEPENDANT: Id = "dependant" => Input::Reference(&["dependant"]),
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    NAME: String = "name" => Input::Text; personal,
    WHERE: String = "where" => Input::Text; personal,
    RESPONDED: i64 = "responded_at" => Input::PastMoment; not_before("reported_at"); required; when("step", &["responding", "closed"]),
    TAKEN: Vec<String> = "measures" => Input::Choices(Cow::Borrowed(MEASURES)); when("step", &["responding", "closed"]),
    AMOUNT: i64 = "amount" => Input::Money; personal; when("measures", &["cash", "goods"]),
    CLOSED: i64 = "closed_at" => Input::PastMoment; not_before("reported_at"); when("step", &["closed"]),
    SPOT: Vec<i64> = "spot" => Input::Spot; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
