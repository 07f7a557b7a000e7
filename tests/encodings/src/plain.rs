//! A record for postcard, which writes no names: its values say by a number what they are, and ids
//! and stamps are numbers, as in the packed form.

use domain::{Cell, Device, Id, Record, Stamp, Value};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub struct Plain {
    id: [u8; 16],
    kind: String,
    pub cells: Vec<(String, (u64, u16, u64), Item)>,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum Item {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Item>),
}

impl Plain {
    pub fn of(record: &Record) -> Self {
        let cell = |(name, cell): (&String, &Cell)| {
            let Stamp {
                time,
                counter,
                device,
            } = cell.stamp;
            (name.clone(), (time, counter, device.0), item(&cell.value))
        };
        Self {
            id: *record.id.as_bytes(),
            kind: record.kind.clone(),
            cells: record.cells.iter().map(cell).collect(),
        }
    }

    pub fn record(self) -> Record {
        let mut record = Record::new(Id::from_bytes(self.id), &self.kind);
        for (name, (time, counter, device), item) in self.cells {
            let stamp = Stamp {
                time,
                counter,
                device: Device(device),
            };
            let value = value(item);
            record.cells.insert(name, Cell { stamp, value });
        }
        record
    }
}

fn item(value: &Value) -> Item {
    match value {
        Value::Null => Item::Null,
        Value::Bool(flag) => Item::Bool(*flag),
        Value::Int(number) => Item::Int(*number),
        Value::Text(text) => Item::Text(text.clone()),
        Value::List(items) => Item::List(items.iter().map(item).collect()),
    }
}

fn value(item: Item) -> Value {
    match item {
        Item::Null => Value::Null,
        Item::Bool(flag) => Value::Bool(flag),
        Item::Int(number) => Value::Int(number),
        Item::Text(text) => Value::Text(text),
        Item::List(items) => Value::List(items.into_iter().map(value).collect()),
    }
}
