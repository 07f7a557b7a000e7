//! Phones, people, servers and the messages between them, and what each step does to them.

use super::dice::Dice;
use super::disk::{Fuse, Shared, TabDisk};
use super::schedule::{Step, What};
use super::server::Server;
use super::tab::{Next, SimTab, Time};
use super::{Fault, people};
use api::Claims;
use api::steps::{self, Asked, PullAsk, Pushed};
use domain::grant::{Grant, Role, sensitivity};
use domain::wire::{Answer, Pulled, PushAnswer};
use domain::{Area, Change, Device, Grants, Id, Kind, Record, Stamp, pack};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use store::entry::Entry;
use store::steps::{self as client, Ask, Tab};

const MINUTE: i64 = 60_000;
/// How long a token is good for.
const TOKEN: i64 = 15 * MINUTE;
/// So many tabs at once on one phone.
const TABS: usize = 2;

#[derive(Debug)]
pub struct Phone {
    pub person: Id,
    /// As the registry has them; the phone learns of a change with its next token.
    pub grants: Grants,
    pub device: Device,
    skew: Rc<Cell<i64>>,
    pub tables: Shared,
    pub tabs: Vec<SimTab>,
    pub old: bool,
    /// A page of its was damaged, or two tabs wrote it at once: it may have had to be repaired.
    pub troubled: bool,
    pub damaged: u64,
    /// A server was set back while this had pulled some of its pages only: what had moved on to the
    /// later ones is back among those before, and only who counts can notice.
    pub overtaken: bool,
    /// Its person's grants changed: what was written before may not be given back any more.
    pub regranted: bool,
}

/// A message on its way.
#[derive(Clone, Debug)]
struct Flight {
    phone: usize,
    request: u64,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    There(Claims, Area, Message),
    Back(Vec<u8>),
}

#[derive(Clone, Debug)]
enum Message {
    Push(Vec<u8>),
    Pull(PullAsk),
}

#[derive(Debug)]
pub struct World {
    now: Rc<Cell<i64>>,
    pub servers: BTreeMap<Area, Server>,
    pub phones: Vec<Phone>,
    flights: Vec<Flight>,
    requests: u64,
    devices: u64,
    ids: Dice,
    fault: Option<Fault>,
    /// Cells that were sent to somebody who may not see them.
    pub leaks: Vec<String>,
    /// What a server said that it had accepted, and refused.
    pub accepted: Vec<(Area, Change)>,
    pub refused: Vec<(Area, Change)>,
    /// What had been accepted when the server was set back to before.
    pub set_back: Vec<(Area, Change)>,
    /// Those of them whose records others had moved away from whoever wrote them: they did not keep
    /// them.
    pub out_of_sight: Vec<(Id, Stamp)>,
}

impl World {
    pub fn new(seed: u64, phones: usize, fault: Option<Fault>) -> Self {
        let mut dice = Dice::new(seed ^ 0x5eed);
        let now = Rc::new(Cell::new(1_768_900_000_000));
        let mut world = Self {
            now,
            servers: BTreeMap::new(),
            phones: Vec::new(),
            flights: Vec::new(),
            requests: 0,
            devices: 0,
            ids: Dice::new(seed ^ 0x1d5),
            fault,
            leaks: Vec::new(),
            accepted: Vec::new(),
            refused: Vec::new(),
            set_back: Vec::new(),
            out_of_sight: Vec::new(),
        };
        for number in 0..phones {
            let mut random = [0; 10];
            random[0] = number as u8 + 1;
            let device = world.enrol();
            world.phones.push(Phone {
                person: Id::new(1_600_000_000_000, random),
                // The first two hold the same.
                grants: people::grants(if number < 2 { 0 } else { dice.below(13) }),
                device,
                skew: Rc::new(Cell::new(0)),
                tables: Shared::default(),
                tabs: Vec::new(),
                old: dice.below(6) == 0,
                troubled: false,
                damaged: 0,
                overtaken: false,
                regranted: false,
            });
        }
        world
    }

    fn enrol(&mut self) -> Device {
        self.devices += 1;
        Device(self.devices)
    }

