//! Which tasks a new record does: nobody ticks off by hand what they have just written down.

use crate::kinds::task;
use crate::record::DELETED;
use crate::{Kind, Record};

/// True if `made` (a new record) is what the open `task` asks for: of the kind that the task
/// names, about the same household or person.
pub fn does(made: &Record, asked: &Record) -> bool {
    let same = |field: &str| {
        let wanted = asked.text(field);
        !wanted.is_empty() && wanted == made.text(field)
    };
    asked.kind == task::TASK.name
        && task::TASK.is_open(asked)
        && made.get(&DELETED) != Some(true)
        && asked.get(&task::DO).is_some_and(|kind| kind == made.kind)
        && Kind::find(&made.kind).is_some_and(|kind| kind.about.iter().any(|field| same(field)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::visit;
    use crate::{Id, Stamp};

    fn about(kind: &str, household: Id) -> Record {
        let mut record = Record::new(Id::new(9, [9; 10]), kind);
        record.set(&visit::HOUSEHOLD, household, Stamp::default());
        record
    }

    #[test]
    fn a_visit_to_the_household_does_the_task_and_another_visit_does_not() {
        let (here, there) = (Id::new(1, [1; 10]), Id::new(2, [2; 10]));
        let mut asked = about("task", here);
        asked.set(&task::DO, "visit".to_owned(), Stamp::default());
        assert!(does(&about("visit", here), &asked));
        assert!(!does(&about("visit", there), &asked));
        assert!(!does(&about("need", here), &asked));
        let later = Stamp {
            time: 1,
            ..Stamp::default()
        };
        asked.set(&task::STEP, "done".to_owned(), later);
        assert!(!does(&about("visit", here), &asked));
    }
}
