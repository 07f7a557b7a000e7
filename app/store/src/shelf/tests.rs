//! What the working set holds after changes, answers and pages.

use super::*;
use domain::wire::Answer;
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
    shelf.discard(change.key());
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
    shelf.accept(change.key());
    assert_eq!(shelf.get(change.change.id).unwrap().text("phone"), "2");
    assert_eq!(shelf.outbox().count(), 0);
    assert_eq!(shelf.latest(), stamp(5));
}

/// The rows, as they would be had the app just been opened.
fn opened_anew(shelf: &Shelf) -> Vec<Option<Row>> {
    let pages: Vec<Vec<u8>> = shelf.pages().into_iter().map(|(_, page)| page).collect();
    let mut anew = Shelf::of(&pages);
    shelf.outbox().cloned().for_each(|entry| anew.put(entry));
    let ids = anew.rows.keys().chain(shelf.rows.keys());
    let ids: BTreeSet<Id> = ids.copied().collect();
    ids.iter().map(|id| anew.rows.get(id).cloned()).collect()
}

#[test]
fn what_is_shown_after_an_answer_is_what_is_shown_after_opening_anew() {
    let mut shelf = Shelf::default();
    shelf.confirm([pack::pack(&worker("1", 1)).as_slice()]);
    let id = Id::new(1, [1; 10]);
    let changes = [("2", 5), ("3", 6), ("4", 7)].map(|(phone, at)| entry(&shelf, phone, at));
    changes.iter().for_each(|change| shelf.put(change.clone()));
    let refused = domain::Refusal::NotAllowed.into();
    let Answer::Refused(why) = refused else {
        panic!("a refusal");
    };
    shelf.put(Entry {
        refused: Some(why),
        ..changes[1].clone()
    });
    let marks = |shelf: &Shelf| {
        let row = shelf.row(id).unwrap();
        (row.waiting, row.refused)
    };
    assert_eq!(marks(&shelf), (true, true));
    for change in [&changes[2], &changes[0]] {
        shelf.accept(change.key());
        assert_eq!(marks(&shelf), (true, true));
        assert_eq!(opened_anew(&shelf), [shelf.row(id).cloned()]);
        assert_eq!(shelf.get(id).unwrap().text("phone"), "4");
    }
    shelf.discard(changes[1].key());
    assert_eq!(marks(&shelf), (false, false));
    assert_eq!(opened_anew(&shelf), [shelf.row(id).cloned()]);
    let found = shelf.find("4", |_| HashSet::new(), |_, _| true, 9);
    assert_eq!(found.first, [id], "it is found by what was accepted");
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
