//! One person, registered twice: noticed while it is typed, merged by who is in charge, counted
//! once everywhere, and taken back whole.

use domain::grant::Role;
use domain::indicator::Table;
use domain::wire::Answer;
use domain::{Id, Record, Refusal, Value};
use host::device::{Device, new_id};
use tests::World;
use tests::browser::{Browser, PHONE, TABLET};
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";
const ID_NUMBER: &str = "11010519491231002X";

fn text(id: Id) -> Value {
    Value::from(id.to_string().as_str())
}

/// A household with its worker 张春生, of whom the ID number is known.
fn registered(device: &mut Device) -> (Id, Id) {
    let (home, zhang) = (new_id(), new_id());
    let house = [("head", "张建国".into()), ("address", "1号".into())];
    let worker = [
        ("name", "张春生".into()),
        ("flow", "returning".into()),
        ("phone", "19900000002".into()),
        ("id_number", ID_NUMBER.into()),
        ("birth", "1949-12-31".into()),
        ("household", text(home)),
    ];
    let changes = [
        device.makes(home, "household", area(VILLAGE), &house),
        device.makes(zhang, "worker", area(VILLAGE), &worker),
    ];
    accepted(device, &changes);
    (home, zhang)
}

/// The same worker once more, poorer and with another trade, and a health check of each.
fn once_more(device: &mut Device, zhang: Id) -> Id {
    let twin = new_id();
    let worker = [
        ("name", "张春生".into()),
        ("flow", "staying".into()),
        ("phone", "19900000002".into()),
        ("trade", "catering".into()),
        ("priority", Value::List(vec!["low_income".into()])),
    ];
    let status = |status: &str, worker| {
        [
            ("status", Value::from(status)),
            (
                "date",
                domain::day_of(host::show::now_ms())
                    .to_string()
                    .as_str()
                    .into(),
            ),
            ("worker", text(worker)),
        ]
    };
    let changes = [
        device.makes(twin, "worker", area(VILLAGE), &worker),
        device.makes(
            new_id(),
            "job_status",
            area(VILLAGE),
            &status("working", zhang),
        ),
        device.makes(
            new_id(),
            "job_status",
            area(VILLAGE),
            &status("own_business", zhang),
        ),
        device.makes(
            new_id(),
            "job_status",
            area(VILLAGE),
            &status("looking", twin),
        ),
    ];
    accepted(device, &changes);
    twin
}

fn accepted(device: &Device, changes: &[domain::Change]) {
    for answer in device.push(county(), changes).unwrap().answers {
        assert!(matches!(answer, Answer::Accepted(_)), "{answer:?}");
    }
}

fn lin(world: &World) -> Device {
    world.device("培训资料", Role::FieldWorker, "371721101")
}

fn enrolled(world: &World, name: &str, role: Role, code: &str) -> Browser {
    let mut browser = world.browser(name);
    browser.on(if role == Role::Coordinator {
        TABLET
    } else {
        PHONE
    });
    browser.open(&world.enrolment_page(name, role, code));
    browser.tap("开始使用");
    browser.see("已上传");
    browser.wait_until(
        "the app's files are kept",
        "navigator.serviceWorker.controller",
    );
    browser
}

fn phone(world: &World, name: &str) -> Browser {
    enrolled(world, name, Role::FieldWorker, "371721101")
}

/// Waits until so many workers stand on the screen of people.
fn see_workers(browser: &mut Browser, count: usize) {
    browser.tap("人员");
    browser.tap_css(".chips .chip:nth-of-type(10)");
    let counted = format!(
        "document.querySelector('.chips .chip:nth-of-type(10)').ariaPressed === 'true' &&
         document.querySelector('.pane-list .count-line').innerText.startsWith('{count} ')"
    );
    browser.wait_until(&format!("{count} workers are counted"), &counted);
}

fn counted(device: &Device) -> i64 {
    let answer = device.get("/api/progress/371721").unwrap();
    let table: Table = answer.json("/api/progress/371721").unwrap();
    table.total.figures["workers"].count
}

