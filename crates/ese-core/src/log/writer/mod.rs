//! The log writer: appends records to a log sequence, makes them durable, begins new generations.
//!
//! Source: docs/format/log-files.md §1.1, §3, §4, §5.4, §6, recovery.md §5.
//!
//! | room | purpose |
//! |---|---|
//! | `config` | what the writer is told |
//! | `tail` | the end of the log in memory: records into segments, positions |
//! | `disk` | the end of the log on the disk: order of writes, shadows |
//! | `files` | names, a new file, the exchange at a roll, deleting |
//! | `start` | a log that a crash left is made ready to be gone on with |
//!
//! Any number of threads may append: an append takes one short lock and moves bytes in memory. The
//! other lock belongs to whoever writes to the disk; appending goes on while it does. Locks are taken
//! in the order disk, tail. Who appends what does not fit (into the buffer, into the generation) takes
//! both and writes out or rolls first.
//!
//! Invariants:
//! * records lie in the log in the order of the calls, each whole in one generation;
//! * [`LogWriter::durable`] never lies: what it names is read back after any crash;
//! * memory is bounded by the configured buffer and one record, or one call of
//!   [`LogAppend::append_all`];
//! * after an error of the disk nothing is written any more, and every call gets that error again.
#![forbid(unsafe_code)]

mod config;
mod disk;
mod files;
mod start;
mod tail;

pub use config::{
    BUFFER_SEGMENTS, ENGINE_FORMAT_VERSION, FILE_SEGMENTS, FlushStyle, GENERATION_MAX,
    GENERATION_MAX_RECOVERY, LogConfig, NEW_SEQUENCE_VERSION,
};

use super::append::{LogAppend, LogWriteError};
use super::checkpoint_file;
use crate::format::checkpoint::{Checkpoint, CheckpointFlags, FILETYPE_CHECKPOINT};
use crate::format::ids::{Lgpos, LogTime, Signature};
use crate::format::log_fields::attach::AttachList;
use crate::format::log_fields::params::DbmsParam;
use crate::format::log_header::{
    FILETYPE_LOG, LogFlags, LogHeader, LogSupport, LogVersion, SEGMENT_BYTES, SectorMatch,
};
use crate::format::log_record::{LogRecord, RecordError};
use crate::io::env::Env;
use crate::io::{File, OpenMode};
use disk::Disk;
use files::Files;
use parking_lot::{Mutex, MutexGuard};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use tail::Tail;

/// Fewer segments are no buffer.
const BUFFER_SEGMENTS_MIN: u16 = 4;

/// Hears of every new generation, from the thread that needed it, before the first record is in it:
/// the place to bring the database headers' genMaxCommitted and genMaxRequired up
/// (docs/format/log-files.md §6.3).
///
/// Both locks of the writer are held: of the writer only [`LogWriter::generation`] and
/// [`LogWriter::durable`] may be called.
pub trait RollWatch: Send + Sync {
    /// Generation `generation`, made at `tm_create`, is the current log now. An error closes the log.
    fn rolled(&self, generation: i32, tm_create: LogTime) -> std::io::Result<()>;
}

/// Both ends of the state that the lock of the appenders guards.
struct State {
    tail: Tail,
    /// Header of the current log.
    header: LogHeader,
    /// Attachments, checkpoint, parameters for the next header; the rest of it is not used.
    next: LogHeader,
    watch: Option<Arc<dyn RollWatch>>,
    /// Bytes of a record, or of several, on their way into the tail.
    spare: Vec<u8>,
    /// Where each record in `spare` ends.
    ends: Vec<usize>,
    closed: Option<LogWriteError>,
    /// The version has to rise before the next record.
    must_roll: bool,
}

/// Writes a log sequence; see the module.
pub struct LogWriter {
    env: Env,
    config: LogConfig,
    files: Files,
    disk: Mutex<Disk>,
    state: Mutex<State>,
    generation: AtomicI32,
    durable: AtomicU64,
}

fn pack(p: Lgpos) -> u64 {
    u64::from(p.generation.cast_unsigned()) << 32 | u64::from(p.isec) << 16 | u64::from(p.ib)
}

fn unpack(n: u64) -> Lgpos {
    let [a, b, c, d, e, f, g, h] = n.to_le_bytes();
    Lgpos::new(
        i32::from_le_bytes([e, f, g, h]),
        u16::from_le_bytes([c, d]),
        u16::from_le_bytes([a, b]),
    )
}

