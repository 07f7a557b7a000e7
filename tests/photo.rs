//! Pictures on the server: kept once, for whoever may write the record that names them; given to
//! whoever may see it; to everybody else as if they did not exist.

use domain::grant::Role;
use domain::picture::parts::{PART_BYTES, Stand};
use domain::wire::Trouble;
use domain::{Id, Value};
use host::device::{Device, new_id};
use host::http::Answer;
use host::links::invitation;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tests::World;
use tests::bucket::{Cloud, Object};
use tests::world::{area, county, own_address};

const VILLAGE: &str = "371721101004";

/// Bytes that begin as a JPEG does; no two are the same.
fn picture(seed: u8) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 16];
    bytes.extend_from_slice(b"JFIF");
    bytes.extend(vec![seed; 2_000]);
    bytes
}

fn name_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn path(bytes: &[u8]) -> String {
    format!("/api/photo/371721/{}", name_of(bytes))
}

fn put(device: &Device, bytes: &[u8]) -> Answer {
    device.put(&path(bytes), "image/jpeg", bytes).unwrap()
}

/// A household with a visit that names these pictures.
fn visit(device: &mut Device, pictures: &[&[u8]]) -> Id {
    let (home, id) = (new_id(), new_id());
    let names = pictures.iter().map(|bytes| Value::Text(name_of(bytes)));
    let today = domain::day_of(host::show::now_ms()).to_string();
    let changes = [
        device.makes(
            home,
            "household",
            area(VILLAGE),
            &[("head", "张建国".into()), ("address", "1号".into())],
        ),
        device.makes(
            id,
            "visit",
            area(VILLAGE),
            &[
                ("situation", "well".into()),
                ("date", today.as_str().into()),
                ("form", "home".into()),
                ("household", home.to_string().as_str().into()),
                ("photos", Value::List(names.collect())),
            ],
        ),
    ];
    let answer = device.push(county(), &changes).unwrap();
    let accepted = |answer: &_| matches!(answer, domain::wire::Answer::Accepted(_));
    assert!(answer.answers.iter().all(accepted), "{answer:?}");
    id
}

fn told(answer: &Answer) -> (u16, String) {
    let trouble: Trouble = serde_json::from_slice(&answer.body).unwrap();
    assert!(trouble.sentence.len() > 20, "{trouble:?}");
    (answer.status, trouble.code)
}

fn code(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn a_picture_is_kept_once_and_given_as_it_was_sent() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let bytes = picture(1);
    visit(&mut lin, &[&bytes]);
    assert_eq!(put(&lin, &bytes).status, 201);
    assert_eq!(put(&lin, &bytes).status, 204, "sent again, with no effect");
    world.kill_server();
    world.start_server();
    let given = lin.get(&path(&bytes)).unwrap();
    assert_eq!((given.status, given.body), (200, bytes));
    let header = |name: &str| {
        let mut headers = given.headers.iter();
        headers.find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    };
    assert_eq!(header("content-type"), Some("image/jpeg"));
    assert_eq!(header("cache-control"), Some("no-store"));
    assert_eq!(header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn what_is_no_picture_too_large_or_named_otherwise_is_refused_in_a_sentence() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let good = picture(1);
    let text = b"<svg onload=alert(1)>".to_vec();
    let mut large = picture(2);
    large.resize(400_001, 0);
    visit(&mut lin, &[&good, &text, &large]);
    assert_eq!(told(&put(&lin, &large)), code(413, "too_large"));
    assert_eq!(told(&put(&lin, &text)), code(415, "not_a_picture"));
    let as_png = lin.put(&path(&good), "image/png", &good).unwrap();
    assert_eq!(told(&as_png), code(415, "not_a_picture"));
    let as_svg = lin.put(&path(&text), "image/svg+xml", &text).unwrap();
    assert_eq!(told(&as_svg), code(415, "not_a_picture"));
    let other = lin.put(&path(&good), "image/jpeg", &picture(3)).unwrap();
    assert_eq!(told(&other), code(422, "wrong_name"));
    let nowhere = path(&good).replace("371721/", "371721101/");
    let nowhere = lin.put(&nowhere, "image/jpeg", &good).unwrap();
    assert_eq!(told(&nowhere), code(404, "unknown_area"));
    assert_eq!(
        told(&lin.get(&path(&good)).unwrap()),
        code(404, "no_such_picture")
    );
    assert_eq!(put(&lin, &good).status, 201);
}

#[test]
fn a_picture_that_no_record_names_is_not_taken() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    visit(&mut lin, &[&picture(1)]);
    let other = picture(2);
    assert_eq!(told(&put(&lin, &other)), code(404, "no_such_picture"));
    assert_eq!(
        told(&lin.get(&path(&other)).unwrap()),
        code(404, "no_such_picture")
    );
}

