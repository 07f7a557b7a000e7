//! The audit log's deeds: what administrators can read afterwards and nobody can edit. They name
//! people and records by their ids only; no ID number and no phone number is ever among them.

use crate::campaign::Changed;
use crate::grant::Grants;
use crate::{Area, Device, Id};
use serde::{Deserialize, Serialize};

/// One thing that was done. In an [`crate::wire::Entry`] these names stand beside its own, so none
/// may be the same.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// Somebody was invited; `link` is told again when it is taken.
    Invited { link: String, grants: Grants },
    /// A link for one more device of somebody was made.
    InvitedAgain { link: String },
    /// A link was taken.
    Enrolled { link: String, number: Device },
    /// A person who lost the PIN got the old device's data key; the old device is retired.
    Rescued { old: Device },
    /// A device was locked out.
    Revoked { number: Device },
    /// What somebody may see and do was changed.
    GrantsChanged { from: Grants, to: Grants },
    /// The campaign's settings were set or changed.
    CampaignChanged {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changed: Vec<Changed>,
    },
    /// A person was stopped: no device of theirs signs in any more.
    Stopped,
    /// A link that nobody had taken was made worthless.
    Withdrawn { link: String },
    /// A link was made under which programs read an area's tables.
    FeedMade { feed: Id, area: Area },
    /// Such a link was stopped.
    FeedStopped { feed: Id },
    /// An address was registered that hears when clocks of an area run out.
    HookMade { hook: Id, area: Area },
    /// It hears nothing any more: an administrator stopped it, or it had failed for days.
    HookStopped { hook: Id },
    /// What a revoked device had left was read.
    LastWordsRead { number: Device },
    /// A covered field (an ID number, a phone number) was shown on a device.
    Unmasked { record: Id, field: String },
    /// Records left the app as a file.
    Exported { what: String, rows: u64 },
}

impl Deed {
    /// The names of all deeds, as the wire has them.
    pub const NAMES: &[&str] = &[
        "invited",
        "invited_again",
        "enrolled",
        "rescued",
        "revoked",
        "grants_changed",
        "campaign_changed",
        "stopped",
        "withdrawn",
        "feed_made",
        "feed_stopped",
        "hook_made",
        "hook_stopped",
        "last_words_read",
        "unmasked",
        "exported",
    ];

    /// Its name on the wire, and its label after `deed.`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Invited { .. } => "invited",
            Self::InvitedAgain { .. } => "invited_again",
            Self::Enrolled { .. } => "enrolled",
            Self::Rescued { .. } => "rescued",
            Self::Revoked { .. } => "revoked",
            Self::GrantsChanged { .. } => "grants_changed",
            Self::CampaignChanged { .. } => "campaign_changed",
            Self::Stopped => "stopped",
            Self::Withdrawn { .. } => "withdrawn",
            Self::FeedMade { .. } => "feed_made",
            Self::FeedStopped { .. } => "feed_stopped",
            Self::HookMade { .. } => "hook_made",
            Self::HookStopped { .. } => "hook_stopped",
            Self::LastWordsRead { .. } => "last_words_read",
            Self::Unmasked { .. } => "unmasked",
            Self::Exported { .. } => "exported",
        }
    }

    /// True for what a device may report of itself; everything else only the server writes.
    pub fn is_reported(&self) -> bool {
        match self {
            Self::Unmasked { field, .. } => is_name(field),
            Self::Exported { what, .. } => is_name(what),
            _ => false,
        }
    }
}

/// Letters only: nobody can put a number of somebody's into the log under a field's name.
fn is_name(text: &str) -> bool {
    let letter = |c: u8| c.is_ascii_lowercase() || c == b'_';
    (1..=64).contains(&text.len()) && text.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::KINDS;

    #[test]
    fn every_field_can_be_named_and_a_number_of_somebodys_cannot() {
        let unmasked = |field: &str| Deed::Unmasked {
            record: Id::new(1, [0; 10]),
            field: field.to_owned(),
        };
        for field in KINDS.iter().flat_map(|kind| kind.fields) {
            assert!(unmasked(&field.name).is_reported(), "{}", field.name);
        }
        assert!(!unmasked("13800000000").is_reported());
        assert!(!unmasked("11010519491231002X").is_reported());
        assert!(!unmasked("张三").is_reported());
    }

    #[test]
    fn a_deed_is_called_as_the_wire_calls_it() {
        let link = || "0a1b2c3d".to_owned();
        let changed = Vec::new();
        for deed in [
            Deed::Withdrawn { link: link() },
            Deed::InvitedAgain { link: link() },
            Deed::CampaignChanged { changed },
            Deed::Stopped,
        ] {
            let told = serde_json::to_value(&deed).unwrap();
            assert_eq!(told["deed"], deed.name());
            assert!(Deed::NAMES.contains(&deed.name()));
        }
    }

    #[test]
    fn a_device_cannot_report_what_only_the_server_knows() {
        assert!(!Deed::Stopped.is_reported());
        assert!(!Deed::Revoked { number: Device(1) }.is_reported());
    }
}
