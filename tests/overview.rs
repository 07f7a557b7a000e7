//! The manager's morning: what moved, what runs out, what lags, what waits; live while one looks.

use crate::boards::{ago, case, tablet};
use domain::grant::{Grant, Role};
use host::device::new_id;
use tests::World;
use tests::browser::Browser;
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
    for (township, houses) in [("371721101", 1), ("371721102", 2)] {
        for house in 0..houses {
            let home = new_id();
            let name = format!("张家{township}-{house}");
            changes.push(lin.makes(
                home,
                "household",
                area(township),
                &[("head", name.as_str().into())],
            ));
            let visit = [
                ("household", home.to_string().as_str().into()),
                ("date", ago(0).as_str().into()),
            ];
            changes.push(lin.makes(new_id(), "visit", area(township), &visit));
        }
    }
    lin.push(county(), &changes).unwrap();

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
