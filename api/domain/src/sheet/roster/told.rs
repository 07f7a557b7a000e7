//! What the page and the thread that reads a roster tell each other.

use super::{Entry, Field, Given, Head};
use crate::own::OwnField;
use crate::{Area, Grants};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What there is in a file, and what it seems to mean.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    /// The names of the sheets that have anything in them, and how many filled rows.
    pub sheets: Vec<(String, usize)>,
    /// The sheet that is looked at.
    pub sheet: usize,
    /// Whether a head was recognised; else the columns are those of the row that was tried.
    pub sure: bool,
    pub head: Head,
    /// The first filled rows, as texts with their numbers in the file, to choose the head among.
    pub first: Vec<(u32, Vec<String>)>,
    /// Of each column its first few values below the head.
    pub samples: Vec<String>,
}

/// What the columns mean, and what else is needed to read the rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    pub sheet: usize,
    /// The first row below the head, among the filled ones.
    pub from: usize,
    pub columns: Vec<Option<Field>>,
    pub villages: Vec<(Area, String)>,
    pub within: Vec<Area>,
    pub grants: Grants,
    pub given: Given,
    /// The campaign's own fields that a column may mean.
    #[serde(default)]
    pub own: Vec<OwnField>,
    pub today: Date,
}

/// A part of the roster, read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    pub entries: Vec<Entry>,
    /// Rows without a person: blank ones are not counted.
    pub notes: usize,
    /// Rows read so far of all.
    pub done: usize,
    pub all: usize,
}
