//! When something has to be done: a task's day, a matter's clock.

use crate::kinds::{need, task};
use crate::{Campaign, Kind, Record, start_of};

/// The moment (ms since 1970 UTC) by which an open record has to go on; `None` if nothing runs.
pub fn due(record: &Record, campaign: &Campaign) -> Option<i64> {
    let kind = Kind::find(&record.kind)?;
    if !kind.is_open(record) {
        return None;
    }
    if let Some(day) = record
        .get(&task::DUE)
        .filter(|_| record.kind == task::TASK.name)
    {
        return Some(start_of(day) + 86_400_000);
    }
    let steps = kind.steps.as_ref()?;
    let waits_for_the_first_step = kind.step(record) == Some(steps.first);
    let span = campaign.clock(steps.clock.filter(|_| waits_for_the_first_step)?)?;
    let started = record.id.time_ms();
    if record.get(&need::URGENCY).as_deref() == Some("urgent") {
        return Some(start_of(crate::day_of(started)) + 86_400_000);
    }
    Some(campaign.runs_out(span, started))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Area, Id, Stamp};
    use jiff::civil::date;

    fn campaign() -> Campaign {
        let shandong = Area::parse("37").unwrap();
        let (from, until) = (date(2023, 1, 1), date(2023, 2, 28));
        Campaign::new(Id::new(0, [0; 10]), "春暖行动", shandong, from, until)
    }

    fn need_of(day: jiff::civil::Date) -> Record {
        Record::new(Id::new(start_of(day) + 9 * 3_600_000, [0; 10]), "need")
    }

    #[test]
    fn a_need_raised_before_the_holiday_waits_two_working_days_and_an_urgent_one_none() {
        let mut record = need_of(date(2023, 1, 20));
        assert_eq!(due(&record, &campaign()), Some(start_of(date(2023, 1, 30))));
        record.set(&need::URGENCY, "urgent".to_owned(), Stamp::default());
        assert_eq!(due(&record, &campaign()), Some(start_of(date(2023, 1, 21))));
        record.set(&need::STEP, "accepted".to_owned(), Stamp::default());
        assert_eq!(due(&record, &campaign()), None);
    }

    #[test]
    fn a_task_is_due_until_its_day_ends() {
        let mut record = Record::new(Id::new(0, [0; 10]), "task");
        record.set(&task::DUE, date(2023, 1, 14), Stamp::default());
        assert_eq!(due(&record, &campaign()), Some(start_of(date(2023, 1, 15))));
    }
}
