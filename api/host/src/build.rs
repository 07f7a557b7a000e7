//! Builds the app and the Worker: cargo, wasm-bindgen, wasm-opt, esbuild, brotli.

use crate::bindings;
use crate::error::{At, HostError};
use crate::show;
use crate::site::{self, Downloads};
use crate::tools::{self, Tools};
use sha2::{Digest, Sha256};
use std::cmp::Reverse;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a build made, and where.
#[derive(Clone, Debug)]
pub struct Built {
    /// The runtime.
    pub workerd: PathBuf,
    /// The folder of `index.js` and `index_bg.wasm`.
    pub worker: PathBuf,
    /// The folder of the static files.
    pub site: PathBuf,
    pub downloads: Downloads,
}

/// How the modules are compiled: as they are shipped, or quickly while one edits; or the Worker alone,
/// as it is shipped, to measure it without waiting for an app.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    Shipped,
    Quick,
    Worker,
}

impl Profile {
    /// `CHUNNUAN_PROFILE=quick` or `=worker` chooses another than the shipped one.
    pub fn from_environment() -> Self {
        match std::env::var("CHUNNUAN_PROFILE").as_deref() {
            Ok("quick") => Self::Quick,
            Ok("worker") => Self::Worker,
            _ => Self::Shipped,
        }
    }

    /// The folder of what is made.
    const fn name(self) -> &'static str {
        match self {
            Self::Shipped => "wasm",
            Self::Quick => "quick",
            Self::Worker => "worker",
        }
    }

    /// How the Worker is compiled beside that.
    const fn for_speed(self) -> &'static [&'static str] {
        match self {
            Self::Quick => &[],
            Self::Shipped | Self::Worker => &FAST,
        }
    }

    /// Cargo's profile.
    const fn of_cargo(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Shipped | Self::Worker => "wasm",
        }
    }
}

/// Builds everything; what has not changed since is not made again.
///
/// # Errors
/// One sentence on what failed; the compiler's own messages have been shown.
pub fn build(profile: Profile) -> Result<Built, HostError> {
    let tools = tools::ready()?;
    let target = target_folder();
    let out = target.join("chunnuan").join(profile.name());
    std::fs::create_dir_all(&out).at(&out)?;
    let out = out.canonicalize().at(&out)?;

    let worker = out.join("worker");
    let of_worker = || {
        // Not where the app is compiled: there one would wait for the other, and nothing is shared.
        let target = target.join("worker");
        show::step("compiling the API to WebAssembly", || {
            compile(profile, &target, &["api"], profile.for_speed())
        })?;
        let api = modules(profile, &target).join("api.wasm");
        let inputs = fingerprint(std::slice::from_ref(&api), profile)?;
        fresh(&worker, &inputs, "the Worker", || {
            bindings::of_worker(&tools, &api, &worker)
        })
    };
    let site = out.join("site");
    let of_site = || {
        if profile == Profile::Worker {
            return std::fs::create_dir_all(&site).at(&site);
        }
        show::step("compiling the app to WebAssembly", || {
            compile(profile, &target, &APP, &[])
        })?;
        make_site(&tools, profile, (&modules(profile, &target), &out), &site)
    };
    // The compiler links with one processor only, and each of the two takes minutes.
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| {
            give_way();
            of_worker()
        });
        let site = of_site();
        let worker = beside.join().unwrap_or_else(|panic| resume_unwind(panic));
        worker.and(site)
    })?;
    let downloads = match profile {
        Profile::Worker => Downloads::default(),
        _ => site::downloads(&site)?,
    };
    Ok(Built {
        workerd: tools.workerd,
        worker,
        site,
        downloads,
    })
}

/// Lets what this thread starts wait for others where processors are few: the app takes longer.
fn give_way() {
    // Elsewhere it would be said of the whole program.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}

/// Where cargo puts what it makes of a profile.
fn modules(profile: Profile, target: &Path) -> PathBuf {
    let modules = target.join("wasm32-unknown-unknown");
    modules.join(profile.of_cargo())
}

/// Makes the page and its files of the app's modules.
fn make_site(
    tools: &Tools,
    profile: Profile,
    (modules, out): (&Path, &Path),
    site: &Path,
) -> Result<(), HostError> {
    let bindings = out.join("bindings");
    let wasms = APP.map(|name| modules.join(format!("{name}.wasm")));
    fresh(&bindings, &fingerprint(&wasms, profile)?, "the app", || {
        bindings::of_app(tools, profile, &wasms, &bindings)
    })?;

    let root = tools::root();
    let mut inputs = files_under(&bindings)?;
    for folder in ["app/public", "style", "api/domain/data"] {
        inputs.extend(files_under(&root.join(folder))?);
    }
    inputs.push(root.join("app/index.html"));
    let inputs = fingerprint(&inputs, profile)?;
    fresh(site, &inputs, "the page and its files", || {
        site::make(tools, profile, &bindings, site)
    })
}

/// The target folder of the running build, so that both share what they compiled.
pub fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| tools::root().join("target"), PathBuf::from)
}

