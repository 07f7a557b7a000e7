//! `/assign`: tasks for whole villages, or for some of their households and people, at once.

mod villages;

use crate::desk::{Desk, desk};
use crate::save;
use crate::screens::filters::{Filters, area_select};
use crate::ui::{empty, icon};
use domain::assign::{Doer, Order, Target, asked, tasks};
use domain::kinds::task::{DOES, TASK};
use domain::record::DELETED;
use domain::value::Shape;
use domain::{Area, Department, Id, Record, Values};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::{BTreeMap, BTreeSet};

/// Days from today that a task is given at first.
const DAYS: i64 = 7;

/// Of whom there is a task to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Who {
    All,
    Priority,
    NotVisited,
}

/// The order as it is being put together, shared by the screen's parts.
#[derive(Clone, Copy)]
struct Draft {
    does: RwSignal<&'static str>,
    what: RwSignal<String>,
    due: RwSignal<String>,
    doer: RwSignal<String>,
    who: RwSignal<Who>,
    villages: RwSignal<BTreeSet<Area>>,
    /// Those of the chosen villages who are left out.
    out: RwSignal<BTreeSet<Id>>,
    saving: RwSignal<bool>,
    /// By village, whoever fits and has no such task yet.
    found: Memo<BTreeMap<Area, Vec<Target>>>,
    held: Memo<BTreeSet<Id>>,
}

impl Draft {
    fn chosen(self) -> Vec<Target> {
        let (villages, out) = (self.villages.get(), self.out.get());
        self.found.with(|found| {
            let chosen = found.iter().filter(|(area, _)| villages.contains(area));
            let targets = chosen.flat_map(|(_, targets)| targets);
            targets
                .filter(|target| !out.contains(&target.id))
                .copied()
                .collect()
        })
    }

    /// The day; `None` of one that is over, too.
    fn due(self, desk: Desk) -> Option<Date> {
        let due = self.due.with(|due| due.parse::<Date>().ok())?;
        (due >= desk.today.get()).then_some(due)
    }

    /// The order; `None` while something is missing.
    fn order(self, desk: Desk) -> Option<Order> {
        let what = self.what.with(|what| domain::check::clean_text(what));
        let does = self.does.get();
        Some(Order {
            what: if what.is_empty() { desk.t(does) } else { what },
            does,
            due: self.due(desk)?,
            doer: Doer::read(&self.doer.get()),
        })
    }
}

/// About whom there is an open task of this sort.
fn held(desk: Desk, does: &str) -> BTreeSet<Id> {
    desk.read(|shelf| {
        let rows = shelf.of_kind(TASK.name).filter(|row| row.is_open);
        let records: Vec<Record> = rows.filter_map(|row| shelf.get(row.id)).collect();
        let asked = asked(does, &records);
        asked.into_iter().map(|id| shelf.canonical(id)).collect()
    })
}

/// Whoever fits, by village.
fn found(desk: Desk, does: &str, who: Who, within: Option<Area>) -> BTreeMap<Area, Vec<Target>> {
    let mut villages: BTreeMap<Area, Vec<Target>> = BTreeMap::new();
    let grants = desk.profile().map(|profile| profile.grants);
    let (Some(sort), Some(grants)) = (Target::kind_for(does), grants) else {
        return villages;
    };
    let only = match does {
        "elder_visit" => "elder",
        "child_visit" => "child",
        _ => "",
    };
    desk.read(|shelf| {
        for row in shelf.of_kind(sort) {
            let near = within.is_none_or(|area| area.contains(row.area));
            let wanted = match who {
                Who::All => true,
                Who::Priority => row.priority > 0,
                Who::NotVisited => shelf.last_visit(row) == Some(None),
            };
            let of_sort = || {
                shelf
                    .get(row.id)
                    .is_some_and(|record| record.text("type") == only)
            };
            let mine = grants.may_write(&TASK, row.area);
            if near && wanted && mine && (only.is_empty() || of_sort()) {
                let target = Target {
                    area: row.area,
                    id: row.id,
                    kind: sort,
                };
                villages.entry(row.area).or_default().push(target);
            }
        }
    });
    villages
}

#[component]
pub fn Assign() -> impl IntoView {
    let desk = desk();
    let filters = Filters::of_the_address();
    let does = RwSignal::new(DOES[0]);
    let who = RwSignal::new(Who::All);
    let first = desk
        .today
        .get_untracked()
        .saturating_add(jiff::Span::new().days(DAYS));
    let draft = Draft {
        does,
        what: RwSignal::new(String::new()),
        due: RwSignal::new(first.to_string()),
        doer: RwSignal::new(String::new()),
        who,
        villages: RwSignal::new(BTreeSet::new()),
        out: RwSignal::new(BTreeSet::new()),
        saving: RwSignal::new(false),
        found: Memo::new(move |_| found(desk, does.get(), who.get(), filters.area.get())),
        held: Memo::new(move |_| held(desk, does.get())),
    };
    view! {
        <header class="head">
            <a class="button quiet icon-only" href="/people" aria-label=move || desk.t("record.back")>
                {icon("back")}
            </a>
            <h1>{move || desk.t("assign.title")}</h1>
        </header>
        <form class="assign" novalidate on:submit=move |event| { event.prevent_default(); save(desk, draft); }>
            {order(desk, draft)}
            <div class="filters">{area_select(desk, filters)}</div>
            {whom(desk, draft)}
            {move || draft.found.with(BTreeMap::is_empty).then(|| empty("assign.none"))}
            {villages::list(desk, draft)}
            {bar(desk, draft)}
        </form>
    }
}

