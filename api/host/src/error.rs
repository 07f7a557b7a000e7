//! What can go wrong before the server runs: each is one sentence that says what to do.

use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum HostError {
    #[error("rustup was not found: install Rust from https://rustup.rs, then run this again")]
    NoRustup,
    #[error(
        "the WebAssembly target could not be installed: connect to the internet and run `rustup target add wasm32-unknown-unknown`"
    )]
    NoTarget,
    #[error(
        "npm was not found: install Node.js 18 or newer from https://nodejs.org, then run this again"
    )]
    NoNpm,
    #[error(
        "Node.js {found} is too old: install version {needed} or newer from https://nodejs.org"
    )]
    OldNode { found: String, needed: u32 },
    #[error(
        "npm could not fetch the build tools; connect to the internet (or set your npm registry) and run this again. npm said: {said}"
    )]
    NoNetwork { said: String },
    #[error("workerd has no build for this machine; use Linux or macOS on x64 or arm64")]
    NoRuntime,
    #[error("the build failed; the compiler's message is above")]
    Build,
    #[error("{step} failed: {said}")]
    Tool { step: &'static str, said: String },
    #[error(
        "{address} is already in use: stop what listens there, or choose another address with `--listen`"
    )]
    PortInUse { address: String },
    #[error(
        "{path} is in use by a server that runs: stop that one, or name another folder with `--data`"
    )]
    DataInUse { path: PathBuf },
    #[error("{0} is not an address to listen on: give one like 127.0.0.1:8787")]
    Address(String),
    #[error("the server did not start; its last words: {said}")]
    NotStarted { said: String },
    #[error("the server answered {status} to {path}: {said}")]
    Refused {
        path: String,
        status: u16,
        said: String,
    },
    #[error("the server could not be reached at {url}: {said}")]
    Unreachable { url: String, said: String },
    #[error("{path} cannot be used: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "{path} holds a real campaign, which is never emptied; name the training campaign's folder with `--data`"
    )]
    RealCampaign { path: PathBuf },
    #[error("{path} is not empty: restore into a new folder, then let the server take that one")]
    NotEmpty { path: PathBuf },
    #[error("{path} is damaged: {why}")]
    Damaged { path: PathBuf, why: String },
    #[error("the check found damage, named above; keep the folder as it is, and restore a backup")]
    CheckFailed,
    #[error("{0}")]
    Usage(String),
}

impl HostError {
    pub(crate) fn damaged(path: &Path, why: &impl ToString) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            why: why.to_string(),
        }
    }
}

pub trait At<T> {
    /// Names the file with which something went wrong.
    ///
    /// # Errors
    /// Whatever went wrong, as [`HostError::File`].
    fn at(self, path: impl Into<PathBuf>) -> Result<T, HostError>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T, HostError> {
        self.map_err(|source| HostError::File {
            path: path.into(),
            source,
        })
    }
}
