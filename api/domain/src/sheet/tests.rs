//! What lists and tables say when they leave the app.

use super::list::{Head, List};
use super::progress::{About, figure_text};
use super::*;
use crate::grant::Grant;
use crate::indicator::{Figure, INDICATORS, Indicator, Period, Row as FigureRow, Table};
use crate::kinds::worker::{self, WORKER};
use crate::record::AREA;
use crate::{Department, Record, Stamp};
use jiff::civil::date;

/// Says keys as they are.
struct Keys;

impl Words for Keys {
    fn label(&self, key: &str) -> String {
        key.to_owned()
    }
    fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let values: Vec<String> = values
            .iter()
            .map(|(_, value)| (*value).to_owned())
            .collect();
        format!("{key} {}", values.join(" "))
    }
    fn area(&self, area: Area) -> String {
        area.to_string()
    }
    fn record(&self, _: Id) -> String {
        "a household".to_owned()
    }
    fn colleague(&self, _: Id) -> String {
        "林晓梅".to_owned()
    }
}

fn area(code: &str) -> Area {
    Area::parse(code).unwrap()
}

fn taker() -> Taker {
    Taker {
        name: "魏国强".to_owned(),
        at_ms: 1_674_316_800_000,
    }
}

fn zhang() -> Record {
    let mut record = Record::new(Id::new(1_674_316_800_000, [0; 10]), "worker");
    let stamp = Stamp::default();
    record.set(&AREA, area("371721101004"), stamp);
    record.set(&worker::NAME, "张三".to_owned(), stamp);
    record.set(&worker::FLOW, "staying".to_owned(), stamp);
    record.set(&worker::ID_NUMBER, "11010519491231002X".to_owned(), stamp);
    record.set(&worker::RETURNED, date(2023, 1, 5), stamp);
    record
}

fn officer(department: Department) -> Grants {
    let mut grant = Grant::new(Role::DepartmentOfficer, area("371721"));
    grant.department = Some(department);
    Grants(vec![grant])
}

/// What stands under a head of a list.
fn under(grants: &Grants, field: &str) -> Content {
    let list = List::new(&WORKER, grants, &[]);
    let head = Head {
        filter: String::new(),
        count: 1,
        taker: taker(),
    };
    let sheet = list.head(&head, &Keys);
    let heads = &sheet.rows[2].cells;
    let wanted = Content::Text(format!("worker.{field}"));
    let column = heads
        .iter()
        .position(|cell| cell.content == wanted)
        .unwrap();
    let row = list.row(1, &zhang(), &Keys).unwrap();
    assert_eq!(row.cells.len(), heads.len());
    row.cells[column].content.clone()
}

#[test]
fn an_id_number_is_covered_as_on_the_screen_and_missing_where_it_may_not_be_seen() {
    let covered = Content::Text("110105********002X".to_owned());
    assert_eq!(under(&officer(Department::Hr), "id_number"), covered);
    assert_eq!(
        under(&officer(Department::Culture), "id_number"),
        Content::Empty
    );
    let elsewhere = Grants(vec![Grant::new(Role::Coordinator, area("371722"))]);
    assert_eq!(
        List::new(&WORKER, &elsewhere, &[]).row(1, &zhang(), &Keys),
        None
    );
}

#[test]
fn days_are_days_and_choices_are_words() {
    let grants = officer(Department::Hr);
    assert_eq!(
        under(&grants, "returned_on"),
        Content::Day(date(2023, 1, 5))
    );
    assert_eq!(
        under(&grants, "flow"),
        Content::Text("worker.flow.staying".to_owned())
    );
}

