//! What lies there: the databases that were given, the logs, the checkpoint, and which databases the
//! logs speak of.
//!
//! Invariants: everything is opened for reading; only headers are read, and the records of the logs
//! when a database has to be found by its name.
#![forbid(unsafe_code)]

use super::Stop;
use crate::error::CliError;
use crate::output::progress;
use ese_core::JetErr;
use ese_core::dbfile::{DbFile, OpenError, flush_map_path, page_guard_path};
use ese_core::format::checkpoint::{CHECKPOINT_FILE_BYTES, Checkpoint};
use ese_core::format::db_header::{DbHeader, DbState};
use ese_core::format::ids::{Lgpos, Signature};
use ese_core::format::log_fields::attach::AttachList;
use ese_core::format::log_record::LogRecord;
use ese_core::io::{ErrorKind, FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::sequence::SequenceError;
use ese_core::log::{LogEnd, LogFile, LogSequence};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What matters of a database's header.
#[derive(Clone, Debug)]
pub(super) struct DbFacts {
    pub(super) state: DbState,
    pub(super) sign_db: Signature,
    pub(super) sign_log: Signature,
    /// First and last generation that it cannot do without.
    pub(super) required: Option<(i32, i32)>,
    /// Last generation that may hold committed changes; 0 when none does.
    pub(super) committed: i32,
    pub(super) lgpos_consistent: Lgpos,
    /// A copy that a streaming backup took.
    pub(super) backup_copy: bool,
}

impl From<&DbHeader> for DbFacts {
    fn from(h: &DbHeader) -> Self {
        Self {
            state: h.state(),
            sign_db: h.sign_db,
            sign_log: h.sign_log,
            required: h.required_generations(),
            committed: h.committed_generation(),
            lgpos_consistent: h.lgpos_consistent,
            backup_copy: h.is_unfinished_backup_copy(),
        }
    }
}

/// A database that was given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// As it was given.
    pub(super) path: PathBuf,
    /// Its last component.
    pub(super) name: OsString,
    /// `None`: there is no such file.
    pub(super) facts: Option<DbFacts>,
    /// The flush map beside it.
    pub(super) flush_map: Option<PathBuf>,
    /// Images of pages that a power cut may have torn, beside it.
    pub(super) page_images: Option<PathBuf>,
}

/// The checkpoint, when it can be used at all.
#[derive(Clone, Debug)]
pub(super) struct CheckpointFacts {
    pub(super) lgpos: Lgpos,
    pub(super) sign_log: Signature,
}

/// How the logs speak of a database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum How {
    /// CreateDB.
    Created,
    /// AttachDB, or a list in a header or in the checkpoint.
    Attached,
}

/// A database that the logs speak of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mention {
    pub(super) how: How,
    pub(super) sign_db: Signature,
    /// Position of the CreateDB or AttachDB record.
    pub(super) lgpos: Lgpos,
    /// Path as it was on Windows.
    pub(super) path: String,
}

impl Mention {
    /// Last component of the path.
    pub(super) fn file_name(&self) -> &str {
        self.path.rsplit(['\\', '/']).next().unwrap_or_default()
    }

    /// Whether a file of this name is meant; case does not count, as on Windows.
    pub(super) fn is_named(&self, name: &OsString) -> bool {
        let ours = self.file_name().to_lowercase();
        !ours.is_empty() && name.to_str().is_some_and(|n| n.to_lowercase() == ours)
    }
}

/// Everything that was found.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) databases: Vec<Given>,
    /// Where logs were looked for.
    pub(super) logs_dir: PathBuf,
    /// `None`: there are none.
    pub(super) logs: Option<LogSequence>,
    pub(super) checkpoint: Option<CheckpointFacts>,
    /// Where the current log was closed normally; `None` when it was not.
    pub(super) closed: Option<Lgpos>,
    pub(super) mentions: Vec<Mention>,
}

