//! `GET /api/rescue-key` and `POST /api/rescue`: a device seals its data key to the registry while
//! the PIN is known; who has lost the PIN enrols anew and gets the data key back.

use crate::audit::{self, Who};
use crate::bar::{self, Whose};
use crate::error::{Answered, ApiError};
use crate::objects::{self, read};
use crate::registry::{By, Store, random};
use crate::{devices, limit, sql, token};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::audit::Deed;
use domain::wire::{RESCUE_INFO, RescueAnswer, RescueAsk, RescueKey, Sealed};
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey, ecdh};
use sha2::Sha256;
use worker::{Env, Request, Response};

const IV: usize = 12;
const DATA_KEY: usize = 32;

pub async fn key(env: &Env) -> Answered {
    objects::registry(env)?.post("/rescue-key", &[]).await
}

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask: RescueAsk = read(request).await?;
    objects::registry(env)?
        .pass("/rescue", &By { claims, ask })
        .await
}

/// The registry's own key, made at its first use; its private half never leaves.
pub fn secret(store: &Store) -> Result<SecretKey, ApiError> {
    let kept = store.setting("rescue")?;
    if let Some(key) = kept.and_then(|bytes| SecretKey::from_slice(&bytes).ok()) {
        return Ok(key);
    }
    loop {
        // Not every 32 bytes are a key; nearly all are.
        if let Ok(key) = SecretKey::from_slice(&random::<32>()?) {
            store.set("rescue", key.to_bytes().to_vec())?;
            return Ok(key);
        }
    }
}

pub fn key_at_registry(store: &Store) -> Answered {
    let public = secret(store)?.public_key().to_sec1_point(false);
    let key = URL_SAFE_NO_PAD.encode(public.as_bytes());
    Ok(Response::from_json(&RescueKey { key })?)
}

/// Asking again after an answer that was lost gives the key again.
pub fn at_registry(store: &Store, by: &By<RescueAsk>) -> Result<RescueAnswer, ApiError> {
    let grants = store.grants_now(&by.claims)?;
    let (old, person) = (by.ask.device, by.claims.person);
    limit::RESCUES.count(&store.sql, &person.to_string())?;
    let query = "SELECT 1 FROM device WHERE number = ? AND revoked = 0";
    let standing = sql::first(&store.sql, query, vec![old.to_string().into()])?;
    if devices::owner_of(store, old)? != Some(person) {
        return Err(ApiError::NoSuchDevice);
    }
    if standing.is_none() || old == by.claims.device {
        return Err(ApiError::NotAllowed);
    }
    let place = old.to_string();
    let key = unseal(&secret(store)?, RESCUE_INFO, &place, &by.ask.sealed);
    let key = key.filter(|key| key.len() == DATA_KEY);
    let key = key.ok_or(ApiError::BadSeal)?;
    let query = "UPDATE device SET retired = ? WHERE number = ? AND retired = 0";
    let values = vec![token::now_ms().into(), old.to_string().into()];
    sql::run(&store.sql, query, values)?;
    bar::put_up(&store.sql, Whose::Device(old), &grants)?;
    let who = Who::of(&by.claims).to(person);
    audit::note(store, who, &Deed::Rescued { old })?;
    let key = URL_SAFE_NO_PAD.encode(key);
    Ok(RescueAnswer { key })
}

/// What is in a seal; `None` if it was sealed to another key, for another use or place, or cut.
pub fn unseal(secret: &SecretKey, info: &[u8], place: &str, sealed: &Sealed) -> Option<Vec<u8>> {
    let theirs = URL_SAFE_NO_PAD.decode(&sealed.key).ok()?;
    let theirs = PublicKey::from_sec1_bytes(&theirs).ok()?;
    let shared = ecdh::diffie_hellman(secret.to_nonzero_scalar(), theirs.as_affine());
    let mut key = [0; 32];
    let derived = Hkdf::<Sha256>::new(None, shared.raw_secret_bytes());
    derived.expand(info, &mut key).ok()?;
    let text = URL_SAFE_NO_PAD.decode(&sealed.text).ok()?;
    let (iv, msg) = text.split_first_chunk::<IV>()?;
    let cipher = Aes256Gcm::new_from_slice(&key).ok()?;
    let aad = place.as_bytes();
    cipher.decrypt(&Nonce::from(*iv), Payload { msg, aad }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Device;

    /// Made by WebCrypto (Node 20): ECDH, HKDF and AES-GCM as a browser does them.
    fn of_a_browser() -> (SecretKey, Sealed) {
        let secret = "xpgtT3QBsiZkVgWqd7XSEgY4vfCUuofdEOjA5clsAqQ";
        let key = "BGXKYsehKz85a531PcXF-8tFCBniH-RcDg56VIaqcHZtLi0DlU7gWWDLuc6yyEfXB844-3_TmEECyWclnl_GrI8";
        let text =
            "AAECAwQFBgcICQoL8qdTNCEd6rN9-Mz3v6YRbHhAukBxPbERz_v_R13BpwIRRck4I5CLW1YmErdK7Vmt";
        let secret = URL_SAFE_NO_PAD.decode(secret).unwrap();
        let sealed = Sealed {
            key: key.to_owned(),
            text: text.to_owned(),
        };
        (SecretKey::from_slice(&secret).unwrap(), sealed)
    }

    fn opened(device: u64, sealed: &Sealed) -> Option<Vec<u8>> {
        let place = Device(device).to_string();
        unseal(&of_a_browser().0, RESCUE_INFO, &place, sealed)
    }

    #[test]
    fn what_a_browser_sealed_is_opened() {
        let (secret, sealed) = of_a_browser();
        assert_eq!(opened(0xa7, &sealed), Some(vec![7; 32]));
        let place = Device(0xa7).to_string();
        assert_eq!(unseal(&secret, b"chunnuan letter", &place, &sealed), None);
    }

    #[test]
    fn a_seal_of_another_device_and_a_cut_one_stay_closed() {
        let (_, sealed) = of_a_browser();
        assert_eq!(opened(0xa8, &sealed), None);
        let cut = Sealed {
            text: sealed.text[..40].to_owned(),
            ..sealed.clone()
        };
        assert_eq!(opened(0xa7, &cut), None);
        let no_key = Sealed {
            key: "AAAA".to_owned(),
            ..sealed
        };
        assert_eq!(opened(0xa7, &no_key), None);
    }
}
