//! Reads and writes spreadsheets, and writes documents: heavy work with heavy libraries, in a module
//! of its own that the first download is without, and in a thread of its own, so that nothing
//! freezes. What stands where was decided by `domain::sheet`.

pub mod document;
pub mod read;
pub mod roster;
mod write;

pub use write::Book;

use domain::sheet::summary::Block;
use domain::sheet::{Layout, Row};
use roster::Roster;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// Why a file cannot be read or written; the app shows `office.<key>`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Trouble {
    /// What the app sent could not be read: its two modules are of different versions.
    #[error("asked")]
    Asked,
    #[error("unwritten")]
    Unwritten,
    #[error("empty")]
    Empty,
    #[error("too_large")]
    TooLarge,
    /// More rows than come in at once.
    #[error("too_long")]
    TooLong,
    #[error("damaged")]
    Damaged,
    /// A password is needed to open it.
    #[error("locked")]
    Locked,
    /// Some other kind of file.
    #[error("no_table")]
    NoTable,
    /// A page of the web that calls itself a sheet.
    #[error("web_page")]
    WebPage,
}

thread_local! {
    /// One file at a time: each has a thread of its own.
    static BOOK: RefCell<Book> = RefCell::new(Book::new());
    static ROSTER: RefCell<Roster> = RefCell::default();
}

/// Begins a sheet: its [`Layout`] as JSON.
///
/// # Errors
/// A [`Trouble`]'s key.
#[wasm_bindgen]
pub fn begin(layout: &str) -> Result<(), JsError> {
    let layout: Layout = told(layout)?;
    BOOK.with_borrow_mut(|book| Ok(book.begin(&layout)?))
}

/// Adds rows to the last sheet that was begun: a list of [`Row`] as JSON.
///
/// # Errors
/// A [`Trouble`]'s key.
#[wasm_bindgen]
pub fn add(rows: &str) -> Result<(), JsError> {
    let rows: Vec<Row> = told(rows)?;
    BOOK.with_borrow_mut(|book| Ok(book.add(&rows)?))
}

/// The file of all sheets that were begun.
///
/// # Errors
/// A [`Trouble`]'s key.
#[wasm_bindgen]
pub fn finish() -> Result<Vec<u8>, JsError> {
    let book = BOOK.replace(Book::new());
    Ok(book.finish()?)
}

/// A document of these blocks (`domain::sheet::summary::Block`), as a file.
///
/// # Errors
/// A [`Trouble`]'s key.
#[wasm_bindgen]
pub fn document(blocks: &str) -> Result<Vec<u8>, JsError> {
    let blocks: Vec<Block> = told(blocks)?;
    Ok(document::write(&blocks)?)
}

/// Opens a roster: what is in it, as JSON.
///
/// # Errors
/// A [`Trouble`]'s key.
#[wasm_bindgen]
pub fn open(bytes: Vec<u8>) -> Result<String, JsError> {
    let roster = Roster::open(bytes)?;
    let found = json(&roster.best());
    ROSTER.set(roster);
    Ok(found)
}

/// What one of its sheets means, with its head in the row that somebody chose (from 0), or, if it is
/// negative, where it is found.
#[wasm_bindgen]
pub fn look(sheet: usize, head: i32) -> String {
    ROSTER.with_borrow(|roster| json(&roster.look(sheet, usize::try_from(head).ok())))
}

/// Begins to read it by a plan (`domain::sheet::roster::Plan`).
///
/// # Errors
/// A [`Trouble`]'s key.
#[wasm_bindgen]
pub fn plan(plan: &str) -> Result<(), JsError> {
    let plan = told(plan)?;
    ROSTER.with_borrow_mut(|roster| roster.begin(plan));
    Ok(())
}

/// The next rows (`domain::sheet::roster::Part`).
#[wasm_bindgen]
pub fn next(rows: usize) -> String {
    ROSTER.with_borrow_mut(|roster| json(&roster.next(rows)))
}

fn json<T: serde::Serialize>(value: &T) -> String {
    // Plain structs are always JSON.
    serde_json::to_string(value).unwrap_or_default()
}

fn told<T: DeserializeOwned>(json: &str) -> Result<T, Trouble> {
    serde_json::from_str(json).map_err(|_| Trouble::Asked)
}
