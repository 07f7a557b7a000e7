//! Tokens that are stopped before they expire: each ledger holds whose, and since when. The
//! registry keeps what a ledger has not heard yet, and tells it again until it has.

use crate::error::{Answered, ApiError};
use crate::ledger::Store;
use crate::sync::Asked;
use crate::token::{self, Claims};
use crate::{limit, live, objects, sql};
use domain::{Area, Device, Grants, Id};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use worker::{Env, Response, SqlStorage, State, Storage};

/// Whose tokens are stopped.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    Device(Device),
    Person(Id),
}

impl Whose {
    fn key(self) -> String {
        match self {
            Self::Device(device) => format!("device {device}"),
            Self::Person(person) => format!("person {person}"),
        }
    }
}

/// Tokens that were issued until then are good no more.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Bar {
    whose: Whose,
    /// Milliseconds since 1970 UTC, by the registry's clock, which also issues tokens.
    until: i64,
}

impl Bar {
    /// True if a token that was issued then to this device and person is stopped.
    pub fn stops(&self, device: Device, person: Id, issued: i64) -> bool {
        let meant = match self.whose {
            Whose::Device(barred) => barred == device,
            Whose::Person(barred) => barred == person,
        };
        meant && issued <= self.until
    }
}

/// At the registry: which ledger has yet to hear of which bar, or of what else is to be told there.
pub const OUTBOX: &str = "
CREATE TABLE IF NOT EXISTS untold (
    id INTEGER PRIMARY KEY AUTOINCREMENT, ledger TEXT NOT NULL, bar TEXT NOT NULL,
    made INTEGER NOT NULL);
";

/// At a ledger.
pub const TABLE: &str = "
CREATE TABLE IF NOT EXISTS bar (whose TEXT PRIMARY KEY, until INTEGER NOT NULL);
";

/// The ledgers are told again after so long.
pub const AGAIN_MS: i64 = 5_000;

/// Stops all tokens of a device or person in every ledger that its grants could reach: written
/// down here, told by [`tell`].
pub fn put_up(sql: &SqlStorage, whose: Whose, grants: &Grants) -> Result<(), ApiError> {
    let now = token::now_ms();
    let bar = Bar { whose, until: now };
    let bar = String::from_utf8_lossy(&objects::json(&bar)?).into_owned();
    later(sql, grants.ledgers(), BAR, &bar)
}

/// The ledger's path for a bar.
const BAR: &str = "/bar";

/// Writes down what ledgers are to hear under one of their paths; [`tell`] tells them. It is of use
/// no longer than a token.
pub fn later(
    sql: &SqlStorage,
    ledgers: impl IntoIterator<Item = Area>,
    path: &str,
    body: &str,
) -> Result<(), ApiError> {
    let now = token::now_ms();
    for ledger in ledgers {
        let query = "INSERT INTO untold (ledger, bar, made, path) VALUES (?, ?, ?, ?)";
        let ledger = ledger.to_string().into();
        let values = vec![ledger, body.into(), now.into(), path.into()];
        sql::run(sql, query, values)?;
    }
    Ok(())
}

/// Tells the ledgers what they have not heard; how many of the bars are unheard after it. The alarm that is set
/// here stays: whoever calls this sets it anew.
pub async fn tell(sql: &SqlStorage, env: &Env, storage: &Storage) -> Result<u64, ApiError> {
    // A token that old has expired by itself.
    let old = token::now_ms() - token::LIFE_MS;
    sql::run(sql, "DELETE FROM untold WHERE made < ?", vec![old.into()])?;
    let rows = sql::rows(sql, "SELECT id, ledger, bar, path FROM untold", vec![])?;
    if rows.is_empty() {
        return Ok(0);
    }
    // Before anything else: whatever happens from here on, it will be tried again.
    storage.set_alarm(AGAIN_MS).await?;
    let told = rows.into_iter().map(async |mut row: sql::Row| {
        let (id, ledger, body, path) = (row.number(), row.text(), row.text(), row.text());
        let ledger = Area::parse(&ledger)?;
        let ledger = objects::ledger(env, ledger).ok()?;
        let answer = ledger.post(&path, body.as_bytes()).await.ok()?;
        (answer.status_code() == 200).then_some(id)
    });
    for id in join_all(told).await.into_iter().flatten() {
        sql::run(sql, "DELETE FROM untold WHERE id = ?", vec![id.into()])?;
    }
    let left = sql::first(
        sql,
        "SELECT COUNT(*) FROM untold WHERE path = ?",
        vec![BAR.into()],
    )?;
    let left = left.map_or(0, |mut row| row.number());
    Ok(u64::try_from(left).unwrap_or(0))
}

