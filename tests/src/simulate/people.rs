//! Who works in the simulated counties, and what they write: real roles, kinds and areas.

use super::dice::Dice;
use crate::world::area;
use domain::grant::{Grant, Role};
use domain::record::{AREA, DELETED, MERGED_INTO};
use domain::{Area, Department, Grants, Id, Kind, Record, Value, Values};

const TOWNSHIPS: [&str; 4] = ["371721101", "371721102", "371722101", "371722102"];
const VILLAGES: [&str; 6] = [
    "371721101004",
    "371721101005",
    "371721102200",
    "371722101001",
    "371722102001",
    "371702001001",
];

/// The trip at which the volunteers work: made in the first schedule step of whoever may.
pub fn trip() -> Id {
    Id::new(1_700_000_000_000, [9; 10])
}

/// What a person may hold at one time; two phones often hold the same.
pub fn grants(choice: usize) -> Grants {
    let grant = |role, code: &str| Grant::new(role, area(code));
    let officer = |department| Grant {
        department: Some(department),
        ..grant(Role::DepartmentOfficer, "371721")
    };
    let volunteer = Grant {
        place: Some(trip()),
        ..grant(Role::StationVolunteer, "371721")
    };
    Grants(match choice % 13 {
        0 | 1 => vec![grant(Role::FieldWorker, "371721101")],
        2 => vec![grant(Role::FieldWorker, "371721102")],
        3 => vec![grant(Role::FieldWorker, "371722101")],
        4 => vec![grant(Role::FieldWorker, "371721101004")],
        5 => vec![grant(Role::Coordinator, "371721")],
        6 => vec![officer(Department::Hr)],
        7 => vec![officer(Department::Culture)],
        // Sees one township's people whole, and less of those next door.
        8 => vec![
            grant(Role::FieldWorker, "371721101"),
            grant(Role::Coordinator, "371721"),
        ],
        9 => vec![volunteer],
        10 => vec![grant(Role::FieldWorker, "371721")],
        11 => vec![grant(Role::Administrator, "37")],
        _ => vec![
            grant(Role::Coordinator, "371722"),
            grant(Role::FieldWorker, "371721102"),
        ],
    })
}

fn village(dice: &mut Dice, grants: &Grants) -> Area {
    let all: Vec<Area> = VILLAGES.iter().map(|code| area(code)).collect();
    let own: Vec<Area> = all
        .iter()
        .copied()
        .filter(|area| grants.0.iter().any(|grant| grant.area.contains(*area)))
        .collect();
    // Now and then somebody writes where they may not.
    if own.is_empty() || dice.below(12) == 0 {
        *dice.pick(&all)
    } else {
        *dice.pick(&own)
    }
}

const KINDS: [&str; 12] = [
    "household",
    "household",
    "worker",
    "worker",
    "worker",
    "visit",
    "fund_entry",
    "handoff",
    "bulletin",
    "trip",
    "passenger",
    "boarding",
];

