//! Of the training campaign what lies beside the households: those left behind, bulletins, contacts,
//! a shift of today.

use super::{COUNTY, Home, Making, TOWNSHIP, county, field_worker, township};
use domain::{Area, Campaign, Department, Value};
use jiff::civil::Date;

/// One household in so many has somebody left behind.
const EVERY: usize = 3;
/// How many days ago they were visited last, if at all: some are late, some are not.
const VISITED: [Option<i64>; 3] = [Some(10), Some(2), None];

pub fn add(making: &mut Making<'_>, campaign: &Campaign, today: Date) {
    let homes = std::mem::take(&mut making.homes);
    for (at, home) in homes.iter().step_by(EVERY).enumerate() {
        left_behind(making, home, at, today);
    }
    bulletins(making, campaign, today);
    contacts(making);
    shift(making, today);
}

fn before(today: Date, days: i64) -> Value {
    let day = today.saturating_sub(jiff::Span::new().days(days));
    day.to_string().as_str().into()
}

fn left_behind(making: &mut Making<'_>, home: &Home, at: usize, today: Date) {
    let child = making.dice.once_in(3);
    let given = making.dice.of(super::GIVEN);
    let years = if child {
        6 + making.dice.below(9)
    } else {
        66 + making.dice.below(22)
    };
    let birth = format!(
        "{}-{:02}-15",
        i64::from(today.year()) - years as i64,
        1 + at % 12
    );
    let risk = ["high", "low", "watch", "low"][at % 4];
    let id = making.id(making.begun_ms + 180_000);
    let lives = if child {
        "grandparents"
    } else {
        making.dice.of(&["alone", "spouse"])
    };
    let cells: [(&str, Value); 8] = [
        ("name", format!("{}{given}", home.surname).as_str().into()),
        ("type", if child { "child" } else { "elder" }.into()),
        ("birth", birth.as_str().into()),
        ("risk", risk.into()),
        ("lives_with", lives.into()),
        (
            "relation",
            if child { "father" } else { "son_or_daughter" }.into(),
        ),
        ("worker", home.worker.to_string().as_str().into()),
        ("household", home.household.to_string().as_str().into()),
    ];
    making.put(id, "dependant", home.area, &cells);
    let Some(days) = VISITED[at % VISITED.len()] else {
        return;
    };
    let visit = making.id(making.begun_ms + 240_000);
    let kind = if child { "child_visit" } else { "elder_visit" };
    let mut cells: Vec<(&str, Value)> = vec![
        ("dependant", id.to_string().as_str().into()),
        ("risk", risk.into()),
        ("date", before(today, days)),
        ("form", "home".into()),
    ];
    if !child {
        cells.push(("well_being", "well".into()));
    }
    making.put(visit, kind, home.area, &cells);
}

/// Title, topic, text, urgent, and how many days ago it began.
const BULLETINS: &[(&str, &str, &str, bool, i64)] = &[
    (
        "大雪蓝色预警：今晚到明天上午减少外出",
        "weather",
        "预计今晚到明天上午有大到暴雪，气温零下九度。\n一、点对点班车明早八点前停发，恢复时间另行通知。\n二、请走访独居老人，检查取暖和一氧化碳报警器，严禁在屋内烧炭取暖。\n三、遇到险情拨打村值班电话，紧急情况拨打 110、120。",
        true,
        0,
    ),
    (
        "春运加开列车：济南至菏泽",
        "travel",
        "节前每天加开两对列车，停靠曹县站。团体票由乡镇统一登记，截止发车前三天。",
        false,
        1,
    ),
    (
        "返乡务工人员交通补贴怎么领",
        "policy",
        "脱贫人口和低收入人员外出务工半年以上的，凭身份证和车票到乡镇便民服务中心申请，每人每年一次。",
        false,
        3,
    ),
    (
        "“村晚”节目征集",
        "programme",
        "各村可报两个节目，报名到乡镇文化站。",
        false,
        9,
    ),
];

fn bulletins(making: &mut Making<'_>, campaign: &Campaign, today: Date) {
    for (title, topic, text, urgent, ago) in BULLETINS {
        let until = if *ago > 7 {
            before(today, 1)
        } else {
            campaign.until.to_string().as_str().into()
        };
        let id = making.id(making.begun_ms + 300_000);
        let cells: [(&str, Value); 7] = [
            ("title", (*title).into()),
            ("topic", (*topic).into()),
            ("text", (*text).into()),
            ("urgent", Value::Bool(*urgent)),
            ("from", before(today, *ago)),
            ("until", until),
            ("source", "曹县春暖行动协调机构".into()),
        ];
        making.put(id, "bulletin", county(), &cells);
    }
}

fn contacts(making: &mut Making<'_>) {
    for area in [COUNTY, TOWNSHIP]
        .iter()
        .filter_map(|code| Area::parse(code))
    {
        for department in Department::ALL {
            let name = format!(
                "{}{}",
                making.dice.of(super::SURNAMES),
                making.dice.of(super::GIVEN)
            );
            let phone = making.phone();
            let id = making.id(making.begun_ms + 360_000);
            let cells: [(&str, Value); 5] = [
                ("name", name.as_str().into()),
                ("department", department.key().into()),
                ("phone", phone.as_str().into()),
                ("duty", "联络员".into()),
                ("hours", "8:30–17:30".into()),
            ];
            making.put(id, "contact", area, &cells);
        }
    }
}

/// The field worker of the link stands at the township's post this afternoon.
fn shift(making: &mut Making<'_>, today: Date) {
    let place = making.id(making.begun_ms + 420_000);
    let cells: [(&str, Value); 3] = [
        ("name", "庄寨汽车站志愿服务点".into()),
        ("type", "station_post".into()),
        ("department", "transport".into()),
    ];
    making.put(place, "place", township(), &cells);
    let at = |hour: i64| Value::Int(domain::start_of(today) + hour * 3_600_000);
    let id = making.id(making.begun_ms + 480_000);
    let cells: [(&str, Value); 4] = [
        ("place", place.to_string().as_str().into()),
        ("volunteer", field_worker().name.as_str().into()),
        ("from", at(14)),
        ("until", at(22)),
    ];
    making.put(id, "shift", township(), &cells);
}
