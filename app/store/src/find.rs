//! Search over everybody on the device: one line of text for each record, scanned as a whole.
//!
//! A line holds what people search by: the name, its pinyin and initials, the phone and ID
//! numbers, the address. Plain scanning of a few megabytes takes some milliseconds and needs no
//! index to be built; a record that changes gets a new line, and the old one is left dead until
//! many are.

use super::ids::IdMap;
use super::pinyin;
use domain::{Area, Id, Kind, Record};
use std::borrow::Cow;
use std::collections::HashSet;

/// The fields that are searched, in the order in which a match counts more.
const SEARCHED: [&str; 12] = [
    "name",
    "head",
    "title",
    "phone",
    "id_number",
    "address",
    "guardian",
    "credit_code",
    "employer_name",
    "route",
    "mobile",
    "work_area",
];

#[derive(Debug)]
struct Line {
    id: Id,
    area: Area,
    kind: &'static Kind,
    priority: u8,
    alive: bool,
    start: u32,
    end: u32,
}

#[derive(Default, Debug)]
pub struct Finder {
    text: Vec<u8>,
    lines: Vec<Line>,
    place: IdMap<usize>,
    dead: usize,
}

/// What a search found: the first ones in order, and how many there are in all.
#[derive(Default, Debug, PartialEq, Eq, Clone)]
pub struct Found {
    pub first: Vec<Id>,
    pub count: usize,
}

impl Finder {
    pub fn put(&mut self, record: &Record, kind: &'static Kind, area: Area, priority: usize) {
        self.remove(record.id);
        let start = self.text.len() as u32;
        line_of(record, &mut self.text);
        self.place.insert(record.id, self.lines.len());
        self.lines.push(Line {
            id: record.id,
            area,
            kind,
            priority: priority as u8,
            alive: true,
            start,
            end: self.text.len() as u32,
        });
        if self.dead > 1_000 && self.dead * 2 > self.lines.len() {
            self.compact();
        }
    }

    pub fn remove(&mut self, id: Id) {
        if let Some(place) = self.place.remove(&id) {
            self.lines[place].alive = false;
            self.dead += 1;
        }
    }

    fn compact(&mut self) {
        let old = std::mem::take(self);
        for mut line in old.lines.into_iter().filter(|line| line.alive) {
            let words = &old.text[line.start as usize..line.end as usize];
            line.start = self.text.len() as u32;
            self.text.extend_from_slice(words);
            line.end = self.text.len() as u32;
            self.place.insert(line.id, self.lines.len());
            self.lines.push(line);
        }
    }

    /// The records that hold every word of `typed`, or lie in an area that `areas` gives for the
    /// word: names that begin so first, then who is served first, then by area.
    pub fn find(
        &self,
        typed: &str,
        areas: impl Fn(&str) -> HashSet<Area>,
        keep: impl Fn(Id, &'static Kind) -> bool,
        limit: usize,
    ) -> Found {
        let words = words(typed);
        let mut hits: Option<Vec<u8>> = None;
        for word in &words {
            let mut found = self.scan(word.as_bytes());
            let within = areas(word);
            if !within.is_empty() {
                for (hit, line) in found.iter_mut().zip(&self.lines) {
                    if *hit == 0 && within.contains(&line.area) {
                        *hit = PART;
                    }
                }
            }
            hits = Some(match hits {
                Some(before) => both(&before, &found),
                None => found,
            });
        }
        self.best(hits, keep, limit)
    }

    fn best(
        &self,
        hits: Option<Vec<u8>>,
        keep: impl Fn(Id, &'static Kind) -> bool,
        limit: usize,
    ) -> Found {
        let mut found: Vec<(u8, u8, Area, Id)> = Vec::new();
        for (place, line) in self.lines.iter().enumerate() {
            let hit = hits.as_ref().map_or(PART, |hits| hits[place]);
            if hit > 0 && line.alive && keep(line.id, line.kind) {
                found.push((START - hit, u8::MAX - line.priority, line.area, line.id));
            }
        }
        let count = found.len();
        if count > limit {
            found.select_nth_unstable(limit);
            found.truncate(limit);
        }
        found.sort_unstable();
        Found {
            first: found.into_iter().map(|(.., id)| id).collect(),
            count,
        }
    }

    /// For each line: 0, or [`PART`] where the word stands in it, or [`START`] where a field or
    /// its pinyin begins with it.
    fn scan(&self, word: &[u8]) -> Vec<u8> {
        let mut hits = vec![0; self.lines.len()];
        let Some((first, rest)) = word.split_first() else {
            hits.fill(PART);
            return hits;
        };
        for (hit, line) in hits.iter_mut().zip(&self.lines) {
            let text = &self.text[line.start as usize..line.end as usize];
            *hit = stands_in(text, *first, rest);
        }
        hits
    }
}

const PART: u8 = 1;
const START: u8 = 2;

fn stands_in(text: &[u8], first: u8, rest: &[u8]) -> u8 {
    let mut hit = 0;
    let mut at = 0;
    // Plain loops: the common case is that the first byte differs.
    while at + rest.len() < text.len() {
        if text[at] == first && text[at + 1..].starts_with(rest) {
            if at == 0 || text[at - 1] == b'\n' {
                return START;
            }
            hit = PART;
        }
        at += 1;
    }
    hit
}

fn both(a: &[u8], b: &[u8]) -> Vec<u8> {
    let least = |(a, b): (&u8, &u8)| if *a == 0 || *b == 0 { 0 } else { *a.max(b) };
    a.iter().zip(b).map(least).collect()
}

/// What was typed, as words to look for: plain letters in lower case, without the apostrophes
/// that an input method shows between syllables.
fn words(typed: &str) -> Vec<String> {
    let typed = domain::check::clean_text(typed).to_lowercase();
    let word = |word: &str| word.replace(['\'', '’', '-'], "");
    typed
        .split_whitespace()
        .map(word)
        .filter(|word| !word.is_empty())
        .collect()
}

fn line_of(record: &Record, out: &mut Vec<u8>) {
    for field in SEARCHED {
        let text = record.text(field);
        if text.is_empty() {
            continue;
        }
        let plain = lowercase(text);
        let left_out = |byte: &u8| matches!(byte, b'-' | b'\n');
        match plain.bytes().any(|byte| left_out(&byte)) {
            true => out.extend(plain.bytes().filter(|byte| !left_out(byte))),
            false => out.extend_from_slice(plain.as_bytes()),
        }
        out.push(b'\n');
        pinyin::spell(&plain, out);
    }
}

/// Numbers and Chinese characters, as most is, are lower case as they stand.
fn lowercase(text: &str) -> Cow<'_, str> {
    let stands = |c: char| matches!(c, '\0'..='@' | '['..='\u{7f}' | '\u{3000}'..='\u{9fff}');
    match text.chars().all(stands) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Stamp, Value};

