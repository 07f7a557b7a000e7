//! Short-lived tokens: who is asking, sealed with the registry's secret (HMAC-SHA-256).

use crate::error::ApiError;
use crate::objects;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::change::Author;
use domain::wire::Profile;
use domain::{Device, Grants, Id};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::cell::RefCell;
use worker::{Date, Env, Request};

/// How long a token is good for, in milliseconds.
pub const LIFE_MS: i64 = 15 * 60 * 1000;

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    pub device: Device,
    pub person: Id,
    pub grants: Grants,
    /// Milliseconds since 1970 UTC; see [`crate::bar`].
    #[serde(default)]
    pub issued: i64,
    /// Milliseconds since 1970 UTC.
    pub expires: i64,
}

impl Claims {
    /// What a device may from now on, as its person's profile says.
    pub fn now(device: Device, profile: &Profile) -> Self {
        let issued = now_ms();
        Self {
            device,
            person: profile.person,
            grants: profile.grants.clone(),
            issued,
            expires: issued + LIFE_MS,
        }
    }

    pub fn author(&self) -> Author<'_> {
        Author {
            person: self.person,
            device: self.device,
            grants: &self.grants,
        }
    }
}

pub fn now_ms() -> i64 {
    i64::try_from(Date::now().as_millis()).unwrap_or(i64::MAX)
}

fn mac(secret: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any key length fits HMAC");
    mac.update(text.as_bytes());
    mac
}

/// A text with its seal; only this server can have made it.
pub fn seal(secret: &[u8], text: &str) -> String {
    let seal = mac(secret, text).finalize().into_bytes();
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(text),
        URL_SAFE_NO_PAD.encode(seal)
    )
}

/// The text of an unbroken seal.
pub fn open(secret: &[u8], sealed: &str) -> Option<String> {
    let (text, seal) = sealed.split_once('.')?;
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
    mac(secret, &text).verify_slice(&seal).ok()?;
    Some(text)
}

thread_local! {
    /// The registry's secret, remembered by this isolate; it never changes.
    static SECRET: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Who is asking.
///
/// # Errors
/// `NoToken`, or `BadToken` if it is forged, cut or expired.
pub async fn claims(request: &Request, env: &Env) -> Result<Claims, ApiError> {
    let header = request.headers().get("authorization")?.unwrap_or_default();
    let token = header.strip_prefix("Bearer ").ok_or(ApiError::NoToken)?;
    claims_of(token, env).await
}

/// Who asks for a WebSocket: browsers send no header of the page's own with it, but subprotocols.
/// The token is the one after this protocol.
///
/// # Errors
/// `NoToken`, or `BadToken` if it is forged, cut or expired.
pub async fn spoken(request: &Request, env: &Env, protocol: &str) -> Result<Claims, ApiError> {
    let header = request.headers().get("sec-websocket-protocol")?;
    let header = header.unwrap_or_default();
    let mut offered = header.split(',').map(str::trim);
    let token = match (offered.next(), offered.next(), offered.next()) {
        (Some(first), Some(token), None) if first == protocol => token,
        _ => return Err(ApiError::NoToken),
    };
    claims_of(token, env).await
}

async fn claims_of(token: &str, env: &Env) -> Result<Claims, ApiError> {
    let known = SECRET.with_borrow(Clone::clone);
    let secret = match known {
        Some(secret) => secret,
        None => {
            let secret = objects::registry(env)?.ask_bytes("/secret").await?;
            SECRET.set(Some(secret.clone()));
            secret
        }
    };
    read(&secret, token, now_ms())
}

fn read(secret: &[u8], token: &str, now_ms: i64) -> Result<Claims, ApiError> {
    let text = open(secret, token).ok_or(ApiError::BadToken)?;
    let claims: Claims = serde_json::from_str(&text).map_err(|_| ApiError::BadToken)?;
    if claims.expires < now_ms {
        Err(ApiError::BadToken)
    } else {
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(secret: &[u8], expires: i64) -> String {
        let claims = Claims {
            device: Device(1),
            person: Id::new(1, [0; 10]),
            grants: Grants::default(),
            issued: 0,
            expires,
        };
        seal(secret, &serde_json::to_string(&claims).unwrap())
    }

    #[test]
    fn a_token_is_good_until_it_expires_and_no_longer() {
        let token = token(b"secret", 1_000);
        assert!(read(b"secret", &token, 1_000).is_ok());
        assert!(matches!(
            read(b"secret", &token, 1_001),
            Err(ApiError::BadToken)
        ));
    }

    #[test]
    fn a_token_that_somebody_else_sealed_or_changed_is_refused() {
        let token = token(b"secret", 1_000);
        assert!(matches!(read(b"other", &token, 0), Err(ApiError::BadToken)));
        let (text, seal) = token.split_once('.').unwrap();
        let wider = URL_SAFE_NO_PAD.encode(
            String::from_utf8(URL_SAFE_NO_PAD.decode(text).unwrap())
                .unwrap()
                .replace("1000", "9999"),
        );
        let forged = format!("{wider}.{seal}");
        assert!(matches!(
            read(b"secret", &forged, 0),
            Err(ApiError::BadToken)
        ));
    }
}
