//! The archive for a server without Rust and Node: unpacked in an empty folder and started with an
//! empty environment, it serves, saves and brings back.

use domain::wire::{Answer, InviteAnswer};
use domain::{Area, Value};
use host::build::{self, Profile};
use host::device::{Device, new_id};
use host::package;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// The program of the package; it finds no other program and no setting.
fn chunnuan(folder: &Path, arguments: &[&str]) -> Command {
    let mut program = Command::new(folder.join("chunnuan"));
    program
        .args(arguments)
        .env_clear()
        .env("PATH", "")
        .current_dir("/");
    program
}

fn unpacked(into: &Path) -> PathBuf {
    // The build that all stories share; packed quickly, which changes nothing of what is in it.
    let built = build::build(Profile::from_environment()).unwrap_or_else(|error| panic!("{error}"));
    let archive = into.join("package.tar.gz");
    let launcher = Path::new(env!("CARGO_BIN_EXE_host"));
    package::package(&built, launcher, Profile::Quick, &archive).expect("a package");
    let file = std::fs::File::open(&archive).expect("the archive");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    archive.unpack(into).expect("it can be unpacked");
    let name = package::default_name().display().to_string();
    into.join(name.trim_end_matches(".tar.gz"))
}

/// A server of the package, with what it prints.
struct Serving {
    server: Child,
    prints: Lines<BufReader<ChildStdout>>,
}

impl Serving {
    fn start(folder: &Path, data: &str) -> Self {
        let arguments = ["serve", "--data", data, "--listen", "127.0.0.1:0"];
        let mut program = chunnuan(folder, &arguments);
        let mut server = program.stdout(Stdio::piped()).spawn().expect("it starts");
        let prints = BufReader::new(server.stdout.take().expect("its output")).lines();
        Self { server, prints }
    }

    /// What stands after a word that it prints, up to the next space.
    fn says(&mut self, word: &str) -> String {
        loop {
            let line = self.prints.next().expect("it goes on").expect("a line");
            if let Some((_, rest)) = line.split_once(word) {
                return rest.split(' ').next().unwrap_or_default().to_owned();
            }
        }
    }

    /// Asks it to end, as systemd does.
    fn ends(mut self) {
        let pid = Pid::from_child(&self.server);
        kill_process(pid, Signal::TERM).expect("it can be asked to end");
        assert!(self.server.wait().expect("it ends").success());
    }
}

fn ends_well(folder: &Path, arguments: &[&str]) -> String {
    let output = chunnuan(folder, arguments).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn a_field_worker(administrator: &Device, url: &str) -> Device {
    let township = serde_json::json!({
        "name": "林晓梅", "grants": [{ "role": "field_worker", "area": "371721101" }],
    });
    let answer = administrator.post("/api/invite", township.to_string().as_bytes());
    let invited: InviteAnswer = answer.and_then(|a| a.json("invite")).expect("a link");
    Device::enrol(url, &invited.link, "phone").expect("the phone is enrolled")
}

#[test]
fn a_package_serves_saves_and_brings_back_without_any_other_program() {
    let place = tempfile::TempDir::new().expect("a folder");
    let folder = unpacked(place.path());
    let at = |name: &str| place.path().join(name).display().to_string();
    let mut serving = Serving::start(&folder, &at("data"));
    let (link, url) = (serving.says("#enrol="), serving.says("Serving on "));
    let administrator = Device::enrol(&url, &link, "tablet").expect("the tablet is enrolled");
    let mut lin = a_field_worker(&administrator, &url);
    let (county, village) = (Area::parse("371721"), Area::parse("371721101004"));
    let (county, village) = county.zip(village).expect("areas");
    let cells: [(&str, Value); 2] = [("head", "张建国".into()), ("address", "1号".into())];
    let change = lin.makes(new_id(), "household", village, &cells);
    let answer = lin.push(county, &[change]).expect("an answer");
    assert!(
        matches!(answer.answers[0], Answer::Accepted(_)),
        "{answer:?}"
    );

    ends_well(
        &folder,
        &[
            "backup",
            "--data",
            &at("data"),
            "--out",
            &at("backup.tar.gz"),
        ],
    );
    let said = ends_well(&folder, &["check", "--data", &at("data")]);
    assert!(
        said.contains("371721 曹县: 1 changes, 1 records, chain unbroken"),
        "{said}"
    );
    serving.ends();
    assert!(host::http::get(&url).is_err(), "the runtime still answers");

    ends_well(
        &folder,
        &[
            "restore",
            "--from",
            &at("backup.tar.gz"),
            "--data",
            &at("again"),
        ],
    );
    ends_well(
        &folder,
        &["export", "--data", &at("again"), "--out", &at("all.jsonl")],
    );
    let all = std::fs::read_to_string(at("all.jsonl")).expect("the export");
    let noted = std::fs::read_to_string(at("again/commands.log")).expect("the journal");
    assert!(
        noted.contains("restored from") && noted.contains("export into"),
        "{noted}"
    );
    assert!(
        all.contains("张建国")
            && all
                .lines()
                .last()
                .is_some_and(|l| l.starts_with("{\"end\""))
    );
}
