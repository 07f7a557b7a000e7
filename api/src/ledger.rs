//! The ledger object: one county's (city's, province's) records, their history and its chain.

mod batch;
mod blocks;
mod gathered;
mod memory;
mod older;
mod recent;

pub use batch::Batch;
pub use blocks::BODY;
use gathered::GATHERED_ROWS;
use memory::{Agreed, Memory};

use crate::error::{Answered, ApiError};
use crate::objects::{self, parse};
use crate::steps::{self, Agreement, Chain, Changed, Kept, Rows};
use crate::{
    bar, campaign, export, feed, health, history, hook, live, photo, posts, progress, rollup, sql,
    sync,
};
use domain::digest::{self, Sum};
use domain::own::OwnField;
use domain::{Change, Id, Record, pack, row};
use std::rc::Rc;
use worker::{
    DurableObject, Env, Request, Response, SqlStorage, State, WebSocket, WebSocketIncomingMessage,
    durable_object,
};

#[durable_object]
pub struct Ledger {
    state: State,
    env: Env,
    made: sql::Made,
    memory: Rc<Memory>,
}

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            made: sql::Made::default(),
            memory: Rc::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let path = request.path();
        let body = objects::asked(&mut request).await?;
        let answered = match self.store() {
            Ok(store) => self.answer(&store, &path, &body).await,
            Err(error) => Err(error),
        };
        if let Err(ApiError::Internal(_)) = answered {
            self.memory.forget();
        }
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
        let store = self.store().map_err(failed)?;
        let told = rollup::tell(&store, &self.env, &self.state.storage()).await;
        if told.is_err() {
            self.memory.forget();
        }
        told.map_err(failed)?;
        Response::empty()
    }
}

impl Ledger {
    fn store(&self) -> Result<Store, ApiError> {
        let store = Store {
            sql: self.state.storage().sql(),
            memory: self.memory.clone(),
        };
        self.made.once(|| store.make())?;
        Ok(store)
    }

    async fn answer(&self, store: &Store, path: &str, body: &[u8]) -> Answered {
        let ledger = bar::check(store, body)?;
        let answered = route(&self.state, store, &self.env, path, body).await;
        if let Some(ledger) = ledger {
            rollup::wake(store, ledger, &self.state.storage()).await?;
        }
        answered
    }
}