fn io(e: std::io::Error) -> LogWriteError {
    LogWriteError::Io(Arc::new(e))
}

/// The version of the generation behind one of version `current`.
fn raised(current: LogVersion, wanted: Option<LogVersion>) -> LogVersion {
    let wanted = wanted.unwrap_or(current);
    LogVersion {
        major: current.major.max(wanted.major),
        minor: current.minor.max(wanted.minor),
        update_major: current.update_major.max(wanted.update_major),
        update_minor: current.update_minor.max(wanted.update_minor),
    }
}

impl LogWriter {
    /// Goes on with an existing current log: the file at `path` with the header `header`, whose data
    /// ends with segment `last` (`None`: it has none yet) and whose segment checksums sum up to
    /// `segments_xor` (both as [`super::ScanVerdict`] has them). The next record comes at
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
        let next = last.map_or(header.header_segments(), |last| last.saturating_add(1));
        let mut config = config.clone();
        config.version = config.version.or(least);
        Ok(Self::build(
            env,
            config,
            header,
            file,
            next,
            segments_xor,
            must_roll,
        ))
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
        let header = next_header(env, &config, before, &wanted, segments_xor)?;
        let files = Files::new(Arc::clone(&env.fs), &config);
        let file = files.prepare(&header).map_err(io)?;
        files.install().map_err(io)?;
        let first = header.header_segments();
        Ok(Self::build(env, config, header, file, first, 0, false))
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
        const FIRST_GENERATION: i32 = 1;
        const HEADER_SEGMENTS: u16 = 1;
        let tm_create = LogTime::from(env.clock.now_utc());
        let sign_time = LogTime::from(env.clock.now_utc());
        // A signature has 32 random bits.
        let random = (env.random() >> 32) as u32;
        let mut h = LogHeader::zeroed();
        h.set_generation(FIRST_GENERATION);
        h.set_segment_bytes(SEGMENT_BYTES as u16);
        h.set_header_segments(HEADER_SEGMENTS);
        h.set_file_segments(config.file_segments.max(HEADER_SEGMENTS + 2));
        h.set_page_bytes(config.page_size.bytes() as u16);
        h.set_sign_log(Signature::new(random, sign_time));
        h.set_tm_create(tm_create);
        set_version(&mut h, config.version.unwrap_or(NEW_SEQUENCE_VERSION));
        h.set_engine_format_version(config.engine_format_version);
        h.set_dbms_param(dbms_param);
        h.set_lgpos_checkpoint(Lgpos::new(FIRST_GENERATION, HEADER_SEGMENTS, 0));
        h.set_sector_match(SectorMatch::UNKNOWN);
        h.set_filetype(FILETYPE_LOG);
        if config.circular {
            h.set_flags(LogFlags::CIRCULAR);
        }
        h.seal();

        let files = Files::new(Arc::clone(&env.fs), config);
        let mut c = Checkpoint::zeroed();
        c.set_lgpos_checkpoint(h.lgpos_checkpoint());
        c.set_lgpos_db_consistency(h.lgpos_checkpoint());
        c.set_sign_log(h.sign_log());
        c.set_dbms_param(dbms_param);
        c.set_flags(CheckpointFlags::ATTACH_LIST);
        c.set_filetype(FILETYPE_CHECKPOINT);
        checkpoint_file::write(&*env.fs, &files.checkpoint_in(checkpoint_dir), &c).map_err(io)?;

