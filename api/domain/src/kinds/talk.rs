//! 政策宣讲: policy, law, health or safety explained to people (C4, C21, C44).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const TOPICS: &[&str] = &[
    "policy",
    "employment",
    "insurance",
    "law",
    "health",
    "safety",
    "traffic",
    "fraud",
    "other",
];
pub const FORMS: &[&str] = &[
    "gathering",
    "stall",
    "door_to_door",
    "loudspeaker",
    "online",
];

crate::kind! {
    TALK "talk" in Care for [] by [FieldWorker, Coordinator] is [];
    title None;
    about ["place"];
    steps None;
    TOPIC: String = "topic" => Input::Choice(Cow::Borrowed(TOPICS)); required,
    ATTENDANCE: i64 = "attendance" => Input::Number(0, 100_000); required,
    MATERIALS: i64 = "materials" => Input::Number(0, 100_000),
    DATE: Date = "date" => Input::PastDate; required,
    FORM: String = "form" => Input::Choice(Cow::Borrowed(FORMS)); required,
    PLACE: Id = "place" => Input::Reference(&["place"]),
    LOCATION: String = "location" => Input::Text,
    SPEAKER: String = "speaker" => Input::Text; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    SPOT: Vec<i64> = "spot" => Input::Spot; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