async fn route(state: &State, store: &Store, env: &Env, path: &str, body: &[u8]) -> Answered {
    match path {
        "/bar" => bar::at_ledger(state, store, &parse(body)?),
        "/settings" => campaign::at_ledger(state, store, parse(body)?),
        "/push" => {
            let asked = sync::pushed(body)?;
            if sync::learn(store, env, &asked).await? {
                // Somebody may have been locked out while this waited.
                bar::check(store, body)?;
            }
            sync::push_at_ledger(state, store, asked)
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

/// The ledger's tables. `seq` counts accepted changes, which the history holds (see `blocks`); a
/// record carries its last one's, and stands where that puts it: what is written anew comes last,
/// which is quicker than to find its place. `about` leads from a record to those at which a rule about it looks,
/// or once did; `stood` says where a record stood before a change that moved it; `agreement` how far
/// each view has been counted; `own` is one row: the campaign's own fields, as the registry last told
/// them.
pub struct Store {
    pub sql: SqlStorage,
    pub memory: Rc<Memory>,
}

const RECORD: &str = "
CREATE TABLE IF NOT EXISTS record (
    seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL);
";

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS stood (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS agreement (view TEXT PRIMARY KEY, seq INTEGER NOT NULL, until BLOB,
    count INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS own (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS about (other BLOB NOT NULL, record BLOB NOT NULL,
    PRIMARY KEY (other, record)) WITHOUT ROWID;
";

impl Store {
    fn make(&self) -> Result<(), ApiError> {
        for tables in [
            RECORD,
            TABLES,
            blocks::TABLE,
            bar::TABLE,
            photo::TABLES,
            rollup::TABLES,
            hook::LEDGER_TABLES,
            campaign::LEDGER_TABLES,
        ] {
            self.sql.exec(tables, None)?;
        }
        Ok(older::take_over(&self.sql)?)
    }

    /// Keeps the campaign's own fields.
    pub fn learn(&self, own: &[OwnField]) -> Result<(), ApiError> {
        let query = "INSERT OR REPLACE INTO own (one, body) VALUES (1, ?)";
        let values = vec![serde_json::to_string(own)?.into()];
        Ok(sql::run(&self.sql, query, values)?)
    }

    pub fn end_of_chain(&self) -> Result<(u64, Vec<u8>), ApiError> {
        if let Some(end) = &*self.memory.end.borrow() {
            return Ok(end.clone());
        }
        let query = "SELECT last, chain FROM block ORDER BY last DESC LIMIT 1";
        let row = sql::first(&self.sql, query, vec![])?;
        let end = row.map_or((0, Vec::new()), |mut row| {
            (row.number() as u64, row.bytes())
        });
        self.memory.end.replace(Some(end.clone()));
        Ok(end)
    }

    /// The campaign's own fields, as far as this ledger has heard of them.
    pub fn own(&self) -> Result<Vec<OwnField>, ApiError> {
        let row = sql::first(&self.sql, "SELECT body FROM own", vec![])?;
        row.map_or_else(
            || Ok(Vec::new()),
            |mut row| Ok(serde_json::from_str(&row.text())?),
        )
    }

    /// The records that tell something about this one.
    fn about(&self, id: Id) -> Result<Vec<Record>, ApiError> {
        let query = format!(
            "SELECT {BODY} FROM about JOIN record ON record.id = about.record
             WHERE about.other = ?"
        );
        let rows = sql::rows(&self.sql, &query, vec![id.as_bytes().to_vec().into()])?;
        let records = rows.into_iter().map(|mut row| unpacked(&row.bytes()));
        records.collect()
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

impl Chain for Store {
    type Error = ApiError;

    fn last(&self) -> Result<u64, ApiError> {
        Ok(self.end_of_chain()?.0)
    }

    fn chain(&self, seq: u64) -> Result<String, ApiError> {
        let (last, link) = self.end_of_chain()?;
        if seq == last {
            return Ok(name_of_chain(&link));
        }
        Ok(name_of_chain(&self.link(seq)?.unwrap_or_default()))
    }
}

impl Rows for Store {
    fn row(&self, id: Id) -> Result<Option<Kept>, ApiError> {
        let query = format!("SELECT seq, {BODY} FROM record WHERE id = ?");
        let row = sql::first(&self.sql, &query, vec![id.as_bytes().to_vec().into()])?;
        row.map(|row| leaves(kept(row))).transpose()
    }

    fn after(&self, seq: u64, limit: usize) -> Result<Vec<Kept>, ApiError> {
        if seq >= self.last()? {
            return Ok(Vec::new());
        }
        if let Some(rows) = self.memory.recent.borrow().after(seq, limit) {
            return Ok(rows);
        }
        let mut found: Vec<Kept> = Vec::new();
        loop {
            let after = found.last().map_or(seq, |row| row.seq);
            let next = (limit - found.len()).min(GATHERED_ROWS);
            let from = "FROM record WHERE seq > ? ORDER BY seq LIMIT ?";
            let values = vec![(after as i64).into(), (next as i64).into()];
            let rows = self.swept(from, values)?;
            let last = rows.len() < next;
            for row in rows {
                found.push(row.whole(self)?);
            }
            if last || found.len() == limit {
                return Ok(found);
            }
        }
    }

    fn moved(&self, after: u64, until: u64) -> Result<Vec<Record>, ApiError> {
        if after >= until {
            return Ok(Vec::new());
        }
        if let Some(moved) = self.memory.recent.borrow().moved(after, until) {
            return Ok(moved);
        }
        let query = "SELECT body FROM stood WHERE seq > ? AND seq <= ?";
        let values = vec![(after as i64).into(), (until as i64).into()];
        let rows = sql::rows(&self.sql, query, values)?;
        let records = rows.into_iter().map(|mut row| unpacked(&row.bytes()));
        records.collect()
    }

    fn changed(&self, after: u64, limit: usize) -> Result<Vec<(u64, Id)>, ApiError> {
        self.changes_after(after, limit)
    }

    fn history(&self, id: Id, until: u64) -> Result<Vec<Change>, ApiError> {
        let told = self.told_of(id, until)?.into_iter();
        Ok(told.map(|accepted| accepted.change).collect())
    }

    fn by_id(&self, after: Id, limit: usize) -> Result<Vec<(Id, Kept)>, ApiError> {
        let mut found: Vec<(Id, Kept)> = Vec::new();
        loop {
            let after = found.last().map_or(after, |(id, _)| *id);
            let next = (limit - found.len()).min(GATHERED_ROWS);
            let from = "FROM record WHERE id > ? ORDER BY id LIMIT ?";
            let values = vec![after.as_bytes().to_vec().into(), (next as i64).into()];
            let rows = self.swept(from, values)?;
            let last = rows.len() < next;
            for row in rows {
                found.push((row.id, row.whole(self)?));
            }
            if last || found.len() == limit {
                return Ok(found);
            }
        }
    }

    fn versions(&self, after: u64, limit: usize) -> Result<Option<Changed>, ApiError> {
        match self.memory.recent.borrow().changed(after, limit) {
            Some(changed) => Ok(Some(changed)),
            None => steps::replay(self, after, limit),
        }
    }

    fn agreement(&self, view: &str) -> Result<Option<Agreement>, ApiError> {
        if let Some(agreed) = self.memory.agreements.borrow().get(view) {
            return Ok(Some(agreed.now.clone()));
        }
        let query = "SELECT seq, until, count, digest FROM agreement WHERE view = ?";
        let Some(mut row) = sql::first(&self.sql, query, vec![view.into()])? else {
            return Ok(None);
        };
        let (seq, until) = (row.number() as u64, id_of(&row.bytes()).ok());
        let (count, digest) = (row.number() as u64, digest::Digest::parse(&row.text()));
        let Some(digest) = digest else {
            return Ok(None);
        };
        let sum = Sum { count, digest };
        let written = Agreement { seq, until, sum };
        let now = written.clone();
        let agreed = Agreed { now, written };
        let mut agreements = self.memory.agreements.borrow_mut();
        let agreed = agreements.entry(view.to_owned()).or_insert(agreed);
        Ok(Some(agreed.now.clone()))
    }

    /// The table says how far a view was counted some while ago: from there it is counted on.
    fn agree(&self, view: &str, agreement: &Agreement) -> Result<(), ApiError> {
        if let Some(agreed) = self.memory.agreements.borrow_mut().get_mut(view)
            && agreed.goes_on_to(agreement)
        {
            agreed.now = agreement.clone();
            return Ok(());
        }
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
        sql::run(&self.sql, query, values)?;
        let (now, written) = (agreement.clone(), agreement.clone());
        let mut agreements = self.memory.agreements.borrow_mut();
        agreements.insert(view.to_owned(), Agreed { now, written });
        Ok(())
    }
}

/// The first of a link's bytes stand for it.
fn name_of_chain(link: &[u8]) -> String {
    let name = link.iter().take(8);
    name.fold(String::new(), |name, byte| name + &format!("{byte:02x}"))
}

/// A row whose last columns are number and bytes.
fn kept(mut row: sql::Row) -> Kept {
    Kept {
        seq: row.number() as u64,
        body: row.bytes(),
    }
}

/// A record's row, packed as it leaves the ledger.
fn leaves(Kept { seq, body }: Kept) -> Result<Kept, ApiError> {
    let body = row::packed(body)?;
    Ok(Kept { seq, body })
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
    Ok(row::read(body)?)
}
