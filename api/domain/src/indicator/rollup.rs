//! Adding tables up: what each ledger counted of its own records, for the city and the province.
//!
//! The sum is what one fold over all records gives, because a fold keeps ledgers apart (see
//! [`Fold`](super::Fold)).

use super::fold::kinds_seen;
use super::tally::below;
use super::{Category, Period, Sums, Table, Tally, tally};
use crate::area::Level;
use crate::{Area, Campaign, Grant, Grants, Role, start_of};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one ledger counted of its own records in one period.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    pub ledger: Area,
    /// By the area in which it counts: the ledger's own or one in it; a city's or province's
    /// ledger tells also of what goes from one county to another.
    pub places: BTreeMap<Area, Sums>,
    /// The same for the people with each priority category alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub priority: BTreeMap<String, BTreeMap<Area, Sums>>,
    /// When it counted, in milliseconds since 1970 UTC.
    pub as_of: i64,
}

impl Part {
    /// What is kept by those above: by county, for everybody and for each priority category.
    pub fn kept(ledger: Area, counted: &Tally, as_of: i64) -> Self {
        let places = |category| counted.places(Level::County, category);
        let priority = Category::all().map(|one| (one.key().to_owned(), places(Some(one))));
        Self {
            ledger,
            places: places(None),
            priority: priority.filter(|(_, places)| !places.is_empty()).collect(),
            as_of,
        }
    }

    /// What is asked for the table of an area.
    pub fn asked(
        ledger: Area,
        counted: &Tally,
        area: Area,
        category: Option<Category>,
        as_of: i64,
    ) -> Self {
        let mut part = Self {
            ledger,
            places: BTreeMap::new(),
            priority: BTreeMap::new(),
            as_of,
        };
        let places = counted.places(below(area), category);
        match category {
            None => part.places = places,
            Some(one) => drop(part.priority.insert(one.key().to_owned(), places)),
        }
        part
    }

    /// What is needed for a table of people with a category, or of everybody.
    #[must_use]
    pub fn only(mut self, category: Option<Category>) -> Self {
        match category {
            None => self.priority.clear(),
            Some(one) => {
                self.places.clear();
                self.priority.retain(|key, _| key == one.key());
            }
        }
        self
    }

    fn places(&self, category: Option<Category>) -> Option<&BTreeMap<Area, Sums>> {
        match category {
            None => Some(&self.places),
            Some(one) => self.priority.get(one.key()),
        }
    }

    /// Forgets what these grants do not show, as a fold [seen by](super::Fold::seen_by) them does.
    pub fn retain_seen(&mut self, grants: &Grants) {
        let all = self.priority.values_mut().chain([&mut self.places]);
        for (place, sums) in all.flatten() {
            let seen = kinds_seen(grants, *place);
            sums.retain(|set| seen & set.needs() == set.needs());
        }
    }
}

/// A table, and since when nothing newer may be missing in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Progress {
    #[serde(flatten)]
    pub table: Table,
    /// Milliseconds since 1970 UTC: when the ledger counted that counted longest ago.
    pub as_of: i64,
}

/// The ledgers above one, each of which keeps what it counted.
pub fn above(ledger: Area) -> impl Iterator<Item = Area> {
    std::iter::successors(ledger.parent(), |area| area.parent())
}

/// The periods that are kept by push: the whole campaign, today, yesterday, the last seven days.
pub fn periods(campaign: &Campaign, today: Date) -> Vec<Period> {
    let ago = |days: i64| today.saturating_sub(jiff::Span::new().days(days));
    let days = |from, until| Period { from, until };
    let mut periods = vec![
        Period::of(campaign),
        days(today, today),
        days(ago(1), ago(1)),
        days(ago(6), today),
    ];
    // A campaign may be of one day.
    let whole = periods[0];
    let mut first = true;
    periods.retain(|period| *period != whole || std::mem::take(&mut first));
    periods
}

/// The moment at which other days are today and yesterday.
pub fn days_change(today: Date) -> i64 {
    start_of(today.saturating_add(jiff::Span::new().days(1)))
}

/// The grants with whose eyes a ledger counts for those above: a coordinator's, who sees every
/// record and no cell that only some may see.
pub fn viewer(ledger: Area) -> Grants {
    Grants(vec![Grant::new(Role::Coordinator, ledger)])
}

/// True if what a fold over what these grants show of an area gives can be told from what
/// [`viewer`] counts in its counties: who works in the whole area, and in no part of a county
/// with other kinds.
pub fn sees_by_county(grants: &Grants, area: Area) -> bool {
    let works = |grant: &&Grant| {
        let role = grant.role;
        role != Role::StationVolunteer && role != Role::Administrator
    };
    let mut whole = grants.0.iter().filter(works);
    let mut narrow = grants.0.iter().filter(works);
    whole.any(|grant| grant.area.contains(area))
        && narrow.all(|grant| grant.area.level() <= Level::County || !area.contains(grant.area))
}

/// The table of an area from what ledgers counted, each given once, as these grants show it.
pub fn table(
    area: Area,
    parts: &[Part],
    category: Option<Category>,
    grants: Option<&Grants>,
) -> Table {
    let places = parts.iter().filter_map(|part| part.places(category));
    tally::table(area, places.flatten(), grants)
}

#[cfg(test)]
mod tests;
