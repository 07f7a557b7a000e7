//! The ledger's side of webhooks: clocks are noticed once, and written down until the registry has
//! heard of them.

use super::Ring;
use crate::error::ApiError;
use crate::ledger::Store;
use crate::registry::bytes;
use crate::{objects, sql};
use domain::hook::{RunOut, Rung};
use domain::indicator::Tally;
use domain::{Campaign, Record};
use worker::Env;

/// `rung` are the clocks that were noticed, `ringing` those that the registry has yet to hear of.
pub const LEDGER_TABLES: &str = "
CREATE TABLE IF NOT EXISTS rung (record BLOB NOT NULL, clock TEXT NOT NULL, due INTEGER NOT NULL,
    PRIMARY KEY (record, clock, due)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ringing (seq INTEGER PRIMARY KEY AUTOINCREMENT, ring TEXT NOT NULL);
";

/// So many clocks are told to the registry at once.
const RINGS: i64 = 500;

/// What a ledger hears of clocks while it goes through its records.
#[derive(Debug)]
pub struct Bell {
    now: i64,
    /// When the next clock runs out.
    pub next: i64,
    out: Vec<RunOut>,
}

impl Bell {
    pub const fn new(now: i64) -> Self {
        Self {
            now,
            next: i64::MAX,
            out: Vec::new(),
        }
    }

    pub fn hear(&mut self, record: &Record, campaign: &Campaign) {
        match RunOut::of(record, campaign, self.now) {
            Rung::Never => {}
            Rung::At(due) => self.next = self.next.min(due),
            Rung::Out(out) => self.out.push(out),
        }
    }

    /// The visits to elders and children that are overdue, of which no record by itself tells.
    pub fn hear_visits(&mut self, tally: &Tally) {
        let late = tally.late_visits().iter();
        self.out.extend(late.map(RunOut::of_visit));
    }

    /// Writes down what was not noticed before. No await.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn note(self, ledger: &Store) -> Result<(), ApiError> {
        for out in self.out {
            let query = "INSERT OR IGNORE INTO rung (record, clock, due) VALUES (?, ?, ?)
                         RETURNING 1";
            let values = vec![
                bytes(out.record).into(),
                out.clock.as_str().into(),
                out.due.into(),
            ];
            if sql::first(&ledger.sql, query, values)?.is_none() {
                continue;
            }
            let noticed = self.now;
            let ring = objects::json(&Ring { noticed, out })?;
            let query = "INSERT INTO ringing (ring) VALUES (?)";
            let values = vec![String::from_utf8_lossy(&ring).into_owned().into()];
            sql::run(&ledger.sql, query, values)?;
        }
        Ok(())
    }
}

/// Tells the registry of the clocks that were noticed; true if it has heard of all.
///
/// # Errors
/// If the ledger's rows cannot be read or written.
pub async fn ring(ledger: &Store, env: &Env) -> Result<bool, ApiError> {
    loop {
        let query = "SELECT seq, ring FROM ringing ORDER BY seq LIMIT ?";
        let rows = sql::rows(&ledger.sql, query, vec![RINGS.into()])?;
        let rings: Vec<(i64, String)> = rows
            .into_iter()
            .map(|mut row| (row.number(), row.text()))
            .collect();
        let Some((last, _)) = rings.last() else {
            return Ok(true);
        };
        let all: Vec<&str> = rings.iter().map(|(_, ring)| ring.as_str()).collect();
        let body = format!("[{}]", all.join(","));
        let answer = objects::registry(env)?
            .post("/hooks/ring", body.as_bytes())
            .await;
        if !answer.is_ok_and(|answer| answer.status_code() == 200) {
            return Ok(false);
        }
        let query = "DELETE FROM ringing WHERE seq <= ?";
        sql::run(&ledger.sql, query, vec![(*last).into()])?;
    }
}
