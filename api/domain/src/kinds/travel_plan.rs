//! 出行意向: when, where and how a worker means to travel, so that peaks are seen ahead (C9).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

/// Home for the festival, or out to work.
pub const DIRECTIONS: &[&str] = &["home", "out"];
pub const MODES: &[&str] = &["rail", "road", "own", "air", "undecided"];
pub const WANTS: &[&str] = &["group_ticket", "point_to_point", "pick_up", "help_boarding"];

crate::kind! {
    TRAVEL_PLAN "travel_plan" in Travel for [Hr, Transport, Rail] by [FieldWorker, Coordinator] is [];
    title None;
    about ["worker", "household"];
    steps None;
    DIRECTION: String = "direction" => Input::Choice(Cow::Borrowed(DIRECTIONS)); required,
    TRAVELS: Date = "travels_on" => Input::Date; required,
    FROM: String = "from" => Input::Text; required,
    TO: String = "to" => Input::Text; required,
    MODE: String = "mode" => Input::Choice(Cow::Borrowed(MODES)); required,
    WANTED: Vec<String> = "wants" => Input::Choices(Cow::Borrowed(WANTS)),
    SHIFTS: bool = "may_shift" => Input::Flag,
    PEOPLE: i64 = "people" => Input::Number(1, 20),
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    NOTE: String = "note" => Input::LongText; personal,
}
