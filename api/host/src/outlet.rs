//! Files with people's data in them: only their owner may read them, and they are there whole or
//! not at all.

use crate::error::{At, HostError};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// The name that stands for standard output and standard input, so that a program that encrypts
/// can take the data before they are on any disk.
const PIPE: &str = "-";

/// Writes a file by way of a neighbour that takes its name at the end.
///
/// # Errors
/// What went wrong with the file, or whatever `with` returns; then there is no file.
pub fn write<T>(
    out: &Path,
    with: impl FnOnce(&mut dyn Write) -> Result<T, HostError>,
) -> Result<T, HostError> {
    if out == Path::new(PIPE) {
        let mut pipe = std::io::stdout().lock();
        let done = with(&mut pipe)?;
        pipe.flush().at(out)?;
        return Ok(done);
    }
    let partial = PathBuf::from(format!("{}.partial", out.display()));
    let done = written(&partial, with).inspect_err(|_| {
        let _ = std::fs::remove_file(&partial);
    })?;
    std::fs::rename(&partial, out).at(out)?;
    Ok(done)
}

fn written<T>(
    partial: &Path,
    with: impl FnOnce(&mut dyn Write) -> Result<T, HostError>,
) -> Result<T, HostError> {
    let mut file = BufWriter::new(private(partial)?);
    let done = with(&mut file)?;
    let file = file.into_inner().map_err(|e| e.into_error()).at(partial)?;
    file.sync_all().at(partial)?;
    Ok(done)
}

/// A new file that nobody but its owner may read.
///
/// # Errors
/// If it cannot be made.
pub fn private(path: &Path) -> Result<File, HostError> {
    // One that was left over would keep its own mode.
    let _ = std::fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).at(path)
}

/// Opens a file, or standard input.
///
/// # Errors
/// If it cannot be opened.
pub fn read(from: &Path) -> Result<Box<dyn Read>, HostError> {
    if from == Path::new(PIPE) {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    Ok(Box::new(File::open(from).at(from)?))
}
