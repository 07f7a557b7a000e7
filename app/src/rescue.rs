//! A lost PIN loses nothing: the data key lies on the device once more, in an envelope that only
//! the server can open, and the server opens it for nobody but the same person, whom an
//! administrator has enrolled anew.
//!
//! The envelope is bound to the device's number.

use crate::api::{self, ApiError};
use crate::desk::Desk;
use crate::{draft, session, sync, to_server};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::left::Line;
use domain::wire::{
    Answer, LastWords, LastWordsAnswer, Parcel, PushAnswer, RESCUE_INFO, RescueAnswer, Taken,
};
use domain::{Device, Stamp};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use store::database::StoreError;
use store::drafts::Draft;
use store::entry::Entry;
use store::left::{ENVELOPE, Envelope, Opened, Rows, store_named};
use store::outbox;
use store::seal::{Broken, Seal, key_of};
use store::sealed::place;
use store::steps;
use wasm_bindgen::JsValue;

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
        let key = to_server::server_key(&store).await?;
        let place = device.to_string();
        let Ok(sealed) = to_server::wrap(&key, RESCUE_INFO, &place, &loose).await else {
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
        let asked = api::post::<RescueAnswer>("/api/rescue", Some(token), &one.envelope).await;
        match asked {
            Ok(RescueAnswer { key }) => {
                if let Ok((entries, opened)) = open(one.rows, &key).await {
                    let entries = unsent(desk, token, entries).await?;
                    let _ = keep(desk, device, entries, opened).await;
                }
            }
            Err(error) if is_final(&error) => {
                let rows = one.rows.iter().filter(|(store, _)| store == "outbox");
                let changes = rows.map(|(_, row)| outbox::count(&row.key)).sum();
                desk.foreign.set(Some(Foreign { device, changes }));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// True if the server will not say otherwise to the same question.
fn is_final(error: &ApiError) -> bool {
    matches!(error, ApiError::Refused { status, .. } if (403..500).contains(status) && *status != 429)
}

/// Opens what was left: the saved changes, and the other rows by store.
async fn open(rows: Rows, key: &str) -> Result<(Vec<Entry>, Opened), Broken> {
    let bytes = BASE64.decode(key).map_err(|_| Broken)?;
    let key = key_of(&bytes, &["decrypt"]).await?;
    let seal = Seal::of(key);
    let mut opened = Opened::new();
    let mut entries = Vec::new();
    for (store, row) in rows {
        let Some(store) = store_named(&store) else {
            continue;
        };
        let bytes = seal.open(&place(store, &row.key), &row.bytes).await?;
        match store {
            "outbox" => entries.extend(outbox::read(&bytes)),
            _ => opened.entry(store).or_default().push((row.key, bytes)),
        }
    }
    Ok((entries, opened))
}

/// Those of another device's changes that the server lacks: a letter may have brought some, and
/// what is known must not be said a second time under another stamp. Sent as that device wrote them,
/// the known ones are accepted once more, which has no effect, and nothing else is.
async fn unsent(desk: Desk, token: &str, mut entries: Vec<Entry>) -> Result<Vec<Entry>, ApiError> {
    for (ledger, batch) in steps::batches(entries.clone()) {
        match sync::send(desk, token, ledger, &steps::changes(&batch)).await {
            Ok(PushAnswer { answers, .. }) => {
                let known = batch.iter().zip(answers);
                let known = known.filter(|(_, answer)| matches!(answer, Answer::Accepted(_)));
                let known: BTreeSet<Stamp> = known.map(|(entry, _)| entry.key()).collect();
                entries.retain(|entry| !known.contains(&entry.key()));
            }
            // Of a ledger that is not this person's any more; what is sent there will be told so.
            Err(error) if is_final(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(entries)
}

/// Takes over what the same person's locked-out devices left with the server.
pub async fn inherit(desk: Desk, token: &str) -> Result<(), ApiError> {
    if session::left() == 0 {
        return Ok(());
    }
    let words: LastWords = api::get("/api/last-words", token).await?;
    let mut devices: BTreeMap<Device, Vec<Parcel>> = BTreeMap::new();
    for parcel in words.parcels {
        devices.entry(parcel.device).or_default().push(parcel);
    }
    for (device, parcels) in devices {
        let (mut entries, mut drafts) = (Vec::new(), Vec::new());
        for line in parcels.iter().flat_map(|parcel| parcel.parcel.lines()) {
            match serde_json::from_str::<Line<Entry>>(line) {
                Ok(Line::Outbox(entry)) => entries.push(entry),
                Ok(Line::Draft(text)) => drafts.push(text),
                // Of a newer version of the app; all that is known is taken.
                Err(_) => {}
            }
        }
        let row = |text: String| {
            let draft: Draft = serde_json::from_str(&text).ok()?;
            Some((draft.key, text.into_bytes()))
        };
        let drafts = drafts.into_iter().filter_map(row).collect();
        let opened = Opened::from([("draft", drafts)]);
        let entries = unsent(desk, token, entries).await?;
        if keep(desk, device, entries, opened).await.is_err() {
            return Ok(());
        }
        let _: LastWordsAnswer =
            api::post("/api/last-words/taken", Some(token), &Taken { device }).await?;
    }
    session::inherited();
    Ok(())
}

/// Keeps what another device of this person left as this device's own, and says how much it was.
async fn keep(
    desk: Desk,
    device: Device,
    entries: Vec<Entry>,
    mut opened: Opened,
) -> Result<(), StoreError> {
    let entries = steps::stamped_anew(&desk, entries);
    let count = entries.len() + opened.get("draft").map_or(0, Vec::len);
    opened.insert("outbox", outbox::rows(&entries));
    desk.store().take_back(device, &opened).await?;
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
    if count > 0 {
        let count = count.to_string();
        let language = desk.language.get_untracked();
        desk.say(language.fill("lock.recovered", &[("count", &count)]), None);
    }
    Ok(())
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
