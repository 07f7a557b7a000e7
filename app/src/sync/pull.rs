//! Pulls what is new: several ledgers are asked at once, and the next page while one is kept.

use super::{Halt, cursor};
use crate::api::{self, ApiError};
use crate::desk::{Desk, Phase};
use crate::{session, tabs};
use domain::Area;
use domain::wire::Pulled;
use futures_channel::oneshot;
use futures_util::future::join;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;
use store::shelf::Shelf;
use store::steps::{self, Ask};

/// So many ledgers are asked at once: over a slow line most of a round is waiting for answers that
/// there is nothing new.
const ASKED_AT_ONCE: usize = 4;

/// Pulls these ledgers, one after another; true if records went that this person may not see any
/// more. While one is pulled, the first pages of the next are on their way.
pub async fn all(desk: Desk, token: &str, ledgers: Vec<Area>) -> Result<bool, Halt> {
    let mut went = false;
    let mut ledgers = ledgers.into_iter();
    let mut asked = VecDeque::new();
    loop {
        let free = ASKED_AT_ONCE - asked.len();
        asked.extend(ledgers.by_ref().take(free).map(|ledger| {
            let first = first_page(desk, token.to_owned(), ledger);
            (ledger, first)
        }));
        let Some((ledger, first)) = asked.pop_front() else {
            return Ok(went);
        };
        counts(desk, ledger);
        // It was given up with the page's own end.
        let first = first.await.map_err(|_| ApiError::Offline)??;
        went |= pull(desk, token, ledger, first).await?;
    }
}

/// Asks for what is new in a ledger, whatever else is being waited for.
fn first_page(desk: Desk, token: String, ledger: Area) -> oneshot::Receiver<Asked> {
    let (answer, first) = oneshot::channel();
    spawn_local(async move {
        let ask = steps::ask(&desk, ledger);
        let body = page(&token, ledger, &ask).await;
        let _ = answer.send(body.map(|body| (ask, body)));
    });
    first
}

/// A page's bytes, and how it was asked for.
type Asked = Result<(Ask, Vec<u8>), ApiError>;

/// Pulls a ledger to its end, from a page that has come; true if records went that this person may
/// not see any more. While a page is kept, the next one is on its way.
async fn pull(desk: Desk, token: &str, ledger: Area, first: (Ask, Vec<u8>)) -> Result<bool, Halt> {
    let mut went = false;
    let mut ahead = Some(first);
    let mut pulling = None;
    loop {
        let ask = steps::ask(&desk, ledger);
        counts(desk, ledger);
        let body = match ahead.take().filter(|(asked, _)| *asked == ask) {
            Some((_, body)) => body,
            None => page(token, ledger, &ask).await?,
        };
        let pulled = Pulled::decode(&body).map_err(|_| ApiError::Offline)?;
        session::changed(desk, pulled.head.settings);
        let before = cursor(desk, ledger);
        let next = ask.next(&pulled.head);
        if pulled.head.more && pulling.is_none() {
            pulling = Some(desk.pulling());
        }
        let fetch = async {
            match &next {
                Some(next) => Some(page(token, ledger, next).await),
                None => None,
            }
        };
        let (fetched, taken) = join(fetch, steps::take(&desk, ledger, &ask, pulled)).await;
        let taken = taken?;
        tabs::pulled(ledger, before, cursor(desk, ledger), &body).await;
        went |= taken.went;
        if taken.again {
            desk.nudge();
        }
        if !taken.more {
            return Ok(went);
        }
        ahead = next.zip(fetched.transpose()?);
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
    let mut path = format!("/api/sync/{ledger}?after={after}&view={view}&form=columns");
    if ask.repaired > 0 {
        path += &format!("&repaired={}", ask.repaired);
    }
    if !ask.chain.is_empty() {
        path += &format!("&seen={}&chain={}", ask.seen, ask.chain);
    }
    api::get_bytes(&path, Some(token)).await
}
