//! An engine for the verbs that make, fill and compact databases: an instance with its logs in a
//! folder that goes away, or in one that stays.
//!
//! Invariants: the folder that goes away is removed only when the databases are clean; when they are
//! not, it stays, and the message says how to make them clean.
#![forbid(unsafe_code)]

use crate::error::CliError;
use ese_core::HasJetErr;
use ese_core::cache::Budget;
use ese_core::format::ids::PageSize;
use ese_core::instance::{Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use std::fs;
use std::path::{Path, PathBuf};

/// Memory for pages, in bytes.
const CACHE_BYTES: usize = 64 << 20;
/// Memory for versions, in buckets of 64 KiB.
const VERSION_BUCKETS: u32 = 1024;

/// A running instance.
pub(crate) struct Engine {
    instance: Instance,
    /// The folder that goes away.
    temporary: Option<PathBuf>,
}

/// Where the logs are.
pub(crate) enum Logs<'p> {
    /// In a folder of the user's, where they stay.
    Kept(&'p Path),
    /// In a new folder that goes away.
    In(PathBuf),
}

/// A hidden name beside `path`, for what does not stay.
pub(crate) fn hidden(path: &Path, what: &str) -> Result<PathBuf, CliError> {
    let name = path
        .file_name()
        .ok_or_else(|| CliError::new(format!("{}: this is no name of a file", path.display())))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.{what}", std::process::id()));
    Ok(path.with_file_name(hidden))
}

/// An absolute path, as logs name it.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    std::path::absolute(path).map_err(|e| CliError::io(path, &e))
}

impl Engine {
    /// Starts an instance for databases of `page_size`.
    pub(crate) fn start(
        logs: &Logs<'_>,
        page_size: PageSize,
        format_version: Option<u32>,
    ) -> Result<Self, CliError> {
        let (dir, temporary) = match logs {
            Logs::Kept(dir) => (absolute(dir)?, None),
            Logs::In(dir) => {
                fs::create_dir(dir).map_err(|e| CliError::io(dir, &e))?;
                (absolute(dir)?, Some(dir.clone()))
            }
        };
        let mut params = InstanceParams::new(&dir);
        params.page_size = page_size;
        params.engine_format_version = format_version;
        params.create_path = true;
        params.circular = temporary.is_some();
        params.flush_map = temporary.is_none();
        params.max_ver_pages = VERSION_BUCKETS;
        params.cache = Budget {
            min: 64,
            max: u32::try_from(CACHE_BYTES / page_size.bytes()).unwrap_or(u32::MAX),
        };
        match Instance::start(Env::real(), params) {
            Ok(instance) => Ok(Self {
                instance,
                temporary,
            }),
            Err(e) => {
                if let Some(dir) = temporary {
                    // The error of the start is the one to report.
                    let _ = fs::remove_dir_all(dir);
                }
                Err(CliError::of(&dir, &e))
            }
        }
    }

    /// The instance.
    pub(crate) fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Ends the instance: everything is written, its databases are clean, and the folder that does not
    /// stay is gone. No handle of the instance is left. `db`: for the message.
    pub(crate) fn finish(self, db: &Path) -> Result<(), CliError> {
        let Self {
            instance,
            temporary,
        } = self;
        let ended = instance.term(TermKind::Clean);
        drop(instance);
        if let Err(e) = ended {
            let e = CliError::of(db, &e);
            return Err(match temporary {
                Some(dir) => e.next(format!(
                    "eseutil recover {} --logs {} --in-place makes the database clean",
                    db.display(),
                    dir.display()
                )),
                None => e,
            });
        }
        match temporary {
            Some(dir) => fs::remove_dir_all(&dir).map_err(|e| CliError::io(&dir, &e)),
            None => Ok(()),
        }
    }

    /// Ends the instance, whatever that leaves, and removes the folder that does not stay: what was
    /// made there is not wanted.
    pub(crate) fn give_up(self) {
        let Self {
            instance,
            temporary,
        } = self;
        drop(instance);
        if let Some(dir) = temporary {
            // The error that led here is the one to report.
            let _ = fs::remove_dir_all(dir);
        }
    }
}

/// An error of the engine about a file.
pub(crate) fn about(path: &Path, e: &(impl HasJetErr + std::fmt::Display)) -> CliError {
    let text = e.to_string();
    match text.contains(&path.display().to_string()) {
        // Some say themselves which file.
        true => CliError::refused(e.jet_err(), text),
        false => CliError::of(path, e),
    }
}
