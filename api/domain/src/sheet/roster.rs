//! A roster as it really is, read into records: which row is the head, what each column means, and
//! for every row what can be registered or what is wrong with it and what to do.

pub mod clean;
pub mod field;
pub mod head;
mod options;
pub mod own;
pub mod place;
mod told;

pub use clean::Raw;
pub use field::Field;
pub use head::Head;
pub use place::Places;
pub use told::{Found, Part, Plan};

use crate::check::Problem;
use crate::kinds::worker::{CONSENT, CONSENT_DATE, FLOW, WORKER};
use crate::own::OwnField;
use crate::record::AREA;
use crate::same;
use crate::value::Shape;
use crate::{Area, Grants, Id, Record, Stamp, Value, Values, person};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A file's row with its number there, from 1.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub number: u32,
    pub cells: Vec<Raw>,
}

impl Line {
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Raw::is_blank)
    }

    fn text(&self, column: usize) -> String {
        self.cells.get(column).map(Raw::text).unwrap_or_default()
    }
}

/// What a person says once for the whole roster.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Given {
    /// Where the file does not say whether somebody comes, stays or goes.
    pub flow: Option<String>,
    /// Where the file does not say in which village somebody lives.
    pub area: Option<Area>,
    /// How these people agreed to be recorded, and when.
    pub consent: String,
    pub consented: Date,
}

/// One person of the roster.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub row: u32,
    /// A worker's cells.
    pub cells: Values,
    pub home: Option<Home>,
    /// Why this row is not taken; empty if it is.
    pub faults: Vec<Fault>,
}

/// The household that a row names, by what it is known by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Home {
    /// Empty if only the address is given.
    pub head: String,
    pub address: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// The column, if it is one column's.
    pub field: Option<Field>,
    /// As it stands in the file.
    pub said: String,
    pub what: What,
}

/// What is wrong with a row; the app shows `roster.fault.<key>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// As in a form: the app shows `problem.<key>`.
    Problem(Problem),
    /// An ID number that a program took for a number: it kept 15 digits and made zeros of the rest.
    LostDigits,
    /// A formula that gives no value.
    Broken,
    UnknownArea,
    /// Several villages have this name.
    ManyAreas,
    /// A township, or something above it.
    NoVillage,
    /// Outside the area in which this person may register anybody.
    NotYours,
    /// The same person stands in this row, too.
    Twice(u32),
}

impl What {
    /// The keys of those that are not [`Problem`]s.
    pub const KEYS: &'static [&'static str] = &[
        "lost_digits",
        "broken",
        "unknown_area",
        "many_areas",
        "no_village",
        "not_yours",
        "twice",
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Problem(problem) => problem.key(),
            Self::LostDigits => "lost_digits",
            Self::Broken => "broken",
            Self::UnknownArea => "unknown_area",
            Self::ManyAreas => "many_areas",
            Self::NoVillage => "no_village",
            Self::NotYours => "not_yours",
            Self::Twice(_) => "twice",
        }
    }
}

/// Reads row after row; remembers who was there already.
#[derive(Debug)]
pub struct Reader {
    columns: Vec<Option<Field>>,
    places: Places,
    grants: Grants,
    given: Given,
    own: Vec<OwnField>,
    today: Date,
    /// The head as it stands, which some rosters repeat on each page.
    head: Vec<String>,
    seen: HashMap<u64, u32>,
}

impl Reader {
    /// `columns` says what each column means; `head` is the head's own line.
    pub fn new(
        columns: Vec<Option<Field>>,
        head: Option<&Line>,
        places: Places,
        grants: Grants,
        given: Given,
        own: Vec<OwnField>,
        today: Date,
    ) -> Self {
        let head = head.map(|line| line.cells.iter().map(Raw::text).collect());
        Self {
            columns,
            places,
            grants,
            given,
            own,
            today,
            head: head.unwrap_or_default(),
            seen: HashMap::new(),
        }
    }

