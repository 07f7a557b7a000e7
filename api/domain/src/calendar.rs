//! Working days: weekends, public holidays and the make-up working days around them.

use jiff::civil::{Date, Weekday, date};
use serde::{Deserialize, Serialize};

/// The days that differ from the plain week; a setting of the campaign.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Calendar {
    /// Public holidays, as runs of days: (first, last).
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Vec<String>>))]
    pub off: Vec<(Date, Date)>,
    /// Weekend days that are worked.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub worked: Vec<Date>,
}

impl Calendar {
    pub fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let off = self
            .off
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&day));
        self.worked.contains(&day) || !weekend && !off
    }

    /// True if every run of holidays goes forward and no day is worked and off at once.
    pub fn holds(&self) -> bool {
        let off = |day: &Date| {
            self.off
                .iter()
                .any(|(from, until)| (*from..=*until).contains(day))
        };
        self.off.iter().all(|(from, until)| from <= until) && !self.worked.iter().any(off)
    }

    /// The day that is `count` working days after `day`, which itself does not count.
    pub fn after(&self, day: Date, count: u32) -> Date {
        let mut last = day;
        let mut left = count;
        while left > 0 {
            let Ok(next) = last.tomorrow() else {
                return last;
            };
            last = next;
            left -= u32::from(self.is_working(last));
        }
        last
    }

    /// The State Council's notices for 2023 to 2026. Years after that are a campaign setting.
    pub fn published() -> Self {
        let run = |from: (i16, i8, i8), to: (i16, i8, i8)| {
            (date(from.0, from.1, from.2), date(to.0, to.1, to.2))
        };
        let off = vec![
            run((2022, 12, 31), (2023, 1, 2)),
            run((2023, 1, 21), (2023, 1, 27)),
            run((2023, 4, 5), (2023, 4, 5)),
            run((2023, 4, 29), (2023, 5, 3)),
            run((2023, 6, 22), (2023, 6, 24)),
            run((2023, 9, 29), (2023, 10, 6)),
            run((2024, 1, 1), (2024, 1, 1)),
            run((2024, 2, 10), (2024, 2, 17)),
            run((2024, 4, 4), (2024, 4, 6)),
            run((2024, 5, 1), (2024, 5, 5)),
            run((2024, 6, 10), (2024, 6, 10)),
            run((2024, 9, 15), (2024, 9, 17)),
            run((2024, 10, 1), (2024, 10, 7)),
            run((2025, 1, 1), (2025, 1, 1)),
            run((2025, 1, 28), (2025, 2, 4)),
            run((2025, 4, 4), (2025, 4, 6)),
            run((2025, 5, 1), (2025, 5, 5)),
            run((2025, 5, 31), (2025, 6, 2)),
            run((2025, 10, 1), (2025, 10, 8)),
            run((2026, 1, 1), (2026, 1, 3)),
            run((2026, 2, 15), (2026, 2, 23)),
            run((2026, 4, 4), (2026, 4, 6)),
            run((2026, 5, 1), (2026, 5, 5)),
            run((2026, 6, 19), (2026, 6, 21)),
            run((2026, 9, 25), (2026, 9, 27)),
            run((2026, 10, 1), (2026, 10, 7)),
        ];
        let worked = vec![
            date(2023, 1, 28),
            date(2023, 1, 29),
            date(2023, 4, 23),
            date(2023, 5, 6),
            date(2023, 6, 25),
            date(2023, 10, 7),
            date(2023, 10, 8),
            date(2024, 2, 4),
            date(2024, 2, 18),
            date(2024, 4, 7),
            date(2024, 4, 28),
            date(2024, 5, 11),
            date(2024, 9, 14),
            date(2024, 9, 29),
            date(2024, 10, 12),
            date(2025, 1, 26),
            date(2025, 2, 8),
            date(2025, 4, 27),
            date(2025, 9, 28),
            date(2025, 10, 11),
            date(2026, 1, 4),
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 5, 9),
            date(2026, 9, 20),
            date(2026, 10, 10),
        ];
        Self { off, worked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_working_days_over_spring_festival_end_after_the_make_up_weekend_began() {
        let calendar = Calendar::published();
        // 2023: holiday from 21 to 27 January; Saturday 28 and Sunday 29 are worked.
        assert_eq!(calendar.after(date(2023, 1, 20), 2), date(2023, 1, 29));
        assert_eq!(calendar.after(date(2023, 1, 20), 0), date(2023, 1, 20));
    }

    #[test]
    fn an_ordinary_friday_is_followed_by_monday() {
        assert_eq!(
            Calendar::default().after(date(2026, 11, 27), 1),
            date(2026, 11, 30)
        );
    }
}
