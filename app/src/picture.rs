//! The pictures on this device: taken, kept sealed, shown, and sent once the record that names
//! them is accepted.

pub mod shrink;

use crate::api::{self, ApiError};
use crate::desk::Desk;
use crate::draft;
use crate::{now, session, storage};
use domain::picture::parts::{PART_BYTES, Stand};
use domain::picture::{Form, named};
use domain::{Area, Id, Record, Stamp};
use leptos::prelude::*;
use shrink::{Shrunk, Unfit};
use std::collections::{BTreeMap, BTreeSet};
use store::database::StoreError;
use store::drafts::Draft;
use store::pictures::Sealed;
use store::seal::Broken;
use store::sealed::place;
use web_sys::Url;

/// So long the sync sends pictures before it looks for records again, in milliseconds.
const TURN_MS: i64 = 5_000;

/// Why a picture was not kept; whatever was kept before stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    Unfit(Unfit),
    Storage,
    Seal,
}

impl Trouble {
    /// The label that says what happened and what to do.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unfit(Unfit::NotAPicture) => "picture.not_a_picture",
            Self::Unfit(Unfit::TooLarge) => "picture.too_large",
            Self::Storage => "picture.no_room",
            Self::Seal => "picture.no_seal",
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(_: StoreError) -> Self {
        Self::Storage
    }
}

impl From<Broken> for Trouble {
    fn from(_: Broken) -> Self {
        Self::Seal
    }
}

fn place_of_whole(name: &str) -> String {
    place("picture", name)
}

fn place_of_small(name: &str) -> String {
    place("thumb", name)
}

/// Keeps a picture with the draft that names it. When this has returned, both are on disk.
///
/// # Errors
/// If the device cannot keep it; then the draft stands as it was.
pub async fn keep(desk: Desk, picture: &Shrunk, draft: Draft) -> Result<(), Trouble> {
    let seal = desk.store().seal()?;
    let name = picture.name.clone();
    let whole = seal.seal(&place_of_whole(&name), &picture.whole).await?;
    let small = seal.seal(&place_of_small(&name), &picture.small).await?;
    let sealed = Sealed { name, whole, small };
    desk.store().take_picture(&sealed, &draft).await?;
    desk.unsent.update(|unsent| {
        unsent.insert(sealed.name);
    });
    draft::show(desk, draft);
    storage::measure(desk).await;
    Ok(())
}

/// The small picture: from this device, else from the server, and then kept.
pub async fn small(desk: Desk, ledger: Option<Area>, name: &str) -> Option<Vec<u8>> {
    let seal = desk.store().seal().ok()?;
    let place = place_of_small(name);
    if let Some(sealed) = desk.store().thumb(name).await.ok().flatten()
        && let Ok(small) = seal.open(&place, &sealed).await
    {
        return Some(small);
    }
    let small = shrink::small(&whole(desk, ledger, name).await?)
        .await
        .ok()?;
    // Without room for it, it is fetched again next time.
    if let Ok(sealed) = seal.seal(&place, &small).await {
        let _ = desk.store().keep_thumb(name, &sealed).await;
    }
    Some(small)
}

/// The whole picture: from this device if the server does not have it yet, else from the server.
pub async fn whole(desk: Desk, ledger: Option<Area>, name: &str) -> Option<Vec<u8>> {
    if let Ok(Some(whole)) = own(desk, name).await {
        return Some(whole);
    }
    let token = session::token(desk).await.ok()?;
    let path = format!("/api/photo/{}/{name}", ledger?);
    api::get_bytes(&path, Some(&token)).await.ok()
}

async fn own(desk: Desk, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
    match desk.store().picture(name).await? {
        Some(sealed) => {
            let seal = desk.store().seal()?;
            Ok(Some(seal.open(&place_of_whole(name), &sealed).await?))
        }
        None => Ok(None),
    }
}

/// The pictures that the server does not have, each with a saved record that names it.
pub fn waiting(desk: Desk) -> BTreeMap<String, Id> {
    let unsent = desk.unsent.get();
    if unsent.is_empty() {
        return BTreeMap::new();
    }
    desk.read(|shelf| {
        let own = shelf.pictures().filter(|(_, name)| unsent.contains(*name));
        own.map(|(id, name)| (name.to_owned(), id)).collect()
    })
}

/// The pictures that can be sent now, with the ledgers that take them.
pub fn sendable(desk: Desk) -> Vec<(String, BTreeSet<Area>)> {
    let names = untrack(|| waiting(desk)).into_keys();
    let not_returned = |name: &String| desk.returned.with_untracked(|r| !r.contains_key(name));
    let placed = |name: String| {
        let ledgers = desk.peek(|shelf| shelf.awaiting(&name));
        (!ledgers.is_empty()).then_some((name, ledgers))
    };
    names.filter(not_returned).filter_map(placed).collect()
}

