//! Ten thousand people into an empty phone, and a thousand of its edits out again.

use super::peers::{DEXIE, POUCHDB, Peer, RAW, RXDB, Server};
use super::phone::Phone;
use super::{Bench, Line, compared, people};
use crate::World;
use crate::world::county;
use domain::Change;
use domain::grant::Role;
use serde_json::{Value, json};
use std::sync::OnceLock;

pub const PULL: Bench = Bench {
    name: "pull",
    what: "10,000 people from the server into an empty phone, in ms (raw: puts alone, no network)",
    run: || Ok(measured()?.pull.clone()),
};

pub const PUSH: Bench = Bench {
    name: "push",
    what: "1,000 edits made without a network, until the server has acknowledged them, in ms",
    run: || Ok(measured()?.push.clone()),
};

pub const PEOPLE: usize = 10_000;
const EDITS: usize = 1_000;
const ROUNDS: usize = 5;
const OURS: &str = "Chunnuan";

struct Measured {
    pull: Vec<Line>,
    push: Vec<Line>,
}

/// Both are measured in one go, since who pushes has pulled before.
fn measured() -> Result<&'static Measured, String> {
    static MEASURED: OnceLock<Result<Measured, String>> = OnceLock::new();
    MEASURED.get_or_init(measure).as_ref().map_err(Clone::clone)
}

fn measure() -> Result<Measured, String> {
    let world = World::new();
    let changes = people::fill(&world, PEOPLE)?;
    let documents: Vec<Value> = changes.iter().map(people::document).collect();
    let server = Server::with(&documents)?;
    let manager = world.device("魏国强", Role::Coordinator, "371721");
    let accepted = || match manager.push(county(), &[]) {
        Ok(told) => Ok(told.seen),
        Err(error) => Err(error.to_string()),
    };
    let distinct = people::distinct(&changes);
    let mut pull: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut push: Vec<(&str, Vec<f64>)> = Vec::new();
    let note = |times: &mut Vec<(&'static str, Vec<f64>)>, name, ms| match times
        .iter_mut()
        .find(|(known, _)| *known == name)
    {
        Some((_, all)) => all.push(ms),
        None => times.push((name, vec![ms])),
    };
    for round in 0..ROUNDS {
        let edited: Vec<Change> = distinct[round * EDITS..][..EDITS].to_vec();
        eprintln!("round {} of {ROUNDS}", round + 1);
        let mut phone = Phone::at_the_door(&world, world.url());
        note(&mut pull, OURS, phone.pulls(PEOPLE)?);
        let before = accepted()?;
        phone.edits(&edited, round)?;
        // No letter of its service worker has brought them up meanwhile.
        match accepted()? - before {
            0 => note(&mut push, OURS, phone.pushes()?),
            early => return Err(format!("{early} edits had gone up before they were pushed")),
        }
        if accepted()? != before + EDITS as u64 {
            return Err("not all edits were accepted once".to_owned());
        }
        drop(phone);
        note(&mut pull, RAW.1, server.page(RAW).times("pull", PEOPLE)?);
        for peer in [DEXIE, RXDB, POUCHDB] {
            let (pulled, pushed) = a_peer(&server, peer, &edited)?;
            note(&mut pull, peer.1, pulled);
            note(&mut push, peer.1, pushed);
        }
    }
    Ok(Measured {
        pull: compared(&pull),
        push: compared(&push),
    })
}

fn a_peer(server: &Server, peer: Peer, edited: &[Change]) -> Result<(f64, f64), String> {
    let page = server.page(peer);
    let pulled = page.times("pull", PEOPLE)?;
    let ids: Value = edited.iter().map(|one| json!(one.id.to_string())).collect();
    page.call("edit", &[ids, json!("19900001234")])?;
    Ok((pulled, page.times("push", EDITS)?))
}
