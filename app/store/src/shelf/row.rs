//! What lists need of a record, without unpacking it.

use super::Shelf;
use domain::{Area, Id, Kind, Record};

/// What lists need of a record, without unpacking it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: Id,
    pub kind: &'static Kind,
    pub area: Area,
    pub title: String,
    pub priority: usize,
    /// The records that it tells something about.
    pub about: Vec<Id>,
    /// What it was merged into; it is shown there if that is here (see [`Shelf::stands`]).
    pub merged: Option<Id>,
    pub is_open: bool,
    pub to_confirm: bool,
    pub refused: bool,
    pub waiting: bool,
}

impl Shelf {
    pub(super) fn row_of(&self, record: &Record) -> Option<Row> {
        let kind = Kind::find(&record.kind)?;
        let area = record.area().filter(|_| !record.is_deleted())?;
        let (waiting, refused) = self.stands_with(record.id);
        Some(Row {
            id: record.id,
            kind,
            area,
            title: kind.title(record).to_owned(),
            priority: domain::person::priority(record),
            about: kind.subjects(record),
            merged: record.merged_into(),
            is_open: kind.is_open(record),
            // What no table names cannot be confirmed here.
            to_confirm: record
                .to_confirm()
                .any(|field| kind.field(field).is_some() || domain::own::is_own(field)),
            waiting,
            refused,
        })
    }

    /// Whether something of a record was not sent yet, and whether some of that was refused.
    pub(super) fn stands_with(&self, id: Id) -> (bool, bool) {
        let mut unsent = self.unsent_of(id).peekable();
        let waits = unsent.peek().is_some();
        (waits, unsent.any(|entry| entry.refused.is_some()))
    }

    /// Lets the row of a record say so.
    pub(super) fn says_how_it_stands(&mut self, id: Id) {
        let (waiting, refused) = self.stands_with(id);
        if let Some(row) = self.rows.get_mut(&id) {
            (row.waiting, row.refused) = (waiting, refused);
        }
    }
}