/// Sends the pictures whose record the server has accepted, for a while. What the server does not
/// take stays, with the reason, and is tried again at the next start or when somebody asks.
///
/// # Errors
/// `Offline`, or a refusal that concerns more than one picture.
pub async fn send(desk: Desk, token: &str) -> Result<(), ApiError> {
    let begun = now::now_ms();
    if let Ok(unsent) = desk.store().unsent_pictures().await
        && desk.unsent.with_untracked(|held| *held != unsent)
    {
        desk.unsent.set(unsent);
    }
    let sendable = sendable(desk);
    let short = desk
        .room
        .with_untracked(|room| room.is_some_and(|room| room.is_short()));
    let frees = short && !sendable.is_empty();
    for (name, ledgers) in sendable {
        if now::now_ms() - begun > TURN_MS {
            desk.nudge();
            break;
        }
        match send_one(desk, token, &name, ledgers).await {
            Ok(()) => {}
            Err(ApiError::Refused { status, code })
                if (400..500).contains(&status) && ![401, 409, 429].contains(&status) =>
            {
                return_it(desk, &name, format!("trouble.{code}"));
            }
            Err(error) => return Err(error),
        }
    }
    if frees {
        storage::prepare(desk).await;
    }
    Ok(())
}

async fn send_one(
    desk: Desk,
    token: &str,
    name: &str,
    ledgers: BTreeSet<Area>,
) -> Result<(), ApiError> {
    let bytes = match own(desk, name).await {
        Ok(Some(bytes)) => bytes,
        // Another tab has sent it.
        Ok(None) => return Ok(()),
        Err(trouble) => {
            return_it(desk, name, trouble.label().to_owned());
            return Ok(());
        }
    };
    let form = Form::of(&bytes).map_or("", Form::content_type);
    for ledger in ledgers {
        let path = format!("/api/photo/{ledger}/{name}");
        if bytes.len() <= PART_BYTES {
            api::put_bytes(&path, token, form, &bytes).await?;
        } else {
            send_parts(&path, token, form, &bytes).await?;
        }
    }
    // A disk that does not even take a deletion is told of elsewhere; sending it again is harmless.
    if desk.store().picture_sent(name).await.is_ok() {
        desk.unsent.update(|unsent| {
            unsent.remove(name);
        });
    }
    Ok(())
}

/// Sends what the server does not have yet, part by part: after a cut it goes on where that stands.
async fn send_parts(path: &str, token: &str, form: &str, bytes: &[u8]) -> Result<(), ApiError> {
    let stand: Stand = api::get(&format!("{path}/parts"), token).await?;
    if stand.whole {
        return Ok(());
    }
    let total = bytes.len();
    // Parts of something that had another length are no beginning of this.
    let begin = if stand.total == total { stand.have } else { 0 };
    for offset in (begin..total).step_by(PART_BYTES) {
        let part = &bytes[offset..total.min(offset + PART_BYTES)];
        let place = format!("{path}?offset={offset}&total={total}");
        api::put_bytes(&place, token, form, part).await?;
    }
    Ok(())
}

fn return_it(desk: Desk, name: &str, label: String) {
    desk.returned.update(|returned| {
        returned.insert(name.to_owned(), label);
    });
}

/// Takes pictures off the device that no draft and no record names any more. `kept` was listed
/// before drafts, outbox and pages were read, in this order: what another tab saves meanwhile moves
/// along the same way and is met in one of them.
pub async fn sweep(desk: Desk, kept: BTreeSet<String>) {
    let orphans = orphans(desk, kept);
    if !orphans.is_empty() {
        let _ = desk.store().drop_pictures(&orphans).await;
    }
}

/// Takes small pictures off the device whose record this person may not see any more.
pub async fn forget(desk: Desk) {
    if let Ok(thumbs) = desk.store().spare_thumbs().await {
        let orphans = orphans(desk, thumbs);
        if !orphans.is_empty() {
            let _ = desk.store().drop_thumbs(orphans).await;
        }
    }
}

fn orphans(desk: Desk, kept: BTreeSet<String>) -> Vec<String> {
    let mut kept = kept;
    desk.peek(|shelf| {
        for (_, name) in shelf.pictures() {
            kept.remove(name);
        }
    });
    desk.drafts.with_untracked(|drafts| {
        for draft in drafts {
            let mut record = Record::new(Id::new(0, [0; 10]), &draft.kind);
            for (field, value) in &draft.values {
                record.put(field, value.clone(), Stamp::default());
            }
            for (_, name) in named(&record) {
                kept.remove(name);
            }
        }
    });
    kept.into_iter().collect()
}

/// An address under which the page can show bytes; it ends with this value.
#[derive(Debug)]
pub struct ObjectUrl(String);

impl ObjectUrl {
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let blob = shrink::blob(bytes).ok()?;
        Url::create_object_url_with_blob(&blob).ok().map(Self)
    }

    pub fn text(&self) -> String {
        self.0.clone()
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}
