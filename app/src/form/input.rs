//! The inputs, one for each sort of field; every one carries its label, hint and problem.

use super::Sheet;
use super::moment::moment;
use super::picture::{photos, signature};
use super::place::area;
use super::reference::{Takes, reference};
use super::spot::spot;
use crate::desk::desk;
use domain::area::Level;
use domain::field::{FieldSpec, Input};
use domain::value::Shape;
use domain::{Department, Value};
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
        let words = sheet.t(desk, &label);
        if needed {
            desk.fill("form.needed", &[("field", &words)])
        } else {
            words
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
            {super::twin::beside(sheet, spec)}
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
            | Input::References(_)
            | Input::Photos
            | Input::Signature
            | Input::Spot
    )
}

fn one(sheet: Sheet, spec: &'static FieldSpec, described: String) -> AnyView {
    match &spec.input {
        Input::Text => line(sheet, spec, described, "text", "text"),
        Input::Phone => line(sheet, spec, described, "tel", "tel"),
        Input::IdNumber { .. } | Input::CreditCode | Input::Plate => {
            line(sheet, spec, described, "text", "text")
        }
        Input::LongText => long(sheet, spec, described),
        Input::Number(..) => number(sheet, spec, described, 0),
        Input::Tenths(..) => number(sheet, spec, described, 1),
        Input::Money => number(sheet, spec, described, 2),
        Input::PastDate | Input::Date => date(sheet, spec, described),
        Input::PastMoment | Input::Moment => moment(sheet, spec, described),
        Input::Choice(options) => chips(sheet, spec, offered(sheet, spec, options), Pick::One),
        Input::Choices(options) => chips(sheet, spec, offered(sheet, spec, options), Pick::Many),
        Input::Flag => chips(
            sheet,
            spec,
            vec!["yes".to_owned(), "no".to_owned()],
            Pick::Flag,
        ),
        Input::Department => {
            let held = untrack(|| sheet.value(&spec.name));
            let keys = departments(held.as_text().unwrap_or_default());
            chips(sheet, spec, keys, Pick::Department)
        }
        Input::Reference(kinds) => reference(sheet, spec, kinds, Takes::One),
        Input::References(kinds) => reference(sheet, spec, kinds, Takes::Several),
        Input::Area(level) => area(sheet, spec, finest(*level), described),
        Input::Colleague => colleague(sheet, spec, described),
        Input::Photos => photos(sheet, spec),
        Input::Signature => signature(sheet, spec),
        Input::Spot => spot(sheet, spec),
    }
}

/// The departments that take part in the campaign, and the one that is written already.
fn departments(held: &str) -> Vec<String> {
    let campaign = desk().profile_now().map(|profile| profile.campaign);
    let offered = |one: &&Department| {
        one.key() == held || campaign.as_ref().is_none_or(|campaign| campaign.has(**one))
    };
    let offered = Department::ALL.iter().filter(offered);
    offered.map(|one| one.key().to_owned()).collect()
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

/// One of those whose work one meets.
fn colleague(sheet: Sheet, spec: &'static FieldSpec, described: String) -> AnyView {
    let desk = desk();
    let chosen = move || {
        sheet
            .value(&spec.name)
            .as_text()
            .unwrap_or_default()
            .to_owned()
    };
    let option = move |colleague: domain::wire::Colleague| {
        let id = colleague.person.to_string();
        let is = id.clone();
        view! { <option value=id selected=move || chosen() == is>{colleague.name}</option> }
    };
    let colleagues = move || {
        let profile = desk.profile();
        let mut known = profile
            .map(|profile| profile.colleagues)
            .unwrap_or_default();
        known.sort_by(|a, b| a.name.cmp(&b.name));
        known.into_iter().map(option).collect_view()
    };
    view! {
        <select id=html_id(&spec.name) aria-describedby=described
            on:change:target=move |e| sheet.set(desk, spec, Value::Text(e.target().value()))
            on:blur=move |_| sheet.leave(spec)>
            <option value="" selected=move || chosen().is_empty()>{move || desk.t("form.anybody")}</option>
            {colleagues}
        </select>
    }
    .into_any()
}

/// Records are kept in villages, funds in townships; between counties the county is enough.
const fn finest(level: Level) -> Level {
    match level {
        Level::Village | Level::Township => level,
        _ => Level::County,
    }
}

/// A number with so many decimals, kept as a whole one (fen of yuan, tenths of a degree).
fn number(sheet: Sheet, spec: &'static FieldSpec, described: String, decimals: usize) -> AnyView {
    let desk = desk();
    let value = move || match sheet.value(&spec.name) {
        Value::Int(number) => domain::value::decimal(number, decimals),
        other => other.as_text().unwrap_or_default().to_owned(),
    };
    let read = move |text: String| {
        let cleaned = domain::check::clean_number(&text);
        domain::value::of_decimal(&cleaned, decimals).map_or_else(
            || {
                if cleaned.is_empty() {
                    Value::Null
                } else {
                    Value::Text(text)
                }
            },
            Value::Int,
        )
    };
    let invalid = move || sheet.shown_problem(spec).is_some().to_string();
    let mode = if decimals == 0 { "numeric" } else { "decimal" };
    let step = move |by: i64| {
        let now = match sheet.value(&spec.name) {
            Value::Int(number) => number,
            _ => 0,
        };
        if let Input::Number(from, to) = spec.input {
            sheet.set(desk, spec, Value::Int((now + by).clamp(from, to)));
        }
    };
    let stepper = move |by: i64, sign: &'static str, key: &'static str| {
        (decimals == 0).then(|| {
            view! {
                <button type="button" class="button step" aria-label=move || desk.t(key)
                    on:click=move |_| step(by)>{sign}</button>
            }
        })
    };
    view! {
        <div class="stepper">
            {stepper(-1, "−", "form.less")}
            <input id=html_id(&spec.name) type="text" inputmode=mode autocomplete="off"
                prop:value=value aria-describedby=described aria-invalid=invalid
                on:change:target=move |e| sheet.set(desk, spec, read(e.target().value()))
                on:blur=move |_| sheet.leave(spec)/>
            {stepper(1, "+", "form.more_by_one")}
        </div>
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

fn offered(sheet: Sheet, spec: &FieldSpec, options: &[&str]) -> Vec<String> {
    let options = options.iter().filter(|option| sheet.offers(spec, option));
    options.map(|option| (*option).to_owned()).collect()
}

fn chips(sheet: Sheet, spec: &'static FieldSpec, options: Vec<String>, pick: Pick) -> AnyView {
    let desk = desk();
    debug_assert!(options.len() <= CHIPS);
    let base = format!("{}.{}", sheet.kind.name, spec.name);
    let label = move |option: &str| match pick {
        Pick::Department => desk.t(&format!("department.{option}")),
        Pick::Flag => desk.t(option),
        _ => sheet.t(desk, &format!("{base}.{option}")),
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
