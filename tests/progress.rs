//! The progress table is the same on the server and on a device, to the last digit.

use domain::Value;
use domain::grant::Role;
use domain::indicator::{Fold, Period, Table};
use host::device::Device;
use tests::World;
use tests::world::county;

fn served(device: &Device) -> Table {
    let answer = device.get("/api/progress/371721").unwrap();
    answer.json("/api/progress/371721").unwrap()
}

/// The table as a device makes it of what it holds.
fn folded(device: &Device) -> Table {
    let campaign = &device.profile.campaign;
    let period = Period {
        from: campaign.from,
        until: campaign.until,
    };
    let mut fold = Fold::new(period, host::show::now_ms());
    for record in device.pull(county()).unwrap().values() {
        fold.add(record, campaign);
    }
    fold.table(county())
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
