//! Enrolment, and signing in: the device signs a challenge and gets a short-lived token.

use crate::api::{self, ApiError};
use crate::desk::{Desk, Enrolled, Phase};
use crate::{key, now, storage, tabs, vault, wipe};
use domain::wire::{
    ChallengeAnswer, ChallengeAsk, EnrolAnswer, EnrolAsk, SessionAnswer, SessionAsk,
};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;

thread_local! {
    /// The token is kept in memory only: a page that is closed has none.
    static TOKEN: RefCell<Option<(String, i64)>> = const { RefCell::new(None) };
    /// When this page signed in last, by the server's clock.
    static SIGNED_IN: Cell<i64> = const { Cell::new(0) };
    /// How many parcels wait at the server for this person.
    static LEFT: Cell<u64> = const { Cell::new(0) };
}

/// Why a device could not be enrolled: a label's key.
pub type Failure = String;

/// Takes a link: makes the device's keys, leaves the public half of the one that signs, closes
/// the others with the PIN, signs in.
///
/// # Errors
/// The label of what went wrong. The link is good as long as the server has not taken it.
pub async fn enrol(desk: Desk, link: &str, pin: &str) -> Result<(), Failure> {
    let no_key = |_| "trouble.no_key".to_owned();
    let (signing, public_key) = key::make().await.map_err(|_| "trouble.no_key".to_owned())?;
    let made = vault::make(pin).await.map_err(no_key)?;
    let wrapped = vault::wrap_signing_key(&made.seal, &signing)
        .await
        .map_err(no_key)?;
    let private = vault::unwrap_signing_key(&made.seal, &wrapped)
        .await
        .map_err(no_key)?;
    let ask = EnrolAsk {
        link: link.to_owned(),
        public_key,
        device_name: device_name(),
    };
    let answer: EnrolAnswer = api::post("/api/enrol", None, &ask)
        .await
        .map_err(|error| error.label())?;
    let EnrolAnswer {
        device,
        person,
        name,
    } = answer;
    let enrolled = Enrolled {
        device,
        person,
        name,
        profile: None,
    };
    let text = serde_json::to_string(&enrolled).unwrap_or_default();
    let kept = [("key", wrapped), ("enrolled", JsValue::from_str(&text))];
    desk.store()
        .begin(&made, &kept)
        .await
        .map_err(|_| "trouble.storage".to_owned())?;
    ask_to_keep();
    desk.key.set_value(Some(private));
    desk.enrolled.set(Some(enrolled));
    leptos::task::spawn_local(storage::prepare(desk));
    // Nothing has come yet: until it has, nobody is told that all is done.
    desk.phase.set(Phase::First(0));
    // Without a network from here on, the device signs in later.
    let _ = token(desk).await;
    Ok(())
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

/// Asks the browser not to clear this site's data when the device runs short.
fn ask_to_keep() {
    if let Some(window) = web_sys::window()
        && let Ok(asked) = window.navigator().storage().persist()
    {
        leptos::task::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(asked).await;
        });
    }
}

fn device_name() -> String {
    let agent = web_sys::window().and_then(|w| w.navigator().user_agent().ok());
    let agent = agent.unwrap_or_default();
    let system = ["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"];
    system
        .iter()
        .find(|name| agent.contains(**name))
        .unwrap_or(&"browser")
        .to_string()
}
