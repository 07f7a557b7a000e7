//! `GET /api/health`: that the server answers, its version, its clock and since when it runs;
//! nothing of anybody.

use crate::error::Answered;
use crate::token::now_ms;
use std::cell::OnceCell;
use worker::Response;

thread_local! {
    /// When this instance first answered: a runtime's clock stands still before the first request.
    static SINCE: OnceCell<i64> = const { OnceCell::new() };
}

pub fn show() -> Answered {
    let now = now_ms();
    let since = SINCE.with(|since| *since.get_or_init(|| now));
    let version = env!("CARGO_PKG_VERSION");
    let body = serde_json::json!({ "ok": true, "version": version, "now": now, "since": since });
    Ok(Response::from_json(&body)?)
}
