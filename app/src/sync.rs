//! Sync: pushes the outbox, pulls what is new, and says truly how things stand.

use crate::api::{self, ApiError};
use crate::desk::{Desk, Phase};
use crate::store::database::{Store, StoreError};
use crate::store::entry::Entry;
use crate::store::shelf::Shelf;
use crate::store::steps::{self, Cursors, Tab};
use crate::{now, picture, rescue, session};
use domain::wire::{Pulled, PushAnswer};
use domain::{Area, Device, Stamp};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::future::{Either, select};
use futures_util::{FutureExt as _, StreamExt as _};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

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
    if let Some(profile) = desk.profile_now() {
        // A full disk must not keep anybody from sending.
        let _ = steps::regrant(&desk, &profile.grants, &profile.ledgers).await;
    }
    rescue::recover(desk, &token).await?;
    for (ledger, batch) in steps::batches(steps::gather(&desk).await?) {
        desk.phase.set(Phase::Busy);
        push(desk, &token, ledger, &batch).await?;
    }
    let Some(profile) = desk.profile_now() else {
        return Ok(());
    };
    let mut went = steps::leave(&desk, &profile.ledgers).await?;
    for ledger in profile.ledgers {
        went |= pull(desk, &token, ledger).await?;
    }
    if went {
        picture::forget(desk).await;
    }
    desk.last_contact.set(Some(now::now_ms()));
    Ok(picture::send(desk, &token).await?)
}

async fn push(desk: Desk, token: &str, ledger: Area, batch: &[Entry]) -> Result<(), Halt> {
    let body = steps::message(&desk, ledger, batch);
    let path = format!("/api/sync/{ledger}");
    let answer: PushAnswer = api::post(&path, Some(token), &body).await?;
    now::correct(answer.now);
    let again = steps::answered(&desk, ledger, batch, answer).await?;
    if again {
        desk.nudge();
    }
    Ok(())
}

/// Pulls a ledger to its end; true if records went that this person may not see any more.
async fn pull(desk: Desk, token: &str, ledger: Area) -> Result<bool, Halt> {
    let mut went = false;
    loop {
        let ask = steps::ask(&desk, ledger);
        if desk.last_contact.with_untracked(Option::is_none) && ask.after == 0 {
            desk.phase.set(Phase::First(desk.peek(Shelf::len)));
        }
        let mut path = format!("/api/sync/{ledger}?after={}&view={}", ask.after, ask.view);
        if ask.repaired > 0 {
            path += &format!("&repaired={}", ask.repaired);
        }
        if !ask.chain.is_empty() {
            path += &format!("&seen={}&chain={}", ask.seen, ask.chain);
        }
        let body = api::get_bytes(&path, Some(token)).await?;
        let page = Pulled::decode(&body).map_err(|_| ApiError::Offline)?;
        let taken = steps::take(&desk, ledger, &ask, page).await?;
        went |= taken.went;
        if taken.again {
            desk.nudge();
        }
        if !taken.more {
            return Ok(went);
        }
    }
}

impl Tab for Desk {
    type Disk = Store;

    fn disk(&self) -> Rc<Store> {
        self.store()
    }

    fn peek<T>(&self, with: impl FnOnce(&Shelf) -> T) -> T {
        Desk::peek(self, with)
    }

    fn change<T>(&self, with: impl FnOnce(&mut Shelf) -> T) -> T {
        Desk::change(self, with)
    }

    fn device(&self) -> Device {
        let device = self
            .enrolled
            .with_untracked(|e| e.as_ref().map(|e| e.device));
        device.unwrap_or_default()
    }

    fn cursors(&self) -> Cursors {
        self.cursors.get_value()
    }

    fn set_cursors(&self, cursors: Cursors) {
        self.cursors.set_value(cursors);
    }

    fn tick(&self) -> Stamp {
        Desk::tick(self)
    }

    fn reset_clock(&self) {
        Desk::reset_clock(self);
    }
}
