//! Indicators: pure folds over records, so that phone, screen, sheet and report agree (C50).
//!
//! A fold gathers facts from records in any order; settled, it breaks each indicator down by area
//! and by day, and knows the records behind every figure. What an indicator counts is a set, a sum
//! of amounts over a set, or the share of one set in another.

mod facts;
mod fold;
mod list;
mod people;
pub mod rollup;
mod set;
mod tally;

pub use fold::Fold;
pub use list::INDICATORS;
pub use set::Set;
pub use tally::{LateVisit, Sums, Tally};

use crate::kind::Action;
use crate::kinds::worker;
use crate::{Area, Campaign, Department, Grants, Kind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The days that a table speaks of, both counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Period {
    pub from: Date,
    pub until: Date,
}

impl Period {
    pub fn of(campaign: &Campaign) -> Self {
        Self {
            from: campaign.from,
            until: campaign.until,
        }
    }

    pub fn holds(&self, day: Date) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

/// What an indicator counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// The members of one set.
    Of(Set),
    /// The amounts of a set's members, added up.
    Sum(Set),
    /// How many of the second set are in the first, in per mille of the second.
    Share(Set, Set),
}

/// In what a figure is told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    Count,
    People,
    /// Money, in hundredths of a yuan.
    Fen,
    Hours,
    /// A share.
    PerMille,
}

impl Unit {
    pub const ALL: [Unit; 5] = [
        Self::Count,
        Self::People,
        Self::Fen,
        Self::Hours,
        Self::PerMille,
    ];

    /// Its label is `unit.<key>`; money is shown in yuan, a share in per cent.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::People => "people",
            Self::Fen => "yuan",
            Self::Hours => "hours",
            Self::PerMille => "percent",
        }
    }

    /// Decimals of a number in this unit as it is shown: 12345 fen are 123.45 yuan, 333 ‰ are
    /// 33.3 %.
    pub const fn decimals(self) -> usize {
        match self {
            Self::Count | Self::People | Self::Hours => 0,
            Self::Fen => 2,
            Self::PerMille => 1,
        }
    }
}

#[derive(Debug)]
pub struct Indicator {
    /// Its label is `indicator.<name>`.
    pub name: &'static str,
    pub action: Action,
    pub count: Count,
    pub unit: Unit,
}

impl Indicator {
    pub fn find(name: &str) -> Option<&'static Indicator> {
        INDICATORS.iter().find(|indicator| indicator.name == name)
    }

    pub fn label(&self) -> String {
        format!("indicator.{}", self.name)
    }

    pub const fn is_share(&self) -> bool {
        matches!(self.count, Count::Share(..))
    }

    /// The set whose members are behind its figures.
    pub const fn set(&self) -> Set {
        match self.count {
            Count::Of(set) | Count::Sum(set) | Count::Share(set, _) => set,
        }
    }

    fn sets(&self) -> impl Iterator<Item = Set> + use<> {
        let (first, second) = match self.count {
            Count::Of(set) | Count::Sum(set) => (set, None),
            Count::Share(part, whole) => (part, Some(whole)),
        };
        std::iter::once(first).chain(second)
    }

    /// True if it is work of that department: its own, or everybody's.
    pub fn is_of(&self, department: Department) -> bool {
        let departments = self.set().departments();
        departments.is_empty() || departments.contains(&department)
    }

    /// True if it can be told for people with priority alone.
    pub fn is_about_people(&self) -> bool {
        self.set().is_about_people()
    }

    /// True if these grants show all kinds that it is made of somewhere. A figure made of what
    /// somebody sees only in part would be a wrong one.
    pub fn is_shown_to(&self, grants: &Grants) -> bool {
        let kinds = || self.sets().flat_map(|set| set.kinds());
        let whole = |area: Area| {
            kinds().all(|name| Kind::find(name).is_some_and(|kind| grants.works_with(kind, area)))
        };
        grants.0.iter().any(|grant| whole(grant.area))
    }

    /// What the campaign aims at in an area: as set for `name@area`, for a share or the campaign's
    /// own area as set for `name`. A target of nothing is none.
    pub fn target(&self, campaign: &Campaign, area: Area) -> Option<i64> {
        let there = self.own_target(campaign, area);
        let everywhere = self.unit == Unit::PerMille || area == campaign.area;
        let general = campaign.targets.get(self.name).filter(|_| everywhere);
        there.or(general).copied().filter(|target| *target > 0)
    }

    /// True if the campaign sets a target for this very area.
    pub fn has_own_target(&self, campaign: &Campaign, area: Area) -> bool {
        self.own_target(campaign, area).is_some()
    }

    fn own_target<'c>(&self, campaign: &'c Campaign, area: Area) -> Option<&'c i64> {
        // Most campaigns set few: thousands of cells ask.
        let mut own = campaign.targets.iter().filter_map(|(key, target)| {
            let (name, code) = key.split_once('@')?;
            (name == self.name).then_some((code, target))
        });
        own.find(|(code, _)| Area::parse(code) == Some(area))
            .map(|(_, target)| target)
    }
}

