//! 典型经验宣传: a worker's spirit, or a way of working worth telling (C27, C48).

use crate::Area;
use crate::area::Level;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const THEMES: &[&str] = &[
    "worker",
    "own_business",
    "care",
    "travel",
    "employment",
    "health",
    "culture",
    "relief",
    "rights",
    "volunteers",
    "coordination",
];
pub const OUTLETS: &[&str] = &[
    "newspaper",
    "television",
    "radio",
    "website",
    "wechat",
    "weibo",
    "douyin",
    "loudspeaker",
    "notice_board",
    "briefing",
    "other",
];

crate::kind! {
    STORY "story" in Together for [] by [FieldWorker, Coordinator] is [Published];
    title Some("title");
    about [];
    steps None;
    TITLE: String = "title" => Input::Text; required,
    TEXT: String = "text" => Input::LongText; required,
    THEME: String = "theme" => Input::Choice(Cow::Borrowed(THEMES)),
    // Whoever is told of by name has agreed to it.
    CONSENT: bool = "consent" => Input::Flag,
    OUTLET: Vec<String> = "published_in" => Input::Choices(Cow::Borrowed(OUTLETS)),
    AREA: Area = "area" => Input::Area(Level::Province); required,
    PUBLISHED: Date = "published_on" => Input::PastDate; when("published_in", OUTLETS),
    LINK: String = "link" => Input::Text; when("published_in", OUTLETS),
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
