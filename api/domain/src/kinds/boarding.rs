//! 乘车登记: somebody of the manifest has come aboard, ticked off on any phone (C14, C15).

use crate::Id;
use crate::field::Input;
use std::borrow::Cow;

/// Ticked off in the list, or by the code that the passenger shows.
pub const WAYS: &[&str] = &["list", "qr"];

crate::kind! {
    BOARDING "boarding" in Travel for [Hr, Police, Transport]
        by [FieldWorker, StationVolunteer, Coordinator] is [AppendOnly];
    title None;
    about ["worker", "trip"];
    steps None;
    PASSENGER: Id = "passenger" => Input::Reference(&["passenger"]); required,
    BRIEFED: bool = "briefed" => Input::Flag,
    BY: String = "by" => Input::Choice(Cow::Borrowed(WAYS)); required,
    AT: i64 = "at" => Input::PastMoment; required,
    TRIP: Id = "trip" => Input::Reference(&["trip"]); required,
    WORKER: Id = "worker" => Input::Reference(&["worker"]),
    // Rows are never edited: a later row with this puts right who was ticked off by mistake.
    TAKEN_BACK: bool = "taken_back" => Input::Flag,
    NOTE: String = "note" => Input::LongText; personal,
}
