//! The header of a log file: its first 4,096 bytes.
//!
//! ```text
//! off size field                          off  size field
//!   0    4 checksum (XOR, §3.1)            639    1 flags
//!   4    4 generation                      640    8 lgposCheckpoint
//!   8    2 cbSec (4096 from version 8 on)  648    4 update minor version
//!  10    2 csecHeader                      652    1 sector size match
//!  12    2 csecLGFile                      653    8 checksumPrevLogAllSegments
//!  14    2 page size (0: 4096)             661    4 engine format version (diagnostic)
//!  16    8 tmCreate                        665    2 reserved
//!  24    8 tmPrevGen                       667    4 file type: 3
//!  32   12 major, minor, update major      671 2048 attachment list
//!  44   28 signLog                        2719 1377 zero
//!  72  567 DBMS_PARAM
//! ```
//! Source: docs/format/log-files.md §3.
//!
//! Invariants: a parsed header has a right checksum, the file type of a log and a possible geometry;
//! version is judged apart ([`LogVersion::support`]), so that a tool can show what it cannot read.
#![forbid(unsafe_code)]

use super::bytes::{all_zero, i32_at};
use super::checksum::header_xor;
use super::ids::{Lgpos, LogTime, PageSize, Signature};
use super::log_fields::attach::AttachList;
use super::log_fields::params::DbmsParam;
use super::log_fields::{fixed_block, flags_field, open_enum};
use crate::error::{HasJetErr, JetErr};
use std::fmt;

/// Bytes of the header.
pub const LOG_HEADER_BYTES: usize = 4096;
/// `filetype` of a log.
pub const FILETYPE_LOG: u32 = 3;
/// Size of a segment from version 8 on.
pub const SEGMENT_BYTES: usize = 4096;

bitflags::bitflags! {
    /// `fLGFlags` of a log header.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct LogFlags: u8 {
        /// Made from a reserve log (the disk was full).
        const RESERVE = 0x01;
        /// Circular logging is on.
        const CIRCULAR = 0x02;
        /// Circular logging was on in this or an earlier generation.
        const CIRCULAR_HISTORY = 0x04;
        const _ = !0;
    }
}
flags_field!(LogFlags as u8);

open_enum! {
    /// `bDiskSecSizeMismatch`: how the disk's sector relates to cbSec.
    SectorMatch: u8 {
        0 UNKNOWN "unknown",
        1 MATCH "equal",
        2 IS_512 "512",
        3 IS_1024 "1024",
        4 IS_2048 "2048",
        5 IS_4096 "4096",
        255 OTHER "other",
    }
}

fixed_block! {
    /// A log header: getters, setters and the printer come from its field table; see the module.
    LogHeader [4096] {
        /// XOR checksum; [`LogHeader::seal`] sets it.
        0 checksum / set_checksum: u32,
        /// Generation of this file, from 1.
        4 generation / set_generation: i32,
        /// Bytes of a segment (before version 8: of a disk sector).
        8 segment_bytes / set_segment_bytes: u16,
        /// Segments of the header.
        10 header_segments / set_header_segments: u16,
        /// Segments of the whole file.
        12 file_segments / set_file_segments: u16,
        /// Database page size in bytes as stored; 0 means 4,096 (see [`LogHeader::page_size`]).
        14 page_bytes / set_page_bytes: u16,
        /// When this generation was made.
        16 tm_create / set_tm_create: LogTime,
        /// When the generation before was made; none for the first of a sequence.
        24 tm_prev_gen / set_tm_prev_gen: LogTime,
        /// Major version.
        32 major / set_major: u32,
        /// Minor version: 4000 for version 8, 3704 for version 7.
        36 minor / set_minor: u32,
        /// Update-major version.
        40 update_major / set_update_major: u32,
        /// Signature of the log sequence.
        44 sign_log / set_sign_log: Signature,
        /// Parameters and paths of the instance.
        72 dbms_param / set_dbms_param: DbmsParam<'_>,
        /// Flags.
        639 flags / set_flags: LogFlags,
        /// Checkpoint in memory when the file was made (informational).
        640 lgpos_checkpoint / set_lgpos_checkpoint: Lgpos,
        /// Update-minor version.
        648 update_minor / set_update_minor: u32,
        /// How the disk's sector size relates to the segment size.
        652 sector_match / set_sector_match: SectorMatch,
        /// XOR of the segment checksums of the generation before; counts from update-minor 13 on.
        653 prev_segments_xor / set_prev_segments_xor: u64,
        /// Engine format version of the program that made the file (diagnostic).
        661 engine_format_version / set_engine_format_version: u32,
        /// Zero.
        665 reserved / set_reserved: u16,
        /// 3; 0 in very old logs.
        667 filetype / set_filetype: u32,
        /// Databases attached when the file was made.
        671 attachments / set_attachments: AttachList<'_>,
        /// Zero.
        2719 padding / set_padding: [u8; 1377],
    }
}

