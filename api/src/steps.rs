//! What the server decides about pushes and pulls, over any rows: those of the ledger object's
//! SQLite, and those of the simulation, which are lost and killed in the middle.

mod agreement;

pub use agreement::{Agreement, Changed, replay};

use crate::token::Claims;
use domain::change::{self, Glance};
use domain::grant::{self, placement};
use domain::own::OwnField;
use domain::pack::Damaged;
use domain::sight::Sight;
use domain::wire::{Answer, Form, PullHead, Pulled, PushAnswer, PushAsk, PushHead};
use domain::{Area, Change, Grants, Id, Kind, Record, Refusal, Stamp, pack, same};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

const PAGE_ROWS: usize = 2_000;
const COUNTED_AT_ONCE: usize = 4_000;
/// A page ends after this many bytes of records: over the wire a tenth of it.
const PAGE_BYTES: usize = 768 * 1024;

/// What the router adds to a request, once it knows who asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked<T> {
    pub claims: Claims,
    pub ledger: Area,
    pub ask: T,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PullAsk {
    #[serde(default)]
    pub after: u64,
    #[serde(default)]
    pub view: String,
    /// The last change of which the asker has heard, be it its own, and what the history was
    /// there, as this server said.
    #[serde(default)]
    pub seen: u64,
    #[serde(default)]
    pub chain: String,
    /// So many times the asker's records of this ledger had to be pulled anew, because they were
    /// not what this server counted; said with the pull that begins the new whole.
    #[serde(default)]
    pub repaired: u64,
    #[serde(default)]
    pub form: Form,
}

/// A row of the ledger: the number of its last change, and its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    pub seq: u64,
    pub body: Vec<u8>,
}

/// What a device pushed, each change read by itself: one that cannot be read is none, and does not
/// take the others with it.
#[derive(Debug)]
pub struct Pushed<'m> {
    pub changes: Vec<Option<Sent<'m>>>,
    pub seen: u64,
    pub chain: String,
}

/// A change in the bytes in which the history keeps it: it is read when it is decided on.
#[derive(Debug)]
pub struct Sent<'m> {
    pub glance: Glance,
    pub body: Cow<'m, [u8]>,
}

impl From<Change> for Sent<'_> {
    fn from(change: Change) -> Self {
        Self {
            glance: Glance::of(&change),
            body: Cow::Owned(change.pack()),
        }
    }
}

/// A [`PushAsk`] of which each change can be read.
#[derive(Deserialize)]
struct Plain {
    changes: Vec<Change>,
    #[serde(default)]
    seen: u64,
    #[serde(default)]
    chain: String,
}

impl<'m> Pushed<'m> {
    /// Reads a push in either form.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(body: &'m [u8]) -> serde_json::Result<Self> {
        // A head is smaller than 2²⁴ bytes, and no JSON begins so.
        match body.first() {
            Some(0) => Self::of_packed(body).map_err(serde_json::Error::custom),
            _ => Self::of_json(body),
        }
    }

    fn of_packed(body: &'m [u8]) -> Result<Self, Damaged> {
        let (PushHead { seen, chain }, changes) = PushHead::split(body)?;
        // What is packed has one form only, so it is kept as it came.
        let read = |packed: &'m [u8]| {
            let glance = Glance::through(packed).ok();
            glance.map(|glance| Sent {
                glance,
                body: Cow::Borrowed(packed),
            })
        };
        let changes = pack::split(changes).map(|packed| packed.map(read));
        Ok(Self {
            changes: changes.collect::<Result<_, _>>()?,
            seen,
            chain,
        })
    }

    /// Reads a [`PushAsk`]: one change by itself only if not all can be read at once.
    fn of_json(body: &[u8]) -> serde_json::Result<Self> {
        if let Ok(plain) = serde_json::from_slice::<Plain>(body) {
            return Ok(Self {
                changes: plain.changes.into_iter().map(|c| Some(c.into())).collect(),
                seen: plain.seen,
                chain: plain.chain,
            });
        }
        let ask: PushAsk = serde_json::from_slice(body)?;
        let read = |change: Box<RawValue>| {
            let change: Option<Change> = serde_json::from_str(change.get()).ok();
            change.map(Sent::from)
        };
        Ok(Self {
            changes: ask.changes.into_iter().map(read).collect(),
            seen: ask.seen,
            chain: ask.chain,
        })
    }
}

/// All that is written with an accepted change: all of it or nothing.
#[derive(Debug)]
pub struct Keeping<'a> {
    pub next: Record,
    /// Where the record stood before, if the change moved it (see [`placement`]).
    pub moved: Option<Record>,
    pub stamp: Stamp,
    /// The change of a record that was there before; a new one is what its first change wrote.
    pub edit: Option<&'a Change>,
    /// The record, packed, if the change's bytes begin with that.
    pub packed: Option<&'a [u8]>,
    /// The change, packed.
    pub body: &'a [u8],
}

