//! Goal: trees that grow and shrink in one file share its pages as the format says, as the original
//! does, and whatever is cut off leaves a sound database.
//!
//! Method: databases in memory, made by the calls that the original's log of a new database shows
//! (`golden` compares the records), then changed by real inserts, deletes and clean-up. The judges are
//! `maintenance::integrity` on the file, and recovery of the logs alone, page for page.
#![forbid(unsafe_code)]

#[path = "../recovery_support/mod.rs"]
mod recovery_support;
#[path = "../replay_support/mod.rs"]
mod replay_support;

mod churn;
mod crashes;
mod golden;
mod series;
mod world;
