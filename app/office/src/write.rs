//! A workbook, written sheet by sheet and row by row.

use crate::Trouble;
use domain::sheet::{Cell, Content, Layout, Merge, Number, Paper, Row, Style};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError};
use std::collections::HashMap;

/// What official tables are set in; an office without them takes its own.
const PLAIN: &str = "宋体";
const STRONG: &str = "黑体";
/// Days from the sheets' day 0 (1899-12-30) to 1970-01-01.
const EPOCH: i64 = 25_569;

impl From<XlsxError> for Trouble {
    fn from(_: XlsxError) -> Self {
        Self::Unwritten
    }
}

/// The sheets of one file.
pub struct Book {
    book: Workbook,
    sheets: usize,
    /// Rows of the sheet that is being written.
    rows: u32,
    formats: HashMap<(Style, Shown), Format>,
}

/// How a value is shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Shown {
    Text,
    Whole,
    Decimals(u8),
    Share,
    Day,
    Moment,
}

impl Default for Book {
    fn default() -> Self {
        Self::new()
    }
}

impl Book {
    pub fn new() -> Self {
        Self {
            book: Workbook::new(),
            sheets: 0,
            rows: 0,
            formats: HashMap::new(),
        }
    }

    /// Begins a sheet.
    ///
    /// # Errors
    /// `Unwritten` if the layout is not one that a sheet can have.
    pub fn begin(&mut self, layout: &Layout) -> Result<(), Trouble> {
        let sheet = self.book.add_worksheet();
        self.sheets += 1;
        self.rows = 0;
        sheet.set_name(&layout.name)?;
        for (at, width) in layout.widths.iter().enumerate() {
            sheet.set_column_width(at as u16, f64::from(*width))?;
        }
        for Merge { rows, columns } in &layout.merges {
            sheet.merge_range(rows.0, columns.0, rows.1, columns.1, "", &Format::new())?;
        }
        let (rows, columns) = layout.frozen;
        sheet.set_freeze_panes(rows, columns)?;
        if rows > 0 {
            sheet.set_repeat_rows(0, rows - 1)?;
        }
        sheet.set_landscape();
        sheet.set_paper_size(match layout.paper {
            Paper::A4 => 9,
            Paper::A3 => 8,
        });
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_footer("&C&P / &N");
        Ok(())
    }

    /// Adds rows to the sheet that was begun last.
    ///
    /// # Errors
    /// `Unwritten` if there are more than a sheet can have.
    pub fn add(&mut self, rows: &[Row]) -> Result<(), Trouble> {
        for row in rows {
            self.row(row)?;
            self.rows += 1;
        }
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), Trouble> {
        let Some(last) = self.sheets.checked_sub(1) else {
            return Err(Trouble::Asked);
        };
        let sheet = self.book.worksheet_from_index(last)?;
        if let Some(points) = row.height {
            sheet.set_row_height(self.rows, f64::from(points))?;
        }
        for (column, cell) in row.cells.iter().enumerate() {
            let key = (cell.style, shown(&cell.content));
            let format = self.formats.entry(key).or_insert_with(|| format(key));
            put(sheet, self.rows, column as u16, cell, format)?;
        }
        Ok(())
    }

    /// The whole file.
    ///
    /// # Errors
    /// `Unwritten` if nothing was begun.
    pub fn finish(mut self) -> Result<Vec<u8>, Trouble> {
        Ok(self.book.save_to_buffer()?)
    }
}

fn shown(content: &Content) -> Shown {
    match content {
        Content::Empty | Content::Text(_) => Shown::Text,
        Content::Number(number) | Content::Sum(_, _, number) => match number.decimals {
            0 => Shown::Whole,
            decimals => Shown::Decimals(decimals),
        },
        Content::Share(_) => Shown::Share,
        Content::Day(_) => Shown::Day,
        Content::Moment(_) => Shown::Moment,
    }
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match &cell.content {
        Content::Empty => sheet.write_blank(row, column, format)?,
        Content::Text(text) => sheet.write_string_with_format(row, column, text, format)?,
        Content::Number(number) => {
            sheet.write_number_with_format(row, column, value(*number), format)?
        }
        Content::Share(tenths) => {
            sheet.write_number_with_format(row, column, *tenths as f64 / 1000.0, format)?
        }
        Content::Day(day) => {
            let serial = domain::day_number(*day) + EPOCH;
            sheet.write_number_with_format(row, column, serial as f64, format)?
        }
        Content::Moment(ms) => {
            let days = (ms + domain::CHINA_OFFSET_MS) as f64 / 86_400_000.0;
            sheet.write_number_with_format(row, column, days + EPOCH as f64, format)?
        }
        Content::Sum(from, until, number) => {
            let name = rust_xlsxwriter::utility::column_number_to_name(column);
            let formula = Formula::new(format!("=SUM({name}{}:{name}{})", from + 1, until + 1));
            let result = domain::value::decimal(number.parts, usize::from(number.decimals));
            sheet.write_formula_with_format(row, column, formula.set_result(result), format)?
        }
    };
    Ok(())
}

fn value(number: Number) -> f64 {
    number.parts as f64 / 10f64.powi(i32::from(number.decimals))
}

fn format((style, shown): (Style, Shown)) -> Format {
    let figure = match shown {
        // Long numbers that are names (of people, codes) stay as they are when somebody edits them.
        Shown::Text => "@",
        Shown::Whole => "0",
        Shown::Decimals(1) => "0.0",
        Shown::Decimals(_) => "#,##0.00",
        Shown::Share => "0.0%",
        Shown::Day => "yyyy-mm-dd",
        Shown::Moment => "yyyy-mm-dd hh:mm",
    };
    let plain = Format::new()
        .set_font_name(PLAIN)
        .set_font_size(11)
        .set_num_format(figure)
        .set_align(FormatAlign::VerticalCenter);
    let boxed = || plain.clone().set_border(FormatBorder::Thin);
    match style {
        Style::Title => plain
            .set_font_name(STRONG)
            .set_font_size(20)
            .set_align(FormatAlign::Center),
        Style::Mark | Style::Sign => plain.set_align(FormatAlign::Left),
        Style::Head => boxed()
            .set_font_name(STRONG)
            .set_text_wrap()
            .set_align(FormatAlign::Center),
        Style::Body => boxed().set_text_wrap().set_align(FormatAlign::Left),
        Style::Figure => boxed().set_align(FormatAlign::Right),
        Style::Total => boxed().set_bold().set_align(FormatAlign::Right),
    }
}
