//! An organisation's own server: its data can be saved, brought back, checked and taken away, and
//! nobody's data stand in its log.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::export::{Line, Part};
use domain::grant::Role;
use domain::history::History;
use domain::wire::{Answer, ChallengeAnswer, Pulled, PushAnswer, SessionAnswer};
use domain::{Change, Id, Record, Stamp, Value};
use host::device::{Device, new_id};
use host::door::{Door, KeyPair};
use host::export::Source;
use host::http::Trust;
use host::serve::Server;
use host::{backup, check, export, http, objects, show};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use tests::World;
use tests::world::{area, built, county};

const VILLAGE: &str = "371721101004";
const ID_NUMBER: &str = "11010519491231002X";

fn worker(device: &mut Device, id: Id) -> Change {
    let cells: [(&str, Value); 4] = [
        ("name", "张三".into()),
        ("flow", "returning".into()),
        ("phone", "13800000000".into()),
        ("id_number", ID_NUMBER.into()),
    ];
    device.makes(id, "worker", area(VILLAGE), &cells)
}

/// Sends one made-up worker; the server has accepted it.
fn sends_a_worker(device: &mut Device) -> Id {
    let change = worker(device, new_id());
    let answer = device
        .push(county(), std::slice::from_ref(&change))
        .unwrap();
    assert!(matches!(answer.answers[0], Answer::Accepted(_)));
    change.id
}

fn folder() -> TempDir {
    TempDir::new().unwrap()
}

/// The records of a data folder, whole, as its export has them.
fn records(data: &Path) -> BTreeMap<Id, Record> {
    let source = Source::copied(built(), data).unwrap();
    let mut found = BTreeMap::new();
    let take = |line: &str| {
        if let Line::Record(line) = serde_json::from_str(line).unwrap() {
            found.insert(line.record.id, line.record);
        }
        Ok(())
    };
    source.each(Some(county()), Part::Records, take).unwrap();
    found
}

#[test]
fn backups_taken_while_people_send_hold_all_that_was_accepted_before() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let accepted = Mutex::new(BTreeSet::new());
    let done = AtomicBool::new(false);
    let out = folder();
    let taken: Vec<(BTreeSet<Id>, PathBuf)> = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                let id = sends_a_worker(&mut lin);
                accepted.lock().unwrap().insert(id);
            }
        });
        let at_least = |count| while accepted.lock().unwrap().len() < count {};
        let one = |round: usize| {
            at_least(round * 20);
            let before = accepted.lock().unwrap().clone();
            let file = out.path().join(format!("{round}.tar.gz"));
            backup::backup(world.data(), &file).unwrap();
            // The server went on meanwhile.
            at_least(before.len() + 1);
            (before, file)
        };
        let taken = (1..=3).map(one).collect();
        done.store(true, Ordering::SeqCst);
        taken
    });
    let now = lin.pull(county()).unwrap();
    for (before, file) in taken {
        let data = folder();
        backup::restore(&file, data.path()).unwrap();
        let findings = check::check(built(), data.path()).unwrap();
        assert!(
            findings.iter().all(|found| found.damage.is_empty()),
            "{findings:?}"
        );
        let held = records(data.path());
        assert!(
            before.iter().all(|id| held.contains_key(id)),
            "an accepted change is missing"
        );
        assert!(held.iter().all(|(id, record)| now[id] == *record));
    }
}

#[test]
fn a_phone_goes_on_with_a_server_that_came_back_from_a_backup() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    for _ in 0..5 {
        sends_a_worker(&mut lin);
    }
    let (before, page) = (
        lin.pull(county()).unwrap(),
        lin.pull_page(county(), 0, "").unwrap(),
    );
    let (out, data) = (folder(), folder());
    let file = out.path().join("backup.tar.gz");
    backup::backup(world.data(), &file).unwrap();
    let listen = world.server().address().to_string();
    world.kill_server();
    backup::restore(&file, data.path()).unwrap();
    let server = Server::start(built(), data.path(), &listen).unwrap();
    assert_eq!(lin.pull(county()).unwrap(), before);
    let again = lin.pull_page(county(), 0, "").unwrap();
    assert_eq!(
        (again.head.view, again.records),
        (page.head.view, page.records)
    );
    lin.sign_in().unwrap();
    sends_a_worker(&mut lin);
    assert_eq!(lin.pull(county()).unwrap().len(), 6);
    server.stop();
}

