//! 今日: what is due for me, in the order in which one walks it; what I have not read; what is done.

mod row;

use crate::agenda;
use crate::bulletin::{self, Bulletin};
use crate::desk::{Desk, desk};
use crate::lines::lines;
use crate::now;
use crate::screens::bulletins::marks;
use crate::ui::{empty, icon};
use domain::Area;
use domain::agenda::{Done, Item};
use domain::area::Level;
use leptos::prelude::*;
use row::{appointment, done_row, item_row};
use std::time::Duration;

/// Rows on the screen at first; more come with a tap.
const SHOWN: usize = 100;
/// With more villages than this one chooses among their townships.
const CHIPS: usize = 8;
/// Ordinary bulletins on top at once; urgent ones all are.
const BULLETINS: usize = 2;

/// Which of the due ones are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Show {
    All,
    Late,
    Planned,
    In(Area),
}

/// The list's state, shared by its parts.
#[derive(Clone, Copy)]
struct List {
    items: Memo<Vec<Item>>,
    /// What was tapped; until then the plan is shown where there is one.
    chosen: RwSignal<Option<Show>>,
    /// True while one chooses what to do today.
    planning: RwSignal<bool>,
    shown: RwSignal<usize>,
}

impl List {
    fn is_planned(self, desk: Desk, item: &Item) -> bool {
        let day = desk.today.get();
        desk.plan.with(|plan| plan.of(day).contains(&item.record))
    }

    fn count(self, desk: Desk, show: Show) -> usize {
        self.items.with(|items| {
            items
                .iter()
                .filter(|item| self.fits(desk, item, show))
                .count()
        })
    }

    fn show(self, desk: Desk) -> Show {
        match self.chosen.get() {
            _ if self.planning.get() => Show::All,
            Some(show) if self.count(desk, show) > 0 => show,
            Some(_) => Show::All,
            None if self.count(desk, Show::Planned) > 0 => Show::Planned,
            None => Show::All,
        }
    }

    fn fits(self, desk: Desk, item: &Item, show: Show) -> bool {
        match show {
            Show::All => true,
            Show::Late => item.late,
            Show::Planned => self.is_planned(desk, item),
            Show::In(area) => area.contains(item.area) && !item.what.is_appointment(),
        }
    }

    /// The villages on the list; of many, their townships.
    fn places(self) -> Vec<Area> {
        let mut villages: Vec<Area> = self.items.with(|items| {
            let walked = items.iter().filter(|item| !item.what.is_appointment());
            walked.map(|item| item.area).collect()
        });
        villages.dedup();
        if villages.len() > CHIPS {
            let township = |area: &Area| area.at(Level::Township).unwrap_or(*area);
            villages = villages.iter().map(township).collect();
            villages.dedup();
        }
        villages
    }
}

#[component]
pub fn Today() -> impl IntoView {
    let desk = desk();
    // Hours pass while one looks at the list.
    let minute = RwSignal::new(now::now_ms());
    let tick = move || minute.set(now::now_ms());
    if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(60)) {
        on_cleanup(move || ticking.clear());
    }
    let list = List {
        items: Memo::new(move |_| {
            minute.track();
            agenda::due(desk)
        }),
        chosen: RwSignal::new(None),
        planning: RwSignal::new(false),
        shown: RwSignal::new(SHOWN),
    };
    let done = Memo::new(move |_| agenda::done(desk));
    view! {
        <Head/>
        <Unread/>
        <div class="stats">
            <div class="stat"><strong>{move || list.count(desk, Show::All)}</strong>
                <span>{move || desk.t("today.to_do")}</span></div>
            <div class="stat"><strong>{move || list.count(desk, Show::Late)}</strong>
                <span>{move || desk.t("badge.late")}</span></div>
            <div class="stat"><strong>{move || done.with(Vec::len)}</strong>
                <span>{move || desk.t("today.done")}</span></div>
        </div>
        <Drafts/>
        {move || list.items.with(Vec::is_empty).then(|| empty("today.empty"))}
        {chips(desk, list)}
        {appointments(desk, list)}
        {walk(desk, list)}
        <super::install::Card/>
        {folded(desk, done)}
    }
}

