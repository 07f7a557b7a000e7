//! Buttons that take what is on the screen out of the app as a file: masked as the screen is, marked
//! with who and when, and in the log before it leaves.

use crate::deeds;
use crate::desk::Desk;
use crate::office::{self, DOCUMENT_TYPE, Office, SHEET_TYPE, Trouble};
use crate::ui::{icon, name_of};
use crate::{now, own};
use domain::area::Level;
use domain::indicator::{Indicator, Period, Table};
use domain::sheet::list::{Head, List};
use domain::sheet::progress::{self as layout, About};
use domain::sheet::{Row, Sheet, Taker, Words, may_export, summary};
use domain::wire::Profile;
use domain::{Area, Id, Kind, Record};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use store::shelf::Shelf;
use wasm_bindgen::JsValue;

/// So many records are handed over at once; between two parts the page does what else it has to.
const PART: usize = 400;

/// The progress table as the screen shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub table: Table,
    pub columns: Vec<&'static Indicator>,
    pub period: Period,
}

/// How far an export is: parts done of all.
type Busy = RwSignal<Option<(usize, usize)>>;

/// A button for the list that is shown. `records` gives all of it, `filter` says in words what it
/// was chosen by.
pub fn list(
    desk: Desk,
    filter: impl Fn() -> String + Copy + Send + 'static,
    records: impl Fn() -> Vec<Id> + Copy + Send + 'static,
) -> impl IntoView {
    let busy: Busy = RwSignal::new(None);
    let take = move || {
        let (filter, ids) = (filter(), records());
        spawn_local(async move {
            let done = lists(desk, &filter, ids, busy).await;
            tell(desk, busy, done);
        });
    };
    button(desk, busy, "export.excel", take)
}

/// A button for the progress table.
pub fn progress(
    desk: Desk,
    shown: impl Fn() -> Option<Shown> + Copy + Send + 'static,
) -> impl IntoView {
    let busy: Busy = RwSignal::new(None);
    let take = move || {
        let Some(shown) = shown() else { return };
        spawn_local(async move {
            let done = progress_table(desk, &shown, busy).await;
            tell(desk, busy, done);
        });
    };
    button(desk, busy, "export.excel", take)
}

/// A button for the summary as a document.
pub fn document(
    desk: Desk,
    shown: impl Fn() -> Option<Shown> + Copy + Send + 'static,
) -> impl IntoView {
    let busy: Busy = RwSignal::new(None);
    let take = move || {
        let Some(shown) = shown() else { return };
        spawn_local(async move {
            let done = summary_of(desk, &shown, busy).await;
            tell(desk, busy, done);
        });
    };
    button(desk, busy, "export.document", take)
}

fn button(
    desk: Desk,
    busy: Busy,
    label: &'static str,
    take: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let may = move || {
        desk.profile()
            .is_some_and(|profile| may_export(&profile.grants))
    };
    let text = move || match busy.get() {
        None => desk.t(label),
        Some((done, all)) => {
            let share = (done * 100 / all.max(1)).to_string();
            desk.fill("export.busy", &[("share", &share)])
        }
    };
    move || {
        may().then(|| {
            view! {
                <button type="button" class="button quiet head-action export"
                    disabled=move || busy.get().is_some()
                    on:click=move |_| if busy.get_untracked().is_none() { take() }>
                    {icon("share")}<span>{text}</span>
                </button>
            }
        })
    }
}

fn tell(desk: Desk, busy: Busy, done: Result<(String, usize), Trouble>) {
    busy.try_set(None);
    let language = desk.language.get_untracked();
    let text = match done {
        Ok((file, count)) => language.fill(
            "export.done",
            &[("file", &file), ("count", &count.to_string())],
        ),
        Err(trouble) => trouble.said(language),
    };
    desk.say(text, None);
}

/// The person who takes something out, now.
fn taker(profile: &Profile, desk: Desk) -> Taker {
    let own = desk
        .enrolled
        .with_untracked(|e| e.as_ref().map(|e| e.name.clone()));
    Taker {
        name: own.unwrap_or_else(|| profile.person.to_string()),
        at_ms: now::now_ms(),
    }
}

