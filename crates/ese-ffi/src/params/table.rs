//! Generated from `api/params.tsv` by `cargo xtask codegen`; not edited by hand.
//!
//! Every system parameter with its default, range and scope. Invariant: sorted by id, one row per
//! id.
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals)]

use super::{Default, Handling, Kind, Param, Scope};

/// folder of the checkpoint file.
pub const JET_paramSystemPath: u32 = 0;
/// path of the temporary database.
pub const JET_paramTempPath: u32 = 1;
/// folder of the log files.
pub const JET_paramLogFilePath: u32 = 2;
/// three-character prefix of log and checkpoint names.
pub const JET_paramBaseName: u32 = 3;
/// application name shown in events.
pub const JET_paramEventSource: u32 = 4;
/// session limit.
pub const JET_paramMaxSessions: u32 = 5;
/// open table descriptor limit.
pub const JET_paramMaxOpenTables: u32 = 6;
/// ignored: preferred table descriptor count.
pub const JET_paramPreferredMaxOpenTables: u32 = 7;
/// cursor limit.
pub const JET_paramMaxCursors: u32 = 8;
/// version store limit in version pages.
pub const JET_paramMaxVerPages: u32 = 9;
/// temporary table and sort limit.
pub const JET_paramMaxTemporaryTables: u32 = 10;
/// log file size in KiB.
pub const JET_paramLogFileSize: u32 = 11;
/// log buffer size in 512-byte units.
pub const JET_paramLogBuffers: u32 = 12;
/// ignored: log flush delay in ms.
pub const JET_paramWaitLogFlush: u32 = 13;
/// ignored: checkpoint period.
pub const JET_paramLogCheckpointPeriod: u32 = 14;
/// ignored: waiting session limit.
pub const JET_paramLogWaitingUserMax: u32 = 15;
/// default commit grbit.
pub const JET_paramCommitDefault: u32 = 16;
/// reuse logs no longer needed by crash recovery.
pub const JET_paramCircularLog: u32 = 17;
/// database growth step in pages.
pub const JET_paramDbExtensionSize: u32 = 18;
/// initial temporary database pages.
pub const JET_paramPageTempDBMin: u32 = 19;
/// largest extent counted as fragment, pages.
pub const JET_paramPageFragment: u32 = 20;
/// ignored: read-ahead limit.
pub const JET_paramPageReadAheadMax: u32 = 21;
/// ignored: batch I/O buffers.
pub const JET_paramBatchIOBufferMax: u32 = 22;
/// largest cache in pages.
pub const JET_paramCacheSizeMax: u32 = 23;
/// target checkpoint lag in bytes of log.
pub const JET_paramCheckpointDepthMax: u32 = 24;
/// correlated access window, microseconds.
pub const JET_paramLRUKCorrInterval: u32 = 25;
/// remembered history records.
pub const JET_paramLRUKHistoryMax: u32 = 26;
/// K of LRU-K (1 or 2).
pub const JET_paramLRUKPolicy: u32 = 27;
/// seconds until unused pages are evictable.
pub const JET_paramLRUKTimeout: u32 = 28;
/// ignored.
pub const JET_paramLRUKTrxCorrInterval: u32 = 29;
/// I/O limit per disk.
pub const JET_paramOutstandingIOMax: u32 = 30;
/// free buffers below which eviction starts.
pub const JET_paramStartFlushThreshold: u32 = 31;
/// free buffers at which eviction stops.
pub const JET_paramStopFlushThreshold: u32 = 32;
/// ignored: old class naming.
pub const JET_paramTableClassName: u32 = 33;
/// "on" or "off": logging and recovery.
pub const JET_paramRecovery: u32 = 34;
/// what background defragmentation may touch.
pub const JET_paramEnableOnlineDefrag: u32 = 35;
/// old name of JET_paramEnableOnlineDefrag.
pub const JET_paramOnLineCompact: u32 = 35;
/// reaction to a failed assertion.
pub const JET_paramAssertAction: u32 = 36;
/// read only: debug print function.
pub const JET_paramPrintFunction: u32 = 37;
/// read only: session depth (old way).
pub const JET_paramTransactionLevel: u32 = 38;
/// failure simulator: I/Os allowed.
pub const JET_paramRFS2IOsPermitted: u32 = 39;
/// failure simulator: allocations allowed.
pub const JET_paramRFS2AllocsPermitted: u32 = 40;
/// current cache size in pages; set 0 for automatic.
pub const JET_paramCacheSize: u32 = 41;
/// read only: cache requests.
pub const JET_paramCacheRequests: u32 = 42;
/// read only: cache hits.
pub const JET_paramCacheHits: u32 = 43;
/// ignored: name old formats on open failure.
pub const JET_paramCheckFormatWhenOpenFail: u32 = 44;
/// check Unicode index versions at attach.
pub const JET_paramEnableIndexChecking: u32 = 45;
/// version temporary tables.
pub const JET_paramEnableTempTableVersioning: u32 = 46;
/// ignored: skip log version check.
pub const JET_paramIgnoreLogVersion: u32 = 47;
/// ignored: delete logs of an old version.
pub const JET_paramDeleteOldLogs: u32 = 48;
/// event source registration key.
pub const JET_paramEventSourceKey: u32 = 49;
/// suppress information events.
pub const JET_paramNoInformationEvent: u32 = 50;
/// how many events to write.
pub const JET_paramEventLoggingLevel: u32 = 51;
/// delete logs outside the range in soft recovery.
pub const JET_paramDeleteOutOfRangeLogs: u32 = 52;
/// ms to retry a refused file access.
pub const JET_paramAccessDeniedRetryPeriod: u32 = 53;
/// fix or check Unicode index entries.
pub const JET_paramEnableIndexCleanup: u32 = 54;
/// test: share of I/O smoothed.
pub const JET_paramFlight_SmoothIoTestPermillage: u32 = 55;
/// extra waypoint logs.
pub const JET_paramElasticWaypointLatency: u32 = 56;
/// delete long values at once.
pub const JET_paramFlight_SynchronousLVCleanup: u32 = 57;
/// I/O urgency while reverting.
pub const JET_paramFlight_RBSRevertIOUrgentLevel: u32 = 58;
/// use Xpress10 hardware compression.
pub const JET_paramFlight_EnableXpress10Compression: u32 = 59;
/// smallest cache in pages.
pub const JET_paramCacheSizeMin: u32 = 60;
/// ignored: spare log folder.
pub const JET_paramLogFileFailoverPath: u32 = 61;
/// ignored: seek shortcut.
pub const JET_paramEnableImprovedSeekShortcut: u32 = 62;
/// version store size above which cleanup gets eager.
pub const JET_paramPreferredVerPages: u32 = 63;
/// page size of all databases of the process.
pub const JET_paramDatabasePageSize: u32 = 64;
/// do not resolve callbacks.
pub const JET_paramDisableCallbacks: u32 = 65;
/// ignored: backup read size in pages.
pub const JET_paramBackupChunkSize: u32 = 66;
/// ignored: parallel backup reads.
pub const JET_paramBackupOutstandingReads: u32 = 67;
/// largest table delete under snapshots.
pub const JET_paramFlight_RBSMaxTableDeletePages: u32 = 68;
/// prepare the next log in background.
pub const JET_paramLogFileCreateAsynch: u32 = 69;
/// read only: turns an error code into text.
pub const JET_paramErrorToString: u32 = 70;
/// zero deleted data while streaming a backup.
pub const JET_paramZeroDatabaseDuringBackup: u32 = 71;
/// default locale and map flags of indexes.
pub const JET_paramUnicodeIndexDefault: u32 = 72;
/// callback for local storage cleanup.
pub const JET_paramRuntimeCallback: u32 = 73;
/// report reverted roots as damage.
pub const JET_paramFlight_RBSDbScanRaiseCorruptionRevertedFDP: u32 = 74;
/// permit early non-revertable deletes.
pub const JET_paramFlight_RBSAllowTooSoonNonRevertableDelete: u32 = 75;
/// ignored: sort column requests.
pub const JET_paramEnableSortedRetrieveColumns: u32 = 76;
/// delete logs of another size after recovery.
pub const JET_paramCleanupMismatchedLogFiles: u32 = 77;
/// how eagerly converted pages are written.
pub const JET_paramRecordUpgradeDirtyLevel: u32 = 78;
/// read only: generation being replayed.
pub const JET_paramRecoveryCurrentLogfile: u32 = 79;
/// seconds until a snapshot roll is forced.
pub const JET_paramFlight_RBSForceRollIntervalSec: u32 = 80;
/// version pages reserved for all instances.
pub const JET_paramGlobalMinVerPages: u32 = 81;
/// longest freeze in ms.
pub const JET_paramOSSnapshotTimeout: u32 = 82;
/// log delete flags in scan checks.
pub const JET_paramFlight_EnableScanCheckFDPDeleteFlags: u32 = 83;
/// options of the metered I/O queue.
pub const JET_paramFlight_NewQueueOptions: u32 = 84;
/// parallel metered I/Os.
pub const JET_paramFlight_ConcurrentMetedOps: u32 = 85;
/// load at which metering widens.
pub const JET_paramFlight_LowMetedOpsThreshold: u32 = 86;
/// ms until a metered I/O is forced.
pub const JET_paramFlight_MetedOpStarvedThreshold: u32 = 87;
/// revert snapshot buffers.
pub const JET_paramFlight_MaxRBSBuffers: u32 = 88;
/// archive pages cut by shrink.
pub const JET_paramFlight_EnableShrinkArchiving: u32 = 89;
/// allow internal-copy backup while recovering.
pub const JET_paramFlight_EnableBackupDuringRecovery: u32 = 90;
/// seconds per revert snapshot.
pub const JET_paramFlight_RBSRollIntervalSec: u32 = 91;
/// largest required log range for a snapshot.
pub const JET_paramFlight_RBSMaxRequiredRange: u32 = 92;
/// clean old revert snapshots.
pub const JET_paramFlight_RBSCleanupEnabled: u32 = 93;
/// free GB below which cleanup is eager.
pub const JET_paramFlight_RBSLowDiskSpaceThresholdGb: u32 = 94;
/// snapshot GB allowed when space is low.
pub const JET_paramFlight_RBSMaxSpaceWhenLowDiskSpaceGb: u32 = 95;
/// oldest snapshot age kept.
pub const JET_paramFlight_RBSMaxTimeSpanSec: u32 = 96;
/// least seconds between cleanups.
pub const JET_paramFlight_RBSCleanupIntervalMinSec: u32 = 97;
/// reaction to an exception inside the engine.
pub const JET_paramExceptionAction: u32 = 98;
/// event bytes kept when the service is absent.
pub const JET_paramEventLogCache: u32 = 99;
/// create missing folders.
pub const JET_paramCreatePathIfNotExist: u32 = 100;
/// page latch hint bytes.
pub const JET_paramPageHintCacheSize: u32 = 101;
/// one open database per session.
pub const JET_paramOneDatabasePerSession: u32 = 102;
/// ignored: database limit.
pub const JET_paramMaxDatabasesPerInstance: u32 = 103;
/// instance limit of the process.
pub const JET_paramMaxInstances: u32 = 104;
/// queued version cleanup tasks before dropping.
pub const JET_paramVersionStoreTaskQueueMax: u32 = 105;
/// ignored: idle flush time.
pub const JET_paramIdleFlushTime: u32 = 106;
/// no performance counters.
pub const JET_paramDisablePerfmon: u32 = 107;
/// ignored: I/O error callback.
pub const JET_paramAbortRetryFailCallback: u32 = 108;
/// ignored: address space to spare.
pub const JET_paramVAReserve: u32 = 109;
/// shortest tuple, characters.
pub const JET_paramIndexTuplesLengthMin: u32 = 110;
/// longest tuple, characters.
pub const JET_paramIndexTuplesLengthMax: u32 = 111;
/// most characters indexed per value.
pub const JET_paramIndexTuplesToIndexMax: u32 = 112;
/// folder where recovery looks for databases.
pub const JET_paramAlternateDatabaseRecoveryPath: u32 = 113;
/// only verify the extent page count cache.
pub const JET_paramFlight_ExtentPageCountCacheVerifyOnly: u32 = 114;
/// record root page move times.
pub const JET_paramFlight_EnablePgnoFDPLastSetTime: u32 = 115;
/// log flags in scan checks.
pub const JET_paramFlight_EnableScanCheck2Flags: u32 = 116;
/// log the second extent-freed record.
pub const JET_paramFlight_EnableExtentFreed2: u32 = 117;
/// deletes above this size are tracked.
pub const JET_paramFlight_RBSLargeRevertableDeletePages: u32 = 118;
/// revertable delete when the time is unknown.
pub const JET_paramFlight_RBSRevertableDeleteIfTooSoonTimeNull: u32 = 119;
/// ignored: cache sizing constant.
pub const JET_paramDBAPageAvailMin: u32 = 120;
/// ignored: cache sizing constant.
pub const JET_paramDBAPageAvailThreshold: u32 = 121;
/// ignored: cache sizing constant.
pub const JET_paramDBAK1: u32 = 122;
/// ignored: cache sizing constant.
pub const JET_paramDBAK2: u32 = 123;
/// ignored: gather I/O limit.
pub const JET_paramMaxRandomIOSize: u32 = 124;
/// closed table schemas kept in memory.
pub const JET_paramCachedClosedTables: u32 = 125;
/// use the OS file cache.
pub const JET_paramEnableFileCache: u32 = 126;
/// map database files into memory.
pub const JET_paramEnableViewCache: u32 = 127;
/// version page size in bytes.
pub const JET_paramVerPageSize: u32 = 128;
/// apply a configuration profile to all parameters.
pub const JET_paramConfiguration: u32 = 129;
/// allow setting advanced parameters.
pub const JET_paramEnableAdvanced: u32 = 130;
/// read only: number of column types.
pub const JET_paramMaxColtyp: u32 = 131;
/// characters between tuple starts.
pub const JET_paramIndexTupleIncrement: u32 = 132;
/// first character of tuples.
pub const JET_paramIndexTupleStart: u32 = 133;
/// read only: longest key for the page size.
pub const JET_paramKeyMost: u32 = 134;
/// I/O limit of checkpoint writes.
pub const JET_paramCheckpointIOMax: u32 = 135;
/// old file name traits to keep.
pub const JET_paramLegacyFileNames: u32 = 136;
/// name of table class 1.
pub const JET_paramTableClass1Name: u32 = 137;
/// name of table class 2.
pub const JET_paramTableClass2Name: u32 = 138;
/// name of table class 3.
pub const JET_paramTableClass3Name: u32 = 139;
/// name of table class 4.
pub const JET_paramTableClass4Name: u32 = 140;
/// name of table class 5.
pub const JET_paramTableClass5Name: u32 = 141;
/// name of table class 6.
pub const JET_paramTableClass6Name: u32 = 142;
/// name of table class 7.
pub const JET_paramTableClass7Name: u32 = 143;
/// name of table class 8.
pub const JET_paramTableClass8Name: u32 = 144;
/// name of table class 9.
pub const JET_paramTableClass9Name: u32 = 145;
/// name of table class 10.
pub const JET_paramTableClass10Name: u32 = 146;
/// name of table class 11.
pub const JET_paramTableClass11Name: u32 = 147;
/// name of table class 12.
pub const JET_paramTableClass12Name: u32 = 148;
/// name of table class 13.
pub const JET_paramTableClass13Name: u32 = 149;
/// name of table class 14.
pub const JET_paramTableClass14Name: u32 = 150;
/// name of table class 15.
pub const JET_paramTableClass15Name: u32 = 151;
/// I/O priority of the instance.
pub const JET_paramIOPriority: u32 = 152;
/// logs that page writes lag behind the tip.
pub const JET_paramWaypointLatency: u32 = 153;
/// checkpoint lag in logs at which updates fail.
pub const JET_paramCheckpointTooDeep: u32 = 154;
/// test: skip checksum verification.
pub const JET_paramDisableBlockVerification: u32 = 155;
/// resolve callbacks stored in the catalog.
pub const JET_paramEnablePersistedCallbacks: u32 = 156;
/// roll the log after certain operations.
pub const JET_paramAggressiveLogRollover: u32 = 157;
/// roll the log after idle seconds.
pub const JET_paramPeriodicLogRolloverLLR: u32 = 158;
/// ignored: page dependencies.
pub const JET_paramUsePageDependencies: u32 = 159;
/// defragment trees marked sequential.
pub const JET_paramDefragmentSequentialBTrees: u32 = 160;
/// how often density is checked.
pub const JET_paramDefragmentSequentialBTreesDensityCheckFrequency: u32 = 161;
/// ms slice of throttled tasks.
pub const JET_paramIOThrottlingTimeQuanta: u32 = 162;
/// read only: long-value chunk size.
pub const JET_paramLVChunkSizeMost: u32 = 163;
/// largest merged read in bytes.
pub const JET_paramMaxCoalesceReadSize: u32 = 164;
/// largest merged write in bytes.
pub const JET_paramMaxCoalesceWriteSize: u32 = 165;
/// largest gap bridged by a read.
pub const JET_paramMaxCoalesceReadGapSize: u32 = 166;
/// largest gap bridged by a write.
pub const JET_paramMaxCoalesceWriteGapSize: u32 = 167;
/// publish high-availability events.
pub const JET_paramEnableHaPublish: u32 = 168;
/// scan databases during recovery.
pub const JET_paramEnableDBScanInRecovery: u32 = 169;
/// ms pause between scan batches.
pub const JET_paramDbScanThrottle: u32 = 170;
/// least seconds of one scan pass.
pub const JET_paramDbScanIntervalMinSec: u32 = 171;
/// most seconds of one scan pass.
pub const JET_paramDbScanIntervalMaxSec: u32 = 172;
/// callback that receives log data.
pub const JET_paramEmitLogDataCallback: u32 = 173;
/// context of that callback.
pub const JET_paramEmitLogDataCallbackCtx: u32 = 174;
/// ask replicas for good pages.
pub const JET_paramEnableExternalAutoHealing: u32 = 175;
/// seconds until a patch request is stale.
pub const JET_paramPatchRequestTimeout: u32 = 176;
/// relative cache priority of the instance.
pub const JET_paramCachePriority: u32 = 177;
/// percent of version store one transaction may use.
pub const JET_paramMaxTransactionSize: u32 = 178;
/// preread I/O limit.
pub const JET_paramPrereadIOMax: u32 = 179;
/// one scan at a time per disk.
pub const JET_paramEnableDBScanSerialization: u32 = 180;
/// ms after which an I/O counts as hung.
pub const JET_paramHungIOThreshold: u32 = 181;
/// what to do about hung I/O.
pub const JET_paramHungIOActions: u32 = 182;
/// smallest value compressed with Xpress.
pub const JET_paramMinDataForXpress: u32 = 183;
/// how free space goes back to the OS.
pub const JET_paramEnableShrinkDatabase: u32 = 184;
/// name for counters and events.
pub const JET_paramProcessFriendlyName: u32 = 186;
/// called when commits reach the disk.
pub const JET_paramDurableCommitCallback: u32 = 187;
/// ignored: telemetry.
pub const JET_paramEnableSqm: u32 = 188;
/// where to read configuration from.
pub const JET_paramConfigStoreSpec: u32 = 189;
/// feature stage bits.
pub const JET_paramStageFlighting: u32 = 190;
/// zero unused space.
pub const JET_paramZeroDatabaseUnusedSpace: u32 = 191;
/// turn verification kinds off.
pub const JET_paramDisableVerifications: u32 = 192;
/// persisted flush map mode.
pub const JET_paramPersistedLostFlushDetection: u32 = 193;
/// highest format version to use.
pub const JET_paramEngineFormatVersion: u32 = 194;
/// replay throttling.
pub const JET_paramReplayThrottlingLevel: u32 = 195;
/// name of table class 16.
pub const JET_paramTableClass16Name: u32 = 196;
/// name of table class 17.
pub const JET_paramTableClass17Name: u32 = 197;
/// name of table class 18.
pub const JET_paramTableClass18Name: u32 = 198;
/// name of table class 19.
pub const JET_paramTableClass19Name: u32 = 199;
/// name of table class 20.
pub const JET_paramTableClass20Name: u32 = 200;
/// name of table class 21.
pub const JET_paramTableClass21Name: u32 = 201;
/// name of table class 22.
pub const JET_paramTableClass22Name: u32 = 202;
/// name of table class 23.
pub const JET_paramTableClass23Name: u32 = 203;
/// name of table class 24.
pub const JET_paramTableClass24Name: u32 = 204;
/// name of table class 25.
pub const JET_paramTableClass25Name: u32 = 205;
/// name of table class 26.
pub const JET_paramTableClass26Name: u32 = 206;
/// name of table class 27.
pub const JET_paramTableClass27Name: u32 = 207;
/// name of table class 28.
pub const JET_paramTableClass28Name: u32 = 208;
/// name of table class 29.
pub const JET_paramTableClass29Name: u32 = 209;
/// name of table class 30.
pub const JET_paramTableClass30Name: u32 = 210;
/// name of table class 31.
pub const JET_paramTableClass31Name: u32 = 211;
/// block cache configuration object.
pub const JET_paramBlockCacheConfiguration: u32 = 212;
/// read only: longest record for the page size.
pub const JET_paramRecordSizeMost: u32 = 213;
/// flush calls rather than forced writes.
pub const JET_paramUseFlushForWriteDurability: u32 = 214;
/// keep revert snapshots.
pub const JET_paramEnableRBS: u32 = 215;
/// folder of revert snapshots.
pub const JET_paramRBSFilePath: u32 = 216;
/// ms between counter refreshes.
pub const JET_paramPerfmonRefreshInterval: u32 = 217;
/// use the block cache.
pub const JET_paramEnableBlockCache: u32 = 218;
/// rows per transaction of a deferred index fill.
pub const JET_paramDeferredIndexPopulateRowsPerTransaction: u32 = 219;
/// let open detach a file from the block cache.
pub const JET_paramEnableBlockCacheDetach: u32 = 220;
/// end marker, not a parameter.
pub const JET_paramMaxValueInvalid: u32 = 221;