#[test]
fn a_photo_comes_back_with_a_backup_and_so_does_one_that_had_come_half() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let jpeg = |length: usize| [&[0xff, 0xd8, 0xff, 0xe0][..], &vec![7; length]].concat();
    let (small, large) = (jpeg(2_000), jpeg(100_000));
    let name = |bytes: &[u8]| host::build::hex(&Sha256::digest(bytes));
    let path = |bytes: &[u8]| format!("/api/photo/371721/{}", name(bytes));
    let photos = [&small, &large].map(|bytes| Value::from(name(bytes).as_str()));
    let home = new_id();
    let today = domain::day_of(host::show::now_ms()).to_string();
    let cells: [(&str, Value); 5] = [
        ("situation", "well".into()),
        ("date", today.as_str().into()),
        ("form", "home".into()),
        ("household", home.to_string().as_str().into()),
        ("photos", Value::List(photos.to_vec())),
    ];
    let visit = lin.makes(new_id(), "visit", area(VILLAGE), &cells);
    lin.push(county(), &[visit]).unwrap();
    assert_eq!(
        lin.put(&path(&small), "image/jpeg", &small).unwrap().status,
        201
    );
    let half = format!("{}?offset=0&total={}", path(&large), large.len());
    assert_eq!(
        lin.put(&half, "image/jpeg", &large[..65_536])
            .unwrap()
            .status,
        202
    );

    let (out, data) = (folder(), folder());
    let file = out.path().join("backup.tar.gz");
    backup::backup(world.data(), &file).unwrap();
    let listen = world.server().address().to_string();
    world.kill_server();
    backup::restore(&file, data.path()).unwrap();
    assert_eq!(check::files(data.path()).unwrap(), [""; 0]);
    let server = Server::start(built(), data.path(), &listen).unwrap();
    assert_eq!(lin.get(&path(&small)).unwrap().body, small);
    let rest = format!("{}?offset=65536&total={}", path(&large), large.len());
    assert_eq!(
        lin.put(&rest, "image/jpeg", &large[65_536..])
            .unwrap()
            .status,
        201
    );
    assert_eq!(lin.get(&path(&large)).unwrap().body, large);
    server.stop();
    let source = Source::copied(built(), data.path()).unwrap();
    let mut taken = Vec::new();
    let take = |line: &str| {
        if let Line::Photo(photo) = serde_json::from_str(line).unwrap() {
            taken.push(photo.name);
        }
        Ok(())
    };
    source.each(Some(county()), Part::Photos, take).unwrap();
    assert_eq!(taken, [name(&small), name(&large)]);
}

#[test]
fn a_backup_that_was_cut_or_altered_is_refused_and_so_is_a_folder_in_use() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    sends_a_worker(&mut lin);
    let out = folder();
    let file = out.path().join("backup.tar.gz");
    backup::backup(world.data(), &file).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let whole = std::fs::read(&file).unwrap();
    let mut altered = whole.clone();
    altered[whole.len() / 2] ^= 1;
    let forged = another_content(&whole);
    for (word, bytes) in [
        ("damaged", &whole[..whole.len() / 2]),
        ("damaged", &altered),
        ("checksums", &forged),
        ("damaged", b"hello"),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let data = folder();
        let said = backup::restore(&file, data.path()).unwrap_err().to_string();
        assert!(said.contains(word), "{word}: {said}");
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "{word}");
    }
    std::fs::write(&file, whole).unwrap();
    let said = backup::restore(&file, world.data())
        .unwrap_err()
        .to_string();
    assert!(said.contains("not empty"), "{said}");
    let second = Server::start(built(), world.data(), "127.0.0.1:0").unwrap_err();
    assert!(second.to_string().contains("in use"), "{second}");
}

/// A well-formed archive in which one file is another than its checksum says.
fn another_content(archive: &[u8]) -> Vec<u8> {
    let mut from = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut to = tar::Builder::new(to);
    for entry in from.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        let path = entry.path().unwrap().into_owned();
        if path
            .extension()
            .is_some_and(|extension| extension == "sqlite")
        {
            // In the header's change counter: SQLite itself has no objection.
            bytes[27] ^= 1;
            bytes[95] ^= 1;
        }
        let mut header = entry.header().clone();
        to.append_data(&mut header, path, bytes.as_slice()).unwrap();
    }
    to.into_inner().unwrap().finish().unwrap()
}

