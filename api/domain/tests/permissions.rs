//! Who may see and do what: every kind × role × area, asked of the rules and held against the
//! table in `permissions.txt`. `CHUNNUAN_RENEW=1` writes the table anew; read the difference.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use domain::change::{self, Author, Change, Refusal};
use domain::grant::{Grant, Role, sensitivity};
use domain::kinds::KINDS;
use domain::record::{AREA, AUTHOR, DELETED, FROM_AREA, TO_AREA};
use domain::{
    Area, Department, Device, Grants, Id, Kind, Record, Sensitivity, Stamp, Value, Values,
};
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str = "\
# Who may see and do what: made and checked by permissions.rs, and asked of the running API by the
# story in tests/matrix.rs. Each cell is about a record in the area where the role is held (own), in
# one below it (within), one above (above) and one beside.
#
#   -  nothing    o  sees what identifies nobody    p  names and phones, too    s  everything
#   n  makes one  e  edits what is not sensitive    E  the sensitive, too       d  deletes it
#
# An officer stands for the first department of the kind, `other` for one that the kind is none of;
# a volunteer for the place or trip that the record belongs to, `elsewhere` for another one.
";

/// A township of Cao County, one of its villages, the county, and a village of another township.
const AREAS: [(&str, &str); 4] = [
    ("own", "371721101"),
    ("within", "371721101004"),
    ("above", "371721"),
    ("beside", "371721102001"),
];

fn area(code: &str) -> Area {
    Area::parse(code).unwrap()
}

const fn id(last: u8) -> Id {
    let mut bytes = [0x70; 16];
    bytes[15] = last;
    Id::from_bytes(bytes)
}

const ME: Id = id(1);
const PLACE: Id = id(2);
const RECORD: Id = id(3);
const NOW: i64 = 1_700_000_000_000;

fn stamp(counter: u16) -> Stamp {
    Stamp {
        time: NOW as u64,
        counter,
        device: Device(1),
    }
}

fn grant(role: Role) -> Grant {
    Grant::new(role, area(AREAS[0].1))
}

/// The department of an officer whose work the kind is, and of one whose it is not.
fn officers(kind: &Kind) -> Vec<(&'static str, Grant)> {
    let of = |name, department: &Department| {
        let mut grant = grant(Role::DepartmentOfficer);
        grant.department = Some(*department);
        (name, grant)
    };
    let first = kind.departments.first().unwrap_or(&Department::Hr);
    let other = Department::ALL
        .iter()
        .find(|department| !kind.departments.contains(department));
    let own = of("officer", first);
    let other = other.filter(|_| !kind.departments.is_empty());
    [own]
        .into_iter()
        .chain(other.map(|d| of("other", d)))
        .collect()
}

fn roles(kind: &Kind) -> Vec<(&'static str, Grant)> {
    let volunteer = |place| Grant {
        place: Some(place),
        ..grant(Role::StationVolunteer)
    };
    let mut roles = vec![
        ("field_worker", grant(Role::FieldWorker)),
        ("volunteer", volunteer(PLACE)),
        ("elsewhere", volunteer(id(9))),
    ];
    roles.extend(officers(kind));
    roles.push(("coordinator", grant(Role::Coordinator)));
    roles.push(("administrator", grant(Role::Administrator)));
    roles
}

/// A record as it lies in the ledger; what belongs to a place or trip belongs to the volunteer's.
fn record(kind: &Kind, at: Area) -> Record {
    let own = ["place", "trip"].contains(&kind.name);
    let mut record = Record::new(if own { PLACE } else { RECORD }, kind.name);
    for (name, value) in cells(kind, at) {
        record.put(&name, value, stamp(0));
    }
    record
}

fn cells(kind: &Kind, at: Area) -> Values {
    let code = Value::from(at.to_string().as_str());
    let mut cells = Values::from([
        (AREA.name().to_owned(), code.clone()),
        (AUTHOR.name().to_owned(), ME.to_string().as_str().into()),
    ]);
    if kind.is_between() {
        cells.insert(FROM_AREA.name().to_owned(), code.clone());
        cells.insert(TO_AREA.name().to_owned(), code);
    }
    for field in ["place", "trip"] {
        if kind.field(field).is_some() {
            cells.insert(field.to_owned(), PLACE.to_string().as_str().into());
        }
    }
    cells
}

