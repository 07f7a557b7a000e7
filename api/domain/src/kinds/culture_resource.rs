//! 文化资源: a film, a book, an exhibition or a course that people like, and where it is (C29).

use crate::area::Level;
use crate::field::Input;
use crate::{Area, Id};
use jiff::civil::Date;
use std::borrow::Cow;

pub const MEDIA: &[&str] = &[
    "video",
    "audio",
    "book",
    "exhibition",
    "course",
    "performance",
    "other",
];
pub const THEMES: &[&str] = &[
    "festival",
    "opera",
    "film",
    "skills",
    "law",
    "health",
    "parenting",
    "children",
    "history",
    "other",
];

crate::kind! {
    CULTURE_RESOURCE "culture_resource" in Culture for [Culture] by [FieldWorker, Coordinator] is [Published];
    title Some("title");
    about ["place"];
    steps None;
    TITLE: String = "title" => Input::Text; required,
    MEDIUM: String = "medium" => Input::Choice(Cow::Borrowed(MEDIA)); required,
    THEME: Vec<String> = "themes" => Input::Choices(Cow::Borrowed(THEMES)),
    USES: i64 = "uses" => Input::Number(0, 100_000_000),
    LINK: String = "link" => Input::Text,
    PLACE: Id = "place" => Input::Reference(&["place"]),
    AREA: Area = "area" => Input::Area(Level::Province); required,
    PROVIDER: String = "provider" => Input::Text,
    UNTIL: Date = "until" => Input::Date,
    SUMMARY: String = "summary" => Input::LongText,
    NOTE: String = "note" => Input::LongText; personal,
}
