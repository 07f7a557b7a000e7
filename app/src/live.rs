//! While somebody looks: a socket for each ledger, on which the server says that there is more.
//! What there is comes by pulling, as ever; a socket that fails only makes the look more frequent.

use crate::desk::Desk;
use crate::{now, session, sync, tabs};
use domain::Area;
use futures_util::future::{Either, select};
use futures_util::{SinkExt as _, StreamExt as _};
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// With more ledgers than this (a city's, a province's) one looks by oneself.
const LEDGERS_AT_MOST: usize = 3;
/// A line that has been quiet for so long is asked whether it is still there.
const QUIET_MS: u32 = 25_000;
/// It has so long to answer.
const ANSWER_MS: u32 = 10_000;
/// The waits before trying again, growing.
const SHORTEST_WAIT_MS: u32 = 2_000;
const LONGEST_WAIT_MS: u32 = 60_000;

/// What the server speaks.
const PROTOCOL: &str = "chunnuan";

thread_local! {
    /// The ledgers for which a line is kept, open or between two tries.
    static KEPT: RefCell<BTreeSet<Area>> = const { RefCell::new(BTreeSet::new()) };
    /// The ledgers whose line is open.
    static OPEN: RefCell<BTreeSet<Area>> = const { RefCell::new(BTreeSet::new()) };
}

/// The ledger's last change has this number, and the campaign's settings were changed then.
#[derive(Deserialize)]
struct Hint {
    seq: u64,
    #[serde(default)]
    settings: Option<i64>,
}

/// True while every ledger says by itself that there is more.
pub fn listens(desk: Desk) -> bool {
    let ledgers = ledgers(desk);
    !ledgers.is_empty() && OPEN.with_borrow(|open| ledgers.iter().all(|l| open.contains(l)))
}

/// Opens the lines that are missing; to be called after the server has answered.
pub fn keep(desk: Desk) {
    for ledger in ledgers(desk) {
        if KEPT.with_borrow_mut(|kept| kept.insert(ledger)) {
            spawn_local(keep_one(desk, ledger));
        }
    }
}

fn ledgers(desk: Desk) -> Vec<Area> {
    let profile = desk.profile_now();
    let ledgers = profile.map(|profile| profile.ledgers).unwrap_or_default();
    if ledgers.len() <= LEDGERS_AT_MOST {
        ledgers
    } else {
        Vec::new()
    }
}

/// True while a line for this ledger is of use.
fn wanted(desk: Desk, ledger: Area) -> bool {
    tabs::leads() && sync::looked_at() && ledgers(desk).contains(&ledger)
}

async fn keep_one(desk: Desk, ledger: Area) {
    let mut wait = SHORTEST_WAIT_MS;
    while wanted(desk, ledger) {
        let held = listen(desk, ledger).await;
        if OPEN.with_borrow_mut(|open| open.remove(&ledger)) {
            // What came while the line broke is asked for; and from here on one looks often.
            desk.nudge();
        }
        if !wanted(desk, ledger) {
            break;
        }
        wait = match held {
            Held::Long => SHORTEST_WAIT_MS,
            Held::Never => (wait * 2).min(LONGEST_WAIT_MS),
        };
        TimeoutFuture::new(wait).await;
    }
    KEPT.with_borrow_mut(|kept| kept.remove(&ledger));
}

/// How long a line held.
enum Held {
    Never,
    Long,
}

/// Listens until the line breaks, nobody looks any more, or the token has expired.
async fn listen(desk: Desk, ledger: Area) -> Held {
    let Some((mut socket, until)) = open(desk, ledger).await else {
        return Held::Never;
    };
    let (mut held, mut asked) = (Held::Never, false);
    while wanted(desk, ledger) && now::now_ms() < until {
        let pause = TimeoutFuture::new(if asked { ANSWER_MS } else { QUIET_MS });
        match select(socket.next(), pause).await {
            Either::Left((Some(Ok(Message::Text(said))), _)) => {
                (held, asked) = (Held::Long, false);
                OPEN.with_borrow_mut(|open| open.insert(ledger));
                heard(desk, ledger, &said);
            }
            Either::Left(_) => break,
            Either::Right(_) if asked => break,
            Either::Right(_) => {
                if socket.send(Message::Text("ping".to_owned())).await.is_err() {
                    break;
                }
                asked = true;
            }
        }
    }
    held
}

/// The line, and until when its token is good.
async fn open(desk: Desk, ledger: Area) -> Option<(WebSocket, i64)> {
    let token = session::token(desk).await.ok()?;
    let until = session::expires()?;
    let origin = web_sys::window()?.location().origin().ok()?;
    // http becomes ws, https wss.
    let url = format!("{}/api/live/{ledger}", origin.replacen("http", "ws", 1));
    let socket = WebSocket::open_with_protocols(&url, &[PROTOCOL, &token]).ok()?;
    Some((socket, until))
}

fn heard(desk: Desk, ledger: Area, said: &str) {
    let Ok(hint) = serde_json::from_str::<Hint>(said) else {
        return;
    };
    session::changed(desk, hint.settings);
    let pulled = desk.cursors.with_value(|cursors| {
        let cursor = cursors.get(&ledger);
        cursor.map_or(0, |cursor| cursor.after)
    });
    if hint.seq > pulled {
        desk.nudge();
    }
}
