//! A record's history: readable by whoever may see the record, and a way back to any value.

use crate::journeys::{enrolled, phone, village};
use domain::grant::Role;
use domain::history::{History, Met};
use domain::wire::Answer;
use domain::{Change, Id, Value};
use host::device::{Device, new_id};
use tests::World;
use tests::browser::Browser;
use tests::world::{area, county};

fn send(device: &Device, changes: &[Change]) {
    let answer = device.push(county(), changes).unwrap();
    let accepted = |answer: &Answer| matches!(answer, Answer::Accepted(_));
    assert!(answer.answers.iter().all(accepted), "{answer:?}");
}

fn registered(device: &mut Device) -> Id {
    let id = new_id();
    let cells: [(&str, Value); 4] = [
        ("name", "张三".into()),
        ("flow", "returning".into()),
        ("phone", "13800000000".into()),
        ("id_number", "11010519491231002X".into()),
    ];
    let made = device.makes(id, "worker", area("371721101004"), &cells);
    send(device, &[made]);
    id
}

fn asked(device: &Device, id: Id) -> (u16, String) {
    let answer = device.get(&format!("/api/history/371721/{id}")).unwrap();
    (answer.status, answer.text())
}

fn told(device: &Device, id: Id) -> History {
    let (status, text) = asked(device, id);
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn who_changed_what_is_told_newest_first_with_what_it_met() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let mut wei = world.device("魏小军", Role::FieldWorker, "371721101");
    let id = registered(&mut lin);
    let seen = lin.pull(county()).unwrap()[&id].clone();
    let first = lin.edits(&seen, &[("phone", "13900000001".into())]);
    wei.observe(first.stamp);
    let second = wei.edits(&seen, &[("phone", "13900000002".into())]);
    send(&lin, &[first]);
    send(&wei, &[second]);
    let changes = told(&lin, id).changes;
    let people: Vec<Id> = changes.iter().map(|past| past.person).collect();
    assert_eq!(people, [wei.person, lin.person, lin.person]);
    assert_eq!(changes[0].device, wei.number);
    let step = &changes[0].cells["phone"];
    let values = [&step.from, &step.to].map(Value::as_text);
    assert_eq!(values, [Some("13900000001"), Some("13900000002")]);
    assert_eq!(step.met, Met::Overtook);
    assert_eq!(changes[1].cells["phone"].met, Met::Known);
}

#[test]
fn nobody_reads_in_the_history_what_they_may_not_see_now() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let wei = world.device("魏国强", Role::Coordinator, "371721");
    let id = registered(&mut lin);
    let seen = lin.pull(county()).unwrap()[&id].clone();
    let edit = lin.edits(&seen, &[("id_number", Value::Null)]);
    send(&lin, &[edit]);
    assert_eq!(told(&lin, id).changes.len(), 2);
    // The coordinator reads of the registration only, and there nothing of the ID number.
    let (_, text) = asked(&wei, id);
    assert_eq!(told(&wei, id).changes.len(), 1);
    assert!(text.contains("13800000000"), "{text}");
    assert!(
        !text.contains("id_number") && !text.contains("19491231"),
        "{text}"
    );
    for (name, role, code) in [
        ("邻镇", Role::FieldWorker, "371721102"),
        ("管理员", Role::Administrator, "37"),
        ("志愿者", Role::StationVolunteer, "371721"),
    ] {
        let other = world.device(name, role, code);
        let (status, text) = asked(&other, id);
        assert_eq!(status, 404, "{name}");
        // A record that is not there at all is answered in the same words.
        assert_eq!((status, text), asked(&other, new_id()), "{name}");
    }
}

#[test]
fn a_record_that_moved_takes_its_history_along() {
    let world = World::new();
    let mut officer = world.device("协管", Role::FieldWorker, "371721");
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let neighbour = world.device("邻镇", Role::FieldWorker, "371721102");
    let id = registered(&mut officer);
    let seen = officer.pull(county()).unwrap()[&id].clone();
    assert_eq!(asked(&neighbour, id).0, 404);
    let moved = officer.edits(&seen, &[("area", "371721102200".into())]);
    send(&officer, &[moved]);
    // Where it came from nobody reads any more, not even what they had seen before.
    assert_eq!(asked(&lin, id).0, 404);
    let told = told(&neighbour, id);
    assert_eq!(told.changes.len(), 2);
    assert_eq!(told.changes[1].cells["phone"].to, "13800000000".into());
}

#[test]
fn a_stopped_token_and_nonsense_open_no_history() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let id = registered(&mut lin);
    let nonsense = lin.get("/api/history/371721/x").unwrap();
    assert_eq!(nonsense.status, 404);
    let nowhere = lin.get(&format!("/api/history/371721101/{id}")).unwrap();
    assert_eq!(nowhere.status, 404);
    lin.token = "x.y".to_owned();
    assert_eq!(asked(&lin, id).0, 401);
}

fn rings(phone: &mut Browser, number: &str) {
    phone.tap("人员");
    phone.tap("张春生");
    phone.tap("修改");
    phone.type_into("手机号码", number);
    phone.tap("保存");
    phone.see("已保存在本机");
}

#[test]
fn a_number_that_two_overwrote_is_brought_back_by_a_third() {
    let mut world = World::new();
    village(&world);
    let mut lin = phone(&world, "林晓梅");
    let mut wei = phone(&world, "魏小军");
    world.stop_server();
    rings(&mut lin, "19900000011");
    rings(&mut wei, "19900000022");
    world.start_server();
    for phone in [&lin, &wei] {
        phone.see("已上传");
    }
    // No story holds more than two browsers at once: two of them run side by side, and four have room.
    drop((lin, wei));
    let mut sun = phone(&world, "孙桂芳");
    sun.tap("人员");
    sun.tap("张春生");
    sun.see("“手机号码”有两种说法");
    sun.tap("修改记录");
    sun.see("林晓梅");
    sun.see("魏小军");
    sun.see("放在旁边等人确认");
    // The number with which he was registered stands with the first, oldest change.
    let oldest = "[...document.querySelectorAll('.past:last-child .fact')]
        .find((line) => line.innerText.includes('19900000002'))";
    sun.wait_until(
        "the number of the registration is offered",
        &format!("{oldest}?.querySelector('button')"),
    );
    // Without a network what was read can still be read, and bringing a value back is a change that
    // waits, as any other.
    world.stop_server();
    sun.see("下面是刚才读到的");
    let mark = format!("{oldest}.querySelector('button').id = 'back'");
    sun.js(&mark);
    sun.tap_css("#back");
    sun.see("已恢复");
    sun.see("撤销");
    sun.not_see("有两种说法");
    // On a page that is opened only now, the device tells what it knows by itself.
    sun.tap("返回");
    sun.tap("张春生");
    sun.tap("修改记录");
    sun.see("现在看不到服务器上的全部记录");
    sun.see("本机");
    world.start_server();
    let mut manager = enrolled(&world, "魏国强", Role::Coordinator, "371721");
    sun.see("已上传");
    manager.tap("人员");
    manager.tap("张春生");
    manager.see("19900000002");
    manager.not_see("有两种说法");
    manager.tap("修改记录");
    manager.see("孙桂芳");
    manager.see("19900000022 → 19900000002");
    manager.screenshot("history-tablet");
    sun.screenshot("history-phone");
}