#[test]
fn everything_can_be_taken_away_in_an_open_form_and_no_secret_goes_with_it() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let id = sends_a_worker(&mut lin);
    let seen = lin.pull(county()).unwrap()[&id].clone();
    let edit = lin.edits(&seen, &[("phone", "13900000000".into())]);
    lin.push(county(), std::slice::from_ref(&edit)).unwrap();
    let out = folder();
    let file = out.path().join("all.jsonl");
    let copied = Source::copied(built(), world.data()).unwrap();
    let lines = export::export(&copied, &file).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count() as u64, lines);
    let each: Vec<Line> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names: Vec<String> = text
        .lines()
        .map(|line| line.split('"').nth(1).unwrap().to_owned())
        .collect();
    let expected = [
        "export", "campaign", "person", "device", "history", "history", "record", "end",
    ];
    assert_eq!(names, expected);
    let Line::Record(record) = &each[6] else {
        panic!("{:?}", each[6])
    };
    assert_eq!(record.record, lin.pull(county()).unwrap()[&id]);
    let Line::History(last) = &each[5] else {
        panic!("{:?}", each[5])
    };
    assert_eq!(last.change.get(), serde_json::to_string(&edit).unwrap());
    assert_eq!((last.seq, last.person), (2, lin.person));
    assert!(matches!(each[7], Line::End(ref end) if end.lines + 1 == lines));

    let registry = objects::file_of(world.data(), objects::REGISTRY, "registry");
    let registry = rusqlite::Connection::open(registry).unwrap();
    let secret: Vec<u8> = registry
        .query_row(
            "SELECT value FROM setting WHERE name = 'secret'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    for hidden in [
        host::build::hex(&secret),
        URL_SAFE_NO_PAD.encode(&secret),
        lin.token.clone(),
    ] {
        assert!(!text.contains(&hidden));
    }
}

#[test]
fn a_running_server_gives_its_export_to_nobody_but_who_holds_its_key() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    sends_a_worker(&mut lin);
    let url = format!("{}/api/export", world.url());
    let body = br#"{"ledger":"371721","part":"records"}"#;
    for key in [
        "",
        "Setup ",
        "Setup wrong",
        &format!("Bearer {}", lin.token),
    ] {
        let answer = http::post(&url, &[("authorization", key)], body).unwrap();
        assert_eq!(answer.status, 401, "{key}");
        assert!(!answer.text().contains("张三"));
    }
    let key = world.server().setup_key().to_owned();
    let source = Source::at(world.url(), key, Trust::default());
    let out = folder();
    let file = out.path().join("all.jsonl");
    export::export(&source, &file).unwrap();
    assert!(std::fs::read_to_string(&file).unwrap().contains(ID_NUMBER));
    let registry = objects::file_of(world.data(), objects::REGISTRY, "registry");
    let registry = rusqlite::Connection::open(registry).unwrap();
    let query = "SELECT COUNT(*) FROM audit WHERE deed LIKE '%exported%records 371721%'";
    let noted: i64 = registry.query_row(query, [], |row| row.get(0)).unwrap();
    assert_eq!(noted, 1, "the log of deeds has it");
    let log = world.server().log();
    assert!(log.contains("export: Records 371721 after 0"), "{log}");
    assert!(!log.contains(ID_NUMBER));
}

