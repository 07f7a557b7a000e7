//! Days in the life of the campaign, on a small slow phone without a network: 360×800, a processor
//! four times slower.

use domain::grant::{Grant, Role};
use domain::{Area, Id, Value};
use host::device::{Device, new_id};
use std::time::{Duration, Instant};
use tests::World;
use tests::browser::{Browser, TABLET};
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";

fn reference(id: Id) -> Value {
    Value::from(id.to_string().as_str())
}

#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

fn accepted(device: &Device, ledger: Area, changes: &[domain::Change]) {
    let answer = device.push(ledger, changes).unwrap();
    for (change, answer) in changes.iter().zip(&answer.answers) {
        assert!(
            matches!(answer, domain::wire::Answer::Accepted(_)),
            "{}: {answer:?}",
            change.kind
        );
    }
}

/// A village street: households in a row, each with a worker and a visit that is due today.
fn street(world: &World, houses: usize) -> Device {
    let mut device = world.device("培训资料", Role::FieldWorker, "371721");
    let today = domain::day_of(host::show::now_ms()).to_string();
    let mut changes = Vec::new();
    for house in 1..=houses {
        let (home, worker) = (new_id(), new_id());
        let head = format!(
            "张{}",
            [
                "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"
            ][house - 1]
        );
        let address = format!("{house}号");
        changes.push(device.makes(
            home,
            "household",
            area(VILLAGE),
            &[
                ("head", head.as_str().into()),
                ("address", address.as_str().into()),
            ],
        ));
        changes.push(device.makes(
            worker,
            "worker",
            area(VILLAGE),
            &[
                ("name", format!("{head}哥").as_str().into()),
                ("flow", "returning".into()),
                ("phone", "19900000002".into()),
                ("household", reference(home)),
            ],
        ));
        changes.push(device.makes(
            new_id(),
            "task",
            area(VILLAGE),
            &[
                ("what", "小年走访".into()),
                ("due", today.as_str().into()),
                ("does", "visit".into()),
                ("household", reference(home)),
            ],
        ));
    }
    accepted(&device, county(), &changes);
    device
}

fn phone(world: &World, name: &str, grants: Vec<Grant>) -> Browser {
    let mut phone = world.browser(name);
    phone.open(&host::links::page(
        world.server(),
        &world.invite(name, grants),
    ));
    phone.tap("开始使用");
    phone.see("已上传");
    phone.wait_until(
        "the app's files are kept",
        "navigator.serviceWorker.controller",
    );
    phone.slow_cpu(4);
    phone
}

fn assistant(world: &World) -> Browser {
    let grant = Grant::new(Role::FieldWorker, area("371721101"));
    phone(world, "林晓梅", vec![grant])
}

#[test]
fn day_1_twelve_households_on_little_new_year_without_a_signal() {
    let mut world = World::new();
    let device = street(&world, 12);
    let mut phone = assistant(&world);
    phone.see("张十二");
    world.stop_server();
    let begun = now();
    phone.tap("走访慰问 张一");
    for house in 0..12 {
        phone.reset_taps();
        let visited = now();
        if house > 0 {
            // What was given last time is given again, one tap for all of it.
            phone.tap("与上一条相同");
        } else {
            phone.tap("需要帮助");
            phone.tap("慰问信");
            phone.tap("慰问品");
        }
        if house % 4 == 0 {
            phone.tap("看病就医");
        }
        if house < 11 {
            phone.tap_css(".savebar .button:not(.primary)");
        } else {
            phone.tap_css(".savebar .primary");
        }
        phone.see("已保存在本机");
        assert!(
            phone.taps() <= 6,
            "house {}: {} taps",
            house + 1,
            phone.taps()
        );
        assert!(
            visited.elapsed() < Duration::from_secs(30),
            "house {}",
            house + 1
        );
        if house < 11 {
            phone.wait_until(
                "the next household's form is there",
                &format!(
                    "document.querySelector('.head-sub')?.innerText.includes('{}')",
                    [
                        "张二",
                        "张三",
                        "张四",
                        "张五",
                        "张六",
                        "张七",
                        "张八",
                        "张九",
                        "张十",
                        "张十一",
                        "张十二",
                    ][house]
                ),
            );
        }
    }
    println!("twelve visits took {:.1} s", begun.elapsed().as_secs_f64());
    phone.see("今天没有待办");
    phone.see("离线");

    // In the evening, at home on Wi-Fi, all has gone up before one looks.
    world.start_server();
    phone.see("已上传");
    let records = device.pull(county()).unwrap();
    let count = |kind: &str| records.values().filter(|r| r.kind == kind).count();
    assert_eq!(count("visit"), 12);
    let done = records
        .values()
        .filter(|r| r.kind == "task" && r.text("step") == "done");
    assert_eq!(done.count(), 12);
    // What was ticked as needed is on its way to the health department.
    let needs: Vec<_> = records.values().filter(|r| r.kind == "need").collect();
    assert!(needs.len() >= 3, "{}", needs.len());
    assert!(needs.iter().any(|r| r.text("department") == "health"));
}

