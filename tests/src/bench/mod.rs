//! Measured side by side, on the same work, in the same run: medians and their ratios.

mod encoding;
mod first;
mod many;
mod peers;
mod people;
mod phone;
pub mod province;
mod start;
mod sync;
mod wire;
mod write;

use serde_json::Value;

/// One line of a table: what was measured, by whom, and how it compares.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: String,
    pub figures: Vec<(&'static str, f64)>,
}

/// A measurement that can be asked for by its name.
#[derive(Clone, Copy, Debug)]
pub struct Bench {
    pub name: &'static str,
    pub what: &'static str,
    pub run: fn() -> Result<Vec<Line>, String>,
}

pub const BENCHES: &[Bench] = &[
    sync::PULL,
    sync::PUSH,
    wire::BENCH,
    start::OPEN,
    start::SEARCH,
    start::HEAP,
    first::BENCH,
    write::BENCH,
    many::BENCH,
    province::BENCH,
    encoding::BENCH,
];

/// The middle of what was measured.
fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The processor time that a process has taken, as the system counts it, in milliseconds and in steps
/// of ten: what else the machine does lengthens it less than the time on the clock. Not a number
/// where the system does not tell.
fn processor_ms(process: u32) -> f64 {
    let told = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name before it may hold anything, in brackets.
    let after = told.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks = after.split_whitespace().skip(11).take(2);
    let ticks: Vec<f64> = ticks.filter_map(|ticks| ticks.parse().ok()).collect();
    match ticks[..] {
        [own, system] => (own + system) * 10.0,
        _ => f64::NAN,
    }
}

/// Each with its median, how far its figures went apart, and its ratio to the first: of every round
/// by itself, since what else the machine does meets all of a round alike.
fn compared(times: &[(&str, Vec<f64>)]) -> Vec<Line> {
    let own = times
        .first()
        .map(|(_, own)| own.clone())
        .unwrap_or_default();
    let line = |(name, all): &(&str, Vec<f64>)| {
        let ratios: Vec<f64> = all.iter().zip(&own).map(|(one, own)| one / own).collect();
        Line {
            name: (*name).to_owned(),
            figures: vec![
                ("median", median(all)),
                ("least", all.iter().copied().fold(f64::INFINITY, f64::min)),
                ("most", all.iter().copied().fold(0.0, f64::max)),
                ("times ours", median(&ratios)),
            ],
        }
    };
    times.iter().map(line).collect()
}

/// The table as people read it; lines with other figures than those above them have a head of their
/// own.
pub fn table(lines: &[Line]) -> String {
    let cell = |text: &str| format!("{text:>14}");
    let (mut out, mut above) = (String::new(), Vec::new());
    for line in lines {
        let heads: Vec<&str> = line.figures.iter().map(|(head, _)| *head).collect();
        if heads != above {
            let head: String = heads.iter().map(|head| cell(head)).collect();
            out += &format!("{:<34}{head}\n", "");
            above = heads;
        }
        let figures = line.figures.iter().map(|(_, figure)| match figure {
            whole if whole.fract() == 0.0 => cell(&format!("{whole}")),
            part => cell(&format!("{part:.2}")),
        });
        out += &format!("{:<34}{}\n", line.name, figures.collect::<String>());
    }
    out
}

/// The same for programs.
pub fn json(lines: &[Line]) -> Value {
    let line = |line: &Line| {
        let figures = line.figures.iter();
        let figures = figures.map(|(head, figure)| ((*head).to_owned(), Value::from(*figure)));
        serde_json::json!({ "name": line.name, "figures": Value::Object(figures.collect()) })
    };
    lines.iter().map(line).collect()
}
