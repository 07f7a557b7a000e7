//! Two records side by side, to be made one or told apart.

use super::super::merged::{may_merge, told};
use super::super::record::may_write;
use super::super::words::{made, spoken};
use crate::deeds;
use crate::desk::{Desk, desk};
use crate::form::not_same_key;
use crate::ui::{empty, goer, icon};
use crate::{own, save};
use domain::field::{FieldSpec, Sensitivity};
use domain::same::choice::{Choice, Side};
use domain::same::{self, Likeness, UNITED};
use domain::{Id, Kind, Record, Value, Values};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn Comparison(a: Id, b: Id) -> impl IntoView {
    let desk = desk();
    let found = Memo::new(move |_| {
        desk.read(|shelf| {
            let standing = |id: Id| {
                shelf
                    .row(id)
                    .filter(|row| shelf.stands(row))
                    .map(|row| row.id)
            };
            let record = |id: Id| shelf.whole(standing(id)?);
            Some((record(a)?, record(b)?))
        })
    });
    view! {
        <a class="button quiet back" href="/same">{icon("back")}{move || desk.t("same.title")}</a>
        {move || {
            let found = found.get().filter(|(a, b)| a.id != b.id && a.kind == b.kind);
            match found.and_then(|pair| Some((Kind::find(&pair.0.kind)?, pair))) {
                Some((kind, records)) => side_by_side(desk, kind, records).into_any(),
                None => empty("same.settled").into_any(),
            }
        }}
    }
}

/// Of two records stays the one of which more is known; of equals the older.
fn fuller(desk: Desk, records: &(Record, Record)) -> Side {
    let (a, b) = desk.peek(|shelf| {
        let told = |record: &Record| shelf.about(record.id).count();
        (told(&records.0), told(&records.1))
    });
    let older = if records.0.id < records.1.id {
        Side::A
    } else {
        Side::B
    };
    match a.cmp(&b) {
        std::cmp::Ordering::Greater => Side::A,
        std::cmp::Ordering::Less => Side::B,
        std::cmp::Ordering::Equal => older,
    }
}

fn side_by_side(desk: Desk, kind: &'static Kind, records: (Record, Record)) -> impl IntoView {
    let choice = RwSignal::new(Choice::new(records.clone(), fuller(desk, &records)));
    let certain = same::likeness(&records.0, &records.1) == Some(Likeness::Certain);
    let filled = |field: &&'static FieldSpec| {
        choice.with_untracked(|choice| {
            let empty = |side| choice.value(side, &field.name).is_empty();
            !empty(Side::A) || !empty(Side::B)
        })
    };
    let differs =
        |field: &&'static FieldSpec| choice.with_untracked(|choice| choice.differs(&field.name));
    let fields = own::fields(desk, kind).into_iter();
    let (differing, equal): (Vec<_>, Vec<_>) = fields.filter(filled).partition(differs);
    let count = equal.len().to_string();
    let may = [&records.0, &records.1].iter().all(|r| may_merge(desk, r))
        && same::in_one_ledger(&records.0, &records.1);
    view! {
        <article class="comparison">
            <h1>{desk.t("same.which")}</h1>
            <header class="compared">
                {head(desk, kind, choice, Side::A)}
                {head(desk, kind, choice, Side::B)}
            </header>
            {certain.then(|| view! { <p class="notice">{desk.t("same.certain_hint")}</p> })}
            <h2 class="group">{desk.t("same.differ")}</h2>
            {differing.into_iter().map(|field| compared(desk, kind, choice, field)).collect_view()}
            <details class="more">
                <summary>{desk.fill("same.equal", &[("count", &count)])}</summary>
                {equal.into_iter().map(|field| compared(desk, kind, choice, field)).collect_view()}
            </details>
            {if may {
                decide(desk, kind, choice, certain).into_any()
            } else {
                view! { <p class="notice">{desk.t("same.not_yours")}</p> }.into_any()
            }}
        </article>
    }
}

/// A record's head: who, by whom, how much is known; a tap lets it stay.
fn head(desk: Desk, kind: &'static Kind, choice: RwSignal<Choice>, side: Side) -> impl IntoView {
    let record = choice.with_untracked(|choice| choice.record(side).clone());
    let id = record.id;
    let place = record.area().map(|area| desk.area_name(area));
    let about = desk.read(|shelf| shelf.about(id).count()).to_string();
    let stays = move || choice.with(|choice| choice.stays == side);
    view! {
        <div class="compared-head" data-stays=move || stays().to_string()>
            <h2><a href=format!("/people?open={id}")>{kind.title(&record).to_owned()}</a></h2>
            <p class="row-sub">{place}</p>
            <p class="row-sub">{made(desk, &record)}</p>
            <p class="row-sub">{desk.fill("same.about", &[("count", &about)])}</p>
            <button type="button" class="chip" aria-pressed=move || stays().to_string()
                on:click=move |_| choice.update(|choice| choice.stays = side)>
                {desk.t("same.keep")}
            </button>
        </div>
    }
}

