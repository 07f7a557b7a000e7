//! What a deed of the log says, in the reader's words.

use super::parts::{said_all, short};
use super::settings::spoken;
use crate::desk::Desk;
use crate::language::Language;
use domain::Area;
use domain::audit::Deed;
use domain::campaign::{Changed, Span};
use leptos::prelude::Get as _;

pub fn details(desk: Desk, deed: &Deed) -> Vec<String> {
    let link = |link: &str| desk.fill("admin.log.link", &[("link", link)]);
    let device = |number| desk.fill("history.device", &[("number", &short(number))]);
    match deed {
        Deed::Invited { link: name, grants } => vec![said_all(desk, grants), link(name)],
        Deed::InvitedAgain { link: name } | Deed::Withdrawn { link: name } => vec![link(name)],
        Deed::Enrolled { link: name, number } => vec![device(*number), link(name)],
        Deed::Rescued { old } => vec![device(*old)],
        Deed::Revoked { number } | Deed::LastWordsRead { number } => vec![device(*number)],
        Deed::GrantsChanged { from, to } => {
            vec![format!("{} → {}", said_all(desk, from), said_all(desk, to))]
        }
        Deed::CampaignChanged { changed } => changed.iter().map(|one| setting(desk, one)).collect(),
        Deed::FeedMade { area, .. } | Deed::HookMade { area, .. } => vec![desk.area_name(*area)],
        Deed::FeedStopped { .. } | Deed::HookStopped { .. } | Deed::Stopped => Vec::new(),
        Deed::Unmasked { record, field } => {
            let record = record.to_string();
            let place = record.len().saturating_sub(6);
            vec![desk.fill(
                "admin.log.unmasked",
                &[("record", &record[place..]), ("field", field)],
            )]
        }
        Deed::Exported { what, rows } => {
            vec![desk.fill(
                "admin.log.exported",
                &[("what", what), ("rows", &rows.to_string())],
            )]
        }
    }
}

/// One setting: its name, and from what to what.
fn setting(desk: Desk, changed: &Changed) -> String {
    let (group, rest) = changed
        .setting
        .split_once('.')
        .unwrap_or((&changed.setting, ""));
    let name = match group {
        "targets" => desk.fill(
            "admin.log.target",
            &[("name", &desk.t(&format!("indicator.{rest}")))],
        ),
        "clocks" => desk.t(&format!("clock.{rest}")),
        "kinds" => desk.t(rest),
        "own" => desk.t("admin.log.own"),
        _ => desk.t(&format!("admin.log.{group}")),
    };
    let said = |text: &str| match group {
        "clocks" => clock(desk, text),
        "kinds" => desk.t(&format!("admin.log.kind_{text}")),
        "areas" | "area" => names(text, |code| {
            Area::parse(code).map(|area| desk.area_name(area))
        }),
        "departments" => names(text, |key| Some(desk.t(&format!("department.{key}")))),
        "own" => own(desk, text),
        "period" => text.replace('/', " – "),
        _ => text.to_owned(),
    };
    let whole = |text: &str| match text {
        "" => desk.t("conflict.empty"),
        text => said(text),
    };
    match group {
        // Ids and how many days differ tell nobody anything.
        "campaign" | "calendar" | "own_order" => name,
        _ => format!(
            "{name}：{} → {}",
            whole(&changed.before),
            whole(&changed.after)
        ),
    }
}

/// An own field, as the settings tell the log of it: its kind, its label and its options.
fn own(desk: Desk, text: &str) -> String {
    let mut parts = text.split('\t');
    let mut next = || parts.next().unwrap_or_default();
    let (kind, zh, en, state, options_zh, options_en) =
        (next(), next(), next(), next(), next(), next());
    let (label, options) = match desk.language.get() {
        Language::Zh => (zh, options_zh),
        Language::En => (en, options_en),
    };
    let state = desk.t(&format!("admin.log.own_{state}"));
    let said = [&desk.t(kind), label, &state, options];
    let said: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(" · ")
}

fn names(text: &str, named: impl Fn(&str) -> Option<String>) -> String {
    let each: Vec<String> = text.split(' ').filter_map(named).collect();
    each.join("、")
}

fn clock(desk: Desk, text: &str) -> String {
    let span = text
        .split_once(' ')
        .and_then(|(count, unit)| Span::of(unit, count.parse().ok()?));
    span.map_or_else(|| text.to_owned(), |span| spoken(desk, span))
}
