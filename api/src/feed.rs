//! `POST /api/feeds`, `GET /api/feeds`, `POST /api/feeds/{id}/stop`: links under which a spreadsheet
//! or another program reads an area's tables, as administrators make and stop them; and
//! `GET /api/feed/{token}/{table}`, what such a link gives (see `domain::feed`).

mod tables;

pub use tables::{at_ledger, get};

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::limit::{self, Came};
use crate::objects::{self, read};
use crate::registry::{By, Store, by_anybody, by_id, bytes, id, random};
use crate::token::now_ms;
use crate::{sql, token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::audit::Deed;
use domain::feed::{Feed, FeedAnswer, FeedAsk, FeedList, NAME_LIMIT};
use domain::wire::Stopped;
use domain::{Area, Id};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use worker::{Env, Request, Response};

pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS feed (
    id BLOB PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, area TEXT NOT NULL,
    person BLOB NOT NULL, made INTEGER NOT NULL, seen INTEGER, stopped INTEGER);
";

/// When a feed was read is written down once in so long.
const NOTED_MS: i64 = 60_000;

/// Whose table is read: what the registry says of a token.
#[derive(Debug, Serialize, Deserialize)]
pub struct Opened {
    pub area: Area,
    pub person: Id,
}

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask: FeedAsk = read(request).await?;
    objects::registry(env)?
        .pass("/feeds/make", &By { claims, ask })
        .await
}

pub async fn list(request: &Request, env: &Env) -> Answered {
    by_anybody(request, env, "/feeds").await
}

pub async fn stop(request: &Request, env: &Env, feed: &str) -> Answered {
    by_id(request, env, "/feeds/stop", feed).await
}

pub fn make_at_registry(store: &Store, by: &By<FeedAsk>) -> Answered {
    let FeedAsk { name, area } = &by.ask;
    let name = store.named(&by.claims, *area, name, NAME_LIMIT)?;
    let secret = URL_SAFE_NO_PAD.encode(random::<32>()?);
    let id = Id::new(now_ms(), random()?);
    let query = "INSERT INTO feed (id, hash, name, area, person, made) VALUES (?, ?, ?, ?, ?, ?)";
    let values = vec![
        bytes(id).into(),
        hash(&secret).into(),
        name.into(),
        area.to_string().into(),
        bytes(by.claims.person).into(),
        now_ms().into(),
    ];
    sql::run(&store.sql, query, values)?;
    let deed = Deed::FeedMade {
        feed: id,
        area: *area,
    };
    audit::note(store, Who::of(&by.claims), &deed)?;
    let path = format!("/api/feed/{secret}/index.json");
    Ok(Response::from_json(&FeedAnswer { id, path })?)
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

pub fn list_at_registry(store: &Store, by: &By<()>) -> Answered {
    let grants = store.administrator(&by.claims)?;
    let query = "SELECT id, name, area, person, made, seen, stopped FROM feed ORDER BY made DESC";
    let rows = sql::rows(&store.sql, query, vec![])?.into_iter();
    let mut feeds: Vec<Feed> = rows.filter_map(feed).collect();
    feeds.retain(|feed| grants.administer(feed.area));
    Ok(Response::from_json(&FeedList { feeds })?)
}

fn feed(mut row: sql::Row) -> Option<Feed> {
    Some(Feed {
        id: id(&row.bytes())?,
        name: row.text(),
        area: Area::parse(&row.text())?,
        person: id(&row.bytes())?,
        made: row.number(),
        read: row.maybe(),
        stopped: row.maybe().is_some(),
    })
}

pub fn stop_at_registry(store: &Store, by: &By<Id>) -> Answered {
    store.administered(by, "SELECT area FROM feed WHERE id = ?")?;
    let query = "UPDATE feed SET stopped = ? WHERE id = ? AND stopped IS NULL";
    sql::run(
        &store.sql,
        query,
        vec![now_ms().into(), bytes(by.ask).into()],
    )?;
    let deed = Deed::FeedStopped { feed: by.ask };
    audit::note(store, Who::of(&by.claims), &deed)?;
    Ok(Response::from_json(&Stopped { waiting: 0 })?)
}

/// What a token opens, from the request on: a stopped one opens nothing.
pub fn open_at_registry(store: &Store, came: &Came<String>) -> Answered {
    let query = "SELECT area, person, seen FROM feed WHERE hash = ? AND stopped IS NULL";
    let hash = hash(&came.ask);
    let found = sql::first(&store.sql, query, vec![hash.clone().into()])?;
    let Some(mut row) = found else {
        limit::WRONG_LINKS.count_address(&store.sql, came.address.as_deref())?;
        return Err(ApiError::BadLink);
    };
    let opened = Area::parse(&row.text()).zip(id(&row.bytes()));
    let (area, person) = opened.ok_or(ApiError::BadLink)?;
    if row.maybe().is_none_or(|seen| seen < now_ms() - NOTED_MS) {
        let query = "UPDATE feed SET seen = ? WHERE hash = ?";
        sql::run(&store.sql, query, vec![now_ms().into(), hash.into()])?;
    }
    Ok(Response::from_json(&Opened { area, person })?)
}
