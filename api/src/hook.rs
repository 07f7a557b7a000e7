//! `POST /api/hooks`, `GET /api/hooks`, `POST /api/hooks/{id}/test`, `POST /api/hooks/{id}/stop`:
//! addresses that hear when a clock runs out (see `domain::hook`), and how they hear it.
//!
//! A ledger notices a clock once and writes it down until the registry has it; the registry writes
//! down a delivery for each webhook and tries it until it is answered. Each delivery is named by
//! what it tells, so that whatever is told twice on the way is one delivery, and one that was sent
//! before a kill is sent again under the same name.

mod bell;
mod deliver;

pub use bell::{Bell, LEDGER_TABLES, ring};
pub use deliver::{Underway, begin, next, see_through};

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::limit::HOOK_TESTS;
use crate::objects::{self, read};
use crate::registry::{By, Store, by_anybody, by_id, bytes, id, random};
use crate::token::now_ms;
use crate::{sql, token};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::audit::Deed;
use domain::hook::{
    self, Hook, HookAnswer, HookAsk, HookFault, HookList, LIMIT, NAME_LIMIT, Reach, RunOut, Told,
};
use domain::wire::Stopped;
use domain::{Area, Id};
use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response};

/// At the registry.
pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS hook (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, area TEXT NOT NULL, url TEXT NOT NULL,
    secret BLOB NOT NULL, person BLOB NOT NULL, made INTEGER NOT NULL, delivered INTEGER,
    failed INTEGER, error TEXT, failures INTEGER NOT NULL DEFAULT 0, since INTEGER,
    stopped INTEGER);
CREATE TABLE IF NOT EXISTS delivery (
    id TEXT PRIMARY KEY, hook BLOB NOT NULL, body TEXT NOT NULL, made INTEGER NOT NULL,
    next INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS delivery_next ON delivery (next);
";

/// A clock that a ledger noticed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ring {
    noticed: i64,
    out: RunOut,
}

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask: HookAsk = read(request).await?;
    hook::check(&ask.url, reach(env)).map_err(ApiError::BadHook)?;
    objects::registry(env)?
        .pass("/hooks/make", &By { claims, ask })
        .await
}

pub async fn list(request: &Request, env: &Env) -> Answered {
    by_anybody(request, env, "/hooks").await
}

pub async fn test(request: &Request, env: &Env, hook: &str) -> Answered {
    by_id(request, env, "/hooks/test", hook).await
}

pub async fn stop(request: &Request, env: &Env, hook: &str) -> Answered {
    by_id(request, env, "/hooks/stop", hook).await
}

/// A server that only its own machine reaches may call that machine, too: the host says so.
pub fn reach(env: &Env) -> Reach {
    match env.var("CHUNNUAN_OWN_MACHINE").map(|set| set.to_string()) {
        Ok(set) if !set.is_empty() => Reach::OwnMachine,
        _ => Reach::Public,
    }
}

pub fn make_at_registry(store: &Store, by: &By<HookAsk>) -> Answered {
    let HookAsk { name, area, url } = &by.ask;
    let name = store.named(&by.claims, *area, name, NAME_LIMIT)?;
    let live = "SELECT COUNT(*) FROM hook WHERE stopped IS NULL";
    let live = sql::first(&store.sql, live, vec![])?.map_or(0, |mut row| row.number());
    if live >= LIMIT as i64 {
        return Err(ApiError::BadHook(HookFault::TooMany));
    }
    let secret = random::<32>()?;
    let id = Id::new(now_ms(), random()?);
    let query = "INSERT INTO hook (id, name, area, url, secret, person, made)
                 VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = vec![
        bytes(id).into(),
        name.into(),
        area.to_string().into(),
        url.as_str().into(),
        secret.to_vec().into(),
        bytes(by.claims.person).into(),
        now_ms().into(),
    ];
    sql::run(&store.sql, query, values)?;
    let deed = Deed::HookMade {
        hook: id,
        area: *area,
    };
    audit::note(store, Who::of(&by.claims), &deed)?;
    let secret = format!("whsec_{}", STANDARD.encode(secret));
    Ok(Response::from_json(&HookAnswer { id, secret })?)
}

