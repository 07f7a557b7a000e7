//! Stories of a bus that leaves Jinan at 05:30.

use super::*;
use crate::{Device, Value};

/// The records about one trip, as several phones write them.
struct Bus {
    trip: Record,
    about: Vec<Record>,
    time: u64,
}

impl Bus {
    fn with_seats(seats: i64) -> Self {
        let mut trip = Record::new(Id::new(1, [1; 10]), "trip");
        trip.set(&trip::SEATS, seats, Stamp::default());
        let about = Vec::new();
        Self {
            trip,
            about,
            time: 0,
        }
    }

    fn write(&mut self, kind: &str, device: u64, cells: &[(&str, Value)]) -> Id {
        self.time += 1;
        let stamp = Stamp {
            time: self.time,
            counter: 0,
            device: Device(device),
        };
        let mut record = Record::new(Id::new(self.time as i64, [device as u8; 10]), kind);
        record.set(&boarding::TRIP, self.trip.id, stamp);
        for (name, value) in cells {
            record.put(name, value.clone(), stamp);
        }
        self.about.push(record.clone());
        record.id
    }

    fn lists(&mut self, name: &str, seat: &str) -> Id {
        self.write(
            "passenger",
            1,
            &[("name", name.into()), ("seat", seat.into())],
        )
    }

    fn ticks(&mut self, device: u64, passenger: Id, by: &str) {
        let passenger = passenger.to_string().as_str().into();
        self.write(
            "boarding",
            device,
            &[("passenger", passenger), ("by", by.into())],
        );
    }

    fn takes_back(&mut self, device: u64, passenger: Id) {
        let passenger = passenger.to_string().as_str().into();
        let cells = [
            ("passenger", passenger),
            ("by", "list".into()),
            ("taken_back", Value::Bool(true)),
        ];
        self.write("boarding", device, &cells);
    }

    fn briefs(&mut self, passenger: Id) {
        let passenger = passenger.to_string().as_str().into();
        let cells = [
            ("passenger", passenger),
            ("by", "list".into()),
            ("briefed", Value::Bool(true)),
        ];
        self.write("boarding", 1, &cells);
    }

    fn is_checked(&mut self, failing: &[&str]) -> Id {
        let result = |item: &&'static str| {
            let result = if failing.contains(item) {
                "fail"
            } else {
                "pass"
            };
            (*item, Value::from(result))
        };
        let cells: Vec<_> = ITEMS.iter().map(result).collect();
        self.write("vehicle_check", 1, &cells)
    }

    fn manifest(&self) -> Manifest {
        Manifest::of(&self.trip, &self.about)
    }

    fn held(&self) -> Vec<Held> {
        held(&checked(self.trip.id, &self.about), &self.manifest())
    }
}

fn names<'m>(rows: impl Iterator<Item = &'m Row>) -> Vec<&'m str> {
    rows.map(|row| row.name.as_str()).collect()
}

#[test]
fn who_is_not_ticked_off_is_missing_and_the_list_goes_by_seat() {
    let mut bus = Bus::with_seats(48);
    let late = bus.lists("刘海涛", "12");
    bus.lists("王秀英", "2");
    bus.lists("张建国", "");
    bus.lists("李志强", "12A");
    bus.ticks(1, late, "list");
    let manifest = bus.manifest();
    assert_eq!(
        names(manifest.rows.iter()),
        ["王秀英", "刘海涛", "李志强", "张建国"]
    );
    assert_eq!(names(manifest.aboard()), ["刘海涛"]);
    assert_eq!(names(manifest.missing()), ["王秀英", "李志强", "张建国"]);
    assert_eq!(
        (manifest.free_seats(), manifest.next_seat().as_deref()),
        (44, Some("1"))
    );
}

#[test]
fn who_is_ticked_off_on_two_phones_is_aboard_once_as_the_first_one_saw_it() {
    let mut bus = Bus::with_seats(48);
    let wang = bus.lists("王秀英", "1");
    bus.ticks(2, wang, "qr");
    bus.ticks(1, wang, "list");
    // They arrive the other way round.
    bus.about.reverse();
    let manifest = bus.manifest();
    assert_eq!(manifest.aboard().count(), 1);
    assert_eq!(manifest.rows[0].boarded.as_ref().unwrap().by, "qr");
}

