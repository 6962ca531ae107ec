//! The faulty disk: every fault as planned, durability against a model, and a small store that the
//! crash sweep proves, and whose wrong variants it catches.
#![forbid(unsafe_code)]

mod faults;
mod model;
mod store;
