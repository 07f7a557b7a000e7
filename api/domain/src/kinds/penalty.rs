//! 处罚惩戒: what an employer who breaks the law has to bear (C41).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const MEASURES: &[&str] = &[
    "order",
    "warning",
    "fine",
    "payment_order",
    "publicised",
    "blacklist",
    "bidding_ban",
    "enforcement",
    "to_police",
    "other",
];
pub const GROUNDS: &[&str] = &[
    "wages",
    "contract",
    "overtime",
    "insurance",
    "child_labour",
    "agency",
    "no_cooperation",
    "other",
];

crate::kind! {
    PENALTY "penalty" in Rights for [Hr] by [Coordinator] is [];
    title Some("document");
    about ["employer", "wage_case"];
    steps None;
    MEASURE: String = "measure" => Input::Choice(Cow::Borrowed(MEASURES)); required,
    GROUND: Vec<String> = "grounds" => Input::Choices(Cow::Borrowed(GROUNDS)),
    AMOUNT: i64 = "amount" => Input::Money; when("measure", &["fine", "payment_order", "enforcement"]),
    DATE: Date = "date" => Input::PastDate; required,
    EMPLOYER: Id = "employer" => Input::Reference(&["employer"]); required,
    WAGE_CASE: Id = "wage_case" => Input::Reference(&["wage_case"]),
    DOCUMENT: String = "document" => Input::Text,
    CARRIED_OUT: Date = "carried_out_on" => Input::PastDate,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
