//! One cell of a roster, put into the form in which the app keeps it.

use super::options::{
    CATEGORIES, DOCUMENTS, EDUCATIONS, FLOWS, Options, SEXES, TRADES, folded, option,
};
use super::{Field, What};
use crate::Value;
use crate::check::{Problem, clean_code, clean_phone, clean_text};
use crate::kinds::worker;
use crate::value::Shape;
use jiff::civil::{Date, date};

/// A cell as a file has it: of a formula the value that it gave when the file was saved.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Raw {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Day(Date),
    Flag(bool),
    /// A formula's error.
    Broken,
}

impl Raw {
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => clean_text(text).is_empty(),
            _ => false,
        }
    }

    /// As a person would read it.
    pub fn text(&self) -> String {
        match self {
            Self::Empty | Self::Broken => String::new(),
            Self::Text(text) => clean_text(text),
            // Whole numbers are exact up to here, and written without a point.
            Self::Number(number) if number.fract() == 0.0 && number.abs() < LOST => {
                format!("{number:.0}")
            }
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Flag(flag) => (if *flag { "是" } else { "否" }).to_owned(),
        }
    }
}

/// Spreadsheets keep 15 digits of a number.
const LOST: f64 = 1e15;
/// Days from a sheet's day 0 (1899-12-30), which dates are counted by, to 1970-01-01.
const EPOCH: i64 = 25_569;

/// What a cell gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Read {
    Nothing,
    /// Of a worker's own cell.
    Value(Value),
    /// Of a worker's own cell, if anything, and what is to be kept as a note.
    Noted(Option<Value>, String),
    /// Of a place or a household.
    Text(String),
}

/// Reads a cell of a column with this meaning.
///
/// # Errors
/// What is wrong with it.
pub fn read(field: Field, raw: &Raw, today: Date) -> Result<Read, What> {
    if *raw == Raw::Broken {
        return Err(What::Broken);
    }
    // A number that this app covered when it was exported says nothing.
    let covered = field == Field::IdNumber && raw.text().contains('*');
    if raw.is_blank() || covered || is_nothing(&raw.text()) {
        return Ok(Read::Nothing);
    }
    let text = raw.text();
    let words = |text: String| Read::Value(Value::Text(text));
    Ok(match field {
        Field::Name => words(name(&text)),
        Field::IdNumber => return id_number(raw).map(words),
        Field::Phone => phones(&text),
        Field::Birth => born(raw, today)?,
        Field::Returned | Field::Leaves => day(raw).map(|day| Read::Value(day.write()))?,
        Field::Sex => Read::Value(option(SEXES, &text).ok_or(What::Problem(Problem::Option))?),
        Field::Flow => Read::Value(option(FLOWS, &text).ok_or(What::Problem(Problem::Option))?),
        Field::Document => match option(DOCUMENTS, &text) {
            Some(value) => Read::Value(value),
            None => return Err(What::Problem(Problem::Option)),
        },
        Field::Education => chosen(EDUCATIONS, &text),
        Field::Trade => trade(&text),
        Field::Priority => priorities(&text),
        Field::HardToPlace => ticked(&text, worker::PRIORITIES[0]),
        Field::LowIncome => ticked(&text, worker::PRIORITIES[1]),
        Field::OutOfPoverty => ticked(&text, worker::PRIORITIES[2]),
        Field::Township | Field::Village => Read::Text(joined(&text)),
        Field::Head => Read::Text(name(&text)),
        Field::Address => Read::Text(text),
        // Read by its own rules.
        Field::Own(_) => Read::Nothing,
        Field::WorkArea | Field::Skill | Field::Note => words(text),
    })
}

/// What people write where there is nothing to write.
pub fn is_nothing(text: &str) -> bool {
    matches!(
        text,
        "/" | "\\" | "-" | "—" | "——" | "无" | "N/A" | "n/a" | "#N/A"
    )
}

/// A row that sums up or signs.
pub fn is_note(text: &str) -> bool {
    let words = [
        "合计",
        "总计",
        "小计",
        "共计",
        "填表",
        "制表",
        "填报",
        "审核",
        "负责人",
        "备注",
        "说明",
        "注：",
        "注:",
    ];
    let text: String = joined(text);
    words.iter().any(|word| text.starts_with(word))
}

