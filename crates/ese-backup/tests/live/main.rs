//! Goal: the backup of a running instance keeps the contract call by call, and what it made restores.
//!
//! Method: an instance in memory without threads of its own, so that every run is the same; the states
//! as one table; the transcripts of the original's programs as expectations.
#![forbid(unsafe_code)]

mod checkpoints;
mod directories;
mod ends;
mod naive;
mod scrubs;
mod sets;
mod snapshots;
mod states;
mod stops;
mod streams;
mod world;
