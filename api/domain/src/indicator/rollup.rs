//! Adding tables up: what each ledger counted of its own records, for the city and the province.
//!
//! The sum is what one fold over all records gives, because a fold keeps ledgers apart (see
//! [`Fold`](super::Fold)).

use super::{Figure, Fold, INDICATORS, Period, Row, Table};
use crate::area::Level;
use crate::{Area, Campaign, Grant, Grants, Kind, Role, Sensitivity, start_of};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The kinds of which a fold counts records.
const COUNTED: [&str; 5] = ["household", "worker", "visit", "need", "task"];

/// What one ledger counted of its own records in one period.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    pub ledger: Area,
    pub figures: BTreeMap<String, Figure>,
    /// When it counted, in milliseconds since 1970 UTC.
    pub as_of: i64,
}

impl Part {
    pub fn of(ledger: Area, fold: &Fold, as_of: i64) -> Self {
        let figures = fold.table(ledger).total.figures;
        Self {
            ledger,
            figures,
            as_of,
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
        days(campaign.from, campaign.until),
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
/// counted record and no cell that only some may see.
pub fn viewer(ledger: Area) -> Grants {
    Grants(vec![Grant::new(Role::Coordinator, ledger)])
}

/// True if a fold over what these grants show of an area is what [`viewer`] counts there, as it is
/// for officers of every department today; a volunteer sees only the own place.
pub fn sees_as_viewer(grants: &Grants, area: Area) -> bool {
    let whole = |grant: &&Grant| grant.role != Role::StationVolunteer;
    let whole = Grants(grants.0.iter().filter(whole).cloned().collect());
    let mut kinds = COUNTED.iter().filter_map(|name| Kind::find(name));
    kinds.all(|kind| whole.level(kind, area) >= Some(Sensitivity::Personal))
}

/// The table of a city or province from what the ledgers in it counted, each given once.
pub fn table(area: Area, parts: &[Part]) -> Table {
    let below = area.level().below().unwrap_or(Level::Village);
    let mut rows: BTreeMap<Area, Row> = area.children().map(|a| (a, Row::blank(a))).collect();
    let mut total = Row::blank(area);
    for part in parts.iter().filter(|part| area.contains(part.ledger)) {
        total.add(part);
        if let Some(row) = part.ledger.at(below) {
            rows.entry(row).or_insert_with(|| Row::blank(row)).add(part);
        }
    }
    Table {
        total,
        rows: rows.into_values().collect(),
    }
}

impl Row {
    fn add(&mut self, part: &Part) {
        for indicator in INDICATORS {
            let Some(more) = part.figures.get(indicator.name) else {
                continue;
            };
            if let Some(figure) = self.figures.get_mut(indicator.name) {
                figure.count += more.count;
                figure.of = figure.of.map(|of| of + more.of.unwrap_or(0));
            }
        }
    }
}

#[cfg(test)]
mod tests;
