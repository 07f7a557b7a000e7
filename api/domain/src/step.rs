//! Taking a matter a step further: what is written when it moves, and where it may go from here.

use crate::field::{Input, Presence};
use crate::{Kind, Record, Value, Values, day_of};

/// All steps of a kind, in the order in which a matter usually takes them.
pub fn steps(kind: &Kind) -> &'static [&'static str] {
    let field = kind
        .steps
        .as_ref()
        .and_then(|steps| kind.field(steps.field));
    match field.map(|field| &field.input) {
        Some(Input::Choice(std::borrow::Cow::Borrowed(options))) => options,
        _ => &[],
    }
}

/// The steps that an open matter may take next; a closed one is opened again by editing it.
pub fn next(kind: &'static Kind, record: &Record) -> Vec<&'static str> {
    let all = steps(kind);
    let here = kind
        .step(record)
        .and_then(|now| all.iter().position(|step| *step == now));
    match here {
        Some(here) if kind.is_open(record) => all[here + 1..].to_vec(),
        _ => Vec::new(),
    }
}

/// The cells that take a matter to a step: the step itself, and today or now in the date fields
/// that are asked from this step on and are empty yet.
pub fn advance(kind: &Kind, record: &Record, to: &str, now_ms: i64) -> Values {
    let Some(steps) = &kind.steps else {
        return Values::default();
    };
    let mut cells = Values::from([(steps.field.to_owned(), Value::from(to))]);
    for field in kind.fields {
        let begins = field
            .when
            .is_some_and(|(other, values)| other == steps.field && values.first() == Some(&to));
        let empty = record.value(&field.name).is_none_or(Value::is_empty);
        let moment = match field.input {
            Input::PastDate => Value::Text(day_of(now_ms).to_string()),
            Input::PastMoment => Value::Int(now_ms),
            _ => continue,
        };
        if begins && empty {
            cells.insert(field.name.to_string(), moment);
        }
    }
    cells
}

/// True if the step asks for something that only a person can say: what is required from here
/// on, or the answer with which a matter closes. Then the form is opened.
pub fn asks(kind: &Kind, record: &Record, to: &str) -> bool {
    let Some(steps) = &kind.steps else {
        return false;
    };
    let closes = !steps.open.contains(&to);
    kind.fields.iter().any(|field| {
        let asked = field
            .when
            .is_some_and(|(other, values)| other == steps.field && values.contains(&to));
        let empty = record.value(&field.name).is_none_or(Value::is_empty);
        let by_itself = matches!(field.input, Input::PastDate | Input::PastMoment);
        let said = field.presence == Presence::Required && !by_itself
            || closes && matches!(field.input, Input::LongText);
        asked && empty && said
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{need, wage_case};
    use crate::{Id, Stamp, start_of};
    use jiff::civil::date;

    fn now() -> i64 {
        start_of(date(2026, 1, 20)) + 3_600_000
    }

    #[test]
    fn a_case_that_is_filed_gets_its_day_and_goes_on_from_there() {
        let mut case = Record::new(Id::new(1, [1; 10]), "wage_case");
        let cells = advance(&wage_case::WAGE_CASE, &case, "filed", now());
        assert_eq!(cells["stage"], "filed".into());
        assert_eq!(cells["filed_on"], "2026-01-20".into());
        assert_eq!(cells.len(), 2);
        case.put("stage", "filed".into(), Stamp::default());
        assert_eq!(
            next(&wage_case::WAGE_CASE, &case),
            ["mediating", "hearing", "closed"]
        );
    }

    #[test]
    fn closing_a_case_asks_for_its_outcome_and_answering_a_need_for_the_answer() {
        let case = Record::new(Id::new(1, [1; 10]), "wage_case");
        assert!(asks(&wage_case::WAGE_CASE, &case, "closed"));
        assert!(!asks(&wage_case::WAGE_CASE, &case, "filed"));
        let raised = Record::new(Id::new(1, [1; 10]), "need");
        assert!(asks(&need::NEED, &raised, "done"));
        assert!(!asks(&need::NEED, &raised, "accepted"));
    }
}
