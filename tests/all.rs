//! All stories in one program, so that they share one build. A file is named as what it tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod enrol;
mod journeys;
mod openapi;
mod progress;
mod setup;
mod site;
mod sync;
mod tidy;
mod today;
mod training;
