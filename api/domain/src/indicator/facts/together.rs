//! Working together: needs, handoffs, opinions, tasks.

use super::super::Set;
use super::super::fold::{Kept, One};
use crate::due::limit;
use crate::kinds::{handoff, need, opinion, task};
use crate::record::{FROM_AREA, TO_AREA};
use crate::{day_of, start_of};

pub fn need(one: &mut One<'_>) {
    let Some(raised) = one.within(Some(one.made())) else {
        return;
    };
    one.count(Set::Needs, Some(raised));
    let answered = ["accepted", "declined", "done"].contains(&one.step());
    if answered {
        one.count(Set::Answered, Some(raised));
    }
    let limit = limit(one.record, "open", one.campaign);
    // An answer without a day is one in time: nobody can tell that it was late.
    let on = one.record.get(&need::ANSWERED).map_or(i64::MIN, start_of);
    let kept = one.clock(limit, answered.then_some(on));
    of_raised(
        one,
        kept,
        raised,
        (Set::AnsweredInTime, Set::AnsweredOrLate),
    );
}

/// Counts a clock on the day on which the matter came up.
fn of_raised(one: &mut One<'_>, kept: Kept, raised: jiff::civil::Date, (part, whole): (Set, Set)) {
    if kept != Kept::Running {
        one.count(whole, Some(raised));
    }
    if matches!(kept, Kept::InTime(_)) {
        one.count(part, Some(raised));
    }
}

/// Offered by the one area, accepted by the other.
pub fn handoff(one: &mut One<'_>) {
    if let Some(day) = one.within(Some(one.made())) {
        let from = one.record.get(&FROM_AREA).unwrap_or(one.area);
        one.put(Set::HandoffsOffered, 1, from, Some(day));
    }
    let accepted = ["accepted", "closed"].contains(&one.step());
    if let Some(day) = one
        .within(one.stepped(&handoff::ANSWERED))
        .filter(|_| accepted)
    {
        let to = one.record.get(&TO_AREA).unwrap_or(one.area);
        one.put(Set::HandoffsAccepted, 1, to, Some(day));
    }
}

pub fn opinion(one: &mut One<'_>) {
    let seen = one.record.get(&opinion::SEEN_AT).map(day_of);
    let Some(day) = one.within(seen.or(Some(one.made()))) else {
        return;
    };
    one.count(Set::Opinions, Some(day));
    let answered = ["answered", "closed"].contains(&one.step());
    let at = one.record.get(&opinion::ANSWERED);
    let at = at.or_else(|| one.step_written().map(start_of));
    let limit = limit(one.record, "seen", one.campaign);
    let kept = one.clock(limit, at.filter(|_| answered));
    of_raised(
        one,
        kept,
        day,
        (Set::OpinionsInTime, Set::OpinionsAnsweredOrLate),
    );
}

pub fn task(one: &mut One<'_>) {
    match one.step() {
        "open" if one.was_there() => one.count(Set::TasksOpen, None),
        "done" => {
            if let Some(day) = one.day(&task::DONE) {
                one.count(Set::TasksDone, Some(day));
            }
        }
        _ => {}
    }
}
