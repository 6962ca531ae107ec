//! The fields of the database header, by offset.
//!
//! Source: docs/format/database-header.md §2. Older engines define fewer fields at the end; the bytes
//! are zero there.
//!
//! Invariant: the table covers bytes 0-747 without a gap (checked when compiled).
#![forbid(unsafe_code)]

use crate::format::fields::on_disk;
use crate::format::ids::{BkInfo, Dbtime, Lgpos, LogTime, Signature};

on_disk! {
    /// The database header. Fields hold what is on disk, unjudged; times are UTC or local as their
    /// own bit says; numbers without a unit are counts.
    pub struct DbHeader: 748 bytes {
        /// Header XOR of the whole page ([`super::super::checksum::header_xor`]).
        0 checksum: u32,
        /// [`super::HEADER_MAGIC`].
        4 magic: u32,
        /// Version major, 0x620.
        8 version_major: u32,
        /// Legacy file type: 0 database, 1 streaming file (withdrawn).
        12 attrib: u32,
        /// Highest dbtime handed out.
        16 dbtime_dirtied: Dbtime,
        /// Signature of the database.
        24 sign_db: Signature,
        /// State as a number, see [`super::DbState`].
        52 dbstate: u32,
        /// Last consistent point; of a clean file the detach.
        56 lgpos_consistent: Lgpos,
        /// Time of it.
        64 logtime_consistent: LogTime,
        /// Time of the last attach.
        72 logtime_attach: LogTime,
        /// Position of the last attach.
        80 lgpos_attach: Lgpos,
        /// Time of the last detach; not set while attached.
        88 logtime_detach: LogTime,
        /// Position of the last detach; not set while attached.
        96 lgpos_detach: Lgpos,
        /// Slot in the instance that attached it: 0 temporary, 1 and up.
        104 dbid: u32,
        /// Signature of the log sequence; not set if never logged.
        108 sign_log: Signature,
        /// Last full backup.
        136 bkinfo_full_prev: BkInfo,
        /// Last incremental backup.
        160 bkinfo_inc_prev: BkInfo,
        /// Full backup in progress, or just restored.
        184 bkinfo_full_cur: BkInfo,
        /// Flags: byte 0 obsolete bits, byte 3 which engine flavours attached it.
        208 db_flags: u32,
        /// Highest object id ever given out.
        212 objid_last: u32,
        /// Operating system: major.
        216 os_major: u32,
        /// Operating system: minor.
        220 os_minor: u32,
        /// Operating system: build.
        224 os_build: u32,
        /// Operating system: service pack (low 31 bits).
        228 os_service_pack: u32,
        /// Update major of the format version.
        232 update_major: u32,
        /// Page size in bytes, 0 for 4,096.
        236 cb_page_size: u32,
        /// Repairs since the last reset.
        240 repair_count: u32,
        /// Time of the last repair.
        244 logtime_repair: LogTime,
        /// Obsolete.
        252 sign_slv: Signature,
        /// dbtime at the last full scrub.
        280 dbtime_last_scrub: Dbtime,
        /// Time of it.
        288 logtime_scrub: LogTime,
        /// Lowest log generation that recovery needs, 0 when clean.
        296 gen_min_required: i32,
        /// Highest log generation that recovery needs, 0 when clean.
        300 gen_max_required: i32,
        /// Obsolete.
        304 cpg_upgrade_55_format: u32,
        /// Obsolete.
        308 cpg_upgrade_free_pages: u32,
        /// Obsolete.
        312 cpg_upgrade_space_map_pages: u32,
        /// Snapshot in progress.
        316 bkinfo_snapshot_cur: BkInfo,
        /// Version major at creation.
        340 create_version: u32,
        /// Update major at creation.
        344 create_update: u32,
        /// Creation time of generation `gen_max_committed`.
        348 logtime_gen_max_create: LogTime,
        /// Kind of the last full backup: 0 streaming, 1 OS snapshot, 2 engine snapshot, 3 surrogate.
        356 bkinfo_type_full_prev: u32,
        /// Kind of the last incremental backup.
        360 bkinfo_type_inc_prev: u32,
        /// Repairs before the last reset.
        364 repair_count_old: u32,
        /// Corrected bits.
        368 ecc_fix_success_count: u32,
        /// Time of the last.
        372 logtime_ecc_fix_success: LogTime,
        /// Corrected bits before the last reset.
        380 ecc_fix_success_count_old: u32,
        /// Failed corrections.
        384 ecc_fix_fail_count: u32,
        /// Time of the last.
        388 logtime_ecc_fix_fail: LogTime,
        /// Failed corrections before the last reset.
        396 ecc_fix_fail_count_old: u32,
        /// Bad checksums.
        400 bad_checksum_count: u32,
        /// Time of the last.
        404 logtime_bad_checksum: LogTime,
        /// Bad checksums before the last reset.
        412 bad_checksum_count_old: u32,
        /// Highest log generation that the database may have seen, 0 when clean.
        416 gen_max_committed: i32,
        /// Last copy backup.
        420 bkinfo_copy_prev: BkInfo,
        /// Last differential backup.
        444 bkinfo_diff_prev: BkInfo,
        /// Kind of the last copy backup.
        468 bkinfo_type_copy_prev: u32,
        /// Kind of the last differential backup.
        472 bkinfo_type_diff_prev: u32,
        /// Incremental reseeds.
        476 incremental_reseed_count: u32,
        /// Time of the last.
        480 logtime_incremental_reseed: LogTime,
        /// Incremental reseeds before the last reset.
        488 incremental_reseed_count_old: u32,
        /// Patched pages.
        492 page_patch_count: u32,
        /// Time of the last.
        496 logtime_page_patch: LogTime,
        /// Patched pages before the last reset.
        504 page_patch_count_old: u32,
        /// NLS sort version of the indexes, or [`super::SORT_VERSION_IN_LOCALES`].
        508 sort_version: u64,
        /// Last complete scan of all pages.
        516 logtime_dbscan_prev: LogTime,
        /// Start of the scan in progress.
        524 logtime_dbscan_start: LogTime,
        /// How far the scan came.
        532 pgno_dbscan_highest_continuous: u32,
        /// Generation that recovery is in.
        536 gen_recovering: i32,
        /// Growths of the file, the creation among them.
        540 extend_count: u32,
        /// Time of the last.
        544 logtime_last_extend: LogTime,
        /// Shrinkings of the file.
        552 shrink_count: u32,
        /// Time of the last.
        556 logtime_last_shrink: LogTime,
        /// Time of the last re-attach.
        564 logtime_last_reattach: LogTime,
        /// Position of the last re-attach.
        572 lgpos_last_reattach: Lgpos,
        /// Trimmings.
        580 trim_count: u32,
        /// New at every header write: links header and flush map.
        584 sign_db_hdr_flush: Signature,
        /// That of the flush map; not set when there is none.
        612 sign_flush_map_hdr_flush: Signature,
        /// Lowest generation whose pages may not be flushed yet.
        640 gen_min_consistent: i32,
        /// Update minor of the format version.
        644 update_minor: u32,
        /// Largest engine format version of any engine that attached it; diagnostic.
        648 efv_max_bin_attach: u32,
        /// Highest page that a scan saw.
        652 pgno_dbscan_highest: u32,
        /// Position of the last growth or shrinking.
        656 lgpos_last_resize: Lgpos,
        /// 0.
        664 reserved_664: [u8; 3],
        /// Kind of file, see [`super::FileType`]; unaligned.
        667 filetype: u32,
        /// 0.
        671 reserved_671: u8,
        /// Creation time of generation `gen_max_required`.
        672 logtime_gen_max_required: LogTime,
        /// `gen_min_consistent` before redo.
        680 gen_pre_redo_min_consistent: i32,
        /// `gen_min_required` before redo.
        684 gen_pre_redo_min_required: i32,
        /// Link to a revert snapshot.
        688 sign_rbs_hdr_flush: Signature,
        /// Reverts.
        716 revert_count: u32,
        /// Time that was reverted from.
        720 logtime_revert_from: LogTime,
        /// Time that was reverted to.
        728 logtime_revert_to: LogTime,
        /// Pages of the last revert.
        736 revert_page_count: u32,
        /// Last commit before the revert.
        740 lgpos_commit_before_revert: Lgpos,
    }
}
