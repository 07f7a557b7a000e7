//! 动态进展统计表: the progress table in the official layout. Title, unit and period, heads merged by
//! action, the total as sums of the rows below it, and the line to sign.

use super::{Cell, Content, Layout, Number, Paper, Row, Sheet, Style, Taker, Words, moment};
use super::{sheet_name, width};
use crate::indicator::{Figure, Indicator, Period, Table};

/// What the table speaks of.
#[derive(Clone, Debug)]
pub struct About {
    pub campaign: String,
    pub period: Period,
    /// What is shown of the table, those of one action one after another.
    pub columns: Vec<&'static Indicator>,
    pub taker: Taker,
}

/// The rows above the heads.
const HEADS_AT: u32 = 2;
/// The total stands right below the two rows of heads.
const TOTAL_AT: u32 = HEADS_AT + 2;

/// The table as a sheet: what the screen shows, figure by figure.
pub fn sheet(table: &Table, about: &About, words: &impl Words) -> Sheet {
    let columns = about.columns.len() + 1;
    let mut layout = Layout {
        name: sheet_name(&words.label("sheet.progress")),
        widths: widths(about, words),
        merges: Vec::new(),
        frozen: (TOTAL_AT, 1),
        paper: Paper::A3,
    };
    let last = columns as u16 - 1;
    let mut rows = vec![
        Row::across(Style::Title, title(about, words), columns).high(36),
        under_title(table, about, words, columns),
    ];
    layout.merge((0, 0), (0, last));
    let half = last / 2;
    layout.merge((1, 1), (0, half));
    layout.merge((1, 1), (half + 1, last));
    rows.extend(heads(&mut layout, about, words));
    rows.extend(body(table, about, words));
    let end = rows.len() as u32;
    for (at, text) in [signature(table, words), mark(table, about, words)]
        .into_iter()
        .enumerate()
    {
        let at = end + at as u32;
        layout.merge((at, at), (0, last));
        rows.push(Row::across(Style::Sign, text, columns).high(26));
    }
    Sheet { layout, rows }
}

fn title(about: &About, words: &impl Words) -> String {
    words.fill("sheet.progress_title", &[("campaign", &about.campaign)])
}

/// Who reports on the left, the period and the unit on the right.
fn under_title(table: &Table, about: &About, words: &impl Words, columns: usize) -> Row {
    let unit = words.fill("sheet.unit", &[("area", &words.area(table.total.area))]);
    let period = words.fill(
        "sheet.period",
        &[
            ("from", &about.period.from.to_string()),
            ("until", &about.period.until.to_string()),
        ],
    );
    let mut row = Row::across(Style::Mark, unit, columns).high(22);
    let half = (columns - 1) / 2;
    if let Some(cell) = row.cells.get_mut(half + 1) {
        *cell = Cell::text(Style::Mark, period);
    }
    row
}

fn widths(about: &About, words: &impl Words) -> Vec<u16> {
    let own = |indicator: &&Indicator| (width(&label(indicator, words)) / 2 + 3).clamp(9, 16);
    std::iter::once(18)
        .chain(about.columns.iter().map(own))
        .collect()
}

pub fn label(indicator: &Indicator, words: &impl Words) -> String {
    words.label(&format!("indicator.{}", indicator.name))
}

/// Two rows: the actions over their indicators, the area's own head over both.
fn heads(layout: &mut Layout, about: &About, words: &impl Words) -> [Row; 2] {
    let mut above = vec![Cell::text(Style::Head, words.label("progress.area"))];
    let mut below = vec![Cell::empty(Style::Head)];
    layout.merge((HEADS_AT, HEADS_AT + 1), (0, 0));
    let mut first = 1;
    for group in about.columns.chunk_by(|a, b| a.action == b.action) {
        let action = words.label(&format!("action.{}", group[0].action.key()));
        above.push(Cell::text(Style::Head, action));
        above.extend(vec![Cell::empty(Style::Head); group.len() - 1]);
        below.extend(
            group
                .iter()
                .map(|i| Cell::text(Style::Head, label(i, words))),
        );
        let last = first + group.len() as u16 - 1;
        layout.merge((HEADS_AT, HEADS_AT), (first, last));
        first = last + 1;
    }
    let row = |cells, height| Row {
        height: Some(height),
        cells,
    };
    [row(above, 24), row(below, 48)]
}

