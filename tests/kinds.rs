//! Every kind is walked in a browser: the empty form, the filled one, saved, opened again, edited,
//! sent, and seen on another device.

use domain::field::{FieldSpec, Input};
use domain::grant::{Grant, Role};
use domain::kinds::KINDS;
use domain::{Department, Id, Kind, Record, Sensitivity, Value, Values};
use host::device::{Device, new_id};
use serde_json::json;
use std::collections::BTreeMap;
use tests::World;
use tests::browser::Browser;
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";

/// Somebody who may record everything in the county: every role's forms are walked at once.
fn everything() -> Vec<Grant> {
    let mut grants = vec![
        Grant::new(Role::FieldWorker, county()),
        Grant::new(Role::Coordinator, county()),
    ];
    for department in Department::ALL {
        let mut grant = Grant::new(Role::DepartmentOfficer, county());
        grant.department = Some(*department);
        grants.push(grant);
    }
    grants
}

fn browser(world: &World, name: &str) -> Browser {
    let mut browser = world.browser(name);
    let link = world.invite(name, everything());
    browser.open(&host::links::page(world.server(), &link));
    browser.tap("开始使用");
    browser.see("已上传");
    browser
}

/// One record of each kind to which others refer, so that there is something to choose.
fn referred(world: &World) -> Device {
    let link = world.invite("培训资料", everything());
    let mut device = Device::enrol(world.url(), &link, "test").unwrap();
    let today = domain::day_of(host::show::now_ms()).to_string();
    let mut ids: BTreeMap<&str, Id> = BTreeMap::new();
    let mut changes = Vec::new();
    let mut made = |device: &mut Device, kind: &'static str, cells: &[(&str, Value)]| {
        let id = *ids.entry(kind).or_insert_with(new_id);
        changes.push(device.makes(id, kind, area(VILLAGE), cells));
        id
    };
    let text = |id: Id| Value::from(id.to_string().as_str());
    let home = made(
        &mut device,
        "household",
        &[("head", "张建国".into()), ("address", "1号".into())],
    );
    let zhang = made(
        &mut device,
        "worker",
        &[
            ("name", "张春生".into()),
            ("flow", "returning".into()),
            ("household", text(home)),
        ],
    );
    made(
        &mut device,
        "dependant",
        &[
            ("name", "张奶奶".into()),
            ("type", "elder".into()),
            ("birth", "1945-03-01".into()),
            ("worker", text(zhang)),
        ],
    );
    let employer = made(
        &mut device,
        "employer",
        &[
            ("name", "曹县建筑公司".into()),
            ("trade", "construction".into()),
        ],
    );
    made(
        &mut device,
        "place",
        &[
            ("name", "庄寨服务中心".into()),
            ("type", "service_centre".into()),
            ("department", "hr".into()),
        ],
    );
    let trip = made(
        &mut device,
        "trip",
        &[
            ("route", "曹县—济南".into()),
            ("direction", "out".into()),
            ("from", "曹县".into()),
            ("to", "济南".into()),
            ("departs", Value::Int(host::show::now_ms() + 86_400_000)),
            ("carrier", "曹县客运".into()),
            ("seats", Value::Int(48)),
        ],
    );
    made(
        &mut device,
        "passenger",
        &[("trip", text(trip)), ("name", "张春生".into())],
    );
    made(
        &mut device,
        "ticket_order",
        &[
            ("route", "曹县—上海".into()),
            ("carrier", "rail".into()),
            ("departs_on", today.as_str().into()),
        ],
    );
    made(
        &mut device,
        "course",
        &[
            ("name", "焊工班".into()),
            ("subject", "welding".into()),
            ("mode", "on_site".into()),
            ("from", today.as_str().into()),
            ("until", today.as_str().into()),
        ],
    );
    made(
        &mut device,
        "vacancy",
        &[
            ("post", "电焊工".into()),
            ("openings", Value::Int(3)),
            ("employer", text(employer)),
        ],
    );
    made(
        &mut device,
        "wage_case",
        &[
            ("owed", Value::Int(100_000)),
            ("people", Value::Int(1)),
            ("employer_name", "某工地".into()),
            ("channel", "visit".into()),
            ("received_on", today.as_str().into()),
        ],
    );
    made(
        &mut device,
        "assistance",
        &[
            ("type", "temporary".into()),
            ("step", "applied".into()),
            ("applied_on", today.as_str().into()),
            ("worker", text(zhang)),
        ],
    );
    made(
        &mut device,
        "rescue",
        &[
            ("what", "突发疾病".into()),
            ("reported_at", Value::Int(host::show::now_ms() - 60_000)),
        ],
    );
    made(
        &mut device,
        "bulletin",
        &[
            ("title", "寒潮提醒".into()),
            ("topic", "weather".into()),
            ("text", "注意防寒".into()),
        ],
    );
    let answer = device.push(county(), &changes).unwrap();
    for (change, answer) in changes.iter().zip(&answer.answers) {
        assert!(
            matches!(answer, domain::wire::Answer::Accepted(_)),
            "{}: {answer:?}",
            change.kind
        );
    }
    device
}