/// True if a change is not refused for want of permission; whether its values fit is another
/// matter.
fn permitted(kind: &Kind, now: Option<&Record>, cells: Values, g: &Grants) -> bool {
    let change = Change {
        id: record(kind, area(AREAS[0].1)).id,
        kind: kind.name.to_owned(),
        stamp: stamp(1),
        cells,
        seen: BTreeMap::new(),
    };
    let author = Author {
        person: ME,
        device: Device(1),
        grants: g,
    };
    let decided = change::accept(
        now.cloned(),
        &mut change.clone(),
        &[],
        &[],
        author,
        area("371721"),
        NOW,
    );
    !matches!(decided, Err(Refusal::NotAllowed | Refusal::AppendOnly))
}

fn may(kind: &Kind, grants: &Grants, at: Area) -> String {
    let record = record(kind, at);
    let mut may = match grants.level_of(kind, &record) {
        None => String::new(),
        Some(Sensitivity::Open) => "o".to_owned(),
        Some(Sensitivity::Personal) => "p".to_owned(),
        Some(Sensitivity::Sensitive) => "s".to_owned(),
    };
    let field = |fits: fn(Sensitivity) -> bool| {
        let named =
            |name: &str| ![FROM_AREA.name(), TO_AREA.name(), "place", "trip"].contains(&name);
        let mut fields = kind.fields.iter().map(|field| field.name.as_ref());
        fields.find(|name| named(name) && fits(sensitivity(kind, name)))
    };
    let edit = |name: Option<&str>| {
        let cells = name.map(|name| Values::from([(name.to_owned(), Value::Null)]));
        cells.is_some_and(|cells| permitted(kind, Some(&record), cells, grants))
    };
    let deleted = Values::from([(DELETED.name().to_owned(), Value::Bool(true))]);
    let deeds = [
        ('n', permitted(kind, None, cells(kind, at), grants)),
        ('e', edit(field(|level| level < Sensitivity::Sensitive))),
        ('E', edit(field(|level| level == Sensitivity::Sensitive))),
        ('d', permitted(kind, Some(&record), deleted, grants)),
    ];
    may.extend(deeds.iter().filter(|(_, may)| *may).map(|(name, _)| name));
    if may.is_empty() { "-".to_owned() } else { may }
}

fn table() -> String {
    let mut table = HEAD.to_owned();
    let names = AREAS.map(|(name, _)| name);
    let line = |kind: &str, role: &str, cells: [String; 4]| {
        let [own, within, above, beside] = cells;
        format!("{kind:<17} {role:<14} {own:<8} {within:<8} {above:<8} {beside}\n")
    };
    table.push('\n');
    table.push_str(&line("kind", "role", names.map(str::to_owned)));
    for kind in KINDS {
        for (role, grant) in roles(kind) {
            let grants = Grants(vec![grant]);
            let cells = AREAS.map(|(_, code)| may(kind, &grants, area(code)));
            let _ = write!(table, "{}", line(kind.name, role, cells));
        }
    }
    table
}

#[test]
fn every_role_may_what_the_table_says_and_no_more() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/permissions.txt");
    let now = table();
    if std::env::var("CHUNNUAN_RENEW").is_ok() {
        std::fs::write(path, &now).unwrap();
    }
    let held = std::fs::read_to_string(path).unwrap_or_default();
    let differs: Vec<String> = now
        .lines()
        .filter(|line| !held.lines().any(|other| other == *line))
        .map(|line| format!("now   {line}"))
        .chain(
            held.lines()
                .filter(|line| !now.lines().any(|other| other == *line))
                .map(|line| format!("table {line}")),
        )
        .collect();
    assert!(
        differs.is_empty() && held.lines().count() == now.lines().count(),
        "somebody may now do more or less than the table says; if that is meant, renew it with \
         CHUNNUAN_RENEW=1:\n{}",
        differs.join("\n")
    );
}

#[test]
fn an_administrator_sees_nobody_and_no_role_reaches_beside_its_area() {
    for line in table().lines().skip(HEAD.lines().count() + 2) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, role, own, within, _, beside] = words[..] else {
            panic!("{line}");
        };
        assert_eq!(beside, "-", "{line}");
        if role == "administrator" {
            assert_eq!((own, within), ("-", "-"), "{line}");
        }
    }
}
