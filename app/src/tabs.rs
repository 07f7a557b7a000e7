//! Several pages of the app in one browser: one of them syncs, the others follow what it says. A
//! browser without locks or channels lets each sync for itself, which is only more work.

use crate::desk::{Desk, Phase};
use crate::{now, sync};
use domain::wire::Pulled;
use domain::{Area, Stamp, pack};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_channel::oneshot;
use futures_util::StreamExt as _;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use store::database::{Store, StoreError};
use store::disk::Disk as _;
use store::shelf::Shelf;
use store::steps::{self, Cursor, Cursors};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "chunnuan";
const LOCK: &str = "chunnuan-sync";

/// What pages say to each other. It stays within this browser and this origin.
#[derive(Debug, Serialize, Deserialize)]
enum Word {
    /// The outbox on disk is another.
    Saved,
    /// The server has accepted these changes of the outbox, which come along packed, each as what it
    /// does to its record.
    Accepted {
        ledger: Area,
        keys: Vec<Stamp>,
        before: Cursor,
        after: Cursor,
    },
    /// A page was pulled and is on disk; its bytes come along.
    Page {
        ledger: Area,
        before: Cursor,
        after: Cursor,
    },
    /// More than that is different on disk.
    Anew,
    /// Who works here, or what they may, is another.
    Profile,
    /// How the sync stands, and when the server last answered.
    Stands(Phase, Option<i64>),
    /// Somebody looks at a page that does not sync.
    Looks,
    /// Somebody there wants the sync to look now.
    Nudge,
    /// The device was emptied.
    Gone,
}

thread_local! {
    static TO_OTHERS: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
    /// True while this page syncs.
    static LEADS: Cell<bool> = const { Cell::new(false) };
    /// True if this page syncs by a lock that another could take over, and is asked to give it up.
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Listens to the other pages; goes on as long as this one is open.
pub fn start(desk: Desk) {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
        return;
    };
    let (heard, words) = unbounded();
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let _ = heard.unbounded_send(event.data());
    });
    channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    TO_OTHERS.set(Some(channel));
    spawn_local(listen(desk, words));
}

/// True while this page syncs.
pub fn leads() -> bool {
    LEADS.get()
}

/// True if another page had better sync: this one is not looked at, and that one is.
pub fn gives_way() -> bool {
    ASKED.get() && !sync::looked_at()
}

/// Says that the outbox on disk is another than it was.
pub fn saved() {
    say(&Word::Saved, None);
}

/// Says what the server has accepted of the outbox, and how far this page is with it.
pub fn answered(ledger: Area, keys: Vec<Stamp>, page: Vec<u8>, before: Cursor, after: Cursor) {
    let word = Word::Accepted {
        ledger,
        keys,
        before,
        after,
    };
    hand_on(word, page);
}

/// Hands on a page that was pulled and is on disk.
pub fn pulled(ledger: Area, before: Cursor, after: Cursor, body: Vec<u8>) {
    if before != after {
        let word = Word::Page {
            ledger,
            before,
            after,
        };
        hand_on(word, body);
    }
}

/// Says what is on disk by now, if a page follows: copying it for nobody would cost a first pull more
/// than asking. Who follows has asked for the lock before it read the disk, so that it has read, or is
/// handed, whatever is kept. The sync goes on meanwhile.
fn hand_on(word: Word, bytes: Vec<u8>) {
    spawn_local(async move {
        if followed().await {
            say(&word, Some(&bytes));
        }
    });
}

/// Says that more has changed on disk than a page says.
pub fn changed() {
    say(&Word::Anew, None);
}

pub fn learned() {
    say(&Word::Profile, None);
}

pub fn looks() {
    say(&Word::Looks, None);
}

pub fn nudge() {
    say(&Word::Nudge, None);
}

pub fn emptied() {
    say(&Word::Gone, None);
}

/// Says how the sync stands, if it is this page that knows.
pub fn stands(desk: Desk) {
    let (phase, contact) = (
        desk.phase.get_untracked(),
        desk.last_contact.get_untracked(),
    );
    say(&Word::Stands(phase, contact), None);
}

