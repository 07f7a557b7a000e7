//! The history as it is kept: some changes to a row (see [`domain::block`]). A record's row names its
//! last change, and each change the one before it. A record that only its first change has written
//! is not kept twice: its row tells where in the history it stands.

use super::gathered::{GATHERED_BYTES, GATHERED_ROWS};
use super::{Store, id_of};
use crate::error::ApiError;
use crate::sql;
use crate::steps::Kept;
use domain::block::{self, Block};
use domain::history::Accepted;
use domain::{Change, Id, Stamp, pack};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use worker::SqlStorageValue;

pub const TABLE: &str = "
CREATE TABLE IF NOT EXISTS block (
    last INTEGER PRIMARY KEY, person BLOB NOT NULL, received INTEGER NOT NULL,
    chain BLOB NOT NULL, body BLOB NOT NULL);
";

/// A record's bytes in a statement that reads `record`. Where a number stands for them, they stand in
/// the block with its last change (see [`domain::block::place`]).
pub const BODY: &str = "CASE typeof(record.body) WHEN 'integer' THEN
    (SELECT substr(block.body, record.body >> 22, record.body & 4194303) FROM block
     WHERE last >= record.seq ORDER BY last LIMIT 1)
    ELSE record.body END";

/// How many bytes these are, without reading them.
pub const SIZE: &str = "CASE typeof(record.body) WHEN 'integer' THEN record.body & 4194303
    ELSE length(record.body) END";

/// The blocks with the changes that a list names.
const OF: &str = "last IN (SELECT (SELECT MIN(last) FROM block WHERE last >= value)
    FROM json_each(?))";

/// Of so many changes one at the least is wanted where what lies between is read, too.
const CLOSE: u64 = 8;

/// A block with one change alone, which made a record that is just small enough to be gathered.
const LARGE: usize = GATHERED_BYTES + 32;

/// So many blocks are read at once.
const AT_ONCE: usize = 64;

impl Store {
    /// Rows of the history; `which` is a query's end, from its `WHERE` on.
    fn blocks(&self, which: &str, values: Vec<SqlStorageValue>) -> Result<Vec<Block>, ApiError> {
        let query = format!("SELECT last, person, received, chain, body FROM block {which}");
        let rows = sql::rows(&self.sql, &query, values)?;
        let block = |mut row: sql::Row| {
            Ok(Block {
                last: row.number() as u64,
                person: id_of(&row.bytes())?,
                received: row.number(),
                chain: row.bytes(),
                body: row.bytes(),
            })
        };
        rows.into_iter().map(block).collect()
    }

    /// The blocks with changes after a number, in their order, so many at most.
    pub fn blocks_after(&self, seq: u64, limit: usize) -> Result<Vec<Block>, ApiError> {
        let values = vec![number(seq).into(), (limit as i64).into()];
        self.blocks("WHERE last > ? ORDER BY last LIMIT ?", values)
    }

    /// The block with the change of this number.
    fn block_of(&self, seq: u64) -> Result<Option<Block>, ApiError> {
        let which = "WHERE last >= ? ORDER BY last LIMIT 1";
        Ok(self.blocks(which, vec![number(seq).into()])?.pop())
    }

    /// The last block.
    pub fn last_block(&self) -> Result<Option<Block>, ApiError> {
        Ok(self.blocks("ORDER BY last DESC LIMIT 1", vec![])?.pop())
    }

    /// The link of the change before the first of a block; none before the first change.
    pub fn link_before(&self, block: &Block) -> Result<Vec<u8>, ApiError> {
        let query = "SELECT chain FROM block WHERE last < ? ORDER BY last DESC LIMIT 1";
        let row = sql::first(&self.sql, query, vec![number(block.last).into()])?;
        Ok(row.map(|mut row| row.bytes()).unwrap_or_default())
    }

    /// A change's link; none if there is no such change.
    pub(super) fn link(&self, seq: u64) -> Result<Option<Vec<u8>>, ApiError> {
        let Some(block) = self.block_of(seq)?.filter(|_| seq > 0) else {
            return Ok(None);
        };
        if block.last == seq {
            return Ok(Some(block.chain));
        }
        let links = block.links(&self.link_before(&block)?)?;
        let after = (block.last - seq) as usize;
        let nth = links.len().checked_sub(1 + after);
        Ok(nth.and_then(|nth| links.get(nth)).map(|link| link.to_vec()))
    }

    /// The changes after a number, `limit` of them at most, and whose records they are.
    pub(super) fn changes_after(&self, seq: u64, limit: usize) -> Result<Vec<(u64, Id)>, ApiError> {
        let (mut changes, mut after) = (Vec::new(), seq);
        loop {
            let blocks = self.blocks_after(after, AT_ONCE)?;
            let Some(last) = blocks.last() else {
                return Ok(changes);
            };
            after = last.last;
            for block in &blocks {
                for entry in block.entries()? {
                    if changes.len() == limit {
                        return Ok(changes);
                    }
                    if entry.seq > seq {
                        changes.push((entry.seq, entry.about()?.0));
                    }
                }
            }
        }
    }

