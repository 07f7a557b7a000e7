//! Links under which spreadsheets and other programs read: open cells only, page by page, until an
//! administrator stops them.

use domain::audit::Deed;
use domain::feed::{FeedAnswer, FeedAsk, FeedList};
use domain::grant::Role;
use domain::wire::{AuditPage, Trouble};
use host::device::Device;
use host::http::{self, Answer};
use serde_json::Value;
use tests::World;
use tests::world::{area, county};

fn ask(device: &Device, name: &str, code: &str) -> Answer {
    let ask = FeedAsk {
        name: name.to_owned(),
        area: area(code),
    };
    let body = serde_json::to_vec(&ask).unwrap();
    device.post("/api/feeds", &body).unwrap()
}

fn made(device: &Device, code: &str) -> FeedAnswer {
    ask(device, "统计分析", code).json("/api/feeds").unwrap()
}

/// A table under a link that ends with `index.json`.
fn table(world: &World, feed: &FeedAnswer, name: &str) -> Answer {
    let path = feed.path.replace("index.json", name);
    http::get(&format!("{}{path}", world.url())).unwrap()
}

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

fn refused(answer: &Answer) -> String {
    let trouble: Trouble = serde_json::from_slice(&answer.body).unwrap();
    assert!(!trouble.sentence.is_empty());
    trouble.code
}

#[test]
fn a_spreadsheet_reads_a_countys_people_without_a_name_or_a_number_of_theirs() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let administrator = world.device("管理员", Role::Administrator, "37");
    let feed = made(&administrator, "371721");
    let tables = json(&table(&world, &feed, "index.json"));
    assert!(tables["value"].as_array().unwrap().len() > 50);

    let sheet = table(&world, &feed, "worker.csv");
    assert_eq!(
        sheet.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    let text = sheet.text();
    let head = text.lines().next().unwrap();
    assert!(
        head.starts_with("\u{feff}id,area,made_on,changed_at,"),
        "{head}"
    );
    let coordinator = world.device("县统筹", Role::Coordinator, "371721");
    let held = coordinator.pull(county()).unwrap();
    let workers = held
        .values()
        .filter(|r| r.kind == "worker" && r.merged_into().is_none());
    let workers: Vec<_> = workers.collect();
    assert_eq!(text.lines().count(), workers.len() + 1);
    for worker in workers {
        for hidden in ["name", "phone", "id_number"] {
            let value = worker.text(hidden);
            assert!(value.is_empty() || !text.contains(value), "{hidden}");
        }
    }

    // Page by page as JSON: the same people, each once.
    let (mut path, mut seen) = (feed.path.replace("index.json", "visit.json"), Vec::new());
    loop {
        let page = json(&http::get(&format!("{}{path}", world.url())).unwrap());
        let ids = page["value"].as_array().unwrap().iter();
        seen.extend(ids.map(|row| row["id"].as_str().unwrap().to_owned()));
        match page["@odata.nextLink"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    let visits = held
        .values()
        .filter(|record| record.kind == "visit")
        .count();
    assert_eq!(seen.len(), visits);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), visits);
}

#[test]
fn the_figures_of_a_feed_are_those_of_the_progress_table() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let administrator = world.device("管理员", Role::Administrator, "37");
    let coordinator = world.device("县统筹", Role::Coordinator, "371721");
    let feed = made(&administrator, "371721");
    let told: domain::indicator::rollup::Progress = coordinator
        .get("/api/progress/371721")
        .unwrap()
        .json("/api/progress")
        .unwrap();
    let figures = json(&table(&world, &feed, "indicators.json"));
    let rows = figures["value"].as_array().unwrap();
    let find = |name: &str| {
        let mut found = rows.iter();
        found.find(|row| row["area"] == "371721" && row["indicator"] == name)
    };
    for name in ["workers", "visits", "households_visited"] {
        let row = find(name).unwrap();
        assert_eq!(row["count"], told.table.total.figures[name].count, "{name}");
    }
    let sheet = table(&world, &feed, "indicators.csv");
    assert_eq!(sheet.text().lines().count(), rows.len() + 1);
}

#[test]
fn a_link_is_made_and_stopped_by_who_administers_the_area_and_then_opens_nothing() {
    let world = World::new();
    let administrator = world.device("管理员", Role::Administrator, "3717");
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    assert_eq!(refused(&ask(&lin, "x", "371721101")), "not_allowed");
    assert_eq!(refused(&ask(&administrator, "x", "3701")), "outside_area");
    assert_eq!(refused(&ask(&administrator, " ", "3717")), "no_name");
    let feed = made(&administrator, "3717");
    assert_eq!(table(&world, &feed, "worker.csv").status, 200);
    assert_eq!(
        refused(&table(&world, &feed, "no_such_kind.csv")),
        "no_such_address"
    );
    assert_eq!(
        refused(&table(&world, &feed, "worker.xml")),
        "no_such_address"
    );
    let cut = table(&world, &feed, "worker.json?$skiptoken=nonsense");
    assert_eq!((cut.status, refused(&cut)), (400, "malformed".to_owned()));

    let list: FeedList = administrator
        .get("/api/feeds")
        .unwrap()
        .json("feeds")
        .unwrap();
    assert!(list.feeds[0].read.is_some() && !list.feeds[0].stopped);
    let path = format!("/api/feeds/{}/stop", feed.id);
    assert_eq!(refused(&lin.post(&path, b"null").unwrap()), "not_allowed");
    assert_eq!(administrator.post(&path, b"null").unwrap().status, 200);
    assert_eq!(refused(&table(&world, &feed, "worker.csv")), "bad_link");

    let page: AuditPage = administrator
        .get("/api/audit")
        .unwrap()
        .json("audit")
        .unwrap();
    let deeds: Vec<Deed> = page.entries.into_iter().map(|entry| entry.deed).collect();
    assert!(deeds.contains(&Deed::FeedStopped { feed: feed.id }));
    assert!(
        deeds
            .iter()
            .any(|deed| matches!(deed, Deed::FeedMade { .. }))
    );
}

#[test]
fn the_api_can_be_read_as_a_page() {
    let world = World::new();
    let page = http::get(&format!("{}/api/docs", world.url())).unwrap();
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    assert!(page.text().contains("GET /api/sync/{ledger}"));
}