/// One sheet for each kind in the list.
async fn lists(
    desk: Desk,
    filter: &str,
    ids: Vec<Id>,
    busy: Busy,
) -> Result<(String, usize), Trouble> {
    let profile = desk.profile_now().ok_or_else(|| Trouble::new("broken"))?;
    let kinds = by_kind(desk, ids);
    let all: usize = kinds.values().map(|(_, ids)| ids.len()).sum();
    if all == 0 {
        return Err(Trouble::new("nothing"));
    }
    busy.set(Some((0, all)));
    let mut office = Office::open().await?;
    let mut done = 0;
    for (kind, ids) in kinds.values() {
        let own = own::shown(desk, kind, |name| {
            let held = |id: &Id| shelf_holds(desk, *id, name);
            ids.iter().any(held)
        });
        let list = List::new(kind, &profile.grants, &own);
        // What the title says already is not said again.
        let own = filter == Said(desk).label(kind.name);
        let head = Head {
            filter: if own { "" } else { filter }.to_owned(),
            count: ids.len(),
            taker: taker(&profile, desk),
        };
        begin(&mut office, &list.head(&head, &Said(desk))).await?;
        for (at, part) in ids.chunks(PART).enumerate() {
            let rows = desk.peek(|shelf| rows(shelf, &list, at * PART, part, desk));
            add(&mut office, &rows).await?;
            done += part.len();
            busy.try_set(Some((done, all)));
        }
    }
    let file = office.call("finish", &[]).await?;
    for (kind, ids) in kinds.values() {
        note(desk, kind.name, ids.len()).await?;
    }
    let name = match kinds.values().next() {
        Some((kind, _)) if kinds.len() == 1 => kind.name,
        _ => "nav.people",
    };
    let name = file_name(desk, name, "xlsx");
    leave(&file, SHEET_TYPE, &name)?;
    Ok((name, all))
}

fn shelf_holds(desk: Desk, id: Id, name: &str) -> bool {
    desk.peek(|shelf| {
        shelf
            .whole(id)
            .is_some_and(|record| own::holds(&record, name))
    })
}

/// The records by kind, in the list's own order.
fn by_kind(desk: Desk, ids: Vec<Id>) -> BTreeMap<&'static str, (&'static Kind, Vec<Id>)> {
    let mut kinds: BTreeMap<&'static str, (&'static Kind, Vec<Id>)> = BTreeMap::new();
    desk.peek(|shelf| {
        for id in ids {
            if let Some(row) = shelf.row(id) {
                let held = kinds.entry(row.kind.name);
                held.or_insert((row.kind, Vec::new())).1.push(id);
            }
        }
    });
    kinds
}

fn rows(shelf: &Shelf, list: &List, before: usize, ids: &[Id], desk: Desk) -> Vec<Row> {
    let row = |(at, id): (usize, &Id)| {
        let record = shelf.whole(*id)?;
        list.row(before + at + 1, &record, &Said(desk))
    };
    ids.iter().enumerate().filter_map(row).collect()
}

async fn progress_table(desk: Desk, shown: &Shown, busy: Busy) -> Result<(String, usize), Trouble> {
    let profile = desk.profile_now().ok_or_else(|| Trouble::new("broken"))?;
    busy.set(Some((0, 1)));
    let about = about(&profile, desk, shown);
    let sheet = layout::sheet(&shown.table, &about, &Said(desk));
    let mut office = Office::open().await?;
    begin(&mut office, &sheet).await?;
    let file = office.call("finish", &[]).await?;
    note(desk, "progress", shown.table.rows.len() + 1).await?;
    let name = file_name(desk, "sheet.progress", "xlsx");
    leave(&file, SHEET_TYPE, &name)?;
    Ok((name, shown.table.rows.len()))
}

fn about(profile: &Profile, desk: Desk, shown: &Shown) -> About {
    About {
        campaign: profile.campaign.name.clone(),
        period: shown.period,
        columns: shown.columns.clone(),
        taker: taker(profile, desk),
    }
}

