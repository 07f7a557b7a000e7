//! Who is in the roster, and row by row what is wrong and what to do; then all of it is taken in.

use super::journal::{self};
use super::sort::{Deal, Homes, Work};
use super::{Import, Step};
use crate::desk::{Desk, desk};
use crate::office::Trouble;
use domain::Value;
use domain::sheet::roster::{Entry, Fault, What};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Rows with something wrong on the screen at first; more come with a tap.
const SHOWN: usize = 50;
/// So many people are made ready at once.
const PART: usize = 200;

#[component]
pub fn Preview(import: Import) -> impl IntoView {
    let desk = desk();
    let (fresh, sure, likely, faulty, notes) = import.sorted.with_value(|sorted| {
        let sure = sorted.known.iter().filter(|known| known.sure).count();
        let likely = sorted.known.len() - sure;
        (
            sorted.fresh.len(),
            sure,
            likely,
            sorted.faulty.len(),
            sorted.notes,
        )
    });
    let deal_sure = RwSignal::new(Deal::Update);
    let deal_likely = RwSignal::new(Deal::Skip);
    let nothing = move || fresh == 0 && sure + likely == 0;
    let go = move |_| {
        if import.busy.get_untracked().is_none() {
            import.busy.set(Some((0, 1)));
            spawn_local(take(
                desk,
                import,
                deal_sure.get_untracked(),
                deal_likely.get_untracked(),
            ));
        }
    };
    let stat = move |count: usize, key: &'static str| {
        view! { <div class="stat"><strong>{count}</strong><span>{move || desk.t(key)}</span></div> }
    };
    view! {
        <p class="count-line">{move || import.file.get()}</p>
        <div class="stats import-stats">
            {stat(fresh, "import.new")}{stat(sure + likely, "import.known")}{stat(faulty, "import.faulty")}
        </div>
        {(notes > 0).then(|| view! {
            <p class="hint">{move || desk.fill("import.notes", &[("count", &notes.to_string())])}</p>
        })}
        {(sure > 0).then(|| deals(desk, sure, "import.known_sure", deal_sure))}
        {(likely > 0).then(|| deals(desk, likely, "import.known_likely", deal_likely))}
        {(faulty > 0).then(|| faults(desk, import))}
        <div class="import-go">
            <div class="buttons">
                <button type="button" class="button" on:click=move |_| import.step.set(Step::Columns)>
                    {move || desk.t("import.back")}
                </button>
                <button type="button" class="button primary" on:click=go
                    disabled=move || nothing() || import.busy.get().is_some()>
                    {move || desk.fill("import.go", &[("count", &fresh.to_string())])}
                </button>
            </div>
        </div>
    }
}

/// What is done with those who are known: the same for all of them.
fn deals(desk: Desk, count: usize, key: &'static str, deal: RwSignal<Deal>) -> impl IntoView {
    let chip = move |one: Deal, label: &'static str| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (deal.get() == one).to_string()
                on:click=move |_| deal.set(one)>{move || desk.t(label)}</button>
        }
    };
    view! {
        <div class="field" role="group" aria-labelledby=key>
            <span class="label" id=key>{move || desk.fill(key, &[("count", &count.to_string())])}</span>
            <div class="chips">
                {chip(Deal::Update, "import.update")}{chip(Deal::Skip, "import.skip")}
            </div>
        </div>
    }
}

/// The rows that are not taken, each with what to do.
fn faults(desk: Desk, import: Import) -> impl IntoView {
    let shown = RwSignal::new(SHOWN);
    let count = import.sorted.with_value(|sorted| sorted.faulty.len());
    let rows = move || {
        import.sorted.with_value(|sorted| {
            let rows = sorted.faulty.iter().take(shown.get());
            rows.cloned().collect::<Vec<_>>()
        })
    };
    view! {
        <section>
            <h2 class="group">{move || desk.t("import.faults")}</h2>
            <p class="hint">{move || desk.t("import.faults_hint")}</p>
            <ol class="list import-faults">
                <For each=rows key=|entry| entry.row children=move |entry| row(desk, import, entry)/>
            </ol>
            {move || (count > shown.get()).then(|| view! {
                <button type="button" class="button wide" on:click=move |_| shown.update(|n| *n += SHOWN)>
                    {desk.t("people.more")}
                </button>
            })}
        </section>
    }
}

fn row(desk: Desk, import: Import, entry: Entry) -> impl IntoView {
    let name = entry
        .cells
        .get("name")
        .and_then(Value::as_text)
        .unwrap_or_default();
    let title = desk.fill(
        "import.row",
        &[("row", &entry.row.to_string()), ("name", name)],
    );
    let faults = entry
        .faults
        .into_iter()
        .map(|fault| view! { <li>{said(desk, import, &fault)}</li> });
    view! {
        <li class="import-fault">
            <strong>{title}</strong>
            <ul>{faults.collect_view()}</ul>
        </li>
    }
}

/// A fault in words: the column, what stands there, and what to do.
fn said(desk: Desk, import: Import, fault: &Fault) -> String {
    let what = match fault.what {
        What::Problem(problem) => desk.t(&format!("problem.{}", problem.key())),
        What::Twice(row) => desk.fill("roster.fault.twice", &[("row", &row.to_string())]),
        what => desk.t(&format!("roster.fault.{}", what.key())),
    };
    let column = fault
        .field
        .map(|field| import.called(desk, field))
        .unwrap_or_default();
    let key = if fault.said.is_empty() {
        "import.fault"
    } else {
        "import.fault_said"
    };
    desk.fill(
        key,
        &[("column", &column), ("said", &fault.said), ("what", &what)],
    )
}

async fn take(desk: Desk, import: Import, sure: Deal, likely: Deal) {
    import.trouble.set(None);
    let work = ready(desk, import, sure, likely).await;
    let saved = match work {
        Some(work) => journal::save(desk, &import.file.get_untracked(), work, import.busy).await,
        None => Err(Trouble::new("unread")),
    };
    import.busy.try_set(None);
    match saved {
        Ok(journal) => {
            import.last.try_set(Some(journal));
            import
                .sorted
                .try_update_value(|sorted| *sorted = Default::default());
            import.office.try_update_value(|office| *office = None);
            import.step.try_set(Step::Done);
        }
        Err(trouble) => drop(import.trouble.try_set(Some(trouble))),
    }
}

/// All that is to be saved, made ready part by part.
async fn ready(desk: Desk, import: Import, sure: Deal, likely: Deal) -> Option<Work> {
    let mut homes = Homes::default();
    let households: Vec<_> =
        desk.peek(|shelf| shelf.of_kind("household").map(|row| row.id).collect());
    for part in households.chunks(PART) {
        desk.peek(|shelf| part.iter().for_each(|id| homes.add(shelf, *id)));
        TimeoutFuture::new(0).await;
    }
    let sorted = import.sorted.try_get_value()?;
    let mut work = Work::default();
    for part in sorted.fresh.chunks(PART) {
        for entry in part {
            work.register(desk, &mut homes, entry)?;
        }
        TimeoutFuture::new(0).await;
    }
    for part in sorted.known.chunks(PART) {
        for known in part {
            let deal = if known.sure { sure } else { likely };
            if deal == Deal::Update {
                work.update(desk, &mut homes, known);
            }
        }
        TimeoutFuture::new(0).await;
    }
    Some(work)
}
