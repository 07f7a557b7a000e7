//! Damaged input: every decoder is given real samples with bytes turned, cut, doubled and mixed, and
//! answers with a value or an error, never with a panic; what it takes it gives back.
//!
//! Each goes on for `CHUNNUAN_FUZZ_SECONDS`, or else for a fixed number of samples.

use api::steps::Pushed;
use domain::change::Glance;
use domain::code::Code;
use domain::digest::Sum;
use domain::wire::{self, Answer, Form, PullHead, Pulled, PushAnswer, PushAsk, PushHead};
use domain::{Area, Change, Device, Id, Record, Stamp, Value, pack};
use std::time::Duration;
use tests::simulate::dice::Dice;

const SAMPLES: u64 = 100_000;

/// Gives `with` damaged samples until the time or the number is over.
fn damage(name: &str, samples: &[Vec<u8>], mut with: impl FnMut(&[u8])) {
    let seconds = std::env::var("CHUNNUAN_FUZZ_SECONDS").ok();
    let seconds: Option<u64> = seconds.and_then(|text| text.parse().ok());
    let until = seconds.map(|seconds| host::show::now() + Duration::from_secs(seconds));
    let mut dice = Dice::new(7);
    let mut count = 0;
    for sample in samples {
        with(sample);
    }
    loop {
        let mut bytes = dice.pick(samples).clone();
        for _ in 0..=dice.below(4) {
            turn(&mut bytes, samples, &mut dice);
        }
        with(&bytes);
        count += 1;
        let over = match until {
            Some(until) => count % 64 == 0 && host::show::now() >= until,
            None => count >= SAMPLES,
        };
        if over {
            println!("{name}: {count} damaged samples");
            return;
        }
    }
}

fn turn(bytes: &mut Vec<u8>, samples: &[Vec<u8>], dice: &mut Dice) {
    const EDGES: [u8; 8] = [0, 1, 0x7f, 0x80, 0xff, b'"', b'[', b':'];
    let at = dice.below(bytes.len() + 1);
    match dice.below(7) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 if at < bytes.len() => bytes[at] = *dice.pick(&EDGES),
        2 => bytes.truncate(at),
        3 => bytes.insert(at, dice.throw() as u8),
        4 => {
            let to = (at + dice.below(9)).min(bytes.len());
            bytes.drain(at..to);
        }
        5 => {
            let part = bytes[at..(at + dice.below(64)).min(bytes.len())].to_vec();
            bytes.splice(at..at, part);
        }
        _ => {
            let other = dice.pick(samples);
            let from = dice.below(other.len() + 1);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
    }
}

fn stamp(counter: u16) -> Stamp {
    Stamp {
        time: 1_768_900_000_000,
        counter,
        device: Device(7),
    }
}

fn record(number: u8) -> Record {
    let mut record = Record::new(Id::new(1_768_900_000_000, [number; 10]), "worker");
    record.put("area", "371721101004".into(), stamp(0));
    record.put("name", "张三".into(), stamp(u16::from(number)));
    record.put("priority", Value::List(vec!["low_income".into()]), stamp(1));
    record.put("seats", Value::Int(-5), stamp(0));
    record.put("deleted", Value::Bool(false), stamp(0));
    record.put("note", Value::Null, stamp(2));
    record
}

fn change() -> Change {
    let cells = [
        ("name".to_owned(), "李四".into()),
        ("deleted".to_owned(), Value::Bool(true)),
        ("priority".to_owned(), Value::List(vec![Value::Int(3)])),
    ];
    Change::of(&record(1), cells.into(), stamp(9))
}

fn page(count: u8) -> Pulled {
    let records: Vec<Vec<u8>> = (0..count)
        .map(|number| pack::pack(&record(number)))
        .collect();
    let mut sum = Sum::default();
    records.iter().for_each(|packed| sum.add(packed));
    Pulled {
        head: PullHead {
            cursor: 9,
            more: false,
            reset: true,
            view: "0011223344556677".to_owned(),
            behind: true,
            chain: "8899aabbccddeeff".to_owned(),
            gone: vec![record(1).id],
            narrowed: vec![record(2).id],
            agreed: Some(sum),
            settings: Some(1_674_316_800_000),
        },
        records,
    }
}

#[test]
fn a_damaged_record_is_refused_or_read_as_what_it_then_says() {
    let samples: Vec<Vec<u8>> = (0..8).map(|number| pack::pack(&record(number))).collect();
    damage("pack::unpack", &samples, |bytes| {
        if let Ok(record) = pack::unpack(bytes) {
            assert_eq!(pack::unpack(&pack::pack(&record)), Ok(record));
        }
    });
}

