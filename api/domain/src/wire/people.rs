//! What administrators and devices say to the registry about people, devices and deeds.

use super::Invited;
use crate::audit::Deed;
use crate::grant::Grants;
use crate::{Device, Id, Stamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[cfg(feature = "schema")]
use utoipa::ToSchema;

/// `GET /api/rescue-key`: to whom a device seals its data key, for the day when the PIN is lost.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct RescueKey {
    /// The P-256 public key, uncompressed SEC1 (65 bytes), in base64url without padding.
    pub key: String,
}

/// A device's data key, sealed to the rescue key: ECDH over P-256, the shared x coordinate through
/// HKDF-SHA-256 (no salt, info `chunnuan rescue`) to an AES-256-GCM key; the additional data is
/// the device's number in its text form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Sealed {
    /// The ephemeral public key, uncompressed SEC1, in base64url without padding.
    pub key: String,
    /// 12 bytes of initialisation vector ‖ ciphertext and tag, in base64url without padding.
    pub text: String,
}

/// What the data key is derived for.
pub const RESCUE_INFO: &[u8] = b"chunnuan rescue";

/// `POST /api/rescue`: a newly enrolled device asks for the same person's old data key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct RescueAsk {
    /// The old device; after the rescue it cannot sign in any more.
    pub device: Device,
    pub sealed: Sealed,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct RescueAnswer {
    /// The old device's data key, 32 bytes in base64url without padding.
    pub key: String,
}

/// `GET /api/devices`: the devices of the people in an administrator's reach.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct DeviceList {
    pub devices: Vec<EnrolledDevice>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct EnrolledDevice {
    pub number: Device,
    pub person: Id,
    /// The person's name.
    pub name: String,
    /// What the device called itself.
    pub device_name: String,
    /// Milliseconds since 1970 UTC, as all that follow.
    pub enrolled: i64,
    /// When it last signed in.
    pub seen: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<i64>,
    /// When another device of the same person took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<i64>,
    /// How many changes it had not sent yet when it last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsent: Option<u64>,
    /// The app's version when it last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How many last words it left; see `GET /api/devices/{number}/last-words`.
    #[serde(default)]
    pub last_words: u64,
}

/// `GET /api/people`: the people in an administrator's reach.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct PeopleList {
    pub people: Vec<Staff>,
    /// Who was invited and has not come yet.
    #[serde(default)]
    pub invited: Vec<Invited>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Staff {
    pub person: Id,
    pub name: String,
    pub grants: Grants,
    /// When an administrator stopped this person, milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<i64>,
}

/// `POST /api/people/{id}/grants`: what the person holds from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct GrantsAsk {
    pub grants: Grants,
}

/// Revocation and changed grants stop tokens at once, ledger by ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Stopped {
    /// Ledgers that have not answered yet; the server goes on telling them by itself.
    pub waiting: u64,
}

/// `POST /api/last-words`: what a revoked device had not sent, before it empties itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct LastWordsAsk {
    pub device: Device,
    pub challenge: String,
    /// As in `SessionAsk`.
    pub signature: String,
    /// Whatever the app writes, at most [`PARCEL_BYTES`].
    pub parcel: String,
}

/// No more bytes than this in one parcel: one row of the server's tables holds 2 MB.
pub const PARCEL_BYTES: usize = 2_000_000;
/// No more parcels than this from one device.
pub const PARCELS: u64 = 3;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct LastWordsAnswer {
    /// How many parcels of this device are kept now.
    pub kept: u64,
}

/// `GET /api/last-words`: what the asker's own locked-out devices left, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct LastWords {
    pub parcels: Vec<Parcel>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Parcel {
    /// The device that left it.
    pub device: Device,
    /// When it came, milliseconds since 1970 UTC.
    pub at: i64,
    pub parcel: String,
}

/// `POST /api/last-words/taken`: what this device left is in its owner's hands again, and the
/// server forgets it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Taken {
    pub device: Device,
}

/// `GET /api/devices/{number}/last-words`: how much a device left, for its administrator, who may
/// not read it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct LeftBehind {
    /// How many changes of records of each kind.
    pub changes: BTreeMap<String, u64>,
    /// How many forms that were not saved, and lines that say nothing known.
    pub others: u64,
}

/// `POST /api/audit`: what was done on a device, in order. Sending it again has no effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct AuditAsk {
    pub deeds: Vec<Reported>,
}

/// No more deeds than this in one batch, and in one page.
pub const DEEDS_LIMIT: usize = 500;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Reported {
    /// When it was done; with the device it is the deed's identity.
    pub stamp: Stamp,
    #[serde(flatten)]
    pub deed: Deed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct AuditAnswer {
    /// How many of the batch are kept, now or when they were sent before: all.
    pub kept: u64,
}

/// `GET /api/audit?after=N`: the deeds in an administrator's reach, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct AuditPage {
    pub entries: Vec<Entry>,
    /// Ask with this next time.
    pub after: u64,
    /// True if there is more right now.
    pub more: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Entry {
    pub seq: u64,
    /// When the server took note, milliseconds since 1970 UTC.
    pub at: i64,
    /// Who did it; nobody if it was done with the server's own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// When it was done, if a device reported it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Stamp>,
    /// The colleague to whom it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Id>,
    #[serde(flatten)]
    pub deed: Deed,
    /// The entry's link of the hash chain, in hex.
    pub chain: String,
}
