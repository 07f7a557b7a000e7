//! 物资出入库: what came into a store and what left it other than by a listed issue (C7, C25).

use super::gift_issue;
use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const DIRECTIONS: &[&str] = &["in", "out"];
/// What is given to somebody named is a `gift_issue` and is not written here a second time.
pub const REASONS: &[&str] = &[
    "purchased",
    "allocated",
    "donated",
    "transferred",
    "given_on_site",
    "returned",
    "damaged",
    "expired",
    "counted",
    "correction",
];

crate::kind! {
    STOCK_MOVE "stock_move" in Care for [Hr, Civil, Health, Rural, Union, Youth]
        by [FieldWorker, Coordinator] is [AppendOnly];
    title None;
    about ["place"];
    steps None;
    ITEM: String = "item" => Input::Choice(Cow::Borrowed(gift_issue::ITEMS)); required,
    DIRECTION: String = "direction" => Input::Choice(Cow::Borrowed(DIRECTIONS)); required,
    QUANTITY: i64 = "quantity" => Input::Number(1, 1_000_000); required,
    REASON: String = "reason" => Input::Choice(Cow::Borrowed(REASONS)); required,
    PLACE: Id = "place" => Input::Reference(&["place"]); required,
    OTHER_PLACE: Id = "other_place" => Input::Reference(&["place"]);
        when("reason", &["transferred"]),
    DATE: Date = "date" => Input::PastDate; required,
    EXPIRES: Date = "expires_on" => Input::Date; when("item", &["medicine", "masks", "rice", "oil", "flour"]),
    HANDLER: String = "handler" => Input::Text; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
