//! Stories about a campaign's own fields: how they may be defined, and what may be written in them.

use super::*;
use crate::change::Author;
use crate::grant::{Grant, Grants, Role};
use crate::kinds::visit::VISIT;
use crate::kinds::worker::WORKER;
use crate::sheet::list::List;
use crate::{
    Area, Campaign, Department, Device, Id, Record, Stamp, Value, Values, change, pack, same,
};
use jiff::civil::date;

const NOW: i64 = 1_800_000_000_000;
const LIN: Id = Id::from_bytes([1; 16]);

fn area(code: &str) -> Area {
    Area::parse(code).unwrap()
}

fn label(zh: &str, en: &str) -> Label {
    Label {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn option(key: &str, zh: &str, en: &str) -> OwnOption {
    OwnOption {
        key: key.to_owned(),
        label: label(zh, en),
        retired: false,
    }
}

fn field(sensitivity: Sensitivity, kind: &str, input: OwnInput) -> OwnField {
    OwnField {
        name: name(sensitivity, *b"heatingk"),
        kind: kind.to_owned(),
        label: label("取暖方式", "Heating"),
        input,
        required: false,
        retired: false,
    }
}

fn heating() -> OwnField {
    let options = vec![option("o1", "煤炉", "Stove"), option("o2", "空调", "Air")];
    field(Sensitivity::Open, "visit", OwnInput::Choice { options })
}

fn options(field: &mut OwnField) -> &mut Vec<OwnOption> {
    match &mut field.input {
        OwnInput::Choice { options } => options,
        other => panic!("{other:?} has no options"),
    }
}

/// A visit that somebody with this role writes in Zhuangzhai, with some cells besides.
fn visits(own: &[OwnField], role: Role, cells: &[(&str, Value)]) -> Result<Record, Refusal> {
    let mut grant = Grant::new(role, area("371721101"));
    grant.department = Some(Department::Hr);
    let grants = Grants(vec![grant]);
    let id = Id::new(NOW, [1; 10]);
    let usual = [
        ("author", LIN.to_string().as_str().into()),
        ("area", "371721101004".into()),
        ("household", Id::new(2, [2; 10]).to_string().as_str().into()),
        ("date", "2027-01-10".into()),
        ("form", "home".into()),
        ("situation", "well".into()),
        ("visitors", "林晓梅".into()),
    ];
    let all = usual.into_iter().chain(cells.iter().cloned());
    let cells: Values = all.map(|(n, v)| (n.to_owned(), v)).collect();
    let stamp = Stamp {
        time: NOW as u64,
        counter: 0,
        device: Device(1),
    };
    let mut change = Change::of(&Record::new(id, "visit"), cells, stamp);
    let author = Author {
        person: LIN,
        device: Device(1),
        grants: &grants,
    };
    change::accept(None, &mut change, &[], own, author, area("371721"), NOW)
}

fn refused(field: &OwnField, problem: crate::check::Problem) -> Result<Record, Refusal> {
    Err(Refusal::Field {
        field: field.name.clone(),
        problem,
    })
}

#[test]
fn a_cells_name_says_how_much_it_reveals_and_no_tables_name_does() {
    for sensitivity in [
        Sensitivity::Open,
        Sensitivity::Personal,
        Sensitivity::Sensitive,
    ] {
        let name = name(sensitivity, [255; 8]);
        assert_eq!(super::sensitivity(&name), Some(sensitivity));
        assert_eq!(crate::grant::sensitivity(&VISIT, &name), sensitivity);
        let mark = crate::record::overtaken_name(&name);
        assert_eq!(crate::grant::sensitivity(&VISIT, &mark), sensitivity);
        // The log of what was uncovered can name it.
        let deed = crate::audit::Deed::Unmasked {
            record: LIN,
            field: name,
        };
        assert!(deed.is_reported());
    }
    for wrong in ["own_o_short", "own_x_heatingk", "own_o_heating1", "own_o_"] {
        assert_eq!(super::sensitivity(wrong), None, "{wrong}");
        let unknown = crate::grant::sensitivity(&VISIT, wrong);
        assert_eq!(unknown, Sensitivity::Sensitive);
    }
    let fields = crate::kinds::KINDS.iter().flat_map(|kind| kind.fields);
    assert!(fields.into_iter().all(|field| !is_own(&field.name)));
    let open = heating().revealing(Sensitivity::Sensitive);
    assert_eq!(open.sensitivity(), Sensitivity::Sensitive);
}

#[test]
fn a_definition_that_makes_no_sense_is_refused_with_its_reason() {
    let tried = |with: &dyn Fn(&mut OwnField)| {
        let mut field = heating();
        with(&mut field);
        check(&[field], &[])
    };
    assert_eq!(tried(&|_| {}), Ok(()));
    assert_eq!(tried(&|f| f.label.en.clear()), Err(Fault::OwnLabel));
    let long = tried(&|f| f.label.zh = "长".repeat(LABEL_CHARS + 1));
    assert_eq!(long, Err(Fault::OwnLabel));
    let alone = tried(&|f| options(f).truncate(1));
    assert_eq!(alone, Err(Fault::OwnOptions));
    let strange = tried(&|f| options(f)[1].key = "stove".to_owned());
    assert_eq!(strange, Err(Fault::OwnOptions));
    let twice = tried(&|f| options(f)[1].label.zh = "煤炉".to_owned());
    assert_eq!(twice, Err(Fault::OwnLabel));
    let nowhere = tried(&|f| f.kind = "no_such_kind".to_owned());
    assert_eq!(nowhere, Err(Fault::OwnChanged));
    let elsewhere = tried(&|f| f.name = "situation".to_owned());
    assert_eq!(elsewhere, Err(Fault::OwnChanged));
    let number = |from, to| tried(&|f| f.input = OwnInput::Number { from, to });
    assert_eq!(number(0, 10), Ok(()));
    assert_eq!(number(10, 10), Err(Fault::OwnRange));
    assert_eq!(number(0, NUMBER_LIMIT + 1), Err(Fault::OwnRange));
    let many: Vec<OwnField> = (0..=ASKED_LIMIT as u8)
        .map(|at| OwnField {
            name: name(Sensitivity::Open, [at; 8]),
            label: label(&format!("问题{at}"), &format!("Question {at}")),
            ..heating()
        })
        .collect();
    assert_eq!(check(&many, &[]), Err(Fault::OwnMany));
    assert_eq!(check(&many[1..], &[]), Ok(()));
    let mut same = many[..2].to_vec();
    same[1].label = same[0].label.clone();
    assert_eq!(check(&same, &[]), Err(Fault::OwnLabel));
    same[0].retired = true;
    assert_eq!(check(&same, &[]), Ok(()));
}

#[test]
fn a_saved_field_is_renamed_retired_moved_and_given_options_but_never_asked_otherwise() {
    let before = [heating()];
    let tried = |with: &dyn Fn(&mut OwnField)| {
        let mut field = heating();
        with(&mut field);
        check(&[field], &before)
    };
    assert_eq!(tried(&|f| f.label = label("供暖", "Warmth")), Ok(()));
    assert_eq!(tried(&|f| f.retired = true), Ok(()));
    assert_eq!(tried(&|f| f.required = true), Ok(()));
    let one_more = tried(&|f| options(f).insert(0, option("o3", "电热毯", "Blanket")));
    assert_eq!(one_more, Ok(()));
    let otherwise = Err(Fault::OwnChanged);
    assert_eq!(check(&[], &before), otherwise);
    assert_eq!(tried(&|f| f.input = OwnInput::Text), otherwise);
    assert_eq!(tried(&|f| f.kind = "talk".to_owned()), otherwise);
    let without = tried(&|f| {
        options(f)[0] = option("o3", "电热毯", "Blanket");
    });
    assert_eq!(without, otherwise);
    let open = heating().revealing(Sensitivity::Personal);
    assert_eq!(check(&[open], &before), otherwise);
    // Whoever sets the campaign up anew without it does not take it away.
    assert_eq!(carried(Vec::new(), &before), before);
    assert_eq!(carried(before.to_vec(), &before), before);
}

#[test]
fn a_value_is_taken_only_as_the_field_is_defined() {
    use crate::check::Problem;
    let heating = heating();
    let own = [heating.clone()];
    let tried =
        |own: &[OwnField], value: Value| visits(own, Role::FieldWorker, &[(&heating.name, value)]);
    let kept = tried(&own, "o2".into()).unwrap();
    assert_eq!(kept.text(&heating.name), "o2");
    assert!(tried(&own, Value::Null).is_ok());
    let refusal = refused(&heating, Problem::Option);
    assert_eq!(tried(&own, "o3".into()), refusal);
    assert_eq!(tried(&own, Value::Int(1)), refusal);
    let unknown = Refusal::UnknownField {
        field: heating.name.clone(),
    };
    assert_eq!(tried(&[], "o1".into()), Err(unknown.clone()));
    let of_talks = [OwnField {
        kind: "talk".to_owned(),
        ..heating.clone()
    }];
    assert_eq!(tried(&of_talks, "o1".into()), Err(unknown));
    let number = |value| {
        let input = OwnInput::Number { from: 1, to: 5 };
        let own = [field(Sensitivity::Open, "visit", input)];
        tried(&own, value)
    };
    assert!(number(Value::Int(5)).is_ok());
    assert_eq!(number(Value::Int(6)), refused(&heating, Problem::Range));
    assert_eq!(number("5".into()), refused(&heating, Problem::Shape));
}

#[test]
fn a_phone_with_older_settings_is_never_refused_for_them() {
    let mut field = heating();
    field.required = true;
    assert!(visits(&[field.clone()], Role::FieldWorker, &[]).is_ok());
    field.retired = true;
    let cells = [(field.name.as_str(), "o1".into())];
    assert!(visits(&[field.clone()], Role::FieldWorker, &cells).is_ok());
    assert!(!field.spec().unwrap().is_required());
}

#[test]
fn who_may_not_see_a_sensitive_own_field_neither_gets_nor_writes_it() {
    let secret = field(Sensitivity::Sensitive, "worker", OwnInput::Text);
    let mut zhang = Record::new(Id::new(1, [0; 10]), "worker");
    zhang.put("area", "371721101004".into(), Stamp::default());
    zhang.put(&secret.name, "胃病".into(), Stamp::default());
    let seen = |role, department| {
        let mut grant = Grant::new(role, area("371721"));
        grant.department = department;
        let seen = Grants(vec![grant]).view(&zhang).unwrap();
        seen.cells.contains_key(&secret.name)
    };
    assert!(seen(Role::FieldWorker, None));
    assert!(!seen(Role::Coordinator, None));
    assert!(seen(Role::DepartmentOfficer, Some(Department::Hr)));
    assert!(!seen(Role::DepartmentOfficer, Some(Department::Culture)));
    // A coordinator may write talks, but nothing sensitive in them.
    let own = [field(Sensitivity::Sensitive, "visit", OwnInput::Text)];
    let cells = [(own[0].name.as_str(), "x".into())];
    let coordinator = visits(&own, Role::Coordinator, &cells);
    assert_eq!(coordinator, Err(Refusal::NotAllowed));
}

#[test]
fn own_fields_survive_packing_merging_and_a_phone_that_does_not_know_them() {
    let heating = heating();
    let mut record = Record::new(Id::new(1, [0; 10]), "worker");
    record.put(&heating.name, "o1".into(), Stamp::default());
    assert_eq!(pack::unpack(&pack::pack(&record)).unwrap(), record);
    let blank = Record::new(Id::new(2, [0; 10]), "worker");
    let whole = same::whole(&blank, &[record]);
    assert_eq!(whole.text(&heating.name), "o1");
    // An older phone reads settings in which a newer server asks what it cannot.
    let newer = serde_json::json!({
        "name": heating.name, "kind": "visit", "label": { "zh": "图", "en": "Drawing" },
        "input": { "type": "drawing", "of": ["house"] },
    });
    let newer: OwnField = serde_json::from_value(newer).unwrap();
    assert!(!newer.is_asked() && newer.spec().is_none());
    let newer = [newer];
    assert_eq!(check(&newer, &newer), Ok(()));
    assert_eq!(check(&newer, &[]), Err(Fault::OwnChanged));
}

#[test]
fn the_wire_of_a_definition_stays_as_it_is() {
    // Do not update: old phones and servers hold this.
    let text = r#"{"name":"own_o_zwtlafyc","kind":"visit","label":{"zh":"取暖方式","en":"Heating"},"input":{"type":"choice","options":[{"key":"o1","label":{"zh":"煤炉","en":"Stove"}},{"key":"o2","label":{"zh":"空调","en":"Air"}}]}}"#;
    let read: OwnField = serde_json::from_str(text).unwrap();
    assert_eq!(read.input, heating().input);
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
}

#[test]
fn lists_show_own_columns_and_feeds_do_not() {
    struct Keys(OwnField);
    impl crate::sheet::Words for Keys {
        fn label(&self, key: &str) -> String {
            let own = self.0.label(key).map(|label| label.zh.clone());
            own.unwrap_or_else(|| key.to_owned())
        }
        fn fill(&self, key: &str, _: &[(&str, &str)]) -> String {
            key.to_owned()
        }
        fn area(&self, area: Area) -> String {
            area.to_string()
        }
        fn record(&self, id: Id) -> String {
            id.to_string()
        }
        fn colleague(&self, id: Id) -> String {
            id.to_string()
        }
    }
    let grants = Grants(vec![Grant::new(Role::FieldWorker, area("371721"))]);
    let mut secret = heating().revealing(Sensitivity::Sensitive);
    secret.kind = "worker".to_owned();
    let list = List::new(&WORKER, &grants, [&secret, &heating()]);
    let mut zhang = Record::new(Id::new(1, [0; 10]), "worker");
    zhang.put("area", "371721101004".into(), Stamp::default());
    zhang.put(&secret.name, "o1".into(), Stamp::default());
    let words = Keys(secret.clone());
    let row = list.row(1, &zhang, &words).unwrap();
    let said = serde_json::to_string(&row).unwrap();
    assert!(said.contains("******") && !said.contains("煤炉"), "{said}");
    assert!(crate::feed::fields(&VISIT).all(|field| !is_own(&field.name)));
    assert_eq!(words.0.label("worker.name"), None);
}

#[test]
fn next_years_campaign_goes_on_asking_and_the_log_hears_of_a_change() {
    let mut last = Campaign::new(
        Id::new(1, [0; 10]),
        "春暖行动",
        area("37"),
        date(2026, 1, 15),
        date(2026, 3, 3),
    );
    let before = last.clone();
    last.own.push(heating());
    assert_eq!(last.check(&before), Ok(()));
    assert_eq!(before.check(&last), Err(Fault::OwnChanged));
    let said = last.changes(&before);
    assert_eq!(said[0].setting, format!("own.{}", heating().name));
    assert_eq!(
        said[0].after,
        "visit\t取暖方式\tHeating\tasked\t煤炉、空调\tStove、Air"
    );
    let next = last.a_year_on(Id::new(2, [0; 10]));
    assert_eq!(next.own, last.own);
    assert_eq!(next.own_of(&VISIT).count(), 1);
    assert_eq!(next.own_of(&WORKER).count(), 0);
}
