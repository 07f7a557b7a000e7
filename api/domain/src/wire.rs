//! What phone and server say to each other. Unknown names are ignored, missing ones have
//! defaults: an older app and a newer server understand each other.

use crate::digest::Sum;
use crate::grant::Grants;
use crate::pack::{self, Damaged};
use crate::{Area, Campaign, Change, Device, Id, Refusal};
use crate::{columns, page};
use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use utoipa::ToSchema;

mod administer;
mod letter;
mod people;

pub use administer::*;
pub use letter::*;
pub use people::*;

/// `POST /api/setup`: the host's own request, with its key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct SetupAsk {
    /// Sets or replaces the campaign's settings.
    #[serde(default)]
    pub campaign: Option<Campaign>,
    /// Whom to invite; each gets a link.
    #[serde(default)]
    pub invitations: Vec<Invitation>,
    /// When to invite.
    #[serde(default)]
    pub when: SetupWhen,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SetupWhen {
    #[default]
    Always,
    /// Only while nobody is enrolled: the first administrator's link.
    Empty,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct SetupAnswer {
    /// One token for each invitation, in the same order; valid once, for 48 hours.
    pub links: Vec<String>,
    /// The campaign as it now is.
    pub campaign: Option<Campaign>,
    /// How many devices are enrolled.
    pub devices: u64,
}

/// Whom a link enrols, and with what.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Invitation {
    pub name: String,
    pub grants: Grants,
    /// Somebody who is enrolled already: the link then takes one more device of theirs, with the
    /// name and the grants that they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
}

/// `POST /api/invite` answers with one link.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct InviteAnswer {
    pub link: String,
    /// Milliseconds since 1970 UTC.
    pub expires: i64,
}

/// `POST /api/enrol`: a device takes a link.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct EnrolAsk {
    pub link: String,
    /// The P-256 public key, uncompressed SEC1 (65 bytes), in base64url without padding.
    pub public_key: String,
    /// What the device calls itself, for the list of devices.
    #[serde(default)]
    pub device_name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct EnrolAnswer {
    pub device: Device,
    pub person: Id,
    pub name: String,
}

/// `POST /api/session/challenge`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct ChallengeAsk {
    pub device: Device,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct ChallengeAnswer {
    /// The text to sign (its UTF-8 bytes) with ECDSA over P-256 and SHA-256.
    pub challenge: String,
}

/// `POST /api/session`: the signed challenge.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct SessionAsk {
    pub device: Device,
    pub challenge: String,
    /// The 64 bytes r ‖ s in base64url without padding.
    pub signature: String,
    /// How many changes the device has not sent yet, for the list of devices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsent: Option<u64>,
    /// The app's version, for the list of devices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct SessionAnswer {
    /// For `authorization: Bearer …`.
    pub token: String,
    /// Milliseconds since 1970 UTC.
    pub expires: i64,
    /// The server's clock, milliseconds since 1970 UTC.
    pub now: i64,
    pub profile: Profile,
    /// How many parcels this person's locked-out devices left; see [`LastWords`].
    #[serde(default)]
    pub left: u64,
}

/// Who works on this device, and in what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Profile {
    pub person: Id,
    pub name: String,
    pub grants: Grants,
    pub campaign: Campaign,
    /// The ledgers to pull from.
    pub ledgers: Vec<Area>,
    /// Staff whose records this person may meet.
    #[serde(default)]
    pub colleagues: Vec<Colleague>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Colleague {
    pub person: Id,
    pub name: String,
}

/// `POST /api/sync/{ledger}`: the outbox's next changes, in order. Changes are read one by one,
/// so that one that cannot be read does not take the others with it. The app sends them packed (see
/// [`PushHead`]).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct PushAsk {
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Change>))]
    pub changes: Vec<Box<serde_json::value::RawValue>>,
    /// The last change of which the asker has heard, and what the history was there.
    #[serde(default)]
    pub seen: u64,
    #[serde(default)]
    pub chain: String,
}

/// What stands before the changes of a push in packed form: the head's length (4 bytes, big-endian),
/// the head as JSON, then each change after its length, as a ledger keeps it (see
/// [`crate::Change::pack`]). A body that does not begin with a byte 0 is a [`PushAsk`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct PushHead {
    /// As in [`PushAsk`].
    #[serde(default)]
    pub seen: u64,
    #[serde(default)]
    pub chain: String,
}

