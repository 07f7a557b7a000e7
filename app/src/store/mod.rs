//! What the device keeps: `database` lasts (IndexedDB), `shelf` is the working set in memory.

mod cursor;
pub mod database;
mod deeds;
pub mod disk;
mod drafts;
pub mod entry;
pub mod find;
pub mod give_back;
pub mod ids;
pub mod left;
pub mod pictures;
mod pinyin;
mod reserve;
pub mod sealed;
mod sealing;
pub mod settings;
pub mod shelf;
pub mod steps;
pub mod twins;
