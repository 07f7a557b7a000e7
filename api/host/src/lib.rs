//! `cargo run`, as a library for the tests: builds the app and the API, runs them on workerd, and
//! speaks to them as a device does.

pub mod backup;
pub mod bindings;
pub mod build;
pub mod check;
pub mod command;
pub mod county;
pub mod device;
pub mod door;
pub mod error;
pub mod export;
pub mod http;
pub mod journal;
pub mod links;
pub mod objects;
pub mod outlet;
pub mod package;
pub mod serve;
pub mod show;
pub mod site;
pub mod tools;
pub mod training;
