//! Locks the device by itself when nobody has touched it for a while.

use crate::desk::Desk;
use crate::{draft, now};
use domain::lock::{IDLE_DEFAULT, IDLE_MINUTES};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::time::Duration;

/// The setting with the minutes.
pub const IDLE: &str = "idle";

thread_local! {
    /// When somebody last touched the screen or a key, on the device's own clock.
    static TOUCHED: Cell<i64> = const { Cell::new(0) };
}

/// Minutes as the person chose them.
pub fn minutes(kept: Option<&str>) -> u32 {
    kept.and_then(|text| text.parse().ok())
        .filter(|minutes| IDLE_MINUTES.contains(minutes))
        .unwrap_or(IDLE_DEFAULT)
}

/// Watches for touches; goes on as long as the page is open.
pub fn start(desk: Desk) {
    touch();
    for event in ["pointerdown", "keydown", "wheel"] {
        let watched = window_event_listener_untyped(event, |_| touch());
        // The page's whole life long, as the ones below.
        std::mem::forget(watched);
    }
    let shown = window_event_listener_untyped("visibilitychange", move |_| look(desk));
    std::mem::forget(shown);
    set_interval(move || look(desk), Duration::from_secs(5));
}

fn touch() {
    TOUCHED.set(now::device_ms());
}

fn look(desk: Desk) {
    let limit = i64::from(desk.idle.get_untracked()) * 60_000;
    let rested = now::device_ms() - TOUCHED.get();
    // A clock that was put back does not keep the device open.
    if rested > limit || rested < -60_000 {
        lock(desk);
    }
}

/// Locks: what was typed is kept, and the page begins anew at the door, with nothing in memory.
pub fn lock(desk: Desk) {
    if !desk.store().is_open() {
        return;
    }
    spawn_local(async move {
        draft::settled().await;
        crate::ui::reload();
    });
}
