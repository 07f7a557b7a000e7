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

/// Gives a table that an older server made a column of today.
pub fn add_column(sql: &SqlStorage, table: &str, column: &str, is: &str) -> Result<()> {
    let query = "SELECT 1 FROM pragma_table_info(?) WHERE name = ?";
    if first(sql, query, vec![table.into(), column.into()])?.is_none() {
        let add = format!("ALTER TABLE {table} ADD COLUMN {column} {is}");
        run(sql, &add, vec![])?;
    }
    Ok(())
}
