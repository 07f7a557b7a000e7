//! 培训报名: a worker in a course, from the enrolment to the certificate (C20).

use super::visit;
use crate::Id;
use crate::field::Input;
use crate::kind::Steps;
use jiff::civil::Date;
use std::borrow::Cow;

pub const STEPS: &[&str] = &["enrolled", "attended", "finished", "certified", "left"];

crate::kind! {
    ENROLMENT "enrolment" in Employment for [Hr, Rural, Union, Youth]
        by [FieldWorker, Coordinator] is [];
    title None;
    about ["course", "worker"];
    steps Some(Steps {
        field: "step",
        first: "enrolled",
        open: &["enrolled", "attended"],
        clocks: &[],
    });
    COURSE: Id = "course" => Input::Reference(&["course"]); required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    FINISHED: Date = "finished_on" => Input::PastDate; when("step", &["finished", "certified"]),
    CERTIFICATE: String = "certificate" => Input::Text; personal; when("step", &["certified"]),
    SATISFIED: String = "satisfaction" => Input::Choice(Cow::Borrowed(visit::SATISFACTION));
        when("step", &["finished", "certified"]),
    DATE: Date = "date" => Input::PastDate; required,
    NOTE: String = "note" => Input::LongText; personal,
}
