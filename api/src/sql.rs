//! A few words around the Durable Object's SQLite, so that rows read plainly.

use worker::{Result, SqlStorage, SqlStorageValue};

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
        match self.0.next() {
            Some(SqlStorageValue::Integer(number)) => number,
            Some(SqlStorageValue::Float(number)) => number as i64,
            _ => 0,
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
