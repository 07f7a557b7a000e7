//! Runs the Worker on workerd, with its Durable Objects in SQLite files on this machine's disk.

use crate::build::{Built, hex};
use crate::door::{self, Door, Sockets};
use crate::error::{At, HostError};
use crate::http;
use crate::objects::{LEDGERS, REGISTRY};
use crate::show;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub use door::free;

/// How long a server may take to end what it is answering.
const FAREWELL: Duration = Duration::from_secs(10);

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    sockets: Sockets,
    origin: String,
    setup_key: String,
    log: PathBuf,
    /// Held while the server runs, so that no second one opens the same data.
    _lock: File,
}

impl Server {
    /// Starts the server on `listen` (port 0 takes a free one), without TLS, and waits until it
    /// answers.
    ///
    /// # Errors
    /// As [`Server::open`].
    pub fn start(built: &Built, data: &Path, listen: &str) -> Result<Self, HostError> {
        Self::open(built, data, &Door::plain(listen))
    }

    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    /// `Address`, `PortInUse`, `DataInUse`, `NotStarted` with its last words, or a file that can't
    /// be used.
    pub fn open(built: &Built, data: &Path, door: &Door) -> Result<Self, HostError> {
        let sockets = Sockets::of(door)?;
        let pair = door.certificate.as_ref().map(door::readable).transpose()?;
        private_folder(data)?;
        let data = &data.canonicalize().at(data)?;
        let lock = locked(data)?;
        private_folder(&data.join("objects"))?;
        let setup_key = random_key()?;
        let config = data.join("workerd.capnp");
        let listening = sockets.settings(data, pair.as_ref());
        let calls = calls(is_on_own_machine(door, sockets.phones));
        std::fs::write(&config, capnp(built, data, &listening, calls)).at(&config)?;
        let log = data.join("workerd.log");
        // What the run before said is kept for whoever looks for a reason.
        let _ = std::fs::rename(&log, data.join("workerd.log.before"));
        let out = File::create(&log).at(&log)?;
        let errors = out.try_clone().at(&log)?;
        let mut command = Command::new(&built.workerd);
        command
            .arg("serve")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(errors);
        // By the environment, not the file: the key is never on disk.
        command.env("CHUNNUAN_SETUP_KEY", &setup_key);
        // Set by whoever puts a proxy before it that says in `x-real-ip` who asks.
        let proxy = std::env::var("CHUNNUAN_PROXY").unwrap_or_default();
        command.env("CHUNNUAN_PROXY", proxy);
        // A server that only this machine reaches may call this machine: webhooks can be tried.
        let own = is_on_own_machine(door, sockets.phones);
        command.env("CHUNNUAN_OWN_MACHINE", if own { "1" } else { "" });
        let child = command.spawn().map_err(|e| HostError::Tool {
            step: "starting workerd",
            said: e.to_string(),
        })?;
        let mut server = Self {
            child,
            sockets,
            origin: origin(door, sockets.phones),
            setup_key,
            log,
            _lock: lock,
        };
        server.wait_until_it_answers()?;
        Ok(server)
    }

    /// What phones open.
    pub fn url(&self) -> String {
        self.origin.clone()
    }

    /// Where this program itself asks the server, without leaving the machine.
    pub fn own_url(&self) -> String {
        format!("http://{}", door::reachable(self.sockets.own))
    }

    pub fn address(&self) -> SocketAddr {
        self.sockets.phones
    }

    /// The number under which the system knows the process.
    pub fn process(&self) -> u32 {
        self.child.id()
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
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let begun = show::now();
        while self.is_running() && begun.elapsed() < FAREWELL {
            std::thread::sleep(Duration::from_millis(10));
        }
        // Dropping it ends what did not end by itself; accepted changes survive that, too.
    }

