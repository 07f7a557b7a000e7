//! `POST /api/setup`: the campaign's settings and first invitations, for whoever runs the server
//! and holds its setup key.

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::objects::{self, read};
use crate::registry::Store;
use crate::{invite, sql};
use domain::audit::Deed;
use domain::wire::{SetupAnswer, SetupAsk, SetupWhen};
use domain::{Campaign, own};
use worker::{Env, Request, Response};

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    by_who_runs_the_server(request, env)?;
    let ask: SetupAsk = read(request).await?;
    objects::registry(env)?.pass("/setup", &ask).await
}

/// # Errors
/// `NoToken` unless the request carries the server's setup key.
pub fn by_who_runs_the_server(request: &Request, env: &Env) -> Result<(), ApiError> {
    let given = request.headers().get("authorization")?.unwrap_or_default();
    let key = env
        .secret("SETUP_KEY")
        .map(|key| key.to_string())
        .unwrap_or_default();
    // A server without a setup key cannot be set up by this address at all.
    let right = given
        .strip_prefix("Setup ")
        .is_some_and(|given| same(given, &key));
    if key.len() < 16 || !right {
        return Err(ApiError::NoToken);
    }
    Ok(())
}

pub fn at_registry(store: &Store, ask: SetupAsk) -> Answered {
    // Nothing is written before all of it is known to be right.
    for person in ask.invitations.iter().filter_map(|one| one.person) {
        store.person(person)?.ok_or(ApiError::UnknownPerson)?;
    }
    let before = store.campaign()?;
    let asked = ask.campaign.clone().map(|campaign| Campaign {
        own: own::carried(
            campaign.own,
            before.as_ref().map_or(&[], |before| &before.own),
        ),
        ..campaign
    });
    if let Some(campaign) = &asked
        && before.as_ref() != Some(campaign)
    {
        store.set_campaign(campaign)?;
        audit::note(
            store,
            Who::default(),
            &Deed::CampaignChanged {
                changed: Vec::new(),
            },
        )?;
    }
    let devices = store.devices()?;
    let mut links = Vec::new();
    if ask.when == SetupWhen::Always || devices == 0 {
        if ask.when == SetupWhen::Empty && !ask.invitations.is_empty() {
            // An earlier first link that nobody took is worth nothing once there is a new one.
            sql::run(&store.sql, "DELETE FROM link WHERE used = 0", vec![])?;
        }
        for invitation in &ask.invitations {
            links.push(invite::make(store, invitation, Who::default())?.link);
        }
    }
    let answer = SetupAnswer {
        links,
        campaign: store.campaign()?,
        devices,
    };
    Ok(Response::from_json(&answer)?)
}

/// Compares without telling by its time how much of the key was right.
fn same(given: &str, key: &str) -> bool {
    let differing = given
        .bytes()
        .zip(key.bytes())
        .fold(0, |found, (a, b)| found | (a ^ b));
    given.len() == key.len() && differing == 0
}
