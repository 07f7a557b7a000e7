//! The inputs, one for each sort of field; every one carries its label, hint and problem.

use super::{Sheet, picture, spot};
use crate::desk::{Desk, desk};
use crate::store::shelf::Row;
use crate::ui::name_of;
use domain::field::{FieldSpec, Input};
use domain::value::Shape;
use domain::{Area, Department, Id, Value};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Up to this many options are chips; more are a list.
const CHIPS: usize = 12;

pub fn html_id(name: &str) -> String {
    format!("field-{name}")
}

/// Puts the cursor into a field, and the field into view.
pub fn focus(name: &str) {
    let document = web_sys::window().and_then(|w| w.document());
    let found = document.and_then(|d| d.get_element_by_id(&html_id(name)));
    if let Some(element) = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.scroll_into_view();
        let _ = element.focus();
    }
}

/// A field with its label, its input and its problem; nothing if it does not apply.
pub fn field(sheet: Sheet, spec: &'static FieldSpec) -> impl IntoView {
    let desk = desk();
    let label = format!("{}.{}", sheet.kind.name, spec.name);
    let id = html_id(&spec.name);
    let problem_id = format!("{id}-problem");
    let hint = desk
        .language
        .get_untracked()
        .find(&format!("{label}.hint"))
        .is_some();
    let hint_key = format!("{label}.hint");
    let needed = spec.is_required();
    let described = problem_id.clone();
    let input = move || one(sheet, spec, described.clone());
    let group = is_group(&spec.input);
    let title = move || {
        let words = desk.t(&label);
        if needed {
            words
        } else {
            desk.fill("form.optional", &[("field", &words)])
        }
    };
    let problem = Memo::new(move |_| sheet.shown_problem(spec));
    let shown = Memo::new(move |_| sheet.applies(spec));
    let head = if group {
        view! { <span class="label" id=format!("{id}-label")>{title}</span> }.into_any()
    } else {
        view! { <label class="label" for=id.clone()>{title}</label> }.into_any()
    };
    view! {
        <div class="field" class:hidden=move || !shown.get() data-field=spec.name.to_string()>
            {head}
            {hint.then(|| view! { <p class="hint">{move || desk.t(&hint_key)}</p> })}
            {input()}
            <p class="problem" id=problem_id aria-live="polite">
                {move || problem.get().map(|p| desk.t(&format!("problem.{}", p.key())))}
            </p>
        </div>
    }
}

const fn is_group(input: &Input) -> bool {
    matches!(
        input,
        Input::Choice(_)
            | Input::Choices(_)
            | Input::Department
            | Input::Flag
            | Input::Reference(_)
            | Input::Photos
            | Input::Signature
            | Input::Spot
    )
}

fn one(sheet: Sheet, spec: &'static FieldSpec, described: String) -> AnyView {
    match &spec.input {
        Input::Text => line(sheet, spec, described, "text", "text"),
        Input::Phone => line(sheet, spec, described, "tel", "tel"),
        Input::IdNumber { .. } => line(sheet, spec, described, "text", "text"),
        Input::LongText => long(sheet, spec, described),
        Input::Number(..) => number(sheet, spec, described, 1),
        Input::Money => number(sheet, spec, described, 100),
        Input::PastDate | Input::Date | Input::Moment => date(sheet, spec, described),
        Input::Choice(options) => chips(
            sheet,
            spec,
            options.iter().map(|o| (*o).to_owned()).collect(),
            Pick::One,
        ),
        Input::Choices(options) => chips(
            sheet,
            spec,
            options.iter().map(|o| (*o).to_owned()).collect(),
            Pick::Many,
        ),
        Input::Flag => chips(
            sheet,
            spec,
            vec!["yes".to_owned(), "no".to_owned()],
            Pick::Flag,
        ),
        Input::Department => {
            let keys = Department::KEYS
                .iter()
                .map(|key| (*key).to_owned())
                .collect();
            chips(sheet, spec, keys, Pick::Department)
        }
        Input::Reference(kinds) => reference(sheet, spec, kinds),
        Input::Area(_) => area(sheet, spec, described),
        Input::Photos => picture::photos(sheet, spec),
        Input::Signature => picture::signature(sheet, spec),
        Input::Spot => spot::spot(sheet, spec),
        _ => line(sheet, spec, described, "text", "text"),
    }
}

fn line(
    sheet: Sheet,
    spec: &'static FieldSpec,
    described: String,
    kind: &'static str,
    mode: &'static str,
) -> AnyView {
    let desk = desk();
    let value = move || {
        sheet
            .value(&spec.name)
            .as_text()
            .unwrap_or_default()
            .to_owned()
    };
    let invalid = move || sheet.shown_problem(spec).is_some().to_string();
    view! {
        <input id=html_id(&spec.name) type=kind inputmode=mode autocomplete="off"
            prop:value=value aria-describedby=described aria-invalid=invalid
            on:input:target=move |e| sheet.set(desk, spec, Value::Text(e.target().value()))
            on:blur=move |_| sheet.leave(spec)/>
    }
    .into_any()
}

