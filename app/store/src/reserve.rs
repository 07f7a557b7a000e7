//! Room that is kept back. Newer browsers do not tell how much is left; so the first write that
//! finds no room gives the reserve up and is done after all, and from then on the device is known
//! to be short of space.

use super::database::{SETTING, Store, StoreError, delete, keys, put};
use js_sys::Uint8Array;

const RESERVE: &str = "reserve";
/// Bytes kept back: some fifty photos, or weeks of records.
const BYTES: u32 = 8_000_000;
/// The browser gives so many random bytes at once.
const AT_ONCE: u32 = 65_536;

type Kept<T> = Result<T, StoreError>;

impl Store {
    pub async fn has_reserve(&self) -> Kept<bool> {
        let reading = self.reading(&[SETTING])?;
        Ok(keys(&reading, SETTING).await?.contains(RESERVE))
    }

    /// Sets the reserve aside, if it is not there.
    ///
    /// # Errors
    /// If there is no room for it; what was there before stands.
    pub async fn set_aside(&self) -> Kept<()> {
        if self.has_reserve().await? {
            return Ok(());
        }
        let bytes = incompressible().ok_or_else(|| StoreError::new("no random numbers"))?;
        let writing = self.writing(&[SETTING])?;
        put(&writing, SETTING, RESERVE, &bytes)?;
        Ok(writing.commit().await?)
    }

    /// Does what somebody would otherwise have to do again: if the device cannot keep it, the
    /// reserve is given up, and it is tried once more.
    pub(super) async fn pressing<T>(&self, write: impl AsyncFn() -> Kept<T>) -> Kept<T> {
        match write().await {
            Err(error) if self.give_up().await.is_err() => Err(error),
            Err(_) => write().await,
            done => done,
        }
    }

    /// # Errors
    /// If there was no reserve any more.
    async fn give_up(&self) -> Kept<()> {
        if !self.has_reserve().await? {
            return Err(StoreError::new("no reserve"));
        }
        let writing = self.writing(&[SETTING])?;
        delete(&writing, SETTING, RESERVE)?;
        Ok(writing.commit().await?)
    }
}

/// Random bytes take the room that they seem to take.
fn incompressible() -> Option<Uint8Array> {
    let crypto = web_sys::window()?.crypto().ok()?;
    let bytes = Uint8Array::new_with_length(BYTES);
    for from in (0..BYTES).step_by(AT_ONCE as usize) {
        let part = bytes.subarray(from, (from + AT_ONCE).min(BYTES));
        crypto.get_random_values_with_js_u8_array(&part).ok()?;
    }
    Some(bytes)
}
