//! The word of truth about sync on every screen, and behind it what waits and what was refused.

use crate::desk::{Desk, Phase, desk};
use crate::picture;
use crate::screens::trouble::refused_entry;
use crate::ui::{modal, name_of};
use domain::Id;
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::entry::Entry;
use store::steps::Cursors;

/// Rows in the sheet at first; more come with a tap.
const SHOWN: usize = 60;

/// How things stand, in the order of what one must know first.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Standing {
    Refused(usize),
    Blocked(String),
    /// So much that was not sent cannot be read any more.
    Lost(usize),
    First(usize),
    WaitingOffline(Waiting),
    Waiting(Waiting),
    Offline,
    Sent,
}

/// What is on this device only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Waiting {
    records: usize,
    pictures: usize,
}

impl Waiting {
    const fn any(self) -> bool {
        self.records + self.pictures > 0
    }

    fn words(self, desk: Desk, ending: &str) -> String {
        let sort = match (self.records, self.pictures) {
            (_, 0) => "",
            (0, _) => "_pictures",
            _ => "_both",
        };
        let (records, pictures) = (self.records.to_string(), self.pictures.to_string());
        let values = [("count", records.as_str()), ("pictures", &pictures)];
        desk.fill(&format!("sync.waiting{sort}{ending}"), &values)
    }
}

fn standing(desk: Desk) -> Standing {
    let (records, refused) = desk.read(|shelf| {
        let refused = shelf
            .outbox()
            .filter(|entry| entry.refused.is_some())
            .count();
        (shelf.outbox().count() - refused, refused)
    });
    let pictures = picture::waiting(desk);
    let returned = desk.returned.with(|returned| {
        let back = pictures.keys().filter(|name| returned.contains_key(*name));
        back.count()
    });
    let refused = refused + returned;
    let pictures = pictures.len() - returned;
    let waiting = Waiting { records, pictures };
    match desk.phase.get() {
        _ if refused > 0 => Standing::Refused(refused),
        Phase::Refused(label) => Standing::Blocked(label),
        _ if desk.store().lost() > 0 => Standing::Lost(desk.store().lost()),
        Phase::First(count) => Standing::First(count),
        Phase::Offline if waiting.any() => Standing::WaitingOffline(waiting),
        Phase::Offline => Standing::Offline,
        _ if waiting.any() => Standing::Waiting(waiting),
        _ => Standing::Sent,
    }
}

impl Standing {
    const fn state(&self) -> &'static str {
        match self {
            Self::Refused(_) | Self::Blocked(_) | Self::Lost(_) => "refused",
            Self::WaitingOffline(_) | Self::Waiting(_) => "waiting",
            Self::Offline => "offline",
            Self::First(_) => "syncing",
            Self::Sent => "sent",
        }
    }

    fn words(&self, desk: Desk) -> String {
        let count = |key, count: &usize| desk.fill(key, &[("count", &count.to_string())]);
        match self {
            Self::Refused(number) => count("sync.refused", number),
            Self::Blocked(_) => desk.t("sync.blocked"),
            Self::Lost(number) => count("sync.lost", number),
            Self::First(number) => count("sync.first", number),
            Self::WaitingOffline(waiting) => waiting.words(desk, "_offline"),
            Self::Waiting(waiting) => waiting.words(desk, ""),
            Self::Offline => desk.t("sync.offline"),
            Self::Sent => desk.t("sync.sent"),
        }
    }
}

#[component]
pub fn Badge(open: RwSignal<bool>) -> impl IntoView {
    let desk = desk();
    let standing = Memo::new(move |_| standing(desk));
    view! {
        <button type="button" class="sync" data-state=move || standing.get().state()
            on:click=move |_| open.set(true)>
            <span class="sync-dot" aria-hidden="true"></span>
            <span role="status">{move || standing.get().words(desk)}</span>
        </button>
    }
}

