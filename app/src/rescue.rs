//! A lost PIN loses nothing: the data key lies on the device once more, in an envelope that only
//! the server can open, and the server opens it for nobody but the same person, whom an
//! administrator has enrolled anew.
//!
//! The envelope is ECIES over P-256: ECDH with a fresh key, HKDF-SHA-256, AES-256-GCM bound to the
//! device's number.

use crate::api::{self, ApiError};
use crate::desk::Desk;
use crate::draft::Draft;
use crate::key::{object, subtle};
use crate::seal::{Broken, Seal, key_of};
use crate::store::entry::Entry;
use crate::store::left::{Left, Opened, store_named};
use crate::store::sealed::place;
use crate::store::steps;
use crate::{draft, vault};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::Device;
use js_sys::{Array, Reflect, Uint8Array};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

/// The setting that holds the envelope; it is not sealed, and needs not be.
pub const ENVELOPE: &str = "rescue";

const INFO: &[u8] = b"chunnuan rescue";

/// A device's data key, for the server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Envelope {
    pub device: Device,
    sealed: SealedKey,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct SealedKey {
    /// The fresh public key, uncompressed SEC1, in base64url.
    key: String,
    /// iv ‖ ciphertext, in base64url.
    text: String,
}

impl Envelope {
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[derive(Deserialize)]
struct KeyAnswer {
    key: String,
}

/// What stands in the way of taking back what was left; only who it belongs to may have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Foreign {
    pub device: Device,
    pub changes: usize,
}

/// Makes the envelope, once in a device's life, as soon as the server can be asked for its key.
pub async fn prepare(desk: Desk) -> Result<(), ApiError> {
    let store = desk.store();
    let device = desk
        .enrolled
        .with_untracked(|e| e.as_ref().map(|e| e.device));
    let (Some(loose), Some(device)) = (store.loose(), device) else {
        return Ok(());
    };
    let there = store.setting(ENVELOPE).await.ok().flatten().is_some();
    if !there {
        let asked = api::get_bytes("/api/rescue-key", None).await?;
        let Ok(KeyAnswer { key }) = serde_json::from_slice(&asked) else {
            return Ok(());
        };
        let Ok(sealed) = sealed_for(&key, &loose, device).await else {
            return Ok(());
        };
        let envelope = Envelope { device, sealed };
        let text = serde_json::to_string(&envelope).unwrap_or_default();
        if store
            .set(ENVELOPE, &JsValue::from_str(&text))
            .await
            .is_err()
        {
            return Ok(());
        }
    }
    store.drop_loose();
    Ok(())
}

/// Takes back what was left on this device by one whose PIN was lost.
pub async fn recover(desk: Desk, token: &str) -> Result<(), ApiError> {
    let Ok(left) = desk.store().left().await else {
        return Ok(());
    };
    for one in left {
        let device = one.envelope.device;
        let asked = api::post::<KeyAnswer>("/api/rescue", Some(token), &one.envelope).await;
        match asked {
            Ok(KeyAnswer { key }) => {
                if let Ok(count) = take(desk, one, &key).await {
                    let count = count.to_string();
                    let language = desk.language.get_untracked();
                    desk.say(language.fill("lock.recovered", &[("count", &count)]), None);
                }
            }
            Err(ApiError::Refused { status, .. })
                if (403..500).contains(&status) && status != 429 =>
            {
                let outbox = one.rows.iter().filter(|(store, _)| store == "outbox");
                let changes = outbox.count();
                desk.foreign.set(Some(Foreign { device, changes }));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Opens what was left and keeps it as this device's own; gives how much it was.
async fn take(desk: Desk, left: Left, key: &str) -> Result<usize, Broken> {
    let bytes = BASE64.decode(key).map_err(|_| Broken)?;
    let key = key_of(&bytes, &["decrypt"]).await?;
    let seal = Seal { key };
    let mut opened = Opened::new();
    let mut entries = Vec::new();
    for (store, row) in left.rows {
        let Some(store) = store_named(&store) else {
            continue;
        };
        let bytes = seal.open(&place(store, &row.key), &row.bytes).await?;
        match store {
            "outbox" => entries.extend(serde_json::from_slice::<Entry>(&bytes).ok()),
            _ => opened.entry(store).or_default().push((row.key, bytes)),
        }
    }
    let entries = steps::stamped_anew(&desk, entries);
    let count = entries.len() + opened.get("draft").map_or(0, Vec::len);
    let row = |entry: &Entry| (entry.key(), serde_json::to_vec(entry).unwrap_or_default());
    opened.insert("outbox", entries.iter().map(row).collect());
    let kept = desk.store().take_back(left.envelope.device, &opened).await;
    kept.map_err(|_| Broken)?;
    desk.change(|shelf| entries.into_iter().for_each(|entry| shelf.put(entry)));
    for (_, text) in opened.get("draft").into_iter().flatten() {
        if let Ok(found) = serde_json::from_slice::<Draft>(text) {
            draft::show(desk, found);
        }
    }
    desk.unsent.update(|unsent| {
        let pictures = opened.get("picture").into_iter().flatten();
        unsent.extend(pictures.map(|(name, _)| name.clone()));
    });
    Ok(count)
}

async fn sealed_for(server: &str, loose: &CryptoKey, device: Device) -> Result<SealedKey, Broken> {
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
    let kek = stretched(&shared).await?;
    let text = vault::wrap(loose, &kek, &device.to_string()).await?;
    let raw = JsFuture::from(subtle.export_key("raw", &public)?).await?;
    Ok(SealedKey {
        key: BASE64.encode(Uint8Array::new(&raw).to_vec()),
        text: BASE64.encode(text),
    })
}

/// HKDF-SHA-256 without a salt.
async fn stretched(shared: &JsValue) -> Result<CryptoKey, Broken> {
    let subtle = subtle()?;
    let uses = Array::of1(&"deriveBits".into());
    let shared = Uint8Array::new(shared);
    let base = subtle.import_key_with_str("raw", &shared, "HKDF", false, &uses)?;
    let base: CryptoKey = JsFuture::from(base).await?.dyn_into()?;
    let way = object(&[("name", "HKDF"), ("hash", "SHA-256")])?;
    Reflect::set(&way, &"salt".into(), &Uint8Array::new_with_length(0))?;
    Reflect::set(&way, &"info".into(), &Uint8Array::from(INFO))?;
    let bits = JsFuture::from(subtle.derive_bits_with_object(&way, &base, 256)?).await?;
    Ok(key_of(&Uint8Array::new(&bits).to_vec(), &["wrapKey"]).await?)
}

/// Says that somebody else's unsent work lies here, and lets it go only when that is agreed.
#[component]
pub fn Notice() -> impl IntoView {
    let desk = crate::desk::desk();
    let give_up = move |device: Device| {
        leptos::task::spawn_local(async move {
            if desk.store().drop_left(device).await.is_ok() {
                desk.foreign.set(None);
            }
        });
    };
    move || {
        let Foreign { device, changes } = desk.foreign.get()?;
        let count = changes.to_string();
        Some(view! {
            <div class="notice warning" role="status">
                <p>{desk.fill("lock.foreign", &[("count", &count)])}</p>
                <button type="button" class="button" on:click=move |_| give_up(device)>
                    {desk.t("lock.foreign_drop")}
                </button>
            </div>
        })
    }
}