#[test]
fn whoever_a_colleague_has_registered_is_recognised_while_the_number_is_typed() {
    let world = World::new();
    let mut device = lin(&world);
    registered(&mut device);
    let mut wei = phone(&world, "魏小军");
    wei.tap("人员");
    wei.tap("张建国");
    wei.tap("务工人员");
    wei.type_into("姓名", "张春儿");
    wei.type_into("证件号码", "１１０１０５ 19491231 002x");
    wei.see("已经登记过，号码相同：张春生（庄寨镇庄寨社区，尾号 0002）");
    wei.screenshot("same-typing");
    assert!(!wei.sees(ID_NUMBER));
    // Whoever goes on is asked once more, and finds what was typed again afterwards.
    wei.tap("继续登记");
    wei.tap("返乡");
    wei.tap("保存");
    wei.see("同一个人不要登记两次");
    wei.screenshot("same-once-more");
    wei.tap("先打开看看");
    wei.see("110105********002X");
    wei.tap("今日");
    wei.see("未保存的草稿");
    assert_eq!(counted(&device), 1);
}

#[test]
fn a_name_and_a_phone_that_are_known_are_asked_about_and_another_person_is_let_through() {
    let world = World::new();
    let mut device = lin(&world);
    let (_, zhang) = registered(&mut device);
    let mut wei = phone(&world, "魏小军");
    wei.tap("人员");
    wei.tap("张建国");
    wei.tap("务工人员");
    wei.type_into("姓名", "张春生");
    wei.type_into("手机号码", "199 0000 0002");
    wei.see("可能已登记：张春生");
    wei.tap("打开");
    wei.see("这张没保存的表怎么办");
    wei.tap("留作草稿");
    wei.see("110105********002X");
    wei.tap("今日");
    wei.tap("务工人员");
    wei.see("可能已登记：张春生");
    wei.tap("不是同一人");
    wei.not_see("可能已登记");
    wei.tap("外出");
    wei.tap("保存");
    wei.see("已保存在本机");
    wei.see("已上传");
    // Nobody is asked again: neither here nor on any other device.
    let held = device.pull(county()).unwrap();
    let said = |record: &Record| record.value(&domain::same::not_same_name(zhang)).is_some();
    assert_eq!(held.values().filter(|record| said(record)).count(), 1);
    wei.tap("人员");
    wei.see("条");
    assert!(!wei.sees("可能重复"));
}

#[test]
fn two_records_of_one_person_become_one_for_everybody_and_two_again() {
    let world = World::new();
    let mut device = lin(&world);
    let (_, zhang) = registered(&mut device);
    once_more(&mut device, zhang);
    let mut tablet = enrolled(&world, "魏国强", Role::Coordinator, "371721");
    let mut phone = phone(&world, "林晓梅");
    tablet.tap("人员");
    tablet.tap("可能重复 1");
    tablet.tap_css(".pane-list .list .row");
    tablet.see("不同的内容");
    tablet.see("相关记录 2 条");
    tablet.screenshot("same-tablet");
    tablet.colours("dark");
    tablet.screenshot("same-tablet-dark");
    tablet.colours("light");
    tablet.tap_css(".compared-buttons .primary");
    tablet.see("已合并");
    tablet.see("没有看起来重复的登记");
    tablet.see("已上传");

    // One row, with what both said and what was done for both.
    phone.tap("人员");
    phone.wait_until(
        "one worker is left",
        "[...document.querySelectorAll('.list .row-sub')]
        .filter((e) => e.innerText.includes('务工人员')).length === 1",
    );
    phone.tap("张春生");
    phone.see("由 2 条登记合并");
    phone.see("餐饮");
    phone.see("重点");
    phone.see("在岗");
    phone.see("正在找工作");
    phone.screenshot("same-merged");
    tablet.tap("进展");
    assert_eq!(counted(&device), 1);
    let one = "document.querySelector('[aria-label=\"合计 登记人员 1\"]')";
    tablet.wait_until("the tablet counts one", one);

    // The other record is still there, and leads back to both.
    phone.tap("看原来的登记");
    phone.see("这条登记已合并到“张春生”");
    phone.tap("撤销合并");
    phone.see("已撤销合并");
    phone.see("已上传");
    let two = "document.querySelector('[aria-label=\"合计 登记人员 2\"]')";
    tablet.wait_until("the tablet counts two again", two);
    assert_eq!(counted(&device), 2);
    see_workers(&mut phone, 2);
}

