//! How two records of the same are told: by what has to agree, compared as people mean it.

use crate::area::Level;
use crate::check::half_width;
use crate::record::AREA;
use crate::{Kind, Record};

/// How sure it is that two records speak of the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Likeness {
    /// To be asked.
    Likely,
    /// One of the two is too many, or a number was mistyped.
    Certain,
}

/// What has to agree; the values are compared as people mean them, not as they typed them.
struct Rule {
    likeness: Likeness,
    /// The field beside which it is said.
    beside: &'static str,
    fields: &'static [(&'static str, Part)],
}

#[derive(Clone, Copy)]
enum Part {
    /// Letters and digits only, and enough of them to tell people apart.
    Code,
    Phone,
    Name,
    /// As a name, but hyphens count: 3-12 is not 31-2.
    Address,
    Village,
    County,
}

const fn certain(beside: &'static str, fields: &'static [(&'static str, Part)]) -> Rule {
    Rule {
        likeness: Likeness::Certain,
        beside,
        fields,
    }
}

const fn likely(beside: &'static str, fields: &'static [(&'static str, Part)]) -> Rule {
    Rule {
        likeness: Likeness::Likely,
        beside,
        fields,
    }
}

const PERSON: &[Rule] = &[
    certain("id_number", &[("id_number", Part::Code)]),
    likely("phone", &[("name", Part::Name), ("phone", Part::Phone)]),
    likely(
        "birth",
        &[
            ("name", Part::Name),
            ("birth", Part::Code),
            ("area", Part::Village),
        ],
    ),
    likely(
        "guardian_phone",
        &[("name", Part::Name), ("guardian_phone", Part::Phone)],
    ),
];

const HOUSEHOLD: &[Rule] = &[
    likely(
        "address",
        &[
            ("head", Part::Name),
            ("address", Part::Address),
            ("area", Part::Village),
        ],
    ),
    likely("phone", &[("head", Part::Name), ("phone", Part::Phone)]),
];

const EMPLOYER: &[Rule] = &[
    certain("credit_code", &[("credit_code", Part::Code)]),
    likely("name", &[("name", Part::Name), ("area", Part::County)]),
];

fn rules(kind: &str) -> &'static [Rule] {
    match kind {
        "worker" | "dependant" => PERSON,
        "household" => HOUSEHOLD,
        "employer" => EMPLOYER,
        _ => &[],
    }
}

/// True if two records of this kind can be one.
pub fn can_merge(kind: &Kind) -> bool {
    !rules(kind.name).is_empty()
}

/// The fields on which it depends whether a record is like another.
pub fn fields(kind: &Kind) -> impl Iterator<Item = &'static str> {
    let names = rules(kind.name).iter().flat_map(|rule| rule.fields);
    names.map(|(name, _)| *name)
}

/// One thing by which a record is like every other that has the same mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The values in 64 bits, so that an index of everybody stays small; among a million records
    /// the chance that two different ones meet is below one in ten million.
    pub key: u64,
    pub likeness: Likeness,
    /// The field beside which it is said.
    pub beside: &'static str,
}

/// A record's marks: none of a rule of which a field is empty.
pub fn marks(record: &Record) -> impl Iterator<Item = Mark> {
    let rules = rules(&record.kind).iter();
    rules.filter_map(|rule| {
        let mut hash = Fnv::new(&record.kind, rule.beside);
        for (field, part) in rule.fields {
            part.feed(record, field, &mut hash)?;
        }
        Some(Mark {
            key: hash.0,
            likeness: rule.likeness,
            beside: rule.beside,
        })
    })
}

/// How alike two records are; `None` if nothing says that they are the same.
pub fn likeness(a: &Record, b: &Record) -> Option<Likeness> {
    if a.kind != b.kind || a.id == b.id || a.is_deleted() || b.is_deleted() {
        return None;
    }
    let others: Vec<Mark> = marks(b).collect();
    let shared = marks(a).filter(|mark| others.contains(mark));
    shared.map(|mark| mark.likeness).max()
}

impl Part {
    /// Adds a value to a mark; `None` if there is nothing to compare.
    fn feed(self, record: &Record, field: &str, hash: &mut Fnv) -> Option<()> {
        let text = record.text(field);
        let fed = match self {
            Self::Village | Self::County => {
                let level = match self {
                    Self::Village => Level::Village,
                    _ => Level::County,
                };
                let area = record.get(&AREA)?.at(level)?;
                hash.feed(area.to_string().chars())
            }
            Self::Phone => {
                let digits = text.chars().map(half_width).filter(char::is_ascii_digit);
                let abroad =
                    digits.clone().count() == 13 && digits.clone().take(2).eq("86".chars());
                hash.feed(digits.skip(if abroad { 2 } else { 0 }))
            }
            Self::Name | Self::Code => hash.feed(plain(text).filter(|c| c.is_alphanumeric())),
            Self::Address => hash.feed(plain(text).filter(|c| c.is_alphanumeric() || *c == '-')),
        };
        let least = match self {
            Self::Code => 6,
            Self::Phone => 7,
            _ => 1,
        };
        (fed >= least).then_some(())
    }
}

fn plain(text: &str) -> impl Iterator<Item = char> {
    let hyphen = |c| if matches!(c, '－' | '—') { '-' } else { c };
    text.chars()
        .map(move |c| hyphen(half_width(c)).to_ascii_uppercase())
}

/// The hash of Fowler, Noll and Vo (FNV-1a, 64 bits): short, without tables, and the same
/// everywhere.
struct Fnv(u64);

impl Fnv {
    fn new(kind: &str, rule: &str) -> Self {
        let mut hash = Self(0xcbf2_9ce4_8422_2325);
        hash.feed(kind.chars());
        hash.feed(rule.chars());
        hash
    }

    /// Adds one value; gives its length in characters.
    fn feed(&mut self, value: impl Iterator<Item = char>) -> usize {
        let mut count = 0;
        for c in value {
            self.add(c as u32);
            count += 1;
        }
        // No character has this number: "ab" and "c" are not "a" and "bc".
        self.add(u32::MAX);
        count
    }

    fn add(&mut self, number: u32) {
        for byte in number.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
