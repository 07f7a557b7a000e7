//! `GET /api/devices` and `POST /api/devices/{number}/revoke`: what the people in an
//! administrator's reach have enrolled, and how a lost device is locked out.

use crate::audit::{self, Who};
use crate::bar::{self, Whose};
use crate::error::{Answered, ApiError};
use crate::objects;
use crate::registry::{By, Store, by_anybody, id};
use crate::{invite, last_words, sql, token};
use domain::audit::Deed;
use domain::wire::{DeviceList, EnrolledDevice, Staff};
use domain::{Device, Grants, Id};
use worker::{Env, Request, Response};

pub async fn get(request: &Request, env: &Env) -> Answered {
    by_anybody(request, env, "/devices").await
}

pub async fn revoke(request: &Request, env: &Env, number: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask = Device::parse(number).ok_or(ApiError::NoSuchDevice)?;
    objects::registry(env)?
        .pass("/revoke", &By { claims, ask })
        .await
}

pub fn list_at_registry(store: &Store, by: &By<()>) -> Answered {
    let grants = store.administrator(&by.claims)?;
    let mut devices = Vec::new();
    for staff in store.people()? {
        if grants.administer_all(&staff.grants) {
            devices.extend(devices_of(store, &staff)?);
        }
    }
    Ok(Response::from_json(&DeviceList { devices })?)
}

fn devices_of(store: &Store, staff: &Staff) -> Result<Vec<EnrolledDevice>, ApiError> {
    let query = "SELECT number, name, enrolled, seen, revoked, retired, unsent, version FROM device
                 WHERE person = ? ORDER BY enrolled, number";
    let person = crate::registry::bytes(staff.person);
    let mut devices = Vec::new();
    for mut row in sql::rows(&store.sql, query, vec![person.into()])? {
        let number = Device::parse(&row.text()).ok_or(ApiError::NoSuchDevice)?;
        let device_name = row.text();
        let (enrolled, seen) = (row.number(), row.number());
        let mut moment = || Some(row.number()).filter(|at| *at > 0);
        let (revoked, retired) = (moment(), moment());
        let unsent = row.maybe().map(|count| count as u64);
        devices.push(EnrolledDevice {
            number,
            person: staff.person,
            name: staff.name.clone(),
            device_name,
            enrolled,
            seen,
            revoked,
            retired,
            unsent,
            version: Some(row.text()).filter(|version| !version.is_empty()),
            last_words: last_words::kept(store, number)?,
        });
    }
    Ok(devices)
}

/// The device's owner, if that is somebody whom these grants administer.
///
/// # Errors
/// `NoSuchDevice` or `NotAllowed`.
pub fn owner(store: &Store, device: Device, grants: &Grants) -> Result<Staff, ApiError> {
    let owner = owner_of(store, device)?.ok_or(ApiError::NoSuchDevice)?;
    let owner = store.person(owner)?.ok_or(ApiError::NoSuchDevice)?;
    if grants.administer_all(&owner.grants) {
        Ok(owner)
    } else {
        Err(ApiError::OutsideArea)
    }
}

pub fn owner_of(store: &Store, device: Device) -> Result<Option<Id>, ApiError> {
    let query = "SELECT person FROM device WHERE number = ?";
    let row = sql::first(&store.sql, query, vec![device.to_string().into()])?;
    Ok(row.and_then(|mut row| id(&row.bytes())))
}

/// Locks a device out. It can be asked again; the first time counts.
pub fn revoke_at_registry(store: &Store, by: &By<Device>) -> Result<(), ApiError> {
    let device = by.ask;
    let grants = store.administrator(&by.claims)?;
    let owner = owner(store, device, &grants)?;
    if let Some(campaign) = store.campaign()?
        && owner.grants.administer(campaign.area)
        && !store.others_administer(&campaign, |_, number| number == device)?
    {
        return Err(ApiError::LastAdministrator);
    }
    lock_out(store, Who::of(&by.claims), &owner, device)
}

fn lock_out(store: &Store, who: Who, owner: &Staff, device: Device) -> Result<(), ApiError> {
    let query = "UPDATE device SET revoked = ? WHERE number = ? AND revoked = 0 RETURNING number";
    let values = vec![token::now_ms().into(), device.to_string().into()];
    if sql::first(&store.sql, query, values)?.is_some() {
        bar::put_up(&store.sql, Whose::Device(device), &owner.grants)?;
        invite::forget_by_device(store, device)?;
        audit::note(
            store,
            who.to(owner.person),
            &Deed::Revoked { number: device },
        )?;
    }
    Ok(())
}

/// Locks all devices of somebody out.
pub fn lock_all_out(store: &Store, who: Who, owner: &Staff) -> Result<(), ApiError> {
    let query = "SELECT number FROM device WHERE person = ? AND revoked = 0";
    let person = crate::registry::bytes(owner.person);
    for mut row in sql::rows(&store.sql, query, vec![person.into()])? {
        let number = Device::parse(&row.text()).ok_or(ApiError::NoSuchDevice)?;
        lock_out(store, who, owner, number)?;
    }
    Ok(())
}
