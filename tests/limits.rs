//! Whoever asks too often is told to wait; whoever holds what is right is never kept out by them.

use domain::grant::{Grant, Role};
use domain::wire::{ChallengeAsk, EnrolAsk, Trouble};
use host::device::{Device, new_key, public_key};
use host::http::{self, Answer};
use tests::World;
use tests::world::{area, county};

fn code(answer: &Answer) -> String {
    let trouble: Trouble = serde_json::from_slice(&answer.body).unwrap();
    assert!(!trouble.sentence.is_empty());
    trouble.code
}

fn from(world: &World, address: &str, path: &str, body: &impl serde::Serialize) -> Answer {
    let body = serde_json::to_vec(body).unwrap();
    let headers = [("cf-connecting-ip", address)];
    http::post(&format!("{}{path}", world.url()), &headers, &body).unwrap()
}

fn ask(link: &str) -> EnrolAsk {
    EnrolAsk {
        link: link.to_owned(),
        public_key: public_key(&new_key()),
        device_name: "test".to_owned(),
    }
}

#[test]
fn who_guesses_links_waits_and_a_right_link_is_taken_all_the_same() {
    let world = World::new();
    let good = world.invite(
        "林晓梅",
        vec![Grant::new(Role::FieldWorker, area("371721101"))],
    );
    let guess = |address| from(&world, address, "/api/enrol", &ask("guessed"));
    for _ in 0..30 {
        assert_eq!(code(&guess("192.0.2.1")), "bad_link");
    }
    let refused = guess("192.0.2.1");
    assert_eq!(
        (refused.status, code(&refused).as_str()),
        (429, "too_often")
    );
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=601).contains(&wait), "{wait}");
    // From elsewhere a wrong link is just wrong, and a right one is right from anywhere.
    assert_eq!(code(&guess("192.0.2.2")), "bad_link");
    let right = from(&world, "192.0.2.1", "/api/enrol", &ask(&good));
    assert_eq!(right.status, 200);
}

#[test]
fn who_asks_for_a_colleagues_challenges_does_not_keep_the_colleague_out() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let ask = ChallengeAsk { device: lin.number };
    let challenge = || from(&world, "192.0.2.1", "/api/session/challenge", &ask);
    // A minute may end in between.
    let stopped = (0..300).map(|_| challenge()).find(|a| a.status == 429);
    assert_eq!(code(&stopped.unwrap()), "too_often");
    assert!(lin.sign_in().is_ok());
}

#[test]
fn a_device_that_asks_a_ledger_without_end_waits_and_its_colleague_does_not() {
    let world = World::new();
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let gao = world.device("高文静", Role::FieldWorker, "371721101");
    let pull = |device: &Device| {
        let ledger = county();
        device
            .get(&format!("/api/sync/{ledger}?after=0&view="))
            .unwrap()
    };
    let stopped = (0..1_300).map(|_| pull(&lin)).find(|a| a.status != 200);
    let stopped = stopped.unwrap();
    assert_eq!(
        (stopped.status, code(&stopped).as_str()),
        (429, "too_often")
    );
    assert!(stopped.header("retry-after").is_some());
    assert_eq!(pull(&gao).status, 200);
}
