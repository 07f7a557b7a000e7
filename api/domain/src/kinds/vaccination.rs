//! 疫苗接种服务: a vaccination, or what was done to make one easy (C22).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const VACCINES: &[&str] = &["covid", "influenza", "pneumonia", "hepatitis_b", "other"];
pub const DOSES: &[&str] = &["first", "second", "third", "booster", "single"];
pub const RESULTS: &[&str] = &["done", "booked", "deferred", "declined"];
pub const HELP: &[&str] = &[
    "explained",
    "booking",
    "transport",
    "mobile_unit",
    "at_home",
];

crate::kind! {
    VACCINATION "vaccination" in Health for [Health] by [FieldWorker, Coordinator] is [];
    title None;
    about ["worker"];
    steps None;
    VACCINE: String = "vaccine" => Input::Choice(Cow::Borrowed(VACCINES)); required,
    RESULT: String = "result" => Input::Choice(Cow::Borrowed(RESULTS)); required,
    DOSE: String = "dose" => Input::Choice(Cow::Borrowed(DOSES)); when("result", &["done", "booked"]),
    HELPED: Vec<String> = "help" => Input::Choices(Cow::Borrowed(HELP)),
    DATE: Date = "date" => Input::PastDate; required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    SITE: String = "site" => Input::Text; when("result", &["done", "booked"]),
    BOOKED: Date = "booked_on" => Input::Date; when("result", &["booked"]),
    REASON: String = "reason" => Input::Text; sensitive; when("result", &["deferred", "declined"]),
    NOTE: String = "note" => Input::LongText; personal,
}
