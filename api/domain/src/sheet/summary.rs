//! 工作总结: the summary as a document (C50). Facts and what was done come from the table, figure by
//! figure; cases, problems and next steps from what was written down.

use super::progress::{About, figure_text, label};
use super::{Words, moment};
use crate::indicator::{Indicator, Row, Table};
use crate::kind::Action;
use crate::kinds::{progress_note, story};
use crate::{Area, Record};
use serde::{Deserialize, Serialize};

/// A document's parts, one below another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    Title(String),
    /// Below the title: whose it is.
    Subtitle(String),
    Heading(String),
    Subheading(String),
    /// Begins a page of its own.
    Annex(String),
    Text(String),
    /// Rows of cells; the first is the head.
    Table(Vec<Vec<String>>),
    /// Who signs, and when; to the right.
    Sign(String),
    /// Who took it out of the app, and when.
    Mark(String),
}

/// So many cases are told; the newest first.
const CASES: usize = 5;
/// So many notes on problems and next steps are taken over.
const NOTES: usize = 12;
/// A table of the areas has so many columns besides the area.
const COLUMNS: usize = 6;

/// The summary of an area: `records` are the stories and notes that may be seen.
pub fn document(
    table: &Table,
    records: &[Record],
    about: &About,
    words: &impl Words,
) -> Vec<Block> {
    let area = words.area(table.total.area);
    let filled = |key: &str| words.fill(key, &[("campaign", &about.campaign), ("area", &area)]);
    let mut blocks = vec![
        Block::Title(filled("summary.title")),
        Block::Subtitle(filled("summary.subtitle")),
        Block::Heading(words.label("summary.facts")),
        Block::Text(facts(table, about, words)),
        Block::Heading(words.label("summary.done")),
    ];
    blocks.extend(deeds(&table.total, about, words));
    blocks.push(Block::Heading(words.label("summary.results")));
    blocks.extend(results(table, about, words));
    blocks.push(Block::Heading(words.label("summary.cases")));
    blocks.extend(cases(table.total.area, records, words));
    for (heading, field) in [
        ("summary.problems", progress_note::PROBLEMS.name()),
        ("summary.next", progress_note::NEXT.name()),
    ] {
        blocks.push(Block::Heading(words.label(heading)));
        blocks.extend(notes(table.total.area, records, field, words));
    }
    blocks.push(Block::Sign(area));
    blocks.push(Block::Sign(crate::day_of(about.taker.at_ms).to_string()));
    let taken = [
        ("name", about.taker.name.as_str()),
        ("when", &moment(about.taker.at_ms)),
    ];
    blocks.push(Block::Mark(words.fill("summary.mark", &taken)));
    blocks.extend(annex(table, about, words));
    blocks
}

/// Where, when, and whom it is about.
fn facts(table: &Table, about: &About, words: &impl Words) -> String {
    let people = said(&table.total, Action::People, about, words);
    words.fill(
        "summary.facts_text",
        &[
            ("campaign", &about.campaign),
            ("area", &words.area(table.total.area)),
            ("from", &about.period.from.to_string()),
            ("until", &about.period.until.to_string()),
            ("people", &people),
        ],
    )
}

/// Action by action, in words and figures.
fn deeds(total: &Row, about: &About, words: &impl Words) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut number = 0;
    for group in about.columns.chunk_by(|a, b| a.action == b.action) {
        let action = group[0].action;
        let told = said(total, action, about, words);
        if action == Action::People || told.is_empty() {
            continue;
        }
        number += 1;
        let name = words.label(&format!("action.{}", action.key()));
        let number = words.label(&format!("summary.number.{number}"));
        let values = [("number", number.as_str()), ("action", name.as_str())];
        blocks.push(Block::Subheading(words.fill("summary.action", &values)));
        blocks.push(Block::Text(
            words.fill("summary.action_text", &[("told", &told)]),
        ));
    }
    blocks
}

/// The figures of an action in one sentence; what nobody did is not told.
fn said(total: &Row, action: Action, about: &About, words: &impl Words) -> String {
    let own = about
        .columns
        .iter()
        .filter(|indicator| indicator.action == action);
    let figure = |indicator: &&'static Indicator| {
        let figure = total
            .figures
            .get(indicator.name)
            .filter(|figure| figure.count != 0)?;
        let values = [
            ("label", label(indicator, words)),
            ("figure", figure_text(indicator, *figure)),
        ];
        let values = values.iter().map(|(name, value)| (*name, value.as_str()));
        Some(words.fill("summary.figure", &values.collect::<Vec<_>>()))
    };
    let told: Vec<String> = own.filter_map(figure).collect();
    told.join(&words.label("summary.comma"))
}

