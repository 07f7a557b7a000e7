//! Stories about changes: who may make them, and what two people's changes become.

use super::*;
use crate::Values;
use crate::grant::{Grant, Role};
use crate::kinds::worker;
use proptest::prelude::*;

const NOW: i64 = 1_800_000_000_000;

fn area(code: &str) -> Area {
    Area::parse(code).unwrap()
}

fn stamp(after_ms: i64, device: u64) -> Stamp {
    Stamp {
        time: (NOW + after_ms) as u64,
        counter: 0,
        device: Device(device),
    }
}

struct Person {
    device: u64,
    grants: Grants,
}

impl Person {
    fn new(device: u64, role: Role, code: &str) -> Self {
        Self {
            device,
            grants: Grants(vec![Grant::new(role, area(code))]),
        }
    }

    fn id(&self) -> Id {
        Id::new(self.device as i64, [7; 10])
    }

    fn author(&self) -> Author<'_> {
        Author {
            person: self.id(),
            device: Device(self.device),
            grants: &self.grants,
        }
    }

    fn tries<'a>(
        &self,
        current: impl Into<Option<&'a Record>>,
        change: &Change,
    ) -> Result<Record, Refusal> {
        self.tries_around(current, change, &[])
    }

    /// The same, where the ledger holds something about the record.
    fn tries_around<'a>(
        &self,
        current: impl Into<Option<&'a Record>>,
        change: &Change,
        around: &[Record],
    ) -> Result<Record, Refusal> {
        let ledger = area("371721");
        accept(
            current.into().cloned(),
            &mut change.clone(),
            around,
            &[],
            self.author(),
            ledger,
            NOW,
        )
    }

    /// Edits what this person sees of the record.
    fn edits(&self, seen: &Record, after_ms: i64, cells: &[(&str, &str)]) -> Change {
        let cells = cells
            .iter()
            .map(|(name, value)| ((*name).into(), Value::from(*value)));
        Change::of(seen, cells.collect(), stamp(after_ms, self.device))
    }

    fn registers(&self, code: &str) -> Change {
        let blank = Record::new(Id::new(NOW, [1; 10]), "worker");
        let author = self.id().to_string();
        let cells = [
            ("author", author.as_str()),
            ("area", code),
            ("name", "张三"),
            ("flow", "returning"),
            ("phone", "13800000000"),
        ];
        self.edits(&blank, 0, &cells)
    }
}

fn lin() -> Person {
    Person::new(1, Role::FieldWorker, "371721001")
}

fn wei() -> Person {
    Person::new(2, Role::FieldWorker, "371721001")
}

fn zhang() -> Record {
    let lin = lin();
    lin.tries(None, &lin.registers("371721001001")).unwrap()
}

#[test]
fn two_people_edit_different_fields_and_both_survive() {
    let seen = zhang();
    let phone = lin().edits(&seen, 1, &[("phone", "13900000001")]);
    let flow = wei().edits(&seen, 2, &[("flow", "staying")]);
    let one = lin().tries(&seen, &phone).unwrap();
    let both = wei().tries(&one, &flow).unwrap();
    assert_eq!(both.text("phone"), "13900000001");
    assert_eq!(both.text("flow"), "staying");
    assert_eq!(both.to_confirm().count(), 0);
}

#[test]
fn two_people_edit_one_field_and_the_earlier_waits_to_be_confirmed_in_either_order() {
    let seen = zhang();
    let early = lin().edits(&seen, 1, &[("phone", "13900000001")]);
    let late = wei().edits(&seen, 2, &[("phone", "13900000002")]);
    let one = lin().tries(&seen, &early).unwrap();
    let one = wei().tries(&one, &late).unwrap();
    let other = wei().tries(&seen, &late).unwrap();
    let other = lin().tries(&other, &early).unwrap();
    assert_eq!(one, other);
    assert_eq!(one.text("phone"), "13900000002");
    let earlier = one.overtaken("phone").unwrap();
    assert_eq!(
        (earlier.value, earlier.stamp),
        ("13900000001".into(), early.stamp)
    );
    assert_eq!(one.to_confirm().collect::<Vec<_>>(), ["phone"]);
}

