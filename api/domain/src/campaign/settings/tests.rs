//! Stories about settings: what is refused, what is kept, and what the log hears.

use super::*;
use crate::calendar::Calendar;
use jiff::civil::date;

fn winter() -> Campaign {
    let area = Area::parse("37").unwrap();
    Campaign::new(
        Id::new(1, [0; 10]),
        "春暖行动",
        area,
        date(2026, 1, 15),
        date(2026, 3, 3),
    )
}

fn faults(with: impl FnOnce(&mut Campaign)) -> Result<(), Fault> {
    let mut next = winter();
    with(&mut next);
    next.check(&winter())
}

#[test]
fn settings_that_make_no_sense_are_refused_each_with_its_reason() {
    assert_eq!(faults(|_| {}), Ok(()));
    assert_eq!(faults(|c| c.name = " ".to_owned()), Err(Fault::Name));
    let reversed = faults(|c| c.until = date(2026, 1, 14));
    assert_eq!(reversed, Err(Fault::Reversed));
    assert_eq!(faults(|c| c.until = c.from), Ok(()));
    let long = faults(|c| c.until = date(2027, 3, 3));
    assert_eq!(long, Err(Fault::TooLong));
    let target =
        |name: &'static str, target: i64| faults(|c| c.targets.extend([(name.to_owned(), target)]));
    assert_eq!(target("visits", 0), Ok(()));
    assert_eq!(target("visits", -1), Err(Fault::Target));
    assert_eq!(target("satisfied", 1_001), Err(Fault::Target));
    assert_eq!(target("no_such", 1), Err(Fault::Target));
    let clock =
        |name: &'static str, span: Span| faults(|c| c.clocks.extend([(name.to_owned(), span)]));
    assert_eq!(clock("need_accepted", Span::Days(0)), Err(Fault::Clock));
    assert_eq!(clock("urgent_need_accepted", Span::Hours(0)), Ok(()));
    assert_eq!(clock("need_accepted", Span::Hours(401)), Err(Fault::Clock));
    let elsewhere = Area::parse("11").unwrap();
    assert_eq!(faults(|c| c.areas.push(elsewhere)), Err(Fault::Area));
    assert_eq!(faults(|c| c.fund_ceiling = 0), Err(Fault::Fund));
    let off = |kind: &str| faults(|c| c.off.extend([kind.to_owned()]));
    assert_eq!(off("talk"), Ok(()));
    assert_eq!(off("worker"), Err(Fault::Kind));
    assert_eq!(off("no_such"), Err(Fault::Kind));
    let run = (date(2026, 2, 2), date(2026, 2, 1));
    let holiday = faults(|c| c.calendar.off.push(run));
    assert_eq!(holiday, Err(Fault::Calendar));
}

#[test]
fn what_a_newer_server_had_set_is_kept_and_nothing_unknown_is_taken() {
    let mut before = winter();
    before.targets.insert("from_a_newer_server".to_owned(), -5);
    before.off.insert("a_newer_kind".to_owned());
    let mut next = before.clone();
    next.name = "春暖".to_owned();
    assert_eq!(next.check(&before), Ok(()));
    assert_eq!(next.check(&winter()), Err(Fault::Target));
}

#[test]
fn next_years_campaign_lies_as_many_days_before_the_festival_with_all_settings() {
    let mut last = winter();
    last.targets.insert("visits".to_owned(), 500);
    let next = last.a_year_on(Id::new(2, [0; 10]));
    let before = lunar::to_spring_festival(next.from);
    assert_eq!(before, lunar::to_spring_festival(last.from));
    assert_eq!(next.from, date(2027, 1, 4));
    assert_eq!(next.targets, last.targets);
    let changed: Vec<String> = next.changes(&last).into_iter().map(|c| c.setting).collect();
    assert_eq!(changed, ["campaign", "period"]);
}

#[test]
fn the_log_hears_what_was_changed_and_from_what_to_what() {
    let (before, mut after) = (winter(), winter());
    after.targets.insert("visits".to_owned(), 500);
    let span = Span::Hours(12);
    after.clocks.insert("rescue_response".to_owned(), span);
    after.off.insert("talk".to_owned());
    after.calendar = Calendar::default();
    let said = |c: &Changed| format!("{} {}→{}", c.setting, c.before, c.after);
    let said: Vec<String> = after.changes(&before).iter().map(said).collect();
    assert_eq!(
        said[..3],
        [
            "targets.visits →500",
            "clocks.rescue_response 24 hours→12 hours",
            "kinds.talk on→off"
        ]
    );
    assert!(said[3].starts_with("calendar"));
    assert!(before.changes(&before).is_empty());
}

#[test]
fn a_campaign_of_an_older_server_reads_and_writes_as_it_was() {
    let text = serde_json::to_string(&winter()).unwrap();
    for newer in [
        "version",
        "areas",
        "departments",
        "\"own\"",
        "\"off\":[\"talk\"]",
    ] {
        assert!(!text.contains(newer), "{newer} in {text}");
    }
    let read: Campaign = serde_json::from_str(&text).unwrap();
    assert_eq!(read, winter());
}
