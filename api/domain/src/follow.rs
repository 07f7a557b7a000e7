//! What follows from a record by itself, so that nobody writes the same thing twice: a task is
//! done, a need goes to its department, a risk is known anew, a claimant is helped to find work.

use crate::kinds::{need, task};
use crate::value::Shape;
use crate::{Id, Kind, Record, Value, Values};
use jiff::civil::Date;

/// One thing that follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Another record gets other values.
    Write(Id, Values),
    /// A record is made about the same person.
    Make(Made),
}

/// A record that follows from another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    pub kind: &'static Kind,
    /// The record that it is about: its area is the new one's.
    pub about: Id,
    pub cells: Values,
    /// A field that is to hold a label's words: (field, label).
    pub says: Option<(&'static str, String)>,
}

/// Days after which somebody asks whether a claimant has found work (C43).
const JOB_STATUS_WITHIN_DAYS: i64 = 7;

/// What follows when a record is made (`before` is `None`) or changed; `tasks` are the open tasks
/// about the same people.
pub fn follow(
    before: Option<&Record>,
    after: &Record,
    tasks: &[Record],
    today: Date,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    if before.is_none() {
        effects.extend(tasks_done(after, tasks, today));
        effects.extend(needs_raised(after));
        effects.extend(risk_seen(after));
    }
    effects.extend(work_for_claimants(before, after, tasks, today));
    effects
}

fn tasks_done<'a>(
    made: &'a Record,
    tasks: &'a [Record],
    today: Date,
) -> impl Iterator<Item = Effect> + 'a {
    let done = tasks.iter().filter(|task| crate::task::does(made, task));
    done.map(move |task| {
        let cells = [
            (task::STEP.name().to_owned(), Value::from("done")),
            (task::DONE.name().to_owned(), today.write()),
        ];
        Effect::Write(task.id, cells.into())
    })
}

/// What a visitor ticks as needed is a need of its own, on its way to who can answer it (C6).
fn needs_raised(made: &Record) -> Vec<Effect> {
    let topics: Vec<String> = made
        .value("needs")
        .and_then(Shape::read)
        .unwrap_or_default();
    let about = ["worker", "dependant", "household"];
    let subject = about.iter().find_map(|field| Id::read(made.value(field)?));
    let (Some(subject), Some(kind)) = (subject, Kind::find(&made.kind)) else {
        return Vec::new();
    };
    let need_of = |topic: &String| {
        let department = department_for(topic)?;
        let mut cells: Values = about
            .iter()
            .filter_map(|field| Some(((*field).to_owned(), made.value(field)?.clone())))
            .collect();
        cells.insert(need::DEPARTMENT.name().to_owned(), department.into());
        cells.insert(need::TOPIC.name().to_owned(), topic.as_str().into());
        Some(Effect::Make(Made {
            kind: &need::NEED,
            about: subject,
            cells,
            says: Some(("what", format!("{}.needs.{topic}", kind.name))),
        }))
    };
    topics.iter().filter_map(need_of).collect()
}

/// The department that answers needs of a topic; the person who routes it may choose another.
fn department_for(topic: &str) -> Option<&'static str> {
    Some(match topic {
        "job" | "training" | "wages" => "hr",
        "medical" => "health",
        "schooling" | "child_care" => "youth",
        "housing" => "rural",
        "relief" | "elder_care" => "civil",
        "legal" => "justice",
        "travel" => "transport",
        _ => return None,
    })
}

/// A visit says anew how much a child or an elder is at risk; the next visit is due by that.
fn risk_seen(made: &Record) -> Option<Effect> {
    if !["elder_visit", "child_visit"].contains(&made.kind.as_str()) {
        return None;
    }
    let dependant = Id::read(made.value("dependant")?)?;
    let risk = made.value("risk")?.clone();
    let cells = Values::from([("risk".to_owned(), risk)]);
    Some(Effect::Write(dependant, cells))
}

