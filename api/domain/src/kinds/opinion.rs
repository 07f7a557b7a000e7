//! 舆情: what is said in public, and the answer within a day (C49).

use crate::Area;
use crate::area::Level;
use crate::field::Input;
use crate::kind::{Clock, Steps};
use std::borrow::Cow;

pub const SEEN_WHERE: &[&str] = &[
    "hotline_12345",
    "weibo",
    "wechat",
    "douyin",
    "press",
    "visit",
    "other",
];
pub const TOPICS: &[&str] = &[
    "wages", "travel", "epidemic", "work", "relief", "children", "staff", "rumour", "other",
];
pub const STEPS: &[&str] = &["seen", "verifying", "answered", "closed"];

crate::kind! {
    OPINION "opinion" in Together for [] by [FieldWorker, Coordinator] is [];
    title Some("what");
    about [];
    steps Some(Steps {
        field: "step",
        first: "seen",
        open: &["seen", "verifying"],
        clocks: &[
            Clock { step: "seen", name: "opinion_answered", since: Some("seen_at") },
            Clock { step: "verifying", name: "opinion_answered", since: Some("seen_at") },
        ],
    });
    WHAT: String = "what" => Input::LongText; required; personal,
    SEEN: String = "seen_where" => Input::Choice(Cow::Borrowed(SEEN_WHERE)); required,
    TOPIC: String = "topic" => Input::Choice(Cow::Borrowed(TOPICS)),
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    SEEN_AT: i64 = "seen_at" => Input::PastMoment; required,
    AREA: Area = "area" => Input::Area(Level::Province); required,
    LINK: String = "link" => Input::Text,
    DEPARTMENT: String = "department" => Input::Department; when("step", &["verifying", "answered", "closed"]),
    ANSWER: String = "answer" => Input::LongText; required; when("step", &["answered", "closed"]),
    ANSWERED: i64 = "answered_at" => Input::PastMoment; not_before("seen_at"); required; when("step", &["answered", "closed"]),
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