#[test]
fn whoever_has_seen_both_values_and_writes_again_settles_it() {
    let seen = zhang();
    let early = lin().edits(&seen, 1, &[("phone", "13900000001")]);
    let late = wei().edits(&seen, 2, &[("phone", "13900000002")]);
    let one = lin().tries(&seen, &early).unwrap();
    let one = wei().tries(&one, &late).unwrap();
    let confirm = lin().edits(&one, 3, &[("phone", "13900000001")]);
    let settled = lin().tries(&one, &confirm).unwrap();
    assert_eq!(settled.text("phone"), "13900000001");
    assert_eq!(settled.to_confirm().count(), 0);
}

#[test]
fn a_second_edit_by_somebody_who_has_not_seen_the_conflict_does_not_hide_it() {
    let seen = zhang();
    let first = lin().edits(&seen, 2, &[("phone", "13900000001")]);
    let mut on_lins_phone = seen.clone();
    on_lins_phone.merge(first.delta());
    let second = lin().edits(&on_lins_phone, 3, &[("phone", "13900000003")]);
    let weis = wei().edits(&seen, 1, &[("phone", "13900000002")]);
    let mut ledger = wei().tries(&seen, &weis).unwrap();
    for change in [&first, &second] {
        ledger = lin().tries(&ledger, change).unwrap();
    }
    assert_eq!(ledger.text("phone"), "13900000003");
    assert_eq!(
        ledger.overtaken("phone").unwrap().value,
        "13900000002".into()
    );
}

#[test]
fn the_same_value_written_twice_is_no_conflict() {
    let seen = zhang();
    let a = lin().edits(&seen, 1, &[("phone", "13900000001")]);
    let b = wei().edits(&seen, 2, &[("phone", "13900000001")]);
    let one = lin().tries(&seen, &a).unwrap();
    let both = wei().tries(&one, &b).unwrap();
    assert_eq!(both.to_confirm().count(), 0);
}

#[test]
fn nobody_writes_outside_the_own_area_or_pulls_a_record_into_it() {
    let stranger = Person::new(3, Role::FieldWorker, "371721002");
    let seen = zhang();
    let edit = stranger.edits(&seen, 1, &[("phone", "13900000009")]);
    assert_eq!(stranger.tries(&seen, &edit), Err(Refusal::NotAllowed));
    let pull = stranger.edits(&seen, 1, &[("area", "371721002001")]);
    assert_eq!(stranger.tries(&seen, &pull), Err(Refusal::NotAllowed));
    let elsewhere = stranger.registers("371721001001");
    assert_eq!(stranger.tries(None, &elsewhere), Err(Refusal::NotAllowed));
}

#[test]
fn a_coordinator_may_not_write_what_a_coordinator_may_not_see() {
    let coordinator = Person::new(4, Role::Coordinator, "371721");
    let edit = coordinator.edits(&zhang(), 1, &[("id_number", "11010519491231002X")]);
    assert_eq!(coordinator.tries(&zhang(), &edit), Err(Refusal::NotAllowed));
}

fn merge(person: &Person, seen: &Record) -> Change {
    person.edits(seen, 1, &[("merged_into", &person.id().to_string())])
}

#[test]
fn people_are_merged_and_parted_by_who_is_in_charge_and_by_nobody_else() {
    let coordinator = Person::new(4, Role::Coordinator, "371721");
    let merged = coordinator.tries(&zhang(), &merge(&coordinator, &zhang()));
    assert_eq!(merged.unwrap().merged_into(), Some(coordinator.id()));
    assert!(lin().tries(&zhang(), &merge(&lin(), &zhang())).is_ok());
    for stranger in [
        Person::new(5, Role::Coordinator, "371722"),
        Person::new(5, Role::FieldWorker, "371721002"),
        Person::new(5, Role::Administrator, "37"),
    ] {
        let refused = stranger.tries(&zhang(), &merge(&stranger, &zhang()));
        assert_eq!(refused, Err(Refusal::NotAllowed));
    }
}

#[test]
fn who_is_in_charge_writes_nothing_else_with_a_merge_than_elsewhere() {
    let coordinator = Person::new(4, Role::Coordinator, "371721");
    let mut change = merge(&coordinator, &zhang());
    change.cells.insert("phone".into(), "13900000001".into());
    assert_eq!(
        coordinator.tries(&zhang(), &change),
        Err(Refusal::NotAllowed)
    );
    let told = crate::same::not_same_name(lin().id());
    let mut apart = merge(&coordinator, &zhang());
    apart.cells = Values::from([(told, Value::Bool(true))]);
    assert!(coordinator.tries(&zhang(), &apart).is_ok());
}