/// The day: by the sun, by the moon, and how far the festival is.
#[component]
fn Head() -> impl IntoView {
    let desk = desk();
    let date = move || desk.date_of_week(desk.today.get());
    let lunar = move || desk.lunar(desk.today.get());
    let left = move || {
        let days = domain::lunar::to_spring_festival(desk.today.get())?;
        let near = (1..=FESTIVAL_IN_SIGHT).contains(&days);
        near.then(|| desk.fill("today.to_festival", &[("days", &days.to_string())]))
    };
    let second = move || {
        let parts: Vec<String> = lunar().into_iter().chain(left()).collect();
        parts.join(" · ")
    };
    let link = move |path: &'static str, name: &'static str, key: &'static str| {
        view! {
            <a class="button quiet icon-only" href=path aria-label=move || desk.t(key)>
                {icon(name)}
            </a>
        }
    };
    view! {
        <header class="head">
            <div>
                <h1>{move || desk.t("nav.today")}</h1>
                <p class="head-sub">{date}</p>
                <p class="head-sub">{second}</p>
            </div>
            <nav class="head-action head-links" aria-label=move || desk.t("today.links")>
                {link("/bulletins", "bulletin", "bulletins.title")}
                {link("/contacts", "contact", "contacts.title")}
            </nav>
        </header>
    }
}

/// With more days than this before it nobody counts them yet.
const FESTIVAL_IN_SIGHT: i64 = 100;

/// What was published and not read yet.
#[component]
fn Unread() -> impl IntoView {
    let desk = desk();
    let unread = Memo::new(move |_| bulletin::unread(desk));
    let first = move || {
        let all = unread.get().into_iter().enumerate();
        let shown = all.filter(|(at, one)| one.urgent || *at < BULLETINS);
        shown.map(|(_, one)| one).collect::<Vec<_>>()
    };
    let hidden = move || unread.with(Vec::len) - first().len();
    view! {
        <For each=first key=|one| (one.id, one.title.clone(), one.text.clone())
            children=move |one| notice(desk, one)/>
        {move || (hidden() > 0).then(|| view! {
            <a class="button wide" href="/bulletins">
                {desk.fill("today.more_bulletins", &[("count", &hidden().to_string())])}
            </a>
        })}
    }
}

fn notice(desk: Desk, one: Bulletin) -> impl IntoView {
    let class = if one.urgent {
        "bulletin urgent"
    } else {
        "bulletin"
    };
    let (id, label) = (one.id, one.title.clone());
    view! {
        <section class=class aria-label=label>
            <a class="bulletin-link" href=format!("/bulletins?open={id}")>
                <span class="badges">{marks(desk, &one)}</span>
                <strong class="bulletin-title">{one.title}</strong>
                <span class="bulletin-text">{one.text}</span>
            </a>
            <button type="button" class="button" on:click=move |_| bulletin::read(desk, id)>
                {icon("check")}{move || desk.t("bulletins.read")}
            </button>
        </section>
    }
}

fn chips(desk: Desk, list: List) -> impl IntoView {
    let chip = move |show: Show, name: String| {
        let count = list.count(desk, show);
        view! {
            <button type="button" class="chip" aria-pressed=move || (list.show(desk) == show).to_string()
                on:click=move |_| { list.chosen.set(Some(show)); list.shown.set(SHOWN); }>
                {name}" "<span class="count">{count}</span>
            </button>
        }
    };
    let plan = move |_| {
        list.planning.update(|planning| *planning = !*planning);
        list.chosen.set(None);
    };
    move || {
        let places = list.places();
        let (all, late) = (list.count(desk, Show::All), list.count(desk, Show::Late));
        let planned = list.count(desk, Show::Planned);
        let planning = list.planning.get();
        let chosen = if places.len() > 1 { places } else { Vec::new() };
        let useful = planned > 0 || (late > 0 && late < all) || !chosen.is_empty();
        let of_village = move |area: Area| chip(Show::In(area), desk.area_name(area));
        let key = if planning {
            "today.plan_done"
        } else {
            "today.plan"
        };
        view! {
            {(useful && !planning).then(|| view! {
                <div class="chips scroll" role="group" aria-label=desk.t("people.filter")>
                    {chip(Show::All, desk.t("people.all"))}
                    {(late > 0).then(|| chip(Show::Late, desk.t("badge.late")))}
                    {(planned > 0).then(|| chip(Show::Planned, desk.t("today.planned")))}
                    {chosen.into_iter().map(of_village).collect_view()}
                </div>
            })}
            {(all > 1 || planning).then(|| view! {
                <button type="button" class="button wide" on:click=plan>
                    {icon("today")}{desk.t(key)}
                </button>
            })}
        }
    }
}