#[test]
fn whoever_alters_the_history_is_found_by_the_check() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let ids: Vec<Id> = (0..4).map(|_| sends_a_worker(&mut lin)).collect();
    let sound = check::check(built(), world.data()).unwrap();
    // The ledgers above have heard what this one counted; they hold no record of their own.
    let own = |findings: Vec<check::Finding>| {
        let mut findings = findings.into_iter();
        findings.find(|found| found.ledger == county()).unwrap()
    };
    assert!(
        sound.iter().all(|found| found.damage.is_empty()),
        "{sound:?}"
    );
    let sound = own(sound);
    assert_eq!((sound.changes, sound.records), (4, 4));
    world.stop_server();
    let file = objects::file_of(world.data(), objects::LEDGERS, "371721");
    let damage = |statement: &str| {
        let database = rusqlite::Connection::open(&file).unwrap();
        assert_eq!(database.execute(statement, []).unwrap(), 1, "{statement}");
        own(check::check(built(), world.data()).unwrap())
    };
    let rewritten = damage(
        "UPDATE block SET body = CAST(replace(CAST(body AS TEXT), '张三', '李四') AS BLOB)
         WHERE last = 2",
    );
    assert_eq!(rewritten.ledger, county());
    // The record itself stands there: it is what the history makes of it.
    assert_eq!(rewritten.damage, ["the chain is broken at change 2"]);
    assert!(
        rewritten.to_string().starts_with("371721 曹县: 4 changes"),
        "{rewritten}"
    );
    let led_astray = damage(
        "UPDATE block SET body = CAST(x'02' || substr(body, 2) AS BLOB)
         WHERE last = 3",
    );
    let says = "change 3 follows change 0 of its record, but says 1".to_owned();
    assert!(led_astray.damage.contains(&says), "{led_astray:?}");
    let lost = damage("DELETE FROM record WHERE seq = 3");
    let missing = format!("record {}, last written by change 3, is missing", ids[2]);
    assert_eq!(lost.damage.last(), Some(&missing));
    let torn = damage("UPDATE block SET body = substr(body, 1, 40) WHERE last = 4");
    let unread = "change 4 cannot be read: the bytes end too early".to_owned();
    assert!(torn.damage.contains(&unread), "{torn:?}");
    let cut = damage("DELETE FROM block WHERE last = 4");
    assert!(
        cut.damage
            .iter()
            .any(|one| one.contains("the record of change 4 cannot be read")),
        "{cut:?}"
    );
}

#[test]
fn with_a_certificate_the_server_speaks_https() {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let pair = rcgen::generate_simple_self_signed(names).unwrap();
    let files = folder();
    let (certificate, key) = (files.path().join("tls.crt"), files.path().join("tls.key"));
    std::fs::write(&certificate, pair.cert.pem()).unwrap();
    std::fs::write(&key, pair.signing_key.serialize_pem()).unwrap();
    let data = folder();
    let door = Door {
        listen: "127.0.0.1:0".to_owned(),
        certificate: Some(KeyPair {
            certificate: certificate.clone(),
            key,
        }),
        origin: None,
    };
    let server = Server::open(built(), data.path(), &door).unwrap();
    let health = format!("https://{}/api/health", server.address());
    let answer = http::get_trusting(&health, &Trust::only(&certificate).unwrap()).unwrap();
    let said: serde_json::Value = answer.json(&health).unwrap();
    assert_eq!(
        (&said["ok"], &said["version"]),
        (&true.into(), &env!("CARGO_PKG_VERSION").into())
    );
    assert!(said["since"].as_i64() <= said["now"].as_i64());
    assert_eq!(said.as_object().unwrap().len(), 4, "{said}");
    assert!(
        server.url().starts_with("https://localhost:"),
        "{}",
        server.url()
    );
    assert!(
        http::get(&health).is_err(),
        "nobody signed this certificate"
    );
    assert!(http::get(&health.replace("https", "http")).is_err());
}

