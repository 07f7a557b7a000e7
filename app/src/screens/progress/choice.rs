//! What the progress screen shows, as its address says: the area, the days, which indicators, of
//! whom, and which of them is on the map.

use crate::desk::Desk;
use domain::indicator::{Category, INDICATORS, Indicator, Period};
use domain::kind::Action;
use domain::{Area, Campaign, Department, Grants};
use jiff::civil::Date;
use leptos_router::params::ParamsMap;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The area whose parts are the table's rows; `None` is where the person works.
    pub at: Option<Area>,
    pub days: Days,
    /// The last day, or the only one; `None` is today.
    pub on: Option<Date>,
    pub action: Option<Action>,
    pub department: Option<Department>,
    pub priority: Option<Category>,
    /// The name of the indicator on the map.
    pub map: Option<&'static str>,
}

/// Of how many days the figures are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Days {
    Campaign,
    Week,
    Day,
}

impl Days {
    pub const ALL: [Days; 3] = [Self::Campaign, Self::Week, Self::Day];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Week => "week",
            Self::Day => "day",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|days| days.key() == key)
    }
}

/// The actions, in the order of the table.
pub fn actions() -> Vec<Action> {
    let mut actions: Vec<Action> = INDICATORS.iter().map(|one| one.action).collect();
    actions.dedup();
    actions
}

pub fn action(key: &str) -> Option<Action> {
    actions().into_iter().find(|action| action.key() == key)
}

impl Choice {
    pub fn of(query: &ParamsMap) -> Self {
        let text = |name: &str| query.get(name).unwrap_or_default();
        Self {
            at: Area::parse(&text("at")),
            days: Days::parse(&text("period")).unwrap_or(Days::Campaign),
            on: text("on").parse().ok(),
            action: action(&text("action")),
            department: Department::parse(&text("department")),
            priority: Category::parse(&text("priority")),
            map: Indicator::find(&text("map")).map(|indicator| indicator.name),
        }
    }

    /// The address of the screen with this choice; what is usual is not said.
    pub fn link(&self) -> String {
        let on = self.on.filter(|_| self.days != Days::Campaign);
        let days = (self.days != Days::Campaign).then(|| self.days.key().to_owned());
        let parts = [
            ("at", self.at.map(|area| area.to_string())),
            ("period", days),
            ("on", on.map(|day| day.to_string())),
            ("action", self.action.map(|one| one.key().to_owned())),
            (
                "department",
                self.department.map(|one| one.key().to_owned()),
            ),
            ("priority", self.priority.map(|one| one.key().to_owned())),
            ("map", self.map.map(str::to_owned)),
        ];
        let said = parts
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", value?)));
        let said: Vec<String> = said.collect();
        match said.is_empty() {
            true => "/progress".to_owned(),
            false => format!("/progress?{}", said.join("&")),
        }
    }

    /// The address, ready for one more part.
    fn link_on(&self) -> String {
        let link = self.link();
        let joint = if link.contains('?') { '&' } else { '?' };
        format!("{link}{joint}")
    }

    /// The same of another area.
    pub fn at(&self, area: Area) -> Self {
        Self {
            at: Some(area),
            ..self.clone()
        }
    }

    /// The address of what stands behind a figure.
    pub fn behind(&self, indicator: &Indicator, area: Area) -> String {
        format!("{}indicator={}&area={area}", self.link_on(), indicator.name)
    }

    pub fn area(&self, desk: Desk) -> Option<Area> {
        let home = desk.home()?;
        Some(self.at.filter(|area| home.contains(*area)).unwrap_or(home))
    }

    pub fn period(&self, campaign: &Campaign, today: Date) -> Period {
        let until = self.on.unwrap_or(today);
        let from = match self.days {
            Days::Campaign => return Period::of(campaign),
            Days::Week => until.saturating_sub(jiff::Span::new().days(6)),
            Days::Day => until,
        };
        Period { from, until }
    }

    /// The indicators that are asked for, of those that the person is shown.
    pub fn columns(&self, grants: &Grants) -> Vec<&'static Indicator> {
        let asked = |one: &&'static Indicator| {
            self.action.is_none_or(|action| one.action == action)
                && self
                    .department
                    .is_none_or(|department| one.is_of(department))
                && (self.priority.is_none() || one.is_about_people())
        };
        let shown = INDICATORS.iter().filter(asked);
        shown.filter(|one| one.is_shown_to(grants)).collect()
    }
}