        let file = files.prepare(&h).map_err(io)?;
        files.install().map_err(io)?;
        Ok(Self::build(
            env,
            config.clone(),
            h,
            file,
            HEADER_SEGMENTS,
            0,
            false,
        ))
    }

    fn build(
        env: &Env,
        config: LogConfig,
        header: LogHeader,
        file: Arc<dyn File>,
        next: u16,
        xor: u64,
        must_roll: bool,
    ) -> Self {
        let tail = Tail::new(&header, next);
        let generation = header.generation();
        Self {
            env: env.clone(),
            files: Files::new(Arc::clone(&env.fs), &config),
            config,
            disk: Mutex::new(Disk::new(file, generation, xor)),
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
                must_roll,
            }),
        }
    }

    /// Who is to hear of new generations.
    pub fn set_watch(&self, watch: Arc<dyn RollWatch>) {
        self.state.lock().watch = Some(watch);
    }

    /// The attachment list of the headers to come.
    pub fn set_attachments(&self, attachments: AttachList<'_>) {
        self.state.lock().next.set_attachments(attachments);
    }

    /// The checkpoint of the headers to come.
    pub fn set_checkpoint(&self, checkpoint: Lgpos) {
        self.state.lock().next.set_lgpos_checkpoint(checkpoint);
    }

    /// The parameters of the headers to come; without this call those of the log before are kept.
    pub fn set_dbms_param(&self, dbms_param: DbmsParam<'_>) {
        self.state.lock().next.set_dbms_param(dbms_param);
    }

    /// Generation of the current log.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.generation.load(Ordering::Acquire)
    }

    /// Header of the current log.
    #[must_use]
    pub fn header(&self) -> LogHeader {
        self.state.lock().header.clone()
    }

    /// Position that the next record gets, if it needs no new generation.
    #[must_use]
    pub fn position(&self) -> Lgpos {
        self.state.lock().tail.cursor()
    }

    /// Up to where the log is on the disk: every record whose position is below it will be read again
    /// after a crash.
    #[must_use]
    pub fn durable(&self) -> Lgpos {
        unpack(self.durable.load(Ordering::Acquire))
    }

    /// Makes everything that was appended durable, in the configured style; gives
    /// [`LogWriter::durable`].
    pub fn flush(&self) -> Result<Lgpos, LogWriteError> {
        self.flush_as(self.config.style)
    }

    /// Makes everything that was appended durable.
    pub fn flush_as(&self, style: FlushStyle) -> Result<Lgpos, LogWriteError> {
        let mut disk = self.disk.lock();
        let mut state = self.state.lock();
        state.check()?;
        if style == FlushStyle::Fill && self.waits(&state) && !state.tail.fill() {
            // The last segment of a file is never filled: the log rolls instead, as the original's.
            match self.roll_under(&mut disk, &mut state) {
                Ok(()) => return Ok(state.tail.cursor()),
                Err(LogWriteError::SequenceEnd) => {}
                Err(e) => return Err(e),
            }
        }
        let end = state.tail.cursor();
        if !self.waits(&state) {
            return Ok(end);
        }
        let first = state.tail.take(&mut disk.out, true);
        // The appenders may go on.
        drop(state);
        match self.write_out(&mut disk, first, end) {
            Ok(()) => Ok(end),
            Err(e) => Err(self.state.lock().close(e)),
        }
    }

    /// Whether something was appended that is not durable.
    fn waits(&self, state: &State) -> bool {
        pack(state.tail.cursor()) != self.durable.load(Ordering::Acquire)
    }

    /// Makes what stands in `disk.out`, from segment `first` up to `end`, durable.
    fn write_out(&self, disk: &mut Disk, first: u16, end: Lgpos) -> std::io::Result<()> {
        disk.write(first)?;
        disk.sync()?;
        self.durable.store(pack(end), Ordering::Release);
        Ok(())
    }

    /// Makes everything up to and including the record at `pos` durable; nothing to do when it is.
    pub fn flush_to(&self, pos: Lgpos) -> Result<(), LogWriteError> {
        if self.durable() <= pos {
            self.flush()?;
        }
        Ok(())
    }

    /// Begins a new generation now (docs/format/log-files.md §6.3: backup, ForceLogRollover). What was
    /// appended is durable then.
    pub fn roll(&self) -> Result<i32, LogWriteError> {
        let mut disk = self.disk.lock();
        let mut state = self.state.lock();
        state.check()?;
        self.roll_under(&mut disk, &mut state)?;
        Ok(state.tail.generation())
    }

    /// Removes the archived generations below `generation` (circular logging: that of the checkpoint),
    /// the lowest first, and never the current one; gives how many.
    ///
    /// # Errors
    /// [`LogWriteError::Io`]; the log stays open.
    pub fn delete_below(&self, generation: i32) -> Result<u32, LogWriteError> {
        self.files
            .delete_below(generation.min(self.generation()))
            .map_err(io)
    }

    /// Makes everything durable (the rest of the last segment stays zero) and closes the log: every
    /// later call that writes gets [`LogWriteError::Ended`].
    pub fn end(&self) -> Result<Lgpos, LogWriteError> {
        let mut disk = self.disk.lock();
        let mut state = self.state.lock();
        state.check()?;
        let end = state.tail.cursor();
        if self.waits(&state) {
            let first = state.tail.take(&mut disk.out, true);
            self.write_out(&mut disk, first, end)
                .map_err(|e| state.close(e))?;
        }
        state.closed = Some(LogWriteError::Ended);
        Ok(end)
    }

    /// Closes the current generation and begins the next one.
    fn roll_under(
        &self,
        disk: &mut Disk,
        state: &mut MutexGuard<'_, State>,
    ) -> Result<(), LogWriteError> {
        // Asked first: at the end of the sequence everything stays as it is.
        if state.tail.generation() >= self.config.generation_max {
            return Err(LogWriteError::SequenceEnd);
        }
        self.try_roll(disk, state).map_err(|e| state.close_with(e))
    }

    fn try_roll(&self, disk: &mut Disk, state: &mut State) -> Result<(), LogWriteError> {
        state.tail.close();
        let first = state.tail.take(&mut disk.out, false);
        self.write_out(disk, first, state.tail.cursor())
            .map_err(io)?;

        let header = next_header(
            &self.env,
            &self.config,
            &state.header,
            &state.next,
            disk.xor(),
        )?;
        let file = self.files.prepare(&header).map_err(io)?;
        self.files.archive(state.header.generation()).map_err(io)?;
        self.files.install().map_err(io)?;

        let (generation, tm_create) = (header.generation(), header.tm_create());
        disk.restart(file, generation);
        state.tail.restart(&header);
        state.header = header;
        state.must_roll = false;
        self.generation.store(generation, Ordering::Release);
        self.durable
            .store(pack(state.tail.cursor()), Ordering::Release);
        if let Some(watch) = &state.watch {
            watch.rolled(generation, tm_create).map_err(io)?;
        }
        Ok(())
    }

    /// Writes the full segments out when the buffer has its size.
    fn spill(&self, disk: &mut Disk, state: &mut State, more: usize) -> Result<(), LogWriteError> {
        if state.tail.bytes().saturating_add(more) <= self.buffer_bytes() {
            return Ok(());
        }
        let first = state.tail.take(&mut disk.out, false);
        disk.write(first).map_err(|e| state.close(e))
    }

    fn buffer_bytes(&self) -> usize {
        usize::from(self.config.buffer_segments.max(BUFFER_SEGMENTS_MIN)) * SEGMENT_BYTES
    }

    /// Places what stands in `state.spare`, if neither the disk nor a new generation is needed.
    fn try_place(&self, state: &mut State, at: &mut Vec<Lgpos>) -> bool {
        let start = state.tail.bytes();
        let (mut end, mut from, mut fits) = (start, 0, !state.must_roll);
        for &to in &state.ends {
            let fit = state.tail.fit_behind(end, to - from);
            fits &= fit.in_generation;
            (end, from) = (fit.end, to);
        }
        if !fits || end > self.buffer_bytes() {
            return false;
        }
        state.place_all(at, &self.env);
        true
    }

    /// As [`LogWriter::try_place`], with the disk at hand: rolls and writes out as needed. All records
    /// of a call lie in one generation, if one can hold them.
    fn place(
        &self,
        disk: &mut Disk,
        state: &mut MutexGuard<'_, State>,
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        if state.must_roll {
            self.roll_under(disk, state)?;
        }
        let total = state.spare.len();
        if !state.fits_generation() {
            self.roll_under(disk, state)?;
        }
        self.spill(disk, state, total)?;
        if state.fits_generation() {
            state.place_all(at, &self.env);
            return Ok(());
        }
        // More than a generation holds: one by one.
        let spare = std::mem::take(&mut state.spare);
        let ends = std::mem::take(&mut state.ends);
        let mut from = 0;
        for to in ends {
            let record = spare.get(from..to).unwrap_or_default();
            let end = state.tail.bytes();
            if !state.tail.fit_behind(end, record.len()).in_generation {
                self.roll_under(disk, state)?;
            }
            self.spill(disk, state, record.len())?;
            at.push(state.tail.place(record, &*self.env.clock));
            from = to;
        }
        Ok(())
    }

    /// The slow way of an append: both locks.
    fn append_slowly(
        &self,
        records: &[LogRecord<'_>],
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        let mut disk = self.disk.lock();
        let mut state = self.state.lock();
        state.check()?;
        state.encode_all(records)?;
        self.place(&mut disk, &mut state, at)
    }
}

