//! Where the bytes of pictures are kept: in a bucket where there is one, else in the ledger's own
//! database. Whichever it is, the database has a row for each picture.
//!
//! On an own server that is the database and not workerd's disk service: that answers before the
//! disk has the bytes (it calls no fsync; SQLite does), and with the answer the phone lets go of
//! its own copy. So a backup of the objects holds the pictures, too.

use crate::error::ApiError;
use crate::sql;
use domain::Area;
use domain::picture::Form;
use worker::{Bucket, Env, HttpMetadata, SqlStorage};

/// The bucket's binding; `wrangler.toml` has it, an own server has none.
const BUCKET: &str = "PHOTOS";

pub trait Album {
    async fn holds(&self, name: &str) -> Result<bool, ApiError>;
    async fn keep(&self, name: &str, form: Form, bytes: Vec<u8>) -> Result<(), ApiError>;
    async fn find(&self, name: &str) -> Result<Option<Vec<u8>>, ApiError>;
}

/// Where this server keeps the pictures of a ledger.
pub fn album(sql: &SqlStorage, env: &Env, ledger: Area) -> impl Album {
    Kept {
        rows: sql.clone(),
        bucket: env.bucket(BUCKET).ok(),
        ledger,
    }
}

struct Kept {
    rows: SqlStorage,
    bucket: Option<Bucket>,
    ledger: Area,
}

impl Kept {
    /// By ledger, so that a name leads to nothing that another ledger's records show.
    fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.ledger)
    }
}

impl Album for Kept {
    async fn holds(&self, name: &str) -> Result<bool, ApiError> {
        self.rows.holds(name).await
    }

    /// The bucket first: a row always leads to its bytes.
    async fn keep(&self, name: &str, form: Form, bytes: Vec<u8>) -> Result<(), ApiError> {
        let Some(bucket) = &self.bucket else {
            return self.rows.keep(name, form, bytes).await;
        };
        let content_type = HttpMetadata {
            content_type: Some(form.content_type().to_owned()),
            ..HttpMetadata::default()
        };
        let put = bucket.put(self.key(name), bytes);
        put.http_metadata(content_type).execute().await?;
        self.rows.keep(name, form, Vec::new()).await
    }

    /// A row without bytes stands for a picture in the bucket; one that was kept before there was a
    /// bucket has its own.
    async fn find(&self, name: &str) -> Result<Option<Vec<u8>>, ApiError> {
        let found = self.rows.find(name).await?;
        let (Some([]), Some(bucket)) = (found.as_deref(), &self.bucket) else {
            return Ok(found.filter(|bytes| !bytes.is_empty()));
        };
        let object = bucket.get(self.key(name)).execute().await?;
        let Some(object) = object else {
            return Ok(None);
        };
        match object.body() {
            Some(body) => Ok(Some(body.bytes().await?)),
            None => Ok(None),
        }
    }
}

impl Album for SqlStorage {
    async fn holds(&self, name: &str) -> Result<bool, ApiError> {
        let query = "SELECT 1 FROM photo WHERE name = ?";
        Ok(sql::first(self, query, vec![name.into()])?.is_some())
    }

    async fn keep(&self, name: &str, form: Form, bytes: Vec<u8>) -> Result<(), ApiError> {
        let query = "INSERT OR IGNORE INTO photo (name, type, bytes) VALUES (?, ?, ?)";
        let values = vec![name.into(), form.content_type().into(), bytes.into()];
        Ok(sql::run(self, query, values)?)
    }

    async fn find(&self, name: &str) -> Result<Option<Vec<u8>>, ApiError> {
        let query = "SELECT bytes FROM photo WHERE name = ?";
        Ok(sql::first(self, query, vec![name.into()])?.map(|mut row| row.bytes()))
    }
}
