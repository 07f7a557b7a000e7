//! Which form a page of records should have: size, plain and compressed, and the time to write and
//! read it inside V8's wasm, which is where the phone does it.

use super::{Bench, Line};
use crate::World;
use crate::world::county;
use domain::grant::Role;
use domain::pack;
use host::{build, tools, training};
use std::path::PathBuf;
use std::process::Command;

pub const BENCH: Bench = Bench {
    name: "encoding",
    what: "a snapshot of the training county, in wasm: KiB, and ms to write and read it",
    run,
};

fn run() -> Result<Vec<Line>, String> {
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    let wasm = module()?;
    let world = World::new();
    training::fill(world.server()).map_err(|error| failed(&error))?;
    let manager = world.device("县统筹", Role::Coordinator, "371721");
    let held = manager.pull(county()).map_err(|error| failed(&error))?;
    let packed: Vec<Vec<u8>> = held.values().map(pack::pack).collect();
    let folder = tempfile::tempdir().map_err(|error| failed(&error))?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes)
            .map(|()| path)
            .map_err(|error| failed(&error))
    };
    let page = write("page", &pack::join(packed.iter().map(Vec::as_slice)))?;
    let script = write("encodings.mjs", include_bytes!("encodings.mjs"))?;
    let node = tools::ready().map_err(|error| failed(&error))?.node;
    let output = Command::new(node)
        .args([&script, &wasm, &page])
        .output()
        .map_err(|error| failed(&error))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let rows: Vec<Row> = serde_json::from_slice(&output.stdout).map_err(|error| failed(&error))?;
    let own = rows.first().map_or(1.0, |row| row.read);
    let line = |row: Row| Line {
        name: row.name,
        figures: vec![
            ("records", row.records),
            ("KiB", row.bytes / 1024.0),
            ("gzip KiB", row.gzip / 1024.0),
            ("brotli KiB", row.brotli / 1024.0),
            ("write ms", row.write),
            ("read ms", row.read),
            ("read ratio", row.read / own),
        ],
    };
    Ok(rows.into_iter().map(line).collect())
}

/// The module that encodes and decodes, compiled as the app is.
fn module() -> Result<PathBuf, String> {
    let target = build::target_folder();
    let mut cargo = build::cargo(&target);
    cargo.args(["--target", "wasm32-unknown-unknown", "-p", "encodings"]);
    cargo.args(["--profile", "wasm"]);
    build::succeed(&mut cargo).map_err(|error| error.to_string())?;
    Ok(target.join("wasm32-unknown-unknown/wasm/encodings.wasm"))
}

/// What the script says of one form.
#[derive(serde::Deserialize)]
struct Row {
    name: String,
    records: f64,
    bytes: f64,
    gzip: f64,
    brotli: f64,
    write: f64,
    read: f64,
}