pub(crate) static PARAMS: &[Param] = &[
    Param {
        id: 0,
        name: "JET_paramSystemPath",
        kind: Kind::Folder,
        default: Default::Text(".\\"),
        low_memory: Default::Text(".\\"),
        min: 0,
        max: 246,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 1,
        name: "JET_paramTempPath",
        kind: Kind::Path,
        default: Default::Text("tmp.edb"),
        low_memory: Default::Text("tmp.edb"),
        min: 0,
        max: 247,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 2,
        name: "JET_paramLogFilePath",
        kind: Kind::Folder,
        default: Default::Text(".\\"),
        low_memory: Default::Text(".\\"),
        min: 0,
        max: 246,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 3,
        name: "JET_paramBaseName",
        kind: Kind::Text,
        default: Default::Text("edb"),
        low_memory: Default::Text("edb"),
        min: 3,
        max: 3,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 4,
        name: "JET_paramEventSource",
        kind: Kind::Text,
        default: Default::Text(""),
        low_memory: Default::Text(""),
        min: 0,
        max: 259,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 5,
        name: "JET_paramMaxSessions",
        kind: Kind::Number,
        default: Default::Number(16),
        low_memory: Default::Number(30000),
        min: 0,
        max: 30000,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 6,
        name: "JET_paramMaxOpenTables",
        kind: Kind::Number,
        default: Default::Number(300),
        low_memory: Default::Number(2147483647),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 7,
        name: "JET_paramPreferredMaxOpenTables",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 8,
        name: "JET_paramMaxCursors",
        kind: Kind::Number,
        default: Default::Number(1024),
        low_memory: Default::Number(2147483647),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 9,
        name: "JET_paramMaxVerPages",
        kind: Kind::Number,
        default: Default::Number(64),
        low_memory: Default::Number(2147483647),
        min: 1,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 10,
        name: "JET_paramMaxTemporaryTables",
        kind: Kind::Number,
        default: Default::Number(20),
        low_memory: Default::Number(2147483647),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 11,
        name: "JET_paramLogFileSize",
        kind: Kind::Number,
        default: Default::Number(5120),
        low_memory: Default::Number(64),
        min: 64,
        max: 32768,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 12,
        name: "JET_paramLogBuffers",
        kind: Kind::Number,
        default: Default::Number(126),
        low_memory: Default::Number(1),
        min: 1,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 13,
        name: "JET_paramWaitLogFlush",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 14,
        name: "JET_paramLogCheckpointPeriod",
        kind: Kind::Number,
        default: Default::Number(1024),
        low_memory: Default::Number(1024),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 15,
        name: "JET_paramLogWaitingUserMax",
        kind: Kind::Number,
        default: Default::Number(3),
        low_memory: Default::Number(3),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 16,
        name: "JET_paramCommitDefault",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 17,
        name: "JET_paramCircularLog",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 18,
        name: "JET_paramDbExtensionSize",
        kind: Kind::Number,
        default: Default::Number(256),
        low_memory: Default::Number(16),
        min: 1,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 19,
        name: "JET_paramPageTempDBMin",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(14),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 20,
        name: "JET_paramPageFragment",
        kind: Kind::Number,
        default: Default::Number(8),
        low_memory: Default::Number(8),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 21,
        name: "JET_paramPageReadAheadMax",
        kind: Kind::Number,
        default: Default::Number(usize::MAX),
        low_memory: Default::Number(usize::MAX),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 22,
        name: "JET_paramBatchIOBufferMax",
        kind: Kind::Number,
        default: Default::Number(256),
        low_memory: Default::Number(256),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 23,
        name: "JET_paramCacheSizeMax",
        kind: Kind::Number,
        default: Default::Number(2000000000),
        low_memory: Default::Number(16),
        min: 1,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 24,
        name: "JET_paramCheckpointDepthMax",
        kind: Kind::Number,
        default: Default::Number(20971520),
        low_memory: Default::Number(65536),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 25,
        name: "JET_paramLRUKCorrInterval",
        kind: Kind::Number,
        default: Default::Number(128000),
        low_memory: Default::Number(128000),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 26,
        name: "JET_paramLRUKHistoryMax",
        kind: Kind::Number,
        default: Default::Number(100000),
        low_memory: Default::Number(10),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 27,
        name: "JET_paramLRUKPolicy",
        kind: Kind::Number,
        default: Default::Number(2),
        low_memory: Default::Number(2),
        min: 1,
        max: 2,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 28,
        name: "JET_paramLRUKTimeout",
        kind: Kind::Number,
        default: Default::Number(100),
        low_memory: Default::Number(100),
        min: 1,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 29,
        name: "JET_paramLRUKTrxCorrInterval",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 30,
        name: "JET_paramOutstandingIOMax",
        kind: Kind::Number,
        default: Default::Number(1024),
        low_memory: Default::Number(16),
        min: 0,
        max: 65536,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 31,
        name: "JET_paramStartFlushThreshold",
        kind: Kind::Number,
        default: Default::Number(20000000),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 32,
        name: "JET_paramStopFlushThreshold",
        kind: Kind::Number,
        default: Default::Number(40000000),
        low_memory: Default::Number(2),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 33,
        name: "JET_paramTableClassName",
        kind: Kind::Text,
        default: Default::Text(""),
        low_memory: Default::Text(""),
        min: 0,
        max: 64,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 34,
        name: "JET_paramRecovery",
        kind: Kind::Text,
        default: Default::Text("on"),
        low_memory: Default::Text("on"),
        min: 0,
        max: 259,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 35,
        name: "JET_paramEnableOnlineDefrag",
        kind: Kind::Number,
        default: Default::Number(65535),
        low_memory: Default::Number(65535),
        min: 0,
        max: 65535,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 36,
        name: "JET_paramAssertAction",
        kind: Kind::Number,
        default: Default::Number(64),
        low_memory: Default::Number(64),
        min: 0,
        max: 64,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 37,
        name: "JET_paramPrintFunction",
        kind: Kind::Pointer,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 38,
        name: "JET_paramTransactionLevel",
        kind: Kind::Number,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 39,
        name: "JET_paramRFS2IOsPermitted",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 4294967294,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 40,
        name: "JET_paramRFS2AllocsPermitted",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 4294967294,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 41,
        name: "JET_paramCacheSize",
        kind: Kind::Number,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 42,
        name: "JET_paramCacheRequests",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 43,
        name: "JET_paramCacheHits",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 44,
        name: "JET_paramCheckFormatWhenOpenFail",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 45,
        name: "JET_paramEnableIndexChecking",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: 2,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 46,
        name: "JET_paramEnableTempTableVersioning",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 47,
        name: "JET_paramIgnoreLogVersion",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 0,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 48,
        name: "JET_paramDeleteOldLogs",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 49,
        name: "JET_paramEventSourceKey",
        kind: Kind::Text,
        default: Default::Text(""),
        low_memory: Default::Text(""),
        min: 0,
        max: 259,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 50,
        name: "JET_paramNoInformationEvent",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 51,
        name: "JET_paramEventLoggingLevel",
        kind: Kind::Number,
        default: Default::Number(100),
        low_memory: Default::Number(100),
        min: 0,
        max: 100,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 52,
        name: "JET_paramDeleteOutOfRangeLogs",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 53,
        name: "JET_paramAccessDeniedRetryPeriod",
        kind: Kind::Number,
        default: Default::Number(10000),
        low_memory: Default::Number(10000),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 54,
        name: "JET_paramEnableIndexCleanup",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 55,
        name: "JET_paramFlight_SmoothIoTestPermillage",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1000,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 56,
        name: "JET_paramElasticWaypointLatency",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 10,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 57,
        name: "JET_paramFlight_SynchronousLVCleanup",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 58,
        name: "JET_paramFlight_RBSRevertIOUrgentLevel",
        kind: Kind::Number,
        default: Default::Number(8),
        low_memory: Default::Number(8),
        min: 0,
        max: 127,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 59,
        name: "JET_paramFlight_EnableXpress10Compression",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 60,
        name: "JET_paramCacheSizeMin",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(16),
        min: 1,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 61,
        name: "JET_paramLogFileFailoverPath",
        kind: Kind::Folder,
        default: Default::Text(""),
        low_memory: Default::Text(""),
        min: 0,
        max: 0,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 62,
        name: "JET_paramEnableImprovedSeekShortcut",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 63,
        name: "JET_paramPreferredVerPages",
        kind: Kind::Number,
        default: Default::Number(58),
        low_memory: Default::Number(2147483647),
        min: 1,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 64,
        name: "JET_paramDatabasePageSize",
        kind: Kind::BlockSize,
        default: Default::Number(4096),
        low_memory: Default::Number(4096),
        min: 4096,
        max: 32768,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 65,
        name: "JET_paramDisableCallbacks",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 66,
        name: "JET_paramBackupChunkSize",
        kind: Kind::Number,
        default: Default::Number(16),
        low_memory: Default::Number(16),
        min: 1,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 67,
        name: "JET_paramBackupOutstandingReads",
        kind: Kind::Number,
        default: Default::Number(8),
        low_memory: Default::Number(8),
        min: 1,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 68,
        name: "JET_paramFlight_RBSMaxTableDeletePages",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 69,
        name: "JET_paramLogFileCreateAsynch",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 70,
        name: "JET_paramErrorToString",
        kind: Kind::Text,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 71,
        name: "JET_paramZeroDatabaseDuringBackup",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 72,
        name: "JET_paramUnicodeIndexDefault",
        kind: Kind::Other,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 73,
        name: "JET_paramRuntimeCallback",
        kind: Kind::Pointer,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 74,
        name: "JET_paramFlight_RBSDbScanRaiseCorruptionRevertedFDP",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 75,
        name: "JET_paramFlight_RBSAllowTooSoonNonRevertableDelete",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 76,
        name: "JET_paramEnableSortedRetrieveColumns",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 77,
        name: "JET_paramCleanupMismatchedLogFiles",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 78,
        name: "JET_paramRecordUpgradeDirtyLevel",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: 3,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 79,
        name: "JET_paramRecoveryCurrentLogfile",
        kind: Kind::Number,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 80,
        name: "JET_paramFlight_RBSForceRollIntervalSec",
        kind: Kind::Number,
        default: Default::Number(172800),
        low_memory: Default::Number(172800),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 81,
        name: "JET_paramGlobalMinVerPages",
        kind: Kind::Number,
        default: Default::Number(64),
        low_memory: Default::Number(1),
        min: 1,
        max: 2147483647,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 82,
        name: "JET_paramOSSnapshotTimeout",
        kind: Kind::Number,
        default: Default::Number(70000),
        low_memory: Default::Number(70000),
        min: 0,
        max: 2147483647,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 83,
        name: "JET_paramFlight_EnableScanCheckFDPDeleteFlags",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 84,
        name: "JET_paramFlight_NewQueueOptions",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 85,
        name: "JET_paramFlight_ConcurrentMetedOps",
        kind: Kind::Number,
        default: Default::Number(2),
        low_memory: Default::Number(2),
        min: 0,
        max: 1024,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 86,
        name: "JET_paramFlight_LowMetedOpsThreshold",
        kind: Kind::Number,
        default: Default::Number(40),
        low_memory: Default::Number(40),
        min: 0,
        max: 1024,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 87,
        name: "JET_paramFlight_MetedOpStarvedThreshold",
        kind: Kind::Number,
        default: Default::Number(3000),
        low_memory: Default::Number(3000),
        min: 50,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 88,
        name: "JET_paramFlight_MaxRBSBuffers",
        kind: Kind::Number,
        default: Default::Number(20),
        low_memory: Default::Number(20),
        min: 1,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 89,
        name: "JET_paramFlight_EnableShrinkArchiving",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 90,
        name: "JET_paramFlight_EnableBackupDuringRecovery",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 91,
        name: "JET_paramFlight_RBSRollIntervalSec",
        kind: Kind::Number,
        default: Default::Number(43200),
        low_memory: Default::Number(43200),
        min: 0,
        max: 604800,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 92,
        name: "JET_paramFlight_RBSMaxRequiredRange",
        kind: Kind::Number,
        default: Default::Number(1000),
        low_memory: Default::Number(1000),
        min: 0,
        max: 10000,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 93,
        name: "JET_paramFlight_RBSCleanupEnabled",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 94,
        name: "JET_paramFlight_RBSLowDiskSpaceThresholdGb",
        kind: Kind::Number,
        default: Default::Number(100),
        low_memory: Default::Number(100),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 95,
        name: "JET_paramFlight_RBSMaxSpaceWhenLowDiskSpaceGb",
        kind: Kind::Number,
        default: Default::Number(150),
        low_memory: Default::Number(150),
        min: 0,
        max: 1000,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 96,
        name: "JET_paramFlight_RBSMaxTimeSpanSec",
        kind: Kind::Number,
        default: Default::Number(604800),
        low_memory: Default::Number(604800),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 97,
        name: "JET_paramFlight_RBSCleanupIntervalMinSec",
        kind: Kind::Number,
        default: Default::Number(3600),
        low_memory: Default::Number(3600),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 98,
        name: "JET_paramExceptionAction",
        kind: Kind::Number,
        default: Default::Number(4),
        low_memory: Default::Number(4),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 99,
        name: "JET_paramEventLogCache",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 2147483647,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 100,
        name: "JET_paramCreatePathIfNotExist",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 101,
        name: "JET_paramPageHintCacheSize",
        kind: Kind::Number,
        default: Default::Number(262144),
        low_memory: Default::Number(32),
        min: 0,
        max: 2147483647,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 102,
        name: "JET_paramOneDatabasePerSession",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 103,
        name: "JET_paramMaxDatabasesPerInstance",
        kind: Kind::Number,
        default: Default::Number(7),
        low_memory: Default::Number(7),
        min: 7,
        max: 7,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 104,
        name: "JET_paramMaxInstances",
        kind: Kind::Number,
        default: Default::Number(16),
        low_memory: Default::Number(16),
        min: 1,
        max: 10240,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 105,
        name: "JET_paramVersionStoreTaskQueueMax",
        kind: Kind::Number,
        default: Default::Number(4),
        low_memory: Default::Number(4),
        min: 1,
        max: 127,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 106,
        name: "JET_paramIdleFlushTime",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 107,
        name: "JET_paramDisablePerfmon",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 108,
        name: "JET_paramAbortRetryFailCallback",
        kind: Kind::Pointer,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 0,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 109,
        name: "JET_paramVAReserve",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 110,
        name: "JET_paramIndexTuplesLengthMin",
        kind: Kind::Number,
        default: Default::Number(3),
        low_memory: Default::Number(3),
        min: 2,
        max: 255,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 111,
        name: "JET_paramIndexTuplesLengthMax",
        kind: Kind::Number,
        default: Default::Number(10),
        low_memory: Default::Number(10),
        min: 2,
        max: 255,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 112,
        name: "JET_paramIndexTuplesToIndexMax",
        kind: Kind::Number,
        default: Default::Number(32767),
        low_memory: Default::Number(32767),
        min: 1,
        max: 32767,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 113,
        name: "JET_paramAlternateDatabaseRecoveryPath",
        kind: Kind::Folder,
        default: Default::Text(""),
        low_memory: Default::Text(""),
        min: 0,
        max: 246,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 114,
        name: "JET_paramFlight_ExtentPageCountCacheVerifyOnly",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 115,
        name: "JET_paramFlight_EnablePgnoFDPLastSetTime",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 116,
        name: "JET_paramFlight_EnableScanCheck2Flags",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 117,
        name: "JET_paramFlight_EnableExtentFreed2",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 118,
        name: "JET_paramFlight_RBSLargeRevertableDeletePages",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 119,
        name: "JET_paramFlight_RBSRevertableDeleteIfTooSoonTimeNull",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 120,
        name: "JET_paramDBAPageAvailMin",
        kind: Kind::Number,
        default: Default::Number(1280),
        low_memory: Default::Number(1280),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 121,
        name: "JET_paramDBAPageAvailThreshold",
        kind: Kind::Other,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 122,
        name: "JET_paramDBAK1",
        kind: Kind::Other,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 123,
        name: "JET_paramDBAK2",
        kind: Kind::Other,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 124,
        name: "JET_paramMaxRandomIOSize",
        kind: Kind::Number,
        default: Default::Number(1048576),
        low_memory: Default::Number(1048576),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Ignored,
    },
    Param {
        id: 125,
        name: "JET_paramCachedClosedTables",
        kind: Kind::Number,
        default: Default::Number(64),
        low_memory: Default::Number(64),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 126,
        name: "JET_paramEnableFileCache",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 127,
        name: "JET_paramEnableViewCache",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 128,
        name: "JET_paramVerPageSize",
        kind: Kind::BlockSize,
        default: Default::Number(32768),
        low_memory: Default::Number(8192),
        min: 1024,
        max: 65536,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 129,
        name: "JET_paramConfiguration",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(17),
        min: 0,
        max: 2047,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 130,
        name: "JET_paramEnableAdvanced",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 131,
        name: "JET_paramMaxColtyp",
        kind: Kind::Number,
        default: Default::Number(19),
        low_memory: Default::Number(19),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 132,
        name: "JET_paramIndexTupleIncrement",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: 32767,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 133,
        name: "JET_paramIndexTupleStart",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 32767,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 134,
        name: "JET_paramKeyMost",
        kind: Kind::Number,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 135,
        name: "JET_paramCheckpointIOMax",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 1,
        max: 1024,
        scope: Scope::Global,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 136,
        name: "JET_paramLegacyFileNames",
        kind: Kind::Number,
        default: Default::Number(3),
        low_memory: Default::Number(3),
        min: 0,
        max: 255,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 137,
        name: "JET_paramTableClass1Name",
        kind: Kind::Text,
        default: Default::Text("TableClass1"),
        low_memory: Default::Text("TableClass1"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 138,
        name: "JET_paramTableClass2Name",
        kind: Kind::Text,
        default: Default::Text("TableClass2"),
        low_memory: Default::Text("TableClass2"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 139,
        name: "JET_paramTableClass3Name",
        kind: Kind::Text,
        default: Default::Text("TableClass3"),
        low_memory: Default::Text("TableClass3"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 140,
        name: "JET_paramTableClass4Name",
        kind: Kind::Text,
        default: Default::Text("TableClass4"),
        low_memory: Default::Text("TableClass4"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 141,
        name: "JET_paramTableClass5Name",
        kind: Kind::Text,
        default: Default::Text("TableClass5"),
        low_memory: Default::Text("TableClass5"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 142,
        name: "JET_paramTableClass6Name",
        kind: Kind::Text,
        default: Default::Text("TableClass6"),
        low_memory: Default::Text("TableClass6"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 143,
        name: "JET_paramTableClass7Name",
        kind: Kind::Text,
        default: Default::Text("TableClass7"),
        low_memory: Default::Text("TableClass7"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 144,
        name: "JET_paramTableClass8Name",
        kind: Kind::Text,
        default: Default::Text("TableClass8"),
        low_memory: Default::Text("TableClass8"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 145,
        name: "JET_paramTableClass9Name",
        kind: Kind::Text,
        default: Default::Text("TableClass9"),
        low_memory: Default::Text("TableClass9"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 146,
        name: "JET_paramTableClass10Name",
        kind: Kind::Text,
        default: Default::Text("TableClass10"),
        low_memory: Default::Text("TableClass10"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 147,
        name: "JET_paramTableClass11Name",
        kind: Kind::Text,
        default: Default::Text("TableClass11"),
        low_memory: Default::Text("TableClass11"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 148,
        name: "JET_paramTableClass12Name",
        kind: Kind::Text,
        default: Default::Text("TableClass12"),
        low_memory: Default::Text("TableClass12"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 149,
        name: "JET_paramTableClass13Name",
        kind: Kind::Text,
        default: Default::Text("TableClass13"),
        low_memory: Default::Text("TableClass13"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 150,
        name: "JET_paramTableClass14Name",
        kind: Kind::Text,
        default: Default::Text("TableClass14"),
        low_memory: Default::Text("TableClass14"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 151,
        name: "JET_paramTableClass15Name",
        kind: Kind::Text,
        default: Default::Text("TableClass15"),
        low_memory: Default::Text("TableClass15"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 152,
        name: "JET_paramIOPriority",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 7,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 153,
        name: "JET_paramWaypointLatency",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1023,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 154,
        name: "JET_paramCheckpointTooDeep",
        kind: Kind::Number,
        default: Default::Number(65536),
        low_memory: Default::Number(65536),
        min: 32,
        max: 65536,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 155,
        name: "JET_paramDisableBlockVerification",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 156,
        name: "JET_paramEnablePersistedCallbacks",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 157,
        name: "JET_paramAggressiveLogRollover",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 158,
        name: "JET_paramPeriodicLogRolloverLLR",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 604800,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 159,
        name: "JET_paramUsePageDependencies",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 160,
        name: "JET_paramDefragmentSequentialBTrees",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 161,
        name: "JET_paramDefragmentSequentialBTreesDensityCheckFrequency",
        kind: Kind::Number,
        default: Default::Number(10),
        low_memory: Default::Number(10),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 162,
        name: "JET_paramIOThrottlingTimeQuanta",
        kind: Kind::Number,
        default: Default::Number(100),
        low_memory: Default::Number(100),
        min: 1,
        max: 10000,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 163,
        name: "JET_paramLVChunkSizeMost",
        kind: Kind::Number,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 164,
        name: "JET_paramMaxCoalesceReadSize",
        kind: Kind::Number,
        default: Default::Number(524288),
        low_memory: Default::Number(524288),
        min: 0,
        max: 10485760,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 165,
        name: "JET_paramMaxCoalesceWriteSize",
        kind: Kind::Number,
        default: Default::Number(524288),
        low_memory: Default::Number(524288),
        min: 0,
        max: 10485760,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 166,
        name: "JET_paramMaxCoalesceReadGapSize",
        kind: Kind::Number,
        default: Default::Number(524288),
        low_memory: Default::Number(524288),
        min: 0,
        max: 10485760,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 167,
        name: "JET_paramMaxCoalesceWriteGapSize",
        kind: Kind::Number,
        default: Default::Number(524288),
        low_memory: Default::Number(524288),
        min: 0,
        max: 10485760,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 168,
        name: "JET_paramEnableHaPublish",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 2,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 169,
        name: "JET_paramEnableDBScanInRecovery",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 2,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 170,
        name: "JET_paramDbScanThrottle",
        kind: Kind::Number,
        default: Default::Number(20),
        low_memory: Default::Number(20),
        min: 0,
        max: 60000,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 171,
        name: "JET_paramDbScanIntervalMinSec",
        kind: Kind::Number,
        default: Default::Number(86400),
        low_memory: Default::Number(86400),
        min: 0,
        max: 1814400,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 172,
        name: "JET_paramDbScanIntervalMaxSec",
        kind: Kind::Number,
        default: Default::Number(604800),
        low_memory: Default::Number(604800),
        min: 1,
        max: 1576800000,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 173,
        name: "JET_paramEmitLogDataCallback",
        kind: Kind::Pointer,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 174,
        name: "JET_paramEmitLogDataCallbackCtx",
        kind: Kind::Pointer,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 175,
        name: "JET_paramEnableExternalAutoHealing",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 176,
        name: "JET_paramPatchRequestTimeout",
        kind: Kind::Number,
        default: Default::Number(300),
        low_memory: Default::Number(300),
        min: 0,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 177,
        name: "JET_paramCachePriority",
        kind: Kind::Number,
        default: Default::Number(100),
        low_memory: Default::Number(100),
        min: 0,
        max: 1000,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 178,
        name: "JET_paramMaxTransactionSize",
        kind: Kind::Number,
        default: Default::Number(100),
        low_memory: Default::Number(100),
        min: 1,
        max: 100,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 179,
        name: "JET_paramPrereadIOMax",
        kind: Kind::Number,
        default: Default::Number(8),
        low_memory: Default::Number(8),
        min: 0,
        max: 256,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 180,
        name: "JET_paramEnableDBScanSerialization",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 181,
        name: "JET_paramHungIOThreshold",
        kind: Kind::Number,
        default: Default::Number(30000),
        low_memory: Default::Number(30000),
        min: 11000,
        max: 1800000,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 182,
        name: "JET_paramHungIOActions",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: 31,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 183,
        name: "JET_paramMinDataForXpress",
        kind: Kind::Number,
        default: Default::Number(1024),
        low_memory: Default::Number(1024),
        min: 0,
        max: 2147483647,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 184,
        name: "JET_paramEnableShrinkDatabase",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 65535,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 186,
        name: "JET_paramProcessFriendlyName",
        kind: Kind::Text,
        default: Default::Text(""),
        low_memory: Default::Text(""),
        min: 0,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 187,
        name: "JET_paramDurableCommitCallback",
        kind: Kind::Pointer,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 188,
        name: "JET_paramEnableSqm",
        kind: Kind::Number,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: 2,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Ignored,
    },
    Param {
        id: 189,
        name: "JET_paramConfigStoreSpec",
        kind: Kind::Text,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 190,
        name: "JET_paramStageFlighting",
        kind: Kind::Number,
        default: Default::Number(8388608),
        low_memory: Default::Number(8388608),
        min: 0,
        max: 4294967295,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 191,
        name: "JET_paramZeroDatabaseUnusedSpace",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 192,
        name: "JET_paramDisableVerifications",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 193,
        name: "JET_paramPersistedLostFlushDetection",
        kind: Kind::Number,
        default: Default::Number(5),
        low_memory: Default::Number(5),
        min: 0,
        max: 7,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 194,
        name: "JET_paramEngineFormatVersion",
        kind: Kind::Number,
        default: Default::Number(1073741825),
        low_memory: Default::Number(1073741825),
        min: 0,
        max: 4294967295,
        scope: Scope::Instance,
        settable_late: true,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 195,
        name: "JET_paramReplayThrottlingLevel",
        kind: Kind::Number,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 196,
        name: "JET_paramTableClass16Name",
        kind: Kind::Text,
        default: Default::Text("TableClass16"),
        low_memory: Default::Text("TableClass16"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 197,
        name: "JET_paramTableClass17Name",
        kind: Kind::Text,
        default: Default::Text("TableClass17"),
        low_memory: Default::Text("TableClass17"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 198,
        name: "JET_paramTableClass18Name",
        kind: Kind::Text,
        default: Default::Text("TableClass18"),
        low_memory: Default::Text("TableClass18"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 199,
        name: "JET_paramTableClass19Name",
        kind: Kind::Text,
        default: Default::Text("TableClass19"),
        low_memory: Default::Text("TableClass19"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 200,
        name: "JET_paramTableClass20Name",
        kind: Kind::Text,
        default: Default::Text("TableClass20"),
        low_memory: Default::Text("TableClass20"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 201,
        name: "JET_paramTableClass21Name",
        kind: Kind::Text,
        default: Default::Text("TableClass21"),
        low_memory: Default::Text("TableClass21"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 202,
        name: "JET_paramTableClass22Name",
        kind: Kind::Text,
        default: Default::Text("TableClass22"),
        low_memory: Default::Text("TableClass22"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 203,
        name: "JET_paramTableClass23Name",
        kind: Kind::Text,
        default: Default::Text("TableClass23"),
        low_memory: Default::Text("TableClass23"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 204,
        name: "JET_paramTableClass24Name",
        kind: Kind::Text,
        default: Default::Text("TableClass24"),
        low_memory: Default::Text("TableClass24"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 205,
        name: "JET_paramTableClass25Name",
        kind: Kind::Text,
        default: Default::Text("TableClass25"),
        low_memory: Default::Text("TableClass25"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 206,
        name: "JET_paramTableClass26Name",
        kind: Kind::Text,
        default: Default::Text("TableClass26"),
        low_memory: Default::Text("TableClass26"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 207,
        name: "JET_paramTableClass27Name",
        kind: Kind::Text,
        default: Default::Text("TableClass27"),
        low_memory: Default::Text("TableClass27"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 208,
        name: "JET_paramTableClass28Name",
        kind: Kind::Text,
        default: Default::Text("TableClass28"),
        low_memory: Default::Text("TableClass28"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 209,
        name: "JET_paramTableClass29Name",
        kind: Kind::Text,
        default: Default::Text("TableClass29"),
        low_memory: Default::Text("TableClass29"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 210,
        name: "JET_paramTableClass30Name",
        kind: Kind::Text,
        default: Default::Text("TableClass30"),
        low_memory: Default::Text("TableClass30"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 211,
        name: "JET_paramTableClass31Name",
        kind: Kind::Text,
        default: Default::Text("TableClass31"),
        low_memory: Default::Text("TableClass31"),
        min: 1,
        max: 64,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 212,
        name: "JET_paramBlockCacheConfiguration",
        kind: Kind::Pointer,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: usize::MAX,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 213,
        name: "JET_paramRecordSizeMost",
        kind: Kind::Number,
        default: Default::None,
        low_memory: Default::None,
        min: 0,
        max: usize::MAX,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::ReadOnly,
    },
    Param {
        id: 214,
        name: "JET_paramUseFlushForWriteDurability",
        kind: Kind::Bool,
        default: Default::Number(1),
        low_memory: Default::Number(1),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 215,
        name: "JET_paramEnableRBS",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 216,
        name: "JET_paramRBSFilePath",
        kind: Kind::Folder,
        default: Default::Text(".\\"),
        low_memory: Default::Text(".\\"),
        min: 0,
        max: 246,
        scope: Scope::Instance,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 217,
        name: "JET_paramPerfmonRefreshInterval",
        kind: Kind::Number,
        default: Default::Number(100),
        low_memory: Default::Number(100),
        min: 0,
        max: 86400000,
        scope: Scope::Global,
        settable_late: false,
        advanced: false,
        handling: Handling::Normal,
    },
    Param {
        id: 218,
        name: "JET_paramEnableBlockCache",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 219,
        name: "JET_paramDeferredIndexPopulateRowsPerTransaction",
        kind: Kind::Number,
        default: Default::Number(1000),
        low_memory: Default::Number(1000),
        min: 1,
        max: 2147483647,
        scope: Scope::Instance,
        settable_late: true,
        advanced: true,
        handling: Handling::Normal,
    },
    Param {
        id: 220,
        name: "JET_paramEnableBlockCacheDetach",
        kind: Kind::Bool,
        default: Default::Number(0),
        low_memory: Default::Number(0),
        min: 0,
        max: 1,
        scope: Scope::Global,
        settable_late: false,
        advanced: true,
        handling: Handling::Normal,
    },
];
