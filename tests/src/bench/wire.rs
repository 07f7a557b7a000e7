//! What goes over the wire for that pull: every byte of it, both ways, counted between the browser
//! and the server.

use super::peers::{DEXIE, POUCHDB, RXDB, Server};
use super::phone::Phone;
use super::sync::PEOPLE;
use super::{Bench, Line, people};
use crate::World;
use crate::counter::Counter;
use serde_json::Value;
use std::net::SocketAddr;

pub const BENCH: Bench = Bench {
    name: "wire",
    what: "bytes for pulling 10,000 people, with all heads and questions (ours: with enrolment)",
    run,
};

fn run() -> Result<Vec<Line>, String> {
    let world = World::new();
    let changes = people::fill(&world, PEOPLE)?;
    let documents: Vec<Value> = changes.iter().map(people::document).collect();
    let server = Server::with(&documents)?;
    let own = Counter::before(world.server().address())?;
    let mut phone = Phone::at_the_door(&world, &format!("http://localhost:{}", own.port));
    own.reset();
    phone.pulls(PEOPLE)?;
    let mut all = vec![("Chunnuan".to_owned(), own.counted())];
    drop(phone);
    for peer in [DEXIE, RXDB, POUCHDB] {
        let counter = Counter::before(SocketAddr::from(([127, 0, 0, 1], server.port())))?;
        let page = server.page_at(peer, counter.port);
        counter.reset();
        page.times("pull", PEOPLE)?;
        all.push((peer.1.to_owned(), counter.counted()));
    }
    let whole = |(down, up): (u64, u64)| (down + up) as f64;
    let ours = all.first().map_or(f64::NAN, |(_, counted)| whole(*counted));
    let line = |(name, (down, up)): (String, (u64, u64))| Line {
        name,
        figures: vec![
            ("bytes down", down as f64),
            ("bytes up", up as f64),
            ("times ours", whole((down, up)) / ours),
        ],
    };
    Ok(all.into_iter().map(line).collect())
}
