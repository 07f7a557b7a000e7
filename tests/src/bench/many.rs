//! Two hundred phones that sync at the same moment, with ever more rows in their county.

use super::{Bench, Line, median, processor_ms};
use crate::World;
use crate::ledger;
use crate::world::county;
use domain::Change;
use domain::block::{self, Block, Entry};
use domain::change::BATCH_LIMIT;
use domain::grant::Role;
use domain::pack::Damaged;
use domain::wire::Answer;
use host::device::{Device, new_id};
use host::{objects, show, training};
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

/// A phone with what it has pulled.
struct Held {
    device: Device,
    after: u64,
    view: String,
}

fn run() -> Result<Vec<Line>, String> {
    let failed = |error: host::error::HostError| error.to_string();
    let mut world = World::new();
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
        show::step(&format!("{size} rows"), || {
            if rows == 0 {
                return grows(&mut maker, size);
            }
            world.stop_server();
            let grown = multiplies(&world, size - rows);
            world.start_server();
            grown
        })?;
        rows = size;
        // All have the same grants and so the same view: what one has pulled stands for all.
        let first = phones.first_mut().ok_or("no phone")?;
        first.device.sign_in().map_err(failed)?;
        first.catches_up()?;
        let (after, view) = (first.after, first.view.clone());
        for phone in &mut phones {
            phone.device.sign_in().map_err(failed)?;
            (phone.after, phone.view) = (after, view.clone());
        }
        let line = measured(size, &mut phones, world.server().process())?;
        eprint!("{}", super::table(std::slice::from_ref(&line)));
        lines.push(line);
    }
    Ok(lines)
}

/// So many people by the API.
fn grows(maker: &mut Device, count: usize) -> Result<(), String> {
    let failed = |error: host::error::HostError| error.to_string();
    let changes = training::people(maker, count).map_err(failed)?;
    for batch in changes.chunks(BATCH_LIMIT) {
        let answers = maker.push(county(), batch).map_err(failed)?.answers;
        if let Some(refused) = answers.iter().find(|one| matches!(one, Answer::Refused(_))) {
            return Err(format!("a person was not taken: {refused:?}"));
        }
    }
    Ok(())
}

/// So many rows more, as the server would have written them: the people that are there, under new
/// ids, with their history and its chain. The server must not run.
fn multiplies(world: &World, count: usize) -> Result<(), String> {
    let failed = |error: rusqlite::Error| error.to_string();
    let file = objects::file_of(world.data(), objects::LEDGERS, &county().to_string());
    let mut database = rusqlite::Connection::open(file).map_err(failed)?;
    let one = database.transaction().map_err(failed)?;
    let history = ledger::blocks(&one).map_err(failed)?;
    let last = history.last().ok_or("no history")?;
    let models: Result<Vec<Change>, Damaged> = history
        .iter()
        .map(Block::entries)
        .flat_map(|entries| entries.map_or_else(|error| vec![Err(error)], made))
        .collect();
    let models = models.map_err(|error| error.to_string())?;
    let mut block = last.clone();
    block.body.clear();
    let mut write = || -> Result<(), String> {
        let blocks = "INSERT INTO block VALUES (?, ?, ?, ?, ?)";
        let mut blocks = one.prepare(blocks).map_err(failed)?;
        let rows = "INSERT INTO record (id, seq, body) VALUES (?, ?, ?)";
        let mut rows = one.prepare(rows).map_err(failed)?;
        // Until it is closed a block has the link of the one before.
        let mut close = |block: &mut Block| -> Result<(), String> {
            let links = block.links(&block.chain).map_err(|e| e.to_string())?;
            block.chain = links.last().ok_or("an empty block")?.to_vec();
            let (person, received) = (block.person.as_bytes(), block.received);
            let last = block.last.cast_signed();
            let row = (last, &person[..], received, &block.chain, &block.body);
            blocks.execute(row).map_err(failed)?;
            block.body.clear();
            Ok(())
        };
        for model in models.iter().cycle().take(count) {
            let change = Change {
                id: new_id(),
                ..model.clone()
            };
            let body = change.pack();
            if block::is_full(&block.body, &body) {
                close(&mut block)?;
            }
            block.last += 1;
            let at = block::put(&mut block.body, block.last, 0, &body);
            let record = change.delta_within(&body).unwrap_or_default();
            let stands = block::place(at, record.len()).cast_signed();
            let row = (&change.id.as_bytes()[..], block.last.cast_signed(), stands);
            rows.execute(row).map_err(failed)?;
        }
        close(&mut block)
    };
    write()?;
    one.commit().map_err(failed)
}

/// Those that made their record.
fn made(entries: Vec<Entry<'_>>) -> Vec<Result<Change, Damaged>> {
    let first = entries.into_iter().filter(|entry| entry.earlier == 0);
    first.map(|entry| Change::unpack(entry.change)).collect()
}

fn measured(rows: usize, phones: &mut [Held], server: u32) -> Result<Line, String> {
    let (mut alone, mut together, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for _ in 0..10 {
            let one = phones.first_mut().ok_or("no phone")?;
            alone.push(one.syncs()?);
        }
        for phone in &mut *phones {
            phone.catches_up()?;
        }
        let barrier = Barrier::new(phones.len());
        let before = processor_ms(server);
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
        costs.push((processor_ms(server) - before) / phones.len() as f64);
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
            ("processor", median(&costs)),
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