    /// The person in a row; `None` if there is none in it: a blank row, a sum, a note, the head again.
    pub fn read(&mut self, line: &Line) -> Option<Entry> {
        if line.is_blank() || self.is_head(line) || self.is_note(line) {
            return None;
        }
        let mut row = Row::default();
        for (column, field) in self.columns.iter().enumerate() {
            match (field, line.cells.get(column)) {
                (Some(Field::Own(at)), Some(raw)) => {
                    if let Some(own) = self.own.get(usize::from(*at)) {
                        row.take_own(Field::Own(*at), own, raw, self.today);
                    }
                }
                (Some(field), Some(raw)) => row.take(*field, raw, self.today),
                _ => {}
            }
        }
        self.place(&mut row);
        self.fill(&mut row);
        self.check(&mut row, line.number);
        Some(Entry {
            row: line.number,
            home: row.home(),
            cells: row.cells,
            faults: row.faults,
        })
    }

    fn is_head(&self, line: &Line) -> bool {
        let filled = self.head.iter().filter(|text| !text.is_empty()).count();
        filled > 1
            && self
                .head
                .iter()
                .enumerate()
                .all(|(at, text)| line.text(at) == *text)
    }

    /// A sum, a signature or a remark: nothing in it says who somebody is.
    fn is_note(&self, line: &Line) -> bool {
        let says = |field: Field| {
            let column = self.columns.iter().position(|own| *own == Some(field));
            column.map(|column| line.text(column)).unwrap_or_default()
        };
        let [name, number, phone] = [Field::Name, Field::IdNumber, Field::Phone].map(says);
        let known = !number.is_empty() || !phone.is_empty();
        let filled = line.cells.iter().filter(|cell| !cell.is_blank()).count();
        !known && (name.is_empty() && filled <= 3 || clean::is_note(&line.text(first(line))))
    }

    /// The village: by its code or its name, else the one that was given for all.
    fn place(&self, row: &mut Row) {
        let found = match (row.village.is_empty(), row.township.is_empty()) {
            (true, true) => self.given.area.ok_or(What::Problem(Problem::Required)),
            _ => self.places.find(&row.township, &row.village),
        };
        let allowed = found.and_then(|area| match self.grants.may_write(&WORKER, area) {
            true => Ok(area),
            false => Err(What::NotYours),
        });
        match allowed {
            Ok(area) => {
                row.cells.insert(AREA.name().to_owned(), area.write());
            }
            Err(what) => {
                let said = format!("{} {}", row.township, row.village)
                    .trim()
                    .to_owned();
                row.fault(Some(Field::Village), &said, what);
            }
        }
    }

    /// What follows from the ID number, and what was said once for all.
    fn fill(&self, row: &mut Row) {
        let number = row.text("id_number").to_owned();
        for (name, value) in person::derived(&number, self.today) {
            row.cells.insert(name.to_owned(), value);
        }
        if !row.cells.contains_key(FLOW.name()) && row.faults_of(Field::Flow) == 0 {
            let flow = self.given.flow.clone();
            row.cells
                .extend(flow.map(|flow| (FLOW.name().to_owned(), flow.write())));
        }
        let consent = self.given.consent.clone().write();
        row.cells.insert(CONSENT.name().to_owned(), consent);
        let day = self.given.consented.write();
        row.cells.insert(CONSENT_DATE.name().to_owned(), day);
    }

    /// The form's own checks, and whether the same person was there before.
    fn check(&mut self, row: &mut Row, number: u32) {
        let record = record(&row.cells);
        for (name, problem) in WORKER.check(&record, self.today) {
            let field = Field::of(name);
            if field.is_none_or(|field| row.faults_of(field) == 0) {
                let said = row.said.get(name).cloned().unwrap_or_default();
                row.fault(field, &said, What::Problem(problem));
            }
        }
        let mut before = None;
        for mark in same::marks(&record) {
            // Two of one name and birth date in a village may well be two.
            if mark.beside != "birth" {
                let first = *self.seen.entry(mark.key).or_insert(number);
                before = before.or(Some(first).filter(|first| *first != number));
            }
        }
        if let Some(first) = before {
            let name = row.text("name").to_owned();
            row.fault(Some(Field::Name), &name, What::Twice(first));
        }
    }
}

