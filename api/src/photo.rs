//! `/api/photo/{ledger}/{name}`: PUT keeps a picture that a record names, whole or in parts, GET
//! gives it to whoever may see that cell of the record, `…/parts` says how far one has come.

mod album;
mod parts;

use crate::error::{Answered, ApiError};
use crate::ledger::Store;
use crate::objects::{self, body, parse};
use crate::steps::Rows as _;
use crate::sync::{Asked, ledger_of, malformed};
use crate::{sql, token};
pub use album::{Album, album};
use domain::Record;
use domain::picture::parts::{PART_BYTES, Part, Stand};
use domain::picture::{self, BYTES_LIMIT, Form};
use domain::wire::{headed, split_head};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use worker::{Env, Request, Response};

#[derive(Debug, Serialize, Deserialize)]
pub struct PhotoAsk {
    name: String,
    /// Which part the bytes are; none if they are the whole picture.
    #[serde(default)]
    part: Option<Part>,
}

/// What an address says of the bytes: nothing of a whole picture.
#[derive(Deserialize)]
struct Query {
    offset: Option<usize>,
    total: Option<usize>,
}

pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS photo (name TEXT PRIMARY KEY, type TEXT NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS photo_of (
    photo TEXT NOT NULL, record BLOB NOT NULL, given INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (photo, record)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS photo_part (
    photo TEXT NOT NULL, device TEXT NOT NULL, start INTEGER NOT NULL, total INTEGER NOT NULL,
    bytes BLOB NOT NULL, received INTEGER NOT NULL, PRIMARY KEY (photo, device, start));
";

pub async fn put(request: &mut Request, env: &Env, ledger: &str, name: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ledger = ledger_of(ledger)?;
    let said = request.headers().get("content-type")?.unwrap_or_default();
    let malformed = |e: worker::Error| ApiError::Malformed(e.to_string());
    let part = match request.query::<Query>().map_err(malformed)? {
        Query {
            offset: Some(offset),
            total: Some(total),
        } => Some(Part { offset, total }),
        Query {
            offset: None,
            total: None,
        } => None,
        _ => {
            let both = "a part says both its offset and the total".to_owned();
            return Err(ApiError::Malformed(both));
        }
    };
    let limit = part.map_or(BYTES_LIMIT, |_| PART_BYTES);
    let bytes = body(request, limit).await?;
    if part.is_none_or(|part| part.offset == 0) {
        let fits = |form: &Form| form.content_type() == said;
        Form::of(&bytes).filter(fits).ok_or(ApiError::NotAPicture)?;
    }
    if part.is_none() && name_of(&bytes) != name {
        return Err(ApiError::WrongName);
    }
    let name = name.to_owned();
    let asked = Asked {
        claims,
        ledger,
        ask: PhotoAsk { name, part },
    };
    let message = headed(&objects::json(&asked)?, &bytes);
    objects::ledger(env, ledger)?
        .post("/photo/put", &message)
        .await
}

pub async fn get(request: &Request, env: &Env, ledger: &str, name: &str) -> Answered {
    pass(request, env, ledger, name, "/photo/get").await
}

/// How far the asker's own device has come with sending a picture.
pub async fn stand(request: &Request, env: &Env, ledger: &str, name: &str) -> Answered {
    pass(request, env, ledger, name, "/photo/stand").await
}

async fn pass(request: &Request, env: &Env, ledger: &str, name: &str, path: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let ledger = ledger_of(ledger)?;
    let (name, part) = (name.to_owned(), None);
    let asked = Asked {
        claims,
        ledger,
        ask: PhotoAsk { name, part },
    };
    objects::ledger(env, ledger)?.pass(path, &asked).await
}

/// Keeps a picture, or the next part of one, for whoever may write a record that names it. Sending
/// it again has no effect.
pub async fn put_at_ledger(store: &Store, env: &Env, message: &[u8]) -> Answered {
    let (asked, bytes) = split_head(message).map_err(malformed)?;
    let asked: Asked<PhotoAsk> = parse(asked)?;
    let name = asked.ask.name.as_str();
    let own = own(store, &asked)?;
    let Some(part) = asked.ask.part else {
        return keep(store, env, &asked, &own, bytes).await;
    };
    let device = asked.claims.device;
    match parts::take(&store.sql, name, device, part, bytes)? {
        parts::Taken::Waiting(stand) => Ok(Response::from_json(&stand)?.with_status(202)),
        parts::Taken::Whole(whole) if name_of(&whole) == name => {
            let kept = keep(store, env, &asked, &own, &whole).await?;
            parts::drop(&store.sql, name, device)?;
            Ok(kept)
        }
        parts::Taken::Whole(_) => {
            parts::drop(&store.sql, name, device)?;
            Err(ApiError::WrongName)
        }
    }
}

/// The records for which the asker may send the picture.
///
/// # Errors
/// `NotAllowed` if they only may see it, `NoSuchPicture` if not even that.
fn own(store: &Store, asked: &Asked<PhotoAsk>) -> Result<Vec<(Record, Given)>, ApiError> {
    let (grants, name) = (&asked.claims.grants, asked.ask.name.as_str());
    let named = naming(store, name)?;
    let seen = |(record, _): &(Record, Given)| picture::is_shown(grants, record, name);
    let seen = named.iter().any(seen);
    let own = |(record, _): &(Record, Given)| picture::may_be_sent(grants, record, name);
    let own: Vec<_> = named.into_iter().filter(own).collect();
    match (own.is_empty(), seen) {
        (false, _) => Ok(own),
        (true, true) => Err(ApiError::NotAllowed),
        (true, false) => Err(ApiError::NoSuchPicture),
    }
}

/// Keeps a whole picture, of which the bytes are known to be the named ones.
async fn keep(
    store: &Store,
    env: &Env,
    asked: &Asked<PhotoAsk>,
    own: &[(Record, Given)],
    bytes: &[u8],
) -> Answered {
    let name = asked.ask.name.as_str();
    let album = album(&store.sql, env, asked.ledger);
    let new = !album.holds(name).await?;
    if new {
        let form = Form::of(bytes).ok_or(ApiError::NotAPicture)?;
        album.keep(name, form, bytes.to_vec()).await?;
    }
    for (record, _) in own {
        let query = "UPDATE photo_of SET given = 1 WHERE photo = ? AND record = ?";
        let record = record.id.as_bytes().to_vec();
        sql::run(&store.sql, query, vec![name.into(), record.into()])?;
    }
    Ok(Response::empty()?.with_status(if new { 201 } else { 204 }))
}

/// How far the asker has come; what others have sent is nobody else's business.
pub fn stand_at_ledger(store: &Store, asked: &Asked<PhotoAsk>) -> Answered {
    let own = own(store, asked)?;
    let whole = own.iter().all(|(_, given)| *given == Given::Yes);
    let stand = parts::stand(&store.sql, &asked.ask.name, asked.claims.device)?;
    Ok(Response::from_json(&Stand { whole, ..stand })?)
}

/// Gives a picture to whoever may see a record's cell that names it. To everybody else it is as if
/// it did not exist; knowing a name and writing it into a record of one's own shows nothing.
pub async fn get_at_ledger(store: &Store, env: &Env, asked: &Asked<PhotoAsk>) -> Answered {
    let (grants, name) = (&asked.claims.grants, asked.ask.name.as_str());
    let shown = |(record, given): &(Record, Given)| {
        *given == Given::Yes && picture::is_shown(grants, record, name)
    };
    if !naming(store, name)?.iter().any(shown) {
        return Err(ApiError::NoSuchPicture);
    }
    let album = album(&store.sql, env, asked.ledger);
    let bytes = album.find(name).await?.ok_or(ApiError::NoSuchPicture)?;
    let form = Form::of(&bytes).ok_or(ApiError::NoSuchPicture)?;
    let mut response = Response::from_bytes(bytes)?;
    let headers = response.headers_mut();
    headers.set("content-type", form.content_type())?;
    headers.set("x-content-type-options", "nosniff")?;
    // The browser's own cache is not encrypted; the app keeps what it needs.
    headers.set("cache-control", "no-store")?;
    Ok(response)
}

/// Whether somebody who may write the record has sent the picture for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Given {
    Yes,
    No,
}

/// The records in which the picture was ever named, as they are now.
fn naming(store: &Store, name: &str) -> Result<Vec<(Record, Given)>, ApiError> {
    let query = "SELECT record, given FROM photo_of WHERE photo = ?";
    let mut records = Vec::new();
    for mut row in sql::rows(&store.sql, query, vec![name.into()])? {
        let (id, given) = (row.bytes(), row.number());
        let given = if given == 1 { Given::Yes } else { Given::No };
        if let Ok(id) = <[u8; 16]>::try_from(id.as_slice())
            && let Some(record) = store.record(domain::Id::from_bytes(id))?
        {
            records.push((record, given));
        }
    }
    Ok(records)
}

fn name_of(bytes: &[u8]) -> String {
    let mut name = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_named_by_its_sha256() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(name_of(b""), empty);
        assert!(domain::field::is_picture_name(&name_of(b"x")));
    }
}
