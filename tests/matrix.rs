//! The table of permissions, asked of the running API: for every role and kind, what a pull shows
//! and which pushes are taken.

use domain::field::{FieldSpec, Input};
use domain::grant::{Grant, Role, sensitivity};
use domain::kinds::KINDS;
use domain::wire::Answer;
use domain::{Area, Change, Department, Id, Kind, Record, Sensitivity, Value};
use host::device::{Device, new_id};
use std::collections::{BTreeMap, BTreeSet};
use tests::World;
use tests::world::{area, county};

const TABLE: &str = include_str!("../api/domain/tests/permissions.txt");

/// As in the table: own, within, above, beside.
const AREAS: [&str; 4] = ["371721101", "371721101004", "371721", "371721102001"];

/// True if records of the kind lie in areas as wide as that: a household lies in a village.
fn lies(kind: &Kind, at: usize) -> bool {
    let level = area(AREAS[at]).level();
    match kind.field("area").map(|field| &field.input) {
        Some(Input::Area(widest)) => level >= *widest,
        _ => true,
    }
}

/// Where the kind's records lie, of the table's four areas.
fn places_of(kind: &'static Kind) -> impl Iterator<Item = usize> {
    (0..4).filter(move |at| lies(kind, *at))
}

/// What the table says of one kind, role and area: `sneEd`.
type Table = BTreeMap<(String, String, usize), String>;

fn table() -> Table {
    let rows = TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .skip(1);
    let cells = rows.flat_map(|line| {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let (kind, role) = (words[0].clone(), words[1].clone());
        let cell = move |at: usize| ((kind.clone(), role.clone(), at), words[at + 2].clone());
        (0..4).map(cell)
    });
    cells.collect()
}