fn say(word: &Word, bytes: Option<&[u8]>) {
    let Ok(text) = serde_json::to_string(word) else {
        return;
    };
    let message = Array::of1(&JsValue::from_str(&text));
    if let Some(bytes) = bytes {
        message.push(&Uint8Array::from(bytes));
    }
    TO_OTHERS.with_borrow(|channel| {
        if let Some(channel) = channel {
            // A page that cannot speak syncs all the same.
            let _ = channel.post_message(&message);
        }
    });
}

/// One word after another, so that a later one finds what an earlier one has done.
async fn listen(desk: Desk, mut words: UnboundedReceiver<JsValue>) {
    while let Some(message) = words.next().await {
        let message = Array::from(&message);
        let text = message.get(0).as_string().unwrap_or_default();
        // A page of another version may say what this one does not understand.
        let Ok(word) = serde_json::from_str(&text) else {
            continue;
        };
        let bytes = message.get(1).dyn_into::<Uint8Array>();
        let bytes = bytes.map(|bytes| bytes.to_vec()).unwrap_or_default();
        if let Err(error) = heard(desk, word, &bytes).await {
            // The disk does not answer now; taking over the sync, or the next word, reads it again.
            leptos::logging::warn!("another page's word was not taken in: {error}");
        }
    }
}

async fn heard(desk: Desk, word: Word, bytes: &[u8]) -> Result<(), StoreError> {
    match word {
        Word::Saved => {
            follow(desk).await?;
            if leads() {
                desk.nudge();
            }
        }
        Word::Accepted {
            ledger,
            keys,
            before,
            after,
        } => {
            accept(desk, &keys, bytes);
            if !leads() {
                pass(desk, ledger, &before, after);
            }
            follow(desk).await?;
        }
        Word::Nudge if leads() => desk.nudge(),
        Word::Looks if leads() => {
            ASKED.set(true);
            stands(desk);
            if gives_way() {
                desk.nudge();
            }
        }
        Word::Profile => learn(desk).await?,
        Word::Gone => crate::ui::reload(),
        Word::Page {
            ledger,
            before,
            after,
        } if !leads() => match take(desk, ledger, before, after, bytes) {
            Taken::In => {}
            Taken::Gap => read_anew(desk).await?,
        },
        Word::Anew if !leads() => read_anew(desk).await?,
        Word::Stands(phase, contact) if !leads() => {
            desk.phase.set(phase);
            desk.last_contact.set(contact);
        }
        _ => {}
    }
    Ok(())
}

/// Takes in what the server accepted of the outbox, whether this page had heard of it or not.
fn accept(desk: Desk, keys: &[Stamp], packed: &[u8]) {
    desk.change(|shelf| {
        for (key, delta) in keys.iter().zip(pack::split(packed).flatten()) {
            shelf.accept_known(*key, delta);
        }
    });
}

/// Goes on to where another page is, which had been where this one is.
fn pass(desk: Desk, ledger: Area, before: &Cursor, after: Cursor) {
    let mut cursors = desk.cursors.get_value();
    if cursors
        .get(&ledger)
        .is_some_and(|held| held.is_as_far_as(before))
    {
        cursors.insert(ledger, after);
        desk.cursors.set_value(cursors);
    }
}

/// Takes in what another page did to the outbox.
async fn follow(desk: Desk) -> Result<(), StoreError> {
    steps::gather(&desk).await?;
    // What is written here from now on is later than what was just read, unless that was written
    // by a wrong clock.
    let latest = desk.peek(|shelf| shelf.outbox().map(|e| e.change.stamp).max());
    desk.observe(latest.filter(|s: &Stamp| !s.is_ahead_of(now::now_ms())));
    let unsent = desk.store().unsent_pictures().await?;
    if desk.unsent.with_untracked(|held| *held != unsent) {
        desk.unsent.set(unsent);
    }
    Ok(())
}

/// What became of a page that another has pulled.
enum Taken {
    In,
    /// Something between was missed.
    Gap,
}

fn take(desk: Desk, ledger: Area, before: Cursor, after: Cursor, body: &[u8]) -> Taken {
    let mut cursors = desk.cursors.get_value();
    let held = cursors.remove(&ledger).unwrap_or_default();
    if !held.is_as_far_as(&after) {
        let page = Pulled::decode(body).ok();
        let Some(page) = page.filter(|_| held.is_as_far_as(&before)) else {
            return Taken::Gap;
        };
        steps::show(&desk, ledger, &page);
    }
    cursors.insert(ledger, after);
    desk.cursors.set_value(cursors);
    Taken::In
}

