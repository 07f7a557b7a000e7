//! The outbox's rows. What is saved by the hundred, as an import is, lies in few rows of many changes:
//! a browser needs longer to find a row and to take it away than to keep what is in it.

use super::entry::Entry;
use super::sealed::Row;
use crate::seal::IV;
use domain::Stamp;
use std::collections::{BTreeMap, BTreeSet};
use std::slice::Chunks;

/// From so many on, changes that are saved at once share rows.
const MANY: usize = 16;
/// A row holds at most so many.
const A_ROW: usize = 250;

/// Changes as they are kept, row by row.
pub fn parts(entries: &[Entry]) -> Chunks<'_, Entry> {
    entries.chunks(if entries.len() < MANY { 1 } else { A_ROW })
}

/// The rows of [`parts`], each with its key and its text. A row of several is never written anew under
/// its key: whoever takes some of them out puts the rest under another.
// In line, as is `read`: so it is compiled with the app, for size. By itself each brought JSON's whole
// tree once more, compiled for speed, and together 60 kB to the module.
#[inline]
pub fn rows(entries: &[Entry]) -> Vec<(String, Vec<u8>)> {
    let row = |part: &[Entry]| {
        let first = part.first().map(Entry::key).unwrap_or_default().to_string();
        let (key, text) = match part {
            [one] => (first, serde_json::to_vec(one)),
            several => {
                let name = getrandom::u64().unwrap_or_default();
                let key = format!("{first}/{}/{name:016x}", several.len());
                (key, serde_json::to_vec(several))
            }
        };
        // Plain structs of texts are always JSON.
        (key, text.unwrap_or_default())
    };
    parts(entries).map(row).collect()
}

/// The changes in a row that was opened; none if they cannot be read.
#[inline]
pub fn read(text: &[u8]) -> Vec<Entry> {
    if text.starts_with(b"[") {
        return serde_json::from_slice(text).unwrap_or_default();
    }
    serde_json::from_slice(text).into_iter().collect()
}

/// How many changes lie in the row of that key.
pub fn count(key: &str) -> usize {
    let several = key.split('/').nth(1);
    several.and_then(|count| count.parse().ok()).unwrap_or(1)
}

fn is_of_several(key: &str) -> bool {
    key.contains('/')
}

/// The rows that this page has opened or sealed itself, so that none is opened twice.
#[derive(Debug, Default)]
pub struct Known(BTreeMap<String, (Vec<u8>, Vec<Entry>)>);

/// What becomes of the known rows when changes leave the outbox.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Leaving {
    /// Rows of several that go,
    pub rows: Vec<String>,
    /// and what of them is to be kept all the same.
    pub rest: Vec<Entry>,
    /// The keys of changes that lie, if at all, in rows of their own.
    pub single: BTreeSet<String>,
}

impl Known {
    /// What lies in a row, if it is the very one that is known: no two rows have the same beginning,
    /// the seal's vector.
    pub fn entries(&self, row: &Row) -> Option<&[Entry]> {
        let (vector, entries) = self.0.get(&row.key)?;
        row.bytes.starts_with(vector).then_some(entries)
    }

    pub fn learn(&mut self, row: &Row, entries: Vec<Entry>) {
        let vector = row.bytes.iter().take(IV).copied().collect();
        self.0.insert(row.key.clone(), (vector, entries));
    }

    pub fn keep_only(&mut self, rows: &[Row]) {
        let keys: BTreeSet<&String> = rows.iter().map(|row| &row.key).collect();
        self.0.retain(|key, _| keys.contains(key));
    }

    pub fn forget(&mut self, rows: &[String]) {
        for key in rows {
            self.0.remove(key);
        }
    }

    /// The keys of the changes in rows of these keys, if what lies in all of them is known.
    pub fn keys(&self, rows: &BTreeSet<String>) -> Option<BTreeSet<Stamp>> {
        let mut keys = BTreeSet::new();
        for row in rows {
            if is_of_several(row) {
                let (_, entries) = self.0.get(row)?;
                keys.extend(entries.iter().map(Entry::key));
            } else {
                keys.extend(Stamp::parse(row));
            }
        }
        Some(keys)
    }