#[test]
fn day_3_a_wage_case_is_taken_in_within_a_minute_and_turns_red_when_it_is_not_filed() {
    let mut world = World::new();
    let mut device = street(&world, 2);
    let mut phone = assistant(&world);
    phone.see("张二");
    world.stop_server();

    // A worker comes by: four months' pay are owed to nine people by a builder nobody knows yet.
    let begun = now();
    phone.reset_taps();
    phone.tap("人员");
    phone.tap("张一哥");
    phone.see("就业监测");
    phone.tap("更多登记");
    phone.tap("欠薪争议");
    phone.type_into("欠薪金额", "３６０００元");
    phone.type_into("涉及人数", "9");
    phone.type_into("欠薪方名称", "烟台某建筑队");
    phone.tap_css(".savebar .primary");
    phone.see("已保存在本机");
    let (taps, took) = (phone.taps(), begun.elapsed());
    println!(
        "a wage case took {taps} taps and {:.1} s",
        took.as_secs_f64()
    );
    assert!(took < Duration::from_secs(60), "{took:?}");

    // What happens next is on the case's page: filed within three working days.
    phone.tap("事项");
    phone.tap_css("a[href='/work?kind=wage_case']");
    phone.tap("烟台某建筑队");
    phone.see("待立案");
    phone.see("前办理");
    // The claimant is asked for work, without anybody having to think of it (C43).
    world.start_server();
    phone.see("已上传");
    let records = device.pull(county()).unwrap();
    let asked = records.values().find(|r| r.text("does") == "job_status");
    assert!(asked.is_some(), "no job_status task for the claimant");
    let case = records
        .values()
        .find(|r| r.kind == "wage_case")
        .unwrap()
        .clone();
    assert_eq!(case.value("owed"), Some(&Value::Int(3_600_000)));

    // Received two weeks ago and not filed: it is late on the county's and on the city's screen.
    let long_ago = domain::day_of(host::show::now_ms() - 14 * 86_400_000).to_string();
    device.observe(case.changed());
    let late = device.edits(&case, &[("received_on", long_ago.as_str().into())]);
    accepted(&device, county(), &[late]);
    for (name, code) in [("魏国强", "371721"), ("高永刚", "3717")] {
        let mut tablet = world.browser(name);
        tablet.on(TABLET);
        tablet.open(&world.enrolment_page(name, Role::Coordinator, code));
        tablet.tap("开始使用");
        tablet.see("已上传");
        tablet.tap("事项");
        tablet.tap_css("a[href='/work?kind=wage_case']");
        tablet.see("烟台某建筑队");
        tablet.see("超时");
        if code == "371721" {
            // One tap files it, with today's date.
            tablet.tap("烟台某建筑队");
            tablet.tap("快立");
            tablet.see("已转到：快立");
        }
    }
    phone.see("快立");
}

#[test]
fn day_9_a_new_volunteer_works_within_two_minutes_of_getting_the_link() {
    let world = World::new();
    let mut device = world.device("培训资料", Role::Coordinator, "371721");
    let post = new_id();
    let made = device.makes(
        post,
        "place",
        county(),
        &[
            ("name", "曹县汽车站服务点".into()),
            ("type", "station_post".into()),
            ("department", "transport".into()),
        ],
    );
    accepted(&device, county(), &[made]);
    let mut grant = Grant::new(Role::StationVolunteer, county());
    grant.place = Some(post);
    let link = world.invite("小志愿者", vec![grant]);
    let mut phone = world.browser("小志愿者");
    phone.slow_cpu(4);
    let begun = now();
    phone.open(&host::links::page(world.server(), &link));
    phone.tap("开始使用");
    phone.see("已上传");
    phone.tap("记录");
    phone.tap("站点帮扶");
    phone.tap_css("[data-field=what] .chip");
    phone.type_into("人数", "2");
    phone.tap_css("[data-field=older] .chip");
    phone.tap_css(".savebar .primary");
    phone.see("已保存在本机");
    phone.see("已上传");
    let took = begun.elapsed();
    println!(
        "from the link to the first record: {:.1} s",
        took.as_secs_f64()
    );
    assert!(took < Duration::from_secs(120), "{took:?}");
    let records = device.pull(county()).unwrap();
    let help = records.values().find(|r| r.kind == "help_log").unwrap();
    assert_eq!(help.text("place"), post.to_string());
}
