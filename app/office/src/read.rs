//! Opens a file as it comes: which program's it is, and the filled rows of its sheets. Blank rows cost
//! nothing, however many there are; of formulas the values are read that they gave when the file was
//! saved.

mod plain;

use crate::Trouble;
use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Range, Reader as _, Xls, XlsError, Xlsb, Xlsx,
    XlsxError,
};
use domain::sheet::roster::Line;
use domain::sheet::roster::clean::Raw;
use domain::sheet::roster::head::COLUMNS_AT_MOST;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io::Cursor;

/// A larger file is not opened: a phone has no room for what is in it.
pub const BYTES_AT_MOST: usize = 60_000_000;
/// More people than this do not come in at once.
pub const ROWS_AT_MOST: usize = 50_000;
/// More characters than this in one cell are no roster's.
const TEXT_AT_MOST: usize = 2_000;

/// A sheet's name and its filled rows.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    pub name: String,
    pub lines: Vec<Line>,
}

type Bytes = Cursor<Vec<u8>>;

/// The sheets of a file that have anything in them.
///
/// # Errors
/// Why it cannot be read, as one tells a person.
pub fn sheets(bytes: Vec<u8>) -> Result<Vec<Sheet>, Trouble> {
    if bytes.is_empty() {
        return Err(Trouble::Empty);
    }
    if bytes.len() > BYTES_AT_MOST {
        return Err(Trouble::TooLarge);
    }
    let mut sheets = match bytes.as_slice() {
        [b'P', b'K', 3 | 5, ..] => zipped(bytes)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => compound(bytes)?,
        _ => vec![plain::sheet(&bytes)?],
    };
    sheets.retain(|sheet| !sheet.lines.is_empty());
    match sheets.iter().map(|sheet| sheet.lines.len()).max() {
        None => Err(Trouble::Empty),
        Some(rows) if rows > ROWS_AT_MOST => Err(Trouble::TooLong),
        Some(_) => Ok(sheets),
    }
}

/// What newer programs write.
fn zipped(bytes: Vec<u8>) -> Result<Vec<Sheet>, Trouble> {
    let holds = |name: &str| contains(&bytes, name.as_bytes());
    if holds("word/document.xml") || holds("ppt/presentation.xml") {
        return Err(Trouble::NoTable);
    }
    if holds("xl/workbook.bin") {
        let book = Xlsb::new(Cursor::new(bytes)).map_err(|_| Trouble::Damaged)?;
        return ranges(book, |_, _| Vec::new());
    }
    if holds("xl/workbook.xml") {
        return workbook(Xlsx::new(Cursor::new(bytes)).map_err(|e| of_xlsx(&e))?);
    }
    if holds("opendocument.spreadsheet") {
        let book = Ods::new(Cursor::new(bytes)).map_err(|_| Trouble::Damaged)?;
        return ranges(book, |_, _| Vec::new());
    }
    Err(if holds("xl/") {
        Trouble::Damaged
    } else {
        Trouble::NoTable
    })
}

fn of_xlsx(error: &XlsxError) -> Trouble {
    match error {
        XlsxError::Password => Trouble::Locked,
        _ => Trouble::Damaged,
    }
}

/// What older programs write, and what newer ones write with a password.
fn compound(bytes: Vec<u8>) -> Result<Vec<Sheet>, Trouble> {
    let wide = |name: &str| {
        name.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    if contains(&bytes, &wide("EncryptedPackage")) {
        return Err(Trouble::Locked);
    }
    if contains(&bytes, &wide("WordDocument")) || contains(&bytes, &wide("PowerPoint Document")) {
        return Err(Trouble::NoTable);
    }
    let book = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => Trouble::Locked,
        _ => Trouble::Damaged,
    })?;
    ranges(book, |book: &Xls<Bytes>, name| {
        book.merge_cells_by_sheet_name(name).unwrap_or_default()
    })
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Cell by cell, so that a cell in the last of a million rows costs one cell.
fn workbook(mut book: Xlsx<Bytes>) -> Result<Vec<Sheet>, Trouble> {
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut rows = Rows::default();
        // A sheet of charts has no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else {
            continue;
        };
        while let Some(cell) = cells.next_cell().map_err(|error| of_xlsx(&error))? {
            let (row, column) = cell.get_position();
            rows.put(row, column, raw_ref(cell.get_value()))?;
        }
        sheets.push(rows.sheet(name, &merged));
    }
    Ok(sheets)
}

