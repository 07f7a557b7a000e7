//! `GET /api/people` and `POST /api/people/{id}/grants`: who may do what, as their administrators
//! set it.

use crate::audit::{self, Who};
use crate::bar::{self, Whose};
use crate::error::{Answered, ApiError};
use crate::objects::{self, json, read};
use crate::registry::{By, Store, bytes};
use crate::{invite, sql, token};
use domain::Id;
use domain::audit::Deed;
use domain::wire::{GrantsAsk, PeopleList};
use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response};

#[derive(Debug, Serialize, Deserialize)]
pub struct GrantsOf {
    person: Id,
    ask: GrantsAsk,
}

pub async fn get(request: &Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let by = By { claims, ask: () };
    objects::registry(env)?.pass("/people", &by).await
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
    Ok(Response::from_json(&PeopleList { people })?)
}

/// Tokens with the former grants are stopped.
pub fn grants_at_registry(store: &Store, by: &By<GrantsOf>) -> Result<(), ApiError> {
    let administrator = store.administrator(&by.claims)?;
    let GrantsOf { person, ask } = &by.ask;
    let staff = store.person(*person)?.ok_or(ApiError::UnknownPerson)?;
    let (from, to) = (&staff.grants, &ask.grants);
    if !administrator.administer_all(from) || !administrator.administer_all(to) {
        return Err(ApiError::NotAllowed);
    }
    if !to.0.iter().all(|grant| grant.area.is_known()) {
        return Err(ApiError::UnknownArea);
    }
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