#[component]
pub fn SyncSheet(open: RwSignal<bool>) -> impl IntoView {
    let desk = desk();
    let dialog = modal(open);
    let shown = RwSignal::new(SHOWN);
    let contact = move || match desk.last_contact.get() {
        Some(time) => desk.fill("sync.contact", &[("time", &domain::moment::clock(time))]),
        None => desk.t("sync.no_contact"),
    };
    let trouble = move || match desk.phase.get() {
        Phase::Refused(label) => Some(desk.t(&label)),
        Phase::Offline => Some(desk.t("trouble.offline")),
        _ => None,
    };
    let repaired = move || {
        desk.last_contact.track();
        let times = |cursors: &Cursors| cursors.values().map(|cursor| cursor.repaired).sum();
        let times: u64 = desk.cursors.with_value(times);
        let text = || desk.fill("sync.repaired", &[("count", &times.to_string())]);
        (times > 0).then(text)
    };
    let lost = move || {
        desk.last_contact.track();
        (desk.store().lost() > 0).then(|| desk.t("sync.damaged"))
    };
    let now = move |_| {
        desk.returned.update(BTreeMap::clear);
        desk.nudge();
    };
    view! {
        <dialog class="sheet" node_ref=dialog aria-labelledby="sync-title"
            on:close=move |_| { open.set(false); shown.set(SHOWN); }>
            <header class="head">
                <h2 id="sync-title">{move || desk.t("sync.title")}</h2>
                <button type="button" class="button quiet" on:click=move |_| open.set(false)>
                    {move || desk.t("sync.close")}
                </button>
            </header>
            <p>{contact}</p>
            {move || repaired().map(|text| view! { <p>{text}</p> })}
            {move || lost().map(|text| view! { <p class="notice warning">{text}</p> })}
            {move || trouble().map(|text| view! { <p class="notice">{text}</p> })}
            // Weeks of work may wait: its rows are made when somebody looks at them.
            {move || open.get().then(|| only_here(desk, shown))}
            <button type="button" class="button primary wide" on:click=now>
                {move || desk.t("sync.now")}
            </button>
        </dialog>
    }
}

/// What is on this device only: first what somebody has to do something about.
fn only_here(desk: Desk, shown: RwSignal<usize>) -> AnyView {
    let (entries, count) = desk.read(|shelf| {
        let refused = shelf.outbox().filter(|entry| entry.refused.is_some());
        let waiting = shelf.outbox().filter(|entry| entry.refused.is_none());
        let first = refused.chain(waiting).take(shown.get());
        let entries: Vec<Entry> = first.cloned().collect();
        (entries, shelf.outbox().count())
    });
    let pictures = pictures(desk);
    if count == 0 && pictures.is_empty() {
        return view! { <p class="empty">{desk.t("sync.nothing")}</p> }.into_any();
    }
    let more = (count > entries.len()).then(|| {
        view! {
            <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                {desk.t("people.more")}
            </button>
        }
    });
    let row = move |entry: Entry| waiting(desk, entry);
    view! {
        <ul class="list">
            {entries.into_iter().map(row).collect_view()}
            {pictures}
        </ul>
        {more}
    }
    .into_any()
}

/// The records whose pictures wait, and why the server did not take one.
fn pictures(desk: Desk) -> Vec<AnyView> {
    let mut records: BTreeMap<Id, Vec<String>> = BTreeMap::new();
    for (name, record) in picture::waiting(desk) {
        records.entry(record).or_default().push(name);
    }
    let row = |(record, names): (Id, Vec<String>)| {
        let row = desk.read(|shelf| shelf.row(record).cloned());
        let name = row.map(|row| name_of(desk, &row)).unwrap_or_default();
        let count = names.len().to_string();
        let why = desk.returned.with(|returned| {
            let mut labels = names.iter().filter_map(|name| returned.get(name));
            labels.next().map(|label| desk.t(label))
        });
        let badge = match why {
            Some(_) => view! { <span class="badge late">{desk.t("badge.refused")}</span> },
            None => view! { <span class="badge">{desk.t("badge.waiting")}</span> },
        };
        view! {
            <li class="row"><span class="row-main"><span class="row-title">{name}</span>
            <span class="row-sub">{desk.fill("sync.picture", &[("count", &count)])}</span>
            {why.map(|why| view! { <span class="problem">{why}</span> })}</span>
            {badge}</li>
        }
        .into_any()
    };
    records.into_iter().map(row).collect()
}

fn waiting(desk: Desk, entry: Entry) -> impl IntoView {
    let row = desk.read(|shelf| shelf.row(entry.change.id).cloned());
    let name = row.map_or_else(|| desk.t(&entry.change.kind), |row| name_of(desk, &row));
    if entry.refused.is_some() {
        view! { <li>{name}{refused_entry(desk, entry)}</li> }.into_any()
    } else {
        let kind = desk.t(&entry.change.kind);
        view! {
            <li class="row"><span class="row-main"><span class="row-title">{name}</span>
            <span class="row-sub">{kind}</span></span>
            <span class="badge">{desk.t("badge.waiting")}</span></li>
        }
        .into_any()
    }
}
