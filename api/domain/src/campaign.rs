//! A campaign's settings: what changes from year to year is data, never a constant.

use crate::calendar::Calendar;
use crate::{Area, Id};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Targets by indicator.
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
        }
    }

    /// A clock's length: as the campaign sets it, else its default.
    pub fn clock(&self, name: &str) -> Option<Span> {
        self.clocks.get(name).copied().or(match name {
            "need_accepted" => Some(Span::WorkingDays(2)),
            "urgent_need_accepted" => Some(Span::Days(0)),
            // Labour Dispute Mediation and Arbitration Law, art. 29 (5 days), 14 and 43.
            "wage_case_filed" => Some(Span::WorkingDays(3)),
            "wage_case_mediated" => Some(Span::Days(15)),
            "wage_case_award" => Some(Span::Days(30)),
            "rescue_response" | "opinion_answered" => Some(Span::Hours(24)),
            "assistance_decided" => Some(Span::WorkingDays(30)),
            "temporary_relief_decided" => Some(Span::WorkingDays(7)),
            "benefit_decided" => Some(Span::WorkingDays(10)),
            // Legal Aid Law (2021), art. 43: decided within 7 days of the application.
            "legal_aid_decided" => Some(Span::Days(7)),
            "handoff_answered" => Some(Span::Days(3)),
            "trip_departs" => Some(Span::Hours(0)),
            "visit_high_risk" => Some(Span::Days(7)),
            "visit_watch" => Some(Span::Days(30)),
            _ => None,
        })
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
