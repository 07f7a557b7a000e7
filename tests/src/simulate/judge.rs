//! What is right once all has come to rest: nothing lost, everybody agrees, nobody holds too much.

use super::Outcome;
use super::server::Server;
use super::world::{Phone, World};
use domain::{Area, Cell, Change, Id, Record, pack, page};
use std::collections::BTreeMap;
use store::entry::Entry;
use store::shelf::Shelf;
use store::steps::Tab;

/// Packed records by ledger and id.
type Held = BTreeMap<(Area, Id), Vec<u8>>;

pub fn judge(world: &World) -> Outcome {
    let mut outcome = Outcome::default();
    for leak in &world.leaks {
        outcome.leaked += 1;
        outcome.said.push(leak.clone());
    }
    accepted_stands(world, &mut outcome);
    set_back_came_again(world, &mut outcome);
    refused_left_no_trace(world, &mut outcome);
    for (ledger, server) in &world.servers {
        the_latest_stands(*ledger, server, &mut outcome);
    }
    for (number, phone) in world.phones.iter().enumerate() {
        saved_has_its_place(world, number, phone, &mut outcome);
        holds_what_it_should(world, number, phone, &mut outcome);
    }
    outcome
}

fn accepted_stands(world: &World, outcome: &mut Outcome) {
    for (ledger, change) in &world.accepted {
        let stands = find(world, *ledger, change);
        if !stands {
            outcome.lost += 1;
            outcome.said.push(format!(
                "accepted and gone: {} {:?}",
                change.id, change.cells
            ));
        }
    }
}

/// What a server lost when it was set back has come again from the phone that wrote it, if that
/// phone still has it and may.
fn set_back_came_again(world: &World, outcome: &mut Outcome) {
    // Two tabs that sync at once, which only browsers without locks let them, can each write over
    // the other's word of how far the server was.
    let able = |phone: &&Phone| !phone.regranted && !phone.troubled;
    let author = |change: &Change| {
        let wrote = |phone: &&Phone| phone.device == change.stamp.device;
        world.phones.iter().find(wrote).filter(able)
    };
    for (ledger, change) in &world.set_back {
        let here = |_: &&Phone| !world.out_of_sight.contains(&(change.id, change.stamp));
        let Some(phone) = author(change).filter(here) else {
            continue;
        };
        // Whoever was overtaken holds the later value alone, and that is its author's to give back.
        let overtaken = |name: &String| {
            let mut later = world.set_back.iter().map(|(_, later)| later);
            later.any(|later| {
                let same = later.id == change.id && later.cells.contains_key(name);
                same && later.stamp > change.stamp && author(later).is_none()
            })
        };
        let tables = phone.tables.borrow();
        let mut unsent = tables.outbox.values();
        let refused = unsent.any(|entry| entry.change.id == change.id && entry.refused.is_some());
        let records = world.servers.get(ledger).map(Server::records);
        let mut records = records.into_iter().flatten();
        let record = records.find(|record| record.id == change.id);
        // What it moved out of its own sight it did not keep.
        let mut after = record.clone().unwrap_or_else(|| change.delta());
        after.merge(change.delta());
        if phone.grants.view(&after).is_none() {
            continue;
        }
        let stands = |name: &String| {
            let cell = record.as_ref().and_then(|record| record.cells.get(name));
            cell.is_some_and(|cell| cell.stamp >= change.stamp) || overtaken(name)
        };
        if !refused && tables.aside.is_empty() && !change.cells.keys().all(stands) {
            outcome.lost += 1;
            outcome.said.push(format!(
                "set back and gone: {} {} {:?}",
                change.kind, change.id, change.cells
            ));
        }
    }
}

fn find(world: &World, ledger: Area, change: &Change) -> bool {
    let server = world.servers.get(&ledger);
    let found = server.and_then(|server| server.find(change.id, change.stamp));
    found.is_some_and(|entry| entry.change.cells == change.cells)
}

fn refused_left_no_trace(world: &World, outcome: &mut Outcome) {
    for (ledger, change) in &world.refused {
        let Some(server) = world.servers.get(ledger) else {
            continue;
        };
        // What was refused once may have been accepted later, or another has the same stamp.
        if server.has(change.id, change.stamp) {
            continue;
        }
        let records = server.records();
        let record = records.iter().find(|record| record.id == change.id);
        let traces = |record: &Record| {
            let mut cells = record.cells.values();
            cells.any(|cell| cell.stamp == change.stamp)
        };
        if record.is_some_and(traces) {
            outcome.leaked += 1;
            outcome.said.push(format!(
                "refused and written: {} {:?}",
                change.id, change.cells
            ));
        }
    }
}

/// Each cell is the one with the latest stamp among all accepted changes.
fn the_latest_stands(ledger: Area, server: &Server, outcome: &mut Outcome) {
    let mut latest: BTreeMap<(Id, String), Cell> = BTreeMap::new();
    for entry in server.entries() {
        for (name, cell) in entry.change.delta().cells {
            let place = latest.entry((entry.change.id, name));
            let held = place.or_insert_with(|| cell.clone());
            if (cell.stamp, &cell.value) > (held.stamp, &held.value) {
                *held = cell;
            }
        }
    }
    let records: BTreeMap<Id, Record> = server
        .records()
        .into_iter()
        .map(|record| (record.id, record))
        .collect();
    for ((id, name), cell) in latest {
        let stands = records.get(&id).and_then(|record| record.cells.get(&name));
        if stands != Some(&cell) {
            outcome.lost += 1;
            outcome
                .said
                .push(format!("{ledger}: {name} of {id} is not the latest"));
        }
    }
}

