//! The day of travel: two phones at one bus without a signal, and what holds a departure back.

use domain::grant::{Grant, Role};
use domain::kinds::vehicle_check::ITEMS;
use domain::wire::Answer;
use domain::{Change, Id, Refusal, Value};
use host::device::{Device, new_id};
use host::links;
use std::collections::BTreeSet;
use tests::World;
use tests::browser::{Browser, TABLET};
use tests::video::film;
use tests::world::{area, county};

const TOWNSHIP: &str = "371721101";
const VILLAGE: &str = "371721101004";
/// The standard's own example; its digits are looked for in what volunteers are sent.
const ID_NUMBER: &str = "11010519491231002X";

/// A bus of 48 seats with its list.
struct Bus {
    maker: Device,
    trip: Id,
    /// By seat, from 1.
    passengers: Vec<Id>,
}

fn text(id: Id) -> Value {
    Value::from(id.to_string().as_str())
}

fn name(seat: usize) -> String {
    let surnames = ["王", "李", "张", "刘", "陈", "杨", "赵", "孙"];
    let given = ["建国", "秀英", "志强", "桂兰", "海涛", "玉梅"];
    format!("{}{}", surnames[seat % 8], given[seat / 8 % 6])
}

impl Bus {
    fn with(world: &World, people: usize) -> Self {
        let mut maker = world.device("培训资料", Role::FieldWorker, "371721");
        let trip = new_id();
        let departs = host::show::now_ms() + 3_600_000;
        let cells = [
            ("route", "济南—庄寨镇".into()),
            ("direction", "home".into()),
            ("departs", Value::Int(departs)),
            ("seats", Value::Int(48)),
            ("plate", "鲁A12345".into()),
        ];
        let mut changes = vec![maker.makes(trip, "trip", area(TOWNSHIP), &cells)];
        let mut passengers = Vec::new();
        for seat in 1..=people {
            let (worker, passenger) = (new_id(), new_id());
            let (known_as, phone) = (name(seat), format!("199000000{seat:02}"));
            let cells = [
                ("name", known_as.as_str().into()),
                ("phone", phone.as_str().into()),
                ("flow", "returning".into()),
                ("id_number", ID_NUMBER.into()),
            ];
            changes.push(maker.makes(worker, "worker", area(VILLAGE), &cells));
            let cells = [
                ("trip", text(trip)),
                ("worker", text(worker)),
                ("name", known_as.as_str().into()),
                ("phone", phone.as_str().into()),
                ("seat", seat.to_string().as_str().into()),
            ];
            changes.push(maker.makes(passenger, "passenger", area(TOWNSHIP), &cells));
            passengers.push(passenger);
        }
        let mut bus = Self {
            maker,
            trip,
            passengers,
        };
        bus.push(changes);
        bus
    }

    fn push(&mut self, changes: Vec<Change>) {
        let answer = self.maker.push(county(), &changes).unwrap();
        for answer in &answer.answers {
            assert!(matches!(answer, Answer::Accepted(_)), "{answer:?}");
        }
    }

    fn boards(&mut self, seats: impl IntoIterator<Item = usize>) {
        let mut changes = Vec::new();
        for seat in seats {
            let change = boarding(&mut self.maker, self.trip, self.passengers[seat - 1]);
            changes.push(change);
        }
        self.push(changes);
    }

    fn is_checked(&mut self, tyres: &str) {
        let mut cells = vec![
            ("trip", text(self.trip)),
            ("inspector", "周队".into()),
            (
                "date",
                domain::day_of(host::show::now_ms())
                    .to_string()
                    .as_str()
                    .into(),
            ),
        ];
        let result = |item: &'static str| if item == "tyres" { tyres } else { "pass" };
        cells.extend(ITEMS.iter().map(|item| (*item, result(item).into())));
        let change = self
            .maker
            .makes(new_id(), "vehicle_check", area(TOWNSHIP), &cells);
        self.push(vec![change]);
    }

