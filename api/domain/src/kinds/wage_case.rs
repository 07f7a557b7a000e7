//! 欠薪争议: wages owed, taken in by anyone on staff in under a minute, then four stages (C40, C42).

use super::visit::SATISFACTION;
use crate::Id;
use crate::field::Input;
use crate::kind::{Clock, Steps};
use jiff::civil::Date;
use std::borrow::Cow;

pub const CHANNELS: &[&str] = &["visit", "hotline", "online", "referral"];
/// 快立, 快调, 快审, 快结: quick filing, mediation, hearing and closing.
pub const STAGES: &[&str] = &["received", "filed", "mediating", "hearing", "closed"];
pub const EVIDENCE: &[&str] = &[
    "contract",
    "iou",
    "attendance",
    "pay_slips",
    "bank",
    "messages",
    "work_card",
    "witnesses",
];
pub const OUTCOMES: &[&str] = &["paid", "agreement", "award", "withdrawn", "transferred"];

crate::kind! {
    WAGE_CASE "wage_case" in Rights for [Hr, Justice, Union] by [FieldWorker, Coordinator] is [];
    title Some("employer_name");
    about ["claimants", "employer"];
    steps Some(Steps {
        field: "stage",
        first: "received",
        open: &["received", "filed", "mediating", "hearing"],
        clocks: &[
            Clock { step: "received", name: "wage_case_filed", since: Some("received_on") },
            Clock { step: "filed", name: "wage_case_mediated", since: Some("filed_on") },
            Clock { step: "mediating", name: "wage_case_mediated", since: Some("mediating_on") },
            Clock { step: "hearing", name: "wage_case_award", since: Some("hearing_on") },
        ],
    });
    OWED: i64 = "owed" => Input::Money; required,
    PEOPLE: i64 = "people" => Input::Number(1, 5000); required,
    CLAIMANTS: Vec<Id> = "claimants" => Input::References(&["worker"]),
    EMPLOYER: Id = "employer" => Input::Reference(&["employer"]),
    EMPLOYER_NAME: String = "employer_name" => Input::Text; personal,
    PHONE: String = "phone" => Input::Phone; personal,
    MONTHS: i64 = "months" => Input::Number(0, 120),
    CHANNEL: String = "channel" => Input::Choice(Cow::Borrowed(CHANNELS)),
    SITE: String = "site" => Input::Text,
    CONTACT: String = "contact" => Input::Text; personal,
    RECEIVED: Date = "received_on" => Input::PastDate; required,
    STAGE: String = "stage" => Input::Choice(Cow::Borrowed(STAGES)),
    FILED: Date = "filed_on" => Input::PastDate; not_before("received_on"); when("stage", &["filed", "mediating", "hearing", "closed"]),
    MEDIATING: Date = "mediating_on" => Input::PastDate; not_before("received_on"); when("stage", &["mediating", "hearing", "closed"]),
    HEARING: Date = "hearing_on" => Input::PastDate; not_before("received_on"); when("stage", &["hearing", "closed"]),
    CLOSED: Date = "closed_on" => Input::PastDate; not_before("received_on"); when("stage", &["closed"]),
    OUTCOME: String = "outcome" => Input::Choice(Cow::Borrowed(OUTCOMES)); required; when("stage", &["closed"]),
    RECOVERED: i64 = "recovered" => Input::Money; when("stage", &["closed"]),
    SATISFIED: String = "satisfaction" => Input::Choice(Cow::Borrowed(SATISFACTION)); when("stage", &["closed"]),
    PROOF: Vec<String> = "evidence" => Input::Choices(Cow::Borrowed(EVIDENCE)); when("stage", &["filed", "mediating", "hearing", "closed"]),
    HANDLER: String = "handler" => Input::Text; personal; when("stage", &["filed", "mediating", "hearing", "closed"]),
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