/// What is typed or tapped into a field, and what is to be kept of it; `None` where the value is
/// whatever the form offers.
fn answer(field: &FieldSpec, today: &str) -> Option<(String, Option<Value>)> {
    let text = |typed: &str| Some((typed.to_owned(), Some(Value::from(typed))));
    match &field.input {
        Input::Text | Input::LongText => text(&format!("填写{}", field.name)),
        Input::Phone => text("13800000000"),
        Input::CreditCode => text("91350100M000100Y43"),
        Input::Plate => text("鲁A12345"),
        Input::IdNumber { .. } => text("11010519491231002X"),
        Input::Number(from, _) => {
            let number = (*from).max(1);
            Some((number.to_string(), Some(Value::Int(number))))
        }
        Input::Tenths(..) => Some(("36.5".to_owned(), Some(Value::Int(365)))),
        Input::Money => Some(("123.45".to_owned(), Some(Value::Int(12_345)))),
        Input::PastDate | Input::Date => text(today),
        Input::PastMoment | Input::Moment => Some((format!("{today}T08:00"), None)),
        Input::Choice(options) => {
            let first = options.first()?;
            Some(((*first).to_owned(), Some(Value::from(*first))))
        }
        Input::Choices(options) => {
            let first = options.first()?;
            Some((
                (*first).to_owned(),
                Some(Value::List(vec![(*first).into()])),
            ))
        }
        Input::Flag => Some(("yes".to_owned(), Some(Value::Bool(true)))),
        Input::Department | Input::Reference(_) | Input::References(_) | Input::Area(_) => {
            Some((String::new(), None))
        }
        Input::Colleague | Input::Photos | Input::Signature | Input::Spot => None,
    }
}

/// Fills one field as a person does; gives true if it was asked and could be filled.
const FILL: &str = r"
    const [name, typed] = arguments;
    const field = document.querySelector(`[data-field='${name}']`);
    if (!field || field.classList.contains('hidden')) return 'hidden';
    document.querySelectorAll('details.more').forEach((d) => { d.open = true; });
    const chips = [...field.querySelectorAll('.chips > .chip')];
    if (chips.length) {
      const held = chips.some((c) => c.getAttribute('aria-pressed') === 'true');
      if (!held) chips[0].click();
      return 'filled';
    }
    const selects = [...field.querySelectorAll('select')];
    if (selects.length) {
      for (const select of selects) {
        if (select.value) continue;
        const option = [...select.options].find((o) => o.value);
        if (!option) return 'again';
        select.value = option.value;
        select.dispatchEvent(new Event('change', { bubbles: true }));
        return 'again';
      }
      return 'filled';
    }
    if (field.querySelector('[role=group]')) {
      if (field.querySelector('.chosen')) return 'filled';
      const row = field.querySelector('.list .row:not(.maker)');
      if (!row) return 'nothing to choose';
      row.click();
      return 'filled';
    }
    if (field.querySelector('.chosen')) return 'filled';
    const input = field.querySelector('input, textarea');
    if (!input) return 'no input';
    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), 'value').set;
    set.call(input, typed);
    for (const kind of ['input', 'change', 'blur']) {
      input.dispatchEvent(new Event(kind, { bubbles: kind !== 'blur' }));
    }
    return 'filled';";

fn fill(phone: &Browser, kind: &'static Kind, today: &str) -> Values {
    let mut expected = Values::default();
    let mut left: Vec<&FieldSpec> = kind.fields.iter().collect();
    // A condition may stand after the field that it opens: two rounds.
    for _ in 0..2 {
        let mut hidden = Vec::new();
        for field in left {
            let Some((typed, value)) = answer(field, today) else {
                continue;
            };
            // The ID number says it.
            let said = ["sex", "birth"].contains(&field.name.as_ref());
            if said && kind.field("id_number").is_some() {
                continue;
            }
            let done = loop {
                let done = phone.call(FILL, json!([field.name, typed]));
                if done != "again" {
                    break done;
                }
            };
            match done.as_str() {
                Some("filled") => {
                    if let Some(value) = value {
                        expected.insert(field.name.to_string(), value);
                    }
                }
                Some("hidden") => hidden.push(field),
                other => panic!("{}.{}: {other:?}", kind.name, field.name),
            }
        }
        left = hidden;
    }
    if let Some(Value::Text(number)) = expected.get("id_number").cloned() {
        let said = domain::person::derived(&number, today.parse().unwrap());
        let asked = said
            .into_iter()
            .filter(|(name, _)| kind.field(name).is_some());
        expected.extend(asked.map(|(name, value)| (name.to_owned(), value)));
    }
    expected
}