    /// What a volunteer of this trip, and of nothing else, is given.
    fn volunteers_link(&self, world: &World, name: &str) -> String {
        let mut grant = Grant::new(Role::StationVolunteer, area(TOWNSHIP));
        grant.place = Some(self.trip);
        world.invite(name, vec![grant])
    }

    /// A volunteer's phone at the bus, as slow as a cheap one.
    fn volunteer(&self, world: &World, name: &str, browser: &mut Browser) {
        browser.slow_cpu(4);
        browser.open(&links::page(
            world.server(),
            &self.volunteers_link(world, name),
        ));
        browser.tap("开始使用");
        browser.see("济南—庄寨镇");
        browser.see("已上传");
        // From here on the page opens, and the scanner works, without a server.
        browser.wait_until(
            "the app's files are kept",
            "navigator.serviceWorker.controller",
        );
        let lens = "const name = document.documentElement.dataset.lensWasm;
            window.lensIsKept ??= false;
            caches.match(name).then((found) => { window.lensIsKept = Boolean(found); });";
        let kept = format!("(() => {{ {lens} return window.lensIsKept; }})()");
        browser.wait_until("the scanner is kept", &kept);
    }
}

fn boarding(device: &mut Device, trip: Id, passenger: Id) -> Change {
    let cells = [
        ("trip", text(trip)),
        ("passenger", text(passenger)),
        ("by", "list".into()),
        ("at", Value::Int(host::show::now_ms())),
    ];
    device.makes(new_id(), "boarding", area(TOWNSHIP), &cells)
}

fn enrolled(world: &World, name: &str, role: Role, code: &str) -> Browser {
    let mut browser = world.browser(name);
    if role == Role::Coordinator {
        browser.on(TABLET);
    }
    browser.open(&world.enrolment_page(name, role, code));
    browser.tap("开始使用");
    browser.see("已上传");
    browser
}

/// Aboard and missing, as the two large figures say.
fn counts(browser: &Browser) -> (String, String) {
    let figure = |tone| browser.text_of(&format!(".count-tile[data-tone={tone}] strong"));
    (figure("good"), figure("missing"))
}

fn wait_for_counts(browser: &Browser, aboard: usize, missing: usize) {
    let figure = |tone: &str| {
        format!("document.querySelector('.count-tile[data-tone={tone}] strong')?.innerText")
    };
    let right = format!(
        "{} === '{aboard}' && {} === '{missing}'",
        figure("good"),
        figure("missing")
    );
    browser.wait_until(
        &format!("{aboard} are aboard and {missing} missing"),
        &right,
    );
}

/// Opens a screen of the app from within, as a link does.
fn go(browser: &Browser, path: &str) {
    let path = Value::from(path);
    let path = serde_json::to_string(&path).unwrap();
    browser.js(&format!(
        "const link = document.createElement('a'); link.href = {path};
         document.querySelector('.app').append(link); link.click(); link.remove();"
    ));
}

/// The code that a phone shows for a passenger, as it is drawn.
fn shown_code(browser: &Browser, passenger: Id) -> String {
    go(browser, &format!("/code/{passenger}"));
    let at =
        format!("location.pathname.includes('{passenger}') && document.querySelector('.code-ink')");
    browser.wait_until("the code is shown", &at);
    let path = browser.js("return document.querySelector('.code-ink').getAttribute('d')");
    path.as_str().unwrap_or_default().to_owned()
}

