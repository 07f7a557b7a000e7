//! What the working set holds after changes, answers and pages.

use super::*;
use domain::{Change, Device, Value};

fn stamp(time: u64) -> Stamp {
    Stamp {
        time,
        counter: 0,
        device: Device(1),
    }
}

fn worker(phone: &str, at: u64) -> Record {
    let mut record = Record::new(Id::new(1, [1; 10]), "worker");
    record.put("area", "371721101004".into(), stamp(at));
    record.put("name", "张三".into(), stamp(at));
    record.put("phone", phone.into(), stamp(at));
    record
}

fn entry(shelf: &Shelf, phone: &str, at: u64) -> Entry {
    let seen = shelf.get(Id::new(1, [1; 10])).unwrap();
    let cells = [("phone".to_owned(), Value::from(phone))].into();
    let change = Change::of(&seen, cells, stamp(at));
    Entry {
        change,
        ledger: Area::parse("371721").unwrap(),
        refused: None,
    }
}

#[test]
fn an_unsent_change_lies_over_the_record_and_a_discarded_one_leaves_no_trace() {
    let mut shelf = Shelf::default();
    shelf.confirm([pack::pack(&worker("1", 1)).as_slice()]);
    let change = entry(&shelf, "2", 5);
    shelf.put(change.clone());
    let id = change.change.id;
    assert_eq!(shelf.get(id).unwrap().text("phone"), "2");
    assert!(shelf.row(id).unwrap().waiting);
    shelf.discard(&change.key());
    assert_eq!(shelf.get(id).unwrap().text("phone"), "1");
    assert!(!shelf.row(id).unwrap().waiting);
}

#[test]
fn an_accepted_change_stays_and_what_was_pulled_meanwhile_is_merged() {
    let mut shelf = Shelf::default();
    shelf.confirm([pack::pack(&worker("1", 1)).as_slice()]);
    let change = entry(&shelf, "2", 5);
    shelf.put(change.clone());
    shelf.confirm([pack::pack(&worker("3", 4)).as_slice()]);
    assert_eq!(shelf.get(change.change.id).unwrap().text("phone"), "2");
    shelf.accept(&change.key());
    assert_eq!(shelf.get(change.change.id).unwrap().text("phone"), "2");
    assert_eq!(shelf.outbox().count(), 0);
    assert_eq!(shelf.latest(), stamp(5));
}

#[test]
fn a_reset_ledger_keeps_what_was_not_sent() {
    let mut shelf = Shelf::default();
    shelf.confirm([pack::pack(&worker("1", 1)).as_slice()]);
    let change = entry(&shelf, "2", 5);
    shelf.put(change);
    shelf.reset(Area::parse("371721").unwrap());
    assert_eq!(shelf.outbox().count(), 1);
    assert_eq!(shelf.pages(), []);
}
