//! Boards: what is overdue is red for everybody above, and a matter is moved by dragging it, by keys
//! and from its menu, also without a network.

use domain::grant::{Grant, Role};
use domain::{Area, Department, Id, Record, Value};
use host::device::{Device, new_id};
use serde_json::json;
use tests::World;
use tests::browser::{Browser, TABLET};
use tests::world::{area, county};

/// The day so many days ago.
pub fn ago(days: i64) -> String {
    domain::day_of(host::show::now_ms() - days * 86_400_000).to_string()
}

pub fn accepted(device: &Device, ledger: Area, change: &domain::Change) {
    let answer = device.push(ledger, std::slice::from_ref(change)).unwrap();
    let taken = matches!(answer.answers[0], domain::wire::Answer::Accepted(_));
    assert!(taken, "{}: {answer:?}", change.kind);
}

/// A wage case of Cao County, received so many days ago.
pub fn case(device: &mut Device, employer: &str, days: i64) -> Id {
    let id = new_id();
    let cells: [(&str, Value); 4] = [
        ("employer_name", employer.into()),
        ("owed", Value::Int(1_200_000)),
        ("people", Value::Int(9)),
        ("received_on", ago(days).as_str().into()),
    ];
    let made = device.makes(id, "wage_case", county(), &cells);
    accepted(device, county(), &made);
    id
}

fn need(device: &mut Device, what: &str, department: &str) -> Id {
    let id = new_id();
    let cells = [("what", what.into()), ("department", department.into())];
    let made = device.makes(id, "need", county(), &cells);
    accepted(device, county(), &made);
    id
}

/// A manager's tablet, with all that the server has for it.
pub fn tablet(world: &World, name: &str, grants: Vec<Grant>) -> Browser {
    let mut tablet = world.browser(name);
    tablet.on(TABLET);
    tablet.open(&host::links::page(
        world.server(),
        &world.invite(name, grants),
    ));
    tablet.tap("开始使用");
    tablet.see("已上传");
    tablet
}

fn manager(world: &World, code: &str) -> Browser {
    let grant = Grant::new(Role::Coordinator, area(code));
    tablet(world, &format!("{code} 的负责人"), vec![grant])
}

fn held(device: &Device, id: Id) -> Record {
    device.pull(county()).unwrap().remove(&id).unwrap()
}

/// What the column of a step says.
fn column(step: &str, text: &str) -> String {
    let wanted = json!(text).to_string();
    format!("document.querySelector('[data-step={step}]')?.innerText.includes({wanted})")
}

fn centre(browser: &Browser, css: &str) -> (f64, f64) {
    let found = browser.call(
        "const box = document.querySelector(arguments[0]).getBoundingClientRect();
         return [box.x + box.width / 2, box.y + Math.min(box.height / 2, 60)];",
        json!([css]),
    );
    (found[0].as_f64().unwrap(), found[1].as_f64().unwrap())
}

/// Drags with the mouse, as the browser itself does it.
fn drag(browser: &Browser, from: &str, to: &str) {
    let ((x, y), (to_x, to_y)) = (centre(browser, from), centre(browser, to));
    browser.cdp("Input.setInterceptDrags", json!({ "enabled": true }));
    browser.mouse("mousePressed", x, y);
    browser.mouse("mouseMoved", x + 8.0, y + 8.0);
    browser.wait_until(
        "the card is taken up",
        "document.querySelector('[data-held]')",
    );
    for sort in ["dragEnter", "dragOver", "drop"] {
        let data = json!({ "items": [{ "mimeType": "text/plain", "data": "card" }], "dragOperationsMask": 16 });
        let event = json!({ "type": sort, "x": to_x, "y": to_y, "data": data });
        browser.cdp("Input.dispatchDragEvent", event);
    }
    browser.mouse("mouseReleased", to_x, to_y);
    browser.cdp("Input.setInterceptDrags", json!({ "enabled": false }));
}

fn press(browser: &Browser, key: &str) {
    let text = match key {
        " " => " ",
        "Enter" => "\r",
        _ => "",
    };
    for sort in ["keyDown", "keyUp"] {
        let event = json!({ "type": sort, "key": key, "text": text });
        browser.cdp("Input.dispatchKeyEvent", event);
    }
}

