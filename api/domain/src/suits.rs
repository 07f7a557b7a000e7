//! What one records about whom: the quick actions that suit a person, a place, a matter.

use crate::Record;

/// The kinds to record about a record, the most useful first.
pub fn suits(record: &Record) -> Vec<&'static str> {
    match record.kind.as_str() {
        "household" => vec![
            "visit",
            "gift_issue",
            "need",
            "worker",
            "dependant",
            "assistance",
            "rescue",
            "task",
        ],
        "worker" => worker(record),
        "dependant" => dependant(record),
        "employer" => vec!["inspection", "vacancy", "wage_case", "penalty"],
        "place" => place(record),
        "trip" => vec!["passenger", "vehicle_check"],
        "ticket_order" => vec!["ticket"],
        "course" => vec!["enrolment"],
        "vacancy" => vec!["placement"],
        "wage_case" => vec!["penalty", "legal_aid"],
        "assistance" | "rescue" => vec!["fund_entry"],
        _ => Vec::new(),
    }
}

fn worker(record: &Record) -> Vec<&'static str> {
    let mut kinds = vec![
        "visit",
        "job_status",
        "need",
        "travel_plan",
        "wage_case",
        "training_wish",
        "placement",
        "gift_issue",
        "health_check",
        "vaccination",
        "exposure_survey",
        "legal_aid",
        "benefit_claim",
        "assistance",
        "enrolment",
        "passenger",
        "ticket",
        "handoff",
        "dependant",
        "task",
    ];
    let first = match record.text("flow") {
        "leaving" => "travel_plan",
        "returning" => "job_status",
        _ => "visit",
    };
    if let Some(place) = kinds.iter().position(|kind| *kind == first) {
        let kind = kinds.remove(place);
        kinds.insert(0, kind);
    }
    kinds
}

fn dependant(record: &Record) -> Vec<&'static str> {
    let visit = match record.text("type") {
        "child" => "child_visit",
        _ => "elder_visit",
    };
    vec![visit, "need", "gift_issue", "rescue", "task"]
}

fn place(record: &Record) -> Vec<&'static str> {
    let mut kinds = match record.text("type") {
        "station_post" => vec!["help_log", "shift", "service_log"],
        "venue" => vec!["venue_day", "culture_event"],
        "harbour" => vec!["harbour_session", "service_log"],
        _ => vec!["service_log", "talk"],
    };
    kinds.extend(["stock_move", "gift_issue"]);
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::KINDS;
    use crate::{Id, Kind, Stamp, Value};

    fn of(kind: &str, field: &str, value: &str) -> Vec<&'static str> {
        let mut record = Record::new(Id::new(1, [1; 10]), kind);
        record.put(field, Value::from(value), Stamp::default());
        suits(&record)
    }

    #[test]
    fn a_child_is_visited_as_a_child_and_who_leaves_is_asked_for_the_journey() {
        assert_eq!(of("dependant", "type", "child")[0], "child_visit");
        assert_eq!(of("dependant", "type", "elder")[0], "elder_visit");
        assert_eq!(of("worker", "flow", "leaving")[0], "travel_plan");
    }

    #[test]
    fn what_is_offered_can_be_recorded_about_it() {
        for kind in KINDS {
            for (field, value) in [("flow", ""), ("type", "child"), ("type", "venue")] {
                for offered in of(kind.name, field, value) {
                    let offered = Kind::find(offered).expect(offered);
                    let refers = offered.fields.iter().any(|field| match field.input {
                        crate::Input::Reference(kinds) | crate::Input::References(kinds) => {
                            kinds.contains(&kind.name)
                        }
                        _ => false,
                    });
                    assert!(refers, "{} about {}", offered.name, kind.name);
                }
            }
        }
    }
}
