//! An instance starts: what a crash left is recovered, the log is gone on with.
//!
//! Source: docs/format/recovery.md §1, docs/format/log-files.md §5, §6.1; jet-api/
//! behaviour-instances.md §3.
//!
//! Invariant: the log is locked before anything is changed but by recovery, which locks it itself.
#![forbid(unsafe_code)]

use super::attachments::{Attachments, Host, Rolls};
use super::background::Threads;
use super::core::CoreParts;
use super::health::Health;
use super::reservation::{BackupSlot, NewestBackups};
use super::{Core, Instance, InstanceError, InstanceParams};
use crate::cache::Cache;
use crate::error::JetErr;
use crate::format::checkpoint::Checkpoint;
use crate::format::ids::Lgpos;
use crate::format::log_fields::Field;
use crate::format::log_fields::params::DbmsParam;
use crate::format::log_record::{Init2, LogRecord};
use crate::io::env::Env;
use crate::io::{ErrorKind, OpenMode, PathKind};
use crate::log::writer::RESERVES;
use crate::log::{Checkpointer, LogAppend, LogWriter, checkpoint_file};
use crate::recovery::{LogFolder, Options, Start, Unwatched, Watch, decide, recover};
use crate::trx::{TrxClock, VersionStore};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The log of a run, and where its checkpoint lies.
struct OpenLog {
    writer: LogWriter,
    checkpoint_path: PathBuf,
    checkpoint: Checkpoint,
}

impl Instance {
    /// Starts an instance on the logs of `params`: recovers what a crash left, or begins a new
    /// sequence where there are none.
    ///
    /// # Errors
    /// Those of a recovery (docs/format/recovery.md §1.1); JET_errFileAccessDenied when the logs are
    /// in use; JET_errInvalidPath, JET_errInvalidParameter, JET_errInvalidSettings.
    pub fn start(env: Env, params: InstanceParams) -> Result<Self, InstanceError> {
        let recovery = params.recovery_options();
        Self::start_with(env, params, &recovery, &Unwatched)
    }

    /// Starts with a recovery of the caller's own: `recovery` is [`InstanceParams::recovery_options`]
    /// with other names of databases, or a stop (JetInit3); `watch` hears how it goes.
    ///
    /// # Errors
    /// As [`Instance::start`]; JET_errTermInProgress when `watch` gives up.
    pub fn start_with(
        env: Env,
        params: InstanceParams,
        recovery: &Options,
        watch: &dyn Watch,
    ) -> Result<Self, InstanceError> {
        params.check()?;
        // Without a log nothing is written there: folders that are absent disturb nobody.
        if params.recovery || params.create_path {
            for dir in [&params.log_dir, &params.system_dir] {
                see_to_folder(&env, dir, params.create_path)?;
            }
        }
        let cache = Cache::new(params.page_size, params.cache)
            .map_err(|e| InstanceError::io(&params.log_dir, e))?;
        // Ids begin anew with every run (docs/format/log-records.md §3).
        let store = VersionStore::new(params.limits(), TrxClock::default());
        let health = Arc::new(Health::default());
        let attached = Arc::new(Attachments::default());
        let backups = Arc::new(NewestBackups::default());
        let mut parts = CoreParts {
            env: env.clone(),
            health: Arc::clone(&health),
            log: None,
            checkpointer: None,
            cache: Arc::clone(&cache),
            store: Arc::clone(&store),
            attached: Arc::clone(&attached),
            backup: BackupSlot::new(Arc::clone(&backups)),
            init_at: Lgpos::MIN,
            params,
        };
        if parts.params.recovery {
            let params = &parts.params;
            let dbms_param = params.dbms_param();
            let log = open_log(&env, params, (recovery, watch), &dbms_param)?;
            let writer = Arc::new(log.writer);
            writer.set_dbms_param(DbmsParam::get(&dbms_param, 0));
            writer.set_watch(Arc::new(Rolls(Arc::downgrade(&attached))));
            writer.set_durable_watch(health);
            attached.tell(&writer)?;
            let host = Host {
                store,
                cache,
                attached,
                backups,
                dbms_param: dbms_param.clone(),
            };
            let checkpointer = Checkpointer::new(
                &env,
                Arc::clone(&writer),
                Arc::new(host),
                &log.checkpoint_path,
                &log.checkpoint,
            );
            checkpointer.set_depth(params.checkpoint_depth);
            writer.set_too_deep(params.checkpoint_too_deep);
            if let Err(e) = writer.make_reserves(RESERVES) {
                tracing::warn!(error = %e, "there are not all reserve logs");
            }
            let time = env.clock.now_utc().into();
            let params = DbmsParam::get(&dbms_param, 0);
            parts.init_at = writer.append(&LogRecord::Init2(Init2 { params, time }))?;
            parts.log = Some(writer);
            parts.checkpointer = Some(Arc::new(checkpointer));
        }
        let core = Arc::new(Core::new(parts));
        let threads =
            Threads::start(&core).map_err(|e| InstanceError::io(&core.params.log_dir, e))?;
        Ok(Self {
            core,
            threads: Mutex::new(threads),
        })
    }
}

