//! Hints: a phone hears at once that there is more, and nothing else; and it goes on without them.

use crate::journeys::{phone, village};
use domain::grant::Role;
use domain::{Change, Value};
use host::device::{Device, new_id};
use host::http;
use std::time::{Duration, Instant};
use tests::World;
use tests::browser::Browser;
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";

#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

/// Registers a household, and when the server has it.
fn registers(device: &mut Device, head: &str) -> Instant {
    let cells: [(&str, Value); 2] = [("head", head.into()), ("address", "1号".into())];
    let made = device.makes(new_id(), "household", area(VILLAGE), &cells);
    let sent = now();
    device.push(county(), &[made]).unwrap();
    sent
}

/// From the next page on, this browser counts its lines to the server.
fn counts_lines(phone: &Browser) {
    phone.before_each_page(
        "const Plain = WebSocket;
         window.lines = [];
         window.WebSocket = class extends Plain {
           constructor(...all) { super(...all); window.lines.push(this); }
         };",
    );
}

const LISTENS: &str = "window.lines.filter((line) => line.readyState === 1).length === 3";

fn listening(world: &World, name: &str) -> Browser {
    let phone = phone(world, name);
    counts_lines(&phone);
    phone.open(world.url());
    phone.wait_until("all lines are open", LISTENS);
    phone
}

/// How often this page has asked the server for what is new.
fn pulls(phone: &Browser) -> i64 {
    let count = "return performance.getEntriesByType('resource')
        .filter((entry) => entry.name.includes('/api/sync/')).length";
    phone.js(count).as_i64().unwrap()
}

/// What comes from others draws no line anew: a click that was begun and the keyboard's place outlive
/// it.
#[test]
fn a_click_that_was_begun_before_a_colleagues_edit_came_opens_the_record() {
    let world = World::new();
    let mut office = village(&world);
    let mut wei = listening(&world, "魏小军");
    wei.tap("人员");
    wei.see("张建国");
    let row = "[...document.querySelectorAll('a.row')]
        .find((row) => row.innerText.includes('张建国'))";
    wei.js(&format!("{row}.focus();"));
    let (x, y) = wei.middle(row);
    wei.mouse("mousePressed", x, y);
    let held = office.pull(county()).unwrap();
    let zhang = held
        .values()
        .find(|record| record.text("head") == "张建国")
        .unwrap();
    let cells = [("head".to_owned(), Value::from("张建国（改）"))];
    let edit = Change::of(zhang, cells.into(), office.tick());
    office.push(county(), &[edit]).unwrap();
    wei.see("张建国（改）");
    let focused = wei.js("return document.activeElement.innerText.includes('张建国（改）')");
    assert_eq!(focused, serde_json::Value::Bool(true));
    wei.mouse("mouseReleased", x, y);
    wei.wait_until("the record is open", "location.search.includes('open=')");
}

/// Nor is a record's page.
#[test]
fn what_was_uncovered_and_unfolded_on_a_records_page_stays_so_while_a_colleagues_edit_arrives() {
    let world = World::new();
    let mut office = village(&world);
    let edits = |office: &mut Device, field: &str, value: &str| {
        let held = office.pull(county()).unwrap();
        let zhang = held.values().find(|record| record.text("name") == "张春生");
        let cells = [(field.to_owned(), Value::from(value))];
        let edit = Change::of(zhang.unwrap(), cells.into(), office.tick());
        office.push(county(), &[edit]).unwrap();
    };
    edits(&mut office, "id_number", "11010519491231002X");
    let mut wei = listening(&world, "魏小军");
    wei.tap("人员");
    wei.tap("张春生");
    wei.see("相关人员");
    assert!(!wei.sees("11010519491231002X"));
    wei.tap("显示");
    wei.see("11010519491231002X");
    wei.tap("更多登记");
    wei.js("document.querySelector('.more-actions a').focus();");
    let place = "return document.activeElement.innerText";
    let focused = wei.js(place);
    edits(&mut office, "phone", "19900000099");
    wei.see("19900000099");
    assert!(wei.sees("11010519491231002X"));
    let open = wei.js("return document.querySelector('.more-actions').open");
    assert_eq!(open, serde_json::Value::Bool(true));
    assert_eq!(wei.js(place), focused);
}

