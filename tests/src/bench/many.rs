//! Two hundred phones that sync at the same moment, with ever more rows in their county.

use super::{Bench, Line};
use crate::World;
use crate::world::county;
use domain::Change;
use domain::change::BATCH_LIMIT;
use domain::grant::Role;
use domain::wire::Answer;
use host::device::{Device, new_id};
use host::{show, training};
use std::sync::Barrier;

pub const BENCH: Bench = Bench {
    name: "many",
    what: "one phone and 200 at once, each with 5 changes and a pull of what is new, in ms",
    run,
};

const PHONES: usize = 200;
const CHANGES: usize = 5;
const ROUNDS: usize = 5;
/// Rows in the county when the phones come.
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

const PART: usize = 10_000;

/// A phone with what it has pulled.
struct Held {
    device: Device,
    after: u64,
    view: String,
}

fn run() -> Result<Vec<Line>, String> {
    let failed = |error: host::error::HostError| error.to_string();
    let world = World::new();
    let mut maker = world.device("名册", Role::FieldWorker, "371721");
    let mut phones = Vec::new();
    for number in 0..PHONES {
        let device = world.device(&format!("手机{number}"), Role::FieldWorker, "371721101");
        phones.push(Held {
            device,
            after: 0,
            view: String::new(),
        });
    }
    let (mut rows, mut lines) = (0, Vec::new());
    for size in SIZES {
        let begun = show::now();
        while rows < size {
            let part = PART.min(size - rows);
            grows(&mut maker, part)?;
            rows += part;
        }
        eprintln!("{size} rows after {:.0} s", begun.elapsed().as_secs_f64());
        // All have the same grants and so the same view: what one has pulled stands for all.
        let first = phones.first_mut().ok_or("no phone")?;
        first.device.sign_in().map_err(failed)?;
        first.catches_up()?;
        let (after, view) = (first.after, first.view.clone());
        for phone in &mut phones {
            phone.device.sign_in().map_err(failed)?;
            (phone.after, phone.view) = (after, view.clone());
        }
        lines.push(measured(size, &mut phones)?);
    }
    Ok(lines)
}

/// So many people more. The generator begins with the same ids each time; here they are new.
fn grows(maker: &mut Device, count: usize) -> Result<(), String> {
    let failed = |error: host::error::HostError| error.to_string();
    maker.sign_in().map_err(failed)?;
    let mut changes = training::people(maker, count).map_err(failed)?;
    changes.iter_mut().for_each(|change| change.id = new_id());
    for batch in changes.chunks(BATCH_LIMIT) {
        let answers = maker.push(county(), batch).map_err(failed)?.answers;
        if let Some(refused) = answers.iter().find(|one| matches!(one, Answer::Refused(_))) {
            return Err(format!("a person was not taken: {refused:?}"));
        }
    }
    Ok(())
}

fn measured(rows: usize, phones: &mut [Held]) -> Result<Line, String> {
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for _ in 0..10 {
            let one = phones.first_mut().ok_or("no phone")?;
            alone.push(one.syncs()?);
        }
        for phone in &mut *phones {
            phone.catches_up()?;
        }
        let barrier = Barrier::new(phones.len());
        let times: Result<Vec<f64>, String> = std::thread::scope(|scope| {
            let begun: Vec<_> = phones
                .iter_mut()
                .map(|phone| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        phone.syncs()
                    })
                })
                .collect();
            let ended = begun.into_iter().map(|thread| {
                let ended = thread.join();
                ended.unwrap_or_else(|_| Err("a phone broke".to_owned()))
            });
            ended.collect()
        });
        together.extend(times?);
    }
    let at = |times: &mut Vec<f64>, share: f64| {
        times.sort_by(f64::total_cmp);
        let place = (times.len() as f64 * share) as usize;
        times
            .get(place.min(times.len() - 1))
            .copied()
            .unwrap_or(f64::NAN)
    };
    let (one, most) = (at(&mut alone, 0.5), at(&mut together, 0.99));
    Ok(Line {
        name: format!("{rows} rows"),
        figures: vec![
            ("one", one),
            ("200: median", at(&mut together, 0.5)),
            ("200: 99th", most),
            ("99th / one", most / one),
            ("a change", most / (PHONES * CHANGES) as f64),
        ],
    })
}

impl Held {
    /// Pushes what was written on it, and pulls what is new; in milliseconds.
    fn syncs(&mut self) -> Result<f64, String> {
        let village = crate::world::area("371721101004");
        let make = |_| {
            let cells = [("what", "棉衣".into()), ("department", "civil".into())];
            self.device.makes(new_id(), "need", village, &cells)
        };
        let changes: Vec<Change> = (0..CHANGES).map(make).collect();
        let begun = show::now();
        let answers = self
            .device
            .push(county(), &changes)
            .map_err(|e| e.to_string())?
            .answers;
        self.pulls()?;
        let took = begun.elapsed().as_secs_f64() * 1e3;
        match answers
            .iter()
            .all(|answer| matches!(answer, Answer::Accepted(_)))
        {
            true => Ok(took),
            false => Err(format!("a change was not taken: {answers:?}")),
        }
    }

    fn catches_up(&mut self) -> Result<(), String> {
        while self.pulls()? {}
        Ok(())
    }

    fn pulls(&mut self) -> Result<bool, String> {
        let page = self.device.pull_page(county(), self.after, &self.view);
        let head = page.map_err(|error| error.to_string())?.head;
        self.after = head.cursor;
        self.view = head.view;
        Ok(head.more)
    }
}
