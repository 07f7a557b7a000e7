//! `GET /api/campaign` and `PUT /api/campaign`: the settings, as whoever administers all of the
//! campaign sets them. Each ledger is told that there are new ones, and lets its devices know; earlier
//! campaigns are kept.

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::ledger::Store as Ledger;
use crate::objects::{self, body, parse};
use crate::registry::{By, Store, by_anybody, bytes};
use crate::steps::Chain as _;
use crate::{bar, live, sql, token};
use domain::audit::Deed;
use domain::own::OwnField;
use domain::wire::CampaignAnswer;
use domain::{Area, Campaign};
use std::collections::BTreeSet;
use worker::{Env, Request, Response, State};

pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS past_campaign (
    id BLOB PRIMARY KEY, ended INTEGER NOT NULL, body TEXT NOT NULL);
";

/// At a ledger: when the settings were changed last, by the registry's clock.
pub const LEDGER_TABLES: &str = "
CREATE TABLE IF NOT EXISTS settings (
    one INTEGER PRIMARY KEY CHECK (one = 1), changed INTEGER NOT NULL);
";

/// The settings have changed: every ledger from which anybody pulls is to hear when.
pub fn announce(store: &Store) -> Result<(), ApiError> {
    let people = store.people()?.into_iter();
    let ledgers: BTreeSet<Area> = people.flat_map(|one| one.grants.ledgers()).collect();
    bar::later(
        &store.sql,
        ledgers,
        "/settings",
        &token::now_ms().to_string(),
    )
}

/// The ledger takes note, and says so to whoever listens.
pub fn at_ledger(state: &State, ledger: &Ledger, changed: i64) -> Answered {
    let query = "INSERT INTO settings (one, changed) VALUES (1, ?)
         ON CONFLICT (one) DO UPDATE SET changed = MAX(changed, excluded.changed)";
    sql::run(&ledger.sql, query, vec![changed.into()])?;
    ledger.memory.settings.take();
    live::tell_settings(state, ledger.last()?, changed);
    Ok(Response::from_json(&true)?)
}

/// When the settings were changed, as long as any token is older than that.
pub fn changed(ledger: &Ledger) -> Result<Option<i64>, ApiError> {
    let changed = match ledger.memory.settings.get() {
        Some(changed) => changed,
        None => {
            let row = sql::first(&ledger.sql, "SELECT changed FROM settings", vec![])?;
            row.map_or(0, |mut row| row.number())
        }
    };
    ledger.memory.settings.set(Some(changed));
    let old = token::now_ms() - token::LIFE_MS;
    Ok(Some(changed).filter(|changed| *changed > old))
}

/// A hundred years of holidays and all settings fit several times.
const BODY_BYTES: usize = 512 * 1024;

pub async fn get(request: &Request, env: &Env) -> Answered {
    by_anybody(request, env, "/campaign/read").await
}

pub async fn put(request: &mut Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask: Campaign = parse(&body(request, BODY_BYTES).await?)?;
    objects::registry(env)?
        .pass("/campaign/set", &By { claims, ask })
        .await
}

pub fn read_at_registry(store: &Store, by: &By<()>) -> Answered {
    store.administrator(&by.claims)?;
    answer(store)
}

fn answer(store: &Store) -> Answered {
    let campaign = store.campaign()?.ok_or(ApiError::NoCampaign)?;
    let query = "SELECT body FROM past_campaign ORDER BY ended DESC, rowid DESC";
    let rows = sql::rows(&store.sql, query, vec![])?.into_iter();
    let past = rows.filter_map(|mut row| serde_json::from_str(&row.text()).ok());
    let past = past.collect();
    let mut answer = Response::from_json(&CampaignAnswer { campaign, past })?;
    answer.headers_mut().set("cache-control", "no-store")?;
    Ok(answer)
}

/// Takes the settings if they follow on those that are there; another id begins a new campaign.
pub fn set_at_registry(store: &Store, by: &By<Campaign>) -> Answered {
    let administrator = store.administrator(&by.claims)?;
    let before = store.campaign()?.ok_or(ApiError::NoCampaign)?;
    let asked = &by.ask;
    if !before.may_be_set(&administrator, asked) {
        return Err(ApiError::OutsideArea);
    }
    let mut changed = asked.changes(&before);
    if changed.is_empty() && asked.version <= before.version {
        return answer(store);
    }
    if asked.version != before.version {
        return Err(ApiError::Overtaken);
    }
    let mut asked = asked.clone();
    asked.own.iter_mut().for_each(OwnField::trim);
    asked.check(&before).map_err(ApiError::BadCampaign)?;
    let next = Campaign {
        // A training campaign never becomes a real one, nor the other way round.
        mode: before.mode,
        name: asked.name.trim().to_owned(),
        version: before.version + 1,
        ..asked
    };
    if next.id != before.id {
        let query = "INSERT OR REPLACE INTO past_campaign (id, ended, body) VALUES (?, ?, ?)";
        let text = String::from_utf8_lossy(&objects::json(&before)?).into_owned();
        let values = vec![bytes(before.id).into(), token::now_ms().into(), text.into()];
        sql::run(&store.sql, query, values)?;
    }
    store.set_campaign(&next)?;
    changed.truncate(MOST_NAMED);
    audit::note(
        store,
        Who::of(&by.claims),
        &Deed::CampaignChanged { changed },
    )?;
    answer(store)
}

/// More settings than a campaign has.
const MOST_NAMED: usize = 300;
