//! 就业监测: whether a worker has work, asked again and again (C16).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const STATUSES: &[&str] = &["working", "looking", "not_looking", "own_business"];
/// Back earlier, or leaving later, than in other years.
pub const MOVEMENTS: &[&str] = &["as_usual", "early_return", "late_departure"];
pub const REASONS: &[&str] = &[
    "work_stopped",
    "laid_off",
    "contract_ended",
    "wages_owed",
    "no_offer",
    "low_wage",
    "family",
    "health",
    "travel",
    "festival",
    "other",
];
pub const WHERE: &[&str] = &["county", "province", "elsewhere"];
pub const WANTS: &[&str] = &[
    "local_job",
    "job_elsewhere",
    "casual_job",
    "public_post",
    "training",
    "own_business",
    "none",
];

crate::kind! {
    JOB_STATUS "job_status" in Employment for [Hr, Rural, Union] by [FieldWorker, Coordinator] is [];
    title None;
    about ["worker", "household"];
    steps None;
    STATUS: String = "status" => Input::Choice(Cow::Borrowed(STATUSES)); required,
    WHERE_NOW: String = "where" => Input::Choice(Cow::Borrowed(WHERE)); when("status", &["working"]),
    WANTED: Vec<String> = "wants" => Input::Choices(Cow::Borrowed(WANTS));
        when("status", &["looking", "not_looking"]),
    MOVEMENT: String = "movement" => Input::Choice(Cow::Borrowed(MOVEMENTS)),
    REASON: String = "reason" => Input::Choice(Cow::Borrowed(REASONS));
        when("movement", &["early_return", "late_departure"]),
    DATE: Date = "date" => Input::PastDate; required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    NEXT: Date = "next_on" => Input::Date; not_before("date"),
    NOTE: String = "note" => Input::LongText; personal,
}
