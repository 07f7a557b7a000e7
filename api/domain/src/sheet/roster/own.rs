//! A column that means one of the campaign's own fields: known by the field's name, its options by
//! theirs, in either language.

use super::clean::{self, Raw};
use super::field::plain;
use super::options::folded;
use super::{Field, What};
use crate::Value;
use crate::check::{Problem, clean_number};
use crate::kinds::worker::WORKER;
use crate::own::{OwnField, OwnInput};
use crate::value::Shape;
use jiff::civil::Date;

/// The own fields that a roster may fill, in the order of [`Field::Own`].
pub fn of_roster(own: &[OwnField]) -> Vec<OwnField> {
    let asked = |field: &&OwnField| field.kind == WORKER.name && field.is_asked();
    own.iter().filter(asked).cloned().collect()
}

/// The field that a column's head names, if it names one of these.
pub fn recognise(own: &[OwnField], head: &str) -> Option<Field> {
    let head = plain(head);
    let named = |field: &OwnField| {
        let labels = [&field.label.zh, &field.label.en];
        labels.into_iter().any(|label| plain(label) == head)
    };
    let at = own.iter().position(named).filter(|_| !head.is_empty())?;
    u8::try_from(at).ok().map(Field::Own)
}

/// What a cell says; `None` if it says nothing.
///
/// # Errors
/// Why it does not fit.
pub fn read(field: &OwnField, raw: &Raw, today: Date) -> Result<Option<Value>, What> {
    if *raw == Raw::Broken {
        return Err(What::Broken);
    }
    if raw.is_blank() {
        return Ok(None);
    }
    let (text, wrong) = (raw.text(), What::Problem(Problem::Option));
    let nothing = clean::is_nothing(&text);
    let value = match &field.input {
        OwnInput::Choice { .. } => match option(field, &text) {
            None if nothing => return Ok(None),
            found => found.ok_or(wrong)?,
        },
        OwnInput::Choices { .. } => {
            let parts = text.split(['、', '，', ',', '；', ';', '/']);
            let parts = parts.filter(|part| !part.trim().is_empty());
            let found: Option<Vec<Value>> = parts.map(|part| option(field, part)).collect();
            match found {
                Some(found) if !found.is_empty() => Value::List(found),
                _ if nothing => return Ok(None),
                _ => return Err(wrong),
            }
        }
        OwnInput::Flag if clean::is_no(&text) => Value::Bool(false),
        OwnInput::Flag if is_yes(&text) => Value::Bool(true),
        _ if nothing => return Ok(None),
        OwnInput::Flag => return Err(wrong),
        OwnInput::Number { .. } => {
            let number = clean_number(&text).parse();
            Value::Int(number.map_err(|_| What::Problem(Problem::Shape))?)
        }
        OwnInput::Date => clean::day(raw)?.write(),
        OwnInput::Text | OwnInput::LongText | OwnInput::Newer => Value::Text(text),
    };
    let fits = field.spec().map(|spec| spec.check(&value, |_| None, today));
    fits.transpose().map_err(What::Problem)?;
    Ok(Some(value))
}

fn option(field: &OwnField, text: &str) -> Option<Value> {
    let text = folded(text);
    let mut options = field.input.options().iter();
    let meant = options.find(|option| {
        let labels = [&option.label.zh, &option.label.en];
        labels.into_iter().any(|label| folded(label) == text)
    });
    meant.map(|option| option.key.as_str().into())
}

fn is_yes(text: &str) -> bool {
    matches!(
        folded(text).as_str(),
        "是" | "有" | "对" | "1" | "y" | "yes" | "true"
    ) || matches!(text.trim(), "√" | "✓" | "✔")
}
