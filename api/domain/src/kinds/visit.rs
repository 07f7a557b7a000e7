//! 走访慰问: a care visit (C3), the record that is made most often and in the cold.

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const FORMS: &[&str] = &["home", "phone", "at_work"];
pub const SITUATIONS: &[&str] = &["well", "needs_help", "in_difficulty", "not_met"];
/// What was brought or done on the spot.
pub const GIVEN: &[&str] = &["letter", "goods", "cash", "policy", "health", "advice"];
/// What people ask for most often; each can become a `need` of its own.
pub const NEEDS: &[&str] = &[
    "job",
    "training",
    "wages",
    "legal",
    "medical",
    "elder_care",
    "child_care",
    "schooling",
    "housing",
    "relief",
    "travel",
    "other",
];
pub const SATISFACTION: &[&str] = &["satisfied", "fair", "dissatisfied"];

crate::kind! {
    VISIT "visit" in Care for [] by [FieldWorker, Coordinator] is [];
    title None;
    about ["household", "worker", "dependant"];
    steps None;
    SITUATION: String = "situation" => Input::Choice(Cow::Borrowed(SITUATIONS)); required,
    NEEDS_RAISED: Vec<String> = "needs" => Input::Choices(Cow::Borrowed(NEEDS));
        when("situation", &["needs_help", "in_difficulty"]),
    GIVEN_THEN: Vec<String> = "given" => Input::Choices(Cow::Borrowed(GIVEN)),
    SATISFIED: String = "satisfaction" => Input::Choice(Cow::Borrowed(SATISFACTION));
        when("situation", &["well", "needs_help", "in_difficulty"]),
    DATE: Date = "date" => Input::PastDate; required,
    FORM: String = "form" => Input::Choice(Cow::Borrowed(FORMS)); required,
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]); required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    DEPENDANT: Id = "dependant" => Input::Reference(&["dependant"]),
    VISITORS: String = "visitors" => Input::Text,
    NEXT: Date = "next_on" => Input::Date; not_before("date"); when("situation", &["needs_help", "in_difficulty", "not_met"]),
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    SPOT: Vec<i64> = "spot" => Input::Spot; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
