//! What waits for a decision on a record: two values of one field, or a refused change.

use super::record::may_write;
use super::words::spoken;
use crate::desk::Desk;
use crate::own;
use crate::save;
use crate::tabs;
use domain::{Id, Kind, Record, Value, Values};
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::disk::Disk as _;
use store::entry::Entry;

/// A value that was overtaken: which of the two is right?
pub fn conflicts(desk: Desk, kind: &'static Kind, record: &Record) -> impl IntoView + use<> {
    let id = record.id;
    let may = may_write(desk, kind, record);
    let one = |field: &str| {
        let spec = own::field(desk, kind, field)?;
        let earlier = record.overtaken(field)?.value;
        let stands = record.value(field).cloned().unwrap_or_default();
        let said = |value: &Value| match value {
            Value::Null => desk.t("conflict.empty"),
            value => spoken(desk, kind, spec, value),
        };
        let (now_said, before_said) = (said(&stands), said(&earlier));
        let settle = move |value: Value| {
            let values = Values::from([(spec.name.to_string(), value)]);
            spawn_local(async move {
                let done = save::edit(desk, id, values, None).await;
                let key = if done.is_ok() {
                    "conflict.settled"
                } else {
                    "trouble.storage"
                };
                desk.say(desk.language.get_untracked().label(key), None);
            });
        };
        let label = desk.t(&format!("{}.{field}", kind.name));
        let both = domain::picture::both(spec, &stands, &earlier).map(|both| {
            view! {
                <button type="button" class="button wide" disabled=!may on:click=move |_| settle(both.clone())>
                    {desk.t("conflict.both")}
                </button>
            }
        });
        Some(view! {
            <section class="conflict" role="group">
                <h2>{desk.fill("conflict.title", &[("field", &label)])}</h2>
                <button type="button" class="button wide" disabled=!may on:click=move |_| settle(stands.clone())>
                    {desk.fill("conflict.stands", &[("value", &now_said)])}
                </button>
                <button type="button" class="button wide" disabled=!may on:click=move |_| settle(earlier.clone())>
                    {desk.fill("conflict.earlier", &[("value", &before_said)])}
                </button>
                {both}
            </section>
        })
    };
    let fields: Vec<String> = record.to_confirm().map(str::to_owned).collect();
    fields.iter().filter_map(|field| one(field)).collect_view()
}

/// What the server refused of this record, why, and what to do.
pub fn refused(desk: Desk, id: Id) -> impl IntoView {
    let entries = Memo::new(move |_| {
        desk.read(|shelf| {
            let own = shelf
                .outbox()
                .filter(|e| e.change.id == id && e.refused.is_some());
            own.cloned().collect::<Vec<Entry>>()
        })
    });
    move || {
        let entries = entries.get().into_iter();
        entries
            .map(|entry| refused_entry(desk, entry))
            .collect_view()
    }
}

pub fn refused_entry(desk: Desk, entry: Entry) -> impl IntoView {
    let reason = entry
        .refused
        .as_ref()
        .map(|refused| match &refused.refusal {
            domain::Refusal::Field { field, problem } => {
                let field = desk.t(&format!("{}.{field}", entry.change.kind));
                format!("{field}：{}", desk.t(&format!("problem.{}", problem.key())))
            }
            other => desk.t(&format!("refusal.{}", other.code())),
        });
    let (again, give_up) = (entry.clone(), entry.key());
    let try_again = move |_| {
        let entry = Entry {
            refused: None,
            ..again.clone()
        };
        let key = entry.key();
        spawn_local(async move {
            let fresh = std::slice::from_ref(&entry);
            if desk.store().replace(&[key], fresh).await.is_ok() {
                desk.change(|shelf| shelf.put(entry));
                tabs::saved();
                desk.nudge();
            }
        });
    };
    let discard = move |_| {
        spawn_local(async move {
            if desk.store().discard(give_up).await.is_ok() {
                desk.change(|shelf| shelf.discard(give_up));
                tabs::saved();
            }
        });
    };
    view! {
        <section class="refused" role="alert">
            <h2>{desk.t("refused.title")}</h2>
            <p>{reason}</p>
            <div class="buttons">
                <button type="button" class="button" on:click=try_again>{desk.t("refused.again")}</button>
                <button type="button" class="button danger" on:click=discard>{desk.t("refused.discard")}</button>
            </div>
        </section>
    }
}