#[test]
fn a_field_worker_chooses_which_value_stands_and_takes_it_back() {
    let world = World::new();
    let mut device = lin(&world);
    let (_, zhang) = registered(&mut device);
    once_more(&mut device, zhang);
    let before = device.pull(county()).unwrap();
    let mut phone = phone(&world, "林晓梅");
    phone.tap("人员");
    phone.tap("可能重复 1");
    phone.tap_css(".pane-list .list .row");
    phone.see("不同的内容");
    phone.screenshot("same-phone");
    phone.tap("留鲁留岗");
    phone.tap_css(".compared-buttons .primary");
    phone.see("已合并");
    phone.see("已上传");
    let held = device.pull(county()).unwrap();
    assert_eq!(held[&zhang].text("flow"), "staying");
    phone.tap("撤销");
    phone.see("张春生");
    phone.see("已上传");
    let after = device.pull(county()).unwrap();
    for (id, record) in &before {
        for name in record.cells.keys() {
            assert_eq!(after[id].value(name), record.value(name), "{name}");
        }
    }
    assert_eq!(counted(&device), 2);
}

#[test]
fn two_phones_merge_in_opposite_directions_and_nobody_disappears() {
    let mut world = World::new();
    let mut device = lin(&world);
    let (_, zhang) = registered(&mut device);
    let twin = once_more(&mut device, zhang);
    let (mut lin, mut wei) = (phone(&world, "林晓梅"), phone(&world, "魏小军"));
    for phone in [&mut lin, &mut wei] {
        phone.tap("人员");
        phone.tap("可能重复 1");
        phone.tap_css(".pane-list .list .row");
        phone.see("不同的内容");
    }
    world.stop_server();
    wei.tap_css(".compared-head[data-stays=\"false\"] .chip");
    for phone in [&mut lin, &mut wei] {
        phone.tap_css(".compared-buttons .primary");
        phone.see("已合并");
    }
    world.start_server();
    for phone in [&mut lin, &mut wei] {
        phone.see("已上传");
    }
    let held = device.pull(county()).unwrap();
    assert_eq!(held[&twin].merged_into(), Some(zhang));
    assert_eq!(held[&zhang].merged_into(), Some(twin));
    assert_eq!(counted(&device), 1);
    // Written after both merges: a phone that shows it knows of both.
    device.observe(held[&zhang].changed());
    let mark = device.edits(&held[&zhang], &[("work_area", "威海市".into())]);
    accepted(&device, &[mark]);
    for phone in [&mut lin, &mut wei] {
        see_workers(phone, 1);
        phone.tap("张春生");
        phone.see("由 2 条登记合并");
        phone.see("威海市");
        // All that was done is under the one that stands.
        phone.see("自主创业");
        phone.see("正在找工作");
    }
    lin.tap("撤销合并");
    lin.see("已撤销合并");
    // What the colleague's phone shows has come from the server.
    for phone in [&mut lin, &mut wei] {
        phone.not_see("由 2 条登记合并");
        see_workers(phone, 2);
    }
    assert_eq!(counted(&device), 2);
}

#[test]
fn a_merge_that_makes_no_sense_or_is_not_ones_own_is_refused() {
    let world = World::new();
    let mut device = lin(&world);
    let (home, zhang) = registered(&mut device);
    let twin = once_more(&mut device, zhang);
    let held = device.pull(county()).unwrap();
    let tries = |device: &mut Device, into: Id| {
        let change = device.edits(&held[&twin], &[("merged_into", text(into))]);
        match device.push(county(), &[change]).unwrap().answers.remove(0) {
            Answer::Accepted(_) => None,
            Answer::Refused(refused) => Some(refused.refusal),
        }
    };
    assert_eq!(tries(&mut device, home), Some(Refusal::NoTwin));
    assert_eq!(tries(&mut device, new_id()), Some(Refusal::NoTwin));
    assert_eq!(tries(&mut device, twin), Some(Refusal::NoTwin));
    let mut neighbour = world.device("邻镇", Role::FieldWorker, "371721102");
    assert_eq!(tries(&mut neighbour, zhang), Some(Refusal::NotAllowed));
    let mut coordinator = world.device("魏国强", Role::Coordinator, "371721");
    assert_eq!(tries(&mut coordinator, zhang), None);
    assert_eq!(counted(&device), 1);
}
