//! A copy of the data, taken while the server runs, and its way back.
//!
//! Each object's file is copied by SQLite's own online backup in one read transaction: what the
//! copy holds is what the object held at one moment, whatever is written meanwhile.

use crate::build::hex;
use crate::error::{At, HostError};
use crate::serve::private_folder;
use crate::{objects, outlet, show};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::ffi::SQLITE_READONLY_ROLLBACK;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// The form of the archive; an older program refuses a later one.
const FORM: u32 = 1;
const ABOUT: &str = "about.json";
/// As `sha256sum --check` reads it.
const SUMS: &str = "SHA256SUMS";

#[derive(Debug, Serialize, Deserialize)]
struct About {
    form: u32,
    version: String,
    /// Milliseconds since 1970 UTC: whatever was accepted before is in it.
    begun: i64,
}

/// A consistent copy of all objects, in a private folder beside them that goes when it is dropped.
#[derive(Debug)]
pub struct Copied {
    folder: TempDir,
    /// Held as long as the copy is needed: one that nobody holds was left by a program that was
    /// killed, and the next copy clears it away.
    _lock: File,
}

impl Copied {
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

const COPY: &str = ".copy-";
const COPY_LOCK: &str = "copying";

fn clear_left_copies(data: &Path) -> Result<(), HostError> {
    for entry in std::fs::read_dir(data).at(data)? {
        let entry = entry.at(data)?;
        if !entry.file_name().to_string_lossy().starts_with(COPY) {
            continue;
        }
        let lock = File::open(entry.path().join(COPY_LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            std::fs::remove_dir_all(entry.path()).at(entry.path())?;
        }
    }
    Ok(())
}

/// Copies every object, each as it is at one moment.
///
/// # Errors
/// The file that cannot be read or written.
pub fn copy(data: &Path) -> Result<Copied, HostError> {
    let top = data.join("objects");
    let files = objects::files_below(&top)?;
    clear_left_copies(data)?;
    let mut maker = tempfile::Builder::new();
    maker.prefix(COPY);
    #[cfg(unix)]
    maker.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let folder = maker.tempdir_in(data).at(data)?;
    let lock = outlet::private(&folder.path().join(COPY_LOCK))?;
    lock.lock().at(data)?;
    let copy = Copied {
        folder,
        _lock: lock,
    };
    for from in files {
        let to = copy.path().join(from.strip_prefix(data).unwrap_or(&from));
        private_folder(to.parent().unwrap_or(copy.path()))?;
        match from.extension().and_then(|name| name.to_str()) {
            Some("sqlite") => copy_object(&from, &to)?,
            // What stands beside an object's file is the work of whoever has it open.
            Some("sqlite-wal" | "sqlite-shm" | "sqlite-journal") => {}
            _ => std::fs::copy(&from, &to).at(&from).map(drop)?,
        }
    }
    Ok(copy)
}

/// Read only first, so that data on a medium that cannot be written are copied as well. What a
/// transaction left half written when its program was killed has to be taken back before it can
/// be read, as the server does at its next start: a ledger may have been killed at its birth and
/// not been asked since.
fn copy_object(from: &Path, to: &Path) -> Result<(), HostError> {
    let left_half = |error: &rusqlite::Error| {
        error.sqlite_error().map(|e| e.extended_code) == Some(SQLITE_READONLY_ROLLBACK)
    };
    let copied = match copy_pages(from, OpenFlags::SQLITE_OPEN_READ_ONLY, to) {
        Err(error) if left_half(&error) => copy_pages(from, OpenFlags::SQLITE_OPEN_READ_WRITE, to),
        copied => copied,
    };
    match copied.map_err(|error| HostError::damaged(from, &error))? {
        StepResult::Done => Ok(()),
        _ => Err(HostError::damaged(from, &"another program keeps it locked")),
    }
}

fn copy_pages(from: &Path, how: OpenFlags, to: &Path) -> rusqlite::Result<StepResult> {
    let source = Connection::open_with_flags(from, how)?;
    source.busy_timeout(PATIENCE)?;
    let mut target = Connection::open(to)?;
    let backup = Backup::new(&source, &mut target)?;
    let begun = show::now();
    loop {
        // All pages in one step, hence in one transaction.
        let step = backup.step(-1)?;
        if step == StepResult::Done || begun.elapsed() > PATIENCE {
            return Ok(step);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Readers wait for nobody in write-ahead mode; this is for a server that just opens or closes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes an archive of the data; how many files are in it.
///
/// # Errors
/// The file that cannot be read or written.
pub fn backup(data: &Path, out: &Path) -> Result<usize, HostError> {
    let begun = show::now_ms();
    let copy = copy(data)?;
    outlet::write(out, |to| pack(copy.path(), begun, to).at(out))
}

fn pack(folder: &Path, begun: i64, to: &mut dyn Write) -> std::io::Result<usize> {
    let mut archive = tar::Builder::new(GzEncoder::new(to, Compression::fast()));
    let about = About {
        form: FORM,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        begun,
    };
    add(&mut archive, ABOUT, &serde_json::to_vec(&about)?[..], None)?;
    let files = objects::files_below(&folder.join("objects")).map_err(std::io::Error::other)?;
    let mut sums = String::new();
    for path in &files {
        let name = path
            .strip_prefix(folder)
            .unwrap_or(path)
            .display()
            .to_string();
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut hashed = Hashed::new(file);
        add(&mut archive, &name, &mut hashed, Some(length))?;
        sums.push_str(&format!("{}  {name}\n", hashed.sum()));
    }
    add(&mut archive, SUMS, sums.as_bytes(), None)?;
    archive.into_inner()?.finish()?.flush()?;
    Ok(files.len())
}

fn add(
    archive: &mut tar::Builder<impl Write>,
    name: &str,
    mut bytes: impl Read,
    length: Option<u64>,
) -> std::io::Result<()> {
    let mut whole = Vec::new();
    let length = match length {
        Some(length) => length,
        None => bytes.read_to_end(&mut whole)? as u64,
    };
    let mut header = tar::Header::new_gnu();
    header.set_size(length);
    header.set_mode(0o600);
    archive.append_data(&mut header, name, whole.as_slice().chain(bytes))
}

/// Brings an archive's data back into an empty folder; how many files came.
///
/// # Errors
/// `NotEmpty`, or `Damaged`: then the folder is as it was.
pub fn restore(from: &Path, data: &Path) -> Result<usize, HostError> {
    private_folder(data)?;
    if std::fs::read_dir(data).at(data)?.next().is_some() {
        return Err(HostError::NotEmpty {
            path: data.to_owned(),
        });
    }
    let coming = data.join(".restoring");
    private_folder(&coming)?;
    let done = unpack(from, &coming).and_then(|files| {
        let (here, there) = (coming.join("objects"), data.join("objects"));
        std::fs::rename(&here, &there).at(&there)?;
        Ok(files)
    });
    let _ = std::fs::remove_dir_all(&coming);
    done
}

fn unpack(from: &Path, into: &Path) -> Result<usize, HostError> {
    let damaged = |why: &str| HostError::damaged(from, &why);
    let mut archive = tar::Archive::new(GzDecoder::new(outlet::read(from)?));
    let (mut sums, mut told, mut about) = (BTreeMap::new(), None, None);
    for entry in archive.entries().at(from)? {
        let mut entry = entry.map_err(|e| damaged(&e.to_string()))?;
        let path = entry.path().at(from)?.into_owned();
        let plain = path
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !plain || !entry.header().entry_type().is_file() {
            return Err(damaged("it holds what no backup holds"));
        }
        if path == Path::new(ABOUT) || path == Path::new(SUMS) {
            let mut text = String::new();
            entry.read_to_string(&mut text).at(from)?;
            let place = if path == Path::new(ABOUT) {
                &mut about
            } else {
                &mut told
            };
            *place = Some(text);
            continue;
        }
        let to = into.join(&path);
        private_folder(to.parent().unwrap_or(into))?;
        let mut hashed = Hashed::new(&mut entry);
        let mut file = outlet::private(&to)?;
        std::io::copy(&mut hashed, &mut file).map_err(|e| damaged(&e.to_string()))?;
        file.sync_all().at(&to)?;
        sums.insert(path.display().to_string(), hashed.sum());
    }
    let about: Option<About> = about.and_then(|text| serde_json::from_str(&text).ok());
    match about {
        Some(about) if about.form <= FORM => {}
        Some(about) => return Err(damaged(&format!("it is of a later form ({})", about.form))),
        None => return Err(damaged("it is no backup of this program")),
    }
    let told = told.ok_or_else(|| damaged("it was cut: its list of checksums is missing"))?;
    if told
        != sums
            .iter()
            .map(|(name, sum)| format!("{sum}  {name}\n"))
            .collect::<String>()
    {
        return Err(damaged("its files do not have the checksums that they had"));
    }
    for name in sums.keys().filter(|name| name.ends_with(".sqlite")) {
        sound(&into.join(name))?;
    }
    Ok(sums.len())
}

/// Lets SQLite look through a whole file.
///
/// # Errors
/// `Damaged` with the first thing that SQLite found.
pub fn sound(file: &Path) -> Result<(), HostError> {
    let damaged = |error| HostError::damaged(file, &error);
    let database = Connection::open(file).map_err(damaged)?;
    let said: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .map_err(damaged)?;
    if said == "ok" {
        Ok(())
    } else {
        Err(HostError::damaged(file, &said))
    }
}

/// What is read through it is hashed.
struct Hashed<R> {
    from: R,
    hash: Sha256,
}

impl<R: Read> Hashed<R> {
    fn new(from: R) -> Self {
        let hash = Sha256::new();
        Self { from, hash }
    }

    fn sum(self) -> String {
        hex(&self.hash.finalize())
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

/// Where a backup goes if nobody said otherwise.
pub fn default_name() -> PathBuf {
    format!("chunnuan-{}.tar.gz", domain::day_of(show::now_ms())).into()
}
