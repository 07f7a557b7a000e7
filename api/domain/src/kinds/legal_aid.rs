//! 法律援助: a lawyer's help for somebody who cannot pay for one (C44).

use super::visit::SATISFACTION;
use crate::Id;
use crate::field::Input;
use crate::kind::{Clock, Steps};
use jiff::civil::Date;
use std::borrow::Cow;

pub const MATTERS: &[&str] = &[
    "wages",
    "work_injury",
    "contract",
    "insurance",
    "accident",
    "family",
    "support",
    "land",
    "criminal",
    "other",
];
pub const HELP: &[&str] = &[
    "advice",
    "document",
    "mediation",
    "arbitration",
    "litigation",
];
pub const STEPS: &[&str] = &["asked", "granted", "in_hand", "closed", "refused"];

crate::kind! {
    LEGAL_AID "legal_aid" in Rights for [Justice, Union] by [FieldWorker, Coordinator] is [];
    title None;
    about ["worker", "wage_case"];
    steps Some(Steps {
        field: "step",
        first: "asked",
        open: &["asked", "granted", "in_hand"],
        clocks: &[Clock { step: "asked", name: "legal_aid_decided", since: Some("asked_on") }],
    });
    MATTER: String = "matter" => Input::Choice(Cow::Borrowed(MATTERS)); required,
    WANTED: Vec<String> = "help" => Input::Choices(Cow::Borrowed(HELP)),
    WHAT: String = "what" => Input::LongText; personal,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    ASKED: Date = "asked_on" => Input::PastDate; required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    WAGE_CASE: Id = "wage_case" => Input::Reference(&["wage_case"]),
    DECIDED: Date = "decided_on" => Input::PastDate; not_before("asked_on"); when("step", &["granted", "in_hand", "closed", "refused"]),
    LAWYER: String = "lawyer" => Input::Text; personal; when("step", &["granted", "in_hand", "closed"]),
    LAWYER_PHONE: String = "lawyer_phone" => Input::Phone; personal; when("step", &["granted", "in_hand", "closed"]),
    CLOSED: Date = "closed_on" => Input::PastDate; not_before("asked_on"); when("step", &["closed"]),
    RESULT: String = "result" => Input::LongText; personal; when("step", &["closed", "refused"]),
    RECOVERED: i64 = "recovered" => Input::Money; when("step", &["closed"]),
    SATISFIED: String = "satisfaction" => Input::Choice(Cow::Borrowed(SATISFACTION)); when("step", &["closed"]),
    NOTE: String = "note" => Input::LongText; personal,
}
