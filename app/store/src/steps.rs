//! The steps of saving and syncing, over any disk and without a network: first to disk, then to
//! memory. `crate::sync` joins them to the server; the simulation cuts between them.

pub use super::answers::{Answered, Expected, answered, expect};
pub use super::cursor::{Ask, Cursor, Cursors};
use super::database::{Anew, StoreError};
use super::disk::Disk;
use super::entry::Entry;
use super::give_back;
use super::shelf::{Agreement, Shelf};
use domain::change::{BATCH_BYTES, BATCH_LIMIT};
use domain::digest::Sum;
use domain::record::AREA;
use domain::value::Shape;
use domain::wire::{self, PullHead, Pulled, PushHead};
use domain::{Area, Change, Device, Grants, Id, Stamp};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

type Kept<T> = Result<T, StoreError>;

/// One open page of the app: what it holds in memory, beside a disk that others may share.
pub trait Tab {
    type Disk: Disk;

    fn disk(&self) -> Rc<Self::Disk>;
    fn peek<T>(&self, with: impl FnOnce(&Shelf) -> T) -> T;
    fn change<T>(&self, with: impl FnOnce(&mut Shelf) -> T) -> T;
    fn cursors(&self) -> Cursors;
    fn set_cursors(&self, cursors: Cursors);
    fn device(&self) -> Device;
    /// What this person may see, as the server last said.
    fn grants(&self) -> Grants;
    /// Milliseconds since 1970 UTC, as the server's clock goes.
    fn now(&self) -> i64;
    /// The next stamp of this device.
    fn tick(&self) -> Stamp;
    /// Lets the clock go on after what the server has confirmed: its own writes were ahead.
    fn reset_clock(&self);
}

/// What a pulled page means for what comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    pub more: bool,
    /// True if records went that this person may not see any more.
    pub went: bool,
    /// True if something is to be given back with the next round.
    pub again: bool,
}

/// Saves changes. When this has returned they are on disk.
///
/// # Errors
/// If the disk cannot keep them; then nothing has been saved.
pub async fn save(tab: &impl Tab, changes: Vec<Change>, draft: Option<&str>) -> Kept<()> {
    let mut entries = Vec::new();
    for change in changes {
        let area = change.cells.get(AREA.name()).and_then(Area::read);
        let area = area.or_else(|| tab.peek(|shelf| shelf.get(change.id)?.area()));
        let ledger = area.ok_or_else(|| StoreError::new("no area"))?.ledger();
        entries.push(Entry {
            change,
            ledger,
            refused: None,
        });
    }
    // Another page of this app goes on after the same confirmed stamp, and so may have written the
    // same one: the later save must not take the earlier one's place.
    let mut taken = tab.disk().outbox_keys().await?;
    taken.extend(tab.peek(|shelf| shelf.outbox().map(Entry::key).collect::<Vec<_>>()));
    while entries.iter().any(|entry| taken.contains(&entry.key())) {
        entries = stamped_anew(tab, entries);
    }
    // As they will be sent: what shares a row then goes together.
    let mut sorted = BTreeMap::new();
    for entry in entries {
        sorted.insert(entry.key(), entry);
    }
    let entries: Vec<Entry> = sorted.into_values().collect();
    tab.disk().save(&entries, draft).await?;
    tab.change(|shelf| entries.into_iter().for_each(|entry| shelf.put(entry)));
    Ok(())
}

/// Lets all be pulled anew once the grants are others, before anything is sent under them: they may
/// change back before the next pull, and what was accepted meanwhile may not be seen then.
///
/// # Errors
/// If the disk cannot keep it.
pub async fn regrant(tab: &impl Tab, grants: &Grants, pulled: &[Area]) -> Kept<()> {
    let mut sum = Sum::default();
    sum.add(&serde_json::to_vec(grants).unwrap_or_default());
    let now = sum.digest.to_string();
    let before = tab.cursors();
    let mut cursors = before.clone();
    for ledger in pulled {
        let cursor = cursors.entry(*ledger).or_default();
        if !cursor.grants.is_empty() && cursor.grants != now {
            cursor.view = String::new();
        }
        cursor.grants.clone_from(&now);
    }
    if let (Some(ledger), true) = (pulled.first(), cursors != before) {
        keep(tab, *ledger, &[], "", &cursors, Anew::Adds).await?;
        tab.set_cursors(cursors);
    }
    Ok(())
}

