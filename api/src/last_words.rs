//! `POST /api/last-words`: what a revoked device had not sent, left before it empties itself;
//! `GET /api/devices/{number}/last-words`: an administrator reads it.

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::limit::{self, Came};
use crate::objects::{self, body, parse};
use crate::registry::{By, Store};
use crate::session::{self, Standing};
use crate::{devices, sql, token};
use domain::Device;
use domain::audit::Deed;
use domain::wire::{LastWords, LastWordsAnswer, LastWordsAsk, PARCEL_BYTES, PARCELS, Parcel};
use worker::{Env, Request, Response};

pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS last_word (
    device TEXT NOT NULL, at INTEGER NOT NULL, parcel TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS last_word_device ON last_word (device);
";

/// JSON may write a character of one byte in six.
const BODY_BYTES: usize = 6 * PARCEL_BYTES + 4_096;

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let ask: LastWordsAsk = parse(&body(request, BODY_BYTES).await?)?;
    if ask.parcel.len() > PARCEL_BYTES {
        return Err(ApiError::TooLarge(PARCEL_BYTES));
    }
    let came = Came::new(request, env, ask)?;
    objects::registry(env)?.pass("/last-words", &came).await
}

pub async fn get(request: &Request, env: &Env, number: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask = Device::parse(number).ok_or(ApiError::NoSuchDevice)?;
    objects::registry(env)?
        .pass("/last-words/read", &By { claims, ask })
        .await
}

/// Only a device that is locked out has last words; every other pushes what it has.
pub fn at_registry(store: &Store, came: &Came<LastWordsAsk>) -> Answered {
    let ask = &came.ask;
    let proof = (ask.device, ask.challenge.as_str(), ask.signature.as_str());
    let proved = session::prove(store, came, proof)?;
    if proved.standing == Standing::Live {
        return Err(ApiError::NotAllowed);
    }
    limit::LAST_WORDS.count(&store.sql, &ask.device.to_string())?;
    if kept(store, ask.device)? >= PARCELS {
        return Err(ApiError::LastWordsFull);
    }
    let query = "INSERT INTO last_word (device, at, parcel) VALUES (?, ?, ?)";
    let device = ask.device.to_string().into();
    let values = vec![device, token::now_ms().into(), ask.parcel.as_str().into()];
    sql::run(&store.sql, query, values)?;
    let kept = kept(store, ask.device)?;
    Ok(Response::from_json(&LastWordsAnswer { kept })?)
}

/// How many parcels of a device are kept.
pub fn kept(store: &Store, device: Device) -> Result<u64, ApiError> {
    let query = "SELECT COUNT(*) FROM last_word WHERE device = ?";
    let row = sql::first(&store.sql, query, vec![device.to_string().into()])?;
    Ok(row.map_or(0, |mut row| row.number() as u64))
}

pub fn read_at_registry(store: &Store, by: &By<Device>) -> Answered {
    let grants = store.administrator(&by.claims)?;
    let device = by.ask;
    let owner = devices::owner(store, device, &grants)?;
    let query = "SELECT at, parcel FROM last_word WHERE device = ? ORDER BY at, rowid";
    let rows = sql::rows(&store.sql, query, vec![device.to_string().into()])?;
    let parcel = |mut row: sql::Row| Parcel {
        at: row.number(),
        parcel: row.text(),
    };
    let parcels: Vec<Parcel> = rows.into_iter().map(parcel).collect();
    if !parcels.is_empty() {
        let who = Who::of(&by.claims).to(owner.person);
        audit::note(store, who, &Deed::LastWordsRead { number: device })?;
    }
    let mut answer = Response::from_json(&LastWords { parcels })?;
    answer.headers_mut().set("cache-control", "no-store")?;
    Ok(answer)
}
