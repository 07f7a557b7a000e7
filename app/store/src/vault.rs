//! The vault: the data key under which all that is kept here is sealed, and the PIN that opens it.
//!
//! ```text
//! PIN ─ PBKDF2 ─ HMAC(secret of this device) ─► wraps the data key ─► seals records, drafts,
//! pictures, the signing key
//! ```
//!
//! The secret cannot be taken out of the browser, nor, once it is wrapped, the data key. Whoever
//! copies the browser's files to guess PINs elsewhere has PBKDF2's rounds to pay for each.

use crate::database::{Store, StoreError};
use crate::key::{object, subtle};
use crate::seal::{Broken, IV, Seal, fresh_iv, joined, key_of, way};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::lock;
use js_sys::{Array, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

/// The settings that can be read while the device is locked.
pub const LOCK: &str = "lock";
pub const SECRET: &str = "secret";
/// Each try takes one of these away. On a full device nothing can be written, but this much can
/// always be done: so nobody guesses for free, and nobody is kept out of a full device.
const TRY: &str = "try-";

const PLACE: &str = "data key";

/// The closed lock, as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Lock {
    /// 16 random bytes, in base64url.
    salt: String,
    rounds: u32,
    /// The data key under the PIN: iv ‖ ciphertext, in base64url.
    wrapped: String,
    /// Wrong PINs in a row, as the tries tell that are left; it is not kept with the rest.
    #[serde(skip)]
    wrong: u32,
    /// Until then no PIN is looked at: the device's clock, milliseconds since 1970 UTC.
    until: i64,
}

impl Lock {
    /// True if no PIN opens it any more: the secret is gone, and nothing else unwraps the data key.
    pub fn is_shut(&self) -> bool {
        self.left() == 0
    }

    /// Milliseconds until the next PIN is looked at.
    pub fn pause(&self, now: i64) -> i64 {
        // A clock that was put back makes nobody wait longer than the pause itself.
        (self.until - now).clamp(0, lock::pause_ms(self.wrong))
    }

    pub fn left(&self) -> u32 {
        lock::TRIES.saturating_sub(self.wrong)
    }
}

/// A new lock with what it closes, before any of it is kept.
pub struct Made {
    pub lock: Lock,
    pub secret: CryptoKey,
    pub seal: Seal,
    /// The data key once more, to be wrapped for others; it is dropped soon.
    pub loose: CryptoKey,
}

/// What the store's lock says at the start.
pub async fn held(store: &Store) -> Result<Option<Lock>, StoreError> {
    let text = store.setting(LOCK).await?;
    let text = text.and_then(|value| value.as_string());
    let lock: Option<Lock> = text.and_then(|text| serde_json::from_str(&text).ok());
    let Some(lock) = lock else {
        return Ok(None);
    };
    let left = match store.setting(SECRET).await? {
        Some(_) => tries(store).await?.len() as u32,
        None => 0,
    };
    let wrong = lock::TRIES.saturating_sub(left);
    Ok(Some(Lock { wrong, ..lock }))
}

async fn tries(store: &Store) -> Result<Vec<String>, StoreError> {
    let names = store.setting_names().await?;
    Ok(names
        .into_iter()
        .filter(|name| name.starts_with(TRY))
        .collect())
}

/// What is kept of a new lock: the closed lock, the secret, and all tries.
pub fn settings_of(lock: &Lock, secret: Option<&CryptoKey>) -> Vec<(String, JsValue)> {
    let mut all: Vec<(String, JsValue)> = (0..lock::TRIES)
        .map(|number| (format!("{TRY}{number}"), JsValue::TRUE))
        .collect();
    all.push((LOCK.to_owned(), JsValue::from_str(&lock_text(lock))));
    all.extend(secret.map(|secret| (SECRET.to_owned(), secret.clone().into())));
    all
}

/// Makes a data key and closes it with a PIN.
pub async fn make(pin: &str) -> Result<Made, Broken> {
    let secret = make_secret().await?;
    let loose = make_data_key().await?;
    let (lock, kek) = close(&secret, &loose, pin).await?;
    let key = unwrap(&lock, &kek, Hold::Firm).await?.ok_or(Broken)?;
    Ok(Made {
        lock,
        secret,
        seal: Seal::of(key),
        loose,
    })
}

