//! Which of what is due somebody means to do today.

use crate::Id;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which of what is due somebody means to do today: kept on the device and told to nobody.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    day: Option<Date>,
    records: BTreeSet<Id>,
}

impl Plan {
    pub fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// What is planned for a day; yesterday's plan is none.
    pub fn of(&self, day: Date) -> BTreeSet<Id> {
        match self.day == Some(day) {
            true => self.records.clone(),
            false => BTreeSet::new(),
        }
    }

    /// The plan with a record more for the day, or without it if it was in.
    pub fn toggled(&self, record: Id, day: Date) -> Self {
        let mut records = self.of(day);
        if !records.remove(&record) {
            records.insert(record);
        }
        let day = Some(day);
        Self { day, records }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_plan_holds_for_its_day_and_a_second_tap_takes_a_visit_off_it() {
        let (today, tomorrow) = (date(2026, 2, 10), date(2026, 2, 11));
        let (zhang, li) = (Id::new(1, [1; 10]), Id::new(2, [2; 10]));
        let plan = Plan::default().toggled(zhang, today).toggled(li, today);
        assert_eq!(plan.of(today), [zhang, li].into());
        assert_eq!(plan.of(tomorrow), BTreeSet::new());
        assert_eq!(plan.toggled(li, today).of(today), [zhang].into());
        assert_eq!(plan.toggled(li, tomorrow).of(tomorrow), [li].into());
        let kept = serde_json::to_string(&plan).unwrap();
        assert_eq!(Plan::read(Some(&kept)), plan);
        assert_eq!(Plan::read(Some("nonsense")), Plan::default());
    }
}
