//! 就业帮扶: a worker helped to a post, from the suggestion to the first day (C17, C18, C43).

use super::visit;
use crate::Id;
use crate::field::Input;
use crate::kind::Steps;
use jiff::civil::Date;
use std::borrow::Cow;

pub const WAYS: &[&str] = &[
    "matching",
    "job_fair",
    "live_stream",
    "labour_export",
    "workshop",
    "casual_market",
    "public_post",
    "own_business",
];
pub const STEPS: &[&str] = &[
    "suggested",
    "introduced",
    "interviewed",
    "hired",
    "declined",
];
pub const CONTRACTS: &[&str] = &["written", "agency", "spoken"];
pub const REFUSALS: &[&str] = &[
    "low_wage",
    "too_far",
    "skills",
    "age",
    "family",
    "health",
    "found_other",
    "employer_declined",
    "other",
];

crate::kind! {
    PLACEMENT "placement" in Employment for [Hr, Rural, Union] by [FieldWorker, Coordinator] is [];
    title None;
    about ["worker", "vacancy", "employer"];
    steps Some(Steps {
        field: "step",
        first: "suggested",
        open: &["suggested", "introduced", "interviewed"],
        clocks: &[],
    });
    WAY: String = "way" => Input::Choice(Cow::Borrowed(WAYS)),
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    STARTED: Date = "started_on" => Input::PastDate; required; when("step", &["hired"]),
    CONTRACT: String = "contract" => Input::Choice(Cow::Borrowed(CONTRACTS)); when("step", &["hired"]),
    WAGE: i64 = "wage" => Input::Money; sensitive; when("step", &["hired"]),
    SATISFIED: String = "satisfaction" => Input::Choice(Cow::Borrowed(visit::SATISFACTION));
        when("step", &["hired"]),
    DECLINED: String = "declined_because" => Input::Choice(Cow::Borrowed(REFUSALS));
        when("step", &["declined"]),
    DATE: Date = "date" => Input::PastDate; required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    VACANCY: Id = "vacancy" => Input::Reference(&["vacancy"]),
    EMPLOYER: Id = "employer" => Input::Reference(&["employer"]),
    NEXT: Date = "next_on" => Input::Date; when("step", &["suggested", "introduced", "interviewed"]),
    NOTE: String = "note" => Input::LongText; personal,
}
