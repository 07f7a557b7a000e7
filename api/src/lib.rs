//! The Worker: every URL of the API on one screen. Each has a file of its own name; the rules are
//! in `domain`, the rows in two Durable Objects.

mod audit;
mod bar;
mod campaign;
mod devices;
mod enrol;
mod error;
mod export;
mod feed;
mod health;
mod history;
mod hook;
mod invite;
mod last_words;
mod ledger;
mod letter;
mod limit;
mod live;
mod objects;
mod openapi;
mod people;
mod photo;
mod posts;
mod progress;
mod registry;
mod rescue;
mod rollup;
mod session;
mod setup;
mod site;
mod sql;
pub mod steps;
mod sync;
mod token;

pub use token::Claims;

use error::{Answered, ApiError};
use futures_util::future::{LocalBoxFuture, ready};
use worker::{Context, Env, Method, Request, Response, event};

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let path = request.path();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.first() != Some(&"api") {
        return site::serve(&request, &env).await;
    }
    let answered = route(&mut request, &env, &parts[1..]).await;
    if answered.is_err() {
        objects::drain(&mut request).await;
    }
    site::guarded(answered.or_else(|error| error.response())?)
}

/// Each handler is boxed, so that it is code of its own: all in one would be compiled at the first
/// question of whatever kind, and once more, for a third of a second, when many have been asked.
fn route<'a>(
    request: &'a mut Request,
    env: &'a Env,
    parts: &'a [&'a str],
) -> LocalBoxFuture<'a, Answered> {
    match (request.method(), parts) {
        (Method::Get, ["health"]) => Box::pin(ready(health::show())),
        (Method::Get, ["health", area]) => Box::pin(health::get(request, env, area)),
        (Method::Get, ["posts", ledger]) => Box::pin(posts::get(request, env, ledger)),
        (Method::Get, ["openapi.json"]) => Box::pin(ready(openapi::show())),
        (Method::Get, ["docs"]) => Box::pin(ready(openapi::read())),
        (Method::Post, ["setup"]) => Box::pin(setup::post(request, env)),
        (Method::Post, ["export"]) => Box::pin(export::post(request, env)),
        (Method::Post, ["enrol"]) => Box::pin(enrol::post(request, env)),
        (Method::Post, ["session", "challenge"]) => Box::pin(session::challenge(request, env)),
        (Method::Post, ["session"]) => Box::pin(session::post(request, env)),
        (Method::Post, ["invite"]) => Box::pin(invite::post(request, env)),
        (Method::Post, ["invite", "sheet"]) => Box::pin(invite::sheet(request, env)),
        (Method::Post, ["invite", link, "withdraw"]) => {
            Box::pin(invite::withdraw(request, env, link))
        }
        (Method::Get, ["campaign"]) => Box::pin(campaign::get(request, env)),
        (Method::Put, ["campaign"]) => Box::pin(campaign::put(request, env)),
        (Method::Get, ["rescue-key"]) => Box::pin(rescue::key(env)),
        (Method::Post, ["rescue"]) => Box::pin(rescue::post(request, env)),
        (Method::Get, ["devices"]) => Box::pin(devices::get(request, env)),
        (Method::Post, ["devices", device, "revoke"]) => {
            Box::pin(devices::revoke(request, env, device))
        }
        (Method::Post, ["letters"]) => Box::pin(letter::post(request, env)),
        (Method::Get, ["last-words"]) => Box::pin(last_words::get(request, env)),
        (Method::Post, ["last-words", "taken"]) => Box::pin(last_words::taken(request, env)),
        (Method::Post, ["last-words"]) => Box::pin(last_words::post(request, env)),
        (Method::Get, ["devices", device, "last-words"]) => {
            Box::pin(last_words::count(request, env, device))
        }
        (Method::Get, ["feeds"]) => Box::pin(feed::list(request, env)),
        (Method::Post, ["feeds"]) => Box::pin(feed::post(request, env)),
        (Method::Post, ["feeds", feed, "stop"]) => Box::pin(feed::stop(request, env, feed)),
        (Method::Get, ["feed", token, table]) => Box::pin(feed::get(request, env, token, table)),
        (Method::Get, ["hooks"]) => Box::pin(hook::list(request, env)),
        (Method::Post, ["hooks"]) => Box::pin(hook::post(request, env)),
        (Method::Post, ["hooks", hook, "test"]) => Box::pin(hook::test(request, env, hook)),
        (Method::Post, ["hooks", hook, "stop"]) => Box::pin(hook::stop(request, env, hook)),
        (Method::Get, ["people"]) => Box::pin(people::get(request, env)),
        (Method::Post, ["people", person, "grants"]) => {
            Box::pin(people::grants(request, env, person))
        }
        (Method::Post, ["people", person, "stop"]) => Box::pin(people::stop(request, env, person)),
        (Method::Post, ["audit"]) => Box::pin(audit::post(request, env)),
        (Method::Get, ["audit"]) => Box::pin(audit::get(request, env)),
        (Method::Post, ["sync", ledger]) => Box::pin(sync::push(request, env, ledger)),
        (Method::Get, ["sync", ledger]) => Box::pin(sync::pull(request, env, ledger)),
        (Method::Put, ["photo", ledger, name]) => Box::pin(photo::put(request, env, ledger, name)),
        (Method::Get, ["photo", ledger, name]) => Box::pin(photo::get(request, env, ledger, name)),
        (Method::Get, ["live", ledger]) => Box::pin(live::get(request, env, ledger)),
        (Method::Get, ["history", ledger, record]) => {
            Box::pin(history::get(request, env, ledger, record))
        }
        (Method::Get, ["photo", ledger, name, "parts"]) => {
            Box::pin(photo::stand(request, env, ledger, name))
        }
        (Method::Get, ["progress", area]) => Box::pin(progress::get(request, env, area)),
        _ => Box::pin(ready(Err(ApiError::NoSuchAddress))),
    }
}