/// The summary: the table's figures, the stories, and what was noted as problems and next steps.
async fn summary_of(desk: Desk, shown: &Shown, busy: Busy) -> Result<(String, usize), Trouble> {
    let profile = desk.profile_now().ok_or_else(|| Trouble::new("broken"))?;
    busy.set(Some((0, 1)));
    let records: Vec<Record> = desk.peek(|shelf| {
        let rows = ["story", "progress_note"].into_iter();
        let rows = rows.flat_map(|kind| shelf.of_kind(kind));
        let records = rows.filter_map(|row| shelf.whole(row.id));
        records
            .filter_map(|record| profile.grants.view(&record))
            .collect()
    });
    let blocks = summary::document(
        &shown.table,
        &records,
        &about(&profile, desk, shown),
        &Said(desk),
    );
    let blocks = serde_json::to_string(&blocks).unwrap_or_default();
    let mut office = Office::open().await?;
    let file = office.call("document", &[blocks.into()]).await?;
    note(desk, "summary", shown.table.rows.len() + 1).await?;
    let name = file_name(desk, "sheet.summary", "docx");
    leave(&file, DOCUMENT_TYPE, &name)?;
    Ok((name, shown.table.rows.len()))
}

/// Begins a sheet with its first rows.
async fn begin(office: &mut Office, sheet: &Sheet) -> Result<(), Trouble> {
    let layout = serde_json::to_string(&sheet.layout).unwrap_or_default();
    office.call("begin", &[layout.into()]).await?;
    add(office, &sheet.rows).await
}

async fn add(office: &mut Office, rows: &[Row]) -> Result<(), Trouble> {
    let rows = serde_json::to_string(rows).unwrap_or_default();
    office.call("add", &[rows.into()]).await?;
    Ok(())
}

/// Nothing leaves before the log has it.
async fn note(desk: Desk, what: &str, rows: usize) -> Result<(), Trouble> {
    let noted = deeds::exported(desk, what, rows as u64).await;
    noted.map_err(|_| Trouble::new("unlogged"))
}

fn leave(file: &JsValue, content_type: &str, name: &str) -> Result<(), Trouble> {
    office::download(file, content_type, name).map_err(|_| Trouble::new("broken"))
}

/// `务工人员-曹县-2026-02-17.xlsx`.
fn file_name(desk: Desk, key: &str, ending: &str) -> String {
    let language = desk.language.get_untracked();
    let area = desk.profile_now().and_then(|profile| profile.grants.home());
    let area = area.map_or_else(String::new, |area| Said(desk).area(area));
    let name = format!("{}-{area}-{}", language.label(key), now::today());
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let name: String = name.chars().filter(plain).collect();
    format!("{name}.{ending}")
}

/// What the app says, and whom it knows, at this moment.
pub struct Said(pub Desk);

impl Words for Said {
    fn label(&self, key: &str) -> String {
        self.0.label_now(key)
    }

    fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.0.language.get_untracked().fill(key, values)
    }

    /// A village with its township: many villages have the same name.
    fn area(&self, area: Area) -> String {
        let named = |area: Area| {
            let village = self
                .0
                .villages
                .with_untracked(|all| all.get(&area).cloned());
            village.or_else(|| area.name().map(str::to_owned))
        };
        let own = named(area).unwrap_or_else(|| area.to_string());
        let township = area.at(Level::Township).filter(|above| *above != area);
        match township.and_then(named) {
            Some(township) => format!("{township}{own}"),
            None => own,
        }
    }

    fn record(&self, id: Id) -> String {
        let desk = self.0;
        let row = desk.peek(|shelf| shelf.row(shelf.canonical(id)).cloned());
        row.map_or_else(|| self.label("form.hidden"), |row| name_of(desk, &row))
    }

    fn colleague(&self, id: Id) -> String {
        let known = self.0.profile_now().map(|profile| profile.colleagues);
        let found = known.into_iter().flatten().find(|c| c.person == id);
        found.map_or_else(|| self.label("record.somebody"), |c| c.name)
    }
}
