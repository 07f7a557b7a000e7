//! Sync: pushes the outbox, pulls what is new, and says truly how things stand.

mod pull;

use crate::api::{self, ApiError};
use crate::desk::{Desk, Phase};
use crate::tabs::{self, Turn};
use crate::{deeds, letter, live, now, picture, rescue, session, to_server};
use domain::wire::{Answer, PushAnswer};
use domain::{Area, Device, Grants, Stamp};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::future::{Either, join3, select};
use futures_util::{FutureExt as _, StreamExt as _};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::pin;
use std::rc::Rc;
use store::database::{Store, StoreError};
use store::entry::Entry;
use store::shelf::Shelf;
use store::steps::{self, Cursor, Cursors, Expected, Tab};

/// While somebody looks, what others wrote is asked for this often, in milliseconds.
const LOOK_MS: u32 = 5_000;
/// While the server says by itself that there is more, one looks only in case it forgot.
const LISTENING_MS: u32 = 60_000;
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
    tabs::start(desk);
    for event in ["online", "focus", "visibilitychange"] {
        let wake = window_event_listener_untyped(event, move |_| desk.nudge());
        // The page's whole life long.
        std::mem::forget(wake);
    }
    spawn_local(run(desk, nudged));
}

/// Follows what another page syncs, or syncs; one after the other, as long as the page is open.
async fn run(desk: Desk, mut nudged: UnboundedReceiver<()>) {
    loop {
        let turn = follow(desk, &mut nudged).await;
        lead(desk, &mut nudged).await;
        drop(turn);
    }
}

/// Waits for this page's turn to sync, and lets whoever syncs know that somebody looks.
async fn follow(desk: Desk, nudged: &mut UnboundedReceiver<()>) -> Turn {
    while desk.enrolled.with_untracked(Option::is_none) {
        pause(desk, nudged, LOOK_MS).await;
    }
    // Asked for first: whoever syncs hands on all that is on disk after it.
    let mut turn = pin!(tabs::turn());
    // Should the disk not answer, the next word of the other page is compared with what is here.
    let _ = tabs::catch_up(desk).await;
    tabs::looks();
    loop {
        let waits = pin!(pause(desk, nudged, LOOK_MS));
        match select(turn.as_mut(), waits).await {
            Either::Left((turn, _)) => {
                let _ = tabs::catch_up(desk).await;
                return turn;
            }
            Either::Right((Woken::Nudged, _)) => tabs::nudge(),
            Either::Right((Woken::Late, _)) if looked_at() => tabs::looks(),
            Either::Right(_) => {}
        }
    }
}

/// Syncs, until another page had better do it.
async fn lead(desk: Desk, nudged: &mut UnboundedReceiver<()>) {
    let mut failed = None;
    while !tabs::gives_way() {
        let waits = desk.peek(|shelf| shelf.outbox().any(|entry| entry.refused.is_none()))
            || !picture::sendable(desk).is_empty();
        if desk.enrolled.with_untracked(Option::is_some) && (waits || looked_at()) {
            failed = match round(desk).await {
                Ok(()) => {
                    desk.phase.set(Phase::Idle);
                    live::keep(desk);
                    letter::withdraw(desk).await;
                    None
                }
                Err(halt) => {
                    desk.phase.set(told(halt));
                    letter::leave(desk).await;
                    let next = failed.map_or(SHORTEST_WAIT_MS, |wait| wait * 2);
                    Some(next.min(LONGEST_WAIT_MS))
                }
            };
        }
        let look = if live::listens(desk) {
            LISTENING_MS
        } else {
            LOOK_MS
        };
        tabs::stands(desk);
        pause(desk, nudged, failed.unwrap_or(look)).await;
    }
}

/// What ended a pause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Woken {
    Nudged,
    Late,
}

async fn pause(desk: Desk, nudged: &mut UnboundedReceiver<()>, ms: u32) -> Woken {
    let woken = match select(nudged.next(), TimeoutFuture::new(ms).fuse()).await {
        Either::Left(_) => Woken::Nudged,
        Either::Right(_) => Woken::Late,
    };
    // Several nudges at once are one.
    while nudged.next().now_or_never().flatten().is_some() {}
    let today = now::today();
    if desk.today.get_untracked() != today {
        desk.today.set(today);
    }
    woken
}

