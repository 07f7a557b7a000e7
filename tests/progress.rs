//! The progress table is the same on the server and on a device, to the last digit; what a manager
//! does with it on a tablet.

use crate::journeys::enrolled;
use crate::rollup;
use crate::sheets::{self, Downloads};
use domain::grant::Grant;
use domain::grant::Role;
use domain::indicator::{Category, Fold, INDICATORS, Period, Table, Tally};
use domain::{Department, Value};
use host::device::Device;
use serde_json::{Value as Json, json};
use tests::World;
use tests::browser::{Browser, TABLET};
use tests::world::{area, county};

fn served(device: &Device) -> Table {
    asked(device, "371721")
}

fn asked(device: &Device, path: &str) -> Table {
    let path = format!("/api/progress/{path}");
    device.get(&path).unwrap().json(&path).unwrap()
}

/// What a device counts of all that it has pulled.
fn counted(device: &Device, period: Period) -> Tally {
    let campaign = &device.profile.campaign;
    let mut fold = Fold::new(period, host::show::now_ms()).seen_by(&device.profile.grants);
    for ledger in &device.profile.ledgers {
        for record in device.pull(*ledger).unwrap().values() {
            fold.add(record, campaign);
        }
    }
    fold.settled()
}

fn folded(device: &Device) -> Table {
    counted(device, Period::of(&device.profile.campaign)).table(county(), None)
}

#[test]
fn the_server_and_a_device_count_the_same() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let manager = world.device("魏国强", Role::Coordinator, "371721");
    let served = served(&manager);
    assert_eq!(served, folded(&manager));
    let visits = served.total.figures["visits"].count;
    assert!(visits > 100, "{visits}");
    let sum: i64 = served
        .rows
        .iter()
        .map(|row| row.figures["visits"].count)
        .sum();
    assert_eq!(sum, visits);
}

#[test]
fn who_was_merged_is_counted_once_by_the_server_and_by_a_device() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let mut manager = world.device("魏国强", Role::Coordinator, "371721");
    let count = |manager: &Device, name: &str| served(manager).total.figures[name].count;
    let before = ["workers", "households", "visits"].map(|name| count(&manager, name));
    let held = manager.pull(county()).unwrap();
    for kind in ["worker", "household"] {
        let of_kind: Vec<_> = held.values().filter(|record| record.kind == kind).collect();
        // One into another, and two into each other.
        for (from, into) in [(0, 1), (2, 3), (3, 2)] {
            let into = Value::from(of_kind[into].id.to_string().as_str());
            let merge = manager.edits(of_kind[from], &[("merged_into", into)]);
            manager.push(county(), &[merge]).unwrap();
        }
    }
    assert_eq!(served(&manager), folded(&manager));
    let after = ["workers", "households", "visits"].map(|name| count(&manager, name));
    assert_eq!(after, [before[0] - 2, before[1] - 2, before[2]]);
}

#[test]
fn a_field_worker_is_told_only_the_own_townships_figures() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let served = served(&world.device("林晓梅", Role::FieldWorker, "371721101"));
    let elsewhere = served
        .rows
        .iter()
        .filter(|row| row.area.to_string() != "371721101");
    assert_eq!(
        elsewhere
            .map(|row| row.figures["workers"].count)
            .sum::<i64>(),
        0
    );
    assert!(served.total.figures["workers"].count > 0);
}

#[test]
fn a_week_a_day_and_the_people_with_priority_are_counted_alike_on_server_and_device() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let manager = world.device("魏国强", Role::Coordinator, "371721");
    let today = domain::day_of(host::show::now_ms());
    let ago = |days: i64| today.saturating_sub(jiff::Span::new().days(days));
    for (from, until) in [(ago(6), today), (ago(1), ago(1)), (ago(400), ago(390))] {
        let tally = counted(&manager, Period { from, until });
        for category in Category::all().map(Some).chain([None]) {
            let priority = category.map(|one| format!("&priority={}", one.key()));
            let query = format!(
                "371721?from={from}&until={until}{}",
                priority.unwrap_or_default()
            );
            let told = tally.table(county(), category);
            assert_eq!(asked(&manager, &query), told, "{query}");
        }
    }
    let nobody = manager.get("/api/progress/371721?priority=rich").unwrap();
    assert_eq!(nobody.status, 400);
}

