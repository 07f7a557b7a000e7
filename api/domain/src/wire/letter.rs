//! What a locked device has not sent, for its browser to send while nobody looks.

use super::PushAsk;
use super::people::Sealed;
use crate::{Area, Device};
use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use utoipa::ToSchema;

/// What a letter's key is derived for; else it is sealed as a data key is (see [`Sealed`]), with
/// [`letter_place`] as the additional data.
pub const LETTER_INFO: &[u8] = b"chunnuan letter";
/// No more bytes than this in one letter, as it is sent.
pub const LETTER_BYTES: usize = 2 * 1024 * 1024;

/// `POST /api/letters`: sealed to the server's key (`GET /api/rescue-key`) and signed while the
/// device was open. Whoever posts it cannot read it, and posting it again has no effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Letter {
    pub device: Device,
    /// An [`Enclosed`] as JSON.
    pub sealed: Sealed,
    /// Of [`letter_text`], as in `SessionAsk`.
    pub signature: String,
}

/// What a letter holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Enclosed {
    pub pushes: Vec<Push>,
}

/// One `POST /api/sync/{ledger}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Push {
    pub ledger: Area,
    pub ask: PushAsk,
}

/// How many of the changes the server has now, and how many the device will be told are refused
/// when it sends them itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct LetterAnswer {
    pub accepted: usize,
    pub refused: usize,
}

pub fn letter_place(device: Device) -> String {
    format!("letter {device}")
}

/// What the device signs.
pub fn letter_text(device: Device, sealed: &Sealed) -> String {
    format!("chunnuan letter:{device}:{}:{}", sealed.key, sealed.text)
}
