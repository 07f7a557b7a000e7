//! The device's signing key: P-256, made by the browser's WebCrypto; `vault` keeps it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

pub fn subtle() -> Result<SubtleCrypto, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    Ok(window.crypto()?.subtle())
}

pub fn object(entries: &[(&str, &str)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in entries {
        Reflect::set(&object, &(*name).into(), &(*value).into())?;
    }
    Ok(object)
}

/// A new key pair: the private key, to be wrapped at once, and the public half for the wire.
pub async fn make() -> Result<(CryptoKey, String), JsValue> {
    let algorithm = object(&[("name", "ECDSA"), ("namedCurve", "P-256")])?;
    let uses = Array::of2(&"sign".into(), &"verify".into());
    let pair = JsFuture::from(subtle()?.generate_key_with_object(&algorithm, true, &uses)?).await?;
    let private: CryptoKey = Reflect::get(&pair, &"privateKey".into())?.dyn_into()?;
    let public: CryptoKey = Reflect::get(&pair, &"publicKey".into())?.dyn_into()?;
    let raw = JsFuture::from(subtle()?.export_key("raw", &public)?).await?;
    Ok((
        private,
        URL_SAFE_NO_PAD.encode(Uint8Array::new(&raw).to_vec()),
    ))
}

/// The signature of a text: r ‖ s, in base64url.
pub async fn sign(private: &JsValue, text: &str) -> Result<String, JsValue> {
    let key: &CryptoKey = private.dyn_ref().ok_or(JsValue::NULL)?;
    let algorithm = object(&[("name", "ECDSA"), ("hash", "SHA-256")])?;
    let signed = subtle()?.sign_with_object_and_u8_array(&algorithm, key, text.as_bytes())?;
    let raw = JsFuture::from(signed).await?;
    Ok(URL_SAFE_NO_PAD.encode(Uint8Array::new(&raw).to_vec()))
}
