//! 服务点日志: whom a place served on one day, and with what (C5).

use crate::Id;
use crate::field::Input;
use jiff::civil::Date;

crate::kind! {
    SERVICE_LOG "service_log" in Care for [] by [FieldWorker, Coordinator] is [];
    title None;
    about ["place"];
    steps None;
    // One person may have been served twice: the parts need not sum up to this.
    PEOPLE: i64 = "people" => Input::Number(0, 100_000); required,
    OLDER: i64 = "older" => Input::Number(0, 100_000),
    ADVICE: i64 = "advice" => Input::Number(0, 100_000),
    JOBS: i64 = "jobs" => Input::Number(0, 100_000),
    TRAINING: i64 = "training" => Input::Number(0, 100_000),
    RIGHTS: i64 = "rights" => Input::Number(0, 100_000),
    MEDICAL: i64 = "medical" => Input::Number(0, 100_000),
    LIVING: i64 = "living" => Input::Number(0, 100_000),
    DATE: Date = "date" => Input::PastDate; required,
    PLACE: Id = "place" => Input::Reference(&["place"]); required,
    STAFF: String = "staff" => Input::Text; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