/// The volunteers' places and trips: one in each area that is there, and one that they make.
struct Places {
    there: BTreeMap<(&'static str, usize), Id>,
    new: BTreeMap<(&'static str, usize), Id>,
}

impl Places {
    fn new() -> Self {
        let ids = || {
            let each = ["place", "trip"].into_iter();
            each.flat_map(|kind| (0..4).map(move |at| ((kind, at), new_id())))
                .collect()
        };
        Self {
            there: ids(),
            new: ids(),
        }
    }

    fn grants(&self, at: Area) -> Vec<Grant> {
        let ids = self.there.values().chain(self.new.values());
        let grant = |place: &Id| Grant {
            place: Some(*place),
            ..Grant::new(Role::StationVolunteer, at)
        };
        ids.map(grant).collect()
    }
}

/// A value that the field takes.
fn value(field: &FieldSpec, at: usize, places: &Places) -> Value {
    let now = host::show::now_ms();
    let today = domain::day_of(now).to_string();
    let name = field.name.as_ref();
    if let Some(place) = places
        .there
        .get(&(if name == "trip" { "trip" } else { "place" }, at))
        && ["place", "trip"].contains(&name)
    {
        return place.to_string().as_str().into();
    }
    if ["from_area", "to_area"].contains(&name) {
        return AREAS[at].into();
    }
    match &field.input {
        Input::Text | Input::LongText => "填写".into(),
        Input::Number(from, _) => Value::Int((*from).max(1)),
        Input::Tenths(from, to) => Value::Int(365.clamp(*from, *to)),
        Input::Money => Value::Int(12_345),
        Input::Flag => Value::Bool(true),
        Input::PastDate | Input::Date => today.as_str().into(),
        Input::Moment | Input::PastMoment => Value::Int(now - 60_000),
        Input::Choice(options) => options[0].into(),
        Input::Choices(options) => Value::List(vec![options[0].into()]),
        Input::Department => "hr".into(),
        Input::Reference(_) | Input::Colleague => new_id().to_string().as_str().into(),
        Input::References(_) => Value::List(vec![new_id().to_string().as_str().into()]),
        Input::Area(_) => AREAS[1].into(),
        Input::Phone => "13800000000".into(),
        Input::CreditCode => "91350100M000100Y43".into(),
        Input::Plate => "鲁A12345".into(),
        Input::Photos => Value::List(vec!["0".repeat(64).as_str().into()]),
        Input::Signature => "0".repeat(64).as_str().into(),
        Input::Spot => Value::List(vec![Value::Int(35_000_000), Value::Int(115_000_000)]),
        Input::IdNumber { .. } => "11010519491231002X".into(),
    }
}

fn made(device: &mut Device, kind: &Kind, id: Id, at: usize, places: &Places) -> Change {
    let fields = kind.fields.iter();
    let cells: Vec<(&str, Value)> = fields
        .map(|field| (field.name.as_ref(), value(field, at, places)))
        .collect();
    device.makes(id, kind.name, area(AREAS[at]), &cells)
}

/// Pushes in as many batches as are needed; one answer for each change.
fn push(device: &Device, changes: &[Change]) -> Vec<Answer> {
    let batches = changes.chunks(400);
    batches
        .flat_map(|batch| device.push(county(), batch).unwrap().answers)
        .collect()
}

fn officer(department: Department, at: Area) -> Grant {
    Grant {
        department: Some(department),
        ..Grant::new(Role::DepartmentOfficer, at)
    }
}

/// Every kind in every area, made by somebody who may write everything in the county.
fn everything(world: &World, places: &Places) -> BTreeMap<(&'static str, usize), Record> {
    let mut grants = vec![
        Grant::new(Role::FieldWorker, county()),
        Grant::new(Role::Coordinator, county()),
    ];
    grants.extend(Department::ALL.iter().map(|d| officer(*d, county())));
    grants.extend(places.grants(county()));
    let link = world.invite("培训资料", grants);
    let mut maker = Device::enrol(world.url(), &link, "test").unwrap();
    let (mut changes, mut records) = (Vec::new(), BTreeMap::new());
    for kind in KINDS {
        for at in places_of(kind) {
            let id = places.there.get(&(kind.name, at)).copied();
            let change = made(&mut maker, kind, id.unwrap_or_else(new_id), at, places);
            records.insert((kind.name, at), change.delta());
            changes.push(change);
        }
    }
    for (change, answer) in changes.iter().zip(push(&maker, &changes)) {
        assert!(
            matches!(answer, Answer::Accepted(_)),
            "{}: {answer:?}",
            change.kind
        );
    }
    records
}

/// The roles of the table that this officer plays for a kind.
fn plays(department: Department, kind: &Kind) -> Option<&'static str> {
    let first = kind.departments.first().unwrap_or(&Department::Hr);
    let mut others = Department::ALL.iter();
    let other = others.find(|department| !kind.departments.contains(department));
    if *first == department {
        Some("officer")
    } else if !kind.departments.is_empty() && other == Some(&department) {
        Some("other")
    } else {
        None
    }
}

/// The table's name of a device's role for a kind, if the table asks it of this device.
type RoleFor = Box<dyn Fn(&Kind) -> Option<&'static str>>;

struct Asker {
    device: Device,
    role: RoleFor,
}

fn askers(world: &World, places: &Places) -> Vec<Asker> {
    let own = area(AREAS[0]);
    let enrol = |name: &str, grants: Vec<Grant>| {
        Device::enrol(world.url(), &world.invite(name, grants), name).unwrap()
    };
    let plain = |name: &'static str, grants: Vec<Grant>| Asker {
        device: enrol(name, grants),
        role: Box::new(move |_| Some(name)),
    };
    let elsewhere = Grant {
        place: Some(new_id()),
        ..Grant::new(Role::StationVolunteer, own)
    };
    let mut askers = vec![
        plain("field_worker", vec![Grant::new(Role::FieldWorker, own)]),
        plain("volunteer", places.grants(own)),
        plain("elsewhere", vec![elsewhere]),
        plain("coordinator", vec![Grant::new(Role::Coordinator, own)]),
        plain("administrator", vec![Grant::new(Role::Administrator, own)]),
    ];
    for department in Department::ALL {
        askers.push(Asker {
            device: enrol(department.key(), vec![officer(*department, own)]),
            role: Box::new(|kind| plays(*department, kind)),
        });
    }
    askers
}

/// The cells that a letter of the table opens.
fn opened(kind: &Kind, whole: &Record, may: &str) -> Option<BTreeSet<String>> {
    let level = match may.chars().next()? {
        'o' => Sensitivity::Open,
        'p' => Sensitivity::Personal,
        's' => Sensitivity::Sensitive,
        _ => return None,
    };
    let names = whole.cells.keys().cloned();
    Some(
        names
            .filter(|name| sensitivity(kind, name) <= level)
            .collect(),
    )
}

