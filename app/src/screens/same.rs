//! Who seems to be registered twice: the pairs, and two records side by side, to be made one.

use super::merged::{may_merge, told};
use super::record::may_write;
use super::words::{made, spoken};
use crate::desk::{Desk, desk};
use crate::form::not_same_key;
use crate::save;
use crate::store::twins::{self, Pair};
use crate::ui::{empty, goer, icon};
use domain::field::{FieldSpec, Sensitivity};
use domain::record::MERGED_INTO;
use domain::same::{self, Likeness, UNITED};
use domain::value::Shape;
use domain::{Id, Kind, Record, Value};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use std::collections::BTreeMap;

/// Where two records are compared.
pub fn path(older: Id, newer: Id) -> String {
    format!("/same?a={older}&b={newer}")
}

/// The pairs that this person may make one.
fn pairs(desk: Desk) -> Vec<Pair> {
    desk.read(|shelf| twins::pairs(shelf, |record| may_merge(desk, record)))
}

/// The way here, where there is something to do.
pub fn link() -> impl IntoView {
    let desk = desk();
    let count = Memo::new(move |_| pairs(desk).len());
    move || {
        (count.get() > 0).then(|| {
            let count = count.get().to_string();
            view! {
                <a class="button head-action" href="/same">
                    {icon("merge")}{desk.fill("same.link", &[("count", &count)])}
                </a>
            }
        })
    }
}

#[component]
pub fn Same() -> impl IntoView {
    let query = use_query_map();
    let pair = Memo::new(move |_| {
        let query = query.read();
        let id = |name| query.get(name).and_then(|id| Id::parse(&id));
        Some((id("a")?, id("b")?))
    });
    let pane = move || {
        if pair.get().is_some() {
            "detail"
        } else {
            "list"
        }
    };
    view! {
        <div class="panes" data-pane=pane>
            <section class="pane-list"><Pairs/></section>
            <section class="pane-detail">
                {move || match pair.get() {
                    Some((a, b)) => view! { <Comparison a b/> }.into_any(),
                    None => empty("same.choose").into_any(),
                }}
            </section>
        </div>
    }
}

#[component]
fn Pairs() -> impl IntoView {
    let desk = desk();
    let pairs = Memo::new(move |_| pairs(desk));
    let count = move || pairs.with(Vec::len).to_string();
    view! {
        <header class="head">
            <a class="button quiet icon-only" href="/people" aria-label=move || desk.t("record.back")>
                {icon("back")}
            </a>
            <h1>{move || desk.t("same.title")}</h1>
        </header>
        <p class="count-line" role="status">{move || desk.fill("same.count", &[("count", &count())])}</p>
        {move || pairs.with(Vec::is_empty).then(|| empty("same.empty"))}
        <ul class="list">
            <For each=move || pairs.get() key=|pair| (pair.older, pair.newer)
                children=move |pair| pair_row(desk, pair)/>
        </ul>
    }
}

fn pair_row(desk: Desk, pair: Pair) -> impl IntoView {
    let rows = desk.peek(|shelf| {
        let row = |id| shelf.row(id).cloned();
        Some((row(pair.older)?, row(pair.newer)?))
    });
    rows.map(|(a, b)| {
        let names = if a.title == b.title {
            a.title.clone()
        } else {
            format!("{} · {}", a.title, b.title)
        };
        let (here, there) = (desk.area_name(a.area), desk.area_name(b.area));
        let places = if a.area == b.area {
            here
        } else {
            format!("{here} · {there}")
        };
        let certain = pair.likeness == Likeness::Certain;
        view! {
            <li><a class="row" href=path(pair.older, pair.newer)>
                <span class="row-mark" data-kind=a.kind.name>{icon(a.kind.name)}</span>
                <span class="row-main">
                    <span class="row-title">{names}</span>
                    <span class="row-sub">{places}</span>
                </span>
                <span class="row-side">
                    {certain.then(|| view! {
                        <span class="badge late">{move || desk.t("same.certain")}</span>
                    })}
                </span>
            </a></li>
        }
    })
}