#[test]
fn no_id_number_gets_into_the_log_whatever_is_sent() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    sends_a_worker(&mut lin);
    let bodies = [
        ID_NUMBER.to_owned(),
        format!("{{\"changes\":\"{ID_NUMBER}\"}}"),
        format!("{{\"changes\":[{{\"id\":\"{ID_NUMBER}\"}}]}}"),
        format!("{{\"link\":\"{ID_NUMBER}\",\"public_key\":\"{ID_NUMBER}\"}}"),
        format!("{{\"device\":\"{ID_NUMBER}\"}}"),
        format!("{{\"ledger\":\"{ID_NUMBER}\",\"part\":\"{ID_NUMBER}\"}}"),
        format!("{ID_NUMBER}\u{0}\n{}", "张".repeat(100_000)),
    ];
    let paths = [
        "sync/371721",
        "enrol",
        "invite",
        "session",
        "session/challenge",
        "setup",
        "export",
    ];
    let key = format!("Setup {}", world.server().setup_key());
    for path in paths {
        for body in &bodies {
            let url = format!("{}/api/{path}?q={ID_NUMBER}", world.url());
            for key in [&key, &format!("Bearer {}", lin.token), ID_NUMBER] {
                let answer = http::post(&url, &[("authorization", key)], body.as_bytes()).unwrap();
                assert!(answer.status < 500, "{path} {body} {}", answer.status);
            }
        }
    }
    for path in [
        format!("/api/{ID_NUMBER}"),
        format!("/api/sync/{ID_NUMBER}"),
        format!("/api/sync/371721?after={ID_NUMBER}&view={ID_NUMBER}"),
        format!("/api/photo/371721/{ID_NUMBER}"),
        format!("/api/progress/371721?from={ID_NUMBER}"),
        format!("/{ID_NUMBER}"),
    ] {
        assert!(lin.get(&path).unwrap().status < 500, "{path}");
    }
    says_nothing_of_anybody(&world.server().log());
    // An error of the server's own is in the log, without what it was about.
    world.stop_server();
    let file = objects::file_of(world.data(), objects::LEDGERS, "371721");
    let database = rusqlite::Connection::open(file).unwrap();
    let body = format!("{ID_NUMBER}张三");
    database
        .execute("UPDATE record SET body = ?", [body.as_bytes()])
        .unwrap();
    drop(database);
    world.start_server();
    assert_eq!(lin.get("/api/sync/371721").unwrap().status, 500);
    let log = world.server().log();
    assert!(log.contains("internal: "), "{log}");
    says_nothing_of_anybody(&log);
}

fn says_nothing_of_anybody(log: &str) {
    for private in [&ID_NUMBER[..8], "张三", "张张", "13800000000", "林晓梅"] {
        assert!(!log.contains(private), "{private} is in the log:\n{log}");
    }
}

/// A backup of the data as their first form had them: a household with a visit, its picture, a
/// worker whose telephone two people wrote. Do not make it anew: servers hold this.
fn first_form() -> PathBuf {
    host::tools::root().join("tests/data/form-1.tar.gz")
}

/// The phone that is enrolled in them, and its key.
const PHONE: &str = "5793742e4caa47ba";
const KEY: [u8; 32] = [7; 32];

#[test]
fn data_of_the_first_form_are_opened_and_an_enrolled_phone_goes_on() {
    let data = folder();
    backup::restore(&first_form(), data.path()).unwrap();
    let findings = check::check(built(), data.path()).unwrap();
    assert_eq!((findings.len(), findings[0].changes), (1, 5));
    assert_eq!(findings[0].damage, [""; 0]);
    let server = Server::start(built(), data.path(), "127.0.0.1:0").unwrap();
    let token = signs_in(&server.own_url(), PHONE);
    let get = |path: &str| {
        let url = format!("{}/api/{path}", server.own_url());
        let answer = http::get_as(&url, &[("authorization", &format!("Bearer {token}"))]).unwrap();
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    };
    let page = Pulled::decode(&get("sync/371721")).unwrap();
    let unpacked = |packed: &Vec<u8>| domain::pack::unpack(packed).unwrap();
    let held: Vec<Record> = page.records.iter().map(unpacked).collect();
    let of = |kind: &str| held.iter().find(|record| record.kind == kind).unwrap();
    assert_eq!((held.len(), page.head.cursor), (3, 5));
    assert_eq!(of("household").text("head"), "张建国");
    let worker = of("worker");
    assert_eq!(
        (worker.text("id_number"), worker.text("phone")),
        (ID_NUMBER, "13900000002")
    );
    assert_eq!(
        worker.overtaken("phone").unwrap().value,
        "13900000001".into()
    );
    let told: History =
        serde_json::from_slice(&get(&format!("history/371721/{}", worker.id))).unwrap();
    assert_eq!(told.changes.len(), 3, "{told:?}");
    // The answer to a change had been lost: the phone sends it again, to a server that keeps changes
    // in another form by now.
    let sent = first_change(data.path());
    let stamp = Stamp {
        time: show::now_ms() as u64,
        counter: 0,
        device: domain::Device::parse(PHONE).unwrap(),
    };
    let cells = [("phone".to_owned(), "13900000003".into())].into();
    let ask = serde_json::json!({ "changes": [sent, Change::of(worker, cells, stamp)] });
    let url = format!("{}/api/sync/371721", server.own_url());
    let told: PushAnswer = http::ask(&url, &format!("Bearer {token}"), &ask).unwrap();
    assert_eq!(told.answers, [Answer::Accepted(1), Answer::Accepted(6)]);
    let findings = check::check(built(), data.path()).unwrap();
    assert_eq!((findings.len(), findings[0].changes), (1, 6));
    assert_eq!(findings[0].damage, [""; 0]);
    let Some(Value::List(photos)) = of("visit").value("photos") else {
        panic!("the visit has its picture");
    };
    let name = photos[0].as_text().unwrap();
    assert_eq!(get(&format!("photo/371721/{name}")), picture());
}

