//! Every screen under axe-core, in both languages and both themes, on a phone and on a tablet:
//! no violation of WCAG 2.2 A or AA. With `CHUNNUAN_PICTURES=1` a picture of each is written, too.

use crate::{boards, journeys};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::grant::Role;
use domain::{Id, Kind};
use host::device::new_id;
use serde_json::{Value, json};
use std::sync::OnceLock;
use tests::World;
use tests::browser::{Browser, PHONE, Screen, TABLET};
use tests::world::{area, county, npm_packages};

fn axe() -> &'static str {
    static AXE: OnceLock<String> = OnceLock::new();
    AXE.get_or_init(|| {
        let file = npm_packages().join("node_modules/axe-core/axe.min.js");
        std::fs::read_to_string(file).unwrap()
    })
}

/// What axe finds on the page as it stands: rule, help and the first element of each.
pub fn violations(browser: &Browser) -> Vec<String> {
    browser.isolated(axe());
    let found = browser.isolated(
        "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
                 'best-practice'] })
           .then((result) => JSON.stringify(result.violations.map((v) =>
             `${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 160)} (${v.nodes.length})`)))",
    );
    let found: Vec<String> = serde_json::from_str(found.as_str().unwrap_or("null"))
        .unwrap_or_else(|_| panic!("axe gave no answer: {found}"));
    found
}

/// What does not fit on the page as it stands: a page that scrolls sideways, a target smaller than a
/// gloved finger, a word that is cut off, a word of the other language.
fn ill_fitting(browser: &Browser, language: &str) -> Vec<String> {
    let root = host::tools::root().join("app/language");
    let labels = |language: &str| {
        let file = std::fs::read_to_string(root.join(format!("{language}.json"))).unwrap();
        serde_json::from_str::<std::collections::BTreeMap<String, String>>(&file).unwrap()
    };
    let (own, other) = match language {
        "zh" => (labels("zh"), labels("en")),
        _ => (labels("en"), labels("zh")),
    };
    let own: std::collections::BTreeSet<_> = own.into_values().collect();
    let foreign: Vec<_> = other
        .into_values()
        .filter(|label| !own.contains(label))
        .collect();
    let found = browser.call(include_str!("fitting.js"), json!([foreign]));
    serde_json::from_value(found).unwrap()
}

/// The tablet's screen as it stands is accessible and fits; with `CHUNNUAN_PICTURES=1` it is looked
/// at, too, on a tablet and on a phone, in the light and in the dark.
pub fn looked(browser: &mut Browser, name: &str) {
    let language = browser.js("return document.documentElement.lang");
    let language = language
        .as_str()
        .unwrap_or("zh")
        .get(..2)
        .unwrap_or("zh")
        .to_owned();
    let mut broken = violations(browser);
    broken.extend(ill_fitting(browser, &language));
    if std::env::var_os("CHUNNUAN_PICTURES").is_some() {
        for (screen, size) in [(PHONE, "phone"), (TABLET, "tablet")] {
            browser.on(screen);
            broken.extend(ill_fitting(browser, &language));
            for theme in ["dark", "light"] {
                browser.colours(theme);
                browser.screenshot(&format!("state-{name}-{language}-{size}-{theme}"));
            }
        }
    }
    assert!(broken.is_empty(), "{name}: {broken:#?}");
}

/// What opens a dialog on every screen, and the dialog.
const DIALOGS: [(&str, &str); 2] = [
    (".topbar .sync", "[aria-labelledby=sync-title]"),
    (".topbar .help", "[aria-labelledby=help-title]"),
];

struct Stop {
    path: String,
    /// What must stand on the screen before it is looked at.
    sign: &'static str,
}

fn stop(path: impl Into<String>, sign: &'static str) -> Stop {
    Stop {
        path: path.into(),
        sign,
    }
}

fn first_of(device: &host::device::Device, kind: &str) -> Option<Id> {
    let records = device.pull(county()).unwrap();
    records
        .into_values()
        .find(|record| record.kind == kind)
        .map(|record| record.id)
}

/// The two records of the worker whom the training data has twice.
fn twice(device: &host::device::Device) -> Vec<Id> {
    let records = device.pull(county()).unwrap().into_values();
    let named = records.filter(|record| record.text("name") == "孙传宝");
    let homes: Vec<_> = named.filter(|record| record.kind == "worker").collect();
    let last = homes.last().map(|record| record.text("phone").to_owned());
    let twins = homes
        .iter()
        .filter(|record| Some(record.text("phone")) == last.as_deref());
    twins.map(|record| record.id).collect()
}

