//! 职业病摸底: what somebody is exposed to at work, and whether they should be examined (C24).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const HAZARDS: &[&str] = &[
    "none",
    "dust",
    "noise",
    "chemicals",
    "heat",
    "radiation",
    "vibration",
    "welding",
    "other",
];
/// Hazards after which there is more to ask.
pub const EXPOSED: &[&str] = &[
    "dust",
    "noise",
    "chemicals",
    "heat",
    "radiation",
    "vibration",
    "welding",
    "other",
];
pub const PROTECTION: &[&str] = &["always", "sometimes", "never", "not_provided"];
pub const SYMPTOMS: &[&str] = &[
    "none",
    "cough",
    "breathless",
    "hearing",
    "skin",
    "dizziness",
    "numbness",
    "joints",
    "other",
];
pub const ADVICE: &[&str] = &["none", "check_up", "diagnosis", "leave_post"];
pub const RESULTS: &[&str] = &[
    "normal",
    "review",
    "contraindicated",
    "suspected",
    "diagnosed",
];

crate::kind! {
    EXPOSURE_SURVEY "exposure_survey" in Health for [Health] by [FieldWorker, Coordinator] is [];
    title None;
    about ["worker", "employer"];
    steps None;
    FACED: Vec<String> = "hazards" => Input::Choices(Cow::Borrowed(HAZARDS)); required,
    YEARS: i64 = "years" => Input::Number(0, 60); when("hazards", EXPOSED),
    PROTECTED: String = "protection" => Input::Choice(Cow::Borrowed(PROTECTION)); when("hazards", EXPOSED),
    SYMPTOMS_SEEN: Vec<String> = "symptoms" => Input::Choices(Cow::Borrowed(SYMPTOMS)); sensitive; when("hazards", EXPOSED),
    ADVISED: String = "advised" => Input::Choice(Cow::Borrowed(ADVICE)),
    DATE: Date = "date" => Input::PastDate; required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    EMPLOYER: Id = "employer" => Input::Reference(&["employer"]); when("hazards", EXPOSED),
    CHECKED: Date = "checked_on" => Input::PastDate; when("advised", &["check_up", "diagnosis", "leave_post"]),
    RESULT: String = "result" => Input::Choice(Cow::Borrowed(RESULTS)); sensitive; when("advised", &["check_up", "diagnosis", "leave_post"]),
    NOTE: String = "note" => Input::LongText; personal,
}
