//! Signing in: the device signs a challenge and gets a short-lived token.

use crate::api::{self, ApiError};
use crate::desk::{Desk, Enrolled};
use crate::{now, tabs, wipe};
use domain::wire::{ChallengeAnswer, ChallengeAsk, SessionAnswer, SessionAsk};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use store::key;
use wasm_bindgen::JsValue;

thread_local! {
    /// The token is kept in memory only: a page that is closed has none.
    static TOKEN: RefCell<Option<(String, i64)>> = const { RefCell::new(None) };
    /// When this page signed in last, by the server's clock.
    static SIGNED_IN: Cell<i64> = const { Cell::new(0) };
    /// How many parcels wait at the server for this person.
    static LEFT: Cell<u64> = const { Cell::new(0) };
}

/// A token that is good for the next request.
///
/// # Errors
/// `Offline`, or the server's refusal of this device.
pub async fn token(desk: Desk) -> Result<String, ApiError> {
    let held = TOKEN.with_borrow(Clone::clone);
    match held {
        Some((token, expires)) if expires > now::now_ms() + 30_000 => Ok(token),
        _ => sign_in(desk).await,
    }
}

/// Until when the token is good that is held: milliseconds since 1970 UTC.
pub fn expires() -> Option<i64> {
    TOKEN.with_borrow(|held| held.as_ref().map(|(_, expires)| *expires))
}

/// How much this person's locked-out devices left with the server, as of the last sign-in.
pub fn left() -> u64 {
    LEFT.get()
}

/// All of that is here now.
pub fn inherited() {
    LEFT.set(0);
}

/// Forgets the token, so that the next request signs in anew.
pub fn forget() {
    TOKEN.set(None);
}

/// The settings were changed then: if that was after the last sign-in, there is another at once.
pub fn changed(desk: Desk, settings: Option<i64>) {
    if settings.is_some_and(|at| at >= SIGNED_IN.get()) && expires().is_some() {
        forget();
        desk.nudge();
    }
}

async fn sign_in(desk: Desk) -> Result<String, ApiError> {
    let enrolled = desk.enrolled.get_untracked();
    let (Some(enrolled), Some(private)) = (enrolled, desk.key.get_value()) else {
        return Err(ApiError::Refused {
            status: 401,
            code: "unknown_device".to_owned(),
        });
    };
    let device = enrolled.device;
    let asked: ChallengeAnswer =
        api::post("/api/session/challenge", None, &ChallengeAsk { device }).await?;
    let unsigned = |_| ApiError::Refused {
        status: 0,
        code: "no_key".to_owned(),
    };
    let signature = key::sign(&private, &asked.challenge)
        .await
        .map_err(unsigned)?;
    let ask = SessionAsk {
        device,
        challenge: asked.challenge,
        signature,
        unsent: Some(desk.peek(|shelf| shelf.outbox().count() as u64)),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
    };
    let session: SessionAnswer = match api::post("/api/session", None, &ask).await {
        Err(error) if wipe::is_called_for(&error) => {
            wipe::wipe(desk).await?;
            return Err(error);
        }
        answered => answered?,
    };
    learn(desk, &enrolled, &session).await;
    LEFT.set(session.left);
    SIGNED_IN.set(session.now);
    TOKEN.set(Some((session.token.clone(), session.expires)));
    Ok(session.token)
}

/// Takes over the server's clock and the person's profile.
async fn learn(desk: Desk, enrolled: &Enrolled, session: &SessionAnswer) {
    now::correct(session.now);
    let fresh = Enrolled {
        name: session.profile.name.clone(),
        profile: Some(session.profile.clone()),
        ..enrolled.clone()
    };
    let text = serde_json::to_string(&fresh).unwrap_or_default();
    let offset = now::offset().to_string();
    let kept = [
        ("enrolled", JsValue::from_str(&text)),
        ("offset", JsValue::from_str(&offset)),
    ];
    // A full disk must not keep anybody from sending; the profile is told again next time.
    let _ = desk.store().set_all(&kept).await;
    if desk
        .enrolled
        .with_untracked(|held| held.as_ref() != Some(&fresh))
    {
        desk.enrolled.set(Some(fresh));
        tabs::learned();
    }
}