/// Changes as they stand after a [`PushHead`].
pub fn packed<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Vec<u8> {
    let packed: Vec<Vec<u8>> = changes.into_iter().map(Change::pack).collect();
    pack::join(packed.iter().map(Vec::as_slice))
}

impl PushHead {
    /// The body of a push with these changes (see [`packed`]).
    ///
    /// # Errors
    /// If the head cannot be written as JSON, which no head does.
    pub fn before(&self, changes: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
        Ok(headed(&serde_json::to_vec(self)?, changes))
    }

    /// The head of a push, and its changes.
    ///
    /// # Errors
    /// [`Damaged`] if the body was cut or is none of ours.
    pub fn split(body: &[u8]) -> Result<(Self, &[u8]), Damaged> {
        let (head, changes) = split_head(body)?;
        let head = serde_json::from_slice(head).map_err(|_| Damaged::Form)?;
        Ok((head, changes))
    }
}

/// A message with a head: the head's length (4 bytes, big-endian), the head, the rest.
pub fn headed(head: &[u8], rest: &[u8]) -> Vec<u8> {
    let length = (head.len() as u32).to_be_bytes();
    [&length[..], head, rest].concat()
}

/// Takes apart what [`headed`] put together.
///
/// # Errors
/// [`Damaged::Short`] if it is cut.
pub fn split_head(message: &[u8]) -> Result<(&[u8], &[u8]), Damaged> {
    let (length, rest) = message.split_first_chunk::<4>().ok_or(Damaged::Short)?;
    let length = u32::from_be_bytes(*length) as usize;
    rest.split_at_checked(length).ok_or(Damaged::Short)
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct PushAnswer {
    /// One for each change, in the same order.
    pub answers: Vec<Answer>,
    /// The number of the ledger's last change, and what the history is there, to be told next time.
    /// Nothing if this server does not know what the asker has heard of (see [`PullHead::behind`]).
    #[serde(default)]
    pub seen: u64,
    #[serde(default)]
    pub chain: String,
    /// The server's clock, milliseconds since 1970 UTC.
    pub now: i64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Kept, now or when it was sent before; the ledger's sequence number of the record.
    Accepted(u64),
    Refused(Refused),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Refused {
    #[serde(flatten)]
    pub refusal: Refusal,
    /// What happened and what to do, in English.
    pub sentence: String,
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let sentence = refusal.to_string();
        Self::Refused(Refused { refusal, sentence })
    }
}

/// Any other 4xx or 5xx answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Trouble {
    /// Stable; the app shows `trouble.<code>`.
    pub code: String,
    /// What happened and what to do, in English.
    pub sentence: String,
}

/// The head of a pulled page: `GET /api/sync/{ledger}?after=N&view=V&repaired=R`.
///
/// The body is the head's length (4 bytes, big-endian), the head as JSON, then packed records,
/// each after its length (see [`crate::pack`]).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct PullHead {
    /// Ask with this next time.
    pub cursor: u64,
    /// True if there is more right now.
    #[serde(default)]
    pub more: bool,
    /// True if this page begins a new whole: what the phone held of this ledger goes first.
    #[serde(default)]
    pub reset: bool,
    /// A name for what the asker may see; when it changes the next pull begins anew.
    pub view: String,
    /// True if this server does not know the last change that the asker has seen: it was set back
    /// to an earlier day. What the asker holds is not to be thrown away but given back.
    #[serde(default)]
    pub behind: bool,
    /// What the history is at the cursor; to be told with the next pull, as `seen` and `chain`.
    #[serde(default)]
    pub chain: String,
    /// Records that the asker may no longer see.
    #[serde(default)]
    pub gone: Vec<Id>,
    /// Records of which the asker may see less than before: what is held of them goes before this
    /// page is taken, and what may be seen is sent whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub narrowed: Vec<Id>,
    /// On a last page: what the asker now holds of this ledger, if both agree. It is left out
    /// while the server still counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Sum>,
    /// When the campaign's settings were changed last, by the clock that [`SessionAnswer`] tells; for
    /// a while after it. Whoever has signed in before that does so anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<i64>,
}

