//! 文化活动: a village gala, a show, a reading; the programme and what came of it (C26, C30, C48).

use crate::area::Level;
use crate::field::Input;
use crate::kind::Steps;
use crate::{Area, Id};
use std::borrow::Cow;

pub const TYPES: &[&str] = &[
    "village_gala",
    "show",
    "film",
    "reading",
    "contest",
    "exhibition",
    "folk",
    "sports",
    "other",
];
pub const STEPS: &[&str] = &["planned", "held", "cancelled"];

crate::kind! {
    CULTURE_EVENT "culture_event" in Culture for [Culture, Union, Youth] by [FieldWorker, Coordinator] is [Published];
    title Some("title");
    about ["place"];
    steps Some(Steps { field: "step", first: "planned", open: &["planned"], clocks: &[] });
    TITLE: String = "title" => Input::Text; required,
    TYPE: String = "type" => Input::Choice(Cow::Borrowed(TYPES)); required,
    STARTS: i64 = "starts" => Input::Moment; required,
    HELD_AT: String = "held_at" => Input::Text; required,
    ATTENDANCE: i64 = "attendance" => Input::Number(0, 1_000_000),
    WORKERS: i64 = "workers_taking_part" => Input::Number(0, 1_000_000),
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    AREA: Area = "area" => Input::Area(Level::Province); required,
    PLACE: Id = "place" => Input::Reference(&["place"]),
    ORGANISER: String = "organiser" => Input::Text,
    LINK: String = "link" => Input::Text,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