/// The first column that says anything.
fn first(line: &Line) -> usize {
    let filled = line.cells.iter().position(|cell| !cell.is_blank());
    filled.unwrap_or_default()
}

/// A worker's record of these cells, to be checked and compared.
pub fn record(cells: &Values) -> Record {
    let mut record = Record::new(Id::from_bytes([0; 16]), WORKER.name);
    for (name, value) in cells {
        record.put(name, value.clone(), Stamp::default());
    }
    record
}

/// What was gathered of one row so far.
#[derive(Default)]
struct Row {
    cells: Values,
    /// As it stands in the file, by field.
    said: BTreeMap<String, String>,
    township: String,
    village: String,
    head: String,
    address: String,
    faults: Vec<Fault>,
}

impl Row {
    fn take(&mut self, field: Field, raw: &Raw, today: Date) {
        let said = raw.text();
        match clean::read(field, raw, today) {
            Err(what) => self.fault(Some(field), &said, what),
            Ok(clean::Read::Nothing) => {}
            Ok(clean::Read::Value(Value::Text(text))) if field == Field::Note => self.note(&text),
            Ok(clean::Read::Value(value)) => {
                let name = field.cell().unwrap_or_default().to_owned();
                self.said.insert(name.clone(), said);
                self.put(name, value);
            }
            Ok(clean::Read::Noted(value, rest)) => {
                if let (Some(name), Some(value)) = (field.cell(), value) {
                    self.said.insert(name.to_owned(), said);
                    self.cells.insert(name.to_owned(), value);
                }
                self.note(&rest);
            }
            Ok(clean::Read::Text(text)) => match field {
                Field::Township => self.township = text,
                Field::Village => self.village = text,
                Field::Head => self.head = text,
                _ => self.address = text,
            },
        }
    }

    fn take_own(&mut self, field: Field, own: &OwnField, raw: &Raw, today: Date) {
        match own::read(own, raw, today) {
            Ok(value) => self
                .cells
                .extend(value.map(|value| (own.name.clone(), value))),
            Err(what) => self.fault(Some(field), &raw.text(), what),
        }
    }

    /// Categories of several columns are one list.
    fn put(&mut self, name: String, value: Value) {
        match (self.cells.get_mut(&name), value) {
            (Some(Value::List(held)), Value::List(more)) => {
                let new = more.into_iter().filter(|item| !held.contains(item));
                let new: Vec<Value> = new.collect();
                held.extend(new);
            }
            (_, value) => drop(self.cells.insert(name, value)),
        }
    }

    /// What has no field of its own is not lost.
    fn note(&mut self, rest: &str) {
        let held = self.text("note").to_owned();
        let joined = [held.as_str(), rest].join(if held.is_empty() { "" } else { "；" });
        self.cells.insert("note".to_owned(), Value::Text(joined));
    }

    fn text(&self, name: &str) -> &str {
        self.cells
            .get(name)
            .and_then(Value::as_text)
            .unwrap_or_default()
    }

    fn fault(&mut self, field: Option<Field>, said: &str, what: What) {
        let said = said.chars().take(40).collect();
        self.faults.push(Fault { field, said, what });
    }

    fn faults_of(&self, field: Field) -> usize {
        let own = |fault: &&Fault| fault.field == Some(field);
        self.faults.iter().filter(own).count()
    }

    fn home(&self) -> Option<Home> {
        let named = !self.head.is_empty() || !self.address.is_empty();
        named.then(|| Home {
            head: self.head.clone(),
            address: self.address.clone(),
        })
    }
}

#[cfg(test)]
mod tests;
