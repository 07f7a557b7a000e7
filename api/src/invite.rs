//! `POST /api/invite`: an administrator invites somebody, or one more device of somebody; the link
//! is good once, for 48 hours. `POST /api/invite/sheet` does so for many people at once, and
//! `POST /api/invite/{link}/withdraw` takes a link back that nobody has taken.

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::objects::{self, body, parse, read};
use crate::registry::{By, Store, bytes, random};
use crate::{sql, token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::audit::Deed;
use domain::wire::{Invitation, InviteAnswer, Invited, SHEET_LIMIT, SheetAnswer, SheetAsk};
use domain::{Campaign, Device, Grant, Grants, Id};
use sha2::{Digest, Sha256};
use worker::{Env, Request, Response};

const LIFE_MS: i64 = 48 * 3_600_000;
const NAME_CHARS: usize = 60;
/// A full sheet of the longest names takes a quarter of it.
const SHEET_BYTES: usize = 256 * 1024;

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask: Invitation = read(request).await?;
    objects::registry(env)?
        .pass("/invite", &By { claims, ask })
        .await
}

pub async fn sheet(request: &mut Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask: SheetAsk = parse(&body(request, SHEET_BYTES).await?)?;
    objects::registry(env)?
        .pass("/invite/sheet", &By { claims, ask })
        .await
}

pub async fn withdraw(request: &Request, env: &Env, link: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask = link.to_owned();
    objects::registry(env)?
        .pass("/invite/withdraw", &By { claims, ask })
        .await
}

pub fn at_registry(store: &Store, by: &By<Invitation>) -> Answered {
    let (invitation, administrator) = (&by.ask, store.grants_now(&by.claims)?);
    may_be_invited(store, &administrator, invitation)?;
    let answer = make(store, invitation, Who::of(&by.claims))?;
    Ok(Response::from_json(&answer)?)
}

/// All links are made, or none: what may not be given stops the sheet before anything is written.
pub fn sheet_at_registry(store: &Store, by: &By<SheetAsk>) -> Answered {
    let administrator = store.administrator(&by.claims)?;
    let invitations = &by.ask.invitations;
    if invitations.len() > SHEET_LIMIT {
        return Err(ApiError::TooMany(SHEET_LIMIT));
    }
    for invitation in invitations {
        may_be_invited(store, &administrator, invitation)?;
    }
    let who = Who::of(&by.claims);
    let links = invitations.iter().map(|one| make(store, one, who));
    let links = links.collect::<Result<_, _>>()?;
    Ok(Response::from_json(&SheetAnswer { links })?)
}

fn may_be_invited(
    store: &Store,
    administrator: &Grants,
    invitation: &Invitation,
) -> Result<(), ApiError> {
    if !administrator.administers() {
        return Err(ApiError::NotAllowed);
    }
    let Some(person) = invitation.person else {
        let named = !invitation.name.trim().is_empty();
        return match named && invitation.name.chars().count() <= NAME_CHARS {
            true => may_be_given(store, administrator, &invitation.grants, &Grants::default()),
            false => Err(ApiError::NoName),
        };
    };
    let staff = store.person(person)?.ok_or(ApiError::UnknownPerson)?;
    if administrator.administer_all(&staff.grants) {
        Ok(())
    } else {
        Err(ApiError::OutsideArea)
    }
}

/// Whether an administrator may give somebody these grants. Of what they hold already it is only
/// asked whether it lies in the administrator's area.
///
/// # Errors
/// `UnknownArea`, `OutsideArea`, `NotWhole`, or `AreaNotIn` the campaign.
pub fn may_be_given(
    store: &Store,
    administrator: &Grants,
    grants: &Grants,
    held: &Grants,
) -> Result<(), ApiError> {
    if !grants.0.iter().all(|grant| grant.area.is_known()) {
        return Err(ApiError::UnknownArea);
    }
    let new = || grants.0.iter().filter(|grant| !held.0.contains(grant));
    if grants.0.is_empty() || !new().all(Grant::is_whole) {
        return Err(ApiError::NotWhole);
    }
    if !administrator.administer_all(grants) {
        return Err(ApiError::OutsideArea);
    }
    let takes_in = |campaign: &Campaign| new().all(|g| campaign.takes_in(g.area));
    match store.campaign()?.as_ref().is_none_or(takes_in) {
        true => Ok(()),
        false => Err(ApiError::AreaNotIn),
    }
}

/// The links in an administrator's reach that nobody has taken yet, the newest first.
pub fn waiting(store: &Store, administrator: &Grants) -> Result<Vec<Invited>, ApiError> {
    let query = "SELECT hash, invitation, expires FROM link WHERE used = 0 AND expires > ?
                 ORDER BY expires DESC";
    let mut waiting = Vec::new();
    for mut row in sql::rows(&store.sql, query, vec![token::now_ms().into()])? {
        let (hash, invitation) = (row.bytes(), row.text());
        let mut invitation: Invitation = objects::parse(invitation.as_bytes())?;
        if let Some(staff) = invitation.person.map(|one| store.person(one)).transpose()? {
            let staff = staff.ok_or(ApiError::UnknownPerson)?;
            (invitation.name, invitation.grants) = (staff.name, staff.grants);
        }
        if administrator.administer_all(&invitation.grants) {
            waiting.push(Invited {
                link: short(&hash),
                name: invitation.name,
                grants: invitation.grants,
                person: invitation.person,
                expires: row.number(),
            });
        }
    }
    Ok(waiting)
}

/// A link that lies about somewhere is made worthless. It can be asked again.
pub fn withdraw_at_registry(store: &Store, by: &By<String>) -> Answered {
    let administrator = store.administrator(&by.claims)?;
    let known = waiting(store, &administrator)?;
    if !known.iter().any(|invited| invited.link == by.ask) {
        return Err(ApiError::BadLink);
    }
    let query = "DELETE FROM link WHERE used = 0 AND lower(hex(substr(hash, 1, 4))) = ?";
    sql::run(&store.sql, query, vec![by.ask.as_str().into()])?;
    let link = by.ask.clone();
    audit::note(store, Who::of(&by.claims), &Deed::Withdrawn { link })?;
    Ok(Response::from_json(&true)?)
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

/// Those that are meant for a further device of somebody, too.
pub fn forget_for(store: &Store, person: Id) -> Result<(), ApiError> {
    let query = "DELETE FROM link WHERE used = 0 AND json_extract(invitation, '$.person') = ?";
    let person = person.to_string();
    Ok(sql::run(&store.sql, query, vec![person.into()])?)
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
    short(&hash(link))
}

fn short(hash: &[u8]) -> String {
    hash.iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
