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

async fn route(request: &mut Request, env: &Env, parts: &[&str]) -> Answered {
    match (request.method(), parts) {
        (Method::Get, ["health"]) => health::show(),
        (Method::Get, ["health", area]) => health::get(request, env, area).await,
        (Method::Get, ["posts", ledger]) => posts::get(request, env, ledger).await,
        (Method::Get, ["openapi.json"]) => openapi::show(),
        (Method::Get, ["docs"]) => openapi::read(),
        (Method::Post, ["setup"]) => setup::post(request, env).await,
        (Method::Post, ["export"]) => export::post(request, env).await,
        (Method::Post, ["enrol"]) => enrol::post(request, env).await,
        (Method::Post, ["session", "challenge"]) => session::challenge(request, env).await,
        (Method::Post, ["session"]) => session::post(request, env).await,
        (Method::Post, ["invite"]) => invite::post(request, env).await,
        (Method::Post, ["invite", "sheet"]) => invite::sheet(request, env).await,
        (Method::Post, ["invite", link, "withdraw"]) => invite::withdraw(request, env, link).await,
        (Method::Get, ["campaign"]) => campaign::get(request, env).await,
        (Method::Put, ["campaign"]) => campaign::put(request, env).await,
        (Method::Get, ["rescue-key"]) => rescue::key(env).await,
        (Method::Post, ["rescue"]) => rescue::post(request, env).await,
        (Method::Get, ["devices"]) => devices::get(request, env).await,
        (Method::Post, ["devices", device, "revoke"]) => {
            devices::revoke(request, env, device).await
        }
        (Method::Post, ["letters"]) => letter::post(request, env).await,
        (Method::Get, ["last-words"]) => last_words::get(request, env).await,
        (Method::Post, ["last-words", "taken"]) => last_words::taken(request, env).await,
        (Method::Post, ["last-words"]) => last_words::post(request, env).await,
        (Method::Get, ["devices", device, "last-words"]) => {
            last_words::count(request, env, device).await
        }
        (Method::Get, ["feeds"]) => feed::list(request, env).await,
        (Method::Post, ["feeds"]) => feed::post(request, env).await,
        (Method::Post, ["feeds", feed, "stop"]) => feed::stop(request, env, feed).await,
        (Method::Get, ["feed", token, table]) => feed::get(request, env, token, table).await,
        (Method::Get, ["hooks"]) => hook::list(request, env).await,
        (Method::Post, ["hooks"]) => hook::post(request, env).await,
        (Method::Post, ["hooks", hook, "test"]) => hook::test(request, env, hook).await,
        (Method::Post, ["hooks", hook, "stop"]) => hook::stop(request, env, hook).await,
        (Method::Get, ["people"]) => people::get(request, env).await,
        (Method::Post, ["people", person, "grants"]) => people::grants(request, env, person).await,
        (Method::Post, ["people", person, "stop"]) => people::stop(request, env, person).await,
        (Method::Post, ["audit"]) => audit::post(request, env).await,
        (Method::Get, ["audit"]) => audit::get(request, env).await,
        (Method::Post, ["sync", ledger]) => sync::push(request, env, ledger).await,
        (Method::Get, ["sync", ledger]) => sync::pull(request, env, ledger).await,
        (Method::Put, ["photo", ledger, name]) => photo::put(request, env, ledger, name).await,
        (Method::Get, ["photo", ledger, name]) => photo::get(request, env, ledger, name).await,
        (Method::Get, ["live", ledger]) => live::get(request, env, ledger).await,
        (Method::Get, ["history", ledger, record]) => {
            history::get(request, env, ledger, record).await
        }
        (Method::Get, ["photo", ledger, name, "parts"]) => {
            photo::stand(request, env, ledger, name).await
        }
        (Method::Get, ["progress", area]) => progress::get(request, env, area).await,
        _ => Err(ApiError::NoSuchAddress),
    }
}
