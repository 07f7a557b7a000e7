//! The registry's side of webhooks: what is due is sent, and who does not answer is left alone.

use super::stop_now;
use crate::audit::{self, Who};
use crate::error::ApiError;
use crate::registry::{Store, bytes, id};
use crate::sql;
use crate::token::now_ms;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Id;
use domain::audit::Deed;
use domain::hook::{self, GIVEN_UP_MS, Reach};
use futures_util::future::{Either, select};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect,
};

/// So many deliveries are tried at once.
const AT_ONCE: usize = 16;
/// So many of one webhook at once; of one that is failing only the first.
const OF_ONE: usize = 4;

/// While some are on their way, others that could not be sent with them are looked at again so soon.
const AGAIN_MS: i64 = 1_000;

/// The deliveries that are on their way, with their webhooks: forgotten with the object, as what it
/// was doing is.
#[derive(Clone, Debug, Default)]
pub struct Underway(Rc<RefCell<BTreeMap<String, Id>>>);

/// When the registry has to deliver something next, in milliseconds since 1970 UTC.
pub fn next(store: &Store, underway: &Underway) -> Result<Option<i64>, ApiError> {
    let names = underway.0.borrow();
    let query = "SELECT id, next FROM delivery ORDER BY next LIMIT ?";
    let limit = i64::try_from(names.len() + 1).unwrap_or(i64::MAX);
    let mut rows = sql::rows(&store.sql, query, vec![limit.into()])?.into_iter();
    let waiting = rows.find_map(|mut row| (!names.contains_key(&row.text())).then(|| row.number()));
    if names.is_empty() {
        return Ok(waiting);
    }
    // Should this object end before they do, the alarm begins them anew.
    let now = now_ms();
    let latest = now + hook::PATIENCE_MS + AGAIN_MS;
    Ok(Some(
        waiting.unwrap_or(latest).clamp(now + AGAIN_MS, latest),
    ))
}

/// A delivery that is due.
#[derive(Debug)]
pub struct Due {
    name: String,
    body: String,
    hook: Id,
    url: String,
    secret: Vec<u8>,
    failures: i64,
}

/// What is to be sent now: so many in all, and few of one webhook, with what is on its way.
pub fn begin(store: &Store, underway: &Underway) -> Result<Vec<Due>, ApiError> {
    let query = "SELECT delivery.id, body, hook.id, url, secret, failures FROM delivery
                 JOIN hook ON hook.id = delivery.hook
                 WHERE next <= ? AND stopped IS NULL ORDER BY delivery.made, delivery.id LIMIT 500";
    let rows = sql::rows(&store.sql, query, vec![now_ms().into()])?;
    let mut names = underway.0.borrow_mut();
    let mut due = Vec::new();
    for mut row in rows {
        let (name, body) = (row.text(), row.text());
        let Some(hook) = id(&row.bytes()) else {
            continue;
        };
        let (url, secret, failures) = (row.text(), row.bytes(), row.number());
        let most = if failures > 0 { 1 } else { OF_ONE };
        let of_one = names.values().filter(|other| **other == hook).count();
        if names.len() < AT_ONCE && of_one < most && !names.contains_key(&name) {
            names.insert(name.clone(), hook);
            due.push(Due {
                name,
                body,
                hook,
                url,
                secret,
                failures,
            });
        }
    }
    Ok(due)
}

/// Sends a delivery and writes down what came of it; nobody else waits for it.
pub async fn see_through(
    store: &Store,
    reach: Reach,
    underway: &Underway,
    due: Due,
) -> Result<(), ApiError> {
    // An address that was allowed once may not be by the settings of today's server.
    let sent = match hook::check(&due.url, reach) {
        Ok(()) => send(&due).await,
        Err(fault) => Err(fault.code().to_owned()),
    };
    underway.0.borrow_mut().remove(&due.name);
    match sent {
        Ok(()) => delivered(store, &due),
        Err(error) => failed(store, &due, &error),
    }
}

/// Sends a delivery. Redirects are not followed and of the answer only the status is read: the
/// address is an administrator's word, and nothing comes back by it.
///
/// # Errors
/// How it failed: the status, `unreachable` or `too_slow`.
async fn send(due: &Due) -> Result<(), String> {
    let lost = |_: worker::Error| "unreachable".to_owned();
    let request = post_of(due).map_err(lost)?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(request);
    let answer = pin!(fetch.send_with_signal(&signal));
    let patience = pin!(Delay::from(Duration::from_millis(
        hook::PATIENCE_MS.unsigned_abs()
    )));
    let answered = match select(answer, patience).await {
        Either::Left((answer, _)) => answer.map_err(lost).map(|answer| answer.status_code()),
        Either::Right(_) => Err("too_slow".to_owned()),
    };
    controller.abort();
    match answered? {
        200..=299 => Ok(()),
        status => Err(status.to_string()),
    }
}

fn post_of(due: &Due) -> worker::Result<Request> {
    let seconds = now_ms() / 1_000;
    let signed = hook::signed(&due.name, seconds, &due.body);
    let mut mac = Hmac::<Sha256>::new_from_slice(&due.secret)
        .map_err(|error| worker::Error::RustError(error.to_string()))?;
    mac.update(signed.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("user-agent", "chunnuan")?;
    headers.set("webhook-id", &due.name)?;
    headers.set("webhook-timestamp", &seconds.to_string())?;
    headers.set("webhook-signature", &format!("v1,{signature}"))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_body(Some(due.body.as_str().into()));
    Request::new_with_init(&due.url, &init)
}

fn delivered(store: &Store, due: &Due) -> Result<(), ApiError> {
    let query = "DELETE FROM delivery WHERE id = ?";
    sql::run(&store.sql, query, vec![due.name.as_str().into()])?;
    let query = "UPDATE hook SET delivered = ?, failures = 0, since = NULL WHERE id = ?";
    let values = vec![now_ms().into(), bytes(due.hook).into()];
    sql::run(&store.sql, query, values)?;
    if due.failures > 0 {
        // It answers again: what waited for it waits no longer.
        let query = "UPDATE delivery SET next = 0 WHERE hook = ?";
        sql::run(&store.sql, query, vec![bytes(due.hook).into()])?;
    }
    Ok(())
}

/// Lets the webhook be for a while; one that says it is gone, or has failed for days, is stopped.
fn failed(store: &Store, due: &Due, error: &str) -> Result<(), ApiError> {
    let (now, hook) = (now_ms(), bytes(due.hook));
    let query = "UPDATE hook SET failed = ?1, error = ?2, failures = failures + 1,
                 since = COALESCE(since, ?1) WHERE id = ?3 RETURNING failures, since, person";
    let values = vec![now.into(), error.into(), hook.clone().into()];
    let Some(mut row) = sql::first(&store.sql, query, values)? else {
        return Ok(());
    };
    let (failures, since) = (row.number(), row.number());
    if error == "410" || now - since > GIVEN_UP_MS {
        stop_now(store, due.hook)?;
        let deed = Deed::HookStopped { hook: due.hook };
        let who = id(&row.bytes()).map_or_else(Who::default, |maker| Who::default().to(maker));
        return audit::note(store, who, &deed);
    }
    let query = "UPDATE delivery SET next = MAX(next, ?) WHERE hook = ?";
    let values = vec![(now + hook::again(failures)).into(), hook.into()];
    Ok(sql::run(&store.sql, query, values)?)
}
