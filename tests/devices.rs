//! Lost phones, lost PINs and changed roles: what an administrator does, and how soon it holds.

use domain::audit::Deed;
use domain::grant::{Grant, Role};
use domain::wire::{
    AuditAsk, AuditPage, DeviceList, GrantsAsk, Invitation, InviteAnswer, LastWords, LeftBehind,
    PeopleList, Reported, RescueAnswer, RescueAsk, Stopped, Taken, Trouble,
};
use domain::{Change, Grants, Id};
use host::device::{Device, new_id};
use host::error::HostError;
use host::http::Answer;
use tests::World;
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";

fn code(answer: &Answer) -> (u16, String) {
    let trouble: Trouble = serde_json::from_slice(&answer.body)
        .unwrap_or_else(|_| panic!("{} {}", answer.status, answer.text()));
    assert!(!trouble.sentence.is_empty());
    (answer.status, trouble.code)
}

fn refused(code: &str, status: u16) -> (u16, String) {
    (status, code.to_owned())
}

fn post(device: &Device, path: &str, body: &impl serde::Serialize) -> Answer {
    device
        .post(path, &serde_json::to_vec(body).unwrap())
        .unwrap()
}

fn get<T: serde::de::DeserializeOwned>(device: &Device, path: &str) -> T {
    device.get(path).unwrap().json(path).unwrap()
}

fn revoke(administrator: &Device, device: &Device) -> Stopped {
    let path = format!("/api/devices/{}/revoke", device.number);
    post(administrator, &path, &()).json(&path).unwrap()
}

fn household(device: &mut Device) -> Change {
    let cells = [("head", "张建国".into()), ("address", "1号".into())];
    device.makes(new_id(), "household", area(VILLAGE), &cells)
}

/// One more device of somebody, by the administrator's link.
fn second(world: &World, administrator: &Device, person: Id) -> Device {
    let invitation = Invitation {
        name: String::new(),
        grants: Grants::default(),
        person: Some(person),
    };
    let answer = post(administrator, "/api/invite", &invitation);
    let link = answer.json::<InviteAnswer>("/api/invite").unwrap().link;
    Device::enrol(world.url(), &link, "new phone").unwrap()
}