    #[test]
    fn what_stands_as_it_is_in_lower_case_is_known_without_looking() {
        let all = (0..=0xffff).filter_map(char::from_u32).map(String::from);
        for text in all {
            assert_eq!(lowercase(&text), text.to_lowercase());
        }
    }

    fn worker(number: u8, name: &str, phone: &str, id_number: &str, area: &str) -> Record {
        let mut record = Record::new(Id::new(1, [number; 10]), "worker");
        let mut put =
            |field: &str, text: &str| record.put(field, Value::from(text), Stamp::default());
        put("area", area);
        put("name", name);
        put("phone", phone);
        put("id_number", id_number);
        record
    }

    fn finder() -> Finder {
        let mut finder = Finder::default();
        let people = [
            worker(
                1,
                "张春生",
                "19900001234",
                "37990019700101123X",
                "371721101004",
            ),
            worker(
                2,
                "李张弓",
                "19900005678",
                "379900198002022345",
                "371721101004",
            ),
            worker(
                3,
                "单玉梅",
                "19900009012",
                "379900199003033456",
                "371721101005",
            ),
        ];
        for (order, record) in people.iter().enumerate() {
            let kind = Kind::find("worker").unwrap();
            finder.put(
                record,
                kind,
                record.area().unwrap(),
                usize::from(order == 2),
            );
        }
        finder
    }

    fn found(finder: &Finder, typed: &str) -> Vec<u8> {
        let none = |_: &str| HashSet::new();
        let found = finder.find(typed, none, |_, _| true, 10);
        found.first.iter().map(|id| id.as_bytes()[15]).collect()
    }

    #[test]
    fn people_are_found_by_name_pinyin_initials_and_the_ends_of_their_numbers() {
        let finder = finder();
        for typed in [
            "张春",
            "zhangchun",
            "zhang'chun",
            "zcs",
            "ＺＣＳ",
            "1234",
            "123x",
            "张 1234",
        ] {
            assert_eq!(found(&finder, typed)[0], 1, "{typed}");
        }
        assert_eq!(found(&finder, "zhangchunsheng"), [1]);
        assert_eq!(found(&finder, "没有的人"), [0u8; 0]);
    }

    #[test]
    fn a_surname_is_found_under_each_of_its_readings() {
        assert_eq!(found(&finder(), "shanyumei"), [3]);
        assert_eq!(found(&finder(), "danyumei"), [3]);
    }

    #[test]
    fn who_is_called_so_stands_before_who_has_it_somewhere() {
        assert_eq!(found(&finder(), "张"), [1, 2]);
        assert_eq!(found(&finder(), ""), [3, 1, 2]);
    }

    #[test]
    fn a_village_finds_its_people() {
        let village = Area::parse("371721101005").unwrap();
        let areas = |word: &str| {
            let named = if word == "大杨" {
                vec![village]
            } else {
                vec![]
            };
            named.into_iter().collect()
        };
        let found = finder().find("大杨", areas, |_, _| true, 10);
        assert_eq!((found.first.len(), found.count), (1, 1));
    }

    #[test]
    fn a_changed_record_is_found_by_its_new_words_only() {
        let mut finder = finder();
        let kind = Kind::find("worker").unwrap();
        for _ in 0..3_000 {
            let changed = worker(1, "王大力", "1", "", "371721101004");
            finder.put(&changed, kind, changed.area().unwrap(), 0);
        }
        assert_eq!(found(&finder, "wdl"), [1]);
        assert_eq!(found(&finder, "zhangchun"), [0u8; 0]);
        assert!(finder.lines.len() < 3_000);
        finder.remove(Id::new(1, [1; 10]));
        assert_eq!(found(&finder, "wdl"), [0u8; 0]);
    }
}
