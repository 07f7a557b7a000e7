//! 信息发布: what everybody has to know, on every phone without a network (C8, C48).

use crate::Area;
use crate::area::Level;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const TOPICS: &[&str] = &[
    "travel",
    "epidemic",
    "weather",
    "policy",
    "jobs",
    "safety",
    "programme",
    "notice",
];

crate::kind! {
    BULLETIN "bulletin" in Travel for [] by [Coordinator] is [Published];
    title Some("title");
    about [];
    steps None;
    TITLE: String = "title" => Input::Text; required,
    TOPIC: String = "topic" => Input::Choice(Cow::Borrowed(TOPICS)); required,
    TEXT: String = "text" => Input::LongText; required,
    URGENT: bool = "urgent" => Input::Flag,
    AREA: Area = "area" => Input::Area(Level::Province); required,
    FROM: Date = "from" => Input::Date,
    UNTIL: Date = "until" => Input::Date; not_before("from"),
    SOURCE: String = "source" => Input::Text,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
