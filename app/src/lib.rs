//! The field app: records are kept on the device first and sent when there is a network.

mod agenda;
mod api;
mod awake;
mod board;
mod bulletin;
mod deeds;
mod desk;
mod draft;
mod form;
mod idle;
mod language;
mod letter;
mod lines;
mod live;
mod now;
mod office;
mod own;
mod picture;
mod piece;
mod poster;
mod press;
mod qr;
mod rescue;
mod save;
mod scan;
mod screens;
mod session;
mod storage;
mod sync;
mod tabs;
mod to_server;
mod ui;
mod wipe;

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the app in the page's body.
#[wasm_bindgen(start)]
pub fn main() {
    console_error_panic_hook::set_once();
    // The renderer's own executor begins with the first view; the store opens before that.
    wasm_bindgen_futures::spawn_local(screens::start());
}
