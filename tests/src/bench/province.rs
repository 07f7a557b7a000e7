//! The province's table, with ten thousand and with ten million records behind it.
//!
//! Ten million records are not made: the province's object is given what 151 counties would have
//! told it, as they tell it. How many records there are changes nothing about its size.

use super::{Bench, Line, median};
use crate::World;
use crate::world::area as at;
use domain::area::{self, Level};
use domain::grant::Role;
use domain::indicator::rollup::Progress;
use domain::indicator::{Category, Set};
use domain::{Area, Value};
use host::device::{Device, new_id};
use host::{objects, show};
use std::collections::BTreeMap;
use std::time::Duration;

pub const BENCH: Bench = Bench {
    name: "province",
    what: "the province's table over HTTP from what its counties told, in ms",
    run,
};

const ROUNDS: usize = 21;

/// What a county with so many records would have told, of every set and every category.
fn told_of(county: Area, records: i64) -> String {
    let sums: BTreeMap<&str, (i64, i64)> = Set::ALL
        .iter()
        .map(|set| (set.key(), (records, records * 100)))
        .collect();
    let places = serde_json::json!({ county.to_string(): sums });
    let priority: BTreeMap<&str, &serde_json::Value> =
        Category::all().map(|one| (one.key(), &places)).collect();
    let part = serde_json::json!({
        "ledger": county, "places": places, "priority": priority, "as_of": show::now_ms(),
    });
    part.to_string()
}

pub fn counties() -> Vec<Area> {
    let areas = area::all().map(|(area, _)| area);
    areas.filter(|area| area.level() == Level::County).collect()
}

/// The province hears of so many records in each county. It must have heard of Cao County before,
/// and the server must not run.
///
/// # Errors
/// SQLite's own words.
pub fn hears(world: &World, records: i64) -> Result<(), String> {
    let file = objects::file_of(world.data(), objects::LEDGERS, "37");
    let database = rusqlite::Connection::open(file).map_err(|error| error.to_string())?;
    for county in counties() {
        let sql = "INSERT OR REPLACE INTO rollup
                   SELECT ?1, since, until, 1000000, campaign, ?2 FROM rollup
                   WHERE ledger = '371721'";
        let values = [county.to_string(), told_of(county, records)];
        database
            .execute(sql, values)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn asked(device: &Device, query: &str) -> Result<(Progress, f64), String> {
    let path = format!("/api/progress/37{query}");
    let begun = show::now();
    let answer = device.get(&path).map_err(|error| error.to_string())?;
    let told = answer.json(&path).map_err(|error| error.to_string())?;
    Ok((told, begun.elapsed().as_secs_f64() * 1e3))
}

fn run() -> Result<Vec<Line>, String> {
    let mut world = World::new();
    let mut cao = world.device("林晓梅", Role::FieldWorker, "371721");
    let province = world.device("许晓燕", Role::Coordinator, "37");
    let cells: [(&str, Value); 2] = [("head", "张建国".into()), ("address", "1号".into())];
    let change = cao.makes(new_id(), "household", at("371721101004"), &cells);
    cao.push(at("371721"), &[change])
        .map_err(|error| error.to_string())?;
    let begun = show::now();
    let count =
        |told: &Progress, name: &str| told.table.total.figures.get(name).map(|one| one.count);
    loop {
        let now = show::now_ms();
        let told = asked(&province, "")?.0;
        // What was counted before the question is kept.
        if count(&told, "households") == Some(1) && told.as_of < now {
            break;
        }
        if begun.elapsed() > Duration::from_secs(60) {
            return Err("the province did not hear of Cao County".to_owned());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let all = counties().len() as i64;
    let mut lines = Vec::new();
    for records in [10_000, 10_000_000] {
        let each = (records + all - 1) / all;
        world.stop_server();
        hears(&world, each)?;
        world.start_server();
        let mut times = Vec::new();
        for round in 0..ROUNDS {
            let (told, ms) = asked(&province, ["", "?priority=low_income"][round % 2])?;
            if count(&told, "visits") != Some(each * all) {
                return Err(format!(
                    "not {} visits: {:?}",
                    each * all,
                    count(&told, "visits")
                ));
            }
            times.push(ms);
        }
        lines.push(Line {
            name: format!("{} records", each * all),
            figures: vec![
                ("median", median(&times)),
                ("most", times.iter().copied().fold(0.0, f64::max)),
            ],
        });
    }
    Ok(lines)
}
