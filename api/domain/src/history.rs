//! A record's history as one person may read it: who changed what, from what to what.

use crate::change::{Change, apply};
use crate::grant::sensitivity;
use crate::record::overtaken_name;
use crate::{Device, Grants, Id, Kind, Record, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[cfg(feature = "schema")]
use utoipa::ToSchema;

/// A change as the ledger accepted it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accepted {
    /// The ledger's number of it.
    pub seq: u64,
    pub person: Id,
    /// When the server took it, in milliseconds since 1970 UTC.
    pub received: i64,
    pub change: Change,
}

/// `GET /api/history/{ledger}/{record}`: what is shown of a record's changes, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct History {
    pub changes: Vec<Past>,
    /// True if there were more changes before these.
    #[serde(default)]
    pub cut: bool,
}

/// One change of the past.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Past {
    pub seq: u64,
    pub person: Id,
    pub device: Device,
    /// When it was written, by that device's clock: milliseconds since 1970 UTC.
    pub written: u64,
    /// When the server took it, in milliseconds since 1970 UTC.
    pub received: i64,
    pub cells: BTreeMap<String, Step>,
}

/// What a change did to one cell.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Step {
    /// What stood in the ledger when the change came.
    #[serde(default)]
    pub from: Value,
    /// What the change wrote.
    #[serde(default)]
    pub to: Value,
    #[serde(default)]
    pub met: Met,
}

/// Whether the author had seen what stood there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// Yes, or there was nothing to see.
    #[default]
    Known,
    /// No; the value overtook another author's.
    Overtook,
    /// No; another author's later value stayed, and this one was put beside it.
    Overtaken,
}

/// No more changes than this in one answer.
pub const SHOWN: usize = 500;

/// A record's changes as the grants show them: only if they show the record now, and of each change
/// only the cells that they would show now. A change of which nothing may be seen is left out.
pub fn history(grants: &Grants, now: &Record, accepted: Vec<Accepted>) -> Option<History> {
    let kind = Kind::find(&now.kind)?;
    let level = grants.level_of(kind, now)?;
    let (mut record, mut changes) = (None, Vec::new());
    for one in accepted {
        let next = apply(record.as_ref(), &one.change);
        let shown = |name: &&String| sensitivity(kind, name) <= level;
        let names = one.change.cells.keys().filter(shown);
        let cells: BTreeMap<_, _> = names
            .map(|name| {
                (
                    name.clone(),
                    step(record.as_ref(), &next, &one.change, name),
                )
            })
            .collect();
        if !cells.is_empty() {
            changes.push(Past {
                seq: one.seq,
                person: one.person,
                device: one.change.stamp.device,
                written: one.change.stamp.time,
                received: one.received,
                cells,
            });
        }
        record = Some(next);
    }
    changes.reverse();
    let cut = changes.len() > SHOWN;
    changes.truncate(SHOWN);
    Some(History { changes, cut })
}

fn step(before: Option<&Record>, after: &Record, change: &Change, name: &str) -> Step {
    let value = |record: &Record| record.value(name).cloned().unwrap_or_default();
    let to = change.cells.get(name).cloned().unwrap_or_default();
    let from = before.map(value).unwrap_or_default();
    let mark = |record: &Record| record.cells.get(&overtaken_name(name)).cloned();
    let marked = mark(after).filter(|made| before.and_then(mark).as_ref() != Some(made));
    let stands = after.cells.get(name).map(|cell| cell.stamp);
    let met = match (stands == Some(change.stamp), marked) {
        (true, Some(_)) if after.overtaken(name).is_some() => Met::Overtook,
        (false, _) => Met::Overtaken,
        _ => Met::Known,
    };
    Step { from, to, met }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Values;
    use crate::record::AREA;
    use crate::value::Shape;
    use crate::{Area, Grant, Role, Stamp};

    fn area(code: &str) -> Area {
        Area::parse(code).unwrap()
    }

    fn stamp(time: u64, device: u64) -> Stamp {
        Stamp {
            time,
            counter: 0,
            device: Device(device),
        }
    }

    fn cells(cells: &[(&str, &str)]) -> Values {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).into());
        cells.iter().map(owned).collect()
    }

    /// Zhang is registered, and two people who do not see each other's number change it.
    fn story() -> (Record, Vec<Accepted>) {
        let id = Id::new(1, [0; 10]);
        let first = [
            ("name", "张三"),
            ("phone", "13900000000"),
            ("id_number", "11010519491231002X"),
        ];
        let mut made = Change::of(&Record::new(id, "worker"), cells(&first), stamp(1, 1));
        made.cells
            .insert(AREA.name().to_owned(), area("371721001001").write());
        let seen = apply(None, &made);
        let late = Change::of(&seen, cells(&[("phone", "13900000002")]), stamp(9, 2));
        let early = Change::of(&seen, cells(&[("phone", "13900000001")]), stamp(5, 1));
        let secret = Change::of(&seen, cells(&[("id_number", "")]), stamp(10, 1));
        let mut now = None;
        let mut accepted = Vec::new();
        for (at, change) in [made, late, early, secret].into_iter().enumerate() {
            now = Some(apply(now.as_ref(), &change));
            accepted.push(Accepted {
                seq: at as u64 + 1,
                person: Id::new(7, [0; 10]),
                received: 100,
                change,
            });
        }
        (now.unwrap(), accepted)
    }

    fn told(role: Role, code: &str) -> Option<History> {
        let (now, accepted) = story();
        history(&Grants(vec![Grant::new(role, area(code))]), &now, accepted)
    }

    #[test]
    fn each_change_says_from_what_to_what_and_whom_it_met() {
        let told = told(Role::FieldWorker, "371721001").unwrap();
        let phones = told.changes.iter().filter_map(|past| {
            let step = past.cells.get("phone")?;
            Some((past.seq, step.from.as_text(), step.to.as_text(), step.met))
        });
        let phones: Vec<_> = phones.collect();
        let (first, second) = (Some("13900000001"), Some("13900000002"));
        assert_eq!(
            phones,
            [
                (3, second, first, Met::Overtaken),
                (2, Some("13900000000"), second, Met::Known),
                (1, None, Some("13900000000"), Met::Known),
            ]
        );
    }

    #[test]
    fn nobody_reads_of_the_past_what_they_may_not_see_now() {
        let whole = told(Role::FieldWorker, "371721001").unwrap();
        assert_eq!(whole.changes.len(), 4);
        let county = told(Role::Coordinator, "371721").unwrap();
        // The change that wrote only the ID number is not even mentioned.
        assert_eq!(county.changes.len(), 3);
        let named = |past: &Past| past.cells.contains_key("id_number");
        assert!(whole.changes.iter().any(named) && !county.changes.iter().any(named));
        assert_eq!(told(Role::FieldWorker, "371721002"), None);
        assert_eq!(told(Role::Administrator, "37"), None);
    }
}
