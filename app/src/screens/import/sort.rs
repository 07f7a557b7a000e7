//! Who of a roster is new here, who is known, and what is to be saved of them.

use crate::desk::Desk;
use crate::language::Language;
use crate::now;
use crate::save::{Made, new_id};
use crate::screens::record::may_write;
use domain::kinds::household::{ADDRESS, HEAD, HOUSEHOLD};
use domain::kinds::worker::{CONSENT, CONSENT_DATE, FLOW, NOTE, PRIORITY, WORKER};
use domain::record::AREA;
use domain::same::Likeness;
use domain::sheet::roster::{self, Entry, Fault, Field, Home, What};
use domain::value::Shape;
use domain::{Area, Id, Kind, Record, Value, Values};
use leptos::prelude::GetUntracked;
use std::collections::HashMap;
use store::shelf::Shelf;
use store::twins;

/// A roster's rows by what becomes of them.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    pub fresh: Vec<Entry>,
    pub known: Vec<Known>,
    pub faulty: Vec<Entry>,
    /// Rows without a person.
    pub notes: usize,
}

/// Somebody who is registered already.
#[derive(Clone, Debug)]
pub struct Known {
    pub entry: Entry,
    pub id: Id,
    /// The same ID number; else it only seems so.
    pub sure: bool,
    /// What the roster says otherwise; nothing if all is as it is here.
    pub news: Values,
}

/// What becomes of those who are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deal {
    Update,
    Skip,
}

impl Sorted {
    /// Takes in a part of the roster. `flow_said` if the file itself says who comes and goes.
    pub fn add(&mut self, desk: Desk, entries: Vec<Entry>, flow_said: bool) {
        for entry in entries {
            if !entry.faults.is_empty() {
                self.faulty.push(entry);
                continue;
            }
            let record = roster::record(&entry.cells);
            let twin = desk.peek(|shelf| twins::of(shelf, &record, None).into_iter().next());
            match twin {
                None => self.fresh.push(entry),
                Some(twin) => {
                    let sure = twin.likeness == Likeness::Certain;
                    self.known(desk, entry, twin.id, sure, flow_said);
                }
            }
        }
    }

    fn known(&mut self, desk: Desk, mut entry: Entry, id: Id, sure: bool, flow_said: bool) {
        let Some(held) = desk.peek(|shelf| shelf.whole(id)) else {
            return self.fresh.push(entry);
        };
        let mut news = news(&held, &entry.cells, flow_said);
        if !may_write(desk, &WORKER, &held) {
            news = Values::default();
        }
        match problem(&held, &news) {
            Some((field, what)) => {
                let said = field.and_then(Field::cell).and_then(|name| news.get(name));
                let said = said.and_then(Value::as_text).unwrap_or_default().to_owned();
                entry.faults.push(Fault { field, said, what });
                self.faulty.push(entry);
            }
            None => self.known.push(Known {
                entry,
                id,
                sure,
                news,
            }),
        }
    }
}

/// What a roster says otherwise than the record. It never empties anything, never takes a category
/// away and moves nobody.
fn news(held: &Record, said: &Values, flow_said: bool) -> Values {
    let mut news = Values::default();
    for (name, value) in said {
        let has = held.value(name).is_some_and(|value| !value.is_empty());
        let consent = [CONSENT.name(), CONSENT_DATE.name()].contains(&name.as_str());
        let left = name == AREA.name()
            || has && (consent || name == NOTE.name())
            || name == FLOW.name() && !flow_said;
        if left {
            continue;
        }
        let value = match name == PRIORITY.name() {
            true => united(held.value(name), value),
            false => value.clone(),
        };
        if held.value(name) != Some(&value) {
            news.insert(name.clone(), value);
        }
    }
    news
}

fn united(held: Option<&Value>, more: &Value) -> Value {
    let mut all: Vec<String> = held.and_then(Shape::read).unwrap_or_default();
    let more: Vec<String> = Shape::read(more).unwrap_or_default();
    let new: Vec<String> = more
        .into_iter()
        .filter(|item| !all.contains(item))
        .collect();
    all.extend(new);
    all.write()
}

/// What would be wrong with the record afterwards.
fn problem(held: &Record, news: &Values) -> Option<(Option<Field>, What)> {
    let mut after = held.clone();
    for (name, value) in news {
        after.put(
            name,
            value.clone(),
            domain::Stamp {
                time: u64::MAX >> 16,
                ..held.changed()
            },
        );
    }
    let problems = WORKER.check(&after, now::today());
    let own = problems
        .into_iter()
        .find(|(name, _)| news.contains_key(name));
    own.map(|(name, problem)| (Field::of(name), What::Problem(problem)))
}

/// All that is saved: new records, and other values of those that are here.
#[derive(Debug, Default)]
pub struct Work {
    pub made: Vec<Made>,
    pub edits: Vec<(Id, Values)>,
    pub people: usize,
    pub homes: usize,
}