/// What is drawn anew all the same under a press is clicked when that ends.
#[test]
fn a_click_that_was_begun_before_its_button_was_drawn_anew_is_a_click() {
    let world = World::new();
    village(&world);
    let mut wei = listening(&world, "魏小军");
    wei.tap("人员");
    wei.tap("张建国");
    wei.see("相关人员");
    let action =
        "[...document.querySelectorAll('a')].find((a) => a.innerText.trim() === '走访慰问')";
    let (x, y) = wei.middle(action);
    wei.mouse("mousePressed", x, y);
    wei.js(&format!(
        "const old = {action}; old.replaceWith(old.cloneNode(true));"
    ));
    wei.mouse("mouseReleased", x, y);
    wei.see("平安");
}

#[test]
fn a_colleagues_record_is_seen_at_once_though_one_looks_once_a_minute() {
    let world = World::new();
    let mut office = village(&world);
    let mut wei = listening(&world, "魏小军");
    wei.tap("人员");
    wei.see("张建国");
    let mut delays = Vec::new();
    for head in ["钱一", "孙二", "李三", "周四", "吴五"] {
        let before = pulls(&wei);
        let sent = registers(&mut office, head);
        wei.see(head);
        delays.push(sent.elapsed());
        // One round asks three ledgers, and was not waited for but called.
        assert!((1..=6).contains(&(pulls(&wei) - before)), "{head}");
    }
    delays.sort_unstable();
    println!("from pushed to seen on another phone: {delays:?}");
    assert!(delays[2] < Duration::from_secs(4), "{delays:?}");
    // Nobody says anything: for longer than one used to look, nothing is asked.
    let quiet = "new Promise((done) => setTimeout(done, 7000)).then(() => true)";
    let before = pulls(&wei);
    wei.isolated(quiet);
    assert_eq!(pulls(&wei), before);
}

#[test]
fn what_one_phone_saves_stands_on_the_other_a_moment_later() {
    let world = World::new();
    village(&world);
    let mut lin = listening(&world, "林晓梅");
    let mut wei = listening(&world, "魏小军");
    for phone in [&mut lin, &mut wei] {
        phone.tap("人员");
        phone.tap("张春生");
        phone.see("19900000002");
    }
    let mut delays = Vec::new();
    for number in ["19900000031", "19900000032", "19900000033"] {
        lin.tap("修改");
        lin.type_into("手机号码", number);
        lin.tap("保存");
        let saved = now();
        wei.see(number);
        delays.push(saved.elapsed());
        lin.see(number);
    }
    println!("from saved on one phone to seen on the other: {delays:?}");
    delays.sort_unstable();
    assert!(delays[1] < Duration::from_secs(4), "{delays:?}");
}

#[test]
fn a_line_that_was_cut_is_laid_again() {
    let mut world = World::new();
    let mut office = village(&world);
    let mut wei = listening(&world, "魏小军");
    wei.tap("人员");
    world.kill_server();
    wei.see("离线");
    assert_eq!(
        wei.js("return window.lines.some((line) => line.readyState === 1)"),
        false
    );
    world.start_server();
    wei.see("已上传");
    wei.wait_until("all lines are open again", LISTENS);
    registers(&mut office, "郑六");
    wei.see("郑六");
}

#[test]
fn a_network_that_swallows_every_word_is_noticed_and_nothing_is_done_twice() {
    let world = World::new();
    village(&world);
    let mut lin = listening(&world, "林晓梅");
    let office = world.device("魏国强", Role::Coordinator, "371721");
    lin.patient();
    world.server().fall_silent();
    lin.tap("张建国");
    lin.tap("走访慰问");
    lin.tap("平安");
    lin.tap("保存");
    lin.see("已保存在本机");
    lin.see("离线");
    let closed = "window.lines.every((line) => line.readyState >= 2)";
    lin.wait_until("no line is taken for open", closed);
    world.server().speak_again();
    lin.see("已上传");
    lin.wait_until("all lines are open again", LISTENS);
    let visits = office.pull(county()).unwrap().into_values();
    assert_eq!(visits.filter(|record| record.kind == "visit").count(), 1);
}