fn sign_in_trouble(device: &mut Device) -> (u16, String) {
    match device.sign_in() {
        Err(HostError::Refused { status, said, .. }) => {
            let trouble: Trouble = serde_json::from_str(&said).unwrap();
            (status, trouble.code)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_revoked_phone_opens_nothing_one_request_later_with_its_old_token() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let change = household(&mut lin);
    lin.push(county(), std::slice::from_ref(&change)).unwrap();
    assert_eq!(lin.pull(county()).unwrap().len(), 1);

    assert_eq!(revoke(&administrator, &lin).waiting, 0);

    let body = serde_json::json!({ "changes": [household(&mut lin)] }).to_string();
    let ledger = county();
    let asked = [
        lin.get(&format!("/api/sync/{ledger}?after=0&view=")),
        lin.post(&format!("/api/sync/{ledger}"), body.as_bytes()),
        lin.get(&format!("/api/photo/{ledger}/{}", "0".repeat(64))),
        lin.get(&format!("/api/progress/{VILLAGE}")),
        lin.get("/api/sync/37?after=0&view="),
        lin.post("/api/audit", br#"{"deeds":[]}"#),
    ];
    for answer in asked {
        assert_eq!(code(&answer.unwrap()), refused("bad_token", 401));
    }
    // The phone signs in again and hears why; it goes on to empty itself.
    assert_eq!(sign_in_trouble(&mut lin), refused("device_revoked", 403));
    // What it had sent before is not lost.
    let wei = world.device("魏国强", Role::Coordinator, "371721");
    assert!(wei.pull(county()).unwrap().contains_key(&change.id));
}

#[test]
fn whoever_does_not_hold_its_key_does_not_learn_that_a_phone_was_revoked() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    revoke(&administrator, &lin);
    let (challenge, _) = lin.proof().unwrap();
    let ask = domain::wire::SessionAsk {
        device: lin.number,
        challenge,
        signature: "A".repeat(86),
        unsent: None,
        version: None,
    };
    let answer = post(&administrator, "/api/session", &ask);
    assert_eq!(code(&answer), refused("unknown_device", 401));
}

#[test]
fn narrowed_grants_show_nothing_of_the_former_area_one_request_later() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let change = household(&mut lin);
    lin.push(county(), &[change]).unwrap();
    let mut gao = world.device("高文静", Role::FieldWorker, "371721");
    assert_eq!(gao.pull(county()).unwrap().len(), 1);

    let path = format!("/api/people/{}/grants", gao.person);
    let grants = Grants(vec![Grant::new(Role::FieldWorker, area("371721102"))]);
    let stopped: Stopped = post(&administrator, &path, &GrantsAsk { grants })
        .json(&path)
        .unwrap();
    assert_eq!(stopped.waiting, 0);

    let answer = gao.get("/api/sync/371721?after=0&view=").unwrap();
    assert_eq!(code(&answer), refused("bad_token", 401));
    gao.sign_in().unwrap();
    assert!(gao.pull(county()).unwrap().is_empty());
}

#[test]
fn grants_are_given_and_taken_only_within_the_administrators_own_area() {
    let world = World::new();
    let city = world.device("菏泽管理员", Role::Administrator, "3717");
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let far = world.device("济南同事", Role::FieldWorker, "370102001");
    let give = |by: &Device, whom: Id, code: &str| {
        let grants = Grants(vec![Grant::new(Role::FieldWorker, area(code))]);
        post(
            by,
            &format!("/api/people/{whom}/grants"),
            &GrantsAsk { grants },
        )
    };
    let not_allowed = refused("not_allowed", 403);
    let outside = refused("outside_area", 403);
    assert_eq!(code(&give(&city, lin.person, "370102001")), outside);
    assert_eq!(code(&give(&city, far.person, "371721101")), outside);
    assert_eq!(code(&give(&lin, lin.person, "371721")), not_allowed);
    let nobody = give(&city, new_id(), "371721101");
    assert_eq!(code(&nobody), refused("unknown_person", 404));
    let empty = GrantsAsk {
        grants: Grants::default(),
    };
    let path = format!("/api/people/{}/grants", lin.person);
    assert_eq!(code(&post(&city, &path, &empty)), refused("not_whole", 422));
    let people: PeopleList = get(&city, "/api/people");
    let seen: Vec<Id> = people.people.iter().map(|staff| staff.person).collect();
    assert!(seen.contains(&lin.person) && !seen.contains(&far.person));
    assert_eq!(code(&lin.get("/api/people").unwrap()), not_allowed);
}

#[test]
fn links_that_a_stolen_administrators_phone_made_are_worth_nothing() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "37");
    let stolen = world.device("菏泽管理员", Role::Administrator, "3717");
    let invitation = Invitation {
        name: "以后用".to_owned(),
        grants: Grants(vec![Grant::new(Role::FieldWorker, area("371721"))]),
        person: None,
    };
    let invite = |by: &Device| {
        let answer = post(by, "/api/invite", &invitation);
        answer.json::<InviteAnswer>("/api/invite").unwrap().link
    };
    let (for_later, good) = (invite(&stolen), invite(&administrator));
    revoke(&administrator, &stolen);
    let taken = Device::enrol(world.url(), &for_later, "thief");
    assert!(matches!(taken, Err(HostError::Refused { status: 410, .. })));
    assert!(Device::enrol(world.url(), &good, "colleague").is_ok());
}

/// A request that is sent without waiting for its answer.
fn send_only(world: &World, device: &Device, path: &str) -> std::net::TcpStream {
    use std::io::Write;
    let address = world.server().address();
    let mut line = std::net::TcpStream::connect(address).unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-length: 0\r\n\r\n",
        device.token
    );
    line.write_all(request.as_bytes()).unwrap();
    line
}