impl LogAppend for LogWriter {
    fn append_all(
        &self,
        records: &[LogRecord<'_>],
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        at.clear();
        {
            let mut state = self.state.lock();
            state.check()?;
            state.encode_all(records)?;
            if self.try_place(&mut state, at) {
                return Ok(());
            }
        }
        self.append_slowly(records, at)
    }

    fn append(&self, record: &LogRecord<'_>) -> Result<Lgpos, LogWriteError> {
        {
            let mut state = self.state.lock();
            state.check()?;
            let State {
                tail,
                spare,
                must_roll,
                ..
            } = &mut *state;
            if !*must_roll && tail.bytes().saturating_add(SEGMENT_BYTES) <= self.buffer_bytes() {
                match tail.encode(record, spare, &*self.env.clock) {
                    Ok(Some(pos)) => return Ok(pos),
                    Ok(None) => {}
                    Err(e) => return Err(LogWriteError::Record(e)),
                }
            }
        }
        let mut at = Vec::with_capacity(1);
        self.append_all(std::slice::from_ref(record), &mut at)?;
        at.first().copied().ok_or(LogWriteError::Ended)
    }
}

impl State {
    fn check(&self) -> Result<(), LogWriteError> {
        match &self.closed {
            Some(e) => Err(e.clone()),
            None => Ok(()),
        }
    }