async fn learn(desk: Desk) -> Result<(), StoreError> {
    let told = desk.store().setting("enrolled").await?;
    let told = told.and_then(|text| serde_json::from_str(&text.as_string()?).ok());
    if told.is_some() && desk.enrolled.with_untracked(|held| *held != told) {
        desk.enrolled.set(told);
    }
    Ok(())
}

/// Takes in what other pages did before this one listened, or while it missed something.
///
/// # Errors
/// If the disk cannot be read.
pub async fn catch_up(desk: Desk) -> Result<(), StoreError> {
    let (kept, held) = (kept_cursors(&desk.store()).await?, desk.cursors.get_value());
    let as_far = |(ledger, cursor): (&Area, &Cursor)| {
        let held = held.get(ledger);
        held.is_some_and(|held| held.is_as_far_as(cursor))
    };
    if kept.len() == held.len() && kept.iter().all(as_far) {
        desk.cursors.set_value(kept);
    } else {
        read_anew(desk).await?;
    }
    follow(desk).await
}

/// How far the server was pulled, as it is on disk.
///
/// # Errors
/// If the disk cannot be read.
async fn kept_cursors(store: &Store) -> Result<Cursors, StoreError> {
    Ok(read_cursors(store.setting("cursors").await?))
}

/// The same, once it was read.
pub fn read_cursors(kept: Option<JsValue>) -> Cursors {
    let kept = kept.and_then(|text| serde_json::from_str(&text.as_string()?).ok());
    kept.unwrap_or_default()
}

/// Reads all that is confirmed once more. The cursors first: what is pulled meanwhile is then known
/// twice, and not missed.
async fn read_anew(desk: Desk) -> Result<(), StoreError> {
    let cursors = kept_cursors(&desk.store()).await?;
    let pages = desk.store().pages().await?;
    let mut fresh = Shelf::of(&pages);
    desk.change(|shelf| {
        shelf.outbox().for_each(|entry| fresh.put(entry.clone()));
        *shelf = fresh;
    });
    desk.cursors.set_value(cursors);
    steps::gather(&desk).await?;
    Ok(())
}

/// This page's turn to sync; it ends when this is dropped, or the page closes.
#[derive(Debug)]
pub struct Turn(Option<Function>);

impl Turn {
    fn begin(release: Option<Function>) -> Self {
        LEADS.set(true);
        ASKED.set(false);
        Self(release)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        LEADS.set(false);
        if let Some(release) = self.0.take() {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Asks at once for the turn, which comes when no other page syncs.
pub fn turn() -> impl Future<Output = Turn> {
    let speaks = TO_OTHERS.with_borrow(Option::is_some);
    let asked = request().filter(|_| speaks);
    async {
        match asked {
            Some(granted) => Turn::begin(granted.await.ok()),
            None => Turn::begin(None),
        }
    }
}

/// True if another page waits for the lock, or nobody knows.
async fn followed() -> bool {
    let Some((locks, query)) = of_locks("query") else {
        return true;
    };
    let told = match query.call0(&locks) {
        Ok(told) => JsFuture::from(Promise::from(told)).await,
        Err(_) => return true,
    };
    let pending = told.and_then(|told| Reflect::get(&told, &"pending".into()));
    let name = |lock: JsValue| Reflect::get(&lock, &"name".into()).ok()?.as_string();
    pending.map_or(true, |pending| {
        Array::from(&pending)
            .iter()
            .any(|lock| name(lock).as_deref() == Some(LOCK))
    })
}

/// The browser's locks, if it has some, and what they do by this name.
fn of_locks(name: &str) -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let function = Reflect::get(&locks, &name.into()).ok()?;
    Some((locks, function.dyn_into().ok()?))
}

/// Asks the browser for the lock, if it has locks; what it gives, gives it back.
fn request() -> Option<oneshot::Receiver<Function>> {
    let (locks, request) = of_locks("request")?;
    let (granted, waiting) = oneshot::channel();
    let mut granted = Some(granted);
    let hold = Closure::once_into_js(move |_lock: JsValue| {
        // The lock is held until this promise is kept.
        Promise::new(&mut |release, _| {
            if let Some(granted) = granted.take() {
                let _ = granted.send(release);
            }
        })
    });
    request.call2(&locks, &LOCK.into(), &hold).ok()?;
    Some(waiting)
}
