//! Webhooks: a receiver on this machine hears that a clock ran out, with a signature that fits and
//! nothing of anybody; also when the server was killed before it could tell.

use crate::admin::{administrator, code, deeds, fill, get, heze, lin, refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::audit::Deed;
use domain::hook::{Hook, HookAnswer, HookAsk, HookList, RunOut, Told};
use domain::{Area, Change, Id};
use hmac::{Hmac, KeyInit, Mac};
use host::build::Built;
use host::device::{Device, new_id};
use host::door::Door;
use host::http::Answer;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tests::World;
use tests::world::{area, built, county, own_address};

/// How long one waits for a delivery.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came to a receiver.
#[derive(Debug)]
struct Came {
    headers: BTreeMap<String, String>,
    body: String,
}

impl Came {
    fn told(&self) -> Told {
        serde_json::from_str(&self.body).unwrap()
    }

    fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    /// Checks the signature as any receiver does, by the secret that was shown once.
    fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let seconds = &self.headers["webhook-timestamp"];
        mac.update(format!("{}.{seconds}.{}", self.id(), self.body).as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let now = host::show::now_ms() / 1_000;
        let fresh = (now - seconds.parse::<i64>().unwrap()).abs() < 300;
        fresh && self.headers["webhook-signature"] == format!("v1,{signature}")
    }
}

/// No answer, though the line stays open.
const SILENCE: &str = "";

/// A small HTTP server that answers everything with one status, which can be changed.
struct Station {
    address: String,
    status: Arc<Mutex<&'static str>>,
    came: Receiver<Came>,
}

impl Station {
    fn answering(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, came) = channel();
        let status = Arc::new(Mutex::new(status));
        let said = Arc::clone(&status);
        std::thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut headers = BTreeMap::new();
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    if let Some((name, value)) = line.split_once(": ") {
                        headers.insert(name.to_lowercase(), value.trim().to_owned());
                    }
                    line.clear();
                }
                let length = headers.get("content-length");
                let length = length.map_or(0, |length| length.parse().unwrap());
                let mut body = vec![0; length];
                if reader.read_exact(&mut body).is_err() {
                    continue;
                }
                let body = String::from_utf8(body).unwrap();
                let status = *said.lock().unwrap();
                if status == SILENCE {
                    held.push(stream);
                    if tell.send(Came { headers, body }).is_err() {
                        return;
                    }
                    continue;
                }
                let answer = format!(
                    "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\
                     connection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes());
                if tell.send(Came { headers, body }).is_err() {
                    return;
                }
            }
        });
        Self {
            address: format!("http://{address}/in"),
            status,
            came,
        }
    }

    fn answers(&self, status: &'static str) {
        *self.status.lock().unwrap() = status;
    }

    fn next(&self) -> Came {
        self.came.recv_timeout(PATIENCE).expect("a delivery")
    }
}

fn ask(device: &Device, code: &str, url: &str) -> Answer {
    let ask = HookAsk {
        name: "值班系统".to_owned(),
        area: area(code),
        url: url.to_owned(),
    };
    let body = serde_json::to_vec(&ask).unwrap();
    device.post("/api/hooks", &body).unwrap()
}

fn made(device: &Device, code: &str, url: &str) -> HookAnswer {
    ask(device, code, url).json("/api/hooks").unwrap()
}

fn only(device: &Device) -> Hook {
    let mut list: HookList = get(device, "/api/hooks");
    assert_eq!(list.hooks.len(), 1);
    list.hooks.remove(0)
}

