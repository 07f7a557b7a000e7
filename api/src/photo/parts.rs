//! Pictures that have not come whole yet: each device's parts by themselves, so that nobody sees or
//! spoils what another sends.

use crate::error::ApiError;
use crate::sql;
use crate::token::now_ms;
use domain::Device;
use domain::picture::parts::{Part, Place, Stand, place};
use worker::{SqlStorage, SqlStorageValue};

/// Parts of a picture that did not come whole within so long are thrown away; the phone, which has
/// it until the server has all of it, then begins anew.
const KEPT_MS: i64 = 7 * 24 * 3_600_000;

/// What became of a part.
pub enum Taken {
    Waiting(Stand),
    /// All bytes are here.
    Whole(Vec<u8>),
}

/// Keeps a part that follows on what is there.
///
/// # Errors
/// `WrongPart`; then nothing was kept.
pub fn take(
    sql: &SqlStorage,
    name: &str,
    device: Device,
    part: Part,
    bytes: &[u8],
) -> Result<Taken, ApiError> {
    let old = now_ms() - KEPT_MS;
    let query = "DELETE FROM photo_part WHERE received < ?";
    sql::run(sql, query, vec![old.into()])?;
    let stood = stand(sql, name, device)?;
    let mut place = place(stood, part, bytes.len()).ok_or(ApiError::WrongPart)?;
    if place == Place::Again && kept(sql, name, device, part.offset)? != bytes {
        if part.offset > 0 {
            return Err(ApiError::WrongPart);
        }
        place = Place::First;
    }
    if place == Place::First {
        drop(sql, name, device)?;
    }
    if place != Place::Again {
        let query = "INSERT INTO photo_part (photo, device, start, total, bytes, received)
                     VALUES (?, ?, ?, ?, ?, ?)";
        let mut values = whose(name, device);
        values.extend([
            (part.offset as i64).into(),
            (part.total as i64).into(),
            bytes.to_vec().into(),
            now_ms().into(),
        ]);
        sql::run(sql, query, values)?;
    }
    let stand = stand(sql, name, device)?;
    if stand.have < stand.total {
        return Ok(Taken::Waiting(stand));
    }
    let query = "SELECT bytes FROM photo_part WHERE photo = ? AND device = ? ORDER BY start";
    let rows = sql::rows(sql, query, whose(name, device))?;
    let parts = rows.into_iter().map(|mut row| row.bytes());
    Ok(Taken::Whole(parts.collect::<Vec<_>>().concat()))
}

/// How far a device has come.
pub fn stand(sql: &SqlStorage, name: &str, device: Device) -> Result<Stand, ApiError> {
    let query = "SELECT SUM(LENGTH(bytes)), MAX(total) FROM photo_part
                 WHERE photo = ? AND device = ?";
    let row = sql::first(sql, query, whose(name, device))?;
    Ok(row.map_or_else(Stand::default, |mut row| Stand {
        have: row.number() as usize,
        total: row.number() as usize,
        whole: false,
    }))
}

fn kept(sql: &SqlStorage, name: &str, device: Device, start: usize) -> Result<Vec<u8>, ApiError> {
    let query = "SELECT bytes FROM photo_part WHERE photo = ? AND device = ? AND start = ?";
    let mut values = whose(name, device);
    values.push((start as i64).into());
    Ok(sql::first(sql, query, values)?.map_or_else(Vec::new, |mut row| row.bytes()))
}

/// Throws a device's parts of a picture away.
pub fn drop(sql: &SqlStorage, name: &str, device: Device) -> Result<(), ApiError> {
    let query = "DELETE FROM photo_part WHERE photo = ? AND device = ?";
    Ok(sql::run(sql, query, whose(name, device))?)
}

fn whose(name: &str, device: Device) -> Vec<SqlStorageValue> {
    vec![name.into(), device.to_string().into()]
}
