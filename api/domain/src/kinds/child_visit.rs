//! 留守儿童走访: a visit to a child left behind, and the plan of care that follows (C36).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const RISKS: &[&str] = &["low", "watch", "high"];
pub const SCHOOLING: &[&str] = &["regular", "struggling", "absent", "dropped_out", "not_yet"];
pub const GUARDIANS: &[&str] = &["attentive", "strained", "unable", "absent", "neglect"];
pub const SAFETY: &[&str] = &[
    "safe",
    "water",
    "traffic",
    "fire",
    "electricity",
    "alone",
    "internet",
    "bullying",
    "violence",
    "other",
];
pub const MOODS: &[&str] = &["cheerful", "quiet", "low", "troubled"];
pub const CONTACTS: &[&str] = &["daily", "weekly", "monthly", "rarely", "none"];
/// What is done for the child: the care plan.
pub const MEASURES: &[&str] = &[
    "none",
    "more_visits",
    "guardian_agreement",
    "guardian_change",
    "school",
    "tutoring",
    "harbour",
    "counselling",
    "medical",
    "assistance",
    "police",
    "call_to_parents",
];
pub const FORMS: &[&str] = &["home", "school", "phone", "video"];

crate::kind! {
    CHILD_VISIT "child_visit" in Relief for [Civil, Youth] by [FieldWorker, Coordinator] is [];
    title None;
    about ["dependant", "worker"];
    steps None;
    RISK: String = "risk" => Input::Choice(Cow::Borrowed(RISKS)); required,
    GUARDIAN: String = "guardian_care" => Input::Choice(Cow::Borrowed(GUARDIANS)); sensitive,
    SCHOOL: String = "schooling" => Input::Choice(Cow::Borrowed(SCHOOLING)); sensitive,
    DANGERS: Vec<String> = "safety" => Input::Choices(Cow::Borrowed(SAFETY)); sensitive,
    MOOD: String = "mood" => Input::Choice(Cow::Borrowed(MOODS)); sensitive,
    PARENTS: String = "parents_in_touch" => Input::Choice(Cow::Borrowed(CONTACTS)); sensitive,
    CARE: Vec<String> = "care_measures" => Input::Choices(Cow::Borrowed(MEASURES)); sensitive,
    DATE: Date = "date" => Input::PastDate; required,
    FORM: String = "form" => Input::Choice(Cow::Borrowed(FORMS)); required,
    DEPENDANT: Id = "dependant" => Input::Reference(&["dependant"]); required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    NEXT: Date = "next_on" => Input::Date; not_before("date"); when("risk", &["watch", "high"]),
    SPOT: Vec<i64> = "spot" => Input::Spot; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; sensitive,
    NOTE: String = "note" => Input::LongText; personal,
}
