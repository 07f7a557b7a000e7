//! `POST /api/invite`: an administrator invites somebody; the link is good once, for 48 hours.

use crate::error::{Answered, ApiError};
use crate::objects::{self, read};
use crate::registry::{Store, random};
use crate::{sql, token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::wire::{Invitation, InviteAnswer};
use sha2::{Digest, Sha256};
use worker::{Env, Request, Response};

const LIFE_MS: i64 = 48 * 3_600_000;

pub async fn post(mut request: Request, env: &Env) -> Answered {
    let claims = token::claims(&request, env).await?;
    let invitation: Invitation = read(&mut request).await?;
    let grants = &invitation.grants.0;
    let within = grants
        .iter()
        .all(|grant| claims.grants.administer(grant.area));
    if grants.is_empty() || !within {
        return Err(ApiError::NotAllowed);
    }
    if !grants.iter().all(|grant| grant.area.is_known()) {
        return Err(ApiError::UnknownArea);
    }
    objects::registry(env)?.pass("/invite", &invitation).await
}

pub fn at_registry(store: &Store, invitation: Invitation) -> Answered {
    Ok(Response::from_json(&make(store, &invitation)?)?)
}

/// Only the link's hash is kept: whoever reads the tables cannot enrol.
pub fn make(store: &Store, invitation: &Invitation) -> Result<InviteAnswer, ApiError> {
    let link = URL_SAFE_NO_PAD.encode(random::<24>()?);
    let expires = token::now_ms() + LIFE_MS;
    let body = String::from_utf8_lossy(&objects::json(invitation)?).into_owned();
    let query = "INSERT INTO link (hash, invitation, expires) VALUES (?, ?, ?)";
    sql::run(
        &store.sql,
        query,
        vec![hash(&link).into(), body.into(), expires.into()],
    )?;
    Ok(InviteAnswer { link, expires })
}

pub fn hash(link: &str) -> Vec<u8> {
    Sha256::digest(link.as_bytes()).to_vec()
}
