//! People, and care for them: visits, letters and goods, talks, places that serve.

use super::super::{Set, fold::One};
use super::later::Letter;
use crate::Id;
use crate::kinds::{gift_issue, service_log, stock_move, talk, visit};
use jiff::civil::Date;

pub fn household(one: &mut One<'_>) {
    // Who was registered later was not there yet.
    if one.was_there() {
        one.part.people.household(one.record, one.area);
    }
}

pub fn worker(one: &mut One<'_>) {
    if one.was_there() {
        one.part.people.worker(one.record, one.area);
    }
}

pub fn visit(one: &mut One<'_>) {
    let Some(day) = one.day(&visit::DATE) else {
        return;
    };
    one.count(Set::Visits, Some(day));
    let met = one.record.text(visit::SITUATION.name()) != "not_met";
    if let Some(home) = one.record.get(&visit::HOUSEHOLD).filter(|_| met) {
        let first = one.part.people.visited.entry(home).or_insert(day);
        *first = (*first).min(day);
    }
    rated(
        one,
        visit::SATISFIED.name(),
        day,
        (Set::Satisfied, Set::Rated),
    );
    let given = one.record.get(&visit::GIVEN_THEN).unwrap_or_default();
    if given.iter().any(|what| what == "letter") {
        letter(one, day, 1, Letter::Ticked);
    }
}

/// Counts an answer to the question whether somebody was satisfied.
pub fn rated(one: &mut One<'_>, field: &str, day: Date, (part, whole): (Set, Set)) {
    let said = one.record.text(field);
    let is_satisfied = said == "satisfied";
    if said.is_empty() {
        return;
    }
    one.count(whole, Some(day));
    if is_satisfied {
        one.count(part, Some(day));
    }
}

fn letter(one: &mut One<'_>, day: Date, amount: i64, letter: fn(Vec<Id>) -> Letter) {
    let fact = one.fact(Set::Letters, amount, one.area, Some(day));
    let whom = one.kind.subjects(one.record);
    one.part.later.letters.push((fact, letter(whom)));
}

pub fn gift_issue(one: &mut One<'_>) {
    let Some(day) = one.day(&gift_issue::DATE) else {
        return;
    };
    let quantity = one.record.get(&gift_issue::QUANTITY).unwrap_or(0);
    match one.record.text(gift_issue::ITEM.name()) {
        "letter" => return letter(one, day, quantity, Letter::Issued),
        "cash" => {
            let amount = one.record.get(&gift_issue::AMOUNT).unwrap_or(0);
            one.sum(Set::Cash, amount, Some(day));
        }
        _ => one.sum(Set::Goods, quantity, Some(day)),
    }
    if one.record.get(&gift_issue::LETTER) == Some(true) {
        letter(one, day, 1, Letter::Issued);
    }
}

/// What was given out at a place, to nobody by name.
pub fn stock_move(one: &mut One<'_>) {
    let Some(day) = one.day(&stock_move::DATE) else {
        return;
    };
    let given = one.record.text(stock_move::DIRECTION.name()) == "out"
        && one.record.text(stock_move::REASON.name()) == "given_on_site";
    if given {
        let quantity = one.record.get(&stock_move::QUANTITY).unwrap_or(0);
        let set = match one.record.text(stock_move::ITEM.name()) {
            "letter" => Set::Letters,
            _ => Set::Goods,
        };
        one.sum(set, quantity, Some(day));
    }
}

pub fn talk(one: &mut One<'_>) {
    if let Some(day) = one.day(&talk::DATE) {
        let people = one.record.get(&talk::ATTENDANCE).unwrap_or(0);
        one.sum(Set::Talks, people, Some(day));
    }
}

pub fn service_log(one: &mut One<'_>) {
    if let Some(day) = one.day(&service_log::DATE) {
        let people = one.record.get(&service_log::PEOPLE).unwrap_or(0);
        one.sum(Set::Served, people, Some(day));
    }
}
