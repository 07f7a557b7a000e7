//! What the app says and how it is written and drawn, as far as no browser is needed. A crate of its
//! own, so that its tests compile no screens.

pub mod help;
pub mod language;
mod names;
mod squares;
mod wrap;

pub use language::Language;
pub use names::{bytes, file_name};
pub use squares::squares;
pub use wrap::wrap;
