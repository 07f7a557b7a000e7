//! Figures over all records, while these come in by thousands: reckoned anew a moment after a change,
//! and never for more than a fifth of the time.

use crate::desk::Desk;
use crate::now;
use leptos::prelude::*;
use std::time::Duration;

/// At least so long after a change, in milliseconds: what comes together is reckoned together.
const MOMENT: i64 = 200;
/// A reckoning is followed by a rest of so many times its length.
const REST: i64 = 4;

/// Says when to reckon anew.
#[derive(Clone, Copy)]
pub struct Calm {
    turn: RwSignal<u32>,
    /// How long the last reckoning took, in milliseconds.
    took: StoredValue<i64>,
}

/// Follows the records, the day, the minute and who works here.
pub fn calm(desk: Desk) -> Calm {
    let calm = Calm {
        turn: RwSignal::new(0),
        took: StoredValue::new(0),
    };
    let turn = move || {
        let _ = calm.turn.try_update(|turn| *turn += 1);
    };
    if let Ok(ticking) = set_interval_with_handle(turn, Duration::from_secs(60)) {
        on_cleanup(move || ticking.clear());
    }
    let waits = StoredValue::new(false);
    Effect::new(move |before: Option<()>| {
        desk.read(|_| ());
        desk.enrolled.track();
        desk.today.track();
        // What stands there when the screen opens is reckoned at once.
        if before.is_none() || waits.get_value() {
            return;
        }
        waits.set_value(true);
        let rest = (calm.took.get_value() * REST).max(MOMENT);
        let rest = Duration::from_millis(rest.cast_unsigned());
        set_timeout(
            move || {
                let _ = waits.try_set_value(false);
                turn();
            },
            rest,
        );
    });
    calm
}

impl Calm {
    /// Reckons in this turn, whatever changes meanwhile. How long it took is marked on the page's
    /// own timeline.
    pub fn of<T>(self, reckon: impl FnOnce() -> T) -> T {
        self.turn.track();
        let begun = now::device_ms();
        let clock = web_sys::window().and_then(|window| window.performance());
        if let Some(clock) = &clock {
            let _ = clock.mark("reckoning-begun");
        }
        let answer = untrack(reckon);
        if let Some(clock) = &clock {
            let _ = clock.measure_with_start_mark("reckoning", "reckoning-begun");
        }
        self.took.set_value(now::device_ms() - begun);
        answer
    }
}