/// How the records of a page stand on the wire; whoever does not ask gets rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// See [`columns`].
    #[serde(rename = "columns-2")]
    Columns,
    /// One after another: see [`pack::join`]. So is answered who asks for a form of an earlier app
    /// (`columns`), or of a later one.
    #[default]
    #[serde(other)]
    Rows,
}

/// In the size of a page's head: the records stand in columns.
const IN_COLUMNS: u32 = 1 << 31;

/// One page of a pull.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pulled {
    pub head: PullHead,
    pub records: Vec<Vec<u8>>,
}

impl Pulled {
    /// The head's size (4 bytes, big-endian, its first bit for the form), the head as JSON, the
    /// records.
    ///
    /// # Errors
    /// If the head cannot be written as JSON, which no head does.
    pub fn encode(&self, form: Form) -> Result<Vec<u8>, serde_json::Error> {
        let head = serde_json::to_vec(&self.head)?;
        let records = self.records.iter().map(Vec::as_slice);
        let (mark, page) = match form {
            Form::Rows => (0, pack::join(records)),
            Form::Columns => (IN_COLUMNS.to_be_bytes()[0], columns::spread(records)),
        };
        let mut out = headed(&head, &page);
        out[0] |= mark;
        Ok(out)
    }

    /// # Errors
    /// [`Damaged`] if the body was cut or is none of ours; then nothing of it is to be kept.
    pub fn decode(body: &[u8]) -> Result<Self, Damaged> {
        let (size, _, page) = Self::parts(body)?;
        let head = Self::head(body)?;
        let rows = || pack::split(page).map(|part| part.map(<[u8]>::to_vec));
        let records = match size & IN_COLUMNS {
            0 => rows().collect(),
            _ => columns::gather(page),
        };
        Ok(Self {
            head,
            records: records?,
        })
    }

    /// The records as they came, to be kept (see [`page`]).
    ///
    /// # Errors
    /// [`Damaged`] if the body was cut within its head or is none of ours.
    pub fn kept(body: &[u8]) -> Result<Vec<u8>, Damaged> {
        let (size, _, page) = Self::parts(body)?;
        Ok(match size & IN_COLUMNS {
            0 => page.to_vec(),
            _ => page::of_columns(page),
        })
    }

    /// The head alone.
    ///
    /// # Errors
    /// [`Damaged`] if the body was cut within it or is none of ours.
    pub fn head(body: &[u8]) -> Result<PullHead, Damaged> {
        let (_, head, _) = Self::parts(body)?;
        serde_json::from_slice(head).map_err(|_| Damaged::Form)
    }

    /// The head's size with the mark of the form, the head, the records.
    fn parts(body: &[u8]) -> Result<(u32, &[u8], &[u8]), Damaged> {
        let (size, rest) = body.split_first_chunk::<4>().ok_or(Damaged::Short)?;
        let size = u32::from_be_bytes(*size);
        let end = (size & !IN_COLUMNS) as usize;
        let (head, page) = rest.split_at_checked(end).ok_or(Damaged::Short)?;
        Ok((size, head, page))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_apart_as_it_was_put_together() {
        let message = headed(b"{}", b"picture");
        assert_eq!(split_head(&message), Ok((&b"{}"[..], &b"picture"[..])));
        assert_eq!(split_head(&message[..5]), Err(Damaged::Short));
        let head = PushHead {
            seen: 7,
            chain: "8899aabb".to_owned(),
        };
        let push = head.before(b"changes").unwrap();
        assert_eq!(PushHead::split(&push), Ok((head, &b"changes"[..])));
        assert_eq!(push[0], 0, "it would be taken for JSON");
    }

    #[test]
    fn a_form_that_nobody_here_knows_is_answered_in_rows() {
        let read = |text: &str| serde_json::from_str::<Form>(text).unwrap();
        assert_eq!(read(r#""columns-2""#), Form::Columns);
        assert_eq!(read(r#""columns""#), Form::Rows);
        assert_eq!(read(r#""rows""#), Form::Rows);
        assert_eq!(read(r#""of a later app""#), Form::Rows);
    }
}