/// One of [`worker::PRIORITIES`]: figures can be told for these people alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Category(u8);

impl TryFrom<String> for Category {
    type Error = &'static str;

    fn try_from(key: String) -> Result<Self, Self::Error> {
        Self::parse(&key).ok_or("not a priority category")
    }
}

impl From<Category> for String {
    fn from(category: Category) -> Self {
        category.key().to_owned()
    }
}

impl Category {
    /// The bit of `out_of_poverty`, the last of [`worker::PRIORITIES`].
    const OUT_OF_POVERTY: u8 = 1 << 2;

    pub fn all() -> impl Iterator<Item = Category> {
        (0..).map(Category).take(worker::PRIORITIES.len())
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::all().find(|category| category.key() == key)
    }

    pub fn key(self) -> &'static str {
        worker::PRIORITIES
            .get(usize::from(self.0))
            .copied()
            .unwrap_or_default()
    }

    const fn bit(self) -> u8 {
        1 << self.0
    }
}

/// A figure: a count or sum, or a share with what it is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Figure {
    pub count: i64,
    /// For a share, what `count` is a part of; may be 0, then there is no share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<i64>,
}

impl Figure {
    /// The share in tenths of a per cent, rounded half up; `None` of nothing.
    pub fn per_mille(&self) -> Option<i64> {
        share(self.count, self.of?)
    }

    /// The number in the indicator's unit; `None` if there is nothing of which it were a share.
    pub fn number(&self) -> Option<i64> {
        match self.of {
            Some(_) => self.per_mille(),
            None => Some(self.count),
        }
    }

    /// How much of a target is reached, in per mille; `None` without a target or a number.
    pub fn reached(&self, target: i64) -> Option<i64> {
        share(self.number()?, target)
    }
}

/// Per mille, rounded half up; `None` of nothing.
fn share(part: i64, whole: i64) -> Option<i64> {
    let (part, whole) = (i128::from(part), i128::from(whole));
    let share = (whole > 0).then(|| (part * 2000 + whole).div_euclid(2 * whole))?;
    i64::try_from(share).ok()
}

/// The figures of one area.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Row {
    pub area: Area,
    /// By indicator; those that the asker may not see whole are missing.
    pub figures: BTreeMap<String, Figure>,
}

/// The progress table: a total and one row for each area below.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Table {
    pub total: Row,
    pub rows: Vec<Row>,
}

/// One cell of a table with all that a sheet needs to write it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub indicator: &'static Indicator,
    /// In the indicator's unit; `None` where there is nothing of which it were a share.
    pub number: Option<i64>,
    pub figure: Figure,
}

impl Column {
    /// The key of the column's name among the labels.
    pub fn label(&self) -> String {
        self.indicator.label()
    }

    pub const fn unit(&self) -> Unit {
        self.indicator.unit
    }
}

impl Row {
    /// Its figures in the order of [`INDICATORS`].
    pub fn columns(&self) -> impl Iterator<Item = Column> {
        let column = |indicator: &'static Indicator| {
            let figure = *self.figures.get(indicator.name)?;
            let number = figure.number();
            Some(Column {
                indicator,
                number,
                figure,
            })
        };
        INDICATORS.iter().filter_map(column)
    }

    fn of(area: Area, sums: &Sums, shown: &[&'static Indicator]) -> Self {
        let figure = |indicator: &&Indicator| (indicator.name.to_owned(), sums.figure(indicator));
        Self {
            area,
            figures: shown.iter().map(figure).collect(),
        }
    }
}

/// The indicators that these grants show whole somewhere; everybody's without grants.
fn shown(grants: Option<&Grants>) -> Vec<&'static Indicator> {
    let is_shown =
        |indicator: &&Indicator| grants.is_none_or(|grants| indicator.is_shown_to(grants));
    INDICATORS.iter().filter(is_shown).collect()
}

#[cfg(test)]
mod tests;
