//! Rosters as offices write them.

use super::*;
use crate::Role;
use crate::grant::Grant;
use jiff::civil::date;

const TODAY: Date = date(2026, 1, 10);

fn area(code: &str) -> Area {
    Area::parse(code).unwrap()
}

pub fn text(cells: &[&str]) -> Vec<Raw> {
    let raw = |text: &&str| match *text {
        "" => Raw::Empty,
        text => Raw::Text(text.to_owned()),
    };
    cells.iter().map(raw).collect()
}

fn lines(rows: &[&[&str]]) -> Vec<Line> {
    let line = |(at, cells): (usize, &&[&str])| Line {
        number: at as u32 + 1,
        cells: text(cells),
    };
    rows.iter().enumerate().map(line).collect()
}

fn places() -> Places {
    let villages = [
        ("371721101004", "庄寨社区居委会"),
        ("371721101200", "大杨口村民委员会"),
        ("371721101201", "前杨口村民委员会"),
        ("371721101202", "王庄村民委员会"),
        ("371721102200", "王庄村民委员会"),
    ];
    let villages: Vec<_> = villages
        .iter()
        .map(|(code, name)| (area(code), (*name).to_owned()))
        .collect();
    Places::new(&villages, &[area("371721")])
}

pub fn reader(columns: &[Field]) -> Reader {
    let columns = columns.iter().copied().map(Some).collect();
    let grants = Grants(vec![Grant::new(Role::FieldWorker, area("371721101"))]);
    let given = Given {
        flow: Some("returning".to_owned()),
        area: Some(area("371721101004")),
        consent: "signed".to_owned(),
        consented: date(2026, 1, 5),
    };
    Reader::new(
        columns,
        None,
        places(),
        grants,
        given,
        own::tests::heating(),
        TODAY,
    )
}

pub fn line(number: u32, cells: Vec<Raw>) -> Line {
    Line { number, cells }
}

fn one(columns: &[Field], cells: Vec<Raw>) -> Entry {
    reader(columns).read(&line(7, cells)).unwrap()
}

fn faults(entry: &Entry) -> Vec<(Option<Field>, What)> {
    entry
        .faults
        .iter()
        .map(|fault| (fault.field, fault.what))
        .collect()
}

fn cell(entry: &Entry, name: &str) -> String {
    let value = entry.cells.get(name).and_then(Value::as_text);
    value.unwrap_or_default().to_owned()
}

#[test]
fn a_head_is_found_below_titles_and_its_columns_are_known_however_they_are_written() {
    let lines = lines(&[
        &["曹县庄寨镇2025年返乡农民工花名册", "", "", "", ""],
        &["填报单位：庄寨镇", "", "", "2025年1月", ""],
        &[
            "序号",
            "姓  名*",
            "身份证号码（18位）",
            "联系 电话",
            "所在村（居）",
        ],
        &["1", "张三", "11010519491231002X", "13800000000", "庄寨社区"],
    ]);
    let head = Head::find(&lines).unwrap();
    assert_eq!((head.at, head.rows, head.end()), (2, 1, 3));
    let fields: Vec<_> = head.columns.iter().map(|column| column.field).collect();
    assert_eq!(
        fields,
        [
            None,
            Some(Field::Name),
            Some(Field::IdNumber),
            Some(Field::Phone),
            Some(Field::Village)
        ]
    );
}

#[test]
fn a_head_on_two_rows_with_merged_cells_is_one_head() {
    let lines = lines(&[
        &["花名册", "", "", "", "", "", "", ""],
        &["序号", "姓名", "基本信息", "", "", "户主信息", "", "备注"],
        &["", "", "性别", "身份证号", "手机号", "姓名", "联系电话", ""],
        &[
            "1",
            "张三",
            "女",
            "11010519491231002X",
            "13800000000",
            "张大",
            "13900000000",
            "",
        ],
    ]);
    let head = Head::find(&lines).unwrap();
    assert_eq!((head.at, head.rows), (1, 2));
    let fields: Vec<_> = head.columns.iter().map(|column| column.field).collect();
    let known = [
        None,
        Some(Field::Name),
        Some(Field::Sex),
        Some(Field::IdNumber),
        Some(Field::Phone),
        None,
        None,
        Some(Field::Note),
    ];
    // The household head's phone number is not the worker's.
    assert_eq!(fields[..5], known[..5]);
    assert_eq!(fields[6..], known[6..]);
    assert_eq!(head.columns[6].head, "户主信息联系电话");
}

#[test]
fn a_file_without_a_head_has_none() {
    let none = lines(&[&["1", "张三", "13800000000"], &["2", "李四", "13800000001"]]);
    assert_eq!(Head::find(&none), None);
    assert_eq!(Head::find(&[]), None);
}

