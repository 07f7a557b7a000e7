//! Pushing and pulling: what is accepted is kept, what is refused leaves no trace, and nobody is
//! sent what they may not see.

use domain::grant::{Grant, Role};
use domain::record::AUTHOR;
use domain::wire::{Answer, PushAnswer, PushHead, Trouble};
use domain::{Change, Id, Record, Refusal, Stamp, Value, pack};
use host::device::{Device, new_id};
use std::collections::BTreeSet;
use tests::World;
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";

fn household(device: &mut Device, id: Id) -> Change {
    let cells: [(&str, Value); 2] = [("head", "张建国".into()), ("address", "1号".into())];
    device.makes(id, "household", area(VILLAGE), &cells)
}

fn worker(device: &mut Device, id: Id) -> Change {
    let cells: [(&str, Value); 4] = [
        ("name", "张三".into()),
        ("flow", "returning".into()),
        ("phone", "13800000000".into()),
        ("id_number", "11010519491231002X".into()),
    ];
    device.makes(id, "worker", area(VILLAGE), &cells)
}

fn accepted(answer: &PushAnswer) -> usize {
    answer
        .answers
        .iter()
        .filter(|answer| matches!(answer, Answer::Accepted(_)))
        .count()
}

fn refusal(answer: &Answer) -> &Refusal {
    match answer {
        Answer::Refused(refused) => &refused.refusal,
        Answer::Accepted(_) => panic!("it was accepted"),
    }
}

#[test]
fn a_change_sent_twice_has_one_effect() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let change = household(&mut lin, new_id());
    let first = lin.push(county(), std::slice::from_ref(&change)).unwrap();
    let once = lin.pull(county()).unwrap();
    let again = lin.push(county(), &[change.clone(), change]).unwrap();
    assert_eq!(again.answers[0], first.answers[0]);
    assert_eq!(accepted(&again), 2);
    assert_eq!(lin.pull(county()).unwrap(), once);
}

/// A phone whose answers were lost on the way, from the first to the last: what it has sent is known
/// by record and stamp, wherever it stands in the record's history, and also by its words.
#[test]
fn whatever_was_accepted_is_known_again_however_much_came_after_it() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let homes = [new_id(), new_id()];
    let mut sent: Vec<Change> = Vec::new();
    let mut answers = Vec::new();
    for round in 0..4 {
        // The last two of them in one batch.
        let mut made: Vec<Change> = homes.iter().map(|id| household(&mut lin, *id)).collect();
        if round > 0 {
            // Only who makes a record says that it is theirs.
            for change in &mut made {
                change.cells.remove(AUTHOR.name());
            }
        }
        if round < 2 {
            for change in &made {
                answers.extend(
                    lin.push(county(), std::slice::from_ref(change))
                        .unwrap()
                        .answers,
                );
            }
        } else if round == 3 {
            let both = [&sent[4..], &made[..]].concat();
            answers.extend(lin.push(county(), &both).unwrap().answers);
        }
        sent.extend(made);
    }
    let held = lin.pull(county()).unwrap();
    let numbers: Vec<Answer> = (1..=8).map(Answer::Accepted).collect();
    assert_eq!(answers, numbers);
    let mut all = sent.clone();
    all.reverse();
    let again = lin.push(county(), &all).unwrap();
    assert!(again.answers.iter().rev().eq(&numbers), "{again:?}");
    let mut other_words = sent[1].clone();
    other_words.cells.insert("address".to_owned(), "2号".into());
    let reused = lin.push(county(), &[other_words, sent[0].clone()]).unwrap();
    assert_eq!(refusal(&reused.answers[0]), &Refusal::StampReused);
    assert_eq!(reused.answers[1], numbers[0]);
    assert_eq!(lin.pull(county()).unwrap(), held);
}

