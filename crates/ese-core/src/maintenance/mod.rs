//! What is done to a whole database at rest: so far, to prove it.
//!
//! Invariant: [`integrity`] never writes.
#![forbid(unsafe_code)]

pub mod integrity;
