//! 任务: what somebody is asked to do, about whom, by when (C3, C46).

use crate::Id;
use crate::field::Input;
use crate::kind::Steps;
use jiff::civil::Date;
use std::borrow::Cow;

pub const STEPS: &[&str] = &["open", "done", "cancelled"];
/// Kinds of which one new record about the task's household or person does the task.
pub const DOES: &[&str] = &[
    "visit",
    "need",
    "gift_issue",
    "job_status",
    "travel_plan",
    "health_check",
    "elder_visit",
    "child_visit",
];

crate::kind! {
    TASK "task" in Together for [] by [FieldWorker, Coordinator] is [];
    title Some("what");
    about ["household", "worker", "dependant"];
    steps Some(Steps { field: "step", first: "open", open: &["open"], clocks: &[] });
    WHAT: String = "what" => Input::Text; required,
    DUE: Date = "due" => Input::Date; required,
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    DEPENDANT: Id = "dependant" => Input::Reference(&["dependant"]),
    DO: String = "does" => Input::Choice(Cow::Borrowed(DOES)),
    ASSIGNEE: Id = "assignee" => Input::Colleague,
    DEPARTMENT: String = "department" => Input::Department,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    DONE: Date = "done_on" => Input::PastDate; when("step", &["done"]),
    NOTE: String = "note" => Input::LongText,
}