/// The screens of somebody in the field, and those of a manager.
fn stops(device: &host::device::Device, role: Role) -> Vec<Stop> {
    let mut stops = vec![
        stop("/people", ".list .row"),
        stop("/people?q=zhang", ".list .row"),
        stop("/same", ".list .row"),
        stop("/import", "main h1"),
        stop("/new", ".actions"),
        stop("/work", ".list .row"),
        stop("/work?kind=need", ".list .row"),
        stop("/work?kind=fund_entry", "main h1"),
        stop("/work?kind=wage_case", "main h1"),
        stop("/me", ".settings"),
    ];
    for path in ["/bulletins", "/contacts", "/same", "/departures", "/scan"] {
        stops.push(stop(path, "main h1"));
    }
    if let Some(id) = first_of(device, "trip") {
        stops.push(stop(format!("/trip/{id}"), "main h1"));
    }
    if let Some(id) = first_of(device, "worker") {
        stops.push(stop(format!("/code/{id}"), "main h1"));
    }
    match role {
        Role::Administrator => return administrators(device),
        Role::Coordinator => {
            stops.push(stop("/progress", "table.progress"));
            stops.push(stop("/overview", ".overview .list"));
            stops.push(stop(
                "/overview?list=moved.visit",
                ".pane-detail .list .row",
            ));
            stops.push(stop("/overview?by=visits", ".bar"));
            for kind in domain::board::BOARDS {
                stops.push(stop(format!("/boards?board={kind}"), ".board"));
            }
            stops.push(stop("/progress?action=relief&period=week", ".tiles"));
            for kind in ["fund_entry", "stock_move", "trip", "dependant"] {
                stops.push(stop(format!("/boards?board={kind}"), "main h1"));
            }
            for kind in ["bulletin", "culture_event", "story", "opinion"] {
                stops.push(stop(format!("/publish?tell={kind}"), "main h1"));
            }
            stops.push(stop("/assign", ".village"));
            stops.push(stop(
                "/progress?indicator=visits&area=371721",
                ".pane-detail .list .row",
            ));
        }
        _ => stops.push(stop("/today", ".stats")),
    }
    for kind in [
        "household",
        "worker",
        "dependant",
        "wage_case",
        "trip",
        "bulletin",
    ] {
        if let Some(id) = first_of(device, kind) {
            stops.push(stop(format!("/work?open={id}"), ".pane-detail h1"));
        }
    }
    if let [a, b] = twice(device)[..] {
        stops.push(stop(format!("/same?a={a}&b={b}"), ".compared-buttons"));
    }
    for kind in [
        "visit",
        "worker",
        "wage_case",
        "fund_entry",
        "handoff",
        "shift",
    ] {
        if Kind::find(kind).is_some() {
            stops.push(stop(format!("/new/{kind}"), "form.form .field"));
        }
    }
    stops
}

/// The screens of who administers; nothing of the campaign's people is on them.
fn administrators(device: &host::device::Device) -> Vec<Stop> {
    let (person, number) = (device.person, device.number);
    vec![
        stop("/", ".admin-links"),
        stop("/admin/people", ".list .row"),
        stop(
            format!("/admin/people?person={person}"),
            ".pane-detail .card .row",
        ),
        stop(
            format!("/admin/devices?device={number}"),
            ".pane-detail .fact",
        ),
        stop("/admin/invite", ".admin-form select"),
        stop("/admin/sheet", "#sheet-list"),
        stop("/admin/devices", ".list .row"),
        stop("/admin/campaign", ".admin-save"),
        stop("/admin/audit", ".admin-log .row"),
        stop("/admin/feeds", "#feed-name"),
        stop("/admin/health", ".admin-table td"),
        stop("/me", ".settings"),
    ]
}

/// The whole page, as on a screen as high as it is.
fn picture(browser: &mut Browser, screen: Screen, who: &str, path: &str) {
    let high = browser.js("return document.scrollingElement.scrollHeight");
    let height = high
        .as_u64()
        .unwrap_or_default()
        .clamp(screen.height.into(), 2400);
    browser.on(Screen {
        width: screen.width,
        height: height as u32,
    });
    let path = path.replace(['/', '?', '=', '&'], "_");
    let short: String = path.chars().take(40).collect();
    browser.screenshot(&format!("{}-{who}{short}", screen.width));
}