    fn new_id(&mut self) -> Id {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.ids.throw().to_be_bytes());
        Id::new(self.now.get(), random)
    }

    pub fn server(&mut self, ledger: Area) -> &Server {
        let fault = self.fault;
        self.servers
            .entry(ledger)
            .or_insert_with(|| Server::new(fault))
    }

    pub fn step(&mut self, step: Step) {
        let mut dice = Dice::new(step.dice);
        let phone = step.phone % self.phones.len();
        self.now.set(self.now.get() + 1 + dice.below(3_000) as i64);
        match step.what {
            What::Make => self.make(phone, &mut dice),
            What::Edit | What::Delete | What::Move | What::Merge | What::Both => {
                self.write(phone, step.what, &mut dice);
            }
            What::Sync => {
                if let Some(tab) = self.tab(phone, &mut dice) {
                    self.sync(phone, tab);
                }
            }
            What::Begin => self.begin(phone, &mut dice),
            What::Deliver | What::Repeat | What::Drop | What::Cut => {
                self.network(step.what, &mut dice);
            }
            What::GiveUp => {
                if let Some(tab) = self.tab(phone, &mut dice) {
                    self.phones[phone].tabs[tab].give_up();
                }
            }
            What::Wait => self
                .now
                .set(self.now.get() + MINUTE * dice.below(10) as i64),
            What::Sleep => self
                .now
                .set(self.now.get() + MINUTE * dice.below(600) as i64),
            What::Skew => {
                let minutes = dice.below(600) as i64 - 300;
                self.phones[phone].skew.set(minutes * MINUTE);
            }
            What::KillServer => {
                let ledger = self.phones[phone].grants.ledgers();
                if let Some(ledger) = ledger.last() {
                    let writes = dice.below(6) as u32;
                    self.server(*ledger).kill_after(writes);
                }
            }
            What::BackUp | What::SetBack => self.restore(phone, step.what),
            _ => self.on_phone(phone, step.what, &mut dice),
        }
        self.reap();
    }

    fn restore(&mut self, at: usize, what: What) {
        let Some(ledger) = self.phones[at].grants.ledgers().last().copied() else {
            return;
        };
        let server = self.server(ledger);
        let before = server.records();
        if what == What::BackUp {
            server.back_up();
        } else if server.set_back() {
            let there = |change: &Change| {
                let found = self.servers[&ledger].find(change.id, change.stamp);
                found.is_some_and(|entry| entry.change.cells == change.cells)
            };
            let gone = |(at, change): &(Area, Change)| *at == ledger && !there(change);
            let (gone, stays) = std::mem::take(&mut self.accepted)
                .into_iter()
                .partition(gone);
            self.accepted = stays;
            for (_, change) in &gone {
                let author = self.phones.iter().find(|p| p.device == change.stamp.device);
                let record = before.iter().find(|record| record.id == change.id);
                let seen = author
                    .zip(record)
                    .and_then(|(p, record)| p.grants.view(record));
                if seen.is_none() {
                    self.out_of_sight.push((change.id, change.stamp));
                }
            }
            self.set_back.extend::<Vec<_>>(gone);
            for phone in &mut self.phones {
                phone.overtaken |= phone.tables.borrow().between_pages.contains(&ledger);
            }
        }
    }

    fn on_phone(&mut self, at: usize, what: What, dice: &mut Dice) {
        match what {
            // Of two tabs one may write over what the other pulled: only who counts can notice.
            What::Open if self.phones[at].old => {}
            What::Open if self.phones[at].tabs.len() < TABS => self.open(at),
            What::Wipe => {
                let device = self.enrol();
                let phone = &mut self.phones[at];
                phone.tabs.clear();
                phone.tables = Shared::default();
                phone.device = device;
                phone.troubled = false;
                phone.overtaken = false;
                phone.damaged = 0;
                return;
            }
            _ => {}
        }
        let phone = &mut self.phones[at];
        match what {
            What::Close if !phone.tabs.is_empty() => {
                let tab = dice.below(phone.tabs.len());
                phone.tabs.remove(tab);
            }
            What::Kill if !phone.tabs.is_empty() => {
                let tab = dice.below(phone.tabs.len());
                let fuse = Fuse {
                    transactions: dice.below(5) as u32,
                    committed: dice.below(2) == 0,
                };
                phone.tabs[tab].disk.fuse.set(Some(fuse));
            }
            What::Full => phone.tables.borrow_mut().full = true,
            What::Room => phone.tables.borrow_mut().full = false,
            What::Grants => {
                phone.grants = people::grants(dice.below(13));
                phone.regranted = true;
            }
            // What is damaged under its seal does not open, and is as good as gone. An app from
            // before the server counted cannot notice.
            What::Corrupt if !phone.old => {
                phone.tabs.clear();
                let mut tables = phone.tables.borrow_mut();
                let count = tables.pages.len();
                let page = tables.pages.keys().nth(dice.below(count)).cloned();
                if page.is_some_and(|page| tables.pages.remove(&page).is_some()) {
                    phone.troubled = true;
                    phone.damaged += 1;
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, at: usize) {
        let phone = &mut self.phones[at];
        let disk = TabDisk {
            tables: phone.tables.clone(),
            fuse: Cell::new(None),
            dead: Cell::new(false),
            fault: self.fault,
        };
        let time = Time {
            now: self.now.clone(),
            skew: phone.skew.clone(),
        };
        if let Ok(tab) = SimTab::open(disk, phone.device, time, phone.old) {
            phone.tabs.push(tab);
        }
        phone.troubled |= phone.tabs.len() > 1;
    }

    fn tab(&mut self, at: usize, dice: &mut Dice) -> Option<usize> {
        if self.phones[at].tabs.is_empty() {
            self.open(at);
        }
        let count = self.phones[at].tabs.len();
        (count > 0).then(|| dice.below(count))
    }

    /// Tabs that died leave nothing but what they had written.
    fn reap(&mut self) {
        for phone in &mut self.phones {
            phone.tabs.retain(|tab| !tab.disk.dead.get());
        }
    }

    fn make(&mut self, at: usize, dice: &mut Dice) {
        let Some(tab) = self.tab(at, dice) else {
            return;
        };
        let id = self.new_id();
        let phone = &self.phones[at];
        let tab = &phone.tabs[tab];
        let held: Vec<Record> = tab.peek(|shelf| shelf.records().collect());
        let now = self.now.get();
        let (kind, cells) = people::new_record(dice, &phone.grants, phone.person, &held, now);
        let first = kind.name == "trip" && held.iter().all(|record| record.id != people::trip());
        let id = if first { people::trip() } else { id };
        let change = Change::of(&Record::new(id, kind.name), cells, tab.tick());
        // Without room nothing is saved, and the person is told.
        let _ = tab.save(vec![change]);
    }

    fn write(&mut self, at: usize, what: What, dice: &mut Dice) {
        let Some(tab) = self.tab(at, dice) else {
            return;
        };
        let phone = &self.phones[at];
        let tab = &phone.tabs[tab];
        let mut held: Vec<Record> = tab.peek(|shelf| shelf.records().collect());
        held.sort_by_key(|record| record.id);
        if held.is_empty() {
            return;
        }
        let times = if what == What::Both { 2 } else { 1 };
        let mut changes = Vec::new();
        for _ in 0..times {
            let record = dice.pick(&held);
            let cells = match what {
                What::Delete => people::deletion(dice),
                What::Move => people::moving(dice),
                What::Merge => people::merging(dice, record, &held),
                _ => people::edit(dice, record, !phone.old),
            };
            changes.push(Change::of(record, cells, tab.tick()));
        }
        let _ = tab.save(changes);
    }

    /// The next message of a tab's round, with a token that is good.
    fn ask(&mut self, at: usize, tab: usize) -> Option<(u64, Next, Claims)> {
        let phone = &self.phones[at];
        let tab = &phone.tabs[tab];
        let now = tab.now();
        let good = |claims: &Claims| claims.expires > now + MINUTE / 2;
        // A round has one token, as the app's has.
        if tab.is_idle() && !tab.claims.borrow().as_ref().is_some_and(good) {
            tab.signed_in(Claims {
                device: phone.device,
                person: phone.person,
                grants: phone.grants.clone(),
                issued: self.now.get(),
                expires: self.now.get() + TOKEN,
            });
        }
        let claims = tab.claims.borrow().clone()?;
        match tab.next() {
            Ok(next) => {
                self.requests += 1;
                let next = next?;
                tab.waiting.replace(Some((self.requests, next.clone())));
                Some((self.requests, next, claims))
            }
            Err(_) => {
                tab.give_up();
                None
            }
        }
    }

    fn begin(&mut self, at: usize, dice: &mut Dice) {
        let Some(tab) = self.tab(at, dice) else {
            return;
        };
        if self.phones[at].tabs[tab].waiting.borrow().is_some() {
            return;
        }
        let Some((request, next, claims)) = self.ask(at, tab) else {
            return;
        };
        if let Some((ledger, message)) = message(&self.phones[at].tabs[tab], &next) {
            self.flights.push(Flight {
                phone: at,
                request,
                way: Way::There(claims, ledger, message),
            });
        }
    }

    fn network(&mut self, what: What, dice: &mut Dice) {
        if self.flights.is_empty() {
            return;
        }
        let at = dice.below(self.flights.len());
        match what {
            What::Drop => drop(self.flights.swap_remove(at)),
            What::Repeat => {
                let flight = self.flights[at].clone();
                self.deliver(flight);
            }
            What::Cut => {
                let mut flight = self.flights.swap_remove(at);
                if let Way::There(_, _, Message::Push(body)) | Way::Back(body) = &mut flight.way {
                    body.truncate(dice.below(body.len()));
                }
                self.deliver(flight);
            }
            _ => {
                let flight = self.flights.swap_remove(at);
                self.deliver(flight);
            }
        }
    }

    fn deliver(&mut self, flight: Flight) {
        match flight.way {
            Way::There(claims, ledger, message) => {
                if let Some(body) = self.serve(&claims, ledger, message) {
                    self.flights.push(Flight {
                        way: Way::Back(body),
                        ..flight
                    });
                }
            }
            Way::Back(body) => {
                let tabs = &self.phones[flight.phone].tabs;
                let waits = |tab: &&SimTab| {
                    let waiting = tab.waiting.borrow();
                    waiting
                        .as_ref()
                        .is_some_and(|(own, _)| *own == flight.request)
                };
                if let Some(tab) = tabs.iter().find(waits) {
                    receive(tab, &body);
                }
            }
        }
    }

    /// A whole round, each message answered at once.
    pub fn sync(&mut self, at: usize, tab: usize) {
        self.phones[at].tabs[tab].give_up();
        while let Some((_, next, claims)) = self.ask(at, tab) {
            let Some((ledger, message)) = message(&self.phones[at].tabs[tab], &next) else {
                continue;
            };
            let answer = self.serve(&claims, ledger, message);
            let tab = &self.phones[at].tabs[tab];
            match answer {
                Some(body) => receive(tab, &body),
                None => tab.give_up(),
            }
            if tab.is_idle() || tab.disk.dead.get() {
                return;
            }
        }
    }

    /// What the server answers; nothing if it is killed before it can.
    fn serve(&mut self, claims: &Claims, ledger: Area, message: Message) -> Option<Vec<u8>> {
        let now = self.now.get();
        if claims.expires < now {
            return Some(b"{\"code\":\"bad_token\"}".to_vec());
        }
        match message {
            Message::Push(body) => self.push(claims, ledger, &body),
            Message::Pull(ask) => self.pull(claims, ledger, ask),
        }
    }

    fn push(&mut self, claims: &Claims, ledger: Area, body: &[u8]) -> Option<Vec<u8>> {
        let now = self.now.get();
        let Ok(ask) = Pushed::read(body) else {
            return Some(b"{\"code\":\"malformed\"}".to_vec());
        };
        let sent = ask
            .changes
            .iter()
            .map(|sent| Change::unpack(&sent.as_ref()?.body).ok());
        let sent: Vec<Option<Change>> = sent.collect();
        let asked = Asked {
            claims: claims.clone(),
            ledger,
            ask,
        };
        let server = self.server(ledger);
        server.pushed_by(claims.person, now);
        let answer = server.transaction(|server| steps::push(server, asked, now));
        let answer: PushAnswer = answer.ok()?;
        for (change, answer) in sent.into_iter().zip(&answer.answers) {
            let change = change?;
            match answer {
                Answer::Accepted(_) => self.accepted.push((ledger, change)),
                Answer::Refused(_) => self.refused.push((ledger, change)),
            }
        }
        serde_json::to_vec(&answer).ok()
    }

    fn pull(&mut self, claims: &Claims, ledger: Area, ask: PullAsk) -> Option<Vec<u8>> {
        let mut asked = Asked {
            claims: claims.clone(),
            ledger,
            ask,
        };
        if self.fault == Some(Fault::NoFilter) {
            let all = Grant::new(Role::FieldWorker, crate::world::area("37"));
            asked.claims.grants.0.push(all);
        }
        let form = asked.ask.form;
        let server = self.server(ledger);
        let page = server
            .transaction(|server| steps::page(server, &asked))
            .ok()?;
        let leaks = leaks(server, &claims.grants, &page);
        self.leaks.extend(leaks);
        page.encode(form).ok()
    }

    /// All mishap ends, and everybody syncs until nothing new comes; then every phone is started
    /// anew, and once more.
    pub fn rest(&mut self) {
        self.flights.clear();
        self.servers.values().for_each(Server::mend);
        for phone in &mut self.phones {
            phone.tables.borrow_mut().full = false;
            phone.tabs.iter().for_each(|tab| tab.disk.fuse.set(None));
        }
        self.now.set(self.now.get() + 2 * TOKEN);
        self.settle();
        self.phones.iter_mut().for_each(|phone| phone.tabs.clear());
        self.settle();
        // Whoever waited for another phone to give a record back waits no longer.
        self.now.set(self.now.get() + 8 * 24 * 60 * MINUTE);
        self.settle();
    }

    fn settle(&mut self) {
        for _ in 0..40 {
            let before = self.face();
            for at in 0..self.phones.len() {
                if self.phones[at].tabs.is_empty() {
                    self.open(at);
                }
                for tab in 0..self.phones[at].tabs.len() {
                    self.sync(at, tab);
                }
            }
            self.reap();
            if self.face() == before {
                return;
            }
        }
    }

    /// Changes as long as anything is still on its way.
    fn face(&self) -> Vec<String> {
        let phone = |phone: &Phone| {
            let tabs = phone.tabs.iter().map(|tab| tab.cursors());
            let tabs: Vec<_> = tabs.collect();
            let keys: Vec<Stamp> = phone.tables.borrow().outbox.keys().copied().collect();
            format!("{tabs:?} {keys:?}")
        };
        // A server may still be counting what its phones hold.
        let counted = self.servers.values().map(Server::counted);
        self.phones.iter().map(phone).chain(counted).collect()
    }
}

fn receive(tab: &SimTab, body: &[u8]) {
    let asked = tab.waiting.borrow().clone();
    if let Some((_, next)) = asked
        && tab.receive(&next, body).is_err()
    {
        tab.give_up();
    }
}

fn message(tab: &SimTab, next: &Next) -> Option<(Area, Message)> {
    match next {
        Next::Push(ledger, batch) => {
            tab.looks_ahead(*ledger, batch);
            let body = match tab.is_old() {
                true => in_json(tab, *ledger, batch),
                false => client::message(tab, *ledger, &client::changes(batch)),
            };
            Some((*ledger, Message::Push(body)))
        }
        Next::Pull(ledger, ask) => {
            let ask = PullAsk {
                after: ask.after,
                view: ask.view.clone(),
                seen: ask.seen,
                chain: ask.chain.clone(),
                repaired: ask.repaired,
                form: tab.form(),
            };
            Some((*ledger, Message::Pull(ask)))
        }
        Next::Pulls => None,
    }
}

/// As an app from before pushes were packed says it.
fn in_json(tab: &SimTab, ledger: Area, batch: &[Entry]) -> Vec<u8> {
    let Ask { seen, chain, .. } = client::ask(tab, ledger);
    let changes: Vec<&Change> = batch.iter().map(|entry| &entry.change).collect();
    let ask = serde_json::json!({ "changes": changes, "seen": seen, "chain": chain });
    ask.to_string().into_bytes()
}

/// The cells of a page that its receiver may not see.
fn leaks(server: &Server, grants: &Grants, page: &Pulled) -> Vec<String> {
    let mut leaks = Vec::new();
    let whole: BTreeMap<Id, Record> = server
        .records()
        .into_iter()
        .map(|record| (record.id, record))
        .collect();
    for sent in page
        .records
        .iter()
        .filter_map(|body| pack::unpack(body).ok())
    {
        let Some((record, kind)) = whole.get(&sent.id).zip(Kind::find(&sent.kind)) else {
            continue;
        };
        let level = grants.level_of(kind, record);
        for cell in sent.cells.keys() {
            if level.is_none_or(|level| sensitivity(kind, cell) > level) {
                leaks.push(format!("{} {cell} of {} was sent", sent.kind, sent.id));
            }
        }
    }
    leaks
}
