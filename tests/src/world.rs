//! One server with its data, which can be stopped and started again, and the people around it.

use crate::browser::Browser;
use domain::grant::{Grant, Role};
use domain::wire::{Invitation, SetupWhen};
use domain::{Area, Campaign, Grants};
use host::build::{self, Built, Profile};
use host::device::Device;
use host::door::Door;
use host::links;
use host::serve::Server;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use tempfile::TempDir;

/// The build that all tests of a run share.
///
/// # Panics
/// If it fails; it is tried once.
pub fn built() -> &'static Built {
    static BUILT: OnceLock<Result<Built, String>> = OnceLock::new();
    let tried = BUILT.get_or_init(|| {
        build::build(Profile::from_environment()).map_err(|error| error.to_string())
    });
    tried.as_ref().unwrap_or_else(|error| panic!("{error}"))
}

/// Cao County (曹县), where the stories happen.
pub fn county() -> Area {
    area("371721")
}

/// # Panics
/// If it is no area's code.
pub fn area(code: &str) -> Area {
    Area::parse(code).unwrap_or_else(|| panic!("{code} is no area"))
}

pub struct World {
    server: Option<Server>,
    data: TempDir,
    /// The next version of the page, once there is one.
    next: Option<TempDir>,
    door: Door,
    url: String,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// An empty server with a campaign around today.
    ///
    /// # Panics
    /// If the server does not start; the message says why.
    pub fn new() -> Self {
        Self::behind(built(), Door::plain(&own_address()))
    }

    /// The same, reached as that door says and run by that build.
    ///
    /// # Panics
    /// If the server does not start; the message says why.
    pub fn behind(built: &Built, door: Door) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let server = start(built, &data, &door);
        let url = server.url();
        let world = Self {
            server: Some(server),
            data,
            next: None,
            door,
            url,
        };
        world.set(&campaign_today());
        world
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder with the server's data.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// # Panics
    /// If the server is stopped.
    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("the server runs")
    }

    fn set(&self, campaign: &Campaign) {
        let set = links::setup(
            self.server(),
            Some(campaign.clone()),
            vec![],
            SetupWhen::Always,
        );
        set.unwrap_or_else(|error| panic!("{error}"));
    }

    /// A link for one person with these grants.
    ///
    /// # Panics
    /// If the server refuses.
    pub fn invite(&self, name: &str, grants: Vec<Grant>) -> String {
        let invitation = Invitation {
            name: name.to_owned(),
            grants: Grants(grants),
            person: None,
        };
        let answer = links::setup(self.server(), None, vec![invitation], SetupWhen::Always);
        answer
            .unwrap_or_else(|error| panic!("{error}"))
            .links
            .remove(0)
    }

    /// A device without a screen, for a person with one role.
    ///
    /// # Panics
    /// If the server refuses.
    pub fn device(&self, name: &str, role: Role, code: &str) -> Device {
        let link = self.invite(name, vec![Grant::new(role, area(code))]);
        Device::enrol(&self.url, &link, name).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The page on which a person with one role enrols a browser.
    pub fn enrolment_page(&self, name: &str, role: Role, code: &str) -> String {
        links::page(
            self.server(),
            &self.invite(name, vec![Grant::new(role, area(code))]),
        )
    }

    /// A browser of its own, for one person's device.
    pub fn browser(&self, name: &str) -> Browser {
        Browser::new(name)
    }

    /// A browser whose camera sees a film.
    pub fn browser_with_camera(&self, name: &str, film: &std::path::Path) -> Browser {
        Browser::with_camera(name, film)
    }

    /// The server ends, as at a planned shutdown.
    pub fn stop_server(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
    }

    /// The server ends, as in a power cut.
    pub fn kill_server(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// The server comes back, at the same address, with what is on disk.
    pub fn start_server(&mut self) {
        let mut built = built().clone();
        if let Some(next) = &self.next {
            built.site = next.path().to_owned();
        }
        self.server = Some(start(&built, &self.data, &self.door));
    }

    /// The server loses all its data and begins a new campaign at the same address.
    ///
    /// # Panics
    /// If it does not start.
    pub fn begin_anew(&mut self) {
        self.stop_server();
        self.data = TempDir::new().expect("a temporary folder");
        self.start_server();
        self.set(&campaign_today());
    }

    /// The server comes back with a new version of the page: its service worker differs.
    ///
    /// # Panics
    /// If the page cannot be copied.
    pub fn update_page(&mut self) {
        self.stop_server();
        let next = TempDir::new().expect("a temporary folder");
        copy(&built().site, next.path()).expect("the page can be copied");
        let worker = next.path().join("sw.js");
        let text = std::fs::read_to_string(&worker).expect("the service worker");
        let text = text.replace("const VERSION = \"", "const VERSION = \"next-");
        std::fs::write(&worker, text).expect("the service worker can be written");
        let _ = std::fs::remove_file(next.path().join("sw.js.br"));
        self.next = Some(next);
        self.start_server();
    }
}

/// A campaign that is under way today.
pub fn campaign_today() -> Campaign {
    host::training::campaign(domain::day_of(host::show::now_ms()))
}

/// The tests' folder, with what they bring from npm.
///
/// # Panics
/// If it is not there and cannot be brought; the message says why.
pub fn npm_packages() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = host::tools::root().join("tests");
        let wanted = std::fs::read(folder.join("package-lock.json")).expect("the lock file");
        let had = folder.join("node_modules/.brought");
        if std::fs::read(&had).ok().as_ref() != Some(&wanted) {
            // What is optional are a second runtime and codecs for images; neither is used.
            let quietly = ["--ignore-scripts", "--no-audit", "--no-fund"];
            let arguments = [&["ci", "--omit=optional"], quietly.as_slice()].concat();
            host::tools::npm(&folder, &arguments).unwrap_or_else(|error| panic!("{error}"));
            std::fs::write(&had, wanted).expect("the folder can be written");
        }
        folder
    })
}

/// An address that stays this world's own while its server is stopped: from below the range out
/// of which systems give ports to whoever asks for any.
pub fn own_address() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = (std::process::id() % 100) as u16 * 100;
    loop {
        let port = 20_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        let address = format!("127.0.0.1:{port}");
        if host::serve::free(&address).is_ok() {
            return address;
        }
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            std::fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn start(built: &Built, data: &TempDir, door: &Door) -> Server {
    Server::open(built, data.path(), door).unwrap_or_else(|error| panic!("{error}"))
}
