//! Saving: changes go to disk first, then to the screen, then to the server.

use crate::desk::Desk;
use crate::now;
use crate::tabs;
use domain::follow::Effect;
use domain::record::{AREA, AUTHOR, DELETED, FROM_AREA, TO_AREA};
use domain::value::Shape;
use domain::{Area, Change, Id, Kind, Record, Value, Values};
use leptos::prelude::*;
use store::database::StoreError;
use store::steps;

/// What takes a save back: for each record the values to write again.
pub type Undo = Vec<(Id, Values)>;

/// A new record id, made here and now.
pub fn new_id() -> Option<Id> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).ok()?;
    Some(Id::new(now::now_ms(), random))
}

/// Saves a new record with all that follows from it by itself. When this has returned, all of it
/// is on disk.
///
/// # Errors
/// If the device cannot keep it; then nothing has been saved, and the draft still stands.
pub async fn create(
    desk: Desk,
    kind: &'static Kind,
    values: Values,
    draft: Option<&str>,
) -> Result<(Id, Undo), StoreError> {
    let mut batch = Batch::default();
    let area = area_of(desk, kind, &values);
    let made = batch.make(desk, kind, area, values)?;
    batch.follow(desk, None, &made)?;
    let undo = batch.keep(desk, draft).await?;
    Ok((made.id, undo))
}

/// Saves other values of a record that is there, with what follows from them.
///
/// # Errors
/// If the device cannot keep them; then nothing has been saved.
pub async fn edit(
    desk: Desk,
    id: Id,
    values: Values,
    draft: Option<&str>,
) -> Result<Undo, StoreError> {
    let mut batch = Batch::default();
    let (before, after) = batch.write(desk, id, values)?;
    batch.follow(desk, Some(&before), &after)?;
    batch.keep(desk, draft).await
}

/// Saves other values of a record as it is shown, with those that were merged into it: what is
/// taken off its categories is taken off in all of them.
///
/// # Errors
/// If the device cannot keep them; then nothing has been saved.
pub async fn edit_shown(
    desk: Desk,
    id: Id,
    values: Values,
    draft: Option<&str>,
) -> Result<Undo, StoreError> {
    let shown = desk.peek(|shelf| shelf.whole(id));
    let others = desk.peek(|shelf| shelf.same(id)).split_off(1);
    let mut batch = Batch::default();
    for other in others {
        let held = desk.peek(|shelf| shelf.get(other));
        let off = shown
            .as_ref()
            .zip(held.filter(|held| may_write(desk, held)));
        let off = off.map(|(shown, held)| domain::same::taken_off(shown, &values, &held));
        if let Some(off) = off.filter(|off| !off.is_empty()) {
            batch.write(desk, other, off)?;
        }
    }
    let (before, after) = batch.write(desk, id, values)?;
    batch.follow(desk, Some(&before), &after)?;
    batch.keep(desk, draft).await
}

/// Saves values of several records at once: all or none.
///
/// # Errors
/// If the device cannot keep them; then nothing has been saved.
pub async fn edit_all(desk: Desk, edits: Vec<(Id, Values)>) -> Result<Undo, StoreError> {
    let mut batch = Batch::default();
    for (id, values) in edits {
        batch.write(desk, id, values)?;
    }
    batch.keep(desk, None).await
}

