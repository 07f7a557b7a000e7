//! What a tick on the trip's list writes: boardings, people added on the spot, the trip's steps.

use crate::desk::Desk;
use crate::{now, save};
use domain::kinds::{boarding, passenger, trip};
use domain::record::AREA;
use domain::trip::{Checked, Manifest, Row, checked};
use domain::value::Shape;
use domain::{Id, Kind, Record, Stamp, Value, Values};
use store::database::StoreError;
use store::shelf::Shelf;

/// A trip as this device knows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Day {
    pub trip: Record,
    pub manifest: Manifest,
    pub checked: Checked,
}

impl Day {
    pub fn read(shelf: &Shelf, id: Id) -> Option<Self> {
        let trip = shelf.get(id).filter(|record| !record.is_deleted())?;
        if trip.kind != trip::TRIP.name {
            return None;
        }
        let about: Vec<Record> = shelf
            .about(id)
            .filter_map(|row| shelf.get(row.id))
            .collect();
        let (manifest, checked) = (Manifest::of(&trip, &about), checked(id, &about));
        Some(Self {
            trip,
            manifest,
            checked,
        })
    }

    pub fn step(&self) -> &str {
        trip::TRIP.step(&self.trip).unwrap_or_default()
    }

    pub fn has_departed(&self) -> bool {
        domain::trip::has_departed(&self.trip)
    }
}

/// Somebody who was not on the list.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Newcomer {
    pub name: String,
    pub phone: String,
    pub worker: Option<Id>,
    pub seat: Option<String>,
}

/// True if this person may write records of this kind on this trip.
pub fn may_write(desk: Desk, kind: &Kind, trip: &Record) -> bool {
    let mut record = Record::new(trip.id, kind.name);
    record.put(AREA.name(), area_of(trip), Stamp::default());
    record.set(&boarding::TRIP, trip.id, Stamp::default());
    let profile = desk.profile();
    profile.is_some_and(|profile| profile.grants.writes(kind, &record).is_some())
}

/// The records about a trip are kept where the trip is: its people may be from anywhere.
fn area_of(trip: &Record) -> Value {
    trip.value(AREA.name()).cloned().unwrap_or_default()
}

/// Somebody has come aboard.
///
/// # Errors
/// If the device cannot keep it; then nothing has been saved.
pub async fn board(
    desk: Desk,
    trip: &Record,
    row: &Row,
    by: &str,
    briefed: bool,
) -> Result<(), StoreError> {
    let mut values = boarding(trip, row.passenger, row.worker, by);
    if briefed {
        values.insert(boarding::BRIEFED.name().to_owned(), Value::Bool(true));
    }
    save::create_all(desk, vec![(new_id()?, &boarding::BOARDING, values)]).await?;
    opened(desk, trip).await
}

/// A wrong tick is put right by another row: the ledger's rows are never deleted.
///
/// # Errors
/// If the device cannot keep it; then nothing has been saved.
pub async fn take_back(desk: Desk, trip: &Record, row: &Row) -> Result<(), StoreError> {
    let mut values = boarding(trip, row.passenger, row.worker, "list");
    values.insert(boarding::TAKEN_BACK.name().to_owned(), Value::Bool(true));
    save::create_all(desk, vec![(new_id()?, &boarding::BOARDING, values)]).await
}

/// The safety rules were told to everybody who is aboard.
///
/// # Errors
/// If the device cannot keep it; then nothing has been saved.
pub async fn brief(desk: Desk, day: &Day) -> Result<(), StoreError> {
    let mut records = Vec::new();
    for row in day.manifest.aboard().filter(|row| !row.is_briefed()) {
        let mut values = boarding(&day.trip, row.passenger, row.worker, "list");
        values.insert(boarding::BRIEFED.name().to_owned(), Value::Bool(true));
        records.push((new_id()?, &boarding::BOARDING, values));
    }
    save::create_all(desk, records).await?;
    let name = briefing(day.trip.id);
    desk.store().set(&name, &true.into()).await
}