#[test]
fn a_damaged_page_of_the_store_gives_what_is_whole_in_it() {
    let packed: Vec<Vec<u8>> = (0..5).map(|number| pack::pack(&record(number))).collect();
    let page = pack::join(packed.iter().map(Vec::as_slice));
    damage("pack::split", &[page, Vec::new()], |bytes| {
        let parts = pack::split(bytes).flatten();
        let read: usize = parts.map(<[u8]>::len).sum();
        assert!(read <= bytes.len());
    });
}

#[test]
fn a_damaged_answer_to_a_pull_is_refused_or_read() {
    for form in [Form::Rows, Form::Columns] {
        let samples = [0, 1, 5].map(|count| page(count).encode(form).unwrap());
        damage("Pulled::decode", &samples, |bytes| {
            if let Ok(page) = Pulled::decode(bytes) {
                let again = page.encode(form).unwrap();
                assert_eq!(Pulled::decode(&again), Ok(page));
            }
        });
    }
}

#[test]
fn a_damaged_push_and_its_answer_are_refused_or_read() {
    let one = serde_json::value::to_raw_value(&change()).unwrap();
    let ask = PushAsk {
        changes: vec![one.clone(), one],
        seen: 7,
        chain: "8899aabbccddeeff".to_owned(),
    };
    let answer = PushAnswer {
        seen: 7,
        chain: "8899aabbccddeeff".to_owned(),
        answers: vec![Answer::Accepted(4), domain::Refusal::NoTwin.into()],
        now: 5,
    };
    let samples = [
        serde_json::to_vec(&ask).unwrap(),
        serde_json::to_vec(&change()).unwrap(),
        serde_json::to_vec(&answer).unwrap(),
    ];
    damage("JSON of changes", &samples, |bytes| {
        let _ = serde_json::from_slice::<PushAnswer>(bytes);
        let asked = serde_json::from_slice::<PushAsk>(bytes).map(|ask| ask.changes);
        for text in asked.unwrap_or_default() {
            let _ = serde_json::from_str::<Change>(text.get());
        }
        if let Ok(change) = serde_json::from_slice::<Change>(bytes) {
            let again = serde_json::to_vec(&change).unwrap();
            assert_eq!(serde_json::from_slice::<Change>(&again).unwrap(), change);
            // Lists too deep are refused when the change is decided on.
            let deep = change
                .cells
                .values()
                .any(|value| value.depth() >= pack::MAX_DEPTH);
            let delta = change.delta();
            assert!(deep || pack::unpack(&pack::pack(&delta)) == Ok(delta));
        }
    });
}

#[test]
fn a_damaged_packed_push_is_refused_or_read_as_what_is_kept_of_it() {
    let seen = Change {
        seen: [("phone".to_owned(), change().stamp)].into(),
        ..change()
    };
    let head = PushHead {
        seen: 7,
        chain: "8899aabbccddeeff".to_owned(),
    };
    let some = wire::packed(&[change(), seen]);
    let samples = [&some[..], &[]].map(|changes| head.before(changes).unwrap());
    damage("Pushed::read", &samples, |bytes| {
        let pushed = Pushed::read(bytes).map(|pushed| pushed.changes);
        for sent in pushed.unwrap_or_default().into_iter().flatten() {
            if let Ok(change) = Change::unpack(&sent.body) {
                assert_eq!(change.pack(), *sent.body, "the history has one form");
                assert_eq!(Glance::of(&change), sent.glance);
            }
        }
    });
}

#[test]
fn a_damaged_code_is_refused_or_is_one() {
    let code = |kind| Code::of(kind, record(3).id).unwrap().text().into_bytes();
    let samples = ["passenger", "ticket", "worker"].map(code);
    damage("Code::parse", &samples, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(code) = Code::parse(&text) {
            assert_eq!(Code::parse(&code.text()), Ok(code));
        }
    });
}

#[test]
fn a_damaged_table_of_areas_names_no_area_that_is_none() {
    let table = std::fs::read(host::tools::root().join("api/domain/data/areas-37.csv")).unwrap();
    let samples: Vec<Vec<u8>> = table.chunks(600).take(50).map(<[u8]>::to_vec).collect();
    damage("areas", &samples, |bytes| {
        for word in String::from_utf8_lossy(bytes).split(['\n', ',']) {
            if let Some(area) = Area::parse(word) {
                assert_eq!(Area::parse(&area.to_string()), Some(area), "{word}");
                let _ = (area.is_known(), area.ledger(), area.parent());
            }
        }
    });
}
