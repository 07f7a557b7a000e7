//! What the server answers to a batch: kept on disk in one piece, then in memory.

use super::cursor::Cursor;
use super::database::StoreError;
use super::disk::Disk as _;
use super::entry::{self, Entry};
use super::shelf::{Edition, Made, Shelf};
use super::steps::{Tab, ask, restamp, text};
use domain::wire::{Answer, PushAnswer};
use domain::{Area, Grants, Refusal, pack};

/// What is to be kept if a whole batch is accepted, made ready while the server is at it.
#[derive(Debug)]
pub struct Expected {
    page: Option<Vec<u8>>,
    /// By these the changes were judged, on what was confirmed then.
    grants: Grants,
    on: Edition,
    made: Option<Made>,
}

impl Expected {
    /// True if nothing has changed of that by which it was reckoned.
    fn stands(&self, tab: &impl Tab) -> bool {
        self.on == tab.peek(Shelf::edition) && self.grants == tab.grants()
    }
}

/// How an answer was taken in.
#[derive(Debug)]
pub struct Answered {
    /// True if some of the batch is to be sent again.
    pub again: bool,
    /// What is kept of the accepted changes, packed as one page.
    pub page: Vec<u8>,
}

/// Looks ahead at a batch that is on its way, after one whose answer may not have been taken in yet.
pub fn expect(
    tab: &impl Tab,
    ledger: Area,
    batch: &[Entry],
    before: Option<&Expected>,
) -> Expected {
    let grants = tab.grants();
    tab.peek(|shelf| {
        let made = match before.map(|before| before.made.as_ref()) {
            Some(None) => None,
            earlier => Made::of(shelf, &grants, ledger, batch, earlier.flatten()),
        };
        Expected {
            page: made.is_some().then(|| entry::page(batch)),
            on: made.as_ref().map_or(shelf.edition(), |made| made.on),
            made,
            grants,
        }
    })
}

/// Takes in what the server answered to a batch.
///
/// # Errors
/// If the disk cannot keep it; then the batch is sent again, which has no effect.
pub async fn answered(
    tab: &impl Tab,
    ledger: Area,
    batch: &[Entry],
    expected: &Expected,
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
    let mut cursors = tab.cursors();
    let before = cursors.clone();
    let follows = before
        .get(&ledger)
        .is_some_and(|cursor| follows(cursor, &numbers));
    let grants = tab.grants();
    let now;
    let made = if whole && expected.stands(tab) {
        expected.made.as_ref()
    } else {
        let entries = || accepted.iter().copied();
        let made = |shelf: &Shelf| Made::of(shelf, &grants, ledger, entries(), None);
        now = follows.then(|| tab.peek(made)).flatten();
        now.as_ref()
    };
    // With what leaves the outbox: a server that is set back after this must be known by it.
    if !accepted.is_empty() && (is_set_back || !answer.chain.is_empty()) {
        let cursor = cursors.entry(ledger).or_default();
        if is_set_back {
            // It may be set on again to where it was, and not have this: the next pull is to find
            // another history in any case.
            cursor.chain = "0".repeat(cursor.chain.len());
        } else {
            if follows && made.is_some() {
                // Not as far as the server: an answer that was lost may be told again much later.
                cursor.after += numbers.len() as u64;
            }
            cursor.seen = answer.seen;
            cursor.chain = answer.chain;
        }
    }
    let told = (cursors != before).then(|| text(&cursors));
    let page = match (made, &expected.page) {
        (Some(_), Some(page)) if whole => page.clone(),
        (Some(_), _) => entry::page(accepted.iter().copied()),
        (None, _) => {
            let kept = tab.peek(|shelf| shelf.kept_of(&grants, accepted.iter().copied()));
            pack::join(kept.iter().map(Vec::as_slice))
        }
    };
    tab.disk()
        .answered(ledger, &accepted, &page, &refused, told.as_deref())
        .await?;
    tab.set_cursors(cursors);
    tab.change(|shelf| {
        match made.filter(|made| shelf.awaits(&accepted, made)) {
            Some(made) => shelf.accept_all(&accepted, made),
            None => accepted
                .iter()
                .zip(pack::split(&page))
                .for_each(|(entry, kept)| {
                    shelf.accept_known(entry.key(), kept.unwrap_or_default());
                }),
        }
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
