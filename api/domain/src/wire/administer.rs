//! What administrators' screens say to the registry: sheets of links, the campaign, the ledgers'
//! health.

use super::{Invitation, InviteAnswer};
use crate::{Area, Campaign, Grants, Id};
use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use utoipa::ToSchema;

/// `POST /api/invite/sheet`: links for many people at once; all of them are made, or none.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct SheetAsk {
    pub invitations: Vec<Invitation>,
}

/// No more people than this on one sheet.
pub const SHEET_LIMIT: usize = 200;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct SheetAnswer {
    /// One for each invitation, in the same order.
    pub links: Vec<InviteAnswer>,
}

/// A link that nobody has taken yet, without what would let somebody take it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Invited {
    /// What the log calls it.
    pub link: String,
    pub name: String,
    pub grants: Grants,
    /// Whose further device it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
    /// Milliseconds since 1970 UTC.
    pub expires: i64,
}

/// `GET /api/campaign`, and the answer to `PUT /api/campaign`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct CampaignAnswer {
    pub campaign: Campaign,
    /// Earlier campaigns, the last one first.
    #[serde(default)]
    pub past: Vec<Campaign>,
}

/// `GET /api/health/{area}`: how the ledgers of an area, and of those one level below, are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Health {
    pub ledgers: Vec<LedgerHealth>,
    /// Ledgers that did not answer.
    #[serde(default)]
    pub silent: Vec<Area>,
    /// When somebody last exported everything with the server's own key, as far as the log tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exported: Option<i64>,
}

/// `GET /api/posts/{ledger}`: where volunteers may be posted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Posts {
    pub posts: Vec<Post>,
}

/// A place or a trip, by its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Post {
    pub id: Id,
    pub area: Area,
    pub name: String,
    /// When a trip departs, milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departs: Option<i64>,
}

/// One ledger in figures; nothing of anybody.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct LedgerHealth {
    pub ledger: Area,
    pub records: u64,
    /// Accepted changes.
    pub changes: u64,
    /// When the last change came, milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<i64>,
    /// How many links of the history's chain were looked at now, from the newest back.
    pub checked: u64,
    /// The first of these whose link does not follow from the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<u64>,
    /// Changes that are not in the roll-up yet.
    pub uncounted: u64,
    /// Bytes of the database.
    pub size: u64,
}
