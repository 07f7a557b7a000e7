//! The files in which the runtime keeps the objects of this server, and which is whose.

use crate::build::hex;
use crate::error::{At, HostError};
use domain::Area;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The names under which workerd keeps both kinds of object; they are folders below `objects`.
pub const LEDGERS: &str = "chunnuan-ledger";
pub const REGISTRY: &str = "chunnuan-registry";

/// Every ledger that there can be.
pub fn ledgers() -> impl Iterator<Item = Area> {
    domain::area::all()
        .map(|(area, _)| area)
        .filter(|area| area.ledger() == *area)
}

/// Where the object of a name is kept. The file's name is what workerd's `idFromName` gives: 16
/// bytes of HMAC-SHA-256 of the name, then 16 of the HMAC of these; the key is the SHA-256 of the
/// namespace's name.
pub fn file_of(data: &Path, namespace: &str, name: &str) -> PathBuf {
    let key = Sha256::digest(namespace);
    let mac = |bytes: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any key length fits HMAC");
        mac.update(bytes);
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        <[u8; 16]>::try_from(&whole[..16]).expect("half of it")
    };
    let base = mac(name.as_bytes());
    let id = hex(&[base, mac(&base)].concat());
    data.join("objects")
        .join(namespace)
        .join(format!("{id}.sqlite"))
}

/// All files below a folder, in the order of their names.
///
/// # Errors
/// The folder that cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>, HostError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