#[test]
fn a_wrong_tick_is_taken_back_and_the_last_word_counts_on_every_phone() {
    let mut bus = Bus::with_seats(48);
    let wang = bus.lists("王秀英", "1");
    bus.ticks(1, wang, "list");
    bus.takes_back(2, wang);
    assert_eq!(bus.manifest().missing().count(), 1);
    bus.ticks(2, wang, "qr");
    bus.about.reverse();
    let manifest = bus.manifest();
    assert_eq!(manifest.rows[0].boarded.as_ref().unwrap().by, "qr");
}

#[test]
fn somebody_whom_two_phones_added_is_one_person_with_one_seat() {
    let mut bus = Bus::with_seats(2);
    let cells = [("name", "赵敏".into()), ("phone", "19900000001".into())];
    let first = bus.write("passenger", 1, &cells);
    let second = bus.write("passenger", 2, &cells);
    bus.ticks(2, second, "list");
    let manifest = bus.manifest();
    assert_eq!((manifest.rows.len(), manifest.free_seats()), (1, 1));
    assert_eq!(manifest.row(second).unwrap().passenger, first);
    assert_eq!(manifest.aboard().count(), 1);
    // A father and his son share a telephone and are two.
    bus.write(
        "passenger",
        1,
        &[("name", "赵强".into()), ("phone", "19900000001".into())],
    );
    assert_eq!(bus.manifest().rows.len(), 2);
}

#[test]
fn a_passenger_beyond_the_seats_and_a_seat_given_twice_are_told() {
    let mut bus = Bus::with_seats(2);
    for name in ["王秀英", "李志强", "张建国"] {
        bus.lists(name, "1");
    }
    let manifest = bus.manifest();
    assert_eq!((manifest.too_many(), manifest.free_seats()), (1, 0));
    assert_eq!(manifest.double_seats(), BTreeSet::from(["1"]));
}

#[test]
fn who_cancelled_is_not_on_the_list_and_another_trips_people_neither() {
    let mut bus = Bus::with_seats(48);
    bus.write(
        "passenger",
        1,
        &[("name", "王秀英".into()), ("step", "cancelled".into())],
    );
    let elsewhere = bus.lists("李志强", "1");
    let record = bus
        .about
        .iter_mut()
        .find(|record| record.id == elsewhere)
        .unwrap();
    let later = Stamp {
        time: 99,
        ..Stamp::default()
    };
    record.set(&passenger::TRIP, Id::new(7, [7; 10]), later);
    assert_eq!(bus.manifest().rows, []);
}

#[test]
fn a_bus_that_was_not_checked_or_failed_is_held_back_until_it_passes() {
    let mut bus = Bus::with_seats(48);
    let wang = bus.lists("王秀英", "1");
    bus.ticks(1, wang, "list");
    bus.briefs(wang);
    assert_eq!(bus.held(), [Held::NotChecked]);
    let failed = bus.is_checked(&["tyres", "lights"]);
    assert_eq!(bus.held(), [Held::CheckFailed(vec!["tyres", "lights"])]);
    bus.is_checked(&[]);
    assert_eq!(bus.held(), []);
    // A note on the old check does not bring its worn tyres back.
    let old = bus
        .about
        .iter_mut()
        .find(|record| record.id == failed)
        .unwrap();
    let later = Stamp {
        time: 99,
        ..Stamp::default()
    };
    old.set(&vehicle_check::NOTE, "已换胎".to_owned(), later);
    assert_eq!(bus.held(), []);
}

#[test]
fn nobody_departs_before_the_safety_rules_were_told() {
    let mut bus = Bus::with_seats(48);
    bus.is_checked(&[]);
    let wang = bus.lists("王秀英", "1");
    assert_eq!(bus.held(), [Held::NobodyAboard]);
    bus.ticks(1, wang, "qr");
    assert_eq!(bus.held(), [Held::NobodyBriefed]);
    bus.briefs(wang);
    let manifest = bus.manifest();
    assert_eq!(manifest.rows[0].boarded.as_ref().unwrap().by, "qr");
    assert_eq!(bus.held(), []);
    // Whoever got off and was told nothing since is not counted as told.
    bus.takes_back(1, wang);
    bus.ticks(1, wang, "list");
    assert_eq!(bus.held(), [Held::NobodyBriefed]);
}

#[test]
fn a_bus_with_more_people_than_seats_does_not_depart() {
    let mut bus = Bus::with_seats(1);
    bus.is_checked(&[]);
    for (name, seat) in [("王秀英", "1"), ("李志强", "")] {
        let passenger = bus.lists(name, seat);
        bus.briefs(passenger);
    }
    assert_eq!(bus.held(), [Held::TooMany(1)]);
}