/// Opens a line as a browser does, with a device's token, and waits until so much was heard.
fn line(browser: &Browser, token: &str, heard: usize) {
    let expression = format!(
        "window.heard = [];
         window.line = new WebSocket(location.origin.replace('http', 'ws') + '/api/live/371721',
             ['chunnuan', '{token}']);
         window.line.onmessage = (message) => window.heard.push(message.data);
         window.line.onclose = (closed) => window.heard.push('closed ' + closed.code);"
    );
    browser.isolated(&expression);
    browser.wait_until(
        "the line says so much",
        &format!("window.heard.length >= {heard}"),
    );
}

fn heard(browser: &Browser) -> Vec<String> {
    let heard = browser.js("return window.heard");
    serde_json::from_value(heard).unwrap()
}

#[test]
fn a_line_says_numbers_only_and_is_cut_with_the_token() {
    let world = World::new();
    let mut office = village(&world);
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let administrator = world.device("管理员", Role::Administrator, "37");
    let browser = world.browser("a page");
    browser.open(world.url());
    // Whose token is none, and who works nowhere here, hear nothing.
    for token in ["x.y", &administrator.token] {
        line(&browser, token, 1);
        assert_eq!(heard(&browser), ["closed 1006"]);
    }
    line(&browser, &lin.token, 1);
    registers(&mut office, "钱一");
    browser.wait_until("the hint is heard", "window.heard.length === 2");
    assert_eq!(heard(&browser), [r#"{"seq":3}"#, r#"{"seq":4}"#]);
    // What one sends oneself, one need not be told.
    registers(&mut lin, "孙二");
    registers(&mut office, "李三");
    browser.wait_until("the next hint is heard", "window.heard.length === 3");
    assert_eq!(heard(&browser)[2], r#"{"seq":6}"#);
    // The line is asked whether it is there; to anything else the server does not listen.
    browser.isolated("window.line.send('ping')");
    browser.wait_until("the answer is heard", "window.heard.length === 4");
    assert_eq!(heard(&browser)[3], "pong");

    let path = format!("/api/devices/{}/revoke", lin.number);
    assert_eq!(administrator.post(&path, b"").unwrap().status, 200);
    browser.wait_until("the line is cut", "window.heard.length === 5");
    assert_eq!(heard(&browser)[4], "closed 4002");
    line(&browser, &lin.token, 1);
    assert_eq!(heard(&browser), ["closed 1006"]);
}

#[test]
fn who_does_not_listen_but_talks_is_cut_off() {
    let world = World::new();
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let browser = world.browser("a page");
    browser.open(world.url());
    line(&browser, &lin.token, 1);
    browser.isolated("window.line.send('hello')");
    browser.wait_until("the line is cut", "window.heard.length === 2");
    assert_eq!(heard(&browser)[1], "closed 4004");
    // Four lines of one device are enough; a fifth takes the first one's place.
    for number in 1..=5 {
        line(&browser, &lin.token, 1);
        browser.isolated(&format!("window.line{number} = window.line"));
    }
    browser.wait_until("the first is closed", "window.line1.readyState === 3");
    assert_eq!(browser.js("return window.line5.readyState"), 1);
}

#[test]
fn without_an_upgrade_the_address_says_what_it_speaks() {
    let world = World::new();
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let url = format!("{}/api/live/371721", world.url());
    assert_eq!(http::get(&url).unwrap().status, 401);
    let offered = format!("chunnuan, {}", lin.token);
    let asked = |offered: &str| {
        let answer = http::get_as(&url, &[("sec-websocket-protocol", offered)]);
        answer.unwrap().status
    };
    assert_eq!(asked(&offered), 426);
    assert_eq!(asked(&lin.token), 401);
    assert_eq!(asked("chunnuan, x.y"), 401);
}
