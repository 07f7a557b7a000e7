//! The day of a village assistant: what is due, what was published, whom to call.

use crate::journeys::{enrolled, phone, village};
use domain::grant::Role;
use domain::{Id, Value};
use host::device::{Device, new_id};
use tests::World;
use tests::browser::Browser;
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";
const NEXT_VILLAGE: &str = "371721101005";

fn text(id: Id) -> Value {
    Value::from(id.to_string().as_str())
}

/// So many days ago, as a date.
fn ago(days: i64) -> Value {
    let today = domain::day_of(host::show::now_ms());
    let day = today.saturating_sub(jiff::Span::new().days(days));
    Value::from(day.to_string().as_str())
}

fn accepted(device: &Device, changes: &[domain::Change]) {
    let answer = device.push(county(), changes).unwrap();
    let taken = |answer| matches!(answer, &domain::wire::Answer::Accepted(_));
    assert!(answer.answers.iter().all(taken), "{:?}", answer.answers);
}

/// An old woman at high risk, who was last visited ten days ago.
fn grandmother(device: &mut Device) {
    let (elder, worker) = (new_id(), new_id());
    let changes = [
        device.makes(
            worker,
            "worker",
            area(VILLAGE),
            &[("name", "王长河".into()), ("flow", "leaving".into())],
        ),
        device.makes(
            elder,
            "dependant",
            area(VILLAGE),
            &[
                ("name", "王秀英".into()),
                ("type", "elder".into()),
                ("birth", "1948-03-02".into()),
                ("risk", "high".into()),
                ("worker", text(worker)),
            ],
        ),
        device.makes(
            new_id(),
            "elder_visit",
            area(VILLAGE),
            &[
                ("dependant", text(elder)),
                ("well_being", "well".into()),
                ("risk", "high".into()),
                ("date", ago(10)),
                ("form", "home".into()),
            ],
        ),
    ];
    accepted(device, &changes);
}

#[test]
fn an_urgent_bulletin_is_read_without_a_network_and_its_author_sees_by_whom() {
    let mut world = World::new();
    village(&world);
    let mut phone = phone(&world, "林晓梅");
    let mut tablet = enrolled(&world, "魏国强", Role::Coordinator, "371721");
    tablet.open(&format!("{}/bulletins", world.url()));
    tablet.tap_css("a[href='/new/bulletin']");
    tablet.type_into("标题", "大雪预警");
    tablet.tap("天气预警");
    tablet.type_into("内容", "今晚有暴雪。\n请走访独居老人，严禁烧炭取暖。");
    tablet.tap("是");
    tablet.tap("保存");
    phone.see("大雪预警");

    world.stop_server();
    phone.see("离线");
    phone.tap("大雪预警");
    phone.see("严禁烧炭取暖");
    phone.screenshot("bulletin");
    phone.tap("已读");
    phone.see("条待传");
    phone.close_tab();
    phone.open(world.url());
    phone.see("节前走访");
    assert!(
        !phone.sees("大雪预警"),
        "what was read is not on top any more"
    );

    world.start_server();
    phone.see("已上传");
    tablet.tap("大雪预警");
    tablet.see("1 人已读");
    tablet.see("林晓梅");
    tablet.screenshot("bulletin-tablet");
    // On paper there is the bulletin and nothing else.
    tablet.on_paper();
    tablet.not_see("人已读");
    assert!(tablet.sees("严禁烧炭取暖") && !tablet.sees("打印") && !tablet.sees("已上传"));
    tablet.screenshot("bulletin-paper");
}

#[test]
fn an_elder_at_high_risk_is_due_and_not_any_more_once_visited() {
    let world = World::new();
    let mut device = world.device("培训资料", Role::FieldWorker, "371721");
    grandmother(&mut device);
    let mut phone = enrolled(&world, "林晓梅", Role::FieldWorker, "371721101");
    phone.see("王秀英");
    phone.see("超时 3 天");
    phone.screenshot("today-elder");
    phone.tap("留守老年人探访 王秀英");
    phone.tap("平安");
    phone.tap("高");
    phone.tap("保存");
    phone.see("今天没有待办");
    phone.see("今天已完成 1");
    phone.not_see("王秀英");
    phone.tap("今天已完成 1");
    phone.see("王秀英");
    phone.see("已上传");
}

/// Two villages with a household each, of which one is late.
fn two_villages(device: &mut Device) {
    let mut changes = Vec::new();
    for (code, head, due) in [(VILLAGE, "张建国", 2), (NEXT_VILLAGE, "李德胜", 0)] {
        let home = new_id();
        let cells = [("head", head.into()), ("address", "1号".into())];
        changes.push(device.makes(home, "household", area(code), &cells));
        let cells = [
            ("what", "节前走访".into()),
            ("due", ago(due)),
            ("does", "visit".into()),
            ("household", text(home)),
        ];
        changes.push(device.makes(new_id(), "task", area(code), &cells));
    }
    let cells = [("what", "张贴消防通知".into()), ("due", ago(0))];
    changes.push(device.makes(new_id(), "task", area(VILLAGE), &cells));
    accepted(device, &changes);
}

