//! Excel in: last year's roster as it really is, whoever is known is recognised, each bad row is shown,
//! and all of it is one step that can be taken back.

use crate::axe::looked;
use crate::journeys::enrolled;
use crate::sheets::office_is_kept;
use domain::grant::{Grant, Role};
use domain::wire::{GrantsAsk, PeopleList};
use domain::{Grants, Id, Record, check};
use host::device::{Device, new_id};
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tests::World;
use tests::browser::{Browser, TABLET};
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";

#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

/// The made-up ID number of somebody: its division does not exist.
fn number_of(person: usize) -> String {
    let (month, day) = (person % 12 + 1, person % 28 + 1);
    let year = 1960 + person % 40;
    let seventeen = format!("999999{year}{month:02}{day:02}{:03}", person / 40 % 1000);
    let check = check::resident_id_check(&seventeen).unwrap();
    format!("{seventeen}{check}")
}

fn phone_of(person: usize) -> String {
    format!("199{person:08}")
}

/// As people type it: spread out, in full width, or plainly.
fn as_typed(number: &str, person: usize) -> String {
    match person % 3 {
        0 => format!(" {} {} {}", &number[..6], &number[6..14], &number[14..]),
        1 => number
            .chars()
            .map(|c| match c.to_digit(10) {
                Some(digit) => char::from_u32('０' as u32 + digit).unwrap(),
                None => c,
            })
            .collect(),
        _ => number.to_lowercase(),
    }
}

/// Titles, a head on two rows with merged cells, villages in merged cells, and the people.
fn roster(folder: &Path, people: usize) -> PathBuf {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    let mut merge = |rows: (u32, u32), columns: (u16, u16), text: &str| {
        sheet
            .merge_range(rows.0, columns.0, rows.1, columns.1, text, &plain)
            .unwrap();
    };
    merge((0, 0), (0, 8), "曹县庄寨镇2025年农村务工人员花名册");
    merge(
        (1, 1),
        (0, 8),
        "填报单位：庄寨镇人民政府　　填报日期：2025年1月5日",
    );
    for (column, head) in [(0, "序号"), (1, "姓  名"), (2, "所在村"), (8, "备注")] {
        merge((2, 3), (column, column), head);
    }
    merge((2, 2), (3, 4), "基本信息");
    merge((2, 2), (5, 7), "务工情况");
    for (column, head) in [
        (3, "身份证号码"),
        (4, "联系电话"),
        (5, "流向"),
        (6, "务工地点"),
        (7, "返乡时间"),
    ] {
        sheet.write(3, column, head).unwrap();
    }
    for person in 0..people {
        row(sheet, person);
    }
    let last = people as u32 + 4;
    sheet.write(last, 0, "合计").unwrap();
    sheet.write(last, 1, format!("{people}人")).unwrap();
    let file = folder.join(format!("花名册-{people}.xlsx"));
    book.save(&file).unwrap();
    file
}

/// The people of these rows are wrong, each in another way.
const BAD: [usize; 5] = [10, 20, 30, 40, 50];

fn row(sheet: &mut Worksheet, person: usize) {
    let row = person as u32 + 4;
    let mut put = |column: u16, text: &str| {
        sheet.write_string(row, column, text).unwrap();
    };
    let number = number_of(person);
    put(0, &(person + 1).to_string());
    put(
        1,
        &if person == 40 {
            String::new()
        } else {
            format!("务 工{person:05}")
        },
    );
    put(
        2,
        if person == 30 {
            "没有的村"
        } else {
            ["庄寨社区", "大杨口村", "庄寨镇前杨口"][person % 3]
        },
    );
    put(4, &phone_of(person));
    put(
        5,
        if person.is_multiple_of(2) {
            "返乡"
        } else {
            "外出务工"
        },
    );
    put(6, "江苏省苏州市");
    put(
        7,
        ["2025-1-5", "2025年1月5日", "20250105", "2025.01.05"][person % 4],
    );
    match person {
        10 => put(
            3,
            &format!(
                "{}{}",
                &number[..17],
                if number.ends_with('1') { '2' } else { '1' }
            ),
        ),
        20 => drop(
            sheet
                .write_number(row, 3, 999_999_196_001_010_010.0)
                .unwrap(),
        ),
        50 => put(3, &number_of(49)),
        _ => put(3, &as_typed(&number, person)),
    }
}

