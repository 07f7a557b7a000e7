//! Tasks for whole villages at once: one for each household, none twice, and all of them taken back.

use crate::boards::{accepted, tablet};
use domain::grant::{Grant, Role};
use host::device::{Device, new_id};
use tests::World;
use tests::browser::Browser;
use tests::world::{area, county};

/// Three households in one village, and one in another.
fn villages(device: &mut Device) {
    let homes = [
        ("371721101004", "张一"),
        ("371721101004", "张二"),
        ("371721101004", "张三"),
        ("371721101005", "李四"),
    ];
    let homes = homes.map(|(village, head)| {
        device.makes(
            new_id(),
            "household",
            area(village),
            &[("head", head.into()), ("address", "1号".into())],
        )
    });
    homes
        .iter()
        .for_each(|home| accepted(device, county(), home));
}

fn open_tasks(device: &Device) -> usize {
    let records = device.pull(county()).unwrap().into_values();
    let open = records.filter(|r| r.kind == "task" && !r.is_deleted() && r.text("does") == "visit");
    open.count()
}

fn manager(world: &World) -> Browser {
    let grant = Grant::new(Role::Coordinator, county());
    tablet(world, "魏国强", vec![grant])
}

#[test]
fn a_village_is_asked_for_at_once_without_a_network_and_nobody_twice() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    villages(&mut lin);
    let mut tablet = manager(&world);
    tablet.tap("人员");
    tablet.tap("批量派任务");
    tablet.wait_until(
        "two villages",
        "document.querySelectorAll('.village').length === 2",
    );
    world.stop_server();
    tablet.tap_css(".village .tick");
    tablet.tap("派 3 项任务");
    tablet.see("已派 3 项任务");
    // Both villages now: only the one that was not asked for yet.
    tablet.tap("全选");
    tablet.tap("派 1 项任务");
    tablet.see("已派 1 项任务");
    tablet.tap("全选");
    tablet.see("派 0 项任务");
    tablet.screenshot("assign");
    world.start_server();
    tablet.look();
    tablet.see("已上传");
    assert_eq!(open_tasks(&lin), 4);
}

#[test]
fn who_is_left_out_gets_no_task_and_a_slip_is_taken_back_whole() {
    let world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721");
    villages(&mut lin);
    let mut tablet = manager(&world);
    tablet.go("/assign");
    tablet.wait_until(
        "two villages",
        "document.querySelectorAll('.village').length === 2",
    );
    tablet.tap_css(".village .tick");
    tablet.tap("看名单");
    tablet.tap_css(".village li .tick");
    tablet.tap("派 2 项任务");
    tablet.see("已派 2 项任务");
    tablet.tap("撤销");
    tablet.see("已上传");
    tablet.wait_until(
        "nobody is asked",
        "[...document.querySelectorAll('.village')].every((e) => e.innerText.includes('0 已有'))",
    );
    tablet.see("已上传");
    assert_eq!(open_tasks(&lin), 0);
}
