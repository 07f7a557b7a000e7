//! Records, and how two versions of one become one: per cell, the later stamp wins.

use crate::kind::Key;
use crate::value::Shape;
use crate::{Area, Cells, Id, Stamp, Value};
use serde::{Deserialize, Serialize};

/// The cell that says where a record belongs; every record has it.
pub const AREA: Key<Area> = Key::new("area");
/// Who made the record: a person's id. Set when it is made and never after.
pub const AUTHOR: Key<Id> = Key::new("author");
/// True once the record is deleted: a tombstone that merges as any other cell does.
pub const DELETED: Key<bool> = Key::new("deleted");

/// The record that this one is the same person, household or employer as: it is shown and counted
/// under that one until the cell is emptied again.
pub const MERGED_INTO: Key<Id> = Key::new("merged_into");

/// Where something that goes from one area to another comes from, and where it goes.
pub const FROM_AREA: Key<Area> = Key::new("from_area");
pub const TO_AREA: Key<Area> = Key::new("to_area");

/// A value and when it was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cell {
    #[serde(rename = "s")]
    pub stamp: Stamp,
    #[serde(rename = "v", default)]
    pub value: Value,
}

/// A household, a visit, a case: an id, a kind and cells by name.
///
/// A record that holds only some of its cells is a delta: merging it into the whole is how every
/// change is applied, on the phone and on the server alike. Names that nobody here knows are kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Record {
    pub id: Id,
    pub kind: String,
    #[cfg_attr(feature = "schema", schema(value_type = std::collections::BTreeMap<String, Cell>))]
    pub cells: Cells,
}

impl Record {
    /// What is no record yet, and holds no memory.
    pub fn nothing() -> Self {
        Self::new(Id::from_bytes([0; 16]), "")
    }

    pub fn new(id: Id, kind: &str) -> Self {
        Self {
            id,
            kind: kind.to_owned(),
            cells: Cells::default(),
        }
    }

    /// The value under a typed key; `None` if it was never written, was emptied, or has another
    /// shape than expected (a newer app may have changed it).
    pub fn get<T: Shape>(&self, key: &Key<T>) -> Option<T> {
        T::read(self.value(key.name())?)
    }

    pub fn value(&self, name: &str) -> Option<&Value> {
        self.cells
            .get(name)
            .map(|cell| &cell.value)
            .filter(|value| **value != Value::Null)
    }

    pub fn text(&self, name: &str) -> &str {
        self.value(name)
            .and_then(Value::as_text)
            .unwrap_or_default()
    }

    pub fn set<T: Shape>(&mut self, key: &Key<T>, value: T, stamp: Stamp) {
        self.put(key.name(), value.write(), stamp);
    }

    /// Writes a cell unless a later one stands there already.
    pub fn put(&mut self, name: &str, value: Value, stamp: Stamp) {
        self.merge_cell(name.to_owned(), Cell { stamp, value });
    }

    pub fn area(&self) -> Option<Area> {
        self.get(&AREA)
    }

    pub fn is_deleted(&self) -> bool {
        self.get(&DELETED).unwrap_or(false)
    }

    /// The record under which this one is shown, if it was merged into another.
    pub fn merged_into(&self) -> Option<Id> {
        self.get(&MERGED_INTO).filter(|other| *other != self.id)
    }

    /// The latest stamp of any cell.
    pub fn changed(&self) -> Stamp {
        self.cells
            .values()
            .map(|cell| cell.stamp)
            .max()
            .unwrap_or_default()
    }

    /// Takes over every cell of `other` that is later. Commutative, associative and idempotent;
    /// equal stamps with different values (a broken device) are settled by the greater value.
    pub fn merge(&mut self, other: Record) {
        debug_assert_eq!(self.id, other.id);
        for (name, cell) in other.cells {
            self.merge_cell(name, cell);
        }
    }

    fn merge_cell(&mut self, name: String, cell: Cell) {
        match self.cells.get_mut(&name) {
            Some(held) => {
                if (cell.stamp, &cell.value) > (held.stamp, &held.value) {
                    *held = cell;
                }
            }
            None => {
                self.cells.insert(name, cell);
            }
        }
    }

    /// A copy with only the cells whose name `keep` allows.
    pub fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        let cells = self.cells.iter().filter(|(name, _)| keep(name));
        Self {
            id: self.id,
            kind: self.kind.clone(),
            cells: cells
                .map(|(name, cell)| (name.clone(), cell.clone()))
                .collect(),
        }
    }
}

