//! `GET /api/health`: that the server answers, its version, its clock and since when it runs;
//! nothing of anybody. `GET /api/health/{area}`: how its ledgers are, in figures, for whoever
//! administers the area.

use crate::error::{Answered, ApiError};
use crate::ledger::Store;
use crate::registry::{self, By};
use crate::sync::Asked;
use crate::token::{self, now_ms};
use crate::{objects, sql};
use domain::Area;
use domain::area::Level;
use domain::wire::{Health, LedgerHealth};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use worker::{Env, Request, Response};

thread_local! {
    /// When this instance first answered: a runtime's clock stands still before the first request.
    static SINCE: OnceCell<i64> = const { OnceCell::new() };
}

pub fn show() -> Answered {
    let now = now_ms();
    let since = SINCE.with(|since| *since.get_or_init(|| now));
    let version = env!("CARGO_PKG_VERSION");
    let body = serde_json::json!({ "ok": true, "version": version, "now": now, "since": since });
    Ok(Response::from_json(&body)?)
}

/// So many links of a chain are looked at; `chunnuan check` goes through all of them.
const CHECKED: i64 = 2_000;

/// What the registry knows besides.
#[derive(Debug, Serialize, Deserialize)]
struct Standing {
    exported: Option<i64>,
}

pub async fn get(request: &Request, env: &Env, area: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let known = Area::parse(area).filter(|area| area.is_known());
    let area = known.ok_or(ApiError::UnknownArea)?;
    let by = By {
        claims: claims.clone(),
        ask: area,
    };
    let mut answer = objects::registry(env)?.pass("/administers", &by).await?;
    if answer.status_code() != 200 {
        return Ok(answer);
    }
    let standing: Standing = answer.json().await?;
    let asked = ledgers(area).into_iter().map(async |ledger| {
        let asked = Asked {
            claims: claims.clone(),
            ledger,
            ask: (),
        };
        (ledger, ask(env, &asked).await)
    });
    let mut health = Health {
        ledgers: Vec::new(),
        silent: Vec::new(),
        exported: standing.exported,
    };
    for (ledger, told) in join_all(asked).await {
        match told {
            Ok(told) => health.ledgers.push(told),
            Err(_) => health.silent.push(ledger),
        }
    }
    let mut response = Response::from_json(&health)?;
    response.headers_mut().set("cache-control", "no-store")?;
    Ok(response)
}

/// An area's own ledger and those one level below.
fn ledgers(area: Area) -> Vec<Area> {
    let own = area.ledger();
    let below = area
        .children()
        .filter(|below| below.level() <= Level::County);
    std::iter::once(own).chain(below).collect()
}

async fn ask(env: &Env, asked: &Asked<()>) -> Result<LedgerHealth, ApiError> {
    let object = objects::ledger(env, asked.ledger)?;
    Ok(object.pass("/health", asked).await?.json().await?)
}

/// Whether somebody administers an area now, whatever the token says.
pub fn administers_at_registry(store: &registry::Store, by: &By<Area>) -> Answered {
    if !store.administrator(&by.claims)?.administer(by.ask) {
        return Err(ApiError::OutsideArea);
    }
    let query = "SELECT MAX(at) FROM audit WHERE person IS NULL
                 AND json_extract(deed, '$.deed') = 'exported'";
    let row = sql::first(&store.sql, query, vec![])?;
    let exported = row.and_then(|mut row| row.maybe());
    Ok(Response::from_json(&Standing { exported })?)
}

pub fn at_ledger(store: &Store, asked: &Asked<()>) -> Answered {
    let one = |query: &str| -> Result<Option<i64>, ApiError> {
        let row = sql::first(&store.sql, query, vec![])?;
        Ok(row.and_then(|mut row| row.maybe()))
    };
    let last = store.last_block()?;
    let changes = last.as_ref().map_or(0, |block| block.last as i64);
    let counted = one("SELECT seq FROM counted")?.unwrap_or(0).max(0);
    let (checked, broken) = walk(store, changes)?;
    Ok(Response::from_json(&LedgerHealth {
        ledger: asked.ledger,
        records: one("SELECT COUNT(*) FROM record")?.unwrap_or(0) as u64,
        changes: changes as u64,
        last: last.map(|block| block.received),
        checked,
        broken,
        uncounted: (changes - counted).max(0) as u64,
        size: store.sql.database_size() as u64,
    })?)
}

/// How many of the newest changes were looked at, and the first whose link does not follow from the
/// one before; links are kept block by block.
fn walk(store: &Store, last: i64) -> Result<(u64, Option<u64>), ApiError> {
    let first = (last - CHECKED).max(0) as u64;
    let (mut checked, mut before) = (0, None);
    for block in store.blocks_after(first, CHECKED as usize)? {
        let link = before.map_or_else(|| store.link_before(&block), Ok)?;
        // What cannot be read follows from nothing.
        let links = block.links(&link).unwrap_or_default();
        checked += links.len() as u64;
        if links.last().is_none_or(|link| link[..] != block.chain[..]) {
            return Ok((checked, Some(block.last)));
        }
        before = Some(block.chain);
    }
    Ok((checked, None))
}
