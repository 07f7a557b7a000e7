//! 用人单位: who employs workers, guided and held to the law (C17, C39, C41).

use crate::Area;
use crate::area::Level;
use crate::field::Input;
use std::borrow::Cow;

pub const TRADES: &[&str] = &[
    "construction",
    "manufacturing",
    "catering",
    "retail",
    "transport",
    "delivery",
    "domestic",
    "farming",
    "mining",
    "labour_agency",
    "other",
];

crate::kind! {
    EMPLOYER "employer" in People for [Hr, Justice, Union] by [FieldWorker, Coordinator] is [Published];
    title Some("name");
    about [];
    steps None;
    NAME: String = "name" => Input::Text; required,
    TRADE: String = "trade" => Input::Choice(Cow::Borrowed(TRADES)),
    AREA: Area = "area" => Input::Area(Level::County); required,
    PROJECT: String = "project" => Input::Text; when("trade", &["construction"]),
    CONTACT: String = "contact" => Input::Text; personal,
    PHONE: String = "phone" => Input::Phone; personal,
    CREDIT_CODE: String = "credit_code" => Input::CreditCode,
    HEAD: String = "head" => Input::Text; personal,
    ADDRESS: String = "address" => Input::Text,
    WORKERS: i64 = "workers" => Input::Number(0, 1_000_000),
    MIGRANTS: i64 = "migrant_workers" => Input::Number(0, 1_000_000),
    NOTE: String = "note" => Input::LongText; personal,
}