/// A value that another author's later one has overtaken, kept until somebody confirms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overtaken {
    /// When the value that lost was written, and by which device.
    pub stamp: Stamp,
    pub value: Value,
}

/// The name of the cell that carries what `field` was before it was overtaken.
pub fn overtaken_name(field: &str) -> String {
    format!("{field}?")
}

/// The field that a cell's name speaks of: itself, or for an overtaken mark the field it marks.
pub fn field_of(cell_name: &str) -> &str {
    cell_name.strip_suffix('?').unwrap_or(cell_name)
}

impl Record {
    /// What `field` was before it was overtaken, if nobody has written the field since.
    pub fn overtaken(&self, field: &str) -> Option<Overtaken> {
        let mark = self.cells.get(&overtaken_name(field))?;
        if mark.stamp != self.cells.get(field)?.stamp {
            return None;
        }
        match &mark.value {
            Value::List(pair) => match pair.as_slice() {
                [Value::Text(stamp), value] => Some(Overtaken {
                    stamp: Stamp::parse(stamp)?,
                    value: value.clone(),
                }),
                _ => None,
            },
            _ => None,
        }
    }

    /// The fields with an overtaken value that waits to be confirmed.
    pub fn to_confirm(&self) -> impl Iterator<Item = &str> {
        let marks = self.cells.keys().filter_map(|name| name.strip_suffix('?'));
        marks.filter(|field| self.overtaken(field).is_some())
    }

    /// Marks that the value under `loser` was overtaken by the one that stands in `field`.
    /// The mark has the winner's stamp, so whoever writes the field next takes it away.
    pub(crate) fn mark_overtaken(&mut self, field: &str, loser: Cell) {
        let Some(winner) = self.cells.get(field) else {
            return;
        };
        let stamp = winner.stamp;
        let value = Value::List(vec![Value::Text(loser.stamp.to_string()), loser.value]);
        self.merge_cell(overtaken_name(field), Cell { stamp, value });
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Device;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            "[a-z张王李]{0,3}".prop_map(Value::Text),
        ];
        leaf.prop_recursive(2, 6, 3, |inner| {
            proptest::collection::vec(inner, 0..3).prop_map(Value::List)
        })
    }

    fn cell() -> impl Strategy<Value = Cell> {
        (0u64..4, 0u16..2, 0u64..3, value()).prop_map(|(time, counter, device, value)| Cell {
            stamp: Stamp {
                time,
                counter,
                device: Device(device),
            },
            value,
        })
    }

    /// Versions of one record: known fields, fields no table knows, and marks.
    pub fn version() -> impl Strategy<Value = Record> {
        let name = prop_oneof![
            Just("name".to_owned()),
            Just("phone".to_owned()),
            Just("phone?".to_owned()),
            Just("from_a_newer_app".to_owned()),
            Just("area".to_owned()),
        ];
        proptest::collection::btree_map(name, cell(), 0..5).prop_map(|cells| Record {
            id: Id::new(1, [0; 10]),
            kind: "worker".into(),
            cells: cells.into_iter().collect(),
        })
    }

    fn merged(mut a: Record, b: Record) -> Record {
        a.merge(b);
        a
    }

    proptest! {
        #[test]
        fn merging_in_either_order_gives_the_same(a in version(), b in version()) {
            prop_assert_eq!(merged(a.clone(), b.clone()), merged(b, a));
        }

        #[test]
        fn merging_in_any_grouping_gives_the_same(
            a in version(), b in version(), c in version()
        ) {
            let left = merged(merged(a.clone(), b.clone()), c.clone());
            let right = merged(a, merged(b, c));
            prop_assert_eq!(left, right);
        }

        #[test]
        fn merging_again_changes_nothing(a in version(), b in version()) {
            let once = merged(a, b.clone());
            prop_assert_eq!(merged(once.clone(), b), once);
        }

        #[test]
        fn cells_that_nobody_knows_survive(a in version(), b in version()) {
            let one = merged(a.clone(), b.clone());
            for (name, cell) in a.cells.iter().chain(&b.cells) {
                let kept = one.cells.get(name);
                prop_assert!(kept.is_some_and(|k| k.stamp >= cell.stamp), "{} was lost", name);
            }
        }
    }
}