/// Which of two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    A,
    B,
}

impl Side {
    fn of<T>(self, pair: (T, T)) -> T {
        match self {
            Self::A => pair.0,
            Self::B => pair.1,
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// Two records, which of them stays, and which value of each field is to stand.
#[derive(Clone)]
struct Choice {
    kind: &'static Kind,
    records: (Record, Record),
    stays: Side,
    /// The sides that were chosen field by field.
    fields: BTreeMap<&'static str, Side>,
}

impl Choice {
    fn value(&self, side: Side, field: &str) -> &Value {
        let record = side.of((&self.records.0, &self.records.1));
        record.value(field).unwrap_or(&Value::Null)
    }

    fn differs(&self, field: &str) -> bool {
        self.value(Side::A, field) != self.value(Side::B, field)
    }

    /// The side whose value will be shown: the chosen one, else that of the record that stays, and
    /// the other's where that has none.
    fn stands(&self, field: &str) -> Side {
        let chosen = self.fields.get(field).copied();
        chosen.unwrap_or_else(|| {
            if self.value(self.stays, field).is_empty() {
                self.stays.other()
            } else {
                self.stays
            }
        })
    }

    /// What is written into the record that stays: values that are not shown there by themselves.
    fn written(&self) -> BTreeMap<String, Value> {
        let chosen = self.fields.keys().copied();
        let written = chosen
            .filter(|field| self.differs(field))
            .filter_map(|field| {
                let side = self.stands(field);
                let fills = self.value(self.stays, field).is_empty() && side != self.stays;
                let own = side == self.stays && !self.value(side, field).is_empty();
                (!fills && !own).then(|| (field.to_owned(), self.value(side, field).clone()))
            });
        written.collect()
    }

    fn edits(&self) -> Vec<(Id, BTreeMap<String, Value>)> {
        let (stays, goes) = self.ids();
        let into = BTreeMap::from([(MERGED_INTO.name().to_owned(), stays.write())]);
        let written = self.written();
        let own = (!written.is_empty()).then_some((stays, written));
        own.into_iter().chain([(goes, into)]).collect()
    }

    /// The record that stays, and the other.
    fn ids(&self) -> (Id, Id) {
        let ids = (self.records.0.id, self.records.1.id);
        (self.stays.of(ids), self.stays.other().of(ids))
    }
}

#[component]
fn Comparison(a: Id, b: Id) -> impl IntoView {
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
    let choice = RwSignal::new(Choice {
        kind,
        stays: fuller(desk, &records),
        fields: BTreeMap::new(),
        records: records.clone(),
    });
    let certain = same::likeness(&records.0, &records.1) == Some(Likeness::Certain);
    let filled = |field: &&'static FieldSpec| {
        choice.with_untracked(|choice| {
            let empty = |side| choice.value(side, &field.name).is_empty();
            !empty(Side::A) || !empty(Side::B)
        })
    };
    let differs =
        |field: &&'static FieldSpec| choice.with_untracked(|choice| choice.differs(&field.name));
    let (differing, equal): (Vec<_>, Vec<_>) = kind.fields.iter().filter(filled).partition(differs);
    let count = equal.len().to_string();
    let may = [&records.0, &records.1].iter().all(|r| may_merge(desk, r))
        && same::in_one_ledger(&records.0, &records.1);
    view! {
        <article class="comparison">
            <header class="compared">
                {head(desk, choice, Side::A)}
                {head(desk, choice, Side::B)}
            </header>
            {certain.then(|| view! { <p class="notice">{desk.t("same.certain_hint")}</p> })}
            <h2 class="group">{desk.t("same.differ")}</h2>
            {differing.into_iter().map(|field| compared(desk, choice, field)).collect_view()}
            <details class="more">
                <summary>{desk.fill("same.equal", &[("count", &count)])}</summary>
                {equal.into_iter().map(|field| compared(desk, choice, field)).collect_view()}
            </details>
            {if may {
                decide(desk, choice, certain).into_any()
            } else {
                view! { <p class="notice">{desk.t("same.not_yours")}</p> }.into_any()
            }}
        </article>
    }
}

/// A record's head: who, by whom, how much is known; a tap lets it stay.
fn head(desk: Desk, choice: RwSignal<Choice>, side: Side) -> impl IntoView {
    let (record, kind) = choice.with_untracked(|choice| {
        let records = (&choice.records.0, &choice.records.1);
        (side.of(records).clone(), choice.kind)
    });
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
fn compared(desk: Desk, choice: RwSignal<Choice>, field: &'static FieldSpec) -> impl IntoView {
    let name: &'static str = &field.name;
    let (kind, differs) = choice.with_untracked(|choice| (choice.kind, choice.differs(name)));
    let united = UNITED.contains(&name);
    let covered = RwSignal::new(field.sensitivity == Sensitivity::Sensitive);
    let secret = covered.get_untracked();
    let may = move || {
        let stays = choice.with(|choice| {
            choice
                .stays
                .of((&choice.records.0, &choice.records.1))
                .clone()
        });
        differs && !united && may_write(desk, kind, &stays)
    };
    let cell = move |side: Side| {
        let said = choice.with_untracked(|choice| match choice.value(side, name) {
            Value::Null => desk.t("conflict.empty"),
            value => spoken(desk, kind, field, value),
        });
        let mask = domain::person::mask_id(&said);
        let text = move || {
            if covered.get() {
                mask.clone()
            } else {
                said.clone()
            }
        };
        let stands =
            move || differs && (united || choice.with(|choice| choice.stands(name) == side));
        view! {
            <button type="button" class="compared-value" disabled=move || !may()
                data-differs=differs.to_string() aria-pressed=move || stands().to_string()
                on:click=move |_| choice.update(|choice| { choice.fields.insert(name, side); })>
                {text}
            </button>
        }
    };
    view! {
        <div class="compared-field" role="group" aria-label=desk.t(&format!("{}.{name}", kind.name))>
            <p class="compared-label">
                {desk.t(&format!("{}.{name}", kind.name))}
                {(united && differs).then(|| view! { <span class="badge">{desk.t("same.both")}</span> })}
                {secret.then(|| view! {
                    <button type="button" class="button quiet small"
                        aria-pressed=move || (!covered.get()).to_string()
                        on:click=move |_| covered.update(|covered| *covered = !*covered)>
                        {move || desk.t(if covered.get() { "record.show" } else { "record.cover" })}
                    </button>
                })}
            </p>
            <div class="compared">{cell(Side::A)}{cell(Side::B)}</div>
        </div>
    }
}

/// The two answers; both can be taken back.
fn decide(desk: Desk, choice: RwSignal<Choice>, certain: bool) -> impl IntoView {
    let (go, away) = (goer(), goer());
    let kind = choice.with_untracked(|choice| choice.kind);
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
        let (a, b) = choice.with_untracked(|choice| choice.ids());
        let (older, newer) = (a.min(b), a.max(b));
        let said = BTreeMap::from([(same::not_same_name(older), Value::Bool(true))]);
        let away = away.clone();
        spawn_local(async move {
            let done = save::edit(desk, newer, said, None).await;
            told(desk, done, "same.remembered");
            away("/same");
        });
    };
    let writes = move || {
        let stays = choice.with(|choice| {
            choice
                .stays
                .of((&choice.records.0, &choice.records.1))
                .clone()
        });
        may_write(desk, kind, &stays)
    };
    view! {
        {move || (!writes()).then(|| view! { <p class="hint">{desk.t("same.only_which")}</p> })}
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
