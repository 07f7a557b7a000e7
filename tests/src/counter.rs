//! Counts every byte that passes between a browser and a server.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Stands between a browser and a server and counts what passes.
#[derive(Debug)]
pub struct Counter {
    pub port: u16,
    down: Arc<AtomicU64>,
    up: Arc<AtomicU64>,
}

impl Counter {
    /// # Errors
    /// If no port of this machine is free.
    pub fn before(server: SocketAddr) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let port = listener
            .local_addr()
            .map_err(|error| error.to_string())?
            .port();
        let (down, up) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (counts_down, counts_up) = (down.clone(), up.clone());
        // As long as the program runs.
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

    pub fn reset(&self) {
        self.down.store(0, Ordering::Relaxed);
        self.up.store(0, Ordering::Relaxed);
    }

    /// Bytes to the browser, and from it.
    pub fn counted(&self) -> (u64, u64) {
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
