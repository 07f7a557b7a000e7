//! Priority categories, periods, targets, days and eyes; and what gives no figure at all.

use super::*;
use crate::Role;
use crate::{Department, Grant};

fn category(key: &str) -> Option<Category> {
    Some(Category::parse(key).unwrap())
}

/// A household with somebody on a low income, a visit there, and one elsewhere; a talk.
fn served() -> Vec<Record> {
    let low = Value::List(vec!["low_income".into()]);
    let visited = |number, home: u8| {
        let home = id(home);
        record(
            number,
            "visit",
            &[("household", home.as_str()), ("date", "2023-01-14")],
        )
    };
    vec![
        record(1, "household", &[]),
        record(2, "household", &[]),
        with(
            3,
            "worker",
            &[("household", id(1).as_str().into()), ("priority", low)],
        ),
        visited(4, 1),
        visited(5, 2),
        with(
            6,
            "talk",
            &[
                ("date", "2023-01-14".into()),
                ("attendance", Value::Int(30)),
            ],
        ),
        record(
            7,
            "dependant",
            &[("worker", id(3).as_str()), ("type", "elder")],
        ),
    ]
}

#[test]
fn figures_can_be_told_for_the_people_with_one_priority_category_alone() {
    let tally = tally(&served());
    let of = |category| {
        let figures = tally
            .table(Area::parse("371721").unwrap(), category)
            .total
            .figures;
        ["workers", "households_visited", "visits", "elders", "talks"]
            .map(|name| figures[name].count)
    };
    assert_eq!(of(None), [1, 2, 2, 1, 1]);
    assert_eq!(of(category("low_income")), [1, 1, 1, 1, 0]);
    assert_eq!(of(category("hard_to_place")), [0; 5]);
    assert!(!Indicator::find("talks").unwrap().is_about_people());
    assert!(Indicator::find("visits").unwrap().is_about_people());
}

#[test]
fn behind_a_figure_are_the_records_that_it_counts() {
    let tally = tally(&served());
    let behind = |name, category| {
        let area = Area::parse("371721001").unwrap();
        tally
            .behind(Indicator::find(name).unwrap(), area, category)
            .len()
    };
    assert_eq!(behind("visits", None), 2);
    assert_eq!(behind("visits", category("low_income")), 1);
    // Of a share, those that it counts.
    assert_eq!(behind("priority_visited", None), 1);
    assert_eq!(behind("elders_in_time", None), 1);
}

#[test]
fn a_week_without_records_has_no_share_and_divides_nothing() {
    let week = Period {
        from: date(2023, 2, 1),
        until: date(2023, 2, 7),
    };
    let mut fold = Fold::new(week, start_of(date(2023, 1, 15)));
    fold.add(&served()[3], &campaign());
    let table = fold.table(Area::parse("37").unwrap());
    assert_eq!(figure(&table, "visits"), (0, None));
    for column in table.total.columns().filter(|c| c.unit() == Unit::PerMille) {
        assert_eq!(column.number, None, "{}", column.label());
    }
}

#[test]
fn a_target_of_nothing_is_none_and_a_countys_own_target_stands_before_the_campaigns() {
    let mut campaign = campaign();
    let mut set = |name: &str, target| campaign.targets.insert(name.to_owned(), target);
    set("visits", 1_000);
    set("visits@371721", 40);
    set("talks", 0);
    set("priority_visited", 950);
    let target = |name, code| {
        let area = Area::parse(code).unwrap();
        Indicator::find(name).unwrap().target(&campaign, area)
    };
    assert_eq!(target("visits", "37"), Some(1_000));
    assert_eq!(target("visits", "371721"), Some(40));
    // What the whole province aims at is not one county's target; a share is everybody's.
    assert_eq!(target("visits", "371722"), None);
    assert_eq!(target("priority_visited", "371722"), Some(950));
    assert_eq!(target("talks", "37"), None);
    let half = Figure {
        count: 20,
        of: None,
    };
    assert_eq!(half.reached(40), Some(500));
    assert_eq!(half.reached(0), None);
    let nothing = Figure {
        count: 0,
        of: Some(0),
    };
    assert_eq!(nothing.reached(950), None);
}

#[test]
fn a_trend_has_each_day_by_itself() {
    let tally = tally(&served());
    let area = Area::parse("371721").unwrap();
    let visits = tally.trend(Indicator::find("visits").unwrap(), area, None);
    assert_eq!(visits.len(), 1);
    assert_eq!(visits[&date(2023, 1, 14)].count, 2);
    let registered = tally.trend(Indicator::find("workers").unwrap(), area, None);
    assert!(registered.is_empty(), "who is there is there every day");
}

#[test]
fn an_officer_of_culture_is_told_no_figure_that_is_made_of_what_they_do_not_see() {
    let mut officer = Grant::new(Role::DepartmentOfficer, Area::parse("3717").unwrap());
    officer.department = Some(Department::Culture);
    let grants = crate::Grants(vec![officer]);
    let mut fold = Fold::new(Period::of(&campaign()), start_of(date(2023, 1, 15))).seen_by(&grants);
    for record in served() {
        if let Some(seen) = grants.view(&record) {
            fold.add(&seen, &campaign());
        }
    }
    let figures = fold.table(Area::parse("3717").unwrap()).total.figures;
    assert_eq!(figures["workers"].count, 1);
    // They see the elder, but not who visited.
    assert_eq!(figures["elders"].count, 1);
    assert!(!figures.contains_key("elders_in_time"));
    assert!(!figures.contains_key("wage_cases"));
}

#[test]
fn an_area_that_was_renamed_keeps_its_code_and_its_figures_and_one_that_is_gone_has_a_row() {
    let mut gone = served()[3].clone();
    let stamp = Stamp {
        time: 1,
        ..Stamp::default()
    };
    gone.put("area", "371799001001".into(), stamp);
    let table = tally(&[gone]).table(Area::parse("3717").unwrap(), None);
    let row = table
        .rows
        .iter()
        .find(|row| row.area.to_string() == "371799");
    assert_eq!(row.unwrap().figures["visits"].count, 1);
    assert_eq!(figure(&table, "visits"), (1, None));
}

#[test]
fn every_set_names_kinds_that_there_are_and_every_indicator_has_a_name_of_its_own() {
    for set in Set::ALL {
        assert_eq!(Set::parse(set.key()), Some(*set));
        assert!(
            set.kinds()
                .iter()
                .all(|name| crate::Kind::find(name).is_some()),
            "{set:?}"
        );
    }
    let names: std::collections::BTreeSet<_> = INDICATORS.iter().map(|one| one.name).collect();
    assert_eq!(names.len(), INDICATORS.len());
    let actions: Vec<_> = INDICATORS.iter().map(|one| one.action).collect();
    assert!(
        actions.is_sorted(),
        "each action's indicators stand together"
    );
    assert_eq!(
        Category::parse("out_of_poverty").map(Category::bit),
        Some(Category::OUT_OF_POVERTY)
    );
}
