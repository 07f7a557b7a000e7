//! Finds Chromium and its driver; brings them where it may.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

#[derive(Clone, Debug)]
pub struct Chromium {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

/// Chromium and ChromeDriver.
///
/// # Panics
/// With one line on what to install, if they are missing and this program may not bring them.
pub fn chromium() -> &'static Chromium {
    static FOUND: OnceLock<Chromium> = OnceLock::new();
    FOUND.get_or_init(|| {
        find().or_else(bring).unwrap_or_else(|| {
            panic!(
                "the journeys need Chromium and ChromeDriver: install the packages `chromium` and \
                 `chromium-driver` (or set CHROMIUM and CHROMEDRIVER to their paths)"
            )
        })
    })
}

fn find() -> Option<Chromium> {
    let named = |name: &str, programs: &[&str]| {
        let set = std::env::var_os(name).map(PathBuf::from);
        set.or_else(|| programs.iter().find_map(|program| on_path(program)))
    };
    Some(Chromium {
        browser: named(
            "CHROMIUM",
            &["chromium", "chromium-browser", "google-chrome"],
        )?,
        driver: named("CHROMEDRIVER", &["chromedriver"])?,
    })
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Debian and Ubuntu, as root.
fn bring() -> Option<Chromium> {
    let root = Command::new("id").arg("-u").output().ok()?.stdout == b"0\n";
    if !root || !Path::new("/etc/debian_version").exists() {
        return None;
    }
    eprintln!("bringing Chromium and its driver with apt-get …");
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        apt.status().is_ok_and(|status| status.success())
    };
    let packages = ["chromium", "chromium-driver", "fonts-noto-cjk"];
    let installed = apt(&["update", "-qq"])
        && apt(&[
            &["install", "-y", "-qq", "--no-install-recommends"],
            &packages[..],
        ]
        .concat());
    if installed { find() } else { None }
}
