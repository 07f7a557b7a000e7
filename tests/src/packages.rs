//! Programs that the stories need and that are no Rust: found on the path, or brought by Debian.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// One installation at a time.
static BRINGING: Mutex<()> = Mutex::new(());

pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Installs packages, on Debian and Ubuntu as root; false if they are not there after it.
pub fn bring(what: &str, packages: &[&str]) -> bool {
    let id = Command::new("id").arg("-u").output();
    let root = id.is_ok_and(|id| id.stdout == b"0\n");
    if !root || !Path::new("/etc/debian_version").exists() {
        return false;
    }
    let _one = BRINGING.lock().unwrap_or_else(PoisonError::into_inner);
    eprintln!("bringing {what} with apt-get …");
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        apt.status().is_ok_and(|status| status.success())
    };
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    apt(&["update", "-qq"]) && apt(&[&install, packages].concat())
}
