//! `GET /api/history/{ledger}/{record}`: the accepted changes of a record, as the asker may see them.

use crate::error::{Answered, ApiError};
use crate::ledger::Store;
use crate::steps::Rows as _;
use crate::sync::{Asked, ledger_of};
use crate::{objects, token};
use domain::{Id, history};
use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response};

#[derive(Debug, Serialize, Deserialize)]
pub struct HistoryAsk {
    record: Id,
}

pub async fn get(request: &Request, env: &Env, ledger: &str, record: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ledger = ledger_of(ledger)?;
    let record = Id::parse(record).ok_or(ApiError::NoSuchRecord)?;
    let ask = HistoryAsk { record };
    let asked = Asked {
        claims,
        ledger,
        ask,
    };
    objects::ledger(env, ledger)?.pass("/history", &asked).await
}

/// To whoever may not see the record it is as if it did not exist.
pub fn at_ledger(store: &Store, asked: &Asked<HistoryAsk>) -> Answered {
    let id = asked.ask.record;
    let now = store.record(id)?.ok_or(ApiError::NoSuchRecord)?;
    let told = history::history(&asked.claims.grants, &now, store.told_of(id, u64::MAX)?);
    Ok(Response::from_json(&told.ok_or(ApiError::NoSuchRecord)?)?)
}
