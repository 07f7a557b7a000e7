//! The registry object: people, devices, links, deeds, the campaign and the tokens' secret.

mod bytes;

pub use bytes::{bytes, id, random};

use crate::error::{Answered, ApiError};
use crate::objects::{self, parse};
use crate::token::{self, Claims, now_ms};
use crate::{
    audit, bar, campaign, devices, enrol, export, feed, health, hook, invite, last_words, letter,
    limit,
};
use crate::{people, rescue};
use crate::{session, setup, sql};
use domain::wire::{Colleague, Profile, Staff, Stopped};
use domain::{Area, Campaign, Device, Grants, Id};
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, SqlStorage, State, Storage, durable_object};

#[durable_object]
pub struct Registry {
    state: State,
    env: Env,
    underway: hook::Underway,
    made: sql::Made,
}

impl DurableObject for Registry {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            underway: hook::Underway::default(),
            made: sql::Made::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let path = request.path();
        let body = request.bytes().await?;
        let answered = match self.store() {
            Ok(store) => self.answer(&store, &path, &body).await,
            Err(error) => Err(error),
        };
        answered.or_else(|error| error.response())
    }

    /// Ledgers that have not heard yet who is stopped are told again; what is due to webhooks is
    /// delivered.
    async fn alarm(&self) -> worker::Result<Response> {
        let failed = |error: ApiError| worker::Error::RustError(error.to_string());
        let store = self.store().map_err(failed)?;
        // Before anything else: whatever happens from here on, it will be tried again.
        self.state.storage().set_alarm(bar::AGAIN_MS).await?;
        self.tell(&store).await.map_err(failed)?;
        self.deliver(&store).map_err(failed)?;
        self.arm(&store).await.map_err(failed)?;
        Response::empty()
    }
}

impl Registry {
    fn store(&self) -> Result<Store, ApiError> {
        let store = Store {
            sql: self.state.storage().sql(),
        };
        self.made.once(|| store.make())?;
        Ok(store)
    }

    async fn answer(&self, store: &Store, path: &str, body: &[u8]) -> Answered {
        match path {
            "/secret" => Ok(Response::from_bytes(store.secret()?)?),
            "/campaign" => Ok(Response::from_json(&store.campaign()?)?),
            "/campaign/read" => campaign::read_at_registry(store, &parse(body)?),
            "/campaign/set" => {
                let answer = campaign::set_at_registry(store, &parse(body)?)?;
                self.announced(store).await?;
                Ok(answer)
            }
            "/administers" => health::administers_at_registry(store, &parse(body)?),
            "/setup" => {
                let answer = setup::at_registry(store, parse(body)?)?;
                self.announced(store).await?;
                Ok(answer)
            }
            "/invite" => invite::at_registry(store, &parse(body)?),
            "/invite/sheet" => invite::sheet_at_registry(store, &parse(body)?),
            "/invite/withdraw" => invite::withdraw_at_registry(store, &parse(body)?),
            "/enrol" => enrol::at_registry(store, &parse(body)?),
            "/challenge" => session::challenge_at_registry(store, &parse(body)?),
            "/export/note" => export::note_at_registry(store, &parse(body)?),
            "/export" => export::at_registry(store, &parse(body)?),
            "/letter" => letter::at_registry(store, &parse(body)?),
            "/session" => session::at_registry(store, &parse(body)?),
            "/rescue-key" => rescue::key_at_registry(store),
            "/rescue" => {
                let answer = rescue::at_registry(store, &parse(body)?)?;
                self.tell(store).await?;
                Ok(Response::from_json(&answer)?)
            }
            "/devices" => devices::list_at_registry(store, &parse(body)?),
            "/revoke" => {
                devices::revoke_at_registry(store, &parse(body)?)?;
                self.stopped(store).await
            }
            "/feeds" => feed::list_at_registry(store, &parse(body)?),
            "/feeds/make" => feed::make_at_registry(store, &parse(body)?),
            "/feeds/stop" => feed::stop_at_registry(store, &parse(body)?),
            "/feeds/open" => feed::open_at_registry(store, &parse(body)?),
            "/hooks" => hook::list_at_registry(store, &parse(body)?),
            "/hooks/make" => hook::make_at_registry(store, &parse(body)?),
            "/hooks/stop" => hook::stop_at_registry(store, &parse(body)?),
            "/hooks/test" => {
                let answer = hook::test_at_registry(store, &parse(body)?)?;
                self.deliver(store)?;
                self.arm(store).await?;
                Ok(answer)
            }
            "/hooks/ring" => {
                let answer = hook::ring_at_registry(store, &parse::<Vec<hook::Ring>>(body)?)?;
                self.deliver(store)?;
                self.arm(store).await?;
                Ok(answer)
            }
            "/people" => people::list_at_registry(store, &parse(body)?),
            "/grants" => {
                people::grants_at_registry(store, &parse(body)?)?;
                self.stopped(store).await
            }
            "/stop" => {
                people::stop_at_registry(store, &parse(body)?)?;
                self.stopped(store).await
            }
            "/last-words" => last_words::at_registry(store, &parse(body)?),
            "/last-words/read" => last_words::read_at_registry(store, &parse(body)?),
            "/last-words/taken" => last_words::taken_at_registry(store, &parse(body)?),
            "/last-words/count" => last_words::count_at_registry(store, &parse(body)?),
            "/audit" => audit::report_at_registry(store, &parse(body)?),
            "/audit/read" => audit::read_at_registry(store, &parse(body)?),
            _ => Err(ApiError::NoSuchAddress),
        }
    }

