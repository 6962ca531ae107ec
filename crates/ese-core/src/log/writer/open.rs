//! How a writer comes to be: on a log that is there, behind the last archived one, or from nothing.
//!
//! Source: docs/format/log-files.md §5 (resuming), §6.1; recovery.md §5. Invariant: when one of these
//! returns, the current log is there under its name, locked, durable, and its end is clean.
#![forbid(unsafe_code)]

use super::config::{LogConfig, NEW_SEQUENCE_VERSION};
use super::depth::Depth;
use super::disk::Disk;
use super::files::{Files, Retention};
use super::headers::{check_sequence_end, first_header, next_header, raised};
use super::prepare::{NextFile, Want};
use super::tail::Tail;
use super::{LogWriter, State, io, pack, start};
use crate::format::checkpoint::{Checkpoint, CheckpointFlags, FILETYPE_CHECKPOINT};
use crate::format::ids::Lgpos;
use crate::format::log_fields::attach::AttachList;
use crate::format::log_fields::params::DbmsParam;
use crate::format::log_header::{LogHeader, LogSupport, LogVersion};
use crate::io::clock::Wake;
use crate::io::env::Env;
use crate::io::{File, OpenMode};
use crate::log::append::LogWriteError;
use crate::log::checkpoint_file;
use crate::log::commit::CommitQueue;
use parking_lot::{Mutex, RwLock};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU64};

impl LogWriter {
    /// Goes on with an existing current log: the file at `path` with the header `header`, whose data
    /// ends with segment `last` (`None`: it has none yet) and whose segment checksums sum up to
    /// `segments_xor` (both as [`crate::log::ScanVerdict`] has them). The next record comes at
    /// (last + 1, 0), or in the next generation when there is no room or the version has to rise.
    ///
    /// The file is locked against other writers, and made ready first: the last segment is put back
    /// in its place if only its shadow was whole, what a crash left behind it is zeroed, everything
    /// is synced.
    ///
    /// # Errors
    /// [`LogWriteError::Version`] for a log that is not of the segment format or newer than what is
    /// known; [`LogWriteError::Io`].
    pub fn go_on(
        env: &Env,
        config: &LogConfig,
        header: LogHeader,
        path: &Path,
        last: Option<u16>,
        segments_xor: u64,
    ) -> Result<Self, LogWriteError> {
        let version = header.version();
        if version.support() != LogSupport::Segments {
            return Err(LogWriteError::Version(version));
        }
        // Before 8.4000.2 unused segments held a pattern; such a log gets no further records.
        let least = (version < LogVersion::ZERO_FILLED).then_some(NEW_SEQUENCE_VERSION);
        let must_roll = raised(version, config.version.or(least)) != version;
        let file = env.fs.open_locked(path, OpenMode::ReadWrite).map_err(io)?;
        if version >= LogVersion::ZERO_FILLED {
            start::make_ready(&*file, &header, last).map_err(io)?;
        } else {
            file.sync_all().map_err(io)?;
        }
        let mut config = config.clone();
        config.version = config.version.or(least);
        let parts = Parts {
            file,
            next: NextFile::default(),
            first: last.map_or(header.header_segments(), |last| last.saturating_add(1)),
            segments_xor,
            fenced: 0,
            must_roll,
        };
        Ok(Self::build(env, config, header, parts))
    }