#[test]
fn the_days_plan_is_chosen_by_hand_and_kept_when_the_app_is_closed() {
    let world = World::new();
    let mut device = world.device("培训资料", Role::FieldWorker, "371721");
    two_villages(&mut device);
    let mut phone = enrolled(&world, "林晓梅", Role::FieldWorker, "371721101");
    phone.see("超时 2 天");
    phone.see("李德胜");
    phone.tap("超时 1");
    phone.not_see("李德胜");
    phone.tap("全部 3");
    phone.tap("安排今天要做的");
    let pick = "[...document.querySelectorAll('.row-with-action')]
        .find((row) => row.innerText.includes('李德胜')).querySelector('.pick')";
    phone.wait_until("the day can be planned", pick);
    phone.js(&format!("{pick}.click()"));
    phone.screenshot("today-plan");
    phone.tap("安排好了");
    phone.not_see("张建国");
    phone.close_tab();
    phone.open(world.url());
    phone.see("今天做 1");
    phone.see("李德胜");
    assert!(!phone.sees("张建国"));
    // What no record does is ticked off.
    phone.tap("全部 3");
    phone.tap("完成 张贴消防通知");
    phone.see("今天已完成 1");
    phone.not_see("张贴消防通知");
}

#[test]
fn after_a_save_the_next_stop_of_the_walk_is_one_tap_away() {
    let world = World::new();
    let mut device = world.device("培训资料", Role::FieldWorker, "371721");
    two_villages(&mut device);
    let mut phone = enrolled(&world, "林晓梅", Role::FieldWorker, "371721101");
    phone.tap("走访慰问 张建国");
    phone.tap("平安");
    phone.tap("保存，去李德胜家");
    phone.see("已保存");
    phone.wait_until(
        "the next form is open",
        "document.querySelector('.head-sub')?.innerText === '李德胜'",
    );
}

#[test]
fn a_contact_is_found_without_a_network_and_called_with_one_tap() {
    let mut world = World::new();
    let mut county_office = world.device("魏国强", Role::Coordinator, "371721");
    let contact = |device: &mut Device, name: &str, department: &str, phone: &str| {
        let cells = [
            ("name", name.into()),
            ("department", department.into()),
            ("phone", phone.into()),
            ("duty", "联络员".into()),
        ];
        device.makes(new_id(), "contact", county(), &cells)
    };
    let changes = [
        contact(&mut county_office, "赵立新", "civil", "19900000031"),
        contact(&mut county_office, "孙海涛", "transport", "19900000032"),
    ];
    accepted(&county_office, &changes);
    let mut phone = enrolled(&world, "林晓梅", Role::FieldWorker, "371721101");
    world.stop_server();
    phone.tap("联络员");
    phone.see("赵立新");
    phone.screenshot("contacts");
    phone.type_into("姓名、部门、地区或电话", "交通");
    phone.not_see("赵立新");
    let called = phone.js("return document.querySelector('.calls a').getAttribute('href')");
    assert_eq!(called, "tel:19900000032");
}

#[test]
fn a_half_written_form_is_there_after_the_update() {
    let mut world = World::new();
    village(&world);
    let mut phone = phone(&world, "林晓梅");
    phone.tap("走访慰问 张建国");
    phone.tap("有困难");
    world.update_page();
    phone.js("navigator.serviceWorker.getRegistration().then((worker) => worker.update())");
    phone.see("有新版本可用");
    phone.js("window.old = true");
    phone.tap("更多");
    phone.type_into("备注", "房顶漏雨，要修");
    phone.tap("更新");
    phone.wait_until(
        "the page is loaded anew",
        "!window.old && document.querySelector('form')",
    );
    phone.see("接着上次没有保存的内容");
    assert_eq!(phone.value_of("备注"), "房顶漏雨，要修");
    let chosen = "[...document.querySelectorAll('.chip[aria-pressed=true]')]
        .some((chip) => chip.innerText.includes('有困难'))";
    phone.wait_until("what was chosen is chosen", chosen);
    let kept = "return caches.keys().then((names) => names.join())";
    let kept = phone.js(kept).as_str().unwrap_or_default().to_owned();
    assert!(
        kept.starts_with("shell-next-") && !kept.contains(','),
        "{kept}"
    );
}