impl Survey {
    /// Looks at the databases and at the logs in `logs_dir`.
    pub(super) fn read(
        fs: &dyn FileSystem,
        dbs: &[PathBuf],
        logs_dir: &Path,
        base: Option<&str>,
        stop: &Stop,
    ) -> Result<Self, CliError> {
        let databases = dbs
            .iter()
            .map(|path| given(fs, path))
            .collect::<Result<Vec<_>, _>>()?;
        let mut survey = Self {
            databases,
            logs_dir: logs_dir.to_owned(),
            logs: None,
            checkpoint: None,
            closed: None,
            mentions: Vec::new(),
        };
        match LogSequence::open(fs, logs_dir, base) {
            Ok(logs) => survey.read_logs(fs, logs, stop)?,
            Err(SequenceError::NoLogs(_)) => {}
            // Whoever needs no log is not asked about logs.
            Err(_) if survey.needs_no_logs() => {}
            Err(SequenceError::SeveralBases { dir, bases }) => {
                return Err(survey.which_base(fs, &dir, &bases));
            }
            Err(e) => {
                return Err(
                    CliError::of(logs_dir, &e).next("--logs DIR names the folder with the logs")
                );
            }
        }
        Ok(survey)
    }

    /// `true` when every database is clean.
    pub(super) fn needs_no_logs(&self) -> bool {
        self.databases
            .iter()
            .all(|d| d.facts.as_ref().is_some_and(|f| f.state.is_clean()))
    }

    fn which_base(&self, fs: &dyn FileSystem, dir: &Path, bases: &[String]) -> CliError {
        let wanted: Vec<Signature> = self
            .databases
            .iter()
            .filter_map(|d| d.facts.as_ref().map(|f| f.sign_log))
            .collect();
        let fitting = bases.iter().find(|base| {
            LogSequence::open(fs, dir, Some(base)).is_ok_and(|s| {
                s.files
                    .iter()
                    .filter_map(|f| f.facts.as_ref().ok())
                    .any(|h| wanted.contains(&h.sign_log))
            })
        });
        let message = format!(
            "{}: logs of several base names lie here: {}",
            dir.display(),
            bases.join(", ")
        );
        let error = CliError {
            usage: true,
            ..CliError::refused(JetErr::INVALID_PARAMETER, message)
        };
        match fitting {
            Some(base) => error.next(format!(
                "--base {base} (its logs carry the database's signature)"
            )),
            None => error.next("choose one with --base"),
        }
    }

    fn read_logs(
        &mut self,
        fs: &dyn FileSystem,
        logs: LogSequence,
        stop: &Stop,
    ) -> Result<(), CliError> {
        if let Some(path) = &logs.checkpoint {
            let bytes = read_head(fs, path, CHECKPOINT_FILE_BYTES)?;
            // One that can't be used counts as not there.
            if let Ok(file) = Checkpoint::parse_file(&bytes) {
                let c = &file.checkpoint;
                self.checkpoint = Some(CheckpointFacts {
                    lgpos: c.lgpos_checkpoint(),
                    sign_log: c.sign_log(),
                });
                self.listed(&c.attachments());
            }
        }
        for file in logs.files.iter().filter(|f| f.facts.is_ok()) {
            if let Ok(log) = open_log(fs, &file.path) {
                self.listed(&log.header().attachments());
            }
        }
        self.closed = logs.current().and_then(|f| closed(fs, &f.path));
        if self.databases.iter().any(|d| !d.is_whole()) {
            self.read_records(fs, &logs, stop)?;
        }
        self.logs = Some(logs);
        Ok(())
    }

    fn listed(&mut self, list: &AttachList<'_>) {
        // What is behind a damaged entry is not known; recovery will say so.
        for entry in list.entries().map_while(Result::ok) {
            self.mention(Mention {
                how: How::Attached,
                sign_db: entry.sign_db,
                lgpos: entry.lgpos_attach,
                path: entry.path_text(),
            });
        }
    }

    fn mention(&mut self, mention: Mention) {
        if !self.mentions.contains(&mention) {
            self.mentions.push(mention);
        }
    }

