//! Runs the Worker on workerd, with its Durable Objects in SQLite files on this machine's disk.

use crate::build::{Built, hex};
use crate::error::{At, HostError};
use crate::http;
use crate::show;
use std::net::{SocketAddr, TcpListener};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    setup_key: String,
    log: PathBuf,
}

impl Server {
    /// Starts the server on `listen` (port 0 takes a free one) and waits until it answers.
    ///
    /// # Errors
    /// `Address`, `PortInUse`, `NotStarted` with its last words, or a file that can't be used.
    pub fn start(built: &Built, data: &Path, listen: &str) -> Result<Self, HostError> {
        let address = free(listen)?;
        std::fs::create_dir_all(data.join("objects")).at(data)?;
        let data = &data.canonicalize().at(data)?;
        let mut random = [0; 24];
        getrandom::fill(&mut random).map_err(|e| HostError::Tool {
            step: "making a key",
            said: e.to_string(),
        })?;
        let setup_key = hex(&random);
        let config = data.join("workerd.capnp");
        std::fs::write(&config, capnp(built, data, address)).at(&config)?;
        let log = data.join("workerd.log");
        let out = std::fs::File::create(&log).at(&log)?;
        let errors = out.try_clone().at(&log)?;
        let mut command = Command::new(&built.tools.workerd);
        command
            .arg("serve")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(errors);
        // By the environment, not the file: the key is never on disk.
        command.env("CHUNNUAN_SETUP_KEY", &setup_key);
        let child = command.spawn().map_err(|e| HostError::Tool {
            step: "starting workerd",
            said: e.to_string(),
        })?;
        let mut server = Self {
            child,
            address,
            setup_key,
            log,
        };
        server.wait_until_it_answers()?;
        Ok(server)
    }

    pub fn url(&self) -> String {
        let host = if self.address.ip().is_loopback() || self.address.ip().is_unspecified() {
            "localhost".to_owned()
        } else {
            self.address.ip().to_string()
        };
        format!("http://{host}:{}", self.address.port())
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn setup_key(&self) -> &str {
        &self.setup_key
    }

    /// What the server printed; it holds no personal data.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends it as a system does at shutdown, and waits until it is gone.
    pub fn stop(mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }

    /// Ends it as a power cut does.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits for the server to end by itself.
    pub fn wait(&mut self) {
        let _ = self.child.wait();
    }

    /// True while the process lives.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn wait_until_it_answers(&mut self) -> Result<(), HostError> {
        let begun = show::now();
        let health = format!("http://{}/api/health", reachable(self.address));
        while begun.elapsed() < Duration::from_secs(60) {
            if !self.is_running() {
                break;
            }
            if http::get(&health).is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let log = self.log();
        let said = log
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("nothing");
        Err(HostError::NotStarted {
            said: said.to_owned(),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::from(([127, 0, 0, 1], address.port()))
    } else {
        address
    }
}

/// Makes sure that the address can be listened on; a free port is chosen for port 0.
///
/// # Errors
/// `Address` or `PortInUse`.
pub fn free(listen: &str) -> Result<SocketAddr, HostError> {
    let text = listen.replace("localhost", "127.0.0.1");
    let address: SocketAddr = text
        .parse()
        .map_err(|_| HostError::Address(listen.to_owned()))?;
    match TcpListener::bind(address) {
        Ok(listener) => listener.local_addr().at(listen),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Err(HostError::PortInUse {
            address: listen.to_owned(),
        }),
        Err(source) => Err(HostError::File {
            path: listen.into(),
            source,
        }),
    }
}

/// A path as it is seen from a folder; `embed` takes no absolute ones.
fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let up = folder
        .components()
        .filter(|part| matches!(part, Component::Normal(_)));
    let mut seen: PathBuf = up.map(|_| "..").collect();
    seen.extend(
        path.components()
            .filter(|part| matches!(part, Component::Normal(_))),
    );
    seen
}

fn capnp(built: &Built, data: &Path, address: SocketAddr) -> String {
    let quoted = |path: &Path| format!("{:?}", path.display().to_string());
    let embedded = |name: &str| quoted(&seen_from(data, &built.worker.join(name)));
    let objects = &data.join("objects");
    format!(
        r#"# Made by `cargo run` at every start; edits are lost.
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .api),
    (name = "site", disk = (path = {site}, writable = false)),
    (name = "objects", disk = (path = {objects}, writable = true)),
  ],
  sockets = [(name = "http", address = "{address}", http = (), service = "main")],
);
const api :Workerd.Worker = (
  modules = [
    (name = "index.js", esModule = embed {index}),
    (name = "index_bg.wasm", wasm = embed {wasm}),
  ],
  compatibilityDate = "{date}",
  compatibilityFlags = ["brotli_content_encoding"],
  bindings = [
    (name = "ASSETS", service = "site"),
    (name = "SETUP_KEY", fromEnvironment = "CHUNNUAN_SETUP_KEY"),
    (name = "LEDGER", durableObjectNamespace = "Ledger"),
    (name = "REGISTRY", durableObjectNamespace = "Registry"),
  ],
  durableObjectNamespaces = [
    (className = "Ledger", uniqueKey = "chunnuan-ledger", enableSql = true),
    (className = "Registry", uniqueKey = "chunnuan-registry", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "objects"),
);
"#,
        site = quoted(&built.site),
        objects = quoted(objects),
        index = embedded("index.js"),
        wasm = embedded("index_bg.wasm"),
        date = COMPATIBILITY_DATE,
    )
}

/// The runtime's behaviour is that of this day; `wrangler.toml` has the same.
pub const COMPATIBILITY_DATE: &str = "2026-11-01";
