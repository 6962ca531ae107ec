//! The engine of a process: its files, clock and random numbers, and the instances that run on them.
//!
//! ```
//! use ese_core::engine::Engine;
//! use ese_core::instance::{InstanceParams, TermKind};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let (a, b) = (folder.path().join("a"), folder.path().join("b"));
//! let engine = Engine::new();
//! let mut params = InstanceParams::new(&a);
//! params.create_path = true;
//! let first = engine.start(params.clone())?;
//! // A folder of logs belongs to one instance.
//! assert!(engine.start(params.clone()).is_err());
//! params.log_dir = b.clone();
//! params.system_dir = b;
//! let second = engine.start(params)?;
//! first.term(TermKind::Clean)?;
//! second.term(TermKind::Clean)?;
//! # Ok(())
//! # }
//! ```
//!
//! A program with one instance needs none: [`Instance::start`] does.
//!
//! Source: jet-api/behaviour-instances.md §3 (order of work).
//!
//! Invariant: no two instances that run have a folder of logs, a folder of a checkpoint or a temporary
//! database in common.
#![forbid(unsafe_code)]

use crate::error::JetErr;
use crate::instance::{Core, Instance, InstanceError, InstanceParams};
use crate::io::env::Env;
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Weak;

/// The engine of a process.
pub struct Engine {
    env: Env,
    running: Mutex<Vec<Weak<Core>>>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

fn refused<T>(err: JetErr, path: &Path, what: &str) -> Result<T, InstanceError> {
    let what = format!("{}: {what}", path.display());
    Err(InstanceError::refused(err, what))
}

/// A path as it is compared: without regard to case, as the original does.
fn folded(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    PathBuf::from(whole.to_string_lossy().to_lowercase())
}

fn same(a: &Path, b: &Path) -> bool {
    folded(a) == folded(b)
}

impl Engine {
    /// On this machine's files, clock and random numbers.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Env::real())
    }

    /// In a world of its own.
    #[must_use]
    pub fn with(env: Env) -> Self {
        Self {
            env,
            running: Mutex::default(),
        }
    }

    /// Its files, clock and random numbers.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// Starts an instance (JetInit).
    ///
    /// # Errors
    /// JET_errTempPathInUse, JET_errSystemPathInUse, JET_errLogFilePathInUse, in this order, where
    /// another instance of this engine is; as [`Instance::start`].
    pub fn start(&self, params: InstanceParams) -> Result<Instance, InstanceError> {
        // One after another: who starts is seen by who comes next.
        let mut running = self.running.lock();
        running.retain(|core| core.upgrade().is_some_and(|core| !core.has_ended()));
        for core in running.iter().filter_map(Weak::upgrade) {
            let other = &core.params;
            if params.max_temp_tables > 0
                && other.max_temp_tables > 0
                && same(&params.temp_file(), &other.temp_file())
            {
                let path = params.temp_file();
                return refused(JetErr::TEMP_PATH_IN_USE, &path, "another instance has it");
            }
            if !(params.recovery && other.recovery) {
                continue;
            }
            if same(&params.system_dir, &other.system_dir) {
                let path = &params.system_dir;
                return refused(JetErr::SYSTEM_PATH_IN_USE, path, "another instance has it");
            }
            if same(&params.log_dir, &other.log_dir) {
                let path = &params.log_dir;
                return refused(
                    JetErr::LOG_FILE_PATH_IN_USE,
                    path,
                    "another instance has it",
                );
            }
        }
        let instance = Instance::start(self.env.clone(), params)?;
        running.push(instance.downgrade());
        Ok(instance)
    }
}