/// The history of one ledger, by which it tells whether it is the one that a phone has followed.
pub trait Chain {
    type Error: From<Damaged> + From<serde_json::Error>;

    /// The number of the last accepted change.
    fn last(&self) -> Result<u64, Self::Error>;

    /// A name for the history up to a change, which differs where the histories do.
    fn chain(&self, seq: u64) -> Result<String, Self::Error>;
}

/// What a push reads and writes of a ledger.
pub trait Accepting: Chain {
    fn held(&self, id: Id) -> Result<Option<Record>, Self::Error>;

    /// The history's entry of a change that was accepted before.
    fn accepted(&self, id: Id, stamp: Stamp) -> Result<Option<Kept>, Self::Error>;

    /// The memory of a record that nobody needs any more.
    fn spare(&self) -> Record {
        Record::nothing()
    }

    /// The records that tell something about this one.
    fn about(&self, id: Id) -> Result<Vec<Record>, Self::Error>;

    /// Writes the record after a change, and the change into the history; gives its number.
    fn keep(&self, keeping: Keeping<'_>) -> Result<u64, Self::Error>;

    /// The campaign's own fields, as far as this ledger has heard of them.
    fn own(&self) -> Result<Vec<OwnField>, Self::Error> {
        Ok(Vec::new())
    }
}

/// The rows of one ledger, as a pull reads them.
pub trait Rows: Chain {
    fn row(&self, id: Id) -> Result<Option<Kept>, Self::Error>;

    /// The records that changed after a number, in the order of their last change.
    fn after(&self, seq: u64, limit: usize) -> Result<Vec<Kept>, Self::Error>;

    /// Where records stood before the changes that moved them, between two numbers.
    fn moved(&self, after: u64, until: u64) -> Result<Vec<Record>, Self::Error>;

    /// The changes after a number: their numbers, and the records that they changed.
    fn changed(&self, after: u64, limit: usize) -> Result<Vec<(u64, Id)>, Self::Error>;

    /// A record's accepted changes up to a number, in their order.
    fn history(&self, id: Id, until: u64) -> Result<Vec<Change>, Self::Error>;

    /// Rows in the order of their ids, after one.
    fn by_id(&self, after: Id, limit: usize) -> Result<Vec<(Id, Kept)>, Self::Error>;

    /// What the changes after a number made of their records, `limit` of them or some more; `None`
    /// if there are none.
    fn versions(&self, after: u64, limit: usize) -> Result<Option<Changed>, Self::Error> {
        agreement::replay(self, after, limit)
    }

    /// How far a view has been counted.
    fn agreement(&self, view: &str) -> Result<Option<Agreement>, Self::Error>;

    fn agree(&self, view: &str, agreement: &Agreement) -> Result<(), Self::Error>;

    /// A page holds at most this many rows of the ledger, seen or not.
    fn page_rows(&self) -> usize {
        PAGE_ROWS
    }

    /// A pull counts at most so many rows or changes; who asks before all is counted hears no sum.
    fn counted_at_once(&self) -> usize {
        COUNTED_AT_ONCE
    }

