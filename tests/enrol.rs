//! Links and sessions: one link, one device; no key, no token.

use domain::grant::{Grant, Role};
use domain::wire::{ChallengeAnswer, ChallengeAsk, EnrolAsk, Invitation, SessionAsk, Trouble};
use domain::{Area, Grants};
use host::device::{Device, new_key, public_key};
use host::http;
use tests::World;
use tests::world::area;

fn post(world: &World, path: &str, body: &impl serde::Serialize) -> http::Answer {
    let body = serde_json::to_vec(body).unwrap();
    http::post(&format!("{}{path}", world.url()), &[], &body).unwrap()
}

fn code(answer: &http::Answer) -> (u16, String) {
    let trouble: Trouble = serde_json::from_slice(&answer.body).unwrap();
    assert!(!trouble.sentence.is_empty());
    (answer.status, trouble.code)
}

fn ask(link: &str) -> EnrolAsk {
    let public_key = public_key(&new_key());
    EnrolAsk {
        link: link.to_owned(),
        public_key,
        device_name: "test".to_owned(),
    }
}

#[test]
fn a_link_enrols_one_device_and_no_second_one() {
    let world = World::new();
    let link = world.invite(
        "林晓梅",
        vec![Grant::new(Role::FieldWorker, area("371721101"))],
    );
    assert_eq!(post(&world, "/api/enrol", &ask(&link)).status, 200);
    let again = post(&world, "/api/enrol", &ask(&link));
    assert_eq!(code(&again), (410, "bad_link".to_owned()));
    let cut = post(&world, "/api/enrol", &ask(&link[..10]));
    assert_eq!(code(&cut), (410, "bad_link".to_owned()));
}

#[test]
fn a_key_that_is_none_is_refused_and_the_link_stays_good() {
    let world = World::new();
    let link = world.invite(
        "林晓梅",
        vec![Grant::new(Role::FieldWorker, area("371721101"))],
    );
    let nonsense = EnrolAsk {
        public_key: "AAAA".to_owned(),
        ..ask(&link)
    };
    assert_eq!(
        code(&post(&world, "/api/enrol", &nonsense)),
        (400, "bad_key".to_owned())
    );
    assert_eq!(post(&world, "/api/enrol", &ask(&link)).status, 200);
}

#[test]
fn nobody_signs_in_with_another_devices_number() {
    let world = World::new();
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let asked = post(
        &world,
        "/api/session/challenge",
        &ChallengeAsk { device: lin.number },
    );
    let asked: ChallengeAnswer = asked.json("challenge").unwrap();
    let forged = SessionAsk {
        device: lin.number,
        challenge: asked.challenge,
        signature: "A".repeat(86),
        unsent: None,
        version: None,
    };
    assert_eq!(
        code(&post(&world, "/api/session", &forged)),
        (401, "bad_signature".to_owned())
    );
    // The challenge is spent: it cannot be tried again.
    assert_eq!(
        code(&post(&world, "/api/session", &forged)),
        (401, "bad_signature".to_owned())
    );
}

#[test]
fn an_administrator_invites_within_the_own_area_and_others_invite_nobody() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let invitation = |code: &str| {
        let grants = Grants(vec![Grant::new(Role::FieldWorker, area(code))]);
        serde_json::to_vec(&Invitation {
            name: "新同事".to_owned(),
            grants,
            person: None,
        })
        .unwrap()
    };
    let invited = administrator
        .post("/api/invite", &invitation("371721101"))
        .unwrap();
    assert_eq!(invited.status, 200);
    let link = serde_json::from_slice::<domain::wire::InviteAnswer>(&invited.body)
        .unwrap()
        .link;
    let newcomer = Device::enrol(world.url(), &link, "test").unwrap();
    // The own county's, and those above in which bulletins and handoffs lie.
    let ledgers = ["37", "3717", "371721"].map(|code| Area::parse(code).unwrap());
    assert_eq!(newcomer.profile.ledgers, ledgers);
    let outside = administrator
        .post("/api/invite", &invitation("370102001"))
        .unwrap();
    assert_eq!(code(&outside), (403, "outside_area".to_owned()));
    let by_lin = lin.post("/api/invite", &invitation("371721101")).unwrap();
    assert_eq!(code(&by_lin), (403, "not_allowed".to_owned()));
}
