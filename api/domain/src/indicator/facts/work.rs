//! Work and training, health, culture.

use super::super::{Set, fold::One};
use super::care::rated;
use super::later::Job;
use crate::day_of;
use crate::kinds::{
    culture_event, enrolment, exposure_survey, health_check, job_status, placement, training_wish,
    vaccination, venue_day,
};

pub fn job_status(one: &mut One<'_>) {
    let Some((day, worker)) = one
        .day(&job_status::DATE)
        .zip(one.record.get(&job_status::WORKER))
    else {
        return;
    };
    one.person(Set::Watched, Some(worker), Some(day));
    let job = Job {
        worker,
        day,
        record: one.record.id,
        looking: one.record.text(job_status::STATUS.name()) == "looking",
        movement: match one.record.text(job_status::MOVEMENT.name()) {
            "early_return" => Some(Some(Set::EarlyReturners)),
            "late_departure" => Some(Some(Set::LateLeavers)),
            "" => None,
            _ => Some(None),
        },
        fact: one.fact(Set::Looking, 1, one.area, Some(day)),
    };
    one.part.later.jobs.push(job);
}

pub fn placement(one: &mut One<'_>) {
    if one.step() != "hired" {
        return;
    }
    let Some(day) = one.within(one.stepped(&placement::STARTED)) else {
        return;
    };
    let worker = one.record.get(&placement::WORKER);
    one.person(Set::Placed, worker, Some(day));
    one.person(Set::PlacedOutOfPoverty, worker, Some(day));
    let sets = (Set::ServicesSatisfied, Set::ServicesRated);
    rated(one, placement::SATISFIED.name(), day, sets);
}

pub fn training_wish(one: &mut One<'_>) {
    if let Some(day) = one.day(&training_wish::DATE) {
        one.count(Set::TrainingWishes, Some(day));
    }
}

pub fn enrolment(one: &mut One<'_>) {
    if let Some(day) = one.day(&enrolment::DATE) {
        one.count(Set::Enrolled, Some(day));
    }
    let finished = ["finished", "certified"].contains(&one.step());
    let day = one.within(one.stepped(&enrolment::FINISHED));
    if let Some(day) = day.filter(|_| finished) {
        one.count(Set::Finished, Some(day));
        let sets = (Set::ServicesSatisfied, Set::ServicesRated);
        rated(one, enrolment::SATISFIED.name(), day, sets);
    }
}

pub fn health_check(one: &mut One<'_>) {
    if let Some(day) = one.day(&health_check::DATE) {
        one.count(Set::HealthChecks, Some(day));
    }
}

/// Only what was given: a dose that was booked or declined is help, but no vaccination.
pub fn vaccination(one: &mut One<'_>) {
    let done = one.record.text(vaccination::RESULT.name()) == "done";
    if let Some(day) = one.day(&vaccination::DATE).filter(|_| done) {
        one.count(Set::Vaccinations, Some(day));
    }
}

pub fn exposure_survey(one: &mut One<'_>) {
    let Some(day) = one.day(&exposure_survey::DATE) else {
        return;
    };
    one.count(Set::ExposureSurveys, Some(day));
    if !["", "none"].contains(&one.record.text(exposure_survey::ADVISED.name())) {
        one.count(Set::CheckUpsAdvised, Some(day));
    }
}

pub fn culture_event(one: &mut One<'_>) {
    let starts = one.record.get(&culture_event::STARTS).map(day_of);
    let day = one.within(starts).filter(|_| one.step() == "held");
    if let Some(day) = day {
        let people = one.record.get(&culture_event::ATTENDANCE).unwrap_or(0);
        one.sum(Set::Events, people, Some(day));
    }
}

pub fn venue_day(one: &mut One<'_>) {
    let open = !["", "closed"].contains(&one.record.text(venue_day::OPEN.name()));
    if let Some(day) = one.day(&venue_day::DATE).filter(|_| open) {
        let people = one.record.get(&venue_day::VISITORS).unwrap_or(0);
        one.sum(Set::VenueDays, people, Some(day));
    }
}
