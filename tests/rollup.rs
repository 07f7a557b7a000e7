//! The tables of cities and the province: kept by push, and what a fold over everything gives.

use domain::change::BATCH_LIMIT;
use domain::grant::{Grant, Role};
use domain::indicator::rollup::Progress;
use domain::indicator::{Fold, Period, Table};
use domain::wire::{Answer, SetupWhen};
use domain::{Area, Change, Id, Value, area};
use host::device::{Device, new_id};
use host::{links, objects, show, training};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::time::Duration;
use tests::World;
use tests::bench::province;
use tests::world::area as at;

pub const CAO: &str = "371721101004";
pub const SHAN: &str = "371722";
pub const QINGDAO: &str = "370202";

/// A village of a county's first township.
pub fn village(county: &str) -> String {
    let township = at(county).children().next().unwrap();
    format!("{township}001")
}

fn today() -> Date {
    domain::day_of(show::now_ms())
}

/// A province coordinator's question: the whole campaign, or some days of it.
fn served(device: &Device, place: &str, query: &str) -> Progress {
    let path = format!("/api/progress/{place}{query}");
    device.get(&path).unwrap().json(&path).unwrap()
}

/// The table as a device makes it of all that it has pulled.
fn folded(device: &Device, place: &str, period: Period) -> Table {
    let campaign = &device.profile.campaign;
    let mut fold = Fold::new(period, show::now_ms());
    for ledger in &device.profile.ledgers {
        for record in device.pull(*ledger).unwrap().values() {
            fold.add(record, campaign);
        }
    }
    fold.table(at(place))
}

fn whole(device: &Device) -> Period {
    let campaign = &device.profile.campaign;
    Period {
        from: campaign.from,
        until: campaign.until,
    }
}

