//! What goes over the wire for that pull: every byte of it, both ways, counted between the browser
//! and the server.

use super::peers::{DEXIE, POUCHDB, RXDB, Server};
use super::phone::Phone;
use super::sync::PEOPLE;
use super::{Bench, Line, people};
use crate::World;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

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

/// Stands between a browser and a server and counts what passes.
struct Counter {
    port: u16,
    down: Arc<AtomicU64>,
    up: Arc<AtomicU64>,
}

impl Counter {
    fn before(server: SocketAddr) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let port = listener
            .local_addr()
            .map_err(|error| error.to_string())?
            .port();
        let (down, up) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (counts_down, counts_up) = (down.clone(), up.clone());
        // As long as the program runs; nobody counts after the bench.
        thread::spawn(move || {
            for browser in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(server) else {
                    continue;
                };
                passes(&browser, &server, &counts_up);
                passes(&server, &browser, &counts_down);
            }
        });
        Ok(Self { port, down, up })
    }

    fn reset(&self) {
        self.down.store(0, Ordering::Relaxed);
        self.up.store(0, Ordering::Relaxed);
    }

    fn counted(&self) -> (u64, u64) {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (count(&self.down), count(&self.up))
    }
}

fn passes(from: &TcpStream, to: &TcpStream, count: &Arc<AtomicU64>) {
    let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else {
        return;
    };
    let count = count.clone();
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            count.fetch_add(read as u64, Ordering::Relaxed);
            if to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}