/// What was never edited stands in the history, however far back.
#[test]
fn somebody_registered_long_ago_comes_down_beside_somebody_of_today() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let made = [(); 3].map(|()| worker(&mut lin, new_id()));
    let [long_ago, busy, today] = made.clone();
    lin.push(county(), &[long_ago, busy.clone()]).unwrap();
    for number in 0..450 {
        let phone = format!("1390000{number:04}");
        let edit = lin.edits(&busy.delta(), &[("phone", phone.as_str().into())]);
        lin.push(county(), &[edit]).unwrap();
    }
    lin.push(county(), &[today]).unwrap();
    // What the server remembers it would not look for.
    world.stop_server();
    world.start_server();
    let held = lin.pull(county()).unwrap();
    assert_eq!(held.len(), 3);
    assert_eq!(held[&made[0].id], made[0].delta());
    assert_eq!(held[&busy.id].text("phone"), "13900000449");
    assert_eq!(held[&made[2].id], made[2].delta());
    // Nothing new is in what was sent before; all of it is known, the first and the last.
    let again = lin.push(county(), &made).unwrap();
    let numbers: Vec<&Answer> = again.answers.iter().collect();
    assert_eq!(
        numbers,
        [1, 2, 453].map(Answer::Accepted).iter().collect::<Vec<_>>()
    );
}

#[test]
fn long_texts_and_a_record_written_twice_go_up_in_one_batch_and_come_down_whole() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let told = |device: &mut Device, id, size: usize| {
        let text = "话".repeat(size);
        let cells = [
            ("head", "张建国".into()),
            ("address", "1号".into()),
            ("from_a_newer_app", text.as_str().into()),
        ];
        device.makes(id, "household", area(VILLAGE), &cells)
    };
    // Together more than one statement takes, some of them more than is read in one piece.
    let mut batch: Vec<Change> = (0..300)
        .map(|n| told(&mut lin, new_id(), 40 * n % 4_000))
        .collect();
    let first = Record::new(batch[7].id, "household");
    let seen = batch[7].delta();
    batch.push(lin.edits(&seen, &[("head", "张建军".into())]));
    batch.push(batch[3].clone());
    let answer = lin.push(county(), &batch).unwrap();
    assert_eq!(accepted(&answer), batch.len());
    assert_eq!(answer.answers[301], answer.answers[3]);
    let new = lin.pull(county()).unwrap();
    for made in batch[..300].iter().filter(|made| made.id != first.id) {
        assert_eq!(new[&made.id], made.delta());
    }
    let edits: Vec<Change> = batch[..300]
        .iter()
        .map(|made| lin.edits(&made.delta(), &[("address", "2号".into())]))
        .collect();
    assert_eq!(accepted(&lin.push(county(), &edits).unwrap()), edits.len());
    let expected = |id| {
        let mut own = batch.iter().chain(&edits).filter(|change| change.id == id);
        own.try_fold(None, |held: Option<Record>, change| {
            Some(Some(domain::change::apply(held.as_ref(), change)))
        })
    };
    let held = lin.pull(county()).unwrap();
    assert_eq!(held.len(), 300);
    for (id, record) in &held {
        assert_eq!(expected(*id), Some(Some(record.clone())));
    }
    assert_eq!(held[&first.id].text("head"), "张建军");
    let findings = host::check::check(tests::world::built(), world.data()).unwrap();
    assert!(
        findings.iter().all(|one| one.damage.is_empty()),
        "{findings:?}"
    );
}

#[test]
fn what_cannot_be_accepted_does_not_take_the_rest_of_the_batch_with_it() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let (good, other) = (household(&mut lin, new_id()), household(&mut lin, new_id()));
    let mut unknown = household(&mut lin, new_id());
    unknown.kind = "spaceship".to_owned();
    let mut ahead = household(&mut lin, new_id());
    ahead.stamp.time += 6 * 60 * 1000;
    let mut wrong = household(&mut lin, new_id());
    wrong.cells.insert("phone".to_owned(), "12".into());
    let values =
        [&good, &unknown, &ahead, &wrong, &other].map(|c| serde_json::to_value(c).unwrap());
    let mut changes = values.to_vec();
    changes.insert(1, serde_json::json!({ "id": 7 }));
    let body = serde_json::json!({ "changes": changes }).to_string();
    let answer = lin.post("/api/sync/371721", body.as_bytes()).unwrap();
    assert_eq!(answer.status, 207);
    let answer: PushAnswer = serde_json::from_slice(&answer.body).unwrap();
    let codes: Vec<&str> = answer.answers[1..5]
        .iter()
        .map(|a| refusal(a).code())
        .collect();
    assert_eq!(codes, ["malformed", "unknown_kind", "stamp_ahead", "field"]);
    let held: BTreeSet<Id> = lin.pull(county()).unwrap().into_keys().collect();
    assert_eq!(held, BTreeSet::from([good.id, other.id]));
}

