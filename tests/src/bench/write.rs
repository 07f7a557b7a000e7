//! Changes into one county, with permission, merge, history and chain, against bare rows of the same
//! bytes in the same kind of object.

use super::{Bench, Line, median, processor_ms};
use crate::World;
use crate::world::county;
use domain::Change;
use domain::change::BATCH_LIMIT;
use domain::grant::Role;
use domain::wire::{self, Answer, PushAnswer, PushHead};
use host::device::Device;
use host::serve::{COMPATIBILITY_DATE, free};
use host::{http, show, tools, training};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub const BENCH: Bench = Bench {
    name: "write",
    what: "changes a second into one county, over HTTP in batches of 500, one after the other",
    run,
};

const ROUNDS: usize = 9;
const A_ROUND: usize = 5_000;

fn run() -> Result<Vec<Line>, String> {
    let world = World::new();
    let mut device = world.device("名册", Role::FieldWorker, "371721");
    let raw = Raw::start()?;
    let all = training::people(&mut device, ROUNDS * A_ROUND).map_err(|e| e.to_string())?;
    let (mut ours, mut bare, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut lines = Vec::new();
    let (server, rows) = (world.server().process(), raw.child.id());
    for changes in all.chunks(A_ROUND) {
        ours.push(measured(server, || a_second(&device, changes))?);
        bare.push(measured(rows, || raw.a_second(changes, true))?);
        lines.push(measured(rows, || raw.a_second(changes, false))?);
        let edits = edits(&mut device, changes);
        again.push(measured(server, || a_second(&device, &edits))?);
    }
    let line = |name: &str, rounds: &[Round]| {
        let rates: Vec<f64> = rounds.iter().map(|round| round.a_second).collect();
        let costs: Vec<f64> = rounds.iter().map(|round| round.cost).collect();
        let beside = |raw: &[Round]| {
            let ratios = rounds.iter().zip(raw);
            let ratios = ratios.map(|(one, raw)| one.a_second / raw.a_second);
            median(&ratios.collect::<Vec<f64>>())
        };
        let least = rates.iter().copied().fold(f64::INFINITY, f64::min);
        Line {
            name: name.to_owned(),
            figures: vec![
                ("a second", median(&rates).round()),
                ("least", least.round()),
                ("of raw", beside(&bare)),
                ("of raw JSON", beside(&lines)),
                ("processor, us", median(&costs)),
            ],
        }
    };
    Ok(vec![
        line("new people", &ours),
        line("edits of people", &again),
        line("raw rows", &bare),
        line("raw rows of JSON", &lines),
    ])
}

/// One round: changes a second, and what one cost of the server's processor time, in microseconds.
struct Round {
    a_second: f64,
    cost: f64,
}

fn measured(process: u32, round: impl FnOnce() -> Result<f64, String>) -> Result<Round, String> {
    let before = processor_ms(process);
    let a_second = round()?;
    let took = processor_ms(process) - before;
    let cost = took * 1e3 / A_ROUND as f64;
    Ok(Round { a_second, cost })
}

/// The same people with other telephone numbers: a change that merges into a record.
fn edits(device: &mut Device, changes: &[Change]) -> Vec<Change> {
    let edit = |before: &Change| {
        let cells = [("phone", "19912345678".into())];
        let mut change = device.makes(before.id, &before.kind, county(), &cells);
        change.cells.retain(|name, _| name == "phone");
        change.seen = [("phone".to_owned(), before.stamp)].into();
        change
    };
    changes.iter().map(edit).collect()
}

fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Pushes; what is sent is made ready before.
pub fn a_second(device: &Device, changes: &[Change]) -> Result<f64, String> {
    let body = |batch: &[Change]| PushHead::default().before(&wire::packed(batch));
    let bodies = changes.chunks(BATCH_LIMIT).map(body);
    let bodies = bodies.collect::<Result<Vec<Vec<u8>>, _>>();
    let bodies = bodies.map_err(|e| e.to_string())?;
    let path = format!("/api/sync/{}", county());
    let mut answers = Vec::new();
    let begun = show::now();
    for body in &bodies {
        answers.push(device.post(&path, body).map_err(|e| e.to_string())?);
    }
    let took = begun.elapsed();
    for answer in answers {
        let told: PushAnswer = answer.json(&path).map_err(|e| e.to_string())?;
        let refused = |answer: &&Answer| matches!(answer, Answer::Refused(_));
        if let Some(refused) = told.answers.iter().find(refused) {
            return Err(format!("a change was not taken: {refused:?}"));
        }
    }
    Ok(rate(changes.len(), took))
}

/// The bare object on the same runtime.
struct Raw {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl Raw {
    fn start() -> Result<Self, String> {
        let failed = |error: std::io::Error| error.to_string();
        let tools = tools::ready().map_err(|error| error.to_string())?;
        let folder = TempDir::new().map_err(failed)?;
        std::fs::create_dir(folder.path().join("objects")).map_err(failed)?;
        let script = folder.path().join("rows.mjs");
        std::fs::write(script, include_str!("rows.mjs")).map_err(failed)?;
        let address = {
            let any = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
            any.local_addr().map_err(failed)?.to_string()
        };
        let config = folder.path().join("config.capnp");
        std::fs::write(&config, settings(&address, folder.path())).map_err(failed)?;
        let child = Command::new(&tools.workerd)
            .arg("serve")
            .arg(&config)
            .stdin(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let raw = Self {
            child,
            url: format!("http://{address}/"),
            _folder: folder,
        };
        let begun = show::now();
        while free(&address).is_ok() {
            if begun.elapsed() > Duration::from_secs(20) {
                return Err("the bare object did not start".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(raw)
    }

    /// The same changes as rows: packed as they are pushed, or a line of JSON each.
    fn a_second(&self, changes: &[Change], packed: bool) -> Result<f64, String> {
        let lines = |batch: &[Change]| {
            let lines = batch.iter().map(|one| serde_json::json!(one).to_string());
            lines.collect::<Vec<_>>().join("\n").into_bytes()
        };
        let bodies = changes.chunks(BATCH_LIMIT).map(|batch| match packed {
            true => wire::packed(batch),
            false => lines(batch),
        });
        let bodies: Vec<Vec<u8>> = bodies.collect();
        let is = match packed {
            true => "application/octet-stream",
            false => "text/plain",
        };
        let begun = show::now();
        for body in &bodies {
            let headers = [("content-type", is)];
            let answer = http::post(&self.url, &headers, body).map_err(|e| e.to_string())?;
            if answer.text() != BATCH_LIMIT.to_string() {
                return Err(format!("the bare object said {}", answer.text()));
            }
        }
        Ok(rate(changes.len(), begun.elapsed()))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn settings(address: &str, folder: &std::path::Path) -> String {
    format!(
        r#"using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .rows),
    (name = "objects", disk = (path = {objects:?}, writable = true)),
  ],
  sockets = [(name = "http", address = "{address}", http = (), service = "main")],
);
const rows :Workerd.Worker = (
  modules = [(name = "rows.mjs", esModule = embed "rows.mjs")],
  compatibilityDate = "{COMPATIBILITY_DATE}",
  bindings = [(name = "ROWS", durableObjectNamespace = "Rows")],
  durableObjectNamespaces = [(className = "Rows", uniqueKey = "rows", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
);
"#,
        objects = folder.join("objects").display().to_string(),
    )
}
