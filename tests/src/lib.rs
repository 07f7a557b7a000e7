//! The world under test: a real workerd, real browsers, and devices without a screen.

pub mod bench;
pub mod browser;
pub mod bucket;
pub mod chromium;
pub mod counter;
pub mod ledger;
pub mod libreoffice;
pub mod packages;
pub mod simulate;
pub mod video;
pub mod world;

pub use browser::Browser;
pub use world::World;
