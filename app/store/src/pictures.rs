//! The pictures on the device, sealed: whole ones until the server has them, small ones to show.

use super::database::{DRAFT, PICTURE, Store, StoreError, THUMB, array, bytes, delete, keys, put};
use super::drafts::Draft;
use std::collections::BTreeSet;

type Kept<T> = Result<T, StoreError>;

/// A picture as it is kept: both sealed, under one name.
#[derive(Debug)]
pub struct Sealed {
    pub name: String,
    pub whole: Vec<u8>,
    pub small: Vec<u8>,
}

impl Store {
    /// Keeps a picture that was just taken, with the draft that names it, in one transaction: when
    /// this has returned both are on disk, and never one without the other.
    pub async fn take_picture(&self, picture: &Sealed, draft: &Draft) -> Kept<()> {
        let text = self.sealed_draft(&draft.key, &draft.text()).await?;
        self.pressing(async || {
            let writing = self.writing(&[PICTURE, THUMB, DRAFT])?;
            let name = &picture.name;
            put(&writing, PICTURE, name, &array(&picture.whole))?;
            put(&writing, THUMB, name, &array(&picture.small))?;
            put(&writing, DRAFT, &draft.key, &array(&text))?;
            Ok(writing.commit().await?)
        })
        .await
    }

    /// The picture as it was taken; `None` once the server has it.
    pub async fn picture(&self, name: &str) -> Kept<Option<Vec<u8>>> {
        Ok(self.get(PICTURE, name).await?.map(|value| bytes(&value)))
    }

    pub async fn thumb(&self, name: &str) -> Kept<Option<Vec<u8>>> {
        Ok(self.get(THUMB, name).await?.map(|value| bytes(&value)))
    }

    pub async fn keep_thumb(&self, name: &str, sealed: &[u8]) -> Kept<()> {
        let writing = self.writing(&[THUMB])?;
        put(&writing, THUMB, name, &array(sealed))?;
        Ok(writing.commit().await?)
    }

    /// The server has it: the whole picture leaves the device, the small one stays.
    pub async fn picture_sent(&self, name: &str) -> Kept<()> {
        let writing = self.writing(&[PICTURE])?;
        delete(&writing, PICTURE, name)?;
        Ok(writing.commit().await?)
    }

    /// The pictures that the server does not have yet, other tabs' included.
    pub async fn unsent_pictures(&self) -> Kept<BTreeSet<String>> {
        let reading = self.reading(&[PICTURE])?;
        keys(&reading, PICTURE).await
    }

    /// Every picture of which anything is kept here.
    pub async fn kept_pictures(&self) -> Kept<BTreeSet<String>> {
        let reading = self.reading(&[PICTURE, THUMB])?;
        let mut kept = keys(&reading, PICTURE).await?;
        kept.extend(keys(&reading, THUMB).await?);
        Ok(kept)
    }

    /// Takes pictures off the device that nothing names any more.
    pub async fn drop_pictures(&self, names: &[String]) -> Kept<()> {
        let writing = self.writing(&[PICTURE, THUMB])?;
        for name in names {
            delete(&writing, PICTURE, name)?;
            delete(&writing, THUMB, name)?;
        }
        Ok(writing.commit().await?)
    }

    /// The small pictures that can go, because the server has the whole ones.
    pub async fn spare_thumbs(&self) -> Kept<BTreeSet<String>> {
        let reading = self.reading(&[PICTURE, THUMB])?;
        let whole = keys(&reading, PICTURE).await?;
        let small = keys(&reading, THUMB).await?;
        Ok(small.difference(&whole).cloned().collect())
    }

    /// Takes small pictures off the device; with a network they can be seen again.
    pub async fn drop_thumbs(&self, names: impl IntoIterator<Item = String>) -> Kept<()> {
        let writing = self.writing(&[THUMB])?;
        for name in names {
            delete(&writing, THUMB, &name)?;
        }
        Ok(writing.commit().await?)
    }
}
