//! 童心港湾活动: an afternoon for children at a Youth League harbour (C37).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const THEMES: &[&str] = &[
    "homework",
    "reading",
    "call_home",
    "arts",
    "sports",
    "science",
    "safety",
    "counselling",
    "festival",
    "health",
    "other",
];

crate::kind! {
    HARBOUR_SESSION "harbour_session" in Relief for [Youth] by [FieldWorker, StationVolunteer, Coordinator] is [];
    title None;
    about ["place"];
    steps None;
    THEME: Vec<String> = "theme" => Input::Choices(Cow::Borrowed(THEMES)); required,
    CHILDREN: i64 = "children" => Input::Number(0, 500); required,
    VOLUNTEERS: i64 = "volunteers" => Input::Number(0, 100),
    HOURS: i64 = "hours" => Input::Number(1, 12),
    DATE: Date = "date" => Input::PastDate; required,
    PLACE: Id = "place" => Input::Reference(&["place"]); required,
    LED_BY: String = "led_by" => Input::Text; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
