//! `POST /api/invite`: an administrator invites somebody, or one more device of somebody; the link
//! is good once, for 48 hours.

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::objects::{self, read};
use crate::registry::{By, Store, bytes, random};
use crate::{sql, token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::audit::Deed;
use domain::wire::{Invitation, InviteAnswer};
use domain::{Device, Id};
use sha2::{Digest, Sha256};
use worker::{Env, Request, Response};

const LIFE_MS: i64 = 48 * 3_600_000;

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask: Invitation = read(request).await?;
    objects::registry(env)?
        .pass("/invite", &By { claims, ask })
        .await
}

pub fn at_registry(store: &Store, by: &By<Invitation>) -> Answered {
    let (invitation, administrator) = (&by.ask, store.grants_now(&by.claims)?);
    let grants = match invitation.person {
        Some(person) => {
            store.administrator(&by.claims)?;
            let staff = store.person(person)?;
            &staff.ok_or(ApiError::UnknownPerson)?.grants
        }
        None => &invitation.grants,
    };
    if !administrator.administer_all(grants) {
        return Err(ApiError::NotAllowed);
    }
    if !grants.0.iter().all(|grant| grant.area.is_known()) {
        return Err(ApiError::UnknownArea);
    }
    let answer = make(store, invitation, Who::of(&by.claims))?;
    Ok(Response::from_json(&answer)?)
}

/// Only the link's hash is kept: whoever reads the tables cannot enrol.
pub fn make(store: &Store, invitation: &Invitation, who: Who) -> Result<InviteAnswer, ApiError> {
    let link = URL_SAFE_NO_PAD.encode(random::<24>()?);
    let expires = token::now_ms() + LIFE_MS;
    let body = String::from_utf8_lossy(&objects::json(invitation)?).into_owned();
    let query = "INSERT INTO link (hash, invitation, expires, device, person)
                 VALUES (?, ?, ?, ?, ?)";
    let values = vec![
        hash(&link).into(),
        body.into(),
        expires.into(),
        who.device.map(|device| device.to_string()).into(),
        who.person.map(bytes).into(),
    ];
    sql::run(&store.sql, query, values)?;
    let (about, link_name) = (invitation.person, name(&link));
    let deed = match about {
        Some(_) => Deed::InvitedAgain { link: link_name },
        None => Deed::Invited {
            link: link_name,
            grants: invitation.grants.clone(),
        },
    };
    audit::note(store, Who { about, ..who }, &deed)?;
    Ok(InviteAnswer { link, expires })
}

/// The links that a device made and nobody took yet are worth nothing any more: whoever stole an
/// administrator's phone may have made some for later.
pub fn forget_by_device(store: &Store, device: Device) -> Result<(), ApiError> {
    let query = "DELETE FROM link WHERE device = ? AND used = 0";
    Ok(sql::run(
        &store.sql,
        query,
        vec![device.to_string().into()],
    )?)
}

/// The same for all devices of somebody who may invite no more, or others.
pub fn forget_by_person(store: &Store, person: Id) -> Result<(), ApiError> {
    let query = "DELETE FROM link WHERE person = ? AND used = 0";
    Ok(sql::run(&store.sql, query, vec![bytes(person).into()])?)
}

pub fn hash(link: &str) -> Vec<u8> {
    Sha256::digest(link.as_bytes()).to_vec()
}

/// What the log calls a link: enough to find who took it, too little to take it.
pub fn name(link: &str) -> String {
    let hash = hash(link);
    hash.iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
