//! The world under test.
