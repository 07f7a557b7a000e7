//! Labels in the person's language; the tables are `language/zh.json` and `en.json` of the app. Those
//! of the door come with the first download, the others with what lies behind it: `build.rs` cuts
//! them.

use std::collections::HashMap;
use std::sync::OnceLock;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Zh,
    En,
}

impl Language {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// For the page's `lang`, so that screen readers choose the right voice.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    pub fn parse(code: &str) -> Self {
        if code.starts_with("zh") {
            Self::Zh
        } else {
            Self::En
        }
    }

    /// The label of a key; the key itself where a newer record brings one that is not known here.
    pub fn label(self, key: &str) -> String {
        self.find(key).unwrap_or(key).to_owned()
    }

    pub fn find(self, key: &str) -> Option<&'static str> {
        static READ: [OnceLock<Table>; 4] = [const { OnceLock::new() }; 4];
        let of = |part: usize, labels: &Labels| {
            let read = READ[2 * part + self as usize].get_or_init(|| labels.read(self));
            read.get(key).copied()
        };
        of(0, &DOOR).or_else(|| of(1, REST.get()?))
    }

    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    /// A label with its `{names}` filled in, and of `{name:one|many}` the word for so many.
    pub fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.label(key);
        for (name, value) in values {
            text = numbered(&text, name, *value == "1").replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

/// A text in which each `{name:one|many}` is the one or the other.
fn numbered(text: &str, name: &str, is_one: bool) -> String {
    let mark = format!("{{{name}:");
    let mut parts = text.split(&mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (forms, rest) = part.split_once('}').unwrap_or((part, ""));
        let (one, many) = forms.split_once('|').unwrap_or((forms, forms));
        out += if is_one { one } else { many };
        out += rest;
    }
    out
}

/// One language's labels by their keys, read when the first of them is asked for.
type Table = HashMap<&'static str, &'static str>;

/// Keys, and what they say in each language, in the same order; a line each. The keys are there once,
/// since they are a third of what a phone downloads of this.
struct Labels {
    keys: &'static str,
    says: [&'static str; 2],
}

macro_rules! labels {
    ($part:literal) => {
        Labels {
            keys: include_str!(concat!(env!("OUT_DIR"), "/", $part, ".keys")),
            says: [
                include_str!(concat!(env!("OUT_DIR"), "/", $part, ".zh")),
                include_str!(concat!(env!("OUT_DIR"), "/", $part, ".en")),
            ],
        }
    };
}

impl Labels {
    fn read(&self, language: Language) -> Table {
        let said = self.says[language as usize].split('\n');
        self.keys.split('\n').zip(said).collect()
    }
}

static DOOR: Labels = labels!("door");
static REST: OnceLock<Labels> = OnceLock::new();

/// Makes the labels known that are not the door's.
pub fn learn() {
    REST.get_or_init(|| labels!("rest"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::audit::Deed;
    use domain::campaign::{CLOCKS, Fault};
    use domain::check::Problem;
    use domain::code::CodeError;
    use domain::field::Input;
    use domain::hook::HookFault;
    use domain::indicator::{INDICATORS, Unit};
    use domain::kinds::{KINDS, worker};
    use domain::lunar::Festival;
    use domain::sheet::roster::{Field, Raw, What, clean};
    use domain::trip::Held;
    use domain::{Department, Refusal};

    #[test]
    fn one_is_said_otherwise_than_many() {
        let text = "{n} {n:entry is|entries are} here, {m} {m:row|rows}";
        assert_eq!(
            numbered(text, "n", true),
            "{n} entry is here, {m} {m:row|rows}"
        );
        assert_eq!(
            numbered(text, "n", false),
            "{n} entries are here, {m} {m:row|rows}"
        );
    }

    fn keys() -> Vec<String> {
        let mut keys = Vec::new();
        for kind in KINDS {
            keys.push(kind.name.to_owned());
            for field in kind.fields {
                keys.push(format!("{}.{}", kind.name, field.name));
                if let Input::Choice(options) | Input::Choices(options) = &field.input {
                    let option = |o: &&str| format!("{}.{}.{o}", kind.name, field.name);
                    keys.extend(options.iter().map(option));
                }
            }
        }
        keys.extend(INDICATORS.iter().map(|i| format!("indicator.{}", i.name)));
        keys.extend(
            INDICATORS
                .iter()
                .map(|i| format!("action.{}", i.action.key())),
        );
        keys.extend(Unit::ALL.iter().map(|unit| format!("unit.{}", unit.key())));
        keys.extend(Problem::ALL.iter().map(|p| format!("problem.{}", p.key())));
        keys.extend(Held::KEYS.iter().map(|key| format!("held.{key}")));
        keys.extend(CodeError::KEYS.iter().map(|key| format!("code.{key}")));
        keys.extend(Refusal::CODES.iter().map(|code| format!("refusal.{code}")));
        keys.extend(
            Department::KEYS
                .iter()
                .map(|key| format!("department.{key}")),
        );
        keys.extend(Fault::ALL.iter().map(|f| format!("trouble.{}", f.code())));
        keys.extend(
            HookFault::ALL
                .iter()
                .map(|f| format!("trouble.{}", f.code())),
        );
        keys.extend(CLOCKS.iter().map(|clock| format!("clock.{}", clock.name)));
        keys.extend(Deed::NAMES.iter().map(|name| format!("deed.{name}")));
        keys.extend(Field::ALL.iter().map(|field| field.label().to_owned()));
        keys.extend(What::KEYS.iter().map(|key| format!("roster.fault.{key}")));
        keys.extend((1..=12).map(|month| format!("lunar.month.{month}")));
        keys.extend((1..=30).map(|day| format!("lunar.day.{day}")));
        keys.extend(
            Festival::ALL
                .iter()
                .map(|festival| format!("festival.{}", festival.key())),
        );
        keys
    }

    #[test]
    fn what_was_exported_is_understood_when_it_comes_in_again() {
        learn();
        let today = jiff::civil::date(2026, 1, 1);
        for language in [Language::Zh, Language::En] {
            for field in Field::ALL {
                let head = language.label(field.label());
                assert_eq!(Field::recognise(&head), Some(*field), "{head}");
                let own = field.cell().and_then(|cell| worker::WORKER.field(cell));
                let Some(Input::Choice(options)) = own.map(|own| &own.input) else {
                    continue;
                };
                for option in options.iter() {
                    let label = language.label(&format!("{}.{option}", field.label()));
                    let read = clean::read(*field, &Raw::Text(label.clone()), today);
                    assert_eq!(read, Ok(clean::Read::Value((*option).into())), "{label}");
                }
            }
            let area = Field::recognise(&language.label("sheet.area"));
            assert_eq!(area, Some(Field::Village));
        }
    }

    #[test]
    fn every_kind_field_option_problem_and_refusal_has_its_words_in_each_language() {
        learn();
        for language in [Language::Zh, Language::En] {
            let missing: Vec<_> = keys()
                .into_iter()
                .filter(|key| language.find(key).is_none())
                .collect();
            assert!(missing.is_empty(), "{} lacks {missing:#?}", language.code());
        }
    }
}