/// What is to be done, in which words, by when, and by whom.
fn order(desk: Desk, draft: Draft) -> impl IntoView {
    let deed = move |name: &&'static str| {
        let name = *name;
        view! { <option value=name selected=move || draft.does.get() == name>{move || desk.t(name)}</option> }
    };
    let choose = move |name: String| {
        let known = DOES.iter().find(|known| **known == name);
        draft.does.set(known.unwrap_or(&DOES[0]));
        draft.who.set(Who::All);
    };
    let doers = move || {
        let profile = desk.profile();
        let people = profile.into_iter().flat_map(|profile| profile.colleagues);
        let people = people.map(|one| (Doer::Person(one.person), one.name));
        let departments = Department::ALL.iter();
        let departments = departments.map(|one| {
            (
                Doer::Department(*one),
                desk.t(&format!("department.{}", one.key())),
            )
        });
        let option =
            |(doer, name): (Doer, String)| view! { <option value=doer.key()>{name}</option> };
        people.chain(departments).map(option).collect_view()
    };
    view! {
        <div class="assign-order">
            <div class="field"><label class="label" for="assign-does">{move || desk.t("task.does")}</label>
                <select id="assign-does" on:change:target=move |e| choose(e.target().value())>
                    {DOES.iter().map(deed).collect_view()}
                </select></div>
            <div class="field"><label class="label" for="assign-what">{move || desk.t("task.what")}</label>
                <input id="assign-what" type="text" maxlength="200" placeholder=move || desk.t(draft.does.get())
                    prop:value=draft.what on:input:target=move |e| draft.what.set(e.target().value())/></div>
            <div class="field"><label class="label" for="assign-due">{move || desk.t("task.due")}</label>
                <input id="assign-due" type="date" prop:value=draft.due
                    aria-describedby="assign-due-problem"
                    on:input:target=move |e| draft.due.set(e.target().value())/>
                <p class="problem" id="assign-due-problem" aria-live="polite">
                    {move || draft.due(desk).is_none().then(|| desk.t("assign.past"))}
                </p></div>
            <div class="field"><label class="label" for="assign-doer">{move || desk.t("assign.doer")}</label>
                <select id="assign-doer" on:change:target=move |e| draft.doer.set(e.target().value())>
                    <option value="">{move || desk.t("assign.field")}</option>
                    {doers}
                </select></div>
        </div>
    }
}

fn whom(desk: Desk, draft: Draft) -> impl IntoView {
    let chip = move |who: Who, key: &'static str| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (draft.who.get() == who).to_string()
                on:click=move |_| draft.who.set(who)>{move || desk.t(key)}</button>
        }
    };
    let visited = move || {
        ["household", "dependant"].contains(&Target::kind_for(draft.does.get()).unwrap_or(""))
    };
    view! {
        <div class="chips publish-chips" role="group" aria-label=move || desk.t("people.filter")>
            {chip(Who::All, "people.all")}
            {chip(Who::Priority, "people.priority")}
            {move || visited().then(|| chip(Who::NotVisited, "people.not_visited"))}
        </div>
    }
}

fn bar(desk: Desk, draft: Draft) -> impl IntoView {
    let count = Memo::new(move |_| {
        let held = draft.held.get();
        draft
            .chosen()
            .iter()
            .filter(|target| !held.contains(&target.id))
            .count()
    });
    let ready = move || count.get() > 0 && !draft.saving.get() && draft.order(desk).is_some();
    view! {
        <div class="assign-bar">
            <button type="submit" class="button primary" disabled=move || !ready()>
                {move || desk.fill("assign.do", &[("count", &count.get().to_string())])}
            </button>
            {move || (count.get() == 0).then(|| view! { <p class="hint">{desk.t("assign.choose")}</p> })}
        </div>
    }
}

/// All tasks in one go, or none; the toast takes all of them back.
fn save(desk: Desk, draft: Draft) {
    let order = untrack(|| draft.order(desk));
    let (Some(order), held) = (order, draft.held.get_untracked()) else {
        return;
    };
    let made = tasks(&order, untrack(|| draft.chosen()), &held);
    let made = made
        .into_iter()
        .map(|cells| Some((save::new_id()?, &TASK, cells)));
    let Some(made) = made
        .collect::<Option<Vec<save::Made>>>()
        .filter(|made| !made.is_empty())
    else {
        return;
    };
    let gone = || Values::from([(DELETED.name().to_owned(), true.write())]);
    let undo: Vec<(Id, Values)> = made.iter().map(|(id, ..)| (*id, gone())).collect();
    let said = desk.fill("assign.done", &[("count", &made.len().to_string())]);
    draft.saving.set(true);
    spawn_local(async move {
        let done = save::create_all(desk, made).await;
        let _ = draft.saving.try_set(false);
        match done {
            Ok(()) => {
                let _ = draft.villages.try_set(BTreeSet::new());
                desk.say(said, Some(undo));
            }
            Err(_) => desk.say(desk.language.get_untracked().label("trouble.storage"), None),
        }
    });
}
