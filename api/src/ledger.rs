//! The ledger object: one county's (city's, province's) records, their history and its chain.

use crate::error::{Answered, ApiError};
use crate::objects::parse;
use crate::sync::{Asked, Gone, Kept};
use crate::{bar, export, photo, progress, sql, sync};
use domain::wire::PushAsk;
use domain::{Area, Change, Grants, Id, Kind, Record, chain, pack};
use worker::{DurableObject, Env, Request, Response, SqlStorage, State, durable_object};

#[durable_object]
pub struct Ledger {
    state: State,
}

impl DurableObject for Ledger {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let path = request.path();
        let body = request.bytes().await?;
        let answered = match Store::open(self.state.storage().sql()) {
            Ok(store) => answer(&store, &path, &body).await,
            Err(error) => Err(error),
        };
        answered.or_else(|error| error.response())
    }
}

async fn answer(store: &Store, path: &str, body: &[u8]) -> Answered {
    bar::check(&store.sql, body)?;
    match path {
        "/bar" => bar::at_ledger(&store.sql, &parse(body)?),
        "/push" => sync::push_at_ledger(store, &parse(body)?),
        "/pull" => sync::pull_at_ledger(store, &parse(body)?),
        "/progress" => progress::at_ledger(store, &parse(body)?),
        "/export" => export::at_ledger(store, &parse(body)?),
        "/photo/put" => photo::put_at_ledger(store, body).await,
        "/photo/get" => photo::get_at_ledger(store, &parse(body)?).await,
        _ => Err(ApiError::NoSuchAddress),
    }
}

