//! Whoever is being registered and seems to be registered already: it is said while they are typed,
//! so that nobody types a whole form in vain.

use super::Sheet;
use crate::desk::{Desk, desk};
use crate::draft;
use crate::ui::{goer, icon, name_of};
use domain::area::Level;
use domain::field::FieldSpec;
use domain::same::{self, Likeness};
use domain::{Area, Id, Record, Stamp, Value, Values};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::twins::{self, Twin};

/// What the open form knows of those who are like the one in it.
#[derive(Clone, Copy)]
pub struct Known {
    twins: Memo<Vec<Twin>>,
    shown: Memo<Option<Shown>>,
    /// Of whom the person said that they are somebody else.
    apart: RwSignal<Vec<Id>>,
    /// Of whom the person is asked once more before saving.
    asked: RwSignal<Option<Id>>,
    /// Of whom the person was asked and wants another record all the same.
    insisted: RwSignal<Option<Id>>,
}

/// Whom the form shows, and beside which field.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shown {
    twin: Twin,
    beside: &'static str,
}

/// A record that is not there yet has this id.
const NOBODY: Id = Id::from_bytes([0; 16]);

/// Begins to compare what is typed with everybody on the device.
pub fn watch(desk: Desk, sheet: Sheet) {
    let before = sheet
        .record
        .and_then(|id| desk.peek(|shelf| shelf.whole(id)));
    let twins = Memo::new(move |_| {
        let typed = typed(sheet, before.as_ref());
        desk.read(|shelf| twins::of(shelf, &typed, before.as_ref()))
    });
    let apart = RwSignal::new(Vec::new());
    let shown = Memo::new(move |last: Option<&Option<Shown>>| {
        let told = |twin: &Twin| apart.with(|apart| apart.contains(&twin.id));
        let twin = twins.get().into_iter().find(|twin| !told(twin))?;
        let held = last
            .copied()
            .flatten()
            .filter(|last| last.twin.id == twin.id);
        let beside = held.map_or_else(|| place(sheet, &twin), |last| last.beside);
        Some(Shown { twin, beside })
    });
    provide_context(Known {
        twins,
        shown,
        apart,
        asked: RwSignal::new(None),
        insisted: RwSignal::new(None),
    });
}

/// What the form around knows.
pub fn known() -> Known {
    expect_context()
}

/// The record as it would be saved, as far as it can be compared.
fn typed(sheet: Sheet, before: Option<&Record>) -> Record {
    let mut record = Record::new(sheet.record.unwrap_or(NOBODY), sheet.kind.name);
    if let Some(before) = before {
        record.cells.clone_from(&before.cells);
    }
    for field in same::fields(sheet.kind).filter_map(|name| sheet.kind.field(name)) {
        if sheet.applies(field) {
            let value = field.clean(sheet.value(&field.name));
            let cell = domain::Cell {
                stamp: Stamp::default(),
                value,
            };
            record.cells.insert(field.name.to_string(), cell);
        }
    }
    record
}

/// Where the person is looking: the field that they typed into, or the one that shows it.
fn place(sheet: Sheet, twin: &Twin) -> &'static str {
    let last = sheet.last.get_value();
    match twin.beside {
        _ if same::fields(sheet.kind).any(|field| field == last) => last,
        // The birth date is folded away where it follows from the number.
        "birth" => sheet.kind.title.unwrap_or("birth"),
        beside => beside,
    }
}

impl Known {
    /// True if the person has to be asked once more: the number belongs to somebody.
    pub fn asks_once_more(self) -> bool {
        let certain = |twin: &&Twin| twin.likeness == Likeness::Certain;
        let found = self
            .twins
            .with_untracked(|twins| twins.iter().find(certain).map(|twin| twin.id));
        let ask = found.is_some() && found != self.insisted.get_untracked();
        self.asked.set(found.filter(|_| ask));
        ask
    }

    pub fn asking(self) -> bool {
        self.asked.get().is_some()
    }

    /// The cells that keep others from being asked the same again.
    pub fn told_apart(self) -> Values {
        let twins = self.twins.get_untracked();
        let insisted = self.insisted.get_untracked();
        let apart = self.apart.get_untracked();
        let told = twins
            .iter()
            .filter(|twin| apart.contains(&twin.id) || insisted == Some(twin.id));
        told.map(|twin| (same::not_same_name(twin.id), Value::Bool(true)))
            .collect()
    }
}

/// The notice beside a field.
pub fn beside(sheet: Sheet, spec: &'static FieldSpec) -> Option<impl IntoView> {
    let compared = same::fields(sheet.kind).any(|field| field == spec.name);
    let known = use_context::<Known>().filter(|_| compared)?;
    let here = Memo::new(move |_| known.shown.get().filter(|shown| shown.beside == spec.name));
    Some(view! {
        <div aria-live="polite">
            {move || here.get().map(|shown| notice(sheet, known, shown.twin))}
        </div>
    })
}

fn notice(sheet: Sheet, known: Known, twin: Twin) -> impl IntoView {
    let desk = desk();
    let leaving = RwSignal::new(false);
    let (key, other) = match twin.likeness {
        Likeness::Certain => ("twin.certain", "twin.go_on"),
        Likeness::Likely => ("twin.likely", not_same_key(sheet.kind.name)),
    };
    let said = move || desk.fill(key, &[("name", &who(desk, twin.id))]);
    let not_same = move |_| known.apart.update(|apart| apart.push(twin.id));
    let place = NodeRef::<Div>::new();
    Effect::new(move || {
        if let Some(notice) = place.get() {
            into_view(&notice);
        }
    });
    view! {
        <div class="twin" node_ref=place data-certain=(twin.likeness == Likeness::Certain).to_string()>
            <p>{icon("warn")}<span>{said}</span></p>
            {move || if leaving.get() {
                leave(sheet, twin.id).into_any()
            } else {
                view! {
                    <div class="buttons">
                        {take_or_open(sheet, twin.id, leaving)}
                        <button type="button" class="button" on:click=not_same>{desk.t(other)}</button>
                    </div>
                }
                .into_any()
            }}
        </div>
    }
}

