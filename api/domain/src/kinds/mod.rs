//! The registry: a new kind is one file, one line here, and its labels.

use crate::Kind;

pub mod assistance;
pub mod benefit_claim;
pub mod boarding;
pub mod bulletin;
pub mod charity_project;
pub mod child_visit;
pub mod contact;
pub mod course;
pub mod culture_event;
pub mod culture_resource;
pub mod dependant;
pub mod elder_visit;
pub mod employer;
pub mod enrolment;
pub mod exposure_survey;
pub mod fund_entry;
pub mod gift_issue;
pub mod handoff;
pub mod harbour_session;
pub mod health_check;
pub mod help_log;
pub mod household;
pub mod inspection;
pub mod job_status;
pub mod legal_aid;
pub mod need;
pub mod opinion;
pub mod passenger;
pub mod penalty;
pub mod place;
pub mod placement;
pub mod progress_note;
pub mod reading;
pub mod rescue;
pub mod service_log;
pub mod shift;
pub mod stock_move;
pub mod story;
pub mod talk;
pub mod task;
pub mod ticket;
pub mod ticket_order;
pub mod training_wish;
pub mod travel_plan;
pub mod trip;
pub mod vacancy;
pub mod vaccination;
pub mod vehicle_check;
pub mod venue_day;
pub mod visit;
pub mod wage_case;
pub mod worker;

pub static KINDS: &[&Kind] = &[
    &household::HOUSEHOLD,
    &worker::WORKER,
    &dependant::DEPENDANT,
    &employer::EMPLOYER,
    &place::PLACE,
    &visit::VISIT,
    &gift_issue::GIFT_ISSUE,
    &stock_move::STOCK_MOVE,
    &talk::TALK,
    &service_log::SERVICE_LOG,
    &bulletin::BULLETIN,
    &travel_plan::TRAVEL_PLAN,
    &ticket_order::TICKET_ORDER,
    &ticket::TICKET,
    &trip::TRIP,
    &passenger::PASSENGER,
    &vehicle_check::VEHICLE_CHECK,
    &boarding::BOARDING,
    &shift::SHIFT,
    &help_log::HELP_LOG,
    &job_status::JOB_STATUS,
    &vacancy::VACANCY,
    &placement::PLACEMENT,
    &training_wish::TRAINING_WISH,
    &course::COURSE,
    &enrolment::ENROLMENT,
    &need::NEED,
    &task::TASK,
    &reading::READING,
    &health_check::HEALTH_CHECK,
    &vaccination::VACCINATION,
    &exposure_survey::EXPOSURE_SURVEY,
    &culture_event::CULTURE_EVENT,
    &venue_day::VENUE_DAY,
    &culture_resource::CULTURE_RESOURCE,
    &benefit_claim::BENEFIT_CLAIM,
    &assistance::ASSISTANCE,
    &fund_entry::FUND_ENTRY,
    &rescue::RESCUE,
    &elder_visit::ELDER_VISIT,
    &child_visit::CHILD_VISIT,
    &harbour_session::HARBOUR_SESSION,
    &charity_project::CHARITY_PROJECT,
    &inspection::INSPECTION,
    &wage_case::WAGE_CASE,
    &penalty::PENALTY,
    &legal_aid::LEGAL_AID,
    &handoff::HANDOFF,
    &story::STORY,
    &opinion::OPINION,
    &progress_note::PROGRESS_NOTE,
    &contact::CONTACT,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Input;

    #[test]
    fn every_kind_and_field_has_a_name_of_its_own() {
        for (at, kind) in KINDS.iter().enumerate() {
            assert!(
                KINDS[..at].iter().all(|other| other.name != kind.name),
                "{}",
                kind.name
            );
            for (at, field) in kind.fields.iter().enumerate() {
                let twin = kind.fields[..at]
                    .iter()
                    .any(|other| other.name == field.name);
                assert!(
                    !twin && !field.name.ends_with('?'),
                    "{}.{}",
                    kind.name,
                    field.name
                );
            }
        }
    }

    #[test]
    fn every_name_that_a_table_mentions_exists() {
        for kind in KINDS {
            for name in kind.title.iter().chain(kind.about) {
                assert!(kind.field(name).is_some(), "{}.{name}", kind.name);
            }
            if let Some(steps) = &kind.steps {
                let field = kind.field(steps.field).expect(steps.field);
                let Input::Choice(options) = &field.input else {
                    panic!("{}", kind.name)
                };
                assert!(options.contains(&steps.first));
                assert!(steps.open.iter().all(|step| options.contains(step)));
            }
            for field in kind.fields {
                if let Some((other, values)) = field.when {
                    let other = kind.field(other).expect(other);
                    let (Input::Choice(options) | Input::Choices(options)) = &other.input else {
                        panic!("{}.{}", kind.name, field.name)
                    };
                    assert!(values.iter().all(|value| options.contains(value)));
                }
                if let Some(other) = field.not_before {
                    let other = kind.field(other).expect(other);
                    let of = |input: &Input| match input {
                        Input::Date | Input::PastDate => 0,
                        Input::Moment | Input::PastMoment => 1,
                        _ => 2,
                    };
                    assert_eq!(
                        of(&other.input),
                        of(&field.input),
                        "{}.{}",
                        kind.name,
                        field.name
                    );
                }
                if let Input::Reference(kinds) | Input::References(kinds) = field.input {
                    assert!(kinds.iter().all(|name| Kind::find(name).is_some()));
                }
            }
        }
    }
}
