//! 健康监测: how somebody who came home is, and what they were advised (C23).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const SYMPTOMS: &[&str] = &[
    "none",
    "fever",
    "cough",
    "sore_throat",
    "breathless",
    "fatigue",
    "aches",
    "stomach",
    "chest_pain",
    "other",
];
/// What makes an illness dangerous: looked after first.
pub const UNDERLYING: &[&str] = &[
    "none",
    "hypertension",
    "diabetes",
    "heart",
    "lung",
    "kidney",
    "tumour",
    "pregnancy",
    "other",
];
pub const ADVICE: &[&str] = &[
    "none",
    "rest",
    "medicine",
    "vaccinate",
    "clinic",
    "hospital",
    "emergency",
];
/// Advice after which somebody looks again.
pub const FOLLOWED: &[&str] = &["rest", "medicine", "clinic", "hospital", "emergency"];

crate::kind! {
    HEALTH_CHECK "health_check" in Health for [Health] by [FieldWorker] is [];
    title None;
    about ["worker"];
    steps None;
    SYMPTOMS_SEEN: Vec<String> = "symptoms" => Input::Choices(Cow::Borrowed(SYMPTOMS)); required; sensitive,
    TEMPERATURE: i64 = "temperature" => Input::Tenths(340, 430); sensitive,
    ADVISED: Vec<String> = "advice" => Input::Choices(Cow::Borrowed(ADVICE)),
    DISEASES: Vec<String> = "underlying" => Input::Choices(Cow::Borrowed(UNDERLYING)); sensitive,
    DATE: Date = "date" => Input::PastDate; required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    REFERRED: String = "referred_to" => Input::Text; when("advice", &["clinic", "hospital", "emergency"]),
    NEXT: Date = "next_on" => Input::Date; when("advice", FOLLOWED),
    NOTE: String = "note" => Input::LongText; personal,
}
