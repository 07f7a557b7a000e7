//! Settings and village names, and how a device is emptied.

use super::database::{SETTING, Store, StoreError, VILLAGE, delete, keys, put};
use domain::Area;
use wasm_bindgen::JsValue;

type Kept<T> = Result<T, StoreError>;

impl Store {
    /// A setting; while the device is locked, the sealed ones are not there.
    pub async fn setting(&self, name: &str) -> Kept<Option<JsValue>> {
        match self.get(SETTING, name).await? {
            Some(kept) => self.as_read(name, kept).await,
            None => Ok(None),
        }
    }

    pub async fn setting_names(&self) -> Kept<Vec<String>> {
        let reading = self.reading(&[SETTING])?;
        Ok(keys(&reading, SETTING).await?.into_iter().collect())
    }

    pub async fn drop_setting(&self, name: &str) -> Kept<()> {
        let writing = self.writing(&[SETTING])?;
        delete(&writing, SETTING, name)?;
        Ok(writing.commit().await?)
    }

    /// Takes away one of the settings with such a name; two tabs never take the same one.
    pub async fn take_one(&self, prefix: &str) -> Kept<Option<String>> {
        let writing = self.writing(&[SETTING])?;
        let named = keys(&writing, SETTING).await?;
        let one = named.into_iter().find(|name| name.starts_with(prefix));
        if let Some(one) = &one {
            delete(&writing, SETTING, one.as_str())?;
        }
        writing.commit().await?;
        Ok(one)
    }

    pub async fn set(&self, name: &str, value: &JsValue) -> Kept<()> {
        self.set_all(&[(name, value.clone())]).await
    }

    /// Keeps several settings, all or none.
    pub async fn set_all(&self, settings: &[(&str, JsValue)]) -> Kept<()> {
        let mut kept = Vec::with_capacity(settings.len());
        for (name, value) in settings {
            kept.push((*name, self.as_kept(name, value).await?));
        }
        let writing = self.writing(&[SETTING])?;
        for (name, value) in &kept {
            put(&writing, SETTING, name, value)?;
        }
        Ok(writing.commit().await?)
    }

    pub async fn villages(&self, county: Area) -> Kept<Option<String>> {
        Ok(self
            .get(VILLAGE, &county.to_string())
            .await?
            .and_then(|value| value.as_string()))
    }

    pub async fn keep_villages(&self, county: Area, table: &str) -> Kept<()> {
        let writing = self.writing(&[VILLAGE])?;
        put(&writing, VILLAGE, &county.to_string(), &table.into())?;
        Ok(writing.commit().await?)
    }

    /// Empties the device of a training campaign: all stores but the settings and the village
    /// names, and of the settings what says how far it had pulled, or who it was.
    pub async fn empty(&self, what: Emptied) -> Kept<()> {
        let names: Vec<String> = self.db.object_store_names().collect();
        let writing = self.writing(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
        for name in names
            .iter()
            .filter(|name| ![SETTING, VILLAGE].contains(&name.as_str()))
        {
            writing.object_store(name)?.clear()?.await?;
        }
        for setting in what.settings() {
            delete(&writing, SETTING, setting)?;
        }
        Ok(writing.commit().await?)
    }

    /// Takes everything off the device; how the screen looks, and why it is empty, stays.
    pub async fn wipe(&self, why: &str) -> Kept<()> {
        let names: Vec<String> = self.db.object_store_names().collect();
        let writing = self.writing(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
        for name in names.iter().filter(|name| *name != SETTING) {
            writing.object_store(name)?.clear()?.await?;
        }
        for name in keys(&writing, SETTING).await? {
            if !["language", "theme", "type"].contains(&name.as_str()) {
                delete(&writing, SETTING, &name)?;
            }
        }
        put(&writing, SETTING, why, &true.into())?;
        Ok(writing.commit().await?)
    }
}

/// What leaves the device when a training campaign begins anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Emptied {
    /// The records; they are pulled again.
    Records,
    /// The enrolment, too: the server has begun anew and does not know this device.
    Device,
}

impl Emptied {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Device => "device",
        }
    }

    pub fn read(key: &str) -> Option<Self> {
        [Self::Records, Self::Device]
            .into_iter()
            .find(|what| what.key() == key)
    }

    const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Records => &["reset", "cursors", "plan"],
            Self::Device => &[
                "reset", "cursors", "plan", "enrolled", "key", "lock", "secret", "rescue", "wiped",
            ],
        }
    }
}
