//! What is told: a bulletin and who has read it, the programme, an opinion with its answer.

use crate::boards::tablet;
use domain::Value;
use domain::grant::{Grant, Role};
use host::device::new_id;
use tests::World;
use tests::world::{area, county};

#[test]
fn a_bulletin_is_published_a_phone_reads_it_without_a_network_and_the_manager_hears_of_it() {
    let mut world = World::new();
    let mut office = world.device("办公室", Role::Coordinator, "371721");
    let cells = [
        ("title", "大雪封路".into()),
        ("topic", "travel".into()),
        ("text", "国道 220 曹县段封闭".into()),
        ("urgent", Value::Bool(true)),
    ];
    let bulletin = office.makes(new_id(), "bulletin", county(), &cells);
    office.push(county(), &[bulletin]).unwrap();
    let mut phone = world.browser("林晓梅");
    phone.open(&world.enrolment_page("林晓梅", Role::FieldWorker, "371721101"));
    phone.tap("开始使用");
    phone.see("大雪封路");
    phone.see("已上传");
    let grant = Grant::new(Role::Coordinator, county());
    let mut tablet = tablet(&world, "魏国强", vec![grant]);
    tablet.see("大雪封路");
    tablet.tap("发布");
    tablet.see("0 人已读");
    world.stop_server();
    phone.tap("已读");
    world.start_server();
    phone.look();
    phone.see("已上传");
    tablet.look();
    tablet.see("1 人已读");
    tablet.tap("大雪封路");
    tablet.wait_until(
        "who it was",
        "document.querySelector('.receipts')?.innerText.includes('林晓梅')",
    );
    tablet.screenshot("publish");
}

#[test]
fn the_programme_stands_by_day_and_an_answered_opinion_shows_its_answer() {
    let world = World::new();
    let mut office = world.device("办公室", Role::Coordinator, "371721");
    let tomorrow = host::show::now_ms() + 86_400_000;
    let gala = [
        ("title", "庄寨村晚".into()),
        ("type", "village_gala".into()),
        ("starts", Value::Int(tomorrow)),
        ("held_at", "庄寨广场".into()),
    ];
    let opinion = [
        ("what", "说工资没发".into()),
        ("seen_where", "weibo".into()),
        ("seen_at", Value::Int(host::show::now_ms() - 60_000)),
        ("step", "answered".into()),
        ("answer", "已立案，三日内答复".into()),
        ("answered_at", Value::Int(host::show::now_ms() - 1_000)),
    ];
    let changes = [
        office.makes(new_id(), "culture_event", area("371721101"), &gala),
        office.makes(new_id(), "opinion", county(), &opinion),
    ];
    office.push(county(), &changes).unwrap();
    let grant = Grant::new(Role::Coordinator, county());
    let mut tablet = tablet(&world, "魏国强", vec![grant]);
    tablet.tap("发布");
    tablet.tap("活动预告");
    tablet.see("明天");
    tablet.see("庄寨村晚");
    tablet.tap("舆情回应");
    tablet.see("答复：已立案，三日内答复");
}
