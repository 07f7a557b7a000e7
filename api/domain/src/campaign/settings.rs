//! What administrators may set: the clocks with their defaults, what is refused and why, what a
//! change changed, and how next year's campaign begins from this one.

use super::{Campaign, Span};
use crate::indicator::{Count, INDICATORS};
use crate::kind::Action;
use crate::own::{self, OwnField};
use crate::{Area, Grants, Id, Kind, lunar};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A clock that a campaign may set, with its default.
#[derive(Debug)]
pub struct Preset {
    /// Its label is `clock.<name>`.
    pub name: &'static str,
    pub span: Span,
    /// The least count of hours or days: 0 where “the same day” makes sense.
    pub least: u32,
}

const fn clock(name: &'static str, span: Span) -> Preset {
    Preset {
        name,
        span,
        least: 1,
    }
}

pub static CLOCKS: &[Preset] = &[
    clock("need_accepted", Span::WorkingDays(2)),
    Preset {
        name: "urgent_need_accepted",
        span: Span::Days(0),
        least: 0,
    },
    // Labour Dispute Mediation and Arbitration Law, art. 29 (5 days), 14 and 43.
    clock("wage_case_filed", Span::WorkingDays(3)),
    clock("wage_case_mediated", Span::Days(15)),
    clock("wage_case_award", Span::Days(30)),
    clock("rescue_response", Span::Hours(24)),
    clock("opinion_answered", Span::Hours(24)),
    clock("assistance_decided", Span::WorkingDays(30)),
    clock("temporary_relief_decided", Span::WorkingDays(7)),
    clock("benefit_decided", Span::WorkingDays(10)),
    // Legal Aid Law (2021), art. 43: decided within 7 days of the application.
    clock("legal_aid_decided", Span::Days(7)),
    clock("handoff_answered", Span::Days(3)),
    clock("visit_high_risk", Span::Days(7)),
    clock("visit_watch", Span::Days(30)),
];

/// More hours or days than any clock of a winter's campaign runs.
const LONGEST: u32 = 400;
/// A campaign is one winter's; a year's length leaves room.
const LONGEST_DAYS: i64 = 400;
const NAME_CHARS: usize = 60;
/// Ten billion: more than any count or sum in fen of a campaign.
const MOST: i64 = 10_000_000_000;

/// Why settings are refused; each code has its sentence in every language, `trouble.<code>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    #[error("the campaign needs a name of at most 60 characters")]
    Name,
    #[error("the campaign's last day lies before its first; exchange them")]
    Reversed,
    #[error("a campaign lasts at most 400 days; choose a shorter period")]
    TooLong,
    #[error("there is no such area, or it lies outside the campaign's")]
    Area,
    #[error("a target is a whole number from 0 on, and a share at most 100 %")]
    Target,
    #[error("this clock runs at least 1 and at most 400 hours or days")]
    Clock,
    #[error("a holiday's last day lies before its first, or a day is worked and off at once")]
    Calendar,
    #[error("the reserve fund's ceiling is above 0, and its mark from 0 to 100 per cent of it")]
    Fund,
    #[error("people, households and tasks cannot be turned off: other records need them")]
    Kind,
    #[error(
        "an own field and each of its options needs a label in both languages, of at most 40 characters, that no other has"
    )]
    OwnLabel,
    #[error("an own number's least is below its most, and neither is beyond a thousand million")]
    OwnRange,
    #[error("an own choice has 2 to 12 options")]
    OwnOptions,
    #[error("a form asks at most 12 own fields, and a campaign has at most 200; retire some")]
    OwnMany,
    #[error(
        "an own field that was saved is never taken away or asked otherwise; retire it and make another"
    )]
    OwnChanged,
}

impl Fault {
    pub const ALL: [Fault; 14] = [
        Self::Name,
        Self::Reversed,
        Self::TooLong,
        Self::Area,
        Self::Target,
        Self::Clock,
        Self::Calendar,
        Self::Fund,
        Self::Kind,
        Self::OwnLabel,
        Self::OwnRange,
        Self::OwnOptions,
        Self::OwnMany,
        Self::OwnChanged,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "campaign_name",
            Self::Reversed => "campaign_reversed",
            Self::TooLong => "campaign_too_long",
            Self::Area => "campaign_area",
            Self::Target => "campaign_target",
            Self::Clock => "campaign_clock",
            Self::Calendar => "campaign_calendar",
            Self::Fund => "campaign_fund",
            Self::Kind => "campaign_kind",
            Self::OwnLabel => "campaign_own_label",
            Self::OwnRange => "campaign_own_range",
            Self::OwnOptions => "campaign_own_options",
            Self::OwnMany => "campaign_own_many",
            Self::OwnChanged => "campaign_own_changed",
        }
    }
}

