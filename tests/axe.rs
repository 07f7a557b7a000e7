//! Every screen under axe-core, in both languages and both themes, on a phone and on a tablet:
//! no violation of WCAG 2.2 A or AA. With `CHUNNUAN_PICTURES=1` a picture of each is written, too.

use domain::grant::Role;
use domain::{Id, Kind};
use serde_json::{Value, json};
use std::sync::OnceLock;
use tests::World;
use tests::browser::{Browser, PHONE, Screen, TABLET};
use tests::world::{county, npm_packages};

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
    let mut look = |browser: &Browser, where_: &str| {
        broken.extend(
            violations(browser)
                .into_iter()
                .map(|v| format!("{where_}: {v}")),
        );
    };
    look(&browser, "enrol");
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
                look(&browser, &label);
                looked += 1;
                if std::env::var_os("CHUNNUAN_PICTURES").is_some() {
                    let path = stop.path.replace(['/', '?', '=', '&'], "_");
                    let short: String = path.chars().take(40).collect();
                    browser.screenshot(&format!("{}-{language}-{theme}{short}", screen.width));
                }
            }
            for (button, dialog) in DIALOGS {
                browser.tap_css(button);
                let open = format!("document.querySelector('dialog[open]')?.matches('{dialog}')");
                browser.wait_until(&format!("{dialog} is open"), &open);
                look(&browser, &format!("{language} {theme} {dialog}"));
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
    look(&browser, "the pad on one's own page");
    browser.tap("Lock now");
    browser.see("Enter your PIN");
    browser.tap("I forgot the PIN");
    for theme in ["light", "dark"] {
        browser.colours(theme);
        look(&browser, &format!("the door {theme}"));
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
    walk("管理员", Role::Administrator, "371721", TABLET);
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
    walk("管理员", Role::Administrator, "371721", PHONE);
}
