//! A server that was set back to an earlier day, from a backup say, has lost what came after. What
//! this device holds is put aside before it is pulled anew, and what it had written itself is sent
//! again; what is to be said about a record that another device has yet to give back waits for it.

use super::database::{Anew, StoreError};
use super::disk::Disk;
use super::entry::Entry;
use super::shelf::Shelf;
use super::steps::{Cursor, Tab, keep, restamp};
use domain::lost::{Lost, lost};
use domain::{Area, Id, Record, Stamp, pack};
use std::collections::{BTreeMap, BTreeSet};

/// So long (in milliseconds: a week) others have time to give back what they made; then what is said
/// about it is sent all the same, and the refusal is shown to whoever said it.
const PATIENCE: i64 = 7 * 86_400_000;

type Kept<T> = Result<T, StoreError>;

/// Keeps what this device wrote in a ledger, and may still see, beside what will be pulled of it.
pub async fn put_own_aside(tab: &impl Tab, ledger: Area) -> Kept<()> {
    let (device, grants) = (tab.device(), tab.grants());
    let is_own = |record: &Record| {
        let mut cells = record.cells.values();
        cells.any(|cell| cell.stamp.device == device) && grants.view(record).is_some()
    };
    put_aside(tab, ledger, is_own).await
}

/// Keeps what is confirmed of a ledger, so far as it is wanted, beside what will be pulled of it.
pub async fn put_aside(tab: &impl Tab, ledger: Area, wanted: impl Fn(&Record) -> bool) -> Kept<()> {
    // A server that is set back twice must not have the first half forgotten; and another tab may
    // have written what is not in this one's memory.
    let mut stored = tab.disk().aside(ledger).await?;
    stored.extend(tab.disk().pages().await?);
    let mut all = Shelf::of(&stored);
    tab.peek(|shelf| {
        for page in pages(shelf, ledger) {
            all.take(&page);
        }
    });
    let mut aside = Shelf::default();
    for record in all.confirmed().filter(wanted) {
        keep_aside(&mut aside, &record);
    }
    tab.disk()
        .set_aside_pages(ledger, &pages(&aside, ledger))
        .await
}

/// Takes out of what lies aside what the server has and does not show to this person any more: it
/// is not lost.
pub async fn let_go(tab: &impl Tab, ledger: Area, gone: &[Id]) -> Kept<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let stored = tab.disk().aside(ledger).await?;
    if stored.is_empty() {
        return Ok(());
    }
    let mut aside = Shelf::of(&stored);
    aside.forget(gone);
    tab.disk()
        .set_aside_pages(ledger, &pages(&aside, ledger))
        .await
}

/// Puts into the outbox what this device had written and the server does not have any more; true
/// if there was anything. What cannot be given back yet stays aside.
pub async fn give_back(tab: &impl Tab, ledger: Area) -> Kept<bool> {
    let aside = Shelf::of(&tab.disk().aside(ledger).await?);
    let there: BTreeMap<Id, Record> = tab.peek(|shelf| {
        let records = shelf.confirmed().map(|record| (record.id, record));
        records.collect()
    });
    let outbox = tab.disk().outbox().await?;
    let unsent: BTreeMap<Stamp, &Entry> = outbox.iter().map(|e| (e.key(), e)).collect();
    let to_say = |id: Id| {
        outbox
            .iter()
            .any(|e| e.refused.is_none() && e.change.id == id)
    };
    let (mut entries, mut rest) = (Vec::new(), Shelf::default());
    // What this person may not see any more is not theirs to give, and not to be kept. Where somebody
    // has moved it since, the server's word counts.
    let grants = tab.grants();
    let seen = |mut held: Record| {
        let mut stands = held.clone();
        if let Some(now) = there.get(&held.id) {
            stands.merge(now.clone());
        }
        let shown = grants.view(&stands)?;
        held.cells.retain(|name, _| shown.cells.contains_key(name));
        Some(held)
    };
    for held in aside.confirmed().filter_map(seen) {
        let now = there.get(&held.id);
        match lost(&held, now, tab.device()) {
            Lost::Nothing if now.is_none() && to_say(held.id) => keep_aside(&mut rest, &held),
            Lost::Nothing => {}
            Lost::Back(changes) => entries.extend(changes.into_iter().map(|change| Entry {
                change,
                ledger,
                refused: None,
            })),
            Lost::Waits => keep_aside(&mut rest, &held),
        }
    }
    // What was given back before, and is on its way or was refused.
    entries.retain(|entry| unsent.get(&entry.key()).map(|e| &e.change) != Some(&entry.change));
    // Another tab, which did not know of it, may have used the stamp of what was accepted before.
    let clash = |entry: &Entry| unsent.get(&entry.key()).map(|e| (*e).clone());
    let clashing: Vec<Entry> = entries.iter().filter_map(clash).collect();
    if !clashing.is_empty() {
        restamp(tab, clashing).await?;
    }
    let any = !entries.is_empty();
    if any {
        tab.disk().save(&entries, None).await?;
        tab.change(|shelf| entries.into_iter().for_each(|entry| shelf.put(entry)));
    }
    let rest = pages(&rest, ledger);
    tab.disk().set_aside_pages(ledger, &rest).await?;
    if rest.is_empty() {
        let mut cursors = tab.cursors();
        cursors.entry(ledger).or_default().aside = false;
        keep(tab, ledger, &[], "", &cursors, Anew::Adds).await?;
        tab.set_cursors(cursors);
    }
    Ok(any)
}

fn keep_aside(rest: &mut Shelf, held: &Record) {
    rest.confirm([pack::pack(held).as_slice()]);
}

/// The records that the server does not have yet: it would refuse whatever is said about them.
pub async fn awaited(tab: &impl Tab) -> Kept<BTreeSet<Id>> {
    let mut awaited = BTreeSet::new();
    let since = tab.now() - PATIENCE;
    let waits = |(_, cursor): &(Area, Cursor)| cursor.aside && cursor.aside_since > since;
    for (ledger, _) in tab.cursors().into_iter().filter(waits) {
        let aside = Shelf::of(&tab.disk().aside(ledger).await?);
        awaited.extend(aside.confirmed().map(|record| record.id));
    }
    if !awaited.is_empty() {
        tab.peek(|shelf| {
            for record in shelf.confirmed() {
                awaited.remove(&record.id);
            }
        });
    }
    Ok(awaited)
}

fn pages(shelf: &Shelf, ledger: Area) -> Vec<Vec<u8>> {
    let mark = format!("{ledger}/");
    let own = shelf
        .pages()
        .into_iter()
        .filter(|(key, _)| key.starts_with(&mark));
    own.map(|(_, page)| page).collect()
}
