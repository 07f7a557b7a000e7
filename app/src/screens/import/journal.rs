//! What the last import did, kept until the next one: so that it can be taken back as one step, also
//! when the app was closed in the middle of it.

use super::sort::Work;
use crate::desk::Desk;
use crate::office::Trouble;
use crate::save;
use domain::record::{Cell, DELETED};
use domain::{Device, Id, Record, Stamp, Value, Values};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{RwSignal, Set, WithUntracked};
use serde::{Deserialize, Serialize};
use store::database::StoreError;

const JOURNAL: &str = "import";
/// So many records are saved in one transaction; between two the page does what else it has to.
const PART: usize = 200;

/// An import: what it made, and what stood there before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Journal {
    pub file: String,
    pub at_ms: i64,
    pub made: Vec<Id>,
    pub before: Vec<(Id, Values)>,
    pub people: usize,
    pub from: Stamp,
    /// The last stamp of it; none if it was cut off.
    pub until: Option<Stamp>,
}

/// How far the saving is: done of all.
pub type Busy = RwSignal<Option<(usize, usize)>>;

/// The last import of this device, if it was not taken back.
pub async fn last(desk: Desk) -> Option<Journal> {
    let held = desk.store().setting(JOURNAL).await.ok().flatten()?;
    serde_json::from_str(&held.as_string()?).ok()
}

async fn keep(desk: Desk, journal: &Journal) -> Result<(), StoreError> {
    let text = serde_json::to_string(journal).unwrap_or_default();
    desk.store().set(JOURNAL, &text.into()).await
}

pub async fn forget(desk: Desk) {
    // On a full device it is offered once more.
    let _ = desk.store().drop_setting(JOURNAL).await;
}

/// Saves all of it. What it will do is written down first: whatever happens, it can be taken back.
///
/// # Errors
/// `full` if the device cannot keep all of it; then what was saved of it has been taken back.
pub async fn save(desk: Desk, file: &str, work: Work, busy: Busy) -> Result<Journal, Trouble> {
    let mut journal = Journal {
        file: file.to_owned(),
        at_ms: crate::now::now_ms(),
        made: work.made.iter().map(|(id, ..)| *id).collect(),
        before: work
            .edits
            .iter()
            .map(|(id, values)| before(desk, *id, values))
            .collect(),
        people: work.people,
        from: desk.tick(),
        until: None,
    };
    let full = |_| Trouble::new("full");
    keep(desk, &journal).await.map_err(full)?;
    if all(desk, work, busy).await.is_err() {
        let _ = undo(desk, &journal, busy).await;
        return Err(Trouble::new("full"));
    }
    journal.until = Some(desk.tick());
    keep(desk, &journal).await.map_err(full)?;
    Ok(journal)
}

async fn all(desk: Desk, work: Work, busy: Busy) -> Result<(), StoreError> {
    let count = work.made.len() + work.edits.len();
    let mut done = 0;
    for part in parts(work.made) {
        done += part.len();
        save::take_in(desk, part, Vec::new()).await?;
        busy.set(Some((done, count)));
        TimeoutFuture::new(0).await;
    }
    for part in parts(work.edits) {
        done += part.len();
        save::take_in(desk, Vec::new(), part).await?;
        busy.set(Some((done, count)));
        TimeoutFuture::new(0).await;
    }
    Ok(())
}

fn parts<T>(mut all: Vec<T>) -> Vec<Vec<T>> {
    let mut parts = Vec::new();
    while all.len() > PART {
        let rest = all.split_off(PART);
        parts.push(std::mem::replace(&mut all, rest));
    }
    parts.push(all);
    parts
}

fn before(desk: Desk, id: Id, values: &Values) -> (Id, Values) {
    let held = desk.peek(|shelf| shelf.get(id));
    let old = |name: &String| held.as_ref().and_then(|held| held.value(name).cloned());
    let old = values
        .keys()
        .map(|name| (name.clone(), old(name).unwrap_or_default()));
    (id, old.collect())
}

/// What taking an import back came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Undone {
    pub back: usize,
    /// Somebody has changed these since; they stay.
    pub kept: usize,
}

/// Takes an import back. What somebody has changed since then stays.
///
/// # Errors
/// `full` if the device cannot keep it; then it can be tried once more.
pub async fn undo(desk: Desk, journal: &Journal, busy: Busy) -> Result<Undone, Trouble> {
    let device = desk
        .enrolled
        .with_untracked(|e| e.as_ref().map(|e| e.device));
    let device = device.unwrap_or_default();
    let mut edits: Vec<(Id, Values)> = Vec::new();
    let mut kept = 0;
    for id in journal.made.iter().rev() {
        let held = desk
            .peek(|shelf| shelf.get(*id))
            .filter(|held| !held.is_deleted());
        match held {
            Some(held)
                if held
                    .cells
                    .values()
                    .all(|cell| is_own(cell, journal, device)) =>
            {
                let gone = (DELETED.name().to_owned(), Value::Bool(true));
                edits.push((*id, Values::from([gone])));
            }
            Some(_) => kept += 1,
            None => {}
        }
    }
    for (id, values) in &journal.before {
        if let Some(held) = desk.peek(|shelf| shelf.get(*id)) {
            let (back, stays) = restored(&held, values, journal, device);
            kept += usize::from(stays);
            edits.extend(Some((*id, back)).filter(|(_, back)| !back.is_empty()));
        }
    }
    let (count, mut done) = (edits.len(), 0);
    for part in parts(edits) {
        done += part.len();
        let saved = save::take_in(desk, Vec::new(), part).await;
        saved.map_err(|_| Trouble::new("full"))?;
        busy.set(Some((done, count)));
        TimeoutFuture::new(0).await;
    }
    forget(desk).await;
    Ok(Undone { back: count, kept })
}

/// True if the import wrote a cell, and nobody after it.
fn is_own(cell: &Cell, journal: &Journal, device: Device) -> bool {
    let after = journal.until.is_some_and(|until| cell.stamp > until);
    cell.stamp.device == device && cell.stamp >= journal.from && !after
}

fn restored(held: &Record, before: &Values, journal: &Journal, device: Device) -> (Values, bool) {
    let own = |name: &String| {
        held.cells
            .get(name)
            .is_some_and(|cell| is_own(cell, journal, device))
    };
    let back: Values = before
        .iter()
        .filter(|(name, _)| own(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let stays = back.len() < before.len();
    (back, stays)
}