#[test]
fn every_label_of_a_column_is_known_by_one_meaning_only() {
    for field in Field::ALL {
        assert_eq!(
            field.cell().and_then(Field::of).is_some(),
            field.cell().is_some()
        );
    }
    for (head, field) in [
        ("户主姓名", Field::Head),
        ("　身份证号　", Field::IdNumber),
        ("是否脱贫户", Field::OutOfPoverty),
        ("ID number", Field::IdNumber),
        ("返乡时间", Field::Returned),
        ("乡镇（街道）", Field::Township),
    ] {
        assert_eq!(Field::recognise(head), Some(field), "{head}");
    }
    assert_eq!(Field::recognise("序号"), None);
    assert_eq!(Field::recognise("（空）"), None);
}

#[test]
fn a_right_row_is_a_worker_with_what_follows_from_the_number() {
    let columns = [
        Field::Name,
        Field::IdNumber,
        Field::Phone,
        Field::Village,
        Field::Trade,
    ];
    let cells = text(&[
        "张　三",
        " 110105 19491231 002x",
        "138-0000-0000",
        "大杨口村",
        "泥瓦工",
    ]);
    let entry = one(&columns, cells);
    assert_eq!(entry.faults, []);
    assert_eq!(cell(&entry, "name"), "张三");
    assert_eq!(cell(&entry, "id_number"), "11010519491231002X");
    assert_eq!(cell(&entry, "phone"), "13800000000");
    assert_eq!(cell(&entry, "area"), "371721101200");
    assert_eq!(
        (cell(&entry, "sex"), cell(&entry, "birth")),
        ("female".into(), "1949-12-31".into())
    );
    assert_eq!(cell(&entry, "trade"), "construction");
    assert_eq!(cell(&entry, "flow"), "returning");
    assert_eq!(
        (cell(&entry, "consent"), cell(&entry, "consent_on")),
        ("signed".into(), "2026-01-05".into())
    );
}

#[test]
fn an_id_number_that_lost_its_last_digits_is_told_of_and_not_guessed() {
    let columns = [Field::Name, Field::IdNumber];
    for lost in [
        Raw::Number(110_105_194_912_310_020.0),
        Raw::Text("1.10105E+17".to_owned()),
    ] {
        let entry = one(&columns, vec![Raw::Text("张三".into()), lost]);
        assert_eq!(faults(&entry), [(Some(Field::IdNumber), What::LostDigits)]);
    }
    // Fifteen digits are exact, and an old number that is not valid any more.
    let entry = one(
        &columns,
        vec![Raw::Text("张三".into()), Raw::Number(110_105_491_231_002.0)],
    );
    assert_eq!(
        faults(&entry),
        [(Some(Field::IdNumber), What::Problem(Problem::IdLength))]
    );
    assert_eq!(entry.faults[0].said, "110105491231002");
}

#[test]
fn days_in_all_the_forms_that_offices_write() {
    let fifth = date(2023, 1, 5);
    for raw in [
        Raw::Day(fifth),
        Raw::Number(44_931.0),
        Raw::Number(44_931.5),
        Raw::Number(20_230_105.0),
        Raw::Text("2023-1-5".into()),
        Raw::Text("2023年1月5日".into()),
        Raw::Text("20230105".into()),
        Raw::Text("2023.01.05".into()),
        Raw::Text("2023/01/05 00:00:00".into()),
        Raw::Text("２０２３．１．５".into()),
        Raw::Text("2023-01-05T00:00:00".into()),
        Raw::Text("44931".into()),
    ] {
        assert_eq!(clean::day(&raw), Ok(fifth), "{raw:?}");
    }
    for wrong in [
        "去年",
        "2023-13-1",
        "2023-2-30",
        "5/1/2023",
        "13800000000",
        "2023",
    ] {
        let none = Err(What::Problem(Problem::Date));
        assert_eq!(clean::day(&Raw::Text(wrong.into())), none, "{wrong}");
    }
}

#[test]
fn a_month_alone_is_kept_as_a_note_and_the_number_tells_the_day() {
    let columns = [Field::Name, Field::Birth, Field::IdNumber];
    let entry = one(
        &columns,
        text(&["张三", "1949年12月", "11010519491231002X"]),
    );
    assert_eq!(entry.faults, []);
    assert_eq!(cell(&entry, "birth"), "1949-12-31");
    assert_eq!(cell(&entry, "note"), "1949年12月");
}

#[test]
fn full_width_figures_two_phones_and_unknown_words_are_not_lost() {
    let columns = [
        Field::Name,
        Field::Phone,
        Field::Education,
        Field::Priority,
        Field::OutOfPoverty,
        Field::Note,
    ];
    let cells = text(&[
        "张三",
        "１３８００００００００、0530-3312345",
        "文盲",
        "低收入、就业困难",
        "是",
        "会开车",
    ]);
    let entry = one(&columns, cells);
    assert_eq!(entry.faults, []);
    assert_eq!(cell(&entry, "phone"), "13800000000");
    assert_eq!(
        entry.cells["priority"],
        Value::List(vec![
            "hard_to_place".into(),
            "low_income".into(),
            "out_of_poverty".into()
        ])
    );
    for part in ["0530-3312345", "文盲"] {
        assert!(
            cell(&entry, "note").contains(part),
            "{}",
            cell(&entry, "note")
        );
    }
}

