//! Saving: changes go to disk first, then to the screen, then to the server.

use crate::desk::Desk;
use crate::now;
use crate::store::database::StoreError;
use crate::store::entry::Entry;
use domain::record::{AREA, AUTHOR, DELETED};
use domain::value::Shape;
use domain::{Area, Change, Id, Kind, Record, Value};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What takes a save back: for each record the values to write again.
pub type Undo = Vec<(Id, BTreeMap<String, Value>)>;

/// A new record id, made here and now.
pub fn new_id() -> Option<Id> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).ok()?;
    Some(Id::new(now::now_ms(), random))
}

/// Saves a new record and does the tasks that it does. When this has returned, all of it is on
/// disk.
///
/// # Errors
/// If the device cannot keep it; then nothing has been saved, and the draft still stands.
pub async fn create(
    desk: Desk,
    kind: &'static Kind,
    mut values: BTreeMap<String, Value>,
    draft: &str,
) -> Result<(Id, Undo), StoreError> {
    let profile = desk
        .profile_now()
        .ok_or_else(|| StoreError::new("not enrolled"))?;
    let id = new_id().ok_or_else(|| StoreError::new("no random numbers"))?;
    let area = values
        .get(AREA.name())
        .and_then(Area::read)
        .or_else(|| near(desk, &values));
    let area = area
        .or(profile.grants.home())
        .ok_or_else(|| StoreError::new("no area"))?;
    values.retain(|_, value| *value != Value::Null);
    values.insert(AREA.name().to_owned(), area.write());
    values.insert(AUTHOR.name().to_owned(), profile.person.write());
    let made = Change::of(&Record::new(id, kind.name), values, desk.tick());
    let mut undo = vec![(
        id,
        BTreeMap::from([(DELETED.name().to_owned(), Value::Bool(true))]),
    )];
    let record = made.delta();
    let mut changes = vec![made];
    for task in desk.peek(|shelf| tasks_done_by(shelf, &record)) {
        let done = BTreeMap::from([
            ("step".to_owned(), Value::from("done")),
            ("done_on".to_owned(), now::today().write()),
        ]);
        undo.push((task.id, before(&task, &done)));
        changes.push(Change::of(&task, done, desk.tick()));
    }
    keep(desk, changes, Some(draft)).await?;
    Ok((id, undo))
}

/// Saves other values of a record that is there.
///
/// # Errors
/// If the device cannot keep them; then nothing has been saved.
pub async fn edit(
    desk: Desk,
    id: Id,
    values: BTreeMap<String, Value>,
    draft: Option<&str>,
) -> Result<Undo, StoreError> {
    let seen = desk
        .peek(|shelf| shelf.get(id))
        .ok_or_else(|| StoreError::new("no record"))?;
    let undo = vec![(id, before(&seen, &values))];
    let change = Change::of(&seen, values, desk.tick());
    keep(desk, vec![change], draft).await?;
    Ok(undo)
}

/// A new record that is to be made: its id, its kind, its values with the area among them.
pub type Made = (Id, &'static Kind, BTreeMap<String, Value>);

/// Saves several new records, all or none.
///
/// # Errors
/// If the device cannot keep them; then nothing has been saved.
pub async fn create_all(desk: Desk, records: Vec<Made>) -> Result<(), StoreError> {
    let profile = desk
        .profile_now()
        .ok_or_else(|| StoreError::new("not enrolled"))?;
    let made = |(id, kind, mut values): Made| {
        values.retain(|_, value| *value != Value::Null);
        values.insert(AUTHOR.name().to_owned(), profile.person.write());
        Change::of(&Record::new(id, kind.name), values, desk.tick())
    };
    keep(desk, records.into_iter().map(made).collect(), None).await
}

/// Saves the same values in several records, all or none.
///
/// # Errors
/// If the device cannot keep them; then nothing has been saved.
pub async fn edit_all(
    desk: Desk,
    ids: &[Id],
    values: &BTreeMap<String, Value>,
) -> Result<Undo, StoreError> {
    let seen: Vec<Record> =
        desk.peek(|shelf| ids.iter().filter_map(|id| shelf.get(*id)).collect());
    let undo = seen.iter().map(|record| (record.id, before(record, values)));
    let undo = undo.collect();
    let change = |record: &Record| Change::of(record, values.clone(), desk.tick());
    keep(desk, seen.iter().map(change).collect(), None).await?;
    Ok(undo)
}

/// Takes a save back, by saving what was there before.
pub async fn undo(desk: Desk, undo: Undo) -> Result<(), StoreError> {
    for (id, values) in undo {
        edit(desk, id, values, None).await?;
    }
    Ok(())
}

fn before(seen: &Record, values: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let old = |name: &String| seen.value(name).cloned().unwrap_or_default();
    values
        .keys()
        .map(|name| (name.clone(), old(name)))
        .collect()
}

/// The area of the trip, household or person that the record refers to. The trip comes first: who
/// works at it has to see its people, wherever they are from.
fn near(desk: Desk, values: &BTreeMap<String, Value>) -> Option<Area> {
    let referred = ["trip", "household", "worker"]
        .iter()
        .find_map(|name| Id::read(values.get(*name)?));
    desk.peek(|shelf| shelf.row(referred?).map(|row| row.area))
}

fn tasks_done_by(shelf: &crate::store::shelf::Shelf, made: &Record) -> Vec<Record> {
    let about = ["household", "worker"]
        .iter()
        .filter_map(|name| Id::parse(made.text(name)));
    let mut tasks: Vec<Record> = about
        .flat_map(|id| shelf.about(id))
        .filter(|row| row.kind.name == "task")
        .filter_map(|row| shelf.get(row.id))
        .filter(|task| domain::task::does(made, task))
        .collect();
    tasks.sort_by_key(|task| task.id);
    tasks.dedup_by_key(|task| task.id);
    tasks
}

async fn keep(desk: Desk, changes: Vec<Change>, draft: Option<&str>) -> Result<(), StoreError> {
    let mut entries = Vec::new();
    for change in changes {
        let area = change.cells.get(AREA.name()).and_then(Area::read);
        let area = area.or_else(|| desk.peek(|shelf| shelf.get(change.id)?.area()));
        let ledger = area.ok_or_else(|| StoreError::new("no area"))?.ledger();
        entries.push(Entry {
            change,
            ledger,
            refused: None,
        });
    }
    desk.store().save(&entries, draft).await?;
    desk.change(|shelf| entries.into_iter().for_each(|entry| shelf.put(entry)));
    if let Some(draft) = draft {
        desk.drafts
            .update(|drafts| drafts.retain(|other| other.key != draft));
    }
    desk.nudge();
    Ok(())
}
