//! What many records share: the page head, the node head, flags and small enumerations.
//!
//! ```text
//! LRPAGE (from offset 1)                 LRNODE (from offset 32)
//!   1  2 procid          16  8 dbtimeBefore   32  4 rceid
//!   3  1 dbid            24  4 trxBegin0      36  4 pgnoFDP
//!   4  4 pgno            28  1 level          40  4 objidFDP
//!   8  8 dbtime (after)  29  2 iline
//!                        31  1 flags
//! ```
//! Source: docs/format/log-records.md §2, and the sections named at each type.
//! Invariant: unknown flags and values are kept.
#![forbid(unsafe_code)]

use super::super::bytes::slice;
use super::super::ids::{Dbtime, Objid, Pgno};
use super::super::log_fields::{Field, Sink, covers, flags_field, open_enum, sub};

/// Session number of version cleanup.
pub const PROCID_VERSION_CLEANUP: u16 = 0xFFFC;
/// Session number of the cleanup callback.
pub const PROCID_CLEANUP_CALLBACK: u16 = 0xFFFB;
/// "No time": dbtimeBefore of a new page, of a node record inside a split, of UndoInfo.
pub const DBTIME_NIL: Dbtime = Dbtime(u64::MAX);
/// "Not a time": PageMove of a page that has no such neighbour.
pub const DBTIME_INVALID: Dbtime = Dbtime(u64::MAX - 1);

