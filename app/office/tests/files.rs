//! Files as they come, good and bad, read and written by the very code that runs in the browser.

#![allow(clippy::unwrap_used)]

use domain::sheet::roster::{Field, Raw};
use domain::sheet::summary::Block;
use office::Trouble;
use office::read::sheets;
use office::roster::Roster;
use rust_xlsxwriter::{Format, Formula, Workbook};
use std::io::{Cursor, Read as _};

fn saved(mut book: Workbook) -> Vec<u8> {
    book.save_to_buffer().unwrap()
}

fn people() -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("名册").unwrap();
    for (column, head) in ["姓名", "身份证号", "电话", "返乡时间"]
        .into_iter()
        .enumerate()
    {
        sheet.write(0, column as u16, head).unwrap();
    }
    sheet.write(1, 0, "张三").unwrap();
    book
}

fn trouble(bytes: &[u8]) -> Trouble {
    sheets(bytes.to_vec()).unwrap_err()
}

#[test]
fn dates_numbers_and_the_values_of_formulas_are_read() {
    let mut book = people();
    let sheet = book.worksheet_from_index(0).unwrap();
    sheet.write(1, 1, 110_105_194_912_310_020.0).unwrap();
    let formula = Formula::new("=CONCAT(\"138\",\"00000000\")").set_result("13800000000");
    sheet.write_formula(1, 2, formula).unwrap();
    let day = Format::new().set_num_format("yyyy/m/d");
    sheet
        .write_number_with_format(1, 3, 44_931.0, &day)
        .unwrap();
    sheet
        .write_formula(2, 0, Formula::new("=NA()").set_result("#N/A"))
        .unwrap();
    let read = sheets(saved(book)).unwrap();
    let cells = &read[0].lines[1].cells;
    assert_eq!(cells[0], Raw::Text("张三".into()));
    assert!(matches!(cells[1], Raw::Number(number) if number > 1e17));
    assert_eq!(cells[2].text(), "13800000000");
    assert_eq!(cells[3], Raw::Day(jiff::civil::date(2023, 1, 5)));
}

#[test]
fn merged_cells_hold_for_every_row_that_they_stand_over() {
    let mut book = people();
    let sheet = book.worksheet_from_index(0).unwrap();
    sheet.write(0, 4, "村").unwrap();
    for row in 1..4 {
        sheet.write(row, 0, format!("人{row}")).unwrap();
    }
    sheet
        .merge_range(1, 4, 3, 4, "大杨口村", &Format::new())
        .unwrap();
    let read = sheets(saved(book)).unwrap();
    let village = |row: usize| read[0].lines[row].cells[4].text();
    assert_eq!([1, 2, 3].map(village), ["大杨口村"; 3]);
}

#[test]
fn a_million_blank_rows_and_two_hundred_columns_cost_nothing() {
    let mut book = people();
    let sheet = book.worksheet_from_index(0).unwrap();
    for column in 4..300 {
        sheet.write(0, column, format!("列{column}")).unwrap();
    }
    let plain = Format::new().set_bold();
    for row in (10..1_000_000).step_by(1000) {
        sheet.write_blank(row, 0, &plain).unwrap();
    }
    sheet.write(1_048_575, 0, "李四").unwrap();
    let read = sheets(saved(book)).unwrap();
    let numbers: Vec<u32> = read[0].lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, [1, 2, 1_048_576]);
    assert_eq!(read[0].lines[0].cells.len(), 200);
}

#[test]
fn the_sheet_with_the_people_is_the_one_that_is_looked_at() {
    let mut book = Workbook::new();
    let first = book.add_worksheet();
    first.set_name("说明").unwrap();
    for row in 0..40 {
        first.write(row, 0, "填写说明").unwrap();
    }
    let second = book.add_worksheet();
    second.set_name("名册").unwrap();
    for (column, head) in ["姓名", "联系电话"].into_iter().enumerate() {
        second.write(0, column as u16, head).unwrap();
    }
    second.write(1, 0, "张三").unwrap();
    let found = Roster::open(saved(book)).unwrap().best();
    assert!(found.sure);
    assert_eq!((found.sheet, found.sheets[1].0.as_str()), (1, "名册"));
    assert_eq!(found.head.columns[1].field, Some(Field::Phone));
    assert_eq!(found.samples[0], "张三");
}

