//! When something has to be done: a task's day, a matter's clock.

use crate::kinds::task;
use crate::value::Shape;
use crate::{Campaign, Kind, Record, Value, day_of, start_of};
use jiff::civil::Date;

/// The moment (ms since 1970 UTC) by which an open record has to go on; `None` if nothing runs.
pub fn due(record: &Record, campaign: &Campaign) -> Option<i64> {
    clock(record, campaign).map(|clock| clock.due)
}

/// A clock that runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clock {
    /// Its name among the campaign's settings; `task` for a task's day.
    pub name: &'static str,
    /// When it runs out, in milliseconds since 1970 UTC.
    pub due: i64,
}

/// The clock that runs for an open record. Visits to elders and children are no record's clock: see
/// [`visit_due`].
pub fn clock(record: &Record, campaign: &Campaign) -> Option<Clock> {
    let kind = Kind::find(&record.kind)?;
    if !kind.is_open(record) {
        return None;
    }
    if let Some(day) = record
        .get(&task::DUE)
        .filter(|_| record.kind == task::TASK.name)
    {
        return Some(Clock {
            name: task::TASK.name,
            due: start_of(day) + 86_400_000,
        });
    }
    of_step(record, kind.step(record)?, campaign)
}

/// The moment by which a record has to leave a step, or had to leave it; `None` if no clock runs
/// there.
pub fn limit(record: &Record, step: &str, campaign: &Campaign) -> Option<i64> {
    of_step(record, step, campaign).map(|clock| clock.due)
}

fn of_step(record: &Record, step: &str, campaign: &Campaign) -> Option<Clock> {
    let steps = Kind::find(&record.kind)?.steps.as_ref()?;
    let clock = steps.clocks.iter().find(|clock| clock.step == step)?;
    let since = clock.since.and_then(|field| moment(record.value(field)?));
    let name = setting(record, clock.name);
    let due = campaign.runs_out(campaign.clock(name)?, since.unwrap_or(record.id.time_ms()));
    Some(Clock { name, due })
}

/// The setting that holds for this record: what is urgent has a clock of its own.
fn setting(record: &Record, clock: &'static str) -> &'static str {
    let is = |field, value| record.text(field) == value;
    match clock {
        "need_accepted" if is("urgency", "urgent") => "urgent_need_accepted",
        "assistance_decided" if is("type", "temporary") => "temporary_relief_decided",
        other => other,
    }
}

fn moment(value: &Value) -> Option<i64> {
    i64::read(value).or_else(|| Date::read(value).map(start_of))
}

/// The clock by which an elder or a child at this risk is visited again and again.
pub fn visit_clock(risk: &str) -> Option<&'static str> {
    match risk {
        "high" => Some("visit_high_risk"),
        "watch" => Some("visit_watch"),
        _ => None,
    }
}

/// The last day on which an elder or a child left behind is to be visited next: at high risk and
/// at watch so long after the last visit as the campaign's clocks say, else once a campaign.
/// `None` if no further visit is due.
pub fn visit_due(risk: &str, last_visit: Option<Date>, campaign: &Campaign) -> Option<Date> {
    let Some(clock) = visit_clock(risk) else {
        let visited = last_visit.is_some_and(|day| day >= campaign.from);
        return (!visited).then_some(campaign.until);
    };
    let span = campaign.clock(clock)?;
    let after = |day: Date| day_of(campaign.runs_out(span, start_of(day)) - 1);
    // A visit of last winter counts as none: nobody is late before the campaign begins.
    let due = last_visit.map(after).filter(|day| *day >= campaign.from);
    due.or_else(|| Some(after(campaign.from)))
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

    fn need_of(day: Date) -> Record {
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

    #[test]
    fn an_elder_at_high_risk_is_visited_every_week_and_one_at_watch_every_month() {
        let last = Some(date(2023, 1, 10));
        let due = |risk| visit_due(risk, last, &campaign());
        assert_eq!(due("high"), Some(date(2023, 1, 17)));
        assert_eq!(due("watch"), Some(date(2023, 2, 9)));
        assert_eq!(due("low"), None);
    }

    #[test]
    fn who_was_never_visited_is_counted_from_the_first_day_of_the_campaign() {
        let due = |risk| visit_due(risk, None, &campaign());
        assert_eq!(due("high"), Some(date(2023, 1, 8)));
        assert_eq!(due("watch"), Some(date(2023, 1, 31)));
        assert_eq!(due("low"), Some(date(2023, 2, 28)));
        assert_eq!(due(""), Some(date(2023, 2, 28)));
    }

    #[test]
    fn a_visit_of_last_winter_counts_as_none_and_one_on_the_eve_counts() {
        let due = |risk, last| visit_due(risk, Some(last), &campaign());
        assert_eq!(due("high", date(2022, 2, 3)), Some(date(2023, 1, 8)));
        assert_eq!(due("high", date(2022, 12, 30)), Some(date(2023, 1, 6)));
        assert_eq!(due("low", date(2022, 12, 30)), Some(date(2023, 2, 28)));
    }

    #[test]
    fn a_campaign_may_ask_for_visits_more_often() {
        let mut strict = campaign();
        let days = crate::campaign::Span::Days(3);
        strict.clocks.insert("visit_high_risk".to_owned(), days);
        let last = Some(date(2023, 1, 10));
        assert_eq!(visit_due("high", last, &strict), Some(date(2023, 1, 13)));
    }

    #[test]
    fn a_wage_case_has_another_clock_at_each_stage() {
        let mut case = Record::new(Id::new(0, [0; 10]), "wage_case");
        let mut put = |name: &str, value: &str, time| {
            let stamp = Stamp {
                time,
                ..Stamp::default()
            };
            case.put(name, value.into(), stamp);
            due(&case, &campaign())
        };
        let ends = |day| Some(start_of(day) + 86_400_000);
        let received = put("received_on", "2023-01-18", 1);
        assert_eq!(received, ends(date(2023, 1, 28)));
        put("filed_on", "2023-01-19", 2);
        assert_eq!(put("stage", "filed", 2), ends(date(2023, 2, 3)));
        put("hearing_on", "2023-02-01", 3);
        assert_eq!(put("stage", "hearing", 3), ends(date(2023, 3, 3)));
        assert_eq!(put("stage", "closed", 4), None);
    }

    #[test]
    fn a_rescue_and_an_opinion_run_from_the_moment_at_which_they_were_known() {
        let known = start_of(date(2023, 1, 22)) + 8 * 3_600_000;
        let run = |kind: &str, field: &str| {
            let mut record = Record::new(Id::new(0, [0; 10]), kind);
            record.put(field, Value::Int(known), Stamp::default());
            due(&record, &campaign())
        };
        let a_day_on = Some(known + 86_400_000);
        assert_eq!(run("rescue", "reported_at"), a_day_on);
        assert_eq!(run("opinion", "seen_at"), a_day_on);
    }

    #[test]
    fn temporary_relief_is_decided_sooner_than_the_minimum_living_allowance() {
        let decided = |kind: &str| {
            let mut record = Record::new(Id::new(0, [0; 10]), "assistance");
            record.put("type", kind.into(), Stamp::default());
            record.put("applied_on", "2023-02-01".into(), Stamp::default());
            due(&record, &campaign()).map(|end| day_of(end - 1))
        };
        assert_eq!(decided("temporary"), Some(date(2023, 2, 10)));
        assert_eq!(decided("minimum_living"), Some(date(2023, 3, 15)));
    }
}