/// Without any space: people spread short names out.
fn joined(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A Chinese name has no spaces; another one keeps those between its words.
fn name(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let latin = text.chars().any(|c| c.is_ascii_alphabetic());
    words.join(if latin { " " } else { "" })
}

fn id_number(raw: &Raw) -> Result<String, What> {
    match raw {
        Raw::Number(number) if number.abs() >= LOST => Err(What::LostDigits),
        raw => {
            let text = raw.text();
            // 3.70E+17, as such a number looks when it was saved as text.
            let power = text.to_ascii_uppercase().contains("E+");
            if power {
                Err(What::LostDigits)
            } else {
                Ok(clean_code(&text))
            }
        }
    }
}

/// The first of several numbers; the others are kept as a note.
fn phones(text: &str) -> Read {
    let parts = text.split(['/', '、', ',', '，', ';', '；']);
    let mut parts = parts.map(clean_phone).filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default();
    let others: Vec<String> = parts.collect();
    if others.is_empty() {
        Read::Value(Value::Text(first))
    } else {
        Read::Noted(Some(Value::Text(first)), others.join("、"))
    }
}

/// A year and a month alone are no birth date; they are kept as a note.
fn born(raw: &Raw, today: Date) -> Result<Read, What> {
    match day(raw) {
        Ok(day) => Ok(Read::Value(day.write())),
        Err(what) => {
            let parts = numbers(&raw.text());
            let month = matches!(parts[..], [year, 1..=12] if (1900..=i64::from(today.year())).contains(&year));
            if month {
                Ok(Read::Noted(None, raw.text()))
            } else {
                Err(what)
            }
        }
    }
}

/// A day in any of the forms in which offices write one: a date, the number that spreadsheets keep
/// for one, 2023-1-5, 2023.01.05, 2023年1月5日, 20230105, with or without a time of day.
///
/// # Errors
/// `Date` if it is none.
pub fn day(raw: &Raw) -> Result<Date, What> {
    let none = What::Problem(Problem::Date);
    match raw {
        Raw::Day(day) => Ok(*day),
        Raw::Number(number) => of_number(*number).ok_or(none),
        raw => of_text(&raw.text()).ok_or(none),
    }
}

fn of_number(number: f64) -> Option<Date> {
    let whole = number.trunc() as i64;
    match whole {
        // From 1908 to 2100 as spreadsheets count days; a smaller number is a year by itself.
        3_000..=73_415 => {
            let days = jiff::Span::new().days(whole - EPOCH);
            date(1970, 1, 1).checked_add(days).ok()
        }
        19_000_101..=21_001_231 => {
            let (year, month, day) = (whole / 10_000, whole / 100 % 100, whole % 100);
            Date::new(year as i16, month as i8, day as i8).ok()
        }
        _ => None,
    }
}

fn of_text(text: &str) -> Option<Date> {
    // The time of day, if there is one, comes last and has colons.
    let text = text.split(['T', ' ']).filter(|part| !part.contains(':'));
    let text: String = text.collect();
    match numbers(&text)[..] {
        [number] => of_number(number as f64),
        [year, month, day] if (1900..=2100).contains(&year) => Date::new(
            year as i16,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok(),
        _ => None,
    }
}

/// The numbers in a text, if nothing else is there but what stands between a date's parts.
fn numbers(text: &str) -> Vec<i64> {
    let between = |c: char| {
        matches!(
            c,
            '-' | '/' | '.' | '年' | '月' | '日' | '号' | '－' | '。' | '．'
        )
    };
    let plain = text.chars().all(|c| c.is_ascii_digit() || between(c));
    let parts = text.split(between).filter(|part| !part.is_empty());
    let parts: Option<Vec<i64>> = parts.map(|part| part.parse().ok()).collect();
    parts.filter(|_| plain).unwrap_or_default()
}

/// A choice that is not required: what the app has no option for is kept as a note.
fn chosen(options: Options, text: &str) -> Read {
    match option(options, text) {
        Some(value) => Read::Value(value),
        None => Read::Noted(None, text.to_owned()),
    }
}

/// A trade that the app has no option for is another one, and named in a note.
fn trade(text: &str) -> Read {
    match option(TRADES, text) {
        Some(value) => Read::Value(value),
        None => Read::Noted(Some("other".into()), text.to_owned()),
    }
}

/// Categories in one cell, several of them or none.
fn priorities(text: &str) -> Read {
    let said = folded(text);
    let own = |(_, words): &&(&str, &[&str])| words.iter().any(|word| said.contains(word));
    let found: Vec<Value> = CATEGORIES
        .iter()
        .filter(own)
        .map(|(key, _)| (*key).into())
        .collect();
    if !found.is_empty() {
        Read::Value(Value::List(found))
    } else if is_no(text)
        || ["一般", "普通", "其他"]
            .iter()
            .any(|word| text.contains(word))
    {
        Read::Nothing
    } else {
        Read::Noted(None, text.to_owned())
    }
}

/// A column of yes and no.
fn ticked(text: &str, category: &'static str) -> Read {
    if is_no(text) {
        Read::Nothing
    } else {
        Read::Value(Value::List(vec![category.into()]))
    }
}

/// What people write or draw where a thing holds.
pub fn is_yes(text: &str) -> bool {
    matches!(
        folded(text).as_str(),
        "是" | "有" | "对" | "1" | "y" | "yes" | "true"
    ) || matches!(text.trim(), "√" | "✓" | "✔")
}

pub fn is_no(text: &str) -> bool {
    matches!(
        folded(text).as_str(),
        "" | "否" | "无" | "不是" | "没有" | "0" | "n" | "no" | "false" | "x" | "×"
    )
}
