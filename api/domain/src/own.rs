//! A campaign's own fields: what its administrators ask with a kind besides what its table asks.
//!
//! A definition travels with the campaign's settings. Its cell's name says by itself how much the
//! cell reveals, so that what may be seen is decided without the settings: a phone that has not
//! heard of a field yet keeps its cells, and a server shows them to nobody who may not see them.
//!
//! They are left out of feeds (their readers hold no settings, and whoever names a field may ask
//! anything with it) and of indicators (which a program counts by its own tables).

use crate::campaign::Fault;
use crate::field::{FieldSpec, Input};
use crate::kind::Kind;
use crate::record::field_of;
use crate::{Change, Refusal, Sensitivity, Value};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A field that a campaign adds to a kind. What is asked with it never changes: one that was wrong
/// is retired, and another one made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwnField {
    /// The cell's name: `own_`, a letter for how sensitive it is (`o`, `p`, `s`), `_`, eight letters.
    pub name: String,
    pub kind: String,
    pub label: Label,
    pub input: OwnInput,
    /// A form is not saved without it. Records that were made before stay as they are until
    /// somebody edits them, and sync never asks for it: a phone may have older settings.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// No form asks it any more; what was written stays to be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// What something is called, in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Label {
    pub zh: String,
    pub en: String,
}

