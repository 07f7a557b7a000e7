//! The way back along a record's changes: its row names the last one, and each change the one before
//! it. An index over records and stamps would say the same, but each change would land somewhere in
//! the middle of it, and with it a page to be written.

use super::{Store, kept};
use crate::error::ApiError;
use crate::sql::{self, Bundle, ROWS};
use crate::steps::Kept;
use domain::{Id, Stamp};
use std::collections::BTreeMap;
use worker::SqlStorage;

/// Begins a statement with a table of the records for which `these` holds, and the number of each of
/// their changes. A broken link leads nowhere: each is smaller than the one that it is told by.
fn walk(these: &str) -> String {
    format!(
        "WITH RECURSIVE walk (record, seq) AS (
            SELECT id, seq FROM record WHERE {these}
            UNION ALL
            SELECT walk.record, earlier FROM walk CROSS JOIN history USING (seq)
            WHERE earlier > 0 AND earlier < seq)"
    )
}

/// Links the history of a ledger that an older server kept.
pub fn make(sql: &SqlStorage) -> worker::Result<()> {
    if sql::add_column(sql, "history", "earlier", "INTEGER NOT NULL DEFAULT 0")? {
        let link = "UPDATE history SET earlier = coalesce(
            (SELECT MAX(seq) FROM history AS other
             WHERE other.record = history.record AND other.seq < history.seq), 0)";
        sql::run(sql, link, vec![])?;
        sql::run(sql, "DROP INDEX IF EXISTS history_change", vec![])?;
    }
    Ok(())
}

impl Store {
    /// A record's changes up to a number, in their order; these columns of each.
    ///
    /// # Errors
    /// If the database does not answer.
    pub fn told_of(&self, id: Id, until: u64, columns: &str) -> Result<Vec<sql::Row>, ApiError> {
        let query = format!(
            "{} SELECT {columns} FROM walk CROSS JOIN history USING (seq)
             WHERE seq <= ?2 ORDER BY seq",
            walk("id = ?1")
        );
        let until = i64::try_from(until).unwrap_or(i64::MAX);
        let values = vec![id.as_bytes().to_vec().into(), until.into()];
        Ok(sql::rows(&self.sql, &query, values)?)
    }

    /// Those of these changes that the history holds.
    pub(super) fn accepted(
        &self,
        changes: impl Iterator<Item = (Id, Stamp)>,
    ) -> Result<BTreeMap<(Id, Stamp), Kept>, ApiError> {
        let mut wanted = Bundle::default();
        for (id, stamp) in changes {
            wanted.add(0, &[id.as_bytes(), stamp.to_string().as_bytes()])?;
        }
        if wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        let query = format!(
            "{}, wanted (record, stamp) AS MATERIALIZED (
                SELECT substr(?2, at, 16), CAST(substr(?2, at + 16, 32) AS TEXT) {ROWS})
             SELECT walk.record, history.stamp, seq, body
             FROM walk CROSS JOIN history USING (seq)
             CROSS JOIN wanted ON wanted.record = walk.record AND wanted.stamp = history.stamp",
            walk(&format!("id IN (SELECT substr(?2, at, 16) {ROWS})"))
        );
        let rows = sql::rows(&self.sql, &query, wanted.values(Vec::new()))?;
        let told = rows.into_iter().map(|mut row| {
            let (id, stamp) = (super::id_of(&row.bytes())?, Stamp::parse(&row.text()));
            let stamp = stamp.ok_or(domain::pack::Damaged::Form)?;
            Ok(((id, stamp), kept(row)))
        });
        told.collect()
    }
}
