//! Every address of the API is given what it does not take: it says so with a code and a sentence,
//! never fails, and writes nothing.

use domain::grant::Role;
use domain::wire::{Answer, AuditPage, PushAnswer, Trouble};
use domain::{Id, Record};
use host::device::{Device, new_id};
use host::http::{self, Answer as Said};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use tests::World;
use tests::world::{area, county};

/// A small generator (splitmix64): the same seed asks the same.
struct Dice(u64);

impl Dice {
    /// Of the seed in `CHUNNUAN_SEED`, or of the time.
    fn thrown() -> Self {
        let given = std::env::var("CHUNNUAN_SEED").ok();
        let seed = given.and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| host::show::now_ms() as u64);
        println!("CHUNNUAN_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.next(of.len())]
    }

    /// Any JSON at all.
    fn value(&mut self, depth: usize) -> Value {
        match self.next(if depth > 3 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.next(2) == 0),
            2 => json!(self.next(1 << 40) as i64 - (1 << 39)),
            3 => json!(1.5e300),
            4 => json!("'; DROP TABLE person; --"),
            5 => json!(*self.one(&["", "春暖", "371721", "\u{0}", "../..", "0000000000000001"])),
            6 => (0..self.next(4)).map(|_| self.value(depth + 1)).collect(),
            _ => {
                let names = [
                    "device", "grants", "changes", "person", "x", "deeds", "link",
                ];
                let count = self.next(4);
                let field = |_| ((*self.one(&names)).to_owned(), self.value(depth + 1));
                (0..count)
                    .map(field)
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }
        }
    }

    /// A body as the address takes it, with something put in the place of one of its parts.
    fn spoilt(&mut self, body: &Value) -> Vec<u8> {
        let mut body = body.clone();
        let text = match (self.next(4), body.as_object_mut()) {
            (0 | 1, Some(fields)) if !fields.is_empty() => {
                let names: Vec<String> = fields.keys().cloned().collect();
                let name = self.one(&names).clone();
                let wrong = [json!({"wrong": 1}), json!([[]]), json!(-1.5), json!(false)];
                fields.insert(name, self.one(&wrong).clone());
                body.to_string()
            }
            (2, _) => {
                let text = body.to_string();
                let cut = self.next(text.len());
                String::from_utf8_lossy(&text.as_bytes()[..cut]).into_owned()
            }
            _ => match self.value(0) {
                // An object with none of the names could be a right one with nothing in it.
                Value::Object(_) => "[{}]".to_owned(),
                other => other.to_string(),
            },
        };
        text.into_bytes()
    }
}

struct Address {
    method: &'static str,
    path: String,
    /// With a part of the path that names nothing.
    wrong_paths: Vec<String>,
    body: Option<Value>,
    open: bool,
}

/// Every address that the description names, with a body that it takes.
fn addresses(world: &World, somebody: &Device) -> Vec<Address> {
    let url = format!("{}/api/openapi.json", world.url());
    let description: Value = http::get(&url).unwrap().json("openapi").unwrap();
    let mut found = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, about) in methods.as_object().unwrap() {
            let method = match method.as_str() {
                "get" => "GET",
                "put" => "PUT",
                _ => "POST",
            };
            let filled = |ledger: &str, area: &str, number: &str, id: &str, name: &str| {
                path.replace("{ledger}", ledger)
                    .replace("{area}", area)
                    .replace("{number}", number)
                    .replace("{id}", id)
                    .replace("{name}", name)
            };
            let (number, person) = (somebody.number.to_string(), somebody.person.to_string());
            let picture = "0".repeat(64);
            let right = filled("371721", "371721", &number, &person, &picture);
            let long = "9".repeat(3_000);
            let wrong = [
                "999999",
                "1",
                "..",
                "%00",
                "%E6%98%A5",
                "37172",
                "-1",
                &long,
            ];
            let wrong = wrong.map(|part| filled(part, part, part, part, part));
            let named = path.contains('{');
            found.push(Address {
                method,
                path: right,
                wrong_paths: wrong.into_iter().filter(|_| named).collect(),
                body: about.get("requestBody").map(|_| body_of(path, somebody)),
                open: about.get("security").is_none(),
            });
        }
    }
    assert!(found.len() > 15);
    found
}