#[test]
fn nobody_is_merged_into_themselves() {
    let seen = zhang();
    let itself = lin().edits(&seen, 1, &[("merged_into", &seen.id.to_string())]);
    assert_eq!(lin().tries(&seen, &itself), Err(Refusal::Malformed));
}

#[test]
fn a_record_is_signed_by_its_maker_and_by_nobody_else() {
    let mut forged = lin().registers("371721001001");
    forged
        .cells
        .insert("author".into(), wei().id().to_string().as_str().into());
    assert_eq!(lin().tries(None, &forged), Err(Refusal::NotAllowed));
    let mine = wei().edits(&zhang(), 1, &[("author", &wei().id().to_string())]);
    assert_eq!(wei().tries(&zhang(), &mine), Err(Refusal::NotAllowed));
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() {
    let lin = lin();
    let mut change = lin.registers("371721001001");
    change.kind = "spaceship".into();
    assert_eq!(lin.tries(None, &change), Err(Refusal::UnknownKind));

    let mut change = lin.registers("371721001001");
    change.stamp = stamp(5 * 60 * 1000 + 1, 1);
    assert_eq!(lin.tries(None, &change), Err(Refusal::StampAhead));

    let mut change = lin.registers("371721001001");
    change.stamp = stamp(0, 99);
    assert_eq!(lin.tries(None, &change), Err(Refusal::OtherDevice));

    let mut change = lin.registers("371721001001");
    change.cells.insert("phone".into(), "12".into());
    let phone = Refusal::Field {
        field: "phone".into(),
        problem: Problem::Phone,
    };
    assert_eq!(lin.tries(None, &change), Err(phone));

    let mut change = lin.registers("371721001001");
    change.cells.remove("flow");
    let flow = Refusal::Field {
        field: "flow".into(),
        problem: Problem::Required,
    };
    assert_eq!(lin.tries(None, &change), Err(flow));

    let mut change = lin.registers("371721001001");
    change.cells.insert("phone?".into(), Value::Null);
    assert_eq!(lin.tries(None, &change), Err(Refusal::Malformed));

    let mut change = lin.registers("371721001001");
    change
        .cells
        .insert("note".into(), "长".repeat(20_000).as_str().into());
    assert_eq!(lin.tries(None, &change), Err(Refusal::TooLarge));

    let other_county = Person::new(1, Role::FieldWorker, "370102");
    let change = other_county.registers("370102001001");
    assert_eq!(other_county.tries(None, &change), Err(Refusal::WrongLedger));
}

#[test]
fn a_field_that_no_table_knows_is_kept() {
    let mut change = lin().registers("371721001001");
    change
        .cells
        .insert("from_a_newer_app".into(), Value::Int(5));
    let kept = lin().tries(None, &change).unwrap();
    assert_eq!(kept.value("from_a_newer_app"), Some(&Value::Int(5)));
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        Just(Role::FieldWorker),
        Just(Role::StationVolunteer),
        Just(Role::Coordinator),
        Just(Role::Administrator),
        Just(Role::DepartmentOfficer),
    ]
}

fn grants() -> impl Strategy<Value = Grants> {
    let code = prop_oneof![
        Just("37"),
        Just("371721"),
        Just("371721001"),
        Just("371721002"),
        Just("371721001001"),
        Just("370102"),
    ];
    let department = prop_oneof![Just(None), Just(Some(crate::Department::Hr))];
    let grant = (role(), code, department).prop_map(|(role, code, department)| {
        let mut grant = Grant::new(role, area(code));
        grant.department = department;
        grant
    });
    proptest::collection::vec(grant, 0..3).prop_map(Grants)
}

fn cells() -> impl Strategy<Value = Values> {
    let cell = prop_oneof![
        Just(("area", "371721001001")),
        Just(("area", "371721002001")),
        Just(("phone", "13900000001")),
        Just(("phone", "13900000002")),
        Just(("name", "李四")),
        Just(("id_number", "11010519491231002X")),
        Just(("from_a_newer_app", "1")),
        Just(("merged_into", "0199d2a0-7c00-7000-8000-000000000001")),
    ];
    proptest::collection::vec(cell, 1..4).prop_map(|cells| {
        cells
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect()
    })
}