    /// A record's changes up to a number, in their order.
    ///
    /// # Errors
    /// If the database does not answer, or what it holds cannot be read.
    pub fn told_of(&self, id: Id, until: u64) -> Result<Vec<Accepted>, ApiError> {
        let query = "SELECT seq FROM record WHERE id = ?";
        let row = sql::first(&self.sql, query, vec![id.as_bytes().to_vec().into()])?;
        let mut next = row.map_or(0, |mut row| row.number() as u64);
        let (mut told, mut held): (Vec<Accepted>, Option<Block>) = (Vec::new(), None);
        while next > 0 {
            let block = match held.take() {
                Some(block) if block.entry(next)?.is_some() => block,
                _ => self.block_of(next)?.ok_or(pack::Damaged::Short)?,
            };
            let entry = block.entry(next)?.ok_or(pack::Damaged::Short)?;
            if entry.seq <= until {
                told.push(Accepted {
                    seq: entry.seq,
                    person: block.person,
                    received: block.received,
                    change: Change::unpack(entry.change)?,
                });
            }
            // A broken way back ends: each number is smaller than the one that tells it.
            next = entry.earlier.min(next - 1);
            held = Some(block);
        }
        told.reverse();
        Ok(told)
    }

    /// Those of these changes that the history holds; each is told with its record's last change.
    pub(super) fn accepted(
        &self,
        changes: &[(Id, Stamp, u64)],
    ) -> Result<BTreeMap<(Id, Stamp), Kept>, ApiError> {
        let wanted: BTreeSet<(Id, Stamp)> = changes.iter().map(|(id, at, _)| (*id, *at)).collect();
        let mut next: BTreeSet<u64> = changes.iter().map(|(_, _, seq)| *seq).collect();
        let mut found = BTreeMap::new();
        while !next.is_empty() {
            let now = std::mem::take(&mut next);
            for block in self.blocks_of(&now)? {
                for entry in block.entries()? {
                    if !now.contains(&entry.seq) {
                        continue;
                    }
                    let (seq, about) = (entry.seq, entry.about()?);
                    if wanted.contains(&about) {
                        let body = entry.change.to_vec();
                        found.insert(about, Kept { seq, body });
                    }
                    if (1..seq).contains(&entry.earlier) {
                        next.insert(entry.earlier);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The blocks with these changes, of which there are not too many (see [`GATHERED_ROWS`]), in their
    /// order. All in one piece: each row by itself costs more than its bytes.
    pub(super) fn bodies_of(&self, changes: &[u64]) -> Result<Bodies, ApiError> {
        let (Some(first), Some(last)) = (changes.first(), changes.last()) else {
            return Ok(Bodies::default());
        };
        // Most lie close: then it is quicker to read what lies between them, too.
        if last - first < CLOSE * changes.len() as u64 {
            let between = "last >= ? AND last <= (SELECT MIN(last) FROM block WHERE last >= ?)";
            let values = vec![number(*first).into(), number(*last).into()];
            let bodies = self.bodies(between, values)?;
            // They may have been too many, if they hold a change each.
            if bodies.ends.last().is_some_and(|(end, _)| end >= last) {
                return Ok(bodies);
            }
        }
        self.bodies(OF, vec![serde_json::to_string(changes)?.into()])
    }

    /// The first [`GATHERED_ROWS`] of these blocks, but for those with a record that is too large to be
    /// gathered.
    fn bodies(&self, which: &str, values: Vec<SqlStorageValue>) -> Result<Bodies, ApiError> {
        let query = format!(
            "SELECT group_concat(last || ' ' || length(body)), CAST(group_concat(body, '') AS BLOB)
             FROM (SELECT last, body FROM block WHERE {which} AND length(body) <= {LARGE}
                 ORDER BY last LIMIT {GATHERED_ROWS})"
        );
        let row = sql::first(&self.sql, &query, values)?;
        let (told, bytes) = row.map_or_else(Default::default, |mut row| (row.text(), row.bytes()));
        let (mut ends, mut at) = (Vec::new(), 0);
        for told in told.split_terminator(',') {
            let (last, size) = told.split_once(' ').ok_or(pack::Damaged::Form)?;
            let number = |text: &str| text.parse::<u64>().map_err(|_| pack::Damaged::Form);
            let end = at + number(size)? as usize;
            ends.push((number(last)?, at..end));
            at = end;
        }
        Ok(Bodies { bytes, ends })
    }

    /// The blocks with these changes.
    fn blocks_of(&self, changes: &BTreeSet<u64>) -> Result<Vec<Block>, ApiError> {
        let list = serde_json::to_string(changes)?;
        self.blocks(&format!("WHERE {OF}"), vec![list.into()])
    }
}

/// The bodies of some blocks.
#[derive(Default, Debug)]
pub struct Bodies {
    bytes: Vec<u8>,
    /// The number of each one's last change, in their order, and where its bytes are.
    ends: Vec<(u64, Range<usize>)>,
}

impl Bodies {
    /// The bytes at a place in the block with this change.
    pub fn at(&self, seq: u64, place: u64) -> Option<&[u8]> {
        let nth = self.ends.partition_point(|(last, _)| *last < seq);
        let (_, range) = self.ends.get(nth)?;
        block::at(self.bytes.get(range.clone())?, place)
    }
}

fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