fn walk(name: &str, role: Role, code: &str, screen: Screen) {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let device = world.device("looker", role, code);
    let mut browser = world.browser(name);
    browser.patient();
    browser.on(screen);
    browser.open(&world.enrolment_page(name, role, code));
    browser.wait_until(
        "the first page is there",
        "document.querySelector('.page-message h1')",
    );
    let mut broken = Vec::new();
    let mut look = |browser: &Browser, language: &str, where_: &str| {
        let mut found = violations(browser);
        found.extend(ill_fitting(browser, language));
        broken.extend(found.into_iter().map(|v| format!("{where_}: {v}")));
    };
    look(&browser, "zh", "enrol");
    browser.tap("开始使用");
    browser.see("已上传");
    let mut looked = 0;
    for language in ["zh", "en"] {
        browser.go("/me");
        browser.tap(if language == "zh" {
            "中文"
        } else {
            "English"
        });
        for theme in ["light", "dark"] {
            browser.colours(theme);
            for stop in stops(&device, role) {
                browser.go(&stop.path);
                let there = format!("document.querySelector({})", Value::from(stop.sign));
                browser.wait_until(&format!("{} is there", stop.path), &there);
                if stop.path == "/admin/campaign" {
                    browser.js(
                        "document.querySelectorAll('main details').forEach((d) => d.open = true)",
                    );
                    browser.wait_until("all is open", "document.querySelector('#fund-below')");
                    let add = browser.label_in("admin.own.add", language);
                    browser.tap(&add);
                    browser.wait_until("a field is made", "document.querySelector('.own-preview')");
                }
                let label = format!("{language} {theme} {}", stop.path);
                look(&browser, language, &label);
                looked += 1;
                if std::env::var_os("CHUNNUAN_PICTURES").is_some() {
                    for other in [PHONE, TABLET] {
                        browser.on(other);
                        let label =
                            format!("{role:?} {language} {theme} {}: {}", other.width, stop.path);
                        look(&browser, language, &label);
                        picture(
                            &mut browser,
                            other,
                            &format!("{role:?}-{language}-{theme}"),
                            &stop.path,
                        );
                    }
                    browser.on(screen);
                }
            }
            for (button, dialog) in DIALOGS {
                browser.tap_css(button);
                let open = format!("document.querySelector('dialog[open]')?.matches('{dialog}')");
                browser.wait_until(&format!("{dialog} is open"), &open);
                look(&browser, language, &format!("{language} {theme} {dialog}"));
                looked += 1;
                browser.tap_css(&format!("{dialog} .head .button.quiet"));
                browser.wait_until(
                    &format!("{dialog} is shut"),
                    "!document.querySelector('dialog[open]')",
                );
            }
        }
    }
    browser.go("/me");
    browser.tap("Change the PIN");
    browser.minds_the_pad();
    browser.wait_until("the pad is there", "document.querySelector('.pin-key')");
    look(&browser, "en", "the pad on one's own page");
    browser.tap("Lock now");
    browser.see("Enter your PIN");
    browser.tap("I forgot the PIN");
    for theme in ["light", "dark"] {
        browser.colours(theme);
        look(&browser, "en", &format!("the door {theme}"));
    }
    println!("{looked} screens looked at as {name}");
    broken.sort();
    broken.dedup();
    assert!(
        broken.is_empty(),
        "{} violations:\n{}",
        broken.len(),
        broken.join("\n")
    );
}

#[test]
fn every_screen_of_the_field_is_accessible() {
    walk("林晓梅", Role::FieldWorker, "371721101", PHONE);
}

#[test]
fn every_screen_of_the_managers_tablet_is_accessible() {
    walk("魏国强", Role::Coordinator, "371721", TABLET);
}

#[test]
fn every_screen_of_the_administrators_tablet_is_accessible() {
    walk("杜主任", Role::Administrator, "371721", TABLET);
}

/// The page as it comes out of a printer, for whoever asked for pictures.
fn printed(browser: &Browser, name: &str) {
    if std::env::var_os("CHUNNUAN_PICTURES").is_some() {
        let paper = browser.cdp(
            "Page.printToPDF",
            json!({ "paperWidth": 8.27, "paperHeight": 11.69 }),
        );
        let bytes = STANDARD.decode(paper["data"].as_str().unwrap()).unwrap();
        std::fs::write(
            host::tools::root().join(format!("target/journeys/{name}.pdf")),
            bytes,
        )
        .unwrap();
    }
}

/// The names that are longest: of a person from the far west, and of a firm in full.
const LONG: [&str; 2] = [
    "古丽巴哈尔·阿卜杜热合曼·吐尔逊江·买买提明",
    "中国建筑第八工程局有限公司青岛西海岸新区董家口港城基础设施建设项目部劳务分包第三工程队",
];

