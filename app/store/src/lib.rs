//! What the device keeps, and the steps by which it is synced. A crate of its own, so that the
//! simulation compiles no screens: `database` lasts (IndexedDB), `shelf` is the working set in memory.

mod answers;
mod cursor;
pub mod database;
mod deeds;
pub mod disk;
pub mod drafts;
pub mod entry;
pub mod find;
pub mod give_back;
pub mod ids;
pub mod key;
pub mod left;
pub mod outbox;
pub mod pictures;
mod pinyin;
mod reserve;
pub mod room;
pub mod seal;
pub mod sealed;
mod sealing;
pub mod settings;
pub mod shelf;
pub mod steps;
pub mod twins;
pub mod vault;