/// Waits until the webhook is as it should be.
fn until(device: &Device, what: &str, is: impl Fn(&Hook) -> bool) -> Hook {
    let end = host::show::now_ms() + 60_000;
    loop {
        let hook = only(device);
        if is(&hook) {
            return hook;
        }
        assert!(
            host::show::now_ms() < end,
            "waited in vain until {what}: {hook:?}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Sends one delivery that tells of nothing.
fn test(device: &Device, hook: Id) {
    let path = format!("/api/hooks/{hook}/test");
    assert_eq!(device.post(&path, b"null").unwrap().status, 200);
}

/// A rescue that was reported so long ago; within a day somebody has to answer.
fn rescue(lin: &mut Device, hours_ago: i64, seconds: i64) -> Change {
    let reported = host::show::now_ms() - hours_ago * 3_600_000 + seconds * 1_000;
    let cells = [
        ("reported_at", domain::Value::Int(reported)),
        ("what", "在车站，身体不适".into()),
        ("name", "张建国".into()),
    ];
    lin.makes(new_id(), "rescue", area("371721101004"), &cells)
}

fn sent(lin: &Device, change: &Change) {
    let ledger: Area = county();
    let answer = lin.push(ledger, std::slice::from_ref(change)).unwrap();
    let answer = &answer.answers[0];
    assert!(
        matches!(answer, domain::wire::Answer::Accepted(_)),
        "{answer:?}"
    );
}

#[test]
fn a_clock_that_runs_out_is_told_once_signed_and_without_anybodys_name() {
    let world = World::new();
    let station = Station::answering("204 No Content");
    let (city, mut lin) = (heze(&world), lin(&world));
    let hook = made(&city, "371721", &station.address);
    let elsewhere = Station::answering("204 No Content");
    made(&city, "371722", &elsewhere.address);

    // One has run out already when it comes, one does so while somebody looks.
    let (late, soon) = (rescue(&mut lin, 30, 0), rescue(&mut lin, 24, 20));
    sent(&lin, &late);
    sent(&lin, &soon);
    for change in [&late, &soon] {
        let came = station.next();
        assert!(came.is_signed_with(&hook.secret), "{came:?}");
        assert!(!came.is_signed_with("whsec_AAAA"));
        assert!(!came.body.contains("张") && !came.body.contains("车站"));
        let told = came.told();
        assert_eq!(told.what, "clock.ran_out");
        let RunOut {
            kind,
            record,
            clock,
            due,
            area,
        } = told.data.unwrap();
        assert_eq!((kind.as_str(), record), ("rescue", change.id));
        assert_eq!(
            (clock.as_str(), area.to_string().as_str()),
            ("rescue_response", "371721101004")
        );
        assert!(due <= host::show::now_ms());
    }
    // What changes about the record otherwise is not told again, and nothing is told elsewhere.
    let seen = lin.pull(county()).unwrap();
    let edit = lin.edits(&seen[&late.id], &[("name", "张三".into())]);
    sent(&lin, &edit);
    let third = rescue(&mut lin, 40, 0);
    sent(&lin, &third);
    assert_eq!(station.next().told().data.unwrap().record, third.id);
    assert!(elsewhere.came.try_recv().is_err());
    let list: HookList = get(&city, "/api/hooks");
    let shown = serde_json::to_string(&list).unwrap();
    assert!(!shown.contains(hook.secret.trim_start_matches("whsec_")));
}

#[test]
fn what_was_not_answered_is_told_again_under_the_same_id_also_after_a_power_cut() {
    let mut world = World::new();
    let station = Station::answering("503 Service Unavailable");
    let (mut city, mut lin) = (heze(&world), lin(&world));
    let hook = made(&city, "371721", &station.address);
    let late = rescue(&mut lin, 30, 0);
    sent(&lin, &late);
    let first = station.next();
    let failing = until(&city, "it has failed", |hook| hook.failures > 0);
    assert_eq!(failing.error.as_deref(), Some("503"));
    assert_eq!((failing.waiting, failing.delivered), (1, None));
    world.kill_server();
    station.answers("200 OK");
    world.start_server();
    let second = station.next();
    assert_eq!((first.id(), &first.body), (second.id(), &second.body));
    assert!(second.is_signed_with(&hook.secret));
    city.sign_in().unwrap();
    let well = until(&city, "it is delivered", |hook| hook.delivered.is_some());
    assert_eq!((well.failures, well.waiting), (0, 0));
}

#[test]
fn a_receiver_that_does_not_answer_holds_up_nobody_else() {
    let world = World::new();
    let (slow, quick) = (
        Station::answering(SILENCE),
        Station::answering("204 No Content"),
    );
    let city = heze(&world);
    let [silent, other] = [&slow, &quick].map(|one| made(&city, "371721", &one.address).id);
    test(&city, silent);
    slow.next();
    // While that one is waited for, one after another reaches the other.
    let begun = host::show::now();
    for _ in 0..5 {
        test(&city, other);
        quick.next();
    }
    let took = begun.elapsed();
    println!("five deliveries beside a silent receiver: {took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    let list: HookList = get(&city, "/api/hooks");
    let of = |id| list.hooks.iter().find(|hook| hook.id == id).unwrap();
    assert_eq!((of(silent).waiting, of(silent).failures), (1, 0));
    let begun = host::show::now();
    loop {
        let list: HookList = get(&city, "/api/hooks");
        let hook = list.hooks.iter().find(|hook| hook.id == silent).unwrap();
        if hook.error.as_deref() == Some("too_slow") {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{hook:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn an_elder_and_a_child_at_high_risk_whom_nobody_visited_in_time_are_told_of() {
    let world = World::new();
    let station = Station::answering("200 OK");
    let (city, mut lin) = (heze(&world), lin(&world));
    made(&city, "371721", &station.address);
    let village = area("371721101004");
    let worker = new_id();
    let cells = [("name", "张春生".into()), ("flow", "leaving".into())];
    let change = lin.makes(worker, "worker", village, &cells);
    sent(&lin, &change);
    let mut left_behind = |name: &str, is: &str, birth: &str, risk: &str| {
        let cells = [
            ("name", name.into()),
            ("type", is.into()),
            ("birth", birth.into()),
            ("risk", risk.into()),
            ("worker", worker.to_string().as_str().into()),
        ];
        let change = lin.makes(new_id(), "dependant", village, &cells);
        sent(&lin, &change);
        change.id
    };
    // The campaign began two weeks ago: a week is over, a month is not.
    left_behind("张奶奶", "elder", "1944-08-01", "watch");
    left_behind("张小宝", "child", "2019-05-01", "watch");
    let elder = left_behind("张大爷", "elder", "1945-03-01", "high");
    let child = left_behind("张小花", "child", "2017-06-01", "high");
    let mut told = Vec::new();
    for _ in [elder, child] {
        let came = station.next();
        assert!(!came.body.contains("张"), "{}", came.body);
        let out = came.told().data.unwrap();
        assert_eq!(out.kind, "dependant");
        assert_eq!(out.clock, "visit_high_risk");
        assert!(out.due <= host::show::now_ms());
        told.push(out.record);
    }
    assert!(told.contains(&elder) && told.contains(&child), "{told:?}");
    // Once visited, the next week begins: nothing more is told.
    let today = domain::day_of(host::show::now_ms()).to_string();
    let mut visited = |kind: &str, whom: Id, how: (&'static str, &str)| {
        let cells = [
            (how.0, how.1.into()),
            ("risk", "high".into()),
            ("date", today.as_str().into()),
            ("form", "home".into()),
            ("dependant", whom.to_string().as_str().into()),
        ];
        let visit = lin.makes(new_id(), kind, village, &cells);
        sent(&lin, &visit);
    };
    visited("elder_visit", elder, ("well_being", "well"));
    visited("child_visit", child, ("guardian_care", "attentive"));
    let late = rescue(&mut lin, 30, 0);
    sent(&lin, &late);
    assert_eq!(station.next().told().data.unwrap().record, late.id);
}

#[test]
fn a_power_cut_before_a_clock_runs_out_does_not_silence_it() {
    let mut world = World::new();
    let station = Station::answering("200 OK");
    let (city, mut lin) = (heze(&world), lin(&world));
    made(&city, "371721", &station.address);
    let soon = rescue(&mut lin, 24, 15);
    sent(&lin, &soon);
    world.kill_server();
    assert!(station.came.try_recv().is_err());
    world.start_server();
    assert_eq!(station.next().told().data.unwrap().record, soon.id);
}

#[test]
fn an_address_that_is_gone_or_redirects_hears_nothing_more() {
    let world = World::new();
    let station = Station::answering("302 Found");
    let city = heze(&world);
    let hook = made(&city, "371721", &station.address);
    test(&city, hook.id);
    let came = station.next();
    assert_eq!(
        (came.told().what.as_str(), came.told().data),
        ("test", None)
    );
    let redirected = until(&city, "the redirect is a failure", |hook| hook.failures > 0);
    assert_eq!(redirected.error.as_deref(), Some("302"));
    station.answers("410 Gone");
    test(&city, hook.id);
    until(&city, "it is stopped", |hook| hook.stopped.is_some());
    let told = deeds(&city, "deed=hook_stopped&before=1000000");
    assert_eq!(told, [Deed::HookStopped { hook: hook.id }]);
}

/// True if this machine lets a program have an `/etc/hosts` of its own.
fn may_mislead() -> bool {
    let mut tried = Command::new("unshare");
    tried.args(["--map-root-user", "--mount", "sh", "-c"]);
    let tried = tried.arg("mount --bind /etc/hosts /etc/hosts").status();
    tried.is_ok_and(|status| status.success())
}

/// The runtime on a machine whose resolver says of a public name that it is this machine.
fn misled(folder: &Path, name: &str) -> Built {
    let (hosts, runtime) = (folder.join("hosts"), folder.join("workerd"));
    std::fs::write(&hosts, format!("127.0.0.1 localhost {name}\n")).unwrap();
    let mut built = built().clone();
    let script = format!(
        "#!/bin/sh\nexec unshare --map-root-user --mount sh -c \
         'mount --bind \"$0\" /etc/hosts && exec \"$@\"' {hosts:?} {:?} \"$@\"\n",
        built.workerd
    );
    std::fs::write(&runtime, script).unwrap();
    std::fs::set_permissions(&runtime, Permissions::from_mode(0o700)).unwrap();
    built.workerd = runtime;
    built
}

#[test]
fn a_public_name_that_leads_to_an_address_near_by_is_not_called_and_the_screen_says_so() {
    if !may_mislead() {
        eprintln!("NOT TRIED: this machine allows no namespaces (root, or user namespaces)");
        return;
    }
    let folder = tempfile::TempDir::new().unwrap();
    let built = misled(folder.path(), "hooks.example.cn");
    let near = TcpListener::bind("127.0.0.1:0").unwrap();
    near.set_nonblocking(true).unwrap();
    let url = format!(
        "https://hooks.example.cn:{}/in",
        near.local_addr().unwrap().port()
    );

    // A server that only its own machine reaches may call it: the name does lead there.
    let own = World::behind(&built, Door::plain(&own_address()));
    let city = heze(&own);
    let hook = made(&city, "3717", &url);
    test(&city, hook.id);
    let called = || near.accept().is_ok();
    let begun = host::show::now();
    while !called() {
        assert!(begun.elapsed() < PATIENCE, "nobody called");
        std::thread::sleep(Duration::from_millis(25));
    }
    drop(own);

    let listen = own_address();
    let open = World::behind(
        &built,
        Door {
            origin: Some(format!("http://{listen}")),
            ..Door::plain(&listen)
        },
    );
    let city = heze(&open);
    let hook = made(&city, "371721", &url);
    test(&city, hook.id);
    let failed = until(&city, "it has failed", |hook| hook.failures > 0);
    assert_eq!(failed.error.as_deref(), Some("unreachable"));
    assert!(!called(), "it was called: {failed:?}");
    let tablet = administrator(&open, "371721");
    tablet.go("/admin/feeds");
    tablet.see("域名指向内部地址");
}

#[test]
fn a_webhook_is_made_and_stopped_by_who_administers_the_area_and_calls_nobody_near() {
    let world = World::new();
    let (city, lin) = (heze(&world), lin(&world));
    let public = "https://hooks.example.cn/in";
    assert_eq!(
        code(&ask(&lin, "371721101", public)),
        refused("not_allowed", 403)
    );
    assert_eq!(
        code(&ask(&city, "3701", public)),
        refused("outside_area", 403)
    );
    for (url, fault) in [
        ("http://hooks.example.cn/", "hook_host"),
        ("https://10.0.0.1/", "hook_host"),
        ("https://me:pass@hooks.example.cn/", "hook_credentials"),
        ("file:///etc/passwd", "hook_address"),
    ] {
        assert_eq!(code(&ask(&city, "3717", url)), refused(fault, 422), "{url}");
    }
    let hook = made(&city, "3717", public);
    let path = format!("/api/hooks/{}/stop", hook.id);
    assert_eq!(
        code(&lin.post(&path, b"null").unwrap()),
        refused("not_allowed", 403)
    );
    assert_eq!(city.post(&path, b"null").unwrap().status, 200);
    assert!(only(&city).stopped.is_some());
    for _ in 0..domain::hook::LIMIT {
        made(&city, "3717", public);
    }
    let one_more = ask(&city, "3717", public);
    assert_eq!(code(&one_more), refused("hook_too_many", 422));
}

#[test]
fn an_administrator_registers_tries_and_stops_a_webhook_on_the_screen() {
    let world = World::new();
    let station = Station::answering("200 OK");
    let mut tablet = administrator(&world, "371721");
    tablet.go("/admin/feeds");
    // Both lists are there: nothing moves under the finger any more.
    tablet.see("还没有链接");
    tablet.see("还没有通知地址");
    fill(&tablet, "hook-name", "值班系统");
    fill(&tablet, "hook-url", "https://10.0.0.1/");
    tablet.tap("登记通知地址");
    tablet.see("要写互联网上的主机名");
    fill(&tablet, "hook-url", &station.address);
    tablet.tap("登记通知地址");
    tablet.see("只显示这一次");
    let secret = tablet.value_of("签名密钥");
    tablet.tap("发送测试");
    assert!(station.next().is_signed_with(&secret));
    tablet.tap("刷新");
    tablet.see("上次送达");
    tablet.tap("停用");
    tablet.see("不再通知");
    tablet.tap("确认停用");
    tablet.see("已停用");
}
