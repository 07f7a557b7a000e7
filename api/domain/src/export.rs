//! Everything that a server holds, as lines of JSON: an open form for another program, for an
//! archive, and for the check of the history. Secrets (of tokens, links, keys) are no part of it.

use crate::{Area, Campaign, Device, Grants, Id, Record};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The form of the lines; a reader refuses a later one.
pub const FORM: u32 = 1;

/// `POST /api/export`: one page of one part.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExportAsk {
    /// A ledger, or nothing for people, devices and the campaign.
    #[serde(default)]
    pub ledger: Option<Area>,
    pub part: Part,
    /// Where the page before said that the next begins.
    #[serde(default)]
    pub after: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Campaign,
    People,
    Devices,
    History,
    Records,
    Photos,
}

impl Part {
    /// The parts without a ledger.
    pub const OF_REGISTRY: &'static [Part] = &[Part::Campaign, Part::People, Part::Devices];
    /// The parts of each ledger. The history comes first: what it leads to is then checked.
    pub const OF_LEDGER: &'static [Part] = &[Part::History, Part::Records, Part::Photos];
}

/// One line: an object with one name, which says what the line is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The first line of a file.
    Export(Begin),
    Campaign(Campaign),
    Person(PersonLine),
    Device(DeviceLine),
    History(HistoryLine),
    Record(RecordLine),
    Photo(PhotoLine),
    /// A row that could not be read.
    Damaged(DamagedLine),
    /// The last line of a page; not in files.
    Page(PageEnd),
    /// The last line of a file: one that lacks it was cut.
    End(FileEnd),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Begin {
    pub form: u32,
    /// The version of the program that wrote the file.
    pub version: String,
    /// When, in milliseconds since 1970 UTC.
    pub made: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonLine {
    pub id: Id,
    pub name: String,
    pub grants: Grants,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceLine {
    pub device: Device,
    pub person: Id,
    pub name: String,
    /// Milliseconds since 1970 UTC, as `seen`.
    pub enrolled: i64,
    pub seen: i64,
    pub revoked: bool,
}

/// An accepted change with its place in the chain (see [`crate::chain`]).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryLine {
    pub ledger: Area,
    pub seq: u64,
    pub record: Id,
    pub stamp: String,
    pub person: Id,
    pub received: i64,
    pub change: Box<RawValue>,
    /// The bytes in which it is kept and hashed, in base64; nothing if `change` is these, byte for
    /// byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// In hex.
    pub chain: String,
    /// The number of the record's change before it; 0 if it made the record.
    pub earlier: u64,
}

/// A whole record: every cell with its stamp.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordLine {
    pub ledger: Area,
    /// The change that it was last written by.
    pub seq: u64,
    pub record: Record,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PhotoLine {
    pub ledger: Area,
    /// SHA-256 of the bytes in hex: what records call the picture.
    pub name: String,
    #[serde(rename = "type")]
    pub content_type: String,
    /// In base64.
    pub bytes: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DamagedLine {
    pub ledger: Option<Area>,
    pub part: Part,
    pub seq: u64,
    pub why: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PageEnd {
    /// Where the next page begins, if there is one.
    pub next: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileEnd {
    /// How many lines stand before this one.
    pub lines: u64,
}
