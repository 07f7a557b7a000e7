//! A server that was set back to an earlier day, from a backup say, has lost what came after. What
//! this device holds is put aside before it is pulled anew, and what it had written itself is sent
//! again.

use super::database::{Anew, StoreError};
use super::disk::Disk;
use super::entry::Entry;
use super::shelf::Shelf;
use super::steps::{Tab, keep};
use domain::lost::{Lost, lost};
use domain::{Area, pack};

type Kept<T> = Result<T, StoreError>;

/// Keeps what is confirmed of a ledger beside what will be pulled of it.
pub async fn put_aside(tab: &impl Tab, ledger: Area) -> Kept<()> {
    // A server that is set back twice must not have the first half forgotten; and another tab may
    // have written what is not in this one's memory.
    let mut stored = tab.disk().aside(ledger).await?;
    stored.extend(tab.disk().pages().await?);
    let mut all = Shelf::of(&stored);
    tab.peek(|shelf| {
        for page in pages(shelf, ledger) {
            all.confirm(pack::split(&page).filter_map(Result::ok));
        }
    });
    tab.disk()
        .set_aside_pages(ledger, &pages(&all, ledger))
        .await
}

/// Puts into the outbox what this device had written and the server does not have any more; true
/// if there was anything. What cannot be given back yet stays aside.
pub async fn give_back(tab: &impl Tab, ledger: Area) -> Kept<bool> {
    let aside = Shelf::of(&tab.disk().aside(ledger).await?);
    let (mut entries, mut rest) = (Vec::new(), Shelf::default());
    // What this person may not see any more is not theirs to give, and not to be kept.
    let grants = tab.grants();
    for held in aside.confirmed().filter_map(|held| grants.view(&held)) {
        let now = tab.peek(|shelf| shelf.get(held.id));
        match lost(&held, now.as_ref(), tab.device()) {
            Lost::Nothing => {}
            Lost::Back(changes) => entries.extend(changes.into_iter().map(|change| Entry {
                change,
                ledger,
                refused: None,
            })),
            Lost::Waits => rest.confirm([pack::pack(&held).as_slice()]),
        }
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

fn pages(shelf: &Shelf, ledger: Area) -> Vec<Vec<u8>> {
    let mark = format!("{ledger}/");
    let own = shelf
        .pages()
        .into_iter()
        .filter(|(key, _)| key.starts_with(&mark));
    own.map(|(_, page)| page).collect()
}
