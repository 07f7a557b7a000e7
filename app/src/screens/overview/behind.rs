//! The records behind one of the overview's figures.

use crate::desk::{Desk, desk};
use crate::lines::timed;
use crate::screens::words::clock;
use crate::ui::{empty, icon};
use domain::Id;
use domain::morning::{Decision, Morning};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use store::shelf::Row;

/// Rows on the screen at first; more come with a tap.
const SHOWN: usize = 100;

/// What an address lists.
#[derive(Clone, PartialEq, Eq, Debug)]
enum List {
    Late,
    Today,
    Waits(Decision),
    Moved(String),
}

impl List {
    fn read(name: &str) -> Option<Self> {
        let decision = |key: &str| Decision::ALL.into_iter().find(|one| one.key() == key);
        match name {
            "late" => Some(Self::Late),
            "today" => Some(Self::Today),
            name => match name.strip_prefix("moved.") {
                Some(kind) => Some(Self::Moved(kind.to_owned())),
                None => decision(name).map(Self::Waits),
            },
        }
    }

    fn title(&self, desk: Desk) -> String {
        match self {
            Self::Late => desk.t("overview.late"),
            Self::Today => desk.t("overview.today"),
            Self::Waits(decision) => desk.t(&format!("overview.waits.{}", decision.key())),
            Self::Moved(kind) => desk.fill("overview.moved_kind", &[("kind", &desk.t(kind))]),
        }
    }

    /// The records with the clocks that run; what was made last stands first where none does.
    fn rows(&self, desk: Desk, morning: &Morning) -> Vec<(Option<i64>, Id)> {
        let clocked = |list: &[(i64, Id)]| list.iter().map(|(due, id)| (Some(*due), *id)).collect();
        match self {
            Self::Late => clocked(&morning.late),
            Self::Today => clocked(&morning.today),
            Self::Moved(kind) => {
                let moved = morning.moved.get(kind.as_str());
                let ids = moved
                    .iter()
                    .flat_map(|moved| moved.made.iter().chain(&moved.changed));
                let mut rows: Vec<_> = ids.map(|id| (None, *id)).collect();
                rows.reverse();
                rows
            }
            Self::Waits(decision) => {
                let campaign = desk.profile().map(|profile| profile.campaign);
                let due = |id: &Id| {
                    let record = desk.peek(|shelf| shelf.get(*id))?;
                    domain::due::due(&record, campaign.as_ref()?)
                };
                let ids = morning.waits.get(decision).into_iter().flatten();
                let mut rows: Vec<_> = ids.map(|id| (due(id), *id)).collect();
                rows.sort_by_key(|(due, id)| (due.unwrap_or(i64::MAX), *id));
                rows
            }
        }
    }
}

#[component]
pub fn Behind() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let list = Memo::new(move |_| List::read(&query.read().get("list")?));
    let morning = super::living(desk);
    let rows = Memo::new(move |_| {
        let list = list.get()?;
        Some(morning.with(|morning| list.rows(desk, morning)))
    });
    let shown = RwSignal::new(SHOWN);
    let length = move || rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
    let first = move || {
        let rows = rows.get().unwrap_or_default().into_iter().take(shown.get());
        let held = |(due, id)| Some((due, desk.read(|shelf| shelf.row(id).cloned())?));
        rows.filter_map(held).collect::<Vec<(Option<i64>, Row)>>()
    };
    let title = move || list.get().map(|list| list.title(desk));
    view! {
        <a class="button quiet back" href="/overview">{icon("back")}{move || desk.t("record.back")}</a>
        <header class="head"><div>
            <h1>{title}</h1>
            <p class="head-sub" role="status">
                {move || desk.fill("people.count", &[("count", &length().to_string())])}
            </p>
        </div></header>
        {move || (length() == 0).then(|| empty("work.empty"))}
        <ul class="list">
            {timed(first, |desk, due, _| clock(desk, due))}
        </ul>
        {move || (length() > shown.get()).then(|| view! {
            <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                {desk.t("people.more")}
            </button>
        })}
    }
}