#[test]
fn day_3_a_case_that_nobody_files_turns_red_on_the_countys_board_and_on_the_citys() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    // At most ten free days in a row, and three working days.
    case(&mut lin, "烟台某建筑队", 15);
    case(&mut lin, "曹县某木器厂", 0);
    for code in ["371721", "3717"] {
        let mut tablet = manager(&world, code);
        tablet.tap("看板");
        tablet.wait_until("both cases wait", &column("received", "曹县某木器厂"));
        let late =
            "[...document.querySelectorAll('.board-card[data-late]')].map((e) => e.innerText)";
        let first = format!("{late}.length === 1 && {late}[0].includes('烟台某建筑队')");
        tablet.wait_until("the old one is red", &first);
        let top = "document.querySelector('.board-card').matches('[data-late]')";
        tablet.wait_until("it stands on top", top);
        tablet.see("其中 1 件超时");
        tablet.screenshot(&format!("boards-{code}"));
    }
}

#[test]
fn a_case_is_dragged_to_the_next_step_without_a_network_and_brought_back() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    let id = case(&mut lin, "烟台某建筑队", 0);
    let mut tablet = manager(&world, "371721");
    tablet.go("/boards?board=wage_case");
    tablet.wait_until("it waits", &column("received", "烟台某建筑队"));
    world.stop_server();
    drag(&tablet, ".board-card", "[data-step=filed]");
    tablet.see("已转到：快立");
    tablet.wait_until("it is filed", &column("filed", "烟台某建筑队"));
    tablet.tap("撤销");
    tablet.wait_until("it waits again", &column("received", "烟台某建筑队"));
    drag(&tablet, ".board-card", "[data-step=filed]");
    tablet.wait_until("it is filed", &column("filed", "烟台某建筑队"));
    // What is filed is not received again: the card stays where it is.
    drag(&tablet, ".board-card", "[data-step=received]");
    tablet.wait_until("it is filed still", &column("filed", "烟台某建筑队"));
    world.start_server();
    tablet.look();
    tablet.see("已上传");
    let case = held(&lin, id);
    assert_eq!(case.text("stage"), "filed");
    assert_eq!(case.text("filed_on"), ago(0));
}

#[test]
fn a_case_is_closed_by_keys_and_not_before_its_outcome_is_said() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    let id = case(&mut lin, "烟台某建筑队", 0);
    let mut tablet = manager(&world, "371721");
    tablet.go("/boards?board=wage_case");
    tablet.wait_until("it waits", &column("received", "烟台某建筑队"));
    tablet.js("document.querySelector('.board-link').focus()");
    press(&tablet, " ");
    let says = |text: &str| {
        let wanted = json!(text).to_string();
        format!(
            "[...document.querySelectorAll('[aria-live=assertive]')].some((e) => e.innerText.includes({wanted}))"
        )
    };
    tablet.wait_until("it is said that it is taken up", &says("已拿起"));
    for _ in 0..3 {
        press(&tablet, "ArrowRight");
    }
    tablet.wait_until("the last step is pointed at", &says("快结"));
    press(&tablet, "Enter");
    tablet.see("处理结果");
    tablet.tap_css("dialog[open] .primary");
    tablet.see("这一项必须填写");
    assert_eq!(held(&lin, id).text("stage"), "");
    tablet.tap("已支付");
    tablet.tap_css("dialog[open] .primary");
    tablet.wait_until("it is closed", &column("closed", "烟台某建筑队"));
    let followed = format!("document.activeElement?.id === 'card-{id}'");
    tablet.wait_until("the cursor went with it", &followed);
    tablet.see("已上传");
    assert_eq!(held(&lin, id).text("outcome"), "paid");
}

#[test]
fn an_officer_sees_the_own_departments_needs_and_says_why_one_is_declined() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    let id = need(&mut lin, "想要轮椅", "civil");
    need(&mut lin, "想学电焊", "hr");
    let grant = Grant {
        department: Some(Department::Civil),
        ..Grant::new(Role::DepartmentOfficer, county())
    };
    let mut tablet = tablet(&world, "民政 孔令军", vec![grant]);
    tablet.go("/boards?board=need&department=civil");
    tablet.wait_until("the own need waits", &column("open", "想要轮椅"));
    assert!(!tablet.sees("想学电焊"));
    tablet.tap("移动“想要轮椅”");
    tablet.tap("不予受理");
    tablet.tap_css("dialog[open] .primary");
    tablet.see("请写明理由");
    tablet.type_into("答复内容", "县里没有库存，已转残联");
    tablet.tap_css("dialog[open] .primary");
    tablet.wait_until("it is declined", &column("declined", "想要轮椅"));
    tablet.see("已上传");
    let declined = held(&lin, id);
    assert_eq!(declined.text("step"), "declined");
    assert_eq!(declined.text("answer"), "县里没有库存，已转残联");
}

