//! 导入名册: a roster from a file into records, in steps on one screen: the file, what its columns mean,
//! who is in it and what is wrong with whom, and then all of it at once, as one thing that can be
//! taken back.

mod columns;
mod journal;
mod preview;
mod sort;

use sort::may_import;

use crate::desk::{Desk, desk};
use crate::office::{Office, Trouble};
use crate::ui::{empty, icon};
use crate::{now, own};
use columns::Columns;
use domain::Area;
use domain::area::Level;
use domain::kinds::worker::CONSENTS;
use domain::own::OwnField;
use domain::sheet::roster::{self, Field, Found, Given, Part, Plan};
use jiff::civil::Date;
use journal::{Busy, Journal, Undone};
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use preview::Preview;
use sort::Sorted;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

/// So many rows are read at once by the thread that reads.
const PART: u32 = 500;
/// The setting with what columns meant last time.
const COLUMNS: &str = "roster";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    File,
    Columns,
    Preview,
    Done,
}

/// The import that is going on.
#[derive(Clone, Copy)]
pub struct Import {
    step: RwSignal<Step>,
    file: RwSignal<String>,
    found: RwSignal<Option<Found>>,
    columns: RwSignal<Vec<Option<Field>>>,
    flow: RwSignal<Option<&'static str>>,
    area: RwSignal<Option<Area>>,
    consent: RwSignal<Option<&'static str>>,
    consented: RwSignal<Date>,
    busy: Busy,
    trouble: RwSignal<Option<Trouble>>,
    sorted: StoredValue<Sorted, LocalStorage>,
    office: StoredValue<Option<Office>, LocalStorage>,
    last: RwSignal<Option<Journal>, LocalStorage>,
    undone: RwSignal<Option<Undone>>,
    /// The campaign's own fields that a column may mean, as they were when the import was begun.
    own: StoredValue<Vec<OwnField>>,
}

impl Import {
    /// What a column's meaning is called.
    fn called(self, desk: Desk, field: Field) -> String {
        let own = match field {
            Field::Own(at) => self.own.with_value(|own| {
                let own = own.get(usize::from(at));
                own.map(|own| own::said(desk.language.get(), &own.label))
            }),
            _ => None,
        };
        own.unwrap_or_else(|| desk.t(field.label()))
    }
}

/// The way here, for those who may register people.
pub fn link(desk: Desk) -> impl IntoView {
    move || {
        may_import(desk).then(|| {
            view! {
                <a class="button quiet head-action" href="/import">
                    {icon("plus")}<span>{move || desk.t("import.link")}</span>
                </a>
            }
        })
    }
}