fn long(sheet: Sheet, spec: &'static FieldSpec, described: String) -> AnyView {
    let desk = desk();
    let value = move || {
        sheet
            .value(&spec.name)
            .as_text()
            .unwrap_or_default()
            .to_owned()
    };
    let invalid = move || sheet.shown_problem(spec).is_some().to_string();
    view! {
        <textarea id=html_id(&spec.name) rows="3" prop:value=value
            aria-describedby=described aria-invalid=invalid
            on:input:target=move |e| sheet.set(desk, spec, Value::Text(e.target().value()))
            on:blur=move |_| sheet.leave(spec)></textarea>
    }
    .into_any()
}

/// A number, kept as so many parts of what is typed (fen of yuan).
fn number(sheet: Sheet, spec: &'static FieldSpec, described: String, parts: i64) -> AnyView {
    let desk = desk();
    let value = move || match sheet.value(&spec.name) {
        Value::Int(number) if parts == 1 => number.to_string(),
        Value::Int(number) => format!("{}.{:02}", number / parts, number % parts),
        other => other.as_text().unwrap_or_default().to_owned(),
    };
    let read = move |text: String| {
        let cleaned = domain::check::clean_text(&text);
        let (whole, rest) = cleaned.split_once('.').unwrap_or((&cleaned, ""));
        let cents = format!("{rest:0<2}");
        let fits = rest.len() <= 2 && (parts == 100 || rest.is_empty());
        match (whole.parse::<i64>(), cents.parse::<i64>()) {
            (Ok(whole), Ok(_)) if fits && parts == 1 => Value::Int(whole),
            (Ok(whole), Ok(cents)) if fits => Value::Int(whole.saturating_mul(parts) + cents),
            _ => Value::Text(text),
        }
    };
    view! {
        <input id=html_id(&spec.name) type="text" inputmode="decimal" autocomplete="off"
            prop:value=value aria-describedby=described
            on:change:target=move |e| sheet.set(desk, spec, read(e.target().value()))
            on:blur=move |_| sheet.leave(spec)/>
    }
    .into_any()
}

