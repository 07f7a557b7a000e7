//! Sync: pushes the outbox, pulls what is new, and says truly how things stand.

use crate::api::{self, ApiError};
use crate::desk::{Cursor, Desk, Phase};
use crate::store::database::{Anew, StoreError};
use crate::store::entry::Entry;
use crate::{now, picture, rescue, session};
use domain::change::BATCH_LIMIT;
use domain::wire::{Answer, Pulled, PushAnswer};
use domain::{Area, Refusal, pack};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::future::{Either, select};
use futures_util::{FutureExt as _, StreamExt as _};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;

/// While somebody looks, what others wrote is asked for this often, in milliseconds.
const LOOK_MS: u32 = 5_000;
/// After failures one waits longer and longer, up to this; nobody who looks at the screen is to
/// wait longer for the network's return to show.
const LONGEST_WAIT_MS: u32 = 15_000;
const SHORTEST_WAIT_MS: u32 = 2_000;

/// Why a round of sync ended early.
enum Halt {
    Api(ApiError),
    Store,
}

impl From<ApiError> for Halt {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<StoreError> for Halt {
    fn from(_: StoreError) -> Self {
        Self::Store
    }
}

/// Starts the sync; it goes on as long as the page is open.
pub fn start(desk: Desk) {
    let (nudge, nudged) = unbounded();
    desk.set_nudge(nudge);
    for event in ["online", "focus"] {
        let wake = window_event_listener_untyped(event, move |_| desk.nudge());
        // The page's whole life long.
        std::mem::forget(wake);
    }
    spawn_local(run(desk, nudged));
}

async fn run(desk: Desk, mut nudged: UnboundedReceiver<()>) {
    let mut wait = LOOK_MS;
    loop {
        let waits = desk.peek(|shelf| shelf.outbox().any(|entry| entry.refused.is_none()))
            || !picture::sendable(desk).is_empty();
        if desk.enrolled.with_untracked(Option::is_some) && (waits || looked_at()) {
            wait = match round(desk).await {
                Ok(()) => {
                    desk.phase.set(Phase::Idle);
                    LOOK_MS
                }
                Err(halt) => {
                    let before = if wait == LOOK_MS {
                        SHORTEST_WAIT_MS / 2
                    } else {
                        wait
                    };
                    desk.phase.set(told(halt));
                    (before * 2).min(LONGEST_WAIT_MS)
                }
            };
        }
        let pause = TimeoutFuture::new(wait);
        if let Either::Left(_) = select(nudged.next(), pause.fuse()).await {
            // Several nudges at once are one.
            while nudged.next().now_or_never().flatten().is_some() {}
        }
        let today = now::today();
        if desk.today.get_untracked() != today {
            desk.today.set(today);
        }
    }
}

/// A page in the background lets the battery rest.
fn looked_at() -> bool {
    let document = web_sys::window().and_then(|w| w.document());
    document.is_none_or(|d| d.visibility_state() != web_sys::VisibilityState::Hidden)
}

fn told(halt: Halt) -> Phase {
    match halt {
        Halt::Api(ApiError::Offline) => Phase::Offline,
        Halt::Api(error) => {
            if matches!(&error, ApiError::Refused { status: 401, .. }) {
                session::forget();
            }
            Phase::Refused(error.label())
        }
        Halt::Store => Phase::Refused("trouble.storage".to_owned()),
    }
}

/// One round: push all, pull all, then the pictures.
async fn round(desk: Desk) -> Result<(), Halt> {
    let token = session::token(desk).await?;
    rescue::prepare(desk).await?;
    rescue::recover(desk, &token).await?;
    let outbox = desk.store().outbox().await?;
    let new: Vec<Entry> = outbox
        .iter()
        .filter(|entry| desk.peek(|shelf| shelf.outbox().all(|held| held.key() != entry.key())))
        .cloned()
        .collect();
    if !new.is_empty() {
        desk.change(|shelf| new.into_iter().for_each(|entry| shelf.put(entry)));
    }
    push(desk, &token, outbox).await?;
    let Some(profile) = desk.profile_now() else {
        return Ok(());
    };
    let mut went = false;
    for ledger in profile.ledgers {
        went |= pull(desk, &token, ledger).await?;
    }
    if went {
        picture::forget(desk).await;
    }
    desk.last_contact.set(Some(now::now_ms()));
    Ok(picture::send(desk, &token).await?)
}

async fn push(desk: Desk, token: &str, outbox: Vec<Entry>) -> Result<(), Halt> {
    let mut ledgers: BTreeMap<Area, Vec<Entry>> = BTreeMap::new();
    for entry in outbox.into_iter().filter(|entry| entry.refused.is_none()) {
        ledgers.entry(entry.ledger).or_default().push(entry);
    }
    for (ledger, entries) in ledgers {
        for batch in entries.chunks(BATCH_LIMIT) {
            desk.phase.set(Phase::Busy);
            push_batch(desk, token, ledger, batch).await?;
        }
    }
    Ok(())
}

async fn push_batch(desk: Desk, token: &str, ledger: Area, batch: &[Entry]) -> Result<(), Halt> {
    let changes: Vec<_> = batch.iter().map(|entry| &entry.change).collect();
    let body = serde_json::json!({ "changes": changes });
    let path = format!("/api/sync/{ledger}");
    let answer: PushAnswer = api::post(&path, Some(token), &body).await?;
    now::correct(answer.now);
    let (mut accepted, mut refused, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for (entry, answer) in batch.iter().zip(answer.answers) {
        match answer {
            Answer::Accepted(_) => accepted.push(entry.clone()),
            // A wrong clock is this device's own affair: the change gets a right stamp.
            Answer::Refused(why)
                if matches!(why.refusal, Refusal::StampAhead | Refusal::StampReused) =>
            {
                again.push(entry.clone());
            }
            Answer::Refused(why) => {
                refused.push(Entry {
                    refused: Some(why),
                    ..entry.clone()
                });
            }
        }
    }
    desk.store().answered(ledger, &accepted, &refused).await?;
    desk.change(|shelf| {
        accepted.iter().for_each(|entry| shelf.accept(&entry.key()));
        refused.into_iter().for_each(|entry| shelf.put(entry));
    });
    restamp(desk, again).await?;
    Ok(())
}

/// Writes changes anew under stamps of the corrected clock.
async fn restamp(desk: Desk, entries: Vec<Entry>) -> Result<(), Halt> {
    if entries.is_empty() {
        return Ok(());
    }
    let old: Vec<String> = entries.iter().map(Entry::key).collect();
    desk.reset_clock();
    let fresh = restamped(desk, entries);
    desk.store().replace(&old, &fresh).await?;
    desk.change(|shelf| {
        old.iter().for_each(|key| shelf.discard(key));
        fresh.into_iter().for_each(|entry| shelf.put(entry));
    });
    desk.nudge();
    Ok(())
}

/// The same changes under new stamps of this device, in the same order. What they saw of each
/// other keeps pointing at each other.
pub fn restamped(desk: Desk, entries: Vec<Entry>) -> Vec<Entry> {
    let mut renamed = BTreeMap::new();
    let mut fresh = Vec::new();
    for mut entry in entries {
        let stamp = desk.tick();
        renamed.insert(entry.change.stamp, stamp);
        entry.change.stamp = stamp;
        for seen in entry.change.seen.values_mut() {
            if let Some(new) = renamed.get(seen) {
                *seen = *new;
            }
        }
        fresh.push(entry);
    }
    fresh
}

/// Pulls a ledger to its end; true if records went that this person may not see any more.
async fn pull(desk: Desk, token: &str, ledger: Area) -> Result<bool, Halt> {
    let mut went = false;
    loop {
        let cursor = desk
            .cursors
            .with_value(|c| c.get(&ledger).cloned())
            .unwrap_or_default();
        let first = desk.last_contact.with_untracked(Option::is_none) && cursor.after == 0;
        if first {
            desk.phase
                .set(Phase::First(desk.peek(crate::store::shelf::Shelf::len)));
        }
        let path = format!(
            "/api/sync/{ledger}?after={}&view={}",
            cursor.after, cursor.view
        );
        let body = api::get_bytes(&path, Some(token)).await?;
        let page = Pulled::decode(&body).map_err(|_| ApiError::Offline)?;
        let nothing = page.records.is_empty() && page.head.gone.is_empty() && !page.head.reset;
        if nothing && page.head.cursor == cursor.after {
            return Ok(went);
        }
        let more = page.head.more;
        went |= page.head.reset || !page.head.gone.is_empty();
        take(desk, ledger, page).await?;
        if !more {
            return Ok(went);
        }
    }
}

/// Keeps a page: first on disk with its cursor, then in memory.
async fn take(desk: Desk, ledger: Area, page: Pulled) -> Result<(), Halt> {
    let head = page.head;
    let cursor = Cursor {
        after: head.cursor,
        view: head.view,
    };
    let mut cursors = desk.cursors.get_value();
    cursors.insert(ledger, cursor);
    let text = serde_json::to_string(&cursors).unwrap_or_default();
    let packed = pack::join(page.records.iter().map(Vec::as_slice));
    let anew = if head.reset { Anew::Whole } else { Anew::Adds };
    let name = format!("{:012}", head.cursor);
    desk.store()
        .pulled(ledger, &packed, &name, &text, anew)
        .await?;
    desk.cursors.set_value(cursors);
    desk.change(|shelf| {
        if head.reset {
            shelf.reset(ledger);
        }
        shelf.confirm(page.records.iter().map(Vec::as_slice));
    });
    if !head.gone.is_empty() {
        desk.forget(&head.gone).await?;
    }
    Ok(())
}
