//! What the server answers to a batch: kept on disk in one piece, then in memory.

use super::cursor::Cursor;
use super::database::StoreError;
use super::disk::Disk as _;
use super::entry::{self, Entry};
use super::shelf::Shelf;
use super::steps::{Tab, ask, restamp, text};
use domain::digest::Sum;
use domain::wire::{Answer, PushAnswer};
use domain::{Area, Change, Grants, Id, Kind, Record, Refusal, change};
use std::collections::BTreeMap;

/// What is to be kept if a whole batch is accepted, made ready while the server is at it.
#[derive(Debug)]
pub struct Expected {
    page: Vec<u8>,
    plain: bool,
    /// By these the changes were judged, and what was confirmed of the ledger then.
    grants: Grants,
    sum: Sum,
}

/// How an answer was taken in.
#[derive(Debug)]
pub struct Answered {
    /// True if some of the batch is to be sent again.
    pub again: bool,
    /// What the accepted changes do to their records, packed as one page.
    pub page: Vec<u8>,
}

/// Looks ahead at a batch that is on its way.
pub fn expect(tab: &impl Tab, ledger: Area, batch: &[Entry]) -> Expected {
    let grants = tab.grants();
    Expected {
        page: entry::page(batch),
        plain: only_merge(tab, &grants, batch),
        grants,
        sum: tab.peek(|shelf| shelf.sum(ledger)),
    }
}

/// Takes in what the server answered to a batch.
///
/// # Errors
/// If the disk cannot keep it; then the batch is sent again, which has no effect.
pub async fn answered(
    tab: &impl Tab,
    ledger: Area,
    batch: &[Entry],
    expected: Expected,
    answer: PushAnswer,
) -> Result<Answered, StoreError> {
    let (mut accepted, mut refused, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut numbers = Vec::new();
    let is_set_back = answer.chain.is_empty() && !ask(tab, ledger).chain.is_empty();
    for (entry, answer) in batch.iter().zip(answer.answers) {
        match answer {
            Answer::Accepted(number) => {
                accepted.push(entry);
                numbers.push(number);
            }
            // A wrong clock is this device's own affair: the change gets a right stamp.
            Answer::Refused(why)
                if matches!(why.refusal, Refusal::StampAhead | Refusal::StampReused) =>
            {
                again.push(entry.clone());
            }
            // A server that was set back may lack the record. What is awaited of others is known
            // with the next pull, and this is sent when it has come.
            Answer::Refused(_) if is_set_back => {}
            Answer::Refused(why) => {
                refused.push(Entry {
                    refused: Some(why),
                    ..entry.clone()
                });
            }
        }
    }
    let whole = accepted.len() == batch.len();
    // With what leaves the outbox: a server that is set back after this must be known by it.
    let mut cursors = tab.cursors();
    let before = cursors.clone();
    if !accepted.is_empty() && (is_set_back || !answer.chain.is_empty()) {
        let cursor = cursors.entry(ledger).or_default();
        if is_set_back {
            // It may be set on again to where it was, and not have this: the next pull is to find
            // another history in any case.
            cursor.chain = "0".repeat(cursor.chain.len());
        } else {
            if follows(cursor, &numbers) && brings_nothing(tab, ledger, &accepted, &expected, whole)
            {
                // Not as far as the server: an answer that was lost may be told again much later.
                cursor.after += numbers.len() as u64;
            }
            cursor.seen = answer.seen;
            cursor.chain = answer.chain;
        }
    }
    let told = (cursors != before).then(|| text(&cursors));
    let page = match whole {
        true => expected.page,
        false => entry::page(accepted.iter().copied()),
    };
    tab.disk()
        .answered(ledger, &accepted, &page, &refused, told.as_deref())
        .await?;
    tab.set_cursors(cursors);
    tab.change(|shelf| {
        accepted.iter().for_each(|entry| shelf.accept(&entry.key()));
        refused.into_iter().for_each(|entry| shelf.put(entry));
    });
    let any = !again.is_empty();
    if any {
        restamp(tab, again).await?;
    }
    Ok(Answered { again: any, page })
}

/// True if nobody else's change came between the page that this device pulled last and these. If they
/// then bring nothing that is not here, no pull would, and this device is as far as the last of them.
fn follows(cursor: &Cursor, numbers: &[u64]) -> bool {
    let is_whole = !cursor.view.is_empty() && !cursor.anew && !cursor.aside;
    let mut numbered = (cursor.after + 1..).zip(numbers);
    is_whole && numbered.all(|(next, own)| next == *own)
}

/// True if each change makes here of its record what it made of it at the server: as it was expected,
/// unless that was of something else.
fn brings_nothing(
    tab: &impl Tab,
    ledger: Area,
    accepted: &[&Entry],
    expected: &Expected,
    whole: bool,
) -> bool {
    let grants = tab.grants();
    let sum = tab.peek(|shelf| shelf.sum(ledger));
    match whole && grants == expected.grants && sum == expected.sum {
        true => expected.plain,
        false => only_merge(tab, &grants, accepted.iter().copied()),
    }
}

fn only_merge<'e>(
    tab: &impl Tab,
    grants: &Grants,
    entries: impl IntoIterator<Item = &'e Entry>,
) -> bool {
    let mut met: BTreeMap<Id, Record> = BTreeMap::new();
    let mut is_plain = |change: &Change| {
        let kind = Kind::find(&change.kind)?;
        let held = met.remove(&change.id);
        let held = held.or_else(|| tab.peek(|shelf| shelf.confirmed_of(change.id)));
        let before = held.as_ref().map(|held| grants.level_of(kind, held));
        let merges = change::only_merges(held.as_ref(), change);
        let here = Shelf::accepted(held, change);
        let level = grants.level_of(kind, &here);
        let is_shown = level.is_some() && before.is_none_or(|before| before == level);
        let plain = merges && is_shown && grants.show_whole(&here);
        met.insert(change.id, here);
        plain.then_some(())
    };
    let mut changes = entries.into_iter().map(|entry| &entry.change);
    changes.all(|change| is_plain(change).is_some())
}
