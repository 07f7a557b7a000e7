//! `/api/sync/{ledger}`: POST pushes changes, GET pulls what came after a cursor.

use crate::error::{Answered, ApiError};
use crate::ledger::Store;
use crate::objects::{self, body, parse};
use crate::token::{self, Claims, now_ms};
use domain::change::{self, BATCH_BYTES, BATCH_LIMIT};
use domain::wire::{Answer, PullHead, Pulled, PushAnswer, PushAsk};
use domain::{Area, Change, Id, Refusal, pack, same};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use worker::{Env, Request, Response};

/// A page holds at most this many rows of the ledger, seen or not.
const PAGE_ROWS: i64 = 2_000;
/// A page ends after this many bytes of records.
const PAGE_BYTES: usize = 512 * 1024;

/// What the router adds to a request, once it knows who asks.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked<T> {
    pub claims: Claims,
    pub ledger: Area,
    pub ask: T,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct PullAsk {
    #[serde(default)]
    pub after: u64,
    #[serde(default)]
    pub view: String,
}

/// The ledger that an address names.
pub fn ledger_of(code: &str) -> Result<Area, ApiError> {
    let area = Area::parse(code).filter(|area| area.is_known() && area.ledger() == *area);
    area.ok_or(ApiError::UnknownArea)
}

pub async fn push(mut request: Request, env: &Env, ledger: &str) -> Answered {
    let claims = token::claims(&request, env).await?;
    let ledger = ledger_of(ledger)?;
    let ask: PushAsk = parse(&body(&mut request, BATCH_BYTES).await?)?;
    if ask.changes.len() > BATCH_LIMIT {
        return Err(ApiError::TooMany(BATCH_LIMIT));
    }
    objects::ledger(env, ledger)?
        .pass(
            "/push",
            &Asked {
                claims,
                ledger,
                ask,
            },
        )
        .await
}

pub async fn pull(request: Request, env: &Env, ledger: &str) -> Answered {
    let claims = token::claims(&request, env).await?;
    let ledger = ledger_of(ledger)?;
    let malformed = |e: worker::Error| ApiError::Malformed(e.to_string());
    let ask: PullAsk = request.query().map_err(malformed)?;
    let gzip = request
        .headers()
        .get("accept-encoding")?
        .is_some_and(|kinds| kinds.contains("gzip"));
    let mut page = objects::ledger(env, ledger)?
        .pass(
            "/pull",
            &Asked {
                claims,
                ledger,
                ask,
            },
        )
        .await?;
    if !gzip || page.status_code() != 200 {
        return Ok(page);
    }
    // The runtime compresses as it sends.
    let mut response = Response::from_bytes(page.bytes().await?)?;
    response.headers_mut().set("cache-control", "no-store")?;
    response.headers_mut().set("content-encoding", "gzip")?;
    Ok(response)
}

/// Each change is decided on by itself; all writes of the batch are one transaction, because
/// nothing here awaits.
pub fn push_at_ledger(store: &Store, asked: &Asked<PushAsk>) -> Answered {
    let now = now_ms();
    let mut answers = Vec::with_capacity(asked.ask.changes.len());
    for change in &asked.ask.changes {
        answers.push(match serde_json::from_value::<Change>(change.clone()) {
            Ok(change) => decide(store, &change, asked, now)?,
            Err(_) => Refusal::Malformed.into(),
        });
    }
    let refused = answers
        .iter()
        .filter(|answer| matches!(answer, Answer::Refused(_)))
        .count();
    let status = match refused {
        0 => 200,
        all if all == answers.len() => 422,
        _ => 207,
    };
    Ok(Response::from_json(&PushAnswer { answers, now })?.with_status(status))
}

fn decide(
    store: &Store,
    change: &Change,
    asked: &Asked<PushAsk>,
    now: i64,
) -> Result<Answer, ApiError> {
    let body = objects::json(change)?;
    if let Some(before) = store.accepted(change)? {
        let same = before.body == body;
        return Ok(if same {
            Answer::Accepted(before.seq)
        } else {
            Refusal::StampReused.into()
        });
    }
    let current = store.record(change.id)?;
    let before = current.as_ref().and_then(domain::Record::area);
    let twin = same::target(change)
        .map(|id| store.record(id))
        .transpose()?;
    let around = match change::looks_around(change) {
        true => store.about(change.id)?,
        false => Vec::new(),
    };
    let told = same::accept(change, twin.flatten().as_ref(), &asked.claims.grants);
    let decided = told.and_then(|()| {
        let author = asked.claims.author();
        let ledger = asked.ledger;
        change::accept(current.as_ref(), change, &around, author, ledger, now)
    });
    match decided {
        Ok(next) => Ok(Answer::Accepted(
            store.keep(&next, before, change, body, asked, now)?,
        )),
        Err(refusal) => Ok(refusal.into()),
    }
}

pub fn pull_at_ledger(store: &Store, asked: &Asked<PullAsk>) -> Answered {
    let page = page(store, asked)?;
    let bytes = page
        .encode()
        .map_err(|e| ApiError::Internal(worker::Error::from(e)))?;
    let mut response = Response::from_bytes(bytes)?;
    response.headers_mut().set("cache-control", "no-store")?;
    Ok(response)
}

fn page(store: &Store, asked: &Asked<PullAsk>) -> Result<Pulled, ApiError> {
    let grants = &asked.claims.grants;
    let view = view_name(asked)?;
    let reset = asked.ask.after > 0 && asked.ask.view != view;
    let after = if reset { 0 } else { asked.ask.after };
    let rows = store.after(after, PAGE_ROWS)?;
    let full = rows.len() as i64 == PAGE_ROWS;
    let (mut records, mut bytes, mut cursor) = (Vec::new(), 0, after);
    let mut cut = false;
    for row in rows {
        let whole = pack::unpack(&row.body).map_err(|e| worker::Error::RustError(e.to_string()))?;
        if let Some(seen) = grants.view(&whole) {
            let all = seen.cells.len() == whole.cells.len();
            let packed = if all { row.body } else { pack::pack(&seen) };
            bytes += packed.len();
            records.push(packed);
        }
        cursor = row.seq;
        if bytes > PAGE_BYTES {
            cut = true;
            break;
        }
    }
    let more = full || cut;
    if !more {
        cursor = cursor.max(store.last()?);
    }
    let gone = store.gone(after, cursor, grants)?;
    Ok(Pulled {
        head: PullHead {
            cursor,
            more,
            reset,
            view,
            gone,
        },
        records,
    })
}

/// Changes when what the asker may see changes, be it by grants or by this server's tables.
fn view_name(asked: &Asked<PullAsk>) -> Result<String, ApiError> {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(objects::json(&asked.claims.grants)?);
    Ok(hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// A row of the ledger on its way out.
pub struct Kept {
    pub seq: u64,
    pub body: Vec<u8>,
}

pub type Gone = Vec<Id>;
