//! What was done with the data from the command line, and by which account: one line each, in the
//! data folder.

use crate::error::{At, HostError};
use crate::show;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

const FILE: &str = "commands.log";

/// Adds a line.
///
/// # Errors
/// If it cannot be written: then what it is about is not to be done.
pub fn note(data: &Path, what: &str) -> Result<(), HostError> {
    let path = data.join(FILE);
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).at(&path)?;
    let when = jiff::Timestamp::from_millisecond(show::now_ms()).unwrap_or_default();
    let account = ["SUDO_USER", "USER"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()));
    writeln!(file, "{when} {account}: {what}").at(&path)
}
