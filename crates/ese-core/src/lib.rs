//! The Extensible Storage Engine (ESE, ESENT, "JET Blue") in Rust.
//!
//! One promise: the database and log files *are* the ESE format. What the original engine wrote
//! opens here, and what is written here opens there.
//!
//! # Layers, lowest first
//! A module imports only from the ones above it in this list (`cargo xtask tidy` knows it):
//! [`error`], [`io`], [`mod@format`], [`cache`], [`log`], [`dbfile`], [`trx`], [`btree`], [`space`],
//! [`rollback`], [`work`], [`record`], [`lv`], [`catalog`], [`index`], [`recovery`], [`cursor`],
//! [`reader`], [`maintenance`].
//! [`rollback`], [`work`], [`record`], [`lv`], [`catalog`], [`index`], [`recovery`],
//! [`instance`] and [`session`], [`reader`], [`maintenance`].
//!
//! [`instance`] is the running engine: start, create, attach, sessions, transactions; [`engine`] has
//! several of them.
//!
//! [`backup_port`] is what a backup stands on (crate `ese-backup`).
//!
//! [`reader`] is the read-only engine: open a database, list tables, iterate, seek.
#![deny(unsafe_code)]

pub mod error;
pub mod io;
mod sync;

pub mod format;

pub mod cache;
pub mod log;

pub mod dbfile;

pub mod trx;

pub mod btree;
pub mod space;

pub mod rollback;
pub mod work;

pub mod record;

pub mod lv;

pub mod catalog;

pub mod index;

pub mod recovery;

pub mod cursor;
pub mod database;
pub mod engine;
pub mod instance;
pub mod session;
pub mod transaction;

pub mod reader;

pub mod maintenance;

pub mod backup_port;

pub use error::{HasJetErr, JetErr};
