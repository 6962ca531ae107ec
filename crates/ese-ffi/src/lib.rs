//! The JET API as an esent-compatible C library (`libesent`).
//!
//! A program written for esent.dll links or loads this and runs. Every name of the API is exported
//! ([`exports`]) and goes through one gate (`gate`) to its body (`calls`); what has no body yet
//! answers JET_errFeatureNotAvailable and is "no" in docs/api-coverage.md. The tables under `api/`
//! are the source of exports, structures, constants, parameters and of `include/esent.h`
//! (`cargo xtask codegen`).
//!
//! # Rooms
//! - [`types`], [`structs`], [`constants`]: what a program sees; `arguments`, `strings`: how it is
//!   read and written.
//! - `handles`: opaque numbers for what lives here.
//! - `process`: the one static of the library, with the mode of the process; `instance`, `params`;
//!   `start`: what the parameters mean to the engine.
//! - `door`, `session`, `database`, `cursor`: what their handles stand for, and how a call gets in.
//! - `fork`: what a child of the process may do.
//! - `callbacks`: functions of the program that the engine calls; `filter`: conditions on columns that
//!   a cursor's moves keep to.
//! - `calls`: one body per function, whatever its form.
#![deny(unsafe_op_in_unsafe_fn)]

mod arguments;
mod callbacks;
mod calls;
pub mod constants;
mod cursor;
mod database;
mod door;
pub mod exports;
mod filter;
mod fork;
pub mod function_table;
mod gate;
mod handles;
mod instance;
mod memory;
mod near;
mod params;
mod process;
mod session;
mod start;
mod strings;
pub mod structs;
pub mod types;

pub use params::table as parameter_ids;
