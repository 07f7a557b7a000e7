//! The day's list as this device knows it, and which of it its person has planned for today.

use crate::desk::Desk;
use crate::now;
use crate::ui::name_of;
use domain::Id;
use domain::agenda::{Asker, Done, Item};
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::shelf::Shelf;
use wasm_bindgen::JsValue;

/// What is due for this person until the day ends, in the order in which one walks it.
pub fn due(desk: Desk) -> Vec<Item> {
    asked(desk, |shelf, asker| shelf.agenda().due(asker)).unwrap_or_default()
}

/// What was done today where this person walks; the last first.
pub fn done(desk: Desk) -> Vec<Done> {
    let today = desk.today.get();
    let done = asked(desk, |shelf, asker| shelf.agenda().done(today, asker));
    let mut done = done.unwrap_or_default();
    done.sort_by_key(|done| std::cmp::Reverse(done.record));
    done
}

fn asked<T>(desk: Desk, ask: impl FnOnce(&Shelf, &Asker<'_>) -> T) -> Option<T> {
    let profile = desk.profile()?;
    let answer = desk.read(|shelf| {
        let asker = Asker {
            person: profile.person,
            name: &profile.name,
            grants: &profile.grants,
            campaign: &profile.campaign,
            now_ms: now::now_ms(),
            same: &|id| shelf.same(id),
            home: &|id| home(shelf, id),
        };
        ask(shelf, &asker)
    });
    Some(answer)
}

/// The household in which somebody lives; of a household, itself.
pub fn home(shelf: &Shelf, id: Id) -> Option<Id> {
    let row = shelf.row(shelf.canonical(id))?;
    let of_kind = |kind: &str| {
        let about = row.about.iter().filter_map(|id| shelf.row(*id));
        about.into_iter().find(|row| row.kind.name == kind)
    };
    match row.kind.name {
        "household" => Some(row.id),
        "worker" | "dependant" => match of_kind("household") {
            Some(home) => Some(shelf.canonical(home.id)),
            None => home(shelf, of_kind("worker").filter(|other| other.id != id)?.id),
        },
        _ => None,
    }
}

/// The next stop after the one whose form is open: its form, and whom it is about.
pub fn next(desk: Desk, kind: &str, here: &[Id]) -> Option<(String, String)> {
    let all = due(desk);
    let planned = desk.plan.with(|plan| plan.of(desk.today.get()));
    let walk = |only: &dyn Fn(&Item) -> bool| {
        let stops: Vec<Item> = all
            .iter()
            .filter(|item| item.does.is_some() && only(item))
            .cloned()
            .collect();
        let at = |item: &Item| here.contains(&item.subject) && item.does == Some(kind);
        let place = stops.iter().position(at)?;
        stops.get(place + 1).cloned()
    };
    let next = walk(&|item| planned.contains(&item.record));
    let next = next.or_else(|| walk(&|_| true))?;
    let row = desk.read(|shelf| shelf.row(next.subject).cloned())?;
    let path = format!("/new/{}?about={}", next.does?, next.subject);
    Some((path, name_of(desk, &row)))
}

/// The plan's name among the settings.
pub const PLAN: &str = "plan";

/// Plans something for today, or takes it off the plan.
pub fn toggle(desk: Desk, record: Id) {
    let today = desk.today.get_untracked();
    let plan = desk.plan.with_untracked(|plan| plan.toggled(record, today));
    let text = serde_json::to_string(&plan).unwrap_or_default();
    desk.plan.set(plan);
    spawn_local(async move {
        let _ = desk.store().set(PLAN, &JsValue::from_str(&text)).await;
    });
}
