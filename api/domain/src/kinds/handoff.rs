//! 输入输出地对接: a worker passed on from one area's care to another's, and its answer (C47).

use crate::area::Level;
use crate::field::Input;
use crate::kind::{Clock, Steps};
use crate::{Area, Id};
use jiff::civil::Date;
use std::borrow::Cow;

pub const WHY: &[&str] = &["job", "wages", "training", "relief", "children", "other"];
pub const STEPS: &[&str] = &["offered", "accepted", "declined", "closed"];

crate::kind! {
    HANDOFF "handoff" in Together for [] by [FieldWorker, Coordinator] is [Between];
    title Some("name");
    about ["worker"];
    steps Some(Steps {
        field: "step",
        first: "offered",
        open: &["offered", "accepted"],
        clocks: &[Clock { step: "offered", name: "handoff_answered", since: None }],
    });
    REASON: String = "why" => Input::Choice(Cow::Borrowed(WHY)); required,
    WHAT: String = "what" => Input::LongText; personal,
    TO_AREA: Area = "to_area" => Input::Area(Level::County); required,
    FROM_AREA: Area = "from_area" => Input::Area(Level::County); required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    // Copies: the other side can call, though the worker's record is not theirs to see.
    NAME: String = "name" => Input::Text; required; personal,
    PHONE: String = "phone" => Input::Phone; personal,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    ANSWER: String = "answer" => Input::LongText; personal; when("step", &["accepted", "declined", "closed"]),
    ANSWERED: Date = "answered_on" => Input::PastDate; when("step", &["accepted", "declined", "closed"]),
    NOTE: String = "note" => Input::LongText; personal,
}
