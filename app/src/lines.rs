//! Lists whose lines stay the elements that they are while what they say changes: a click that was
//! begun, the keyboard's focus and a screen reader's place outlive what the server sends.

use crate::desk::{Desk, desk};
use crate::ui::{badges, icon, name_of, open_link};
use leptos::prelude::*;
use std::collections::HashMap;
use std::hash::Hash;
use store::shelf::Row;

/// A line for each entry, in their order. An entry is known again by its key, which no other has;
/// its line is told what becomes of it.
pub fn lines<T, K, L>(
    entries: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: fn(&T) -> K,
    line: impl Fn(Memo<T>) -> L + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Clone + Eq + Hash + Send + Sync + 'static,
    L: IntoView + 'static,
{
    let all = Memo::new(move |_| entries());
    let places = Memo::new(move |_| {
        let keys = all.with(|all| all.iter().map(key).collect::<Vec<_>>());
        let places = keys.into_iter().enumerate();
        places.map(|(at, key)| (key, at)).collect::<HashMap<_, _>>()
    });
    view! {
        <For each=move || all.get() key=key children=move |first| {
            let own = key(&first);
            line(Memo::new(move |last: Option<&T>| {
                let place = places.with(|places| places.get(&own).copied());
                let now = place.and_then(|at| all.with(|all| all.get(at).cloned()));
                // Once it is gone its line goes too, and says the same until then.
                now.unwrap_or_else(|| last.unwrap_or(&first).clone())
            }))
        }/>
    }
}

/// Records, a line each.
pub fn records(rows: impl Fn() -> Vec<Row> + Send + Sync + 'static) -> impl IntoView {
    lines(rows, |row| row.id, |row| record(row, || ()))
}

/// Records with the moment until which something is to be done about each, and how that is shown.
pub fn timed<D, C>(
    rows: impl Fn() -> Vec<(D, Row)> + Send + Sync + 'static,
    clock: fn(Desk, D, &Row) -> C,
) -> impl IntoView
where
    D: Copy + PartialEq + Send + Sync + 'static,
    C: IntoView + 'static,
{
    let desk = desk();
    let line = move |one: Memo<(D, Row)>| {
        let row = Memo::new(move |_| one.with(|(_, row)| row.clone()));
        record(row, move || one.with(|(due, row)| clock(desk, *due, row)))
    };
    lines(rows, |(_, row)| row.id, line)
}

/// A record as a line, with something more at its end.
fn record<M: IntoView + 'static>(
    row: Memo<Row>,
    more: impl Fn() -> M + Send + Sync + 'static,
) -> impl IntoView {
    let desk = desk();
    let (id, kind) = row.with_untracked(|row| (row.id, row.kind.name));
    view! {
        <li>
            <a class="row" href=open_link(id)>
                <span class="row-mark" data-kind=kind>{icon(kind)}</span>
                <span class="row-main">
                    <span class="row-title">{move || row.with(|row| name_of(desk, row))}</span>
                    <span class="row-sub">{move || row.with(|row| sub_line(desk, row))}</span>
                </span>
                <span class="row-side">{move || row.with(badges)}{more}</span>
            </a>
        </li>
    }
}

/// Where somebody is, what is to be known, and when one last went there.
fn sub_line(desk: Desk, row: &Row) -> String {
    let told = match row.kind.action {
        domain::kind::Action::People => String::new(),
        _ => crate::screens::words::summary(desk, row),
    };
    let told = match told.is_empty() {
        true => desk.t(row.kind.name),
        false => told,
    };
    let sub = format!("{} · {told}", desk.area_name(row.area));
    match desk.read(|shelf| shelf.last_visit(row)).flatten() {
        Some(day) => {
            let visited = desk.fill("people.last_visit", &[("day", &desk.day(day))]);
            format!("{sub} · {visited}")
        }
        None => sub,
    }
}
