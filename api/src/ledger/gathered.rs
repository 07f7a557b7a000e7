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
pub const GATHERED_BYTES: usize = 4 * 1024;

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

    /// At most [`GATHERED_ROWS`] records from here and there; `from` is a query's end, from its `FROM`
    /// to its `LIMIT`, without which SQLite would take each body twice.
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
        let rows = self.pieces(&query, values)?.into_iter();
        Ok(rows.map(|(row, _)| row).collect())
    }

    /// The same of records most of which stand in the history one after the other: then it is quicker
    /// to read the blocks, each once.
    pub fn swept(
        &self,
        from: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<Gathered>, ApiError> {
        let query = format!(
            "SELECT CAST(group_concat(id, '') AS BLOB), group_concat(seq || ' ' || told),
                 CAST(group_concat(body, '') AS BLOB)
             FROM (SELECT id, seq,
                 CASE WHEN {SIZE} > {GATHERED_BYTES} THEN -1
                     WHEN typeof(body) = 'integer' THEN body ELSE length(body) END AS told,
                 CASE WHEN typeof(body) = 'blob' AND length(body) <= {GATHERED_BYTES}
                     THEN body END AS body
                 {from})"
        );
        let rows = self.pieces(&query, values)?;
        let standing = rows.iter().filter(|(_, place)| place.is_some());
        let mut changes: Vec<u64> = standing.map(|(row, _)| row.seq).collect();
        changes.sort_unstable();
        let bodies = self.bodies_of(&changes)?;
        let whole = |(row, place): (Gathered, Option<u64>)| {
            let Some(place) = place else { return Ok(row) };
            let stands = bodies.at(row.seq, place);
            let body = Some(stands.ok_or(pack::Damaged::Short)?.to_vec());
            Ok(Gathered { body, ..row })
        };
        rows.into_iter().map(whole).collect()
    }

    /// What a query of one row tells of many: their ids, their numbers and sizes, their bytes. Where a
    /// place in a block stands for the bytes, that is told besides.
    fn pieces(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<(Gathered, Option<u64>)>, ApiError> {
        let Some(mut row) = sql::first(&self.sql, query, values)? else {
            return Ok(Vec::new());
        };
        let (ids, told, bodies) = (row.bytes(), row.text(), row.bytes());
        let mut bodies = bodies.as_slice();
        let told = told.split_terminator(',').zip(ids.chunks(16));
        let read = told.map(|(told, id)| {
            let (seq, size) = told.split_once(' ').ok_or(pack::Damaged::Form)?;
            let seq = seq.parse().map_err(|_| pack::Damaged::Form)?;
            // A larger one has no size.
            let size = size.parse::<u64>().ok();
            let place = size.filter(|size| *size > GATHERED_BYTES as u64);
            let body = match size {
                Some(size) if place.is_none() => {
                    let split = bodies.split_at_checked(size as usize);
                    let (body, rest) = split.ok_or(pack::Damaged::Short)?;
                    bodies = rest;
                    Some(body.to_vec())
                }
                _ => None,
            };
            let id = id_of(id)?;
            Ok((Gathered { id, seq, body }, place))
        });
        read.collect()
    }
}