    /// Looks for CreateDB and AttachDB records.
    fn read_records(
        &mut self,
        fs: &dyn FileSystem,
        logs: &LogSequence,
        stop: &Stop,
    ) -> Result<(), CliError> {
        let files = || {
            logs.files
                .iter()
                .filter(|f| f.kind != LogKind::Temp)
                .filter_map(|f| Some((f, f.facts.as_ref().ok()?)))
        };
        let bar = progress(files().map(|(_, h)| h.file_bytes).sum(), "searching logs");
        for (file, facts) in files() {
            // What cannot be read is recovery's to refuse.
            let records = open_log(fs, &file.path).and_then(|log| log.records());
            let Ok(mut records) = records else { continue };
            let mut n = 0u32;
            while let Some((lgpos, record)) = records.next() {
                n = n.wrapping_add(1);
                if n.is_multiple_of(4096) && stop.is_set() {
                    return Err(super::stopped());
                }
                let (how, sign_db, path) = match record {
                    LogRecord::CreateDb(r) => (How::Created, r.sign_db, r.path.text()),
                    LogRecord::AttachDb(r) => (How::Attached, r.sign_db, r.path.text()),
                    _ => continue,
                };
                self.mention(Mention {
                    how,
                    sign_db,
                    lgpos,
                    path,
                });
            }
            bar.inc(facts.file_bytes);
        }
        bar.finish_and_clear();
        Ok(())
    }
}

impl Given {
    /// `true` for a file whose making was finished.
    pub(super) fn is_whole(&self) -> bool {
        self.facts
            .as_ref()
            .is_some_and(|f| f.state != DbState::JustCreated)
    }
}

fn open_log(fs: &dyn FileSystem, path: &Path) -> Result<LogFile, ese_core::log::LogError> {
    LogFile::open(fs.open(path, OpenMode::Read)?)
}

/// Where a log was closed normally.
fn closed(fs: &dyn FileSystem, path: &Path) -> Option<Lgpos> {
    match open_log(fs, path).ok()?.records().ok()?.finish() {
        LogEnd::Clean { closed, .. } => closed,
        _ => None,
    }
}

fn read_head(fs: &dyn FileSystem, path: &Path, len: usize) -> Result<Vec<u8>, CliError> {
    let mut bytes = vec![0; len];
    let n = fs
        .open(path, OpenMode::Read)
        .and_then(|f| f.read_at(&mut bytes, 0))
        .map_err(|e| CliError::io(path, &e))?;
    bytes.truncate(n);
    Ok(bytes)
}

fn given(fs: &dyn FileSystem, path: &Path) -> Result<Given, CliError> {
    let Some(name) = path.file_name() else {
        return Err(CliError::usage(format!(
            "{}: this names no file",
            path.display()
        )));
    };
    let facts = match DbFile::open(fs, path) {
        Ok(file) => Some(DbFacts::from(file.header())),
        Err(OpenError::Io(e)) if e.kind() == ErrorKind::NotFound => None,
        Err(e) => return Err(unreadable(path, e)),
    };
    let beside = |place: PathBuf| {
        let has = facts.is_some() && place != path && fs.kind(&place).is_ok_and(|k| k.is_some());
        has.then_some(place)
    };
    let (flush_map, page_images) = (beside(flush_map_path(path)), beside(page_guard_path(path)));
    Ok(Given {
        path: path.to_owned(),
        name: name.to_owned(),
        facts,
        flush_map,
        page_images,
    })
}

/// A database that cannot be opened, and what to do instead.
fn unreadable(path: &Path, e: OpenError) -> CliError {
    let lost = matches!(
        e,
        OpenError::Empty | OpenError::Zeros | OpenError::Header(_) | OpenError::NoPages { .. }
    );
    let jet = if lost {
        JetErr::READ_VERIFY_FAILURE
    } else {
        ese_core::HasJetErr::jet_err(&e)
    };
    let error = super::explain::about(
        path,
        CliError::refused(jet, format!("{}: {e}", path.display())),
    );
    if lost {
        error.next(
            "if the logs reach back to the creation of the database, move this file away and run \
             the same command again: it is made again from them; otherwise restore a backup",
        )
    } else {
        match e {
            OpenError::OtherKind(_) | OpenError::Foreign => error.next(format!(
                "name the database; eseutil info {} tells what this file is",
                path.display()
            )),
            _ => error,
        }
    }
}