    /// What the ledgers are to hear is told by the alarm, now: nobody waits for them.
    async fn announced(&self, store: &Store) -> Result<(), ApiError> {
        if bar::waits(&store.sql)? {
            self.state.storage().set_alarm(0).await?;
        }
        Ok(())
    }

    async fn stopped(&self, store: &Store) -> Answered {
        let waiting = self.tell(store).await?;
        Ok(Response::from_json(&Stopped { waiting })?)
    }

    async fn tell(&self, store: &Store) -> Result<u64, ApiError> {
        let waiting = bar::tell(&store.sql, &self.env, &self.state.storage()).await?;
        self.arm(store).await?;
        Ok(waiting)
    }

    /// Sends what is due to webhooks. Each delivery goes by itself: a receiver that is slow to answer
    /// holds up no other, and not the alarm.
    fn deliver(&self, store: &Store) -> Result<(), ApiError> {
        for due in hook::begin(store, &self.underway)? {
            let (storage, underway) = (self.state.storage(), self.underway.clone());
            let (sql, reach) = (storage.sql(), hook::reach(&self.env));
            self.state.wait_until(async move {
                let store = Store { sql };
                // What could not be written down is sent again, under the same name.
                let _ = hook::see_through(&store, reach, &underway, due).await;
                let _ = arm(&store, &underway, &storage).await;
            });
        }
        Ok(())
    }

    async fn arm(&self, store: &Store) -> Result<(), ApiError> {
        arm(store, &self.underway, &self.state.storage()).await
    }
}

/// Sets the alarm for what is to be done next, or takes it away.
async fn arm(store: &Store, underway: &hook::Underway, storage: &Storage) -> Result<(), ApiError> {
    let now = now_ms();
    let untold = bar::waits(&store.sql)?.then_some(now + bar::AGAIN_MS);
    let next = untold.into_iter().chain(hook::next(store, underway)?).min();
    match next {
        Some(at) => storage.set_alarm((at - now).max(0)).await?,
        None => storage.delete_alarm().await?,
    }
    Ok(())
}

