//! A phone that is lost, and a PIN that is: what was not sent is not lost with them.

use crate::import::until;
use crate::journeys::{phone, village};
use crate::letter::{after_a_day_without_a_signal, network_returns};
use domain::grant::Role;
use domain::wire::{Answer, Invitation, InviteAnswer, LeftBehind, PeopleList, Stopped};
use domain::{Grants, Record};
use host::device::Device;
use host::links;
use serde::de::DeserializeOwned;
use tests::World;
use tests::browser::{Browser, PIN};
use tests::world::county;

fn get<T: DeserializeOwned>(device: &Device, path: &str) -> T {
    device.get(path).unwrap().json(path).unwrap()
}

/// Lin has saved a visit with these answers while there was no network.
pub fn visits_without_a_network(world: &mut World, answers: &[&str]) -> Browser {
    village(world);
    let mut lin = phone(world, "林晓梅");
    lin.see("已上传");
    world.stop_server();
    lin.tap("张建国");
    lin.tap("走访慰问");
    for answer in answers {
        lin.tap(answer);
    }
    lin.tap("保存");
    lin.see("已保存在本机");
    lin
}

/// The app is closed when the network comes back.
fn with_an_unsent_visit(world: &mut World) -> Browser {
    let mut lin = visits_without_a_network(world, &["平安", "慰问信"]);
    lin.close_tab();
    world.start_server();
    lin
}

pub fn visits(world: &World) -> Vec<Record> {
    let wei = world.device("魏国强", Role::Coordinator, "371721");
    let records = wei.pull(county()).unwrap().into_values();
    records.filter(|record| record.kind == "visit").collect()
}

/// A new link for somebody who works here already.
fn another_link(administrator: &Device, name: &str) -> String {
    let people: PeopleList = get(administrator, "/api/people");
    let person = people.people.iter().find(|staff| staff.name == name);
    let invitation = Invitation {
        name: String::new(),
        grants: Grants::default(),
        person: Some(person.unwrap().person),
    };
    let invitation = serde_json::to_vec(&invitation).unwrap();
    let answer = administrator.post("/api/invite", &invitation).unwrap();
    answer.json::<InviteAnswer>("/api/invite").unwrap().link
}

/// On the same phone, until everything is as on the server.
fn begins_anew(lin: &mut Browser, link: &str) {
    lin.minds_the_pad();
    lin.open(link);
    lin.tap("用这条新链接重新启用");
    lin.tap("开始使用");
    lin.see("设一个6位数字密码");
    lin.type_pin(PIN);
    lin.see("再输入一次");
    lin.type_pin(PIN);
    lin.see("已上传");
}

#[test]
fn who_forgot_the_pin_gets_the_unsent_visit_back_with_a_new_link() {
    let mut world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "37");
    let mut lin = with_an_unsent_visit(&mut world);
    assert!(visits(&world).is_empty());

    let link = another_link(&administrator, "林晓梅");

    begins_anew(&mut lin, &links::page(world.server(), &link));
    lin.tap("人员");
    lin.see("张建国");
    let visits = visits(&world);
    assert_eq!(visits.len(), 1);
    assert_eq!(visits[0].text("situation"), "well");
}

#[test]
fn what_a_letter_had_brought_before_the_pin_was_forgotten_is_not_said_again_over_what_came_since() {
    let mut world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "37");
    let (mut lin, _) = after_a_day_without_a_signal(&mut world);
    network_returns(&lin, &world);
    until("the visit is on the server", || visits(&world).len() == 1);
    let mut wei = world.device("魏国强", Role::Coordinator, "371721");
    let corrected = wei.edits(&visits(&world)[0], &[("situation", "well".into())]);
    let told = wei.push(county(), &[corrected]).unwrap().answers;
    assert!(matches!(told[..], [Answer::Accepted(_)]), "{told:?}");

    let link = another_link(&administrator, "林晓梅");
    begins_anew(&mut lin, &links::page(world.server(), &link));
    assert!(!lin.sees("被退回") && !lin.sees("找回了"));
    let visits = visits(&world);
    assert_eq!(visits.len(), 1);
    assert_eq!(visits[0].text("situation"), "well");
}

#[test]
fn what_a_revoked_phone_had_not_sent_comes_back_on_the_next_one_and_nobody_else_reads_it() {
    let mut world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "37");
    let lin = with_an_unsent_visit(&mut world);
    let devices: domain::wire::DeviceList = get(&administrator, "/api/devices");
    let of_lin = devices.devices.iter().find(|one| one.name == "林晓梅");
    let number = of_lin.unwrap().number;
    let path = format!("/api/devices/{number}/revoke");
    let stopped = administrator.post(&path, b"").unwrap();
    assert_eq!(stopped.json::<Stopped>(&path).unwrap().waiting, 0);

    lin.open(world.url());
    lin.see("管理员已停用这台设备");
    assert!(!lin.sees("张建国"));
    assert!(visits(&world).is_empty());
    let path = format!("/api/devices/{number}/last-words");
    let left: LeftBehind = get(&administrator, &path);
    assert_eq!(left.changes.get("visit"), Some(&1), "{left:?}");

    let mut new = world.browser("林晓梅的新手机");
    let link = another_link(&administrator, "林晓梅");
    new.open(&links::page(world.server(), &link));
    new.tap("开始使用");
    new.see("已上传");
    until("the visit is on the server", || visits(&world).len() == 1);
    let visit = visits(&world).remove(0);
    assert_eq!(visit.text("situation"), "well");
    let left: LeftBehind = get(&administrator, &path);
    assert_eq!(left, LeftBehind::default());
}
