//! `POST /api/session/challenge` and `POST /api/session`: a device proves its key and gets a
//! short-lived token.

use crate::error::{Answered, ApiError};
use crate::objects::{self, read};
use crate::registry::{Store, random};
use crate::sql;
use crate::token::{self, Claims, now_ms};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Id;
use domain::wire::{ChallengeAnswer, ChallengeAsk, SessionAnswer, SessionAsk};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use worker::{Env, Request, Response};

const CHALLENGE_LIFE_MS: i64 = 2 * 60 * 1000;

pub async fn challenge(mut request: Request, env: &Env) -> Answered {
    let ask: ChallengeAsk = read(&mut request).await?;
    objects::registry(env)?.pass("/challenge", &ask).await
}

pub async fn post(mut request: Request, env: &Env) -> Answered {
    let ask: SessionAsk = read(&mut request).await?;
    objects::registry(env)?.pass("/session", &ask).await
}

/// A text that this device signs, once and soon. A device that is not there gets one too: nobody
/// learns here which numbers exist.
pub fn challenge_at_registry(store: &Store, ask: ChallengeAsk) -> Answered {
    let now = now_ms();
    sql::run(
        &store.sql,
        "DELETE FROM challenge WHERE expires < ?",
        vec![now.into()],
    )?;
    let nonce = URL_SAFE_NO_PAD.encode(random::<18>()?);
    let challenge = format!("chunnuan:{}:{nonce}", ask.device);
    let values = vec![challenge.as_str().into(), (now + CHALLENGE_LIFE_MS).into()];
    sql::run(
        &store.sql,
        "INSERT INTO challenge (text, expires) VALUES (?, ?)",
        values,
    )?;
    Ok(Response::from_json(&ChallengeAnswer { challenge })?)
}

pub fn at_registry(store: &Store, ask: SessionAsk) -> Answered {
    let now = now_ms();
    let query = "DELETE FROM challenge WHERE text = ? AND expires >= ? RETURNING text";
    let values = vec![ask.challenge.as_str().into(), now.into()];
    let asked = sql::first(&store.sql, query, values)?;
    let own = ask
        .challenge
        .starts_with(&format!("chunnuan:{}:", ask.device));
    if asked.is_none() || !own {
        return Err(ApiError::BadSignature);
    }
    let query = "UPDATE device SET seen = ? WHERE number = ? AND revoked = 0
                 RETURNING person, key";
    let values = vec![now.into(), ask.device.to_string().into()];
    let mut row = sql::first(&store.sql, query, values)?.ok_or(ApiError::UnknownDevice)?;
    let (person, key) = (row.bytes(), row.bytes());
    verify(&key, &ask.challenge, &ask.signature).ok_or(ApiError::BadSignature)?;

    let person = <[u8; 16]>::try_from(person.as_slice()).map_err(|_| ApiError::UnknownDevice)?;
    let profile = store.profile(Id::from_bytes(person))?;
    let claims = Claims {
        device: ask.device,
        person: profile.person,
        grants: profile.grants.clone(),
        expires: now + token::LIFE_MS,
    };
    let text = String::from_utf8_lossy(&objects::json(&claims)?).into_owned();
    let token = token::seal(&store.secret()?, &text);
    let answer = SessionAnswer {
        token,
        expires: claims.expires,
        now,
        profile,
    };
    Ok(Response::from_json(&answer)?)
}

fn verify(key: &[u8], text: &str, signature: &str) -> Option<()> {
    let key = VerifyingKey::from_sec1_bytes(key).ok()?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let signature = Signature::from_slice(&signature).ok()?;
    key.verify(text.as_bytes(), &signature).ok()
}
