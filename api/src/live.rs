//! `GET /api/live/{ledger}`: a WebSocket that says “there is more”, and never what. While nothing
//! happens the ledger object sleeps; all that it knows of a socket is attached to the socket.

use crate::bar::Bar;
use crate::error::{Answered, ApiError};
use crate::ledger::Store;
use crate::objects;
use crate::steps::Chain as _;
use crate::sync::{Asked, ledger_of};
use crate::token::{self, Claims, now_ms};
use domain::{Device, Id};
use serde::{Deserialize, Serialize};
use worker::{
    Env, Request, Response, State, WebSocket, WebSocketPair, WebSocketRequestResponsePair,
};

/// What the server speaks; browsers send it, then their token, as subprotocols.
const PROTOCOL: &str = "chunnuan";

/// One device listens on at most so many sockets at once: pages that were cut off leave theirs.
const OF_ONE_DEVICE: usize = 4;

/// Close codes, for whoever reads a browser's log.
const EXPIRED: u16 = 4_001;
const STOPPED: u16 = 4_002;
const REPLACED: u16 = 4_003;
const SPOKE: u16 = 4_004;

/// Who listens on a socket, and until when.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Listener {
    device: Device,
    person: Id,
    issued: i64,
    expires: i64,
}

pub async fn get(request: &Request, env: &Env, ledger: &str) -> Answered {
    let claims = token::spoken(request, env, PROTOCOL).await?;
    let ledger = ledger_of(ledger)?;
    let upgrade = request.headers().get("upgrade")?.unwrap_or_default();
    if !upgrade.eq_ignore_ascii_case("websocket") {
        return Err(ApiError::NoUpgrade);
    }
    // When something happens in a county is its own affair, too.
    if !claims.grants.ledgers().contains(&ledger) {
        return Err(ApiError::NotAllowed);
    }
    let asked = Asked {
        claims,
        ledger,
        ask: (),
    };
    objects::ledger(env, ledger)?.upgrade("/live", &asked).await
}

/// Accepts a socket and says where the ledger stands: what came before that, its phone pulls.
pub fn at_ledger(state: &State, store: &Store, asked: &Asked<()>) -> Answered {
    let claims = &asked.claims;
    make_room(state, claims);
    let pair = WebSocketPair::new()?;
    let socket = &pair.server;
    // Answered by the runtime: a phone that asks whether the line is good wakes nobody.
    let answer = WebSocketRequestResponsePair::new("ping", "pong").map_err(worker::Error::from)?;
    state.set_websocket_auto_response(&answer);
    state.accept_websocket_with_tags(socket, &[&claims.device.to_string()]);
    let listener = Listener {
        device: claims.device,
        person: claims.person,
        issued: claims.issued,
        expires: claims.expires,
    };
    socket.serialize_attachment(serde_json::to_string(&listener)?)?;
    hint(socket, store.last()?);
    let mut response = Response::from_websocket(pair.client)?;
    let headers = response.headers_mut();
    headers.set("sec-websocket-protocol", PROTOCOL)?;
    Ok(response)
}

fn make_room(state: &State, claims: &Claims) {
    let own = state.get_websockets_with_tag(&claims.device.to_string());
    let mut own: Vec<(i64, WebSocket)> = own
        .into_iter()
        .map(|socket| {
            (
                listener(&socket).map_or(0, |listener| listener.issued),
                socket,
            )
        })
        .collect();
    own.sort_by_key(|(issued, _)| *issued);
    let over = (own.len() + 1).saturating_sub(OF_ONE_DEVICE);
    for (_, socket) in own.iter().take(over) {
        close(socket, REPLACED, "replaced");
    }
}

/// Tells everybody but the device that has just sent something, and has its answer.
pub fn tell(state: &State, seq: u64, sender: Device) {
    let now = now_ms();
    for socket in state.get_websockets() {
        match listener(&socket) {
            Some(listener) if listener.expires <= now => close(&socket, EXPIRED, "expired"),
            Some(listener) if listener.device != sender => hint(&socket, seq),
            Some(_) => {}
            None => close(&socket, EXPIRED, "unknown"),
        }
    }
}

/// Tells everybody that the campaign's settings were changed, and when.
pub fn tell_settings(state: &State, seq: u64, changed: i64) {
    for socket in state.get_websockets() {
        let _ = socket.send_with_str(format!(r#"{{"seq":{seq},"settings":{changed}}}"#));
    }
}

/// Ends the sockets of whoever was stopped.
pub fn stop(state: &State, bar: &Bar) {
    for socket in state.get_websockets() {
        let stopped = |l: Listener| bar.stops(l.device, l.person, l.issued);
        if listener(&socket).is_none_or(stopped) {
            close(&socket, STOPPED, "stopped");
        }
    }
}

/// Nobody has anything to say here, and must not keep the object awake by talking.
pub fn heard(socket: &WebSocket) {
    close(socket, SPOKE, "this socket only listens");
}

/// The other side has gone.
pub fn closed(socket: &WebSocket) {
    close(socket, 1_000, "");
}

fn listener(socket: &WebSocket) -> Option<Listener> {
    let text: Option<String> = socket.deserialize_attachment().ok()?;
    serde_json::from_str(&text?).ok()
}

/// A socket that is gone already is nobody's trouble: its phone looks by itself.
fn hint(socket: &WebSocket, seq: u64) {
    let _ = socket.send_with_str(format!(r#"{{"seq":{seq}}}"#));
}

fn close(socket: &WebSocket, code: u16, why: &str) {
    let _ = socket.close(Some(code), Some(why));
}