/// How an own field is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OwnInput {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A whole number from the first to the second.
    Number {
        from: i64,
        to: i64,
    },
    Flag,
    Date,
    Choice {
        options: Vec<OwnOption>,
    },
    Choices {
        options: Vec<OwnOption>,
    },
    /// What a newer program takes: this one keeps its values and does not ask.
    #[serde(other)]
    Newer,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwnOption {
    /// One of [`OPTION_KEYS`].
    pub key: String,
    pub label: Label,
    /// No form offers it any more; where it was chosen it stays to be read, and the server takes it
    /// from phones that have not heard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// The keys of options, each used once in a field: as many as a form shows as chips.
pub const OPTION_KEYS: [&str; 12] = [
    "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "o10", "o11", "o12",
];
/// A form asks at most so many of a campaign's own fields.
pub const ASKED_LIMIT: usize = 12;
/// A campaign has at most so many, retired ones too: they travel to every phone.
pub const LIMIT: usize = 200;
/// A label is no longer than this, in characters.
pub const LABEL_CHARS: usize = 40;
/// No number is further from zero.
pub const NUMBER_LIMIT: i64 = 1_000_000_000;

pub(crate) const PREFIX: &str = "own_";
const LETTERS: usize = 8;

/// True for the cell of a campaign's own field, or the mark of an overtaken value in one.
pub fn is_own(cell: &str) -> bool {
    sensitivity(cell).is_some()
}

/// How much such a cell reveals, as its name says; `None` for any other name.
pub fn sensitivity(cell: &str) -> Option<Sensitivity> {
    // Of most the first letters tell.
    cell.starts_with(PREFIX).then_some(())?;
    let (sign, letters) = field_of(cell).strip_prefix(PREFIX)?.split_once('_')?;
    let right = letters.len() == LETTERS && letters.bytes().all(|c| c.is_ascii_lowercase());
    match sign {
        _ if !right => None,
        "o" => Some(Sensitivity::Open),
        "p" => Some(Sensitivity::Personal),
        "s" => Some(Sensitivity::Sensitive),
        _ => None,
    }
}

/// The name of a new field's cell, out of random bytes. Letters only, so that the log of what was
/// uncovered can name it.
pub fn name(sensitivity: Sensitivity, random: [u8; LETTERS]) -> String {
    let letter = |byte: u8| char::from(b'a' + byte % 26);
    let letters: String = random.into_iter().map(letter).collect();
    format!("{PREFIX}{}_{letters}", sign(sensitivity))
}

const fn sign(sensitivity: Sensitivity) -> char {
    match sensitivity {
        Sensitivity::Open => 'o',
        Sensitivity::Personal => 'p',
        Sensitivity::Sensitive => 's',
    }
}

impl Label {
    fn holds(&self) -> bool {
        let right = |text: &String| {
            let length = text.chars().count();
            text.trim() == text
                && (1..=LABEL_CHARS).contains(&length)
                && !text.chars().any(char::is_control)
        };
        right(&self.zh) && right(&self.en)
    }

    fn meets(&self, other: &Label) -> bool {
        self.zh == other.zh || self.en == other.en
    }

    fn trim(&mut self) {
        for text in [&mut self.zh, &mut self.en] {
            *text = text.trim().to_owned();
        }
    }
}

impl OwnInput {
    pub fn options(&self) -> &[OwnOption] {
        match self {
            Self::Choice { options } | Self::Choices { options } => options,
            _ => &[],
        }
    }

    fn holds(&self) -> Result<(), Fault> {
        let limit = -NUMBER_LIMIT..=NUMBER_LIMIT;
        match self {
            Self::Number { from, to } if from >= to => Err(Fault::OwnRange),
            Self::Number { from, to } if !limit.contains(from) || !limit.contains(to) => {
                Err(Fault::OwnRange)
            }
            Self::Choice { options } | Self::Choices { options } => options_hold(options),
            _ => Ok(()),
        }
    }

    /// True if all that was written under the other fits here: the same input, with all of its
    /// options and perhaps some more.
    fn follows(&self, before: &OwnInput) -> bool {
        let same = std::mem::discriminant(self) == std::mem::discriminant(before);
        let kept = |option: &OwnOption| self.options().iter().any(|o| o.key == option.key);
        match self {
            _ if !same => false,
            Self::Choice { .. } | Self::Choices { .. } => before.options().iter().all(kept),
            _ => self == before,
        }
    }
}

fn options_hold(options: &[OwnOption]) -> Result<(), Fault> {
    let offered = options.iter().filter(|option| !option.retired).count();
    if offered < 2 || options.len() > OPTION_KEYS.len() {
        return Err(Fault::OwnOptions);
    }
    for (at, option) in options.iter().enumerate() {
        let before = &options[..at];
        if !OPTION_KEYS.contains(&option.key.as_str())
            || before.iter().any(|other| other.key == option.key)
        {
            return Err(Fault::OwnOptions);
        }
        let meets = |other: &OwnOption| !other.retired && other.label.meets(&option.label);
        if !option.label.holds() || !option.retired && before.iter().any(meets) {
            return Err(Fault::OwnLabel);
        }
    }
    Ok(())
}

impl OwnField {
    /// How much its values reveal.
    pub fn sensitivity(&self) -> Sensitivity {
        sensitivity(&self.name).unwrap_or(Sensitivity::Sensitive)
    }

    /// The same, not saved yet, as sensitive as that.
    #[must_use]
    pub fn revealing(mut self, sensitivity: Sensitivity) -> Self {
        if let Some(letters) = self.name.get(self.name.len().saturating_sub(LETTERS)..) {
            self.name = format!("{PREFIX}{}_{letters}", sign(sensitivity));
        }
        self
    }

    /// True if a form asks it.
    pub fn is_asked(&self) -> bool {
        !self.retired && self.input != OwnInput::Newer
    }

    /// True if a form offers that option.
    pub fn offers(&self, option: &str) -> bool {
        let mut options = self.input.options().iter();
        options.any(|own| own.key == option && !own.retired)
    }

    /// What of an earlier answer a form still offers; `None` if nothing.
    pub fn offered(&self, answer: Value) -> Option<Value> {
        let offers = |value: &Value| value.as_text().is_some_and(|key| self.offers(key));
        match (&self.input, answer) {
            (OwnInput::Choices { .. }, Value::List(items)) => {
                let items: Vec<Value> = items.into_iter().filter(offers).collect();
                (!items.is_empty()).then_some(Value::List(items))
            }
            (OwnInput::Choice { .. }, answer) => Some(answer).filter(offers),
            (_, answer) => Some(answer),
        }
    }

    /// The field as the kind's own ones are; `None` if this program does not know how it is asked.
    pub fn spec(&self) -> Option<FieldSpec> {
        let keys = |options: &[OwnOption]| {
            let key = |option: &OwnOption| OPTION_KEYS.into_iter().find(|key| *key == option.key);
            Cow::Owned(options.iter().filter_map(key).collect())
        };
        let input = match &self.input {
            OwnInput::Text => Input::Text,
            OwnInput::LongText => Input::LongText,
            OwnInput::Number { from, to } => Input::Number(*from, *to),
            OwnInput::Flag => Input::Flag,
            OwnInput::Date => Input::Date,
            OwnInput::Choice { options } => Input::Choice(keys(options)),
            OwnInput::Choices { options } => Input::Choices(keys(options)),
            OwnInput::Newer => return None,
        };
        let mut spec = FieldSpec::new("", input);
        spec.name = Cow::Owned(self.name.clone());
        spec.sensitivity = self.sensitivity();
        if self.required && self.is_asked() {
            spec = spec.required();
        }
        Some(spec)
    }

    /// What a key is called that begins with its kind and its name: itself, or one of its options.
    pub fn label(&self, key: &str) -> Option<&Label> {
        let rest = key.strip_prefix(self.kind.as_str())?.strip_prefix('.')?;
        match rest.strip_prefix(self.name.as_str())? {
            "" => Some(&self.label),
            option => {
                let key = option.strip_prefix('.')?;
                let mut options = self.input.options().iter();
                options.find(|o| o.key == key).map(|o| &o.label)
            }
        }
    }

    /// Spaces around what was typed are no part of it.
    pub fn trim(&mut self) {
        self.label.trim();
        if let OwnInput::Choice { options } | OwnInput::Choices { options } = &mut self.input {
            options.iter_mut().for_each(|option| option.label.trim());
        }
    }

    /// Whether it may be defined so, beside the others before it in the list.
    fn holds(&self, others: &[OwnField]) -> Result<(), Fault> {
        let known = sensitivity(&self.name).is_some() && !self.name.ends_with('?');
        let twice = others.iter().any(|other| other.name == self.name);
        if !known || twice || Kind::find(&self.kind).is_none() {
            return Err(Fault::OwnChanged);
        }
        let beside = |other: &&OwnField| other.kind == self.kind && other.is_asked();
        let meets = |other: &OwnField| other.label.meets(&self.label);
        if !self.label.holds() || !self.retired && others.iter().filter(beside).any(meets) {
            return Err(Fault::OwnLabel);
        }
        self.input.holds()
    }
}

/// Whether these definitions may follow on those: none is gone or asks otherwise than before.
///
/// # Errors
/// The first [`Fault`].
pub fn check(own: &[OwnField], before: &[OwnField]) -> Result<(), Fault> {
    let find = |name: &String| own.iter().find(|field| field.name == *name);
    let follows = |earlier: &OwnField| {
        find(&earlier.name)
            .is_some_and(|field| field.kind == earlier.kind && field.input.follows(&earlier.input))
    };
    if !before.iter().all(follows) {
        return Err(Fault::OwnChanged);
    }
    for (at, field) in own.iter().enumerate() {
        // What a newer server has defined is kept as it was, and no new one is taken.
        let newer = field.input == OwnInput::Newer || Kind::find(&field.kind).is_none();
        match newer {
            true if before.contains(field) => {}
            true => return Err(Fault::OwnChanged),
            false => field.holds(&own[..at])?,
        }
        let asked = |one: &&OwnField| one.kind == field.kind && one.is_asked();
        if own.iter().filter(asked).count() > ASKED_LIMIT {
            return Err(Fault::OwnMany);
        }
    }
    if own.len() > LIMIT {
        return Err(Fault::OwnMany);
    }
    Ok(())
}

/// The definitions with those that are missing among them: no definition is ever forgotten.
pub fn carried(mut own: Vec<OwnField>, before: &[OwnField]) -> Vec<OwnField> {
    for earlier in before {
        if !own.iter().any(|field| field.name == earlier.name) {
            own.push(earlier.clone());
        }
    }
    own
}

/// True if a change writes into any own field.
pub fn writes(change: &Change) -> bool {
    change.cells.keys().any(|name| is_own(name))
}

/// Whether what a change writes into own fields fits. Retired fields take values, too: the phone
/// may have been without signal for weeks. An empty value always fits.
///
/// # Errors
/// `UnknownField`, or the `Field` that does not fit and why.
pub fn accept(own: &[OwnField], change: &Change, today: Date) -> Result<(), Refusal> {
    for (name, value) in change.cells.iter().filter(|(name, _)| is_own(name)) {
        let mut known = own.iter();
        let field = known.find(|field| field.name == *name && field.kind == change.kind);
        let field = field.ok_or_else(|| Refusal::UnknownField {
            field: name.clone(),
        })?;
        let refused = |problem| Refusal::Field {
            field: name.clone(),
            problem,
        };
        if let Some(spec) = field.spec().filter(|_| !value.is_empty()) {
            spec.check(value, |_| None, today).map_err(refused)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