#[test]
fn what_a_manager_meets_besides_is_accessible() {
    let mut world = World::new();
    host::training::fill(world.server()).unwrap();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    let case = boards::case(&mut lin, LONG[1], 40);
    let cells = [("name", LONG[0].into()), ("flow", "leaving".into())];
    let worker = lin.makes(new_id(), "worker", area("371721101004"), &cells);
    boards::accepted(&lin, county(), &worker);
    let trip = first_of(&lin, "trip");
    let mut tablet = journeys::enrolled(&world, "魏国强", Role::Coordinator, "371721");
    tablet.patient();
    for language in ["zh", "en"] {
        tablet.on(TABLET);
        tablet.go("/me");
        tablet.tap(if language == "zh" {
            "中文"
        } else {
            "English"
        });
        tablet.go("/boards?board=wage_case");
        tablet.wait_until("the case is there", "document.querySelector('.board-menu')");
        looked(&mut tablet, "long-board");
        tablet.js(&format!(
            "document.getElementById('card-{case}').closest('.board-card').querySelector('.board-menu').click()"
        ));
        let open = "document.querySelector('dialog[open] .button')";
        tablet.wait_until("the dialog is open", open);
        looked(&mut tablet, "board-dialog");
        tablet.js("document.querySelector('dialog[open]').close()");
        tablet.go("/boards?board=need");
        tablet.wait_until("needs are there", "document.querySelector('.board-menu')");
        tablet.js("document.querySelector('.board-menu').click()");
        tablet.wait_until("the dialog is open", open);
        let declined = tablet.label_in("need.step.declined", language);
        tablet.tap(&declined);
        tablet.tap_css("dialog[open] .primary");
        looked(&mut tablet, "board-declining");
        tablet.js("document.querySelector('dialog[open]').close()");
        tablet.go(&format!("/work?open={case}"));
        tablet.wait_until(
            "the case is open",
            "document.querySelector('.pane-detail h1')",
        );
        looked(&mut tablet, "long-case");
        printed(&tablet, &format!("case-{language}"));
        tablet.go(&format!("/people?open={}", worker.id));
        tablet.wait_until(
            "the worker is open",
            "document.querySelector('.pane-detail h1')",
        );
        looked(&mut tablet, "long-worker");
        tablet.go("/people");
        tablet.wait_until(
            "people are there",
            "document.querySelector('.pane-list .row')",
        );
        let search = tablet.label_in("people.search", language);
        tablet.type_into(&search, "无此人");
        tablet.wait_until(
            "nobody is found",
            "document.querySelector('.pane-list .empty')",
        );
        looked(&mut tablet, "nobody");
        tablet.go("/publish?tell=story");
        tablet.wait_until("it is open", "document.querySelector('main h1')");
        looked(&mut tablet, "no-story");
        tablet.go("/progress?priority=disabled&action=rights");
        tablet.wait_until(
            "the table is there",
            "document.querySelector('.progress-screen')",
        );
        looked(&mut tablet, "progress-of-few");
        tablet.go("/progress");
        tablet.wait_until(
            "the table is there",
            "document.querySelector('table.progress')",
        );
        printed(&tablet, &format!("progress-{language}"));
        if let Some(trip) = &trip {
            tablet.go(&format!("/trip/{trip}"));
            tablet.wait_until("the trip is there", "document.querySelector('.seat')");
            printed(&tablet, &format!("trip-{language}"));
        }
        for (button, dialog) in DIALOGS {
            tablet.tap_css(button);
            tablet.wait_until(
                "it is open",
                &format!("document.querySelector('dialog[open]')?.matches('{dialog}')"),
            );
            looked(
                &mut tablet,
                &format!(
                    "dialog-{}",
                    dialog.split(['=', '-']).nth(2).unwrap_or_default()
                ),
            );
            tablet.tap_css(&format!("{dialog} .head .button.quiet"));
        }
    }
    let mut administrator = crate::admin::administrator(&world, "371721");
    world.stop_server();
    for path in ["/admin/people", "/admin/feeds"] {
        administrator.go(path);
        administrator.see("管理需要网络");
        looked(
            &mut administrator,
            &format!("offline{}", path.replace('/', "-")),
        );
    }
}

#[test]
fn axe_finds_a_planted_fault() {
    let world = World::new();
    let browser = world.browser("somebody");
    browser.open(world.url());
    browser.wait_until("the app is there", "document.querySelector('#link')");
    browser.call(
        "document.body.insertAdjacentHTML('beforeend', '<main><img src=\"/icon.svg\"></main>');",
        json!([]),
    );
    let found = violations(&browser).join("\n");
    assert!(found.contains("image-alt"), "{found}");
}

#[test]
fn every_screen_of_the_administrators_phone_is_accessible() {
    walk("杜主任", Role::Administrator, "371721", PHONE);
}
