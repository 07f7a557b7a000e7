//! `POST /api/last-words`: what a revoked device had not sent, left before it empties itself;
//! `GET /api/last-words`: the same person reads it on another device and takes it over;
//! `GET /api/devices/{number}/last-words`: an administrator is told how much there is.

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::limit::{self, Came};
use crate::objects::{self, body, parse};
use crate::registry::{By, Store, bytes};
use crate::session::{self, Standing};
use crate::{devices, sql, token};
use domain::audit::Deed;
use domain::wire::{
    LastWords, LastWordsAnswer, LastWordsAsk, PARCEL_BYTES, PARCELS, Parcel, Taken,
};
use domain::{Device, Id};
use std::collections::BTreeSet;
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

pub async fn get(request: &Request, env: &Env) -> Answered {
    let (claims, ask) = (token::claims(request, env).await?, ());
    objects::registry(env)?
        .pass("/last-words/read", &By { claims, ask })
        .await
}

pub async fn taken(request: &mut Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask: Taken = objects::read(request).await?;
    objects::registry(env)?
        .pass("/last-words/taken", &By { claims, ask })
        .await
}

pub async fn count(request: &Request, env: &Env, number: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask = Device::parse(number).ok_or(ApiError::NoSuchDevice)?;
    objects::registry(env)?
        .pass("/last-words/count", &By { claims, ask })
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

/// How many parcels wait for a person.
pub fn waiting(store: &Store, person: Id) -> Result<u64, ApiError> {
    let query = "SELECT COUNT(*) FROM last_word
                 WHERE device IN (SELECT number FROM device WHERE person = ?)";
    let row = sql::first(&store.sql, query, vec![bytes(person).into()])?;
    Ok(row.map_or(0, |mut row| row.number() as u64))
}

/// That they were read is in the log: a device that was locked out may have been in other hands.
pub fn read_at_registry(store: &Store, by: &By<()>) -> Answered {
    store.grants_now(&by.claims)?;
    let person = by.claims.person;
    let query = "SELECT device, at, parcel FROM last_word
                 WHERE device IN (SELECT number FROM device WHERE person = ?)
                 ORDER BY at, rowid";
    let rows = sql::rows(&store.sql, query, vec![bytes(person).into()])?;
    let parcel = |mut row: sql::Row| {
        Some(Parcel {
            device: Device::parse(&row.text())?,
            at: row.number(),
            parcel: row.text(),
        })
    };
    let parcels: Vec<Parcel> = rows.into_iter().filter_map(parcel).collect();
    let numbers: BTreeSet<Device> = parcels.iter().map(|one| one.device).collect();
    for number in numbers {
        let who = Who::of(&by.claims).to(person);
        audit::note(store, who, &Deed::LastWordsRead { number })?;
    }
    let mut answer = Response::from_json(&LastWords { parcels })?;
    answer.headers_mut().set("cache-control", "no-store")?;
    Ok(answer)
}

/// Saying it again has no effect.
pub fn taken_at_registry(store: &Store, by: &By<Taken>) -> Answered {
    store.grants_now(&by.claims)?;
    let device = by.ask.device;
    if devices::owner_of(store, device)? != Some(by.claims.person) {
        return Err(ApiError::NoSuchDevice);
    }
    let query = "DELETE FROM last_word WHERE device = ?";
    sql::run(&store.sql, query, vec![device.to_string().into()])?;
    Ok(Response::from_json(&LastWordsAnswer { kept: 0 })?)
}

pub fn count_at_registry(store: &Store, by: &By<Device>) -> Answered {
    let grants = store.administrator(&by.claims)?;
    devices::owner(store, by.ask, &grants)?;
    let query = "SELECT parcel FROM last_word WHERE device = ?";
    let rows = sql::rows(&store.sql, query, vec![by.ask.to_string().into()])?;
    let parcels: Vec<String> = rows.into_iter().map(|mut row| row.text()).collect();
    let left = domain::left::counted(parcels.iter().map(String::as_str));
    Ok(Response::from_json(&left)?)
}
