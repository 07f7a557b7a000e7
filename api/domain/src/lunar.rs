//! The lunar calendar, by which people at home say when they come, are visited and leave.
//!
//! The table follows GB/T 33661-2017 (Calculation and promulgation of the Chinese calendar): for
//! each year the lengths of its months and its leap month, as the Purple Mountain Observatory
//! publishes them. Names are labels, not here.

use crate::day_number;
use jiff::civil::{Date, date};

/// A day of the lunar calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lunar {
    /// The solar year in which the lunar year begins.
    pub year: i16,
    /// 1 to 12; a leap month has the number of the month before it.
    pub month: u8,
    pub leap: bool,
    /// 1 to 29 or 30.
    pub day: u8,
    /// True on the last day of the year, which may be the 29th or the 30th.
    eve: bool,
}

/// Days that people call by a name; the labels are `festival.<key>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Festival {
    Laba,
    LittleNewYear,
    Eve,
    SpringFestival,
    Lantern,
    DragonHead,
    DragonBoat,
    MidAutumn,
    DoubleNinth,
}

impl Festival {
    pub const ALL: &'static [Self] = &[
        Self::Laba,
        Self::LittleNewYear,
        Self::Eve,
        Self::SpringFestival,
        Self::Lantern,
        Self::DragonHead,
        Self::DragonBoat,
        Self::MidAutumn,
        Self::DoubleNinth,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Laba => "laba",
            Self::LittleNewYear => "little_new_year",
            Self::Eve => "eve",
            Self::SpringFestival => "spring_festival",
            Self::Lantern => "lantern",
            Self::DragonHead => "dragon_head",
            Self::DragonBoat => "dragon_boat",
            Self::MidAutumn => "mid_autumn",
            Self::DoubleNinth => "double_ninth",
        }
    }
}

impl Lunar {
    /// The festival of the day. Little New Year is the northern one, on the 23rd.
    pub const fn festival(self) -> Option<Festival> {
        if self.leap {
            return None;
        }
        if self.eve {
            return Some(Festival::Eve);
        }
        Some(match (self.month, self.day) {
            (1, 1) => Festival::SpringFestival,
            (1, 15) => Festival::Lantern,
            (2, 2) => Festival::DragonHead,
            (5, 5) => Festival::DragonBoat,
            (8, 15) => Festival::MidAutumn,
            (9, 9) => Festival::DoubleNinth,
            (12, 8) => Festival::Laba,
            (12, 23) => Festival::LittleNewYear,
            _ => return None,
        })
    }
}

