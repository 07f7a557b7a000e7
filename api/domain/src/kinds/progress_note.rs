//! 工作动态: what a department did in an area, in words; figures come from the records (C50).

use crate::Area;
use crate::area::Level;
use crate::field::Input;
use jiff::civil::Date;
use std::borrow::Cow;

/// The period that ends with the note's date.
pub const PERIODS: &[&str] = &["day", "week", "month", "campaign"];

crate::kind! {
    PROGRESS_NOTE "progress_note" in Together for [] by [FieldWorker, Coordinator] is [];
    title Some("what");
    about [];
    steps None;
    WHAT: String = "what" => Input::LongText; required,
    DEPARTMENT: String = "department" => Input::Department; required,
    PERIOD: String = "period" => Input::Choice(Cow::Borrowed(PERIODS)); required,
    DATE: Date = "date" => Input::PastDate; required,
    AREA: Area = "area" => Input::Area(Level::Province); required,
    PROBLEMS: String = "problems" => Input::LongText,
    NEXT: String = "next" => Input::LongText,
    EXPERIENCE: String = "experience" => Input::LongText,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
