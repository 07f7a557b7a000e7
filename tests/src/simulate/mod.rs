//! The simulation: the steps of phone and server that ship, over disks in memory and a network that
//! loses, repeats, reorders and cuts, under a seeded scheduler.

pub mod dice;
mod disk;
mod judge;
mod people;
mod schedule;
mod server;
mod tab;
mod world;

pub use schedule::{Step, What};

use std::fmt;
use world::World;

/// Faults that are planted to show that the simulation finds them. They sit in the simulation's own
/// disks and servers, so nothing that ships can reach them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// An entry leaves the outbox that nobody has accepted.
    DroppedEntry,
    /// What arrives last wins, not what was written last.
    ByArrival,
    /// Records are sent as they are, not as the grants show them.
    NoFilter,
}

/// What went wrong, counted, with a word on each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    pub schedules: u64,
    pub steps: u64,
    pub lost: u64,
    pub diverged: u64,
    pub leaked: u64,
    pub unrepaired: u64,
    /// Damaged pages that were planted, and ledgers that repaired themselves.
    pub damaged: u64,
    pub repaired: u64,
    pub said: Vec<String>,
}

impl Outcome {
    pub fn is_clean(&self) -> bool {
        self.lost + self.diverged + self.leaked + self.unrepaired == 0
    }

    pub fn add(&mut self, other: Self) {
        self.schedules += other.schedules;
        self.steps += other.steps;
        self.lost += other.lost;
        self.diverged += other.diverged;
        self.leaked += other.leaked;
        self.unrepaired += other.unrepaired;
        self.damaged += other.damaged;
        self.repaired += other.repaired;
        self.said.extend(other.said);
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "schedules={} steps={} lost={} diverged={} leaked={} unrepaired={}",
            self.schedules, self.steps, self.lost, self.diverged, self.leaked, self.unrepaired
        )
    }
}

/// Plays one schedule to its end, lets all come to rest, and judges.
pub fn play(seed: u64, phones: usize, steps: &[Step], fault: Option<Fault>) -> Outcome {
    let mut world = World::new(seed, phones, fault);
    for step in steps {
        world.step(*step);
    }
    world.rest();
    let mut outcome = judge::judge(&world);
    outcome.schedules = 1;
    outcome.steps = steps.len() as u64;
    outcome
}

/// A schedule that failed, as short as it could be made.
#[derive(Debug)]
pub struct Failure {
    pub seed: u64,
    pub outcome: Outcome,
    pub story: Vec<Step>,
}

/// Plays schedules from `seed` on until one fails; gives what was counted, and the failure.
pub fn run(
    seed: u64,
    schedules: u64,
    phones: usize,
    fault: Option<Fault>,
) -> (Outcome, Option<Failure>) {
    let mut sum = Outcome::default();
    for seed in seed..seed + schedules {
        let steps = schedule::schedule(seed, phones);
        let outcome = play(seed, phones, &steps, fault);
        let clean = outcome.is_clean();
        sum.add(outcome);
        if !clean {
            let fails = |steps: &[Step]| !play(seed, phones, steps, fault).is_clean();
            let story = schedule::shrink(steps, fails);
            let outcome = play(seed, phones, &story, fault);
            let failure = Failure {
                seed,
                outcome,
                story,
            };
            return (sum, Some(failure));
        }
    }
    (sum, None)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.outcome)?;
        for step in &self.story {
            writeln!(
                f,
                "  phone {} {:?} ({:x})",
                step.phone, step.what, step.dice
            )?;
        }
        for said in &self.outcome.said {
            writeln!(f, "  -> {said}")?;
        }
        Ok(())
    }
}
