//! 务工人员: the person whom the campaign serves (C1, C2).

use crate::area::Level;
use crate::field::Input;
use crate::{Area, Id};
use jiff::civil::Date;
use std::borrow::Cow;

pub const DOCUMENTS: &[&str] = &["resident_id", "hmt_permit", "passport"];
pub const SEXES: &[&str] = &["male", "female"];
/// Coming home, staying at work in Shandong, leaving for work.
pub const FLOWS: &[&str] = &["returning", "staying", "leaving"];
/// Difficulty finding work, low income, lifted out of poverty: served first.
pub const PRIORITIES: &[&str] = &["hard_to_place", "low_income", "out_of_poverty"];
pub const TRADES: &[&str] = &[
    "construction",
    "factory",
    "service",
    "transport",
    "delivery",
    "catering",
    "domestic",
    "security",
    "farming",
    "other",
];
pub const EDUCATIONS: &[&str] = &["primary", "middle", "high", "vocational", "college"];
pub const CONSENTS: &[&str] = &["signed", "spoken", "refused"];

crate::kind! {
    WORKER "worker" in People for [Hr, Police, Civil, Justice, Health, Rural] by [FieldWorker] is [];
    title Some("name");
    about ["household", "employer"];
    steps None;
    NAME: String = "name" => Input::Text; required; personal,
    FLOW: String = "flow" => Input::Choice(Cow::Borrowed(FLOWS)); required,
    PHONE: String = "phone" => Input::Phone; personal,
    DOCUMENT: String = "document" => Input::Choice(Cow::Borrowed(DOCUMENTS)),
    ID_NUMBER: String = "id_number" => Input::IdNumber { document: "document" }; sensitive,
    SEX: String = "sex" => Input::Choice(Cow::Borrowed(SEXES)),
    BIRTH: Date = "birth" => Input::PastDate; personal,
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    AREA: Area = "area" => Input::Area(Level::Village); required,
    WORK_AREA: String = "work_area" => Input::Text,
    EMPLOYER: Id = "employer" => Input::Reference(&["employer"]),
    TRADE: String = "trade" => Input::Choice(Cow::Borrowed(TRADES)),
    PRIORITY: Vec<String> = "priority" => Input::Choices(Cow::Borrowed(PRIORITIES)),
    EDUCATION: String = "education" => Input::Choice(Cow::Borrowed(EDUCATIONS)),
    SKILL: String = "skill" => Input::Text,
    RETURNED: Date = "returned_on" => Input::PastDate; when("flow", &["returning", "leaving"]),
    LEAVES: Date = "leaves_on" => Input::Date; not_before("returned_on"); when("flow", &["returning", "leaving"]),
    CONSENT: String = "consent" => Input::Choice(Cow::Borrowed(CONSENTS)),
    CONSENT_DATE: Date = "consent_on" => Input::PastDate; when("consent", CONSENTS),
    NOTE: String = "note" => Input::LongText; personal,
}