/// The outbox as it is on disk. What other pages saved is taken in; what they have seen accepted
/// goes, to come back with the next pull.
pub async fn gather(tab: &impl Tab) -> Kept<Vec<Entry>> {
    let held: BTreeSet<Stamp> = tab.peek(|shelf| shelf.outbox().map(Entry::key).collect());
    let outbox = tab.disk().outbox().await?;
    let stored: BTreeSet<Stamp> = outbox.iter().map(Entry::key).collect();
    let is_new = |entry: &&Entry| tab.peek(|shelf| shelf.entry(entry.key()) != Some(*entry));
    let new: Vec<Entry> = outbox.iter().filter(is_new).cloned().collect();
    let gone: Vec<Stamp> = held.difference(&stored).copied().collect();
    if !new.is_empty() || !gone.is_empty() {
        tab.change(|shelf| {
            gone.into_iter().for_each(|key| shelf.discard(key));
            new.into_iter().for_each(|entry| shelf.put(entry));
        });
    }
    Ok(outbox)
}

/// What is to be sent, batch by batch.
///
/// # Errors
/// If the disk does not answer.
pub async fn to_send(tab: &impl Tab) -> Kept<Vec<(Area, Vec<Entry>)>> {
    let mut outbox = gather(tab).await?;
    let awaited = give_back::awaited(tab).await?;
    outbox.retain(|entry| !awaited.contains(&entry.change.id));
    Ok(batches(outbox))
}

/// So many bytes of changes leave room for the head of their message.
const BATCH_ROOM: usize = BATCH_BYTES - 4096;

/// Changes as they are sent, without those that the server has refused.
pub fn batches(outbox: Vec<Entry>) -> Vec<(Area, Vec<Entry>)> {
    let mut ledgers: BTreeMap<Area, Vec<Entry>> = BTreeMap::new();
    for entry in outbox.into_iter().filter(|entry| entry.refused.is_none()) {
        ledgers.entry(entry.ledger).or_default().push(entry);
    }
    let parts = |(ledger, entries): (Area, Vec<Entry>)| {
        let mut parts: Vec<(Area, Vec<Entry>)> = Vec::new();
        let mut bytes = 0;
        for entry in entries {
            // With its own length before it.
            let own = 11 + entry.change.packed_at_most();
            match parts.last_mut() {
                Some((_, part)) if part.len() < BATCH_LIMIT && bytes + own <= BATCH_ROOM => {
                    part.push(entry);
                    bytes += own;
                }
                _ => {
                    parts.push((ledger, vec![entry]));
                    bytes = own;
                }
            }
        }
        parts
    };
    ledgers.into_iter().flat_map(parts).collect()
}

/// The changes of a batch, as they are written into its message.
pub fn changes(batch: &[Entry]) -> Vec<u8> {
    wire::packed(batch.iter().map(|entry| &entry.change))
}

/// The body with which a batch of [`changes`] is pushed.
pub fn message(tab: &impl Tab, ledger: Area, changes: &[u8]) -> Vec<u8> {
    let Ask { seen, chain, .. } = ask(tab, ledger);
    let head = PushHead { seen, chain };
    // A plain struct of a text and a number is always JSON.
    head.before(changes).unwrap_or_default()
}

/// Writes changes anew under stamps of the corrected clock, unless another page has done so.
pub(super) async fn restamp(tab: &impl Tab, mut entries: Vec<Entry>) -> Kept<()> {
    let stored = tab.disk().outbox_keys().await?;
    entries.retain(|entry| stored.contains(&entry.key()));
    let old: Vec<Stamp> = entries.iter().map(Entry::key).collect();
    tab.reset_clock();
    let mut fresh = stamped_anew(tab, entries);
    while fresh.iter().any(|entry| stored.contains(&entry.key())) {
        fresh = stamped_anew(tab, fresh);
    }
    tab.disk().replace(&old, &fresh).await?;
    tab.change(|shelf| {
        old.iter().for_each(|key| shelf.discard(*key));
        fresh.into_iter().for_each(|entry| shelf.put(entry));
    });
    Ok(())
}

