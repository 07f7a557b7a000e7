//! The language that is spoken on this device.

pub use labels::Language;
pub use labels::language::learn;
use store::database::{Store, StoreError};

/// The language that was chosen on this device, else the browser's.
pub async fn chosen(store: &Store) -> Result<Language, StoreError> {
    let chosen = store.setting("language").await?;
    let chosen = chosen.and_then(|value| value.as_string());
    let browsers = || web_sys::window()?.navigator().language();
    let code = chosen.or_else(browsers);
    Ok(Language::parse(code.as_deref().unwrap_or("zh")))
}
