//! Records read many at once, in one piece: each row by itself costs several times what SQLite takes
//! to find it.

use super::blocks::{BODY, SIZE};
use super::{Store, id_of, leaves};
use crate::error::ApiError;
use crate::sql;
use crate::steps::{Kept, Rows as _};
use domain::{Id, pack};
use worker::SqlStorageValue;

/// So many rows are read in one piece, which SQLite does not let become larger than 2 MB; those
/// with more bytes than that come by themselves.
pub const GATHERED_ROWS: usize = 400;
const GATHERED_BYTES: usize = 4 * 1024;

/// A record's row, and its body as it is kept (see [`domain::row`]) unless that is large.
pub struct Gathered {
    pub id: Id,
    pub seq: u64,
    pub body: Option<Vec<u8>>,
}

impl Gathered {
    pub fn whole(self, store: &Store) -> Result<Kept, ApiError> {
        let (id, seq) = (self.id, self.seq);
        match self.body {
            Some(body) => leaves(Kept { seq, body }),
            None => Ok(store.row(id)?.ok_or(pack::Damaged::Short)?),
        }
    }
}

impl Store {
    /// The greatest of the records' ids; `None` if there are none.
    pub fn greatest(&self) -> Result<Option<Id>, ApiError> {
        if let Some(id) = self.memory.greatest.get() {
            return Ok(Some(id));
        }
        let row = sql::first(&self.sql, "SELECT MAX(id) FROM record", vec![])?;
        let greatest = row.and_then(|mut row| id_of(&row.bytes()).ok());
        self.memory.greatest.set(greatest);
        Ok(greatest)
    }

    /// At most [`GATHERED_ROWS`] records; `from` is a query's end, from its `FROM` to its `LIMIT`,
    /// without which SQLite would take each body twice.
    pub fn gathered(
        &self,
        from: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<Gathered>, ApiError> {
        let query = format!(
            "SELECT CAST(group_concat(id, '') AS BLOB),
                 group_concat(seq || ' ' || coalesce(length(body), -1)),
                 CAST(group_concat(body, '') AS BLOB)
             FROM (SELECT id, seq, CASE WHEN {SIZE} <= {GATHERED_BYTES} THEN {BODY} END AS body
                 {from})"
        );
        let Some(mut row) = sql::first(&self.sql, &query, values)? else {
            return Ok(Vec::new());
        };
        let (ids, told, bodies) = (row.bytes(), row.text(), row.bytes());
        let mut bodies = bodies.as_slice();
        let told = told.split_terminator(',').zip(ids.chunks(16));
        let read = told.map(|(told, id)| {
            let (seq, size) = told.split_once(' ').ok_or(pack::Damaged::Form)?;
            let seq = seq.parse().map_err(|_| pack::Damaged::Form)?;
            // A larger one has no size.
            let body = match size.parse::<usize>() {
                Ok(size) => {
                    let split = bodies.split_at_checked(size);
                    let (body, rest) = split.ok_or(pack::Damaged::Short)?;
                    bodies = rest;
                    Some(body.to_vec())
                }
                Err(_) => None,
            };
            let id = id_of(id)?;
            Ok(Gathered { id, seq, body })
        });
        read.collect()
    }
}
