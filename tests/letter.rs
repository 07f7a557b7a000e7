//! What is unsent goes up while the app is closed and locked, and nobody on the way can read it.

use crate::import::until;
use crate::lost::{visits, visits_without_a_network};
use domain::grant::Role;
use domain::wire::{Letter, LetterAnswer, Trouble};
use host::{http, objects};
use serde_json::{Value, json};
use tests::World;
use tests::browser::Browser;

/// The letter that lies in a browser, if there is one.
pub fn letter(phone: &Browser) -> Option<String> {
    let kept = phone.call(
        "return new Promise((done, failed) => {
           const opening = indexedDB.open('chunnuan');
           opening.onerror = () => failed(opening.error);
           opening.onsuccess = () => {
             const asked = opening.result.transaction('setting').objectStore('setting')
               .get('letter');
             asked.onsuccess = () => { opening.result.close(); done(asked.result ?? null); };
           };
         });",
        json!([]),
    );
    kept.as_str().map(str::to_owned)
}

/// A visit without a network, and the task that it fulfilled; then the app is closed.
pub fn after_a_day_without_a_signal(world: &mut World) -> (Browser, String) {
    let mut lin = visits_without_a_network(world, &["有困难"]);
    until("a letter lies ready", || letter(&lin).is_some());
    let text = letter(&lin).unwrap();
    lin.close_tab();
    world.start_server();
    (lin, text)
}

fn post(world: &World, letter: &Letter) -> http::Answer {
    let body = serde_json::to_vec(letter).unwrap();
    http::post(&format!("{}/api/letters", world.url()), &[], &body).unwrap()
}

fn refusal(answer: &http::Answer) -> (u16, String) {
    let trouble: Trouble = serde_json::from_slice(&answer.body).unwrap();
    (answer.status, trouble.code)
}

#[test]
fn in_the_evening_everything_has_gone_up_before_she_looks() {
    let mut world = World::new();
    let (lin, _) = after_a_day_without_a_signal(&mut world);
    assert!(visits(&world).is_empty());
    network_returns(&lin, &world);
    until("the visit is on the server", || visits(&world).len() == 1);
    lin.open(world.url());
    lin.see("已上传");
    until("the letter is withdrawn", || letter(&lin).is_none());
    assert_eq!(visits(&world).len(), 1);
}

/// As the browser does when a network is there.
pub fn network_returns(browser: &Browser, world: &World) {
    browser.cdp("ServiceWorker.enable", json!({}));
    let event = json!({
        "origin": world.url(), "registrationId": "0", "tag": "letter", "lastChance": false
    });
    browser.cdp("ServiceWorker.dispatchSyncEvent", event);
}

/// How many letters the server has had.
fn letters(world: &mut World) -> i64 {
    world.stop_server();
    let registry = objects::file_of(world.data(), objects::REGISTRY, "registry");
    let registry = rusqlite::Connection::open(registry).unwrap();
    let query = "SELECT coalesce(sum(count), 0) FROM tries WHERE who LIKE 'letter:%'";
    let count = registry.query_row(query, [], |row| row.get(0)).unwrap();
    drop(registry);
    world.start_server();
    count
}

#[test]
fn what_an_open_app_sends_by_itself_does_not_go_up_a_second_time_as_a_letter() {
    let mut world = World::new();
    let lin = visits_without_a_network(&mut world, &["有困难"]);
    until("a letter lies ready", || letter(&lin).is_some());
    world.start_server();
    network_returns(&lin, &world);
    lin.see("已上传");
    until("the letter is withdrawn", || letter(&lin).is_none());
    assert_eq!((visits(&world).len(), letters(&mut world)), (1, 0));
}

#[test]
fn while_the_app_lies_open_and_locked_the_letter_goes_up() {
    let mut world = World::new();
    let lin = visits_without_a_network(&mut world, &["有困难"]);
    until("a letter lies ready", || letter(&lin).is_some());
    lin.open(world.url());
    world.start_server();
    assert!(visits(&world).is_empty());
    network_returns(&lin, &world);
    until("the visit is on the server", || visits(&world).len() == 1);
    assert_eq!(letters(&mut world), 1);
}

#[test]
fn a_letter_opens_for_the_server_alone_and_says_nothing_twice() {
    let mut world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "37");
    let (lin, text) = after_a_day_without_a_signal(&mut world);
    for word in ["visit", "in_difficulty", "371721101004"] {
        assert!(!text.contains(word), "{word} stands in the clear");
    }
    let good: Letter = serde_json::from_str(&text).unwrap();
    let mut altered = good.clone();
    let last = if good.sealed.text.ends_with('A') {
        "B"
    } else {
        "A"
    };
    altered.sealed.text.pop();
    altered.sealed.text.push_str(last);
    assert_eq!(
        refusal(&post(&world, &altered)),
        (401, "bad_signature".to_owned())
    );
    let mut of_another = good.clone();
    of_another.device = administrator.number;
    assert_eq!(
        refusal(&post(&world, &of_another)),
        (401, "bad_signature".to_owned())
    );
    assert!(visits(&world).is_empty());

    let told = |answer: http::Answer| -> LetterAnswer {
        assert_eq!(answer.status, 200, "{}", answer.text());
        serde_json::from_slice(&answer.body).unwrap()
    };
    let first = told(post(&world, &good));
    assert!(first.accepted >= 2 && first.refused == 0, "{first:?}");
    assert_eq!(told(post(&world, &good)), first);
    assert_eq!(visits(&world).len(), 1);

    let devices: Value = administrator
        .get("/api/devices")
        .unwrap()
        .json("/api/devices")
        .unwrap();
    let all = devices["devices"].as_array().unwrap();
    let of_lin = all.iter().find(|one| one["name"] == "林晓梅").unwrap();
    let path = format!("/api/devices/{}/revoke", of_lin["number"].as_str().unwrap());
    assert_eq!(administrator.post(&path, b"").unwrap().status, 200);
    assert_eq!(
        refusal(&post(&world, &good)),
        (403, "device_revoked".to_owned())
    );
    drop(lin);
}
