//! The ledger object: one county's (city's, province's) records, their history and its chain.

use crate::error::{Answered, ApiError};
use crate::objects::{self, parse};
use crate::steps::{Agreement, Keeping, Kept, Rows};
use crate::{
    bar, campaign, export, feed, health, history, hook, live, photo, posts, progress, rollup, sql,
    sync,
};
use domain::digest::{self, Sum};
use domain::own::OwnField;
use domain::{Change, Id, Kind, Record, chain, pack};
use worker::{
    DurableObject, Env, Request, Response, SqlStorage, State, WebSocket, WebSocketIncomingMessage,
    durable_object,
};

#[durable_object]
pub struct Ledger {
    state: State,
    env: Env,
}

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let path = request.path();
        let body = objects::asked(&mut request).await?;
        let answered = match Store::open(self.state.storage().sql()) {
            Ok(store) => self.answer(&store, &path, &body).await,
            Err(error) => Err(error),
        };
        answered.or_else(|error| error.response())
    }

    async fn websocket_message(
        &self,
        socket: WebSocket,
        _message: WebSocketIncomingMessage,
    ) -> worker::Result<()> {
        live::heard(&socket);
        Ok(())
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        _code: usize,
        _reason: String,
        _was_clean: bool,
    ) -> worker::Result<()> {
        live::closed(&socket);
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: worker::Error) -> worker::Result<()> {
        Ok(())
    }

    /// What was counted since goes to the ledgers above, and what ran out to the registry.
    async fn alarm(&self) -> worker::Result<Response> {
        let failed = |error: ApiError| worker::Error::RustError(error.to_string());
        let store = Store::open(self.state.storage().sql()).map_err(failed)?;
        let told = rollup::tell(&store, &self.env, &self.state.storage()).await;
        told.map_err(failed)?;
        Response::empty()
    }
}

impl Ledger {
    async fn answer(&self, store: &Store, path: &str, body: &[u8]) -> Answered {
        let ledger = bar::check(&store.sql, body)?;
        let answered = route(&self.state, store, &self.env, path, body).await;
        if let Some(ledger) = ledger {
            rollup::wake(store, ledger, &self.state.storage()).await?;
        }
        answered
    }
}

async fn route(state: &State, store: &Store, env: &Env, path: &str, body: &[u8]) -> Answered {
    match path {
        "/bar" => bar::at_ledger(state, &store.sql, &parse(body)?),
        "/settings" => campaign::at_ledger(state, store, parse(body)?),
        "/push" => {
            let asked = parse(body)?;
            if sync::learn(store, env, &asked).await? {
                // Somebody may have been locked out while this waited.
                bar::check(&store.sql, body)?;
            }
            sync::push_at_ledger(state, store, &asked)
        }
        "/live" => live::at_ledger(state, store, &parse(body)?),
        "/pull" => sync::pull_at_ledger(store, &parse(body)?),
        "/health" => health::at_ledger(store, &parse(body)?),
        "/posts" => posts::at_ledger(store),
        "/feed" => feed::at_ledger(store, &parse(body)?),
        "/history" => history::at_ledger(store, &parse(body)?),
        "/progress/part" => progress::part_at_ledger(store, &parse(body)?),
        "/progress/kept" => rollup::kept_at_ledger(store, &parse(body)?),
        "/rollup" => rollup::keep_at_ledger(store, &parse(body)?),
        "/export" => export::at_ledger(store, env, &parse(body)?).await,
        "/photo/put" => photo::put_at_ledger(store, env, body).await,
        "/photo/get" => photo::get_at_ledger(store, env, &parse(body)?).await,
        "/photo/stand" => photo::stand_at_ledger(store, &parse(body)?),
        _ => Err(ApiError::NoSuchAddress),
    }
}

