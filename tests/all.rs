//! All stories in one program, so that they share one build. A file is named as what it tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod admin;
mod assign;
mod axe;
mod boards;
mod days;
mod devices;
mod enrol;
mod faults;
mod feed;
mod fuzz;
mod handoff;
mod headers;
mod history;
mod hooks;
mod import;
mod journeys;
mod kinds;
mod limits;
mod live;
mod lock;
mod lost;
mod matrix;
mod openapi;
mod overview;
mod own;
mod own_fields;
mod photo;
mod pictures;
mod progress;
mod publish;
mod refusals;
mod rollup;
mod same;
mod search;
mod setup;
mod sheets;
mod simulation;
mod site;
mod sync;
mod tabs;
mod tidy;
mod today;
mod training;
mod travel;