#[test]
fn two_phones_board_one_bus_without_a_signal_and_agree_when_they_meet_one() {
    let mut world = World::new();
    let mut bus = Bus::with(&world, 46);
    bus.boards(1..=36);

    // Three passengers show their codes on the screen of a phone.
    let leader = enrolled(&world, "林晓梅", Role::FieldWorker, TOWNSHIP);
    let codes: Vec<String> = [42, 43, 44]
        .map(|seat| shown_code(&leader, bus.passengers[seat - 1]))
        .to_vec();
    leader.screenshot("travel-code");
    drop(leader);
    let folder = tempfile::TempDir::new().unwrap();
    let seen = folder.path().join("codes.y4m");
    film(&codes, &seen);

    let mut gao = world.browser("高文静");
    bus.volunteer(&world, "高文静", &mut gao);
    let mut su = world.browser_with_camera("苏立新", &seen);
    bus.volunteer(&world, "苏立新", &mut su);
    for phone in [&gao, &su] {
        wait_for_counts(phone, 36, 10);
    }

    // The signal goes. One goes by the list, the other by the codes; both meet 42.
    world.stop_server();
    for seat in 37..=42 {
        gao.tap(&name(seat));
    }
    wait_for_counts(&gao, 42, 4);
    su.tap("扫码");
    su.see("已上车 39 / 46");
    su.screenshot("travel-scanner");
    su.tap("关闭");
    wait_for_counts(&su, 39, 7);
    su.see("扫码");
    gao.see("离线");
    gao.screenshot("travel-list");

    // The signal is back: both agree, and who was ticked off twice counts once.
    world.start_server();
    for phone in [&gao, &su] {
        wait_for_counts(phone, 44, 2);
        phone.see("已上传");
    }
    let chief = enrolled(&world, "魏国强", Role::Coordinator, "371721");
    go(&chief, &format!("/trip/{}", bus.trip));
    wait_for_counts(&chief, 44, 2);
    let called = chief.js(
        "return [...document.querySelectorAll('.seat[data-aboard=false]')]
           .map((row) => row.querySelector('.row-title').innerText + ' ' + row.querySelector('a').href)",
    );
    let missing = [45, 46].map(|seat| format!("{} tel:199000000{seat}", name(seat)));
    assert_eq!(called, serde_json::json!(missing));
    chief.screenshot("travel-chief");

    // A wrong tick is taken back on one phone, and on every other.
    gao.tap(&name(37));
    gao.tap("没上车");
    for phone in [&gao, &su, &chief] {
        wait_for_counts(phone, 43, 3);
    }
    assert_eq!(counts(&su), ("43".to_owned(), "3".to_owned()));
}

#[test]
fn a_volunteers_device_holds_the_own_trips_people_without_id_numbers_and_nobody_else() {
    let world = World::new();
    let bus = Bus::with(&world, 5);
    let other = Bus::with(&world, 5);
    let link = bus.volunteers_link(&world, "高文静");
    let mut gao = Device::enrol(world.url(), &link, "test").unwrap();
    let held = gao.pull(county()).unwrap();
    let people: BTreeSet<Id> = bus.passengers.iter().copied().collect();
    let of_kind = |kind: &str| {
        held.values()
            .filter(|r| r.kind == kind)
            .map(|r| r.id)
            .collect()
    };
    assert_eq!(people, of_kind("passenger"));
    let kinds: BTreeSet<&str> = held.values().map(|record| record.kind.as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["passenger", "trip"]));
    // To the last byte that is sent.
    let page = gao.pull_page(county(), 0, "").unwrap();
    let sent = page.records.concat();
    let digits = &ID_NUMBER.as_bytes()[6..14];
    assert!(
        !sent.windows(8).any(|part| part == digits),
        "an ID number was sent"
    );
    let phones = sent.windows(9).filter(|part| *part == b"199000000").count();
    assert_eq!(phones, 5);
    // And nobody is ticked off on another bus.
    let answer = {
        let change = boarding(&mut gao, other.trip, other.passengers[0]);
        gao.push(county(), &[change]).unwrap()
    };
    let refused =
        |answer: &Answer| matches!(answer, Answer::Refused(r) if r.refusal == Refusal::NotAllowed);
    assert!(answer.answers.iter().all(refused), "{answer:?}");
}

