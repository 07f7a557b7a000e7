//! 临时救助备用金: one line of a township's reserve fund; its fold is `crate::fund` (C33).

use crate::area::Level;
use crate::field::Input;
use crate::{Area, Id};
use jiff::civil::Date;
use std::borrow::Cow;

pub const DIRECTIONS: &[&str] = &["in", "out"];
/// Money from above at the year's beginning or later, money back, money to people, and a line
/// that puts an earlier one right.
pub const ENTRIES: &[&str] = &[
    "allocation",
    "replenishment",
    "refund",
    "relief",
    "correction",
];

crate::kind! {
    FUND_ENTRY "fund_entry" in Relief for [Civil] by [FieldWorker, Coordinator] is [AppendOnly];
    title None;
    about ["assistance", "rescue"];
    steps None;
    DIRECTION: String = "direction" => Input::Choice(Cow::Borrowed(DIRECTIONS)); required,
    AMOUNT: i64 = "amount" => Input::Money; required,
    ENTRY: String = "kind_of_entry" => Input::Choice(Cow::Borrowed(ENTRIES)); required,
    APPROVED_BY: String = "approved_by" => Input::Text; required; personal,
    DATE: Date = "date" => Input::PastDate; required,
    AREA: Area = "area" => Input::Area(Level::Township); required,
    ASSISTANCE: Id = "assistance" => Input::Reference(&["assistance"]); when("kind_of_entry", &["relief", "refund", "correction"]),
    RESCUE: Id = "rescue" => Input::Reference(&["rescue"]); when("kind_of_entry", &["relief", "refund", "correction"]),
    VOUCHER: String = "voucher" => Input::Text,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
