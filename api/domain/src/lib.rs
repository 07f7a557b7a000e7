//! Every rule of the Spring Warmth campaign, compiled into both the phone and the server.
//!
//! Nothing here reads a clock, makes a random number or names a web type: what a rule needs is
//! passed in. See the README for how a record travels through these modules.

pub mod agenda;
pub mod area;
pub mod assign;
mod atom;
pub mod audit;
pub mod block;
pub mod board;
pub mod calendar;
pub mod campaign;
pub mod cells;
pub mod chain;
pub mod change;
pub mod check;
pub mod clauses;
pub mod code;
pub mod columns;
pub mod department;
pub mod departures;
pub mod digest;
pub mod due;
pub mod export;
pub mod feed;
pub mod field;
pub mod follow;
pub mod fund;
pub mod grant;
pub mod history;
pub mod hook;
pub mod id;
pub mod indicator;
pub mod invite;
pub mod kind;
pub mod kinds;
pub mod left;
pub mod lock;
pub mod lost;
pub mod lunar;
pub mod moment;
pub mod morning;
pub mod own;
pub mod pack;
pub mod page;
pub mod person;
pub mod picture;
pub mod prefill;
pub mod record;
pub mod row;
pub mod same;
pub mod sheet;
pub mod sight;
pub mod spot;
pub mod stamp;
pub mod step;
pub mod stock;
pub mod suits;
pub mod task;
pub mod tile;
pub mod trip;
pub mod value;
pub mod wire;

pub use area::Area;
pub use campaign::Campaign;
pub use cells::{Cells, Values};
pub use change::{Change, Refusal};
pub use department::Department;
pub use field::{FieldSpec, Input, Sensitivity};
pub use grant::{Grant, Grants, Role};
pub use id::Id;
pub use kind::{Key, Kind};
pub use record::{Cell, Record};
pub use stamp::{Clock, Device, Stamp};
pub use value::Value;

/// Days and times are those of China (UTC+8, no summer time since 1991).
pub const CHINA_OFFSET_MS: i64 = 8 * 3_600_000;

/// The calendar day in China of a moment in milliseconds since 1970 UTC.
pub fn day_of(time_ms: i64) -> jiff::civil::Date {
    let days = (time_ms + CHINA_OFFSET_MS).div_euclid(86_400_000);
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.saturating_add(jiff::Span::new().days(days.clamp(-4_000_000, 2_900_000)))
}

/// The moment, in milliseconds since 1970 UTC, at which a day begins in China.
pub fn start_of(day: jiff::civil::Date) -> i64 {
    day_number(day) * 86_400_000 - CHINA_OFFSET_MS
}

/// Days since 1970-01-01.
pub fn day_number(day: jiff::civil::Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from((day - epoch).get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_china_begins_at_sixteen_hours_utc_of_the_day_before() {
        let moment = 1_674_316_800_000; // 2023-01-21T16:00:00Z
        assert_eq!(day_of(moment).to_string(), "2023-01-22");
        assert_eq!(day_of(moment - 1).to_string(), "2023-01-21");
        assert_eq!(start_of(day_of(moment)), moment);
    }
}
