//! 培训意愿: what a worker would like to learn (C19).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

/// What is taught; courses have the same subjects, so that wishes find them.
pub const SUBJECTS: &[&str] = &[
    "construction",
    "welding",
    "electrician",
    "machinery",
    "elder_care",
    "domestic",
    "cooking",
    "driving",
    "online_sales",
    "farming",
    "own_business",
    "other",
];
pub const MODES: &[&str] = &["online", "on_site", "both"];
pub const TIMES: &[&str] = &[
    "before_festival",
    "after_festival",
    "off_season",
    "weekends",
    "evenings",
    "any",
];

crate::kind! {
    TRAINING_WISH "training_wish" in Employment for [Hr, Rural, Union, Youth]
        by [FieldWorker, Coordinator] is [];
    title None;
    about ["worker", "household"];
    steps None;
    SUBJECT: String = "subject" => Input::Choice(Cow::Borrowed(SUBJECTS)); required,
    MODE: String = "mode" => Input::Choice(Cow::Borrowed(MODES)),
    WHEN: String = "when" => Input::Choice(Cow::Borrowed(TIMES)),
    DATE: Date = "date" => Input::PastDate; required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]); required,
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    DETAIL: String = "detail" => Input::Text,
    NOTE: String = "note" => Input::LongText; personal,
}
