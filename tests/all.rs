//! All stories in one program, so that they share one build. A file is named as what it tests.

mod enrol;
mod journeys;
mod openapi;
mod progress;
mod setup;
mod site;
mod sync;
mod tidy;
