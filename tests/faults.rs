//! Real faults: the server killed again and again in the middle of pushes, and clients that fall
//! silent in the middle of a sentence. Afterwards everything is counted.

use domain::digest::Sum;
use domain::export::{Line, Part};
use domain::grant::Role;
use domain::wire::{Answer, PushAnswer};
use domain::{Change, Id, Stamp, Value};
use host::check;
use host::device::{Device, new_id};
use host::export::Source;
use host::show;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tests::World;
use tests::world::{area, built, county};

const VILLAGE: &str = "371721101004";
/// So often the server is killed; `CHUNNUAN_KILLS` says otherwise.
const KILLS: usize = 200;
const PHONES: usize = 3;
const SEED: u64 = 20_260_125;

/// Of a change that the server has accepted: its number in the history.
type Accepted = BTreeMap<(Id, Stamp), u64>;

/// What one phone has seen.
#[derive(Default)]
struct Seen {
    accepted: Accepted,
    /// The numbers of each batch.
    batches: Vec<Vec<u64>>,
    /// So many pushes had reached the server and were not answered.
    cut: usize,
}

fn kills() -> usize {
    let told = std::env::var("CHUNNUAN_KILLS").ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

/// A simple generator, so that a run can be repeated from its seed.
fn dice(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    *state >> 33
}

/// New workers, and an edit of each.
fn batch(device: &mut Device) -> Vec<Change> {
    let mut changes = Vec::new();
    for _ in 0..4 {
        let cells: [(&str, Value); 2] = [("name", "张三".into()), ("flow", "returning".into())];
        let made = device.makes(new_id(), "worker", area(VILLAGE), &cells);
        let record = domain::change::apply(None, &made);
        let edit = device.edits(&record, &[("phone", "13800000000".into())]);
        changes.extend([made, edit]);
    }
    changes
}

/// Sends batch after batch, each until it is answered, as a phone does with its outbox.
fn works(device: &mut Device, pushes: &AtomicUsize, done: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    while !done.load(Ordering::SeqCst) {
        let changes = batch(device);
        let answer = loop {
            pushes.fetch_add(1, Ordering::SeqCst);
            match device.push(county(), &changes) {
                Ok(answer) => break answer,
                Err(error) => {
                    // Between the kill and the new start nobody takes the call at all.
                    seen.cut += usize::from(!error.to_string().contains("refused"));
                    std::thread::sleep(Duration::from_millis(3));
                }
            }
        };
        let numbers = numbers(&answer);
        for (change, number) in changes.iter().zip(&numbers) {
            seen.accepted.insert((change.id, change.stamp), *number);
        }
        seen.batches.push(numbers);
    }
    seen
}

fn numbers(answer: &PushAnswer) -> Vec<u64> {
    let number = |answer: &Answer| match answer {
        Answer::Accepted(number) => *number,
        Answer::Refused(refused) => panic!("{refused:?}"),
    };
    answer.answers.iter().map(number).collect()
}

/// The history as it stands on disk.
fn history(world: &World) -> Accepted {
    let source = Source::copied(built(), world.data()).unwrap();
    let mut entries = Accepted::new();
    let take = |line: &str| {
        if let Line::History(entry) = serde_json::from_str(line).unwrap() {
            let stamp = Stamp::parse(&entry.stamp).unwrap();
            let twice = entries.insert((entry.record, stamp), entry.seq);
            assert_eq!(twice, None, "one change stands there twice");
        }
        Ok(())
    };
    source.each(Some(county()), Part::History, take).unwrap();
    entries
}

/// What a device holds after a pull from the beginning, and what the server says that it is.
fn agree(device: &Device) -> (Sum, Sum) {
    let (mut held, mut after, mut view) = (BTreeMap::new(), 0, String::new());
    loop {
        let page = device.pull_page(county(), after, &view).unwrap();
        for packed in page.records {
            let record = domain::pack::unpack(&packed).unwrap();
            held.insert(record.id, packed);
        }
        (after, view) = (page.head.cursor, page.head.view);
        if let Some(said) = page.head.agreed {
            let mut sum = Sum::default();
            held.values().for_each(|packed| sum.add(packed));
            return (sum, said);
        }
    }
}

#[test]
fn however_often_the_server_is_killed_what_it_accepted_is_there_and_nothing_is_half() {
    let mut world = World::new();
    let mut phones: Vec<Device> = (0..PHONES)
        .map(|number| {
            let name = format!("手机{number}");
            world.device(&name, Role::FieldWorker, "371721101")
        })
        .collect();
    let (pushes, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let begun = show::now();
    let seen: Vec<Seen> = std::thread::scope(|scope| {
        let work = |phone| scope.spawn(|| works(phone, &pushes, &done));
        let phones: Vec<_> = phones.iter_mut().map(work).collect();
        let mut state = SEED;
        for _ in 0..kills() {
            // The phones push again; then at any moment within some pushes.
            let heard = pushes.load(Ordering::SeqCst);
            while pushes.load(Ordering::SeqCst) < heard + 2 {
                std::thread::yield_now();
            }
            std::thread::sleep(Duration::from_micros(dice(&mut state) % 40_000));
            world.kill_server();
            world.start_server();
        }
        done.store(true, Ordering::SeqCst);
        phones
            .into_iter()
            .map(|phone| phone.join().unwrap())
            .collect()
    });
    let lasted = begun.elapsed();
    let cut: usize = seen.iter().map(|seen| seen.cut).sum();
    let there = history(&world);
    let mut accepted = 0;
    for phone in &seen {
        for (change, number) in &phone.accepted {
            assert_eq!(
                there.get(change),
                Some(number),
                "an accepted change is not there"
            );
        }
        accepted += phone.accepted.len();
        for batch in &phone.batches {
            let whole = batch.windows(2).all(|pair| pair[1] == pair[0] + 1);
            assert!(whole, "a batch was kept in pieces: {batch:?}");
        }
    }
    assert_eq!(there.len(), accepted, "the phones were answered in the end");
    let findings = check::check(built(), world.data()).unwrap();
    let damage: Vec<_> = findings.iter().flat_map(|found| &found.damage).collect();
    assert!(damage.is_empty(), "{damage:?}");
    for phone in &mut phones {
        phone.sign_in().unwrap();
        let (held, said) = agree(phone);
        assert_eq!(held, said);
        assert_eq!(held.count as usize, accepted / 2);
    }
    println!(
        "{} kills in {lasted:?}: {accepted} changes accepted, {cut} pushes cut in the \
         middle, none lost, none half",
        kills()
    );
    assert!(
        cut >= kills() / 2,
        "{cut}: the kills came between the pushes"
    );
}

/// Begins a push and falls silent after half of it; the connection stays open.
fn falls_silent(world: &World, device: &Device, body: &[u8]) -> TcpStream {
    let address = world.server().address();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /api/sync/371721 HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        device.token,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body[..body.len() / 2]).unwrap();
    stream.flush().unwrap();
    stream
}

#[test]
fn who_falls_silent_in_the_middle_of_a_push_has_written_nothing_and_holds_up_nobody() {
    let world = World::new();
    let mut silent = world.device("林晓梅", Role::FieldWorker, "371721101");
    let mut other = world.device("王芳", Role::FieldWorker, "371721101");
    let changes = batch(&mut silent);
    let body = serde_json::json!({ "changes": changes }).to_string();
    let open = (0..40).map(|_| falls_silent(&world, &silent, body.as_bytes()));
    let mut open: Vec<TcpStream> = open.collect();
    for round in 1..=10 {
        let begun = show::now();
        let sent = batch(&mut other);
        assert_eq!(numbers(&other.push(county(), &sent).unwrap()).len(), 8);
        assert_eq!(other.pull(county()).unwrap().len(), 4 * round);
        assert!(begun.elapsed() < Duration::from_secs(5), "others wait");
    }
    // Half of them hang up; one goes on after all, and is answered.
    let mut late = open.pop().unwrap();
    open.truncate(20);
    assert_eq!(other.pull(county()).unwrap().len(), 40);
    late.write_all(&body.as_bytes()[body.len() / 2..]).unwrap();
    let mut answer = [0; 12];
    late.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    assert_eq!(silent.pull(county()).unwrap().len(), 44);
    drop(open);
    assert_eq!(silent.pull(county()).unwrap().len(), 44);
}
