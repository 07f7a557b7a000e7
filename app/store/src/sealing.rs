//! The first sealing: of an empty device, or of one that worked before there were PINs.

use super::database::{
    DRAFT, LEFT, OUTBOX, PAGE, PICTURE, SETTING, Store, StoreError, THUMB, delete, put,
};
use super::sealed::{Row, place, put_rows, rows};
use crate::seal::Seal;
use crate::vault::{LOCK, Made, settings_of};
use wasm_bindgen::{JsCast, JsValue};

type Kept<T> = Result<T, StoreError>;

const PLAIN: [&str; 3] = [PAGE, OUTBOX, DRAFT];
/// Pictures were sealed from the beginning, under this setting's key.
const PICTURES: [&str; 2] = [PICTURE, THUMB];
const OLD_SEAL: &str = "seal";

impl Store {
    /// True if somebody works on this device and no PIN was ever chosen.
    pub async fn is_unsealed(&self) -> Kept<bool> {
        Ok(self.get(SETTING, "enrolled").await?.is_some()
            && self.get(SETTING, LOCK).await?.is_none())
    }

    /// Begins on an empty device, or on one whose PIN is lost: the lock and the first settings,
    /// and what was not sent put aside (see `left`), all or none.
    pub async fn begin(&self, made: &Made, settings: &[(&str, JsValue)]) -> Kept<()> {
        self.unlock(made.seal.clone(), made.loose.clone());
        let begun = self.begin_with(made, settings).await;
        if begun.is_err() {
            self.held.replace(None);
        }
        begun
    }

    async fn begin_with(&self, made: &Made, settings: &[(&str, JsValue)]) -> Kept<()> {
        let mut all = settings_of(&made.lock, Some(&made.secret));
        for (name, value) in settings {
            all.push(((*name).to_owned(), self.as_kept(name, value).await?));
        }
        let writing = self.writing(&[PAGE, OUTBOX, DRAFT, PICTURE, THUMB, SETTING, LEFT])?;
        super::left::put_aside(&writing).await?;
        for (name, value) in &all {
            put(&writing, SETTING, name, value)?;
        }
        Ok(writing.commit().await?)
    }

    /// Seals all that lies open under a new lock, in one transaction. Before it has completed the
    /// device is as it was, after it nothing is open any more.
    pub async fn seal_all(&self, made: &Made) -> Kept<()> {
        self.unlock(made.seal.clone(), made.loose.clone());
        let sealed = self.seal_rows(made).await;
        if sealed.is_err() {
            self.held.replace(None);
        }
        sealed
    }

    async fn seal_rows(&self, made: &Made) -> Kept<()> {
        let mut sealed = Vec::new();
        for store in PLAIN.into_iter().chain(PICTURES) {
            sealed.push((store, self.newly_sealed(store).await?));
        }
        let mut settings = settings_of(&made.lock, Some(&made.secret));
        for name in ["enrolled", "cursors", "plan"] {
            if let Some(value) = self.get(SETTING, name).await? {
                settings.push((name.to_owned(), self.as_kept(name, &value).await?));
            }
        }
        let writing = self.writing(&[PAGE, OUTBOX, DRAFT, PICTURE, THUMB, SETTING])?;
        for (store, rows) in &sealed {
            put_rows(&writing, store, rows)?;
        }
        for (name, value) in &settings {
            put(&writing, SETTING, name, value)?;
        }
        delete(&writing, SETTING, OLD_SEAL)?;
        Ok(writing.commit().await?)
    }

    async fn newly_sealed(&self, store: &'static str) -> Kept<Vec<Row>> {
        let found = rows(&self.reading(&[store])?, store).await?;
        let open: Vec<(String, Vec<u8>)> = match self.get(SETTING, OLD_SEAL).await? {
            Some(key) if PICTURES.contains(&store) => {
                let key = key.dyn_into().map_err(|_| StoreError::new("no old seal"))?;
                opened_before(&Seal::of(key), store, found).await
            }
            _ => found.into_iter().map(|row| (row.key, row.bytes)).collect(),
        };
        self.sealed(store, &open).await
    }
}

async fn opened_before(old: &Seal, store: &str, rows: Vec<Row>) -> Vec<(String, Vec<u8>)> {
    let mut open = Vec::with_capacity(rows.len());
    for row in rows {
        if let Ok(bytes) = old.open(&place(store, &row.key), &row.bytes).await {
            open.push((row.key, bytes));
        }
    }
    open
}
