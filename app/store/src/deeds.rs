//! Deeds that the server has not been told of, sealed.

use super::database::{DEED, Store, StoreError, delete};
use super::sealed::{Row, put_rows, rows};
use domain::wire::Reported;

type Kept<T> = Result<T, StoreError>;

impl Store {
    pub async fn note_deed(&self, reported: &Reported) -> Kept<()> {
        let text = serde_json::to_vec(reported).unwrap_or_default();
        let sealed = self
            .sealed(DEED, &[(reported.stamp.to_string(), text)])
            .await?;
        let writing = self.writing(&[DEED])?;
        put_rows(&writing, DEED, &sealed)?;
        Ok(writing.commit().await?)
    }

    pub async fn deeds(&self) -> Kept<Vec<Reported>> {
        let found = rows(&self.reading(&[DEED])?, DEED).await?;
        let deeds = self.opened(DEED, &found).await?;
        let read = |row: Row| serde_json::from_slice(&row.bytes).ok();
        Ok(deeds.into_iter().filter_map(read).collect())
    }

    pub async fn drop_deeds(&self, told: &[Reported]) -> Kept<()> {
        let writing = self.writing(&[DEED])?;
        for reported in told {
            let key = reported.stamp.to_string();
            delete(&writing, DEED, &key)?;
        }
        Ok(writing.commit().await?)
    }
}