#[test]
fn a_failed_check_holds_the_departure_back_until_a_passed_one() {
    let world = World::new();
    let mut bus = Bus::with(&world, 3);
    bus.is_checked("fail");
    let mut leader = enrolled(&world, "林晓梅", Role::FieldWorker, TOWNSHIP);
    go(&leader, &format!("/trip/{}", bus.trip));
    leader.see("车辆安全检查不合格：轮胎");
    leader.see("还没有人上车");
    leader.tap(&name(1));
    leader.tap(&name(2));
    leader.tap("讲过了");
    leader.see("安全须知已讲");
    leader.screenshot("travel-held");
    leader.tap("发车");
    leader.see("还不能发车");
    assert!(
        !leader.sees("现在发车吗"),
        "a failed vehicle was about to depart"
    );

    // Nor does the server let it go, whatever an app may send.
    let seen = bus.maker.pull(county()).unwrap()[&bus.trip].clone();
    let departs = bus.maker.edits(&seen, &[("step", "departed".into())]);
    let answer = bus.maker.push(county(), &[departs]).unwrap();
    let held =
        |answer: &Answer| matches!(answer, Answer::Refused(r) if r.refusal == Refusal::HeldBack);
    assert!(held(&answer.answers[0]), "{answer:?}");

    // The tyres are changed, and the vehicle is looked at again.
    leader.tap("重新检查");
    for item in ITEMS {
        leader.tap_css(&format!("[data-field={item}] button"));
    }
    leader.tap("保存");
    leader.see("可以发车");
    leader.tap("发车");
    leader.see("还有 1 人没到");
    leader.screenshot("travel-leaving");
    leader.tap("不等了，发车");
    leader.see("已发车");
    leader.see("已上传");
    let trip = bus.maker.pull(county()).unwrap()[&bus.trip].clone();
    assert_eq!(trip.text("step"), "departed");
    leader.tap("到达");
    leader.see("已到达");
}

#[test]
fn somebody_who_is_not_on_the_list_is_added_without_typing_what_is_known() {
    let world = World::new();
    let mut bus = Bus::with(&world, 2);
    let zhao = new_id();
    let cells = [
        ("name", "赵春生".into()),
        ("phone", "19900000077".into()),
        ("flow", "returning".into()),
    ];
    let change = bus.maker.makes(zhao, "worker", area(VILLAGE), &cells);
    bus.push(vec![change]);
    let mut leader = enrolled(&world, "林晓梅", Role::FieldWorker, TOWNSHIP);
    go(&leader, &format!("/trip/{}", bus.trip));
    leader.see(&name(1));
    leader.tap("加人");
    leader.type_into("姓名", "赵春");
    leader.tap_css("dialog .offer");
    assert_eq!(leader.value_of("手机号码"), "19900000077");
    leader.screenshot("travel-add");
    leader.tap("加入并上车");
    wait_for_counts(&leader, 1, 2);
    leader.see("赵春生");
    // Somebody whom nobody knows: the name is typed once.
    leader.tap("加人");
    leader.type_into("姓名", "周小妹");
    leader.tap("加入并上车");
    wait_for_counts(&leader, 2, 2);
    leader.see("已上传");
    let held = bus.maker.pull(county()).unwrap();
    let seats: BTreeSet<(&str, &str)> = held
        .values()
        .filter(|record| record.kind == "passenger")
        .map(|record| (record.text("name"), record.text("seat")))
        .collect();
    assert!(
        seats.contains(&("赵春生", "3")) && seats.contains(&("周小妹", "4")),
        "{seats:?}"
    );
}

#[test]
fn a_code_that_is_typed_boards_and_a_foreign_one_is_told() {
    let world = World::new();
    let bus = Bus::with(&world, 3);
    let mut gao = world.browser("高文静");
    bus.volunteer(&world, "高文静", &mut gao);
    gao.tap("扫码");
    gao.see("没有可用的摄像头");
    gao.type_into("码下面的编号", &domain::code::short(bus.passengers[1]));
    gao.tap("确定");
    gao.see(&format!("{} 已上车", name(2)));
    gao.type_into("码下面的编号", "https://pay.example/1");
    gao.tap("确定");
    gao.see("这不是春暖的码");
    gao.see("https://pay.example/1");
    gao.screenshot("travel-typed");
    gao.tap("关闭");
    wait_for_counts(&gao, 1, 2);
}

