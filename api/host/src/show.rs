//! Says what is being done while one waits, and how long it took.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Runs one step under a line that says what it is and, at its end, how long it took.
///
/// # Errors
/// Whatever the step returns.
pub fn step<T, E>(what: &str, run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let terminal = std::io::stderr().is_terminal();
    if terminal {
        eprint!("  … {what}");
        let _ = std::io::stderr().flush();
    } else {
        eprintln!("  … {what}");
    }
    let begun = now();
    let done = run();
    let mark = if done.is_ok() { "✓" } else { "✗" };
    let start = if terminal { "\r" } else { "" };
    eprintln!("{start}  {mark} {what} ({})", spoken(begun.elapsed()));
    done
}

/// The host's own clock; rules get their times passed in.
#[allow(clippy::disallowed_methods)]
pub fn now() -> Instant {
    Instant::now()
}

/// Milliseconds since 1970 UTC.
#[allow(clippy::disallowed_methods)]
pub fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

fn spoken(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f32())
}
