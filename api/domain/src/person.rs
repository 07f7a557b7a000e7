//! What is shown of a person, and what follows from their ID number.

use crate::check::{self, Sex};
use crate::field::{FieldSpec, Input};
use crate::kinds::worker;
use crate::{Record, Value};
use jiff::civil::Date;

/// A resident ID number with its birth date and sequence covered: `110105********002X`.
pub fn mask_id(number: &str) -> String {
    mask(number, 6, 4)
}

/// A phone number with its middle covered: `138****0000`.
pub fn mask_phone(number: &str) -> String {
    mask(number, 3, 4)
}

/// What stands for a sensitive value until it is asked for: of a number some of its digits, to tell
/// it from others; of what is said or chosen nothing.
pub fn cover(field: &FieldSpec, said: &str) -> String {
    match field.input {
        Input::IdNumber { .. } => mask_id(said),
        Input::Text if !crate::own::is_own(&field.name) => mask_id(said),
        _ => "******".to_owned(),
    }
}

fn mask(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    let covered = |at: usize| at >= head && at + tail < count;
    if count <= head + tail {
        return "*".repeat(count);
    }
    text.chars()
        .enumerate()
        .map(|(at, c)| if covered(at) { '*' } else { c })
        .collect()
}

/// What a right resident ID number fills in by itself: the cells and their values.
pub fn derived(number: &str, today: Date) -> Vec<(&'static str, Value)> {
    let Ok(read) = check::resident_id(number, today) else {
        return Vec::new();
    };
    let sex = match read.sex {
        Sex::Male => "male",
        Sex::Female => "female",
    };
    vec![
        ("sex", sex.into()),
        ("birth", Value::Text(read.birth.to_string())),
    ]
}

/// Full years of age on a day.
pub fn age(birth: Date, today: Date) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!had_birthday)
}

/// How far up a person stands in every list: the number of priority categories (C2, C18).
pub fn priority(record: &Record) -> usize {
    record
        .get(&worker::PRIORITY)
        .map_or(0, |categories| categories.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn masks_cover_what_identifies() {
        assert_eq!(mask_id("11010519491231002X"), "110105********002X");
        assert_eq!(mask_phone("13800000000"), "138****0000");
        assert_eq!(mask_phone("12345"), "*****");
    }

    #[test]
    fn sex_and_birth_date_come_from_the_id_number() {
        let found = derived("11010519491231002X", date(2026, 1, 1));
        assert_eq!(
            found,
            vec![("sex", "female".into()), ("birth", "1949-12-31".into())]
        );
        assert!(derived("11010519491231002", date(2026, 1, 1)).is_empty());
    }

    #[test]
    fn age_counts_full_years() {
        let born = date(1990, 6, 15);
        assert_eq!(age(born, date(2026, 6, 14)), 35);
        assert_eq!(age(born, date(2026, 6, 15)), 36);
    }
}
