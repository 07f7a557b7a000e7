//! The registry object: people, devices, links, the campaign and the tokens' secret.

use crate::error::ApiError;
use crate::objects::parse;
use crate::{enrol, export, invite, session, setup, sql};
use domain::wire::{Colleague, Profile};
use domain::{Campaign, Grants, Id};
use worker::{DurableObject, Env, Request, Response, SqlStorage, State, durable_object};

#[durable_object]
pub struct Registry {
    state: State,
}

impl DurableObject for Registry {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let path = request.path();
        let body = request.bytes().await?;
        let answered =
            Store::open(self.state.storage().sql()).and_then(|store| match path.as_str() {
                "/secret" => Ok(Response::from_bytes(store.secret()?)?),
                "/campaign" => Ok(Response::from_json(&store.campaign()?)?),
                "/setup" => setup::at_registry(&store, parse(&body)?),
                "/invite" => invite::at_registry(&store, parse(&body)?),
                "/enrol" => enrol::at_registry(&store, parse(&body)?),
                "/challenge" => session::challenge_at_registry(&store, parse(&body)?),
                "/export" => export::at_registry(&store, &parse(&body)?),
                "/session" => session::at_registry(&store, parse(&body)?),
                _ => Err(ApiError::NoSuchAddress),
            });
        answered.or_else(|error| error.response())
    }
}

/// The registry's tables.
pub struct Store {
    pub sql: SqlStorage,
}

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS person (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, grants TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS device (
    number TEXT PRIMARY KEY, person BLOB NOT NULL, name TEXT NOT NULL, key BLOB NOT NULL,
    enrolled INTEGER NOT NULL, seen INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS link (
    hash BLOB PRIMARY KEY, invitation TEXT NOT NULL, expires INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS challenge (text TEXT PRIMARY KEY, expires INTEGER NOT NULL);
";

impl Store {
    fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        sql.exec(TABLES, None)?;
        Ok(Self { sql })
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, ApiError> {
        let query = "SELECT value FROM setting WHERE name = ?";
        Ok(sql::first(&self.sql, query, vec![name.into()])?.map(|mut row| row.bytes()))
    }

    fn set(&self, name: &str, value: Vec<u8>) -> Result<(), ApiError> {
        let query = "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)";
        Ok(sql::run(&self.sql, query, vec![name.into(), value.into()])?)
    }

    /// The secret that seals tokens and challenges; made at its first use.
    pub fn secret(&self) -> Result<Vec<u8>, ApiError> {
        if let Some(secret) = self.setting("secret")? {
            return Ok(secret);
        }
        let secret = random::<32>()?.to_vec();
        self.set("secret", secret.clone())?;
        Ok(secret)
    }

    pub fn campaign(&self) -> Result<Option<Campaign>, ApiError> {
        let stored = self.setting("campaign")?;
        Ok(stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    pub fn set_campaign(&self, campaign: &Campaign) -> Result<(), ApiError> {
        self.set("campaign", crate::objects::json(campaign)?)
    }

    pub fn devices(&self) -> Result<u64, ApiError> {
        let row = sql::first(&self.sql, "SELECT COUNT(*) FROM device", vec![])?;
        Ok(row.map_or(0, |mut row| row.number() as u64))
    }

    /// Who a person is, what they may do, and whose work they may meet.
    pub fn profile(&self, person: Id) -> Result<Profile, ApiError> {
        let query = "SELECT name, grants FROM person WHERE id = ?";
        let row = sql::first(&self.sql, query, vec![person.as_bytes().to_vec().into()])?;
        let mut row = row.ok_or(ApiError::UnknownDevice)?;
        let name = row.text();
        let grants: Grants = parse(row.text().as_bytes())?;
        let campaign = self.campaign()?.ok_or(ApiError::NoCampaign)?;
        let (ledgers, colleagues) = (grants.ledgers(), self.colleagues(&grants)?);
        Ok(Profile {
            person,
            name,
            grants,
            campaign,
            ledgers,
            colleagues,
        })
    }

    fn colleagues(&self, grants: &Grants) -> Result<Vec<Colleague>, ApiError> {
        let mut colleagues = Vec::new();
        for mut row in sql::rows(&self.sql, "SELECT id, name, grants FROM person", vec![])? {
            let (id, name) = (row.bytes(), row.text());
            let others: Grants = parse(row.text().as_bytes())?;
            if let Ok(id) = <[u8; 16]>::try_from(id.as_slice())
                && grants.meet(&others)
            {
                colleagues.push(Colleague {
                    person: Id::from_bytes(id),
                    name,
                });
            }
        }
        Ok(colleagues)
    }
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
