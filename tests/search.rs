//! Search over 50,000 people, measured in a real browser on what a person types.

use domain::grant::Role;
use domain::{Change, Value};
use host::device::new_id;
use serde_json::json;
use tests::World;
use tests::browser::Browser;
use tests::world::{area, county};

const PEOPLE: usize = 50_000;
const SURNAMES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "赵", "孙", "周", "徐"];
const GIVEN: &[&str] = &[
    "建国", "秀英", "志强", "桂兰", "海涛", "玉梅", "春生", "凤霞", "永刚", "丽华", "德胜", "晓燕",
];

/// A county with so many workers, pushed through the real API.
fn fill(world: &World) {
    let mut device = world.device("名册", Role::FieldWorker, "371721");
    let mut batch: Vec<Change> = Vec::new();
    for number in 0..PEOPLE {
        let surname = SURNAMES[number % SURNAMES.len()];
        let given = GIVEN[number / SURNAMES.len() % GIVEN.len()];
        let day = 1 + number % 28;
        let digits = format!(
            "379900{}{:02}{day:02}{:03}",
            1960 + number % 45,
            1 + number % 12,
            number % 1000
        );
        let check = domain::check::resident_id_check(&digits).unwrap();
        let village = format!("371721101{:03}", 1 + number % 30);
        let cells: [(&str, Value); 5] = [
            ("name", format!("{surname}{given}").as_str().into()),
            (
                "flow",
                ["returning", "staying", "leaving"][number % 3].into(),
            ),
            ("phone", format!("199{number:08}").as_str().into()),
            ("id_number", format!("{digits}{check}").as_str().into()),
            ("document", "resident_id".into()),
        ];
        batch.push(device.makes(new_id(), "worker", area(&village), &cells));
        if batch.len() == domain::change::BATCH_LIMIT {
            device.push(county(), &batch).unwrap();
            batch.clear();
        }
    }
}

/// The times, in milliseconds, of the searches since the last call.
fn times(phone: &Browser) -> Vec<f64> {
    let taken = phone.js(
        "const all = performance.getEntriesByName('search').map((entry) => entry.duration);
         performance.clearMeasures('search');
         return all;",
    );
    let taken = taken.as_array().cloned().unwrap_or_default();
    taken.iter().filter_map(serde_json::Value::as_f64).collect()
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Types a text letter by letter, as an input method gives it to the page.
fn type_slowly(phone: &Browser, text: &str) {
    let mut typed = String::new();
    for letter in text.chars() {
        typed.push(letter);
        phone.call(
            "const input = document.querySelector('.search input');
             const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
             set.call(input, arguments[0]);
             input.dispatchEvent(new Event('input', { bubbles: true }));",
            json!([typed]),
        );
    }
}

/// A keystroke takes at most so many times what a plain scan takes in the same browser: a machine
/// that is busy slows both.
const AT_MOST: f64 = 8.0;

/// How long the browser takes to look through as many lines of text one after the other, in ms.
fn plain_scan(phone: &Browser) -> f64 {
    let script = format!(
        "const lines = Array.from({{ length: {PEOPLE} }}, (_, at) =>
           '张春生 zhang chun sheng zcs 1990' + (1000000 + at * 7) + ' 37172119' + at);
         const times = [];
         for (let round = 0; round < 30; round += 1) {{
           const begun = performance.now();
           const found = lines.filter((line) => line.includes('77' + round)).length;
           times.push(performance.now() - begun + found * 0);
         }}
         times.sort((a, b) => a - b);
         return times[15];"
    );
    phone.js(&script).as_f64().unwrap()
}

#[test]
fn fifty_thousand_people_are_searched_within_a_frame() {
    let world = World::new();
    fill(&world);
    let mut phone = world.browser("林晓梅");
    phone.patient();
    phone.open(&world.enrolment_page("林晓梅", Role::FieldWorker, "371721"));
    phone.tap("开始使用");
    phone.see("已上传");
    phone.tap("人员");
    phone.see("50000 条");
    let mut report = Vec::new();
    for factor in [1, 4] {
        phone.slow_cpu(factor);
        let mut all = Vec::new();
        for typed in [
            "zhangchunsheng",
            "zcs",
            "张春生",
            "19900012345",
            "123X",
            "王 377",
        ] {
            times(&phone);
            type_slowly(&phone, typed);
            all.extend(times(&phone));
        }
        let worst = all.iter().copied().fold(0.0, f64::max);
        report.push((factor, all.len(), median(&mut all), worst));
    }
    phone.slow_cpu(1);
    for (factor, count, median, worst) in &report {
        println!(
            "search over {PEOPLE} people, processor {factor}× slower: \
             {count} keystrokes, median {median:.1} ms, slowest {worst:.1} ms"
        );
    }
    let found = phone.text_of(".count-line");
    assert!(found.contains("条"), "{found}");
    let (_, count, median, _) = report[0];
    assert!(count >= 30, "only {count} searches were measured");
    let plain = plain_scan(&phone);
    let ratio = median / plain;
    println!("{ratio:.1} times a plain scan of as many lines of text ({plain:.1} ms)");
    assert!(ratio < AT_MOST, "{ratio:.1} times a plain scan");
}
