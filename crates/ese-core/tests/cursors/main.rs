//! Goal: a cursor sees its session's snapshot and its own changes, stands where the contract says, and
//! keeps every index as its records are: on small pages, in many sessions, while others split and merge.
#![forbid(unsafe_code)]

#[path = "../recovery_support/mod.rs"]
mod recovery_support;
#[path = "../replay_support/mod.rs"]
mod replay_support;
#[path = "../work_support/mod.rs"]
mod work_support;
#[path = "../space_write/world.rs"]
#[allow(dead_code)] // A part of it is used.
mod world;

mod building;
mod model;
mod places;
mod seeks;
mod sessions;
mod table;
mod threads;
mod updates;
mod walks;
