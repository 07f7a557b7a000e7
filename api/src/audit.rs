//! `GET /api/audit` and `POST /api/audit`: the log of deeds, hash-chained, which administrators
//! read and nobody edits. The server writes what it did itself; a device reports what it showed.

use crate::error::{Answered, ApiError};
use crate::objects::{self, json, read};
use crate::registry::{By, Store, bytes, id};
use crate::token::{self, Claims};
use crate::{limit, sql};
use domain::audit::Deed;
use domain::wire::{AuditAnswer, AuditAsk, AuditPage, DEEDS_LIMIT, Entry, Reported};
use domain::{Device, Grants, Id, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use worker::{Env, Request, Response};

pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS audit (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, person BLOB, device TEXT, stamp TEXT,
    about BLOB, deed TEXT NOT NULL, chain BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS audit_reported ON audit (device, stamp) WHERE stamp IS NOT NULL;
";

/// So many entries are looked at for one page, seen or not.
const LOOKED_AT: i64 = 5_000;
const SCREENFUL: usize = 50;

/// Who did something, and to whom.
#[derive(Clone, Copy, Default, Debug)]
pub struct Who {
    pub person: Option<Id>,
    pub device: Option<Device>,
    pub about: Option<Id>,
}

impl Who {
    pub fn of(claims: &Claims) -> Self {
        Self {
            person: Some(claims.person),
            device: Some(claims.device),
            about: None,
        }
    }

    pub fn to(self, person: Id) -> Self {
        Self {
            about: Some(person),
            ..self
        }
    }
}

/// Which page, and of what.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PageAsk {
    after: u64,
    /// The newest first, from before this entry on.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deed: Option<String>,
    /// Who did it or to whom it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<Id>,
    /// The days in China, both counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
}

/// What fills one place of a statement.
type Value = worker::SqlStorageValue;

impl PageAsk {
    /// The rows of this page, seen or not.
    fn rows(&self, store: &Store) -> Result<Vec<sql::Row>, ApiError> {
        let number = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
        let (mut wanted, mut values) = match self.before {
            Some(before) => (vec!["seq < ?"], vec![Value::from(number(before))]),
            None => (vec!["seq > ?"], vec![number(self.after).into()]),
        };
        let mut also = |clause, more: Vec<Value>| {
            wanted.push(clause);
            values.extend(more);
        };
        if let Some(deed) = &self.deed {
            let clause = "json_extract(deed, '$.deed') = ?";
            also(clause, vec![deed.as_str().into()]);
        }
        if let Some(person) = self.person {
            let person = || bytes(person).into();
            also("(person = ? OR about = ?)", vec![person(), person()]);
        }
        if let Some(from) = self.from {
            also("at >= ?", vec![domain::start_of(from).into()]);
        }
        if let Some(until) = self.until {
            let next = until.saturating_add(jiff::Span::new().days(1));
            also("at < ?", vec![domain::start_of(next).into()]);
        }
        values.push(LOOKED_AT.into());
        let order = match self.before {
            Some(_) => "DESC",
            None => "ASC",
        };
        let query = format!(
            "SELECT seq, at, person, device, stamp, about, deed, chain FROM audit
             WHERE {} ORDER BY seq {order} LIMIT ?",
            wanted.join(" AND ")
        );
        Ok(sql::rows(&store.sql, &query, values)?)
    }
}

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let ask: AuditAsk = read(request).await?;
    objects::registry(env)?
        .pass("/audit", &By { claims, ask })
        .await
}

pub async fn get(request: &Request, env: &Env) -> Answered {
    let claims = token::claims(request, env).await?;
    let malformed = |e: worker::Error| ApiError::Malformed(e.to_string());
    let ask: PageAsk = request.query().map_err(malformed)?;
    objects::registry(env)?
        .pass("/audit/read", &By { claims, ask })
        .await
}

/// Writes the log's next entry.
pub fn note(store: &Store, who: Who, deed: &Deed) -> Result<(), ApiError> {
    write(store, who, None, deed)
}

