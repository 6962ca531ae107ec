//! The log of the running engine: group commit, the next file made ahead, reserves, circular logging,
//! and the checkpoint, against a disk that crashes, fills and fails.
//!
//! | file | what |
//! |---|---|
//! | `script` | a run of one or of several threads in lockstep, the same every time |
//! | `crashes` | the machine goes down at every operation of such a run |
//! | `faults` | every operation fails once; the disk fills |
//! | `threads` | many threads at once; images of the disk while they run |
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // Shared by the rooms of this test only.

#[path = "../log_writer_support/mod.rs"]
mod log_writer_support;

mod crashes;
mod faults;
mod script;
mod threads;