/// The ledger's tables. `seq` counts accepted changes; a record carries its last one's. `about`
/// leads from a record to those that tell something about it, or once did.
pub struct Store {
    pub sql: SqlStorage,
}

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS record (id BLOB PRIMARY KEY, seq INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS record_seq ON record (seq);
CREATE TABLE IF NOT EXISTS history (
    seq INTEGER PRIMARY KEY, record BLOB NOT NULL, stamp TEXT NOT NULL, person BLOB NOT NULL,
    received INTEGER NOT NULL, body BLOB NOT NULL, chain BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS history_change ON history (record, stamp);
CREATE TABLE IF NOT EXISTS moved (seq INTEGER PRIMARY KEY, id BLOB NOT NULL, area TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS about (other BLOB NOT NULL, record BLOB NOT NULL,
    PRIMARY KEY (other, record)) WITHOUT ROWID;
";

impl Store {
    fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        sql.exec(TABLES, None)?;
        sql.exec(photo::TABLES, None)?;
        Ok(Self { sql })
    }

    pub fn record(&self, id: Id) -> Result<Option<Record>, ApiError> {
        let query = "SELECT body FROM record WHERE id = ?";
        let row = sql::first(&self.sql, query, vec![id.as_bytes().to_vec().into()])?;
        row.map(|mut row| unpacked(&row.bytes())).transpose()
    }

    /// The history's entry of a change that was accepted before.
    pub fn accepted(&self, change: &Change) -> Result<Option<Kept>, ApiError> {
        let query = "SELECT seq, body FROM history WHERE record = ? AND stamp = ?";
        let id = change.id.as_bytes().to_vec();
        let row = sql::first(
            &self.sql,
            query,
            vec![id.into(), change.stamp.to_string().into()],
        )?;
        Ok(row.map(|mut row| Kept {
            seq: row.number() as u64,
            body: row.bytes(),
        }))
    }

    /// Writes the record after a change, and the change into the history.
    pub fn keep(
        &self,
        next: &Record,
        area_before: Option<Area>,
        change: &Change,
        body: Vec<u8>,
        asked: &Asked<PushAsk>,
        now: i64,
    ) -> Result<u64, ApiError> {
        let (last, before) = self.end_of_chain()?;
        let seq = last + 1;
        let id = next.id.as_bytes().to_vec();
        let stamp = change.stamp.to_string();
        let person = asked.claims.person.as_bytes().to_vec();
        let entry = chain::Entry {
            seq,
            record: &id,
            stamp: &stamp,
            person: &person,
            received: now,
            body: &body,
        };
        let link = chain::link(&before, &entry).to_vec();
        let query = "INSERT INTO history (seq, record, stamp, person, received, body, chain)
                     VALUES (?, ?, ?, ?, ?, ?, ?)";
        let seq_value = seq as i64;
        let values = vec![
            seq_value.into(),
            id.clone().into(),
            stamp.into(),
            person.into(),
            now.into(),
            body.into(),
            link.into(),
        ];
        sql::run(&self.sql, query, values)?;
        let query = "INSERT INTO record (id, seq, body) VALUES (?, ?, ?)
                     ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, body = excluded.body";
        let values = vec![id.clone().into(), seq_value.into(), pack::pack(next).into()];
        sql::run(&self.sql, query, values)?;
        self.keep_about(next, change)?;
        if let Some(area) = area_before.filter(|area| next.area() != Some(*area)) {
            let query = "INSERT INTO moved (seq, id, area) VALUES (?, ?, ?)";
            let values = vec![seq_value.into(), id.into(), area.to_string().into()];
            sql::run(&self.sql, query, values)?;
        }
        photo::note(&self.sql, &change.delta())?;
        Ok(seq)
    }

    fn keep_about(&self, next: &Record, change: &Change) -> Result<(), ApiError> {
        let Some(kind) = Kind::find(&next.kind) else {
            return Ok(());
        };
        if !kind
            .about
            .iter()
            .any(|field| change.cells.contains_key(*field))
        {
            return Ok(());
        }
        let query = "INSERT OR IGNORE INTO about (other, record) VALUES (?, ?)";
        for other in kind.subjects(next) {
            let [other, record] = [other, next.id].map(|id| id.as_bytes().to_vec().into());
            sql::run(&self.sql, query, vec![other, record])?;
        }
        Ok(())
    }

    /// The records that tell something about this one.
    pub fn about(&self, id: Id) -> Result<Vec<Record>, ApiError> {
        let query = "SELECT body FROM about JOIN record ON record.id = about.record
                     WHERE about.other = ?";
        let rows = sql::rows(&self.sql, query, vec![id.as_bytes().to_vec().into()])?;
        let records = rows.into_iter().map(|mut row| unpacked(&row.bytes()));
        records.collect()
    }

    fn end_of_chain(&self) -> Result<(u64, Vec<u8>), ApiError> {
        let query = "SELECT seq, chain FROM history ORDER BY seq DESC LIMIT 1";
        let row = sql::first(&self.sql, query, vec![])?;
        Ok(row.map_or((0, Vec::new()), |mut row| {
            (row.number() as u64, row.bytes())
        }))
    }

    /// The number of the last accepted change.
    pub fn last(&self) -> Result<u64, ApiError> {
        Ok(self.end_of_chain()?.0)
    }

    /// The records that changed after a sequence number, in the order of their last change.
    pub fn after(&self, seq: u64, limit: i64) -> Result<Vec<Kept>, ApiError> {
        let query = "SELECT seq, body FROM record WHERE seq > ? ORDER BY seq LIMIT ?";
        let rows = sql::rows(&self.sql, query, vec![(seq as i64).into(), limit.into()])?;
        let kept = |mut row: sql::Row| Kept {
            seq: row.number() as u64,
            body: row.bytes(),
        };
        Ok(rows.into_iter().map(kept).collect())
    }

    /// Records that moved, between two sequence numbers, out of what these grants show.
    pub fn gone(&self, after: u64, until: u64, grants: &Grants) -> Result<Gone, ApiError> {
        let query = "SELECT id, area FROM moved WHERE seq > ? AND seq <= ?";
        let values = vec![(after as i64).into(), (until as i64).into()];
        let mut gone = Vec::new();
        for mut row in sql::rows(&self.sql, query, values)? {
            let (id, area) = (row.bytes(), Area::parse(&row.text()));
            let Ok(id) = <[u8; 16]>::try_from(id.as_slice()) else {
                continue;
            };
            let id = Id::from_bytes(id);
            let was_near = area.is_some_and(|area| grants.touch(area));
            let seen = self
                .record(id)?
                .is_some_and(|record| grants.view(&record).is_some());
            if was_near && !seen {
                gone.push(id);
            }
        }
        Ok(gone)
    }

    /// Every record, one after another.
    pub fn each(&self, mut with: impl FnMut(Record)) -> Result<(), ApiError> {
        let mut after = 0;
        loop {
            let rows = self.after(after, 1_000)?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.seq;
            for row in &rows {
                with(unpacked(&row.body)?);
            }
        }
    }
}

fn unpacked(body: &[u8]) -> Result<Record, ApiError> {
    let damaged = |e: pack::Damaged| worker::Error::RustError(format!("a stored record: {e}"));
    Ok(pack::unpack(body).map_err(damaged)?)
}
