//! The database header (DBFILEHDR): all 748 bytes of it, its states, its judgement on attach.
//!
//! The offset table is the declaration of [`DbHeader`] in [`fields`]. Two copies lie at the start of a
//! file, one page each; which one counts is [`super::header_page`]'s business.
//!
//! Source: docs/format/database-header.md §2.
//!
//! Invariant: any 748 bytes parse; what they mean is judged by the methods, not by the parser.
#![forbid(unsafe_code)]

pub mod fields;

pub use fields::DbHeader;

use super::header_page::{FileType, HEADER_MAGIC};
use super::ids::{LogTime, PageSize};
use super::version::FormatVersion;
use std::fmt;

/// `cbPageSize` 0 of old files.
pub const PAGE_SIZE_OF_OLD_FILES: PageSize = PageSize::K4;
/// `qw_sort_version` of files whose sort versions are in MSysLocales.
pub const SORT_VERSION_IN_LOCALES: u64 = u64::MAX;

/// State of a database (docs/format/database-header.md §2.5).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DbState {
    /// 1: the creation did not finish.
    JustCreated,
    /// 2: needs its logs.
    DirtyShutdown,
    /// 3: complete in itself.
    CleanShutdown,
    /// 4: being converted.
    BeingConverted,
    /// 5: obsolete.
    ForceDetach,
    /// 6: incremental reseed in progress.
    IncrementalReseed,
    /// 7: needs its logs; patched pages exist.
    DirtyAndPatched,
    /// 8: a revert is in progress.
    Revert,
    /// Any other number.
    Unknown(u32),
}

impl DbState {
    /// From the header's number.
    #[must_use]
    pub fn from_u32(v: u32) -> Self {
        match v {
            1 => Self::JustCreated,
            2 => Self::DirtyShutdown,
            3 => Self::CleanShutdown,
            4 => Self::BeingConverted,
            5 => Self::ForceDetach,
            6 => Self::IncrementalReseed,
            7 => Self::DirtyAndPatched,
            8 => Self::Revert,
            v => Self::Unknown(v),
        }
    }

    /// The header's number.
    #[must_use]
    pub fn to_u32(self) -> u32 {
        match self {
            Self::JustCreated => 1,
            Self::DirtyShutdown => 2,
            Self::CleanShutdown => 3,
            Self::BeingConverted => 4,
            Self::ForceDetach => 5,
            Self::IncrementalReseed => 6,
            Self::DirtyAndPatched => 7,
            Self::Revert => 8,
            Self::Unknown(v) => v,
        }
    }

    /// The name that `--json` shows as `state`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JustCreated => "JustCreated",
            Self::DirtyShutdown => "DirtyShutdown",
            Self::CleanShutdown => "CleanShutdown",
            Self::BeingConverted => "BeingConverted",
            Self::ForceDetach => "ForceDetach",
            Self::IncrementalReseed => "IncrementalReseed",
            Self::DirtyAndPatched => "DirtyAndPatched",
            Self::Revert => "Revert",
            Self::Unknown(_) => "Unknown",
        }
    }

    /// The state in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::JustCreated => "just created, the creation did not finish",
            Self::DirtyShutdown => "dirty shutdown, needs its logs",
            Self::CleanShutdown => "clean shutdown",
            Self::BeingConverted => "being converted to another format",
            Self::ForceDetach => "force-detached, needs its logs",
            Self::IncrementalReseed => "incremental reseed in progress",
            Self::DirtyAndPatched => "dirty and patched, needs its logs",
            Self::Revert => "revert in progress",
            Self::Unknown(_) => "unknown state",
        }
    }

    /// `true` when the database can be attached as it is.
    #[must_use]
    pub fn is_clean(self) -> bool {
        self == Self::CleanShutdown
    }
}

impl fmt::Display for DbState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl DbHeader {
    /// State in words that a program understands.
    #[must_use]
    pub fn state(&self) -> DbState {
        DbState::from_u32(self.dbstate)
    }

    /// Format version of the file.
    #[must_use]
    pub fn version(&self) -> FormatVersion {
        FormatVersion {
            major: self.version_major,
            update_major: self.update_major,
            update_minor: self.update_minor,
        }
    }

    /// Page size; `None` when the field holds none. 0 stands for 4 KiB.
    #[must_use]
    pub fn page_size(&self) -> Option<PageSize> {
        if self.cb_page_size == 0 {
            Some(PAGE_SIZE_OF_OLD_FILES)
        } else {
            PageSize::from_bytes(self.cb_page_size)
        }
    }

    /// Kind of file by the field at byte 667.
    #[must_use]
    pub fn file_type(&self) -> FileType {
        FileType::from_u32(self.filetype)
    }

    /// `true` when the magic is right.
    #[must_use]
    pub fn has_magic(&self) -> bool {
        self.magic == HEADER_MAGIC
    }

    /// Lowest and highest log generation that recovery needs; `None` when it needs none.
    #[must_use]
    pub fn required_generations(&self) -> Option<(i32, i32)> {
        (self.gen_min_required != 0 || self.gen_max_required != 0)
            .then_some((self.gen_min_required, self.gen_max_required))
    }

    /// Highest generation that the database may have seen, 0 when clean.
    #[must_use]
    pub fn committed_generation(&self) -> i32 {
        self.gen_max_committed
    }

    /// `true` when a flush map belongs to the file.
    #[must_use]
    pub fn has_flush_map(&self) -> bool {
        !self.sign_flush_map_hdr_flush.is_none()
    }

    /// `true` when the file is the copy of a streaming backup that was not yet made whole by its
    /// trailer (docs/format/backup-files.md §4).
    #[must_use]
    pub fn is_unfinished_backup_copy(&self) -> bool {
        self.bkinfo_full_cur.gen_low != 0 && self.bkinfo_full_cur.gen_high == 0
    }

    /// Operating system that last attached the file, as `major.minor.build.servicepack`; `None` when
    /// the file does not say.
    #[must_use]
    pub fn os_version(&self) -> Option<String> {
        let service_pack = self.os_service_pack & 0x7FFF_FFFF;
        (self.os_major != 0).then(|| {
            format!(
                "{}.{}.{}.{service_pack}",
                self.os_major, self.os_minor, self.os_build
            )
        })
    }

    /// Time of the last change that a header records: the newest of consistent, attach and detach.
    #[must_use]
    pub fn last_time(&self) -> LogTime {
        [
            self.logtime_detach,
            self.logtime_consistent,
            self.logtime_attach,
        ]
        .into_iter()
        .find(|t| !t.is_none())
        .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
