//! How many people travel on which day, so that peaks are seen while they can still be spread (C9).

use crate::kinds::{passenger, travel_plan, trip};
use crate::record::Record;
use crate::{Id, day_of};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap, HashSet};

/// One day's travellers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Day {
    pub home: Flow,
    pub out: Flow,
}

/// The travellers of one day in one direction.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Flow {
    pub people: i64,
    /// Of these, those who would also travel on another day.
    pub may_shift: i64,
    /// The plans, and the passengers of trips, that make up the figure.
    pub behind: Vec<Id>,
}

impl Flow {
    fn add(&mut self, id: Id, people: i64, shift: bool) {
        self.people += people;
        self.may_shift += if shift { people } else { 0 };
        self.behind.push(id);
    }
}

impl Day {
    pub fn people(&self) -> i64 {
        self.home.people + self.out.people
    }

    /// The flow in a direction of [`travel_plan::DIRECTIONS`].
    pub fn flow(&self, direction: &str) -> &Flow {
        if direction == "out" {
            &self.out
        } else {
            &self.home
        }
    }

    fn flow_mut(&mut self, direction: &str) -> Option<&mut Flow> {
        match direction {
            "home" => Some(&mut self.home),
            "out" => Some(&mut self.out),
            _ => None,
        }
    }
}

/// The travellers by day. Who is on a trip's list travels with that trip, whatever the plan said.
pub fn by_day<'r>(records: impl IntoIterator<Item = &'r Record>) -> BTreeMap<Date, Day> {
    let (mut plans, mut trips, mut passengers) = (Vec::new(), HashMap::new(), Vec::new());
    for record in records.into_iter().filter(|record| !record.is_deleted()) {
        match record.kind.as_str() {
            "travel_plan" => plans.push(record),
            "trip" if record.text(trip::STEP.name()) != "cancelled" => {
                trips.insert(record.id, record);
            }
            "passenger" if passenger::PASSENGER.step(record) == Some("listed") => {
                passengers.push(record);
            }
            _ => {}
        }
    }
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let mut seated = HashSet::new();
    for record in passengers {
        let on = record.get(&passenger::TRIP).and_then(|id| trips.get(&id));
        let Some((trip, departs)) = on.and_then(|trip| Some((trip, trip.get(&trip::DEPARTS)?)))
        else {
            continue;
        };
        let direction = trip.text(trip::DIRECTION.name());
        let worker = record.get(&passenger::WORKER);
        let first = worker.is_none_or(|worker| seated.insert((worker, direction)));
        let flow = days.entry(day_of(departs)).or_default().flow_mut(direction);
        if let Some(flow) = flow.filter(|_| first) {
            flow.add(record.id, 1, false);
        }
    }
    for record in plans {
        let direction = record.text(travel_plan::DIRECTION.name());
        let worker = record.get(&travel_plan::WORKER);
        let with_trip = worker.is_some_and(|worker| seated.contains(&(worker, direction)));
        // Who is on a trip's list brings the others of the plan along, each with a row there.
        let Some(day) = record.get(&travel_plan::TRAVELS).filter(|_| !with_trip) else {
            continue;
        };
        let people = record.get(&travel_plan::PEOPLE).unwrap_or(1);
        let shift = record.get(&travel_plan::SHIFTS) == Some(true);
        if let Some(flow) = days.entry(day).or_default().flow_mut(direction) {
            flow.add(record.id, people, shift);
        }
    }
    days.retain(|_, day| day.people() > 0);
    days
}

/// The days on which half as many again travel as on the average day of travel, or more.
pub fn peaks(days: &BTreeMap<Date, Day>) -> Vec<Date> {
    let total: i64 = days.values().map(Day::people).sum();
    let count = i64::try_from(days.len()).unwrap_or(i64::MAX);
    let high = |day: &Day| day.people() * 2 * count >= total * 3;
    let high = days.iter().filter(|(_, day)| high(day));
    high.map(|(date, _)| *date).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Stamp, Value, start_of};
    use jiff::civil::date;

    fn record(kind: &str, number: u8, cells: &[(&str, Value)]) -> Record {
        let mut record = Record::new(Id::new(1, [number; 10]), kind);
        for (name, value) in cells {
            record.put(name, value.clone(), Stamp::default());
        }
        record
    }

    fn plan(number: u8, worker: u8, day: &str, people: i64) -> Record {
        let worker = Id::new(1, [worker; 10]).to_string();
        let cells = [
            ("worker", worker.as_str().into()),
            ("direction", "home".into()),
            ("travels_on", day.into()),
            ("people", Value::Int(people)),
            ("may_shift", Value::Bool(people > 2)),
        ];
        record("travel_plan", number, &cells)
    }

    fn passenger(number: u8, worker: u8, trip: &Record) -> Record {
        let worker = Id::new(1, [worker; 10]).to_string();
        let trip = trip.id.to_string();
        let cells = [
            ("worker", worker.as_str().into()),
            ("trip", trip.as_str().into()),
        ];
        record("passenger", number, &cells)
    }

    fn bus(day: Date) -> Record {
        let departs = Value::Int(start_of(day) + 5 * 3_600_000 + 30 * 60_000);
        record(
            "trip",
            99,
            &[("direction", "home".into()), ("departs", departs)],
        )
    }

    #[test]
    fn people_are_counted_on_the_day_and_in_the_direction_they_plan() {
        let plans = [plan(1, 1, "2027-02-01", 1), plan(2, 2, "2027-02-01", 4)];
        let days = by_day(&plans);
        let day = &days[&date(2027, 2, 1)];
        assert_eq!(
            (day.home.people, day.out.people, day.home.may_shift),
            (5, 0, 4)
        );
        assert_eq!(day.home.behind, [plans[0].id, plans[1].id]);
    }

    #[test]
    fn who_has_a_seat_on_a_bus_travels_with_it_and_counts_once() {
        let bus = bus(date(2027, 2, 3));
        let (on, planned) = (passenger(5, 1, &bus), plan(1, 1, "2027-02-01", 1));
        let twin = passenger(6, 1, &bus);
        let days = by_day(&[planned, bus, on.clone(), twin]);
        assert_eq!(days.len(), 1);
        assert_eq!(days[&date(2027, 2, 3)].home.behind, [on.id]);
    }

    #[test]
    fn a_cancelled_bus_takes_nobody_and_the_plan_stands() {
        let mut bus = bus(date(2027, 2, 3));
        let (on, planned) = (passenger(5, 1, &bus), plan(1, 1, "2027-02-01", 1));
        bus.put("step", "cancelled".into(), Stamp::default());
        let days = by_day(&[planned, bus, on]);
        assert_eq!(days.keys().collect::<Vec<_>>(), [&date(2027, 2, 1)]);
    }

    #[test]
    fn a_day_far_above_the_others_is_a_peak() {
        let busy = [(1, 30), (2, 100), (3, 40), (4, 30)];
        let plans = busy.map(|(day, people)| plan(day, day, &format!("2027-02-0{day}"), people));
        assert_eq!(peaks(&by_day(&plans)), [date(2027, 2, 2)]);
        let even = [(1, 30), (2, 31), (3, 30)];
        let plans = even.map(|(day, people)| plan(day, day, &format!("2027-02-0{day}"), people));
        assert_eq!(peaks(&by_day(&plans)), []);
        assert_eq!(peaks(&BTreeMap::new()), []);
    }
}