#[test]
fn departures_by_day_show_the_peak_and_who_is_behind_it() {
    let world = World::new();
    let mut bus = Bus::with(&world, 4);
    let today = domain::day_of(host::show::now_ms());
    let day = |after: i64| {
        today
            .saturating_add(jiff::Span::new().days(after))
            .to_string()
    };
    let mut changes = Vec::new();
    for (after, people) in [(3, 1), (4, 30), (5, 2)] {
        let worker = new_id();
        let cells = [("name", "赵春生".into()), ("flow", "leaving".into())];
        changes.push(bus.maker.makes(worker, "worker", area(VILLAGE), &cells));
        let cells = [
            ("worker", text(worker)),
            ("direction", "out".into()),
            ("travels_on", day(after).as_str().into()),
            ("from", "曹县".into()),
            ("to", "青岛".into()),
            ("mode", "rail".into()),
            ("people", Value::Int(people.min(20))),
            ("may_shift", Value::Bool(people > 2)),
        ];
        changes.push(
            bus.maker
                .makes(new_id(), "travel_plan", area(VILLAGE), &cells),
        );
    }
    bus.push(changes);
    let mut chief = enrolled(&world, "魏国强", Role::Coordinator, "371721");
    chief.tap("事项");
    chief.see("济南—庄寨镇");
    chief.tap("出行日历");
    chief.see("高峰");
    chief.see("其中 20 人愿意错峰");
    let bars = chief.js(
        "return [...document.querySelectorAll('.departure')].map((bar) =>
           [bar.dataset.direction, bar.querySelector('strong').innerText].join(' '))",
    );
    assert_eq!(
        bars,
        serde_json::json!(["home 4", "out 1", "out 20", "out 2"])
    );
    chief.screenshot("travel-departures");
    chief.tap_css(".departure[data-direction=home]");
    chief.see("4 人");
    chief.see(&name(4));
}

#[test]
fn several_tickets_of_an_order_are_taken_a_step_at_once() {
    let world = World::new();
    let mut bus = Bus::with(&world, 3);
    let order = new_id();
    let today = domain::day_of(host::show::now_ms()).to_string();
    let cells = [
        ("route", "菏泽—青岛".into()),
        ("carrier", "rail".into()),
        ("departs_on", today.as_str().into()),
    ];
    let change = bus
        .maker
        .makes(order, "ticket_order", area("371721"), &cells);
    bus.push(vec![change]);
    let mut lin = enrolled(&world, "林晓梅", Role::FieldWorker, TOWNSHIP);
    go(&lin, &format!("/work?open={order}"));
    lin.see("购票人");
    for seat in [1, 2] {
        lin.type_into("加人（姓名、拼音或手机号）", &format!("199000000{seat:02}"));
        lin.tap_css(".order .offer");
        lin.see(&name(seat));
    }
    lin.tap("全选");
    lin.tap("2 人改为已购票");
    lin.see("2 人已改为已购票");
    lin.tap("已购票 2");
    lin.tap("全选");
    lin.screenshot("travel-order");
    lin.tap("2 人改为已取票");
    lin.see("2 人已改为已取票");
    lin.see("已上传");
    let held = bus.maker.pull(county()).unwrap();
    let steps: Vec<&str> = held
        .values()
        .filter(|record| record.kind == "ticket")
        .map(|record| record.text("step"))
        .collect();
    assert_eq!(steps, ["issued", "issued"]);
}

#[test]
fn a_trips_codes_are_printed_one_a_passenger_and_without_the_frame() {
    let world = World::new();
    let bus = Bus::with(&world, 9);
    let mut leader = enrolled(&world, "林晓梅", Role::FieldWorker, TOWNSHIP);
    go(&leader, &format!("/trip/{}", bus.trip));
    leader.tap("打印全部二维码");
    leader.see(&domain::code::short(bus.passengers[8]));
    leader.on_paper();
    let printed = leader.js("const shown = (css) => [...document.querySelectorAll(css)]
           .filter((e) => e.getClientRects().length).length;
         return [shown('.code-card svg'), shown('.nav'), shown('.topbar'), shown('button')];");
    assert_eq!(printed, serde_json::json!([9, 0, 0, 0]));
}
