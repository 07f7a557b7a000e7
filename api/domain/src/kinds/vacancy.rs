//! 岗位: work that an employer offers (C17).

use super::worker;
use crate::area::Level;
use crate::field::Input;
use crate::kind::Steps;
use crate::{Area, Id};
use jiff::civil::Date;
use std::borrow::Cow;

pub const OFFERS: &[&str] = &[
    "insurance",
    "meals",
    "lodging",
    "no_experience",
    "older_welcome",
    "flexible_hours",
    "paid_daily",
    "public_post",
];
pub const STEPS: &[&str] = &["open", "filled", "closed"];

crate::kind! {
    VACANCY "vacancy" in Employment for [Hr, Rural, Union] by [FieldWorker, Coordinator] is [Published];
    title Some("post");
    about ["employer"];
    steps Some(Steps { field: "step", first: "open", open: &["open"], clocks: &[] });
    POST: String = "post" => Input::Text; required,
    // In which of the workers' trades: by it posts and people are matched.
    TRADE: String = "trade" => Input::Choice(Cow::Borrowed(worker::TRADES)),
    OPENINGS: i64 = "openings" => Input::Number(1, 10_000); required,
    WAGE_FROM: i64 = "wage_from" => Input::Money,
    WAGE_TO: i64 = "wage_to" => Input::Money; not_before("wage_from"),
    OFFERED: Vec<String> = "offers" => Input::Choices(Cow::Borrowed(OFFERS)),
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    EMPLOYER: Id = "employer" => Input::Reference(&["employer"]); required,
    // A vacancy is published further than its employer's record is seen.
    COMPANY: String = "company" => Input::Text,
    AREA: Area = "area" => Input::Area(Level::Province); required,
    WORKPLACE: String = "workplace" => Input::Text,
    REQUIRES: String = "requires" => Input::Text,
    UNTIL: Date = "until" => Input::Date,
    CONTACT: String = "contact" => Input::Text; personal,
    PHONE: String = "phone" => Input::Phone; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
