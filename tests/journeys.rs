//! People's days in a real browser against a real server.

use domain::grant::Role;
use domain::{Id, Value};
use host::device::{Device, new_id};
use tests::World;
use tests::browser::{Browser, TABLET};
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";

/// A village with one household, its worker, and a visit that is due today.
pub fn village(world: &World) -> Device {
    let mut device = world.device("培训资料", Role::FieldWorker, "371721");
    let (home, zhang) = (new_id(), new_id());
    let text = |id: Id| Value::from(id.to_string().as_str());
    let today = domain::day_of(host::show::now_ms()).to_string();
    let changes = [
        device.makes(
            home,
            "household",
            area(VILLAGE),
            &[
                ("head", "张建国".into()),
                ("address", "1号".into()),
                ("phone", "19900000001".into()),
            ],
        ),
        device.makes(
            zhang,
            "worker",
            area(VILLAGE),
            &[
                ("name", "张春生".into()),
                ("flow", "returning".into()),
                ("phone", "19900000002".into()),
                ("household", text(home)),
                ("priority", Value::List(vec!["low_income".into()])),
            ],
        ),
        device.makes(
            new_id(),
            "task",
            area(VILLAGE),
            &[
                ("what", "节前走访".into()),
                ("due", today.as_str().into()),
                ("does", "visit".into()),
                ("household", text(home)),
            ],
        ),
    ];
    let answer = device.push(county(), &changes).unwrap();
    assert!(
        answer
            .answers
            .iter()
            .all(|a| matches!(a, domain::wire::Answer::Accepted(_)))
    );
    device
}

pub fn enrolled(world: &World, name: &str, role: Role, code: &str) -> Browser {
    let mut browser = world.browser(name);
    if role == Role::Coordinator {
        browser.on(TABLET);
    }
    browser.open(&world.enrolment_page(name, role, code));
    browser.tap("开始使用");
    browser.see("已上传");
    // From here on the page opens without a server.
    browser.wait_until(
        "the app's files are kept",
        "navigator.serviceWorker.controller",
    );
    browser
}

pub fn phone(world: &World, name: &str) -> Browser {
    let phone = enrolled(world, name, Role::FieldWorker, "371721101");
    phone.see("张建国");
    phone
}

