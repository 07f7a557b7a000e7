//! What the columns mean: recognised, and put right by hand; and what is said once for everybody.

use super::{Import, Step, consents, given, look, read, remember};
use crate::desk::{Desk, desk};
use domain::area::Level;
use domain::kinds::worker::FLOWS;
use domain::sheet::roster::{Field, Found};
use domain::value::Shape;
use domain::{Area, Value};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn Columns(import: Import) -> impl IntoView {
    let desk = desk();
    let missing = move || missing(desk, import);
    let go = move |_| {
        if missing().is_none() && import.busy.get_untracked().is_none() {
            import.trouble.set(None);
            import.busy.set(Some((0, 1)));
            spawn_local(async move {
                remember(desk, import).await;
                let done = read(desk, import).await;
                import.busy.try_set(None);
                match done {
                    Ok(()) => drop(import.step.try_set(Step::Preview)),
                    Err(trouble) => drop(import.trouble.try_set(Some(trouble))),
                }
            });
        }
    };
    view! {
        <p class="count-line">{move || import.file.get()}</p>
        {move || import.found.get().map(|found| view! {
            {sheets(desk, import, &found)}
            {heads(desk, import, &found)}
            {meanings(desk, import, &found)}
        })}
        {once(desk, import)}
        <div class="import-go">
            <p class="problem" aria-live="polite">{missing}</p>
            <div class="buttons">
                <button type="button" class="button" on:click=move |_| import.step.set(Step::File)>
                    {move || desk.t("import.other_file")}
                </button>
                <button type="button" class="button primary" on:click=go
                    disabled=move || missing().is_some() || import.busy.get().is_some()>
                    {move || desk.t("import.check")}
                </button>
            </div>
        </div>
    }
}

/// What one still has to say, if anything.
fn missing(desk: Desk, import: Import) -> Option<String> {
    let has = |field: Field| {
        import
            .columns
            .with(|columns| columns.contains(&Some(field)))
    };
    import.consented.track();
    let key = if !has(Field::Name) {
        "import.needs_name"
    } else if !has(Field::Village) && import.area.get().is_none() {
        "import.needs_area"
    } else if !has(Field::Flow) && import.flow.get().is_none() {
        "import.needs_flow"
    } else if import.consent.get().is_none() || given(import).is_none() {
        "import.needs_consent"
    } else {
        return None;
    };
    Some(desk.t(key))
}

/// Which sheet, if there are several.
fn sheets(desk: Desk, import: Import, found: &Found) -> Option<impl IntoView + use<>> {
    let chosen = found.sheet;
    let options = found.sheets.iter().enumerate().map(|(at, (name, rows))| {
        let text = desk.fill(
            "import.sheet_rows",
            &[("name", name), ("rows", &rows.to_string())],
        );
        view! { <option value=at.to_string() selected=at == chosen>{text}</option> }
    });
    (found.sheets.len() > 1).then(|| {
        view! {
            <div class="field">
                <label class="label" for="import-sheet">{desk.t("import.sheet")}</label>
                <select id="import-sheet" on:change:target=move |e| {
                    if let Ok(sheet) = e.target().value().parse() { look(desk, import, sheet, None); }
                }>{options.collect_view()}</select>
            </div>
        }
    })
}

/// Which row is the head.
fn heads(desk: Desk, import: Import, found: &Found) -> impl IntoView + use<> {
    let (sheet, at, sure) = (found.sheet, found.head.at, found.sure);
    let options = found
        .first
        .iter()
        .enumerate()
        .map(|(place, (number, cells))| {
            let said: Vec<&str> = cells
                .iter()
                .map(String::as_str)
                .filter(|c| !c.is_empty())
                .take(5)
                .collect();
            let values = [("row", number.to_string()), ("cells", said.join(" | "))];
            let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let text = desk.fill("import.head_row", &values);
            view! { <option value=place.to_string() selected=place == at>{text}</option> }
        });
    view! {
        <div class="field">
            <label class="label" for="import-head">{desk.t("import.head")}</label>
            <p class="hint">{desk.t(if sure { "import.head_sure" } else { "import.head_unsure" })}</p>
            <select id="import-head" on:change:target=move |e| {
                if let Ok(head) = e.target().value().parse() { look(desk, import, sheet, Some(head)); }
            }>{options.collect_view()}</select>
        </div>
    }
}

/// A line for each column that has a head or values.
fn meanings(desk: Desk, import: Import, found: &Found) -> impl IntoView + use<> {
    let columns = found.head.columns.iter().zip(&found.samples).enumerate();
    let filled =
        columns.filter(|(_, (column, sample))| !column.head.is_empty() || !sample.is_empty());
    let line =
        |(at, (column, sample)): (usize, (&domain::sheet::roster::head::Column, &String))| {
            let head = match column.head.as_str() {
                "" => desk.fill("import.column", &[("number", &(at + 1).to_string())]),
                head => head.to_owned(),
            };
            meaning(desk, import, at, head, sample.clone())
        };
    let lines = filled.map(line).collect_view();
    view! {
        <fieldset class="import-columns">
            <legend class="label">{desk.t("import.columns")}</legend>
            {lines}
        </fieldset>
    }
}

