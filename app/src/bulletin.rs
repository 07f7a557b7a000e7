//! Bulletins: which ones are addressed to this person and when, and who has read them.

use crate::desk::Desk;
use crate::{now, save};
use domain::grant::Role;
use domain::kinds::{bulletin, reading};
use domain::record::{AREA, AUTHOR};
use domain::value::Shape;
use domain::wire::Profile;
use domain::{Area, Id, Record, Value, Values};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;

/// One bulletin, as lists and the page need it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bulletin {
    pub id: Id,
    pub title: String,
    pub topic: String,
    pub text: String,
    pub source: String,
    pub urgent: bool,
    pub area: Area,
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub author: Option<Id>,
}

impl Bulletin {
    pub fn of(record: &Record) -> Option<Self> {
        let text = |key: &str| record.text(key).to_owned();
        Some(Self {
            id: record.id,
            title: text(bulletin::TITLE.name()),
            topic: text(bulletin::TOPIC.name()),
            text: text(bulletin::TEXT.name()),
            source: text(bulletin::SOURCE.name()),
            urgent: record.get(&bulletin::URGENT).unwrap_or(false),
            area: record.area()?,
            from: record.get(&bulletin::FROM),
            until: record.get(&bulletin::UNTIL),
            author: record.get(&AUTHOR),
        })
    }

    /// The day from which it holds: as it says, else that on which it was written.
    pub fn begins(&self) -> Date {
        self.from
            .unwrap_or_else(|| domain::day_of(self.id.time_ms()))
    }

    pub fn is_current(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// True if it is for people who work where this person does.
    fn is_for(&self, profile: &Profile) -> bool {
        let grants = profile.grants.0.iter();
        grants
            .filter(|grant| grant.role != Role::Administrator)
            .any(|grant| self.area.contains(grant.area))
    }
}

/// All bulletins on this device: urgent ones first, then the newest.
pub fn all(desk: Desk) -> Vec<Bulletin> {
    let mut all: Vec<Bulletin> = desk.read(|shelf| {
        let rows = shelf.of_kind(bulletin::BULLETIN.name);
        let records = rows.filter_map(|row| shelf.get(row.id));
        records.filter_map(|record| Bulletin::of(&record)).collect()
    });
    all.sort_by_key(|one| (!one.urgent, std::cmp::Reverse((one.begins(), one.id))));
    all
}

/// The bulletins that hold today, are meant for this person and were not read yet.
pub fn unread(desk: Desk) -> Vec<Bulletin> {
    let Some(profile) = desk.profile() else {
        return Vec::new();
    };
    let today = desk.today.get();
    let mut unread = all(desk);
    unread.retain(|one| {
        one.is_current(today)
            && one.is_for(&profile)
            && one.author != Some(profile.person)
            && !readers(desk, one.id).contains_key(&profile.person)
    });
    unread
}

/// Who has read a bulletin, and when first.
pub fn readers(desk: Desk, id: Id) -> BTreeMap<Id, i64> {
    let mut readers = BTreeMap::new();
    desk.read(|shelf| {
        let rows = shelf.about(id).filter(|row| row.kind == &reading::READING);
        for record in rows.filter_map(|row| shelf.get(row.id)) {
            if let (Some(person), Some(at)) = (record.get(&AUTHOR), record.get(&reading::AT)) {
                let first = readers.entry(person).or_insert(at);
                *first = at.min(*first);
            }
        }
    });
    readers
}

/// Leaves a receipt: in the area in which this person may write one, a volunteer's at the post.
pub fn read(desk: Desk, id: Id) {
    let Some(profile) = desk.profile_now() else {
        return;
    };
    let mut grants = profile.grants.0.iter();
    let kind = &reading::READING;
    let own = grants.find(|grant| profile.grants.may_write(kind, grant.area));
    let Some(own) = own else { return };
    let mut values = Values::from([
        (AREA.name().to_owned(), own.area.write()),
        (reading::BULLETIN.name().to_owned(), id.write()),
        (reading::AT.name().to_owned(), Value::Int(now::now_ms())),
    ]);
    if let Some(place) = own.place {
        values.insert(reading::PLACE.name().to_owned(), place.write());
    }
    spawn_local(async move {
        if save::create(desk, kind, values, None).await.is_err() {
            desk.say(desk.language.get_untracked().label("trouble.storage"), None);
        }
    });
}

/// What a person is called here, if anybody here knows.
pub fn name_of(profile: &Profile, person: Id) -> Option<String> {
    if person == profile.person {
        return Some(profile.name.clone());
    }
    let mut colleagues = profile.colleagues.iter();
    let known = colleagues.find(|colleague| colleague.person == person)?;
    Some(known.name.clone())
}
