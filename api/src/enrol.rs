//! `POST /api/enrol`: a device takes a link and leaves its public key.

use crate::error::{Answered, ApiError};
use crate::objects::{self, parse, read};
use crate::registry::{Store, random};
use crate::{invite, sql, token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::wire::{EnrolAnswer, EnrolAsk, Invitation};
use domain::{Device, Id};
use p256::ecdsa::VerifyingKey;
use worker::{Env, Request, Response};

pub async fn post(mut request: Request, env: &Env) -> Answered {
    let ask: EnrolAsk = read(&mut request).await?;
    objects::registry(env)?.pass("/enrol", &ask).await
}

pub fn at_registry(store: &Store, ask: EnrolAsk) -> Answered {
    let key = URL_SAFE_NO_PAD
        .decode(&ask.public_key)
        .map_err(|_| ApiError::BadKey)?;
    VerifyingKey::from_sec1_bytes(&key).map_err(|_| ApiError::BadKey)?;
    let now = token::now_ms();
    // Reading and marking stand in one step without an await: a link cannot be taken twice.
    let query = "UPDATE link SET used = ? WHERE hash = ? AND used = 0 AND expires > ?
                 RETURNING invitation";
    let values = vec![now.into(), invite::hash(&ask.link).into(), now.into()];
    let taken = sql::first(&store.sql, query, values)?;
    let mut row = taken.ok_or(ApiError::BadLink)?;
    let invitation: Invitation = parse(row.text().as_bytes())?;

    let person = Id::new(now, random()?);
    let grants = String::from_utf8_lossy(&objects::json(&invitation.grants)?).into_owned();
    let query = "INSERT INTO person (id, name, grants) VALUES (?, ?, ?)";
    let bytes = person.as_bytes().to_vec();
    let values = vec![
        bytes.clone().into(),
        invitation.name.as_str().into(),
        grants.into(),
    ];
    sql::run(&store.sql, query, values)?;

    let device = Device(u64::from_be_bytes(random()?));
    let name: String = ask.device_name.chars().take(80).collect();
    let query = "INSERT INTO device (number, person, name, key, enrolled, seen)
                 VALUES (?, ?, ?, ?, ?, ?)";
    let values = vec![
        device.to_string().into(),
        bytes.into(),
        name.into(),
        key.into(),
        now.into(),
        now.into(),
    ];
    sql::run(&store.sql, query, values)?;
    Ok(Response::from_json(&EnrolAnswer {
        device,
        person,
        name: invitation.name,
    })?)
}
