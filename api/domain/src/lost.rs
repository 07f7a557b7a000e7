//! A server that was set back to an earlier day has lost what came after; each device gives back
//! what it had written itself.

use crate::record::AUTHOR;
use crate::{Cell, Change, Device, Record, Stamp, Values};
use std::collections::BTreeMap;

/// What is to be done about one record that a device held before its server was set back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lost {
    /// The server has all that this device wrote in it.
    Nothing,
    /// These changes bring back what it wrote.
    Back(Vec<Change>),
    /// Another device has made the record: what this one wrote in it waits until that one has
    /// given the record back.
    Waits,
}

/// What `device` wrote in a record, as it `held` it, and the server has lost, if `now` is what it
/// holds. Each comes back under the stamp that it had, so it wins over what is older, and what
/// others give back wins over it if it is newer.
pub fn lost(held: &Record, now: Option<&Record>, device: Device) -> Lost {
    // A mark is made by the server, when the values come back.
    let own = |(name, cell): &(&String, &Cell)| cell.stamp.device == device && !name.ends_with('?');
    let own: Vec<(&String, &Cell)> = held.cells.iter().filter(own).collect();
    let Some(now) = now else {
        return whole(held, &own);
    };
    let mut by_stamp: BTreeMap<Stamp, Values> = BTreeMap::new();
    for (name, cell) in own {
        let older = now
            .cells
            .get(name)
            .is_none_or(|there| there.stamp < cell.stamp);
        if older {
            let cells = by_stamp.entry(cell.stamp).or_default();
            cells.insert(name.clone(), cell.value.clone());
        }
    }
    let back = |(stamp, cells)| Change::of(now, cells, stamp);
    match by_stamp.is_empty() {
        true => Lost::Nothing,
        false => Lost::Back(by_stamp.into_iter().map(back).collect()),
    }
}

/// A record that the server does not have at all: only who made it can, and in one change, since a
/// new record is checked whole.
fn whole(held: &Record, own: &[(&String, &Cell)]) -> Lost {
    let Some(stamp) = own.iter().map(|(_, cell)| cell.stamp).max() else {
        return Lost::Nothing;
    };
    if !own.iter().any(|(name, _)| *name == AUTHOR.name()) {
        return Lost::Waits;
    }
    let cells = own
        .iter()
        .map(|(name, cell)| ((*name).clone(), cell.value.clone()));
    let new = Record::new(held.id, &held.kind);
    Lost::Back(vec![Change::of(&new, cells.collect(), stamp)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;

    const LIN: Device = Device(1);
    const WEI: Device = Device(2);

    fn stamp(time: u64, device: Device) -> Stamp {
        Stamp {
            time,
            counter: 0,
            device,
        }
    }

    fn worker(cells: &[(&str, &str, u64, Device)]) -> Record {
        let mut record = Record::new(Id::new(1, [1; 10]), "worker");
        for (name, value, time, device) in cells {
            record.put(name, (*value).into(), stamp(*time, *device));
        }
        record
    }

    #[test]
    fn what_somebody_wrote_after_the_backup_comes_back_under_its_own_stamp() {
        let held = worker(&[
            ("author", "lin", 1, LIN),
            ("name", "张三", 1, LIN),
            ("phone", "2", 5, LIN),
            ("note", "wei's", 6, WEI),
        ]);
        let now = worker(&[
            ("author", "lin", 1, LIN),
            ("name", "张三", 1, LIN),
            ("phone", "1", 1, LIN),
        ]);
        let Lost::Back(changes) = lost(&held, Some(&now), LIN) else {
            panic!("the phone number is lost");
        };
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].stamp, stamp(5, LIN));
        assert_eq!(changes[0].cells, [("phone".to_owned(), "2".into())].into());
        assert_eq!(changes[0].seen["phone"], stamp(1, LIN));
        assert_eq!(lost(&held, Some(&held), LIN), Lost::Nothing);
    }

    #[test]
    fn a_record_that_is_gone_comes_back_whole_from_whoever_made_it() {
        let held = worker(&[
            ("author", "lin", 1, LIN),
            ("name", "张三", 1, LIN),
            ("phone", "2", 5, LIN),
            ("note", "wei's", 6, WEI),
        ]);
        let Lost::Back(changes) = lost(&held, None, LIN) else {
            panic!("the record is lost");
        };
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].stamp, stamp(5, LIN));
        assert_eq!(changes[0].cells.len(), 3);
        assert_eq!(lost(&held, None, WEI), Lost::Waits);
    }
}
