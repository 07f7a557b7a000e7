//! The forms that a page of records could have on the wire and in the store, each as its own kept
//! library writes it; `tests/src/bin/bench.rs` times them in V8 (`--only encoding`).
//!
//! Called without bindings, by numbers: a form is 0 packed, 1 JSON, 2 CBOR, 3 MessagePack,
//! 4 postcard.
#![allow(unsafe_code)]

mod plain;

use domain::{Record, pack};
use plain::Plain;
use std::cell::RefCell;

#[derive(Default)]
struct Bench {
    input: Vec<u8>,
    records: Vec<Record>,
    plain: Vec<Plain>,
    encoded: Vec<u8>,
}

thread_local! {
    static BENCH: RefCell<Bench> = RefCell::default();
}

/// Makes room for a page of packed records, and says where.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    BENCH.with_borrow_mut(|bench| {
        bench.input = vec![0; bytes];
        bench.input.as_mut_ptr()
    })
}

/// Reads the page; gives the number of its records.
#[unsafe(no_mangle)]
pub extern "C" fn load() -> usize {
    BENCH.with_borrow_mut(|bench| {
        bench.records = unpacked(&bench.input);
        bench.plain = bench.records.iter().map(Plain::of).collect();
        bench.records.len()
    })
}

/// Encodes all records in a form; gives the length.
#[unsafe(no_mangle)]
pub extern "C" fn encode(form: u32) -> usize {
    BENCH.with_borrow_mut(|bench| {
        bench.encoded = match form {
            0 => {
                let packed: Vec<Vec<u8>> = bench.records.iter().map(pack::pack).collect();
                pack::join(packed.iter().map(Vec::as_slice))
            }
            1 => serde_json::to_vec(&bench.records).unwrap_or_default(),
            2 => {
                let mut out = Vec::new();
                let done = ciborium::into_writer(&bench.records, &mut out);
                if done.is_ok() { out } else { Vec::new() }
            }
            3 => rmp_serde::to_vec(&bench.records).unwrap_or_default(),
            _ => postcard::to_allocvec(&bench.plain).unwrap_or_default(),
        };
        bench.encoded.len()
    })
}

/// Where the encoded bytes are.
#[unsafe(no_mangle)]
pub extern "C" fn encoded() -> *const u8 {
    BENCH.with_borrow(|bench| bench.encoded.as_ptr())
}

/// Decodes what was encoded last; gives the number of records that are as they were.
#[unsafe(no_mangle)]
pub extern "C" fn check(form: u32) -> usize {
    BENCH.with_borrow(|bench| {
        let back = decoded(form, &bench.encoded);
        let same = |(a, b): (&Record, &Record)| a == b;
        back.iter()
            .zip(&bench.records)
            .filter(|pair| same(*pair))
            .count()
    })
}

/// Decodes what was encoded last; gives the number of its cells.
#[unsafe(no_mangle)]
pub extern "C" fn decode(form: u32) -> usize {
    BENCH.with_borrow(|bench| match form {
        4 => {
            let back: Vec<Plain> = postcard::from_bytes(&bench.encoded).unwrap_or_default();
            back.iter().map(|record| record.cells.len()).sum()
        }
        _ => {
            let back = decoded(form, &bench.encoded);
            back.iter().map(|record| record.cells.len()).sum()
        }
    })
}

fn decoded(form: u32, bytes: &[u8]) -> Vec<Record> {
    match form {
        0 => unpacked(bytes),
        1 => serde_json::from_slice(bytes).unwrap_or_default(),
        2 => ciborium::from_reader(bytes).unwrap_or_default(),
        3 => rmp_serde::from_slice(bytes).unwrap_or_default(),
        _ => {
            let back: Vec<Plain> = postcard::from_bytes(bytes).unwrap_or_default();
            back.into_iter().map(Plain::record).collect()
        }
    }
}

fn unpacked(page: &[u8]) -> Vec<Record> {
    let records = pack::split(page).filter_map(|one| pack::unpack(one.ok()?).ok());
    records.collect()
}
