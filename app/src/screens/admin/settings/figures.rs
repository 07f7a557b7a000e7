//! Targets, clocks and the reserve fund: settings that are figures.

use super::Draft;
use crate::desk::Desk;
use domain::Campaign;
use domain::campaign::{CLOCKS, Preset, Span};
use domain::indicator::{Count, INDICATORS, Indicator};
use leptos::prelude::*;

/// A figure of an input; what is no whole number is no figure, and `None` is an empty field.
enum Typed {
    Nothing,
    Figure(i64),
    Wrong,
}

fn typed(text: &str) -> Typed {
    let text = text.trim();
    match text.parse() {
        Ok(figure) => Typed::Figure(figure),
        Err(_) if text.is_empty() => Typed::Nothing,
        Err(_) => Typed::Wrong,
    }
}

/// One figure of the draft, with what it means.
fn number(
    id: String,
    name: String,
    hint: String,
    value: impl Fn() -> String + Send + 'static,
    set: impl Fn(&str) + Send + 'static,
) -> impl IntoView {
    let (of, hint_id) = (id.clone(), format!("{id}-hint"));
    let described = hint_id.clone();
    view! {
        <div class="field admin-figure">
            <label class="label" for=of>{name}</label>
            <p class="hint" id=hint_id>{hint}</p>
            <input id=id type="number" inputmode="numeric" aria-describedby=described
                prop:value=value on:change:target=move |e| set(&e.target().value())/>
        </div>
    }
}

pub fn targets(desk: Desk, draft: Draft) -> impl IntoView {
    let field = move |indicator: &'static Indicator| {
        let share = matches!(indicator.count, Count::Share(..));
        let unit = if share { 10 } else { 1 };
        let name = indicator.name;
        let held = move || draft.with(|c| c.targets.get(name).map(|target| target / unit));
        let value = move || held().map(|target| target.to_string()).unwrap_or_default();
        let set = move |text: &str| {
            draft.update(|campaign| match typed(text) {
                Typed::Figure(target) => {
                    let target = target.saturating_mul(unit);
                    campaign.targets.insert(name.to_owned(), target);
                }
                Typed::Nothing | Typed::Wrong => drop(campaign.targets.remove_entry(name)),
            });
        };
        let hint = if share {
            "admin.target_share"
        } else {
            "admin.target_count"
        };
        let words = desk.t(&format!("indicator.{name}"));
        number(format!("target-{name}"), words, desk.t(hint), value, set)
    };
    view! {
        <p class="hint">{desk.t("admin.targets_hint")}</p>
        <div class="admin-figures">{INDICATORS.iter().map(field).collect_view()}</div>
    }
}

/// A span as people say it: 2 个工作日.
pub fn spoken(desk: Desk, span: Span) -> String {
    let key = format!("admin.span.{}", span.unit());
    desk.fill(&key, &[("count", &span.count().to_string())])
}

pub fn clocks(desk: Desk, draft: Draft) -> impl IntoView {
    view! {
        <p class="hint">{desk.t("admin.clocks_hint")}</p>
        <div class="admin-figures">
            {CLOCKS.iter().map(|preset| clock(desk, draft, preset)).collect_view()}
        </div>
    }
}

const UNITS: [&str; 3] = ["hours", "days", "working_days"];

fn clock(desk: Desk, draft: Draft, preset: &'static Preset) -> impl IntoView {
    let name = preset.name;
    let span = move || {
        draft
            .with(|campaign| campaign.clock(name))
            .unwrap_or(preset.span)
    };
    let set = move |span: Option<Span>| {
        draft.update(|campaign| match span {
            // What is as it is by itself is not set: a later default then holds here, too.
            Some(span) if span != preset.span => {
                campaign.clocks.insert(name.to_owned(), span);
            }
            Some(_) => drop(campaign.clocks.remove(name)),
            None => {}
        });
    };
    let count = move |text: &str| match typed(text) {
        Typed::Figure(count) => {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            set(Span::of(span().unit(), count));
        }
        Typed::Nothing => set(Some(preset.span)),
        Typed::Wrong => {}
    };
    let unit = move |key: &str| set(Span::of(key, span().count()));
    let words = desk.t(&format!("clock.{name}"));
    let usual = desk.fill("admin.usual", &[("span", &spoken(desk, preset.span))]);
    let option = move |key: &'static str| {
        let selected = move || span().unit() == key;
        view! { <option value=key selected=selected>{desk.t(&format!("admin.unit.{key}"))}</option> }
    };
    let spoken = desk.fill("admin.unit_of", &[("name", &words)]);
    view! {
        <div class="admin-clock">
            {number(format!("clock-{name}"), words, usual, move || span().count().to_string(), count)}
            <select aria-label=spoken on:change:target=move |e| unit(&e.target().value())>
                {UNITS.map(option).collect_view()}
            </select>
        </div>
    }
}

pub fn fund(desk: Desk, draft: Draft) -> impl IntoView {
    let yuan = move || draft.with(|campaign| (campaign.fund_ceiling / 100).to_string());
    let share = move || draft.with(|campaign| campaign.replenish_below.to_string());
    let write = move |set: fn(&mut Campaign, i64)| {
        move |text: &str| {
            if let Typed::Figure(figure) = typed(text) {
                draft.update(|campaign| set(campaign, figure));
            }
        }
    };
    let ceiling = write(|campaign, yuan| campaign.fund_ceiling = yuan.saturating_mul(100));
    let below = write(|campaign, share| campaign.replenish_below = share);
    let word = |key: &str| desk.t(&format!("admin.{key}"));
    view! {
        {number("fund-ceiling".to_owned(), word("fund_ceiling"), word("fund_ceiling_hint"), yuan, ceiling)}
        {number("fund-below".to_owned(), word("fund_below"), word("fund_below_hint"), share, below)}
    }
}
