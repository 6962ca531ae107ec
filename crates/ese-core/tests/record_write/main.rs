//! Goal: what a session sets in records and long values is what is read back, by itself at once and by
//! others after the commit; is undone as a whole; has the original's bytes; and is in the logs.
#![forbid(unsafe_code)]

#[path = "../recovery_support/mod.rs"]
mod recovery_support;
#[path = "../replay_support/mod.rs"]
mod replay_support;
#[path = "../stored_values_support/mod.rs"]
mod stored_values_support;
#[path = "../work_support/mod.rs"]
mod work_support;
#[path = "../space_write/world.rs"]
#[allow(dead_code)] // A part of it is used.
mod world;

mod contract;
mod golden;
mod model;
mod sessions;
mod shared;
mod table;
