//! 已读回执: somebody has read a bulletin (C8).

use crate::Id;
use crate::field::Input;

crate::kind! {
    READING "reading" in Together for [] by [FieldWorker, StationVolunteer, Coordinator]
        is [AppendOnly];
    title None;
    about ["bulletin"];
    steps None;
    BULLETIN: Id = "bulletin" => Input::Reference(&["bulletin"]); required,
    AT: i64 = "at" => Input::PastMoment; required,
    // A volunteer's grant reaches only what names the own place or trip.
    PLACE: Id = "place" => Input::Reference(&["place", "trip"]),
    NOTE: String = "note" => Input::LongText; personal,
}