#[test]
fn every_bad_file_has_an_answer_of_its_own() {
    assert_eq!(trouble(b""), Trouble::Empty);
    assert_eq!(trouble(&saved(Workbook::new_with_sheet())), Trouble::Empty);
    assert_eq!(trouble(b"<html><table><tr><td>1</table>"), Trouble::WebPage);
    assert_eq!(
        trouble(&[0x89, b'P', b'N', b'G', 0, 1, 2]),
        Trouble::NoTable
    );
    let whole = saved(people());
    assert_eq!(trouble(&whole[..whole.len() / 2]), Trouble::Damaged);
    let mut torn = whole.clone();
    for byte in torn.iter_mut().skip(60).take(400) {
        *byte = 0;
    }
    assert_eq!(trouble(&torn), Trouble::Damaged);
    let letter = office::document::write(&[Block::Title("通知".into())]).unwrap();
    assert_eq!(trouble(&letter), Trouble::NoTable);
    // Office puts a file with a password into a compound file, under this name.
    let mut locked = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    locked.extend(vec![0; 600]);
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(trouble(&locked), Trouble::Locked);
    let mut old = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    old.extend(vec![7; 3000]);
    assert_eq!(trouble(&old), Trouble::Damaged);
}

/// A book with one sheet and nothing in it.
trait Blank {
    fn new_with_sheet() -> Workbook;
}

impl Blank for Workbook {
    fn new_with_sheet() -> Workbook {
        let mut book = Workbook::new();
        book.add_worksheet();
        book
    }
}

#[test]
fn any_bytes_are_answered_and_never_break_the_reader() {
    let whole = saved(people());
    // Each kind of damage that a stick or a network does: cut, and one byte after another turned.
    for end in (1..whole.len()).step_by(97) {
        let _ = sheets(whole[..end].to_vec());
    }
    for at in (0..whole.len()).step_by(41) {
        let mut turned = whole.clone();
        turned[at] ^= 0xFF;
        let _ = sheets(turned);
    }
}

#[test]
fn the_summary_is_a_document_that_another_program_can_read() {
    let blocks = [
        Block::Title("春暖行动工作总结".into()),
        Block::Heading("一、基本情况".into()),
        Block::Text("走访 120 次，<已答复> 3 件 & 更多。\n第二段".into()),
        Block::Table(vec![
            vec!["地区".into(), "走访".into()],
            vec!["庄寨镇".into(), "87".into()],
        ]),
        Block::Table(vec![vec!["地区".into()], vec!["古营集镇".into()]]),
        Block::Sign("曹县".into()),
    ];
    let bytes = office::document::write(&blocks).unwrap();
    let mut file = zip_of(&bytes);
    let mut text = String::new();
    file.by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    // The first row of each table is its head, on every page that the table goes on to.
    let rows: Vec<&str> = text.split("<w:tr>").skip(1).collect();
    let heads = rows.iter().map(|row| row.contains("<w:tblHeader"));
    assert_eq!(heads.collect::<Vec<_>>(), [true, false, true, false]);
    assert!(
        text.contains("走访 120 次，&lt;已答复&gt; 3 件 &amp; 更多。"),
        "{text}"
    );
    for part in [
        "第二段",
        "庄寨镇",
        ">87<",
        "方正小标宋简体",
        "仿宋",
        "黑体",
        "Heading1",
    ] {
        assert!(text.contains(part), "{part}");
    }
    for name in ["[Content_Types].xml", "_rels/.rels", "word/styles.xml"] {
        assert!(file.by_name(name).is_ok(), "{name}");
    }
}

fn zip_of(bytes: &[u8]) -> zip::ZipArchive<Cursor<&[u8]>> {
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap()
}
