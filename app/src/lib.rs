//! The field app.
