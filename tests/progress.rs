//! The progress table is the same on the server and on a device, to the last digit.

use domain::grant::Role;
use domain::indicator::{Fold, Period, Table};
use tests::World;
use tests::world::county;

#[test]
fn the_server_and_a_device_count_the_same() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let manager = world.device("魏国强", Role::Coordinator, "371721");
    let campaign = &manager.profile.campaign;
    let period = Period {
        from: campaign.from,
        until: campaign.until,
    };
    let mut fold = Fold::new(period, host::show::now_ms());
    for record in manager.pull(county()).unwrap().values() {
        fold.add(record, campaign);
    }
    let answer = manager.get("/api/progress/371721").unwrap();
    let served: Table = answer.json("/api/progress/371721").unwrap();
    assert_eq!(served, fold.table(county()));
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
fn a_field_worker_is_told_only_the_own_townships_figures() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let answer = lin.get("/api/progress/371721").unwrap();
    let served: Table = answer.json("/api/progress/371721").unwrap();
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
