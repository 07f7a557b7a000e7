//! Sealing to the server's key: what only the server can open (ECIES over P-256; see
//! [`domain::wire::Sealed`]).

use crate::api::{self, ApiError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::wire::{RescueKey, Sealed};
use js_sys::{Array, Reflect, Uint8Array};
use store::database::Store;
use store::key::{object, subtle};
use store::seal::{Broken, Seal, key_of};
use store::vault;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

/// The setting with the server's public key.
const SERVER_KEY: &str = "server-key";

/// The server's public key, asked for once.
pub async fn server_key(store: &Store) -> Result<String, ApiError> {
    if let Some(kept) = kept_key(store).await {
        return Ok(kept);
    }
    let asked = api::get_bytes("/api/rescue-key", None).await?;
    let RescueKey { key } = serde_json::from_slice(&asked).map_err(|_| ApiError::Offline)?;
    // On a full device it is asked for again.
    let _ = store.set(SERVER_KEY, &JsValue::from_str(&key)).await;
    Ok(key)
}

/// The same without a network.
pub async fn kept_key(store: &Store) -> Option<String> {
    store.setting(SERVER_KEY).await.ok()??.as_string()
}

/// Seals bytes for one use and place.
pub async fn seal(server: &str, info: &[u8], place: &str, bytes: &[u8]) -> Result<Sealed, Broken> {
    let (public, key) = agreed(server, info, "encrypt").await?;
    let text = Seal::of(key).seal(place, bytes).await?;
    Ok(sealed(&public, &text))
}

/// Seals a key for one use and place.
pub async fn wrap(
    server: &str,
    info: &[u8],
    place: &str,
    key: &CryptoKey,
) -> Result<Sealed, Broken> {
    let (public, kek) = agreed(server, info, "wrapKey").await?;
    let text = vault::wrap(key, &kek, place).await?;
    Ok(sealed(&public, &text))
}

fn sealed(public: &[u8], text: &[u8]) -> Sealed {
    Sealed {
        key: BASE64.encode(public),
        text: BASE64.encode(text),
    }
}

/// A fresh public key, and the key that comes of it and the server's.
async fn agreed(server: &str, info: &[u8], usage: &str) -> Result<(Vec<u8>, CryptoKey), Broken> {
    let subtle = subtle()?;
    let server = Uint8Array::from(BASE64.decode(server).map_err(|_| Broken)?.as_slice());
    let curve = object(&[("name", "ECDH"), ("namedCurve", "P-256")])?;
    let server = subtle.import_key_with_object("raw", &server, &curve, false, &Array::new())?;
    let server = JsFuture::from(server).await?;
    let uses = Array::of1(&"deriveBits".into());
    let pair = JsFuture::from(subtle.generate_key_with_object(&curve, false, &uses)?).await?;
    let private: CryptoKey = Reflect::get(&pair, &"privateKey".into())?.dyn_into()?;
    let public: CryptoKey = Reflect::get(&pair, &"publicKey".into())?.dyn_into()?;
    let way = object(&[("name", "ECDH")])?;
    Reflect::set(&way, &"public".into(), &server)?;
    let shared = JsFuture::from(subtle.derive_bits_with_object(&way, &private, 256)?).await?;
    let key = stretched(&shared, info, usage).await?;
    let raw = JsFuture::from(subtle.export_key("raw", &public)?).await?;
    Ok((Uint8Array::new(&raw).to_vec(), key))
}

/// HKDF-SHA-256 without a salt.
async fn stretched(shared: &JsValue, info: &[u8], usage: &str) -> Result<CryptoKey, Broken> {
    let subtle = subtle()?;
    let uses = Array::of1(&"deriveBits".into());
    let shared = Uint8Array::new(shared);
    let base = subtle.import_key_with_str("raw", &shared, "HKDF", false, &uses)?;
    let base: CryptoKey = JsFuture::from(base).await?.dyn_into()?;
    let way = object(&[("name", "HKDF"), ("hash", "SHA-256")])?;
    Reflect::set(&way, &"salt".into(), &Uint8Array::new_with_length(0))?;
    Reflect::set(&way, &"info".into(), &Uint8Array::from(info))?;
    let bits = JsFuture::from(subtle.derive_bits_with_object(&way, &base, 256)?).await?;
    Ok(key_of(&Uint8Array::new(&bits).to_vec(), &[usage]).await?)
}