#[test]
fn day_7_heze_offers_and_qingdao_accepts_on_its_own_board() {
    let world = World::new();
    let mut cao = world.device("魏国强", Role::Coordinator, "371721");
    let between = area("371721").common(area("370202")).unwrap().ledger();
    let id = new_id();
    let cells = [
        ("worker", new_id().to_string().as_str().into()),
        ("name", "张春生".into()),
        ("from_area", "371721".into()),
        ("to_area", "370202".into()),
        ("why", "job".into()),
    ];
    let offered = cao.makes(id, "handoff", between, &cells);
    accepted(&cao, between, &offered);
    let mut heze = manager(&world, "371721");
    heze.go("/boards?board=handoff");
    heze.wait_until("it is offered", &column("offered", "张春生"));
    heze.tap("移动“张春生”");
    // Who offered it may only close it; there is a second button, to leave it.
    let buttons = "document.querySelectorAll('dialog[open] .button.wide').length === 2";
    heze.wait_until("the dialog is open", buttons);
    let mut qingdao = manager(&world, "370202");
    qingdao.see("转来待答复");
    qingdao.go("/boards?board=handoff");
    qingdao.wait_until("it is offered", &column("offered", "张春生"));
    qingdao.tap("移动“张春生”");
    qingdao.tap_css("dialog[open] .button.wide");
    qingdao.wait_until("it is accepted", &column("accepted", "张春生"));
    qingdao.see("已上传");
    let accepted = &cao.pull(between).unwrap()[&id];
    assert_eq!(accepted.text("step"), "accepted");
    heze.tap("取消");
    heze.look();
    heze.wait_until("the other side sees it", &column("accepted", "张春生"));
}

#[test]
fn a_townships_fund_that_is_low_stands_first_with_what_to_replenish_and_opens_its_entries() {
    let world = World::new();
    let mut officer = world.device("孔令军", Role::Coordinator, "371721");
    for (township, yuan) in [("371721101", 20_000), ("371721102", 100)] {
        let cells = [
            ("direction", "in".into()),
            ("amount", Value::Int(yuan * 100)),
            ("kind_of_entry", "allocation".into()),
            ("approved_by", "孔令军".into()),
            ("date", ago(1).as_str().into()),
        ];
        let entry = officer.makes(new_id(), "fund_entry", area(township), &cells);
        accepted(&officer, county(), &entry);
    }
    let mut tablet = manager(&world, "371721");
    tablet.go("/boards?board=fund_entry");
    tablet.see("2 个乡镇");
    let first = "document.querySelector('tbody tr').innerText";
    tablet.wait_until("the low one is first", &format!("{first}.includes('¥100')"));
    tablet.wait_until(
        "what is missing",
        "document.querySelector('tbody .badge.late')",
    );
    tablet.tap_css("tbody .cell-link");
    tablet.wait_until(
        "its entry",
        "document.querySelector('.pane-detail .list .row')",
    );
    tablet.screenshot("boards-funds");
}

#[test]
fn a_child_at_high_risk_whom_nobody_visited_is_due_and_todays_trip_says_who_is_missing() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    let village = area("371721101004");
    let child = [
        ("name", "张小宝".into()),
        ("type", "child".into()),
        ("birth", "2016-05-01".into()),
        ("risk", "high".into()),
        ("worker", new_id().to_string().as_str().into()),
    ];
    let trip = [
        ("route", "曹县—苏州".into()),
        ("direction", "out".into()),
        ("departs", Value::Int(host::show::now_ms() + 3_600_000)),
        ("seats", Value::Int(48)),
    ];
    let id = new_id();
    let passenger = [
        ("trip", id.to_string().as_str().into()),
        ("name", "张春生".into()),
    ];
    for change in [
        lin.makes(new_id(), "dependant", village, &child),
        lin.makes(id, "trip", county(), &trip),
        lin.makes(new_id(), "passenger", county(), &passenger),
    ] {
        accepted(&lin, county(), &change);
    }
    let mut tablet = manager(&world, "371721");
    tablet.go("/boards?board=dependant");
    tablet.see("张小宝");
    tablet.tap("留守老年人");
    tablet.not_see("张小宝");
    tablet.go("/boards?board=trip");
    tablet.see("已上车 0／名单 1／座位 48");
}