/// True if there is anything to tell of an indicator.
fn counted(table: &Table, indicator: &Indicator) -> bool {
    let figure = table.total.figures.get(indicator.name);
    figure.is_some_and(|figure| figure.count != 0)
}

/// The areas one below another, by the first figures of the actions that were carried out.
fn results(table: &Table, about: &About, words: &impl Words) -> Vec<Block> {
    let firsts = about.columns.chunk_by(|a, b| a.action == b.action);
    let counted = |group: &[&'static Indicator]| {
        let mut own = group.iter().copied();
        own.find(|indicator| counted(table, indicator))
    };
    let shown: Vec<&Indicator> = firsts.filter_map(counted).take(COLUMNS).collect();
    match shown.is_empty() || table.rows.is_empty() {
        true => vec![Block::Text(words.label("summary.nothing"))],
        false => vec![by_area(table, &shown, words)],
    }
}

/// Which areas gave each figure that was told, action by action.
fn annex(table: &Table, about: &About, words: &impl Words) -> Vec<Block> {
    let mut blocks = Vec::new();
    for group in about.columns.chunk_by(|a, b| a.action == b.action) {
        let told = group.iter().copied();
        let told: Vec<_> = told.filter(|one| counted(table, one)).collect();
        if !told.is_empty() && !table.rows.is_empty() {
            let action = words.label(&format!("action.{}", group[0].action.key()));
            blocks.push(Block::Subheading(action));
            blocks.extend(told.chunks(COLUMNS).map(|part| by_area(table, part, words)));
        }
    }
    if !blocks.is_empty() {
        blocks.insert(0, Block::Annex(words.label("summary.annex")));
    }
    blocks
}

fn by_area(table: &Table, shown: &[&Indicator], words: &impl Words) -> Block {
    let head = std::iter::once(words.label("progress.area"));
    let head = head.chain(shown.iter().map(|indicator| label(indicator, words)));
    let line = |name: String, row: &Row| {
        let figures = shown.iter().map(|indicator| {
            let figure = row.figures.get(indicator.name);
            figure
                .map(|figure| figure_text(indicator, *figure))
                .unwrap_or_default()
        });
        std::iter::once(name).chain(figures).collect::<Vec<_>>()
    };
    let mut rows = vec![head.collect()];
    rows.push(line(words.label("progress.total"), &table.total));
    rows.extend(table.rows.iter().map(|row| line(words.area(row.area), row)));
    Block::Table(rows)
}

fn within<'r>(area: Area, records: &'r [Record], kind: &str) -> Vec<&'r Record> {
    let own = |record: &&Record| {
        let here = record.area().is_some_and(|place| area.contains(place));
        here && record.kind == kind && !record.is_deleted()
    };
    let mut found: Vec<&Record> = records.iter().filter(own).collect();
    found.sort_by_key(|record| std::cmp::Reverse(record.id));
    found
}

fn cases(area: Area, records: &[Record], words: &impl Words) -> Vec<Block> {
    let stories = within(area, records, story::STORY.name);
    if stories.is_empty() {
        return vec![Block::Text(words.label("summary.to_fill"))];
    }
    let told = |record: &&Record| {
        let place = record
            .area()
            .map_or_else(String::new, |area| words.area(area));
        let title = record.text(story::TITLE.name());
        [
            Block::Subheading(words.fill("summary.case", &[("title", title), ("area", &place)])),
            Block::Text(record.text(story::TEXT.name()).to_owned()),
        ]
    };
    stories.iter().take(CASES).flat_map(told).collect()
}

fn notes(area: Area, records: &[Record], field: &str, words: &impl Words) -> Vec<Block> {
    let noted = within(area, records, progress_note::PROGRESS_NOTE.name);
    let said = |record: &&Record| {
        let text = record.text(field);
        let place = record
            .area()
            .map_or_else(String::new, |area| words.area(area));
        let values = [("area", place.as_str()), ("text", text)];
        (!text.is_empty()).then(|| Block::Text(words.fill("summary.note", &values)))
    };
    let told: Vec<Block> = noted.iter().filter_map(said).take(NOTES).collect();
    if told.is_empty() {
        vec![Block::Text(words.label("summary.to_fill"))]
    } else {
        told
    }
}