impl Work {
    /// Adds somebody new, with the household.
    pub fn register(&mut self, desk: Desk, homes: &mut Homes, entry: &Entry) -> Option<()> {
        let mut values = entry.cells.clone();
        let area = values.get(AREA.name()).and_then(Area::read)?;
        if let Some(home) = self.home(desk, homes, area, entry) {
            values.insert("household".to_owned(), home.write());
        }
        self.people += 1;
        self.made.push((new_id()?, &WORKER, values));
        Some(())
    }

    /// Adds what is new about somebody who is known; true if there is anything.
    pub fn update(&mut self, desk: Desk, homes: &mut Homes, known: &Known) -> bool {
        let mut values = known.news.clone();
        let held = desk.peek(|shelf| shelf.whole(known.id));
        let homeless = held
            .as_ref()
            .is_some_and(|held| held.value("household").is_none());
        let mine = held
            .as_ref()
            .is_some_and(|held| may_write(desk, &WORKER, held));
        let area = held
            .and_then(|held| held.area())
            .filter(|_| homeless && mine);
        if let Some(home) = area.and_then(|area| self.home(desk, homes, area, &known.entry)) {
            values.insert("household".to_owned(), home.write());
        }
        let any = !values.is_empty();
        if any {
            self.edits.push((known.id, values));
        }
        any
    }

    /// The household that a row names, found or made.
    fn home(&mut self, desk: Desk, homes: &mut Homes, area: Area, entry: &Entry) -> Option<Id> {
        let home = entry.home.as_ref()?;
        if let Some(id) = homes.find(area, home) {
            return Some(id);
        }
        let language = desk.language.get_untracked();
        let name = entry.cells.get("name").and_then(Value::as_text);
        let home = whole(home, name.unwrap_or_default(), language);
        let id = new_id()?;
        let values = Values::from([
            (AREA.name().to_owned(), area.write()),
            (HEAD.name().to_owned(), Value::Text(home.head.clone())),
            (ADDRESS.name().to_owned(), Value::Text(home.address.clone())),
        ]);
        self.made.push((id, &HOUSEHOLD, values));
        self.homes += 1;
        homes.put(area, &home, id);
        // The next row may name it by the one or the other alone.
        homes.put(area, entry.home.as_ref()?, id);
        Some(id)
    }
}

/// A household has a head and an address: whoever is registered there, and a word that says that
/// somebody has to ask.
fn whole(home: &Home, name: &str, language: Language) -> Home {
    let or = |text: &str, other: String| {
        if text.is_empty() {
            other
        } else {
            text.to_owned()
        }
    };
    Home {
        head: or(&home.head, name.to_owned()),
        address: or(&home.address, language.label("import.no_address")),
    }
}

/// Households by village and what they are known by; where two are called the same, none is.
#[derive(Debug, Default)]
pub struct Homes(HashMap<(Area, String), Option<Id>>);

impl Homes {
    /// Takes in a household of this device.
    pub fn add(&mut self, shelf: &Shelf, id: Id) {
        let record = shelf.whole(id);
        let Some((record, area)) = record.and_then(|record| Some((record.clone(), record.area()?)))
        else {
            return;
        };
        let home = Home {
            head: record.text(HEAD.name()).to_owned(),
            address: record.text(ADDRESS.name()).to_owned(),
        };
        self.put(area, &home, id);
    }

    fn put(&mut self, area: Area, home: &Home, id: Id) {
        let partly = [
            home.clone(),
            Home {
                head: String::new(),
                ..home.clone()
            },
            Home {
                address: String::new(),
                ..home.clone()
            },
        ];
        for home in partly
            .iter()
            .filter(|home| !home.head.is_empty() || !home.address.is_empty())
        {
            let held = self.0.entry((area, key(home))).or_insert(Some(id));
            if *held != Some(id) {
                *held = None;
            }
        }
    }

    fn find(&self, area: Area, home: &Home) -> Option<Id> {
        self.0.get(&(area, key(home))).copied().flatten()
    }
}

/// As people mean it: letters, figures and hyphens.
fn key(home: &Home) -> String {
    let plain = |text: &str| -> String {
        let half = text.chars().map(domain::check::half_width);
        half.filter(|c| c.is_alphanumeric() || *c == '-')
            .flat_map(char::to_lowercase)
            .collect()
    };
    format!("{}\n{}", plain(&home.head), plain(&home.address))
}

/// The kinds that a roster makes, and so what one must be allowed to write.
pub fn may_import(desk: Desk) -> bool {
    let grants = desk
        .profile()
        .map(|profile| profile.grants)
        .unwrap_or_default();
    let kinds: [&Kind; 2] = [&WORKER, &HOUSEHOLD];
    let writes = |area: Area| kinds.iter().all(|kind| grants.may_write(kind, area));
    grants.0.iter().any(|grant| writes(grant.area))
}
