//! `POST /api/enrol`: a device takes a link and leaves its public key.

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::limit::{self, Came};
use crate::objects::{self, parse, read};
use crate::registry::{Store, bytes, random};
use crate::{invite, people, sql, token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::audit::Deed;
use domain::wire::{EnrolAnswer, EnrolAsk, Invitation, Staff};
use domain::{Device, Id};
use p256::ecdsa::VerifyingKey;
use worker::{Env, Request, Response};

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let ask: EnrolAsk = read(request).await?;
    let came = Came::new(request, env, ask)?;
    objects::registry(env)?.pass("/enrol", &came).await
}

pub fn at_registry(store: &Store, came: &Came<EnrolAsk>) -> Answered {
    let ask = &came.ask;
    let key = URL_SAFE_NO_PAD
        .decode(&ask.public_key)
        .map_err(|_| ApiError::BadKey)?;
    VerifyingKey::from_sec1_bytes(&key).map_err(|_| ApiError::BadKey)?;
    let now = token::now_ms();
    // Reading and marking stand in one step without an await: a link cannot be taken twice.
    let query = "UPDATE link SET used = ? WHERE hash = ? AND used = 0 AND expires > ?
                 RETURNING invitation";
    let values = vec![now.into(), invite::hash(&ask.link).into(), now.into()];
    let Some(mut row) = sql::first(&store.sql, query, values)? else {
        let from = came.address.as_deref().unwrap_or("anywhere");
        limit::WRONG_LINKS.count(&store.sql, from)?;
        return Err(ApiError::BadLink);
    };
    let invitation: Invitation = parse(row.text().as_bytes())?;
    let staff = match invitation.person {
        Some(person) => people::comes_back(store, person)?,
        None => newcomer(store, invitation)?,
    };
    let device = keep_device(store, &staff, ask, key)?;
    let link = invite::name(&ask.link);
    let who = Who {
        person: Some(staff.person),
        device: Some(device),
        about: None,
    };
    audit::note(
        store,
        who,
        &Deed::Enrolled {
            link,
            number: device,
        },
    )?;
    Ok(Response::from_json(&EnrolAnswer {
        device,
        person: staff.person,
        name: staff.name,
    })?)
}

fn newcomer(store: &Store, invitation: Invitation) -> Result<Staff, ApiError> {
    let person = Id::new(token::now_ms(), random()?);
    let Invitation { name, grants, .. } = invitation;
    let text = String::from_utf8_lossy(&objects::json(&grants)?).into_owned();
    let query = "INSERT INTO person (id, name, grants) VALUES (?, ?, ?)";
    let values = vec![bytes(person).into(), name.as_str().into(), text.into()];
    sql::run(&store.sql, query, values)?;
    Ok(Staff {
        person,
        name,
        grants,
        stopped: None,
    })
}

fn keep_device(
    store: &Store,
    staff: &Staff,
    ask: &EnrolAsk,
    key: Vec<u8>,
) -> Result<Device, ApiError> {
    let (now, device) = (token::now_ms(), Device(u64::from_be_bytes(random()?)));
    let name: String = ask.device_name.chars().take(80).collect();
    let query = "INSERT INTO device (number, person, name, key, enrolled, seen)
                 VALUES (?, ?, ?, ?, ?, ?)";
    let values = vec![
        device.to_string().into(),
        bytes(staff.person).into(),
        name.into(),
        key.into(),
        now.into(),
        now.into(),
    ];
    sql::run(&store.sql, query, values)?;
    Ok(device)
}