    fn record(&self, id: Id) -> Result<Option<Record>, Self::Error> {
        let row = self.row(id)?;
        Ok(row.map(|row| pack::unpack(&row.body)).transpose()?)
    }
}

/// Each change is decided on by itself; whoever calls this makes all writes of the batch one
/// transaction.
///
/// # Errors
/// If the rows cannot be read or written; then nothing of the batch may be kept.
pub fn push<R: Accepting>(
    rows: &R,
    asked: Asked<Pushed<'_>>,
    now: i64,
) -> Result<PushAnswer, R::Error> {
    let Asked {
        claims,
        ledger,
        ask,
    } = asked;
    let behind = is_behind(rows, ask.seen, &ask.chain, rows.last()?)?;
    let mut answers = Vec::with_capacity(ask.changes.len());
    for sent in ask.changes {
        answers.push(match sent {
            Some(sent) => decide(rows, sent, &claims, ledger, now)?,
            None => Refusal::Malformed.into(),
        });
    }
    let seen = rows.last()?;
    Ok(PushAnswer {
        answers,
        seen,
        chain: match behind {
            true => String::new(),
            false => rows.chain(seen)?,
        },
        now,
    })
}

fn decide<R: Accepting>(
    rows: &R,
    sent: Sent<'_>,
    claims: &Claims,
    ledger: Area,
    now: i64,
) -> Result<Answer, R::Error> {
    let Sent { glance, body } = sent;
    if let Some(before) = rows.accepted(glance.id, glance.stamp)? {
        let read = Change::unpack(&before.body);
        let same = *before.body == *body || read.is_ok() && read == Change::unpack(&body);
        return Ok(if same {
            Answer::Accepted(before.seq)
        } else {
            Refusal::StampReused.into()
        });
    }
    let current = rows.held(glance.id)?;
    let is_new = current.is_none();
    let spare = match is_new {
        true => rows.spare(),
        false => Record::nothing(),
    };
    let Ok(mut change) = Change::unpack_over(&body, spare) else {
        return Ok(Refusal::Malformed.into());
    };
    let stood = current.as_ref().filter(|_| grant::places(&change));
    let stood = stood.map(placement);
    let twin = glance.target.map(|id| rows.held(id)).transpose()?;
    let around = match change::looks_around(&change) {
        true => rows.about(change.id)?,
        false => Vec::new(),
    };
    let own = match glance.writes_own {
        true => rows.own()?,
        false => Vec::new(),
    };
    let told = same::accept(&change, twin.flatten().as_ref(), &claims.grants);
    let decided = told.and_then(|()| {
        let author = claims.author();
        change::accept(current, &mut change, &around, &own, author, ledger, now)
    });
    let next = match decided {
        Ok(next) => next,
        Err(refusal) => return Ok(refusal.into()),
    };
    let seq = rows.keep(Keeping {
        moved: stood.filter(|stood| *stood != placement(&next)),
        next,
        stamp: change.stamp,
        edit: Some(&change).filter(|_| !is_new),
        packed: change.delta_within(&body).filter(|_| is_new),
        body: &body,
    })?;
    Ok(Answer::Accepted(seq))
}

/// The next page for whoever asks, each record as the grants show it.
///
/// # Errors
/// If the rows cannot be read or written.
pub fn page<R: Rows>(rows: &R, asked: &Asked<PullAsk>) -> Result<Pulled, R::Error> {
    let grants = &asked.claims.grants;
    let view = view_name(grants)?;
    let last = rows.last()?;
    let seen = if asked.ask.chain.is_empty() {
        asked.ask.after
    } else {
        asked.ask.seen
    };
    let behind = is_behind(rows, seen, &asked.ask.chain, last)?;
    // Who pulls for the first time may already hold changes of its own, accepted under other grants.
    let reset = asked.ask.view != view || behind;
    let after = if reset { 0 } else { asked.ask.after };
    // The first page is small: while the asker is at it, the next comes.
    let limit = match after {
        0 => rows.page_rows().div_ceil(4),
        _ => rows.page_rows(),
    };
    let found = rows.after(after, limit)?;
    let full = found.len() == limit;
    let (mut records, mut bytes, mut cursor) = (Vec::new(), 0, after);
    let mut sight = Sight::new(grants);
    let mut cut = false;
    for row in found {
        if let Some(packed) = agreement::seen(&mut sight, Some(row.body))? {
            bytes += packed.len();
            records.push(packed);
        }
        cursor = row.seq;
        if bytes > PAGE_BYTES {
            cut = true;
            break;
        }
    }
    // Whoever has the last change has all.
    let more = (full || cut) && cursor < last;
    if !more {
        cursor = cursor.max(last);
    }
    let (gone, narrowed) = hidden(rows, after, cursor, grants)?;
    let counted = agreement::advance(rows, &view, &mut sight, asked.ask.repaired > 0)?;
    Ok(Pulled {
        head: PullHead {
            cursor,
            more,
            reset,
            view,
            behind,
            chain: rows.chain(cursor)?,
            gone,
            narrowed,
            agreed: counted.filter(|_| !more),
            settings: None,
        },
        records,
    })
}

/// True if this server's history is not the one that the asker has followed.
fn is_behind<R: Chain>(rows: &R, seen: u64, chain: &str, last: u64) -> Result<bool, R::Error> {
    Ok(seen > last || !chain.is_empty() && rows.chain(seen)? != chain)
}

/// Records that moved, between two numbers, out of what these grants show; and those of which they
/// show less than before.
fn hidden<R: Rows>(
    rows: &R,
    after: u64,
    until: u64,
    grants: &Grants,
) -> Result<(Vec<Id>, Vec<Id>), R::Error> {
    let (mut gone, mut narrowed) = (Vec::new(), Vec::new());
    for stood in rows.moved(after, until)? {
        let Some(kind) = Kind::find(&stood.kind) else {
            continue;
        };
        let now = rows.record(stood.id)?;
        let shown = now.and_then(|record| grants.level_of(kind, &record));
        match (grants.level_of(kind, &stood), shown) {
            (Some(_), None) => gone.push(stood.id),
            (Some(before), Some(shown)) if shown < before => narrowed.push(stood.id),
            _ => {}
        }
    }
    for ids in [&mut gone, &mut narrowed] {
        ids.sort_unstable();
        ids.dedup();
    }
    Ok((gone, narrowed))
}

/// Changes when what the asker may see changes, be it by grants or by this server's tables.
fn view_name(grants: &Grants) -> Result<String, serde_json::Error> {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(serde_json::to_vec(grants)?);
    let name = hash.finalize();
    Ok(name
        .iter()
        .take(8)
        .fold(String::new(), |name, byte| name + &format!("{byte:02x}")))
}
