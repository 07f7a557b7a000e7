//! What an older server kept otherwise: its records in the order of their ids, and its history, a row
//! to a change.

use super::RECORD;
use crate::sql::{self, Bundle};
use domain::block;
use worker::{Result, SqlStorage};

/// So many rows are read at once.
const ROWS: i64 = 500;

/// Takes over what is kept otherwise.
pub fn take_over(sql: &SqlStorage) -> Result<()> {
    records(sql)?;
    history(sql)
}

/// Puts records where their last change puts them. All of it is one transaction.
fn records(sql: &SqlStorage) -> Result<()> {
    let query = "SELECT 1 FROM pragma_table_info('record') WHERE name = 'id' AND pk = 1";
    if sql::first(sql, query, vec![])?.is_none() {
        return Ok(());
    }
    for step in [
        "ALTER TABLE record RENAME TO record_by_id",
        RECORD,
        "INSERT INTO record (seq, id, body) SELECT seq, id, body FROM record_by_id ORDER BY seq",
        "DROP TABLE record_by_id",
    ] {
        sql::run(sql, step, vec![])?;
    }
    Ok(())
}

/// Puts such a history into blocks. It goes last: what a try before may have left of it is made anew.
fn history(sql: &SqlStorage) -> Result<()> {
    let query = "SELECT 1 FROM pragma_table_info('history')";
    if sql::first(sql, query, vec![])?.is_none() {
        return Ok(());
    }
    links(sql)?;
    sql::run(sql, "DELETE FROM block", vec![])?;
    let query = "SELECT seq, person, received, body, chain, earlier FROM history
                 WHERE seq > ? ORDER BY seq LIMIT ?";
    let (mut after, mut open) = (0, Open::default());
    loop {
        let rows = sql::rows(sql, query, vec![after.into(), ROWS.into()])?;
        let full = rows.len() as i64 == ROWS;
        for mut row in rows {
            let seq = row.number();
            let (person, received) = (row.bytes(), row.number());
            let (change, chain) = (row.bytes(), row.bytes());
            let earlier = row.number() as u64;
            let other = open.person != person || open.received != received;
            if other || block::is_full(&open.body, &change) {
                open.close(sql)?;
            }
            block::put(&mut open.body, seq as u64, earlier, &change);
            (open.person, open.received, open.chain) = (person, received, chain);
            open.last = seq;
            after = seq;
        }
        if !full {
            open.close(sql)?;
            open.write(sql)?;
            return sql::run(sql, "DROP TABLE history", vec![]);
        }
    }
}

/// A block to which further changes may come, and those before it that are to be written.
#[derive(Default)]
struct Open {
    last: i64,
    person: Vec<u8>,
    received: i64,
    chain: Vec<u8>,
    body: Vec<u8>,
    closed: Bundle,
}

impl Open {
    fn close(&mut self, sql: &SqlStorage) -> Result<()> {
        let body = std::mem::take(&mut self.body);
        if body.is_empty() {
            return Ok(());
        }
        if self.closed.is_full(body.len()) {
            self.write(sql)?;
        }
        let number = |number: i64| format!("{number:016}");
        let (last, received) = (number(self.last), number(self.received));
        let parts = [
            last.as_bytes(),
            &self.person,
            received.as_bytes(),
            &self.chain,
            &body,
        ];
        self.closed.add(0, &parts)
    }

    fn write(&mut self, sql: &SqlStorage) -> Result<()> {
        std::mem::take(&mut self.closed).write(
            sql,
            "INSERT INTO block (last, person, received, chain, body)
             SELECT CAST(substr(?2, at, 16) AS INTEGER), substr(?2, at + 16, 16),
                 CAST(substr(?2, at + 32, 16) AS INTEGER), substr(?2, at + 48, 32),
                 substr(?2, at + 80, size - 80)",
            vec![],
        )
    }
}

/// The first servers found a record's changes by an index over them instead.
fn links(sql: &SqlStorage) -> Result<()> {
    if sql::add_column(sql, "history", "earlier", "INTEGER NOT NULL DEFAULT 0")? {
        let link = "UPDATE history SET earlier = coalesce(
            (SELECT MAX(seq) FROM history AS other
             WHERE other.record = history.record AND other.seq < history.seq), 0)";
        sql::run(sql, link, vec![])?;
    }
    Ok(())
}