/// Version of a log: sorts in the order of the format's history.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct LogVersion {
    /// Major.
    pub major: u32,
    /// Minor (deprecated; 4000 or 3704).
    pub minor: u32,
    /// Update major.
    pub update_major: u32,
    /// Update minor.
    pub update_minor: u32,
}

/// Set in every value of JET_paramEngineFormatVersion that is no plain number ("jethdr.w",
/// JET_efvUseEngineDefault and others).
const EFV_SPECIAL: u32 = 0x4000_0000;

/// The engine format versions that changed the log version (docs/format/log-files.md §3.2).
const VERSION_STEPS: &[(u32, LogVersion)] = &[
    (8020, LogVersion::v8(4, 3)),
    (8520, LogVersion::v8(5, 14)),
    (8920, LogVersion::v8(5, 16)),
    (8940, LogVersion::v8(6, 20)),
    (8980, LogVersion::v8(7, 40)),
    (9040, LogVersion::v8(20, 60)),
    (9100, LogVersion::v8(30, 80)),
    (9120, LogVersion::v8(40, 100)),
    (9140, LogVersion::v8(50, 120)),
    (9160, LogVersion::v8(60, 140)),
    (9320, LogVersion::v8(70, 160)),
    (9340, LogVersion::v8(80, 180)),
    (9360, LogVersion::v8(90, 200)),
    (9420, LogVersion::v8(100, 220)),
    (9480, LogVersion::v8(110, 240)),
    (9500, LogVersion::v8(120, 260)),
    (9580, LogVersion::v8(130, 280)),
];

/// What can be done with a log of some version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogSupport {
    /// Segment format (version 8), of a version that is known.
    Segments,
    /// Segment format, newer than what is known: readable as far as its records are known.
    Newer,
    /// Version 7.3704: header and chain only, its records are not read.
    Legacy,
    /// Anything else.
    Unknown,
}

impl LogVersion {
    /// The newest version that is known (engine format version 9600, docs/format/log-files.md §3.2).
    pub const KNOWN_MAX: Self = Self::v8(130, 280);
    /// From here on unused segments are zero.
    pub const ZERO_FILLED: Self = Self::v8(2, 0);
    /// From here on a checkpoint holds the list of attached databases.
    pub const ATTACH_IN_CHECKPOINT: Self = Self::v8(4, 3);
    /// Major number of the segment format.
    pub const MAJOR: u32 = 8;
    /// Minor number of the segment format.
    pub const MINOR: u32 = 4000;
    /// Major number of the format with Checksum records.
    pub const LEGACY_MAJOR: u32 = 7;
    /// Minor number of the format with Checksum records.
    pub const LEGACY_MINOR: u32 = 3704;
    /// From this update-minor version on the header holds the XOR of the generation before.
    pub const UPDATE_MINOR_PREV_XOR: u32 = 13;

    const fn v8(update_major: u32, update_minor: u32) -> Self {
        Self {
            major: Self::MAJOR,
            minor: Self::MINOR,
            update_major,
            update_minor,
        }
    }

    /// The version that an engine format version (JET_paramEngineFormatVersion, a plain number)
    /// writes: that of the newest step at or below it; `None` below the first (8020).
    #[must_use]
    pub fn of_efv(efv: u32) -> Option<Self> {
        let step = VERSION_STEPS.iter().rev().find(|(from, _)| *from <= efv)?;
        Some(step.1)
    }

    /// The highest version that logs may have under a setting of JET_paramEngineFormatVersion; `None`
    /// for one that takes logs as they are (JET_efvUsePersistedFormat,
    /// JET_efvAllowHigherPersistedFormat, JET_efvUseEngineDefault).
    #[must_use]
    pub fn max_of_setting(setting: u32) -> Option<Self> {
        if setting & EFV_SPECIAL != 0 {
            return None;
        }
        Self::of_efv(setting)
    }

    /// What can be done with it.
    #[must_use]
    pub fn support(self) -> LogSupport {
        match (self.major, self.minor) {
            (Self::MAJOR, Self::MINOR)
                if self.update_major <= Self::KNOWN_MAX.update_major
                    && self.update_minor <= Self::KNOWN_MAX.update_minor =>
            {
                LogSupport::Segments
            }
            (Self::MAJOR, Self::MINOR) => LogSupport::Newer,
            (Self::LEGACY_MAJOR, Self::LEGACY_MINOR) => LogSupport::Legacy,
            _ => LogSupport::Unknown,
        }
    }

    /// `true` when `checksumPrevLogAllSegments` counts.
    #[must_use]
    pub fn has_prev_segments_xor(self) -> bool {
        self.major == Self::MAJOR && self.update_minor >= Self::UPDATE_MINOR_PREV_XOR
    }
}

