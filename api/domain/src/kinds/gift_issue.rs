//! 慰问品与物资发放: what was given to whom, out of which store (C7, C25).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

/// What a store holds and gives out.
pub const ITEMS: &[&str] = &[
    "letter",
    "rice",
    "oil",
    "flour",
    "quilt",
    "coat",
    "cash",
    "medicine",
    "masks",
    "spring_couplets",
    "gift_pack",
    "other",
];

crate::kind! {
    GIFT_ISSUE "gift_issue" in Care for [Hr, Civil, Health, Rural, Union, Youth]
        by [FieldWorker, Coordinator] is [];
    title None;
    about ["household", "worker", "dependant", "place"];
    steps None;
    ITEM: String = "item" => Input::Choice(Cow::Borrowed(ITEMS)); required,
    QUANTITY: i64 = "quantity" => Input::Number(1, 10_000); required,
    AMOUNT: i64 = "amount" => Input::Money; required; when("item", &["cash"]),
    LETTER: bool = "letter" => Input::Flag;
        when("item", &["rice", "oil", "flour", "quilt", "coat", "cash", "medicine", "masks",
            "spring_couplets", "gift_pack", "other"]),
    SIGNATURE: String = "signature" => Input::Signature; personal,
    DATE: Date = "date" => Input::PastDate; required,
    HOUSEHOLD: Id = "household" => Input::Reference(&["household"]),
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    DEPENDANT: Id = "dependant" => Input::Reference(&["dependant"]),
    PLACE: Id = "place" => Input::Reference(&["place"]),
    RECEIVER: String = "received_by" => Input::Text; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
