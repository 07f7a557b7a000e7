//! 值守排班: who stands at a station post, and when (C11).

use crate::Id;
use crate::field::Input;
use crate::kind::Steps;
use std::borrow::Cow;

pub const STEPS: &[&str] = &["planned", "present", "absent"];

crate::kind! {
    SHIFT "shift" in Travel for [Hr, Civil, Transport, Union, Youth, Rail]
        by [FieldWorker, StationVolunteer, Coordinator] is [];
    title Some("volunteer");
    about ["place"];
    steps Some(Steps { field: "step", first: "planned", open: &["planned"], clocks: &[] });
    VOLUNTEER: String = "volunteer" => Input::Text; required; personal,
    FROM: i64 = "from" => Input::Moment; required,
    UNTIL: i64 = "until" => Input::Moment; not_before("from"); required,
    STEP: String = "step" => Input::Choice(Cow::Borrowed(STEPS)),
    PHONE: String = "phone" => Input::Phone; personal,
    PLACE: Id = "place" => Input::Reference(&["place"]); required,
    POST: String = "post" => Input::Text,
    UNIT: String = "unit" => Input::Text,
    NOTE: String = "note" => Input::LongText; personal,
}