/// Recovers the logs, and opens the last of them for what is to come.
fn open_log(
    env: &Env,
    params: &InstanceParams,
    (options, watch): (&Options, &dyn Watch),
    dbms_param: &[u8],
) -> Result<OpenLog, InstanceError> {
    let folder = LogFolder::open(&*env.fs, options)?;
    // Recovery only locks what it writes: a running instance's logs are not even to be read.
    if let Some(current) = folder.current() {
        let lock = env.fs.open_locked(current, OpenMode::ReadWrite);
        drop(lock.map_err(|e| InstanceError::io(current, e))?);
    }
    recover(env, options, watch)?;
    // What was behind a stop is gone.
    let options = &Options {
        stop: None,
        ..options.clone()
    };
    let mut found = decide(env, options)?;
    if matches!(found, Start::Recover(_)) {
        // The checkpoint that was just written could not be read: whatever that was, once more.
        recover(env, options, watch)?;
        found = decide(env, options)?;
    }
    match found {
        Start::Clean(end) => {
            let config = params.log_config(Some(end.folder.family()));
            let (header, last) = (end.current.header.clone(), end.current.last_segment);
            let (path, xor) = (&end.current.path, end.current.segments_xor);
            Ok(OpenLog {
                writer: LogWriter::go_on(env, &config, header, path, last, xor)?,
                checkpoint_path: end.folder.checkpoint_path(),
                checkpoint: end.checkpoint,
            })
        }
        Start::NoLogs(folder) => {
            let config = params.log_config(None);
            let param = DbmsParam::get(dbms_param, 0);
            let writer = LogWriter::begin_new(env, &config, param, &params.system_dir)?;
            // What was left over may have had other extensions.
            let checkpoint_path = match folder.family() == config.family {
                true => folder.checkpoint_path(),
                false => LogFolder::open(&*env.fs, options)?.checkpoint_path(),
            };
            let read = checkpoint_file::read(&*env.fs, &checkpoint_path);
            let known = read.ok().flatten().map(|file| file.checkpoint);
            let Some(checkpoint) = known.filter(|c| c.sign_log() == writer.sign_log()) else {
                return Err(InstanceError::refused(
                    JetErr::CHECKPOINT_CORRUPT,
                    "the checkpoint that was just made can't be read",
                ));
            };
            Ok(OpenLog {
                writer,
                checkpoint_path,
                checkpoint,
            })
        }
        Start::Recover(_) => Err(InstanceError::refused(
            JetErr::CHECKPOINT_CORRUPT,
            "the checkpoint that recovery has just written can't be read",
        )),
        Start::RecoveryOff => Err(InstanceError::refused(
            JetErr::INTERNAL_ERROR,
            "recovery is on and off",
        )),
    }
}

/// The folder is there, or is made.
pub(super) fn see_to_folder(env: &Env, dir: &Path, make: bool) -> Result<(), InstanceError> {
    let fs = &*env.fs;
    let invalid = |what: &str| {
        let what = format!("{}: {what}", dir.display());
        Err(InstanceError::refused(JetErr::INVALID_PATH, what))
    };
    match fs.kind(dir).map_err(|e| InstanceError::io(dir, e))? {
        Some(PathKind::Dir) => return Ok(()),
        Some(PathKind::File) => return invalid("this is no folder"),
        None if !make => return invalid("there is no such folder"),
        None => {}
    }
    let mut missing: Vec<&Path> = Vec::new();
    for dir in dir.ancestors() {
        if dir.as_os_str().is_empty() || matches!(fs.kind(dir), Ok(Some(PathKind::Dir))) {
            break;
        }
        missing.push(dir);
    }
    for dir in missing.into_iter().rev() {
        match fs.create_dir(dir) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => {
                return Err(InstanceError::io(dir, e));
            }
            _ => {}
        }
        if let Some(parent) = dir.parent().filter(|p| !p.as_os_str().is_empty()) {
            fs.sync_dir(parent)
                .map_err(|e| InstanceError::io(parent, e))?;
        }
    }
    Ok(())
}