/// What has its hour: shifts and trips.
fn appointments(desk: Desk, list: List) -> impl IntoView {
    move || {
        let items = list.items.get();
        let of_day: Vec<Item> = items
            .into_iter()
            .filter(|item| item.what.is_appointment())
            .collect();
        (!of_day.is_empty()).then(|| {
            let rows = of_day.into_iter().map(|item| appointment(desk, item));
            view! {
                <h2 class="group">{desk.t("today.appointments")}</h2>
                <ul class="list">{rows.collect_view()}</ul>
            }
        })
    }
}

/// Village by village.
fn walk(desk: Desk, list: List) -> impl IntoView {
    let fitting = Memo::new(move |_| {
        let show = list.show(desk);
        let mut items = list.items.get();
        items.retain(|item| !item.what.is_appointment() && list.fits(desk, item, show));
        items
    });
    let groups = move || {
        let mut groups: Vec<Area> = fitting.with(|items| {
            let shown = items.iter().take(list.shown.get());
            shown.map(|item| item.area).collect()
        });
        groups.dedup();
        groups
    };
    let village = move |area: Area| {
        let all = move || fitting.with(|items| items.iter().filter(|i| i.area == area).count());
        let rows = move || {
            let shown = fitting.get().into_iter().take(list.shown.get());
            shown.filter(|item| item.area == area).collect::<Vec<_>>()
        };
        view! {
            <h2 class="group">{move || desk.area_name(area)}<span class="count">{all}</span></h2>
            <ul class="list">
                {lines(rows, row::key, move |item| item_row(desk, item, list.planning))}
            </ul>
        }
    };
    view! {
        <For each=groups key=|area| *area children=village/>
        {move || fitting.with(|items| items.len() > list.shown.get()).then(|| view! {
            <button type="button" class="button wide"
                on:click=move |_| list.shown.update(|shown| *shown += SHOWN)>
                {desk.t("people.more")}
            </button>
        })}
    }
}

/// What is done, out of the way, with its count.
fn folded(desk: Desk, done: Memo<Vec<Done>>) -> impl IntoView {
    move || {
        let done = done.get();
        let count = done.len().to_string();
        (!done.is_empty()).then(|| {
            view! {
                <details class="more done">
                    <summary>{desk.t("today.done")}" "<span class="count">{count}</span></summary>
                    <ul class="list">
                        {done.into_iter().map(|done| done_row(desk, done)).collect_view()}
                    </ul>
                </details>
            }
        })
    }
}

/// Forms that were begun and not saved.
#[component]
fn Drafts() -> impl IntoView {
    let desk = desk();
    let link = |draft: &store::drafts::Draft| match (draft.record, draft.context) {
        (Some(record), _) => format!("/edit/{record}"),
        (None, Some(context)) => format!("/new/{}?about={context}", draft.kind),
        (None, None) => format!("/new/{}", draft.kind),
    };
    let row = move |draft: store::drafts::Draft| {
        let about = draft.record.or(draft.context);
        let name = about.and_then(|id| {
            desk.read(|shelf| shelf.row(id).map(|row| crate::ui::name_of(desk, row)))
        });
        let kind = draft.kind.clone();
        view! {
            <li><a class="row" href=link(&draft)>
                <span class="row-mark">{icon("edit")}</span>
                <span class="row-main">
                    <span class="row-title">{move || desk.t(&kind)}</span>
                    <span class="row-sub">{name}</span>
                </span>
            </a></li>
        }
    };
    move || {
        let drafts = desk.drafts.get();
        (!drafts.is_empty()).then(|| {
            view! {
                <h2 class="group">{desk.t("today.drafts")}</h2>
                <ul class="list">{drafts.into_iter().map(row).collect_view()}</ul>
            }
        })
    }
}
