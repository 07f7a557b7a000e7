//! `POST /api/session/challenge` and `POST /api/session`: a device proves its key and gets a
//! short-lived token.

use crate::error::{Answered, ApiError};
use crate::limit::{self, Came};
use crate::objects::{self, read};
use crate::registry::{Store, id, random};
use crate::token::{self, Claims, now_ms};
use crate::{last_words, sql};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::wire::{ChallengeAnswer, ChallengeAsk, SessionAnswer, SessionAsk};
use domain::{Device, Id};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use worker::{Env, Request, Response};

const CHALLENGE_LIFE_MS: i64 = 2 * 60 * 1000;

pub async fn challenge(request: &mut Request, env: &Env) -> Answered {
    let ask: ChallengeAsk = read(request).await?;
    let came = Came::new(request, env, ask)?;
    objects::registry(env)?.pass("/challenge", &came).await
}

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let ask: SessionAsk = read(request).await?;
    let came = Came::new(request, env, ask)?;
    objects::registry(env)?.pass("/session", &came).await
}

/// A text that this device signs, once and soon. A device that is not there gets one too: nobody
/// learns here which numbers exist.
pub fn challenge_at_registry(store: &Store, came: &Came<ChallengeAsk>) -> Answered {
    let now = now_ms();
    let device = came.ask.device;
    limit::CHALLENGES_OF_ADDRESS.count_address(&store.sql, came.address.as_deref())?;
    limit::CHALLENGES.count(&store.sql, &came.device(device))?;
    sql::run(
        &store.sql,
        "DELETE FROM challenge WHERE expires < ?",
        vec![now.into()],
    )?;
    let nonce = URL_SAFE_NO_PAD.encode(random::<18>()?);
    let challenge = format!("chunnuan:{device}:{nonce}");
    let values = vec![challenge.as_str().into(), (now + CHALLENGE_LIFE_MS).into()];
    sql::run(
        &store.sql,
        "INSERT INTO challenge (text, expires) VALUES (?, ?)",
        values,
    )?;
    Ok(Response::from_json(&ChallengeAnswer { challenge })?)
}

/// Whether a device may still sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    Live,
    /// Locked out by an administrator.
    Revoked,
    /// Another device of the same person has taken its place.
    Retired,
}

pub struct Proved {
    pub person: Id,
    pub standing: Standing,
}

impl Proved {
    /// # Errors
    /// `DeviceRevoked` or `DeviceRetired`.
    pub fn live(self) -> Result<Id, ApiError> {
        match self.standing {
            Standing::Live => Ok(self.person),
            Standing::Revoked => Err(ApiError::DeviceRevoked),
            Standing::Retired => Err(ApiError::DeviceRetired),
        }
    }
}

/// The device that signed a challenge: its number, the challenge, the signature. The challenge is
/// spent, whatever comes of it. Without the right signature nobody learns that a device was locked
/// out: it is as unknown as one that never was.
///
/// # Errors
/// `BadSignature`, `UnknownDevice`, or `TooOften`.
pub fn prove<T>(
    store: &Store,
    came: &Came<T>,
    (device, challenge, signature): (Device, &str, &str),
) -> Result<Proved, ApiError> {
    let query = "DELETE FROM challenge WHERE text = ? AND expires >= ? RETURNING text";
    let values = vec![challenge.into(), now_ms().into()];
    let asked = sql::first(&store.sql, query, values)?;
    let own = challenge.starts_with(&format!("chunnuan:{device}:"));
    if asked.is_none() || !own {
        return Err(wrong(store, came, device, ApiError::BadSignature));
    }
    signer(store, came, device, (challenge, signature))
}

/// A try that was not good is counted, and refused.
fn wrong<T>(store: &Store, came: &Came<T>, device: Device, error: ApiError) -> ApiError {
    let counted = limit::WRONG_SIGNATURES.count(&store.sql, &came.device(device));
    let of_address = limit::WRONG_SIGNATURES.count_address(&store.sql, came.address.as_deref());
    counted.and(of_address).err().unwrap_or(error)
}

/// Whose device signed a text.
///
/// # Errors
/// `BadSignature`, `UnknownDevice`, or `TooOften`.
pub fn signer<T>(
    store: &Store,
    came: &Came<T>,
    device: Device,
    (text, signature): (&str, &str),
) -> Result<Proved, ApiError> {
    let wrong = |error| wrong(store, came, device, error);
    let query = "SELECT person, key, revoked, retired FROM device WHERE number = ?";
    let Some(mut row) = sql::first(&store.sql, query, vec![device.to_string().into()])? else {
        return Err(wrong(ApiError::UnknownDevice));
    };
    let (person, key) = (row.bytes(), row.bytes());
    let standing = match (row.number(), row.number()) {
        (0, 0) => Standing::Live,
        (0, _) => Standing::Retired,
        _ => Standing::Revoked,
    };
    if verify(&key, text, signature).is_none() {
        return Err(wrong(match standing {
            Standing::Live => ApiError::BadSignature,
            _ => ApiError::UnknownDevice,
        }));
    }
    let person = id(&person).ok_or(ApiError::UnknownDevice)?;
    Ok(Proved { person, standing })
}

pub fn at_registry(store: &Store, came: &Came<SessionAsk>) -> Answered {
    let (ask, now) = (&came.ask, now_ms());
    let proof = (ask.device, ask.challenge.as_str(), ask.signature.as_str());
    let person = prove(store, came, proof)?.live()?;
    limit::SIGN_INS.count(&store.sql, &ask.device.to_string())?;
    let query = "UPDATE device SET seen = ?, unsent = COALESCE(?, unsent),
                 version = COALESCE(?, version) WHERE number = ?";
    let unsent = ask.unsent.and_then(|count| i64::try_from(count).ok());
    let version = ask.version.as_ref();
    let version = version.map(|told| told.chars().take(40).collect::<String>());
    let values = vec![
        now.into(),
        unsent.into(),
        version.into(),
        ask.device.to_string().into(),
    ];
    sql::run(&store.sql, query, values)?;
    let profile = store.profile(person)?;
    let claims = Claims::now(ask.device, &profile);
    let text = String::from_utf8_lossy(&objects::json(&claims)?).into_owned();
    let token = token::seal(&store.secret()?, &text);
    let answer = SessionAnswer {
        token,
        expires: claims.expires,
        now,
        profile,
        left: last_words::waiting(store, person)?,
    };
    Ok(Response::from_json(&answer)?)
}

fn verify(key: &[u8], text: &str, signature: &str) -> Option<()> {
    let key = VerifyingKey::from_sec1_bytes(key).ok()?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let signature = Signature::from_slice(&signature).ok()?;
    key.verify(text.as_bytes(), &signature).ok()
}