/// The same changes under new stamps. What they saw of each other keeps pointing at each other.
pub fn stamped_anew(tab: &impl Tab, entries: Vec<Entry>) -> Vec<Entry> {
    let mut renamed = BTreeMap::new();
    let fresh = entries.into_iter().map(|mut entry| {
        let stamp = tab.tick();
        renamed.insert(entry.change.stamp, stamp);
        entry.change.stamp = stamp;
        for seen in entry.change.seen.values_mut() {
            if let Some(new) = renamed.get(seen) {
                *seen = *new;
            }
        }
        entry
    });
    fresh.collect()
}

/// How the next page of a ledger is asked for.
pub fn ask(tab: &impl Tab, ledger: Area) -> Ask {
    Ask::of(tab.cursors().remove(&ledger).unwrap_or_default())
}

/// Keeps a page, whose records are `kept` as they came (see [`Pulled::kept`]): first on disk with its
/// cursor, then in memory; then, with the last page, looks whether this device holds what it should,
/// and if not lets all of the ledger be pulled anew.
///
/// # Errors
/// If the disk cannot keep it; then the same page is pulled again.
pub async fn take(
    tab: &impl Tab,
    ledger: Area,
    asked: &Ask,
    page: Pulled,
    kept: &[u8],
) -> Kept<Taken> {
    let head = &page.head;
    let mut taken = Taken {
        more: head.more,
        went: head.reset || !head.gone.is_empty(),
        again: false,
    };
    let hidden = hidden(head);
    let nothing = page.records.is_empty() && hidden.is_empty() && !head.reset;
    let told = (head.cursor, &head.view, &head.chain);
    if !nothing || told != (asked.after, &asked.view, &asked.chain) {
        let mut cursors = tab.cursors();
        let cursor = cursors.entry(ledger).or_default();
        if head.behind {
            give_back::put_aside(tab, ledger, |_| true).await?;
        } else if head.reset && head.cursor < cursor.seen {
            // The page ends before what this device wrote. Should the server be set back before the
            // rest is pulled, nobody else would have it.
            give_back::put_own_aside(tab, ledger).await?;
            cursor.anew = true;
        }
        cursor.pass(head);
        if head.behind {
            cursor.aside = true;
            cursor.aside_since = tab.now();
        }
        let whole = cursor.anew && head.cursor >= cursor.seen;
        cursor.anew &= !whole && !head.behind;
        let drops = whole && !cursor.aside;
        if !hidden.is_empty() {
            // Before the page, which may tell anew what little may still be seen of them; should
            // the app be closed between the two, the same page is pulled again.
            let without = |pages: &[Vec<u8>]| {
                let mut shelf = Shelf::of(pages);
                shelf.forget(&hidden);
                shelf.pages()
            };
            tab.disk().rewrite(0, without).await?;
        }
        give_back::let_go(tab, ledger, &head.gone).await?;
        let kept = if page.records.is_empty() { &[] } else { kept };
        let anew = if head.reset { Anew::Whole } else { Anew::Adds };
        // By where it begins, too: a page that another tab pulled from further on must not take the
        // place of this one.
        let from = if head.reset { 0 } else { asked.after };
        let name = format!("{from:012}-{:012}", head.cursor);
        keep(tab, ledger, kept, &name, &cursors, anew).await?;
        tab.set_cursors(cursors);
        show(tab, ledger, &page);
        if drops {
            tab.disk().set_aside_pages(ledger, &[]).await?;
        }
    }
    if let Some(said) = head.agreed {
        match tab.peek(|shelf| shelf.agreement(ledger, said)) {
            Agreement::Same | Agreement::DiffersStill => {}
            Agreement::SameAgain => tab.change(|shelf| shelf.trust(ledger)),
            Agreement::Differs => {
                doubt(tab, ledger).await?;
                taken.more = true;
            }
        }
    }
    if !taken.more
        && tab
            .cursors()
            .get(&ledger)
            .is_some_and(|cursor| cursor.aside)
    {
        taken.again = give_back::give_back(tab, ledger).await?;
    }
    Ok(taken)
}

