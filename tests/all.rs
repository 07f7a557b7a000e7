//! All stories in one program, so that they share one build. A file is named as what it tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod axe;
mod days;
mod enrol;
mod fuzz;
mod handoff;
mod journeys;
mod kinds;
mod openapi;
mod photo;
mod pictures;
mod progress;
mod same;
mod search;
mod setup;
mod simulation;
mod site;
mod sync;
mod tidy;
mod today;
mod training;
mod travel;