    fn close(&mut self, e: std::io::Error) -> LogWriteError {
        self.close_with(io(e))
    }

    fn close_with(&mut self, e: LogWriteError) -> LogWriteError {
        self.closed.get_or_insert(e).clone()
    }

    /// Puts the records into bytes in `spare`: all, or an error.
    fn encode_all(&mut self, records: &[LogRecord<'_>]) -> Result<(), LogWriteError> {
        self.spare.clear();
        self.ends.clear();
        for record in records {
            let from = self.spare.len();
            record
                .write(&mut self.spare)
                .map_err(LogWriteError::Record)?;
            if !self.tail.fits_empty(self.spare.len() - from) {
                let typ = record.typ();
                return Err(LogWriteError::Record(RecordError::Length { typ }));
            }
            self.ends.push(self.spare.len());
        }
        Ok(())
    }

    fn fits_generation(&self) -> bool {
        let (mut end, mut from) = (self.tail.bytes(), 0);
        self.ends.iter().all(|&to| {
            let fit = self.tail.fit_behind(end, to - from);
            (end, from) = (fit.end, to);
            fit.in_generation
        })
    }

    fn place_all(&mut self, at: &mut Vec<Lgpos>, env: &Env) {
        let mut from = 0;
        for &to in &self.ends {
            let record = self.spare.get(from..to).unwrap_or_default();
            at.push(self.tail.place(record, &*env.clock));
            from = to;
        }
    }
}

fn set_version(h: &mut LogHeader, v: LogVersion) {
    h.set_major(v.major);
    h.set_minor(v.minor);
    h.set_update_major(v.update_major);
    h.set_update_minor(v.update_minor);
}

/// The header of the generation behind `before`; attachments, checkpoint and parameters are those of
/// `wanted`.
fn next_header(
    env: &Env,
    config: &LogConfig,
    before: &LogHeader,
    wanted: &LogHeader,
    segments_xor: u64,
) -> Result<LogHeader, LogWriteError> {
    if before.generation() >= config.generation_max {
        return Err(LogWriteError::SequenceEnd);
    }
    let mut h = before.clone();
    h.set_generation(before.generation().saturating_add(1));
    h.set_tm_prev_gen(before.tm_create());
    h.set_tm_create(LogTime::from(env.clock.now_utc()));
    h.set_prev_segments_xor(segments_xor);
    set_version(&mut h, raised(before.version(), config.version));
    h.set_engine_format_version(config.engine_format_version);
    h.set_dbms_param(wanted.dbms_param());
    h.set_attachments(wanted.attachments());
    h.set_lgpos_checkpoint(wanted.lgpos_checkpoint());
    h.set_sector_match(SectorMatch::UNKNOWN);
    h.set_filetype(FILETYPE_LOG);
    let mut flags = LogFlags::empty();
    flags.set(LogFlags::CIRCULAR, config.circular);
    flags.set(
        LogFlags::CIRCULAR_HISTORY,
        before
            .flags()
            .intersects(LogFlags::CIRCULAR | LogFlags::CIRCULAR_HISTORY),
    );
    h.set_flags(flags);
    h.seal();
    Ok(h)
}

impl fmt::Debug for LogWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogWriter")
            .field("generation", &self.generation())
            .field("durable", &self.durable())
            .finish_non_exhaustive()
    }
}