#[test]
fn what_is_wrong_is_said_of_its_column() {
    let columns = [
        Field::Name,
        Field::IdNumber,
        Field::Phone,
        Field::Village,
        Field::Returned,
        Field::Flow,
    ];
    let cells = text(&[
        "",
        "110105194912310021",
        "1380000",
        "没有的村",
        "2027-01-01",
        "不清楚",
    ]);
    let entry = one(&columns, cells);
    let mut found = faults(&entry);
    found.sort_by_key(|(field, _)| *field);
    assert_eq!(
        found,
        [
            (Some(Field::Name), What::Problem(Problem::Required)),
            (Some(Field::IdNumber), What::Problem(Problem::IdCheck)),
            (Some(Field::Phone), What::Problem(Problem::Phone)),
            (Some(Field::Village), What::UnknownArea),
            (Some(Field::Flow), What::Problem(Problem::Option)),
            (Some(Field::Returned), What::Problem(Problem::Future)),
        ]
    );
    let broken = one(
        &[Field::Name, Field::Phone],
        vec![Raw::Text("张三".into()), Raw::Broken],
    );
    assert_eq!(faults(&broken), [(Some(Field::Phone), What::Broken)]);
}

#[test]
fn a_village_outside_ones_own_area_is_not_taken() {
    let entry = one(
        &[Field::Name, Field::Village],
        text(&["张三", "普连集镇王庄村"]),
    );
    assert_eq!(faults(&entry), [(Some(Field::Village), What::NotYours)]);
}

#[test]
fn sums_signatures_blank_rows_and_repeated_heads_are_no_people() {
    let columns = [None, Some(Field::Name), Some(Field::Phone)];
    let head = line(1, text(&["序号", "姓名", "电话"]));
    let grants = Grants(vec![Grant::new(Role::FieldWorker, area("371721101"))]);
    let given = reader(&[]).given;
    let mut reader = Reader::new(
        columns.to_vec(),
        Some(&head),
        places(),
        grants,
        given,
        Vec::new(),
        TODAY,
    );
    for cells in [
        &["", "", ""][..],
        &["序号", "姓名", "电话"],
        &["合计", "2人", ""],
        &["填表人：王五", "", ""],
        &["", " 　", ""],
    ] {
        assert_eq!(reader.read(&line(9, text(cells))), None, "{cells:?}");
    }
    assert!(reader.read(&line(9, text(&["1", "张三", ""]))).is_some());
}

#[test]
fn the_same_person_twice_in_a_file_is_taken_once() {
    let mut reader = reader(&[Field::Name, Field::IdNumber, Field::Phone]);
    let mut read = |number, cells: &[&str]| reader.read(&line(number, text(cells))).unwrap();
    assert_eq!(read(3, &["张三", "11010519491231002X", ""]).faults, []);
    let again = read(9, &["张叁", "110105 19491231002x", ""]);
    assert_eq!(faults(&again), [(Some(Field::Name), What::Twice(3))]);
    assert_eq!(read(10, &["李四", "", "13800000000"]).faults, []);
    assert_eq!(read(11, &["李四", "", "13800000001"]).faults, []);
    assert_eq!(faults(&read(12, &["李四", "", "13800000001"])).len(), 1);
}

#[test]
fn a_household_is_named_by_its_head_or_its_address() {
    let columns = [Field::Name, Field::Head, Field::Address];
    let home = |cells: &[&str]| one(&columns, text(cells)).home;
    assert_eq!(
        home(&["张三", "张 大", "12号"]),
        Some(Home {
            head: "张大".into(),
            address: "12号".into()
        })
    );
    assert_eq!(home(&["张三", "", "/"]), None);
}

#[test]
fn rosters_of_any_width_and_any_text_never_break_the_reader() {
    use proptest::prelude::*;
    let raw = prop_oneof![
        Just(Raw::Empty),
        Just(Raw::Broken),
        any::<f64>().prop_map(Raw::Number),
        any::<bool>().prop_map(Raw::Flag),
        "\\PC{0,20}".prop_map(Raw::Text),
        "[0-9年月日./-]{0,12}".prop_map(Raw::Text),
    ];
    let row = proptest::collection::vec(raw, 0..30);
    let rows = proptest::collection::vec(row, 0..6);
    let mut runner = proptest::test_runner::TestRunner::default();
    let run = runner.run(&rows, |rows| {
        let numbered = rows.into_iter().enumerate();
        let lines: Vec<Line> = numbered.map(|(at, cells)| line(at as u32, cells)).collect();
        let _ = Head::find(&lines);
        let _ = Head::at(&lines, 1);
        let mut reader = reader(Field::ALL);
        for line in &lines {
            let _ = reader.read(line);
        }
        Ok(())
    });
    run.unwrap();
}
