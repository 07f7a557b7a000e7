//! 留守老年人探访: a visit to an elder left behind; how often one is due says `crate::due` (C35).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

pub const WELL_BEING: &[&str] = &["well", "needs_help", "in_difficulty", "not_met"];
pub const RISKS: &[&str] = &["low", "watch", "high"];
pub const HEALTH: &[&str] = &[
    "well",
    "chronic",
    "unwell",
    "hard_to_walk",
    "bedridden",
    "memory",
    "low_spirits",
];
pub const NEEDS: &[&str] = &[
    "none", "medicine", "doctor", "meals", "heating", "clothes", "repairs", "care", "company",
    "money", "other",
];
/// What kills at home in winter, first of all smoke from charcoal.
pub const HAZARDS: &[&str] = &[
    "none",
    "charcoal",
    "gas",
    "electricity",
    "fire",
    "falls",
    "house",
    "fraud",
];
pub const GIVEN: &[&str] = &[
    "policy",
    "letter",
    "goods",
    "chores",
    "call_to_family",
    "advice",
];
pub const FORMS: &[&str] = &["home", "phone", "video"];

crate::kind! {
    ELDER_VISIT "elder_visit" in Relief for [Civil] by [FieldWorker, Coordinator] is [];
    title None;
    about ["dependant", "worker"];
    steps None;
    WELL: String = "well_being" => Input::Choice(Cow::Borrowed(WELL_BEING)); required,
    RISK: String = "risk" => Input::Choice(Cow::Borrowed(RISKS)); required,
    NEEDED: Vec<String> = "needs" => Input::Choices(Cow::Borrowed(NEEDS)),
    HEALTH_SEEN: Vec<String> = "health" => Input::Choices(Cow::Borrowed(HEALTH)); sensitive,
    HAZARDS_SEEN: Vec<String> = "hazards" => Input::Choices(Cow::Borrowed(HAZARDS)),
    GIVEN_THEN: Vec<String> = "given" => Input::Choices(Cow::Borrowed(GIVEN)),
    DATE: Date = "date" => Input::PastDate; required,
    FORM: String = "form" => Input::Choice(Cow::Borrowed(FORMS)); required,
    DEPENDANT: Id = "dependant" => Input::Reference(&["dependant"]); required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    NEXT: Date = "next_on" => Input::Date; not_before("date"); when("risk", &["watch", "high"]),
    SPOT: Vec<i64> = "spot" => Input::Spot; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
