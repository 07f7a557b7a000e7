//! A record kind is a constant table; `kind!` makes it and its typed keys in one place.

use crate::field::FieldSpec;
use crate::value::Shape;
use crate::{Department, Record, Value, grant::Role};
use std::borrow::Cow;
use std::marker::PhantomData;

/// All that generic code knows of a kind. Form, list, search, checks, permissions and merge
/// follow from it; the labels are `<kind>` and `<kind>.<field>`.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    pub action: Action,
    /// The departments whose officers handle it; empty means every department.
    pub departments: &'static [Department],
    /// The roles, besides the owner departments' officers, that may write it in their area.
    pub writers: &'static [Role],
    pub fields: &'static [FieldSpec],
    /// The field that names the record in lists, if one does.
    pub title: Option<&'static str>,
    /// Fields that refer to the record which this one tells something about: its timeline.
    pub about: &'static [&'static str],
    /// The field that holds the step, and what each step means.
    pub steps: Option<Steps>,
    pub flags: &'static [Flag],
}

/// What sets a kind apart from the usual.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flag {
    /// A ledger: its rows are never edited or deleted; another row puts right what was wrong.
    AppendOnly,
    /// Seen by everybody whose area lies in the record's: bulletins, places, courses, contacts.
    Published,
    /// Concerns two areas, `from_area` and `to_area`; kept in the ledger that both lie in.
    Between,
}

/// Kinds are told apart by their names.
impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

/// The campaign's seven actions and what lies around them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    People,
    Care,
    Travel,
    Employment,
    Health,
    Culture,
    Relief,
    Rights,
    Together,
}

impl Action {
    pub const fn key(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Care => "care",
            Self::Travel => "travel",
            Self::Employment => "employment",
            Self::Health => "health",
            Self::Culture => "culture",
            Self::Relief => "relief",
            Self::Rights => "rights",
            Self::Together => "together",
        }
    }
}

/// Steps of a matter: the field, the steps in which it still waits, and the clock of waiting.
#[derive(Debug)]
pub struct Steps {
    pub field: &'static str,
    pub first: &'static str,
    pub open: &'static [&'static str],
    pub clocks: &'static [Clock],
}

/// A clock that runs while a record is in one step.
#[derive(Debug)]
pub struct Clock {
    pub step: &'static str,
    /// Its name among the campaign's settings.
    pub name: &'static str,
    /// The date or moment field from which it runs; else from when the record was made.
    pub since: Option<&'static str>,
}

/// A field's name with the type that its values are read as.
#[derive(Debug)]
pub struct Key<T> {
    name: Cow<'static, str>,
    holds: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    pub const fn new(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            holds: PhantomData,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Kind {
    /// The kind of that name, or `None` if this program does not know it.
    pub fn find(name: &str) -> Option<&'static Kind> {
        crate::kinds::KINDS
            .iter()
            .copied()
            .find(|kind| kind.name == name)
    }

    pub fn is_append_only(&self) -> bool {
        self.flags.contains(&Flag::AppendOnly)
    }

    pub fn is_published(&self) -> bool {
        self.flags.contains(&Flag::Published)
    }

    /// True if people search for its records by name: whoever or whatever has a page of its own.
    pub fn is_found(&self) -> bool {
        self.action == Action::People
    }

    pub fn is_between(&self) -> bool {
        self.flags.contains(&Flag::Between)
    }

    /// The records that this one tells something about.
    pub fn subjects(&self, record: &Record) -> Vec<crate::Id> {
        let ids = |field: &&str| match record.value(field) {
            Some(Value::List(items)) => items.iter().filter_map(crate::Id::read).collect(),
            Some(value) => crate::Id::read(value).into_iter().collect(),
            None => Vec::new(),
        };
        self.about.iter().flat_map(ids).collect()
    }

    pub fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What a record is called in a list; empty if it has no name or the reader may not see it.
    pub fn title<'r>(&self, record: &'r Record) -> &'r str {
        self.title
            .map(|field| record.text(field))
            .unwrap_or_default()
    }

    /// The step that the record is in; a record without one is in the first.
    pub fn step<'r>(&'r self, record: &'r Record) -> Option<&'r str> {
        let steps = self.steps.as_ref()?;
        let written = record.value(steps.field).and_then(Value::as_text);
        Some(written.unwrap_or(steps.first))
    }

    /// True while somebody still has to do something about the record.
    pub fn is_open(&self, record: &Record) -> bool {
        let step = self.step(record);
        match (&self.steps, step) {
            (Some(steps), Some(step)) => !record.is_deleted() && steps.open.contains(&step),
            _ => false,
        }
    }

    /// The fields with problems, in the form's order, for a whole record.
    pub fn check(
        &self,
        record: &Record,
        today: jiff::civil::Date,
    ) -> Vec<(&'static str, crate::check::Problem)> {
        self.problems(record, today, |_| true).collect()
    }

    /// Those of some fields, one after the other.
    pub fn problems(
        &self,
        record: &Record,
        today: jiff::civil::Date,
        concerns: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = (&'static str, crate::check::Problem)> {
        let concerned = self
            .fields
            .iter()
            .filter(move |field| concerns(&field.name));
        concerned.filter_map(move |field| {
            let value = record.value(&field.name).unwrap_or(&Value::Null);
            let other = |name: &str| record.value(name);
            let problem = field.check(value, other, today).err()?;
            Some((field.name.as_ref(), problem))
        })
    }
}

/// Makes a kind's table and one typed key a field:
///
/// ```text
/// kind! {
///     /// 走访慰问
///     VISIT "visit" in Care for [Hr, Civil] by [FieldWorker] is [];
///     title none; about ["worker", "household"];
///     DATE: Date = "date" => Input::PastDate; required;
/// }
/// ```
#[macro_export]
macro_rules! kind {
    (
        $(#[$doc:meta])*
        $kind:ident $name:literal in $action:ident
            for [$($department:ident),*] by [$($role:ident),*] is [$($flag:ident),*];
        title $title:expr;
        about [$($about:literal),*];
        steps $steps:expr;
        $($key:ident: $shape:ty = $field:literal => $input:expr $(; $rule:ident $(($($argument:expr),*))? )* ),* $(,)?
    ) => {
        $(pub const $key: $crate::Key<$shape> = $crate::Key::new($field);)*

        $(#[$doc])*
        pub static $kind: $crate::Kind = $crate::Kind {
            name: $name,
            action: $crate::kind::Action::$action,
            departments: &[$($crate::Department::$department),*],
            writers: &[$($crate::Role::$role),*],
            fields: &[$(
                $crate::FieldSpec::new($field, $input)$(.$rule($($($argument),*)?))*
            ),*],
            title: $title,
            about: &[$($about),*],
            steps: $steps,
            flags: &[$($crate::kind::Flag::$flag),*],
        };
    };
}
