//! Streaming, page-verified backup of ESE databases.
//!
//! Purpose: the stop flag, the verified stream and the sets. Everything this crate knows of a
//! database or a log it knows through `ese-core`.
//!
//! Invariant: no byte reaches a sink before the page (or log segment) that holds it was verified.
#![forbid(unsafe_code)]
