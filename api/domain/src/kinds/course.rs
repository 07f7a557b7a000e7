//! 培训班: training that people can join, online or on site (C20).

use super::training_wish;
use crate::area::Level;
use crate::field::Input;
use crate::kind::Steps;
use crate::{Area, Id};
use jiff::civil::Date;
use std::borrow::Cow;

pub const STEPS: &[&str] = &["enrolling", "running", "finished", "cancelled"];

crate::kind! {
    COURSE "course" in Employment for [Hr, Rural, Union, Youth]
        by [FieldWorker, Coordinator] is [Published];
    title Some("name");
    about ["place"];
    steps Some(Steps {
        field: "step",
        first: "enrolling",
        open: &["enrolling", "running"],
        clocks: &[],
    });
    NAME: String = "name" => Input::Text; required,
    SUBJECT: String = "subject" => Input::Choice(Cow::Borrowed(training_wish::SUBJECTS)); required,
    MODE: String = "mode" => Input::Choice(Cow::Borrowed(training_wish::MODES)); required,
    FROM: Date = "from" => Input::Date; required,
    UNTIL: Date = "until" => Input::Date; not_before("from"); required,
    SEATS: i64 = "seats" => Input::Number(1, 100_000),
    FREE: bool = "free" => Input::Flag,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    AREA: Area = "area" => Input::Area(Level::Province); required,
    PLACE: Id = "place" => Input::Reference(&["place"]); when("mode", &["on_site", "both"]),
    LOCATION: String = "location" => Input::Text; when("mode", &["on_site", "both"]),
    LINK: String = "link" => Input::Text; when("mode", &["online", "both"]),
    PROVIDER: String = "provider" => Input::Text,
    PHONE: String = "phone" => Input::Phone; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
