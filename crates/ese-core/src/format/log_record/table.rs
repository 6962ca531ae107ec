//! The record table: every LRTYP with its fields. Numbers, names and layouts stand here and nowhere
//! else; how to read a row: `macros.rs`.
//!
//! Source: docs/format/log-records.md (sections at the headings below).
//! Invariant: a struct written again gives the bytes it was read from.
#![forbid(unsafe_code)]

use super::super::ids::{BkInfo, Dbtime, Lgpos, LogTime, Objid, Pgno, Signature};
use super::super::log_fields::params::DbmsParam;
use super::super::log_fields::{Field, FieldInfo, Sink, covers, put};
use super::super::page::PageFlags;
use super::common::*;
use super::macros::log_records;
use super::parts::*;
use super::{IGNORED_BYTES, Ignored, RecordError, RecordInfo};

/// First number that no record type has.
pub const LRTYP_MAX: u8 = 102;

log_records! {
'a;
records {
    // Fill and framing (log-files.md §4.3, §7).

    /// Nothing more in this segment.
    0 "NOP" Nop [1] {}
    /// Checksum of the oldest format (version 6).
    3 "MS" Ms [9] { 1 ib_forward: u16, 3 checksum: u32, 7 isec_forward: u16 }
    /// End of a version-7 log.
    4 "End" End [1] {}
    /// Framing of version 7.
    42 "Checksum" Checksum [22] {
        1 cb_backwards: u32,
        5 cb_forwards: u32,
        9 cb_next: u32,
        13 checksum: u32,
        17 short_checksum: u32,
        /// 0x9A the short checksum counts, 0xD1 it does not.
        21 use_short: u8,
    }
    /// Padding to the end of a segment.
    71 "NOP2" Nop2<'a> [5] {} lens { 1 cb: u32 = fill.len() } tail { fill: Bytes<'a> = cb }
    /// First piece of a record that does not fit into its segment.
    76 "FragmentBegin" FragmentBegin<'a> [7] {
        /// Bytes of the whole record.
        1 total: u32,
    } lens { 5 cb: u16 = data.len() } tail { data: Bytes<'a> = cb }
    /// Further piece of a record.
    77 "Fragment" Fragment<'a> [3] {} lens { 1 cb: u16 = data.len() } tail { data: Bytes<'a> = cb }

    // Transactions (§3).

    /// Inner transaction levels begin.
    5 "Begin" Begin [4] { 1 procid: u16, 3 levels: BeginLevels }
    /// One inner level commits.
    6 "Commit" Commit [4] {
        1 procid: u16,
        /// Level afterwards, 1 and up.
        3 level_to: u8,
    }
    /// Levels are rolled back.
    7 "Rollback" Rollback [4] {
        1 procid: u16,
        /// How many.
        3 levels: u8,
    }
    /// A transaction begins at level 0; its position is its start for the checkpoint.
    8 "Begin0" Begin0 [8] { 1 procid: u16, 3 levels: BeginLevels, 4 trx_begin0: u32 }
    /// A transaction commits to level 0.
    9 "Commit0" Commit0 [8] { 1 procid: u16, 3 level_to: u8, 4 trx_commit0: u32 }
    /// A transaction is moved to now (no longer written).
    10 "Refresh" Refresh [7] { 1 procid: u16, 3 trx_begin0: u32 }
    /// A macro begins; its records have exactly this dbtime (§5.7).
    11 "MacroBegin" MacroBegin [11] { 1 procid: u16, 3 dbtime: Dbtime }
    /// The macro is executed.
    12 "MacroCommit" MacroCommit [11] { 1 procid: u16, 3 dbtime: Dbtime }
    /// The macro is dropped.
    13 "MacroAbort" MacroAbort [11] { 1 procid: u16, 3 dbtime: Dbtime }
    /// Begin0 of a distributed transaction (no longer written).
    53 "BeginDT" BeginDT [8] { 1 procid: u16, 3 levels: BeginLevels, 4 trx_begin0: u32 }
    /// First phase of a distributed commit (no longer written).
    54 "PrepCommit" PrepCommit<'a> [7] { 1 procid: u16 }
        lens { 3 cb: u32 = data.len() } tail { data: Bytes<'a> = cb }
    /// A prepared transaction is given up (no longer written).
    55 "PrepRollback" PrepRollback [3] { 1 procid: u16 }
    /// Forces durability without a commit.
    57 "ForceWriteLog" ForceWriteLog [3] { 1 procid: u16 }
    /// The client's context of the commit or rollback before; see [`CommitCtx::context`].
    69 "CommitCtx" CommitCtx<'a> [7] { 5 procid: u16 }
        lens { 1 cb: u32 = body.len().saturating_add(2) } tail { body: Bytes<'a> = cb.wrapping_sub(2) }

    // One node (§4).

    /// A node is inserted at `iline`; its key is prefix ‖ suffix.
    29 "Insert" Insert<'a> [50] { 1 page: LrPage, 32 node: LrNode }
        lens { 44 cb_suffix: u16 = suffix.len(), 46 cb_prefix: u16 = prefix.len(), 48 cb_data: u16 = data.len() }
        tail {
            /// Bytes shared with the page's prefix; the node is stored compressed by them.
            prefix: Bytes<'a> = cb_prefix,
            suffix: Bytes<'a> = cb_suffix,
            data: Bytes<'a> = cb_data,
        }
    /// A flag-deleted node lives again.
    30 "FlagInsert" FlagInsert<'a> [48] { 1 page: LrPage, 32 node: LrNode }
        lens { 44 cb_key: u16 = key.len(), 46 cb_data: u16 = data.len() }
        tail { key: Bytes<'a> = cb_key, data: Bytes<'a> = cb_data }
    /// A flag-deleted node lives again with other data.
    31 "FlagInsertAndReplaceData" FlagInsertAndReplaceData<'a> [52] {
        1 page: LrPage,
        32 node: LrNode,
        /// Version entry of the replace; `node.rceid` is that of the insert.
        48 rceid_replace: u32,
    }
        lens { 44 cb_key: u16 = key.len(), 46 cb_data: u16 = data.len() }
        tail { key: Bytes<'a> = cb_key, data: Bytes<'a> = cb_data }
    /// A node is flagged deleted.
    32 "FlagDelete" FlagDelete [44] { 1 page: LrPage, 32 node: LrNode }
    /// A node's data is replaced by `data`.
    33 "Replace" Replace<'a> [50] {
        1 page: LrPage,
        32 node: LrNode,
        44 cb: DiffSize,
        /// Length of the data before.
        46 cb_old: u16,
        /// Length of the data afterwards.
        48 cb_new: u16,
    } tail { data: Bytes<'a> = cb.len() }
    /// A node's data is changed by a diff ([`super::diff`]).
    34 "ReplaceD" ReplaceD<'a> [50] {
        1 page: LrPage,
        32 node: LrNode,
        44 cb: DiffSize,
        /// Length of the data before.
        46 cb_old: u16,
        /// Length of the data afterwards.
        48 cb_new: u16,
    } tail { diff: Bytes<'a> = cb.len() }
    /// A node is removed.
    35 "Delete" Delete [44] { 1 page: LrPage, 32 node: LrNode }
    /// Before-image of an uncommitted change; no page effect.
    36 "UndoInfo" UndoInfo<'a> [56] {
        1 page: LrPage,
        32 node: LrNode,
        48 oper: UndoOper,
        50 cb_max_size: i16,
        52 cb_delta: i16,
    }
        lens { 44 cb_key: u16 = key.len(), 46 cb_bookmark_data: u16 = bookmark_data.len(), 54 cb_data: u16 = data.len() }
        tail {
            key: Bytes<'a> = cb_key,
            bookmark_data: Bytes<'a> = cb_bookmark_data,
            /// The data before.
            data: Bytes<'a> = cb_data,
        }
    /// A 32-bit escrow change.
    37 "Delta" Delta<'a> [54] {
        1 page: LrPage,
        32 node: LrNode,
        48 delta: i32,
        /// Offset inside the node's data.
        52 cb_offset: u16,
    }
        lens { 44 cb_key: u16 = key.len(), 46 cb_bookmark_data: u16 = bookmark_data.len() }
        tail { key: Bytes<'a> = cb_key, bookmark_data: Bytes<'a> = cb_bookmark_data }
    /// A 64-bit escrow change.
    93 "Delta64" Delta64<'a> [58] {
        1 page: LrPage,
        32 node: LrNode,
        48 delta: i64,
        /// Offset inside the node's data.
        56 cb_offset: u16,
    }
        lens { 44 cb_key: u16 = key.len(), 46 cb_bookmark_data: u16 = bookmark_data.len() }
        tail { key: Bytes<'a> = cb_key, bookmark_data: Bytes<'a> = cb_bookmark_data }
    /// The page's external header is replaced.
    38 "SetExternalHeader" SetExternalHeader<'a> [46] { 1 page: LrPage, 32 node: LrNode }
        lens { 44 cb_data: u16 = data.len() } tail { data: Bytes<'a> = cb_data }
    /// A change is undone on the page.
    39 "Undo" Undo<'a> [51] {
        1 page: LrPage,
        32 node: LrNode,
        48 oper: UndoOper,
        50 level: u8,
    }
        lens { 44 cb_key: u16 = key.len(), 46 cb_bookmark_data: u16 = bookmark_data.len() }
        tail { key: Bytes<'a> = cb_key, bookmark_data: Bytes<'a> = cb_bookmark_data }
    /// A tree with nothing but deleted nodes becomes an empty root.
    48 "EmptyTree" EmptyTree<'a> [46] { 1 page: LrPage, 32 node: LrNode }
        lens { 44 cb_pages: u16 = pages.len() } tail { pages: EmptyPages<'a> = cb_pages }
    /// Deleted data is overwritten.
    64 "Scrub" Scrub<'a> [54] {
        1 page: LrPage,
        32 node: LrNode,
        44 flags: ScrubFlags,
        /// Nodes that `data` speaks of: its first bytes; the rest is padding.
        48 cscrub_oper: u32,
    } lens { 52 cb_data: u16 = data.len() } tail { data: Bytes<'a> = cb_data }

    // Trees and space (§5).

    /// A page is initialised.
    95 "NewPage" NewPage [20] { 1 procid: u16, 3 dbid: u8, 4 pgno: Pgno, 8 objid: Objid, 12 dbtime: Dbtime }
    /// A tree with space trees of its own.
    24 "CreateMEFDP" CreateMEFDP [56] {
        1 page: LrPage,
        32 objid_fdp: Objid,
        36 pgno_oe: Pgno,
        40 pgno_ae: Pgno,
        44 pgno_fdp_parent: Pgno,
        48 cpg_primary: i32,
        52 page_flags: PageFlags,
    }
    /// A tree within one extent.
    25 "CreateSEFDP" CreateSEFDP [48] {
        1 page: LrPage,
        32 objid_fdp: Objid,
        36 pgno_fdp_parent: Pgno,
        40 cpg_primary: i32,
        44 page_flags: PageFlags,
    }
    /// As ConvertFDP2 (obsolete: JET_errBadLogVersion on redo).
    26 "ConvertFDP" ConvertFDP [60] {
        1 page: LrPage,
        32 objid_fdp: Objid,
        36 pgno_oe: Pgno,
        40 pgno_ae: Pgno,
        44 pgno_fdp_parent: Pgno,
        48 pgno_secondary_first: Pgno,
        52 cpg_primary: i32,
        56 cpg_secondary: i32,
    }
    /// A tree within one extent gets space trees of its own (§5.2).
    58 "ConvertFDP2" ConvertFDP2 [68] {
        1 page: LrPage,
        32 objid_fdp: Objid,
        36 pgno_oe: Pgno,
        40 pgno_ae: Pgno,
        44 pgno_fdp_parent: Pgno,
        48 pgno_secondary_first: Pgno,
        52 cpg_primary: i32,
        56 cpg_secondary: i32,
        60 rgbit_avail: u32,
        64 page_flags: PageFlags,
    }
    /// As Split2 without before-image (obsolete: JET_errBadLogVersion on redo).
    27 "Split" Split<'a> [102] {
        1 page: LrPage,
        32 pgno_new: Pgno,
        36 pgno_right: Pgno,
        40 dbtime_right_before: Dbtime,
        48 pgno_parent: Pgno,
        52 dbtime_parent_before: Dbtime,
        60 pgno_fdp: Pgno,
        64 objid_fdp: Objid,
        68 split_type: SplitType,
        69 split_oper: SplitOper,
        70 iline_oper: u16,
        72 iline_split: u16,
        74 clines: u16,
        76 new_page_flags: PageFlags,
        80 split_page_flags: PageFlags,
        84 cb_unc_free_src: u16,
        86 cb_unc_free_dest: u16,
        88 iline_prefix_split: i32,
        92 iline_prefix_new: i32,
    }
        lens { 96 cb_prefix_old: u16 = prefix_old.len(), 98 cb_prefix_new: u16 = prefix_new.len(), 100 cb_key_parent: u16 = key_parent.len() }
        tail { key_parent: Bytes<'a> = cb_key_parent, prefix_old: Bytes<'a> = cb_prefix_old, prefix_new: Bytes<'a> = cb_prefix_new }
    /// One level of a split, inside a macro (§5.3).
    62 "Split2" Split2<'a> [110] {
        1 page: LrPage,
        /// Null: no split at this level, only a pointer is inserted.
        32 pgno_new: Pgno,
        36 pgno_right: Pgno,
        40 dbtime_right_before: Dbtime,
        48 pgno_parent: Pgno,
        52 dbtime_parent_before: Dbtime,
        60 pgno_fdp: Pgno,
        64 objid_fdp: Objid,
        68 split_type: SplitType,
        69 split_oper: SplitOper,
        70 iline_oper: u16,
        72 iline_split: u16,
        /// Nodes, the one being inserted included.
        74 clines: u16,
        76 new_page_flags: PageFlags,
        /// May hold checksum and flush bits, which do not count.
        80 split_page_flags: PageFlags,
        84 cb_unc_free_src: u16,
        86 cb_unc_free_dest: u16,
        /// Line whose key is the new prefix of the split page, -1 for no prefix.
        88 iline_prefix_split: i32,
        /// Line, relative to `iline_split`, whose key is the prefix of the new page; -1.
        92 iline_prefix_new: i32,
        102 image_flags: ImageFlags,
    }
        lens {
            96 cb_prefix_old: u16 = prefix_old.len(),
            98 cb_prefix_new: u16 = prefix_new.len(),
            100 cb_key_parent: u16 = key_parent.len(),
            106 cb_image: u32 = image.len(),
        }
        tail {
            /// Separator for the parent.
            key_parent: Bytes<'a> = cb_key_parent,
            prefix_old: Bytes<'a> = cb_prefix_old,
            prefix_new: Bytes<'a> = cb_prefix_new,
            /// The page before the split, stored as `image_flags` say.
            image: Bytes<'a> = cb_image,
        }
    /// As Merge2 without before-image (obsolete: JET_errBadLogVersion on redo).
    28 "Merge" Merge<'a> [88] {
        1 page: LrPage,
        32 pgno_right: Pgno,
        36 dbtime_right_before: Dbtime,
        44 pgno_left: Pgno,
        48 dbtime_left_before: Dbtime,
        56 pgno_parent: Pgno,
        60 dbtime_parent_before: Dbtime,
        68 pgno_fdp: Pgno,
        72 objid_fdp: Objid,
        76 cb_size_total: u16,
        78 cb_size_max_total: u16,
        80 cb_unc_free_dest: u16,
        82 iline_merge: u16,
        84 flags: MergeFlags,
        85 merge_type: MergeType,
    } lens { 86 cb_key: u16 = key_parent_sep.len() } tail { key_parent_sep: Bytes<'a> = cb_key }
    /// One level of a merge, inside a macro (§5.4).
    63 "Merge2" Merge2<'a> [96] {
        1 page: LrPage,
        32 pgno_right: Pgno,
        36 dbtime_right_before: Dbtime,
        44 pgno_left: Pgno,
        48 dbtime_left_before: Dbtime,
        56 pgno_parent: Pgno,
        60 dbtime_parent_before: Dbtime,
        68 pgno_fdp: Pgno,
        72 objid_fdp: Objid,
        76 cb_size_total: u16,
        78 cb_size_max_total: u16,
        80 cb_unc_free_dest: u16,
        82 iline_merge: u16,
        84 flags: MergeFlags,
        85 merge_type: MergeType,
        88 image_flags: ImageFlags,
    }
        lens { 86 cb_key: u16 = key_parent_sep.len(), 92 cb_image: u32 = image.len() }
        tail {
            /// New separator.
            key_parent_sep: Bytes<'a> = cb_key,
            /// The page before the merge, stored as `image_flags` say.
            image: Bytes<'a> = cb_image,
        }
    /// A page moves (§5.5).
    65 "PageMove" PageMove<'a> [96] {
        1 page: LrPage,
        32 pgno_dest: Pgno,
        36 pgno_left: Pgno,
        40 pgno_right: Pgno,
        44 pgno_parent: Pgno,
        48 dbtime_left_before: Dbtime,
        56 dbtime_right_before: Dbtime,
        64 dbtime_parent_before: Dbtime,
        72 pgno_fdp: Pgno,
        76 objid_fdp: Objid,
        80 iline_parent: i32,
        84 flags: PageMoveFlags,
    }
        lens { 88 cb_header: u32 = header.len(), 92 cb_trailer: u32 = trailer.len() }
        tail {
            /// The first bytes of the source page; between header and trailer it is zero.
            header: Bytes<'a> = cb_header,
            /// Its last bytes.
            trailer: Bytes<'a> = cb_trailer,
        }
    /// A whole tree moves its roots; leads a macro (§5.6).
    96 "RootPageMove" RootPageMove [16] { 1 dbtime: Dbtime, 9 dbid: u8, 10 objid: Objid, 14 procid: u16 }
    /// Pages that the macro before touched, database 1 (informational).
    67 "MacroInfo" MacroInfo<'a> [5] {} lens { 1 cb: u32 = pgnos.len() } tail { pgnos: Pgnos<'a> = cb }
    /// Pages that the macro before touched (informational).
    73 "MacroInfo2" MacroInfo2<'a> [10] { 5 dbid: u8 }
        lens { 1 cb: u32 = pgnos.len().saturating_add(5), 6 count: u32 = pgnos.count() }
        tail { pgnos: Pgnos<'a> = count.saturating_mul(4) }

    // Database files (§6).

    /// A database is made; it is complete at CreateDBFinish.
    14 "CreateDB" CreateDb<'a> [43] {
        1 procid: u16,
        3 dbid: u8,
        4 grbit: u32,
        8 cpg_size_max: u32,
        12 sign_db: Signature,
        42 flags: DbFlags,
    }
        lens { 40 cb_path: u16 = path.len() }
        tail {
            version: CreateVersion<'a> = if flags.contains(DbFlags::VERSION) { CreateVersion::BYTES } else { 0 },
            path: Text<'a> = cb_path => flags.contains(DbFlags::UNICODE),
        }
    /// A database is complete.
    79 "CreateDBFinish" CreateDbFinish [4] { 1 procid: u16, 3 dbid: u8 }
    /// A database is attached.
    15 "AttachDB" AttachDb<'a> [75] {
        1 procid: u16,
        3 dbid: u8,
        4 cpg_size_max: u32,
        8 lgpos_consistent: Lgpos,
        16 sign_db: Signature,
        /// The log signature that the database header had before.
        44 sign_log: Signature,
        74 flags: DbFlags,
    } lens { 72 cb_path: u16 = path.len() } tail { path: Text<'a> = cb_path => flags.contains(DbFlags::UNICODE) }
    /// A database is detached.
    16 "DetachDB" DetachDb<'a> [7] { 1 procid: u16, 3 dbid: u8, 6 flags: DetachFlags }
        lens { 4 cb_path: u16 = path.len() } tail { path: Text<'a> = cb_path => flags.contains(DetachFlags::UNICODE) }
    /// A database that recovery left attached is used again.
    72 "ReAttach" ReAttach [50] { 5 dbid: u8, 6 lgpos_attach: Lgpos, 14 lgpos_consistent: Lgpos, 22 sign_db: Signature }
        lens { 1 cb: u32 = 45 }
    /// A database is attached (notification).
    97 "SignalAttachDb" SignalAttachDb [2] { 1 dbid: u8 }
    /// The database's format version changes.
    92 "SetDbVersion" SetDbVersion [14] { 1 dbid: u8, 2 major: u32, 6 update_major: u32, 10 update_minor: u32 }
    /// The file grows so that `pgno_last` is its last page.
    68 "ExtendDB" ExtendDb [10] { 5 dbid: u8, 6 pgno_last: Pgno } lens { 1 cb: u32 = 5 }
    /// The file shrinks so that `pgno_last` is its last page.
    78 "ShrinkDB" ShrinkDb [10] { 1 dbid: u8, 2 pgno_last: Pgno, 6 cpg_shrunk: i32 }
    /// As ShrinkDB.
    94 "ShrinkDB2" ShrinkDb2 [10] { 1 dbid: u8, 2 pgno_last: Pgno, 6 cpg_shrunk: i32 }
    /// As ShrinkDB, with the time.
    99 "ShrinkDB3" ShrinkDb3 [18] { 1 dbid: u8, 2 pgno_last: Pgno, 6 cpg_shrunk: i32, 10 dbtime: Dbtime }
    /// A range of pages becomes a hole.
    81 "TrimDB" TrimDb [10] { 1 dbid: u8, 2 pgno_start: Pgno, 6 cpg: i32 }
    /// An extent was freed (revert snapshots).
    100 "ExtentFreed" ExtentFreed [11] { 1 dbid: u8, 2 pgno_first: Pgno, 6 cpg: i32, 10 flags: ExtentFlags }
    /// An extent was freed (revert snapshots).
    101 "ExtentFreed2" ExtentFreed2 [19] { 1 dbid: u8, 2 pgno_first: Pgno, 6 cpg: i32, 10 flags: ExtentFlags, 11 dbtime: Dbtime }
    /// A tree is gone: cached handles of it are dropped before its space is used again.
    74 "FreeFDP" FreeFDP [15] { 5 dbid: u8, 6 pgno_fdp: Pgno, 10 trx_committed: u32, 14 fdp_type: FdpType }
        lens { 1 cb: u32 = 10 }
    /// A damaged page is asked for.
    66 "PagePatchRequest" PagePatchRequest [46] { 1 dbid: u8, 2 pgno: Pgno, 6 dbtime: Dbtime, 14 reserved: [u8; 32] }
    /// Divergence check of one page; its first two times hold stray memory.
    70 "ScanCheck" ScanCheck [44] {
        5 dbid: u8,
        6 pgno: Pgno,
        10 dbtime_page: Dbtime,
        18 dbtime_current: Dbtime,
        26 dbtime_before: Dbtime,
        34 dbtime_after: Dbtime,
        42 checksum: u16,
    } lens { 1 cb: u32 = 39 }
    /// Divergence check of one page.
    98 "ScanCheck2" ScanCheck2 [27] {
        1 dbid: u8,
        2 pgno: Pgno,
        6 flags: ScanFlags,
        7 dbtime_page: Dbtime,
        15 dbtime_current: Dbtime,
        23 checksum: u32,
    }

    // Instance (§7).

    /// An instance starts (superseded by Init2).
    1 "Init" Init<'a> [568] { 1 params: DbmsParam<'a> }
    /// An instance starts.
    49 "Init2" Init2<'a> [576] { 1 params: DbmsParam<'a>, 568 time: LogTime }
    /// All transactions have ended; the final flush follows.
    23 "ShutDownMark" ShutDownMark [1] {}
    /// Clean end (superseded by Term2).
    2 "Term" Term [18] { 1 lgpos: Lgpos, 9 lgpos_redo_from: Lgpos, 17 hard: u8 }
    /// Clean end; `lgpos` is the Init of this run.
    50 "Term2" Term2 [26] { 1 lgpos: Lgpos, 9 lgpos_redo_from: Lgpos, 17 hard: u8, 18 time: LogTime }
    /// Redo is finished, undo begins (superseded by RecoveryUndo2).
    17 "RecoveryUndo" RecoveryUndo [1] {}
    /// Redo is finished, undo begins.
    51 "RecoveryUndo2" RecoveryUndo2 [9] { 1 time: LogTime }
    /// Recovery is complete (superseded by RecoveryQuit2).
    18 "RecoveryQuit" RecoveryQuit [18] { 1 lgpos: Lgpos, 9 lgpos_redo_from: Lgpos, 17 hard: u8 }
    /// Recovery is complete; `lgpos` is its RecoveryUndo, unset when none was written.
    52 "RecoveryQuit2" RecoveryQuit2 [26] { 1 lgpos: Lgpos, 9 lgpos_redo_from: Lgpos, 17 hard: u8, 18 time: LogTime }
    /// As RecoveryQuit2, the databases stay attached.
    80 "RecoveryQuitKeepAttachments" RecoveryQuitKeepAttachments [26] { 1 lgpos: Lgpos, 9 lgpos_redo_from: Lgpos, 17 hard: u8, 18 time: LogTime }
    /// A message.
    22 "Trace" Trace<'a> [5] { 1 procid: u16 } lens { 3 cb: u16 = text.len() } tail { text: Text<'a> = cb }
    /// First record of a generation that was forced.
    61 "ForceLogRollover" ForceLogRollover<'a> [5] { 1 procid: u16 } lens { 3 cb: u16 = text.len() } tail { text: Text<'a> = cb }
    /// An API call (debug).
    21 "JetOp" JetOp [4] { 1 procid: u16, 3 op: u8 }
    /// A full backup began (obsolete).
    19 "FullBackup" FullBackup<'a> [3] {} lens { 1 cb_path: u16 = path.len() } tail { path: Text<'a> = cb_path }
    /// An incremental backup began (obsolete).
    20 "IncBackup" IncBackup<'a> [3] {} lens { 1 cb_path: u16 = path.len() } tail { path: Text<'a> = cb_path }
    /// A step of a backup (obsolete).
    46 "Backup" Backup<'a> [5] { 1 backup_type: OldBackupType, 2 reserved: u8 }
        lens { 3 cb_path: u16 = path.len() } tail { path: Text<'a> = cb_path }
    /// A step of a backup.
    60 "Backup2" Backup2<'a> [35] {
        1 phase: BackupPhase,
        2 backup_type: BackupType,
        6 scope: BackupScope,
        /// Database of phase "update header".
        7 dbid: u8,
        8 info: BkInfo,
        32 reserved: u8,
    } lens { 33 cb_path: u16 = path.len() } tail { path: Text<'a> = cb_path }
    /// First log after a restore.
    45 "ExtRestore" ExtRestore<'a> [3] {} lens { 1 cb_info: u16 = info.len() } tail { info: Text<'a> = cb_info }
    /// First log after a restore.
    59 "ExtRestore2" ExtRestore2<'a> [3] {} lens { 1 cb_info: u16 = info.len() } tail { info: Text<'a> = cb_info => true }
}
reserved {
    75 "Ignored9" Ignored9,
    82 "Ignored10" Ignored10,
    83 "Ignored11" Ignored11,
    84 "Ignored12" Ignored12,
    85 "Ignored13" Ignored13,
    86 "Ignored14" Ignored14,
    87 "Ignored15" Ignored15,
    88 "Ignored16" Ignored16,
    89 "Ignored17" Ignored17,
    90 "Ignored18" Ignored18,
    91 "Ignored19" Ignored19,
}
unsupported {
    40 "SLVPageAppend" SlvPageAppend,
    41 "SLVSpace" SlvSpace,
    43 "SLVPageMove" SlvPageMove,
    44 "ForceDetachDB" ForceDetachDb,
    47 "UpgradeDB" UpgradeDb,
    56 "DbList" DbList,
}
}