fn body_of(path: &str, somebody: &Device) -> Value {
    let grants = json!([{ "role": "field_worker", "area": "371721101" }]);
    let (device, key) = (somebody.number, "A".repeat(87));
    match path {
        "/api/setup" => json!({ "campaign": null, "invitations": [], "when": "always" }),
        "/api/export" => json!({ "part": "records", "ledger": "371721", "after": 0 }),
        "/api/enrol" => json!({ "link": "x", "public_key": key, "device_name": "x" }),
        "/api/session/challenge" => json!({ "device": device }),
        "/api/session" => json!({ "device": device, "challenge": "x", "signature": "x" }),
        "/api/invite" => json!({ "name": "x", "grants": grants }),
        "/api/invite/sheet" => json!({ "invitations": [{ "name": "x", "grants": grants }] }),
        // Another campaign than the server's.
        "/api/campaign" => json!({ "id": somebody.person, "name": "x", "area": "37",
            "from": "2026-01-01", "until": "2026-02-28", "mode": "real" }),
        "/api/feeds" => json!({ "name": "x", "area": "371721" }),
        "/api/hooks" => json!({ "name": "x", "area": "371721", "url": "https://example.cn/" }),
        "/api/rescue" => json!({ "device": device, "sealed": { "key": key, "text": "AAAA" } }),
        "/api/letters" => json!({ "device": device, "signature": "x",
            "sealed": { "key": key, "text": "AAAA" } }),
        "/api/last-words/taken" => json!({ "device": device }),
        "/api/last-words" => {
            json!({ "device": device, "challenge": "x", "signature": "x", "parcel": "x" })
        }
        "/api/people/{id}/grants" => json!({ "grants": grants }),
        "/api/audit" => json!({ "deeds": [{ "stamp": "0", "deed": "x" }] }),
        "/api/sync/{ledger}" => json!({ "changes": [{ "id": "x" }] }),
        "/api/photo/{ledger}/{name}" => json!("no picture"),
        other => panic!("{other} has a body that this story does not know"),
    }
}

fn send(world: &World, address: &Address, path: &str, token: &str, body: &[u8]) -> Said {
    let url = format!("{}{path}", world.url());
    let headers = [("authorization", token)];
    let said = match address.method {
        "GET" => http::get_as(&url, &headers),
        "PUT" => http::put(&url, &headers, body),
        _ => http::post(&url, &headers, body),
    };
    said.unwrap_or_else(|error| panic!("{} {path}: {error}", address.method))
}

/// 4xx with a code and a sentence; or a push of which each change was refused so.
fn is_refusal(said: &Said) -> bool {
    let worded = |code: &str, sentence: &str| !code.is_empty() && sentence.len() > 10;
    let each = |answer: &Answer| match answer {
        Answer::Refused(refused) => worded(refused.refusal.code(), &refused.sentence),
        Answer::Accepted(_) => false,
    };
    let trouble = serde_json::from_slice::<Trouble>(&said.body);
    let push = serde_json::from_slice::<PushAnswer>(&said.body);
    (400..500).contains(&said.status)
        && (trouble.is_ok_and(|trouble| worded(&trouble.code, &trouble.sentence))
            || push.is_ok_and(|push| push.answers.iter().all(each)))
}

fn refuses(what: &str, address: &Address, said: &Said) {
    let (method, path) = (address.method, &address.path);
    let body: String = said.text().chars().take(300).collect();
    assert!(
        is_refusal(said),
        "{what}: {method} {path} answered {}: {body}",
        said.status
    );
}

/// All that an administrator, and somebody who sees the county's records, are shown.
#[derive(PartialEq, Debug)]
struct Shown {
    people: String,
    devices: String,
    log: AuditPage,
    records: BTreeMap<Id, Record>,
}

fn shown(administrator: &Device, worker: &Device) -> Shown {
    let text = |path: &str| administrator.get(path).unwrap().text();
    Shown {
        people: text("/api/people"),
        devices: text("/api/devices"),
        log: serde_json::from_str(&text("/api/audit?after=0")).unwrap(),
        records: worker.pull(county()).unwrap(),
    }
}

struct Village {
    world: World,
    administrator: Device,
    lin: Device,
}

impl Village {
    fn new() -> Self {
        let world = World::new();
        let administrator = world.device("管理员", Role::Administrator, "37");
        let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
        let cells = [("head", "张建国".into()), ("address", "1号".into())];
        let home = lin.makes(new_id(), "household", area("371721101004"), &cells);
        lin.push(county(), &[home]).unwrap();
        Self {
            world,
            administrator,
            lin,
        }
    }

    fn shown(&self) -> Shown {
        shown(&self.administrator, &self.lin)
    }
}

#[test]
fn what_cannot_be_read_is_refused_everywhere_and_nothing_is_written() {
    let village = Village::new();
    let before = village.shown();
    let mut dice = Dice::thrown();
    let token = format!("Bearer {}", village.administrator.token);
    let by_lin = format!("Bearer {}", village.lin.token);
    for address in addresses(&village.world, &village.lin) {
        let Some(body) = &address.body else {
            continue;
        };
        let bodies = (0..12).map(|_| dice.spoilt(body));
        let odd: [&[u8]; 4] = [b"", b"\xff\xfe\x00", b"{\"", &b"[".repeat(60_000)];
        let bodies = bodies.chain(odd.into_iter().map(<[u8]>::to_vec));
        for body in bodies {
            for token in [&token, &by_lin] {
                let said = send(&village.world, &address, &address.path, token, &body);
                let text = String::from_utf8_lossy(&body).into_owned();
                refuses(&text, &address, &said);
            }
        }
    }
    assert_eq!(village.shown(), before);
}

