//! `bench [--only NAME,…] [--json FILE]`: measures, and prints tables of medians with their ratios.

use std::process::ExitCode;
use tests::bench::{BENCHES, json, table};

fn main() -> ExitCode {
    let (mut only, mut file) = (Vec::new(), None);
    let is_known = |name: &str| BENCHES.iter().any(|bench| bench.name == name);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match (word.as_str(), words.next()) {
            ("--only", Some(names)) if names.split(',').all(is_known) => {
                only = names.split(',').map(str::to_owned).collect();
            }
            ("--json", Some(path)) => file = Some(path),
            _ => {
                let names: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
                eprintln!(
                    "bench [--only NAME,…] [--json FILE]; NAME is one of: {}",
                    names.join(", ")
                );
                return ExitCode::from(2);
            }
        }
    }
    let mut all = serde_json::Map::new();
    for bench in BENCHES {
        if !only.is_empty() && !only.iter().any(|name| name == bench.name) {
            continue;
        }
        println!("{}: {}", bench.name, bench.what);
        match (bench.run)() {
            Ok(lines) => {
                println!("{}{}", table(&lines), load());
                all.insert(bench.name.to_owned(), json(&lines));
            }
            Err(said) => {
                eprintln!("{}: {said}", bench.name);
                return ExitCode::FAILURE;
            }
        }
    }
    if let Some(path) = file
        && let Err(error) = std::fs::write(&path, format!("{:#}\n", serde_json::Value::Object(all)))
    {
        eprintln!("{path}: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// How busy the machine was, where the system tells: processes that waited to run, on an average of
/// the last 1, 5 and 15 minutes.
fn load() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<&str> = told.split_whitespace().take(3).collect();
    format!("load {}\n", averages.join(" "))
}
