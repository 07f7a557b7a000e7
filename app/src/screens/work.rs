//! 事项: needs and tasks, by step; what is late stands first.

use crate::desk::desk;
use crate::now;
use crate::store::shelf::Row;
use crate::ui::{empty, record_row};
use leptos::prelude::*;

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
            <For each=move || rows.with(|rows| rows.iter().take(200).map(|r| r.1.clone()).collect::<Vec<_>>())
                key=|row| row.face() children=record_row/>
        </ul>
    }
}