    /// Ends it as a power cut does.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// From here on it says nothing and closes nothing, as behind a network that swallows all.
    pub fn fall_silent(&self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::STOP);
    }

    /// It goes on where it fell silent.
    pub fn speak_again(&self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::CONT);
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
        let health = format!("{}/api/health", self.own_url());
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

fn origin(door: &Door, phones: SocketAddr) -> String {
    if let Some(origin) = &door.origin {
        return origin.trim_end_matches('/').to_owned();
    }
    let host = if phones.ip().is_loopback() || phones.ip().is_unspecified() {
        "localhost".to_owned()
    } else {
        phones.ip().to_string()
    };
    let scheme = match door.certificate {
        Some(_) => "https",
        None => "http",
    };
    format!("{scheme}://{host}:{}", phones.port())
}

fn random_key() -> Result<String, HostError> {
    let mut random = [0; 24];
    getrandom::fill(&mut random).map_err(|e| HostError::Tool {
        step: "making a key",
        said: e.to_string(),
    })?;
    Ok(hex(&random))
}

/// Makes a folder that only its owner can look into; one that is there stays as it is.
pub(crate) fn private_folder(folder: &Path) -> Result<(), HostError> {
    let mut maker = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
    maker.recursive(true).create(folder).at(folder)
}

fn locked(data: &Path) -> Result<File, HostError> {
    let path = data.join("lock");
    let lock = File::create(&path).at(&path)?;
    // A program that this one starts holds the lock, too, for the moment between its birth and its
    // own beginning.
    let begun = show::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if begun.elapsed() < Duration::from_millis(500) => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(HostError::DataInUse {
                    path: data.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(HostError::File { path, source }),
        }
    }
}

/// True of a server without a name of its own that listens to this machine only.
fn is_on_own_machine(door: &Door, phones: SocketAddr) -> bool {
    door.origin.is_none() && phones.ip().is_loopback()
}

/// To which networks webhooks are let through, wherever a name may lead.
const fn calls(own_machine: bool) -> &'static str {
    match own_machine {
        true => r#""public", "local""#,
        false => r#""public""#,
    }
}

fn capnp(built: &Built, data: &Path, sockets: &str, calls: &str) -> String {
    let quoted = |path: &Path| format!("{:?}", path.display().to_string());
    let embedded = |name: &str| door::embedded(data, &built.worker.join(name));
    let objects = &data.join("objects");
    format!(
        r#"# Made by `cargo run` at every start; edits are lost.
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .api),
    (name = "site", disk = (path = {site}, writable = false)),
    (name = "objects", disk = (path = {objects}, writable = true)),
    (name = "internet", network = (allow = [{calls}], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [
    {sockets},
  ],
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
    (name = "CHUNNUAN_PROXY", fromEnvironment = "CHUNNUAN_PROXY"),
    (name = "CHUNNUAN_OWN_MACHINE", fromEnvironment = "CHUNNUAN_OWN_MACHINE"),
    (name = "LEDGER", durableObjectNamespace = "Ledger"),
    (name = "REGISTRY", durableObjectNamespace = "Registry"),
  ],
  durableObjectNamespaces = [
    (className = "Ledger", uniqueKey = "{LEDGERS}", enableSql = true),
    (className = "Registry", uniqueKey = "{REGISTRY}", enableSql = true),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_without_a_name_on_this_machine_may_call_this_machine() {
        let address = |text: &str| text.parse::<SocketAddr>().expect("an address");
        let (near, far) = (address("127.0.0.1:8787"), address("0.0.0.0:443"));
        let alone = Door::plain("127.0.0.1:8787");
        assert!(is_on_own_machine(&alone, near));
        assert!(!is_on_own_machine(&alone, far));
        // Behind a proxy a server listens on this machine, too, and others reach it.
        let named = Door {
            origin: Some("https://chunnuan.example.cn".to_owned()),
            ..alone
        };
        assert!(!is_on_own_machine(&named, near));
        assert!(!calls(false).contains("local"));
    }
}
