//! How often one may ask: counted by device and by address, in windows of fixed length.

use crate::error::ApiError;
use crate::{sql, token};
use domain::{Area, Device};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::HashMap;
use worker::{Env, Request, SqlStorage};

pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS tries (
    who TEXT PRIMARY KEY, since INTEGER NOT NULL, count INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS tries_since ON tries (since);
";

/// What may be done so often in so long.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    what: &'static str,
    most: i64,
    within_ms: i64,
}

const MINUTE: i64 = 60_000;

/// Links that are not good: a right one is never held up.
pub const WRONG_LINKS: Limit = Limit::new("wrong link", 30, 10 * MINUTE);
/// Signatures that are not good: a right one is never held up by them.
pub const WRONG_SIGNATURES: Limit = Limit::new("wrong signature", 30, 10 * MINUTE);
/// Whoever knows a device's number may ask for a challenge; so this is wide.
pub const CHALLENGES: Limit = Limit::new("challenge", 120, MINUTE);
/// A county's whole office may stand behind one address.
pub const CHALLENGES_OF_ADDRESS: Limit = Limit::new("challenge of address", 1_200, MINUTE);
pub const SIGN_INS: Limit = Limit::new("sign-in", 60, MINUTE);
pub const RESCUES: Limit = Limit::new("rescue", 20, 60 * MINUTE);
pub const LAST_WORDS: Limit = Limit::new("last words", 20, 60 * MINUTE);
pub const LETTERS: Limit = Limit::new("letter", 60, 60 * MINUTE);
pub const HOOK_TESTS: Limit = Limit::new("hook test", 20, 10 * MINUTE);
pub const REPORTS: Limit = Limit::new("report", 120, MINUTE);
/// The longest of these windows.
const LONGEST_MS: i64 = 60 * MINUTE;

impl Limit {
    const fn new(what: &'static str, most: i64, within_ms: i64) -> Self {
        Self {
            what,
            most,
            within_ms,
        }
    }

    /// Counts once more.
    ///
    /// # Errors
    /// `TooOften` with the seconds until the window ends.
    pub fn count(self, sql: &SqlStorage, who: &str) -> Result<(), ApiError> {
        let now = token::now_ms();
        let old = vec![(now - LONGEST_MS).into()];
        sql::run(sql, "DELETE FROM tries WHERE since < ?", old)?;
        let query = "INSERT INTO tries (who, since, count) VALUES (?1, ?2, 1)
             ON CONFLICT (who) DO UPDATE SET
                 count = CASE WHEN since <= ?3 THEN 1 ELSE count + 1 END,
                 since = CASE WHEN since <= ?3 THEN ?2 ELSE since END
             RETURNING since, count";
        let who = format!("{}: {who}", self.what);
        let begun_before = now - self.within_ms;
        let values = vec![who.into(), now.into(), begun_before.into()];
        let Some(mut row) = sql::first(sql, query, values)? else {
            return Ok(());
        };
        let (since, count) = (row.number(), row.number());
        if count > self.most {
            return Err(ApiError::TooOften(seconds(since + self.within_ms - now)));
        }
        Ok(())
    }

    /// Counts by address, if one is known.
    pub fn count_address(self, sql: &SqlStorage, address: Option<&str>) -> Result<(), ApiError> {
        address.map_or(Ok(()), |address| self.count(sql, address))
    }
}

fn seconds(ms: i64) -> u64 {
    u64::try_from(ms / 1_000).unwrap_or(0) + 1
}

/// A request from somebody who is not signed in, and from where it came.
#[derive(Debug, Serialize, Deserialize)]
pub struct Came<T> {
    pub address: Option<String>,
    pub ask: T,
}

impl<T> Came<T> {
    pub fn new(request: &Request, env: &Env, ask: T) -> Result<Self, ApiError> {
        let address = address(request, env)?;
        Ok(Self { address, ask })
    }

    /// Whom a limit counts: this device as seen from this address, so that nobody locks a
    /// colleague's device out from elsewhere.
    pub fn device(&self, device: Device) -> String {
        format!("{device} {}", self.address.as_deref().unwrap_or("anywhere"))
    }
}

/// Where a request comes from. On an own server only a proxy can say so, and is believed if
/// `CHUNNUAN_PROXY` is set; else Cloudflare does. On an own server without a proxy anybody can
/// write anything there, which gets nobody further than writing nothing.
fn address(request: &Request, env: &Env) -> Result<Option<String>, ApiError> {
    let header = |name: &str| -> Result<Option<String>, ApiError> {
        let said = request.headers().get(name)?;
        Ok(said.map(|text| text.chars().take(64).collect()))
    };
    match env.var("CHUNNUAN_PROXY").map(|set| set.to_string()) {
        Ok(set) if !set.is_empty() => header("x-real-ip"),
        _ => header("cf-connecting-ip"),
    }
}

/// Requests of one device at one ledger in one minute. A device that sends 50,000 records does so
/// in a hundred.
const REQUESTS: u32 = 600;

#[derive(Default)]
struct Minute {
    begun: i64,
    counts: HashMap<(Area, Device), u32>,
}

thread_local! {
    /// In memory only: a ledger that starts anew begins to count anew.
    static MINUTE_OF: RefCell<Minute> = RefCell::default();
}

/// Counts a request of a device at a ledger.
///
/// # Errors
/// `TooOften` with the seconds until the minute ends.
pub fn pace(ledger: Area, device: Device) -> Result<(), ApiError> {
    MINUTE_OF.with_borrow_mut(|minute| minute.count(ledger, device, token::now_ms()))
}

impl Minute {
    fn count(&mut self, ledger: Area, device: Device, now: i64) -> Result<(), ApiError> {
        if !(0..MINUTE).contains(&(now - self.begun)) {
            self.counts.clear();
            self.begun = now;
        }
        let count = self.counts.entry((ledger, device)).or_default();
        *count += 1;
        if *count > REQUESTS {
            return Err(ApiError::TooOften(seconds(self.begun + MINUTE - now)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_asks_too_often_waits_for_the_next_minute_and_others_do_not() {
        let mut minute = Minute::default();
        let cao = Area::parse("371721").unwrap();
        for _ in 0..REQUESTS {
            assert!(minute.count(cao, Device(1), 100_000).is_ok());
        }
        let refused = minute.count(cao, Device(1), 130_000);
        assert!(matches!(refused, Err(ApiError::TooOften(31))));
        assert!(minute.count(cao, Device(2), 130_000).is_ok());
        assert!(minute.count(cao, Device(1), 160_000).is_ok());
    }
}
