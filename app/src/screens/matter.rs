//! A matter's way: where it stands, by when it has to go on, and the one tap that takes it there.

use crate::desk::{Desk, desk};
use crate::ui::goer;
use crate::{now, save};
use domain::{Kind, Record, step};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The steps as a line, the running clock, and what may come next.
pub fn way(desk: Desk, kind: &'static Kind, record: &Record, may_edit: bool) -> Option<AnyView> {
    let steps = kind.steps.as_ref()?;
    let here = kind.step(record)?.to_owned();
    let all = step::steps(kind);
    let label = move |key: &str| desk.t(&format!("{}.{}.{key}", kind.name, steps.field));
    let place = all.iter().position(|step| *step == here).unwrap_or(0);
    let open = kind.is_open(record);
    // Closed in one way, the other ways out say nothing any more.
    let shown = all.iter().enumerate().filter(move |(at, step)| {
        *at <= place && (steps.open.contains(*step) || *at == place) || open && *at > place
    });
    let item = move |(at, step): (usize, &&'static str)| {
        let state = match at.cmp(&place) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "here",
            std::cmp::Ordering::Greater => "ahead",
        };
        let current = (state == "here").then_some("step");
        view! { <li class="way-step" data-state=state aria-current=current>{label(step)}</li> }
    };
    let due = clock(desk, record);
    let next = step::next(kind, record);
    let record = StoredValue::new(record.clone());
    let buttons = next
        .into_iter()
        .map(|to| advance(kind, record, to, label(to)))
        .collect_view();
    Some(
        view! {
            <section class="card way" aria-label=desk.t("matter.way")>
                <ol class="way-steps">{shown.map(item).collect_view()}</ol>
                {due}
                {(may_edit && open).then(|| view! {
                    <p class="hint">{desk.t("matter.next")}</p>
                    <div class="buttons">{buttons}</div>
                })}
            </section>
        }
        .into_any(),
    )
}

fn clock(desk: Desk, record: &Record) -> Option<AnyView> {
    let campaign = desk.profile()?.campaign;
    let due = domain::due::due(record, &campaign)?;
    let day = desk.day(domain::day_of(due - 1));
    let late = due < now::now_ms();
    let key = if late { "matter.was_due" } else { "matter.due" };
    let class = if late { "badge late" } else { "badge" };
    Some(view! { <p><span class=class>{desk.fill(key, &[("day", &day)])}</span></p> }.into_any())
}

fn advance(
    kind: &'static Kind,
    record: StoredValue<Record>,
    to: &'static str,
    label: String,
) -> impl IntoView {
    let desk = desk();
    let go = goer();
    let tap = move |_| {
        if let Some(path) = record.with_value(|r| super::travel::steps_on(kind, r.id, to)) {
            go(&path);
            return;
        }
        let (id, asks) = record.with_value(|r| (r.id, step::asks(kind, r, to)));
        if asks {
            go(&format!("/edit/{id}?step={to}"));
            return;
        }
        let cells = record.with_value(|r| step::advance(kind, r, to, now::now_ms()));
        let said = desk.fill("matter.moved", &[("step", &desk.t(&step_label(kind, to)))]);
        spawn_local(async move {
            match save::edit(desk, id, cells, None).await {
                Ok(undo) => desk.say(said, Some(undo)),
                Err(_) => desk.say(desk.language.get_untracked().label("trouble.storage"), None),
            }
        });
    };
    view! { <button type="button" class="button" on:click=tap>{label}</button> }
}

fn step_label(kind: &Kind, to: &str) -> String {
    let field = kind.steps.as_ref().map_or("step", |steps| steps.field);
    format!("{}.{field}.{to}", kind.name)
}
