//! `GET /api/posts/{ledger}`: the places and trips at which an administrator may post volunteers,
//! by their names; nothing of the people there.

use crate::error::Answered;
use crate::ledger::Store;
use crate::objects;
use crate::registry::By;
use crate::sync::{Asked, ledger_of};
use crate::token;
use domain::grant;
use domain::wire::Posts;
use worker::{Env, Request, Response};

pub async fn get(request: &Request, env: &Env, ledger: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ledger = ledger_of(ledger)?;
    let by = By {
        claims: claims.clone(),
        ask: ledger,
    };
    let allowed = objects::registry(env)?.pass("/administers", &by).await?;
    if allowed.status_code() != 200 {
        return Ok(allowed);
    }
    let asked = Asked {
        claims,
        ledger,
        ask: (),
    };
    objects::ledger(env, ledger)?.pass("/posts", &asked).await
}

pub fn at_ledger(store: &Store) -> Answered {
    let mut posts = Vec::new();
    store.each(|record| posts.extend(grant::post(&record)))?;
    Ok(Response::from_json(&Posts { posts })?)
}