#[test]
fn an_officer_is_told_only_the_figures_of_what_the_own_department_sees() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let mut grant = Grant::new(Role::DepartmentOfficer, area("371721"));
    grant.department = Some(Department::Culture);
    let link = world.invite("文旅", vec![grant]);
    let officer = Device::enrol(world.url(), &link, "文旅").unwrap();
    let told = served(&officer);
    assert_eq!(told, folded(&officer));
    assert!(told.total.figures["workers"].count > 0);
    for hidden in ["wage_cases", "elders_in_time", "vaccinations"] {
        assert!(!told.total.figures.contains_key(hidden), "{hidden}");
    }
    let all = served(&world.device("魏国强", Role::Coordinator, "371721"));
    assert_eq!(all.total.figures.len(), INDICATORS.len());
    assert_eq!(all.total.figures["events"], told.total.figures["events"]);
}

#[test]
fn a_manager_goes_from_a_figure_to_its_records_and_back_with_the_same_filters() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let manager = world.device("魏国强", Role::Coordinator, "371721");
    let visits = served(&manager).total.figures["visits"].count;
    let mut tablet = world.browser("魏国强");
    tablet.on(TABLET);
    tablet.open(&world.enrolment_page("魏国强", Role::Coordinator, "371721"));
    tablet.tap("开始使用");
    tablet.see("已上传");
    tablet.go("/progress?action=care&map=talks");
    tablet.wait_until(
        "the table is there",
        "document.querySelector('table.progress')",
    );
    tablet.screenshot("progress-care");
    let heads = "document.querySelectorAll('table.progress thead tr:first-child th').length";
    assert_eq!(
        tablet.js(&format!("return {heads}")),
        2,
        "the areas, and one action"
    );

    // One tap from a figure to its records, with what was chosen still in the address.
    tablet.tap(&format!("合计 走访次数 {visits}"));
    tablet.see(&format!("{visits} 条"));
    let address = tablet.js("return location.search");
    let address = address.as_str().unwrap();
    assert!(
        address.contains("action=care") && address.contains("indicator=visits"),
        "{address}"
    );
    tablet.screenshot("progress-behind");
    tablet.tap_css(".pane-detail .back");
    tablet.wait_until(
        "back at the table",
        "!location.search.includes('indicator')",
    );
    assert_eq!(
        tablet.js("return location.search"),
        "?action=care&map=talks"
    );

    // A township opens one level below, and the way back up is there.
    tablet.tap("查看庄寨镇以下");
    tablet.wait_until(
        "one level below",
        "location.search.includes('at=371721101')",
    );
    tablet.wait_until("the way up", "document.querySelector('.area-path a')");
    tablet.tap_css(".area-path a");
    tablet.wait_until("up again", "location.search.includes('at=371721&')");

    // Another filter is another address.
    tablet.js(
        "const choose = document.querySelector('#progress-priority');
         choose.value = 'low_income';
         choose.dispatchEvent(new Event('change', { bubbles: true }));",
    );
    tablet.wait_until(
        "of some people",
        "location.search.includes('priority=low_income')",
    );
    tablet.wait_until(
        "no column of what is not about people",
        "![...document.querySelectorAll('table.progress thead th')].some((e) => e.innerText.includes('政策宣讲'))",
    );
    tablet.go("/progress");
    tablet.wait_until(
        "the line by day",
        "document.querySelector('.trend-line polyline')",
    );
    tablet.screenshot("progress-all");
}

/// The figures in the pane by area, and what they are of in all.
fn parts(tablet: &Browser) -> Vec<(String, i64)> {
    let parts = tablet.js(
        "return [...document.querySelectorAll('.pane-detail .parts a')].map((part) =>
           [part.querySelector('span').innerText, Number(part.querySelector('strong').innerText)])",
    );
    serde_json::from_value(parts).unwrap()
}