/// Asks until the table is what it has to be, and has been read from what is kept.
fn comes_to(device: &Device, place: &str, query: &str, expected: &Table) {
    let begun = show::now();
    loop {
        let asked = show::now_ms();
        let answer = served(device, place, query);
        if answer.table == *expected && answer.as_of < asked {
            return;
        }
        let waited = begun.elapsed();
        assert!(
            waited < Duration::from_secs(60),
            "{place}: {:?}\nnot {:?}, as of {} of {asked}",
            answer.table.total,
            expected.total,
            answer.as_of,
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn sends(device: &mut Device, ledger: Area, changes: &[Change]) {
    let answer = device.push(ledger, changes).unwrap();
    let accepted = |answer: &_| matches!(answer, Answer::Accepted(_));
    assert!(answer.answers.iter().all(accepted), "{answer:?}");
}

/// A household with somebody who needs help, a visit, and a need that waits.
pub fn serves(device: &mut Device, place: &str, visited: &str) {
    let (home, day) = (new_id(), today().to_string());
    let home_text = home.to_string();
    let cells: [(&str, Vec<(&str, Value)>); 4] = [
        (
            "household",
            vec![("head", "张建国".into()), ("address", "1号".into())],
        ),
        (
            "worker",
            vec![
                ("name", "张三".into()),
                ("flow", "returning".into()),
                ("household", home_text.as_str().into()),
                ("priority", Value::List(vec!["low_income".into()])),
            ],
        ),
        (
            "visit",
            vec![
                ("situation", "well".into()),
                ("date", day.as_str().into()),
                ("form", "home".into()),
                (
                    "household",
                    visited.replace("own", &home_text).as_str().into(),
                ),
                ("satisfied", "satisfied".into()),
            ],
        ),
        (
            "need",
            vec![("what", "棉衣".into()), ("department", "civil".into())],
        ),
    ];
    let mut changes = Vec::new();
    for (index, (kind, cells)) in cells.iter().enumerate() {
        let id = if index == 0 { home } else { new_id() };
        changes.push(device.makes(id, kind, at(place), cells));
    }
    sends(device, at(place).ledger(), &changes);
}

fn asks_for_a_visit(device: &mut Device, place: &str) {
    let day = today().to_string();
    let cells: [(&str, Value); 2] = [("what", "慰问".into()), ("due", day.as_str().into())];
    let change = device.makes(new_id(), "task", at(place), &cells);
    sends(device, at(place).ledger(), &[change]);
}

pub struct People {
    pub cao: Device,
    pub shan: Device,
    pub qingdao: Device,
    pub province: Device,
}

pub fn people(world: &World) -> People {
    let field = |name: &str, place: &str| world.device(name, Role::FieldWorker, place);
    People {
        cao: field("林晓梅", "371721101"),
        shan: field("赵敏", SHAN),
        qingdao: field("高永刚", QINGDAO),
        province: world.device("许晓燕", Role::Coordinator, "37"),
    }
}

#[test]
fn what_three_counties_push_stands_in_the_tables_of_their_cities_and_the_province() {
    let world = World::new();
    let mut all = people(&world);
    serves(&mut all.cao, CAO, "own");
    // A visit may name a household that another county's ledger holds: nobody counts it as visited.
    let elsewhere = all.cao.pull(at(CAO).ledger()).unwrap();
    let elsewhere = elsewhere.values().find(|record| record.kind == "household");
    serves(
        &mut all.shan,
        &village(SHAN),
        &elsewhere.unwrap().id.to_string(),
    );
    serves(&mut all.qingdao, &village(QINGDAO), "own");
    let mut heze = world.device("魏国强", Role::Coordinator, "3717");
    // Cities and the province have ledgers of their own.
    asks_for_a_visit(&mut heze, "3717");
    asks_for_a_visit(&mut all.province, "37");
    let expected = folded(&all.province, "37", whole(&all.province));
    let count = |name: &str| expected.total.figures[name].count;
    let counts = ["households", "visits", "households_visited", "tasks_open"].map(count);
    assert_eq!(counts, [3, 3, 2, 2]);
    comes_to(&all.province, "37", "", &expected);
    for place in ["3717", "3702"] {
        let expected = folded(&all.province, place, whole(&all.province));
        comes_to(&all.province, place, "", &expected);
    }
    comes_to(&heze, "3717", "", &folded(&heze, "3717", whole(&heze)));

    // The kept periods, and one that each ledger is asked about.
    let ago = |days: i64| today().saturating_sub(jiff::Span::new().days(days));
    for (from, until) in [(0, 0), (1, 1), (6, 0)] {
        let (from, until) = (ago(from), ago(until));
        let query = format!("?from={from}&until={until}");
        let expected = folded(&all.province, "37", Period { from, until });
        comes_to(&all.province, "37", &query, &expected);
    }
    let (from, until) = (ago(2), ago(0));
    let asked = show::now_ms();
    let other = served(&all.province, "37", &format!("?from={from}&until={until}"));
    assert!(other.as_of >= asked, "it was asked for, not kept");
    let expected = folded(&all.province, "37", Period { from, until });
    assert_eq!(other.table, expected);
}

#[test]
fn nobody_is_told_more_of_the_province_than_the_own_area() {
    let world = World::new();
    let mut all = people(&world);
    serves(&mut all.cao, CAO, "own");
    serves(&mut all.qingdao, &village(QINGDAO), "own");
    let expected = folded(&all.province, "37", whole(&all.province));
    comes_to(&all.province, "37", "", &expected);
    let heze = world.device("魏国强", Role::Coordinator, "3717");
    let shown = served(&heze, "37", "").table;
    assert_eq!(shown, folded(&heze, "37", whole(&heze)));
    assert_eq!(shown.total.figures["households"].count, 1);
    let volunteer = vec![Grant::new(Role::StationVolunteer, at("37"))];
    let administrator = vec![Grant::new(Role::Administrator, at("37"))];
    for grants in [volunteer, administrator] {
        let link = world.invite("别人", grants);
        let other = Device::enrol(world.url(), &link, "别人").unwrap();
        let shown = served(&other, "37", "").table.total.figures;
        assert!(shown.values().all(|figure| figure.count == 0), "{shown:?}");
    }
}

#[test]
fn a_server_killed_between_a_push_and_its_roll_up_loses_nothing_and_counts_nothing_twice() {
    let mut world = World::new();
    let mut all = people(&world);
    for round in 0..6 {
        serves(&mut all.cao, CAO, "own");
        serves(&mut all.shan, &village(SHAN), "own");
        // Before the ledger has counted, while it tells, after that.
        let begun = show::now();
        while begun.elapsed() < Duration::from_millis(round * 450) {
            served(&all.province, "37", "");
            std::thread::sleep(Duration::from_millis(20));
        }
        world.kill_server();
        world.start_server();
    }
    // Nobody touches the counties any more: their own alarms tell.
    let begun = show::now();
    let households = |progress: &Progress| progress.table.total.figures["households"].count;
    while households(&served(&all.province, "37", "")) != 12 {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    }
    let expected = folded(&all.province, "37", whole(&all.province));
    comes_to(&all.province, "37", "", &expected);
}

/// A county's ledger answers others between some records and the next: what they write meanwhile is
/// neither counted twice nor left out.
#[test]
fn what_is_written_while_a_county_counts_is_in_the_table_once() {
    let world = World::new();
    let mut all = people(&world);
    let cao = at(CAO).ledger();
    let mut roster = world.device("名册", Role::FieldWorker, "371721");
    let people = training::people(&mut roster, 2_000).unwrap();
    for batch in people.chunks(BATCH_LIMIT) {
        sends(&mut roster, cao, batch);
    }
    // Until its first table is there, which counts some of this and not the rest.
    let begun = show::now();
    let counted = || {
        let total = served(&all.province, "37", "").table.total;
        total.figures["households"].count
    };
    let mut edited = 0;
    while counted() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60));
        let seen = people[edited % people.len()].delta();
        let edit = roster.edits(&seen, &[("flow", "staying".into())]);
        sends(&mut roster, cao, &[edit]);
        serves(&mut all.cao, CAO, "own");
        edited += 1;
    }
    let expected = folded(&all.province, "37", whole(&all.province));
    comes_to(&all.province, "37", "", &expected);
}