fn ranges<R>(
    mut book: R,
    merged: impl Fn(&R, &str) -> Vec<Dimensions>,
) -> Result<Vec<Sheet>, Trouble>
where
    R: calamine::Reader<Bytes>,
{
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range: Range<Data> = book.worksheet_range(&name).map_err(|_| Trouble::Damaged)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut rows = Rows::default();
        for (row, column, value) in range.used_cells() {
            rows.put(top + row as u32, left + column as u32, raw(value))?;
        }
        let merged = merged(&book, &name);
        sheets.push(rows.sheet(name, &merged));
    }
    Ok(sheets)
}

/// Filled rows by their number, from 0.
#[derive(Default)]
struct Rows(BTreeMap<u32, Vec<Raw>>);

impl Rows {
    fn put(&mut self, row: u32, column: u32, raw: Raw) -> Result<(), Trouble> {
        let column = column as usize;
        if raw.is_blank() || column >= COLUMNS_AT_MOST {
            return Ok(());
        }
        let cells = self.0.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, Raw::Empty);
        }
        cells[column] = raw;
        // A head and titles come on top.
        if self.0.len() > ROWS_AT_MOST + 100 {
            return Err(Trouble::TooLong);
        }
        Ok(())
    }

    fn sheet(mut self, name: String, merged: &[Dimensions]) -> Sheet {
        for area in merged {
            self.spread(area);
        }
        let line = |(row, cells): (u32, Vec<Raw>)| Line {
            number: row + 1,
            cells,
        };
        let lines = self.0.into_iter().map(line);
        Sheet {
            name,
            lines: lines.collect(),
        }
    }

    /// What stands over several rows holds for each of them; over several columns it stands once.
    fn spread(&mut self, area: &Dimensions) {
        let (row, column) = (area.start.0, area.start.1 as usize);
        let value = self
            .0
            .get(&row)
            .and_then(|cells| cells.get(column))
            .cloned();
        let Some(value) = value.filter(|value| !value.is_blank()) else {
            return;
        };
        if area.start.0 == area.end.0 {
            return;
        }
        let filled: Vec<u32> = self
            .0
            .range(row + 1..=area.end.0)
            .map(|(row, _)| *row)
            .collect();
        for row in filled {
            if let Some(cells) = self.0.get_mut(&row) {
                if cells.len() <= column {
                    cells.resize(column + 1, Raw::Empty);
                }
                if cells[column].is_blank() {
                    cells[column] = value.clone();
                }
            }
        }
    }
}

fn raw(value: &Data) -> Raw {
    match value {
        Data::Empty => Raw::Empty,
        Data::Int(number) => Raw::Number(*number as f64),
        Data::Float(number) => Raw::Number(*number),
        Data::String(text) | Data::DurationIso(text) => said(text),
        Data::Bool(flag) => Raw::Flag(*flag),
        Data::DateTime(moment) => day(moment),
        Data::DateTimeIso(text) => said(text),
        Data::Error(_) => Raw::Broken,
    }
}

fn raw_ref(value: &DataRef<'_>) -> Raw {
    match value {
        DataRef::SharedString(text) => said(text),
        DataRef::String(text) | DataRef::DurationIso(text) | DataRef::DateTimeIso(text) => {
            said(text)
        }
        DataRef::Empty => Raw::Empty,
        DataRef::Int(number) => Raw::Number(*number as f64),
        DataRef::Float(number) => Raw::Number(*number),
        DataRef::Bool(flag) => Raw::Flag(*flag),
        DataRef::DateTime(moment) => day(moment),
        DataRef::Error(_) => Raw::Broken,
    }
}

fn said(text: &str) -> Raw {
    Raw::Text(text.chars().take(TEXT_AT_MOST).collect())
}

/// A date; what is none (a number in a cell that shows dates) stays a number.
fn day(moment: &ExcelDateTime) -> Raw {
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let date = Date::new(year as i16, month as i8, day as i8);
    match date {
        Ok(day) if moment.is_datetime() && (1900..=2100).contains(&day.year()) => Raw::Day(day),
        _ => Raw::Number(moment.as_f64()),
    }
}