/// Takes a page that is on disk into memory.
pub fn show(tab: &impl Tab, ledger: Area, page: &Pulled) {
    tab.change(|shelf| {
        if page.head.reset {
            shelf.reset(ledger);
        }
        shelf.forget(&hidden(&page.head));
        shelf.confirm(page.records.iter().map(Vec::as_slice));
    });
}

/// The records of which this person sees nothing any more, or less.
fn hidden(head: &PullHead) -> Vec<Id> {
    head.gone.iter().chain(&head.narrowed).copied().collect()
}

/// Lets a ledger be pulled anew, from the next pull on and over every restart.
async fn doubt(tab: &impl Tab, ledger: Area) -> Kept<()> {
    let mut cursors = tab.cursors();
    let cursor = cursors.entry(ledger).or_default();
    // The server begins a new whole for whoever has pulled under another view.
    cursor.view = String::new();
    cursor.repaired += 1;
    keep(tab, ledger, &[], "", &cursors, Anew::Adds).await?;
    tab.set_cursors(cursors);
    tab.change(|shelf| shelf.doubt(ledger));
    Ok(())
}

/// Drops the ledgers from which this person pulls no more; true if anything went.
///
/// # Errors
/// If the disk cannot keep it; then it is done next time.
pub async fn leave(tab: &impl Tab, pulled: &[Area]) -> Kept<bool> {
    let mut held: BTreeSet<Area> = tab.peek(Shelf::ledgers).into_iter().collect();
    held.extend(tab.cursors().into_keys());
    held.retain(|ledger| !pulled.contains(ledger));
    for ledger in &held {
        let mut cursors = tab.cursors();
        cursors.remove(ledger);
        keep(tab, *ledger, &[], "", &cursors, Anew::Whole).await?;
        tab.set_cursors(cursors);
        tab.disk().set_aside_pages(*ledger, &[]).await?;
        tab.change(|shelf| shelf.reset(*ledger));
    }
    Ok(!held.is_empty())
}

pub(super) async fn keep(
    tab: &impl Tab,
    ledger: Area,
    packed: &[u8],
    name: &str,
    cursors: &Cursors,
    anew: Anew,
) -> Kept<()> {
    let text = text(cursors);
    tab.disk().pulled(ledger, packed, name, &text, anew).await
}

pub(super) fn text(cursors: &Cursors) -> String {
    // Plain structs of texts and numbers are always JSON.
    serde_json::to_string(cursors).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Record, Value};

    #[test]
    fn weeks_of_long_notes_go_in_batches_that_the_server_takes() {
        let ledger = Area::parse("371721").unwrap();
        let note = "路不通，改天再来。".repeat(500);
        let visit = |time: u64| {
            let stamp = Stamp {
                time,
                ..Stamp::default()
            };
            let cells = [("note".to_owned(), Value::from(note.as_str()))];
            Entry {
                change: Change::of(&Record::nothing(), cells.into(), stamp),
                ledger,
                refused: None,
            }
        };
        let outbox: Vec<Entry> = (0..700).map(visit).collect();
        let parts = batches(outbox.clone());
        let sizes: Vec<usize> = parts.iter().map(|(_, part)| changes(part).len()).collect();
        assert!(parts.len() > 2 && sizes.iter().all(|size| *size <= BATCH_ROOM));
        let in_order: Vec<Entry> = parts.into_iter().flat_map(|(_, part)| part).collect();
        assert_eq!(in_order, outbox);
        let short = |time| {
            let mut entry = visit(time);
            entry.change.cells.retain(|_, _| false);
            entry
        };
        let counts = batches((0..1_001).map(short).collect());
        let counts: Vec<usize> = counts.iter().map(|(_, part)| part.len()).collect();
        assert_eq!(counts, [500, 500, 1]);
    }
}