/// The total and the rows that it is the sum of. What is counted in the area itself and in none
/// below it has a row of its own, so that the sum is the total.
fn body(table: &Table, about: &About, words: &impl Words) -> Vec<Row> {
    let own = own_figures(table, about);
    let named = table
        .rows
        .iter()
        .map(|row| (words.area(row.area), row.figures.clone()));
    let mut lines: Vec<_> = named.collect();
    if let Some(figures) = own {
        lines.push((words.label("sheet.own_level"), figures));
    }
    let (from, until) = (TOTAL_AT + 1, TOTAL_AT + lines.len() as u32);
    let mut rows = vec![Row {
        height: Some(22),
        cells: std::iter::once(Cell::text(Style::Total, words.label("progress.total")))
            .chain(about.columns.iter().map(|indicator| {
                let figure = figure_of(&table.total.figures, indicator);
                let below = lines.iter().filter_map(|(_, f)| figure_of(f, indicator));
                let sum: i64 = below.map(|figure| figure.count).sum();
                let content = match figure_content(indicator, figure) {
                    // A figure that is no sum is written as it is.
                    Content::Number(number) if !lines.is_empty() && sum == number.parts => {
                        Content::Sum(from, until, number)
                    }
                    content => content,
                };
                Cell::new(Style::Total, content)
            }))
            .collect(),
    }];
    rows.extend(lines.into_iter().map(|(name, figures)| {
        Row {
            height: Some(20),
            cells: std::iter::once(Cell::text(Style::Body, name))
                .chain(about.columns.iter().map(|indicator| {
                    let figure = figure_of(&figures, indicator);
                    Cell::new(Style::Figure, figure_content(indicator, figure))
                }))
                .collect(),
        }
    }));
    rows
}

type Figures = std::collections::BTreeMap<String, Figure>;

fn figure_of(figures: &Figures, indicator: &Indicator) -> Option<Figure> {
    figures.get(indicator.name).copied()
}

/// What the rows lack to the total; `None` if they lack nothing.
fn own_figures(table: &Table, about: &About) -> Option<Figures> {
    let lacks = |indicator: &&Indicator| {
        let total = figure_of(&table.total.figures, indicator)?;
        let rows = || {
            table
                .rows
                .iter()
                .filter_map(|row| figure_of(&row.figures, indicator))
        };
        let count = total.count - rows().map(|figure| figure.count).sum::<i64>();
        let count = count.max(0);
        let of = total
            .of
            .map(|of| of - rows().filter_map(|figure| figure.of).sum::<i64>());
        Some((indicator.name.to_owned(), Figure { count, of }))
    };
    let figures: Figures = about.columns.iter().filter_map(lacks).collect();
    let nothing = |figure: &Figure| figure.count == 0 && figure.of.unwrap_or(0) == 0;
    (!table.rows.is_empty() && !figures.values().all(nothing)).then_some(figures)
}

fn figure_content(indicator: &Indicator, figure: Option<Figure>) -> Content {
    match figure {
        None => Content::Empty,
        Some(Figure { of: None, count }) => Content::Number(Number {
            parts: count,
            decimals: indicator.unit.decimals() as u8,
        }),
        Some(share) => share
            .per_mille()
            .map_or(Content::Text("—".to_owned()), Content::Share),
    }
}

/// A figure as the screen writes it.
pub fn figure_text(indicator: &Indicator, figure: Figure) -> String {
    match figure_content(indicator, Some(figure)) {
        Content::Number(number) => {
            crate::value::decimal(number.parts, usize::from(number.decimals))
        }
        Content::Share(tenths) => format!("{}%", crate::value::decimal(tenths, 1)),
        Content::Text(text) => text,
        _ => String::new(),
    }
}

fn signature(table: &Table, words: &impl Words) -> String {
    words.fill(
        "sheet.signature",
        &[("area", &words.area(table.total.area))],
    )
}

fn mark(table: &Table, about: &About, words: &impl Words) -> String {
    words.fill(
        "sheet.progress_mark",
        &[
            ("name", &about.taker.name),
            ("when", &moment(about.taker.at_ms)),
            ("count", &table.rows.len().to_string()),
        ],
    )
}
