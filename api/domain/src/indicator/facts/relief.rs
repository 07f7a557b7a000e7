//! Relief: benefits, assistance, rescue and the reserve fund; elders and children left behind.

use super::super::{Set, fold::One};
use crate::due::limit;
use crate::kinds::{
    assistance, benefit_claim, charity_project, child_visit, elder_visit, fund_entry,
    harbour_session, rescue,
};
use crate::{day_of, start_of};

pub fn benefit_claim(one: &mut One<'_>) {
    let granted = ["granted", "paid"].contains(&one.step());
    let decided = granted || one.step() == "refused";
    let on = one.stepped(&benefit_claim::DECIDED).filter(|_| decided);
    if let Some(day) = one.within(on).filter(|_| granted) {
        let worker = one.record.get(&benefit_claim::WORKER);
        one.person(Set::BenefitPeople, worker, Some(day));
        let amount = one.record.get(&benefit_claim::AMOUNT).unwrap_or(0);
        one.sum(Set::BenefitsGranted, amount, Some(day));
    }
    let limit = limit(one.record, "applied", one.campaign);
    let kept = one.clock(limit, on.map(start_of));
    one.kept(kept, Set::BenefitsInTime, Set::BenefitsDecidedOrLate);
}

pub fn assistance(one: &mut One<'_>) {
    let granted = one.step() == "granted";
    let decided = granted || one.step() == "refused";
    let on = one.stepped(&assistance::DECIDED).filter(|_| decided);
    if let Some(day) = one.within(on).filter(|_| granted) {
        let people = one.record.get(&assistance::PEOPLE).unwrap_or(1);
        one.sum(Set::AssistanceGranted, people, Some(day));
        let amount = one.record.get(&assistance::AMOUNT).unwrap_or(0);
        one.sum(Set::AssistancePaid, amount, Some(day));
    }
    let limit = limit(one.record, "applied", one.campaign);
    let kept = one.clock(limit, on.map(start_of));
    one.kept(kept, Set::AssistanceInTime, Set::AssistanceDecidedOrLate);
}

pub fn rescue(one: &mut One<'_>) {
    let reported = one.record.get(&rescue::REPORTED);
    let day = one.within(reported.map_or(Some(one.made()), |ms| Some(day_of(ms))));
    if day.is_some() {
        one.count(Set::Rescues, day);
        let amount = one.record.get(&rescue::AMOUNT).unwrap_or(0);
        one.sum(Set::RescuePaid, amount, day);
    }
    let responded = one.step() != "reported";
    let at = one.record.get(&rescue::RESPONDED);
    let at = at.or_else(|| one.step_written().map(start_of));
    let limit = limit(one.record, "reported", one.campaign);
    let kept = one.clock(limit, at.filter(|_| responded));
    one.kept(kept, Set::RescuesInTime, Set::RescuesAnsweredOrLate);
}

/// The balance when the period ended: all entries until then.
pub fn fund_entry(one: &mut One<'_>) {
    let day = one.record.get(&fund_entry::DATE).unwrap_or(one.made());
    if let Some(sum) = crate::fund::signed(one.record).filter(|_| day <= one.period.until) {
        one.sum(Set::Fund, sum, None);
    }
}

pub fn dependant(one: &mut One<'_>) {
    if one.was_there() {
        one.part.people.dependant(one.record, one.area);
    }
}

pub fn dependant_visit(one: &mut One<'_>) {
    let whom = one.record.get(&child_visit::DEPENDANT);
    let day = one.record.get(&child_visit::DATE);
    let is_child = one.kind.name == child_visit::CHILD_VISIT.name;
    let met = is_child || one.record.text(elder_visit::WELL.name()) != "not_met";
    let Some((whom, day)) = whom.zip(day).filter(|_| met) else {
        return;
    };
    if day <= one.period.until {
        let days = one.part.later.visits.entry((whom, is_child)).or_default();
        days.insert(day);
    }
}

pub fn harbour_session(one: &mut One<'_>) {
    if let Some(day) = one.day(&harbour_session::DATE) {
        let children = one.record.get(&harbour_session::CHILDREN).unwrap_or(0);
        one.sum(Set::HarbourSessions, children, Some(day));
    }
}

/// The hours of projects that had begun by the end of the period and were not over before it.
pub fn charity_project(one: &mut One<'_>) {
    let begun = one.record.get(&charity_project::FROM);
    let over = one.record.get(&charity_project::UNTIL);
    let ran = begun.is_some_and(|day| day <= one.period.until)
        && over.is_none_or(|day| day >= one.period.from);
    if ran && one.step() != "planned" {
        let hours = one.record.get(&charity_project::HOURS).unwrap_or(0);
        one.sum(Set::VolunteerHours, hours, None);
    }
}