/// The change with which the history of these data begins.
fn first_change(data: &Path) -> Change {
    let source = Source::copied(built(), data).unwrap();
    let mut first = None;
    let take = |line: &str| {
        if let Line::History(line) = serde_json::from_str(line).unwrap() {
            assert_eq!(line.kept, None, "it was kept as JSON");
            first.get_or_insert(serde_json::from_str(line.change.get()).unwrap());
        }
        Ok(())
    };
    source.each(Some(county()), Part::History, take).unwrap();
    first.unwrap()
}

/// Bytes that begin as a JPEG does.
fn picture() -> Vec<u8> {
    [b"\xff\xd8\xff\xe0\0\x10JFIF".as_slice(), &[7; 2_000]].concat()
}

fn signs_in(url: &str, device: &str) -> String {
    let asked = format!("{url}/api/session/challenge");
    let ask = serde_json::json!({ "device": device });
    let asked: ChallengeAnswer = http::ask(&asked, "", &ask).unwrap();
    let key = SigningKey::from_slice(&KEY).unwrap();
    let signature: Signature = key.sign(asked.challenge.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
    let ask = serde_json::json!({
        "device": device, "challenge": asked.challenge, "signature": signature,
    });
    let session: SessionAnswer = http::ask(&format!("{url}/api/session"), "", &ask).unwrap();
    session.token
}

#[test]
fn a_copy_that_a_killed_backup_left_is_cleared_away_and_one_in_use_is_not() {
    let world = World::new();
    let left = |name: &str| {
        let folder = world.data().join(name);
        std::fs::create_dir(&folder).unwrap();
        (
            std::fs::File::create(folder.join("copying")).unwrap(),
            folder,
        )
    };
    let (_, dead) = left(".copy-dead");
    let (lock, alive) = left(".copy-alive");
    lock.lock().unwrap();
    let copy = backup::copy(world.data()).unwrap();
    assert!(!dead.exists() && alive.exists() && copy.path().exists());
    let path = copy.path().to_owned();
    drop(copy);
    assert!(!path.exists());
}

#[test]
fn a_ledger_that_a_power_cut_met_at_its_birth_does_not_keep_the_others_from_being_copied() {
    let world = World::new();
    // What a killed process leaves: pages written, and a journal that says how to take them back.
    let ledger = objects::file_of(world.data(), objects::LEDGERS, "3706");
    let journal = ledger.with_extension("sqlite-journal");
    let database = rusqlite::Connection::open(&ledger).unwrap();
    let made = "PRAGMA cache_size = 4; CREATE TABLE t (x); INSERT INTO t VALUES ('whole');
        BEGIN; INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
        SELECT hex(randomblob(4000)) FROM n;";
    database.execute_batch(made).unwrap();
    let as_they_are = [&ledger, &journal].map(|path| (path, std::fs::read(path).unwrap()));
    database.execute_batch("ROLLBACK").unwrap();
    drop(database);
    for (path, bytes) in as_they_are {
        std::fs::write(path, bytes).unwrap();
    }
    let copy = backup::copy(world.data()).unwrap();
    let copied = objects::file_of(copy.path(), objects::LEDGERS, "3706");
    let copied = rusqlite::Connection::open(copied).unwrap();
    let rows = copied.query_row("SELECT group_concat(x) FROM t", [], |row| row.get(0));
    assert_eq!(rows, Ok("whole".to_owned()));
}