    /// How these changes leave.
    pub fn without(&self, gone: &BTreeSet<Stamp>) -> Leaving {
        let (mut leaving, mut found) = (Leaving::default(), BTreeSet::new());
        for (key, (_, entries)) in self.0.iter().filter(|(key, _)| is_of_several(key)) {
            let (out, stay): (Vec<_>, Vec<_>) = entries
                .iter()
                .partition(|entry| gone.contains(&entry.key()));
            if !out.is_empty() {
                leaving.rows.push(key.clone());
                leaving.rest.extend(stay.into_iter().cloned());
            }
            found.extend(out.into_iter().map(Entry::key));
        }
        leaving.single = gone.difference(&found).map(Stamp::to_string).collect();
        leaving
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Area, Change, Record};

    fn change(time: u64) -> Entry {
        let stamp = Stamp {
            time,
            ..Stamp::default()
        };
        Entry {
            change: Change::of(&Record::nothing(), Default::default(), stamp),
            ledger: Area::parse("371721").unwrap(),
            refused: None,
        }
    }

    fn changes(times: impl IntoIterator<Item = u64>) -> Vec<Entry> {
        times.into_iter().map(change).collect()
    }

    fn stamps(entries: &[Entry]) -> BTreeSet<Stamp> {
        entries.iter().map(Entry::key).collect()
    }

    /// A page that has saved these, each time at once, and the keys of its rows.
    fn saved(all: &[&[Entry]]) -> (Known, BTreeSet<String>) {
        let (mut known, mut keys) = (Known::default(), BTreeSet::new());
        for entries in all {
            for ((key, bytes), part) in rows(entries).into_iter().zip(parts(entries)) {
                keys.insert(key.clone());
                known.learn(&Row { key, bytes }, part.to_vec());
            }
        }
        (known, keys)
    }

    #[test]
    fn a_few_changes_have_a_row_each_and_a_roster_has_few_rows() {
        let (visit, roster) = (changes(1..4), changes(10..610));
        let few = rows(&visit);
        assert!(few.iter().all(|(key, _)| count(key) == 1));
        let keys: Vec<String> = few.into_iter().map(|(key, _)| key).collect();
        let stamps = visit.iter().map(|entry| entry.key().to_string());
        assert_eq!(keys, stamps.collect::<Vec<_>>());
        let many = rows(&roster);
        let counts: Vec<usize> = many.iter().map(|(key, _)| count(key)).collect();
        assert_eq!(counts, [250, 250, 100]);
        let read: Vec<Entry> = many.iter().flat_map(|(_, text)| read(text)).collect();
        assert_eq!(read, roster);
    }

    #[test]
    fn what_an_older_app_kept_or_nobody_can_read_is_one_change_or_none() {
        let text = serde_json::to_vec(&change(7)).unwrap();
        assert_eq!(read(&text), [change(7)]);
        assert!(read(b"{}").is_empty() && read(b"[{}]").is_empty() && read(b"").is_empty());
        assert_eq!((count("0"), count("0/x"), count("0/12/a")), (1, 1, 12));
    }

    #[test]
    fn what_leaves_takes_its_row_along_and_the_rest_is_kept_under_another() {
        let (visit, roster) = (changes([1]), changes(10..510));
        let (mut known, keys) = saved(&[&visit, &roster]);
        assert_eq!(keys.len(), 3);
        let all: BTreeSet<Stamp> = visit.iter().chain(&roster).map(Entry::key).collect();
        assert_eq!(known.keys(&keys), Some(all));

        // The first batch: the visit, and all of the roster but one.
        let batch = [&visit[..], &roster[..499]].concat();
        let leaving = known.without(&stamps(&batch));
        assert_eq!(
            leaving.rows.iter().collect::<Vec<_>>(),
            keys.iter().skip(1).collect::<Vec<_>>()
        );
        assert_eq!(leaving.rest, [change(509)]);
        assert_eq!(
            leaving.single,
            BTreeSet::from([change(1).key().to_string()])
        );
        assert!(
            rows(&leaving.rest)
                .iter()
                .all(|(key, _)| !keys.contains(key))
        );

        // Of a row that is gone nothing is known any more, nor of one that another page wrote.
        known.forget(&leaving.rows);
        assert_eq!(known.keys(&keys), None);
        let again = known.without(&stamps(&roster));
        assert!(again.rows.is_empty() && again.rest.is_empty());
        assert_eq!(again.single.len(), roster.len());
    }

    #[test]
    fn no_two_rows_of_several_have_one_name() {
        let roster = changes(10..40);
        let names: BTreeSet<String> = (0..9).map(|_| rows(&roster).remove(0).0).collect();
        assert_eq!(names.len(), 9);
        assert!(names.iter().all(|name| is_of_several(name)));
    }
}
