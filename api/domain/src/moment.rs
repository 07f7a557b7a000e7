//! A day with its hour as a form has it: always China's time, wherever the device thinks it is.

use crate::Value;

/// `2026-02-10T05:30`, as the browser's own input writes it.
pub fn typed(ms: i64) -> String {
    format!("{}T{}", crate::day_of(ms), clock(ms))
}

/// The time of day: `05:30`.
pub fn clock(ms: i64) -> String {
    let minutes = (ms + crate::CHINA_OFFSET_MS).rem_euclid(86_400_000) / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What the browser's own input says; anything else stays as it was typed.
pub fn read(text: &str) -> Value {
    let ms = text.split_once('T').and_then(|(day, time)| {
        let day: jiff::civil::Date = day.parse().ok()?;
        let (hour, minute) = time.split_once(':')?;
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
        Some(crate::start_of(day) + (hour * 60 + minute) * 60_000)
    });
    match ms {
        Some(ms) => Value::Int(ms),
        None if text.is_empty() => Value::Null,
        None => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_at_half_past_five_reads_back_as_half_past_five() {
        let Value::Int(ms) = read("2026-02-10T05:30") else {
            panic!("a moment")
        };
        assert_eq!(typed(ms), "2026-02-10T05:30");
        assert_eq!(crate::day_of(ms).to_string(), "2026-02-10");
        assert_eq!(read("half past five"), Value::Text("half past five".into()));
    }
}
