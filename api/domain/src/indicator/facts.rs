//! What one record says by itself, kind by kind.

mod care;
mod later;
mod relief;
mod rights;
mod together;
mod travel;
mod work;

pub(super) use later::{Later, Settling};

use super::fold::One;

/// How records of a kind are counted; `None` if they are not.
pub(super) fn of(kind: &str) -> Option<fn(&mut One<'_>)> {
    Some(match kind {
        "household" => care::household,
        "worker" => care::worker,
        "visit" => care::visit,
        "gift_issue" => care::gift_issue,
        "stock_move" => care::stock_move,
        "talk" => care::talk,
        "service_log" => care::service_log,
        "ticket_order" => travel::ticket_order,
        "ticket" => travel::ticket,
        "trip" => travel::trip,
        "passenger" | "boarding" => travel::aboard,
        "vehicle_check" => travel::vehicle_check,
        "help_log" => travel::help_log,
        "job_status" => work::job_status,
        "placement" => work::placement,
        "training_wish" => work::training_wish,
        "enrolment" => work::enrolment,
        "health_check" => work::health_check,
        "vaccination" => work::vaccination,
        "exposure_survey" => work::exposure_survey,
        "culture_event" => work::culture_event,
        "venue_day" => work::venue_day,
        "benefit_claim" => relief::benefit_claim,
        "assistance" => relief::assistance,
        "rescue" => relief::rescue,
        "fund_entry" => relief::fund_entry,
        "dependant" => relief::dependant,
        "elder_visit" | "child_visit" => relief::dependant_visit,
        "harbour_session" => relief::harbour_session,
        "charity_project" => relief::charity_project,
        "wage_case" => rights::wage_case,
        "inspection" => rights::inspection,
        "penalty" => rights::penalty,
        "legal_aid" => rights::legal_aid,
        "need" => together::need,
        "handoff" => together::handoff,
        "opinion" => together::opinion,
        "task" => together::task,
        _ => return None,
    })
}