/// True for what nobody but the person can say: it is required, and no rule fills it in.
fn is_asked(field: &FieldSpec) -> bool {
    let by_rule = matches!(
        field.input,
        Input::PastDate | Input::PastMoment | Input::Area(_) | Input::Department
    );
    let usual = [
        "form",
        "visitors",
        "inspector",
        "volunteer",
        "surveyor",
        "handler",
    ];
    field.is_required() && field.when.is_none() && !by_rule && !usual.contains(&&*field.name)
}

/// Everything that this person may see, in whatever ledger it is kept.
fn all(device: &Device) -> BTreeMap<Id, Record> {
    let ledgers = device.profile.ledgers.iter();
    ledgers
        .flat_map(|ledger| device.pull(*ledger).unwrap())
        .collect()
}

fn newest(device: &Device, kind: &str, before: &[Id]) -> Option<Record> {
    let fresh = |record: &Record| record.kind == kind && !before.contains(&record.id);
    all(device).into_values().find(fresh)
}

fn walk(kind: &'static Kind, phone: &mut Browser, other: &Browser, device: &Device) {
    let today = domain::day_of(host::show::now_ms()).to_string();
    let before: Vec<Id> = all(device).into_keys().collect();
    let words = phone.label(kind.name);

    // Empty: what is needed is said, and nothing is saved.
    phone.go(&format!("/new/{}", kind.name));
    phone.wait_until("the form is there", "document.querySelector('form.form')");
    phone.see(&words);
    if kind.fields.iter().any(is_asked) {
        phone.tap_css(".savebar .primary");
        phone.see("请看标红的地方");
        phone.see("这一项必须填写");
    }

    // Filled, saved, sent.
    let expected = fill(phone, kind, &today);
    phone.tap_css(".savebar .primary");
    phone.see("已保存在本机");
    phone.see("已上传");
    let made = newest(device, kind.name, &before)
        .unwrap_or_else(|| panic!("{}: nothing arrived", kind.name));
    for (field, value) in &expected {
        // Money and steps a rule fills in by itself may differ from what was typed; these do not.
        assert_eq!(made.value(field), Some(value), "{}.{field}", kind.name);
    }

    // Seen by another device. A bulletin is there to be read: it has a page of its own, without the
    // kind's name and the note.
    let by_name = kind.name != "bulletin";
    other.look();
    other.go(&format!("/work?open={}", made.id));
    if by_name {
        other.see(&words);
    }
    let open = kind.fields.iter().find(|field| {
        field.sensitivity < Sensitivity::Sensitive
            && matches!(field.input, Input::Text | Input::LongText)
            && expected.contains_key(field.name.as_ref())
    });
    if let Some(field) = open {
        other.see(&format!("填写{}", field.name));
    }
    if kind.is_append_only() {
        return;
    }

    // Opened again, edited, and the other device sees that, too.
    phone.go(&format!("/edit/{}", made.id));
    phone.wait_until("the form is there", "document.querySelector('form.form')");
    let held = phone.js(
        "return Object.fromEntries([...document.querySelectorAll('.field input[id], .field textarea')]
           .map((input) => [input.closest('.field').dataset.field, input.value]))",
    );
    for (field, value) in &expected {
        if let (Value::Text(text), Some(shown)) = (value, held.get(field)) {
            assert_eq!(shown, text, "{}.{field} opened again", kind.name);
        }
    }
    let note = format!("改过的{}", kind.name);
    assert_eq!(phone.call(FILL, json!(["note", note])), "filled");
    phone.tap_css(".savebar .primary");
    phone.see("已上传");
    other.look();
    if by_name {
        other.see(&note);
    }
}

#[test]
fn every_kind_is_recorded_reopened_edited_and_seen_by_another() {
    let world = World::new();
    let device = referred(&world);
    let mut phone = browser(&world, "林晓梅");
    let other = browser(&world, "魏国强");
    let mut walked = 0;
    for kind in KINDS {
        walk(kind, &mut phone, &other, &device);
        walked += 1;
    }
    println!("{walked} kinds walked");
}