    /// There is no current log: makes the generation behind `before`, whose segment checksums sum up
    /// to `segments_xor`. `checkpoint` and `attachments` go into its header.
    ///
    /// # Errors
    /// As [`LogWriter::go_on`]; [`LogWriteError::SequenceEnd`].
    pub fn begin_after(
        env: &Env,
        config: &LogConfig,
        before: &LogHeader,
        segments_xor: u64,
        attachments: AttachList<'_>,
        checkpoint: Lgpos,
    ) -> Result<Self, LogWriteError> {
        let version = before.version();
        if version.support() != LogSupport::Segments {
            return Err(LogWriteError::Version(version));
        }
        let mut config = config.clone();
        if version < LogVersion::ZERO_FILLED {
            config.version = config.version.or(Some(NEW_SEQUENCE_VERSION));
        }
        let mut wanted = before.clone();
        wanted.set_attachments(attachments);
        wanted.set_lgpos_checkpoint(checkpoint);
        let files = Files::new(Arc::clone(&env.fs), &config);
        let next = NextFile::default();
        // Asked first: at the end of the sequence nothing is made.
        check_sequence_end(&config, before)?;
        let prepared = next.take(&files, &Want::of(before, &config)).map_err(io)?;
        let header = next_header(
            env,
            &config,
            config.version,
            before,
            &wanted,
            segments_xor,
            prepared.source,
        )?;
        prepared.put_header(&header).map_err(io)?;
        files.install().map_err(io)?;
        let parts = Parts {
            fenced: prepared.fences(header.generation()),
            file: prepared.file,
            next,
            first: header.header_segments(),
            segments_xor: 0,
            must_roll: false,
        };
        Ok(Self::build(env, config, header, parts))
    }

    /// Begins a new sequence: generation 1 with a new signature. The checkpoint file in
    /// `checkpoint_dir` is written first.
    ///
    /// # Errors
    /// [`LogWriteError::Io`], also when a current log lies there already.
    pub fn begin_new(
        env: &Env,
        config: &LogConfig,
        dbms_param: DbmsParam<'_>,
        checkpoint_dir: &Path,
    ) -> Result<Self, LogWriteError> {
        let h = first_header(env, config, dbms_param);
        let files = Files::new(Arc::clone(&env.fs), config);
        let mut c = Checkpoint::zeroed();
        c.set_lgpos_checkpoint(h.lgpos_checkpoint());
        c.set_lgpos_db_consistency(h.lgpos_checkpoint());
        c.set_sign_log(h.sign_log());
        c.set_dbms_param(dbms_param);
        c.set_flags(CheckpointFlags::ATTACH_LIST);
        c.set_filetype(FILETYPE_CHECKPOINT);
        checkpoint_file::write(&*env.fs, &files.checkpoint_in(checkpoint_dir), &c).map_err(io)?;

        let next = NextFile::default();
        let prepared = next.take(&files, &Want::first(&h, config)).map_err(io)?;
        prepared.put_header(&h).map_err(io)?;
        files.install().map_err(io)?;
        let parts = Parts {
            fenced: prepared.fences(h.generation()),
            file: prepared.file,
            next,
            first: h.header_segments(),
            segments_xor: 0,
            must_roll: false,
        };
        Ok(Self::build(env, config.clone(), h, parts))
    }

    fn build(env: &Env, config: LogConfig, header: LogHeader, parts: Parts) -> Self {
        let tail = Tail::new(&header, parts.first);
        let generation = header.generation();
        let disk = Disk::new(parts.file, generation, parts.segments_xor, parts.fenced);
        Self {
            env: env.clone(),
            files: Files::new(Arc::clone(&env.fs), &config),
            disk: Mutex::new(disk),
            generation: AtomicI32::new(generation),
            durable: AtomicU64::new(pack(tail.cursor())),
            state: Mutex::new(State {
                tail,
                next: header.clone(),
                header,
                watch: None,
                spare: Vec::new(),
                ends: Vec::new(),
                closed: None,
                version: config.version,
                must_roll: parts.must_roll,
                spilling: false,
                depth: Depth::default(),
            }),
            next: parts.next,
            queue: CommitQueue::default(),
            lazy: Mutex::default(),
            retention: Arc::new(Retention::default()),
            bell: Wake::new(),
            watch: RwLock::new(None),
            config,
        }
    }
}

/// The current log, and what goes with it.
struct Parts {
    file: Arc<dyn File>,
    next: NextFile,
    /// Segment of the next record.
    first: u16,
    segments_xor: u64,
    /// As [`Prepared::fences`](super::prepare::Prepared::fences) says; 0 for a log that is gone on with.
    fenced: u16,
    must_roll: bool,
}
