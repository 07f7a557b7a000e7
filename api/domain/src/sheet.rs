//! Sheets and documents that leave the app as files: what stands where, decided here, so that a file
//! gives what the screen gives. Whoever writes the file knows of no record.

pub mod list;
pub mod progress;
pub mod roster;
pub mod summary;

use crate::grant::{Grants, Role};
use crate::{Area, Id};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a sheet looks as a whole; its rows come after it, as many as there are.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Layout {
    pub name: String,
    /// Of each column, in characters of half width.
    pub widths: Vec<u16>,
    pub merges: Vec<Merge>,
    /// So many rows and columns stay where they are, and the rows stand on each printed page.
    pub frozen: (u32, u16),
    pub paper: Paper,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    #[default]
    A4,
    A3,
}

/// Cells that are one, both ends counted, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Merge {
    pub rows: (u32, u32),
    pub columns: (u16, u16),
}

/// A row's cells from the left.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Row {
    /// In points, if it is not the usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u16>,
    pub cells: Vec<Cell>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cell {
    #[serde(rename = "s")]
    pub style: Style,
    #[serde(rename = "c")]
    pub content: Content,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    Title,
    /// Who, when, how many; the unit and the period.
    Mark,
    Head,
    Body,
    /// A figure or a date: to the right, or in the middle.
    Figure,
    Total,
    Sign,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Empty,
    Text(String),
    Number(Number),
    /// In tenths of a per cent.
    Share(i64),
    Day(Date),
    /// Milliseconds since 1970 UTC, shown as the time in China.
    Moment(i64),
    /// The sum of the rows from the first to the second of this column (from 0, both counted), and
    /// what it gives.
    Sum(u32, u32, Number),
}

/// A whole number of small parts: 3650 with two decimals is 36.50.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Number {
    pub parts: i64,
    pub decimals: u8,
}

impl Number {
    pub const fn whole(parts: i64) -> Self {
        Self { parts, decimals: 0 }
    }

    pub const fn money(fen: i64) -> Self {
        Self {
            parts: fen,
            decimals: 2,
        }
    }
}

impl Cell {
    pub const fn new(style: Style, content: Content) -> Self {
        Self { style, content }
    }

    pub fn text(style: Style, text: impl Into<String>) -> Self {
        Self::new(style, Content::Text(text.into()))
    }

    pub const fn empty(style: Style) -> Self {
        Self::new(style, Content::Empty)
    }
}

impl Row {
    /// A text in the first of so many cells, which are then merged.
    fn across(style: Style, text: String, columns: usize) -> Self {
        let mut cells = vec![Cell::empty(style); columns.max(1)];
        cells[0] = Cell::text(style, text);
        Self {
            height: None,
            cells,
        }
    }

    fn high(mut self, points: u16) -> Self {
        self.height = Some(points);
        self
    }
}

impl Layout {
    /// Merges cells, unless it is one alone: programs take that for damage.
    fn merge(&mut self, rows: (u32, u32), columns: (u16, u16)) {
        if rows.0 < rows.1 || columns.0 < columns.1 {
            self.merges.push(Merge { rows, columns });
        }
    }
}

/// A sheet with its rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sheet {
    pub layout: Layout,
    pub rows: Vec<Row>,
}

/// What an app says in its person's language, and whom it knows.
pub trait Words {
    fn label(&self, key: &str) -> String;
    /// A label with its `{names}` filled in.
    fn fill(&self, key: &str, values: &[(&str, &str)]) -> String;
    fn area(&self, area: Area) -> String;
    /// What a record is called that another one names.
    fn record(&self, id: Id) -> String;
    fn colleague(&self, id: Id) -> String;
}

/// Who takes a file out of the app, and when: it stands in the file's head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taker {
    pub name: String,
    /// Milliseconds since 1970 UTC.
    pub at_ms: i64,
}

/// True if these grants may take lists out of the app: coordinators, and officers what their
/// department handles. Whoever records in a village works in the app.
pub fn may_export(grants: &Grants) -> bool {
    grants.has(Role::Coordinator) || grants.has(Role::DepartmentOfficer)
}

/// A moment as it stands in files: `2026-02-17 08:05`, in China.
pub fn moment(ms: i64) -> String {
    format!("{} {}", crate::day_of(ms), crate::moment::clock(ms))
}

/// A text's width in characters of half width.
fn width(text: &str) -> u16 {
    let one = |c: char| if c.is_ascii() { 1 } else { 2 };
    text.chars().map(one).sum()
}

/// Sheets' names hold at most 31 characters, and not these signs.
fn sheet_name(text: &str) -> String {
    let plain = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    let name: String = text.chars().filter(plain).take(31).collect();
    if name.is_empty() {
        "1".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests;