/// A new record: its kind and cells.
pub fn new_record(
    dice: &mut Dice,
    grants: &Grants,
    author: Id,
    held: &[Record],
    now: i64,
) -> (&'static Kind, Values) {
    let may = |name: &&&str| {
        let kind = Kind::find(name);
        kind.is_some_and(|kind| {
            let mut areas = grants.0.iter().map(|grant| grant.area);
            areas.any(|area| grants.may_write(kind, area))
        })
    };
    let mine: Vec<&str> = KINDS.iter().filter(may).copied().collect();
    let name = if mine.is_empty() || dice.below(15) == 0 {
        *dice.pick(&KINDS)
    } else {
        *dice.pick(&mine)
    };
    let at = village(dice, grants);
    let day = domain::day_of(now - 86_400_000).to_string();
    let text = format!("{}", dice.throw() % 1_000_000);
    let of = |kind: &str, dice: &mut Dice| -> Value {
        let ids: Vec<Id> = held
            .iter()
            .filter(|r| r.kind == kind)
            .map(|r| r.id)
            .collect();
        let id = if ids.is_empty() {
            trip()
        } else {
            *dice.pick(&ids)
        };
        Value::Text(id.to_string())
    };
    let county = at.ledger();
    let mut cells: Vec<(&str, Value)> = match name {
        "household" => vec![("head", text.as_str().into()), ("address", "1号".into())],
        "worker" => vec![
            ("name", text.as_str().into()),
            ("flow", "staying".into()),
            ("id_number", "11010519491231002X".into()),
        ],
        "visit" => vec![
            ("situation", "well".into()),
            ("date", day.as_str().into()),
            ("form", "home".into()),
            ("household", of("household", dice)),
            ("note", text.as_str().into()),
        ],
        "fund_entry" => vec![
            ("direction", "in".into()),
            ("amount", Value::Int(100)),
            ("kind_of_entry", "allocation".into()),
            ("approved_by", text.as_str().into()),
            ("date", day.as_str().into()),
        ],
        "handoff" => vec![
            ("why", "job".into()),
            (FROM_AREA_NAME, Value::Text(county.to_string())),
            (TO_AREA_NAME, other_county(dice)),
            ("worker", of("worker", dice)),
            ("name", text.as_str().into()),
        ],
        "bulletin" => vec![
            ("title", text.as_str().into()),
            ("topic", "weather".into()),
            ("text", "snow".into()),
        ],
        "trip" => vec![
            ("route", text.as_str().into()),
            ("direction", "back".into()),
            ("departs", Value::Int(now)),
            ("seats", Value::Int(40)),
        ],
        "passenger" => vec![
            ("name", text.as_str().into()),
            ("trip", Value::Text(trip().to_string())),
        ],
        _ => vec![
            ("passenger", of("passenger", dice)),
            ("trip", Value::Text(trip().to_string())),
            ("by", "list".into()),
            ("at", Value::Int(now - 60_000)),
        ],
    };
    let place = match name {
        "fund_entry" => at.parent().unwrap_or(at),
        "bulletin" | "trip" => county,
        "handoff" => {
            let to = cells.iter().find(|(name, _)| *name == TO_AREA_NAME);
            let to = to.and_then(|(_, value)| Area::parse(value.as_text()?));
            to.and_then(|to| county.common(to)).unwrap_or(county)
        }
        _ => at,
    };
    cells.push((AREA_NAME, Value::Text(place.to_string())));
    cells.push((AUTHOR_NAME, Value::Text(author.to_string())));
    let cells = cells
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    let kind = Kind::find(name).expect("the kinds above are in the table");
    (kind, cells.collect())
}

const AREA_NAME: &str = "area";
const AUTHOR_NAME: &str = "author";
const FROM_AREA_NAME: &str = "from_area";
const TO_AREA_NAME: &str = "to_area";

fn other_county(dice: &mut Dice) -> Value {
    Value::Text((*dice.pick(&["371721", "371722", "371702"])).to_owned())
}

/// Other values of a record that is there.
pub fn edit(dice: &mut Dice, record: &Record, newer: bool) -> Values {
    let mut write = Values::default();
    let fresh = Value::Text(format!("{}", dice.throw() % 1_000_000));
    match (record.kind.as_str(), dice.below(6)) {
        ("worker", 0) => write.insert("id_number".into(), "11010519491231002X".into()),
        ("worker", 1) => write.insert("trade".into(), "factory".into()),
        // A field that no table here knows: it comes from a newer app.
        ("worker", 2) if newer => write.insert("from_a_newer_app".into(), fresh),
        ("worker", _) => write.insert("name".into(), fresh),
        ("household", 0) => write.insert("phone".into(), "13800000000".into()),
        ("household", _) => write.insert("head".into(), fresh),
        ("passenger", 0) => {
            let other = Id::new(1_700_000_000_001, [8; 10]);
            let trip = if dice.below(2) == 0 { trip() } else { other };
            write.insert("trip".into(), Value::Text(trip.to_string()))
        }
        ("passenger", _) => write.insert("name".into(), fresh),
        ("handoff", 0) => write.insert(TO_AREA_NAME.into(), other_county(dice)),
        ("bulletin", _) => write.insert("title".into(), fresh),
        ("trip", 0) => write.insert("step".into(), "departed".into()),
        ("trip", _) => write.insert("route".into(), fresh),
        _ => write.insert("note".into(), fresh),
    };
    write
}

pub fn deletion(dice: &mut Dice) -> Values {
    let back = dice.below(4) == 0;
    Values::from([(DELETED.name().to_owned(), Value::Bool(!back))])
}

/// To another village, township or, now and then, county.
pub fn moving(dice: &mut Dice) -> Values {
    let to = if dice.below(3) == 0 {
        *dice.pick(&TOWNSHIPS)
    } else {
        *dice.pick(&VILLAGES)
    };
    Values::from([(AREA.name().to_owned(), Value::Text(to.to_owned()))])
}

/// Says that a record is the same as another of its kind, or takes that back.
pub fn merging(dice: &mut Dice, record: &Record, held: &[Record]) -> Values {
    let others = held
        .iter()
        .filter(|other| other.kind == record.kind && other.id != record.id);
    let others: Vec<Id> = others.map(|other| other.id).collect();
    let into = if others.is_empty() || dice.below(4) == 0 {
        Value::Null
    } else {
        Value::Text(dice.pick(&others).to_string())
    };
    Values::from([(MERGED_INTO.name().to_owned(), into)])
}