/// A page in the background lets the battery rest.
pub fn looked_at() -> bool {
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
    to_server::server_key(&desk.store()).await?;
    if let Some(profile) = desk.profile_now() {
        // A full disk must not keep anybody from sending.
        let _ = steps::regrant(&desk, &profile.grants, &profile.ledgers).await;
    }
    rescue::recover(desk, &token).await?;
    rescue::inherit(desk, &token).await?;
    push(desk, &token, steps::to_send(&desk).await?).await?;
    let Some(profile) = desk.profile_now() else {
        return Ok(());
    };
    let mut went = steps::leave(&desk, &profile.ledgers).await?;
    went |= pull::all(desk, &token, profile.ledgers).await?;
    if went {
        tabs::changed();
        picture::forget(desk).await;
    }
    desk.last_contact.set(Some(now::now_ms()));
    deeds::send(desk, &token).await?;
    Ok(picture::send(desk, &token).await?)
}

/// A batch that is ready to be sent.
struct Ready {
    ledger: Area,
    batch: Vec<Entry>,
    changes: Vec<u8>,
}

impl Ready {
    fn of((ledger, batch): (Area, Vec<Entry>)) -> Self {
        Self {
            ledger,
            changes: steps::changes(&batch),
            batch,
        }
    }
}

/// A batch with what the server answered to it.
struct Told {
    ledger: Area,
    batch: Vec<Entry>,
    expected: Rc<Expected>,
    answer: PushAnswer,
}

/// Pushes batch by batch. While one is on its way, the answer to the one before is kept, its own is
/// looked forward to, and the next is made ready; no more, so that the answer is heard when it comes.
async fn push(desk: Desk, token: &str, batches: Vec<(Area, Vec<Entry>)>) -> Result<(), Halt> {
    let mut batches = batches.into_iter().map(Ready::of);
    let mut next = batches.next();
    let mut told: Option<Told> = None;
    while let Some(ready) = next.take() {
        desk.phase.set(Phase::Busy);
        let sent = send(desk, token, ready.ledger, &ready.changes);
        let before = told.as_ref().map(|told| told.expected.clone());
        let take = async {
            match told.take() {
                Some(told) => take(desk, told).await,
                None => Ok(()),
            }
        };
        let prepare = async {
            let expected = steps::expect(&desk, ready.ledger, &ready.batch, before.as_deref());
            (Rc::new(expected), batches.next())
        };
        let (answer, taken, (expected, after)) = join3(sent, take, prepare).await;
        taken?;
        next = after;
        told = Some(Told {
            ledger: ready.ledger,
            batch: ready.batch,
            expected,
            answer: answer?,
        });
    }
    if let Some(told) = told {
        take(desk, told).await?;
        // That all has gone up is shown before more is asked for.
        leptos::task::tick().await;
    }
    Ok(())
}

/// Sends packed changes to a ledger; they are copied at once.
pub fn send<'a>(
    desk: Desk,
    token: &'a str,
    ledger: Area,
    changes: &[u8],
) -> impl Future<Output = Result<PushAnswer, ApiError>> + use<'a> {
    let body = steps::message(&desk, ledger, changes);
    async move {
        let path = format!("/api/sync/{ledger}");
        api::post_bytes(&path, Some(token), api::BYTES, &body).await
    }
}

/// Takes in what the server answered to a batch, and tells the other pages.
async fn take(desk: Desk, told: Told) -> Result<(), StoreError> {
    let Told {
        ledger,
        batch,
        expected,
        answer,
    } = told;
    now::correct(answer.now);
    let accepted = batch.iter().zip(&answer.answers);
    let accepted = accepted.filter(|(_, answer)| matches!(answer, Answer::Accepted(_)));
    let keys: Vec<Stamp> = accepted.map(|(entry, _)| entry.key()).collect();
    let before = cursor(desk, ledger);
    let answered = steps::answered(&desk, ledger, &batch, &expected, answer).await?;
    if answered.again {
        desk.nudge();
    }
    let after = cursor(desk, ledger);
    tabs::answered(ledger, keys, answered.page, before, after);
    Ok(())
}

fn cursor(desk: Desk, ledger: Area) -> Cursor {
    let cursors = desk.cursors.get_value();
    cursors.get(&ledger).cloned().unwrap_or_default()
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

    fn grants(&self) -> Grants {
        self.profile_now()
            .map(|profile| profile.grants)
            .unwrap_or_default()
    }

    fn cursors(&self) -> Cursors {
        self.cursors.get_value()
    }

    fn set_cursors(&self, cursors: Cursors) {
        self.cursors.set_value(cursors);
    }

    fn now(&self) -> i64 {
        now::now_ms()
    }

    fn tick(&self) -> Stamp {
        Desk::tick(self)
    }

    fn reset_clock(&self) {
        Desk::reset_clock(self);
    }
}
