//! 社会救助: social assistance for a household or a person, step by step (C32).

use crate::Id;
use crate::field::Input;
use crate::kind::{Clock, Steps};
use jiff::civil::Date;
use std::borrow::Cow;

/// The eight of the Interim Measures for Social Assistance (2014).
pub const TYPES: &[&str] = &[
    "minimum_living",
    "extreme_poverty",
    "temporary",
    "medical",
    "housing",
    "education",
    "employment",
    "disaster",
];
pub const HARDSHIPS: &[&str] = &[
    "illness",
    "disability",
    "accident",
    "disaster",
    "no_work",
    "schooling",
    "old_age",
    "children",
    "other",
];
pub const STEPS: &[&str] = &["applied", "verifying", "publicised", "granted", "refused"];

crate::kind! {
    ASSISTANCE "assistance" in Relief for [Civil] by [FieldWorker, Coordinator] is [];
    title None;
    about ["household", "worker"];
    steps Some(Steps {
        field: "step",
        first: "applied",
        open: &["applied", "verifying", "publicised"],
        clocks: &[
            Clock { step: "applied", name: "assistance_decided", since: Some("applied_on") },
            Clock { step: "verifying", name: "assistance_decided", since: Some("applied_on") },
            Clock { step: "publicised", name: "assistance_decided", since: Some("applied_on") },
        ],
    });
    TYPE: String = "type" => Input::Choice(Cow::Borrowed(TYPES)); required,
    HARDSHIP: Vec<String> = "hardship" => Input::Choices(Cow::Borrowed(HARDSHIPS)); sensitive,
    PEOPLE: i64 = "people" => Input::Number(1, 30),
    INCOME: i64 = "income" => Input::Money; sensitive,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    APPLIED: Date = "applied_on" => Input::PastDate; required,
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    VERIFIED: Date = "verified_on" => Input::PastDate; not_before("applied_on"); when("step", &["verifying", "publicised", "granted", "refused"]),
    PUBLICISED: Date = "publicised_on" => Input::PastDate; not_before("applied_on"); when("step", &["publicised", "granted"]),
    DECIDED: Date = "decided_on" => Input::PastDate; not_before("applied_on"); when("step", &["granted", "refused"]),
    AMOUNT: i64 = "amount" => Input::Money; personal; when("step", &["granted"]),
    REASON: String = "reason" => Input::LongText; personal; when("step", &["refused"]),
    SIGNATURE: String = "signature" => Input::Signature; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
