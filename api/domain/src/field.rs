//! What a field takes: from this table come its input in the form, its check and its masking.

use crate::check::{self, Problem};
use crate::value::Shape;
use crate::{Area, Id, Value, area::Level};
use jiff::civil::Date;
use std::borrow::Cow;

/// One field of a kind. A campaign's own fields have the same form, with owned texts.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldSpec {
    pub name: Cow<'static, str>,
    pub input: Input,
    pub sensitivity: Sensitivity,
    pub presence: Presence,
    /// The field is asked only when another has one of these values: (field, values).
    pub when: Option<(&'static str, &'static [&'static str])>,
    /// A date, moment or number that may not lie before that of another field.
    pub not_before: Option<&'static str>,
}

/// How a field is asked, and so what it may hold.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A whole number from the first to the second.
    Number(i64, i64),
    /// A number in tenths, from the first to the second: 36.5 is 365.
    Tenths(i64, i64),
    /// An amount of money in fen.
    Money,
    Flag,
    /// A day that may not lie in the future.
    PastDate,
    Date,
    /// A moment in milliseconds since 1970 UTC.
    Moment,
    /// A moment that may not lie in the future.
    PastMoment,
    Choice(Cow<'static, [&'static str]>),
    Choices(Cow<'static, [&'static str]>),
    /// One of the department keys.
    Department,
    /// A record of one of these kinds.
    Reference(&'static [&'static str]),
    /// Several records of these kinds.
    References(&'static [&'static str]),
    /// An area at this level or below.
    Area(Level),
    Phone,
    /// A unified social credit code.
    CreditCode,
    /// A vehicle's number plate.
    Plate,
    /// A member of staff, by their person's id.
    Colleague,
    /// Pictures: the names (SHA-256, hex) of what is kept beside the records.
    Photos,
    /// A picture of a signature, by its name.
    Signature,
    /// A place on the map: latitude and longitude (WGS 84) in millionths of a degree.
    Spot,
    /// A resident ID number, if the document type (the named field) is one or is empty.
    IdNumber {
        document: &'static str,
    },
}

/// How much a cell reveals (Personal Information Protection Law; GB/T 35273).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sensitivity {
    Open,
    /// Name, phone, address: masked outside the area.
    Personal,
    /// ID number, health, minors, income: only for those whose work needs it.
    Sensitive,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    Required,
    Optional,
}

/// Texts longer than this (in bytes) are refused: a village's note is short, an attack is not.
pub const TEXT_LIMIT: usize = 12_000;
/// A planned day lies at most so many years from today.
pub const PLANNED_YEARS: i16 = 5;
/// A list names at most this many records.
pub const LIST_LIMIT: usize = 500;
/// A record carries at most this many pictures.
pub const PHOTO_LIMIT: usize = 9;
/// One line is no longer than this, in characters.
pub const LINE_LIMIT: usize = 200;

impl FieldSpec {
    pub const fn new(name: &'static str, input: Input) -> Self {
        Self {
            name: Cow::Borrowed(name),
            input,
            sensitivity: Sensitivity::Open,
            presence: Presence::Optional,
            when: None,
            not_before: None,
        }
    }

    pub const fn required(mut self) -> Self {
        self.presence = Presence::Required;
        self
    }

    pub const fn personal(mut self) -> Self {
        self.sensitivity = Sensitivity::Personal;
        self
    }

    pub const fn sensitive(mut self) -> Self {
        self.sensitivity = Sensitivity::Sensitive;
        self
    }

    pub const fn when(mut self, field: &'static str, values: &'static [&'static str]) -> Self {
        self.when = Some((field, values));
        self
    }

    pub const fn not_before(mut self, field: &'static str) -> Self {
        self.not_before = Some(field);
        self
    }

    pub fn is_required(&self) -> bool {
        self.presence == Presence::Required
    }

    /// True if the field is asked, given what `other` fields hold.
    pub fn applies<'a>(&self, other: impl Fn(&str) -> Option<&'a Value>) -> bool {
        self.when.is_none_or(|(field, values)| match other(field) {
            Some(Value::Text(text)) => values.contains(&text.as_str()),
            Some(Value::List(items)) => items
                .iter()
                .filter_map(Value::as_text)
                .any(|item| values.contains(&item)),
            _ => false,
        })
    }

    /// What a person typed, put into the form in which it is kept.
    pub fn clean(&self, value: Value) -> Value {
        let Value::Text(text) = value else {
            return value;
        };
        let cleaned = match self.input {
            Input::Phone => check::clean_phone(&text),
            Input::IdNumber { .. } | Input::CreditCode | Input::Plate => check::clean_code(&text),
            Input::LongText => text.trim().to_owned(),
            _ => check::clean_text(&text),
        };
        if cleaned.is_empty() {
            Value::Null
        } else {
            Value::Text(cleaned)
        }
    }

