//! A campaign's settings: what changes from year to year is data, never a constant.

mod settings;

pub use settings::{CLOCKS, Changed, Fault, Preset};

use crate::calendar::Calendar;
use crate::own::OwnField;
use crate::{Area, Department, Id, Kind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Campaign {
    pub id: Id,
    pub name: String,
    pub area: Area,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = "date"))]
    pub from: Date,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = "date"))]
    pub until: Date,
    pub mode: Mode,
    /// Clocks by name; a name that is not here has its default.
    #[serde(default)]
    pub clocks: BTreeMap<String, Span>,
    /// Targets by indicator: a count, or for a share per mille, as [`crate::indicator::Figure`]
    /// has it.
    #[serde(default)]
    pub targets: BTreeMap<String, i64>,
    #[serde(default)]
    pub calendar: Calendar,
    /// What a township's reserve fund for temporary relief may hold, in fen.
    #[serde(default = "fund_ceiling")]
    pub fund_ceiling: i64,
    /// Below this share of the ceiling, in per cent, the fund is to be replenished.
    #[serde(default = "replenish_below")]
    pub replenish_below: i64,
    /// Goes up with every change of the settings, so that two administrators do not overwrite each
    /// other's.
    #[serde(default, skip_serializing_if = "is_first")]
    pub version: u64,
    /// The areas that take part; none named means all of [`Self::area`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<Area>,
    /// The departments that take part; none named means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<Department>,
    /// Kinds that are not offered to be recorded any more. Records that are there stay.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub off: BTreeSet<String>,
    /// The fields that the campaign asks besides those of the kinds' tables, in the form's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<OwnField>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
const fn is_first(version: &u64) -> bool {
    *version == 0
}

/// 20,000 yuan, which is ten cases of 2,000. Counties set their own sum; this is a campaign rule
/// with which one can begin.
const fn fund_ceiling() -> i64 {
    2_000_000
}

/// Half, so that a week of bad weather does not empty the fund before the county's money comes; a
/// campaign rule.
const fn replenish_below() -> i64 {
    50
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Real,
    /// Made-up people; every screen says so.
    Training,
}

/// How long a clock runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Span {
    Hours(u32),
    Days(u32),
    WorkingDays(u32),
}

impl Campaign {
    pub fn new(id: Id, name: &str, area: Area, from: Date, until: Date) -> Self {
        Self {
            id,
            name: name.to_owned(),
            area,
            from,
            until,
            mode: Mode::Real,
            clocks: BTreeMap::new(),
            targets: BTreeMap::new(),
            calendar: Calendar::published(),
            fund_ceiling: fund_ceiling(),
            replenish_below: replenish_below(),
            version: 0,
            areas: Vec::new(),
            departments: Vec::new(),
            off: BTreeSet::new(),
            own: Vec::new(),
        }
    }

    /// True if a kind is offered to be recorded.
    pub fn offers(&self, kind: &Kind) -> bool {
        !self.off.contains(kind.name)
    }

    /// The campaign's own fields of a kind, in the form's order; retired ones, too.
    pub fn own_of(&self, kind: &Kind) -> impl Iterator<Item = &OwnField> {
        self.own.iter().filter(|field| field.kind == kind.name)
    }

    /// True if somebody may work in this area: it takes part, or contains some that does.
    pub fn takes_in(&self, area: Area) -> bool {
        let touches = |part: &Area| part.contains(area) || area.contains(*part);
        self.areas.is_empty() || self.areas.iter().any(touches)
    }

    pub fn has(&self, department: Department) -> bool {
        self.departments.is_empty() || self.departments.contains(&department)
    }

    /// A clock's length: as the campaign sets it, else its default.
    pub fn clock(&self, name: &str) -> Option<Span> {
        let preset = || CLOCKS.iter().find(|preset| preset.name == name);
        let set = self.clocks.get(name).copied();
        match name {
            // A trip departs when it departs.
            "trip_departs" => Some(Span::Hours(0)),
            _ => set.or_else(|| preset().map(|preset| preset.span)),
        }
    }

    /// The moment (ms since 1970 UTC) at which a clock that started then runs out. Working and
    /// calendar days end with the day in China.
    pub fn runs_out(&self, span: Span, started_ms: i64) -> i64 {
        let end_of = |day: Date| crate::start_of(day) + 86_400_000;
        let day = crate::day_of(started_ms);
        match span {
            Span::Hours(hours) => started_ms + i64::from(hours) * 3_600_000,
            Span::Days(days) => end_of(day) + i64::from(days) * 86_400_000,
            Span::WorkingDays(days) => end_of(self.calendar.after(day, days)),
        }
    }
}
