//! Trees that are changed, against models; and their logs replayed from nothing: the same pages.
#![forbid(unsafe_code)]

mod check;
mod edges;
mod failing;
mod random;
#[path = "../replay_support/mod.rs"]
mod replay_support;
#[path = "../recovery_redo/runner.rs"]
#[allow(dead_code)]
mod runner;
mod shapes;
#[path = "../recovery_redo/store.rs"]
#[allow(dead_code)]
mod store;
mod threads;
mod world;
