//! A data folder that an older server kept is taken over by the one of today, nothing of it lost.

use domain::grant::Role;
use domain::history::History;
use domain::wire::{Answer, PullHead, Pulled};
use domain::{Change, Id, Value, pack};
use host::device::{Device, new_id};
use host::{check, objects};
use rusqlite::{Connection, params};
use std::path::Path;
use tests::World;
use tests::ledger;
use tests::world::{area, built, county};

/// Older servers kept a row for each change, and a record's bytes with the record.
const TABLE: &str = "CREATE TABLE history (
    seq INTEGER PRIMARY KEY, record BLOB NOT NULL, stamp TEXT NOT NULL, person BLOB NOT NULL,
    received INTEGER NOT NULL, body BLOB NOT NULL, chain BLOB NOT NULL,
    earlier INTEGER NOT NULL DEFAULT 0)";

/// And records in the order of their ids, as did later ones, which had blocks.
const BY_ID: &str = "ALTER TABLE record RENAME TO today;
    CREATE TABLE record (id BLOB PRIMARY KEY, seq INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE INDEX record_seq ON record (seq);
    INSERT INTO record SELECT id, seq, body FROM today;
    DROP TABLE today;";

/// Sends changes, all of which are accepted; their numbers.
fn sends(device: &Device, changes: &[Change]) -> Vec<u64> {
    let answers = device.push(county(), changes).unwrap().answers;
    let number = |answer: Answer| match answer {
        Answer::Accepted(seq) => seq,
        Answer::Refused(refusal) => panic!("{refusal:?}"),
    };
    answers.into_iter().map(number).collect()
}

fn worker(device: &mut Device, number: usize) -> Change {
    let cells: [(&str, Value); 3] = [
        ("name", format!("张{number}").as_str().into()),
        ("flow", "returning".into()),
        ("phone", "13800000000".into()),
    ];
    device.makes(new_id(), "worker", area("371721101004"), &cells)
}

/// Rewrites a ledger's file as an older server would have kept it. Gives each change's link, under
/// its number less one.
fn keeps_as_before(file: &Path, records: &[(Id, Vec<u8>)]) -> Vec<String> {
    let mut database = Connection::open(file).unwrap();
    let one = database.transaction().unwrap();
    let blocks = ledger::blocks(&one).unwrap();
    one.execute(TABLE, []).unwrap();
    let (mut before, mut names) = (Vec::new(), Vec::new());
    for block in &blocks {
        let links = block.links(&before).unwrap();
        for (entry, link) in block.entries().unwrap().iter().zip(links) {
            let (record, stamp) = entry.about().unwrap();
            let values = params![
                entry.seq.cast_signed(),
                &record.as_bytes()[..],
                stamp.to_string(),
                &block.person.as_bytes()[..],
                block.received,
                entry.change,
                &link[..],
                entry.earlier.cast_signed(),
            ];
            let insert = "INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
            one.execute(insert, values).unwrap();
            names.push(host::build::hex(&link[..8]));
            before = link.to_vec();
        }
        assert_eq!(before, block.chain);
    }
    for (id, packed) in records {
        let update = "UPDATE record SET body = ? WHERE id = ?";
        let done = one.execute(update, params![packed, &id.as_bytes()[..]]);
        assert_eq!(done.unwrap(), 1);
    }
    one.execute("DROP TABLE block", []).unwrap();
    one.execute_batch(BY_ID).unwrap();
    one.commit().unwrap();
    names
}

fn history(device: &Device, id: Id) -> History {
    let path = format!("/api/history/{}/{id}", county());
    device.get(&path).unwrap().json(&path).unwrap()
}

#[test]
fn a_ledger_of_an_older_server_goes_on_where_it_was() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let mut wei = world.device("魏小军", Role::FieldWorker, "371721101");
    // Two pushes of more people than one block holds, and edits by somebody else.
    let first: Vec<Change> = (0..60).map(|number| worker(&mut lin, number)).collect();
    let second: Vec<Change> = (60..90).map(|number| worker(&mut wei, number)).collect();
    let numbers = [sends(&lin, &first), sends(&wei, &second)].concat();
    assert_eq!(numbers, (1..=90).collect::<Vec<u64>>());
    let held = wei.pull(county()).unwrap();
    let edits: Vec<Change> = first[..40]
        .iter()
        .map(|made| wei.edits(&held[&made.id], &[("phone", "13900000001".into())]))
        .collect();
    sends(&wei, &edits);
    let before = lin.pull(county()).unwrap();
    let told = history(&lin, first[3].id);
    world.stop_server();
    let packed: Vec<(Id, Vec<u8>)> = before
        .iter()
        .map(|(id, record)| (*id, pack::pack(record)))
        .collect();
    let file = objects::file_of(world.data(), objects::LEDGERS, "371721");
    let links = keeps_as_before(&file, &packed);
    world.start_server();

    assert_eq!(lin.pull(county()).unwrap(), before);
    assert_eq!(history(&lin, first[3].id), told);
    assert_eq!(told.changes.len(), 2);
    assert_eq!(sends(&lin, &first[10..20]), (11..=20).collect::<Vec<u64>>());
    // A phone that had followed the older server up to any change is where it was.
    let view = lin.pull_page(county(), 0, "").unwrap().head.view;
    let asks = |seen: u64, chain: &str| -> PullHead {
        let path = format!(
            "/api/sync/{}?after={seen}&view={view}&seen={seen}&chain={chain}",
            county()
        );
        Pulled::decode(&lin.get(&path).unwrap().body).unwrap().head
    };
    for seen in [1, 7, 60, 61, 89, 90, 130] {
        let link = &links[seen as usize - 1];
        assert!(!asks(seen, link).behind, "change {seen}");
        assert!(asks(seen, "0123456789abcdef").behind, "change {seen}");
    }
    let made = worker(&mut lin, 90);
    assert_eq!(sends(&lin, &[made]), [131]);
    let sound = check::check(built(), world.data()).unwrap();
    let own = sound.iter().find(|found| found.ledger == county()).unwrap();
    assert_eq!((own.changes, own.records), (131, 91));
    assert!(own.damage.is_empty(), "{own:?}");
    let database = Connection::open(file).unwrap();
    let left = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'history'";
    let left: i64 = database.query_row(left, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn records_that_stood_in_the_order_of_their_ids_are_all_there() {
    let mut world = World::new();
    let mut lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let made: Vec<Change> = (0..300).map(|number| worker(&mut lin, number)).collect();
    sends(&lin, &made);
    let held = lin.pull(county()).unwrap();
    let phone = |number: &str| [("phone", number.into())];
    let edited = made.iter().skip(5).step_by(7);
    let edits: Vec<Change> = edited
        .map(|made| lin.edits(&held[&made.id], &phone("13900000001")))
        .collect();
    sends(&lin, &edits);
    let before = lin.pull(county()).unwrap();
    let view = lin.pull_page(county(), 0, "").unwrap().head.view;
    world.stop_server();
    let file = objects::file_of(world.data(), objects::LEDGERS, "371721");
    let ledger = Connection::open(&file).unwrap();
    ledger.execute_batch(BY_ID).unwrap();
    drop(ledger);
    world.start_server();

    assert_eq!(lin.pull(county()).unwrap(), before);
    let seen = 300 + edits.len() as u64;
    let new = worker(&mut lin, 300);
    let again = lin.edits(&before[&made[5].id], &phone("13900000002"));
    assert_eq!(sends(&lin, &[new.clone(), again]), [seen + 1, seen + 2]);
    // A phone that had pulled all gets these two, and no other record stands there twice.
    let page = lin.pull_page(county(), seen, &view).unwrap();
    let ids: Vec<Id> = page
        .records
        .iter()
        .map(|record| pack::unpack(record).unwrap().id)
        .collect();
    assert_eq!(ids, [new.id, made[5].id]);
    let sound = check::check(built(), world.data()).unwrap();
    let own = sound.iter().find(|found| found.ledger == county()).unwrap();
    assert_eq!((own.changes, own.records), (seen + 2, 301));
    assert!(own.damage.is_empty(), "{own:?}");
    let ledger = Connection::open(file).unwrap();
    let left = "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('record_by_id', 'record_seq')";
    let left: i64 = ledger.query_row(left, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}