#[test]
fn a_bulletin_is_passed_on_as_a_picture() {
    let world = World::new();
    let mut county_office = world.device("魏国强", Role::Coordinator, "371721");
    let cells = [
        ("title", "返乡务工人员交通补贴怎么领，哪些人可以申请".into()),
        ("topic", "policy".into()),
        ("text", "一、脱贫人口和低收入人员外出务工半年以上的，凭身份证和车票到乡镇便民服务中心申请，每人每年一次。\n二、咨询电话（周一至周五）：19900000033。".into()),
        ("source", "曹县人力资源和社会保障局".into()),
    ];
    let change = county_office.makes(new_id(), "bulletin", county(), &cells);
    accepted(&county_office, &[change]);
    let mut phone = phone_that_shares(&world);
    phone.tap("返乡务工人员");
    phone.tap("分享图片");
    phone.wait_until("a picture is handed over", "window.shared");
    let told = phone.js("return [window.shared.name, window.shared.type, window.shared.title]");
    let title = "返乡务工人员交通补贴怎么领，哪些人可以申请";
    let name = "返乡务工人员交通补贴怎么领哪些人可以申请.png";
    assert_eq!(told, serde_json::json!([name, "image/png", title]));
    phone.js("const look = document.createElement('img');
        look.src = URL.createObjectURL(window.shared.file);
        document.body.replaceChildren(look);");
    let drawn = "document.querySelector('img').naturalWidth === 1080
        && document.querySelector('img').naturalHeight > 800";
    phone.wait_until("the picture can be looked at", drawn);
    phone.screenshot("bulletin-picture");
}

/// A phone whose share menu puts what it is given on the page: headless Chromium has none.
fn phone_that_shares(world: &World) -> Browser {
    let phone = world.browser("林晓梅");
    phone.before_each_page(
        "Navigator.prototype.canShare = (what) => what.files.length === 1;
         Navigator.prototype.share = async ({ files: [file], title }) => {
           window.shared = { file, title, name: file.name, type: file.type };
         };",
    );
    phone.open(&world.enrolment_page("林晓梅", Role::FieldWorker, "371721101"));
    let mut phone = phone;
    phone.tap("开始使用");
    phone.see("已上传");
    phone
}

#[test]
fn a_training_phone_begins_anew_and_pulls_what_the_server_has() {
    let mut world = World::new();
    village(&world);
    let mut phone = phone(&world, "林晓梅");
    world.stop_server();
    phone.tap("走访慰问 张建国");
    phone.tap("平安");
    phone.tap("保存");
    phone.see("条待传");
    phone.tap("我");
    phone.tap("重置培训数据");
    phone.see("确定重置吗");
    phone.screenshot("me-reset");
    phone.tap("先不重置");
    phone.tap("重置培训数据");
    phone.tap("确定重置");
    phone.see("今天没有待办");
    phone.not_see("条待传");
    world.start_server();
    phone.see("张建国");
    phone.see("已上传");
    assert!(!phone.sees("今天已完成 1"));
}

#[test]
fn a_phone_of_a_server_that_was_reset_can_be_enrolled_anew() {
    let mut world = World::new();
    let mut phone = enrolled(&world, "林晓梅", Role::FieldWorker, "371721101");
    world.begin_anew();
    phone.see("无法上传");
    phone.tap("我");
    phone.tap("重置培训数据");
    phone.tap("确定重置");
    phone.see("请打开");
    phone.open(&world.enrolment_page("林晓梅", Role::FieldWorker, "371721101"));
    phone.tap("开始使用");
    phone.see("已上传");
}

#[test]
fn help_is_on_the_screen_where_it_is_needed() {
    let world = World::new();
    village(&world);
    let mut phone = phone(&world, "林晓梅");
    phone.tap("帮助");
    phone.see("这里是今天该办的事");
    phone.screenshot("help");
    phone.tap("关闭");
    phone.tap("张建国");
    phone.tap("帮助");
    phone.see("一点就拨号");
    phone.tap("关闭");
    phone.tap("走访慰问");
    phone.tap("帮助");
    phone.see("打的每个字都会存成草稿");
}

#[test]
fn the_home_screen_is_offered_once_after_the_first_saved_record() {
    let world = World::new();
    village(&world);
    let mut phone = world.browser("林晓梅");
    // Chromium makes the offer, but without a screen it has no question to show.
    phone.before_each_page(
        "BeforeInstallPromptEvent.prototype.prompt = async () => { window.asked = true; };",
    );
    phone.open(&world.enrolment_page("林晓梅", Role::FieldWorker, "371721101"));
    phone.tap("开始使用");
    phone.see("张建国");
    assert!(!phone.sees("放到手机桌面"));
    phone.tap("走访慰问 张建国");
    phone.tap("平安");
    phone.tap("保存");
    phone.see("放到手机桌面");
    phone.screenshot("install");
    phone.tap("以后再说");
    phone.not_see("放到手机桌面");
    phone.tap("我");
    phone.tap("添加");
    phone.wait_until("the browser's own question is shown", "window.asked");
    phone.close_tab();
    phone.open(world.url());
    phone.see("今天已完成 1");
    assert!(!phone.sees("放到手机桌面"));
}
