//! `GET /api/health`: that the server answers, its version and its clock; nothing of anybody.

use crate::error::Answered;
use worker::{Date, Response};

pub fn show() -> Answered {
    let version = env!("CARGO_PKG_VERSION");
    let body =
        serde_json::json!({ "ok": true, "version": version, "now": Date::now().as_millis() });
    Ok(Response::from_json(&body)?)
}
