//! 车辆安全检查: what has to be in order before a trip departs (C13).

use crate::field::Input;
use crate::{Id, Record};
use jiff::civil::Date;
use std::borrow::Cow;

pub const RESULTS: &[&str] = &["pass", "fail"];
/// The fields that are passed or failed.
pub const ITEMS: &[&str] = &[
    "brakes",
    "tyres",
    "lights",
    "belts",
    "extinguisher",
    "exits",
    "documents",
    "driver_rested",
    "driver_sober",
];

const RESULT: Input = Input::Choice(Cow::Borrowed(RESULTS));

crate::kind! {
    VEHICLE_CHECK "vehicle_check" in Travel for [Police, Transport] by [FieldWorker, Coordinator] is [];
    title None;
    about ["trip"];
    steps None;
    BRAKES: String = "brakes" => RESULT; required,
    TYRES: String = "tyres" => RESULT; required,
    LIGHTS: String = "lights" => RESULT; required,
    BELTS: String = "belts" => RESULT; required,
    EXTINGUISHER: String = "extinguisher" => RESULT; required,
    EXITS: String = "exits" => RESULT; required,
    DOCUMENTS: String = "documents" => RESULT; required,
    RESTED: String = "driver_rested" => RESULT; required,
    SOBER: String = "driver_sober" => RESULT; required,
    INSPECTOR: String = "inspector" => Input::Text; required; personal,
    DATE: Date = "date" => Input::PastDate; required,
    TRIP: Id = "trip" => Input::Reference(&["trip"]); required,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    NOTE: String = "note" => Input::LongText; personal,
}

/// True if every item was passed; one that was not looked at does not pass.
pub fn passes(record: &Record) -> bool {
    !record.is_deleted() && ITEMS.iter().all(|item| record.text(item) == "pass")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stamp;

    fn checked(result: impl Fn(&str) -> Option<&'static str>) -> Record {
        let mut record = Record::new(Id::new(1, [0; 10]), VEHICLE_CHECK.name);
        for item in ITEMS {
            if let Some(result) = result(item) {
                record.put(item, result.into(), Stamp::default());
            }
        }
        record
    }

    #[test]
    fn a_bus_passes_only_if_everything_was_looked_at_and_found_right() {
        assert!(passes(&checked(|_| Some("pass"))));
        let worn = |item: &str| Some(if item == "tyres" { "fail" } else { "pass" });
        assert!(!passes(&checked(worn)));
        let forgotten = |item: &str| (item != "driver_sober").then_some("pass");
        assert!(!passes(&checked(forgotten)));
    }

    #[test]
    fn every_item_is_asked_and_nothing_else_is_passed_or_failed() {
        let asked = VEHICLE_CHECK.fields.iter().filter(|f| f.input == RESULT);
        let asked: Vec<&str> = asked.map(|field| field.name.as_ref()).collect();
        assert_eq!(asked, ITEMS);
    }
}
