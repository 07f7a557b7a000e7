//! One open page of the app on a simulated phone: its memory, and its round of sync cut into single
//! messages.

use super::disk::TabDisk;
use api::Claims;
use domain::wire::{Form, Pulled, PushAnswer};
use domain::{Area, Change, Clock, Device, Grants, Stamp};
use futures_util::FutureExt as _;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;
use store::database::StoreError;
use store::disk::Disk;
use store::entry::Entry;
use store::shelf::Shelf;
use store::steps::{self, Ask, Cursors, Expected, Tab};

/// With more pages than this they are written anew when the app is opened.
const PAGES_AT_MOST: usize = 6;

/// The one clock of the world, and how far this phone's is from it.
#[derive(Clone, Debug)]
pub struct Time {
    pub now: Rc<Cell<i64>>,
    pub skew: Rc<Cell<i64>>,
}

#[derive(Debug)]
pub struct SimTab {
    pub disk: Rc<TabDisk>,
    shelf: RefCell<Shelf>,
    cursors: RefCell<Cursors>,
    clock: RefCell<Clock>,
    device: Device,
    time: Time,
    offset: Cell<i64>,
    /// Told to the server with every request until it expires.
    pub claims: RefCell<Option<Claims>>,
    left: RefCell<VecDeque<Next>>,
    pub waiting: RefCell<Option<(u64, Next)>>,
    /// Of the batch that was sent last, as things stood then, and of the one that is to follow it.
    expected: RefCell<VecDeque<Expected>>,
    /// An app from before the server counted: it does not look whether both agree.
    old: bool,
}

/// What a round still has to ask.
#[derive(Clone, Debug)]
pub enum Next {
    Push(Area, Vec<Entry>),
    Pull(Area, Ask),
    /// After all pushes: drop what is not to be pulled any more, and pull the rest.
    Pulls,
}

/// Every future here is ready at once: the disk is memory.
pub fn done<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("a simulated disk never waits")
}

impl SimTab {
    /// How it asks for pages: an old app knows rows only.
    pub const fn form(&self) -> Form {
        match self.old {
            true => Form::Rows,
            false => Form::Columns,
        }
    }

    /// True of an app from before the server counted, and before pushes were packed.
    pub const fn is_old(&self) -> bool {
        self.old
    }

    /// Opens the app on what the disk holds, as `Desk::open` does.
    ///
    /// # Errors
    /// If the tab dies while it opens.
    pub fn open(disk: TabDisk, device: Device, time: Time, old: bool) -> Result<Self, StoreError> {
        let outbox = done(disk.outbox())?;
        let repack = |pages: &[Vec<u8>]| Shelf::of(pages).pages();
        let pages = done(disk.rewrite(PAGES_AT_MOST, repack))?;
        let mut shelf = Shelf::of(&pages);
        let mut latest = shelf.latest();
        for entry in outbox {
            latest = latest.max(entry.change.stamp);
            shelf.put(entry);
        }
        let (cursors, offset) = {
            let tables = disk.tables.borrow();
            (tables.cursors.clone(), tables.offset)
        };
        Ok(Self {
            disk: Rc::new(disk),
            shelf: RefCell::new(shelf),
            cursors: RefCell::new(cursors),
            clock: RefCell::new(Clock::after(latest)),
            device,
            time,
            offset: Cell::new(offset),
            claims: RefCell::new(None),
            left: RefCell::default(),
            waiting: RefCell::default(),
            expected: RefCell::default(),
            old,
        })
    }

    pub fn now(&self) -> i64 {
        self.time.now.get() + self.time.skew.get() + self.offset.get()
    }

    /// Learns the server's clock.
    pub fn correct(&self, server: i64) {
        let own = self.time.now.get() + self.time.skew.get();
        self.offset.set(server - own);
    }

    pub fn signed_in(&self, claims: Claims) {
        self.correct(self.time.now.get());
        self.disk.tables.borrow_mut().offset = self.offset.get();
        self.claims.replace(Some(claims));
    }

    pub fn save(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        done(steps::save(self, changes, None))
    }

    pub fn is_idle(&self) -> bool {
        self.waiting.borrow().is_none() && self.left.borrow().is_empty()
    }

