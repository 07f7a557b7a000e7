//! The manager's morning: what moved, what runs out, what lags, what waits; live while one looks.

use crate::boards::{accepted, ago, case, tablet};
use domain::grant::{Grant, Role};
use host::device::new_id;
use tests::World;
use tests::browser::{Browser, PHONE};
use tests::world::{area, county};

fn manager(world: &World) -> Browser {
    let grant = Grant::new(Role::Coordinator, county());
    tablet(world, "魏国强", vec![grant])
}

/// How many a row of the overview counts.
fn counts(label: &str, count: usize) -> String {
    let label = serde_json::json!(label).to_string();
    format!(
        "[...document.querySelectorAll('.overview .row, .stat-link')]
            .some((e) => e.innerText.includes({label}) && e.querySelector('strong').innerText === '{count}')"
    )
}

#[test]
fn day_4_at_eight_the_manager_sees_what_moved_what_lags_and_which_clocks_run_out() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    case(&mut lin, "烟台某建筑队", 15);
    let need = lin.makes(
        new_id(),
        "need",
        county(),
        &[
            ("what", "想要轮椅".into()),
            ("department", "civil".into()),
            ("urgency", "urgent".into()),
        ],
    );
    lin.push(county(), &[need]).unwrap();
    let mut changes = Vec::new();
    for (township, houses) in [("371721101004", 1), ("371721102200", 2)] {
        for house in 0..houses {
            let home = new_id();
            let name = format!("张家{township}-{house}");
            changes.push(lin.makes(
                home,
                "household",
                area(township),
                &[("head", name.as_str().into()), ("address", "1号".into())],
            ));
            let visit = [
                ("household", home.to_string().as_str().into()),
                ("date", ago(0).as_str().into()),
                ("situation", "well".into()),
                ("form", "home".into()),
            ];
            changes.push(lin.makes(new_id(), "visit", area(township), &visit));
        }
    }
    changes
        .iter()
        .for_each(|change| accepted(&lin, county(), change));

    let mut tablet = manager(&world);
    tablet.see("等我处理");
    tablet.wait_until("one clock ran out", &counts("已超时", 1));
    tablet.wait_until("one runs out today", &counts("今天到期", 1));
    tablet.wait_until("the need waits", &counts("诉求待接收", 1));
    tablet.screenshot("overview");
    // From a figure to its record, in the second pane.
    tablet.tap("已超时");
    tablet.wait_until(
        "the list",
        "document.querySelector('.pane-detail .list .row')",
    );
    tablet.tap_css(".pane-detail .list .row");
    let opened =
        "document.querySelector('.pane-detail article')?.innerText.includes('烟台某建筑队')";
    tablet.wait_until("the case is open beside the overview", opened);
    tablet.see("等我处理");
    tablet.tap_css(".pane-detail .back");
    tablet.wait_until(
        "the list again",
        "document.querySelector('.pane-detail .list .row')",
    );
    // Where it lags: the township with fewer visits stands first, and opens its records.
    tablet.go("/overview?by=visits");
    let bars = "[...document.querySelectorAll('.bar')].filter((e) => e.innerText.match(/[12]$/)).map((e) => e.innerText.at(-1)).join('')";
    tablet.wait_until("the one behind is on top", &format!("{bars} === '12'"));
    tablet.tap_css("a.bar");
    tablet.see("1 条");
    // Live while open: what somebody else writes is counted without a touch.
    tablet.go("/overview");
    let need = lin.makes(
        new_id(),
        "need",
        county(),
        &[("what", "想学电焊".into()), ("department", "hr".into())],
    );
    lin.push(county(), &[need]).unwrap();
    tablet.wait_until("the second need is counted", &counts("诉求待接收", 2));
}

#[test]
fn the_morning_is_there_without_a_network() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    case(&mut lin, "烟台某建筑队", 15);
    let tablet = manager(&world);
    tablet.wait_until("one clock ran out", &counts("已超时", 1));
    tablet.wait_until(
        "the app's files are kept",
        "navigator.serviceWorker.controller",
    );
    world.stop_server();
    tablet.open(world.url());
    tablet.wait_until("it is still told", &counts("已超时", 1));
    tablet.wait_until("the case waits", &counts("欠薪待立案", 1));
}

/// The page is no wider than the screen.
const FITS: &str = "document.documentElement.scrollWidth <= window.innerWidth";

#[test]
fn a_managers_phone_keeps_its_bar_and_every_screen_fits_it_in_large_type_too() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let grant = Grant::new(Role::Coordinator, county());
    let mut phone = world.browser("魏国强");
    phone.patient();
    phone.on(PHONE);
    phone.open(&host::links::page(
        world.server(),
        &world.invite("魏国强", vec![grant]),
    ));
    phone.tap("开始使用");
    phone.see("等我处理");
    phone.see("已上传");
    let bar = "[...document.querySelectorAll('.nav a')].filter((e) => e.getClientRects().length).length === 5";
    phone.wait_until("five ways in the bar", bar);
    let longest =
        "return Math.max(...performance.getEntriesByName('reckoning').map((e) => e.duration))";
    let held = world.device("旁观者", Role::Coordinator, "371721");
    let held = held.pull(county()).unwrap().len();
    println!(
        "the overview of {held} records took {} ms at most",
        phone.js(longest)
    );
    for size in ["", "large"] {
        phone.call(
            "document.documentElement.dataset.type = arguments[0]",
            serde_json::json!([size]),
        );
        for (path, sign) in [
            ("/overview", ".overview .list .row"),
            ("/overview?by=visits", ".bar"),
            ("/overview?list=late", ".pane-detail .list .row"),
            ("/boards?board=need", ".board-card"),
            ("/boards?board=fund_entry", "main h1"),
            ("/boards?board=dependant", ".list .row"),
            ("/publish", ".list .row"),
            ("/assign", ".village"),
        ] {
            phone.go(path);
            let there = format!("document.querySelector('{sign}')");
            phone.wait_until(&format!("{path} is there"), &there);
            phone.wait_until(&format!("{path} fits"), FITS);
            if std::env::var_os("CHUNNUAN_PICTURES").is_some() {
                let name = path.replace(['/', '?', '='], "_");
                phone.screenshot(&format!("manager-360{size}{name}"));
            }
        }
    }
}