/// Opening or closing a wage case raises the question whether its claimants have work (C43).
fn work_for_claimants(
    before: Option<&Record>,
    after: &Record,
    tasks: &[Record],
    today: Date,
) -> Vec<Effect> {
    let closed = |record: &Record| record.text("stage") == "closed";
    let turned = match before {
        None => true,
        Some(before) => !closed(before) && closed(after),
    };
    if after.kind != "wage_case" || !turned {
        return Vec::new();
    }
    let claimants: Vec<Id> = after
        .value("claimants")
        .and_then(Shape::read)
        .unwrap_or_default();
    let asked = |worker: &Id| {
        let own = |task: &&Record| {
            Id::parse(task.text("worker")) == Some(*worker)
                && task.text(task::DO.name()) == "job_status"
                && task::TASK.is_open(task)
        };
        tasks.iter().find(own).is_some()
    };
    let due = today.saturating_add(jiff::Span::new().days(JOB_STATUS_WITHIN_DAYS));
    let task_for = |worker: Id| {
        let cells = [
            ("worker".to_owned(), worker.write()),
            (task::DO.name().to_owned(), "job_status".into()),
            (task::DUE.name().to_owned(), due.write()),
        ];
        Effect::Make(Made {
            kind: &task::TASK,
            about: worker,
            cells: cells.into(),
            says: Some(("what", "task.after_wage_case".to_owned())),
        })
    };
    claimants
        .into_iter()
        .filter(|worker| !asked(worker))
        .map(task_for)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stamp;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 2, 10);

    fn record(kind: &str, cells: &[(&str, Value)]) -> Record {
        let mut record = Record::new(Id::new(9, [9; 10]), kind);
        for (name, value) in cells {
            record.put(name, value.clone(), Stamp::default());
        }
        record
    }

    fn id(number: u8) -> Value {
        Id::new(1, [number; 10]).write()
    }

    #[test]
    fn what_is_ticked_at_a_visit_goes_to_the_departments_that_answer_it() {
        let needs = Value::List(vec!["medical".into(), "job".into()]);
        let visit = record(
            "visit",
            &[("household", id(1)), ("worker", id(2)), ("needs", needs)],
        );
        let effects = follow(None, &visit, &[], TODAY);
        let departments: Vec<_> = effects
            .iter()
            .map(|effect| match effect {
                Effect::Make(made) => (made.kind.name, made.cells["department"].clone()),
                Effect::Write(..) => panic!("nothing else is written"),
            })
            .collect();
        assert_eq!(
            departments,
            [("need", "health".into()), ("need", "hr".into())]
        );
        assert_eq!(follow(Some(&visit), &visit, &[], TODAY), []);
    }

    #[test]
    fn a_visit_to_a_child_sets_the_risk_by_which_the_next_is_due() {
        let visit = record(
            "child_visit",
            &[("dependant", id(3)), ("risk", "high".into())],
        );
        let risk = Values::from([("risk".to_owned(), Value::from("high"))]);
        let child = Id::new(1, [3; 10]);
        assert_eq!(
            follow(None, &visit, &[], TODAY),
            [Effect::Write(child, risk)]
        );
    }

    #[test]
    fn each_claimant_of_a_wage_case_is_asked_for_work_once_when_it_opens_and_when_it_closes() {
        let claimants = Value::List(vec![id(1), id(2)]);
        let opened = record("wage_case", &[("claimants", claimants.clone())]);
        let raised = follow(None, &opened, &[], TODAY);
        assert_eq!(raised.len(), 2);
        let open_task = record("task", &[("worker", id(1)), ("does", "job_status".into())]);
        let closed = record(
            "wage_case",
            &[("claimants", claimants), ("stage", "closed".into())],
        );
        assert_eq!(follow(Some(&opened), &closed, &[open_task], TODAY).len(), 1);
        assert_eq!(follow(Some(&closed), &closed, &[], TODAY), []);
    }
}
