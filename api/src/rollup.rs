//! Roll-ups: some seconds after a change a ledger counts its records anew and tells the ledgers
//! above, which keep the newest of each. So a province's table is read from one object.
//!
//! What is told is written down first, with the ledgers that have yet to answer, and an alarm tells
//! it again until they have: a kill in between loses nothing. Each telling has a number that grows,
//! and whoever keeps it takes only a later one, so that repeating or reordering changes nothing.

use crate::error::{Answered, ApiError};
use crate::hook::{self, Bell};
use crate::ledger::Store;
use crate::progress::ProgressAsk;
use crate::steps::{Chain as _, Rows as _};
use crate::sync::Asked;
use crate::token::now_ms;
use crate::{objects, sql};
use domain::indicator::rollup::{Part, above, days_change, periods, sees_by_county, viewer};
use domain::indicator::{Fold, Period, Tally};
use domain::{Area, Campaign, Grants, Id, day_of, pack};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::rc::Rc;
use std::time::Duration;
use worker::{Delay, Env, Response, SqlStorageValue, Storage};

/// `counted` is one row: what this ledger counted last, by which campaign, up to which change, and
/// for when the alarm is set. `uncounted` names those who have yet to hear of it. `rollup` is what
/// the ledgers below counted, and this one itself, if it is a city's or province's.
pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS counted (
    one INTEGER PRIMARY KEY CHECK (one = 1), ledger TEXT NOT NULL, version INTEGER NOT NULL,
    seq INTEGER NOT NULL, records INTEGER NOT NULL, campaign TEXT NOT NULL, due INTEGER NOT NULL,
    armed INTEGER NOT NULL, told TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS untold_above (ledger TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS rollup (
    ledger TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, version INTEGER NOT NULL,
    campaign TEXT NOT NULL, part TEXT NOT NULL, PRIMARY KEY (ledger, since, until)) WITHOUT ROWID;
";

/// A ledger counts this long after a change, and not more often than so. One fold over 10,000
/// records took 161 to 471 ms, and there are four; with a millisecond for each record counting takes
/// a small part of a ledger's time, however many there are.
const fn pace(records: i64) -> i64 {
    2_000 + records
}

/// So many records are folded before others are answered; they took 4 to 12 ms.
const AT_ONCE: usize = 250;

/// Whoever did not answer is told again after so long.
const AGAIN_MS: i64 = 5_000;

/// An alarm that should have come so long ago was lost, as in a data folder that was put together
/// by hand.
const LOST_MS: i64 = 60_000;

/// What a ledger tells those above.
#[derive(Debug, Serialize, Deserialize)]
pub struct Telling {
    ledger: Area,
    /// Grows with each telling of a ledger.
    version: i64,
    /// By which rules it was counted; see [`rules`].
    campaign: String,
    parts: Vec<(Period, Part)>,
}

/// The answer to a telling: the version that is kept now, this one or a later one.
#[derive(Debug, Serialize, Deserialize)]
struct Heard {
    kept: i64,
}

/// What is kept for a table.
#[derive(Debug, Serialize, Deserialize)]
pub struct KeptAnswer {
    pub parts: Vec<Part>,
    /// Those that counted, but for other days or by another campaign's rules.
    pub stale: Vec<Area>,
}

/// The form of what is kept: earlier versions of this program kept figures by indicator.
const FORM: &[u8] = b"sums by set and place";

/// Another campaign, or another version of this program, may count otherwise.
fn rules(campaign: &Campaign) -> Result<String, ApiError> {
    let mut hash = Sha256::new();
    hash.update(FORM);
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(objects::json(campaign)?);
    let name = hash.finalize();
    let hex = |name: String, byte: &u8| name + &format!("{byte:02x}");
    Ok(name.iter().take(8).fold(String::new(), hex))
}

/// True if a table is answered from what is kept by push.
pub fn is_kept(ask: &ProgressAsk, grants: &Grants, now: i64) -> bool {
    periods(&ask.campaign, day_of(now)).contains(&ask.period) && sees_by_county(grants, ask.area)
}

/// Where a ledger's counting stands.
#[derive(Debug, Default)]
pub struct Counted {
    ledger: Option<Area>,
    version: i64,
    seq: i64,
    records: i64,
    campaign: String,
    due: i64,
    armed: i64,
    told: String,
}

fn counted(store: &Store) -> Result<Rc<Counted>, ApiError> {
    if let Some(counted) = &*store.memory.counted.borrow() {
        return Ok(counted.clone());
    }
    let query = "SELECT ledger, version, seq, records, campaign, due, armed, told FROM counted";
    let row = sql::first(&store.sql, query, vec![])?;
    let counted = Rc::new(row.map_or_else(Counted::default, |mut row| Counted {
        ledger: Area::parse(&row.text()),
        version: row.number(),
        seq: row.number(),
        records: row.number(),
        campaign: row.text(),
        due: row.number(),
        armed: row.number(),
        told: row.text(),
    }));
    store.memory.counted.replace(Some(counted.clone()));
    Ok(counted)
}

/// Writes where the counting stands.
fn note(store: &Store, query: &str, values: Vec<SqlStorageValue>) -> Result<(), ApiError> {
    store.memory.counted.take();
    Ok(sql::run(&store.sql, query, values)?)
}

/// Remembers that a ledger was asked by the rules of this campaign: if it has counted by others, it
/// counts anew.
pub fn notice(store: &Store, campaign: &Campaign) -> Result<(), ApiError> {
    let query = "UPDATE counted SET seq = -1 WHERE campaign <> ?";
    note(store, query, vec![rules(campaign)?.into()])
}

/// Sets the alarm if something has changed since this ledger counted. Nothing awaits before the
/// alarm is set, so a push and its alarm are kept together.
pub async fn wake(store: &Store, ledger: Area, storage: &Storage) -> Result<(), ApiError> {
    let state = counted(store)?;
    let now = now_ms();
    // A ledger that holds nothing has nothing to tell.
    let changed = store.last()? as i64 != state.seq.max(0) || state.seq < 0;
    let overdue = state.version > 0 && state.due < now - LOST_MS;
    if !changed && !overdue {
        return Ok(());
    }
    if state.ledger.is_none() {
        let query = "INSERT OR IGNORE INTO counted VALUES (1, ?, 0, 0, 0, '', 0, 0, '')";
        note(store, query, vec![ledger.to_string().into()])?;
    }
    arm(store, now + pace(state.records), storage).await
}

/// Sets the alarm, unless it comes sooner by itself.
async fn arm(store: &Store, at: i64, storage: &Storage) -> Result<(), ApiError> {
    let (armed, now) = (counted(store)?.armed, now_ms());
    if armed > now - LOST_MS && armed <= at {
        return Ok(());
    }
    note(store, "UPDATE counted SET armed = ?", vec![at.into()])?;
    Ok(storage.set_alarm((at - now).max(0)).await?)
}

/// The alarm: counts if there is reason to, and tells whoever has not heard.
pub async fn tell(store: &Store, env: &Env, storage: &Storage) -> Result<(), ApiError> {
    note(store, "UPDATE counted SET armed = 0", vec![])?;
    // If this is cut off, or the registry does not answer, it is tried again.
    arm(store, now_ms() + AGAIN_MS, storage).await?;
    let campaign: Option<Campaign> = objects::registry(env)?.ask("/campaign").await?;
    let (state, now) = (counted(store)?, now_ms());
    let (Some(ledger), Some(campaign)) = (state.ledger, campaign) else {
        return Ok(());
    };
    let by_others = state.campaign != rules(&campaign)?;
    if state.seq != store.last()? as i64 || by_others || state.due <= now {
        count(store, ledger, &campaign, now).await?;
    }
    let rung = hook::ring(store, env).await?;
    let told = match deliver(store, env).await? {
        Told::All if rung => Told::All,
        _ => Told::NotAll,
    };
    // What was pushed meanwhile has set the alarm itself.
    let state = counted(store)?;
    let now = now_ms();
    let changed = state.seq != store.last()? as i64;
    let next = match told {
        Told::All if changed => now + pace(state.records),
        Told::All => state.due,
        Told::NotAll => now + AGAIN_MS,
    };
    note(store, "UPDATE counted SET armed = 0", vec![])?;
    arm(store, next, storage).await
}

/// Folds all records once for each period, and writes down what is to be told to whom.
///
/// After some records others are answered: a fold of a million takes half a minute. So each record is
/// counted as it stood at some moment meanwhile; whatever changed is counted again with the next
/// counting, since this one knows of nothing after its beginning. All is kept at the end, without an
/// await: as a whole or not at all.
async fn count(store: &Store, ledger: Area, campaign: &Campaign, now: i64) -> Result<(), ApiError> {
    let (today, grants) = (day_of(now), viewer(ledger));
    let begun = (counted(store)?.seq, store.last()? as i64);
    let new = |period| (period, Fold::new(period, now));
    let mut folds: Vec<_> = periods(campaign, today).into_iter().map(new).collect();
    let (mut records, mut after) = (0, Id::from_bytes([0; 16]));
    let mut bell = Bell::new(now);
    loop {
        let rows = store.by_id(after, AT_ONCE)?;
        let full = rows.len() == AT_ONCE;
        for (id, row) in rows {
            let record = pack::unpack(&row.body)?;
            records += 1;
            after = id;
            bell.hear(&record, campaign);
            if let Some(seen) = grants.narrow(record) {
                for (_, fold) in &mut folds {
                    fold.add(&seen, campaign);
                }
            }
        }
        if !full {
            break;
        }
        Delay::from(Duration::ZERO).await;
    }
    let mut tallies: Vec<(Period, Tally)> = Vec::new();
    for (period, fold) in folds {
        tallies.push((period, fold.settled()));
        Delay::from(Duration::ZERO).await;
    }
    let changes = tallies.iter().filter_map(|(_, tally)| tally.changes_at());
    let due = changes.fold(days_change(today), i64::min).min(bell.next);
    // The first period is the whole campaign.
    if let Some((_, whole)) = tallies.first() {
        bell.hear_visits(whole);
    }
    bell.note(store)?;
    let part = |(period, tally): &(Period, Tally)| (*period, Part::kept(ledger, tally, now));
    let telling = Telling {
        ledger,
        version: counted(store)?.version + 1,
        campaign: rules(campaign)?,
        parts: tallies.iter().map(part).collect(),
    };
    // Somebody may have asked by another campaign's rules meanwhile (see `notice`).
    let seq = match counted(store)?.seq {
        asked if asked < 0 && begun.0 >= 0 => asked,
        _ => begun.1,
    };
    let query = "UPDATE counted SET version = ?, seq = ?, records = ?, campaign = ?, due = ?,
                 told = ?";
    let values = vec![
        telling.version.into(),
        seq.into(),
        records.into(),
        telling.campaign.as_str().into(),
        due.into(),
        String::from_utf8_lossy(&objects::json(&telling)?)
            .into_owned()
            .into(),
    ];
    note(store, query, values)?;
    for ledger in above(ledger) {
        let query = "INSERT OR IGNORE INTO untold_above (ledger) VALUES (?)";
        sql::run(&store.sql, query, vec![ledger.to_string().into()])?;
    }
    // A city's or province's table holds what its own ledger counted, too.
    keep(store, &telling).map(drop)
}

enum Told {
    All,
    NotAll,
}

/// Tells those above what was counted last. One that keeps a later version than this ledger ever
/// made comes from before this ledger was set back to a backup: numbers go on from there.
async fn deliver(store: &Store, env: &Env) -> Result<Told, ApiError> {
    let state = counted(store)?;
    let rows = sql::rows(&store.sql, "SELECT ledger FROM untold_above", vec![])?;
    let answers = rows.into_iter().map(async |mut row: sql::Row| {
        let above = Area::parse(&row.text())?;
        let object = objects::ledger(env, above).ok()?;
        let mut answer = object.post("/rollup", state.told.as_bytes()).await.ok()?;
        if answer.status_code() != 200 {
            return Some((above, None));
        }
        Some((above, answer.json::<Heard>().await.ok()))
    });
    let mut told = Told::All;
    for answer in join_all(answers).await {
        match answer {
            Some((above, Some(Heard { kept }))) if kept == state.version => {
                let query = "DELETE FROM untold_above WHERE ledger = ? AND
                             (SELECT version FROM counted) = ?";
                let values = vec![above.to_string().into(), kept.into()];
                sql::run(&store.sql, query, values)?;
            }
            Some((_, Some(Heard { kept }))) if kept > state.version => {
                let query = "UPDATE counted SET version = MAX(version, ?), seq = -1";
                note(store, query, vec![kept.into()])?;
                told = Told::NotAll;
            }
            _ => told = Told::NotAll,
        }
    }
    Ok(told)
}

pub fn keep_at_ledger(store: &Store, telling: &Telling) -> Answered {
    let kept = keep(store, telling)?;
    Ok(Response::from_json(&Heard { kept })?)
}

/// Keeps what a ledger counted, unless something later of it is kept already.
fn keep(store: &Store, telling: &Telling) -> Result<i64, ApiError> {
    let ledger = telling.ledger.to_string();
    let query = "SELECT MAX(version) FROM rollup WHERE ledger = ?";
    let before = sql::first(&store.sql, query, vec![ledger.as_str().into()])?;
    let before = before.map_or(0, |mut row| row.number());
    if before >= telling.version {
        return Ok(before);
    }
    let query = "DELETE FROM rollup WHERE ledger = ?";
    sql::run(&store.sql, query, vec![ledger.as_str().into()])?;
    for (period, part) in &telling.parts {
        let query = "INSERT INTO rollup (ledger, since, until, version, campaign, part)
                     VALUES (?, ?, ?, ?, ?, ?)";
        let part = String::from_utf8_lossy(&objects::json(part)?).into_owned();
        let values = vec![
            ledger.as_str().into(),
            period.from.to_string().into(),
            period.until.to_string().into(),
            telling.version.into(),
            telling.campaign.as_str().into(),
            part.into(),
        ];
        sql::run(&store.sql, query, values)?;
    }
    Ok(telling.version)
}

/// What is kept of one period, for a table by the asked campaign's rules.
pub fn kept_at_ledger(store: &Store, asked: &Asked<ProgressAsk>) -> Answered {
    let ask = &asked.ask;
    let query = "SELECT part FROM rollup WHERE since = ? AND until = ? AND campaign = ?";
    let (from, until) = (ask.period.from.to_string(), ask.period.until.to_string());
    let values = vec![from.into(), until.into(), rules(&ask.campaign)?.into()];
    let rows = sql::rows(&store.sql, query, values)?;
    let parts = rows
        .into_iter()
        .map(|mut row| Ok(serde_json::from_str::<Part>(&row.text())?.only(ask.category)));
    let parts = parts.collect::<Result<Vec<Part>, ApiError>>()?;
    let rows = sql::rows(&store.sql, "SELECT DISTINCT ledger FROM rollup", vec![])?;
    let stale = rows
        .into_iter()
        .filter_map(|mut row| Area::parse(&row.text()))
        .filter(|ledger| parts.iter().all(|part| part.ledger != *ledger));
    let stale = stale.collect();
    Ok(Response::from_json(&KeptAnswer { stale, parts })?)
}