proptest! {
    /// Whatever somebody writes, they see nothing afterwards that they did not see before, save
    /// what they wrote themselves.
    #[test]
    fn permission_never_widens_through_a_merge(grants in grants(), cells in cells()) {
        let mut current = zhang();
        current.set(&worker::ID_NUMBER, "11010519491231002X".to_owned(), stamp(0, 1));
        current.put("another_new_field", Value::Int(1), stamp(0, 1));
        let person = Person { device: 5, grants };
        let before = person.grants.view(&current);
        let seen = before.clone().unwrap_or_else(|| Record::new(current.id, "worker"));
        let change = Change::of(&seen, cells.clone(), stamp(1, 5));
        if let Ok(next) = person.tries(&current, &change)
            && let Some(after) = person.grants.view(&next)
        {
            let before = before.unwrap_or_else(|| Record::new(current.id, "worker"));
            for name in after.cells.keys() {
                let name = crate::record::field_of(name);
                let known = before.cells.contains_key(name) || cells.contains_key(name);
                prop_assert!(known, "{} became visible", name);
            }
        }
    }

    /// A refused change would have been refused again: it left nothing behind to lean on.
    #[test]
    fn cells_outside_the_grants_are_never_written(grants in grants(), cells in cells()) {
        let person = Person { device: 5, grants };
        let current = zhang();
        let change = Change::of(&current, cells, stamp(1, 5));
        if person.tries(&current, &change).is_ok() {
            let kind = Kind::find("worker").unwrap();
            let level = person.grants.level(kind, current.area().unwrap()).unwrap();
            for name in change.cells.keys() {
                prop_assert!(crate::grant::sensitivity(kind, name) <= level);
            }
        }
    }

    /// Whoever saw what, and whenever it comes: a mark that was there stays, or is told of.
    #[test]
    fn what_is_said_to_only_merge_leaves_no_mark(
        written in proptest::collection::vec((cells(), 0..4usize, 0..4i64, 1..3u64), 1..6),
    ) {
        let mut versions = vec![zhang()];
        for (cells, seen, after_ms, device) in written {
            let seen = &versions[seen.min(versions.len() - 1)];
            let change = Change::of(seen, cells, stamp(after_ms, device));
            let mut plain = versions.last().unwrap().clone();
            let next = apply(Some(&plain), &change);
            let merges = only_merges(Some(&plain), &change);
            plain.merge(change.delta());
            prop_assert!(!merges || next == plain, "{change:?}");
            versions.push(next);
        }
    }
}

#[test]
fn a_bus_departs_only_after_its_last_check_was_passed() {
    use crate::kinds::vehicle_check::ITEMS;
    let leader = Person::new(1, Role::FieldWorker, "371721101");
    let mut trip = Record::new(Id::new(NOW, [5; 10]), "trip");
    trip.put("area", "371721101".into(), stamp(0, 1));
    let departs = leader.edits(&trip, 9, &[("step", "departed")]);
    assert!(looks_around(&departs));
    let looked_at = |kind: &str| is_looked_at(Kind::find(kind).unwrap());
    assert!(looked_at("vehicle_check") && !looked_at("passenger"));
    let check = |after_ms: i64, tyres: &str| {
        let mut check = Record::new(Id::new(NOW + after_ms, [6; 10]), "vehicle_check");
        check.put(
            "trip",
            trip.id.to_string().as_str().into(),
            stamp(after_ms, 1),
        );
        for item in ITEMS {
            let result = if *item == "tyres" { tyres } else { "pass" };
            check.put(item, result.into(), stamp(after_ms, 1));
        }
        check
    };
    assert_eq!(leader.tries(&trip, &departs), Err(Refusal::HeldBack));
    let (failed, passed) = (check(1, "fail"), check(2, "pass"));
    let only_failed = leader.tries_around(&trip, &departs, std::slice::from_ref(&failed));
    assert_eq!(only_failed, Err(Refusal::HeldBack));
    let gone = leader
        .tries_around(&trip, &departs, &[passed, failed.clone()])
        .unwrap();
    // What comes after the departure is not held back any more.
    let arrives = leader.edits(&gone, 20, &[("step", "arrived")]);
    assert!(leader.tries_around(&gone, &arrives, &[failed]).is_ok());
    assert!(!looks_around(&leader.edits(&gone, 30, &[("note", "顺利")])));
}