    /// Checks one value; `other` gives the record's other fields, `today` is the day in China.
    ///
    /// # Errors
    /// The first [`Problem`] found. An empty value is a problem only of a required field.
    pub fn check<'a>(
        &self,
        value: &Value,
        other: impl Fn(&str) -> Option<&'a Value>,
        today: Date,
    ) -> Result<(), Problem> {
        if value.is_empty() {
            let needed = self.is_required() && self.applies(&other);
            return if needed {
                Err(Problem::Required)
            } else {
                Ok(())
            };
        }
        self.check_shape(value, &other, today)?;
        let first = self.not_before.and_then(&other);
        match first.filter(|first| !first.is_empty()) {
            Some(first) if value < first => Err(Problem::Order),
            _ => Ok(()),
        }
    }

    fn check_shape<'a>(
        &self,
        value: &Value,
        other: &impl Fn(&str) -> Option<&'a Value>,
        today: Date,
    ) -> Result<(), Problem> {
        match &self.input {
            Input::Text => text(value, LINE_LIMIT),
            Input::LongText => text(value, TEXT_LIMIT / 3),
            Input::Number(from, to) | Input::Tenths(from, to) => within(value, *from, *to),
            Input::Money => within(value, 0, 100_000_000_000),
            Input::Moment => within(value, 0, 1 << 47),
            Input::PastMoment => match within(value, 0, 1 << 47) {
                Ok(()) if i64::read(value).is_some_and(|ms| crate::day_of(ms) > today) => {
                    Err(Problem::Future)
                }
                checked => checked,
            },
            Input::Flag => shape::<bool>(value).map(drop),
            Input::PastDate => match date(value)? {
                day if day > today => Err(Problem::Future),
                _ => Ok(()),
            },
            Input::Date => {
                // What is planned lies near: a year far off is a slip of the finger.
                let years = date(value)?.year() - today.year();
                if (-PLANNED_YEARS..=PLANNED_YEARS).contains(&years) {
                    Ok(())
                } else {
                    Err(Problem::Year)
                }
            }
            Input::Choice(options) => match value.as_text() {
                Some(key) if options.contains(&key) => Ok(()),
                _ => Err(Problem::Option),
            },
            Input::Choices(options) => {
                let keys = shape::<Vec<String>>(value)?;
                let known = keys.iter().all(|key| options.contains(&key.as_str()));
                if known { Ok(()) } else { Err(Problem::Option) }
            }
            Input::Department => match value.as_text().and_then(crate::Department::parse) {
                Some(_) => Ok(()),
                None => Err(Problem::Option),
            },
            Input::Reference(_) | Input::Colleague => shape::<Id>(value).map(drop),
            Input::References(_) => match shape::<Vec<Id>>(value)?.len() {
                0..=LIST_LIMIT => Ok(()),
                _ => Err(Problem::TooLong),
            },
            Input::Area(level) => match Area::read(value) {
                Some(area) if area.level() >= *level && area.is_known() => Ok(()),
                _ => Err(Problem::Area),
            },
            Input::Phone => check::phone(value.as_text().ok_or(Problem::Shape)?),
            Input::Photos => {
                let names = shape::<Vec<String>>(value)?;
                if names.len() > PHOTO_LIMIT {
                    Err(Problem::TooLong)
                } else if names.iter().all(|name| is_picture_name(name)) {
                    Ok(())
                } else {
                    Err(Problem::Shape)
                }
            }
            Input::Signature => match value.as_text() {
                Some(name) if is_picture_name(name) => Ok(()),
                _ => Err(Problem::Shape),
            },
            Input::Spot => match shape::<Vec<i64>>(value)?.as_slice() {
                [-90_000_000..=90_000_000, -180_000_000..=180_000_000] => Ok(()),
                _ => Err(Problem::Range),
            },
            Input::CreditCode => check::credit_code(value.as_text().ok_or(Problem::Shape)?),
            Input::Plate => check::plate(value.as_text().ok_or(Problem::Shape)?),
            Input::IdNumber { document } => {
                let number = value.as_text().ok_or(Problem::Shape)?;
                let other_document = other(document).and_then(Value::as_text);
                match other_document {
                    None | Some("resident_id") => check::resident_id(number, today).map(drop),
                    Some(_) => text(value, 30),
                }
            }
        }
    }
}

/// True for the lower-case hexadecimal SHA-256 of some bytes: what pictures are named by.
pub fn is_picture_name(name: &str) -> bool {
    name.len() == 64
        && name
            .bytes()
            .all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
}

fn shape<T: Shape>(value: &Value) -> Result<T, Problem> {
    T::read(value).ok_or(Problem::Shape)
}

fn text(value: &Value, limit: usize) -> Result<(), Problem> {
    let text = value.as_text().ok_or(Problem::Shape)?;
    if text.chars().count() > limit {
        Err(Problem::TooLong)
    } else {
        Ok(())
    }
}

fn within(value: &Value, from: i64, to: i64) -> Result<(), Problem> {
    if (from..=to).contains(&shape::<i64>(value)?) {
        Ok(())
    } else {
        Err(Problem::Range)
    }
}

fn date(value: &Value) -> Result<Date, Problem> {
    let day = Date::read(value).ok_or(Problem::Date)?;
    if (1900..=2100).contains(&day.year()) {
        Ok(day)
    } else {
        Err(Problem::Year)
    }
}