/// The app's modules: itself, what reads codes, and what reads and writes sheets.
const APP: [&str; 3] = ["app", "lens", "office"];

/// The app is made small, since phones download it; the Worker fast, since all phones of a county wait
/// for it. Not by a profile of its own: the compiler's plug-ins would be made once more for that. Nor
/// by wasm-opt: after the compiler's own work it gained nothing that could be measured. Its runtime has
/// 128-bit instructions, which old phones lack.
const FAST: [&str; 4] = [
    "--config",
    "profile.wasm.opt-level=3",
    "--config",
    "target.wasm32-unknown-unknown.rustflags=['-Ctarget-feature=+simd128']",
];

fn compile(
    profile: Profile,
    target: &Path,
    packages: &[&str],
    more: &[&str],
) -> Result<(), HostError> {
    let mut cargo = cargo(target);
    cargo.args(["--target", "wasm32-unknown-unknown"]);
    cargo.args(["--profile", profile.of_cargo()]);
    cargo.args(packages.iter().flat_map(|package| ["-p", package]));
    succeed(cargo.args(more))
}

/// A build by cargo.
pub fn cargo(target: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--locked", "--quiet", "--target-dir"]);
    cargo.arg(target).current_dir(tools::root());
    // What the outer cargo set for its own crate must not reach the inner one's fingerprints.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let outer = text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST");
        if outer
            || matches!(
                text.as_ref(),
                "CARGO_CRATE_NAME" | "CARGO_BIN_NAME" | "RUSTFLAGS" | "RUSTC_BOOTSTRAP"
            )
        {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// Waits for cargo.
///
/// # Errors
/// `Build`; the compiler has said why.
pub fn succeed(cargo: &mut Command) -> Result<(), HostError> {
    let status = cargo
        .stdin(Stdio::null())
        .status()
        .map_err(|_| HostError::NoRustup)?;
    if status.success() {
        Ok(())
    } else {
        Err(HostError::Build)
    }
}

/// Runs `make` unless the folder was made from the same inputs; a half-made one is made anew.
fn fresh(
    folder: &Path,
    inputs: &str,
    what: &str,
    make: impl FnOnce() -> Result<(), HostError>,
) -> Result<(), HostError> {
    let stamp = folder.with_extension("made-from");
    if folder.exists() && std::fs::read_to_string(&stamp).is_ok_and(|had| had == inputs) {
        return Ok(());
    }
    show::step(&format!("making {what}"), || {
        let _ = std::fs::remove_file(&stamp);
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder).at(folder)?;
        make()
    })?;
    std::fs::write(&stamp, inputs).at(&stamp)
}

fn fingerprint(files: &[PathBuf], profile: Profile) -> Result<String, HostError> {
    let mut hash = Sha256::new();
    hash.update(profile.name());
    // What this program does with the files is an input, too.
    for rules in [
        include_str!("build.rs"),
        include_str!("bindings.rs"),
        include_str!("site.rs"),
        include_str!("worker_shim.js"),
    ] {
        hash.update(rules);
    }
    for file in files {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update(std::fs::read(file).at(file)?);
    }
    Ok(hex(&hash.finalize()))
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn files_under(folder: &Path) -> Result<Vec<PathBuf>, HostError> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Does something to each file, with as many at once as there are processors. The largest is
/// begun with: the others fit beside it.
pub fn at_once(
    mut files: Vec<PathBuf>,
    work: impl Fn(&Path) -> Result<(), HostError> + Sync,
) -> Result<(), HostError> {
    files.sort_by_key(|file| Reverse(std::fs::metadata(file).map_or(0, |meta| meta.len())));
    let next = AtomicUsize::new(0);
    let go_on = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(file)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let hands = std::thread::available_parallelism().map_or(1, usize::from);
        let hands: Vec<_> = (0..hands).map(|_| scope.spawn(go_on)).collect();
        hands
            .into_iter()
            .try_for_each(|hand| hand.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// Runs a tool to its end.
///
/// # Errors
/// The tool's last words.
pub fn run(step: &'static str, command: &mut Command) -> Result<(), HostError> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|e| HostError::Tool {
        step,
        said: e.to_string(),
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(HostError::Tool {
        step,
        said: tools::last_words(&output),
    })
}
