//! The bytes of ids and of chance, as the registry's rows have them.

use crate::error::ApiError;
use domain::Id;

/// An id as a row has it.
pub fn bytes(id: Id) -> Vec<u8> {
    id.as_bytes().to_vec()
}

pub fn id(bytes: &[u8]) -> Option<Id> {
    <[u8; 16]>::try_from(bytes).ok().map(Id::from_bytes)
}

/// Random bytes from the runtime.
///
/// # Errors
/// `Internal`.
pub fn random<const N: usize>() -> Result<[u8; N], ApiError> {
    let mut bytes = [0; N];
    let failed = |e: getrandom::Error| worker::Error::RustError(e.to_string());
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
