//! The peers: their packages from npm, their pages, and the small server that they share.

use crate::Browser;
use host::tools::{self, npm};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Each by the name of its script, and as people call it.
pub const RAW: Peer = Peer("raw", "raw IndexedDB");
pub const DEXIE: Peer = Peer("dexie", "Dexie");
pub const RXDB: Peer = Peer("rxdb", "RxDB on Dexie");
pub const POUCHDB: Peer = Peer("pouchdb", "PouchDB");

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer(&'static str, pub &'static str);

/// Their packages, exactly as the lock file has them.
pub fn packages() -> Result<PathBuf, String> {
    let folder = tools::root().join("tests/src/bench/peers");
    let wanted = std::fs::read(folder.join("package-lock.json")).map_err(|e| e.to_string())?;
    let had = folder.join("node_modules/.had");
    if std::fs::read(&had).is_ok_and(|bytes| bytes == wanted) {
        return Ok(folder);
    }
    eprintln!("bringing the peers from npm …");
    let quietly = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    npm(&folder, &quietly).map_err(|e| e.to_string())?;
    std::fs::write(had, wanted).map_err(|e| e.to_string())?;
    Ok(folder)
}

/// Runs a program to its end.
pub fn succeed(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Their server, with the people on it.
pub struct Server {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Server {
    pub fn with(people: &[Value]) -> Result<Self, String> {
        Self::start(people, "stores")
    }

    /// The same for raw IndexedDB, which needs no store on the server.
    pub fn without_stores(people: &[Value]) -> Result<Self, String> {
        Self::start(people, "file")
    }

    fn start(people: &[Value], keeps: &str) -> Result<Self, String> {
        let packages = packages()?;
        let tools = tools::ready().map_err(|error| error.to_string())?;
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let (scripts, data) = (folder.path().join("scripts"), folder.path().join("data"));
        std::fs::create_dir(&data).map_err(|error| error.to_string())?;
        let mut esbuild = Command::new(&tools.esbuild);
        for Peer(script, _) in [RAW, DEXIE, RXDB, POUCHDB] {
            esbuild.arg(packages.join(format!("{script}.mjs")));
        }
        esbuild.args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--log-level=warning",
        ]);
        esbuild.arg("--define:global=globalThis");
        succeed(esbuild.arg(format!("--outdir={}", scripts.display())))?;
        let file = folder.path().join("people.json");
        let text = serde_json::to_vec(people).map_err(|error| error.to_string())?;
        std::fs::write(&file, text).map_err(|error| error.to_string())?;
        let mut child = Command::new(&tools.node)
            .arg(packages.join("server.mjs"))
            .args([&scripts, &data, &file])
            .arg(keeps)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut first = String::new();
        let out = child.stdout.take().map(BufReader::new);
        let read = out.map(|mut out| out.read_line(&mut first));
        let port = first.trim().parse();
        let server = Self {
            child,
            port: port.unwrap_or_default(),
            _folder: folder,
        };
        match (read, server.port) {
            (_, 0) => Err("the peers' server did not start".to_owned()),
            _ => Ok(server),
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// A fresh browser on a peer's page.
    pub fn page(&self, peer: Peer) -> Page {
        self.page_at(peer, self.port)
    }

    /// The same by way of another port.
    pub fn page_at(&self, Peer(script, name): Peer, port: u16) -> Page {
        let mut browser = Browser::new(name);
        browser.patient();
        browser.minds_the_pad();
        browser.open(&format!("http://localhost:{port}/{script}.html"));
        let page = Page(browser);
        page.is_ready();
        page
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a peer says of one piece of work: how long, and of how many records.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct Took {
    pub ms: f64,
    pub count: usize,
}

/// A peer's page.
pub struct Page(pub Browser);

impl Page {
    fn is_ready(&self) {
        self.0.wait_until("its script runs", "globalThis.bench");
    }

    pub fn again(&self) {
        self.0.js("location.reload();");
        self.is_ready();
    }

    /// Calls one of the page's functions.
    pub fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
        let told = self.0.isolated(&format!(
            "bench.{name}({}).then((done) => done ?? {{}}, (error) => String(error))",
            arguments.join(", ")
        ));
        match told {
            Value::String(error) => Err(format!("{name}: {error}")),
            told => Ok(told),
        }
    }

    /// The same of what is timed, of so many records.
    pub fn times(&self, name: &str, count: usize) -> Result<f64, String> {
        let told = self.call(name, &[])?;
        let took: Took = serde_json::from_value(told).map_err(|error| error.to_string())?;
        match took.count == count {
            true => Ok(took.ms),
            false => Err(format!("{name}: {} records, not {count}", took.count)),
        }
    }
}
