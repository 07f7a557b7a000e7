//! Goods in stock by place and item: what was moved in and out, and what was issued (C7, C25).

use crate::value::Shape;
use crate::{Id, Record};
use std::collections::BTreeMap;

/// What a place holds of one item, in the item's own unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stock {
    pub moved_in: i64,
    pub moved_out: i64,
    /// Given to households and people out of this stock.
    pub issued: i64,
}

impl Stock {
    pub fn left(&self) -> i64 {
        let out = self.moved_out.saturating_add(self.issued);
        self.moved_in.saturating_sub(out)
    }

    /// True if more went out than came in: something was not written down, or twice.
    pub fn is_discrepant(&self) -> bool {
        self.left() < 0
    }
}

/// The stock of every place and item that the records name, in any order; other kinds and what
/// was issued from no place do not count.
pub fn stock<'r>(records: impl IntoIterator<Item = &'r Record>) -> BTreeMap<(Id, String), Stock> {
    let mut held: BTreeMap<(Id, String), Stock> = BTreeMap::new();
    for record in records {
        if let Some((key, change)) = change(record) {
            let stock = held.entry(key).or_default();
            stock.moved_in = stock.moved_in.saturating_add(change.moved_in);
            stock.moved_out = stock.moved_out.saturating_add(change.moved_out);
            stock.issued = stock.issued.saturating_add(change.issued);
        }
    }
    held
}

/// Whose stock a record changes, and how.
fn change(record: &Record) -> Option<((Id, String), Stock)> {
    if record.is_deleted() {
        return None;
    }
    let place = Id::parse(record.text("place"))?;
    let item = record.text("item").trim();
    let quantity = record.value("quantity").and_then(i64::read)?;
    let mut change = Stock::default();
    match (record.kind.as_str(), record.text("direction")) {
        ("stock_move", "in") => change.moved_in = quantity,
        ("stock_move", "out") => change.moved_out = quantity,
        ("gift_issue", _) => change.issued = quantity,
        _ => return None,
    }
    (!item.is_empty()).then(|| ((place, item.to_owned()), change))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Stamp, Value};

    const CENTRE: Id = Id::from_bytes([1; 16]);

    fn record(kind: &str, direction: &str, item: &str, quantity: i64) -> Record {
        let mut record = Record::new(Id::from_bytes([9; 16]), kind);
        record.put("place", CENTRE.write(), Stamp::default());
        record.put("item", item.into(), Stamp::default());
        record.put("quantity", Value::Int(quantity), Stamp::default());
        if !direction.is_empty() {
            record.put("direction", direction.into(), Stamp::default());
        }
        record
    }

    fn of(held: &BTreeMap<(Id, String), Stock>, item: &str) -> Stock {
        held[&(CENTRE, item.to_owned())]
    }

    #[test]
    fn a_place_holds_what_came_in_less_what_went_out_and_what_was_given() {
        let records = [
            record("gift_issue", "", "rice", 2),
            record("stock_move", "in", "rice", 40),
            record("stock_move", "out", "rice", 5),
            record("stock_move", "in", "masks", 500),
            record("visit", "in", "rice", 9),
        ];
        let held = stock(&records);
        assert_eq!(of(&held, "rice").left(), 33);
        assert_eq!(of(&held, "masks").left(), 500);
        assert_eq!(held.len(), 2);
        assert!(!of(&held, "rice").is_discrepant());
    }

    #[test]
    fn more_given_than_there_was_is_a_discrepancy_until_it_is_put_right() {
        let mut records = vec![
            record("stock_move", "in", "oil", 3),
            record("gift_issue", "", "oil", 4),
        ];
        assert!(of(&stock(&records), "oil").is_discrepant());
        records.push(record("stock_move", "in", "oil", 1));
        assert!(!of(&stock(&records), "oil").is_discrepant());
    }

    #[test]
    fn what_was_taken_back_or_came_from_no_stock_does_not_count() {
        let mut deleted = record("gift_issue", "", "rice", 2);
        deleted.set(&crate::record::DELETED, true, Stamp::default());
        let mut bought = record("gift_issue", "", "rice", 2);
        bought.cells.remove("place");
        assert!(stock([&deleted, &bought]).is_empty());
    }
}
