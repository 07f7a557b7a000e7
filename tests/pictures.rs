//! Pictures in a real browser.