#[test]
fn a_ledger_set_back_to_an_earlier_day_is_heard_again() {
    let mut world = World::new();
    let mut all = people(&world);
    serves(&mut all.cao, CAO, "own");
    let expected = folded(&all.province, "37", whole(&all.province));
    comes_to(&all.province, "37", "", &expected);
    for _ in 0..3 {
        serves(&mut all.cao, CAO, "own");
        let expected = folded(&all.province, "37", whole(&all.province));
        comes_to(&all.province, "37", "", &expected);
    }
    world.stop_server();
    let file = objects::file_of(world.data(), objects::LEDGERS, "371721");
    let database = rusqlite::Connection::open(file).unwrap();
    database
        .execute("UPDATE counted SET version = 1", [])
        .unwrap();
    drop(database);
    world.start_server();
    // What it tells now has a number that those above have passed.
    serves(&mut all.cao, CAO, "own");
    let expected = folded(&all.province, "37", whole(&all.province));
    assert_eq!(expected.total.figures["households"].count, 5);
    comes_to(&all.province, "37", "", &expected);
}

#[test]
fn a_changed_campaign_is_counted_by_its_own_rules_at_once_and_kept_again_soon() {
    let world = World::new();
    let mut all = people(&world);
    serves(&mut all.cao, CAO, "own");
    serves(&mut all.qingdao, &village(QINGDAO), "own");
    let expected = folded(&all.province, "37", whole(&all.province));
    assert_eq!(expected.total.figures["needs_in_time"].of, Some(0));
    comes_to(&all.province, "37", "", &expected);
    // Whatever is not accepted at once is late, and the campaign ends a day later.
    let mut campaign = all.province.profile.campaign.clone();
    let span = domain::campaign::Span::Hours(0);
    campaign.clocks.insert("need_accepted".to_owned(), span);
    campaign.until = campaign.until.tomorrow().unwrap();
    let set = links::setup(world.server(), Some(campaign), vec![], SetupWhen::Always);
    set.unwrap();
    all.province.sign_in().unwrap();
    let expected = folded(&all.province, "37", whole(&all.province));
    assert_eq!(expected.total.figures["needs_in_time"].of, Some(2));
    assert_eq!(served(&all.province, "37", "").table, expected);
    comes_to(&all.province, "37", "", &expected);
}

#[test]
fn a_need_becomes_late_in_the_provinces_table_without_anybody_doing_anything() {
    let world = World::new();
    let mut all = people(&world);
    let mut campaign = all.province.profile.campaign.clone();
    let hour = domain::campaign::Span::Hours(1);
    campaign.clocks.insert("need_accepted".to_owned(), hour);
    let set = links::setup(world.server(), Some(campaign), vec![], SetupWhen::Always);
    set.unwrap();
    all.province.sign_in().unwrap();
    // Raised an hour ago, but for some seconds.
    let mut random = [0; 10];
    random.copy_from_slice(&new_id().as_bytes()[6..]);
    let raised = Id::new(show::now_ms() - 3_600_000 + 12_000, random);
    let cells: [(&str, Value); 2] = [("what", "棉衣".into()), ("department", "civil".into())];
    let need = all.cao.makes(raised, "need", at(CAO), &cells);
    sends(&mut all.cao, at(CAO).ledger(), &[need]);
    let late = |table: &Table| table.total.figures["needs_in_time"].of;
    let before = folded(&all.province, "37", whole(&all.province));
    assert_eq!(late(&before), Some(0));
    comes_to(&all.province, "37", "", &before);
    let begun = show::now();
    while late(&served(&all.province, "37", "").table) != Some(1) {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(100));
    }
    let after = folded(&all.province, "37", whole(&all.province));
    comes_to(&all.province, "37", "", &after);
}

