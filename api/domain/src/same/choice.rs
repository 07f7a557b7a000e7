//! What becomes of two records when they are made one: which stays, which values stand, and what is
//! written for that.

use super::UNITED;
use crate::record::MERGED_INTO;
use crate::value::Shape;
use crate::{Id, Record, Value, Values};
use std::collections::BTreeMap;

/// Which of two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    A,
    B,
}

impl Side {
    pub fn of<T>(self, pair: (T, T)) -> T {
        match self {
            Self::A => pair.0,
            Self::B => pair.1,
        }
    }

    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// Two records, which of them stays, and which value of each field is to stand.
#[derive(Clone, Debug)]
pub struct Choice {
    records: (Record, Record),
    pub stays: Side,
    /// The sides that were chosen field by field.
    fields: BTreeMap<&'static str, Side>,
}

impl Choice {
    pub fn new(records: (Record, Record), stays: Side) -> Self {
        Self {
            records,
            stays,
            fields: BTreeMap::new(),
        }
    }

    /// The record on a side.
    pub fn record(&self, side: Side) -> &Record {
        side.of((&self.records.0, &self.records.1))
    }

    /// The person wants the value of that side.
    pub fn choose(&mut self, field: &'static str, side: Side) {
        self.fields.insert(field, side);
    }

    pub fn value(&self, side: Side, field: &str) -> &Value {
        self.record(side).value(field).unwrap_or(&Value::Null)
    }

    pub fn differs(&self, field: &str) -> bool {
        self.value(Side::A, field) != self.value(Side::B, field)
    }

    /// True if the two say different things, and not just one of them something.
    pub fn contradicts(&self, field: &str) -> bool {
        let says = |side| !self.value(side, field).is_empty();
        let both = says(Side::A) && says(Side::B) && !UNITED.contains(&field);
        both && self.differs(field)
    }

    /// The side whose value will be shown: the chosen one, else that of the record that stays, and
    /// the other's where that has none.
    pub fn stands(&self, field: &str) -> Side {
        let chosen = self.fields.get(field).copied();
        chosen.unwrap_or_else(|| {
            if self.value(self.stays, field).is_empty() {
                self.stays.other()
            } else {
                self.stays
            }
        })
    }

    /// What is written into the record that stays: values that are not shown there by themselves.
    fn written(&self) -> Values {
        let chosen = self.fields.keys().copied();
        let written = chosen
            .filter(|field| self.differs(field))
            .filter_map(|field| {
                let side = self.stands(field);
                let fills = self.value(self.stays, field).is_empty() && side != self.stays;
                let own = side == self.stays && !self.value(side, field).is_empty();
                (!fills && !own).then(|| (field.to_owned(), self.value(side, field).clone()))
            });
        written.collect()
    }

    /// What is saved: the values, and that the other is the same.
    pub fn edits(&self) -> Vec<(Id, Values)> {
        let (stays, goes) = self.ids();
        let into = Values::from([(MERGED_INTO.name().to_owned(), stays.write())]);
        let written = self.written();
        let own = (!written.is_empty()).then_some((stays, written));
        own.into_iter().chain([(goes, into)]).collect()
    }

    /// The record that stays, and the other.
    pub fn ids(&self) -> (Id, Id) {
        let ids = (self.records.0.id, self.records.1.id);
        (self.stays.of(ids), self.stays.other().of(ids))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Stamp, same};

    fn record(number: u8, cells: &[(&str, &str)]) -> Record {
        let mut record = Record::new(Id::new(1, [number; 10]), "worker");
        for (name, value) in cells {
            record.put(name, (*value).into(), stamp(1));
        }
        record
    }

    fn stamp(time: u64) -> Stamp {
        Stamp {
            time,
            ..Stamp::default()
        }
    }

    fn choice() -> Choice {
        let a = record(1, &[("name", "张三"), ("phone", "1"), ("trade", "factory")]);
        let b = record(2, &[("name", "张三"), ("phone", "2"), ("note", "腊月回来")]);
        Choice::new((a, b), Side::A)
    }

    /// What is shown after the choice was saved.
    fn shown(choice: &Choice) -> Record {
        let mut records = [
            choice.record(Side::A).clone(),
            choice.record(Side::B).clone(),
        ];
        for (id, values) in choice.edits() {
            let record = records.iter_mut().find(|record| record.id == id).unwrap();
            for (name, value) in values {
                record.put(&name, value, stamp(9));
            }
        }
        let (stays, goes) = choice.ids();
        let by = |id| records.iter().find(|record| record.id == id).unwrap();
        assert_eq!(by(goes).merged_into(), Some(stays));
        same::whole(by(stays), std::slice::from_ref(by(goes)))
    }

    #[test]
    fn without_a_choice_nothing_is_written_but_that_they_are_the_same() {
        let choice = choice();
        assert_eq!(choice.edits().len(), 1);
        let shown = shown(&choice);
        assert_eq!(
            (shown.text("phone"), shown.text("trade"), shown.text("note")),
            ("1", "factory", "腊月回来")
        );
        assert!(choice.contradicts("phone") && !choice.contradicts("note"));
    }

    #[test]
    fn what_was_chosen_is_what_is_shown_afterwards_whichever_record_stays() {
        for stays in [Side::A, Side::B] {
            let mut choice = choice();
            choice.stays = stays;
            choice.choose("phone", Side::B);
            choice.choose("trade", Side::B);
            choice.choose("note", Side::B);
            let shown = shown(&choice);
            assert_eq!(
                (shown.text("phone"), shown.text("trade"), shown.text("note")),
                ("2", "", "腊月回来")
            );
            for field in ["phone", "trade", "note"] {
                assert_eq!(
                    choice.value(choice.stands(field), field),
                    shown.value(field).unwrap_or(&Value::Null)
                );
            }
        }
    }
}
