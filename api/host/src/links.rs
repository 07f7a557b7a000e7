//! Invitations from the host itself, and how links are shown in a terminal.

use crate::error::HostError;
use crate::http;
use crate::serve::Server;
use domain::grant::{Grant, Role};
use domain::wire::{Invitation, SetupAnswer, SetupAsk, SetupWhen};
use domain::{Area, Campaign, Grants};
use qrcode::render::unicode::Dense1x2;

/// One role in one area.
pub fn invitation(name: &str, role: Role, area: Area) -> Invitation {
    Invitation {
        name: name.to_owned(),
        grants: Grants(vec![Grant::new(role, area)]),
        person: None,
    }
}

/// Sets the campaign up and invites, with the server's setup key.
///
/// # Errors
/// The server's refusal.
pub fn setup(
    server: &Server,
    campaign: Option<Campaign>,
    invitations: Vec<Invitation>,
    when: SetupWhen,
) -> Result<SetupAnswer, HostError> {
    let ask = SetupAsk {
        campaign,
        invitations,
        when,
    };
    setup_at(&server.own_url(), server.setup_key(), &ask)
}

/// The same at a server that runs elsewhere.
///
/// # Errors
/// The server's refusal.
pub fn setup_at(url: &str, key: &str, ask: &SetupAsk) -> Result<SetupAnswer, HostError> {
    http::ask(&format!("{url}/api/setup"), &format!("Setup {key}"), ask)
}

/// Where a link's token is opened. It stands after `#`, so that no server or proxy logs it.
pub fn page(server: &Server, token: &str) -> String {
    domain::invite::page(&server.url(), token)
}

/// A QR code that a phone's camera reads from a dark or a light terminal.
pub fn qr(link: &str) -> String {
    match qrcode::QrCode::with_error_correction_level(link, qrcode::EcLevel::L) {
        Ok(code) => code
            .render::<Dense1x2>()
            .dark_color(Dense1x2::Light)
            .light_color(Dense1x2::Dark)
            .build(),
        Err(_) => String::new(),
    }
}