/// Why a PIN did not open the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    Wrong,
    /// Milliseconds to wait.
    Wait(i64),
    Shut,
    Storage,
}

impl From<StoreError> for Refused {
    fn from(_: StoreError) -> Self {
        Self::Storage
    }
}

impl From<Broken> for Refused {
    fn from(_: Broken) -> Self {
        Self::Storage
    }
}

/// Opens the data key with a PIN. The try is taken away on disk before it is made: whoever pulls
/// the plug in between has used it up all the same.
pub async fn open(store: &Store, pin: &str, now: i64) -> Result<(Seal, CryptoKey), Refused> {
    let lock = held(store).await?.ok_or(Refused::Storage)?;
    if lock.is_shut() {
        return Err(Refused::Shut);
    }
    if lock.pause(now) > 0 {
        return Err(Refused::Wait(lock.pause(now)));
    }
    store.take_one(TRY).await?.ok_or(Refused::Shut)?;
    let secret = secret(store).await?;
    let salt = BASE64.decode(&lock.salt).map_err(|_| Broken)?;
    let kek = kek(&secret, pin, &salt, lock.rounds).await?;
    let Some(key) = unwrap(&lock, &kek, Hold::Firm).await? else {
        return Err(refuse(store, lock, now).await?);
    };
    let right = Lock { until: 0, ..lock };
    // On a full device the tries that are left have to do.
    let _ = keep(store, &right).await;
    let loose = unwrap(&right, &kek, Hold::Loose).await?.ok_or(Broken)?;
    Ok((Seal::of(key), loose))
}

/// After a wrong PIN: the next one waits, and after the last there is none.
async fn refuse(store: &Store, lock: Lock, now: i64) -> Result<Refused, StoreError> {
    let wrong = lock.wrong + 1;
    if wrong >= lock::TRIES {
        store.drop_setting(SECRET).await?;
        return Ok(Refused::Shut);
    }
    let until = now + lock::pause_ms(wrong);
    let waits = Lock { until, ..lock };
    // On a full device the wait cannot be kept; the tries that are left can.
    let _ = store
        .set(LOCK, &JsValue::from_str(&lock_text(&waits)))
        .await;
    Ok(Refused::Wrong)
}

/// Puts another PIN in the place of the one that opens the device.
pub async fn change(store: &Store, old: &str, new: &str, now: i64) -> Result<(), Refused> {
    let (_, loose) = open(store, old, now).await?;
    let (lock, _) = close(&secret(store).await?, &loose, new).await?;
    Ok(keep(store, &lock).await?)
}

async fn keep(store: &Store, lock: &Lock) -> Result<(), StoreError> {
    let all = settings_of(lock, None);
    let all: Vec<(&str, JsValue)> = all
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    store.set_all(&all).await
}

fn lock_text(lock: &Lock) -> String {
    // A plain struct of texts and numbers is always JSON.
    serde_json::to_string(lock).unwrap_or_default()
}

/// Whether an opened data key can be taken out, to be wrapped anew; the one for work cannot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hold {
    Firm,
    Loose,
}

/// `None`: the PIN is another.
async fn unwrap(lock: &Lock, kek: &CryptoKey, hold: Hold) -> Result<Option<CryptoKey>, Broken> {
    let wrapped = BASE64.decode(&lock.wrapped).map_err(|_| Broken)?;
    let (iv, text) = wrapped.split_at_checked(IV).ok_or(Broken)?;
    let (way, algorithm) = (way(iv, PLACE)?, object(&[("name", "AES-GCM")])?);
    let uses = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
    let uses: Array = uses.iter().map(|name| JsValue::from_str(name)).collect();
    let opening = subtle()?.unwrap_key_with_u8_array_and_object_and_object(
        "raw",
        text,
        kek,
        &way,
        &algorithm,
        hold == Hold::Loose,
        &uses,
    )?;
    let opened = JsFuture::from(opening).await;
    Ok(opened.ok().and_then(|key| key.dyn_into().ok()))
}

async fn close(
    secret: &CryptoKey,
    data_key: &CryptoKey,
    pin: &str,
) -> Result<(Lock, CryptoKey), Broken> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| Broken)?;
    let kek = kek(secret, pin, &salt, lock::ROUNDS).await?;
    let lock = Lock {
        salt: BASE64.encode(salt),
        rounds: lock::ROUNDS,
        wrapped: BASE64.encode(wrap(data_key, &kek, PLACE).await?),
        wrong: 0,
        until: 0,
    };
    Ok((lock, kek))
}

