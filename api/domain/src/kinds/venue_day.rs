//! 场馆免费开放: one day of a venue that is open and free, and who came (C28).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const OPENED: &[&str] = &["all_day", "half_day", "evening", "closed"];
pub const SERVICES: &[&str] = &[
    "reading",
    "exhibition",
    "performance",
    "film",
    "training",
    "children",
    "online",
    "hot_water",
];

crate::kind! {
    VENUE_DAY "venue_day" in Culture for [Culture] by [FieldWorker, StationVolunteer, Coordinator] is [];
    title None;
    about ["place"];
    steps None;
    OPEN: String = "opened" => Input::Choice(Cow::Borrowed(OPENED)); required,
    VISITORS: i64 = "visitors" => Input::Number(0, 1_000_000); required; when("opened", &["all_day", "half_day", "evening"]),
    WORKERS: i64 = "workers_among" => Input::Number(0, 1_000_000); when("opened", &["all_day", "half_day", "evening"]),
    SERVED: Vec<String> = "services" => Input::Choices(Cow::Borrowed(SERVICES)); when("opened", &["all_day", "half_day", "evening"]),
    DATE: Date = "date" => Input::PastDate; required,
    PLACE: Id = "place" => Input::Reference(&["place"]); required,
    HOURS: String = "hours" => Input::Text; when("opened", &["all_day", "half_day", "evening"]),
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
