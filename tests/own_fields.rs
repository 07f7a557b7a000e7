//! A campaign's own fields: defined on the screen, asked on the phone without a network, checked by
//! the server, and shown to whoever may see them.

use crate::admin::{administrator, campaign, chief, choose, deeds, fill, lin, refused, set};
use crate::import;
use crate::journeys::{phone, village};
use crate::sheets::{Downloads, cells, office_is_kept, opened};
use domain::audit::Deed;
use domain::check::Problem;
use domain::field::Sensitivity;
use domain::grant::{Grant, Role};
use domain::own::{Label, OwnField, OwnInput, OwnOption};
use domain::wire::Answer;
use domain::{Area, Campaign, Change, Department, Refusal, Value};
use host::device::{Device, new_id};
use rust_xlsxwriter::Workbook;
use std::time::Duration;
use tempfile::TempDir;
use tests::World;
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";

fn label(zh: &str, en: &str) -> Label {
    Label {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn field(kind: &str, sensitivity: Sensitivity, zh: &str, input: OwnInput) -> OwnField {
    let random = new_id().as_bytes()[8..].try_into().unwrap();
    OwnField {
        name: domain::own::name(sensitivity, random),
        kind: kind.to_owned(),
        label: label(zh, &format!("{zh} in English")),
        input,
        required: false,
        retired: false,
    }
}

fn option(key: &str, zh: &str, en: &str) -> OwnOption {
    OwnOption {
        key: key.to_owned(),
        label: label(zh, en),
        retired: false,
    }
}

/// From now on the campaign asks these besides; its settings.
fn asks(administrator: &Device, own: Vec<OwnField>) -> Campaign {
    let mut next = campaign(administrator);
    next.own = own;
    assert_eq!(set(administrator, &next).status, 200);
    campaign(administrator)
}

fn heating() -> OwnField {
    let options = vec![
        option("o1", "煤炉", "Stove"),
        option("o2", "空调", "Air conditioner"),
    ];
    let input = OwnInput::Choice { options };
    field("household", Sensitivity::Open, "取暖方式", input)
}

fn home(lin: &mut Device, cells: &[(&str, Value)]) -> Change {
    let usual = [("head", "张建国".into()), ("address", "1号".into())];
    let all: Vec<(&str, Value)> = usual.into_iter().chain(cells.iter().cloned()).collect();
    lin.makes(new_id(), "household", area(VILLAGE), &all)
}

fn sent(lin: &Device, change: &Change) -> Answer {
    let ledger: Area = county();
    let answer = lin.push(ledger, std::slice::from_ref(change)).unwrap();
    answer.answers.into_iter().next().unwrap()
}

fn accepted(answer: &Answer) -> bool {
    matches!(answer, Answer::Accepted(_))
}

#[test]
fn a_wrong_value_is_refused_a_right_one_kept_and_who_may_not_see_it_does_not_get_it() {
    let world = World::new();
    let administrator = chief(&world);
    let mut lin = lin(&world);
    let heating = heating();
    let illness = field(
        "household",
        Sensitivity::Sensitive,
        "病情",
        OwnInput::LongText,
    );
    // Before the campaign asks it, nobody writes it.
    let early = home(&mut lin, &[(&heating.name, "o1".into())]);
    let unknown = Refusal::UnknownField {
        field: heating.name.clone(),
    };
    assert_eq!(sent(&lin, &early), unknown.into());

    let next = asks(&administrator, vec![heating.clone(), illness.clone()]);
    lin.sign_in().unwrap();
    assert_eq!(lin.profile.campaign.own, next.own);
    assert!(accepted(&sent(&lin, &early)));
    let wrong = home(&mut lin, &[(&heating.name, "stove".into())]);
    let refusal = Refusal::Field {
        field: heating.name.clone(),
        problem: Problem::Option,
    };
    assert_eq!(sent(&lin, &wrong), refusal.into());
    let right = home(
        &mut lin,
        &[(&heating.name, "o2".into()), (&illness.name, "胃病".into())],
    );
    assert!(accepted(&sent(&lin, &right)));

    // An option that was added later is known at once, and one that is gone is none.
    let mut later = campaign(&administrator);
    if let OwnInput::Choice { options } = &mut later.own[0].input {
        options.push(option("o3", "电热毯", "Blanket"));
    }
    assert_eq!(set(&administrator, &later).status, 200);
    let third = home(&mut lin, &[(&heating.name, "o3".into())]);
    assert!(accepted(&sent(&lin, &third)));

    // A retired one still takes what a phone without signal had written.
    let mut retired = campaign(&administrator);
    retired.own[0].retired = true;
    assert_eq!(set(&administrator, &retired).status, 200);
    let late = home(&mut lin, &[(&heating.name, "o1".into())]);
    assert!(accepted(&sent(&lin, &late)));

    let seen = |device: &Device, name: &str| {
        let records = device.pull(county()).unwrap();
        records[&right.id].value(name).cloned()
    };
    assert_eq!(seen(&lin, &illness.name), Some("胃病".into()));
    let wei = world.device("魏国强", Role::Coordinator, "371721");
    assert_eq!(seen(&wei, &heating.name), Some("o2".into()));
    assert_eq!(seen(&wei, &illness.name), None);
    let mut grant = Grant::new(Role::DepartmentOfficer, county());
    grant.department = Some(Department::Culture);
    let link = world.invite("文旅经办", vec![grant]);
    let officer = Device::enrol(world.url(), &link, "文旅经办").unwrap();
    assert_eq!(seen(&officer, &heating.name), Some("o2".into()));
    assert_eq!(seen(&officer, &illness.name), None);
}

#[test]
fn a_saved_field_is_neither_taken_away_nor_asked_otherwise_and_the_log_names_it() {
    let world = World::new();
    let administrator = chief(&world);
    let mut first = heating();
    first.label.zh = " 取暖方式 ".to_owned();
    let saved = asks(&administrator, vec![first]);
    assert_eq!(saved.own[0].label.zh, "取暖方式");
    let tried = |with: &dyn Fn(&mut Vec<OwnField>)| {
        let mut next = saved.clone();
        with(&mut next.own);
        crate::admin::code(&set(&administrator, &next))
    };
    let changed = refused("campaign_own_changed", 422);
    assert_eq!(tried(&|own| own.clear()), changed);
    assert_eq!(tried(&|own| own[0].input = OwnInput::Text), changed);
    let unnamed = tried(&|own| own[0].label.en.clear());
    assert_eq!(unnamed, refused("campaign_own_label", 422));
    let told = deeds(&administrator, "deed=campaign_changed&before=1000000");
    let Some(Deed::CampaignChanged { changed }) = told.first() else {
        panic!("{told:?}");
    };
    assert_eq!(changed[0].setting, format!("own.{}", saved.own[0].name));
    // Whoever runs the server and sets it up anew does not take it away either.
    let setup = host::links::setup(
        world.server(),
        Some(host::training::campaign(saved.from)),
        vec![],
        domain::wire::SetupWhen::Always,
    );
    assert_eq!(setup.unwrap().campaign.unwrap().own, saved.own);
}

#[test]
fn what_the_administrator_asks_besides_is_asked_offline_and_read_by_the_coordinator() {
    let mut world = World::new();
    village(&world);
    // A phone that is open all the while.
    let mut phone = phone(&world, "林晓梅");
    phone.tap("张建国");
    phone.see("相关人员");
    let mut tablet = administrator(&world, "371721");
    tablet.go("/admin/campaign");
    tablet.tap("自定义字段");
    tablet.tap("添加字段");
    choose(&tablet, "记录种类", "走访慰问");
    fill(&tablet, "own-zh", "取暖方式");
    tablet.tap("放入设置");
    tablet.see("都要有中文和英文名称");
    fill(&tablet, "own-en", "Heating");
    choose(&tablet, "填写方式", "单选");
    choose(&tablet, "敏感程度", "公开");
    for (at, zh, en) in [(1, "煤炉", "Stove"), (2, "空调", "Air conditioner")] {
        word(&tablet, &format!("选项{at}的中文"), zh);
        word(&tablet, &format!("选项{at}的英文"), en);
    }
    tablet.tap("必须填写");
    // The preview is the form's own field: it can be tried.
    let preview = "document.querySelector('.own-preview .field')";
    tablet.wait_until(
        "the preview shows the field and its options",
        &format!("['取暖方式', '煤炉', '空调'].every((t) => {preview}?.innerText.includes(t))"),
    );
    tablet.tap("煤炉");
    tablet.wait_until(
        "the preview takes an answer",
        &format!("{preview}.querySelector('[aria-pressed=true]')?.innerText === '煤炉'"),
    );
    tablet.screenshot("own-field-preview");
    tablet.tap("放入设置");
    tablet.see("走访慰问 · 单选 · 公开 · 必须填写");
    tablet.tap("保存1处改动");
    tablet.see("已保存");

    // The open phone hears of it by itself, long before it signs in again; then the network goes.
    let begun = host::show::now();
    loop {
        phone.tap("走访慰问");
        phone.see("平安");
        if phone.sees("取暖方式") {
            break;
        }
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(20), "{took:?}");
        phone.js("history.back()");
        phone.see("相关人员");
    }
    println!(
        "an open phone asks a new field {:?} after it was saved",
        begun.elapsed()
    );
    phone.tap("平安");
    let mut wei = crate::journeys::enrolled(&world, "魏国强", Role::Coordinator, "371721");
    office_is_kept(&wei);
    world.stop_server();
    phone.tap_css(".savebar .primary");
    phone.see("这一项必须填写");
    phone.tap("空调");
    phone.tap_css(".savebar .primary");
    phone.see("已保存在本机");
    world.start_server();
    phone.see("已上传");

    // The next one begins with the same answers, if one likes.
    phone.tap("走访慰问");
    phone.tap("与上一条相同");
    let chosen =
        "[...document.querySelectorAll('.chip[aria-pressed=true]')].map((c) => c.innerText)";
    phone.wait_until("the same answers", &format!("{chosen}.includes('空调')"));

    wei.look();
    wei.go("/work?kind=visit");
    wei.wait_until(
        "the list tells of it in its line",
        "document.querySelector('.list a.row')?.innerText.includes('空调')",
    );
    wei.tap_css(".list a.row");
    wei.see("取暖方式");
    wei.wait_until(
        "the answer stands beside it",
        "[...document.querySelectorAll('.fact')].some((f) =>
           f.querySelector('dt').innerText === '取暖方式'
           && f.querySelector('dd').innerText.includes('空调'))",
    );
    let downloads = Downloads::of(&wei);
    wei.tap("导出 Excel");
    let (_, bytes) = downloads.take("xlsx");
    let sheet = cells(&mut opened(&bytes));
    let column = sheet[2].iter().position(|cell| *cell == "取暖方式");
    assert_eq!(sheet[3][column.unwrap()].to_string(), "空调");
    tablet.go("/admin/audit");
    tablet.see("自定义字段");
    tablet.see("取暖方式");

    // One of the options is not offered any more; where it was chosen it is still read.
    tablet.go("/admin/campaign");
    tablet.tap("自定义字段");
    tablet.tap("修改 取暖方式");
    tablet.tap("停用 空调");
    tablet.tap("放入设置");
    tablet.see("选择题至少要提供2个选项");
    tablet.tap("添加选项");
    word(&tablet, "选项3的中文", "电热毯");
    word(&tablet, "选项3的英文", "Blanket");
    tablet.tap("放入设置");
    tablet.tap("保存1处改动");
    tablet.see("已保存");
    let begun = host::show::now();
    loop {
        phone.go("/new/visit");
        phone.see("取暖方式");
        if phone.sees("电热毯") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
        phone.go("/me");
    }
    assert!(phone.sees("煤炉") && !phone.sees("空调"));
    wei.look();
    wei.wait_until(
        "the answer is read as before",
        "document.querySelector('.list a.row')?.innerText.includes('空调')",
    );
}