/// Fills a county with so many people; the time in which the server folds them.
fn fold_of(device: &mut Device, county: Area, people: usize) -> Duration {
    let place = at(&village(&county.to_string()));
    let cells: [(&str, Value); 4] = [
        ("name", "张三".into()),
        ("flow", "returning".into()),
        ("phone", "13800000000".into()),
        ("priority", Value::List(vec!["low_income".into()])),
    ];
    for _ in 0..people / BATCH_LIMIT {
        let make = |_| device.makes(new_id(), "worker", place, &cells);
        let changes: Vec<Change> = (0..BATCH_LIMIT).map(make).collect();
        sends(device, county, &changes);
    }
    let mut times = [0; 5].map(|_| {
        let begun = show::now();
        served(device, &county.to_string(), "");
        begun.elapsed()
    });
    times.sort();
    times[2]
}

#[test]
fn the_provinces_table_of_all_its_counties_is_read_from_one_object() {
    let world = World::new();
    let link = world.invite("全省", vec![Grant::new(Role::FieldWorker, at("37"))]);
    let mut everywhere = Device::enrol(world.url(), &link, "全省").unwrap();
    let counties: Vec<Area> = area::all()
        .map(|(area, _)| area)
        .filter(|area| area.level() == area::Level::County)
        .collect();
    for county in &counties {
        let cells: [(&str, Value); 2] = [("head", "张建国".into()), ("address", "1号".into())];
        let place = at(&village(&county.to_string()));
        let change = everywhere.makes(new_id(), "household", place, &cells);
        sends(&mut everywhere, *county, &[change]);
    }
    let province = world.device("许晓燕", Role::Coordinator, "37");
    let begun = show::now();
    let full = |progress: &Progress| {
        progress.table.total.figures["households"].count == counties.len() as i64
    };
    while !full(&served(&province, "37", "")) {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(100));
    }
    let told = begun.elapsed();
    let times = |query: &str| {
        let mut times: Vec<Duration> = (0..20)
            .map(|_| {
                let begun = show::now();
                assert!(full(&served(&province, "37", query)));
                begun.elapsed()
            })
            .collect();
        times.sort();
        times[10]
    };
    let kept = times("");
    let from = province.profile.campaign.from.yesterday().unwrap();
    let asked = times(&format!("?from={from}"));
    println!(
        "{} counties, the last told {told:?} after the last push; the province's table: {kept:?} \
         as it is kept, {asked:?} where each ledger is asked (medians of 20)",
        counties.len()
    );
    assert!(kept < asked, "{kept:?} {asked:?}");
    let fold = fold_of(&mut everywhere, at(SHAN), 10_000);
    println!("one fold over 10,000 records, asked over HTTP: {fold:?} (median of 5)");
    let rows: BTreeSet<Area> = served(&province, "37", "")
        .table
        .rows
        .iter()
        .map(|row| row.area)
        .collect();
    assert_eq!(rows.len(), 16);
}

/// Ten million records are not made: the province's object is given what 151 counties with 66,225
/// each would have told, as they tell it. How many there are changes nothing about its size.
#[test]
fn the_provinces_table_with_ten_million_records_behind_it_is_there_within_a_second() {
    let mut world = World::new();
    let mut all = people(&world);
    serves(&mut all.cao, CAO, "own");
    let expected = folded(&all.province, "37", whole(&all.province));
    comes_to(&all.province, "37", "", &expected);
    world.stop_server();
    province::hears(&world, 66_225).unwrap();
    let counties = province::counties();
    world.start_server();
    let mut times: Vec<Duration> = (0..21)
        .map(|round| {
            let query = ["", "?priority=low_income"][round % 2];
            let begun = show::now();
            let figures = served(&all.province, "37", query).table.total.figures;
            let took = begun.elapsed();
            assert_eq!(figures["visits"].count, 66_225 * counties.len() as i64);
            took
        })
        .collect();
    times.sort();
    println!(
        "the province's table of {} records by hearsay: {:?}, at most {:?}",
        66_225 * counties.len(),
        times[10],
        times[20]
    );
    assert!(times[20] < Duration::from_secs(1), "{times:?}");
}
