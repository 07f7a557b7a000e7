//! Encryption at rest: AES-256-GCM by the browser's WebCrypto, under the data key that `vault`
//! opens.

use crate::key::{object, subtle};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

/// Bytes of the initialisation vector that stands before each ciphertext.
pub const IV: usize = 12;

#[derive(Clone, Debug)]
pub struct Seal {
    pub(crate) key: CryptoKey,
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
    pub const fn of(key: CryptoKey) -> Self {
        Self { key }
    }

    /// Seals bytes for one place, which is written into the seal: iv ‖ ciphertext. What stands in
    /// another place than it was sealed for does not open.
    pub async fn seal(&self, place: &str, bytes: &[u8]) -> Result<Vec<u8>, Broken> {
        let iv = fresh_iv()?;
        let sealed = JsFuture::from(self.sealing(&iv, place, bytes)?).await?;
        Ok(joined(&iv, &sealed))
    }

    /// Opens what was sealed for this place.
    pub async fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Broken> {
        let opening = self.opening(place, &Uint8Array::from(sealed))?;
        let opened = JsFuture::from(opening).await?;
        Ok(Uint8Array::new(&opened).to_vec())
    }

    /// Seals many at once: the browser works on them side by side.
    pub async fn seal_all(&self, all: &[(String, &[u8])]) -> Result<Vec<Vec<u8>>, Broken> {
        let (mut ivs, sealing) = (Vec::with_capacity(all.len()), Array::new());
        for (place, bytes) in all {
            let iv = fresh_iv()?;
            sealing.push(&self.sealing(&iv, place, bytes)?.into());
            ivs.push(iv);
        }
        let sealed = Array::from(&JsFuture::from(Promise::all(&sealing)).await?);
        Ok(ivs
            .iter()
            .zip(sealed.iter())
            .map(|(iv, text)| joined(iv, &text))
            .collect())
    }

    /// Opens many and hands them on in their order, each while the browser works on those after it;
    /// one that is broken does not keep the others shut.
    pub async fn open_each(
        &self,
        all: &[(String, Uint8Array)],
        mut take: impl FnMut(usize, Result<&[u8], Broken>),
    ) {
        let opening: Vec<_> = all
            .iter()
            .map(|(place, sealed)| self.opening(place, sealed))
            .collect();
        let mut bytes = Vec::new();
        for (number, promise) in opening.into_iter().enumerate() {
            let opened = match promise {
                Ok(promise) => JsFuture::from(promise).await.map_err(Broken::from),
                Err(broken) => Err(broken),
            };
            let opened = opened.map(|opened| {
                let opened = Uint8Array::new(&opened);
                bytes.resize(opened.length() as usize, 0);
                opened.copy_to(&mut bytes);
                bytes.as_slice()
            });
            take(number, opened);
        }
    }

    fn sealing(&self, iv: &[u8], place: &str, bytes: &[u8]) -> Result<Promise, Broken> {
        let way = way(iv, place)?;
        Ok(subtle()?.encrypt_with_object_and_u8_array(&way, &self.key, bytes)?)
    }

    fn opening(&self, place: &str, sealed: &Uint8Array) -> Result<Promise, Broken> {
        let (iv, end) = (IV as u32, sealed.length());
        if end < iv {
            return Err(Broken);
        }
        let way = way_of(&sealed.subarray(0, iv), place)?;
        let text = sealed.subarray(iv, end);
        Ok(subtle()?.decrypt_with_object_and_buffer_source(&way, &self.key, &text)?)
    }
}

pub fn fresh_iv() -> Result<[u8; IV], Broken> {
    let mut iv = [0; IV];
    getrandom::fill(&mut iv).map_err(|_| Broken)?;
    Ok(iv)
}

/// iv ‖ ciphertext.
pub fn joined(iv: &[u8], text: &JsValue) -> Vec<u8> {
    let text = Uint8Array::new(text);
    let mut out = vec![0; iv.len() + text.length() as usize];
    let (before, after) = out.split_at_mut(iv.len());
    before.copy_from_slice(iv);
    text.copy_to(after);
    out
}

/// The way of AES-GCM with this vector, bound to a place.
pub fn way(iv: &[u8], place: &str) -> Result<Object, JsValue> {
    way_of(&Uint8Array::from(iv), place)
}

fn way_of(iv: &Uint8Array, place: &str) -> Result<Object, JsValue> {
    let way = object(&[("name", "AES-GCM")])?;
    Reflect::set(&way, &"iv".into(), iv)?;
    let place = Uint8Array::from(place.as_bytes());
    Reflect::set(&way, &"additionalData".into(), &place)?;
    Ok(way)
}

/// A key of AES-GCM from 32 bytes.
pub async fn key_of(bytes: &[u8], uses: &[&str]) -> Result<CryptoKey, JsValue> {
    let algorithm = object(&[("name", "AES-GCM")])?;
    let uses: Array = uses.iter().map(|name| JsValue::from_str(name)).collect();
    let bytes = Uint8Array::from(bytes);
    let made = subtle()?.import_key_with_object("raw", &bytes, &algorithm, false, &uses)?;
    JsFuture::from(made).await?.dyn_into()
}
