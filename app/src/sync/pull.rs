//! Pulls what is new: several ledgers are asked at once, and the next pages while one is kept.

use super::{Halt, cursor};
use crate::api::{self, ApiError};
use crate::desk::{Desk, Phase};
use crate::{session, tabs};
use domain::Area;
use domain::wire::Pulled;
use futures_channel::mpsc::{Receiver, channel};
use futures_util::{SinkExt as _, StreamExt as _};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;
use store::shelf::Shelf;
use store::steps::{self, Ask};

/// So many ledgers are asked at once: over a slow line most of a round is waiting for answers that
/// there is nothing new.
const ASKED_AT_ONCE: usize = 4;

/// Pulls these ledgers, one after another; true if records went that this person may not see any
/// more. While one is pulled, the next ones' pages are on their way.
pub async fn all(desk: Desk, token: &str, ledgers: Vec<Area>) -> Result<bool, Halt> {
    let mut went = false;
    let mut ledgers = ledgers.into_iter();
    let mut asked = VecDeque::new();
    loop {
        let free = ASKED_AT_ONCE - asked.len();
        asked.extend(ledgers.by_ref().take(free).map(|ledger| {
            let pages = pages(token.to_owned(), ledger, steps::ask(&desk, ledger));
            (ledger, pages)
        }));
        let Some((ledger, pages)) = asked.pop_front() else {
            return Ok(went);
        };
        went |= pull(desk, token, ledger, pages).await?;
    }
}

/// A page's bytes, and how it was asked for.
type Asked = Result<(Ask, Vec<u8>), ApiError>;

/// A ledger's pages from here to its end, whatever else is being waited for: the next one is asked for
/// as soon as one has come, until two wait to be kept.
fn pages(token: String, ledger: Area, ask: Ask) -> Receiver<Asked> {
    let (mut came, pages) = channel(1);
    spawn_local(async move {
        let mut next = Some(ask);
        while let Some(ask) = next {
            let body = page(&token, ledger, &ask).await;
            let head = body.as_ref().ok().and_then(|body| Pulled::head(body).ok());
            next = head.and_then(|head| ask.next(&head));
            if came.send(body.map(|body| (ask, body))).await.is_err() {
                return;
            }
        }
    });
    pages
}

/// Pulls a ledger to its end; true if records went that this person may not see any more.
async fn pull(
    desk: Desk,
    token: &str,
    ledger: Area,
    mut coming: Receiver<Asked>,
) -> Result<bool, Halt> {
    let mut went = false;
    let mut pulling = None;
    loop {
        let ask = steps::ask(&desk, ledger);
        counts(desk, ledger);
        let came = coming.next().await.transpose()?;
        let Some((_, body)) = came.filter(|(asked, _)| *asked == ask) else {
            // Something came between, or there was to be no more.
            coming = pages(token.to_owned(), ledger, ask);
            continue;
        };
        let read = Pulled::decode(&body).and_then(|page| Ok((page, Pulled::kept(&body)?)));
        let (pulled, kept) = read.map_err(|_| ApiError::Offline)?;
        session::changed(desk, pulled.head.settings);
        let before = cursor(desk, ledger);
        if pulled.head.more && pulling.is_none() {
            pulling = Some(desk.pulling());
        }
        let taken = steps::take(&desk, ledger, &ask, pulled, &kept).await?;
        tabs::pulled(ledger, before, cursor(desk, ledger), body);
        went |= taken.went;
        if taken.again {
            desk.nudge();
        }
        if !taken.more {
            return Ok(went);
        }
    }
}

/// Says how many records are there, while the first of all pulls goes on.
fn counts(desk: Desk, ledger: Area) {
    if desk.last_contact.with_untracked(Option::is_none) && cursor(desk, ledger).after == 0 {
        desk.phase.set(Phase::First(desk.peek(Shelf::len)));
    }
}

/// A page as the server sends it.
async fn page(token: &str, ledger: Area, ask: &Ask) -> Result<Vec<u8>, ApiError> {
    let (after, view) = (ask.after, &ask.view);
    let mut path = format!("/api/sync/{ledger}?after={after}&view={view}&form=columns-2");
    if ask.repaired > 0 {
        path += &format!("&repaired={}", ask.repaired);
    }
    if !ask.chain.is_empty() {
        path += &format!("&seen={}&chain={}", ask.seen, ask.chain);
    }
    api::get_bytes(&path, Some(token)).await
}