#[test]
fn a_revocation_that_the_servers_death_cut_short_reaches_every_ledger_later() {
    let mut world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "37");
    // The more ledgers, the more there is to cut short.
    let far = world.device("省协调员", Role::Coordinator, "37");
    let ledgers = far.profile.ledgers.clone();
    let pull = |ledger| {
        let answer = far.get(&format!("/api/sync/{ledger}?after=0&view="));
        answer.unwrap().status
    };
    let path = format!("/api/devices/{}/revoke", far.number);
    let revoked = || {
        let list: DeviceList = get(&administrator, "/api/devices");
        let far = list.devices.into_iter().find(|d| d.number == far.number);
        far.unwrap().revoked.is_some()
    };
    // Killed a little later each time: the first time that it was written down, most ledgers will
    // not have heard.
    let mut until_killed = 0;
    while !revoked() {
        let line = send_only(&world, &administrator, &path);
        let sent = host::show::now();
        while sent.elapsed().as_millis() < until_killed {}
        until_killed += 3;
        world.kill_server();
        drop(line);
        world.start_server();
    }
    let late = ledgers.iter().filter(|ledger| pull(**ledger) == 200);
    println!(
        "killed after {until_killed} ms; {} ledgers had not heard",
        late.count()
    );
    let begun = host::show::now();
    for ledger in ledgers {
        while pull(ledger) == 200 {
            assert!(begun.elapsed().as_secs() < 60, "{ledger} never heard");
        }
    }
}

#[test]
fn the_last_administrator_of_the_campaign_stays_one() {
    let world = World::new();
    // The training campaign is Cao County's.
    let only = world.device("管理员", Role::Administrator, "371721");
    let path = format!("/api/people/{}/grants", only.person);
    let other = GrantsAsk {
        grants: Grants(vec![Grant::new(Role::FieldWorker, area("371721101"))]),
    };
    let refusal = refused("last_administrator", 409);
    assert_eq!(code(&post(&only, &path, &other)), refusal);
    let revoke = format!("/api/devices/{}/revoke", only.number);
    assert_eq!(code(&post(&only, &revoke, &())), refusal);
    world.device("另一位管理员", Role::Administrator, "37");
    assert_eq!(post(&only, &path, &other).status, 200);
    assert_eq!(
        code(&only.get("/api/people").unwrap()),
        refused("not_allowed", 403)
    );
}

#[test]
fn who_lost_the_pin_enrols_anew_and_gets_the_old_phones_data_key() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let mut old = world.device("林晓梅", Role::FieldWorker, "371721101");
    let data_key = [7; 32];
    let sealed = old.seals(&data_key).unwrap();

    let new = second(&world, &administrator, old.person);
    assert_eq!(
        (new.person, &new.profile.name),
        (old.person, &old.profile.name)
    );
    assert_eq!(new.profile.grants, old.profile.grants);
    let ask = RescueAsk {
        device: old.number,
        sealed,
    };
    let answer: RescueAnswer = post(&new, "/api/rescue", &ask).json("rescue").unwrap();
    assert_eq!(answer.key, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
    // Asked again, because the answer was lost on its way.
    assert_eq!(post(&new, "/api/rescue", &ask).status, 200);
    // The old phone's place is taken: at once, and at the next sign-in.
    let pull = old.get("/api/sync/371721?after=0&view=").unwrap();
    assert_eq!(code(&pull), refused("bad_token", 401));
    assert_eq!(sign_in_trouble(&mut old), refused("device_retired", 403));
    assert!(new.pull(county()).is_ok());
}

#[test]
fn nobody_gets_the_data_key_of_somebody_elses_phone_or_of_a_revoked_one() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let sealed = lin.seals(&[7; 32]).unwrap();
    let ask = RescueAsk {
        device: lin.number,
        sealed,
    };
    let gao = world.device("高文静", Role::FieldWorker, "371721101");
    let by_gao = post(&gao, "/api/rescue", &ask);
    assert_eq!(code(&by_gao), refused("no_such_device", 404));
    let new = second(&world, &administrator, lin.person);
    // A seal that was made for another device's number does not open.
    let wrong = RescueAsk {
        sealed: new.seals(&[7; 32]).unwrap(),
        ..ask.clone()
    };
    assert_eq!(
        code(&post(&new, "/api/rescue", &wrong)),
        refused("bad_seal", 422)
    );
    revoke(&administrator, &lin);
    assert_eq!(
        code(&post(&new, "/api/rescue", &ask)),
        refused("not_allowed", 403)
    );
}

