//! 留守家属: an elder or a child whom a worker leaves at home (C35, C36).

use super::worker;
use crate::area::Level;
use crate::field::Input;
use crate::{Area, Id};
use jiff::civil::Date;
use std::borrow::Cow;

pub const TYPES: &[&str] = &["elder", "child"];
/// How closely somebody has to look after them: it sets how often they are visited.
pub const RISKS: &[&str] = &["low", "watch", "high"];
/// What the worker is to them.
pub const RELATIONS: &[&str] = &[
    "son_or_daughter",
    "child_in_law",
    "father",
    "mother",
    "spouse",
    "grandchild",
    "other",
];
/// With whom they live while the worker is away.
pub const LIVES_WITH: &[&str] = &[
    "alone",
    "spouse",
    "grandparents",
    "one_parent",
    "relatives",
    "boarding_school",
    "institution",
    "other",
];

crate::kind! {
    DEPENDANT "dependant" in People for [Civil, Health, Rural, Union, Youth] by [FieldWorker] is [];
    title Some("name");
    about ["worker", "household"];
    steps None;
    NAME: String = "name" => Input::Text; required; personal,
    TYPE: String = "type" => Input::Choice(Cow::Borrowed(TYPES)); required,
    BIRTH: Date = "birth" => Input::PastDate; required; personal,
    RISK: String = "risk" => Input::Choice(Cow::Borrowed(RISKS)),
    LIVES: String = "lives_with" => Input::Choice(Cow::Borrowed(LIVES_WITH)),
    RELATION: String = "relation" => Input::Choice(Cow::Borrowed(RELATIONS)),
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    AREA: Area = "area" => Input::Area(Level::Village); required,
    PHONE: String = "phone" => Input::Phone; personal,
    DOCUMENT: String = "document" => Input::Choice(Cow::Borrowed(worker::DOCUMENTS)),
    ID_NUMBER: String = "id_number" => Input::IdNumber { document: "document" }; sensitive,
    SEX: String = "sex" => Input::Choice(Cow::Borrowed(worker::SEXES)),
    GUARDIAN: String = "guardian" => Input::Text; personal; when("type", &["child"]),
    GUARDIAN_PHONE: String = "guardian_phone" => Input::Phone; personal; when("type", &["child"]),
    SCHOOL: String = "school" => Input::Text; sensitive; when("type", &["child"]),
    HEALTH: String = "health" => Input::LongText; sensitive,
    NOTE: String = "note" => Input::LongText; personal,
}
