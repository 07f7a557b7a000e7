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
        OwnInput::Flag if clean::is_yes(&text) => Value::Bool(true),
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

#[cfg(test)]
pub mod tests {
    use super::super::Entry;
    use super::super::tests::{line, reader, text};
    use super::*;
    use crate::own::{Label, OwnOption};

    /// What a campaign asks of workers besides.
    pub fn heating() -> Vec<OwnField> {
        let label = |zh: &str, en: &str| Label {
            zh: zh.to_owned(),
            en: en.to_owned(),
        };
        let option = |(key, zh, en): (&str, &str, &str)| OwnOption {
            key: key.to_owned(),
            label: label(zh, en),
            retired: false,
        };
        let options = [("o1", "煤炉", "Stove"), ("o2", "空调", "Air conditioner")];
        let options: Vec<_> = options.into_iter().map(option).collect();
        let inputs = [
            (
                "取暖方式",
                OwnInput::Choice {
                    options: options.clone(),
                },
            ),
            ("用过的取暖", OwnInput::Choices { options }),
            ("家中几口人", OwnInput::Number { from: 1, to: 20 }),
            ("愿意回访", OwnInput::Flag),
        ];
        let field = |(at, (zh, input)): (usize, (&str, OwnInput))| OwnField {
            name: crate::own::name(crate::Sensitivity::Open, [at as u8; 8]),
            kind: "worker".to_owned(),
            label: label(zh, &format!("own {at}")),
            input,
            required: false,
            retired: false,
        };
        inputs.into_iter().enumerate().map(field).collect()
    }

    #[test]
    fn a_campaigns_own_columns_are_known_by_their_names_and_read_by_their_options() {
        let own = heating();
        assert_eq!(recognise(&own, "取暖 方式（必填）"), Some(Field::Own(0)));
        assert_eq!(recognise(&own, "Own 3"), Some(Field::Own(3)));
        assert_eq!(recognise(&own, ""), None);
        let columns: Vec<Field> = [Field::Name, Field::Phone]
            .into_iter()
            .chain((0..4).map(Field::Own))
            .collect();
        let mut reader = reader(&columns);
        let cell = |name: &str, row: &Entry| row.cells.get(name).cloned();
        let right = text(&[
            "张三",
            "13800000001",
            "空调",
            "煤炉、Air conditioner",
            "4口",
            "是",
        ]);
        let right = [&right[..4], &[Raw::Number(4.0)], &right[5..]].concat();
        let row = reader.read(&line(2, right)).unwrap();
        assert_eq!(row.faults, []);
        assert_eq!(cell(&own[0].name, &row), Some("o2".into()));
        let both = Value::List(vec!["o1".into(), "o2".into()]);
        assert_eq!(cell(&own[1].name, &row), Some(both));
        assert_eq!(cell(&own[2].name, &row), Some(Value::Int(4)));
        assert_eq!(cell(&own[3].name, &row), Some(Value::Bool(true)));
        // What is none of the options is told with its column; what is empty says nothing.
        let wrong = text(&["李四", "13800000002", "柴火", "", "90", "无"]);
        let row = reader.read(&line(3, wrong)).unwrap();
        let told: Vec<_> = row
            .faults
            .iter()
            .map(|f| (f.field, f.said.as_str(), f.what))
            .collect();
        assert_eq!(
            told,
            [
                (Some(Field::Own(0)), "柴火", What::Problem(Problem::Option)),
                (Some(Field::Own(2)), "90", What::Problem(Problem::Range)),
            ]
        );
        assert_eq!(cell(&own[1].name, &row), None);
        assert_eq!(cell(&own[3].name, &row), Some(Value::Bool(false)));
    }
}
