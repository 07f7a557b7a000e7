//! 失业保险待遇: a claim of unemployment benefit, from application to payment (C31).

use crate::Id;
use crate::field::Input;
use crate::kind::{Clock, Steps};
use jiff::civil::Date;
use std::borrow::Cow;

/// The last but one is what rural contract workers get at once, in place of a monthly benefit.
pub const TYPES: &[&str] = &[
    "insurance_benefit",
    "allowance",
    "price_subsidy",
    "lump_sum",
    "other",
];
pub const CHANNELS: &[&str] = &["window", "online", "village", "phone"];
pub const STEPS: &[&str] = &["applied", "checking", "granted", "refused", "paid"];

crate::kind! {
    BENEFIT_CLAIM "benefit_claim" in Relief for [Hr] by [FieldWorker, Coordinator] is [];
    title None;
    about ["worker"];
    steps Some(Steps {
        field: "step",
        first: "applied",
        open: &["applied", "checking", "granted"],
        clocks: &[
            Clock { step: "applied", name: "benefit_decided", since: Some("applied_on") },
            Clock { step: "checking", name: "benefit_decided", since: Some("applied_on") },
        ],
    });
    TYPE: String = "type" => Input::Choice(Cow::Borrowed(TYPES)),
    CHANNEL: String = "channel" => Input::Choice(Cow::Borrowed(CHANNELS)),
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    APPLIED: Date = "applied_on" => Input::PastDate; required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    DECIDED: Date = "decided_on" => Input::PastDate; not_before("applied_on"); when("step", &["granted", "refused", "paid"]),
    AMOUNT: i64 = "amount" => Input::Money; personal; when("step", &["granted", "paid"]),
    MONTHS: i64 = "months" => Input::Number(0, 24); when("step", &["granted", "paid"]),
    PAID: Date = "paid_on" => Input::PastDate; not_before("applied_on"); when("step", &["paid"]),
    REASON: String = "reason" => Input::LongText; personal; when("step", &["refused"]),
    NOTE: String = "note" => Input::LongText; personal,
}