/// Somebody who is registered already, under another phone number.
fn known(world: &World, people: &[usize]) -> (Device, Vec<Id>) {
    let mut device = world.device("培训资料", Role::FieldWorker, "371721");
    let (mut changes, mut ids) = (Vec::new(), Vec::new());
    for person in people {
        let id = new_id();
        let cells = [
            ("name", format!("务工{person:05}").as_str().into()),
            ("flow", "staying".into()),
            ("phone", "13800000000".into()),
            ("id_number", number_of(*person).as_str().into()),
        ];
        changes.push(device.makes(id, "worker", area(VILLAGE), &cells));
        ids.push(id);
    }
    device.push(county(), &changes).unwrap();
    (device, ids)
}

pub fn officer(world: &World) -> Browser {
    let mut tablet = enrolled(world, "林晓梅", Role::FieldWorker, "371721101");
    tablet.on(TABLET);
    tablet.patient();
    office_is_kept(&tablet);
    tablet.wait_until("the villages are known", "true");
    tablet
}

pub fn choose(browser: &Browser, file: &Path) {
    let found = "document.querySelector('.import input[type=file]')";
    browser.wait_until("a file can be chosen", found);
    let object = browser.cdp("Runtime.evaluate", json!({ "expression": found }));
    browser.cdp(
        "DOM.setFileInputFiles",
        json!({ "files": [file.display().to_string()], "objectId": object["result"]["objectId"] }),
    );
}

pub fn workers(device: &Device) -> BTreeMap<Id, Record> {
    let mut records = device.pull(county()).unwrap();
    records.retain(|_, record| record.kind == "worker" && !record.is_deleted());
    records
}

