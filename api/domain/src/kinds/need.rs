//! 诉求转办: what somebody needs, sent to the department that can answer (C6, C45).

use crate::Id;
use crate::field::Input;
use crate::kind::{Clock, Steps};
use jiff::civil::Date;
use std::borrow::Cow;

pub const URGENCIES: &[&str] = &["normal", "urgent"];
pub use super::visit::NEEDS as TOPICS;
pub const STEPS: &[&str] = &["open", "accepted", "declined", "done"];

crate::kind! {
    NEED "need" in Together for [] by [FieldWorker, Coordinator] is [];
    title Some("what");
    about ["worker", "household", "dependant"];
    steps Some(Steps {
        field: "step",
        first: "open",
        open: &["open", "accepted"],
        clocks: &[Clock { step: "open", name: "need_accepted", since: None }],
    });
    TOPIC: String = "topic" => Input::Choice(Cow::Borrowed(TOPICS)),
    WHAT: String = "what" => Input::LongText; required; personal,
    DEPARTMENT: String = "department" => Input::Department; required,
    URGENCY: String = "urgency" => Input::Choice(Cow::Borrowed(URGENCIES)),
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    DEPENDANT: Id = "dependant" => Input::Reference(&["dependant"]),
    ANSWER: String = "answer" => Input::LongText; personal; when("step", &["accepted", "declined", "done"]),
    ANSWERED: Date = "answered_on" => Input::PastDate; when("step", &["accepted", "declined", "done"]),
    NOTE: String = "note" => Input::LongText; personal,
}