/// Accepted, or refused and shown; everything else was lost.
fn saved_has_its_place(world: &World, number: usize, phone: &Phone, outcome: &mut Outcome) {
    let tables = phone.tables.borrow();
    for saved in &tables.saved {
        let same = |entry: &&Entry| {
            entry.change.id == saved.change.id && entry.change.cells == saved.change.cells
        };
        let waits = tables.outbox.get(&saved.key()).filter(same);
        let shown = waits.is_some_and(|entry| entry.refused.is_some());
        let was = |(_, change): &(Area, Change)| {
            change.id == saved.change.id && change.stamp == saved.change.stamp
        };
        let set_back = world.set_back.iter().any(was);
        if !shown && !set_back && !find(world, saved.ledger, &saved.change) {
            outcome.lost += 1;
            let how = if waits.is_some() { "unsent" } else { "gone" };
            outcome.said.push(format!(
                "phone {number}: saved and {how}: {} {} {:?}",
                saved.change.kind, saved.change.id, saved.change.cells
            ));
        }
    }
}

fn holds_what_it_should(world: &World, number: usize, phone: &Phone, outcome: &mut Outcome) {
    let right = view(world, phone);
    let disk: Vec<Vec<u8>> = phone.tables.borrow().pages.values().cloned().collect();
    let memory = phone.tabs.first().map(|tab| tab.peek(held));
    let stored = held(&Shelf::of(&disk));
    let wrong = memory.as_ref() != Some(&right) || stored != right;
    // An app from before the server counted cannot notice.
    let wrong = wrong && !(phone.old && phone.overtaken);
    let cursors = phone.tables.borrow().cursors.clone();
    let repaired: u64 = cursors.values().map(|cursor| cursor.repaired).sum();
    outcome.damaged += phone.damaged;
    outcome.repaired += repaired;
    for packed in disk.iter().flat_map(|page| page::records(page)) {
        let Ok(record) = pack::unpack(&packed) else {
            continue;
        };
        let shown = right.iter().find(|((_, id), _)| *id == record.id);
        let shown = shown.and_then(|(_, packed)| pack::unpack(packed).ok());
        let hidden = |cell: &&String| {
            let shown = shown.as_ref();
            shown.is_none_or(|shown| !shown.cells.contains_key(cell))
        };
        if let Some(cell) = record.cells.keys().find(hidden).filter(|_| !phone.troubled) {
            outcome.leaked += 1;
            outcome.said.push(format!(
                "phone {number} still holds {cell} of {} {}",
                record.kind, record.id
            ));
        }
    }
    let needless = repaired > 0 && !phone.troubled && !phone.overtaken;
    if wrong && phone.damaged > 0 {
        outcome.unrepaired += 1;
    } else if wrong || needless {
        outcome.diverged += 1;
    }
    if wrong || needless {
        let memory = memory.unwrap_or_default();
        outcome.said.push(format!(
            "phone {number} {:?}: repaired {repaired}, {}",
            phone.grants,
            difference(&right, &memory, &stored)
        ));
    }
}

fn view(world: &World, phone: &Phone) -> Held {
    let mut held = Held::new();
    for ledger in phone.grants.ledgers() {
        let records = world.servers.get(&ledger).map(Server::records);
        for record in records.into_iter().flatten() {
            if let Some(seen) = phone.grants.view(&record) {
                held.insert((ledger, record.id), pack::pack(&seen));
            }
        }
    }
    held
}

fn held(shelf: &Shelf) -> Held {
    let mut held = Held::new();
    for (key, page) in shelf.pages() {
        let ledger = key.split('/').next().and_then(Area::parse);
        for packed in pack::split(&page).flatten() {
            if let (Some(ledger), Ok(record)) = (ledger, pack::unpack(packed)) {
                held.insert((ledger, record.id), packed.to_vec());
            }
        }
    }
    held
}

fn difference(right: &Held, memory: &Held, disk: &Held) -> String {
    let name = |at: &(Area, Id), packed: &Vec<u8>| {
        let kind = pack::unpack(packed).map(|record| record.kind);
        format!("{} {} {}", at.0, kind.unwrap_or_default(), at.1)
    };
    let mut words = Vec::new();
    for (place, held) in [("memory", memory), ("disk", disk)] {
        for (at, packed) in right {
            match held.get(at) {
                None => words.push(format!("{place} lacks {}", name(at, packed))),
                Some(other) if other != packed => {
                    words.push(format!("{place} differs in {}", name(at, packed)));
                }
                Some(_) => {}
            }
        }
        for (at, packed) in held {
            if !right.contains_key(at) {
                words.push(format!("{place} has {}", name(at, packed)));
            }
        }
    }
    words.join("; ")
}
