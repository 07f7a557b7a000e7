//! 事项: needs and tasks, by step; what is late stands first.

use crate::desk::{Desk, desk};
use crate::now;
use crate::store::shelf::Row;
use crate::ui::{empty, row_with};
use leptos::prelude::*;

/// Rows on the screen; who has more open matters than that looks by person.
const SHOWN: usize = 200;

/// How much time is left, or that none is.
fn clock(desk: Desk, due: i64) -> impl IntoView {
    let late = due < now::now_ms();
    let said = move || match due {
        i64::MAX => None,
        _ if late => Some(desk.t("badge.late")),
        _ => Some(desk.fill("record.due", &[("day", &desk.day(domain::day_of(due - 1)))])),
    };
    let class = if late { "badge late" } else { "badge" };
    move || said().map(|text| view! { <span class=class>{text}</span> })
}

#[component]
pub fn Work() -> impl IntoView {
    let desk = desk();
    let kind = RwSignal::new("need");
    let open = RwSignal::new(true);
    let rows = Memo::new(move |_| {
        let profile = desk.profile();
        desk.read(|shelf| {
            let due = |row: &Row| {
                let record = shelf.get(row.id)?;
                domain::due::due(&record, &profile.as_ref()?.campaign)
            };
            let fits = shelf
                .of_kind(kind.get())
                .filter(|row| row.is_open == open.get());
            let mut rows: Vec<(i64, Row)> = fits
                .map(|row| (due(row).unwrap_or(i64::MAX), row.clone()))
                .collect();
            rows.sort_by_key(|(due, row)| (*due, row.area, row.id));
            rows
        })
    });
    let late = move || rows.with(|rows| rows.iter().filter(|r| r.0 < now::now_ms()).count());
    let chip = move |key: &'static str,
                     on: Signal<bool>,
                     set: fn(RwSignal<&'static str>, RwSignal<bool>)| {
        view! {
            <button type="button" class="chip" aria-pressed=move || on.get().to_string()
                on:click=move |_| set(kind, open)>{move || desk.t(key)}</button>
        }
    };
    let is = move |name: &'static str| Signal::derive(move || kind.get() == name);
    view! {
        <header class="head"><h1>{move || desk.t("nav.work")}</h1></header>
        <div class="chips" role="group" aria-label=move || desk.t("people.filter")>
            {chip("need", is("need"), |kind, _| kind.set("need"))}
            {chip("task", is("task"), |kind, _| kind.set("task"))}
            {chip("work.open", Signal::derive(move || open.get()), |_, open| open.set(true))}
            {chip("work.closed", Signal::derive(move || !open.get()), |_, open| open.set(false))}
        </div>
        <p class="count-line" role="status">
            {move || desk.fill("work.count", &[
                ("count", &rows.with(Vec::len).to_string()), ("late", &late().to_string()),
            ])}
        </p>
        {move || rows.with(Vec::is_empty).then(|| empty("work.empty"))}
        <ul class="list">
            <For each=move || rows.with(|rows| rows.iter().take(SHOWN).cloned().collect::<Vec<_>>())
                key=|(due, row)| format!("{due} {}", row.face())
                children=move |(due, row)| row_with(row, clock(desk, due))/>
        </ul>
    }
}
