//! The headers of new generations.
//!
//! Source: docs/format/log-files.md §3, §6.1, §6.3. Invariant: what a header says of the generation
//! before it is taken from that one's own header; a version never goes down.
#![forbid(unsafe_code)]

use super::config::{LogConfig, NEW_SEQUENCE_VERSION};
use super::prepare::Source;
use crate::format::ids::{Lgpos, LogTime, Signature};
use crate::format::log_fields::params::DbmsParam;
use crate::format::log_header::{
    FILETYPE_LOG, LogFlags, LogHeader, LogVersion, SEGMENT_BYTES, SectorMatch,
};
use crate::io::env::Env;
use crate::log::append::LogWriteError;

/// The version of the generation behind one of version `current`.
pub(super) fn raised(current: LogVersion, wanted: Option<LogVersion>) -> LogVersion {
    let wanted = wanted.unwrap_or(current);
    LogVersion {
        major: current.major.max(wanted.major),
        minor: current.minor.max(wanted.minor),
        update_major: current.update_major.max(wanted.update_major),
        update_minor: current.update_minor.max(wanted.update_minor),
    }
}

fn set_version(h: &mut LogHeader, v: LogVersion) {
    h.set_major(v.major);
    h.set_minor(v.minor);
    h.set_update_major(v.update_major);
    h.set_update_minor(v.update_minor);
}

/// The header of the first generation of a new sequence.
pub(super) fn first_header(env: &Env, config: &LogConfig, dbms_param: DbmsParam<'_>) -> LogHeader {
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
    h
}

/// Refuses a generation behind the last that may be.
pub(super) fn check_sequence_end(
    config: &LogConfig,
    before: &LogHeader,
) -> Result<(), LogWriteError> {
    if before.generation() >= config.generation_max {
        return Err(LogWriteError::SequenceEnd);
    }
    Ok(())
}

/// The header of the generation behind `before`, of at least version `version`; attachments,
/// checkpoint and parameters are those of `wanted`, and `source` is where its file comes from.
pub(super) fn next_header(
    env: &Env,
    config: &LogConfig,
    version: Option<LogVersion>,
    before: &LogHeader,
    wanted: &LogHeader,
    segments_xor: u64,
    source: Source,
) -> Result<LogHeader, LogWriteError> {
    check_sequence_end(config, before)?;
    let mut h = before.clone();
    h.set_generation(before.generation().saturating_add(1));
    h.set_tm_prev_gen(before.tm_create());
    h.set_tm_create(LogTime::from(env.clock.now_utc()));
    h.set_prev_segments_xor(segments_xor);
    set_version(&mut h, raised(before.version(), version));
    h.set_engine_format_version(config.engine_format_version);
    h.set_dbms_param(wanted.dbms_param());
    h.set_attachments(wanted.attachments());
    h.set_lgpos_checkpoint(wanted.lgpos_checkpoint());
    h.set_sector_match(SectorMatch::UNKNOWN);
    h.set_filetype(FILETYPE_LOG);
    let mut flags = LogFlags::empty();
    flags.set(LogFlags::RESERVE, source == Source::Reserve);
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