#[component]
pub fn Import() -> impl IntoView {
    let desk = desk();
    let import = Import {
        step: RwSignal::new(Step::File),
        file: RwSignal::new(String::new()),
        found: RwSignal::new(None),
        columns: RwSignal::new(Vec::new()),
        flow: RwSignal::new(None),
        area: RwSignal::new(
            desk.profile_now()
                .and_then(|p| p.grants.home())
                .filter(|a| a.level() == Level::Village),
        ),
        consent: RwSignal::new(None),
        consented: RwSignal::new(now::today()),
        busy: RwSignal::new(None),
        trouble: RwSignal::new(None),
        sorted: StoredValue::new_local(Sorted::default()),
        office: StoredValue::new_local(None),
        last: RwSignal::new_local(None),
        undone: RwSignal::new(None),
        own: StoredValue::new(
            desk.profile_now()
                .map(|profile| roster::own::of_roster(&profile.campaign.own))
                .unwrap_or_default(),
        ),
    };
    spawn_local(async move {
        let last = journal::last(desk).await;
        import.last.try_set(last);
    });
    // Each step begins at its top.
    Effect::new(move |_| {
        import.step.track();
        if let Some(window) = web_sys::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
    let step = move || match import.step.get() {
        Step::File => first(desk, import).into_any(),
        Step::Columns => view! { <Columns import/> }.into_any(),
        Step::Preview => view! { <Preview import/> }.into_any(),
        Step::Done => done(desk, import).into_any(),
    };
    view! {
        <div class="import">
            <header class="head">
                <a class="button quiet icon-only" href="/people" aria-label=move || desk.t("record.back")>
                    {icon("back")}
                </a>
                <h1>{move || desk.t("import.title")}</h1>
            </header>
            {move || if may_import(desk) { step().into_any() } else { empty("import.not_allowed").into_any() }}
            {trouble(desk, import)}
            {progress(desk, import)}
        </div>
    }
}

/// What went wrong, until the next try.
fn trouble(desk: Desk, import: Import) -> impl IntoView {
    view! {
        <div role="alert">
            {move || import.trouble.get().map(|trouble| view! {
                <p class="refused">{trouble.said(desk.language.get())}</p>
            })}
        </div>
    }
}

/// How far the work is, which goes on in a thread of its own.
fn progress(desk: Desk, import: Import) -> impl IntoView {
    let share = move || {
        let (done, all) = import.busy.get()?;
        Some(done * 100 / all.max(1))
    };
    move || {
        share().map(|_| {
            view! {
                <div class="import-busy" role="status">
                    <progress max="100" prop:value=move || share().unwrap_or(100).to_string()
                        aria-label=move || desk.t("import.busy")></progress>
                    <span>{move || {
                        let (done, all) = import.busy.get().unwrap_or_default();
                        desk.fill("import.so_far", &[("done", &done.to_string()), ("all", &all.to_string())])
                    }}</span>
                </div>
            }
        })
    }
}

/// The file, and the last import, which can be taken back.
fn first(desk: Desk, import: Import) -> impl IntoView {
    let choose = move |event: leptos::ev::Event| {
        let field = event
            .target()
            .and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
        let file = field.as_ref().and_then(|field| field.files()?.get(0));
        if let Some(file) = file {
            spawn_local(open(desk, import, file));
        }
        // The same file may be chosen again after it was put right.
        if let Some(field) = field {
            field.set_value("");
        }
    };
    view! {
        <section class="card">
            <p>{move || desk.t("import.what")}</p>
            <p class="hint">{move || desk.t("import.formats")}</p>
            <label class="button primary import-file">
                {icon("plus")}{move || desk.t("import.choose")}
                <input type="file" class="hidden" disabled=move || import.busy.get().is_some()
                    accept=".xlsx,.xls,.xlsm,.xlsb,.et,.ods,.csv,.txt" on:change=choose/>
            </label>
        </section>
        {last(desk, import)}
    }
}

/// What the last import did.
fn last(desk: Desk, import: Import) -> impl IntoView {
    let back = move |_| {
        let journal = import.last.get_untracked();
        if let Some(journal) = journal.filter(|_| import.busy.get_untracked().is_none()) {
            spawn_local(take_back(desk, import, journal));
        }
    };
    let said = move |journal: &Journal| {
        let key = if journal.until.is_some() {
            "import.last"
        } else {
            "import.cut_off"
        };
        let count = journal.people + journal.before.len();
        let values = [
            ("file", journal.file.as_str()),
            ("when", &desk.moment(journal.at_ms)),
            ("count", &count.to_string()),
        ];
        desk.fill(key, &values)
    };
    view! {
        <div role="status">
            {move || import.undone.get().map(|undone| view! {
                <p class="notice">{desk.fill("import.undone", &[
                    ("back", &undone.back.to_string()), ("kept", &undone.kept.to_string()),
                ])}</p>
            })}
        </div>
        {move || import.last.with(|last| last.as_ref().map(|journal| view! {
            <section class="card">
                <p>{said(journal)}</p>
                <button type="button" class="button danger" disabled=move || import.busy.get().is_some()
                    on:click=back>{move || desk.t("import.undo")}</button>
            </section>
        }))}
    }
}

async fn take_back(desk: Desk, import: Import, journal: Journal) {
    import.trouble.set(None);
    import.busy.set(Some((0, journal.made.len().max(1))));
    let undone = journal::undo(desk, &journal, import.busy).await;
    import.busy.try_set(None);
    match undone {
        Ok(undone) => {
            import.last.try_set(None);
            import.undone.try_set(Some(undone));
            import.step.try_set(Step::File);
        }
        Err(trouble) => drop(import.trouble.try_set(Some(trouble))),
    }
}

/// Opens a file in the thread that reads, and recognises its head.
async fn open(desk: Desk, import: Import, file: File) {
    import.trouble.set(None);
    import.undone.set(None);
    import.file.set(file.name());
    import.busy.set(Some((0, 1)));
    let opened = opened(&file).await;
    import.busy.try_set(None);
    match opened {
        Ok((office, found)) => {
            let held = remembered(desk).await;
            import.office.try_update_value(|held| *held = Some(office));
            show(import, found, &held);
            import.step.try_set(Step::Columns);
        }
        Err(trouble) => drop(import.trouble.try_set(Some(trouble))),
    }
}

async fn opened(file: &File) -> Result<(Office, Found), Trouble> {
    let broken = |_| Trouble::new("unread");
    let bytes = JsFuture::from(file.array_buffer()).await.map_err(broken)?;
    let bytes = Uint8Array::new(&bytes);
    let mut office = Office::open().await?;
    let found = office.call("open", &[bytes.into()]).await?;
    Ok((office, found_of(&found.as_string().unwrap_or_default())?))
}

fn found_of(json: &str) -> Result<Found, Trouble> {
    serde_json::from_str(json).map_err(|_| Trouble::new("asked"))
}

/// Shows what was found, with what these columns meant last time.
fn show(import: Import, found: Found, held: &BTreeMap<String, Option<Field>>) {
    let meant = |column: &domain::sheet::roster::head::Column| {
        let plain = domain::sheet::roster::field::plain(&column.head);
        let known = held.get(&plain).copied().unwrap_or(column.field);
        let own = || {
            import
                .own
                .with_value(|own| roster::own::recognise(own, &column.head))
        };
        known.or_else(own)
    };
    import
        .columns
        .try_set(found.head.columns.iter().map(meant).collect());
    import.found.try_set(Some(found));
}

/// Looks at another sheet, or at another row as the head.
fn look(desk: Desk, import: Import, sheet: usize, head: Option<usize>) {
    spawn_local(async move {
        let Some(mut office) = import.office.try_update_value(Option::take).flatten() else {
            return;
        };
        let head = head.map_or(-1.0, |head| head as f64);
        let answer = office
            .call("look", &[(sheet as f64).into(), head.into()])
            .await;
        import.office.try_update_value(|held| *held = Some(office));
        let found = answer.and_then(|json| found_of(&json.as_string().unwrap_or_default()));
        match found {
            Ok(found) => show(import, found, &remembered(desk).await),
            Err(trouble) => drop(import.trouble.try_set(Some(trouble))),
        }
    });
}

async fn remembered(desk: Desk) -> BTreeMap<String, Option<Field>> {
    let held = desk.store().setting(COLUMNS).await.ok().flatten();
    let text = held.and_then(|held| held.as_string()).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Keeps what the columns mean, for the next file of the same form.
async fn remember(desk: Desk, import: Import) {
    let mut held = remembered(desk).await;
    let columns = import.columns.get_untracked();
    import.found.with_untracked(|found| {
        let heads = found.iter().flat_map(|found| &found.head.columns);
        for (column, field) in heads.zip(columns) {
            let plain = domain::sheet::roster::field::plain(&column.head);
            // The campaign's own are known by their names.
            if !plain.is_empty() && !matches!(field, Some(Field::Own(_))) {
                held.insert(plain, field);
            }
        }
    });
    let text = serde_json::to_string(&held).unwrap_or_default();
    // On a full device it is said once more next time.
    let _ = desk.store().set(COLUMNS, &text.into()).await;
}

/// Reads all rows, and tells those who are known from those who are not.
async fn read(desk: Desk, import: Import) -> Result<(), Trouble> {
    let broken = || Trouble::new("unread");
    let profile = desk.profile_now().ok_or_else(broken)?;
    let found = import.found.get_untracked().ok_or_else(broken)?;
    let columns = import.columns.get_untracked();
    let flow_said = columns.contains(&Some(Field::Flow));
    let villages = desk.villages.get_untracked();
    if villages.is_empty() {
        return Err(Trouble::new("no_villages"));
    }
    // Who names a township next door is told that it is not theirs, not that there is none.
    let county = |area: Area| area.at(Level::County).unwrap_or(area);
    let plan = Plan {
        sheet: found.sheet,
        from: found.head.end(),
        columns,
        villages: villages
            .iter()
            .map(|(area, name)| (*area, name.clone()))
            .collect(),
        within: profile
            .grants
            .0
            .iter()
            .map(|grant| county(grant.area))
            .collect(),
        grants: profile.grants,
        given: given(import).ok_or_else(broken)?,
        own: import.own.get_value(),
        today: now::today(),
    };
    let plan = serde_json::to_string(&plan).unwrap_or_default();
    let office = import.office.try_update_value(Option::take).flatten();
    let mut office = office.ok_or_else(broken)?;
    office.call("plan", &[plan.into()]).await?;
    let mut sorted = Sorted::default();
    loop {
        let part = office.call("next", &[PART.into()]).await?;
        let part: Part =
            serde_json::from_str(&part.as_string().unwrap_or_default()).map_err(|_| broken())?;
        sorted.notes += part.notes;
        sorted.add(desk, part.entries, flow_said);
        import.busy.try_set(Some((part.done, part.all)));
        if part.done >= part.all {
            break;
        }
    }
    import.office.try_update_value(|held| *held = Some(office));
    import.sorted.try_update_value(|held| *held = sorted);
    Ok(())
}

/// What was said once for all; `None` while something is missing.
fn given(import: Import) -> Option<Given> {
    Some(Given {
        flow: import.flow.get_untracked().map(str::to_owned),
        area: import.area.get_untracked(),
        consent: import.consent.get_untracked()?.to_owned(),
        consented: import.consented.get_untracked(),
    })
}

/// How people agree to be recorded; whoever refused is in no roster.
fn consents() -> impl Iterator<Item = &'static str> {
    CONSENTS
        .iter()
        .copied()
        .filter(|consent| *consent != "refused")
}

/// What was done, and the way back.
fn done(desk: Desk, import: Import) -> impl IntoView {
    let again = move |_| import.step.set(Step::File);
    view! {
        <p class="notice" role="status">{move || desk.t("import.done")}</p>
        {last(desk, import)}
        <div class="buttons">
            <a class="button primary" href="/people">{move || desk.t("import.to_people")}</a>
            <button type="button" class="button" on:click=again>{move || desk.t("import.next_file")}</button>
        </div>
    }
}