#[test]
fn what_was_damaged_on_its_way_does_not_take_the_rest_of_a_packed_batch_with_it() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let (good, other) = (household(&mut lin, new_id()), household(&mut lin, new_id()));
    let damaged = household(&mut lin, new_id());
    let packed = damaged.pack();
    let json = serde_json::to_vec(&damaged).unwrap();
    let parts = [
        &good.pack()[..],
        &packed[..packed.len() - 2],
        &json,
        &other.pack(),
    ];
    let body = PushHead::default().before(&pack::join(parts)).unwrap();
    let answer = lin.post("/api/sync/371721", &body).unwrap();
    assert_eq!(answer.status, 207);
    let answer: PushAnswer = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer.answers[0], Answer::Accepted(1));
    // There is one form for the history to keep.
    assert_eq!(refusal(&answer.answers[1]).code(), "malformed");
    assert_eq!(refusal(&answer.answers[2]).code(), "malformed");
    assert_eq!(answer.answers[3], Answer::Accepted(2));
    let held: BTreeSet<Id> = lin.pull(county()).unwrap().into_keys().collect();
    assert_eq!(held, BTreeSet::from([good.id, other.id]));
    // One that was cut writes nothing at all; and what came packed is known again as JSON.
    let cut = lin
        .post("/api/sync/371721", &body[..body.len() - 1])
        .unwrap();
    assert_eq!(cut.status, 400);
    let again = serde_json::json!({ "changes": [good] }).to_string();
    let again = lin.post("/api/sync/371721", again.as_bytes()).unwrap();
    let again: PushAnswer = serde_json::from_slice(&again.body).unwrap();
    assert_eq!(again.answers, [Answer::Accepted(1)]);
    assert_eq!(lin.pull(county()).unwrap().len(), 2);
}

#[test]
fn a_batch_of_nothing_but_refusals_answers_422_and_writes_nothing() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let mut change = household(&mut lin, new_id());
    change.kind = "spaceship".to_owned();
    let body = serde_json::json!({ "changes": [change] }).to_string();
    let answer = lin.post("/api/sync/371721", body.as_bytes()).unwrap();
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("sentence"));
    assert!(lin.pull(county()).unwrap().is_empty());
}

#[test]
fn bad_requests_are_told_what_is_wrong() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let told = |answer: host::http::Answer| {
        let trouble: Trouble = serde_json::from_slice(&answer.body).unwrap();
        assert!(trouble.sentence.len() > 20, "{trouble:?}");
        (answer.status, trouble.code)
    };
    let push = "/api/sync/371721";
    assert_eq!(
        told(lin.post(push, b"{").unwrap()),
        (400, "malformed".to_owned())
    );
    assert_eq!(
        told(lin.post(push, b"[]").unwrap()),
        (400, "malformed".to_owned())
    );
    let many = serde_json::json!({ "changes": vec![0; 501] }).to_string();
    let packed = PushHead::default().before(&vec![0; 501]).unwrap();
    for many in [many.as_bytes(), &packed] {
        assert_eq!(
            told(lin.post(push, many).unwrap()),
            (413, "too_many".to_owned())
        );
    }
    let large = vec![b' '; 3 * 1024 * 1024];
    assert_eq!(
        told(lin.post(push, &large).unwrap()),
        (413, "too_large".to_owned())
    );
    let nowhere = lin.post("/api/sync/999999", b"{}").unwrap();
    assert_eq!(told(nowhere), (404, "unknown_area".to_owned()));
    let village = lin.post("/api/sync/371721101", b"{}").unwrap();
    assert_eq!(told(village), (404, "unknown_area".to_owned()));
    assert_eq!(
        told(lin.get("/api/nothing").unwrap()),
        (404, "no_such_address".to_owned())
    );
    let after = lin.get("/api/sync/371721?after=x").unwrap();
    assert_eq!(told(after), (400, "malformed".to_owned()));
    let right = lin.token.clone();
    for forged in ["", "x", "x.y", &format!("{right}A"), &right[1..]] {
        lin.token = forged.to_owned();
        assert_eq!(lin.get("/api/sync/371721").unwrap().status, 401, "{forged}");
    }
    lin.token = right;
    assert_eq!(lin.get("/api/sync/371721").unwrap().status, 200);
}

