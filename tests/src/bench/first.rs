//! The first visit: what it downloads, and what Lighthouse says of it as on a phone.

use super::peers::{packages, succeed};
use super::{Bench, Line, median};
use crate::World;
use crate::chromium::chromium;
use crate::world::built;
use host::site::Asset;
use host::tools;
use serde_json::Value;
use std::process::Command;
use tempfile::TempDir;

pub const BENCH: Bench = Bench {
    name: "first",
    what: "a first visit: kB of brotli, and Lighthouse's points for a phone (of 100)",
    run,
};

const ROUNDS: usize = 5;

fn run() -> Result<Vec<Line>, String> {
    let world = World::new();
    let downloads = &built().downloads;
    let kilobytes = |files: &[Asset]| {
        let bytes: u64 = files.iter().map(|file| file.brotli).sum();
        bytes as f64 / 1e3
    };
    let reports: Vec<Value> = (0..ROUNDS)
        .map(|_| report(world.url()))
        .collect::<Result<_, _>>()?;
    let all = |pointer: &str| -> Vec<f64> {
        let found = reports
            .iter()
            .filter_map(|report| report.pointer(pointer)?.as_f64());
        found.collect()
    };
    let points = |name: &str| 100.0 * median(&all(&format!("/categories/{name}/score")));
    let figure = |name: &str| median(&all(&format!("/audits/{name}/numericValue")));
    let line = |name: &str, figures| Line {
        name: name.to_owned(),
        figures,
    };
    Ok(vec![
        line(
            "download",
            vec![
                ("screen kB", kilobytes(&downloads.first_screen)),
                ("offline kB", kilobytes(&downloads.first_visit)),
                ("later kB", kilobytes(&downloads.later)),
            ],
        ),
        line(
            "Lighthouse, points",
            vec![
                ("performance", points("performance")),
                ("accessible", points("accessibility")),
                ("practices", points("best-practices")),
            ],
        ),
        line(
            "Lighthouse, ms and kB",
            vec![
                ("first paint", figure("first-contentful-paint")),
                ("largest", figure("largest-contentful-paint")),
                ("blocked", figure("total-blocking-time")),
                ("speed index", figure("speed-index")),
                ("kB", figure("total-byte-weight") / 1e3),
            ],
        ),
    ])
}

fn report(url: &str) -> Result<Value, String> {
    let node = tools::ready().map_err(|error| error.to_string())?.node;
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let file = folder.path().join("report.json");
    let mut lighthouse = Command::new(node);
    lighthouse
        .arg(packages()?.join("node_modules/lighthouse/cli/index.js"))
        .args([
            url,
            "--quiet",
            "--output=json",
            "--only-categories=performance,accessibility,best-practices",
        ])
        .arg(format!("--output-path={}", file.display()))
        .arg("--chrome-flags=--headless --no-sandbox --disable-gpu")
        .env("CHROME_PATH", &chromium().browser);
    succeed(&mut lighthouse)?;
    let text = std::fs::read(&file).map_err(|error| error.to_string())?;
    let report: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    match report
        .pointer("/runtimeError/message")
        .and_then(Value::as_str)
    {
        Some(said) => Err(said.to_owned()),
        None => Ok(report),
    }
}