/// The figure of an indicator in the row of an area.
fn figure(tablet: &Browser, indicator: &str, row: &str) -> String {
    let label = format!("{row} {indicator} ");
    tablet
        .js(&format!(
            "const cells = [...document.querySelectorAll('table.progress a')];
         const cell = cells.find((c) => c.getAttribute('aria-label').startsWith({label:?}));
         return cell ? cell.innerText : '0';"
        ))
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_visit_recorded_offline_reaches_the_manager() {
    let mut world = World::new();
    village(&world);
    let mut phone = phone(&world, "林晓梅");
    let mut tablet = enrolled(&world, "魏国强", Role::Coordinator, "371721");
    tablet.tap("进展");
    tablet.see("庄寨镇");
    assert_eq!(figure(&tablet, "走访次数", "庄寨镇"), "0");

    // The network goes. From the open household, a visit takes six taps at most.
    world.stop_server();
    phone.tap("张建国");
    phone.see("相关人员");
    phone.reset_taps();
    phone.tap("走访慰问");
    phone.tap("平安");
    phone.tap("慰问信");
    phone.tap("保存");
    phone.see("已保存在本机");
    assert!(phone.taps() <= 6, "{} taps", phone.taps());
    phone.see("离线");

    // The tab is closed, and opened again, still without a network.
    phone.close_tab();
    phone.open(world.url());
    phone.see("条待传");
    phone.see("今天没有待办");
    phone.tap("人员");
    phone.see("今天走访过");
    phone.tap("张建国");
    phone.see("平安 · 慰问信");

    // The network comes back: it goes up by itself, and the manager's screen counts it.
    world.start_server();
    phone.see("已上传");
    let label = "庄寨镇 走访次数 1";
    let counted = format!("document.querySelector('[aria-label={label:?}]')");
    tablet.wait_until("the visit is counted under its township", &counted);
    assert_eq!(figure(&tablet, "走访次数", "合计"), "1");
    tablet.tap(label);
    tablet.see("庄寨镇 · 走访次数");
    tablet.tap_css(".pane-detail .list .row");
    tablet.see("家中情况");
    tablet.see("慰问信");
    tablet.see("林晓梅 于今天登记");
}

#[test]
fn a_saved_visit_survives_the_browsers_death() {
    let world = World::new();
    village(&world);
    let mut phone = phone(&world, "林晓梅");
    let mut world = world;
    world.stop_server();
    phone.tap("走访慰问 张建国");
    phone.tap("有困难");
    phone.tap("保存");
    phone.see("已保存在本机");
    phone.restart();
    phone.open(world.url());
    phone.see("条待传");
    phone.tap("人员");
    phone.tap("张建国");
    phone.see("有困难");
}

#[test]
fn a_first_start_without_a_server_says_what_is_the_matter() {
    let mut world = World::new();
    let page = world.enrolment_page("林晓梅", Role::FieldWorker, "371721101");
    let mut phone = world.browser("林晓梅");
    phone.open(&page);
    phone.see("您收到了邀请");
    phone.wait_until(
        "the app's files are kept",
        "navigator.serviceWorker.controller",
    );
    world.stop_server();
    phone.close_tab();
    phone.open(&page);
    phone.tap("开始使用");
    phone.see("现在连不上服务器");
    // The link is still good when the server is back.
    world.start_server();
    phone.tap("开始使用");
    phone.see("今日");
    phone.see("已上传");
    // A link serves once.
    let mut other = world.browser("a stranger");
    other.open(&page);
    other.tap("开始使用");
    other.see("已被使用");
}

#[test]
fn a_page_without_https_and_a_browser_too_old_are_told_so_in_a_sentence() {
    let world = World::new();
    let phone = world.browser("林晓梅");
    phone.open(&world.url().replace("localhost", "office.example"));
    phone.see("请用 https:// 开头的网址打开");
    phone.before_each_page("delete window.indexedDB; delete Window.prototype.indexedDB;");
    phone.open(world.url());
    phone.see("这个浏览器太旧");
}

/// Opens 张春生 among the people and writes these fields.
pub fn edit(phone: &mut Browser, fields: &[(&str, &str)]) {
    phone.tap("人员");
    phone.tap("张春生");
    phone.tap("修改");
    for (label, text) in fields {
        phone.type_into(label, text);
    }
    phone.tap("保存");
    phone.see("已保存在本机");
}

#[test]
fn two_phones_edit_one_worker_and_nothing_is_lost() {
    let mut world = World::new();
    village(&world);
    let mut lin = phone(&world, "林晓梅");
    let mut wei = phone(&world, "魏小军");
    // Day 6 on two slow phones.
    lin.slow_cpu(4);
    wei.slow_cpu(4);
    world.stop_server();
    // Both change the telephone number; one also the note, the other the place of work.
    edit(
        &mut lin,
        &[("手机号码", "19900000011"), ("备注", "腊月回来")],
    );
    edit(
        &mut wei,
        &[("手机号码", "19900000022"), ("务工地", "青岛市")],
    );
    world.start_server();
    for phone in [&mut lin, &mut wei] {
        phone.see("“手机号码”有两种说法");
        phone.see("腊月回来");
        phone.see("青岛市");
        phone.see("现在的：19900000022");
        phone.see("之前的：19900000011");
    }
    lin.tap("之前的：19900000011");
    lin.not_see("有两种说法");
    wei.not_see("有两种说法");
    wei.see("19900000011");
}

#[test]
fn a_wrong_id_number_is_told_beside_the_field_and_the_draft_is_kept() {
    let world = World::new();
    village(&world);
    let mut phone = phone(&world, "林晓梅");
    phone.tap("人员");
    phone.tap("张春生");
    phone.tap("修改");
    phone.type_into("证件号码", "１１０１０５ 19491231 0021");
    phone.tap("保存");
    phone.see("最后一位对不上");
    phone.tap("先存草稿");
    phone.close_tab();
    phone.open(world.url());
    phone.see("未保存的草稿");
    phone.tap("务工人员");
    phone.see("接着上次没有保存的内容");
    assert_eq!(phone.value_of("证件号码"), "１１０１０５ 19491231 0021");
    phone.type_into("证件号码", "11010519491231002x");
    phone.tap("保存");
    phone.see("已保存在本机");
    phone.see("已上传");
    phone.not_see("未保存的草稿");
    phone.tap("人员");
    phone.tap("张春生");
    phone.see("110105********002X");
    phone.see("1949年12月31日");
}

#[test]
fn a_save_can_be_taken_back() {
    let world = World::new();
    village(&world);
    let mut phone = phone(&world, "林晓梅");
    phone.tap("走访慰问 张建国");
    phone.tap("平安");
    phone.tap("保存");
    phone.see("今天没有待办");
    phone.tap("撤销");
    phone.see("张建国");
    phone.tap("人员");
    phone.tap("张建国");
    assert!(!phone.sees("平安"));
}
