//! Says what is being done while one waits, and how long it took.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Runs one step under a line that says what it is and, at its end, how long it took.
///
/// # Errors
/// Whatever the step returns.
pub fn step<T, E>(what: &str, run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let line = begin(what);
    let begun = now();
    let done = run();
    let mark = if done.is_ok() { "✓" } else { "✗" };
    end(
        line,
        &format!("{mark} {what} ({})", spoken(begun.elapsed())),
    );
    done
}

/// The step whose line waits on a terminal for its end, and how many have begun.
static LINES: Mutex<(Option<usize>, usize)> = Mutex::new((None, 0));

/// Begins a line; gives its number. Another step may have begun one before, and goes on.
fn begin(what: &str) -> usize {
    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.1 += 1;
    if std::io::stderr().is_terminal() {
        let apart = if lines.0.is_some() { "\n" } else { "" };
        eprint!("{apart}  … {what}");
        let _ = std::io::stderr().flush();
        lines.0 = Some(lines.1);
    } else {
        eprintln!("  … {what}");
    }
    lines.1
}

/// Ends a line where it stands; below, if another has begun meanwhile.
fn end(line: usize, says: &str) {
    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let start = match lines.0.take() {
        Some(last) if last == line => "\r",
        Some(_) => "\n",
        None => "",
    };
    eprintln!("{start}  {says}");
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