#[test]
fn nobody_is_sent_what_they_may_not_see() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let id = new_id();
    let change = worker(&mut lin, id);
    assert_eq!(accepted(&lin.push(county(), &[change]).unwrap()), 1);
    assert_eq!(
        lin.pull(county()).unwrap()[&id].text("id_number"),
        "11010519491231002X"
    );
    let neighbour = world.device("邻镇", Role::FieldWorker, "371721102");
    assert!(neighbour.pull(county()).unwrap().is_empty());
    let administrator = world.device("管理员", Role::Administrator, "37");
    assert!(administrator.pull(county()).unwrap().is_empty());
    let coordinator = world.device("魏国强", Role::Coordinator, "371721");
    let seen = &coordinator.pull(county()).unwrap()[&id];
    assert_eq!((seen.text("name"), seen.text("id_number")), ("张三", ""));
    let page = coordinator.pull_page(county(), 0, "").unwrap();
    let sent: Vec<u8> = page.records.concat();
    assert!(
        !sent.windows(8).any(|part| part == b"19491231"),
        "an ID number was sent"
    );
}

#[test]
fn a_neighbour_cannot_write_here_and_leaves_no_trace() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let mut neighbour = world.device("邻镇", Role::FieldWorker, "371721102");
    let id = new_id();
    let change = worker(&mut lin, id);
    lin.push(county(), &[change]).unwrap();
    let before = lin.pull(county()).unwrap();
    let blank = Record::new(id, "worker");
    let edit = neighbour.edits(&blank, &[("phone", "13900000000".into())]);
    let answer = neighbour.push(county(), &[edit]).unwrap();
    assert_eq!(refusal(&answer.answers[0]), &Refusal::NotAllowed);
    assert_eq!(lin.pull(county()).unwrap(), before);
}

#[test]
fn two_devices_that_pulled_to_the_same_point_hold_the_same_bytes() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let mut wei = world.device("魏小军", Role::FieldWorker, "371721101");
    let id = new_id();
    let change = worker(&mut lin, id);
    lin.push(county(), &[change]).unwrap();
    let seen = lin.pull(county()).unwrap()[&id].clone();
    let early = lin.edits(&seen, &[("phone", "13900000001".into())]);
    wei.observe(early.stamp);
    let late = wei.edits(
        &seen,
        &[("phone", "13900000002".into()), ("trade", "factory".into())],
    );
    // They arrive the other way round, and one of them twice.
    wei.push(county(), std::slice::from_ref(&late)).unwrap();
    lin.push(county(), &[early]).unwrap();
    wei.push(county(), &[late]).unwrap();
    let (a, b) = (lin.pull(county()).unwrap(), wei.pull(county()).unwrap());
    let bytes = |held: &std::collections::BTreeMap<Id, Record>| {
        held.values().map(domain::pack::pack).collect::<Vec<_>>()
    };
    assert_eq!(bytes(&a), bytes(&b));
    assert_eq!(a[&id].text("phone"), "13900000002");
    assert_eq!(
        a[&id].overtaken("phone").unwrap().value,
        "13900000001".into()
    );
}

#[test]
fn a_record_that_moves_out_of_sight_is_told_to_be_gone() {
    let world = World::new();
    let mut officer = world.device("协管", Role::FieldWorker, "371721");
    let id = new_id();
    let change = worker(&mut officer, id);
    officer.push(county(), &[change]).unwrap();
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let first = lin.pull_page(county(), 0, "").unwrap();
    assert_eq!(first.records.len(), 1);
    let seen = officer.pull(county()).unwrap()[&id].clone();
    let moved = officer.edits(&seen, &[("area", "371721102200".into())]);
    assert_eq!(accepted(&officer.push(county(), &[moved]).unwrap()), 1);
    let then = lin
        .pull_page(county(), first.head.cursor, &first.head.view)
        .unwrap();
    assert_eq!((then.records.len(), then.head.gone), (0, vec![id]));
}