/// A field's two values; where this person may write the record that stays, a tap chooses.
fn compared(
    desk: Desk,
    kind: &'static Kind,
    choice: RwSignal<Choice>,
    field: &'static FieldSpec,
) -> impl IntoView {
    let name: &'static str = &field.name;
    let differs = choice.with_untracked(|choice| choice.differs(name));
    let united = UNITED.contains(&name) && differs;
    let secret = field.sensitivity == Sensitivity::Sensitive;
    let covered = RwSignal::new(secret);
    let both = choice.with_untracked(|c| [Side::A, Side::B].map(|side| c.record(side).id));
    let label = desk.t(&format!("{}.{name}", kind.name));
    let group = label.clone();
    view! {
        <div class="compared-field" role="group" aria-label=group>
            <p class="compared-label">
                {label}
                {united.then(|| view! { <span class="badge">{desk.t("same.both")}</span> })}
                {secret.then(|| view! {
                    <button type="button" class="button quiet small"
                        aria-pressed=move || (!covered.get()).to_string()
                        on:click=move |_| deeds::turn(desk, covered, both.to_vec(), name)>
                        {move || desk.t(if covered.get() { "record.show" } else { "record.cover" })}
                    </button>
                })}
            </p>
            <div class="compared">
                {value(desk, kind, choice, field, Side::A, covered)}
                {value(desk, kind, choice, field, Side::B, covered)}
            </div>
        </div>
    }
}

fn value(
    desk: Desk,
    kind: &'static Kind,
    choice: RwSignal<Choice>,
    field: &'static FieldSpec,
    side: Side,
    covered: RwSignal<bool>,
) -> impl IntoView {
    let name: &'static str = &field.name;
    let (value, differs, contradicts) = choice.with_untracked(|choice| {
        let value = choice.value(side, name).clone();
        (value, choice.differs(name), choice.contradicts(name))
    });
    let united = UNITED.contains(&name);
    let (said, mask) = if value.is_empty() {
        (desk.t("conflict.empty"), desk.t("conflict.empty"))
    } else {
        let said = spoken(desk, kind, field, &value);
        let mask = domain::person::cover(field, &said);
        (said, mask)
    };
    let text = move || {
        if covered.get() {
            mask.clone()
        } else {
            said.clone()
        }
    };
    let stands = move || differs && (united || choice.with(|choice| choice.stands(name) == side));
    let may = move || differs && !united && writes(desk, kind, choice);
    view! {
        <button type="button" class="compared-value" disabled=move || !may()
            data-contradicts=contradicts.to_string() aria-pressed=move || stands().to_string()
            on:click=move |_| choice.update(|choice| choice.choose(name, side))>
            {text}
        </button>
    }
}

/// True if this person may write the record that stays.
fn writes(desk: Desk, kind: &Kind, choice: RwSignal<Choice>) -> bool {
    choice.with(|choice| may_write(desk, kind, choice.record(choice.stays)))
}

/// The two answers; both can be taken back.
fn decide(
    desk: Desk,
    kind: &'static Kind,
    choice: RwSignal<Choice>,
    certain: bool,
) -> impl IntoView {
    let (go, away) = (goer(), goer());
    let merge = move |_| {
        let edits = choice.with_untracked(Choice::edits);
        let go = go.clone();
        spawn_local(async move {
            let done = save::edit_all(desk, edits).await;
            let merged = done.is_ok();
            told(desk, done, "same.merged");
            if merged {
                go("/same");
            }
        });
    };
    let not_same = move |_| {
        let (a, b) = choice.with_untracked(Choice::ids);
        let (older, newer) = (a.min(b), a.max(b));
        let said = Values::from([(same::not_same_name(older), Value::Bool(true))]);
        let away = away.clone();
        spawn_local(async move {
            let done = save::edit(desk, newer, said, None).await;
            told(desk, done, "same.remembered");
            away("/same");
        });
    };
    view! {
        {move || (!writes(desk, kind, choice)).then(|| view! {
            <p class="hint">{desk.t("same.only_which")}</p>
        })}
        <div class="buttons compared-buttons">
            {(!certain).then(|| view! {
                <button type="button" class="button" on:click=not_same>{desk.t(not_same_key(kind.name))}</button>
            })}
            <button type="button" class="button primary" on:click=merge>
                {icon("merge")}{desk.t("same.merge")}
            </button>
        </div>
    }
}