fn date(sheet: Sheet, spec: &'static FieldSpec, described: String) -> AnyView {
    let desk = desk();
    let value = move || {
        sheet
            .value(&spec.name)
            .as_text()
            .unwrap_or_default()
            .to_owned()
    };
    let past = matches!(spec.input, Input::PastDate);
    let quick: &[(&str, i64)] = if past {
        &[("day.today", 0), ("day.yesterday", -1)]
    } else {
        &[("day.tomorrow", 1)]
    };
    let chip = |(key, days): &(&'static str, i64)| {
        let (key, days) = (*key, *days);
        let day = move || {
            desk.today
                .get()
                .saturating_add(jiff::Span::new().days(days))
                .to_string()
        };
        view! {
            <button type="button" class="chip" aria-pressed=move || (value() == day()).to_string()
                on:click=move |_| sheet.set(desk, spec, Value::Text(day()))>
                {move || desk.t(key)}
            </button>
        }
    };
    view! {
        <div class="dates">
            {quick.iter().map(chip).collect_view()}
            <input id=html_id(&spec.name) type="date" prop:value=value aria-describedby=described
                on:input:target=move |e| sheet.set(desk, spec, Value::Text(e.target().value()))
                on:blur=move |_| sheet.leave(spec)/>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pick {
    One,
    Many,
    Flag,
    Department,
}

impl Pick {
    fn holds(self, value: &Value, option: &str) -> bool {
        match (self, value) {
            (Self::Many, Value::List(items)) => items.iter().any(|i| i.as_text() == Some(option)),
            (Self::Flag, Value::Bool(flag)) => *flag == (option == "yes"),
            (_, Value::Text(text)) => text == option,
            _ => false,
        }
    }

    /// The value after a tap on an option; a second tap takes it back.
    fn tapped(self, value: &Value, option: &str) -> Value {
        let held = self.holds(value, option);
        match self {
            Self::Many => {
                let mut items: Vec<String> = Shape::read(value).unwrap_or_default();
                if held {
                    items.retain(|item| item != option);
                } else {
                    items.push(option.to_owned());
                    items.sort_unstable();
                }
                items.write()
            }
            _ if held => Value::Null,
            Self::Flag => Value::Bool(option == "yes"),
            Self::One | Self::Department => option.into(),
        }
    }
}

fn chips(sheet: Sheet, spec: &'static FieldSpec, options: Vec<String>, pick: Pick) -> AnyView {
    let desk = desk();
    debug_assert!(options.len() <= CHIPS);
    let base = format!("{}.{}", sheet.kind.name, spec.name);
    let label = move |option: &str| match pick {
        Pick::Department => desk.t(&format!("department.{option}")),
        Pick::Flag => desk.t(option),
        _ => desk.t(&format!("{base}.{option}")),
    };
    let chip = move |option: String| {
        let (shown, held, tapped) = (option.clone(), option.clone(), option);
        let label = label.clone();
        let pressed = move || pick.holds(&sheet.value(&spec.name), &held).to_string();
        view! {
            <button type="button" class="chip" aria-pressed=pressed
                on:click=move |_| {
                    let next = pick.tapped(&sheet.value(&spec.name), &tapped);
                    sheet.set(desk, spec, next);
                }>
                {move || label(&shown)}
            </button>
        }
    };
    let id = html_id(&spec.name);
    view! {
        <div class="chips" role="group" tabindex="-1" aria-labelledby=format!("{id}-label") id=id>
            {options.into_iter().map(chip).collect_view()}
        </div>
    }
    .into_any()
}

/// Another record: the one that is known, or a search for one.
fn reference(sheet: Sheet, spec: &'static FieldSpec, kinds: &'static [&'static str]) -> AnyView {
    let desk = desk();
    let chosen = move || Id::read(&sheet.value(&spec.name));
    let words = RwSignal::new(String::new());
    let found = move || {
        let words = words.get().trim().to_lowercase();
        if words.is_empty() {
            Vec::new()
        } else {
            desk.read(|shelf| search(shelf, kinds, &words))
        }
    };
    let option = move |row: Row| {
        let (id, name) = (row.id, name_of(desk, &row));
        let place = desk.area_name(row.area);
        view! {
            <li><button type="button" class="row"
                on:click=move |_| sheet.set(desk, spec, id.write())>
                <span class="row-main"><span class="row-title">{name}</span>
                <span class="row-sub">{place}</span></span>
            </button></li>
        }
    };
    let id = html_id(&spec.name);
    let label = format!("{id}-label");
    let labelled = label.clone();
    view! {
        <div id=id tabindex="-1" role="group" aria-labelledby=labelled>
            {move || match chosen() {
                Some(id) => {
                    let row = desk.read(|shelf| shelf.row(id).cloned());
                    let name = row.map_or_else(|| desk.t("form.hidden"), |r| name_of(desk, &r));
                    view! {
                        <div class="chosen">
                            <span>{name}</span>
                            <button type="button" class="button quiet"
                                on:click=move |_| sheet.set(desk, spec, Value::Null)>
                                {desk.t("form.other")}
                            </button>
                        </div>
                    }.into_any()
                }
                None => view! {
                    <input type="search" autocomplete="off" prop:value=words
                        aria-labelledby=label.clone()
                        placeholder=desk.t("people.search")
                        on:input:target=move |e| words.set(e.target().value())/>
                    <ul class="list">{found().into_iter().map(option).collect_view()}</ul>
                }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn search(shelf: &crate::store::shelf::Shelf, kinds: &[&str], words: &str) -> Vec<Row> {
    let all = kinds.iter().flat_map(|kind| shelf.of_kind(kind));
    all.filter(|row| row.words.contains(words))
        .take(6)
        .cloned()
        .collect()
}

/// The villages of the person's own area.
fn area(sheet: Sheet, spec: &'static FieldSpec, described: String) -> AnyView {
    let desk = desk();
    let chosen = move || {
        sheet
            .value(&spec.name)
            .as_text()
            .unwrap_or_default()
            .to_owned()
    };
    let options = move || villages(desk, &chosen());
    view! {
        <select id=html_id(&spec.name) aria-describedby=described
            on:change:target=move |e| sheet.set(desk, spec, e.target().value().as_str().into())
            on:blur=move |_| sheet.leave(spec)>
            <option value="" selected=move || chosen().is_empty()>{move || desk.t("form.choose")}</option>
            {move || options().into_iter().map(|(code, name)| {
                let here = code.to_string();
                let is = here.clone();
                view! { <option value=here selected=move || chosen() == is>{name}</option> }
            }).collect_view()}
        </select>
    }
    .into_any()
}

fn villages(desk: Desk, chosen: &str) -> Vec<(Area, String)> {
    let Some(home) = desk.home() else {
        return Vec::new();
    };
    let mut villages: Vec<(Area, String)> = desk.villages.with(|villages| {
        let within = villages.iter().filter(|(area, _)| home.contains(**area));
        within.map(|(area, name)| (*area, name.clone())).collect()
    });
    if let Some(area) = Area::parse(chosen).filter(|a| villages.iter().all(|(v, _)| v != a)) {
        villages.push((area, desk.area_name(area)));
    }
    villages.sort_unstable();
    villages
}