macro_rules! group {
    ($(#[$meta:meta])* $name:ident [$base:literal .. $end:literal] {
        $( $(#[$fmeta:meta])* $off:literal $field:ident : $ty:ty ),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name {
            $(
                $(#[$fmeta])*
                #[doc = concat!("Offset ", stringify!($off), " of the record.")]
                pub $field: $ty
            ),*
        }

        const _: () = assert!(covers($base, $end, &[$(($off, <$ty as Field<'_>>::BYTES)),*]));

        impl Field<'_> for $name {
            const BYTES: usize = $end - $base;
            #[inline]
            fn get(b: &[u8], off: usize) -> Self {
                let b = slice(b, off, Self::BYTES).unwrap_or_default();
                Self { $($field: <$ty as Field<'_>>::get(b, $off - $base)),* }
            }
            fn store(&self, dst: &mut [u8]) {
                $(
                    let from = $off - $base;
                    let end = from + <$ty as Field<'_>>::BYTES;
                    self.$field.store(dst.get_mut(from..end).unwrap_or_default());
                )*
            }
            fn show(&self, _: &str, sink: &mut Sink<'_>) {
                $(self.$field.show(stringify!($field), sink);)*
            }
        }
    };
}

group! {
    /// Head of every record that changes pages (docs/format/log-records.md §2.1).
    LrPage [1..32] {
        /// Session.
        1 procid: u16,
        /// Database.
        3 dbid: u8,
        /// Page operated on.
        4 pgno: Pgno,
        /// Time after the change: what the page gets.
        8 dbtime: Dbtime,
        /// Time on the page before; [`DBTIME_NIL`] where it does not apply.
        16 dbtime_before: Dbtime,
        /// Transaction id of the session's begin-0.
        24 trx_begin0: u32,
        /// Level of the session's transaction; 0 for a proxy whose owner has committed.
        28 level: u8,
        /// Node on the page, from 0.
        29 iline: u16,
        /// Flags.
        31 flags: LrFlags,
    }
}

group! {
    /// Second head of records that change a node (docs/format/log-records.md §2.2).
    LrNode [32..44] {
        /// Version-store entry, 0 for none: pairs Replace and FlagDelete with UndoInfo and Undo.
        32 rceid: u32,
        /// Root page of the tree.
        36 pgno_fdp: Pgno,
        /// Object id of the tree.
        40 objid_fdp: Objid,
    }
}

bitflags::bitflags! {
    /// Flags of [`LrPage`].
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct LrFlags: u8 {
        /// A version-store entry must exist.
        const VERSIONED = 0x01;
        /// Deleted (no longer written).
        const DELETED = 0x02;
        /// The tree has unique keys.
        const UNIQUE = 0x04;
        /// Operation on a space tree.
        const SPACE = 0x08;
        /// By a concurrent index creation.
        const CONCURRENT_CREATE_INDEX = 0x10;
        /// By a background task of the system.
        const SYSTEM_TASK = 0x20;
        const _ = !0;
    }

    /// Flags of CreateDB (offset 42) and AttachDB (74).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct DbFlags: u8 {
        /// CreateDB: version numbers stand before the path.
        const VERSION = 0x04;
        /// The path is UTF-16LE.
        const UNICODE = 0x08;
        /// Sparse file operations are allowed.
        const SPARSE = 0x10;
        const _ = !0;
    }

    /// Flags of DetachDB (offset 6).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct DetachFlags: u8 {
        /// The path is UTF-16LE.
        const UNICODE = 0x10;
        const _ = !0;
    }

    /// How a page image inside Split2 and Merge2 is stored; 0 is the raw page.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct ImageFlags: u32 {
        /// The free gap between data and tags is left out.
        const DEHYDRATED = 1;
        /// An XPRESS blob.
        const XPRESS = 2;
        const _ = !0;
    }

    /// Flags of Merge2 (offset 84).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct MergeFlags: u8 {
        /// The separator's key changes.
        const KEY_CHANGE = 1;
        /// The child pointer goes.
        const DELETE_NODE = 2;
        /// The page is emptied.
        const EMPTY_PAGE = 4;
        const _ = !0;
    }

    /// Flags of PageMove (offset 84); none for a page that is no root.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct PageMoveFlags: u32 {
        /// Root of the tree.
        const ROOT_FDP = 1;
        /// Root of its owned extents.
        const ROOT_OE = 2;
        /// Root of its available extents.
        const ROOT_AE = 4;
        const _ = !0;
    }

    /// Flags of Scrub (offset 44).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct ScrubFlags: u32 {
        /// The page is not in use.
        const UNUSED = 1;
        const _ = !0;
    }

    /// Flags of ExtentFreed (offset 10).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct ExtentFlags: u8 {
        /// Root of a table.
        const TABLE_ROOT = 1;
        /// Empty pages of a deleted tree.
        const EMPTY_PAGES = 2;
        const _ = !0;
    }

    /// Flags of ScanCheck2 (offset 6); the low two bits are the source.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct ScanFlags: u8 {
        /// The tree was deleted.
        const FDP_DELETED = 0x20;
        /// The page is empty.
        const EMPTY_PAGE = 0x40;
        /// The object id is invalid.
        const OBJID_INVALID = 0x80;
        const _ = !0;
    }

    /// Flags of CommitCtx.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct CommitCtxFlags: u8 {
        /// Call back on redo.
        const CALLBACK_ON_REDO = 1;
        /// The client's own data.
        const CUSTOMER = 2;
        /// Pre-commit callback.
        const PRE_COMMIT = 4;
        const _ = !0;
    }
}
flags_field!(
    LrFlags as u8,
    DbFlags as u8,
    DetachFlags as u8,
    ImageFlags as u32,
    MergeFlags as u8,
    PageMoveFlags as u32,
    ScrubFlags as u32,
    ExtentFlags as u8,
    ScanFlags as u8,
    CommitCtxFlags as u8,
);

