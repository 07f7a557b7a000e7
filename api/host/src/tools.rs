//! Brings what a fresh machine lacks: the wasm target from rustup, the build tools and workerd
//! from npm. Nothing is downloaded from anywhere but these registries.

use crate::error::{At, HostError};
use crate::show;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The oldest Node.js on which the build tools run.
const NODE_NEEDED: u32 = 18;

/// The tools that a build and a server need, all there.
#[derive(Clone, Debug)]
pub struct Tools {
    pub node: PathBuf,
    pub wasm_opt: PathBuf,
    pub esbuild: PathBuf,
    pub workerd: PathBuf,
}

/// The workspace's top folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Makes sure that all tools are there.
///
/// # Errors
/// One sentence that says what is missing and what to do.
pub fn ready() -> Result<Tools, HostError> {
    let node = node()?;
    wasm_target()?;
    let modules = packages()?;
    let (system, machine) = platform().ok_or(HostError::NoRuntime)?;
    let tools = Tools {
        node,
        wasm_opt: modules.join("binaryen/bin/wasm-opt"),
        esbuild: modules.join(format!("@esbuild/{system}-{machine}/bin/esbuild")),
        workerd: modules.join(format!(
            "@cloudflare/workerd-{system}-{}/bin/workerd",
            if machine == "x64" { "64" } else { machine }
        )),
    };
    if tools.workerd.exists() {
        Ok(tools)
    } else {
        Err(HostError::NoRuntime)
    }
}

fn platform() -> Option<(&'static str, &'static str)> {
    let system = match std::env::consts::OS {
        "linux" => "linux",
        "macos" => "darwin",
        _ => return None,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        _ => return None,
    };
    Some((system, machine))
}

fn wasm_target() -> Result<(), HostError> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let asked = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    let there = asked.is_ok_and(|output| {
        output.status.success()
            && Path::new(String::from_utf8_lossy(&output.stdout).trim()).exists()
    });
    if there {
        return Ok(());
    }
    show::step("bringing the WebAssembly target by rustup", || {
        let asked = Command::new("rustup")
            .args(["target", "add", TARGET])
            .output();
        let output = asked.map_err(|_| HostError::NoRustup)?;
        if output.status.success() {
            Ok(())
        } else {
            Err(HostError::NoTarget)
        }
    })
}

fn node() -> Result<PathBuf, HostError> {
    let asked = Command::new("node")
        .arg("--version")
        .output()
        .map_err(|_| HostError::NoNpm)?;
    let found = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    let major: Option<u32> = found
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|m| m.parse().ok());
    match major {
        Some(major) if major < NODE_NEEDED => Err(HostError::OldNode {
            found,
            needed: NODE_NEEDED,
        }),
        Some(_) => Ok("node".into()),
        None => Err(HostError::NoNpm),
    }
}

/// Installs `api/package.json`'s tools, exactly as its lock file has them, unless they are there.
fn packages() -> Result<PathBuf, HostError> {
    let api = root().join("api");
    let modules = api.join("node_modules");
    let wanted = std::fs::read_to_string(api.join("package-lock.json")).at(&api)?;
    let had = std::fs::read_to_string(modules.join(".package-lock.json")).unwrap_or_default();
    if installed(&wanted, &had) {
        return Ok(modules);
    }
    show::step("bringing workerd and the build tools from npm", || {
        npm(
            &api,
            &[
                "ci",
                "--omit=dev",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
            ],
        )
    })?;
    Ok(modules)
}

/// Whether npm's note of what it installed holds all that the build needs, as the lock file has it.
/// Whoever ran `npm ci` has wrangler besides, and keeps it.
fn installed(wanted: &str, had: &str) -> bool {
    let packages = |text: &str| {
        let lock: serde_json::Value = serde_json::from_str(text).ok()?;
        Some(lock.get("packages")?.as_object()?.clone())
    };
    let (Some(wanted), Some(had)) = (packages(wanted), packages(had)) else {
        return false;
    };
    wanted.iter().all(|(path, package)| {
        let flag = |name| package.get(name).is_some_and(|flag| flag == true);
        match had.get(path) {
            Some(found) => found.get("version") == package.get("version"),
            // What is optional is for other systems.
            None => path.is_empty() || flag("dev") || flag("devOptional") || flag("optional"),
        }
    })
}

/// Runs npm in a folder.
///
/// # Errors
/// `NoNpm`, or `NoNetwork` with npm's last words.
pub fn npm(folder: &Path, arguments: &[&str]) -> Result<(), HostError> {
    let asked = Command::new("npm")
        .args(arguments)
        .current_dir(folder)
        .output();
    let output = asked.map_err(|_| HostError::NoNpm)?;
    if output.status.success() {
        return Ok(());
    }
    Err(HostError::NoNetwork {
        said: last_words(&output),
    })
}

/// The first and the last line that a tool printed and that say something.
pub fn last_words(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut telling = error
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.contains("A complete log of this run"));
    match (telling.next(), telling.next_back()) {
        (Some(first), Some(last)) => format!("{first} … {last}"),
        (Some(only), None) => only.to_owned(),
        _ => "nothing".to_owned(),
    }
}
