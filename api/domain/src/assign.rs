//! Asking many at once: one task for each household or person, and none for who has it already.

use crate::kinds::task;
use crate::record::AREA;
use crate::value::Shape;
use crate::{Area, Department, FieldSpec, Id, Kind, Record, Values};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Who is to do it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doer {
    /// Whoever goes to the houses there.
    Field,
    Person(Id),
    Department(Department),
}

impl Doer {
    /// As a form's choice writes it, and back.
    pub fn key(self) -> String {
        match self {
            Self::Field => String::new(),
            Self::Person(id) => id.to_string(),
            Self::Department(department) => department.key().to_owned(),
        }
    }

    pub fn read(key: &str) -> Self {
        let person = || Id::parse(key).map(Self::Person);
        let department = Department::parse(key).map(Self::Department);
        department.or_else(person).unwrap_or(Self::Field)
    }
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    pub what: String,
    /// The kind of which one new record does the task; one of [`task::DOES`].
    pub does: &'static str,
    pub due: Date,
    pub doer: Doer,
}

/// A household or person about whom something is asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Target {
    pub area: Area,
    pub id: Id,
    pub kind: &'static str,
}

impl Target {
    /// The sort of records that a deed is asked about: the one that its record has to name, else
    /// the household where there is a choice.
    pub fn kind_for(does: &str) -> Option<&'static str> {
        let kind = Kind::find(does)?;
        let sorts = ["household", "worker", "dependant"];
        let mut sorts = sorts.into_iter().filter(|sort| kind.about.contains(sort));
        let needed = |sort: &&str| kind.field(sort).is_some_and(FieldSpec::is_required);
        sorts.clone().find(needed).or_else(|| sorts.next())
    }

    /// True if a record of that kind can be about such a one.
    pub fn fits(&self, does: &str) -> bool {
        let named = |kind: &'static Kind| kind.about.contains(&self.kind);
        let field = task::TASK.about.contains(&self.kind);
        field && Kind::find(does).is_some_and(named)
    }
}

/// The cells of the tasks that an order makes, with the area among them; those who have an open
/// task for the same deed, and who stands twice among the targets, get none.
pub fn tasks(
    order: &Order,
    targets: impl IntoIterator<Item = Target>,
    held: &BTreeSet<Id>,
) -> Vec<Values> {
    let fits = |target: &Target| target.fits(order.does) && !held.contains(&target.id);
    let once: BTreeMap<Id, Target> = targets
        .into_iter()
        .filter(fits)
        .map(|target| (target.id, target))
        .collect();
    once.into_values()
        .map(|target| cells(order, target))
        .collect()
}

fn cells(order: &Order, target: Target) -> Values {
    let mut cells = Values::from([
        (AREA.name().to_owned(), target.area.write()),
        (task::WHAT.name().to_owned(), order.what.as_str().into()),
        (task::DO.name().to_owned(), order.does.into()),
        (task::DUE.name().to_owned(), order.due.write()),
        (target.kind.to_owned(), target.id.write()),
    ]);
    match order.doer {
        Doer::Field => None,
        Doer::Person(id) => cells.insert(task::ASSIGNEE.name().to_owned(), id.write()),
        Doer::Department(one) => cells.insert(task::DEPARTMENT.name().to_owned(), one.key().into()),
    };
    cells
}

/// About whom somebody has been asked already: the subjects of open tasks for this deed.
pub fn asked<'r>(does: &str, tasks: impl IntoIterator<Item = &'r Record>) -> BTreeSet<Id> {
    let open = |record: &&Record| {
        record.kind == task::TASK.name
            && task::TASK.is_open(record)
            && record.text(task::DO.name()) == does
    };
    let tasks = tasks.into_iter().filter(open);
    tasks
        .flat_map(|record| task::TASK.subjects(record))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stamp;
    use jiff::civil::date;

    fn home(number: u8) -> Target {
        Target {
            area: Area::parse("371721101004").unwrap(),
            id: Id::from_bytes([number; 16]),
            kind: "household",
        }
    }

    fn order(doer: Doer) -> Order {
        Order {
            what: "小年走访".to_owned(),
            does: "visit",
            due: date(2023, 1, 14),
            doer,
        }
    }

    #[test]
    fn each_household_of_a_village_is_asked_for_once() {
        let made = tasks(
            &order(Doer::Field),
            [home(1), home(2), home(1)],
            &BTreeSet::new(),
        );
        assert_eq!(made.len(), 2);
        assert_eq!(made[0]["household"], home(1).id.write());
        assert_eq!(made[0]["does"], "visit".into());
        assert_eq!(made[0]["due"], "2023-01-14".into());
        assert!(!made[0].contains_key("assignee"));
    }

    #[test]
    fn who_has_the_task_already_gets_none_and_a_done_one_does_not_count() {
        let task = |number: u8, step: &str| {
            let mut record = Record::new(Id::from_bytes([9; 16]), "task");
            record.put("household", home(number).id.write(), Stamp::default());
            record.put("does", "visit".into(), Stamp::default());
            record.put("step", step.into(), Stamp::default());
            record
        };
        let (open, done) = (task(1, "open"), task(2, "done"));
        let held = asked("visit", [&open, &done]);
        let made = tasks(&order(Doer::Field), [home(1), home(2)], &held);
        assert_eq!(made.len(), 1);
        assert_eq!(made[0]["household"], home(2).id.write());
        assert!(asked("gift_issue", [&open]).is_empty());
    }

    #[test]
    fn a_task_names_the_person_or_the_department_that_is_to_do_it() {
        let me = Id::from_bytes([7; 16]);
        for doer in [
            Doer::Field,
            Doer::Person(me),
            Doer::Department(Department::Civil),
        ] {
            assert_eq!(Doer::read(&doer.key()), doer);
        }
        let made = tasks(&order(Doer::Person(me)), [home(1)], &BTreeSet::new());
        assert_eq!(made[0]["assignee"], me.write());
        let made = tasks(
            &order(Doer::Department(Department::Civil)),
            [home(1)],
            &BTreeSet::new(),
        );
        assert_eq!(made[0]["department"], "civil".into());
    }

    #[test]
    fn a_childs_visit_is_asked_for_about_a_child_and_not_about_a_household() {
        let child = Target {
            kind: "dependant",
            ..home(3)
        };
        assert!(child.fits("child_visit") && !home(1).fits("child_visit"));
        assert!(home(1).fits("visit"));
        let sorts = ["visit", "job_status", "elder_visit"].map(Target::kind_for);
        assert_eq!(
            sorts,
            [Some("household"), Some("worker"), Some("dependant")]
        );
    }
}
