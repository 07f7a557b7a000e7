//! A few words around the Durable Object's SQLite, so that rows read plainly.

use domain::Id;
use std::cell::Cell;
use worker::{Error, Result, SqlStorage, SqlStorageValue};

/// One row's columns, taken from left to right.
pub struct Row(std::vec::IntoIter<SqlStorageValue>);

impl Row {
    pub fn bytes(&mut self) -> Vec<u8> {
        match self.0.next() {
            Some(SqlStorageValue::Blob(bytes)) => bytes,
            _ => Vec::new(),
        }
    }

    pub fn text(&mut self) -> String {
        match self.0.next() {
            Some(SqlStorageValue::String(text)) => text,
            _ => String::new(),
        }
    }

    pub fn number(&mut self) -> i64 {
        self.maybe().unwrap_or(0)
    }

    /// A number that may be missing.
    pub fn maybe(&mut self) -> Option<i64> {
        match self.0.next() {
            Some(SqlStorageValue::Integer(number)) => Some(number),
            Some(SqlStorageValue::Float(number)) => Some(number as i64),
            _ => None,
        }
    }
}

/// All rows of a query.
pub fn rows(sql: &SqlStorage, query: &str, values: Vec<SqlStorageValue>) -> Result<Vec<Row>> {
    let found = sql.exec(query, values)?;
    found.raw().map(|row| Ok(Row(row?.into_iter()))).collect()
}

/// The first row of a query, if there is one.
pub fn first(sql: &SqlStorage, query: &str, values: Vec<SqlStorageValue>) -> Result<Option<Row>> {
    Ok(rows(sql, query, values)?.into_iter().next())
}

/// Runs a statement that answers nothing.
pub fn run(sql: &SqlStorage, query: &str, values: Vec<SqlStorageValue>) -> Result<()> {
    sql.exec(query, values)?;
    Ok(())
}

/// Rows for one statement: their bytes one after another in one blob, and a JSON list of a number
/// for each, which holds another number, where its bytes begin, and how many they are.
#[derive(Default)]
pub struct Bundle {
    bytes: Vec<u8>,
    places: String,
}

/// The rows of a bundle, whose list is the statement's first value and whose blob is the second.
pub const ROWS: &str = "FROM (SELECT value >> 44 AS nth, value >> 22 & 4194303 AS at,
    value & 4194303 AS size FROM json_each(?1))";

/// The same of a bundle whose rows are ids, each with another number (see [`Bundle::add_id`]).
pub const IDS: &str = "FROM (SELECT value >> 44 AS nth, value & 17592186044415 AS number,
    substr(?2, 16 * key + 1, 16) AS id FROM json_each(?1))";

/// A value is at most twice as large.
const BUNDLE_BYTES: usize = 1024 * 1024;

impl Bundle {
    /// Empty, with memory for so many rows with so many bytes.
    pub fn with_room(rows: usize, bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes.min(BUNDLE_BYTES)),
            places: String::with_capacity(rows * 20 + 2),
        }
    }

    /// Adds a row: a number below 2¹⁹, and bytes.
    ///
    /// # Errors
    /// If the bytes are more than a row holds.
    pub fn add(&mut self, nth: u64, parts: &[&[u8]]) -> Result<()> {
        // SQLite counts from one.
        let at = self.bytes.len() as u64 + 1;
        let size: u64 = parts.iter().map(|part| part.len() as u64).sum();
        if at.max(size) >= 1 << 22 {
            return Err(Error::RustError(format!("a row of {size} bytes")));
        }
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        self.put(nth << 44 | at << 22 | size);
        Ok(())
    }

    /// Adds a row to a bundle of nothing else: a number below 2¹⁹, an id, and a number below 2⁴⁴.
    pub fn add_id(&mut self, nth: u64, id: Id, number: u64) {
        self.bytes.extend_from_slice(id.as_bytes());
        self.put(nth << 44 | number);
    }

    fn put(&mut self, listed: u64) {
        self.places
            .push(if self.places.is_empty() { '[' } else { ',' });
        self.places.push_str(itoa::Buffer::new().format(listed));
    }

    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// True if so many bytes more are to go into another one.
    pub fn is_full(&self, more: usize) -> bool {
        !self.is_empty() && self.bytes.len() + more > BUNDLE_BYTES
    }

    /// The statement's values, with further ones from the third on.
    pub fn values(self, more: Vec<SqlStorageValue>) -> Vec<SqlStorageValue> {
        let mut values = vec![(self.places + "]").into(), self.bytes.into()];
        values.extend(more);
        values
    }

    /// Writes all rows; the statement is given up to its columns, with its further values from the
    /// third on.
    pub fn write(self, sql: &SqlStorage, insert: &str, more: Vec<SqlStorageValue>) -> Result<()> {
        self.run(sql, &format!("{insert} {ROWS}"), more)
    }

    /// Runs a whole statement over the rows, if there are any.
    pub fn run(self, sql: &SqlStorage, query: &str, more: Vec<SqlStorageValue>) -> Result<()> {
        match self.is_empty() {
            true => Ok(()),
            false => run(sql, query, self.values(more)),
        }
    }
}

/// Whether an object has made its tables in this life of its.
#[derive(Default)]
pub struct Made(Cell<bool>);

impl Made {
    /// Makes them unless they are made.
    pub fn once<E>(
        &self,
        make: impl FnOnce() -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        if !self.0.get() {
            make()?;
            self.0.set(true);
        }
        Ok(())
    }
}

/// Gives a table that an older server made a column of today; true if it did not have it.
pub fn add_column(sql: &SqlStorage, table: &str, column: &str, is: &str) -> Result<bool> {
    let query = "SELECT 1 FROM pragma_table_info(?) WHERE name = ?";
    let lacks = first(sql, query, vec![table.into(), column.into()])?.is_none();
    if lacks {
        let add = format!("ALTER TABLE {table} ADD COLUMN {column} {is}");
        run(sql, &add, vec![])?;
    }
    Ok(lacks)
}
