//! When something has to be done: a task's day, a matter's clock.

use crate::kinds::task;
use crate::value::Shape;
use crate::{Campaign, Kind, Record, Value, start_of};

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
    let step = kind.step(record)?;
    let steps = kind.steps.as_ref()?;
    let clock = steps.clocks.iter().find(|clock| clock.step == step)?;
    let since = clock.since.and_then(|field| moment(record.value(field)?));
    let span = campaign.clock(setting(record, clock.name))?;
    Some(campaign.runs_out(span, since.unwrap_or(record.id.time_ms())))
}

/// The setting that holds for this record: what is urgent has a clock of its own.
fn setting<'c>(record: &Record, clock: &'c str) -> &'c str {
    let is = |field, value| record.text(field) == value;
    match clock {
        "need_accepted" if is("urgency", "urgent") => "urgent_need_accepted",
        "assistance_decided" if is("type", "temporary") => "temporary_relief_decided",
        other => other,
    }
}

fn moment(value: &Value) -> Option<i64> {
    i64::read(value).or_else(|| jiff::civil::Date::read(value).map(start_of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::need;
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
