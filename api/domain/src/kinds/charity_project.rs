//! 公益项目: charity and volunteers, project by project: for whom, with what, how many hours (C38).

use crate::area::Level;
use crate::field::Input;
use crate::kind::Steps;
use crate::{Area, Id};
use jiff::civil::Date;
use std::borrow::Cow;

pub const THEMES: &[&str] = &[
    "elders",
    "children",
    "hardship",
    "winter",
    "schooling",
    "medical",
    "work",
    "law",
    "culture",
    "other",
];
pub const STEPS: &[&str] = &["planned", "running", "finished"];

crate::kind! {
    CHARITY_PROJECT "charity_project" in Relief for [Civil, Union, Youth] by [FieldWorker, Coordinator] is [];
    title Some("name");
    about ["beneficiaries"];
    steps Some(Steps { field: "step", first: "planned", open: &["planned", "running"], clocks: &[] });
    NAME: String = "name" => Input::Text; required,
    ORGANISATION: String = "organisation" => Input::Text; required,
    THEME: Vec<String> = "theme" => Input::Choices(Cow::Borrowed(THEMES)),
    MONEY: i64 = "money" => Input::Money,
    VOLUNTEERS: i64 = "volunteers" => Input::Number(0, 100_000),
    HOURS: i64 = "hours" => Input::Number(0, 10_000_000),
    SERVED: i64 = "served" => Input::Number(0, 10_000_000),
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    FROM: Date = "from" => Input::Date; required,
    UNTIL: Date = "until" => Input::Date; not_before("from"),
    AREA: Area = "area" => Input::Area(Level::Province); required,
    BENEFICIARIES: Vec<Id> = "beneficiaries" => Input::References(&["household", "worker", "dependant"]),
    CONTACT: String = "contact" => Input::Text; personal,
    PHONE: String = "phone" => Input::Phone; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
