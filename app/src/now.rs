//! The device's clock, put right by what the server said of its own.

use jiff::civil::Date;
use std::cell::Cell;

thread_local! {
    /// Server time minus device time, in milliseconds.
    static OFFSET: Cell<i64> = const { Cell::new(0) };
}

/// Milliseconds since 1970 UTC.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64 + OFFSET.get()
}

/// The device's own clock, as it is set: milliseconds since 1970 UTC.
pub fn device_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// The day in China.
pub fn today() -> Date {
    domain::day_of(now_ms())
}

pub fn correct(server_ms: i64) {
    OFFSET.set(server_ms - js_sys::Date::now() as i64);
}

pub fn offset() -> i64 {
    OFFSET.get()
}

pub fn set_offset(offset: i64) {
    OFFSET.set(offset);
}
