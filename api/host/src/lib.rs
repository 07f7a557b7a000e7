//! Builds and serves.
