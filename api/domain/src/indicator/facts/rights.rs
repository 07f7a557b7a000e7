//! Rights: wage cases with their four stages, inspections, penalties, legal aid.

use super::super::{Set, fold::One};
use super::care::rated;
use crate::due::{due, limit};
use crate::kinds::{inspection, legal_aid, penalty, wage_case};
use crate::{Campaign, Record, start_of};

const SERVICES: (Set, Set) = (Set::ServicesSatisfied, Set::ServicesRated);

pub fn wage_case(one: &mut One<'_>) {
    let received = one.record.get(&wage_case::RECEIVED).unwrap_or(one.made());
    if let Some(day) = one.within(Some(received)) {
        let people = one.record.get(&wage_case::PEOPLE).unwrap_or(0);
        let owed = one.record.get(&wage_case::OWED).unwrap_or(0);
        one.count(Set::WageCases, Some(day));
        one.sum(Set::WagePeople, people, Some(day));
        one.sum(Set::WageOwed, owed, Some(day));
    }
    if one.step() == "closed" {
        return closed(one);
    }
    let limit = due(one.record, one.campaign);
    let late = matches!(one.clock(limit, None), super::super::fold::Kept::Late(_));
    if received > one.period.until {
        return;
    }
    let stage = match one.step() {
        "filed" => Set::WageFiled,
        "mediating" => Set::WageMediating,
        "hearing" => Set::WageHearing,
        _ => Set::WageReceived,
    };
    one.count(stage, None);
    if late {
        one.count(Set::WageOverdue, None);
    }
}

fn closed(one: &mut One<'_>) {
    let Some(day) = one.within(one.stepped(&wage_case::CLOSED)) else {
        return;
    };
    let recovered = one.record.get(&wage_case::RECOVERED).unwrap_or(0);
    one.sum(Set::WageClosed, recovered, Some(day));
    if kept_every_clock(one.record, one.campaign) {
        one.count(Set::WageClosedInTime, Some(day));
    }
    rated(one, wage_case::SATISFIED.name(), day, SERVICES);
}

/// True if a closed case left each stage that it went through before its time was up.
fn kept_every_clock(case: &Record, campaign: &Campaign) -> bool {
    let stages = [
        ("received", &wage_case::RECEIVED),
        ("filed", &wage_case::FILED),
        ("mediating", &wage_case::MEDIATING),
        ("hearing", &wage_case::HEARING),
        ("closed", &wage_case::CLOSED),
    ];
    let came = stages.map(|(stage, key)| (stage, case.get(key)));
    let taken: Vec<_> = came.iter().filter(|(_, day)| day.is_some()).collect();
    taken.windows(2).all(|pair| {
        let limit = limit(case, pair[0].0, campaign);
        let left = pair[1].1.map(start_of);
        left.zip(limit).is_none_or(|(left, limit)| left < limit)
    })
}

pub fn inspection(one: &mut One<'_>) {
    if let Some(day) = one.day(&inspection::DATE) {
        one.count(Set::Inspections, Some(day));
    }
}

pub fn penalty(one: &mut One<'_>) {
    if let Some(day) = one.day(&penalty::DATE) {
        let amount = one.record.get(&penalty::AMOUNT).unwrap_or(0);
        one.sum(Set::Penalties, amount, Some(day));
    }
}

pub fn legal_aid(one: &mut One<'_>) {
    if let Some(day) = one.day(&legal_aid::ASKED) {
        one.count(Set::LegalAid, Some(day));
    }
    let granted = ["granted", "in_hand", "closed"].contains(&one.step());
    if let Some(day) = one
        .within(one.stepped(&legal_aid::DECIDED))
        .filter(|_| granted)
    {
        one.count(Set::LegalAidGranted, Some(day));
    }
    if let Some(day) = one.within(one.stepped(&legal_aid::CLOSED))
        && one.step() == "closed"
    {
        rated(one, legal_aid::SATISFIED.name(), day, SERVICES);
    }
}
