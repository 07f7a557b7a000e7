//! Goes through every ledger's history: is the chain unbroken, and are the records what their
//! changes make of them?

use crate::build::Built;
use crate::error::HostError;
use crate::export::Source;
use crate::{backup, objects};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::chain::{Entry, link};
use domain::change;
use domain::export::{HistoryLine, Line, Part, RecordLine};
use domain::{Area, Change, Id, pack};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// What the check of one ledger found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub ledger: Area,
    pub changes: u64,
    pub records: u64,
    /// One sentence for each place, in the order of the history.
    pub damage: Vec<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.ledger.name().unwrap_or_default();
        let (ledger, changes, records) = (self.ledger, self.changes, self.records);
        write!(f, "{ledger} {name}: {changes} changes, {records} records, ")?;
        match self.damage.split_first() {
            None => write!(f, "chain unbroken, records as their history makes them"),
            Some((first, [])) => write!(f, "DAMAGED: {first}"),
            Some((first, more)) => write!(f, "DAMAGED: {first}; and {} more", more.len()),
        }
    }
}

/// Checks every ledger of a data folder, as it is at one moment; the server may run.
///
/// # Errors
/// What could not be read at all; damage is in the findings.
pub fn check(built: &Built, data: &Path) -> Result<Vec<Finding>, HostError> {
    let source = Source::copied(built, data)?;
    let of_ledger = |ledger: &Area| check_ledger(&source, *ledger);
    source.ledgers().iter().map(of_ledger).collect()
}

/// Lets SQLite look through every object's file, and names those that belong to nobody.
///
/// # Errors
/// What could not be copied.
pub fn files(data: &Path) -> Result<Vec<String>, HostError> {
    let copy = backup::copy(data)?;
    let mut known: BTreeSet<PathBuf> = objects::ledgers()
        .map(|area| objects::file_of(copy.path(), objects::LEDGERS, &area.to_string()))
        .collect();
    known.insert(objects::file_of(copy.path(), objects::REGISTRY, "registry"));
    let mut wrong = Vec::new();
    for file in objects::files_below(&copy.path().join("objects"))? {
        let named = file.strip_prefix(copy.path()).unwrap_or(&file).display();
        if file
            .extension()
            .is_none_or(|extension| extension != "sqlite")
        {
            continue;
        }
        if let Err(error) = backup::sound(&file) {
            wrong.push(format!("{named}: {error}"));
        }
        let own = file
            .file_name()
            .is_some_and(|name| name == "metadata.sqlite");
        if !own && !known.contains(&file) {
            wrong.push(format!("{named} is no ledger's and not the registry's"));
        }
    }
    Ok(wrong)
}

fn check_ledger(source: &Source, ledger: Area) -> Result<Finding, HostError> {
    let mut audit = Audit::default();
    let mut with = |line: &str| {
        audit.take(line);
        Ok(())
    };
    source.each(Some(ledger), Part::History, &mut with)?;
    source.each(Some(ledger), Part::Records, &mut with)?;
    Ok(audit.finding(ledger))
}

/// The walk along one ledger's history.
#[derive(Default)]
struct Audit {
    last: u64,
    chain: Vec<u8>,
    /// What the history makes of each record: the last change that wrote it, and the record packed.
    made: BTreeMap<Id, (u64, Vec<u8>)>,
    changes: u64,
    records: u64,
    damage: Vec<String>,
}

impl Audit {
    fn take(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(Line::History(entry)) => self.history(&entry),
            Ok(Line::Record(line)) => self.record(&line),
            Ok(Line::Damaged(row)) if row.part == Part::History => {
                self.damage
                    .push(format!("change {} cannot be read: {}", row.seq, row.why));
                // The entry after it is compared with nothing: its own predecessor is unknown.
                (self.last, self.chain) = (row.seq, Vec::new());
            }
            Ok(Line::Damaged(row)) => {
                let (seq, why) = (row.seq, row.why);
                self.damage
                    .push(format!("the record of change {seq} cannot be read: {why}"));
            }
            Ok(_) => {}
            Err(error) => self.damage.push(format!("a line cannot be read: {error}")),
        }
    }

    fn history(&mut self, line: &HistoryLine) {
        self.changes += 1;
        if line.seq != self.last + 1 {
            self.damage
                .push(format!("change {} is missing", self.last + 1));
        }
        let body = match &line.kept {
            Some(kept) => STANDARD.decode(kept).unwrap_or_default(),
            None => line.change.get().as_bytes().to_vec(),
        };
        let entry = Entry {
            seq: line.seq,
            record: line.record.as_bytes(),
            stamp: &line.stamp,
            person: line.person.as_bytes(),
            received: line.received,
            body: &body,
        };
        let kept = unhex(&line.chain);
        let known = line.seq == 1 || !self.chain.is_empty();
        if known && kept.as_slice() != link(&self.chain, &entry) {
            self.damage
                .push(format!("the chain is broken at change {}", line.seq));
        }
        (self.last, self.chain) = (line.seq, kept);
        let earlier = self.made.get(&line.record).map_or(0, |(seq, _)| *seq);
        if line.earlier != earlier {
            let (seq, told) = (line.seq, line.earlier);
            self.damage.push(format!(
                "change {seq} follows change {earlier} of its record, but says {told}"
            ));
        }
        match Change::unpack(&body) {
            Ok(change) if change.id == line.record && change.stamp.to_string() == line.stamp => {
                self.apply(line.seq, &change);
            }
            _ => self
                .damage
                .push(format!("change {} is another's", line.seq)),
        }
    }

    fn apply(&mut self, seq: u64, change: &Change) {
        let before = self.made.get(&change.id);
        let before = before.and_then(|(_, packed)| pack::unpack(packed).ok());
        let after = change::apply(before.as_ref(), change);
        self.made.insert(change.id, (seq, pack::pack(&after)));
    }

    fn record(&mut self, line: &RecordLine) {
        self.records += 1;
        let id = line.record.id;
        match self.made.remove(&id) {
            Some((seq, packed)) if seq == line.seq && packed == pack::pack(&line.record) => {}
            Some((seq, _)) => {
                let said = format!("record {id} is not what change {seq} made of it");
                self.damage.push(said);
            }
            None => self.damage.push(format!("record {id} has no history")),
        }
    }

    fn finding(mut self, ledger: Area) -> Finding {
        for (id, (seq, _)) in &self.made {
            self.damage.push(format!(
                "record {id}, last written by change {seq}, is missing"
            ));
        }
        Finding {
            ledger,
            changes: self.changes,
            records: self.records,
            damage: self.damage,
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).filter_map(pair).collect()
}
