//! `GET /api/people`, `POST /api/people/{id}/grants` and `POST /api/people/{id}/stop`: who may do
//! what, as their administrators set it.

use crate::audit::{self, Who};
use crate::bar::{self, Whose};
use crate::error::{Answered, ApiError};
use crate::objects::{self, json, read};
use crate::registry::{By, Store, by_anybody, bytes};
use crate::{devices, invite, sql, token};
use domain::Id;
use domain::audit::Deed;
use domain::wire::{GrantsAsk, PeopleList, Staff};
use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response};

#[derive(Debug, Serialize, Deserialize)]
pub struct GrantsOf {
    person: Id,
    ask: GrantsAsk,
}

pub async fn get(request: &Request, env: &Env) -> Answered {
    by_anybody(request, env, "/people").await
}

pub async fn grants(request: &mut Request, env: &Env, person: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let person = Id::parse(person).ok_or(ApiError::UnknownPerson)?;
    let ask: GrantsAsk = read(request).await?;
    let ask = GrantsOf { person, ask };
    objects::registry(env)?
        .pass("/grants", &By { claims, ask })
        .await
}

pub fn list_at_registry(store: &Store, by: &By<()>) -> Answered {
    let grants = store.administrator(&by.claims)?;
    let mut people = store.people()?;
    people.retain(|staff| grants.administer_all(&staff.grants));
    let invited = invite::waiting(store, &grants)?;
    Ok(Response::from_json(&PeopleList { people, invited })?)
}

pub async fn stop(request: &Request, env: &Env, person: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask = Id::parse(person).ok_or(ApiError::UnknownPerson)?;
    objects::registry(env)?
        .pass("/stop", &By { claims, ask })
        .await
}

/// Locks all devices of somebody out and makes every link of or for them worthless. What they
/// hold stays written down: a new link brings them back to it.
pub fn stop_at_registry(store: &Store, by: &By<Id>) -> Result<(), ApiError> {
    let administrator = store.administrator(&by.claims)?;
    let person = by.ask;
    let staff = store.person(person)?.ok_or(ApiError::UnknownPerson)?;
    if !administrator.administer_all(&staff.grants) {
        return Err(ApiError::OutsideArea);
    }
    if let Some(campaign) = store.campaign()?
        && staff.grants.administer(campaign.area)
        && !store.others_administer(&campaign, |other, _| other == person)?
    {
        return Err(ApiError::LastAdministrator);
    }
    let who = Who::of(&by.claims);
    let query = "UPDATE person SET stopped = ? WHERE id = ? AND stopped = 0 RETURNING id";
    let values = vec![token::now_ms().into(), bytes(person).into()];
    if sql::first(&store.sql, query, values)?.is_some() {
        audit::note(store, who.to(person), &Deed::Stopped)?;
    }
    invite::forget_by_person(store, person)?;
    invite::forget_for(store, person)?;
    bar::put_up(&store.sql, Whose::Person(person), &staff.grants)?;
    devices::lock_all_out(store, who, &staff)
}

/// Who takes a link for a further device is stopped no more.
pub fn comes_back(store: &Store, person: Id) -> Result<Staff, ApiError> {
    let staff = store.person(person)?.ok_or(ApiError::UnknownPerson)?;
    let query = "UPDATE person SET stopped = 0 WHERE id = ? AND stopped > 0";
    sql::run(&store.sql, query, vec![bytes(person).into()])?;
    Ok(Staff {
        stopped: None,
        ..staff
    })
}

/// Tokens with the former grants are stopped.
pub fn grants_at_registry(store: &Store, by: &By<GrantsOf>) -> Result<(), ApiError> {
    let administrator = store.administrator(&by.claims)?;
    let GrantsOf { person, ask } = &by.ask;
    let staff = store.person(*person)?.ok_or(ApiError::UnknownPerson)?;
    let (from, to) = (&staff.grants, &ask.grants);
    if !administrator.administer_all(from) {
        return Err(ApiError::OutsideArea);
    }
    invite::may_be_given(store, &administrator, to, from)?;
    if let Some(campaign) = store.campaign()?
        && from.administer(campaign.area)
        && !to.administer(campaign.area)
        && !store.others_administer(&campaign, |other, _| other == *person)?
    {
        return Err(ApiError::LastAdministrator);
    }
    if from == to {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&json(to)?).into_owned();
    let query = "UPDATE person SET grants = ? WHERE id = ?";
    sql::run(&store.sql, query, vec![text.into(), bytes(*person).into()])?;
    bar::put_up(&store.sql, Whose::Person(*person), from)?;
    invite::forget_by_person(store, *person)?;
    let deed = Deed::GrantsChanged {
        from: from.clone(),
        to: to.clone(),
    };
    audit::note(store, Who::of(&by.claims).to(*person), &deed)
}