/// Above the keyboard and the bar with the buttons, and no further than that.
fn into_view(notice: &web_sys::Element) {
    let how = web_sys::ScrollIntoViewOptions::new();
    how.set_block(web_sys::ScrollLogicalPosition::Nearest);
    notice.scroll_into_view_with_scroll_into_view_options(&how);
}

/// A form that waits for somebody takes the one who is there; else one goes and looks.
fn take_or_open(sheet: Sheet, id: Id, leaving: RwSignal<bool>) -> impl IntoView {
    let desk = desk();
    let waits = sheet.waiting.with_value(Option::is_some);
    let take = move |_| {
        spawn_local(async move {
            super::hand_over(desk, sheet, id).await;
            if draft::drop(desk, &sheet.draft_key()).await.is_ok() {
                super::back();
            }
        });
    };
    let open = move |_| leaving.set(true);
    if waits {
        view! { <button type="button" class="button primary" on:click=take>{desk.t("twin.take")}</button> }
            .into_any()
    } else {
        view! { <button type="button" class="button primary" on:click=open>{desk.t("twin.open")}</button> }
            .into_any()
    }
}

/// What becomes of what was typed is the person's choice.
fn leave(sheet: Sheet, id: Id) -> impl IntoView {
    let desk = desk();
    let go = goer();
    let path = format!("/people?open={id}");
    let (keep_go, keep_path) = (go.clone(), path.clone());
    let keep = move |_| {
        let (go, path) = (keep_go.clone(), keep_path.clone());
        spawn_local(async move {
            if sheet.keep_draft_now(desk).await {
                go(&path);
            }
        });
    };
    let drop = move |_| {
        let (go, path) = (go.clone(), path.clone());
        spawn_local(async move {
            if draft::drop(desk, &sheet.draft_key()).await.is_ok() {
                go(&path);
            }
        });
    };
    view! {
        <p>{desk.t("twin.draft")}</p>
        <div class="buttons">
            <button type="button" class="button primary" on:click=keep>{desk.t("twin.keep_draft")}</button>
            <button type="button" class="button" on:click=drop>{desk.t("twin.drop_draft")}</button>
        </div>
    }
}

/// Asked in place of the buttons that save: one person has one number. Where “Save” was one looks
/// first, so that a second tap does no harm.
pub fn once_more(
    sheet: Sheet,
    known: Known,
    save: impl Fn() + Clone + Send + 'static,
) -> impl IntoView {
    let desk = desk();
    move || {
        let id = known.asked.get()?;
        let save = save.clone();
        let anyway = move |_| {
            known.insisted.set(Some(id));
            save();
        };
        let go = goer();
        let open = move |_| {
            let go = go.clone();
            spawn_local(async move {
                if sheet.keep_draft_now(desk).await {
                    go(&format!("/people?open={id}"));
                }
            });
        };
        Some(view! {
            <div class="once-more" role="alert">
                <p>{desk.fill("twin.once_more", &[("name", &who(desk, id))])}</p>
                <div class="savebar-buttons">
                    <button type="button" class="button" on:click=anyway>{desk.t("twin.anyway")}</button>
                    <button type="button" class="button primary" on:click=open>{desk.t("twin.look")}</button>
                </div>
            </div>
        })
    }
}

/// Somebody in a few words, by which whoever knows them recognises them; numbers stay covered.
pub fn who(desk: Desk, id: Id) -> String {
    let found = desk.read(|shelf| Some((shelf.row(id)?.clone(), shelf.whole(id)?)));
    let Some((row, record)) = found else {
        return desk.t("form.hidden");
    };
    let numbers = ["phone", "id_number", "credit_code"];
    let number = numbers.iter().find_map(|field| tail(record.text(field)));
    let detail = match record.text("address") {
        "" => number.map(|tail| desk.fill("twin.tail", &[("tail", &tail)])),
        address => Some(address.to_owned()),
    };
    let (name, place) = (name_of(desk, &row), place_of(desk, row.area));
    let (known, detail) = match &detail {
        Some(detail) => ("twin.who", detail.as_str()),
        None => ("twin.who_where", ""),
    };
    desk.fill(
        known,
        &[("name", &name), ("place", &place), ("detail", detail)],
    )
}

/// The township and the village.
fn place_of(desk: Desk, area: Area) -> String {
    let township = area
        .at(Level::Township)
        .filter(|township| *township != area);
    let names = township.into_iter().chain([area]);
    names.map(|area| desk.area_name(area)).collect()
}

fn tail(number: &str) -> Option<String> {
    let characters: Vec<char> = number.chars().collect();
    let tail = characters.get(characters.len().checked_sub(4)?..)?;
    (characters.len() > 7).then(|| tail.iter().collect())
}

/// Households and firms are no persons.
pub fn not_same_key(kind: &str) -> &'static str {
    match kind {
        "household" => "same.not.household",
        "employer" => "same.not.employer",
        _ => "same.not.person",
    }
}