fn write(store: &Store, who: Who, stamp: Option<Stamp>, deed: &Deed) -> Result<(), ApiError> {
    let query = "SELECT seq, chain FROM audit ORDER BY seq DESC LIMIT 1";
    let last = sql::first(&store.sql, query, vec![])?;
    let (last, before) = last.map_or((0, Vec::new()), |mut row| (row.number(), row.bytes()));
    let (seq, at) = (last + 1, token::now_ms());
    let said = (seq, at, who.person, who.device, stamp, who.about, deed);
    let chain = Sha256::new()
        .chain_update(before)
        .chain_update(json(&said)?);
    let deed = String::from_utf8_lossy(&json(deed)?).into_owned();
    let query = "INSERT INTO audit (seq, at, person, device, stamp, about, deed, chain)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let values = vec![
        seq.into(),
        at.into(),
        who.person.map(bytes).into(),
        who.device.map(|device| device.to_string()).into(),
        stamp.map(|stamp| stamp.to_string()).into(),
        who.about.map(bytes).into(),
        deed.into(),
        chain.finalize().to_vec().into(),
    ];
    Ok(sql::run(&store.sql, query, values)?)
}

/// All or nothing: what a device may not report stops the batch before anything is written.
pub fn report_at_registry(store: &Store, by: &By<AuditAsk>) -> Answered {
    store.grants_now(&by.claims)?;
    limit::REPORTS.count(&store.sql, &by.claims.device.to_string())?;
    let deeds = &by.ask.deeds;
    if deeds.len() > DEEDS_LIMIT {
        return Err(ApiError::TooMany(DEEDS_LIMIT));
    }
    let own = |reported: &Reported| reported.stamp.device == by.claims.device;
    if !deeds.iter().all(|one| own(one) && one.deed.is_reported()) {
        return Err(ApiError::NotReported);
    }
    for reported in deeds {
        let query = "SELECT 1 FROM audit WHERE device = ? AND stamp = ?";
        let device = by.claims.device.to_string().into();
        let stamp = reported.stamp.to_string().into();
        if sql::first(&store.sql, query, vec![device, stamp])?.is_none() {
            let who = Who::of(&by.claims);
            write(store, who, Some(reported.stamp), &reported.deed)?;
        }
    }
    let kept = deeds.len() as u64;
    Ok(Response::from_json(&AuditAnswer { kept })?)
}

/// A page of what was done by, or to, the people in the administrator's reach.
pub fn read_at_registry(store: &Store, by: &By<PageAsk>) -> Answered {
    let grants = store.administrator(&by.claims)?;
    let own = store.people()?.into_iter();
    let own = own.filter(|staff| grants.administer_all(&staff.grants));
    let own: BTreeSet<Id> = own.map(|staff| staff.person).collect();
    let rows = by.ask.rows(store)?;
    // What is read from the newest on is read by people: they turn pages sooner.
    let limit = match by.ask.before {
        Some(_) => SCREENFUL,
        None => DEEDS_LIMIT,
    };
    let mut more = rows.len() as i64 == LOOKED_AT;
    let (mut entries, mut after) = (Vec::new(), by.ask.before.unwrap_or(by.ask.after));
    for row in rows {
        if entries.len() == limit {
            more = true;
            break;
        }
        let entry = entry(row)?;
        after = entry.seq;
        if shown(&entry, &grants, &own) {
            entries.push(entry);
        }
    }
    let mut page = Response::from_json(&AuditPage {
        entries,
        after,
        more,
    })?;
    page.headers_mut().set("cache-control", "no-store")?;
    Ok(page)
}

fn shown(entry: &Entry, grants: &Grants, own: &BTreeSet<Id>) -> bool {
    let theirs = |person: Option<Id>| person.is_some_and(|person| own.contains(&person));
    let everybodys = match &entry.deed {
        Deed::CampaignChanged { .. } => true,
        // By whoever runs the server.
        Deed::Exported { .. } => entry.person.is_none(),
        Deed::Invited { grants: given, .. } => grants.administer_all(given),
        _ => false,
    };
    theirs(entry.person) || theirs(entry.about) || everybodys
}

fn entry(mut row: sql::Row) -> Result<Entry, ApiError> {
    let (seq, at) = (row.number() as u64, row.number());
    let (person, device) = (id(&row.bytes()), Device::parse(&row.text()));
    let (stamp, about) = (Stamp::parse(&row.text()), id(&row.bytes()));
    let deed = objects::parse(row.text().as_bytes())?;
    let mut chain = String::new();
    for byte in row.bytes() {
        let _ = write!(chain, "{byte:02x}");
    }
    Ok(Entry {
        seq,
        at,
        person,
        device,
        stamp,
        about,
        deed,
        chain,
    })
}
