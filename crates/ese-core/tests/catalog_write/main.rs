//! Goal: the catalog is written as the original writes it, and is what its sessions were promised.
//!
//! * a new database holds the rows of the original's, byte for byte (`newborn`);
//! * the schemas that the original made are made again, with the same rows (`golden`);
//! * what others see of changes, and what a rollback leaves (`sessions`);
//! * any changes, by several sessions, against a model (`random`).
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

mod engine;
mod golden;
mod newborn;
mod random;
mod sessions;