open_enum! {
    /// Split2, offset 68: which way a page was split.
    SplitType: u8 {
        0 VERTICAL "vertical",
        1 RIGHT "right",
        2 APPEND "append",
    }

    /// Split2, offset 69: what the operation that caused the split does.
    SplitOper: u8 {
        0 NONE "none",
        1 INSERT "insert",
        2 REPLACE "replace",
        3 FLAG_INSERT_AND_REPLACE_DATA "flag insert and replace data",
    }

    /// Merge2, offset 85.
    MergeType: u8 {
        0 NONE "none",
        1 EMPTY_PAGE "empty page",
        2 FULL_RIGHT "full right",
        3 PARTIAL_RIGHT "partial right",
        4 EMPTY_TREE "empty tree",
        5 FULL_LEFT "full left",
        6 PARTIAL_LEFT "partial left",
    }

    /// Undo and UndoInfo: the operation that is or may be undone.
    UndoOper: u16 {
        1 INSERT "insert",
        2 REPLACE "replace",
        3 FLAG_DELETE "flag delete",
        4 DELTA "delta",
        9 DELTA64 "delta64",
    }

    /// Backup2, offset 1.
    BackupPhase: u8 {
        1 BEGIN "begin",
        2 PREPARE_LOGS "prepare logs",
        3 TRUNCATE "truncate",
        4 UPDATE "update header",
        5 ABORT "abort",
        6 STOP "stop",
    }

    /// Backup2, offset 2.
    BackupType: u32 {
        0 NORMAL "streaming",
        1 OS_SNAPSHOT "OS snapshot",
        2 SNAPSHOT "snapshot",
        3 SURROGATE "surrogate",
    }

    /// Backup2, offset 6.
    BackupScope: u8 {
        1 FULL "full",
        2 INCREMENTAL "incremental",
        5 COPY "copy",
        6 DIFFERENTIAL "differential",
    }

    /// Backup (46), offset 1.
    OldBackupType: u8 {
        0 FULL "full",
        1 INCREMENTAL "incremental",
        2 SNAPSHOT_START "snapshot start",
        3 SNAPSHOT_STOP "snapshot stop",
        4 TRUNCATE "truncate",
        5 OS_SNAPSHOT "OS snapshot",
        6 OS_SNAPSHOT_INCREMENTAL "OS snapshot incremental",
    }

    /// FreeFDP, offset 14.
    FdpType: u8 {
        1 TABLE "table",
        2 INDEX "index",
    }
}

/// Levels of a Begin record: low nibble the level before, high nibble how many levels begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BeginLevels(pub u8);

impl BeginLevels {
    /// From level `from`, `count` levels begin; both below 16.
    #[must_use]
    pub fn new(from: u8, count: u8) -> Self {
        Self((from & 0x0F) | (count << 4))
    }

    /// Level before.
    #[must_use]
    pub fn from(self) -> u8 {
        self.0 & 0x0F
    }

    /// Levels that begin.
    #[must_use]
    pub fn count(self) -> u8 {
        self.0 >> 4
    }
}

impl Field<'_> for BeginLevels {
    const BYTES: usize = 1;
    fn get(b: &[u8], off: usize) -> Self {
        Self(u8::get(b, off))
    }
    fn store(&self, dst: &mut [u8]) {
        self.0.store(dst);
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        sink(&sub(name, "from"), &self.from());
        sink(&sub(name, "count"), &self.count());
    }
}

/// Length of the data of Replace and ReplaceD: 15 bits and, above them, whether a diff has wide
/// headers (docs/format/log-records.md §4.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DiffSize(pub u16);

impl DiffSize {
    const WIDE: u16 = 0x8000;

    /// A length below 32,768, `None` for a longer one.
    #[must_use]
    pub fn new(len: usize, wide: bool) -> Option<Self> {
        let len = u16::try_from(len).ok().filter(|&n| n & Self::WIDE == 0)?;
        Some(Self(len | if wide { Self::WIDE } else { 0 }))
    }

    /// Length in bytes.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a number, not a container")]
    pub fn len(self) -> usize {
        usize::from(self.0 & !Self::WIDE)
    }

    /// `true` for three-byte diff headers (pages of 16 KiB and more).
    #[must_use]
    pub fn is_wide(self) -> bool {
        self.0 & Self::WIDE != 0
    }
}

impl Field<'_> for DiffSize {
    const BYTES: usize = 2;
    fn get(b: &[u8], off: usize) -> Self {
        Self(u16::get(b, off))
    }
    fn store(&self, dst: &mut [u8]) {
        self.0.store(dst);
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        sink(&sub(name, "wide"), &self.is_wide());
    }
}
