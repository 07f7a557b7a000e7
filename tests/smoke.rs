//! scratch
use domain::grant::Role;
use tests::World;
use tests::browser::TABLET;

#[test]
fn look() {
    let world = World::new();
    host::training::fill(world.server()).unwrap();
    let mut phone = world.browser("phone");
    phone.open(&world.enrolment_page("林晓梅", Role::FieldWorker, "371721101"));
    phone.see("开始使用");
    phone.screenshot("enrol");
    phone.tap("开始使用");
    phone.see("今日");
    phone.see("已上传");
    phone.screenshot("today");
    phone.tap("走访慰问 ");
    phone.see("家中情况");
    phone.screenshot("form");
    phone.tap("平安");
    phone.tap("保存");
    phone.see("已保存在本机");
    phone.screenshot("saved");
    phone.tap("人员");
    phone.screenshot("people");
    phone.tap_css(".row");
    phone.see("相关人员");
    phone.screenshot("record");
    phone.tap("我");
    phone.screenshot("me");
    let mut tablet = world.browser("tablet");
    tablet.on(TABLET);
    tablet.open(&world.enrolment_page("魏国强", Role::Coordinator, "371721"));
    tablet.tap("开始使用");
    tablet.see("合计");
    tablet.see("已上传");
    tablet.screenshot("progress");
    tablet.tap_css("table.progress .total a");
    tablet.screenshot("behind");
    tablet.tap_css(".pane-detail .row");
    tablet.screenshot("opened");
    tablet.tap("人员");
    tablet.screenshot("people-tablet");
    tablet.colours("dark");
    tablet.screenshot("people-tablet-dark");
}
