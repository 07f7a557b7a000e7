//! What a record's page says of the others that are the same: which were merged into it, which may
//! be, and how that is taken back.

use super::trouble::refused;
use super::words::made;
use crate::desk::Desk;
use crate::form::who;
use crate::save;
use crate::ui::{icon, name_of, open_link};
use domain::record::MERGED_INTO;
use domain::{Id, Kind, Record, Value, Values, same};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use store::twins;

/// True while the address asks for a record by itself, not for the one that it was merged into.
pub fn is_apart() -> impl Fn() -> bool + Copy {
    let query = use_query_map();
    move || query.read().get("apart").is_some()
}

/// True if this person may say of the record that it is the same as another.
pub fn may_merge(desk: Desk, record: &Record) -> bool {
    let grants = desk.profile().map(|profile| profile.grants);
    let kind = Kind::find(&record.kind);
    grants
        .zip(kind)
        .is_some_and(|(grants, kind)| same::may_merge(&grants, kind, record))
}

/// Whoever opens an old link, or the record by itself, is told where it went.
pub fn note(desk: Desk, asked: Id, shown: Memo<Id>) -> impl IntoView {
    let name = move |id: Id| {
        let row = desk.read(|shelf| shelf.row(id).cloned());
        row.map(|row| name_of(desk, &row)).unwrap_or_default()
    };
    let stands = Memo::new(move |_| desk.read(|shelf| shelf.canonical(asked)));
    let told = move |key, id| desk.fill(key, &[("name", &name(id))]);
    move || {
        let stands = stands.get();
        if stands == asked {
            return None;
        }
        Some(if shown.get() == asked {
            view! {
                <div class="notice">
                    <p>{move || told("merged.into", stands)}</p>
                    <div class="buttons">
                        <a class="button" href=open_link(stands)>{move || desk.t("merged.open")}</a>
                        {part_button(desk, stands, asked)}
                    </div>
                </div>
            }
            .into_any()
        } else {
            view! { <p class="notice">{move || told("merged.moved", asked)}</p> }.into_any()
        })
    }
}

/// The records of which this one is made, and those that it may be the same as.
pub fn section(desk: Desk, id: Id) -> impl IntoView {
    let others = Memo::new(move |_| {
        desk.read(|shelf| {
            let ids = shelf.same(id).into_iter().skip(1);
            ids.filter_map(|id| shelf.get(id)).collect::<Vec<_>>()
        })
    });
    let history = move || {
        let others = others.get();
        let count = (others.len() + 1).to_string();
        (!others.is_empty()).then(|| {
            view! {
                <section class="card merged">
                    <h2>
                        {icon("merge")}
                        {move || desk.fill("merged.history", &[("count", &count)])}
                    </h2>
                    <ul>{others.into_iter().map(|other| one(desk, id, other)).collect_view()}</ul>
                </section>
            }
        })
    };
    view! { {history}{alike(desk, id)} }
}

fn one(desk: Desk, stands: Id, other: Record) -> impl IntoView {
    let id = other.id;
    let name = Kind::find(&other.kind).map(|kind| kind.title(&other).to_owned());
    let link = open_link(id);
    let own = move || format!("{}&apart=1", link());
    view! {
        <li>
            <p class="row-title">{name}</p>
            <p class="row-sub">{move || made(desk, &other)}</p>
            {refused(desk, id)}
            <div class="buttons">
                <a class="button" href=own>{move || desk.t("merged.own")}</a>
                {part_button(desk, stands, id)}
            </div>
        </li>
    }
}

/// Lets a record stand by itself again.
fn part_button(desk: Desk, stands: Id, part: Id) -> impl IntoView {
    let gone = move || desk.read(|shelf| same::parting(stands, part, |id| shelf.leads_to(id)));
    let may_one = move |id: &Id| {
        let record = desk.read(|shelf| shelf.get(*id));
        record.is_some_and(|record| may_merge(desk, &record))
    };
    let may = Memo::new(move |_| gone().iter().all(may_one));
    let part = move |_| {
        let empty = || Values::from([(MERGED_INTO.name().to_owned(), Value::Null)]);
        // As it is at the tap: a colleague's merge may have come since this was drawn.
        let edits = untrack(gone).into_iter().map(|id| (id, empty())).collect();
        spawn_local(async move {
            let done = save::edit_all(desk, edits).await;
            told(desk, done, "merged.parted");
        });
    };
    move || {
        may.get().then(|| {
            view! {
                <button type="button" class="button" on:click=part>
                    {move || desk.t("merged.part")}
                </button>
            }
        })
    }
}

/// Says that it was done, with a way back, or that the device could not keep it.
pub fn told(desk: Desk, done: Result<save::Undo, store::database::StoreError>, key: &'static str) {
    let language = desk.language.get_untracked();
    match done {
        Ok(undo) => desk.say(language.label(key), Some(undo)),
        Err(_) => desk.say(language.label("trouble.storage"), None),
    }
}

/// Another record that seems to be the same, for whoever may say so.
fn alike(desk: Desk, id: Id) -> impl IntoView {
    let other = Memo::new(move |_| {
        let record = desk.read(|shelf| shelf.whole(id))?;
        let stands = desk.read(|shelf| shelf.canonical(id)) == id;
        if !stands || !may_merge(desk, &record) {
            return None;
        }
        let twins = desk.read(|shelf| twins::of(shelf, &record, None));
        let fits = |other: &Id| {
            let other = desk.read(|shelf| shelf.whole(*other));
            other.is_some_and(|other| {
                same::in_one_ledger(&record, &other) && may_merge(desk, &other)
            })
        };
        twins.iter().map(|twin| twin.id).find(fits)
    });
    move || {
        let other = other.get()?;
        let path = super::same::path(id.min(other), id.max(other));
        let said = move || desk.fill("merged.alike", &[("name", &who(desk, other))]);
        Some(view! {
            <div class="twin" data-certain="false">
                <p>{icon("warn")}<span>{said}</span></p>
                <div class="buttons">
                    <a class="button" href=path>{move || desk.t("same.compare")}</a>
                </div>
            </div>
        })
    }
}

/// The page shows this record: the one asked for, or the one under which it is shown.
pub fn shown(desk: Desk, asked: Id, apart: bool) -> Id {
    if apart {
        asked
    } else {
        desk.read(|shelf| shelf.canonical(asked))
    }
}