/// True if some ledger has not heard all yet.
///
/// # Errors
/// If the rows cannot be read.
pub fn waits(sql: &SqlStorage) -> Result<bool, ApiError> {
    Ok(sql::first(sql, "SELECT 1 FROM untold", vec![])?.is_some())
}

/// The ledger takes note of a bar, and forgets those that no token outlives.
pub fn at_ledger(state: &State, store: &Store, bar: &Bar) -> Answered {
    let (sql, old) = (&store.sql, token::now_ms() - token::LIFE_MS);
    store.memory.bars.take();
    sql::run(sql, "DELETE FROM bar WHERE until < ?", vec![old.into()])?;
    let query = "INSERT INTO bar (whose, until) VALUES (?, ?)
         ON CONFLICT (whose) DO UPDATE SET until = MAX(until, excluded.until)";
    sql::run(sql, query, vec![bar.whose.key().into(), bar.until.into()])?;
    live::stop(state, bar);
    Ok(Response::from_json(&true)?)
}

/// Looks at every request before the ledger does: a stopped token opens nothing, and nobody asks
/// without end. Gives the ledger that is asked, if a device asks.
///
/// # Errors
/// `BadToken` or `TooOften`.
pub fn check(store: &Store, body: &[u8]) -> Result<Option<Area>, ApiError> {
    let Some(asker) = asker(body) else {
        return Ok(None);
    };
    let claims = &asker.claims;
    if is_barred(store, claims)? {
        return Err(ApiError::BadToken);
    }
    limit::pace(asker.ledger, claims.device)?;
    Ok(Some(asker.ledger))
}

fn is_barred(store: &Store, claims: &Claims) -> Result<bool, ApiError> {
    let mut bars = store.memory.bars.borrow_mut();
    if bars.is_none() {
        let rows = sql::rows(&store.sql, "SELECT whose, until FROM bar", vec![])?.into_iter();
        *bars = Some(rows.map(|mut row| (row.text(), row.number())).collect());
    }
    let Some(bars) = bars.as_ref().filter(|bars| !bars.is_empty()) else {
        return Ok(false);
    };
    let whose = [Whose::Device(claims.device), Whose::Person(claims.person)];
    let until = whose.iter().filter_map(|whose| bars.get(&whose.key()));
    Ok(until.max().is_some_and(|until| *until >= claims.issued))
}

struct Asker {
    claims: Claims,
    ledger: Area,
}

/// Who asks, without reading all that they send: [`Asked`] begins with it, after a length if bytes
/// follow. A request without claims is the server's own.
fn asker(body: &[u8]) -> Option<Asker> {
    let message = match body.first() {
        Some(b'{') => body,
        _ => body.get(4..)?,
    };
    fn next<T: serde::de::DeserializeOwned>(text: &[u8]) -> Option<(T, &[u8])> {
        let mut values = serde_json::Deserializer::from_slice(text).into_iter();
        let value = values.next()?.ok()?;
        Some((value, &text[values.byte_offset()..]))
    }
    if let Some(rest) = message.strip_prefix(br#"{"claims":"#)
        && let Some((claims, rest)) = next(rest)
        && let Some(rest) = rest.strip_prefix(br#","ledger":"#)
        && let Some((ledger, _)) = next(rest)
    {
        return Some(Asker { claims, ledger });
    }
    let (asked, _) = next::<Asked<serde::de::IgnoredAny>>(message)?;
    Some(Asker {
        claims: asked.claims,
        ledger: asked.ledger,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Vec<u8> {
        let claims = Claims {
            device: Device(7),
            person: Id::new(1, [0; 10]),
            grants: Grants::default(),
            issued: 5,
            expires: 9,
        };
        let (ledger, ask) = (Area::parse("371721").unwrap(), "a long push");
        objects::json(&Asked {
            claims,
            ledger,
            ask,
        })
        .unwrap()
    }

    #[test]
    fn who_asks_is_read_from_the_beginning_of_a_request() {
        let mut cut = asked();
        cut.truncate(cut.len() - 5);
        let with_bytes = [&[0, 0, 0, 9][..], &cut].concat();
        for body in [&asked(), &cut, &with_bytes] {
            let asker = asker(body).unwrap();
            assert_eq!((asker.claims.device, asker.claims.issued), (Device(7), 5));
            assert_eq!(asker.ledger.to_string(), "371721");
        }
    }

    #[test]
    fn who_asks_is_found_in_whatever_order_it_is_said() {
        let asked: serde_json::Value = serde_json::from_slice(&asked()).unwrap();
        let turned = format!(
            r#"{{"ask": 1, "ledger": {}, "claims": {}}}"#,
            asked["ledger"], asked["claims"]
        );
        assert_eq!(asker(turned.as_bytes()).unwrap().claims.device, Device(7));
        assert!(asker(br#"{"whose":{"device":"0000000000000007"},"until":1}"#).is_none());
    }
}