/// The data key under another key: iv ‖ ciphertext.
pub async fn wrap(data_key: &CryptoKey, kek: &CryptoKey, place: &str) -> Result<Vec<u8>, Broken> {
    wrap_as("raw", data_key, kek, place).await
}

async fn wrap_as(
    form: &str,
    key: &CryptoKey,
    kek: &CryptoKey,
    place: &str,
) -> Result<Vec<u8>, Broken> {
    let iv = fresh_iv()?;
    let way = way(&iv, place)?;
    let wrapping = subtle()?.wrap_key_with_object(form, key, kek, &way)?;
    Ok(joined(&iv, &JsFuture::from(wrapping).await?))
}

/// HMAC(secret, PBKDF2(PIN)), as a key that wraps.
async fn kek(secret: &CryptoKey, pin: &str, salt: &[u8], rounds: u32) -> Result<CryptoKey, Broken> {
    let subtle = subtle()?;
    let pin = Uint8Array::from(pin.as_bytes());
    let uses = Array::of1(&"deriveBits".into());
    let base = subtle.import_key_with_str("raw", &pin, "PBKDF2", false, &uses)?;
    let base: CryptoKey = JsFuture::from(base).await?.dyn_into()?;
    let way = object(&[("name", "PBKDF2"), ("hash", "SHA-256")])?;
    Reflect::set(&way, &"salt".into(), &Uint8Array::from(salt))?;
    Reflect::set(&way, &"iterations".into(), &rounds.into())?;
    let slow = JsFuture::from(subtle.derive_bits_with_object(&way, &base, 256)?).await?;
    let slow = Uint8Array::new(&slow).to_vec();
    let own = subtle.sign_with_str_and_u8_array("HMAC", secret, &slow)?;
    let own = Uint8Array::new(&JsFuture::from(own).await?).to_vec();
    Ok(key_of(&own, &["wrapKey", "unwrapKey"]).await?)
}

async fn secret(store: &Store) -> Result<CryptoKey, Broken> {
    let held = store.setting(SECRET).await.map_err(|_| Broken)?;
    held.and_then(|key| key.dyn_into().ok()).ok_or(Broken)
}

async fn make_secret() -> Result<CryptoKey, JsValue> {
    let algorithm = object(&[("name", "HMAC"), ("hash", "SHA-256")])?;
    let uses = Array::of1(&"sign".into());
    let made = subtle()?.generate_key_with_object(&algorithm, false, &uses)?;
    JsFuture::from(made).await?.dyn_into()
}

async fn make_data_key() -> Result<CryptoKey, JsValue> {
    let algorithm = object(&[("name", "AES-GCM")])?;
    Reflect::set(&algorithm, &"length".into(), &256.into())?;
    let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
    let made = subtle()?.generate_key_with_object(&algorithm, true, &uses)?;
    JsFuture::from(made).await?.dyn_into()
}

/// The device's signing key as it is kept: PKCS #8 under the data key.
pub async fn wrap_signing_key(seal: &Seal, key: &CryptoKey) -> Result<JsValue, Broken> {
    let wrapped = wrap_as("pkcs8", key, &seal.key, "setting key").await?;
    Ok(Uint8Array::from(wrapped.as_slice()).into())
}

/// The signing key, for this page's life; not to be taken out.
pub async fn unwrap_signing_key(seal: &Seal, kept: &JsValue) -> Result<JsValue, Broken> {
    let Some(kept) = kept.dyn_ref::<Uint8Array>() else {
        // A device that was enrolled before there were PINs: its key was never to be taken out.
        return Ok(kept.clone());
    };
    let kept = kept.to_vec();
    let (iv, text) = kept.split_at_checked(IV).ok_or(Broken)?;
    let way = way(iv, "setting key")?;
    let algorithm = object(&[("name", "ECDSA"), ("namedCurve", "P-256")])?;
    let opening = subtle()?.unwrap_key_with_u8_array_and_object_and_object(
        "pkcs8",
        text,
        &seal.key,
        &way,
        &algorithm,
        false,
        &Array::of1(&"sign".into()),
    )?;
    Ok(JsFuture::from(opening).await?)
}
