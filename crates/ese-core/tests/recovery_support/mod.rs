//! What the tests of recovery share: sets as files in memory, the call that a set names, and the
//! questions that a recovered database has to answer.
//!
//! Rooms: `sets` (files and call of a set), `world` (file system, clock, randomness; one recovery),
//! `check` (contents, header, soundness, pages), `logs` (records of a folder of logs), `mutate`
//! (defects from a seed or a fuzzer).
#![forbid(unsafe_code)]
#![allow(dead_code, unreachable_pub)] // Each test uses a part.

pub mod check;
pub mod logs;
pub mod mutate;
pub mod sets;
pub mod world;
