//! `/api/sync/{ledger}`: POST pushes changes, GET pulls what came after a cursor.

use crate::error::{Answered, ApiError};
use crate::ledger::{Batch, Store};
use crate::objects::{self, body, parse};
use crate::steps::{self, Chain as _, Pushed};
pub use crate::steps::{Asked, PullAsk};
use crate::token::{self, Claims, now_ms};
use crate::{campaign, live};
use domain::change::{BATCH_BYTES, BATCH_LIMIT};
use domain::wire::{Answer, headed, split_head};
use domain::{Area, Campaign, Change, own};
use worker::{Env, Request, Response, State};

/// The ledger that an address names.
pub fn ledger_of(code: &str) -> Result<Area, ApiError> {
    let area = Area::parse(code).filter(|area| area.is_known() && area.ledger() == *area);
    area.ok_or(ApiError::UnknownArea)
}

pub async fn push(request: &mut Request, env: &Env, ledger: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ledger = ledger_of(ledger)?;
    if objects::is_at_most(request, BATCH_BYTES)? {
        let asked = asked(claims, ledger);
        return objects::ledger(env, ledger)?
            .stream("/push", &asked, request)
            .await;
    }
    let push = body(request, BATCH_BYTES).await?;
    hand_on(env, claims, ledger, &push).await
}

/// Hands a push on to its ledger in the bytes in which it came: it is read there alone.
pub async fn hand_on(env: &Env, claims: Claims, ledger: Area, push: &[u8]) -> Answered {
    let message = headed(&objects::json(&asked(claims, ledger))?, push);
    objects::ledger(env, ledger)?.post("/push", &message).await
}

const fn asked(claims: Claims, ledger: Area) -> Asked<()> {
    Asked {
        claims,
        ledger,
        ask: (),
    }
}

/// # Errors
/// `Malformed`, or `TooMany`.
pub fn pushed(message: &[u8]) -> Result<Asked<Pushed<'_>>, ApiError> {
    let (asked, push) = split_head(message).map_err(malformed)?;
    let Asked {
        claims,
        ledger,
        ask: (),
    } = parse(asked)?;
    let ask = Pushed::read(push).map_err(malformed)?;
    if ask.changes.len() > BATCH_LIMIT {
        return Err(ApiError::TooMany(BATCH_LIMIT));
    }
    Ok(Asked {
        claims,
        ledger,
        ask,
    })
}

/// A message that cannot be read.
pub fn malformed(error: impl std::fmt::Display) -> ApiError {
    ApiError::Malformed(error.to_string())
}

pub async fn pull(request: &Request, env: &Env, ledger: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ledger = ledger_of(ledger)?;
    let ask: PullAsk = request.query().map_err(malformed)?;
    let accepted = request.headers().get("accept-encoding")?;
    let accepted = accepted.unwrap_or_default();
    let packing = ["br", "gzip"]
        .into_iter()
        .find(|kind| accepted.contains(kind));
    let page = objects::ledger(env, ledger)?
        .pass(
            "/pull",
            &Asked {
                claims,
                ledger,
                ask,
            },
        )
        .await?;
    let Some(packing) = packing.filter(|_| page.status_code() == 200) else {
        return Ok(page);
    };
    // The runtime compresses as it sends.
    let mut response = Response::from_body(page.body().clone())?;
    let headers = response.headers_mut();
    headers.set("content-type", "application/octet-stream")?;
    headers.set("cache-control", "no-store")?;
    response.headers_mut().set("content-encoding", packing)?;
    Ok(response)
}

/// All writes of the batch are one transaction, because nothing here awaits.
pub fn push_at_ledger(state: &State, store: &Store, asked: Asked<Pushed<'_>>) -> Answered {
    let (now, device) = (now_ms(), asked.claims.device);
    let batch = Batch::begin(store, &asked.ask.changes, asked.claims.person, now)?;
    let before = batch.last()?;
    let answer = steps::push(&batch, asked, now)?;
    batch.write()?;
    let last = batch.last()?;
    if last > before {
        live::tell(state, last, device);
    }
    let refused = |answer: &&Answer| matches!(answer, Answer::Refused(_));
    let status = match answer.answers.iter().filter(refused).count() {
        0 => 200,
        all if all == answer.answers.len() => 422,
        _ => 207,
    };
    Ok(Response::from_json(&answer)?.with_status(status))
}

/// A phone may have heard of an own field, or of an option, before this ledger has: what does not
/// fit what is known here is looked up once more before it is refused. True if that took a while.
///
/// # Errors
/// If the registry cannot be asked.
pub async fn learn(store: &Store, env: &Env, asked: &Asked<Pushed<'_>>) -> Result<bool, ApiError> {
    let sent = asked.ask.changes.iter().flatten();
    let writing = sent.filter(|sent| sent.glance.writes_own);
    let writing: Vec<Change> = writing
        .filter_map(|sent| Change::unpack(&sent.body).ok())
        .collect();
    if writing.is_empty() {
        return Ok(false);
    }
    let (known, today) = (store.own()?, domain::day_of(now_ms()));
    if writing
        .iter()
        .all(|change| own::accept(&known, change, today).is_ok())
    {
        return Ok(false);
    }
    let campaign: Option<Campaign> = objects::registry(env)?.ask("/campaign").await?;
    if let Some(campaign) = campaign.filter(|campaign| campaign.own != known) {
        store.learn(&campaign.own)?;
    }
    Ok(true)
}

pub fn pull_at_ledger(store: &Store, asked: &Asked<PullAsk>) -> Answered {
    let repaired = asked.ask.repaired;
    if repaired > 0 {
        // Whose it is stays untold: the log holds no personal data.
        worker::console_warn!(
            "ledger {}: a device pulls all anew ({repaired})",
            asked.ledger
        );
    }
    let mut page = steps::page(store, asked)?;
    page.head.settings = campaign::changed(store)?;
    let mut response = Response::from_bytes(page.encode(asked.ask.form)?)?;
    response.headers_mut().set("cache-control", "no-store")?;
    Ok(response)
}