#[test]
fn without_a_token_there_is_no_picture() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let bytes = picture(1);
    visit(&mut lin, &[&bytes]);
    put(&lin, &bytes);
    let address = format!("{}{}", world.url(), path(&bytes));
    assert_eq!(
        told(&host::http::get(&address).unwrap()),
        code(401, "no_token")
    );
    let headers = [("content-type", "image/jpeg")];
    let sent = host::http::put(&address, &headers, &bytes).unwrap();
    assert_eq!(told(&sent), code(401, "no_token"));
}

#[test]
fn whoever_may_not_see_the_record_sees_no_picture_of_it_and_sends_none() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let (bytes, late) = (picture(1), picture(2));
    visit(&mut lin, &[&bytes, &late]);
    put(&lin, &bytes);
    let coordinator = world.device("魏国强", Role::Coordinator, "371721");
    assert_eq!(coordinator.get(&path(&bytes)).unwrap().body, bytes);
    for (role, place) in [
        (Role::FieldWorker, "371721102"),
        (Role::Administrator, "37"),
        (Role::StationVolunteer, "371721101"),
    ] {
        let other = world.device("别人", role, place);
        let seen = other.get(&path(&bytes)).unwrap();
        assert_eq!(told(&seen), code(404, "no_such_picture"), "{role:?}");
        assert_eq!(
            told(&put(&other, &late)),
            code(404, "no_such_picture"),
            "{role:?}"
        );
    }
    let missing = lin.get(&path(&late)).unwrap();
    assert_eq!(
        told(&missing),
        code(404, "no_such_picture"),
        "nothing was kept"
    );
}

#[test]
fn a_name_written_into_ones_own_record_shows_nothing_that_one_has_not_sent() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let bytes = picture(1);
    visit(&mut lin, &[&bytes]);
    put(&lin, &bytes);
    let mut neighbour = world.device("邻镇", Role::FieldWorker, "371721102");
    let home = new_id();
    let today = domain::day_of(host::show::now_ms()).to_string();
    let claims = neighbour.makes(
        home,
        "visit",
        area("371721102200"),
        &[
            ("situation", "well".into()),
            ("date", today.as_str().into()),
            ("form", "home".into()),
            ("household", home.to_string().as_str().into()),
            ("photos", Value::List(vec![name_of(&bytes).as_str().into()])),
        ],
    );
    neighbour.push(county(), &[claims]).unwrap();
    let seen = neighbour.get(&path(&bytes)).unwrap();
    assert_eq!(told(&seen), code(404, "no_such_picture"));
    assert_eq!(
        put(&neighbour, &bytes).status,
        204,
        "who has the bytes may give them"
    );
    assert_eq!(neighbour.get(&path(&bytes)).unwrap().body, bytes);
}

#[test]
fn a_picture_that_was_taken_out_of_the_record_is_not_shown_any_more() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let (wrong, right) = (picture(1), picture(2));
    let id = visit(&mut lin, &[&wrong, &right]);
    put(&lin, &wrong);
    put(&lin, &right);
    let seen = lin.pull(county()).unwrap()[&id].clone();
    let left = Value::List(vec![name_of(&right).as_str().into()]);
    let edit = lin.edits(&seen, &[("photos", left)]);
    lin.push(county(), &[edit]).unwrap();
    assert_eq!(
        told(&lin.get(&path(&wrong)).unwrap()),
        code(404, "no_such_picture")
    );
    assert_eq!(lin.get(&path(&right)).unwrap().status, 200);
}

