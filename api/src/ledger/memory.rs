//! What a ledger object remembers of its own tables from one request to the next: while it lives,
//! nobody else writes them, and a statement costs more than most of what it would answer. Whatever is
//! here can be forgotten at any moment; it is read again.

use super::recent::Recent;
use crate::rollup::Counted;
use crate::steps::Agreement;
use domain::Id;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

#[derive(Default)]
pub struct Memory {
    /// The number of the last change, and its link.
    pub end: RefCell<Option<(u64, Vec<u8>)>>,
    pub recent: RefCell<Recent>,
    /// The greatest of the records' ids. They grow with time: of a record that was just made it tells
    /// that it is not there.
    pub greatest: Cell<Option<Id>>,
    /// How far each view is counted, and how far the table says so.
    pub agreements: RefCell<BTreeMap<String, Agreed>>,
    /// Whose tokens are stopped, and until when.
    pub bars: RefCell<Option<HashMap<String, i64>>>,
    pub counted: RefCell<Option<Rc<Counted>>>,
    /// When the campaign's settings were changed last; 0 if they never were.
    pub settings: Cell<Option<i64>>,
}

pub struct Agreed {
    pub now: Agreement,
    pub written: Agreement,
}

/// A view that is counted is written down again after so many changes.
const UNWRITTEN: u64 = 500;

impl Agreed {
    /// True if the table may go on saying what it says: from there the view was only counted on, and
    /// not far.
    pub fn goes_on_to(&self, next: &Agreement) -> bool {
        let unwritten = self.now.seq + 1..self.written.seq + UNWRITTEN;
        self.written.until.is_none() && next.until.is_none() && unwritten.contains(&next.seq)
    }
}

impl Memory {
    /// After something went wrong: what was written may be other than what is remembered.
    pub fn forget(&self) {
        self.end.take();
        self.recent.take();
        self.greatest.take();
        self.agreements.take();
        self.bars.take();
        self.counted.take();
        self.settings.take();
    }
}
