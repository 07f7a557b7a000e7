//! A ledger's file, read and written without the server.

use domain::Id;
use domain::block::Block;
use rusqlite::{Connection, Result, Row};

/// The whole history.
///
/// # Errors
/// If it is no ledger's file, or one of an older server.
pub fn blocks(database: &Connection) -> Result<Vec<Block>> {
    let query = "SELECT last, person, received, chain, body FROM block ORDER BY last";
    let block = |row: &Row<'_>| {
        Ok(Block {
            last: row.get::<_, i64>(0)?.cast_unsigned(),
            person: Id::from_bytes(row.get(1)?),
            received: row.get(2)?,
            chain: row.get(3)?,
            body: row.get(4)?,
        })
    };
    database.prepare(query)?.query_map([], block)?.collect()
}
