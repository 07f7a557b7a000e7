//! A roster that is being read: kept in this thread while a person says what its columns mean.

use crate::Trouble;
use crate::read::{self, Sheet};
use domain::sheet::roster::{Entry, Found, Head, Line, Part, Places, Plan, Reader};

/// Rows to choose the head among, and samples of a column.
const SHOWN: usize = 12;
const SAMPLES: usize = 3;

/// An open file.
#[derive(Debug, Default)]
pub struct Roster {
    sheets: Vec<Sheet>,
    reading: Option<(Reader, usize, usize)>,
}

impl Roster {
    /// Opens a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn open(bytes: Vec<u8>) -> Result<Self, Trouble> {
        let sheets = read::sheets(bytes)?;
        Ok(Self {
            sheets,
            reading: None,
        })
    }

    /// The sheet with the most people under a head that is recognised.
    pub fn best(&self) -> Found {
        let rows = |sheet: &Sheet| {
            let head = Head::find(&sheet.lines);
            (head.is_some(), sheet.lines.len())
        };
        let best = (0..self.sheets.len())
            .rev()
            .max_by_key(|at| rows(&self.sheets[*at]));
        self.look(best.unwrap_or_default(), None)
    }

    /// What a sheet means, with the head where somebody says that it is.
    pub fn look(&self, sheet: usize, at: Option<usize>) -> Found {
        let lines = self.lines(sheet);
        let found = match at {
            Some(at) => Some(Head::at(lines, at)),
            None => Head::find(lines),
        };
        let sure = found.is_some();
        let head = found.unwrap_or_else(|| Head::at(lines, 0));
        let first = lines
            .iter()
            .take(SHOWN)
            .map(|line| (line.number, texts(line)));
        let samples = (0..head.columns.len())
            .map(|column| samples(&lines[head.end().min(lines.len())..], column));
        Found {
            sheets: self
                .sheets
                .iter()
                .map(|s| (s.name.clone(), s.lines.len()))
                .collect(),
            sheet,
            sure,
            first: first.collect(),
            samples: samples.collect(),
            head,
        }
    }

    /// Begins to read.
    pub fn begin(&mut self, plan: Plan) {
        let places = Places::new(&plan.villages, &plan.within);
        let head = plan
            .from
            .checked_sub(1)
            .and_then(|at| self.lines(plan.sheet).get(at))
            .cloned();
        let reader = Reader::new(
            plan.columns,
            head.as_ref(),
            places,
            plan.grants,
            plan.given,
            plan.own,
            plan.today,
        );
        self.reading = Some((reader, plan.sheet, plan.from));
    }

    /// The next rows.
    pub fn next(&mut self, rows: usize) -> Part {
        let Some((mut reader, sheet, from)) = self.reading.take() else {
            return Part {
                entries: Vec::new(),
                notes: 0,
                done: 0,
                all: 0,
            };
        };
        let lines = self.lines(sheet);
        let end = (from + rows).min(lines.len());
        let part = lines.get(from..end).unwrap_or_default();
        let entries: Vec<Entry> = part.iter().filter_map(|line| reader.read(line)).collect();
        let part = Part {
            notes: part.len() - entries.len(),
            entries,
            done: end,
            all: lines.len(),
        };
        self.reading = Some((reader, sheet, end));
        part
    }

    fn lines(&self, sheet: usize) -> &[Line] {
        self.sheets.get(sheet).map_or(&[], |sheet| &sheet.lines)
    }
}

fn texts(line: &Line) -> Vec<String> {
    let short = |text: String| text.chars().take(20).collect::<String>();
    line.cells.iter().map(|cell| short(cell.text())).collect()
}

fn samples(lines: &[Line], column: usize) -> String {
    let values = lines.iter().filter_map(|line| line.cells.get(column));
    let values = values
        .map(|cell| cell.text())
        .filter(|text| !text.is_empty());
    let short = |text: String| text.chars().take(12).collect::<String>();
    values
        .take(SAMPLES)
        .map(short)
        .collect::<Vec<_>>()
        .join(" · ")
}