/// A picture of three whole parts and a bit.
fn large_picture(seed: u8) -> Vec<u8> {
    let mut bytes = picture(seed);
    let rest = (bytes.len()..3 * PART_BYTES + 1_234).map(|at| (at / 251) as u8 ^ seed);
    bytes.extend(rest);
    bytes
}

fn part(device: &Device, whole: &[u8], offset: usize, bytes: &[u8]) -> Answer {
    let path = format!("{}?offset={offset}&total={}", path(whole), whole.len());
    device.put(&path, "image/jpeg", bytes).unwrap()
}

fn stand(device: &Device, whole: &[u8]) -> Stand {
    let path = format!("{}/parts", path(whole));
    device.get(&path).unwrap().json(&path).unwrap()
}

/// Sends what the server does not have, at most so many parts; how many bytes went.
fn go_on(device: &Device, whole: &[u8], parts: usize) -> usize {
    let mut sent = 0;
    for _ in 0..parts {
        let from = stand(device, whole);
        if from.whole {
            break;
        }
        let bytes = &whole[from.have..whole.len().min(from.have + PART_BYTES)];
        let answer = part(device, whole, from.have, bytes);
        assert!(answer.status < 300, "{}", answer.text());
        sent += bytes.len();
    }
    sent
}

#[test]
fn a_picture_cut_in_the_middle_goes_on_where_it_was_and_no_byte_goes_twice() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let bytes = large_picture(1);
    visit(&mut lin, &[&bytes]);
    assert_eq!(stand(&lin, &bytes), Stand::default());
    let mut sent = 0;
    // The server dies after each part that it has taken.
    for parts in 1..=3 {
        sent += go_on(&lin, &bytes, 1);
        assert_eq!(stand(&lin, &bytes).have, parts * PART_BYTES);
        world.kill_server();
        world.start_server();
        let missing = lin.get(&path(&bytes)).unwrap();
        assert_eq!(told(&missing), code(404, "no_such_picture"));
    }
    sent += go_on(&lin, &bytes, 9);
    assert_eq!(sent, bytes.len());
    assert!(stand(&lin, &bytes).whole, "nothing is sent again");
    world.kill_server();
    world.start_server();
    assert_eq!(lin.get(&path(&bytes)).unwrap().body, bytes);
}

#[test]
fn parts_out_of_order_or_of_another_picture_are_refused_and_spoil_nothing() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let (bytes, other) = (large_picture(1), large_picture(2));
    visit(&mut lin, &[&bytes]);
    let cut = |offset: usize| &bytes[offset..bytes.len().min(offset + PART_BYTES)];
    let wrong = code(409, "wrong_part");
    let skipped = part(&lin, &bytes, PART_BYTES, cut(PART_BYTES));
    assert_eq!(told(&skipped), wrong);
    let text = part(&lin, &bytes, 0, &[b'x'; PART_BYTES]);
    assert_eq!(told(&text), code(415, "not_a_picture"));
    assert_eq!(part(&lin, &bytes, 0, cut(0)).status, 202);
    assert_eq!(
        part(&lin, &bytes, 0, cut(0)).status,
        202,
        "its answer was lost"
    );
    for (offset, sent) in [
        (2 * PART_BYTES, cut(2 * PART_BYTES)),
        (PART_BYTES, &cut(PART_BYTES)[1..]),
        (PART_BYTES + 1, cut(PART_BYTES)),
    ] {
        assert_eq!(told(&part(&lin, &bytes, offset, sent)), wrong, "{offset}");
    }
    let long = vec![0; PART_BYTES + 1];
    let long = part(&lin, &bytes, PART_BYTES, &long);
    assert_eq!(told(&long), code(413, "too_large"));
    assert_eq!(part(&lin, &bytes, PART_BYTES, cut(PART_BYTES)).status, 202);
    let again = part(&lin, &bytes, PART_BYTES, &other[PART_BYTES..2 * PART_BYTES]);
    assert_eq!(told(&again), wrong, "other bytes in the same place");
    assert_eq!(stand(&lin, &bytes).have, 2 * PART_BYTES);

    // One part of another picture is found at the end, and all of it begins anew.
    let strange = &other[2 * PART_BYTES..3 * PART_BYTES];
    assert_eq!(part(&lin, &bytes, 2 * PART_BYTES, strange).status, 202);
    let last = part(&lin, &bytes, 3 * PART_BYTES, cut(3 * PART_BYTES));
    assert_eq!(told(&last), code(422, "wrong_name"));
    assert_eq!(stand(&lin, &bytes), Stand::default());
    assert_eq!(go_on(&lin, &bytes, 9), bytes.len());
    assert_eq!(lin.get(&path(&bytes)).unwrap().body, bytes);
}

