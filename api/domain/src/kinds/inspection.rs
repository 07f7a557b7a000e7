//! 用工指导检查: an employer guided to lawful employment, and what was set right (C39).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const FORMS: &[&str] = &["guidance", "routine", "special", "complaint", "joint"];
/// The four after `wages_late` are duties on building sites by the Regulation on Ensuring Wage
/// Payment to Rural Migrant Workers (2020), art. 26 to 34.
pub const FINDINGS: &[&str] = &[
    "none",
    "no_contract",
    "wages_late",
    "no_roster",
    "no_wage_account",
    "no_deposit",
    "no_notice_board",
    "overtime",
    "no_insurance",
    "child_labour",
    "safety",
    "other",
];
/// Findings that have to be set right.
pub const FAULTS: &[&str] = &[
    "no_contract",
    "wages_late",
    "no_roster",
    "no_wage_account",
    "no_deposit",
    "no_notice_board",
    "overtime",
    "no_insurance",
    "child_labour",
    "safety",
    "other",
];
pub const OUTCOMES: &[&str] = &["advised", "ordered", "case_opened", "handed_on"];

crate::kind! {
    INSPECTION "inspection" in Rights for [Hr, Union] by [FieldWorker, Coordinator] is [];
    title None;
    about ["employer"];
    steps None;
    FOUND: Vec<String> = "findings" => Input::Choices(Cow::Borrowed(FINDINGS)); required,
    OUTCOME: String = "outcome" => Input::Choice(Cow::Borrowed(OUTCOMES)); when("findings", FAULTS),
    SET_RIGHT_BY: Date = "set_right_by" => Input::Date; when("findings", FAULTS),
    SET_RIGHT_ON: Date = "set_right_on" => Input::PastDate; not_before("date"); when("findings", FAULTS),
    COVERED: i64 = "workers_covered" => Input::Number(0, 100_000),
    DATE: Date = "date" => Input::PastDate; required,
    FORM: String = "form" => Input::Choice(Cow::Borrowed(FORMS)); required,
    EMPLOYER: Id = "employer" => Input::Reference(&["employer"]); required,
    SITE: String = "site" => Input::Text,
    INSPECTORS: String = "inspectors" => Input::Text,
    SIGNATURE: String = "signature" => Input::Signature; personal,
    SPOT: Vec<i64> = "spot" => Input::Spot; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