/// Hands a request that came with a token on to the registry, with what is asked.
async fn by<T: Serialize>(request: &Request, env: &Env, path: &str, ask: T) -> Answered {
    let claims = token::claims(request, env).await?;
    objects::registry(env)?
        .pass(path, &By { claims, ask })
        .await
}

/// Hands on a request that only says who asks.
pub async fn by_anybody(request: &Request, env: &Env, path: &str) -> Answered {
    by(request, env, path, ()).await
}

/// Hands on a request about one thing that its address names.
pub async fn by_id(request: &Request, env: &Env, path: &str, id: &str) -> Answered {
    let ask = Id::parse(id).ok_or(ApiError::NoSuchAddress)?;
    by(request, env, path, ask).await
}

/// What the router adds to a request that came with a token.
#[derive(Debug, Serialize, Deserialize)]
pub struct By<T> {
    pub claims: Claims,
    pub ask: T,
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
    fn make(&self) -> Result<(), ApiError> {
        let sql = &self.sql;
        for tables in [
            TABLES,
            audit::TABLES,
            bar::OUTBOX,
            feed::TABLES,
            hook::TABLES,
            campaign::TABLES,
            last_words::TABLES,
            limit::TABLES,
        ] {
            sql.exec(tables, None)?;
        }
        sql::add_column(sql, "untold", "path", "TEXT NOT NULL DEFAULT '/bar'")?;
        sql::add_column(sql, "device", "retired", "INTEGER NOT NULL DEFAULT 0")?;
        sql::add_column(sql, "device", "unsent", "INTEGER")?;
        sql::add_column(sql, "device", "version", "TEXT")?;
        sql::add_column(sql, "person", "stopped", "INTEGER NOT NULL DEFAULT 0")?;
        sql::add_column(sql, "link", "device", "TEXT")?;
        sql::add_column(sql, "link", "person", "BLOB")?;
        Ok(())
    }

    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, ApiError> {
        let query = "SELECT value FROM setting WHERE name = ?";
        Ok(sql::first(&self.sql, query, vec![name.into()])?.map(|mut row| row.bytes()))
    }