pub fn list_at_registry(store: &Store, by: &By<()>) -> Answered {
    let grants = store.administrator(&by.claims)?;
    let query = "SELECT id, name, area, url, person, made, delivered, failed, error, failures,
                 (SELECT COUNT(*) FROM delivery WHERE delivery.hook = hook.id), stopped
                 FROM hook ORDER BY made DESC";
    let rows = sql::rows(&store.sql, query, vec![])?.into_iter();
    let mut hooks: Vec<Hook> = rows.filter_map(read_hook).collect();
    hooks.retain(|hook| grants.administer(hook.area));
    Ok(Response::from_json(&HookList { hooks })?)
}

fn read_hook(mut row: sql::Row) -> Option<Hook> {
    Some(Hook {
        id: id(&row.bytes())?,
        name: row.text(),
        area: Area::parse(&row.text())?,
        url: row.text(),
        person: id(&row.bytes())?,
        made: row.number(),
        delivered: row.maybe(),
        failed: row.maybe(),
        error: Some(row.text()).filter(|error| !error.is_empty()),
        failures: row.number(),
        waiting: u64::try_from(row.number()).unwrap_or(0),
        stopped: row.maybe(),
    })
}

/// Finds a webhook's area while it is not stopped.
const LIVE: &str = "SELECT area FROM hook WHERE id = ? AND stopped IS NULL";

/// One delivery that tells of nothing, to try the address and the signature. The alarm sends it.
pub fn test_at_registry(store: &Store, by: &By<Id>) -> Answered {
    store.administered(by, LIVE)?;
    HOOK_TESTS.count(&store.sql, &by.ask.to_string())?;
    let noticed = now_ms();
    let told = Told {
        what: "test".to_owned(),
        noticed,
        data: None,
    };
    let name = format!("msg_{}", Id::new(noticed, random()?));
    deliver_later(store, &name, by.ask, &told)?;
    Ok(Response::from_json(&true)?)
}

pub fn stop_at_registry(store: &Store, by: &By<Id>) -> Answered {
    store.administered(by, LIVE)?;
    stop_now(store, by.ask)?;
    let deed = Deed::HookStopped { hook: by.ask };
    audit::note(store, Who::of(&by.claims), &deed)?;
    Ok(Response::from_json(&Stopped { waiting: 0 })?)
}

/// What was waiting for a webhook that is stopped is not sent any more.
fn stop_now(store: &Store, hook: Id) -> Result<(), ApiError> {
    let query = "UPDATE hook SET stopped = ? WHERE id = ?";
    let values = vec![now_ms().into(), bytes(hook).into()];
    sql::run(&store.sql, query, values)?;
    let query = "DELETE FROM delivery WHERE hook = ?";
    Ok(sql::run(&store.sql, query, vec![bytes(hook).into()])?)
}

/// Writes a delivery down. One that tells of a clock waits while its webhook is left alone; a test is
/// sent at once, since somebody is putting it right.
fn deliver_later(store: &Store, name: &str, hook_id: Id, told: &Told) -> Result<(), ApiError> {
    let query = "SELECT failures, failed FROM hook WHERE id = ?";
    let row = sql::first(&store.sql, query, vec![bytes(hook_id).into()])?;
    let (failures, failed) = row.map_or((0, 0), |mut row| (row.number(), row.number()));
    let now = now_ms();
    let next = match told.data {
        Some(_) if failures > 0 => now.max(failed + hook::again(failures)),
        _ => now,
    };
    let query = "INSERT OR IGNORE INTO delivery (id, hook, body, made, next)
                 VALUES (?, ?, ?, ?, ?)";
    let body = String::from_utf8_lossy(&objects::json(told)?).into_owned();
    let values = vec![
        name.into(),
        bytes(hook_id).into(),
        body.into(),
        now.into(),
        next.into(),
    ];
    Ok(sql::run(&store.sql, query, values)?)
}

/// Clocks that a ledger noticed: one delivery for each webhook that hears of that area.
pub fn ring_at_registry(store: &Store, rings: &[Ring]) -> Answered {
    let query = "SELECT id, area FROM hook WHERE stopped IS NULL";
    let hooks = sql::rows(&store.sql, query, vec![])?.into_iter();
    let hooks: Vec<(Id, Area)> = hooks
        .filter_map(|mut row| Some((id(&row.bytes())?, Area::parse(&row.text())?)))
        .collect();
    for Ring { noticed, out } in rings {
        for (hook, area) in &hooks {
            if area.contains(out.area) {
                let told = Told {
                    what: "clock.ran_out".to_owned(),
                    noticed: *noticed,
                    data: Some(out.clone()),
                };
                deliver_later(store, &out.id_for(*hook), *hook, &told)?;
            }
        }
    }
    Ok(Response::from_json(&true)?)
}