#[test]
fn a_pull_shows_every_role_what_the_table_says_and_nothing_else() {
    let (world, places, table) = (World::new(), Places::new(), table());
    let records = everything(&world, &places);
    let mut asked = 0;
    for asker in askers(&world, &places) {
        let pulled = asker.device.pull(county()).unwrap();
        for kind in KINDS {
            let Some(role) = (asker.role)(kind) else {
                continue;
            };
            for at in places_of(kind) {
                let whole = &records[&(kind.name, at)];
                let may = &table[&(kind.name.to_owned(), role.to_owned(), at)];
                let seen = pulled.get(&whole.id);
                let seen = seen.map(|record| record.cells.keys().cloned().collect());
                let place = AREAS[at];
                assert_eq!(
                    seen,
                    opened(kind, whole, may),
                    "{role} {} {place}",
                    kind.name
                );
                asked += 1;
            }
        }
    }
    let known = |(kind, _, at): &&(String, String, usize)| lies(Kind::find(kind).unwrap(), *at);
    let whole = table.keys().filter(known).count();
    assert_eq!(asked, whole, "the whole table was asked");
    println!("{asked} cells of the table asked");
}

/// What one asker tries with one kind in one area, and the letter that allows it.
fn tries(
    device: &mut Device,
    kind: &Kind,
    at: usize,
    there: &Record,
    places: &Places,
) -> Vec<(char, Change)> {
    let field = |fits: fn(Sensitivity) -> bool| {
        let fixed = ["from_area", "to_area", "place", "trip"];
        let mut names = kind.fields.iter().map(|field| field.name.as_ref());
        names.find(|name| !fixed.contains(name) && fits(sensitivity(kind, name)))
    };
    let new = places.new.get(&(kind.name, at)).copied();
    let new = if device.profile.grants.has(Role::StationVolunteer) {
        new
    } else {
        None
    };
    let mut newcomer = made(device, kind, new.unwrap_or_else(new_id), at, places);
    // What is sensitive is a matter of its own.
    let ordinary = |name: &str| sensitivity(kind, name) < Sensitivity::Sensitive;
    newcomer.cells.retain(|name, _| ordinary(name));
    let mut tries = vec![('n', newcomer)];
    let ordinary = field(|level| level < Sensitivity::Sensitive);
    let secret = field(|level| level == Sensitivity::Sensitive);
    for (letter, name) in [('e', ordinary), ('E', secret)] {
        if let Some(name) = name {
            tries.push((letter, device.edits(there, &[(name, Value::Null)])));
        }
    }
    let deletion = [("deleted", Value::Bool(true))];
    tries.push(('d', device.edits(there, &deletion)));
    tries
}

/// True if a push was not refused for want of permission.
fn permitted(answer: &Answer) -> bool {
    match answer {
        Answer::Accepted(_) => true,
        Answer::Refused(refused) => match refused.refusal.code() {
            "not_allowed" | "append_only" => false,
            "field" => true,
            other => panic!("{other}: the story asks what it does not mean"),
        },
    }
}

#[test]
fn a_push_of_every_role_is_taken_as_the_table_says_and_not_otherwise() {
    let (world, places, table) = (World::new(), Places::new(), table());
    let records = everything(&world, &places);
    let mut differs = Vec::new();
    let mut tried = 0;
    for mut asker in askers(&world, &places) {
        let (mut said, mut changes) = (Vec::new(), Vec::new());
        for kind in KINDS {
            let Some(role) = (asker.role)(kind) else {
                continue;
            };
            for at in places_of(kind) {
                let there = &records[&(kind.name, at)];
                for (letter, change) in tries(&mut asker.device, kind, at, there, &places) {
                    let may = &table[&(kind.name.to_owned(), role.to_owned(), at)];
                    let place = AREAS[at];
                    said.push((
                        may.contains(letter),
                        format!("{role} {} {place} {letter}", kind.name),
                    ));
                    changes.push(change);
                }
            }
        }
        for ((expected, what), answer) in said.iter().zip(push(&asker.device, &changes)) {
            if permitted(&answer) != *expected {
                differs.push(format!("{what}: {answer:?}"));
            }
            tried += 1;
        }
    }
    println!("{tried} changes tried");
    assert!(differs.is_empty(), "{}", differs.join("\n"));
}