    pub fn set(&self, name: &str, value: Vec<u8>) -> Result<(), ApiError> {
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

    /// Keeps the settings, and has the ledgers told.
    pub fn set_campaign(&self, next: &Campaign) -> Result<(), ApiError> {
        self.set("campaign", crate::objects::json(next)?)?;
        campaign::announce(self)
    }

    pub fn devices(&self) -> Result<u64, ApiError> {
        let row = sql::first(&self.sql, "SELECT COUNT(*) FROM device", vec![])?;
        Ok(row.map_or(0, |mut row| row.number() as u64))
    }

    /// The grants of whoever asks, as they are now: a token may say what was true before.
    ///
    /// # Errors
    /// `BadToken` if the device was locked out meanwhile.
    pub fn grants_now(&self, claims: &Claims) -> Result<Grants, ApiError> {
        let query = "SELECT person FROM device WHERE number = ? AND revoked = 0 AND retired = 0";
        let number = claims.device.to_string().into();
        let live = sql::first(&self.sql, query, vec![number])?.is_some();
        let asker = self.person(claims.person)?.filter(|_| live);
        Ok(asker.ok_or(ApiError::BadToken)?.grants)
    }

    /// The same for what only administrators may ask.
    ///
    /// # Errors
    /// `NotAllowed`, or `BadToken` if the device was locked out meanwhile.
    pub fn administrator(&self, claims: &Claims) -> Result<Grants, ApiError> {
        let grants = self.grants_now(claims)?;
        if grants.administers() {
            Ok(grants)
        } else {
            Err(ApiError::NotAllowed)
        }
    }

    pub fn person(&self, person: Id) -> Result<Option<Staff>, ApiError> {
        let query = "SELECT id, name, grants, stopped FROM person WHERE id = ?";
        let row = sql::first(&self.sql, query, vec![bytes(person).into()])?;
        row.map(staff).transpose()
    }

    /// Everybody who is enrolled, in the order of their enrolment.
    pub fn people(&self) -> Result<Vec<Staff>, ApiError> {
        let query = "SELECT id, name, grants, stopped FROM person ORDER BY id";
        let rows = sql::rows(&self.sql, query, vec![])?;
        rows.into_iter().map(staff).collect()
    }

    /// True if somebody else, or this person on another device, can still administer the whole
    /// campaign.
    pub fn others_administer(
        &self,
        campaign: &Campaign,
        without: impl Fn(Id, Device) -> bool,
    ) -> Result<bool, ApiError> {
        let query = "SELECT number, person FROM device WHERE revoked = 0 AND retired = 0";
        for mut row in sql::rows(&self.sql, query, vec![])? {
            let (number, person) = (row.text(), row.bytes());
            let (Some(number), Some(person)) = (Device::parse(&number), id(&person)) else {
                continue;
            };
            let held = self.person(person)?.map(|staff| staff.grants);
            let whole = held.is_some_and(|grants| grants.administer(campaign.area));
            if whole && !without(person, number) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The name, trimmed, under which an administrator makes something for an area.
    ///
    /// # Errors
    /// `UnknownArea`, `OutsideArea`, `NoName`, or what [`Self::administrator`] says.
    pub fn named<'n>(
        &self,
        claims: &Claims,
        area: Area,
        name: &'n str,
        limit: usize,
    ) -> Result<&'n str, ApiError> {
        let administrator = self.administrator(claims)?;
        if !area.is_known() {
            return Err(ApiError::UnknownArea);
        }
        if !administrator.administer(area) {
            return Err(ApiError::OutsideArea);
        }
        let name = name.trim();
        if name.is_empty() || name.chars().count() > limit {
            return Err(ApiError::NoName);
        }
        Ok(name)
    }

    /// The area of a thing, as a query by its id finds it, for whoever administers that area.
    ///
    /// # Errors
    /// `NoSuchAddress`, `OutsideArea`, or what [`Self::administrator`] says.
    pub fn administered(&self, by: &By<Id>, query: &str) -> Result<Area, ApiError> {
        let grants = self.administrator(&by.claims)?;
        let found = sql::first(&self.sql, query, vec![bytes(by.ask).into()])?;
        let area = found.and_then(|mut row| Area::parse(&row.text()));
        let area = area.ok_or(ApiError::NoSuchAddress)?;
        match grants.administer(area) {
            true => Ok(area),
            false => Err(ApiError::OutsideArea),
        }
    }

    /// Who a person is, what they may do, and whose work they may meet.
    pub fn profile(&self, person: Id) -> Result<Profile, ApiError> {
        let staff = self.person(person)?.ok_or(ApiError::UnknownDevice)?;
        let campaign = self.campaign()?.ok_or(ApiError::NoCampaign)?;
        let colleagues = self.colleagues(&staff.grants)?;
        Ok(Profile {
            person,
            name: staff.name,
            ledgers: staff.grants.ledgers(),
            grants: staff.grants,
            campaign,
            colleagues,
        })
    }

    fn colleagues(&self, grants: &Grants) -> Result<Vec<Colleague>, ApiError> {
        let mut colleagues = Vec::new();
        for other in self.people()? {
            if grants.meet(&other.grants) {
                colleagues.push(Colleague {
                    person: other.person,
                    name: other.name,
                });
            }
        }
        Ok(colleagues)
    }
}

fn staff(mut row: sql::Row) -> Result<Staff, ApiError> {
    let (person, name, grants) = (row.bytes(), row.text(), row.text());
    let damaged = || worker::Error::RustError("a person's id in the registry".to_owned());
    Ok(Staff {
        person: id(&person).ok_or_else(damaged)?,
        name,
        grants: parse(grants.as_bytes())?,
        stopped: row.maybe().filter(|at| *at > 0),
    })
}
