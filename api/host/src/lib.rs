//! `cargo run`, as a library for the tests: builds the app and the API, runs them on workerd, and
//! speaks to them as a device does.

pub mod build;
pub mod county;
pub mod device;
pub mod error;
pub mod http;
pub mod links;
pub mod serve;
pub mod show;
pub mod site;
pub mod tools;
pub mod training;