#[test]
fn what_was_accepted_survives_a_power_cut() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let mut kept = Vec::new();
    for _ in 0..5 {
        for _ in 0..20 {
            let change = household(&mut lin, new_id());
            kept.push(change.id);
            assert_eq!(accepted(&lin.push(county(), &[change]).unwrap()), 1);
        }
        world.kill_server();
        world.start_server();
    }
    kept.sort_unstable();
    let held: Vec<Id> = lin.pull(county()).unwrap().into_keys().collect();
    assert_eq!(held, kept);
}

/// Do not update: old phones send this.
#[test]
fn a_change_in_the_form_of_the_first_version_is_still_read() {
    let text = r#"{"id":"0199d2a0-7c00-7000-8000-000000000001","kind":"visit",
        "stamp":"0199d2a07c0000010123456789abcdef","cells":{"situation":"well",
        "given":["letter","policy"],"form":"home"},
        "seen":{"situation":"0199d2a07c0000000123456789abcdef"}}"#;
    let change: Change = serde_json::from_str(text).unwrap();
    assert_eq!(change.kind, "visit");
    assert_eq!(
        change.stamp,
        Stamp::parse("0199d2a07c0000010123456789abcdef").unwrap()
    );
    assert_eq!(
        change.cells["given"],
        Value::List(vec!["letter".into(), "policy".into()])
    );
    assert_eq!(change.seen.len(), 1);
}

#[test]
fn the_server_says_what_each_device_holds_and_both_agree_byte_for_byte() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let wei = world.device("魏国强", Role::Coordinator, "371721");
    let id = new_id();
    let made = [worker(&mut lin, id), household(&mut lin, new_id())];
    lin.push(county(), &made).unwrap();
    let held = |device: &Device| {
        let mut sum = domain::digest::Sum::default();
        let held = device.pull(county()).unwrap();
        held.values()
            .for_each(|record| sum.add(&domain::pack::pack(record)));
        let page = device.pull_page(county(), 0, "").unwrap();
        assert_eq!(page.head.agreed, Some(sum));
        sum
    };
    let (whole, masked) = (held(&lin), held(&wei));
    assert_eq!((whole.count, masked.count), (2, 2));
    assert_ne!(
        whole.digest, masked.digest,
        "one of them sees the ID number"
    );
    // What changes is taken out as it was and put in as it is, for everybody.
    let seen = lin.pull(county()).unwrap()[&id].clone();
    let edit = lin.edits(&seen, &[("phone", "13900000000".into())]);
    lin.push(county(), &[edit]).unwrap();
    assert_ne!(held(&lin), whole);
    let seen = lin.pull(county()).unwrap()[&id].clone();
    let moved = lin.edits(&seen, &[("area", "371721101005".into())]);
    lin.push(county(), &[moved]).unwrap();
    assert_ne!(held(&wei), masked);
    // Whoever says that it did not agree is counted for anew.
    let path = format!("/api/sync/{}?after=3&repaired=1", county());
    let answer = lin.get(&path).unwrap();
    let page = domain::wire::Pulled::decode(&answer.body).unwrap();
    assert!(page.head.reset);
    assert_eq!(page.head.agreed, Some(held(&lin)));
}

#[test]
fn a_record_of_which_less_may_be_seen_is_told_before_it_is_sent_anew() {
    let world = World::new();
    let mut officer = world.device("协管", Role::FieldWorker, "371721");
    let id = new_id();
    let change = worker(&mut officer, id);
    officer.push(county(), &[change]).unwrap();
    let both = [
        Grant::new(Role::FieldWorker, area("371721101")),
        Grant::new(Role::Coordinator, county()),
    ];
    let link = world.invite("魏国强", both.to_vec());
    let wei = Device::enrol(world.url(), &link, "魏国强").unwrap();
    let first = wei.pull_page(county(), 0, "").unwrap();
    let seen = officer.pull(county()).unwrap()[&id].clone();
    let moved = officer.edits(&seen, &[("area", "371721102200".into())]);
    officer.push(county(), &[moved]).unwrap();
    let then = wei
        .pull_page(county(), first.head.cursor, &first.head.view)
        .unwrap();
    assert_eq!((then.head.narrowed, then.head.gone), (vec![id], vec![]));
    let sent = domain::pack::unpack(&then.records[0]).unwrap();
    assert_eq!((sent.text("name"), sent.text("id_number")), ("张三", ""));
}