/// A meaning in the list of them.
fn key(field: Field) -> String {
    match field {
        Field::Own(at) => format!("own.{at}"),
        field => field.label().to_owned(),
    }
}

fn meaning(desk: Desk, import: Import, at: usize, head: String, sample: String) -> impl IntoView {
    let id = format!("import-column-{at}");
    let chosen = move || {
        import
            .columns
            .with(|columns| columns.get(at).copied().flatten())
    };
    let own = import.own.with_value(|own| own.len() as u8);
    let all = move || Field::ALL.iter().copied().chain((0..own).map(Field::Own));
    let option = move |field: Field| {
        view! {
            <option value=key(field) selected=move || chosen() == Some(field)>
                {move || import.called(desk, field)}
            </option>
        }
    };
    let choose = move |chosen: String| {
        let field = all().find(|field| key(*field) == chosen);
        import.columns.update(|columns| {
            // One column alone says one thing.
            columns
                .iter_mut()
                .filter(|held| field.is_some() && **held == field)
                .for_each(|held| *held = None);
            if let Some(held) = columns.get_mut(at) {
                *held = field;
            }
        });
    };
    view! {
        <div class="import-column" data-used=move || chosen().is_some().to_string()>
            <label for=id.clone()><strong>{head}</strong><span class="row-sub">{sample}</span></label>
            <select id=id on:change:target=move |e| choose(e.target().value())>
                <option value="" selected=move || chosen().is_none()>{move || desk.t("import.unused")}</option>
                {all().map(option).collect_view()}
            </select>
        </div>
    }
}

/// What holds for everybody of whom the file does not say it, and that they agreed.
fn once(desk: Desk, import: Import) -> impl IntoView {
    let has = move |field: Field| {
        import
            .columns
            .with(|columns| columns.contains(&Some(field)))
    };
    let flow = move |flow: &'static str| {
        let label = format!("worker.flow.{flow}");
        chip(
            desk,
            label,
            move || import.flow.get() == Some(flow),
            move || import.flow.set(Some(flow)),
        )
    };
    let consent = move |consent: &'static str| {
        let label = format!("worker.consent.{consent}");
        chip(
            desk,
            label,
            move || import.consent.get() == Some(consent),
            move || import.consent.set(Some(consent)),
        )
    };
    view! {
        {move || (!has(Field::Village)).then(|| village(desk, import))}
        <div class="field" role="group" aria-labelledby="import-flow">
            <span class="label" id="import-flow">{move || desk.t(if has(Field::Flow) { "import.flow_blank" } else { "import.flow" })}</span>
            <div class="chips">{FLOWS.iter().copied().map(flow).collect_view()}</div>
        </div>
        <div class="field" role="group" aria-labelledby="import-consent">
            <span class="label" id="import-consent">{move || desk.t("import.consent")}</span>
            <p class="hint">{move || desk.t("import.consent_hint")}</p>
            <div class="chips">{consents().map(consent).collect_view()}</div>
        </div>
        <div class="field">
            <label class="label" for="import-consented">{move || desk.t("import.consented")}</label>
            <input id="import-consented" type="date" max=move || desk.today.get().to_string()
                prop:value=move || import.consented.get().to_string()
                on:input:target=move |e| {
                    let day = Shape::read(&Value::Text(e.target().value()));
                    if let Some(day) = day.filter(|day| *day <= desk.today.get_untracked()) {
                        import.consented.set(day);
                    }
                }/>
        </div>
    }
}

fn chip(
    desk: Desk,
    label: String,
    chosen: impl Fn() -> bool + Send + 'static,
    choose: impl Fn() + Send + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="chip" aria-pressed=move || chosen().to_string()
            on:click=move |_| choose()>{move || desk.t(&label)}</button>
    }
}

/// One village for all, by township.
fn village(desk: Desk, import: Import) -> impl IntoView {
    let home = desk.home();
    let mut villages: Vec<(Area, String)> = desk.villages.with(|villages| {
        let mine = villages
            .iter()
            .filter(|(area, _)| home.is_some_and(|home| home.contains(**area)));
        mine.map(|(area, name)| (*area, name.clone())).collect()
    });
    villages.sort_unstable();
    let township = |area: &Area| area.at(Level::Township);
    let group = move |group: &[(Area, String)]| {
        let label = township(&group[0].0)
            .map(|area| desk.area_name(area))
            .unwrap_or_default();
        let options = group.iter().map(|(area, name)| {
            let area = *area;
            view! {
                <option value=area.to_string() selected=move || import.area.get() == Some(area)>
                    {name.clone()}
                </option>
            }
        });
        view! { <optgroup label=label>{options.collect_view()}</optgroup> }
    };
    view! {
        <div class="field">
            <label class="label" for="import-area">{move || desk.t("import.area")}</label>
            <select id="import-area" on:change:target=move |e| import.area.set(Area::parse(&e.target().value()))>
                <option value="" selected=move || import.area.get().is_none()>{move || desk.t("form.choose")}</option>
                {villages.chunk_by(|a, b| township(&a.0) == township(&b.0)).map(group).collect_view()}
            </select>
        </div>
    }
}