/// Waits until what the server holds is as it should be.
pub fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = now();
    while !holds() {
        assert!(
            begun.elapsed() < Duration::from_secs(240),
            "waited in vain until {what}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn day_10_last_years_roster_of_4000_is_in_within_a_minute_and_out_again() {
    // With CHUNNUAN_ROSTER=20000 it is measured how long a large one takes.
    let people = std::env::var("CHUNNUAN_ROSTER").ok();
    let people = people
        .and_then(|people| people.parse().ok())
        .unwrap_or(4000);
    let world = World::new();
    let folder = TempDir::new().unwrap();
    let file = roster(folder.path(), people);
    let (device, ids) = known(&world, &[100, 101]);
    let mut tablet = officer(&world);
    tablet.tap("人员");
    tablet.tap("导入名册");
    looked(&mut tablet, "import-file");
    let begun = now();
    choose(&tablet, &file);
    tablet.see("每一列是什么");
    tablet.tap(&tablet.label("worker.consent.signed"));
    // What freezes the page is noticed by a clock that runs in it.
    tablet.js("window.longest = 0; let last = performance.now();
         setInterval(() => { const now = performance.now();
           window.longest = Math.max(window.longest, now - last); last = now; }, 20);");
    tablet.tap("检查名册");
    tablet.see("这些行有问题");
    let checked = begun.elapsed();
    // Each row with its number in the file, its column, and what to do.
    for said in [
        "第 15 行",
        "第 25 行",
        "第 35 行",
        "第 45 行",
        "第 55 行",
        "后几位已经丢失",
        "没有找到这个地方",
    ] {
        tablet.see(said);
    }
    tablet.see("2 人已经登记");
    tablet.tap(&format!("导入（新登记 {} 人）", people - 7));
    tablet.see("名册已保存在本机");
    let (saved, longest) = (
        begun.elapsed(),
        tablet.js("return Math.round(window.longest)"),
    );
    println!(
        "{people} rows: checked after {:.1} s, saved after {:.1} s; the page stood still for {longest} ms at most",
        checked.as_secs_f64(),
        saved.as_secs_f64()
    );
    assert!(
        people > 4000 || saved < Duration::from_secs(60),
        "{saved:?}"
    );

    looked(&mut tablet, "import-done");
    until("all have gone up", || workers(&device).len() == people - 5);
    let held = workers(&device);
    let updated = &held[&ids[0]];
    assert_eq!(updated.text("phone"), phone_of(100));
    assert_eq!(updated.text("flow"), "returning");
    let one = held
        .values()
        .find(|r| r.text("id_number") == number_of(7))
        .unwrap();
    assert_eq!(
        (one.text("name"), one.text("returned_on")),
        ("务工00007", "2025-01-05")
    );
    assert_eq!(
        (one.text("consent"), one.text("area")),
        ("signed", "371721101200")
    );
    assert!(
        BAD.iter()
            .all(|bad| *bad == 50 || held.values().all(|r| r.text("phone") != phone_of(*bad)))
    );

    tablet.tap("撤销这次导入");
    tablet.see(&format!("已撤销 {} 条", people - 5));
    until("all are gone again", || workers(&device).len() == 2);
    assert_eq!(workers(&device)[&ids[0]].text("phone"), "13800000000");
}

#[test]
fn a_file_that_cannot_be_read_has_a_clear_answer_and_nothing_comes_in() {
    let world = World::new();
    let folder = TempDir::new().unwrap();
    let whole = std::fs::read(roster(folder.path(), 30)).unwrap();
    let mut locked = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    locked.extend(vec![0; 600]);
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let mut tablet = officer(&world);
    tablet.tap("人员");
    tablet.tap("导入名册");
    for (name, bytes, said) in [
        (
            "cut.xlsx",
            whole[..whole.len() / 2].to_vec(),
            "office.damaged",
        ),
        ("locked.xlsx", locked, "office.locked"),
        ("empty.csv", Vec::new(), "office.empty"),
        (
            "photo.xlsx",
            vec![0x89, b'P', b'N', b'G', 0, 1, 2],
            "office.no_table",
        ),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        choose(&tablet, &file);
        tablet.see(&tablet.label(said));
    }
    // What a person says of a column is known the next time.
    let file = folder.path().join("名册.csv");
    std::fs::write(
        &file,
        "称呼,身份证号,联系电话,去向\n张三,,19900000001,返乡\n李四,123,1,返乡\n",
    )
    .unwrap();
    choose(&tablet, &file);
    tablet.see("没有认出表头");
    tablet.js("const select = document.getElementById('import-column-0');
         select.value = 'worker.name';
         select.dispatchEvent(new Event('change', { bubbles: true }));
         const area = document.getElementById('import-area');
         area.value = '371721101004';
         area.dispatchEvent(new Event('change', { bubbles: true }));");
    tablet.tap(&tablet.label("worker.consent.spoken"));
    looked(&mut tablet, "import-columns");
    tablet.tap("检查名册");
    tablet.see("导入（新登记 1 人）");
    tablet.see("第 3 行");
    looked(&mut tablet, "import-preview");
    tablet.tap("返回上一步");
    tablet.tap("换一个文件");
    choose(&tablet, &file);
    tablet.see("每一列是什么");
    let meant = tablet.js("return document.getElementById('import-column-0').value");
    assert_eq!(meant, "worker.name");
}

/// A roster of so many people, each in one of these villages in turn.
fn short_roster(folder: &Path, people: usize, villages: &[&str]) -> PathBuf {
    let person = |one: usize| {
        let village = villages[one % villages.len()];
        format!("务工{one:05},{},{village}", phone_of(one))
    };
    let rows: Vec<String> = (0..people).map(person).collect();
    let file = folder.join("名册.csv");
    let text = format!("姓名,联系电话,所在村\n{}\n", rows.join("\n"));
    std::fs::write(&file, text).unwrap();
    file
}

/// Goes as far as the last tap with a short roster, and gives the name of the button.
fn looks_at(tablet: &mut Browser, roster: &Path, people: usize) -> String {
    tablet.tap("人员");
    tablet.tap("导入名册");
    choose(tablet, roster);
    tablet.see("每一列是什么");
    tablet.tap(&tablet.label("worker.flow.returning"));
    tablet.tap(&tablet.label("worker.consent.signed"));
    tablet.tap("检查名册");
    let import = format!("导入（新登记 {people} 人）");
    tablet.see(&import);
    import
}

const WAITING: &str = "dialog[aria-labelledby=sync-title] li";

#[test]
fn what_waits_is_listed_for_whoever_looks_sixty_at_a_time() {
    let mut world = World::new();
    let folder = TempDir::new().unwrap();
    let roster = short_roster(folder.path(), 100, &[VILLAGE]);
    let mut tablet = officer(&world);
    let import = looks_at(&mut tablet, &roster, 100);
    world.stop_server();
    tablet.tap(&import);
    tablet.see("名册已保存在本机");
    tablet.see("100 条待传");
    let listed = |tablet: &Browser| {
        let found = format!("return document.querySelectorAll('{WAITING}').length");
        tablet.js(&found).as_u64().unwrap()
    };
    assert_eq!(listed(&tablet), 0, "nobody looks, and no row is made");
    tablet.js("document.querySelector('.topbar .sync').click()");
    tablet.see("上传与下载");
    assert_eq!(listed(&tablet), 60);
    tablet.tap(&tablet.label("people.more"));
    let all = format!("document.querySelectorAll('{WAITING}').length === 100");
    tablet.wait_until("all are listed", &all);
    world.start_server();
    tablet.tap(&tablet.label("sync.now"));
    tablet.see(&tablet.label("sync.nothing"));
    assert_eq!(listed(&tablet), 0);
}

#[test]
fn of_a_roster_that_waits_what_the_server_refuses_stays_to_be_sent_again_or_given_up() {
    let mut world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let folder = TempDir::new().unwrap();
    let roster = short_roster(folder.path(), 40, &[VILLAGE, "371721102001"]);
    let mut tablet = enrolled(&world, "林晓梅", Role::FieldWorker, "371721");
    tablet.on(TABLET);
    office_is_kept(&tablet);
    let import = looks_at(&mut tablet, &roster, 40);

    // While she has no network, half of the villages are given to somebody else.
    let block = |tablet: &Browser, urls: &[&str]| {
        tablet.cdp("Network.enable", json!({}));
        tablet.cdp("Network.setBlockedURLs", json!({ "urls": urls }));
    };
    let may_write = |code: &str| {
        let list = administrator.get("/api/people").unwrap();
        let list: PeopleList = list.json("/api/people").unwrap();
        let lin = list.people.iter().find(|staff| staff.name == "林晓梅");
        let path = format!("/api/people/{}/grants", lin.unwrap().person);
        let grants = Grants(vec![Grant::new(Role::FieldWorker, area(code))]);
        let body = serde_json::to_vec(&GrantsAsk { grants }).unwrap();
        assert_eq!(administrator.post(&path, &body).unwrap().status, 200);
    };
    block(&tablet, &["*/api/*"]);
    may_write("371721101");
    tablet.tap(&import);
    tablet.see("40 条待传");

    // Twenty go up; the others come back, and are there after the browser's death.
    block(&tablet, &[]);
    tablet.see("20 条被退回");
    let reader = world.device("魏国强", Role::Coordinator, "371721");
    assert_eq!(workers(&reader).len(), 20);
    tablet.restart();
    tablet.on(TABLET);
    tablet.open(world.url());
    tablet.see("20 条被退回");

    // One is given up. The others are hers again, and one is sent a second time.
    tablet.js("document.querySelector('.topbar .sync').click()");
    tablet.tap(&tablet.label("refused.discard"));
    tablet.see("19 条被退回");
    may_write("371721");
    tablet.tap(&tablet.label("refused.again"));
    tablet.see("18 条被退回");
    until("it has come", || workers(&reader).len() == 21);
    world.stop_server();
    tablet.restart();
    tablet.on(TABLET);
    tablet.open(world.url());
    tablet.see("18 条被退回");

    // Two tabs that do not hear of each other give up one each, out of what was one row for both.
    let first = tablet.tab();
    tablet.new_tab();
    tablet.before_each_page("delete window.BroadcastChannel;");
    tablet.open(world.url());
    tablet.see("18 条被退回");
    let give_up = |tablet: &Browser, nth: usize| {
        tablet.js("document.querySelector('.topbar .sync').click()");
        let listed = format!("[...document.querySelectorAll('{WAITING}')]");
        tablet.wait_until("some can be given up", &format!("{listed}[{nth}]"));
        let who = format!(
            "const row = {listed}[{nth}];
             row.querySelector('.danger').click();
             return row.innerText.match(/务工[0-9]+/)[0];"
        );
        let who = tablet.js(&who).as_str().unwrap().to_owned();
        let gone = format!("!{listed}.some((row) => row.innerText.includes('{who}'))");
        tablet.wait_until("it has been given up", &gone);
    };
    give_up(&tablet, 0);
    tablet.turn_to(&first);
    // This tab may have seen on the disk by now what the other one did.
    give_up(&tablet, 1);
    tablet.open(world.url());
    tablet.see("16 条被退回");
}
