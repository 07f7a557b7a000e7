//! Drafts as they are kept: texts by their place, see `draft`.

use super::database::{DRAFT, Store, StoreError, all, put};

type Kept<T> = Result<T, StoreError>;

impl Store {
    pub async fn keep_draft(&self, key: &str, text: &str) -> Kept<()> {
        self.pressing(async || {
            let writing = self.writing(&[DRAFT])?;
            put(&writing, DRAFT, key, &text.into()).await?;
            Ok(writing.commit().await?)
        })
        .await
    }

    pub async fn draft(&self, key: &str) -> Kept<Option<String>> {
        Ok(self
            .get(DRAFT, key)
            .await?
            .and_then(|value| value.as_string()))
    }

    pub async fn drafts(&self) -> Kept<Vec<String>> {
        let reading = self.reading(&[DRAFT])?;
        let drafts = all(&reading, DRAFT).await?;
        Ok(drafts
            .into_iter()
            .filter_map(|value| value.as_string())
            .collect())
    }

    pub async fn drop_draft(&self, key: &str) -> Kept<()> {
        let writing = self.writing(&[DRAFT])?;
        writing.object_store(DRAFT)?.delete(key).await?;
        Ok(writing.commit().await?)
    }
}
