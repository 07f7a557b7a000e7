//! 家庭户: the household that a field worker walks to.

use crate::Area;
use crate::area::Level;
use crate::field::Input;
use std::borrow::Cow;

pub const TAGS_OPTIONS: &[&str] = &[
    "left_behind_elder",
    "left_behind_child",
    "out_of_poverty",
    "monitored",
    "minimum_living",
    "extreme_poverty",
    "disability",
    "illness",
    "all_away",
    "far",
];

crate::kind! {
    HOUSEHOLD "household" in People for [Hr, Civil, Rural, Health, Union, Youth] by [FieldWorker] is [];
    title Some("head");
    about [];
    steps None;
    HEAD: String = "head" => Input::Text; required; personal,
    AREA: Area = "area" => Input::Area(Level::Village); required,
    ADDRESS: String = "address" => Input::Text; required; personal,
    PHONE: String = "phone" => Input::Phone; personal,
    TAGS: Vec<String> = "tags" => Input::Choices(Cow::Borrowed(TAGS_OPTIONS)),
    SPOT: Vec<i64> = "spot" => Input::Spot; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