#[test]
fn an_unfinished_picture_is_nobody_elses() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let bytes = large_picture(1);
    visit(&mut lin, &[&bytes]);
    go_on(&lin, &bytes, 2);
    let colleague = world.device("王芳", Role::FieldWorker, "371721101");
    assert_eq!(stand(&colleague, &bytes), Stand::default());
    assert_eq!(go_on(&colleague, &bytes, 1), PART_BYTES);
    assert_eq!(stand(&lin, &bytes).have, 2 * PART_BYTES);
    let seen = colleague.get(&path(&bytes)).unwrap();
    assert_eq!(told(&seen), code(404, "no_such_picture"));
    let neighbour = world.device("邻镇", Role::FieldWorker, "371721102");
    let asked = neighbour.get(&format!("{}/parts", path(&bytes))).unwrap();
    assert_eq!(told(&asked), code(404, "no_such_picture"));
    let sent = part(&neighbour, &bytes, 0, &bytes[..PART_BYTES]);
    assert_eq!(told(&sent), code(404, "no_such_picture"));
    go_on(&lin, &bytes, 9);
    let seeing = world.device("魏国强", Role::Coordinator, "371721");
    assert_eq!(seeing.get(&path(&bytes)).unwrap().body, bytes);
}

#[test]
fn on_cloudflare_a_picture_lies_in_the_bucket_and_only_who_sees_its_record_gets_it() {
    let data = TempDir::new().unwrap();
    let (early, late, gone) = (picture(1), large_picture(2), picture(3));
    let invited = |name, place| invitation(name, Role::FieldWorker, area(place));
    let listen = own_address();
    let cloud = Cloud::start(data.path(), &listen, false);
    let people = [invited("林晓梅", "371721101"), invited("邻镇", "371721102")];
    let [mut lin, neighbour] = cloud.enrol(people);
    visit(&mut lin, &[&early, &late, &gone]);
    assert_eq!(put(&lin, &early).status, 201, "before there was a bucket");
    drop(cloud);

    let mut cloud = Cloud::start(data.path(), &listen, true);
    assert!(cloud.objects().is_empty());
    go_on(&lin, &late, 2);
    assert_eq!(cloud.objects(), [], "not before it is whole");
    go_on(&lin, &late, 9);
    assert_eq!(put(&lin, &late).status, 204, "sent again, with no effect");
    let object = |bytes: &[u8]| Object {
        key: format!("371721/{}", name_of(bytes)),
        size: bytes.len(),
        content_type: Some("image/jpeg".to_owned()),
    };
    assert_eq!(cloud.objects(), [object(&late)]);
    for bytes in [&early, &late] {
        let given = lin.get(&path(bytes)).unwrap();
        assert_eq!((given.status, &given.body), (200, bytes));
        let seen = neighbour.get(&path(bytes)).unwrap();
        assert_eq!(told(&seen), code(404, "no_such_picture"));
    }
    assert_eq!(told(&put(&neighbour, &gone)), code(404, "no_such_picture"));
    assert_eq!(put(&lin, &gone).status, 201);
    cloud.delete(&object(&gone).key);
    let missing = lin.get(&path(&gone)).unwrap();
    assert_eq!(told(&missing), code(404, "no_such_picture"));
}
