//! Encryption at rest: AES-256-GCM by the browser's WebCrypto, under a key that is made on this
//! device and never leaves it. A key that a PIN opens can take its place: only
//! [`Seal::of_device`] knows where the key comes from.

use crate::key::{object, subtle};
use crate::store::database::Store;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

/// Bytes of the initialisation vector that stands before each ciphertext.
const IV: usize = 12;

#[derive(Clone, Debug)]
pub struct Seal {
    key: CryptoKey,
}

/// What could not be sealed or opened: no key, or bytes that are not what was sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the device's seal does not open this")]
pub struct Broken;

impl From<JsValue> for Broken {
    fn from(_: JsValue) -> Self {
        Self
    }
}

impl Seal {
    /// The seal under the device's own key, which is made at its first use.
    pub async fn of_device(store: &Store) -> Result<Self, Broken> {
        let held = store.setting("seal").await.map_err(|_| Broken)?;
        let key = match held {
            Some(key) => key,
            None => {
                let fresh = make().await?;
                // Another tab may have made one meanwhile: the first that is kept is everybody's.
                store.settle("seal", &fresh).await.map_err(|_| Broken)?
            }
        };
        let key = key.dyn_into().map_err(|_| Broken)?;
        Ok(Self { key })
    }

    /// Seals bytes for one place, which is written into the seal: iv ‖ ciphertext. What stands in
    /// another place than it was sealed for does not open.
    pub async fn seal(&self, place: &str, bytes: &[u8]) -> Result<Vec<u8>, Broken> {
        let mut iv = [0; IV];
        getrandom::fill(&mut iv).map_err(|_| Broken)?;
        let way = way(&iv, place)?;
        let sealed = subtle()?.encrypt_with_object_and_u8_array(&way, &self.key, bytes)?;
        let sealed = Uint8Array::new(&JsFuture::from(sealed).await?);
        let mut out = iv.to_vec();
        out.extend(sealed.to_vec());
        Ok(out)
    }

    /// Opens what was sealed for this place.
    pub async fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Broken> {
        let (iv, text) = sealed.split_at_checked(IV).ok_or(Broken)?;
        let way = way(iv, place)?;
        let opened = subtle()?.decrypt_with_object_and_u8_array(&way, &self.key, text)?;
        Ok(Uint8Array::new(&JsFuture::from(opened).await?).to_vec())
    }
}

async fn make() -> Result<JsValue, JsValue> {
    let algorithm = object(&[("name", "AES-GCM")])?;
    Reflect::set(&algorithm, &"length".into(), &256.into())?;
    let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
    JsFuture::from(subtle()?.generate_key_with_object(&algorithm, false, &uses)?).await
}

fn way(iv: &[u8], place: &str) -> Result<js_sys::Object, JsValue> {
    let way = object(&[("name", "AES-GCM")])?;
    Reflect::set(&way, &"iv".into(), &Uint8Array::from(iv))?;
    let place = Uint8Array::from(place.as_bytes());
    Reflect::set(&way, &"additionalData".into(), &place)?;
    Ok(way)
}