/// One lunar year: its months in order, 大 of 30 days and 小 of 29, with a leap month in its place;
/// and the month that the leap month follows, 0 for none.
struct Year(&'static str, u8);

/// 正月初一 of the first year in the table.
const FIRST: Date = date(2022, 2, 1);
const YEARS: &[Year] = &[
    Year("大小大小大大小大小大小大", 0),   // 2022
    Year("小大小小大大小大大小大小大", 2), // 2023
    Year("小大小小大小大大小大大小", 0),   // 2024
    Year("大小大小小大小大小大大大小", 6), // 2025
    Year("大小大小小大小小大大大小", 0),   // 2026
    Year("大大小大小小大小小大大小", 0),   // 2027
    Year("大大大小大小小大小小大大小", 5), // 2028
    Year("大大小大小大小大小小大大", 0),   // 2029
];

impl Year {
    fn months(&self) -> impl Iterator<Item = i64> {
        self.0
            .chars()
            .map(|month| if month == '大' { 30 } else { 29 })
    }

    fn days(&self) -> i64 {
        self.months().sum()
    }
}

/// The lunar date of a day; `None` outside the table (2022-02-01 to 2030-02-02).
pub fn lunar(day: Date) -> Option<Lunar> {
    let mut left = day_number(day) - day_number(FIRST);
    if left < 0 {
        return None;
    }
    for (year, held) in (FIRST.year()..).zip(YEARS) {
        if left < held.days() {
            return Some(within(held, year, left));
        }
        left -= held.days();
    }
    None
}

/// The day that is so many days after a lunar year's first.
fn within(held: &Year, year: i16, after: i64) -> Lunar {
    let (mut left, mut month, mut leap) = (after, 1, false);
    for length in held.months() {
        if left < length {
            break;
        }
        left -= length;
        // A leap month stands after the month whose number it has.
        leap = held.1 == month && !leap;
        month += u8::from(!leap);
    }
    Lunar {
        year,
        month,
        leap,
        // At most 29 full days lie before.
        day: left as u8 + 1,
        eve: after + 1 == held.days(),
    }
}

/// Days from a day to the next Spring Festival: 0 on the day itself, `None` outside the table.
pub fn to_spring_festival(day: Date) -> Option<i64> {
    let mut ahead = day_number(FIRST) - day_number(day);
    if ahead > 0 {
        return None;
    }
    for held in YEARS {
        if ahead >= 0 {
            break;
        }
        ahead += held.days();
    }
    (ahead >= 0).then_some(ahead)
}

/// True in the two weeks before a Spring Festival and until the Lantern Festival after it: then
/// people say their days by the lunar calendar.
pub fn is_festive(day: Date) -> bool {
    let near = to_spring_festival(day).is_some_and(|days| days <= 14);
    near || lunar(day).is_some_and(|day| day.month == 1 && day.day <= 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(year: i16, month: i8, day: i8) -> (u8, bool, u8, Option<Festival>) {
        let found = lunar(date(year, month, day)).unwrap();
        (found.month, found.leap, found.day, found.festival())
    }

    #[test]
    fn each_spring_festival_is_the_first_day_of_the_first_month() {
        let days = [
            date(2023, 1, 22),
            date(2024, 2, 10),
            date(2025, 1, 29),
            date(2026, 2, 17),
            date(2027, 2, 6),
            date(2028, 1, 26),
            date(2029, 2, 13),
        ];
        for day in days {
            let found = lunar(day).unwrap();
            assert_eq!((found.year, found.month, found.day), (day.year(), 1, 1));
            assert_eq!(found.festival(), Some(Festival::SpringFestival));
            assert_eq!(to_spring_festival(day), Some(0));
        }
    }

    #[test]
    fn the_year_ends_on_the_29th_or_the_30th_and_that_is_its_eve() {
        let eve = Some(Festival::Eve);
        assert_eq!(said(2023, 1, 21), (12, false, 30, eve));
        assert_eq!(said(2024, 2, 9), (12, false, 30, eve));
        assert_eq!(said(2025, 1, 28), (12, false, 29, eve));
        assert_eq!(said(2026, 2, 16), (12, false, 29, eve));
        // The 29th is no eve where a 30th follows.
        assert_eq!(said(2023, 1, 20), (12, false, 29, None));
    }

    #[test]
    fn little_new_year_is_on_the_23rd_of_the_twelfth_month() {
        let little = Some(Festival::LittleNewYear);
        assert_eq!(said(2023, 1, 14), (12, false, 23, little));
        assert_eq!(said(2026, 2, 10), (12, false, 23, little));
        assert_eq!(said(2023, 2, 5).3, Some(Festival::Lantern));
    }

    #[test]
    fn a_leap_month_has_the_number_of_the_month_before_and_no_festivals() {
        // 2023 had a second second month, 2025 a second sixth one.
        assert_eq!(said(2023, 3, 21), (2, false, 30, None));
        assert_eq!(said(2023, 3, 22), (2, true, 1, None));
        assert_eq!(said(2023, 3, 23), (2, true, 2, None));
        assert_eq!(said(2023, 4, 20), (3, false, 1, None));
        assert_eq!(said(2025, 7, 24), (6, false, 30, None));
        assert_eq!(said(2025, 7, 25), (6, true, 1, None));
        assert_eq!(said(2025, 8, 23), (7, false, 1, None));
    }

    #[test]
    fn what_lies_outside_the_table_is_not_guessed() {
        assert_eq!(lunar(date(2022, 1, 31)), None);
        assert_eq!(said(2022, 12, 1), (11, false, 8, None));
        assert_eq!(said(2030, 2, 2), (12, false, 30, Some(Festival::Eve)));
        assert_eq!(lunar(date(2030, 2, 3)), None);
        assert_eq!(to_spring_festival(date(2022, 1, 31)), None);
    }

    #[test]
    fn the_days_to_the_festival_are_counted_down_and_then_anew() {
        assert_eq!(to_spring_festival(date(2026, 11, 24)), Some(74));
        assert_eq!(to_spring_festival(date(2027, 2, 5)), Some(1));
        assert_eq!(to_spring_festival(date(2027, 2, 7)), Some(353));
        assert_eq!(to_spring_festival(date(2030, 2, 3)), Some(0));
        assert_eq!(to_spring_festival(date(2030, 2, 4)), None);
    }

    #[test]
    fn lunar_days_are_said_from_two_weeks_before_the_festival_to_the_lanterns() {
        let festive = |month, day| is_festive(date(2026, month, day));
        assert!(!festive(2, 2) && festive(2, 3) && festive(2, 17));
        assert!(festive(3, 3) && !festive(3, 4));
    }
}