impl fmt::Display for LogVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}.{}",
            self.major, self.minor, self.update_major, self.update_minor
        )
    }
}

/// Why bytes are no log header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogHeaderError {
    /// Fewer than 4,096 bytes.
    #[error("a log header has 4096 bytes, the file has {0}")]
    Short(usize),
    /// Nothing but zeros: a log file that was prepared and never used, or lost.
    #[error("the log header is all zero")]
    Zero,
    /// The log of a JET that this format comes from.
    #[error("the log belongs to an ancient engine (format {0})")]
    Ancient(u16),
    /// The checksum does not fit.
    #[error("the log header's checksum is {stored:08x}, its bytes give {computed:08x}")]
    Checksum {
        /// What stands in the file.
        stored: u32,
        /// What the bytes give.
        computed: u32,
    },
    /// Another kind of file.
    #[error("file type {0} is not that of a log (3)")]
    FileType(u32),
    /// Segment size, header length or file length are impossible.
    #[error(
        "impossible geometry: {segment_bytes} bytes a segment, {header_segments} of the header, {file_segments} in all"
    )]
    Geometry {
        /// cbSec.
        segment_bytes: u16,
        /// csecHeader.
        header_segments: u16,
        /// csecLGFile.
        file_segments: u16,
    },
}

impl HasJetErr for LogHeaderError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Short(_) => JetErr::FILE_IO_BEYOND_EOF,
            Self::FileType(_) => JetErr::FILE_INVALID_TYPE,
            Self::Ancient(_) => JetErr::BAD_LOG_VERSION,
            Self::Zero | Self::Checksum { .. } | Self::Geometry { .. } => JetErr::LOG_FILE_CORRUPT,
        }
    }
}

impl LogHeader {
    /// Reads and checks a header: old layouts, checksum, file type, geometry.
    pub fn parse(b: &[u8]) -> Result<Self, LogHeaderError> {
        let header = Self::unchecked(b).ok_or(LogHeaderError::Short(b.len()))?;
        if all_zero(&header.bytes) {
            return Err(LogHeaderError::Zero);
        }
        let (stored, computed) = (header.checksum(), header_xor(&header.bytes));
        if stored != computed {
            // Only then: a whole header of today may hold any of these numbers by chance.
            return Err(ancient(&header.bytes).map_or(
                LogHeaderError::Checksum { stored, computed },
                LogHeaderError::Ancient,
            ));
        }
        if !matches!(header.filetype(), FILETYPE_LOG | 0) {
            return Err(LogHeaderError::FileType(header.filetype()));
        }
        header.check_geometry()?;
        Ok(header)
    }

    fn check_geometry(&self) -> Result<(), LogHeaderError> {
        let segment = usize::from(self.segment_bytes());
        let known = match self.version().support() {
            LogSupport::Segments | LogSupport::Newer => segment == SEGMENT_BYTES,
            LogSupport::Legacy | LogSupport::Unknown => {
                segment.is_power_of_two() && (512..=SEGMENT_BYTES).contains(&segment)
            }
        };
        let header = usize::from(self.header_segments());
        // Header, one data segment, and the one reserved for a shadow.
        let room = self.file_segments() >= self.header_segments().saturating_add(2);
        if known && header.checked_mul(segment) == Some(LOG_HEADER_BYTES) && room {
            Ok(())
        } else {
            Err(LogHeaderError::Geometry {
                segment_bytes: self.segment_bytes(),
                header_segments: self.header_segments(),
                file_segments: self.file_segments(),
            })
        }
    }

    /// Version of the format.
    #[must_use]
    pub fn version(&self) -> LogVersion {
        LogVersion {
            major: self.major(),
            minor: self.minor(),
            update_major: self.update_major(),
            update_minor: self.update_minor(),
        }
    }

    /// Size of the database pages, `None` when the number is no page size.
    #[must_use]
    pub fn page_size(&self) -> Option<PageSize> {
        match self.page_bytes() {
            0 => Some(PageSize::K4),
            n => PageSize::from_bytes(u32::from(n)),
        }
    }

    /// Length that the file must have, in bytes.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        u64::from(self.segment_bytes()) * u64::from(self.file_segments())
    }

    /// Computes and stores the checksum; the last step of a builder.
    pub fn seal(&mut self) {
        let sum = header_xor(&self.bytes);
        self.set_checksum(sum);
    }

    /// `true` when the stored checksum fits.
    #[must_use]
    pub fn checksum_ok(&self) -> bool {
        self.checksum() == header_xor(&self.bytes)
    }
}