#[test]
fn a_list_says_who_took_it_when_and_how_many() {
    let list = List::new(&WORKER, &officer(Department::Hr), &[]);
    let head = Head {
        filter: "优先".to_owned(),
        count: 12,
        taker: taker(),
    };
    let sheet = list.head(&head, &Keys);
    let first = |row: usize| match &sheet.rows[row].cells[0].content {
        Content::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    assert!(first(0).contains("worker") && first(0).contains("优先"));
    assert_eq!(first(1), "sheet.mark 魏国强 2023-01-22 00:00 12");
    let last = sheet.rows[2].cells.len() as u16 - 1;
    assert!(
        sheet
            .layout
            .merges
            .iter()
            .all(|merge| merge.columns == (0, last))
    );
}

#[test]
fn who_records_in_a_village_takes_no_lists_out() {
    let may = |role| may_export(&Grants(vec![Grant::new(role, area("371721"))]));
    assert!(may(Role::Coordinator) && may(Role::DepartmentOfficer));
    assert!(!may(Role::FieldWorker) && !may(Role::StationVolunteer) && !may(Role::Administrator));
}

fn figures(counts: &[(&'static Indicator, i64, Option<i64>)], at: &str) -> FigureRow {
    let figure = |(indicator, count, of): &(&'static Indicator, i64, Option<i64>)| {
        let figure = Figure {
            count: *count,
            of: *of,
        };
        (indicator.name.to_owned(), figure)
    };
    FigureRow {
        area: area(at),
        figures: counts.iter().map(figure).collect(),
    }
}

fn named(name: &str) -> &'static Indicator {
    INDICATORS
        .iter()
        .find(|indicator| indicator.name == name)
        .unwrap()
}

/// Visits and a share over two townships; `above` of the visits lie in the county itself.
fn sheet(above: i64) -> Sheet {
    let (visits, share) = (named("visits"), named("satisfied"));
    let row = |at, count, part| figures(&[(visits, count, None), (share, part, Some(4))], at);
    let table = Table {
        total: figures(&[(visits, 12 + above, None), (share, 3, Some(8))], "371721"),
        rows: vec![row("371721001", 5, 1), row("371721002", 7, 2)],
    };
    let about = About {
        campaign: "春暖".to_owned(),
        period: Period {
            from: date(2026, 1, 1),
            until: date(2026, 2, 28),
        },
        columns: vec![visits, share],
        taker: taker(),
    };
    progress::sheet(&table, &about, &Keys)
}

#[test]
fn the_total_is_the_sum_of_the_rows_below_it() {
    let sheet = sheet(0);
    let total = &sheet.rows[4].cells;
    assert_eq!(total[1].content, Content::Sum(5, 6, Number::whole(12)));
    // A share is no sum.
    assert_eq!(total[2].content, Content::Share(375));
    assert_eq!(
        sheet.rows[5].cells[1].content,
        Content::Number(Number::whole(5))
    );
    assert_eq!(sheet.rows.len(), 9);
}

#[test]
fn what_lies_in_no_area_below_has_a_row_of_its_own() {
    let sheet = sheet(3);
    assert_eq!(
        sheet.rows[4].cells[1].content,
        Content::Sum(5, 7, Number::whole(15))
    );
    assert_eq!(
        sheet.rows[7].cells[0].content,
        Content::Text("sheet.own_level".to_owned())
    );
    assert_eq!(
        sheet.rows[7].cells[1].content,
        Content::Number(Number::whole(3))
    );
}

#[test]
fn no_two_merged_areas_meet_and_each_has_more_than_one_cell() {
    let merges = sheet(0).layout.merges;
    for (at, one) in merges.iter().enumerate() {
        assert!(
            one.rows != (one.rows.0, one.rows.0) || one.columns.0 < one.columns.1,
            "{one:?}"
        );
        for other in &merges[at + 1..] {
            let apart = |a: (u32, u32), b: (u32, u32)| a.1 < b.0 || b.1 < a.0;
            let wide = |m: &Merge| (u32::from(m.columns.0), u32::from(m.columns.1));
            let meet = !apart(one.rows, other.rows) && !apart(wide(one), wide(other));
            assert!(!meet, "{one:?} {other:?}");
        }
    }
}

#[test]
fn a_share_of_nothing_is_no_number() {
    let nothing = Figure {
        count: 0,
        of: Some(0),
    };
    let text = figure_text(&crate::indicator::INDICATORS[0], nothing);
    assert_eq!(text, "—");
}

#[test]
fn names_of_sheets_hold_no_signs_that_programs_refuse() {
    assert_eq!(sheet_name("动态[进展]:*?/\\'统计"), "动态进展统计");
    assert_eq!(sheet_name("/"), "1");
    assert_eq!(sheet_name(&"长".repeat(40)).chars().count(), 31);
}