/// True if this device was told that the rules have been told, be it to an empty bus.
pub async fn was_briefed(desk: Desk, trip: Id) -> bool {
    let told = desk.store().setting(&briefing(trip)).await;
    told.is_ok_and(|told| told.is_some())
}

fn briefing(trip: Id) -> String {
    format!("briefed {trip}")
}

/// Adds somebody to the list and ticks them off.
///
/// # Errors
/// If the device cannot keep it; then nothing has been saved.
pub async fn add(
    desk: Desk,
    trip: &Record,
    newcomer: &Newcomer,
    by: &str,
    briefed: bool,
) -> Result<(), StoreError> {
    let id = new_id()?;
    let text = |text: &str| match text {
        "" => Value::Null,
        text => Value::from(text),
    };
    let listed = Values::from([
        (passenger::NAME.name().to_owned(), text(&newcomer.name)),
        (passenger::PHONE.name().to_owned(), text(&newcomer.phone)),
        (passenger::TRIP.name().to_owned(), trip.id.write()),
        (
            passenger::WORKER.name().to_owned(),
            newcomer.worker.map_or(Value::Null, Shape::write),
        ),
        (
            passenger::SEAT.name().to_owned(),
            text(newcomer.seat.as_deref().unwrap_or_default()),
        ),
        (AREA.name().to_owned(), area_of(trip)),
    ]);
    let mut aboard = boarding(trip, id, newcomer.worker, by);
    aboard.insert(boarding::BRIEFED.name().to_owned(), Value::Bool(briefed));
    let records = vec![
        (id, &passenger::PASSENGER, listed),
        (new_id()?, &boarding::BOARDING, aboard),
    ];
    save::create_all(desk, records).await?;
    opened(desk, trip).await
}

/// The trip's next step, with the moment at which it was taken.
///
/// # Errors
/// If the device cannot keep it; then nothing has been saved.
pub async fn go_on(desk: Desk, trip: Id, step: &str) -> Result<save::Undo, StoreError> {
    let mut values = Values::from([(trip::STEP.name().to_owned(), step.into())]);
    let moment = match step {
        "departed" => Some(trip::DEPARTED),
        "arrived" => Some(trip::ARRIVED),
        _ => None,
    };
    if let Some(moment) = moment {
        values.insert(moment.name().to_owned(), Value::Int(now::now_ms()));
    }
    save::edit(desk, trip, values, None).await
}

/// With the first tick the trip is boarding, for whoever may say so.
async fn opened(desk: Desk, trip: &Record) -> Result<(), StoreError> {
    let waits = |step: &str| ["planned", "checked"].contains(&step);
    let now = desk.peek(|shelf| shelf.get(trip.id));
    let step = now.as_ref().and_then(|trip| trip::TRIP.step(trip));
    let profile = desk.profile_now();
    let may = profile.is_some_and(|profile| profile.grants.writes(&trip::TRIP, trip).is_some());
    if may && step.is_some_and(waits) {
        go_on(desk, trip.id, "boarding").await?;
    }
    Ok(())
}

fn boarding(trip: &Record, passenger: Id, worker: Option<Id>, by: &str) -> Values {
    Values::from([
        (boarding::TRIP.name().to_owned(), trip.id.write()),
        (boarding::PASSENGER.name().to_owned(), passenger.write()),
        (
            boarding::WORKER.name().to_owned(),
            worker.map_or(Value::Null, Shape::write),
        ),
        (boarding::AT.name().to_owned(), Value::Int(now::now_ms())),
        (boarding::BY.name().to_owned(), by.into()),
        (AREA.name().to_owned(), area_of(trip)),
    ])
}

fn new_id() -> Result<Id, StoreError> {
    save::new_id().ok_or_else(|| StoreError::new("no random numbers"))
}