#[test]
fn one_more_device_is_enrolled_only_by_who_administers_all_of_the_person() {
    let world = World::new();
    let cao = world.device("曹县管理员", Role::Administrator, "371721");
    let both = vec![
        Grant::new(Role::FieldWorker, area("371721101")),
        Grant::new(Role::FieldWorker, area("370102001")),
    ];
    let link = world.invite("两地同事", both);
    let wang = Device::enrol(world.url(), &link, "test").unwrap();
    let invitation = |person| Invitation {
        name: String::new(),
        grants: Grants::default(),
        person: Some(person),
    };
    let answer = post(&cao, "/api/invite", &invitation(wang.person));
    assert_eq!(code(&answer), refused("outside_area", 403));
    let answer = post(&cao, "/api/invite", &invitation(new_id()));
    assert_eq!(code(&answer), refused("unknown_person", 404));
}

#[test]
fn a_revoked_phone_leaves_its_last_words_for_its_owner_and_no_other() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    lin.sign_in_with(4).unwrap();
    let not_yet = lin.last_words("too early").unwrap();
    assert_eq!(code(&not_yet), refused("not_allowed", 403));
    revoke(&administrator, &lin);
    for parcel in ["一", "二", "三"] {
        assert_eq!(lin.last_words(parcel).unwrap().status, 200);
    }
    assert_eq!(
        code(&lin.last_words("四").unwrap()),
        refused("last_words_full", 409)
    );
    let devices: DeviceList = get(&administrator, "/api/devices");
    let of_lin = devices.devices.iter().find(|d| d.number == lin.number);
    let of_lin = of_lin.unwrap();
    assert!(of_lin.revoked.is_some() && of_lin.retired.is_none());
    assert_eq!((of_lin.unsent, of_lin.last_words), (Some(4), 3));
    let path = format!("/api/devices/{}/last-words", lin.number);
    let left: LeftBehind = get(&administrator, &path);
    assert_eq!((left.changes.len(), left.others), (0, 3));
    let none: LastWords = get(&administrator, "/api/last-words");
    assert!(none.parcels.is_empty());
    let taken = Taken { device: lin.number };
    let answer = post(&administrator, "/api/last-words/taken", &taken);
    assert_eq!(code(&answer), refused("no_such_device", 404));

    let new = second(&world, &administrator, lin.person);
    let words: LastWords = get(&new, "/api/last-words");
    let said: Vec<&str> = words.parcels.iter().map(|p| p.parcel.as_str()).collect();
    assert_eq!(said, ["一", "二", "三"]);
    assert_eq!(post(&new, "/api/last-words/taken", &taken).status, 200);
    let words: LastWords = get(&new, "/api/last-words");
    assert!(words.parcels.is_empty());
    let other = world.device("济南管理员", Role::Administrator, "3701");
    assert_eq!(
        code(&other.get(&path).unwrap()),
        refused("outside_area", 403)
    );
}

#[test]
fn last_words_as_long_as_allowed_are_kept_and_longer_ones_are_not() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    revoke(&administrator, &lin);
    let longest = "x".repeat(domain::wire::PARCEL_BYTES);
    assert_eq!(lin.last_words(&longest).unwrap().status, 200);
    let longer = lin.last_words(&format!("{longest}x")).unwrap();
    assert_eq!(code(&longer), refused("too_large", 413));
}