#[test]
fn day_8_the_provinces_summary_and_each_figure_down_to_its_counties_and_their_records() {
    let world = World::new();
    let mut all = rollup::people(&world);
    for _ in 0..2 {
        rollup::serves(&mut all.cao, rollup::CAO, "own");
    }
    rollup::serves(&mut all.shan, &rollup::village(rollup::SHAN), "own");
    rollup::serves(&mut all.qingdao, &rollup::village(rollup::QINGDAO), "own");

    // The summary says what the screen says, of the province and of each city.
    let mut tablet = enrolled(&world, "许晓燕", Role::Coordinator, "37");
    tablet.patient();
    sheets::office_is_kept(&tablet);
    let downloads = Downloads::of(&tablet);
    tablet.tap("进展");
    tablet.wait_until(
        "the table is of all that was served",
        "document.querySelector('[aria-label=\"合计 走访次数 4\"]')",
    );
    let screen = sheets::shown(&tablet);
    tablet.tap("导出工作总结");
    tablet.see("已记入操作记录");
    let (name, bytes) = downloads.take("docx");
    assert!(name.starts_with("工作总结-山东省-"), "{name}");
    let summary = sheets::document_of(&bytes);
    for told in ["走访次数 4", "走访家庭 4", "附件：各地区数字"] {
        assert!(summary.contains(told), "{told} in {summary}");
    }
    for row in &screen {
        assert!(summary.contains(&row[0]), "{}", row[0]);
    }

    // From a figure down: each area's figure is the sum of those that gave it.
    tablet.tap("合计 走访次数 4");
    for (area, expected) in [
        ("37", vec![("青岛市", 1), ("菏泽市", 3)]),
        ("3717", vec![("曹县", 2), ("单县", 1)]),
        ("371721", vec![("庄寨镇", 2)]),
    ] {
        tablet.wait_until(
            "this area's parts",
            &format!(
                "location.search.includes('indicator=visits&area={area}')
                && document.querySelectorAll('.pane-detail .parts a').length === {}",
                expected.len()
            ),
        );
        let expected: Vec<_> = expected
            .iter()
            .map(|(n, c)| ((*n).to_owned(), *c))
            .collect();
        assert_eq!(parts(&tablet), expected, "{area}");
        let sum: i64 = expected.iter().map(|(_, count)| count).sum();
        tablet.see(&format!("{sum} 条"));
        tablet.screenshot(&format!("day-8-{area}"));
        let next = match area {
            "37" => "3717",
            "3717" => "371721",
            _ => "371721101",
        };
        tablet.tap_css(&format!(".pane-detail .parts a[href$='area={next}']"));
    }
    // The records, one of them, and back to where one came from.
    tablet.wait_until(
        "the township's records",
        "location.search.includes('area=371721101') &&
         document.querySelectorAll('.pane-detail .list a.row').length === 2",
    );
    tablet.tap_css(".pane-detail .list a.row");
    tablet.wait_until("a record", "document.querySelector('.pane-detail .record')");
    tablet.see("平安");
    tablet.tap_css(".pane-detail .back");
    tablet.wait_until(
        "the records again",
        "location.search.endsWith('area=371721101')",
    );
    tablet.tap_css(".pane-detail .area-path a[href$='area=3717']");
    tablet.wait_until("the city again", "location.search.endsWith('area=3717')");
    tablet.tap_css(".pane-detail .back");
    tablet.wait_until("the table again", "location.search === ''");
    assert_eq!(sheets::shown(&tablet), screen);
}

#[test]
fn until_everything_is_on_the_device_the_table_is_the_servers_and_is_kept_without_a_network() {
    let mut world = World::new();
    host::training::fill(world.server()).unwrap();
    let manager = world.device("魏国强", Role::Coordinator, "371721");
    let visits = served(&manager).total.figures["visits"].count;
    let mut tablet = world.browser("魏国强");
    tablet.on(TABLET);
    tablet.open(&world.enrolment_page("魏国强", Role::Coordinator, "371721"));
    tablet.cdp("Network.enable", json!({}));
    let block = |tablet: &Browser, urls: Json| {
        tablet.cdp("Network.setBlockedURLs", json!({ "urls": urls }));
    };
    block(&tablet, json!(["*/api/sync/*"]));
    tablet.tap("开始使用");
    tablet.tap_css(".nav [href='/progress']");
    let total = |tablet: &Browser| {
        tablet.wait_until(
            "the table is there",
            "document.querySelector('table.progress .total a')",
        );
        let label = format!("合计 走访次数 {visits}");
        tablet.wait_until(
            "the figure is the server's",
            &format!("document.querySelector('[aria-label=\"{label}\"]')"),
        );
    };
    total(&tablet);
    tablet.see("服务器统计");
    world.stop_server();
    tablet.tap_css(".nav [href='/people']");
    tablet.tap_css(".nav [href='/progress']");
    total(&tablet);
    tablet.see("服务器统计");
    world.start_server();
    block(&tablet, json!([]));
    tablet.js("window.dispatchEvent(new Event('online'))");
    tablet.wait_until(
        "the device counts itself",
        "!document.querySelector('.progress-screen .head .hint')",
    );
    total(&tablet);
}
