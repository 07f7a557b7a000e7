//! Public holidays and the weekend days that are worked in their place.

use super::{Before, Draft};
use crate::desk::Desk;
use domain::calendar::Calendar;
use jiff::civil::Date;
use leptos::prelude::*;

/// The days of the campaign's own years; those of other years are kept, and not shown.
pub fn calendar(desk: Desk, draft: Draft, before: Before) -> impl IntoView {
    let years = move || draft.with(|c| (c.from.year(), c.until.year()));
    let near = move |day: Date| {
        let (first, last) = years();
        (first..=last).contains(&day.year())
    };
    let off = move || {
        let mut off = draft.with(|c| c.calendar.off.clone());
        off.retain(|(from, until)| near(*from) || near(*until));
        off.sort_unstable();
        off
    };
    let worked = move || {
        let mut worked = draft.with(|c| c.calendar.worked.clone());
        worked.retain(|day| near(*day));
        worked.sort_unstable();
        worked
    };
    let run = move |(from, until): (Date, Date)| {
        let words = match from == until {
            true => desk.date(from),
            false => format!("{} – {}", desk.date(from), desk.date(until)),
        };
        let remove = move || {
            draft.update(|c| c.calendar.off.retain(|one| *one != (from, until)));
        };
        row(desk, words, remove)
    };
    let day = move |day: Date| {
        let remove = move || draft.update(|c| c.calendar.worked.retain(|one| *one != day));
        row(desk, desk.date(day), remove)
    };
    let missing = move || {
        let published = Calendar::published();
        let year = years().1;
        let known = |c: &Calendar| c.off.iter().any(|(from, _)| from.year() == year);
        !draft.with(|c| known(&c.calendar)) && !known(&published)
    };
    let restore = move |_| {
        draft.update(|c| c.calendar = before.with_value(|before| before.calendar.clone()));
    };
    view! {
        <p class="hint">{desk.t("admin.calendar_hint")}</p>
        {move || missing().then(|| {
            let year = years().1.to_string();
            view! { <p class="notice warning">{desk.fill("admin.calendar_missing", &[("year", &year)])}</p> }
        })}
        <h2 class="group">{desk.t("admin.holidays")}</h2>
        <ul class="list">{move || off().into_iter().map(run).collect_view()}</ul>
        {add_run(desk, draft)}
        <h2 class="group">{desk.t("admin.worked")}</h2>
        <ul class="list">{move || worked().into_iter().map(day).collect_view()}</ul>
        {add_day(desk, draft)}
        <button type="button" class="button" on:click=restore>{desk.t("admin.calendar_restore")}</button>
    }
}

fn row(desk: Desk, words: String, remove: impl Fn() + Send + 'static) -> impl IntoView {
    let spoken = desk.fill("admin.remove_of", &[("name", &words)]);
    view! {
        <li class="row">
            <span class="row-main">{words}</span>
            <button type="button" class="button small" aria-label=spoken on:click=move |_| remove()>
                {desk.t("admin.remove")}
            </button>
        </li>
    }
}

fn date_input(desk: Desk, label: &'static str, value: RwSignal<String>) -> impl IntoView {
    view! {
        <input type="date" aria-label=desk.t(label) prop:value=value
            on:input:target=move |e| value.set(e.target().value())/>
    }
}

fn add_run(desk: Desk, draft: Draft) -> impl IntoView {
    let (from, until) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let add = move |_| {
        let first = from.with_untracked(|text| text.parse::<Date>().ok());
        let last = until.with_untracked(|text| text.parse::<Date>().ok());
        if let Some(first) = first {
            let run = (first, last.unwrap_or(first));
            draft.update(|campaign| campaign.calendar.off.push(run));
            from.set(String::new());
            until.set(String::new());
        }
    };
    view! {
        <div class="dates">
            {date_input(desk, "admin.holiday_from", from)}
            {date_input(desk, "admin.holiday_until", until)}
            <button type="button" class="button" on:click=add>{desk.t("admin.add_holiday")}</button>
        </div>
    }
}

fn add_day(desk: Desk, draft: Draft) -> impl IntoView {
    let day = RwSignal::new(String::new());
    let add = move |_| {
        if let Ok(worked) = day.with_untracked(|text| text.parse::<Date>()) {
            draft.update(|campaign| {
                if !campaign.calendar.worked.contains(&worked) {
                    campaign.calendar.worked.push(worked);
                }
            });
            day.set(String::new());
        }
    };
    view! {
        <div class="dates">
            {date_input(desk, "admin.worked_day", day)}
            <button type="button" class="button" on:click=add>{desk.t("admin.add_worked")}</button>
        </div>
    }
}