/// Recognises the headers of three ancestors (docs/format/log-files.md §3.2).
fn ancient(b: &[u8]) -> Option<u16> {
    let at = |off| i32_at(b, off).unwrap_or(0);
    if at(24) == 4 && matches!(at(28), 909 | 995) && at(32) == 0 {
        Some(500)
    } else if at(20) == 443 && at(24) == 0 && at(28) == 0 {
        Some(400)
    } else if at(44) == 0 && at(48) == 0x00CA_0001 {
        Some(200)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> LogHeader {
        let mut h = LogHeader::zeroed();
        h.set_generation(7);
        h.set_segment_bytes(4096);
        h.set_header_segments(1);
        h.set_file_segments(32);
        h.set_page_bytes(0x8000);
        h.set_major(8);
        h.set_minor(4000);
        h.set_update_major(5);
        h.set_update_minor(16);
        h.set_filetype(FILETYPE_LOG);
        h.set_flags(LogFlags::CIRCULAR);
        h.set_padding([0xA5; 1377]);
        h.seal();
        h
    }

    #[test]
    fn built_headers_parse_and_rebuild() {
        let h = header();
        let p = LogHeader::parse(h.as_bytes()).unwrap();
        assert_eq!(p, h);
        assert_eq!(p.rebuilt().as_bytes(), h.as_bytes());
        assert_eq!(p.version().to_string(), "8.4000.5.16");
        assert_eq!(p.version().support(), LogSupport::Segments);
        assert_eq!(p.page_size(), Some(PageSize::K32));
        assert_eq!(p.file_bytes(), 131_072);
        let mut names = Vec::new();
        p.show(&mut |n, v| names.push(format!("{n}={v}")));
        assert!(names.contains(&"generation=7".to_owned()), "{names:?}");
        assert!(names.contains(&"flags=CIRCULAR".to_owned()), "{names:?}");
    }

    #[test]
    fn versions_of_engine_format_versions() {
        let text = |efv| LogVersion::of_efv(efv).map(|v| v.to_string());
        assert_eq!(text(8019), None);
        for (efv, version) in [
            (8020, "8.4000.4.3"),
            (8620, "8.4000.5.14"),
            (8920, "8.4000.5.16"),
            (9180, "8.4000.60.140"),
            (9420, "8.4000.100.220"),
            (9600, "8.4000.130.280"),
            (9999, "8.4000.130.280"),
        ] {
            assert_eq!(text(efv).as_deref(), Some(version), "{efv}");
        }
        assert_eq!(
            VERSION_STEPS.last().map(|s| s.1),
            Some(LogVersion::KNOWN_MAX)
        );
        assert!(VERSION_STEPS.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(LogVersion::max_of_setting(0x4000_0001), None);
        assert_eq!(
            LogVersion::max_of_setting(8920),
            Some(LogVersion::v8(5, 16))
        );
    }

    #[test]
    fn every_flipped_byte_is_seen() {
        let h = header();
        for i in 0..LOG_HEADER_BYTES {
            let mut b = h.as_bytes().to_vec();
            b[i] ^= 0x10;
            assert!(
                matches!(LogHeader::parse(&b), Err(LogHeaderError::Checksum { .. })),
                "byte {i}"
            );
        }
    }

    #[test]
    fn what_is_no_log_is_said() {
        assert_eq!(LogHeader::parse(&[]), Err(LogHeaderError::Short(0)));
        assert_eq!(LogHeader::parse(&[0; 4096]), Err(LogHeaderError::Zero));
        let mut h = header();
        h.set_filetype(1);
        h.seal();
        assert_eq!(
            LogHeader::parse(h.as_bytes()),
            Err(LogHeaderError::FileType(1))
        );
        let mut h = header();
        h.set_segment_bytes(512);
        h.seal();
        assert!(matches!(
            LogHeader::parse(h.as_bytes()),
            Err(LogHeaderError::Geometry { .. })
        ));
        let mut b = header().as_bytes().to_vec();
        b[24..36].copy_from_slice(&[4, 0, 0, 0, 0xE3, 3, 0, 0, 0, 0, 0, 0]);
        assert_eq!(LogHeader::parse(&b), Err(LogHeaderError::Ancient(500)));
    }

    #[test]
    fn versions_are_told_apart() {
        let v = |major, minor, update_major, update_minor| LogVersion {
            major,
            minor,
            update_major,
            update_minor,
        };
        assert_eq!(v(8, 4000, 130, 280).support(), LogSupport::Segments);
        assert_eq!(v(8, 4000, 130, 281).support(), LogSupport::Newer);
        assert_eq!(v(8, 4000, 131, 0).support(), LogSupport::Newer);
        assert_eq!(v(7, 3704, 17, 0).support(), LogSupport::Legacy);
        assert_eq!(v(6, 1503, 0, 0).support(), LogSupport::Unknown);
        assert!(v(8, 4000, 5, 16) < v(8, 4000, 60, 140));
    }
}
