//! The version store as data: what a transaction changed, and what was there before.
//!
//! `trx` knows nodes by their bookmark and databases by their number; it has no page in its hands.
//!
//! Source: docs/format/versioning.md.
#![forbid(unsafe_code)]
