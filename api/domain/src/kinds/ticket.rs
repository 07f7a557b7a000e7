//! 购票人: one passenger's ticket of a group order (C10).

use super::worker;
use crate::Id;
use crate::field::Input;
use crate::kind::Steps;
use std::borrow::Cow;

pub const STEPS: &[&str] = &["wanted", "bought", "issued", "refunded"];

crate::kind! {
    TICKET "ticket" in Travel for [Hr, Transport, Union, Rail] by [FieldWorker, Coordinator] is [];
    title Some("name");
    about ["worker", "order"];
    steps Some(Steps { field: "step", first: "wanted", open: &["wanted", "bought"], clocks: &[] });
    NAME: String = "name" => Input::Text; required; personal,
    PHONE: String = "phone" => Input::Phone; personal,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    ORDER: Id = "order" => Input::Reference(&["ticket_order"]); required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    DOCUMENT: String = "document" => Input::Choice(Cow::Borrowed(worker::DOCUMENTS)),
    ID_NUMBER: String = "id_number" => Input::IdNumber { document: "document" }; sensitive,
    BOARDS: String = "boards_at" => Input::Text,
    ALIGHTS: String = "alights_at" => Input::Text,
    SEAT: String = "seat" => Input::Text,
    PRICE: i64 = "price" => Input::Money; when("step", &["bought", "issued", "refunded"]),
    NOTE: String = "note" => Input::LongText; personal,
}
