//! The names of villages, which come by county and stay on the device.

use crate::desk::Desk;
use domain::Area;
use domain::area::{Level, short_name};
use domain::wire::Profile;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// A province's or city's tables stop at townships.
const FEW: usize = 3;

/// The counties whose villages have names on this device.
fn counties(profile: Option<Profile>) -> Vec<Area> {
    let ledgers = profile.map(|profile| profile.ledgers).unwrap_or_default();
    match ledgers.len() <= FEW {
        true => ledgers,
        false => Vec::new(),
    }
}

/// Reads the names that are on the device, before anything is shown.
pub async fn recall(desk: Desk) {
    for county in counties(desk.profile_now()) {
        if let Ok(Some(table)) = desk.store().villages(county).await {
            take(desk, &table);
        }
    }
}

/// Fetches once what is not on the device.
pub fn start(desk: Desk) {
    Effect::new(move || {
        for county in counties(desk.profile()) {
            if !is_known(desk, county) {
                spawn_local(learn(desk, county));
            }
        }
    });
}

fn is_known(desk: Desk, county: Area) -> bool {
    let of_county = |area: &Area| area.at(Level::County) == Some(county);
    desk.villages
        .with_untracked(|villages| villages.keys().any(of_county))
}

/// Learns a county's names, from the device or else from the server.
pub async fn learn(desk: Desk, county: Area) {
    let store = desk.store();
    let table = match store.villages(county).await.ok().flatten() {
        Some(table) => table,
        None => {
            let path = format!("/areas/{county}.csv");
            let Ok(bytes) = crate::api::get_bytes(&path, None).await else {
                return;
            };
            let table = String::from_utf8_lossy(&bytes).into_owned();
            let _ = store.keep_villages(county, &table).await;
            table
        }
    };
    take(desk, &table);
}

fn take(desk: Desk, table: &str) {
    let rows = table.lines().filter_map(|line| {
        let (code, name) = line.split_once(',')?;
        Some((Area::parse(code)?, short_name(name)))
    });
    let mut names = desk.villages.get_untracked().as_ref().clone();
    names.extend(rows);
    desk.villages.set(Rc::new(names));
}
