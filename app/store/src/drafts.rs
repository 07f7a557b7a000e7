//! Drafts as they are kept: texts by their place.

use super::database::{DRAFT, Store, StoreError, array, bytes, delete, put};
use super::sealed::{Row, place, rows};
use domain::{Id, Values};
use serde::{Deserialize, Serialize};

type Kept<T> = Result<T, StoreError>;

/// One unfinished form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub key: String,
    pub kind: String,
    /// The record that is edited; `None` makes a new one.
    pub record: Option<Id>,
    /// The record from which the form was opened.
    pub context: Option<Id>,
    pub values: Values,
}

impl Draft {
    /// As it is kept.
    pub fn text(&self) -> String {
        // Plain texts, numbers and lists are always JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Store {
    pub async fn keep_draft(&self, key: &str, text: &str) -> Kept<()> {
        let sealed = self.sealed_draft(key, text).await?;
        self.pressing(async || {
            let writing = self.writing(&[DRAFT])?;
            put(&writing, DRAFT, key, &array(&sealed))?;
            Ok(writing.commit().await?)
        })
        .await
    }

    pub(super) async fn sealed_draft(&self, key: &str, text: &str) -> Kept<Vec<u8>> {
        Ok(self
            .seal()?
            .seal(&place(DRAFT, key), text.as_bytes())
            .await?)
    }

    pub async fn draft(&self, key: &str) -> Kept<Option<String>> {
        let Some(kept) = self.get(DRAFT, key).await? else {
            return Ok(None);
        };
        let opened = self.seal()?.open(&place(DRAFT, key), &bytes(&kept)).await?;
        Ok(String::from_utf8(opened).ok())
    }

    pub async fn drafts(&self) -> Kept<Vec<String>> {
        let found = rows(&self.reading(&[DRAFT])?, DRAFT).await?;
        self.opened_drafts(&found).await
    }

    pub(super) async fn opened_drafts(&self, found: &[Row]) -> Kept<Vec<String>> {
        let drafts = self.opened(DRAFT, found).await?;
        let text = |row: Row| String::from_utf8(row.bytes).ok();
        Ok(drafts.into_iter().filter_map(text).collect())
    }

    pub async fn drop_draft(&self, key: &str) -> Kept<()> {
        let writing = self.writing(&[DRAFT])?;
        delete(&writing, DRAFT, key)?;
        Ok(writing.commit().await?)
    }
}