#[test]
fn what_is_too_large_is_refused_everywhere_and_nothing_is_written() {
    let village = Village::new();
    let before = village.shown();
    let token = format!("Bearer {}", village.administrator.token);
    let key = format!("Setup {}", village.world.server().setup_key());
    let large = vec![b'x'; 13 * 1024 * 1024];
    for address in addresses(&village.world, &village.lin) {
        if address.body.is_some() {
            // Whoever has no key is refused before the body is read.
            let token = match address.path.as_str() {
                "/api/setup" | "/api/export" => &key,
                _ => &token,
            };
            let said = send(&village.world, &address, &address.path, token, &large);
            refuses("13 MB", &address, &said);
        }
    }
    assert_eq!(village.shown(), before);
}

#[test]
fn no_token_a_forged_one_and_one_of_another_server_open_nothing() {
    let mut village = Village::new();
    let elsewhere = World::new().device("别处", Role::Administrator, "37").token;
    let own = village.administrator.token.clone();
    let (text, seal) = own.split_once('.').unwrap();
    let of_lin = village.lin.token.split_once('.').unwrap().0;
    let tokens = [
        String::new(),
        "Bearer ".to_owned(),
        "Bearer x.y".to_owned(),
        format!("Basic {own}"),
        format!("Bearer {text}"),
        // Somebody's words under somebody else's seal.
        format!("Bearer {of_lin}.{seal}"),
        format!("Bearer {text}.{}", "A".repeat(43)),
        format!("Bearer {elsewhere}"),
        format!("Bearer {}", "x".repeat(20_000)),
    ];
    let before = village.shown();
    for address in addresses(&village.world, &village.lin) {
        if address.open {
            continue;
        }
        let body = address.body.clone().unwrap_or_default().to_string();
        for token in &tokens {
            let said = send(
                &village.world,
                &address,
                &address.path,
                token,
                body.as_bytes(),
            );
            refuses(token, &address, &said);
            assert!([401, 431].contains(&said.status), "{token}");
        }
    }
    assert_eq!(village.shown(), before);
    village.lin.sign_in().unwrap();
}

#[test]
fn areas_devices_and_people_that_are_not_there_are_said_to_be_unknown() {
    let village = Village::new();
    let before = village.shown();
    let token = format!("Bearer {}", village.administrator.token);
    for address in addresses(&village.world, &village.lin) {
        for path in &address.wrong_paths {
            let body = address.body.clone().unwrap_or_default().to_string();
            let said = send(&village.world, &address, path, &token, body.as_bytes());
            refuses(&path.chars().take(60).collect::<String>(), &address, &said);
        }
    }
    assert_eq!(village.shown(), before);
}

#[test]
fn another_areas_records_are_neither_shown_nor_written() {
    let village = Village::new();
    let mut far = village
        .world
        .device("济南同事", Role::FieldWorker, "370102001");
    assert!(far.pull(county()).unwrap().is_empty());
    let before = village.shown();
    let home = before.records.values().next().unwrap().clone();
    let changes = [
        far.edits(&home, &[("head", "别人".into())]),
        far.edits(&home, &[("deleted", domain::Value::Bool(true))]),
        far.edits(&home, &[("area", "370102001".into())]),
    ];
    let answer = far.push(county(), &changes).unwrap();
    let refused = |answer: &Answer| matches!(answer, Answer::Refused(_));
    assert!(answer.answers.iter().all(refused), "{answer:?}");
    assert_eq!(village.shown(), before);
}

/// A method that browsers do not send by themselves, as plain text over a connection.
fn by(world: &World, method: &str, path: &str, token: &str) -> String {
    let address = world.server().address();
    let mut line = TcpStream::connect(address).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-length: 0\r\nconnection: close\r\n\r\n"
    );
    line.write_all(request.as_bytes()).unwrap();
    let mut said = Vec::new();
    line.read_to_end(&mut said).unwrap();
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn methods_that_an_address_does_not_take_are_refused() {
    let village = Village::new();
    let before = village.shown();
    let addresses = addresses(&village.world, &village.lin);
    let token = &village.administrator.token;
    for address in &addresses {
        let takes = |method: &str| {
            let same = |other: &&Address| other.path == address.path && other.method == method;
            addresses.iter().any(|other| same(&other))
        };
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            if takes(method) {
                continue;
            }
            let said = by(&village.world, method, &address.path, token);
            let path = &address.path;
            assert!(said.starts_with("HTTP/1.1 404"), "{method} {path}: {said}");
            assert!(said.contains("no_such_address"), "{method} {path}: {said}");
        }
    }
    assert_eq!(village.shown(), before);
}

#[test]
fn a_body_that_is_cut_on_its_way_writes_nothing() {
    let mut village = Village::new();
    let before = village.shown();
    let cells = [("head", "李四".into()), ("address", "2号".into())];
    let home = village
        .lin
        .makes(new_id(), "household", area("371721101004"), &cells);
    let body = json!({ "changes": [home] }).to_string();
    for part in [1, body.len() / 2, body.len() - 1] {
        let address = village.world.server().address();
        let mut line = TcpStream::connect(address).unwrap();
        let head = format!(
            "POST /api/sync/371721 HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
             content-length: {}\r\n\r\n",
            village.lin.token,
            body.len()
        );
        line.write_all(head.as_bytes()).unwrap();
        line.write_all(&body.as_bytes()[..part]).unwrap();
    }
    assert_eq!(village.shown(), before);
}
