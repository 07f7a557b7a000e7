//! All stories in one program, so that they share one build.

mod smoke;
