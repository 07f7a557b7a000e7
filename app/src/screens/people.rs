//! 人员: households and workers, found as one types.

use crate::desk::desk;
use crate::store::shelf::{Row, Shelf};
use crate::ui::{empty, icon, record_row};
use leptos::prelude::*;

/// Rows on the screen at first; more come with a tap.
const SHOWN: usize = 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Filter {
    All,
    Households,
    Workers,
    Priority,
    NotVisited,
}

impl Filter {
    const ALL: [Self; 5] = [
        Self::All,
        Self::Households,
        Self::Workers,
        Self::Priority,
        Self::NotVisited,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::All => "people.all",
            Self::Households => "people.households",
            Self::Workers => "people.workers",
            Self::Priority => "people.priority",
            Self::NotVisited => "people.not_visited",
        }
    }

    fn lets(self, shelf: &Shelf, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::Households => row.kind.name == "household",
            Self::Workers => row.kind.name == "worker",
            Self::Priority => row.priority > 0,
            Self::NotVisited => {
                let visited = shelf.about(row.id).any(|about| about.kind.name == "visit");
                row.kind.name == "household" && !visited
            }
        }
    }
}

/// People whose words hold what was typed; those served first stand first.
fn find(shelf: &Shelf, typed: &str, filter: Filter) -> Vec<Row> {
    let typed = domain::check::clean_text(typed).to_lowercase();
    let parts: Vec<&str> = typed.split_whitespace().collect();
    let fits =
        |row: &&Row| parts.iter().all(|part| row.words.contains(part)) && filter.lets(shelf, row);
    let people = shelf.of_kind("household").chain(shelf.of_kind("worker"));
    let mut found: Vec<Row> = people.filter(fits).cloned().collect();
    found.sort_by(|a, b| (b.priority, a.area, a.id).cmp(&(a.priority, b.area, b.id)));
    found
}

#[component]
pub fn People() -> impl IntoView {
    let desk = desk();
    let typed = RwSignal::new(String::new());
    let filter = RwSignal::new(Filter::All);
    let shown = RwSignal::new(SHOWN);
    let found = Memo::new(move |_| desk.read(|shelf| find(shelf, &typed.get(), filter.get())));
    let chip = move |one: Filter| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (filter.get() == one).to_string()
                on:click=move |_| { filter.set(one); shown.set(SHOWN); }>
                {move || desk.t(one.key())}
            </button>
        }
    };
    let count = move || {
        desk.fill(
            "people.count",
            &[("count", &found.with(Vec::len).to_string())],
        )
    };
    view! {
        <header class="head"><h1>{move || desk.t("nav.people")}</h1></header>
        <div class="search">
            {icon("search")}
            <input type="search" autocomplete="off" aria-label=move || desk.t("people.search")
                placeholder=move || desk.t("people.search") prop:value=typed
                on:input:target=move |e| { typed.set(e.target().value()); shown.set(SHOWN); }/>
        </div>
        <div class="chips scroll" role="group" aria-label=move || desk.t("people.filter")>
            {Filter::ALL.map(chip).collect_view()}
        </div>
        <p class="count-line" role="status">{count}</p>
        {move || found.with(Vec::is_empty).then(|| empty("people.empty"))}
        <ul class="list">
            <For each=move || found.with(|rows| rows.iter().take(shown.get()).cloned().collect::<Vec<_>>())
                key=|row| row.face() children=record_row/>
        </ul>
        {move || found.with(|rows| rows.len() > shown.get()).then(|| view! {
            <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                {desk.t("people.more")}
            </button>
        })}
    }
}
