//! A schedule is a list of steps with their dice already thrown, so that one without some of its
//! steps is a schedule, too: that is how a failure is made short.

use super::dice::Dice;

/// What happens in one step. The numbers choose among what is there at that time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Make,
    Edit,
    Delete,
    Move,
    Merge,
    /// Two saves in one transaction.
    Both,
    /// A whole round of sync without mishap.
    Sync,
    /// A round is begun or goes on by one message.
    Begin,
    Deliver,
    Repeat,
    Drop,
    Cut,
    GiveUp,
    /// Minutes pass.
    Wait,
    /// Hours pass: tokens expire.
    Sleep,
    Skew,
    Open,
    Close,
    /// The tab dies within its next transactions.
    Kill,
    KillServer,
    /// The server's disk is copied.
    BackUp,
    /// The server is restored from its last copy, and has lost what came after.
    SetBack,
    Full,
    Room,
    Wipe,
    Grants,
    Corrupt,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    pub what: What,
    pub phone: usize,
    pub dice: u64,
}

/// How often each happens.
const OFTEN: [(What, usize); 27] = [
    (What::Make, 16),
    (What::Edit, 16),
    (What::Delete, 2),
    (What::Move, 5),
    (What::Merge, 4),
    (What::Both, 3),
    (What::Sync, 14),
    (What::Begin, 14),
    (What::Deliver, 22),
    (What::Repeat, 3),
    (What::Drop, 2),
    (What::Cut, 2),
    (What::GiveUp, 2),
    (What::Wait, 5),
    (What::Sleep, 1),
    (What::Skew, 2),
    (What::Open, 3),
    (What::Close, 2),
    (What::Kill, 3),
    (What::KillServer, 3),
    (What::BackUp, 1),
    (What::SetBack, 1),
    (What::Full, 1),
    (What::Room, 2),
    (What::Wipe, 1),
    (What::Grants, 2),
    (What::Corrupt, 1),
];

/// Steps of one schedule.
const STEPS: usize = 120;

pub fn schedule(seed: u64, phones: usize) -> Vec<Step> {
    let mut dice = Dice::new(seed);
    let sum: usize = OFTEN.iter().map(|(_, often)| often).sum();
    let count = STEPS / 2 + dice.below(STEPS);
    let step = |_| {
        let mut at = dice.below(sum);
        let mut what = What::Sync;
        for (next, often) in OFTEN {
            what = next;
            if at < often {
                break;
            }
            at -= often;
        }
        Step {
            what,
            phone: dice.below(phones),
            dice: dice.throw(),
        }
    };
    (0..count).map(step).collect()
}

/// Drops steps while `fails` still holds: first large parts, then single ones.
pub fn shrink(steps: Vec<Step>, fails: impl Fn(&[Step]) -> bool) -> Vec<Step> {
    let mut steps = steps;
    let mut part = steps.len() / 2;
    while part > 0 {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + part).min(steps.len()));
            if fails(&fewer) {
                steps = fewer;
            } else {
                at += part;
            }
        }
        part /= 2;
    }
    steps
}
