//! What is done to a whole database at rest: to prove it, to write it anew.
//!
//! Invariant: nothing here writes to the database that it is given: [`mod@compact`] makes another.
#![forbid(unsafe_code)]

pub mod compact;
pub mod integrity;