    /// Begins a round, or goes on with it; gives the next message for the server.
    pub fn next(&self) -> Result<Option<Next>, StoreError> {
        if self.is_idle() {
            let claims = self.claims.borrow().clone();
            if let Some(claims) = claims {
                let grants = &claims.grants;
                done(steps::regrant(self, grants, &grants.ledgers()))?;
            }
            let batches = done(steps::to_send(self))?;
            let mut left = self.left.borrow_mut();
            left.extend(
                batches
                    .into_iter()
                    .map(|(ledger, part)| Next::Push(ledger, part)),
            );
            left.push_back(Next::Pulls);
        }
        loop {
            let next = self.left.borrow_mut().pop_front();
            match next {
                None => return Ok(None),
                Some(Next::Pulls) => {
                    let claims = self.claims.borrow();
                    let ledgers = claims.as_ref().map(|claims| claims.grants.ledgers());
                    let ledgers = ledgers.unwrap_or_default();
                    done(steps::leave(self, &ledgers))?;
                    let mut left = self.left.borrow_mut();
                    left.extend(
                        ledgers
                            .iter()
                            .map(|ledger| Next::Pull(*ledger, steps::ask(self, *ledger))),
                    );
                }
                // What is asked is told by the cursor of that moment.
                Some(Next::Pull(ledger, _)) => {
                    let mut ask = steps::ask(self, ledger);
                    if self.old {
                        ask.repaired = 0;
                    }
                    return Ok(Some(Next::Pull(ledger, ask)));
                }
                push => return Ok(push),
            }
        }
    }

    /// The round has failed; the next one begins anew.
    pub fn give_up(&self) {
        self.waiting.replace(None);
        self.left.borrow_mut().clear();
        self.expected.borrow_mut().clear();
    }

    /// Makes ready what is kept if the whole batch is accepted, before anything else happens.
    pub fn looks_ahead(&self, ledger: Area, batch: &[Entry]) {
        let ready = self.expected.borrow_mut().pop_back();
        let expected = ready.unwrap_or_else(|| steps::expect(self, ledger, batch, None));
        let mut ahead = VecDeque::from([expected]);
        if let Some(Next::Push(ledger, batch)) = self.left.borrow().front() {
            ahead.push_back(steps::expect(self, *ledger, batch, Some(&ahead[0])));
        }
        self.expected.replace(ahead);
    }

    /// Takes an answer in. One that cannot be read is none.
    pub fn receive(&self, asked: &Next, body: &[u8]) -> Result<(), StoreError> {
        self.waiting.replace(None);
        match asked {
            Next::Push(ledger, batch) => {
                let Ok(answer) = serde_json::from_slice::<PushAnswer>(body) else {
                    self.give_up();
                    return Ok(());
                };
                self.correct(answer.now);
                let expected = self.expected.borrow_mut().pop_front();
                let now = || steps::expect(self, *ledger, batch, None);
                let expected = expected.unwrap_or_else(now);
                done(steps::answered(self, *ledger, batch, &expected, answer))?;
            }
            Next::Pull(ledger, ask) => {
                let read = Pulled::decode(body).and_then(|page| Ok((page, Pulled::kept(body)?)));
                let Ok((mut page, kept)) = read else {
                    self.give_up();
                    return Ok(());
                };
                if self.old {
                    page.head.agreed = None;
                }
                let more = page.head.more;
                let taken = done(steps::take(self, *ledger, ask, page, &kept));
                let between_pages = &mut self.disk.tables.borrow_mut().between_pages;
                // What is hidden goes first, the rest of the page then: it may fail in between.
                match more || taken.is_err() {
                    true => between_pages.insert(*ledger),
                    false => between_pages.remove(ledger),
                };
                let taken = taken?;
                if taken.more {
                    let again = Next::Pull(*ledger, steps::ask(self, *ledger));
                    self.left.borrow_mut().push_front(again);
                }
            }
            Next::Pulls => {}
        }
        Ok(())
    }
}

impl Tab for SimTab {
    type Disk = TabDisk;

    fn disk(&self) -> Rc<TabDisk> {
        self.disk.clone()
    }

    fn peek<T>(&self, with: impl FnOnce(&Shelf) -> T) -> T {
        with(&self.shelf.borrow())
    }

    fn change<T>(&self, with: impl FnOnce(&mut Shelf) -> T) -> T {
        let mut shelf = self.shelf.borrow_mut();
        let answer = with(&mut shelf);
        self.clock.borrow_mut().observe(shelf.latest());
        answer
    }

    fn cursors(&self) -> Cursors {
        self.cursors.borrow().clone()
    }

    fn set_cursors(&self, cursors: Cursors) {
        self.cursors.replace(cursors);
    }

    fn device(&self) -> Device {
        self.device
    }

    fn grants(&self) -> Grants {
        let claims = self.claims.borrow();
        let grants = claims.as_ref().map(|claims| claims.grants.clone());
        grants.unwrap_or_default()
    }

    fn now(&self) -> i64 {
        SimTab::now(self)
    }

    fn tick(&self) -> Stamp {
        self.clock.borrow_mut().tick(self.now(), self.device)
    }

    fn reset_clock(&self) {
        let latest = self.peek(Shelf::latest);
        self.clock.replace(Clock::after(latest));
    }
}
