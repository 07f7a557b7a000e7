//! 站点帮扶: help given at a station, above all to older workers (C12).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const HELP: &[&str] = &[
    "luggage",
    "guidance",
    "tickets",
    "smartphone",
    "fast_lane",
    "wheelchair",
    "hot_water",
    "first_aid",
    "lost",
    "policy",
    "other",
];

crate::kind! {
    HELP_LOG "help_log" in Travel for [Hr, Civil, Transport, Union, Youth, Rail]
        by [FieldWorker, StationVolunteer, Coordinator] is [];
    title None;
    about ["place"];
    steps None;
    WHAT: String = "what" => Input::Choice(Cow::Borrowed(HELP)); required,
    OLDER: bool = "older" => Input::Flag,
    COUNT: i64 = "count" => Input::Number(1, 10_000); required,
    DATE: Date = "date" => Input::PastDate; required,
    PLACE: Id = "place" => Input::Reference(&["place"]); required,
    NOTE: String = "note" => Input::LongText; personal,
}