/// One setting that was changed, for the log: plain figures, days and keys.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Changed {
    /// `period`, `clocks.need_accepted`, `targets.visits`, …
    pub setting: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub before: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
}

impl Span {
    pub const fn count(self) -> u32 {
        match self {
            Self::Hours(count) | Self::Days(count) | Self::WorkingDays(count) => count,
        }
    }

    pub const fn unit(self) -> &'static str {
        match self {
            Self::Hours(_) => "hours",
            Self::Days(_) => "days",
            Self::WorkingDays(_) => "working_days",
        }
    }

    pub fn of(unit: &str, count: u32) -> Option<Self> {
        match unit {
            "hours" => Some(Self::Hours(count)),
            "days" => Some(Self::Days(count)),
            "working_days" => Some(Self::WorkingDays(count)),
            _ => None,
        }
    }
}

impl Kind {
    /// True if a campaign can do without it: people and tasks are what the rest refers to.
    pub fn can_be_off(&self) -> bool {
        self.action != Action::People && self.name != "task"
    }
}

impl Campaign {
    /// Whether these settings may take the place of those before them.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn check(&self, before: &Campaign) -> Result<(), Fault> {
        let name = self.name.trim();
        hold(
            !name.is_empty() && name.chars().count() <= NAME_CHARS,
            Fault::Name,
        )?;
        hold(self.from <= self.until, Fault::Reversed)?;
        let days = crate::day_number(self.until) - crate::day_number(self.from);
        hold(days < LONGEST_DAYS, Fault::TooLong)?;
        let within = |area: &Area| area.is_known() && self.area.contains(*area);
        hold(
            self.area.is_known() && self.areas.iter().all(within),
            Fault::Area,
        )?;
        hold(self.targets_hold(before), Fault::Target)?;
        hold(self.clocks_hold(before), Fault::Clock)?;
        hold(self.calendar.holds(), Fault::Calendar)?;
        let fund = (1..=MOST).contains(&self.fund_ceiling);
        hold(
            fund && (0..=100).contains(&self.replenish_below),
            Fault::Fund,
        )?;
        // A name that this program does not know is kept as it was, and no new one is taken.
        let optional = |name: &String| match Kind::find(name) {
            Some(kind) => kind.can_be_off(),
            None => before.off.contains(name),
        };
        hold(self.off.iter().all(optional), Fault::Kind)?;
        own::check(&self.own, &before.own)
    }

    fn targets_hold(&self, before: &Campaign) -> bool {
        self.targets.iter().all(|(whole, target)| {
            // `name@area` is one area's own target.
            let (name, area) = whole
                .split_once('@')
                .map_or((whole.as_str(), None), |(n, a)| (n, Some(a)));
            let within =
                |code: &str| Area::parse(code).is_some_and(|area| self.area.contains(area));
            if !area.is_none_or(within) {
                return false;
            }
            let known = INDICATORS.iter().find(|one| one.name == name);
            match known.map(|one| one.count) {
                Some(Count::Share(..)) => (0..=1_000).contains(target),
                Some(Count::Of(_) | Count::Sum(_)) => (0..=MOST).contains(target),
                None => before.targets.get(whole) == Some(target),
            }
        })
    }

    fn clocks_hold(&self, before: &Campaign) -> bool {
        self.clocks.iter().all(|(name, span)| {
            match CLOCKS.iter().find(|preset| preset.name == name) {
                Some(preset) => (preset.least..=LONGEST).contains(&span.count()),
                None => before.clocks.get(name) == Some(span),
            }
        })
    }

    /// True if these grants may set the campaign: they administer all of its area, and of what it
    /// is to be.
    pub fn may_be_set(&self, by: &Grants, to: &Campaign) -> bool {
        by.administer(self.area) && by.administer(to.area)
    }

    /// Next year's campaign: the settings of this one, moved as far as the Spring Festival moves.
    pub fn a_year_on(&self, id: Id) -> Self {
        let on = |day: Date| {
            let next = day.saturating_add(jiff::Span::new().years(1));
            let festival = |day: Date| lunar::to_spring_festival(day);
            // Both dates lie as many days before (or after) their festival.
            match (festival(day), festival(next)) {
                (Some(was), Some(is)) if (is - was).abs() < 60 => {
                    next.saturating_add(jiff::Span::new().days(is - was))
                }
                _ => next,
            }
        };
        Self {
            id,
            from: on(self.from),
            until: on(self.until),
            version: 0,
            ..self.clone()
        }
    }

    /// What differs from the settings before, one by one.
    pub fn changes(&self, before: &Campaign) -> Vec<Changed> {
        let period = |campaign: &Campaign| format!("{}/{}", campaign.from, campaign.until);
        let fund = |of: &Campaign| format!("{}/{}", of.fund_ceiling, of.replenish_below);
        let list = |items: Vec<String>| items.join(" ");
        let areas = |of: &Campaign| list(of.areas.iter().map(Area::to_string).collect());
        let departments =
            |of: &Campaign| list(of.departments.iter().map(|d| d.key().to_owned()).collect());
        let mut changes = Vec::new();
        let mut note = |setting: &str, before: String, after: String| {
            if before != after {
                let setting = setting.to_owned();
                changes.push(Changed {
                    setting,
                    before,
                    after,
                });
            }
        };
        note("campaign", before.id.to_string(), self.id.to_string());
        note("name", before.name.clone(), self.name.clone());
        note("area", before.area.to_string(), self.area.to_string());
        note("period", period(before), period(self));
        note("areas", areas(before), areas(self));
        note("departments", departments(before), departments(self));
        note("fund", fund(before), fund(self));
        for name in keys(&before.targets, &self.targets) {
            let of = |c: &Campaign| c.targets.get(name).map(i64::to_string).unwrap_or_default();
            note(&format!("targets.{name}"), of(before), of(self));
        }
        for name in keys(&before.clocks, &self.clocks) {
            let said = |span: Span| format!("{} {}", span.count(), span.unit());
            let of = |campaign: &Campaign| campaign.clock(name).map(said).unwrap_or_default();
            note(&format!("clocks.{name}"), of(before), of(self));
        }
        for kind in before.off.symmetric_difference(&self.off) {
            let of = |campaign: &Campaign| match campaign.off.contains(kind) {
                true => "off".to_owned(),
                false => "on".to_owned(),
            };
            note(&format!("kinds.{kind}"), of(before), of(self));
        }
        for name in own_names(before, self) {
            let of = |c: &Campaign| {
                let mut own = c.own.iter();
                own.find(|own| own.name == name).map(said_own)
            };
            let said = |c: &Campaign| of(c).unwrap_or_default();
            note(&format!("own.{name}"), said(before), said(self));
        }
        let order = |of: &Campaign| list(of.own.iter().map(|own| own.name.clone()).collect());
        if before.own.len() == self.own.len() {
            note("own_order", order(before), order(self));
        }
        if before.calendar != self.calendar {
            let days =
                |of: &Campaign| (of.calendar.off.len() + of.calendar.worked.len()).to_string();
            let setting = "calendar".to_owned();
            changes.push(Changed {
                setting,
                before: days(before),
                after: days(self),
            });
        }
        changes
    }
}