/// The ledger's tables. `seq` counts accepted changes; a record carries its last one's. `about`
/// leads from a record to those that tell something about it, or once did; `stood` says where a
/// record stood before a change that moved it; `agreement` how far each view has been counted; `own`
/// is one row: the campaign's own fields, as the registry last told them.
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
CREATE TABLE IF NOT EXISTS stood (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS agreement (view TEXT PRIMARY KEY, seq INTEGER NOT NULL, until BLOB,
    count INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS own (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS about (other BLOB NOT NULL, record BLOB NOT NULL,
    PRIMARY KEY (other, record)) WITHOUT ROWID;
";

impl Store {
    fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        sql.exec(TABLES, None)?;
        sql.exec(photo::TABLES, None)?;
        sql.exec(rollup::TABLES, None)?;
        sql.exec(hook::LEDGER_TABLES, None)?;
        sql.exec(campaign::LEDGER_TABLES, None)?;
        Ok(Self { sql })
    }

    /// Keeps the campaign's own fields.
    pub fn learn(&self, own: &[OwnField]) -> Result<(), ApiError> {
        let query = "INSERT OR REPLACE INTO own (one, body) VALUES (1, ?)";
        let values = vec![serde_json::to_string(own)?.into()];
        Ok(sql::run(&self.sql, query, values)?)
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

    fn end_of_chain(&self) -> Result<(u64, Vec<u8>), ApiError> {
        let query = "SELECT seq, chain FROM history ORDER BY seq DESC LIMIT 1";
        let row = sql::first(&self.sql, query, vec![])?;
        Ok(row.map_or((0, Vec::new()), |mut row| {
            (row.number() as u64, row.bytes())
        }))
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

impl Rows for Store {
    type Error = ApiError;

    fn row(&self, id: Id) -> Result<Option<Kept>, ApiError> {
        let query = "SELECT seq, body FROM record WHERE id = ?";
        let row = sql::first(&self.sql, query, vec![id.as_bytes().to_vec().into()])?;
        Ok(row.map(kept))
    }

    fn accepted(&self, change: &Change) -> Result<Option<Kept>, ApiError> {
        let query = "SELECT seq, body FROM history WHERE record = ? AND stamp = ?";
        let id = change.id.as_bytes().to_vec();
        let stamp = change.stamp.to_string();
        let row = sql::first(&self.sql, query, vec![id.into(), stamp.into()])?;
        Ok(row.map(kept))
    }

    fn about(&self, id: Id) -> Result<Vec<Record>, ApiError> {
        let query = "SELECT body FROM about JOIN record ON record.id = about.record
                     WHERE about.other = ?";
        let rows = sql::rows(&self.sql, query, vec![id.as_bytes().to_vec().into()])?;
        let records = rows.into_iter().map(|mut row| unpacked(&row.bytes()));
        records.collect()
    }

    fn keep(&self, keeping: Keeping<'_>) -> Result<u64, ApiError> {
        let Keeping {
            next,
            moved,
            change,
            body,
            person,
            now,
        } = keeping;
        let (last, before) = self.end_of_chain()?;
        let seq = last + 1;
        let id = next.id.as_bytes().to_vec();
        let stamp = change.stamp.to_string();
        let person = person.as_bytes().to_vec();
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
        let values = vec![id.into(), seq_value.into(), pack::pack(next).into()];
        sql::run(&self.sql, query, values)?;
        self.keep_about(next, change)?;
        if let Some(stood) = moved {
            let query = "INSERT INTO stood (seq, body) VALUES (?, ?)";
            let values = vec![seq_value.into(), pack::pack(&stood).into()];
            sql::run(&self.sql, query, values)?;
        }
        photo::note(&self.sql, &change.delta())?;
        Ok(seq)
    }

    fn own(&self) -> Result<Vec<OwnField>, ApiError> {
        let row = sql::first(&self.sql, "SELECT body FROM own", vec![])?;
        row.map_or_else(
            || Ok(Vec::new()),
            |mut row| Ok(serde_json::from_str(&row.text())?),
        )
    }

    fn last(&self) -> Result<u64, ApiError> {
        Ok(self.end_of_chain()?.0)
    }

    fn chain(&self, seq: u64) -> Result<String, ApiError> {
        let query = "SELECT chain FROM history WHERE seq = ?";
        let row = sql::first(&self.sql, query, vec![(seq as i64).into()])?;
        let link = row.map(|mut row| row.bytes()).unwrap_or_default();
        let name = link.iter().take(8);
        Ok(name.fold(String::new(), |name, byte| name + &format!("{byte:02x}")))
    }

    fn after(&self, seq: u64, limit: usize) -> Result<Vec<Kept>, ApiError> {
        let query = "SELECT seq, body FROM record WHERE seq > ? ORDER BY seq LIMIT ?";
        let values = vec![(seq as i64).into(), (limit as i64).into()];
        let rows = sql::rows(&self.sql, query, values)?;
        Ok(rows.into_iter().map(kept).collect())
    }

    fn moved(&self, after: u64, until: u64) -> Result<Vec<Record>, ApiError> {
        let query = "SELECT body FROM stood WHERE seq > ? AND seq <= ?";
        let values = vec![(after as i64).into(), (until as i64).into()];
        let rows = sql::rows(&self.sql, query, values)?;
        let records = rows.into_iter().map(|mut row| unpacked(&row.bytes()));
        records.collect()
    }

    fn changed(&self, after: u64, limit: usize) -> Result<Vec<(u64, Id)>, ApiError> {
        let query = "SELECT seq, record FROM history WHERE seq > ? ORDER BY seq LIMIT ?";
        let values = vec![(after as i64).into(), (limit as i64).into()];
        let rows = sql::rows(&self.sql, query, values)?;
        let changes = rows
            .into_iter()
            .map(|mut row| Ok((row.number() as u64, id_of(&row.bytes())?)));
        changes.collect()
    }

    fn history(&self, id: Id, until: u64) -> Result<Vec<Change>, ApiError> {
        let query = "SELECT body FROM history WHERE record = ? AND seq <= ? ORDER BY seq";
        let values = vec![id.as_bytes().to_vec().into(), (until as i64).into()];
        let rows = sql::rows(&self.sql, query, values)?;
        let changes = rows
            .into_iter()
            .map(|mut row| Ok(serde_json::from_slice(&row.bytes())?));
        changes.collect()
    }

    fn by_id(&self, after: Id, limit: usize) -> Result<Vec<(Id, Kept)>, ApiError> {
        let query = "SELECT id, seq, body FROM record WHERE id > ? ORDER BY id LIMIT ?";
        let values = vec![after.as_bytes().to_vec().into(), (limit as i64).into()];
        let rows = sql::rows(&self.sql, query, values)?;
        let found = rows
            .into_iter()
            .map(|mut row| Ok((id_of(&row.bytes())?, kept(row))));
        found.collect()
    }

    fn agreement(&self, view: &str) -> Result<Option<Agreement>, ApiError> {
        let query = "SELECT seq, until, count, digest FROM agreement WHERE view = ?";
        let Some(mut row) = sql::first(&self.sql, query, vec![view.into()])? else {
            return Ok(None);
        };
        let (seq, until) = (row.number() as u64, id_of(&row.bytes()).ok());
        let (count, digest) = (row.number() as u64, digest::Digest::parse(&row.text()));
        Ok(digest.map(|digest| Agreement {
            seq,
            until,
            sum: Sum { count, digest },
        }))
    }

    fn agree(&self, view: &str, agreement: &Agreement) -> Result<(), ApiError> {
        let query = "INSERT OR REPLACE INTO agreement (view, seq, until, count, digest)
                     VALUES (?, ?, ?, ?, ?)";
        let Agreement { seq, until, sum } = agreement;
        // No blob at all stands for a view that is counted.
        let until = until.map_or(Vec::new(), |id| id.as_bytes().to_vec());
        let values = vec![
            view.into(),
            (*seq as i64).into(),
            until.into(),
            (sum.count as i64).into(),
            sum.digest.to_string().into(),
        ];
        Ok(sql::run(&self.sql, query, values)?)
    }
}

/// A row whose last columns are number and bytes.
fn kept(mut row: sql::Row) -> Kept {
    Kept {
        seq: row.number() as u64,
        body: row.bytes(),
    }
}

pub fn id_of(bytes: &[u8]) -> Result<Id, ApiError> {
    let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| pack::Damaged::Short)?;
    Ok(Id::from_bytes(bytes))
}

impl From<pack::Damaged> for ApiError {
    fn from(damaged: pack::Damaged) -> Self {
        Self::Internal(worker::Error::RustError(format!(
            "a stored record: {damaged}"
        )))
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.into())
    }
}

fn unpacked(body: &[u8]) -> Result<Record, ApiError> {
    Ok(pack::unpack(body)?)
}