#[test]
fn a_rosters_column_with_an_own_fields_name_fills_it_and_says_what_is_no_option() {
    let world = World::new();
    let administrator = chief(&world);
    let mut heating = heating();
    heating.kind = "worker".to_owned();
    asks(&administrator, vec![heating.clone()]);
    let folder = TempDir::new().unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [
        ["姓名", "联系电话", "取暖方式", "流向", "所在村"],
        ["张三", "19900000001", "空调", "返乡", VILLAGE],
        ["李四", "19900000002", "柴火", "返乡", VILLAGE],
        ["王五", "19900000003", "", "返乡", VILLAGE],
    ];
    for (at, row) in rows.iter().enumerate() {
        sheet.write_row(at as u32, 0, row.iter().copied()).unwrap();
    }
    let file = folder.path().join("名册.xlsx");
    book.save(&file).unwrap();

    let mut tablet = import::officer(&world);
    tablet.tap("人员");
    tablet.tap("导入名册");
    import::choose(&tablet, &file);
    tablet.see("每一列是什么");
    let meant =
        tablet.js("return document.getElementById('import-column-2').selectedOptions[0].innerText");
    assert_eq!(meant, "取暖方式");
    tablet.tap(&tablet.label("worker.consent.signed"));
    tablet.tap("检查名册");
    tablet.see("柴火");
    tablet.see("取暖方式");
    tablet.tap("导入（新登记 2 人）");
    tablet.see("名册已保存在本机");
    tablet.see("已上传");
    let held = import::workers(&world.device("培训资料", Role::FieldWorker, "371721"));
    let mut said: Vec<_> = held
        .values()
        .map(|worker| (worker.text("name"), worker.text(&heating.name)))
        .collect();
    said.sort_unstable();
    assert_eq!(said, [("张三", "o2"), ("王五", "")]);
}

/// Types into the input that is spoken so.
fn word(tablet: &tests::browser::Browser, spoken: &str, text: &str) {
    let done = format!(
        "(() => {{
           const field = [...document.querySelectorAll('input')]
             .find((i) => i.getAttribute('aria-label') === {0});
           if (!field) return false;
           field.value = {1};
           field.dispatchEvent(new Event('input', {{ bubbles: true }}));
           return true;
         }})()",
        serde_json::json!(spoken),
        serde_json::json!(text)
    );
    tablet.wait_until(&format!("“{spoken}” is filled in"), &done);
}