fn own_names<'a>(before: &'a Campaign, after: &'a Campaign) -> BTreeSet<&'a str> {
    let all = before.own.iter().chain(&after.own);
    all.map(|own| own.name.as_str()).collect()
}

/// A definition for the log, its parts parted by tabs: kind, label in Chinese and in English,
/// `asked`, `required` or `retired`, options in Chinese and in English.
fn said_own(own: &OwnField) -> String {
    let state = match (own.retired, own.required) {
        (true, _) => "retired",
        (false, true) => "required",
        (false, false) => "asked",
    };
    let options = |of: fn(&own::Label) -> &String| {
        let options = own.input.options().iter().map(|o| of(&o.label).as_str());
        options.collect::<Vec<_>>().join("、")
    };
    let (zh, en) = (options(|label| &label.zh), options(|label| &label.en));
    [&own.kind, &own.label.zh, &own.label.en, state, &zh, &en].join("\t")
}

fn hold(holds: bool, fault: Fault) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(fault) }
}

fn keys<'a, T>(
    a: &'a std::collections::BTreeMap<String, T>,
    b: &'a std::collections::BTreeMap<String, T>,
) -> std::collections::BTreeSet<&'a str> {
    a.keys().chain(b.keys()).map(String::as_str).collect()
}

#[cfg(test)]
mod tests;