/// A new record that is to be made: its id, its kind, its values with the area among them.
pub type Made = (Id, &'static Kind, Values);

/// Saves several new records at once: all or none.
///
/// # Errors
/// If the device cannot keep them; then nothing has been saved.
pub async fn create_all(desk: Desk, records: Vec<Made>) -> Result<(), StoreError> {
    take_in(desk, records, Vec::new()).await
}

/// Saves new records, and other values of records that are there, at once: all or none.
///
/// # Errors
/// If the device cannot keep them; then nothing has been saved.
pub async fn take_in(
    desk: Desk,
    records: Vec<Made>,
    edits: Vec<(Id, Values)>,
) -> Result<(), StoreError> {
    let profile = desk
        .profile_now()
        .ok_or_else(|| StoreError::new("not enrolled"))?;
    let made = |(id, kind, mut values): Made| {
        values.retain(|_, value| *value != Value::Null);
        values.insert(AUTHOR.name().to_owned(), profile.person.write());
        Change::of(&Record::new(id, kind.name), values, desk.tick())
    };
    let mut batch = Batch::default();
    batch.changes.extend(records.into_iter().map(made));
    for (id, values) in edits {
        batch.write(desk, id, values)?;
    }
    keep(desk, batch.changes, None).await
}

/// Changes that are saved together, and what takes them back.
#[derive(Default)]
struct Batch {
    changes: Vec<Change>,
    undo: Undo,
}

impl Batch {
    fn make(
        &mut self,
        desk: Desk,
        kind: &'static Kind,
        area: Option<Area>,
        mut values: Values,
    ) -> Result<Record, StoreError> {
        let profile = desk
            .profile_now()
            .ok_or_else(|| StoreError::new("not enrolled"))?;
        let id = new_id().ok_or_else(|| StoreError::new("no random numbers"))?;
        let area = area
            .or(profile.grants.home())
            .ok_or_else(|| StoreError::new("no area"))?;
        values.retain(|_, value| *value != Value::Null);
        values.insert(AREA.name().to_owned(), area.write());
        values.insert(AUTHOR.name().to_owned(), profile.person.write());
        let change = Change::of(&Record::new(id, kind.name), values, desk.tick());
        // A ledger's row is not deleted: another one puts right what was wrong.
        if !kind.is_append_only() {
            let gone = Values::from([(DELETED.name().to_owned(), Value::Bool(true))]);
            self.undo.push((id, gone));
        }
        let record = change.delta();
        self.changes.push(change);
        Ok(record)
    }

    /// Writes into a record; gives it as it was and as it then is.
    fn write(
        &mut self,
        desk: Desk,
        id: Id,
        values: Values,
    ) -> Result<(Record, Record), StoreError> {
        let seen = desk
            .peek(|shelf| shelf.get(id))
            .ok_or_else(|| StoreError::new("no record"))?;
        self.undo.push((id, before(&seen, &values)));
        let change = Change::of(&seen, values, desk.tick());
        let mut after = seen.clone();
        after.merge(change.delta());
        self.changes.push(change);
        Ok((seen, after))
    }

    /// Adds what follows by the rules; what this person may not write is left to others.
    fn follow(
        &mut self,
        desk: Desk,
        before: Option<&Record>,
        after: &Record,
    ) -> Result<(), StoreError> {
        // What was said of a record that was merged is said of the one that stands.
        let after = &desk.peek(|shelf| shelf.moved(after.clone()));
        let tasks = desk.peek(|shelf| open_tasks(shelf, after));
        for effect in domain::follow::follow(before, after, &tasks, now::today()) {
            match effect {
                Effect::Write(id, values) => {
                    let held = desk.peek(|shelf| shelf.get(id));
                    let mine = held.filter(|record| may_write(desk, record));
                    if mine.is_some_and(|record| before_differs(&record, &values)) {
                        self.write(desk, id, values)?;
                    }
                }
                Effect::Make(made) => {
                    let area = desk.peek(|shelf| shelf.row(made.about).map(|row| row.area));
                    let mut values = made.cells;
                    if let Some((field, label)) = made.says {
                        let words = desk.language.get_untracked().label(&label);
                        values.insert(field.to_owned(), Value::Text(words));
                    }
                    self.make(desk, made.kind, area.or(after.area()), values)?;
                }
            }
        }
        Ok(())
    }

    async fn keep(self, desk: Desk, draft: Option<&str>) -> Result<Undo, StoreError> {
        keep(desk, self.changes, draft).await?;
        Ok(self.undo)
    }
}

fn may_write(desk: Desk, record: &Record) -> bool {
    let grants = desk.profile_now().map(|profile| profile.grants);
    let kind = Kind::find(&record.kind);
    grants
        .zip(kind)
        .is_some_and(|(grants, kind)| grants.writes(kind, record).is_some())
}

fn before_differs(record: &Record, values: &Values) -> bool {
    before(record, values) != *values
}

/// Takes a save back, by saving what was there before.
pub async fn undo(desk: Desk, undo: Undo) -> Result<(), StoreError> {
    for (id, values) in undo {
        edit(desk, id, values, None).await?;
    }
    Ok(())
}

fn before(seen: &Record, values: &Values) -> Values {
    let old = |name: &String| seen.value(name).cloned().unwrap_or_default();
    values
        .keys()
        .map(|name| (name.clone(), old(name)))
        .collect()
}

/// Where a new record belongs: as it says itself, between the two areas that it concerns, or
/// where the people and places are that it tells something about.
fn area_of(desk: Desk, kind: &Kind, values: &Values) -> Option<Area> {
    let area = |name: &str| values.get(name).and_then(Area::read);
    if kind.is_between() {
        return area(FROM_AREA.name())?.common(area(TO_AREA.name())?);
    }
    let grants = desk.profile_now()?.grants;
    area(AREA.name()).or_else(|| {
        let names = ["trip", "place"].iter().chain(kind.about);
        let subjects = names.filter_map(|name| subject(values.get(name)?));
        let areas: Vec<Area> = desk.peek(|shelf| {
            subjects
                .filter_map(|id| shelf.row(id).map(|row| row.area))
                .collect()
        });
        // A village's passenger on the county's bus is kept in the village, where it may be written.
        let mine = areas.iter().find(|area| grants.may_write(kind, **area));
        mine.or(areas.first()).copied()
    })
}

fn subject(value: &Value) -> Option<Id> {
    match value {
        Value::List(items) => items.first().and_then(Id::read),
        value => Id::read(value),
    }
}

/// The open tasks about the people whom a record concerns.
fn open_tasks(shelf: &store::shelf::Shelf, record: &Record) -> Vec<Record> {
    let about = Kind::find(&record.kind).map(|kind| kind.subjects(record));
    let mut tasks: Vec<Record> = about
        .into_iter()
        .flatten()
        .flat_map(|id| shelf.about(id))
        .filter(|row| row.kind.name == "task" && row.is_open)
        .filter_map(|row| shelf.get(row.id).map(|task| shelf.moved(task)))
        .collect();
    tasks.sort_by_key(|task| task.id);
    tasks.dedup_by_key(|task| task.id);
    tasks
}

async fn keep(desk: Desk, changes: Vec<Change>, draft: Option<&str>) -> Result<(), StoreError> {
    steps::save(&desk, changes, draft).await?;
    tabs::saved();
    if let Some(draft) = draft {
        desk.drafts
            .update(|drafts| drafts.retain(|other| other.key != draft));
    }
    desk.nudge();
    Ok(())
}
