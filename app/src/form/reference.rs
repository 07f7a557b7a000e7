//! Choosing other records: the one that is known, or found by a few letters, or made on the spot.

use super::Sheet;
use super::input::html_id;
use crate::desk::{Desk, desk};
use crate::ui::{goer, icon, name_of};
use domain::field::FieldSpec;
use domain::value::Shape;
use domain::{Id, Kind, Value};
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::shelf::{Row, Shelf};

/// So many are offered at once.
const OFFERED: usize = 8;

/// Whether a field names one record or several.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    One,
    Several,
}

impl Takes {
    pub fn chosen(self, value: &Value) -> Vec<Id> {
        match self {
            Self::One => Id::read(value).into_iter().collect(),
            Self::Several => Shape::read(value).unwrap_or_default(),
        }
    }

    /// The value with one record more.
    pub fn with(self, value: &Value, id: Id) -> Value {
        match self {
            Self::One => id.write(),
            Self::Several => {
                let mut ids = self.chosen(value);
                if !ids.contains(&id) {
                    ids.push(id);
                }
                ids.write()
            }
        }
    }

    fn without(self, value: &Value, id: Id) -> Value {
        match self {
            Self::One => Value::Null,
            Self::Several => {
                let mut ids = self.chosen(value);
                ids.retain(|other| *other != id);
                ids.write()
            }
        }
    }
}

pub fn reference(
    sheet: Sheet,
    spec: &'static FieldSpec,
    kinds: &'static [&'static str],
    takes: Takes,
) -> AnyView {
    let desk = desk();
    let words = RwSignal::new(String::new());
    let chosen = move || takes.chosen(&sheet.value(&spec.name));
    let asks = move || takes == Takes::Several || chosen().is_empty();
    let id = html_id(&spec.name);
    let label = format!("{id}-label");
    let labelled = label.clone();
    let offered = move || {
        let taken = chosen();
        let mut rows = desk.read(|shelf| offer(desk, shelf, kinds, &words.get()));
        rows.retain(|row| !taken.contains(&row.id));
        rows
    };
    let pick = move |id: Id| {
        sheet.set(desk, spec, takes.with(&sheet.value(&spec.name), id));
        words.set(String::new());
    };
    view! {
        <div id=id tabindex="-1" role="group" aria-labelledby=labelled>
            {move || chosen().into_iter().map(|id| chosen_row(sheet, spec, takes, id)).collect_view()}
            {move || asks().then(|| view! {
                <input type="search" autocomplete="off" prop:value=words
                    aria-labelledby=label.clone()
                    placeholder=desk.t("people.search")
                    on:input:target=move |e| words.set(e.target().value())/>
                <ul class="list">
                    {move || offered().into_iter().map(|row| option(desk, row, pick)).collect_view()}
                    {move || makers(sheet, spec, kinds, words)}
                </ul>
            })}
        </div>
    }
    .into_any()
}

fn chosen_row(sheet: Sheet, spec: &'static FieldSpec, takes: Takes, id: Id) -> impl IntoView {
    let desk = desk();
    let row = desk.read(|shelf| shelf.row(id).cloned());
    let name = row.map_or_else(|| desk.t("form.hidden"), |row| name_of(desk, &row));
    let key = match takes {
        Takes::One => "form.other",
        Takes::Several => "form.remove",
    };
    let spoken = format!("{} {name}", desk.t(key));
    view! {
        <div class="chosen">
            <span>{name}</span>
            <button type="button" class="button quiet" aria-label=spoken
                on:click=move |_| sheet.set(desk, spec, takes.without(&sheet.value(&spec.name), id))>
                {desk.t(key)}
            </button>
        </div>
    }
}

fn option(desk: Desk, row: Row, pick: impl Fn(Id) + Copy + 'static) -> impl IntoView {
    let (id, name) = (row.id, name_of(desk, &row));
    let place = desk.area_name(row.area);
    view! {
        <li><button type="button" class="row" on:click=move |_| pick(id)>
            <span class="row-main"><span class="row-title">{name}</span>
            <span class="row-sub">{place}</span></span>
        </button></li>
    }
}

/// People are found by typing; of a few places or trips all are offered at once.
fn offer(desk: Desk, shelf: &Shelf, kinds: &[&str], words: &str) -> Vec<Row> {
    let of = |_: Id, kind: &'static Kind| kinds.contains(&kind.name);
    let typed = domain::check::clean_text(words).to_lowercase();
    let people = kinds
        .iter()
        .any(|name| Kind::find(name).is_some_and(Kind::is_found));
    let all: usize = kinds.iter().map(|kind| shelf.of_kind(kind).count()).sum();
    if people && (!typed.is_empty() || all <= OFFERED) {
        let found = shelf.find(words, |word| desk.areas_named(word), of, OFFERED);
        return rows(shelf, &found.first);
    }
    if people {
        return Vec::new();
    }
    let mut rows: Vec<Row> = kinds
        .iter()
        .flat_map(|kind| shelf.of_kind(kind))
        .filter(|row| name_of(desk, row).to_lowercase().contains(&typed))
        .cloned()
        .collect();
    rows.sort_by_key(|row| (!row.is_open, std::cmp::Reverse(row.id)));
    rows.truncate(OFFERED);
    rows
}

fn rows(shelf: &Shelf, ids: &[Id]) -> Vec<Row> {
    ids.iter()
        .filter_map(|id| shelf.row(*id).cloned())
        .collect()
}

/// Whoever is not there yet is made here and now; the open form waits as a draft meanwhile.
fn makers(
    sheet: Sheet,
    spec: &'static FieldSpec,
    kinds: &'static [&'static str],
    words: RwSignal<String>,
) -> impl IntoView {
    let desk = desk();
    let typed = words.get();
    let may = |kind: &&'static Kind| {
        let area = desk.home();
        let grants = desk.profile().map(|profile| profile.grants);
        area.zip(grants)
            .is_some_and(|(area, grants)| grants.may_write(kind, area))
    };
    let found = kinds.iter().filter_map(|name| Kind::find(name));
    let kinds: Vec<_> = found.filter(|kind| kind.is_found()).filter(may).collect();
    let go = goer();
    let maker = move |kind: &'static Kind| {
        let (go, typed) = (go.clone(), words.get_untracked());
        let label = desk.fill(
            "form.make",
            &[("kind", &desk.t(kind.name)), ("name", &typed)],
        );
        let make = move |_| {
            let path = format!(
                "/new/{}?for={}&field={}&name={}",
                kind.name,
                encoded(&sheet.draft_key()),
                spec.name,
                encoded(&typed),
            );
            let go = go.clone();
            spawn_local(async move {
                if sheet.keep_draft_now(desk).await {
                    go(&path);
                }
            });
        };
        view! {
            <li><button type="button" class="row maker" on:click=make>
                {icon("plus")}<span class="row-main"><span class="row-title">{label}</span></span>
            </button></li>
        }
    };
    (!typed.trim().is_empty()).then(|| kinds.into_iter().map(maker).collect_view())
}

fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