#[test]
fn every_deed_is_in_the_log_in_order_and_the_chain_is_unbroken() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "37");
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let record = new_id();
    let stamp = lin.tick();
    let unmasked = Reported {
        stamp,
        deed: Deed::Unmasked {
            record,
            field: "id_number".to_owned(),
        },
    };
    let exported = Reported {
        stamp: lin.tick(),
        deed: Deed::Exported {
            what: "people".to_owned(),
            rows: 12,
        },
    };
    let batch = AuditAsk {
        deeds: vec![unmasked, exported],
    };
    assert_eq!(post(&lin, "/api/audit", &batch).status, 200);
    // Sent again because the answer was lost: the log has it once.
    assert_eq!(post(&lin, "/api/audit", &batch).status, 200);
    let new = second(&world, &administrator, lin.person);
    revoke(&administrator, &lin);
    lin.last_words("unsent").unwrap();
    let _: LastWords = get(&new, "/api/last-words");

    let page: AuditPage = get(&administrator, "/api/audit?after=0");
    let of_lin = page
        .entries
        .iter()
        .filter(|e| e.person == Some(lin.person) || e.about == Some(lin.person));
    let deeds: Vec<&str> = of_lin.map(|entry| entry.deed.name()).collect();
    let expected = [
        "enrolled",
        "unmasked",
        "exported",
        "invited_again",
        "enrolled",
        "revoked",
        "last_words_read",
    ];
    assert_eq!(deeds, expected);
    assert_eq!(page.entries[0].deed.name(), "campaign_changed");
    assert!(!page.more);
    let numbers: Vec<u64> = page.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(broken_links(&page), Vec::<u64>::new());
    assert!(new.pull(county()).is_ok());
}

/// The entries whose link does not follow from the one before and what they say.
fn broken_links(page: &AuditPage) -> Vec<u64> {
    use sha2::{Digest, Sha256};
    let (mut before, mut broken) = (Vec::new(), Vec::new());
    for e in &page.entries {
        let said = (e.seq, e.at, e.person, e.device, e.stamp, e.about, &e.deed);
        let link = Sha256::new()
            .chain_update(&before)
            .chain_update(serde_json::to_vec(&said).unwrap())
            .finalize();
        if host::build::hex(&link) != e.chain {
            broken.push(e.seq);
        }
        before = link.to_vec();
    }
    broken
}

#[test]
fn nobody_edits_or_empties_the_log_and_no_number_gets_into_it() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "37");
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let before: AuditPage = get(&administrator, "/api/audit?after=0");
    let stamp = lin.tick();
    let foreign = administrator.number;
    let bad = [
        // A number in the place of a field's name.
        serde_json::json!({"stamp": stamp, "deed": "unmasked", "record": new_id(), "field": "13800000000"}),
        // What only the server says.
        serde_json::json!({"stamp": stamp, "deed": "revoked", "number": foreign}),
        serde_json::json!({"stamp": stamp, "deed": "campaign_changed"}),
        // Another device's deed.
        serde_json::json!({"stamp": format!("{:012x}0000{foreign}", 5), "deed": "exported", "what": "people", "rows": 1}),
    ];
    let good = serde_json::json!({"stamp": stamp, "deed": "exported", "what": "people", "rows": 1});
    for deed in bad {
        let batch = serde_json::json!({ "deeds": [good, deed] });
        let answer = post(&lin, "/api/audit", &batch);
        assert_eq!(code(&answer), refused("not_reported", 422), "{deed}");
    }
    for path in ["/api/audit", "/api/audit/1"] {
        let answer = administrator.put(path, "application/json", b"{}").unwrap();
        assert_eq!(code(&answer), refused("no_such_address", 404));
    }
    assert_eq!(
        code(&lin.get("/api/audit?after=0").unwrap()),
        refused("not_allowed", 403)
    );
    let after: AuditPage = get(&administrator, "/api/audit?after=0");
    assert_eq!(after, before);
}

#[test]
fn an_administrator_reads_the_deeds_of_the_own_area_and_no_others() {
    let world = World::new();
    let heze = world.device("菏泽管理员", Role::Administrator, "3717");
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let far = world.device("济南同事", Role::FieldWorker, "370102001");
    let page: AuditPage = get(&heze, "/api/audit");
    let whose: Vec<Option<Id>> = page.entries.iter().map(|entry| entry.person).collect();
    assert!(whose.contains(&Some(lin.person)));
    assert!(!whose.contains(&Some(far.person)));
    let next: AuditPage = get(&heze, &format!("/api/audit?after={}", page.after));
    assert!(next.entries.is_empty());
}
