//! Which row is a roster's head, and what its columns mean: below titles, with merged cells, on one
//! row or on two.

use super::clean::Raw;
use super::{Field, Line};
use serde::{Deserialize, Serialize};

/// The head stands within so many filled rows, or a person has to say where it stands.
const LOOKED_AT: usize = 30;
/// More columns than this no roster has.
pub const COLUMNS_AT_MOST: usize = 200;

/// A roster's head.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// The place of its first row among the filled ones, from 0.
    pub at: usize,
    /// One row or two.
    pub rows: usize,
    pub columns: Vec<Column>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Column {
    /// As it stands in the file, a group's name before it.
    pub head: String,
    pub field: Option<Field>,
}

impl Head {
    /// The most likely head; `None` if no row has a name's head and one more.
    pub fn find(lines: &[Line]) -> Option<Self> {
        let tried = (0..lines.len().min(LOOKED_AT)).filter(|at| !is_lower(lines, *at));
        let heads = tried.map(|at| Self::at(lines, at));
        let fits = |head: &Self| head.count() >= 2 && head.has(Field::Name);
        let heads: Vec<Self> = heads.filter(fits).collect();
        // Of equals the one without a title in it, and the first: a roster may repeat its head.
        let worth = |head: &&Self| (head.count(), head.rows == 1);
        heads.iter().rev().max_by_key(worth).cloned()
    }

    /// The head that begins with this row.
    pub fn at(lines: &[Line], at: usize) -> Self {
        let above = lines.get(at).map(|line| line.cells.as_slice());
        let above = above.unwrap_or_default();
        let below = lines.get(at + 1).map(|line| line.cells.as_slice());
        let below = below.filter(|below| goes_on(above, below));
        let width = above.len().max(below.map_or(0, <[Raw]>::len));
        let mut group = String::new();
        let mut columns: Vec<Column> = (0..width.min(COLUMNS_AT_MOST))
            .map(|column| one(above, below, column, &mut group))
            .collect();
        only_once(&mut columns);
        Self {
            at,
            rows: if below.is_some() { 2 } else { 1 },
            columns,
        }
    }

    /// The first row below it.
    pub fn end(&self) -> usize {
        self.at + self.rows
    }

    fn count(&self) -> usize {
        let known = self.columns.iter().filter(|column| column.field.is_some());
        known.count()
    }

    pub fn has(&self, field: Field) -> bool {
        self.columns
            .iter()
            .any(|column| column.field == Some(field))
    }
}

/// True for the second row of a head whose first has heads of its own.
fn is_lower(lines: &[Line], at: usize) -> bool {
    let above = at.checked_sub(1).and_then(|above| lines.get(above));
    above.is_some_and(|above| {
        let known = |cell: &Raw| Field::recognise(&cell.text()).is_some();
        above.cells.iter().any(known) && Head::at(lines, at - 1).rows == 2
    })
}

fn said(cells: &[Raw], column: usize) -> String {
    let text = cells.get(column).map(Raw::text).unwrap_or_default();
    text.split_whitespace().collect()
}

/// True if a head goes on in the row below: it holds heads itself, where the row above has none or
/// has a group's.
fn goes_on(above: &[Raw], below: &[Raw]) -> bool {
    let fits = |(column, cell): (usize, &Raw)| {
        let text = cell.text();
        let own = Field::recognise(&said(above, column));
        own.is_none() && Field::recognise(&text).is_some()
    };
    let any = below.iter().enumerate().any(fits);
    // A head has no figures in it.
    let plain = |cell: &Raw| matches!(cell, Raw::Empty | Raw::Text(_));
    any && below.iter().all(plain)
}

/// One column's head: the lower of two rows within the upper one's group.
fn one(above: &[Raw], below: Option<&[Raw]>, column: usize, group: &mut String) -> Column {
    let upper = said(above, column);
    let lower = below.map(|below| said(below, column)).unwrap_or_default();
    if !upper.is_empty() {
        group.clone_from(&upper);
    }
    if lower.is_empty() {
        let field = Field::recognise(&upper);
        return Column { head: upper, field };
    }
    let head = if lower == *group {
        lower.clone()
    } else {
        format!("{group}{lower}")
    };
    let joined = Field::recognise(&head);
    // The phone number of a household's head is not the person's own.
    let of_others = ["户主", "家属", "紧急", "子女", "父母", "配偶", "监护"];
    let foreign = of_others.iter().any(|word| group.contains(word));
    let field = joined.or_else(|| Field::recognise(&lower).filter(|_| !foreign));
    Column { head, field }
}

/// Of two columns with one meaning the first has it.
fn only_once(columns: &mut [Column]) {
    let mut seen = Vec::new();
    for column in columns {
        if let Some(field) = column.field {
            if seen.contains(&field) {
                column.field = None;
            }
            seen.push(field);
        }
    }
}
