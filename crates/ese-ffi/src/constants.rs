//! Generated from `api/constants.tsv` by `cargo xtask codegen`; not edited by hand.
//!
//! Bits, types, levels and limits of the API under the names that C programs use.
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals)]

use crate::types::*;

/// database utilities (private): space dump: catalog data only.
pub const JET_bitDBUtilSpaceInfoBasicCatalog: u32 = 0x1;
/// database utilities (private): space dump: read space trees.
pub const JET_bitDBUtilSpaceInfoSpaceTrees: u32 = 0x2;
/// database utilities (private): space dump: read parent-of-leaf pages.
pub const JET_bitDBUtilSpaceInfoParentOfLeaf: u32 = 0x4;
/// database utilities (private): space dump: visit every page.
pub const JET_bitDBUtilSpaceInfoFullWalk: u32 = 0x8;
/// database utilities (private): space category dump: full search.
pub const JET_bitDBUtilFullCategorization: u32 = 0x1;
/// database utilities (private): dump every node.
pub const JET_bitDBUtilOptionAllNodes: u32 = 0x1;
/// database utilities (private): collect key statistics.
pub const JET_bitDBUtilOptionKeyStats: u32 = 0x2;
/// database utilities (private): dump page content.
pub const JET_bitDBUtilOptionPageDump: u32 = 0x4;
/// database utilities (private): collect statistics.
pub const JET_bitDBUtilOptionStats: u32 = 0x8;
/// database utilities (private): print nothing.
pub const JET_bitDBUtilOptionSuppressConsoleOutput: u32 = 0x10;
/// database utilities (private): go on after errors.
pub const JET_bitDBUtilOptionIgnoreErrors: u32 = 0x20;
/// database utilities (private): verify content.
pub const JET_bitDBUtilOptionVerify: u32 = 0x40;
/// database utilities (private): report errors only.
pub const JET_bitDBUtilOptionReportErrors: u32 = 0x80;
/// database utilities (private): check without repair.
pub const JET_bitDBUtilOptionDontRepair: u32 = 0x100;
/// database utilities (private): repair everything.
pub const JET_bitDBUtilOptionRepairAll: u32 = 0x200;
/// database utilities (private): repair indexes only.
pub const JET_bitDBUtilOptionRepairIndexes: u32 = 0x400;
/// database utilities (private): repair without index rebuild.
pub const JET_bitDBUtilOptionDontBuildIndexes: u32 = 0x800;
/// database utilities (private): omit the banner.
pub const JET_bitDBUtilOptionSuppressLogo: u32 = 0x8000;
/// database utilities (private): integrity check only.
pub const JET_bitDBUtilOptionRepairCheckOnly: u32 = 0x10000;
/// database utilities (private): dump long-value page use.
pub const JET_bitDBUtilOptionDumpLVPageUsage: u32 = 0x20000;
/// database utilities (private): log dump as CSV.
pub const JET_bitDBUtilOptionDumpLogInfoCSV: u32 = 0x40000;
/// database utilities (private): log dump may patch the current log.
pub const JET_bitDBUtilOptionDumpLogPermitPatching: u32 = 0x80000;
/// database utilities (private): header update without minimum log checks.
pub const JET_bitDBUtilOptionSkipMinLogChecksUpdateHeader: u32 = 0x100000;
/// database utilities (private): more output.
pub const JET_bitDBUtilOptionDumpVerbose: u32 = 0x10000000;
/// database utilities (private): same as DumpVerbose (= JET_bitDBUtilOptionDumpVerbose).
pub const JET_bitDBUtilOptionDumpVerboseLevel1: u32 = 0x10000000;
/// database utilities (private): most output.
pub const JET_bitDBUtilOptionDumpVerboseLevel2: u32 = 0x20000000;
/// database utilities (private): log dump as summary.
pub const JET_bitDBUtilOptionDumpLogSummary: u32 = 0x40000000;
/// configuration store: registry value name of the read control bits.
pub const JET_wszConfigStoreReadControl: &str = "CsReadControl";
/// configuration store: pause reading while the bit is set.
pub const JET_bitConfigStoreReadControlInhibitRead: u32 = 0x1;
/// configuration store: never read the store.
pub const JET_bitConfigStoreReadControlDisableAll: u32 = 0x2;
/// configuration store: no read when the spec parameter is set.
pub const JET_bitConfigStoreReadControlDisableSetParamRead: u32 = 0x4;
/// configuration store: no read at global initialisation.
pub const JET_bitConfigStoreReadControlDisableGlobalInitRead: u32 = 0x8;
/// configuration store: no read at instance initialisation.
pub const JET_bitConfigStoreReadControlDisableInstInitRead: u32 = 0x10;
/// configuration store: reserved: no live refresh.
pub const JET_bitConfigStoreReadControlDisableLiveRead: u32 = 0x20;
/// configuration store: normal reading.
pub const JET_bitConfigStoreReadControlDefault: u32 = 0x0;
/// configuration store: registry value name of the populate control.
pub const JET_wszConfigStorePopulateControl: &str = "CsPopulateControl";
/// configuration store: do not write values back.
pub const JET_bitConfigStorePopulateControlOff: u32 = 0x0;
/// configuration store: write used values into the store.
pub const JET_bitConfigStorePopulateControlOn: u32 = 0x1;
/// configuration store: subkey with default parameter values.
pub const JET_wszConfigStoreRelPathSysParamDefault: &str = "SysParamDefault";
/// configuration store: subkey with overriding parameter values.
pub const JET_wszConfigStoreRelPathSysParamOverride: &str = "SysParamOverride";
/// database scan grbit: start one scan pass.
pub const JET_bitDatabaseScanBatchStart: u32 = 0x10;
/// database scan grbit: stop the scan.
pub const JET_bitDatabaseScanBatchStop: u32 = 0x20;
/// database scan grbit: deprecated: zero free pages.
pub const JET_bitDatabaseScanZeroPages: u32 = 0x40;
/// database scan grbit: start endless scanning.
pub const JET_bitDatabaseScanBatchStartContinuous: u32 = 0x80;
/// defragment grbit: start background defragmentation.
pub const JET_bitDefragmentBatchStart: u32 = 0x1;
/// defragment grbit: stop background defragmentation.
pub const JET_bitDefragmentBatchStop: u32 = 0x2;
/// defragment grbit: only available-extent trees.
pub const JET_bitDefragmentAvailSpaceTreesOnly: u32 = 0x40;
/// defragment grbit: skip partial page merges.
pub const JET_bitDefragmentNoPartialMerges: u32 = 0x80;
/// defragment grbit: defragment one B+ tree.
pub const JET_bitDefragmentBTree: u32 = 0x100;
/// defragment grbit: bits apply to B+ tree defragmentation.
pub const JET_bitDefragmentBTreeBatch: u32 = 0x200;
/// callback type: no callback type.
pub const JET_cbtypNull: u32 = 0x0;
/// callback type: deprecated: finalizable column reached zero.
pub const JET_cbtypFinalize: u32 = 0x1;
/// callback type: record about to be inserted.
pub const JET_cbtypBeforeInsert: u32 = 0x2;
/// callback type: record was inserted.
pub const JET_cbtypAfterInsert: u32 = 0x4;
/// callback type: record about to be replaced.
pub const JET_cbtypBeforeReplace: u32 = 0x8;
/// callback type: record was replaced.
pub const JET_cbtypAfterReplace: u32 = 0x10;
/// callback type: record about to be deleted.
pub const JET_cbtypBeforeDelete: u32 = 0x20;
/// callback type: record was deleted.
pub const JET_cbtypAfterDelete: u32 = 0x40;
/// callback type: compute a user-defined default.
pub const JET_cbtypUserDefinedDefaultValue: u32 = 0x80;
/// callback type: online defragmentation ended.
pub const JET_cbtypOnlineDefragCompleted: u32 = 0x100;
/// callback type: free a cursor's local storage.
pub const JET_cbtypFreeCursorLS: u32 = 0x200;
/// callback type: free a table's local storage.
pub const JET_cbtypFreeTableLS: u32 = 0x400;
/// callback type: database scan progress.
pub const JET_cbtypScanProgress: u32 = 0x4000;
/// callback type: database scan pass ended.
pub const JET_cbtypScanCompleted: u32 = 0x8000;
/// callback type: ask outcome of a prepared transaction.
pub const JET_cbtypDTCQueryPreparedTransaction: u32 = 0x1000;
/// callback type: online defragmentation progress.
pub const JET_cbtypOnlineDefragProgress: u32 = 0x2000;
/// callback type: test only: B+ tree defragmentation action.
pub const JET_cbtypOld2Action: u32 = 0x4000;
/// callback type: deferred index fill asks for throttling.
pub const JET_cbtypIndexDeferredPopulateThrottle: u32 = 0x8000;
/// test bits of B+ tree defragmentation (private): start.
pub const JET_bitOld2Start: u32 = 0x1;
/// test bits of B+ tree defragmentation (private): suspend.
pub const JET_bitOld2Suspend: u32 = 0x2;
/// test bits of B+ tree defragmentation (private): resume.
pub const JET_bitOld2Resume: u32 = 0x4;
/// test bits of B+ tree defragmentation (private): end.
pub const JET_bitOld2End: u32 = 0x8;
/// limit: maximum callback user data bytes.
pub const JET_cbCallbackUserDataMost: u32 = 1024;
/// limit: maximum stored callback data bytes.
pub const JET_cbCallbackDataAllMost: u32 = 4096;
/// session info flag (private): session committed.
pub const JET_bitCIMCommitted: u32 = 0x1;
/// session info flag (private): session has changes.
pub const JET_bitCIMDirty: u32 = 0x2;
/// session info flag (private): aggregate transaction.
pub const JET_bitAggregateTransaction: u32 = 0x8;
/// table info grbit: table can be updated.
pub const JET_bitTableInfoUpdatable: u32 = 0x1;
/// table info grbit: table supports bookmarks.
pub const JET_bitTableInfoBookmark: u32 = 0x2;
/// table info grbit: table supports rollback.
pub const JET_bitTableInfoRollback: u32 = 0x4;
/// object flag: internal system table.
pub const JET_bitObjectSystem: u32 = 0x80000000;
/// object flag: schema is fixed.
pub const JET_bitObjectTableFixedDDL: u32 = 0x40000000;
/// object flag: template table (schema inheritable, fixed).
pub const JET_bitObjectTableTemplate: u32 = 0x20000000;
/// object flag: table derived from a template.
pub const JET_bitObjectTableDerived: u32 = 0x10000000;
/// object flag: internal dynamic system table.
pub const JET_bitObjectSystemDynamic: u32 = 0x88000000;
/// object flag: derived tables may not add fixed or variable columns.
pub const JET_bitObjectTableNoFixedVarColumnsInDerivedTables: u32 = 0x4000000;
/// list column count: columns of the object list table.
pub const cObjectInfoCols: u32 = 9;
/// list column count: columns of the column list table.
pub const cColumnInfoCols: u32 = 14;
/// list column count: columns of the index list table.
pub const cIndexInfoCols: u32 = 15;
/// limit: computer name characters in a signature.
pub const JET_MAX_COMPUTERNAME_LENGTH: u32 = 15;
/// recovery control reason (private): log opened to check and patch.
pub const JET_OpenLogForRecoveryCheckingAndPatching: u32 = 1;
/// recovery control reason (private): log opened for redo.
pub const JET_OpenLogForRedo: u32 = 2;
/// recovery control reason (private): log opened for undo.
pub const JET_OpenLogForUndo: u32 = 3;
/// recovery control reason (private): log opened for normal work.
pub const JET_OpenLogForDo: u32 = 4;
/// recovery control reason (private): missing log: recovery must fail.
pub const JET_MissingLogMustFail: u32 = 1;
/// recovery control reason (private): missing log: success means go to redo.
pub const JET_MissingLogContinueToRedo: u32 = 2;
/// recovery control reason (private): missing log: success means try the current log.
pub const JET_MissingLogContinueTryCurrentLog: u32 = 3;
/// recovery control reason (private): missing log: success means go to undo.
pub const JET_MissingLogContinueToUndo: u32 = 4;
/// recovery control reason (private): missing log: success means start a new stream.
pub const JET_MissingLogCreateNewLogStream: u32 = 5;
/// commit context kind (private): legacy commit callback.
pub const fCommitCtxLegacyCommitCallback: u32 = 1;
/// commit context kind (private): before commit.
pub const fCommitCtxPreCommitCallback: u32 = 2;
/// commit context kind (private): after commit.
pub const fCommitCtxPostCommitCallback: u32 = 3;
/// durable commit callback grbit: log is down; pending commits are lost.
pub const JET_bitDurableCommitCallbackLogUnavailable: u32 = 0x1;
/// nil handle: no instance.
pub const JET_instanceNil: JET_INSTANCE = JET_INSTANCE::MAX;
/// nil handle: no session.
pub const JET_sesidNil: JET_SESID = JET_SESID::MAX;
/// nil handle: no cursor.
pub const JET_tableidNil: JET_TABLEID = JET_TABLEID::MAX;
/// nil handle: no column.
pub const JET_columnidNil: JET_COLUMNID = JET_COLUMNID::MAX;
/// nil value: no option bits.
pub const JET_bitNil: u32 = 0x0;
/// nil handle: no database.
pub const JET_dbidNil: JET_DBID = JET_DBID::MAX;
/// nil handle: marks absence of a usable dbid.
pub const JET_dbidNoValid: JET_DBID = JET_DBID::MAX;
/// nil handle: no local storage.
pub const JET_LSNil: JET_LS = JET_LS::MAX;
/// limit: largest bookmark with 255-byte keys.
pub const JET_cbBookmarkMost: u32 = 256;
/// limit: largest bookmark at any page size (= JET_cbKeyMostMost).
pub const JET_cbBookmarkMostMost: u32 = 2000;
/// limit: longest name in bytes (64 characters) (ANSI build).
pub const JET_cbNameMost: u32 = 64;
/// limit: longest full path name in bytes (255 characters) (ANSI build).
pub const JET_cbFullNameMost: u32 = 255;
/// limit: page bytes unusable by a long-value chunk (pages up to 8 KiB).
pub const JET_cbColumnLVPageOverhead: u32 = 82;
/// limit: old fixed chunk size for 4 KiB pages.
pub const JET_cbColumnLVChunkMost: u32 = 4014;
/// limit: older fixed chunk size.
pub const JET_cbColumnLVChunkMost_OLD: u32 = 4035;
/// limit: longest default of a long column.
pub const JET_cbLVDefaultValueMost: u32 = 255;
/// limit: longest non-long column value.
pub const JET_cbColumnMost: u32 = 255;
/// limit: longest long value.
pub const JET_cbLVColumnMost: u32 = 0x7fffffff;
/// limit: longest key at any page size (= JET_cbKeyMost32KBytePage).
pub const JET_cbKeyMostMost: u32 = 2000;
/// limit: longest key, 32 KiB pages (= JET_cbKeyMost8KBytePage).
pub const JET_cbKeyMost32KBytePage: u32 = 2000;
/// limit: longest key, 16 KiB pages (= JET_cbKeyMost8KBytePage).
pub const JET_cbKeyMost16KBytePage: u32 = 2000;
/// limit: longest key, 8 KiB pages.
pub const JET_cbKeyMost8KBytePage: u32 = 2000;
/// limit: longest key, 4 KiB pages.
pub const JET_cbKeyMost4KBytePage: u32 = 1000;
/// limit: longest key, 2 KiB pages.
pub const JET_cbKeyMost2KBytePage: u32 = 500;
/// limit: longest key every version permits.
pub const JET_cbKeyMostMin: u32 = 255;
/// limit: old longest key (kept for old clients).
pub const JET_cbKeyMost: u32 = 255;
/// limit: old longest limit key (kept for old clients).
pub const JET_cbLimitKeyMost: u32 = 256;
/// limit: old longest primary key (kept for old clients).
pub const JET_cbPrimaryKeyMost: u32 = 255;
/// limit: old longest secondary key (kept for old clients).
pub const JET_cbSecondaryKeyMost: u32 = 255;
/// limit: older longest key.
pub const JET_cbKeyMost_OLD: u32 = 255;
/// limit: most columns in an index.
pub const JET_ccolKeyMost: u32 = 16;
/// limit: most columns of a table.
pub const JET_ccolMost: u32 = 0xfee0;
/// limit: most fixed columns.
pub const JET_ccolFixedMost: u32 = 0x7f;
/// limit: most variable columns.
pub const JET_ccolVarMost: u32 = 0x80;
/// limit: most tagged columns.
pub const JET_ccolTaggedMost: u32 = 0xfde1;
/// event logging level: log no events.
pub const JET_EventLoggingDisable: u32 = 0;
/// event logging level: log the fewest events.
pub const JET_EventLoggingLevelMin: u32 = 1;
/// event logging level: log few events.
pub const JET_EventLoggingLevelLow: u32 = 25;
/// event logging level: log a medium number of events.
pub const JET_EventLoggingLevelMedium: u32 = 50;
/// event logging level: log most events.
pub const JET_EventLoggingLevelHigh: u32 = 75;
/// event logging level: log all events.
pub const JET_EventLoggingLevelMax: u32 = 100;
/// I/O priority: normal I/O priority.
pub const JET_IOPriorityNormal: u32 = 0x0;
/// I/O priority: low I/O priority.
pub const JET_IOPriorityLow: u32 = 0x1;
/// I/O priority: low priority for checkpoint writes.
pub const JET_IOPriorityLowForCheckpoint: u32 = 0x2;
/// I/O priority: low priority for scavenge writes.
pub const JET_IOPriorityLowForScavenge: u32 = 0x4;
/// I/O priority: user class id bits, used in traces.
pub const JET_IOPriorityUserClassIdMask: u32 = 0xf000000;
/// I/O priority: count the session's I/O as maintenance.
pub const JET_IOPriorityMarkAsMaintenance: u32 = 0x40000000;
/// configuration profile: all parameters back to default.
pub const JET_configDefault: u32 = 0x1;
/// configuration profile: handle quotas as high as possible.
pub const JET_configRemoveQuotas: u32 = 0x2;
/// configuration profile: small disk use (circular logging, small logs).
pub const JET_configLowDiskFootprint: u32 = 0x4;
/// configuration profile: medium disk use.
pub const JET_configMediumDiskFootprint: u32 = 0x8;
/// configuration profile: small memory use.
pub const JET_configLowMemory: u32 = 0x10;
/// configuration profile: modest memory use.
pub const JET_configDynamicMediumMemory: u32 = 0x20;
/// configuration profile: spare energy.
pub const JET_configLowPower: u32 = 0x40;
/// configuration profile: I/O sizes suited to SSDs.
pub const JET_configSSDProfileIO: u32 = 0x80;
/// configuration profile: no events, counters or traces.
pub const JET_configRunSilent: u32 = 0x100;
/// configuration profile: may use most of the machine's memory.
pub const JET_configUnthrottledMemory: u32 = 0x200;
/// configuration profile: scale to many cores.
pub const JET_configHighConcurrencyScaling: u32 = 0x400;
/// configuration profile: all profile bits.
pub const JET_configMask: u32 = 0x7ff;
/// session I/O trace flag (private): trace reads.
pub const JET_bitIOSessTraceReads: u32 = 0x1;
/// session I/O trace flag (private): trace writes.
pub const JET_bitIOSessTraceWrites: u32 = 0x2;
/// session I/O trace flag (private): trace rotating disks.
pub const JET_bitIOSessTraceHDD: u32 = 0x4;
/// session I/O trace flag (private): trace solid-state disks.
pub const JET_bitIOSessTraceSSD: u32 = 0x8;
/// legacy file name grbit: keep .log and .chk extensions.
pub const JET_bitESE98FileNames: u32 = 0x1;
/// legacy file name grbit: keep 5-digit log numbers as long as possible.
pub const JET_bitEightDotThreeSoftCompat: u32 = 0x2;
/// hung I/O action: write an event after one threshold.
pub const JET_bitHungIOEvent: u32 = 0x1;
/// hung I/O action: cancel the I/O after two thresholds.
pub const JET_bitHungIOCancel: u32 = 0x2;
/// hung I/O action: crash for debugging after three thresholds.
pub const JET_bitHungIODebug: u32 = 0x4;
/// hung I/O action: crash to enforce after three thresholds.
pub const JET_bitHungIOEnforce: u32 = 0x8;
/// hung I/O action: report failure after four thresholds.
pub const JET_bitHungIOTimeout: u32 = 0x10;
/// lost flush detection grbit (private): keep a persisted flush map.
pub const JET_bitPersistedLostFlushDetectionEnabled: u32 = 0x1;
/// lost flush detection grbit (private): rebuild the map at each attach.
pub const JET_bitPersistedLostFlushDetectionCreateNew: u32 = 0x2;
/// lost flush detection grbit (private): fail only on states learned at run time.
pub const JET_bitPersistedLostFlushDetectionFailOnRuntimeOnly: u32 = 0x4;
/// replay throttling (private): replay at full speed.
pub const JET_ReplayThrottlingNone: u32 = 0;
/// replay throttling (private): sleep to match the original pace.
pub const JET_ReplayThrottlingSleep: u32 = 1;
/// shrink grbit: never shrink.
pub const JET_bitShrinkDatabaseOff: u32 = 0x0;
/// shrink grbit: release space through sparse files.
pub const JET_bitShrinkDatabaseOn: u32 = 0x1;
/// shrink grbit: release right after large deletes.
pub const JET_bitShrinkDatabaseRealtime: u32 = 0x2;
/// shrink grbit: trim from time to time.
pub const JET_bitShrinkDatabasePeriodically: u32 = 0x8000;
/// shrink grbit: old name of JET_bitShrinkDatabaseOn.
pub const JET_bitShrinkDatabaseTrim: u32 = 0x1;
/// init grbit: obsolete: replay shipped logs.
pub const JET_bitReplayReplicatedLogFiles: u32 = 0x1;
/// init grbit: skip databases that are absent.
pub const JET_bitReplayIgnoreMissingDB: u32 = 0x4;
/// init grbit: stop before undo.
pub const JET_bitRecoveryWithoutUndo: u32 = 0x8;
/// init grbit: truncate logs after successful recovery.
pub const JET_bitTruncateLogsAfterRecovery: u32 = 0x10;
/// init grbit: databases without map entry keep their path.
pub const JET_bitReplayMissingMapEntryDB: u32 = 0x20;
/// init grbit: fail when no logs exist.
pub const JET_bitLogStreamMustExist: u32 = 0x40;
/// init grbit: accept loss of the newest logs.
pub const JET_bitReplayIgnoreLostLogs: u32 = 0x80;
/// init grbit: accept absence of the current log.
pub const JET_bitAllowMissingCurrentLog: u32 = 0x100;
/// init grbit: soft recovery may take a backup database.
pub const JET_bitAllowSoftRecoveryOnBackup: u32 = 0x200;
/// init grbit: no event for lost logs.
pub const JET_bitSkipLostLogsEvent: u32 = 0x400;
/// init grbit: callback decides recovery steps.
pub const JET_bitExternalRecoveryControl: u32 = 0x800;
/// init grbit: keep databases attached after recovery.
pub const JET_bitKeepDbAttachedAtEndOfRecovery: u32 = 0x1000;
/// init grbit: skip records older than the required range.
pub const JET_bitReplayIgnoreLogRecordsBeforeMinRequiredLog: u32 = 0x2000;
/// init grbit: derive start point from mapped databases.
pub const JET_bitReplayInferCheckpointFromRstmapDbs: u32 = 0x4000;
/// restore map grbit (private): skip when the database is absent.
pub const JET_bitRestoreMapIgnoreWhenMissing: u32 = 0x1;
/// restore map grbit (private): fail early when the database is absent.
pub const JET_bitRestoreMapFailWhenMissing: u32 = 0x2;
/// restore map grbit (private): replayed create replaces an existing file.
pub const JET_bitRestoreMapOverwriteOnCreate: u32 = 0x4;
/// term grbit: clean up versions, then close.
pub const JET_bitTermComplete: u32 = 0x1;
/// term grbit: close fast, skip version cleanup.
pub const JET_bitTermAbrupt: u32 = 0x2;
/// term grbit: stop a running backup, then close.
pub const JET_bitTermStopBackup: u32 = 0x4;
/// term grbit: close leaving databases dirty.
pub const JET_bitTermDirty: u32 = 0x8;
/// idle grbit: obsolete: flush buffers.
pub const JET_bitIdleFlushBuffers: u32 = 0x1;
/// idle grbit: clean the version store.
pub const JET_bitIdleCompact: u32 = 0x2;
/// idle grbit: report version store load.
pub const JET_bitIdleStatus: u32 = 0x4;
/// idle grbit: internal version store check.
pub const JET_bitIdleVersionStoreTest: u32 = 0x8;
/// idle grbit: clean the version store in background.
pub const JET_bitIdleCompactAsync: u32 = 0x10;
/// idle grbit: report low available buffers.
pub const JET_bitIdleAvailBuffersStatus: u32 = 0x20;
/// idle grbit: wait for background work.
pub const JET_bitIdleWaitForAsyncActivity: u32 = 0x40;
/// end session grbit (private): close even when in use.
pub const JET_bitForceSessionClosed: u32 = 0x1;
/// attach and open grbit: read only.
pub const JET_bitDbReadOnly: u32 = 0x1;
/// attach and open grbit: only this session may open it.
pub const JET_bitDbExclusive: u32 = 0x2;
/// attach and open grbit: not implemented; acts as JET_bitDbExclusive.
pub const JET_bitDbSingleExclusive: u32 = 0x2;
/// attach and open grbit: drop indexes outdated by an OS upgrade.
pub const JET_bitDbDeleteCorruptIndexes: u32 = 0x10;
/// attach and open grbit: not implemented: rebuild outdated indexes.
pub const JET_bitDbRebuildCorruptIndexes: u32 = 0x20;
/// attach and open grbit: drop every index over Unicode text.
pub const JET_bitDbDeleteUnicodeIndexes: u32 = 0x400;
/// attach and open grbit: upgrade the format while attaching.
pub const JET_bitDbUpgrade: u32 = 0x200;
/// attach and open grbit: run database scan in background.
pub const JET_bitDbEnableBackgroundMaintenance: u32 = 0x800;
/// attach and open grbit: discard kept cache pages first.
pub const JET_bitDbPurgeCacheOnAttach: u32 = 0x1000;
/// attach and open grbit: internal: open during recovery.
pub const bitDbOpenForRecovery: u32 = 0x2000;
/// detach grbit: obsolete: force the detach.
pub const JET_bitForceDetach: u32 = 0x1;
/// detach grbit: close all handles, then detach.
pub const JET_bitForceCloseAndDetach: u32 = 0x3;
/// create grbit: no logging for this database.
pub const JET_bitDbRecoveryOff: u32 = 0x8;
/// create grbit: internal: no versioning.
pub const JET_bitDbVersioningOff: u32 = 0x40;
/// create grbit: no shadow catalog.
pub const JET_bitDbShadowingOff: u32 = 0x80;
/// create grbit: obsolete: make a streaming file.
pub const JET_bitDbCreateStreamingFile: u32 = 0x100;
/// create grbit: replace an existing file.
pub const JET_bitDbOverwriteExisting: u32 = 0x200;
/// create grbit: internal: create without logging.
pub const bitCreateDbImplicitly: u32 = 0x400;
/// backup grbit: incremental: logs only.
pub const JET_bitBackupIncremental: u32 = 0x1;
/// backup grbit: do not delete logs afterwards.
pub const JET_bitKeepOldLogs: u32 = 0x2;
/// backup grbit: atomic full backup into one directory.
pub const JET_bitBackupAtomic: u32 = 0x4;
/// backup grbit: full backup with every log.
pub const JET_bitBackupFullWithAllLogs: u32 = 0x8;
/// backup grbit: snapshot backup (no patch data).
pub const JET_bitBackupSnapshot: u32 = 0x10;
/// backup grbit: surrogate backup.
pub const JET_bitBackupSurrogate: u32 = 0x20;
/// backup grbit: internal copy without effect on backup state.
pub const JET_bitInternalCopy: u32 = 0x40;
/// backup end grbit: backup succeeded; record it.
pub const JET_bitBackupEndNormal: u32 = 0x1;
/// backup end grbit: backup failed; record nothing.
pub const JET_bitBackupEndAbort: u32 = 0x2;
/// backup end grbit: caller truncated logs already.
pub const JET_bitBackupTruncateDone: u32 = 0x100;
/// backup end grbit: leave database headers alone.
pub const JET_bitBackupNoDbHeaderUpdate: u32 = 0x200;
/// table create grbit: schema cannot change later.
pub const JET_bitTableCreateFixedDDL: u32 = 0x1;
/// table create grbit: make a template table.
pub const JET_bitTableCreateTemplateTable: u32 = 0x2;
/// table create grbit: derived tables only add tagged columns.
pub const JET_bitTableCreateNoFixedVarColumnsInDerivedTables: u32 = 0x4;
/// table create grbit: do not write into the input structures.
pub const JET_bitTableCreateImmutableStructure: u32 = 0x8;
/// table create grbit: internal: system table.
pub const JET_bitTableCreateSystemTable: u32 = 0x80000000;
/// column grbit: fixed column.
pub const JET_bitColumnFixed: u32 = 0x1;
/// column grbit: tagged column.
pub const JET_bitColumnTagged: u32 = 0x2;
/// column grbit: NULL forbidden.
pub const JET_bitColumnNotNULL: u32 = 0x4;
/// column grbit: increments at each update.
pub const JET_bitColumnVersion: u32 = 0x8;
/// column grbit: assigned automatically.
pub const JET_bitColumnAutoincrement: u32 = 0x10;
/// column grbit: reported only: column can be set.
pub const JET_bitColumnUpdatable: u32 = 0x20;
/// column grbit: temp table: part of the key.
pub const JET_bitColumnTTKey: u32 = 0x40;
/// column grbit: temp table: key part descends.
pub const JET_bitColumnTTDescending: u32 = 0x80;
/// column grbit: may hold several values (tagged).
pub const JET_bitColumnMultiValued: u32 = 0x400;
/// column grbit: escrow update column.
pub const JET_bitColumnEscrowUpdate: u32 = 0x800;
/// column grbit: add the column without versioning.
pub const JET_bitColumnUnversioned: u32 = 0x1000;
/// column grbit: may be NULL through an outer join.
pub const JET_bitColumnMaybeNull: u32 = 0x2000;
/// column grbit: deprecated: finalize when zero.
pub const JET_bitColumnFinalize: u32 = 0x4000;
/// column grbit: default computed by a callback.
pub const JET_bitColumnUserDefinedDefault: u32 = 0x8000;
/// column grbit: JetRenameColumn only: turn into a placeholder.
pub const JET_bitColumnRenameConvertToPrimaryIndexPlaceholder: u32 = 0x10000;
/// column grbit: delete the record when the column reaches zero.
pub const JET_bitColumnDeleteOnZero: u32 = 0x20000;
/// column grbit: variable column.
pub const JET_bitColumnVariable: u32 = 0x40000;
/// column grbit: values may be compressed.
pub const JET_bitColumnCompressed: u32 = 0x80000;
/// column grbit: values are encrypted.
pub const JET_bitColumnEncrypted: u32 = 0x100000;
/// delete column grbit: ignore columns of the template.
pub const JET_bitDeleteColumnIgnoreTemplateColumns: u32 = 0x1;
/// set current index grbit: go to the first entry.
pub const JET_bitMoveFirst: u32 = 0x0;
/// set current index grbit: unsupported: go before the first entry.
pub const JET_bitMoveBeforeFirst: u32 = 0x1;
/// set current index grbit: stay on the same record.
pub const JET_bitNoMove: u32 = 0x2;
/// make key grbit: start a new key.
pub const JET_bitNewKey: u32 = 0x1;
/// make key grbit: key matches anything after it at this column.
pub const JET_bitStrLimit: u32 = 0x2;
/// make key grbit: key matches text with this prefix.
pub const JET_bitSubStrLimit: u32 = 0x4;
/// make key grbit: data is a normalised key.
pub const JET_bitNormalizedKey: u32 = 0x8;
/// make key grbit: zero-length value rather than NULL.
pub const JET_bitKeyDataZeroLength: u32 = 0x10;
/// make key grbit: skip the placeholder column.
pub const JET_bitKeyOverridePrimaryIndexPlaceholder: u32 = 0x20;
/// make key grbit: all limit bits.
pub const JET_maskLimitOptions: u32 = 0xf00;
/// make key grbit: start limit after a full column.
pub const JET_bitFullColumnStartLimit: u32 = 0x100;
/// make key grbit: end limit after a full column.
pub const JET_bitFullColumnEndLimit: u32 = 0x200;
/// make key grbit: start limit on a column prefix.
pub const JET_bitPartialColumnStartLimit: u32 = 0x400;
/// make key grbit: end limit on a column prefix.
pub const JET_bitPartialColumnEndLimit: u32 = 0x800;
/// set index range grbit: limit key is part of the range.
pub const JET_bitRangeInclusive: u32 = 0x1;
/// set index range grbit: key bounds the range above.
pub const JET_bitRangeUpperLimit: u32 = 0x2;
/// set index range grbit: test the range, then drop it.
pub const JET_bitRangeInstantDuration: u32 = 0x4;
/// set index range grbit: cancel the range.
pub const JET_bitRangeRemove: u32 = 0x8;
/// lock grbit: read lock.
pub const JET_bitReadLock: u32 = 0x1;
/// lock grbit: write lock.
pub const JET_bitWriteLock: u32 = 0x2;
/// lock grbit: lock the key.
pub const JET_bitKeyLock: u32 = 0x4;
/// move offset: first entry.
pub const JET_MoveFirst: i32 = -2147483648;
/// move offset: previous entry.
pub const JET_MovePrevious: i32 = -1;
/// move offset: next entry.
pub const JET_MoveNext: i32 = 1;
/// move offset: last entry.
pub const JET_MoveLast: i32 = 2147483647;
/// move grbit: skip entries with an equal key.
pub const JET_bitMoveKeyNE: u32 = 0x1;
/// seek grbit: equal.
pub const JET_bitSeekEQ: u32 = 0x1;
/// seek grbit: less.
pub const JET_bitSeekLT: u32 = 0x2;
/// seek grbit: less or equal.
pub const JET_bitSeekLE: u32 = 0x4;
/// seek grbit: greater or equal.
pub const JET_bitSeekGE: u32 = 0x8;
/// seek grbit: greater.
pub const JET_bitSeekGT: u32 = 0x10;
/// seek grbit: also set a range on equal keys.
pub const JET_bitSetIndexRange: u32 = 0x20;
/// seek grbit: report a unique hit (with SeekEQ).
pub const JET_bitCheckUniqueness: u32 = 0x40;
/// bookmark grbit: land near a vanished entry.
pub const JET_bitBookmarkPermitVirtualCurrency: u32 = 0x1;
/// conditional column grbit: index only when the column is NULL.
pub const JET_bitIndexColumnMustBeNull: u32 = 0x1;
/// conditional column grbit: index only when the column is not NULL.
pub const JET_bitIndexColumnMustBeNonNull: u32 = 0x2;
/// intersect range grbit: record must be in the range.
pub const JET_bitRecordInIndex: u32 = 0x1;
/// intersect range grbit: record must not be in the range.
pub const JET_bitRecordNotInIndex: u32 = 0x2;
/// index grbit: keys are unique.
pub const JET_bitIndexUnique: u32 = 0x1;
/// index grbit: primary (clustered) index.
pub const JET_bitIndexPrimary: u32 = 0x2;
/// index grbit: NULL key column forbidden.
pub const JET_bitIndexDisallowNull: u32 = 0x4;
/// index grbit: skip records whose key columns are all NULL.
pub const JET_bitIndexIgnoreNull: u32 = 0x8;
/// index grbit: kept for old clients: clustered.
pub const JET_bitIndexClustered40: u32 = 0x10;
/// index grbit: skip records with any NULL key column.
pub const JET_bitIndexIgnoreAnyNull: u32 = 0x20;
/// index grbit: skip records whose first key column is NULL.
pub const JET_bitIndexIgnoreFirstNull: u32 = 0x40;
/// index grbit: build with lazy log flush.
pub const JET_bitIndexLazyFlush: u32 = 0x80;
/// index grbit: no build: all entries would be NULL.
pub const JET_bitIndexEmpty: u32 = 0x100;
/// index grbit: build without versioning.
pub const JET_bitIndexUnversioned: u32 = 0x200;
/// index grbit: NULL sorts last.
pub const JET_bitIndexSortNullsHigh: u32 = 0x400;
/// index grbit: field points to JET_UNICODEINDEX.
pub const JET_bitIndexUnicode: u32 = 0x800;
/// index grbit: substring (tuple) index.
pub const JET_bitIndexTuples: u32 = 0x1000;
/// index grbit: field points to JET_TUPLELIMITS.
pub const JET_bitIndexTupleLimits: u32 = 0x2000;
/// index grbit: cross product over several multi-valued columns.
pub const JET_bitIndexCrossProduct: u32 = 0x4000;
/// index grbit: cbKeyMost field is given.
pub const JET_bitIndexKeyMost: u32 = 0x8000;
/// index grbit: fail updates whose key would be cut.
pub const JET_bitIndexDisallowTruncation: u32 = 0x10000;
/// index grbit: pair values of equal sequence number.
pub const JET_bitIndexNestedTable: u32 = 0x20000;
/// index grbit: sort GUIDs the .NET way.
pub const JET_bitIndexDotNetGuid: u32 = 0x40000;
/// index grbit: do not write into the input structures.
pub const JET_bitIndexImmutableStructure: u32 = 0x80000;
/// index grbit: create the index unfilled.
pub const JET_bitIndexDeferredPopulateCreate: u32 = 0x100000;
/// index grbit: fill an index created unfilled.
pub const JET_bitIndexDeferredPopulateProcess: u32 = 0x200000;
/// index grbit: uniqueness enforced only on request.
pub const JET_bitIndexOptionallyUnique: u32 = 0x400000;
/// index key direction: ascending.
pub const JET_bitKeyAscending: u32 = 0x0;
/// index key direction: descending.
pub const JET_bitKeyDescending: u32 = 0x1;
/// open table grbit: nobody else may write.
pub const JET_bitTableDenyWrite: u32 = 0x1;
/// open table grbit: nobody else may open.
pub const JET_bitTableDenyRead: u32 = 0x2;
/// open table grbit: read only.
pub const JET_bitTableReadOnly: u32 = 0x4;
/// open table grbit: updates wanted.
pub const JET_bitTableUpdatable: u32 = 0x8;
/// open table grbit: allow schema change on a fixed table (with DenyRead).
pub const JET_bitTablePermitDDL: u32 = 0x10;
/// open table grbit: pages need not stay cached.
pub const JET_bitTableNoCache: u32 = 0x20;
/// open table grbit: expect pages not to be cached.
pub const JET_bitTablePreread: u32 = 0x40;
/// open table grbit: read neighbouring leaf pages in larger I/Os.
pub const JET_bitTableOpportuneRead: u32 = 0x80;
/// open table grbit: allow indexes with an old sort version.
pub const JET_bitTableAllowOutOfDate: u32 = 0x100;
/// open table grbit: allow change of the root page time stamp.
pub const JET_bitAllowPgnoFDPLastSetTime: u32 = 0x200;
/// open table grbit: sequential scan expected.
pub const JET_bitTableSequential: u32 = 0x8000;
/// open table grbit: internal: free resources on close.
pub const JET_bitTableTryPurgeOnClose: u32 = 0x1000000;
/// open table grbit: internal.
pub const JET_bitTableAllowSensitiveOperation: u32 = 0x8000000;
/// open table grbit: internal: open for delete.
pub const JET_bitTableDelete: u32 = 0x10000000;
/// open table grbit: internal: open for create.
pub const JET_bitTableCreate: u32 = 0x20000000;
/// open table grbit: internal: update during recovery.
pub const bitTableUpdatableDuringRecovery: u32 = 0x40000000;
/// open table grbit: statistics class bits.
pub const JET_bitTableClassMask: u32 = 0x1f0000;
/// open table grbit: no statistics class.
pub const JET_bitTableClassNone: u32 = 0x0;
/// open table grbit: statistics class 1.
pub const JET_bitTableClass1: u32 = 0x10000;
/// open table grbit: statistics class 2.
pub const JET_bitTableClass2: u32 = 0x20000;
/// open table grbit: statistics class 3.
pub const JET_bitTableClass3: u32 = 0x30000;
/// open table grbit: statistics class 4.
pub const JET_bitTableClass4: u32 = 0x40000;
/// open table grbit: statistics class 5.
pub const JET_bitTableClass5: u32 = 0x50000;
/// open table grbit: statistics class 6.
pub const JET_bitTableClass6: u32 = 0x60000;
/// open table grbit: statistics class 7.
pub const JET_bitTableClass7: u32 = 0x70000;
/// open table grbit: statistics class 8.
pub const JET_bitTableClass8: u32 = 0x80000;
/// open table grbit: statistics class 9.
pub const JET_bitTableClass9: u32 = 0x90000;
/// open table grbit: statistics class 10.
pub const JET_bitTableClass10: u32 = 0xa0000;
/// open table grbit: statistics class 11.
pub const JET_bitTableClass11: u32 = 0xb0000;
/// open table grbit: statistics class 12.
pub const JET_bitTableClass12: u32 = 0xc0000;
/// open table grbit: statistics class 13.
pub const JET_bitTableClass13: u32 = 0xd0000;
/// open table grbit: statistics class 14.
pub const JET_bitTableClass14: u32 = 0xe0000;
/// open table grbit: statistics class 15.
pub const JET_bitTableClass15: u32 = 0xf0000;
/// open table grbit: statistics class 16.
pub const JET_bitTableClass16: u32 = 0x100000;
/// open table grbit: statistics class 17.
pub const JET_bitTableClass17: u32 = 0x110000;
/// open table grbit: statistics class 18.
pub const JET_bitTableClass18: u32 = 0x120000;
/// open table grbit: statistics class 19.
pub const JET_bitTableClass19: u32 = 0x130000;
/// open table grbit: statistics class 20.
pub const JET_bitTableClass20: u32 = 0x140000;
/// open table grbit: statistics class 21.
pub const JET_bitTableClass21: u32 = 0x150000;
/// open table grbit: statistics class 22.
pub const JET_bitTableClass22: u32 = 0x160000;
/// open table grbit: statistics class 23.
pub const JET_bitTableClass23: u32 = 0x170000;
/// open table grbit: statistics class 24.
pub const JET_bitTableClass24: u32 = 0x180000;
/// open table grbit: statistics class 25.
pub const JET_bitTableClass25: u32 = 0x190000;
/// open table grbit: statistics class 26.
pub const JET_bitTableClass26: u32 = 0x1a0000;
/// open table grbit: statistics class 27.
pub const JET_bitTableClass27: u32 = 0x1b0000;
/// open table grbit: statistics class 28.
pub const JET_bitTableClass28: u32 = 0x1c0000;
/// open table grbit: statistics class 29.
pub const JET_bitTableClass29: u32 = 0x1d0000;
/// open table grbit: statistics class 30.
pub const JET_bitTableClass30: u32 = 0x1e0000;
/// open table grbit: statistics class 31.
pub const JET_bitTableClass31: u32 = 0x1f0000;
/// local storage grbit: clear after reading.
pub const JET_bitLSReset: u32 = 0x1;
/// local storage grbit: of the cursor.
pub const JET_bitLSCursor: u32 = 0x2;
/// local storage grbit: of the table.
pub const JET_bitLSTable: u32 = 0x4;
/// preread grbit: traversal will go forward.
pub const JET_bitPrereadForward: u32 = 0x1;
/// preread grbit: traversal will go backward.
pub const JET_bitPrereadBackward: u32 = 0x2;
/// preread grbit: long values: first page only.
pub const JET_bitPrereadFirstPage: u32 = 0x4;
/// preread grbit: keys are already normalised.
pub const JET_bitPrereadNormalizedKey: u32 = 0x8;
/// preread grbit: internal: single-key ranges.
pub const bitPrereadSingletonRanges: u32 = 0x10;
/// preread grbit: internal: no defragmentation trigger.
pub const bitPrereadDoNotDoOLD2: u32 = 0x20;
/// preread grbit: internal: compute pages only.
pub const bitPrereadSkip: u32 = 0x40;
/// preread grbit: internal: list non-leaf pages too.
pub const bitIncludeNonLeafRead: u32 = 0x80;
/// temp table grbit: seek wanted.
pub const JET_bitTTIndexed: u32 = 0x1;
/// temp table grbit: drop duplicates.
pub const JET_bitTTUnique: u32 = 0x2;
/// temp table grbit: updates wanted.
pub const JET_bitTTUpdatable: u32 = 0x4;
/// temp table grbit: free movement wanted.
pub const JET_bitTTScrollable: u32 = 0x8;
/// temp table grbit: NULL sorts last.
pub const JET_bitTTSortNullsHigh: u32 = 0x10;
/// temp table grbit: always a B+ tree.
pub const JET_bitTTForceMaterialization: u32 = 0x20;
/// temp table grbit: duplicate insert fails (= JET_bitTTForceMaterialization).
pub const JET_bitTTErrorOnDuplicateInsertion: u32 = 0x20;
/// temp table grbit: never a B+ tree; forward moves only.
pub const JET_bitTTForwardOnly: u32 = 0x40;
/// temp table grbit: long values stay in the record.
pub const JET_bitTTIntrinsicLVsOnly: u32 = 0x80;
/// temp table grbit: sort GUIDs the .NET way.
pub const JET_bitTTDotNetGuid: u32 = 0x100;
/// set column grbit: append to the long value.
pub const JET_bitSetAppendLV: u32 = 0x1;
/// set column grbit: overwrite a byte range.
pub const JET_bitSetOverwriteLV: u32 = 0x4;
/// set column grbit: set the size only.
pub const JET_bitSetSizeLV: u32 = 0x8;
/// set column grbit: store an empty value, not NULL.
pub const JET_bitSetZeroLength: u32 = 0x20;
/// set column grbit: force storage outside the record.
pub const JET_bitSetSeparateLV: u32 = 0x40;
/// set column grbit: refuse an equal value.
pub const JET_bitSetUniqueMultiValues: u32 = 0x80;
/// set column grbit: refuse a value equal after normalising.
pub const JET_bitSetUniqueNormalizedMultiValues: u32 = 0x100;
/// set column grbit: last value set to NULL reverts to the default.
pub const JET_bitSetRevertToDefaultValue: u32 = 0x200;
/// set column grbit: store in the record or fail.
pub const JET_bitSetIntrinsicLV: u32 = 0x400;
/// set column grbit: do not compress.
pub const JET_bitSetUncompressed: u32 = 0x10000;
/// set column grbit: try to compress.
pub const JET_bitSetCompressed: u32 = 0x20000;
/// set column grbit: place chunks on contiguous pages.
pub const JET_bitSetContiguousLV: u32 = 0x40000;
/// space hint grbit: take space from the parent tree first.
pub const JET_bitSpaceHintsUtilizeParentSpace: u32 = 0x1;
/// space hint grbit: grow by hints on append splits.
pub const JET_bitCreateHintAppendSequential: u32 = 0x2;
/// space hint grbit: grow by hints on hotpoint splits.
pub const JET_bitCreateHintHotpointSequential: u32 = 0x4;
/// space hint grbit: reserved.
pub const JET_bitRetrieveHintReserve1: u32 = 0x8;
/// space hint grbit: mostly forward scans.
pub const JET_bitRetrieveHintTableScanForward: u32 = 0x10;
/// space hint grbit: mostly backward scans.
pub const JET_bitRetrieveHintTableScanBackward: u32 = 0x20;
/// space hint grbit: reserved.
pub const JET_bitRetrieveHintReserve2: u32 = 0x40;
/// space hint grbit: reserved.
pub const JET_bitRetrieveHintReserve3: u32 = 0x80;
/// space hint grbit: records are deleted in order.
pub const JET_bitDeleteHintTableSequential: u32 = 0x100;
/// space hint grbit: allocate exactly the asked extents.
pub const JET_bitSpaceHintsUtilizeExactExtents: u32 = 0x200;
/// update type: new record.
pub const JET_prepInsert: u32 = 0;
/// update type: replace, locking the record.
pub const JET_prepReplace: u32 = 2;
/// update type: discard the pending update.
pub const JET_prepCancel: u32 = 3;
/// update type: replace without lock.
pub const JET_prepReplaceNoLock: u32 = 4;
/// update type: insert a copy.
pub const JET_prepInsertCopy: u32 = 5;
/// update type: insert a copy and delete the original.
pub const JET_prepInsertCopyDeleteOriginal: u32 = 7;
/// update type: copy for reading only.
pub const JET_prepReadOnlyCopy: u32 = 8;
/// update type: as delete-original, keeping auto-increment.
pub const JET_prepInsertCopyReplaceOriginal: u32 = 9;
/// update type: insert; caller sets auto-increment.
pub const JET_prepInsertMustSetAutoIncrement: u32 = 10;
/// SQM control (ignored): off.
pub const JET_sqmDisable: u32 = 0;
/// SQM control (ignored): on.
pub const JET_sqmEnable: u32 = 1;
/// SQM control (ignored): follow the system opt-in.
pub const JET_sqmFromCEIP: u32 = 2;
/// update grbit: fail when the record would not fit the ESE97 format.
pub const JET_bitUpdateCheckESE97Compatibility: u32 = 0x1;
/// update grbit: no version information.
pub const JET_bitUpdateNoVersion: u32 = 0x2;
/// update grbit: enforce optional uniqueness.
pub const JET_bitUpdateEnforceOptionallyUniqueIndices: u32 = 0x4;
/// escrow grbit: change survives rollback.
pub const JET_bitEscrowNoRollback: u32 = 0x1;
/// retrieve grbit: from the update buffer.
pub const JET_bitRetrieveCopy: u32 = 0x1;
/// retrieve grbit: from the index entry when possible.
pub const JET_bitRetrieveFromIndex: u32 = 0x2;
/// retrieve grbit: from the primary bookmark when possible.
pub const JET_bitRetrieveFromPrimaryBookmark: u32 = 0x4;
/// retrieve grbit: return the sequence number too.
pub const JET_bitRetrieveTag: u32 = 0x8;
/// retrieve grbit: columnid 0: include explicit NULLs.
pub const JET_bitRetrieveNull: u32 = 0x10;
/// retrieve grbit: leave default values out.
pub const JET_bitRetrieveIgnoreDefault: u32 = 0x20;
/// retrieve grbit: return the long-value id.
pub const JET_bitRetrieveLongId: u32 = 0x40;
/// retrieve grbit: test: return the reference count.
pub const JET_bitRetrieveLongValueRefCount: u32 = 0x80;
/// retrieve grbit: return the tuple of the index entry.
pub const JET_bitRetrieveTuple: u32 = 0x800;
/// retrieve grbit: return page numbers of the value.
pub const JET_bitRetrievePageNumber: u32 = 0x1000;
/// retrieve grbit: size addable before bursting.
pub const JET_bitRetrieveCopyIntrinsic: u32 = 0x2000;
/// retrieve grbit: preread only.
pub const JET_bitRetrievePrereadOnly: u32 = 0x4000;
/// retrieve grbit: preread more chunks.
pub const JET_bitRetrievePrereadMany: u32 = 0x8000;
/// retrieve grbit: return the compressed size only.
pub const JET_bitRetrievePhysicalSize: u32 = 0x10000;
/// retrieve grbit: return a reference when outside the record.
pub const JET_bitRetrieveAsRefIfNotInRecord: u32 = 0x20000;
/// key match flag: value is empty, not NULL.
pub const JET_bitZeroLength: u32 = 0x1;
/// enumerate grbit: from the update buffer (= JET_bitRetrieveCopy).
pub const JET_bitEnumerateCopy: u32 = 0x1;
/// enumerate grbit: leave default values out (= JET_bitRetrieveIgnoreDefault).
pub const JET_bitEnumerateIgnoreDefault: u32 = 0x20;
/// enumerate grbit: only data in the record.
pub const JET_bitEnumerateLocal: u32 = 0x10000;
/// enumerate grbit: report presence, not data.
pub const JET_bitEnumeratePresenceOnly: u32 = 0x20000;
/// enumerate grbit: tagged columns only.
pub const JET_bitEnumerateTaggedOnly: u32 = 0x40000;
/// enumerate grbit: use the compact output form.
pub const JET_bitEnumerateCompressOutput: u32 = 0x80000;
/// enumerate grbit: leave callback defaults out.
pub const JET_bitEnumerateIgnoreUserDefinedDefault: u32 = 0x100000;
/// enumerate grbit: only values inside the record.
pub const JET_bitEnumerateInRecordOnly: u32 = 0x200000;
/// enumerate grbit: return references for outside values.
pub const JET_bitEnumerateAsRefIfNotInRecord: u32 = 0x400000;
/// stream grbit (private): ascending.
pub const JET_bitStreamForward: u32 = 0x1;
/// stream grbit (private): descending.
pub const JET_bitStreamBackward: u32 = 0x2;
/// stream grbit (private): emit references for outside values.
pub const JET_bitStreamColumnReferences: u32 = 0x4;
/// record size grbit: measure the update buffer.
pub const JET_bitRecordSizeInCopyBuffer: u32 = 0x1;
/// record size grbit: add to the output fields.
pub const JET_bitRecordSizeRunningTotal: u32 = 0x2;
/// record size grbit: skip outside long values.
pub const JET_bitRecordSizeLocal: u32 = 0x4;
/// record size grbit: unsupported: count defaults.
pub const JET_bitRecordSizeIncludeDefaultValues: u32 = 0x8;
/// record size grbit: unsupported: count the index key.
pub const JET_bitRecordSizeSecondaryIndexKeyOnly: u32 = 0x10;
/// record size grbit: physical size of in-record data only.
pub const JET_bitRecordSizeIntrinsicPhysicalOnly: u32 = 0x20;
/// record size grbit: logical size of outside data only.
pub const JET_bitRecordSizeExtrinsicLogicalOnly: u32 = 0x40;
/// begin transaction grbit: no writes intended.
pub const JET_bitTransactionReadOnly: u32 = 0x1;
/// begin transaction grbit: two-phase commit.
pub const JET_bitDistributedTransaction: u32 = 0x2;
/// begin transaction grbit: internal: writable during recovery.
pub const bitTransactionWritableDuringRecovery: u32 = 0x4;
/// commit grbit: do not wait for the log flush.
pub const JET_bitCommitLazyFlush: u32 = 0x1;
/// commit grbit: wait for this session's last commit.
pub const JET_bitWaitLastLevel0Commit: u32 = 0x2;
/// commit grbit: wait for all earlier commits.
pub const JET_bitWaitAllLevel0Commit: u32 = 0x8;
/// commit grbit: close the current log file.
pub const JET_bitForceNewLog: u32 = 0x10;
/// commit grbit: call back during redo.
pub const JET_bitCommitRedoCallback: u32 = 0x20;
/// commit grbit: old value: flush pages.
pub const JET_bitCommitFlush_OLD: u32 = 0x1;
/// commit grbit: old value: lazy flush.
pub const JET_bitCommitLazyFlush_OLD: u32 = 0x4;
/// commit grbit: old value: wait for last commit.
pub const JET_bitWaitLastLevel0Commit_OLD: u32 = 0x10;
/// rollback grbit: undo all levels.
pub const JET_bitRollbackAll: u32 = 0x1;
/// rollback grbit: call back during redo.
pub const JET_bitRollbackRedoCallback: u32 = 0x20;
/// OS snapshot grbit: incremental (logs) snapshot.
pub const JET_bitIncrementalSnapshot: u32 = 0x1;
/// OS snapshot grbit: copy snapshot: leaves backup state alone.
pub const JET_bitCopySnapshot: u32 = 0x2;
/// OS snapshot grbit: session lasts beyond thaw.
pub const JET_bitContinueAfterThaw: u32 = 0x4;
/// OS snapshot grbit: instances are named one by one.
pub const JET_bitExplicitPrepare: u32 = 0x8;
/// OS snapshot grbit: every database is in the snapshot.
pub const JET_bitAllDatabasesSnapshot: u32 = 0x1;
/// OS snapshot grbit: snapshot failed.
pub const JET_bitAbortSnapshot: u32 = 0x1;
/// log emit grbit (private): first call.
pub const JET_bitShadowLogEmitFirstCall: u32 = 0x1;
/// log emit grbit (private): last call.
pub const JET_bitShadowLogEmitLastCall: u32 = 0x2;
/// log emit grbit (private): emission cancelled.
pub const JET_bitShadowLogEmitCancel: u32 = 0x4;
/// log emit grbit (private): buffers with log data.
pub const JET_bitShadowLogEmitDataBuffers: u32 = 0x8;
/// log emit grbit (private): current log complete.
pub const JET_bitShadowLogEmitLogComplete: u32 = 0x10;
/// database info level: path of the file.
pub const JET_DbInfoFilename: u32 = 0;
/// database info level: connect string (always empty).
pub const JET_DbInfoConnect: u32 = 1;
/// database info level: country code.
pub const JET_DbInfoCountry: u32 = 2;
/// database info level: locale id.
pub const JET_DbInfoLCID: u32 = 3;
/// database info level: old name of JET_DbInfoLCID.
pub const JET_DbInfoLangid: u32 = 3;
/// database info level: code page.
pub const JET_DbInfoCp: u32 = 4;
/// database info level: collation (obsolete).
pub const JET_DbInfoCollate: u32 = 5;
/// database info level: 1 when opened exclusively.
pub const JET_DbInfoOptions: u32 = 6;
/// database info level: transaction level offered.
pub const JET_DbInfoTransactions: u32 = 7;
/// database info level: engine version.
pub const JET_DbInfoVersion: u32 = 8;
/// database info level: obsolete.
pub const JET_DbInfoIsam: u32 = 9;
/// database info level: file size in pages or bytes, by call.
pub const JET_DbInfoFilesize: u32 = 10;
/// database info level: owned pages.
pub const JET_DbInfoSpaceOwned: u32 = 11;
/// database info level: free pages.
pub const JET_DbInfoSpaceAvailable: u32 = 12;
/// database info level: JET_DBINFOUPGRADE.
pub const JET_DbInfoUpgrade: u32 = 13;
/// database info level: JET_DBINFOMISC family.
pub const JET_DbInfoMisc: u32 = 14;
/// database info level: whether the file is in use.
pub const JET_DbInfoDBInUse: u32 = 15;
/// database info level: obsolete.
pub const JET_DbInfoHasSLVFile_Obsolete: u32 = 16;
/// database info level: page size.
pub const JET_DbInfoPageSize: u32 = 17;
/// database info level: obsolete.
pub const JET_DbInfoStreamingFileSpace_Obsolete: u32 = 18;
/// database info level: file type.
pub const JET_DbInfoFileType: u32 = 19;
/// database info level: obsolete.
pub const JET_DbInfoStreamingFileSize_Obsolete: u32 = 20;
/// database info level: bytes allocated on disk.
pub const JET_DbInfoFilesizeOnDisk: u32 = 21;
/// database info level: internal: shelved pages.
pub const dbInfoSpaceShelved: u32 = 22;
/// database info level: split buffer pages.
pub const JET_DbInfoSplitBuffers: u32 = 23;
/// database info level: obsolete flag: cached answer.
pub const JET_DbInfoUseCachedResult: u32 = 0x40000000;
/// log info level (private): JET_LOGINFOMISC.
pub const JET_LogInfoMisc: u32 = 0;
/// log info level (private): JET_LOGINFOMISC2.
pub const JET_LogInfoMisc2: u32 = 1;
/// log info level (private): JET_LOGINFOMISC3.
pub const JET_LogInfoMisc3: u32 = 2;
/// revert snapshot info level (private): JET_RBSINFOMISC.
pub const JET_RBSFileInfoMisc: u32 = 0;
/// database state: creation not finished.
pub const JET_dbstateJustCreated: u32 = 1;
/// database state: dirty: needs recovery.
pub const JET_dbstateDirtyShutdown: u32 = 2;
/// database state: clean.
pub const JET_dbstateCleanShutdown: u32 = 3;
/// database state: format conversion unfinished.
pub const JET_dbstateBeingConverted: u32 = 4;
/// database state: was force-detached.
pub const JET_dbstateForceDetach: u32 = 5;
/// database state: incremental reseed unfinished.
pub const JET_dbstateIncrementalReseedInProgress: u32 = 6;
/// database state: dirty after page patching.
pub const JET_dbstateDirtyAndPatchedShutdown: u32 = 7;
/// database state: revert unfinished.
pub const JET_dbstateRevertInProgress: u32 = 8;
/// file type: unknown.
pub const JET_filetypeUnknown: u32 = 0;
/// file type: database.
pub const JET_filetypeDatabase: u32 = 1;
/// file type: streaming file (obsolete).
pub const JET_filetypeStreamingFile: u32 = 2;
/// file type: log.
pub const JET_filetypeLog: u32 = 3;
/// file type: checkpoint.
pub const JET_filetypeCheckpoint: u32 = 4;
/// file type: temporary database.
pub const JET_filetypeTempDatabase: u32 = 5;
/// file type: trace log.
pub const JET_filetypeFTL: u32 = 6;
/// file type: flush map.
pub const JET_filetypeFlushMap: u32 = 7;
/// file type: file stored in a block cache.
pub const JET_filetypeCachedFile: u32 = 8;
/// file type: block cache file.
pub const JET_filetypeCachingFile: u32 = 9;
/// file type: revert snapshot.
pub const JET_filetypeSnapshot: u32 = 10;
/// file type: revert checkpoint.
pub const JET_filetypeRBSRevertCheckpoint: u32 = 11;
/// file type: number of file types.
pub const JET_filetypeMax: u32 = 12;
/// column type: none.
pub const JET_coltypNil: u32 = 0;
/// column type: boolean.
pub const JET_coltypBit: u32 = 1;
/// column type: 8-bit unsigned.
pub const JET_coltypUnsignedByte: u32 = 2;
/// column type: 16-bit signed.
pub const JET_coltypShort: u32 = 3;
/// column type: 32-bit signed.
pub const JET_coltypLong: u32 = 4;
/// column type: 64-bit signed (currency).
pub const JET_coltypCurrency: u32 = 5;
/// column type: 32-bit float.
pub const JET_coltypIEEESingle: u32 = 6;
/// column type: 64-bit float.
pub const JET_coltypIEEEDouble: u32 = 7;
/// column type: 64-bit float: days since 1899-12-30.
pub const JET_coltypDateTime: u32 = 8;
/// column type: bytes, up to 255.
pub const JET_coltypBinary: u32 = 9;
/// column type: text, up to 255 bytes.
pub const JET_coltypText: u32 = 10;
/// column type: bytes, long.
pub const JET_coltypLongBinary: u32 = 11;
/// column type: text, long.
pub const JET_coltypLongText: u32 = 12;
/// column type: obsolete streaming value.
pub const JET_coltypSLV: u32 = 13;
/// column type: 32-bit unsigned.
pub const JET_coltypUnsignedLong: u32 = 14;
/// column type: 64-bit signed.
pub const JET_coltypLongLong: u32 = 15;
/// column type: 16-byte GUID.
pub const JET_coltypGUID: u32 = 16;
/// column type: 16-bit unsigned.
pub const JET_coltypUnsignedShort: u32 = 17;
/// column type: 64-bit unsigned.
pub const JET_coltypUnsignedLongLong: u32 = 18;
/// column type: number of column types (Windows 10).
pub const JET_coltypMax: u32 = 19;
/// revert state (private): not started.
pub const JET_revertstateNone: u32 = 0;
/// revert state (private): snapshots being applied.
pub const JET_revertstateInProgress: u32 = 1;
/// revert state (private): required logs being copied.
pub const JET_revertstateCopingLogs: u32 = 2;
/// revert state (private): snapshots being saved.
pub const JET_revertstateBackupSnapshot: u32 = 3;
/// revert state (private): snapshots being removed.
pub const JET_revertstateRemoveSnapshot: u32 = 4;
/// revert state (private): root page records being saved.
pub const JET_revertstateCaptureRootPageRecords: u32 = 5;
/// revert state (private): root page records being applied.
pub const JET_revertstateApplyRootPageRecords: u32 = 6;
/// revert grbit (private): delete present logs after the revert.
pub const JET_bitDeleteAllExistingLogs: u32 = 0x1;
/// delete table grbit (private): delete without revert data.
pub const JET_bitNonRevertableTableDelete: u32 = 0x1;
/// delete table grbit (private): fall back to a revertable delete.
pub const JET_bitRevertableTableDeleteIfTooSoon: u32 = 0x2;
/// session info level (private): JET_SESSIONINFO.
pub const JET_SessionInfo: u32 = 0;
/// object info level: JET_OBJECTINFO of one object.
pub const JET_ObjInfo: u32 = 0;
/// object info level: list without counts.
pub const JET_ObjInfoListNoStats: u32 = 1;
/// object info level: list.
pub const JET_ObjInfoList: u32 = 2;
/// object info level: obsolete.
pub const JET_ObjInfoSysTabCursor: u32 = 3;
/// object info level: obsolete; refused.
pub const JET_ObjInfoListACM: u32 = 4;
/// object info level: one object without counts.
pub const JET_ObjInfoNoStats: u32 = 5;
/// object info level: obsolete.
pub const JET_ObjInfoSysTabReadOnly: u32 = 6;
/// object info level: obsolete.
pub const JET_ObjInfoRulesLoaded: u32 = 7;
/// object info level: number of levels.
pub const JET_ObjInfoMax: u32 = 8;
/// table info level: JET_OBJECTINFO.
pub const JET_TblInfo: u32 = 0;
/// table info level: table name.
pub const JET_TblInfoName: u32 = 1;
/// table info level: dbid.
pub const JET_TblInfoDbid: u32 = 2;
/// table info level: obsolete.
pub const JET_TblInfoMostMany: u32 = 3;
/// table info level: obsolete.
pub const JET_TblInfoRvt: u32 = 4;
/// table info level: obsolete.
pub const JET_TblInfoOLC: u32 = 5;
/// table info level: obsolete.
pub const JET_TblInfoResetOLC: u32 = 6;
/// table info level: space tree dump.
pub const JET_TblInfoSpaceUsage: u32 = 7;
/// table info level: debug dump.
pub const JET_TblInfoDumpTable: u32 = 8;
/// table info level: initial pages and density.
pub const JET_TblInfoSpaceAlloc: u32 = 9;
/// table info level: owned pages of all trees.
pub const JET_TblInfoSpaceOwned: u32 = 10;
/// table info level: free pages of all trees.
pub const JET_TblInfoSpaceAvailable: u32 = 11;
/// table info level: template name.
pub const JET_TblInfoTemplateTableName: u32 = 12;
/// table info level: long-value chunk size.
pub const JET_TblInfoLVChunkMax: u32 = 13;
/// table info level: encryption key.
pub const JET_TblInfoEncryptionKey: u32 = 14;
/// table info level: take the next auto-increment.
pub const JET_TblInfoRetrieveAndReserveAutoIncrement: u32 = 16;
/// table info level: owned pages of the long-value tree.
pub const JET_TblInfoSpaceOwnedLV: u32 = 17;
/// table info level: free pages of the long-value tree.
pub const JET_TblInfoSpaceAvailableLV: u32 = 18;
/// table info level: object id.
pub const JET_TblInfoObjectId: u32 = 19;
/// index info level: index list (one index).
pub const JET_IdxInfo: u32 = 0;
/// index info level: index list.
pub const JET_IdxInfoList: u32 = 1;
/// index info level: obsolete.
pub const JET_IdxInfoSysTabCursor: u32 = 2;
/// index info level: obsolete.
pub const JET_IdxInfoOLC: u32 = 3;
/// index info level: obsolete.
pub const JET_IdxInfoResetOLC: u32 = 4;
/// index info level: density.
pub const JET_IdxInfoSpaceAlloc: u32 = 5;
/// index info level: locale id.
pub const JET_IdxInfoLCID: u32 = 6;
/// index info level: old name of JET_IdxInfoLCID.
pub const JET_IdxInfoLangid: u32 = 6;
/// index info level: number of indexes.
pub const JET_IdxInfoCount: u32 = 7;
/// index info level: cbVarSegMac.
pub const JET_IdxInfoVarSegMac: u32 = 8;
/// index info level: JET_INDEXID.
pub const JET_IdxInfoIndexId: u32 = 9;
/// index info level: cbKeyMost.
pub const JET_IdxInfoKeyMost: u32 = 10;
/// index info level: JET_INDEXCREATE.
pub const JET_IdxInfoCreateIndex: u32 = 11;
/// index info level: JET_INDEXCREATE2.
pub const JET_IdxInfoCreateIndex2: u32 = 12;
/// index info level: JET_INDEXCREATE3.
pub const JET_IdxInfoCreateIndex3: u32 = 13;
/// index info level: locale name.
pub const JET_IdxInfoLocaleName: u32 = 14;
/// index info level: NLS sort version.
pub const JET_IdxInfoSortVersion: u32 = 15;
/// index info level: NLS defined version.
pub const JET_IdxInfoDefinedSortVersion: u32 = 16;
/// index info level: NLS sort GUID.
pub const JET_IdxInfoSortId: u32 = 17;
/// index info level: owned pages of this index.
pub const JET_IdxInfoSpaceOwned: u32 = 18;
/// index info level: free pages of this index.
pub const JET_IdxInfoSpaceAvailable: u32 = 19;
/// column info level: JET_COLUMNDEF by name.
pub const JET_ColInfo: u32 = 0;
/// column info level: column list by name order.
pub const JET_ColInfoList: u32 = 1;
/// column info level: obsolete.
pub const JET_ColInfoSysTabCursor: u32 = 3;
/// column info level: JET_COLUMNBASE by name.
pub const JET_ColInfoBase: u32 = 4;
/// column info level: internal list.
pub const JET_ColInfoListCompact: u32 = 5;
/// column info level: JET_COLUMNDEF by column id.
pub const JET_ColInfoByColid: u32 = 6;
/// column info level: column list by id order.
pub const JET_ColInfoListSortColumnid: u32 = 7;
/// column info level: JET_COLUMNBASE by column id.
pub const JET_ColInfoBaseByColid: u32 = 8;
/// column info level: lists: skip template columns.
pub const JET_ColInfoGrbitNonDerivedColumnsOnly: u32 = 0x80000000;
/// column info level: lists: name and id only.
pub const JET_ColInfoGrbitMinimalInfo: u32 = 0x40000000;
/// column info level: lists: order by id.
pub const JET_ColInfoGrbitSortByColumnid: u32 = 0x20000000;
/// column info level: internal.
pub const JET_ColInfoGrbitCompacting: u32 = 0x10000000;
/// instance info level: log signature.
pub const JET_InstanceMiscInfoLogSignature: u32 = 0;
/// instance info level: checkpoint position.
pub const JET_InstanceMiscInfoCheckpoint: u32 = 1;
/// instance info level: revert snapshot facts.
pub const JET_InstanceMiscInfoRBS: u32 = 2;
/// page info level (private): JET_PAGEINFO.
pub const JET_PageInfo: u32 = 0;
/// page info level (private): JET_PAGEINFO2.
pub const JET_PageInfo2: u32 = 1;
/// page info grbit (private): skip the structure checksum.
pub const JET_bitPageInfoNoStructureChecksum: u32 = 0x1;
/// patch grbit (private): test: page is uninitialised.
pub const JET_bitTestUninitShrunkPageImage: u32 = 0x1;
/// patch grbit (private): page to patch is damaged.
pub const JET_bitPatchingCorruptPage: u32 = 0x2;
/// incremental reseed grbit (private): abandon the reseed.
pub const JET_bitEndDatabaseIncrementalReseedCancel: u32 = 0x1;
/// incremental reseed grbit (private): patch the revert snapshot too.
pub const JET_bitBeginDatabaseIncrementalReseedPatchRBS: u32 = 0x1;
/// object type: any or none.
pub const JET_objtypNil: u32 = 0;
/// object type: table.
pub const JET_objtypTable: u32 = 1;
/// object type: database.
pub const JET_objtypDb: u32 = 2;
/// object type: container.
pub const JET_objtypContainer: u32 = 3;
/// object type: internal: long-value root.
pub const JET_objtypLongRoot: u32 = 9;
/// compact grbit: emit statistics.
pub const JET_bitCompactStats: u32 = 0x20;
/// compact grbit: tolerate duplicate keys.
pub const JET_bitCompactRepair: u32 = 0x40;
/// compact grbit: keep the source file.
pub const JET_bitCompactPreserveOriginal: u32 = 0x100;
/// status process: repair.
pub const JET_snpRepair: u32 = 2;
/// status process: compaction.
pub const JET_snpCompact: u32 = 4;
/// status process: restore or recovery.
pub const JET_snpRestore: u32 = 8;
/// status process: backup.
pub const JET_snpBackup: u32 = 9;
/// status process: format upgrade.
pub const JET_snpUpgrade: u32 = 10;
/// status process: zeroing.
pub const JET_snpScrub: u32 = 11;
/// status process: record format upgrade.
pub const JET_snpUpgradeRecordFormat: u32 = 12;
/// status process: recovery control.
pub const JET_snpRecoveryControl: u32 = 18;
/// status process: page patching.
pub const JET_snpExternalAutoHealing: u32 = 19;
/// status process: space categorisation.
pub const JET_snpSpaceCategorization: u32 = 20;
/// status type: started.
pub const JET_sntBegin: u32 = 5;
/// status type: requirements reported.
pub const JET_sntRequirements: u32 = 7;
/// status type: progress.
pub const JET_sntProgress: u32 = 0;
/// status type: finished.
pub const JET_sntComplete: u32 = 6;
/// status type: failed.
pub const JET_sntFail: u32 = 3;
/// status type: log about to open.
pub const JET_sntOpenLog: u32 = 1001;
/// status type: checkpoint about to open.
pub const JET_sntOpenCheckpoint: u32 = 1002;
/// status type: expected log absent.
pub const JET_sntMissingLog: u32 = 1004;
/// status type: undo about to start.
pub const JET_sntBeginUndo: u32 = 1005;
/// status type: event about to be logged.
pub const JET_sntNotificationEvent: u32 = 1006;
/// status type: error condition.
pub const JET_sntSignalErrorCondition: u32 = 1007;
/// status type: database attached in recovery.
pub const JET_sntAttachedDb: u32 = 1008;
/// status type: database about to detach in recovery.
pub const JET_sntDetachingDb: u32 = 1009;
/// status type: commit context found.
pub const JET_sntCommitCtx: u32 = 1010;
/// status type: page patch requested.
pub const JET_sntPagePatchRequest: u32 = 1101;
/// status type: damaged page found.
pub const JET_sntCorruptedPage: u32 = 1102;
/// exception action: show a message box.
pub const JET_ExceptionMsgBox: u32 = 0x1;
/// exception action: do nothing.
pub const JET_ExceptionNone: u32 = 0x2;
/// exception action: crash at once.
pub const JET_ExceptionFailFast: u32 = 0x4;
/// assert action (private): exit.
pub const JET_AssertExit: u32 = 0x0;
/// assert action (private): break into the debugger.
pub const JET_AssertBreak: u32 = 0x1;
/// assert action (private): show a message box.
pub const JET_AssertMsgBox: u32 = 0x2;
/// assert action (private): alert and stop.
pub const JET_AssertStop: u32 = 0x4;
/// assert action (private): skippable message box.
pub const JET_AssertSkippableMsgBox: u32 = 0x8;
/// assert action (private): ignore.
pub const JET_AssertSkipAll: u32 = 0x10;
/// assert action (private): access violation.
pub const JET_AssertCrash: u32 = 0x20;
/// assert action (private): crash at once.
pub const JET_AssertFailFast: u32 = 0x40;
/// online defrag setting: off.
pub const JET_OnlineDefragDisable: u32 = 0x0;
/// online defrag setting: old value for all.
pub const JET_OnlineDefragAllOBSOLETE: u32 = 0x1;
/// online defrag setting: databases.
pub const JET_OnlineDefragDatabases: u32 = 0x2;
/// online defrag setting: space trees.
pub const JET_OnlineDefragSpaceTrees: u32 = 0x4;
/// online defrag setting: streaming files (obsolete).
pub const JET_OnlineDefragStreamingFiles: u32 = 0x8;
/// online defrag setting: everything.
pub const JET_OnlineDefragAll: u32 = 0xffff;
/// counter id (private): page accesses.
pub const ctAccessPage: u32 = 1;
/// counter id (private): latch conflicts.
pub const ctLatchConflict: u32 = 2;
/// counter id (private): split retries.
pub const ctSplitRetry: u32 = 3;
/// counter id (private): neighbour page scans.
pub const ctNeighborPageScanned: u32 = 4;
/// counter id (private): splits.
pub const ctSplits: u32 = 5;
/// limit (private): resource tag bytes.
pub const JET_resTagSize: u32 = 4;
/// error info level: JET_ERRINFOBASIC of one code.
pub const JET_ErrorInfoSpecificErr: u32 = 1;
/// resize grbit: never shrink.
pub const JET_bitResizeDatabaseOnlyGrow: u32 = 0x1;
/// resize grbit: never grow.
pub const JET_bitResizeDatabaseOnlyShrink: u32 = 0x2;
/// stop service grbit: stop everything (for good).
pub const JET_bitStopServiceAll: u32 = 0x0;
/// stop service grbit: stop restartable background tasks.
pub const JET_bitStopServiceBackgroundUserTasks: u32 = 0x2;
/// stop service grbit: write out dirty caches.
pub const JET_bitStopServiceQuiesceCaches: u32 = 0x4;
/// stop service grbit: undo an earlier stop.
pub const JET_bitStopServiceResume: u32 = 0x80000000;
/// stop service grbit: stop logging and emit the rest.
pub const JET_bitStopServiceStopAndEmitLog: u32 = 0x8;
/// stage flighting bit (private): test, local.
pub const JET_bitStageTestEnvLocalMode: u32 = 0x4;
/// stage flighting bit (private): test, alpha.
pub const JET_bitStageTestEnvAlphaMode: u32 = 0x10;
/// stage flighting bit (private): test, beta.
pub const JET_bitStageTestEnvBetaMode: u32 = 0x40;
/// stage flighting bit (private): self-host, local.
pub const JET_bitStageSelfhostLocalMode: u32 = 0x400;
/// stage flighting bit (private): self-host, alpha.
pub const JET_bitStageSelfhostAlphaMode: u32 = 0x1000;
/// stage flighting bit (private): self-host, beta.
pub const JET_bitStageSelfhostBetaMode: u32 = 0x4000;
/// stage flighting bit (private): production, local.
pub const JET_bitStageProdLocalMode: u32 = 0x40000;
/// stage flighting bit (private): production, alpha.
pub const JET_bitStageProdAlphaMode: u32 = 0x100000;
/// stage flighting bit (private): production, beta.
pub const JET_bitStageProdBetaMode: u32 = 0x400000;
/// encryption algorithm (private): AES-256.
pub const JET_EncryptionAlgorithmAes256: u32 = 1;
/// move filter warning: entry rejected by a move filter.
pub const wrnBTNotVisibleRejected: u32 = 352;
/// move filter warning: entry still accumulating in a move filter.
pub const wrnBTNotVisibleAccumulated: u32 = 353;
/// shrink option (private): shrink from the end at attach.
pub const JET_bitShrinkDatabaseEofOnAttach: u32 = 0x1;
/// shrink option (private): full space categorisation.
pub const JET_bitShrinkDatabaseFullCategorizationOnAttach: u32 = 0x2;
/// shrink option (private): do not move tree roots.
pub const JET_bitShrinkDatabaseDontMoveRootsOnAttach: u32 = 0x4;
/// shrink option (private): keep leaked pages.
pub const JET_bitShrinkDatabaseDontTruncateLeakedPagesOnAttach: u32 = 0x8;
/// shrink option (private): keep uncategorised pages.
pub const JET_bitShrinkDatabaseDontTruncateIndeterminatePagesOnAttach: u32 = 0x10;
/// limit: characters of the log base name.
pub const JET_BASE_NAME_LENGTH: u32 = 3;
/// crash dump grbit: smallest dump.
pub const JET_bitDumpMinimum: u32 = 0x1;
/// crash dump grbit: largest dump.
pub const JET_bitDumpMaximum: u32 = 0x2;
/// crash dump grbit: little of the cache.
pub const JET_bitDumpCacheMinimum: u32 = 0x4;
/// crash dump grbit: all of the cache.
pub const JET_bitDumpCacheMaximum: u32 = 0x8;
/// crash dump grbit: dirty pages.
pub const JET_bitDumpCacheIncludeDirtyPages: u32 = 0x10;
/// crash dump grbit: clean pages.
pub const JET_bitDumpCacheIncludeCachedPages: u32 = 0x20;
/// crash dump grbit: damaged pages.
pub const JET_bitDumpCacheIncludeCorruptedPages: u32 = 0x40;
/// crash dump grbit: keep pages committed.
pub const JET_bitDumpCacheNoDecommit: u32 = 0x80;
/// crash dump grbit: test only.
pub const JET_bitDumpUnitTest: u32 = 0x80000000;
/// session parameter: default commit grbit of the session.
pub const JET_sesparamCommitDefault: u32 = 4097;
/// session parameter: context bytes logged at commit.
pub const JET_sesparamCommitGenericContext: u32 = 4098;
/// session parameter: read only: transaction depth.
pub const JET_sesparamTransactionLevel: u32 = 4099;
/// session parameter: JET_OPERATIONCONTEXT for traces.
pub const JET_sesparamOperationContext: u32 = 4100;
/// session parameter: id for traces.
pub const JET_sesparamCorrelationID: u32 = 4101;
/// session parameter: cache priority.
pub const JET_sesparamCachePriority: u32 = 4102;
/// session parameter: client component text for traces.
pub const JET_sesparamClientComponentDesc: u32 = 4103;
/// session parameter: client action text for traces.
pub const JET_sesparamClientActionDesc: u32 = 4104;
/// session parameter: client action context text for traces.
pub const JET_sesparamClientActionContextDesc: u32 = 4105;
/// session parameter: activity GUID for traces.
pub const JET_sesparamClientActivityId: u32 = 4106;
/// session parameter: I/O trace flags.
pub const JET_sesparamIOSessTraceFlags: u32 = 4107;
/// session parameter: I/O priority.
pub const JET_sesparamIOPriority: u32 = 4108;
/// session parameter: commit context is customer data.
pub const JET_sesparamCommitContextContainsCustomerData: u32 = 4109;
/// session parameter: wants pre and post commit callbacks.
pub const JET_sesparamCommitContextNeedPreCommitCallback: u32 = 4110;
/// session parameter: end marker, not a parameter.
pub const JET_sesparamMaxValueInvalid: u32 = 4111;
/// database parameter (private): size limit in pages.
pub const JET_dbparamDbSizeMaxPages: u32 = 8193;
/// database parameter (private): cache priority.
pub const JET_dbparamCachePriority: u32 = 8194;
/// database parameter (private): shrink options.
pub const JET_dbparamShrinkDatabaseOptions: u32 = 8195;
/// database parameter (private): shrink time limit, ms (-1 none).
pub const JET_dbparamShrinkDatabaseTimeQuota: u32 = 8196;
/// database parameter (private): shrink stops below this page count.
pub const JET_dbparamShrinkDatabaseSizeLimit: u32 = 8197;
/// database parameter (private): reclaim leaked pages at attach.
pub const JET_dbparamLeakReclaimerEnabled: u32 = 8198;
/// database parameter (private): reclaim time limit, ms (-1 none).
pub const JET_dbparamLeakReclaimerTimeQuota: u32 = 8199;
/// database parameter (private): keep the extent page count table.
pub const JET_dbparamMaintainExtentPageCountCache: u32 = 8200;
/// database parameter (private): self-allocate split buffer space.
pub const JET_dbparamFlight_SelfAllocSpBufReservationEnabled: u32 = 8201;
/// database parameter (private): end marker, not a parameter.
pub const JET_dbparamMaxValueInvalid: u32 = 8202;
/// engine version (private): engine family version.
pub const eseVersion: u32 = 0x5600;
/// engine version (private): old fixed page size.
pub const JET_cbPage: u32 = 4096;
/// engine format version (private): Exchange 5.5 format.
pub const JET_efvExchange55Rtm: u32 = 500;
/// engine format version (private): Windows 2000 format.
pub const JET_efvWindows2000Rtm: u32 = 600;
/// engine format version (private): Exchange 2000 format.
pub const JET_efvExchange2000Rtm: u32 = 1000;
/// engine format version (private): Windows XP format.
pub const JET_efvWindowsXpRtm: u32 = 1200;
/// engine format version (private): Exchange 2010 format.
pub const JET_efvExchange2010Rtm: u32 = 5520;
/// engine format version (private): Exchange 2010 SP1 format.
pub const JET_efvExchange2010Sp1: u32 = 5920;
/// engine format version (private): Exchange 2010 SP2 format.
pub const JET_efvExchange2010Sp2: u32 = 6080;
/// engine format version (private): scrubs the prefix left on an emptied page.
pub const JET_efvScrubLastNodeOnEmptyPage: u32 = 6960;
/// engine format version (private): Exchange 2013 format.
pub const JET_efvExchange2013Rtm: u32 = 7020;
/// engine format version (private): root external header stores auto-increment (staged).
pub const JET_efvExtHdrRootFieldAutoIncStorageStagedToDebug: u32 = 7060;
/// engine format version (private): logs an extend record after create.
pub const JET_efvLogExtendDbLrAfterCreateDbLr: u32 = 7940;
/// engine format version (private): insert rollback frees space (staged).
pub const JET_efvRollbackInsertSpaceStagedToTest: u32 = 7960;
/// engine format version (private): Windows 10 format.
pub const JET_efvWindows10Rtm: u32 = 8020;
/// engine format version (private): fixes locale table reference counts (patch release).
pub const JET_efvQfeMsysLocalesGuidRefCountFixup: u32 = 8023;
/// engine format version (private): persisted flush map (staged).
pub const JET_efvPersistedLostFlushMapStagedToDebug: u32 = 8220;
/// engine format version (private): two-bit page flush type (staged).
pub const JET_efvTriStatePageFlushTypeStagedToProd: u32 = 8280;
/// engine format version (private): compressed split and merge log records.
pub const JET_efvLogSplitMergeCompressionReleased: u32 = 8400;
/// engine format version (private): two-bit page flush type.
pub const JET_efvTriStatePageFlushTypeReleased: u32 = 8420;
/// engine format version (private): macro info record carries a dbid.
pub const JET_efvIrsDbidBasedMacroInfo2: u32 = 8440;
/// engine format version (private): flush map survives crashes.
pub const JET_efvLostFlushMapCrashResiliency: u32 = 8460;
/// engine format version (private): Exchange 2016 format.
pub const JET_efvExchange2016Rtm: u32 = 8520;
/// engine format version (private): fixes locale table reference counts.
pub const JET_efvMsysLocalesGuidRefCountFixup: u32 = 8620;
/// engine format version (private): Windows 10 version 1511 format.
pub const JET_efvWindows10v2Rtm: u32 = 8620;
/// engine format version (private): encrypted columns.
pub const JET_efvEncryptedColumns: u32 = 8720;
/// engine format version (private): logs table descriptor deletion.
pub const JET_efvLoggingDeleteOfTableFcbs: u32 = 8820;
/// engine format version (private): empty index upgrade updates the locale table.
pub const JET_efvEmptyIdxUpgradesUpdateMsysLocales: u32 = 8860;
/// engine format version (private): invariant locale indexes.
pub const JET_efvSupportNlsInvariantLocale: u32 = 8880;
/// engine format version (private): Exchange 2016 CU1 format.
pub const JET_efvExchange2016Cu1Rtm: u32 = 8920;
/// engine format version (private): Windows 10 19H1 format.
pub const JET_efvWindows19H1Rtm: u32 = 8920;
/// engine format version (private): logs database version changes.
pub const JET_efvSetDbVersion: u32 = 8940;
/// engine format version (private): root external header stores auto-increment.
pub const JET_efvExtHdrRootFieldAutoIncStorageReleased: u32 = 8960;
/// engine format version (private): Xpress9 compression.
pub const JET_efvXpress9Compression: u32 = 8980;
/// engine format version (private): upper-casing index flag.
pub const JET_efvUppercaseTextNormalization: u32 = 9000;
/// engine format version (private): header tracks highest scanned page.
pub const JET_efvDbscanHeaderHighestPageSeen: u32 = 9020;
/// engine format version (private): 64-bit escrow columns.
pub const JET_efvEscrow64: u32 = 9040;
/// engine format version (private): immediate long-value cleanup.
pub const JET_efvSynchronousLVCleanup: u32 = 9060;
/// engine format version (private): 64-bit long-value ids.
pub const JET_efvLid64: u32 = 9080;
/// engine format version (private): shrink record, second form.
pub const JET_efvShrinkEof: u32 = 9100;
/// engine format version (private): new-page log record.
pub const JET_efvLogNewPage: u32 = 9120;
/// engine format version (private): tree roots can move.
pub const JET_efvRootPageMove: u32 = 9140;
/// engine format version (private): scan check record, second form.
pub const JET_efvScanCheck2: u32 = 9160;
/// engine format version (private): header keeps last resize position.
pub const JET_efvLgposLastResize: u32 = 9180;
/// engine format version (private): shelved pages beyond the end of file.
pub const JET_efvShelvedPages: u32 = 9200;
/// engine format version (private): takes shelved pages back.
pub const JET_efvShelvedPagesRevert: u32 = 9220;
/// engine format version (private): shelved pages again.
pub const JET_efvShelvedPages2: u32 = 9240;
/// engine format version (private): header keeps newest required log time.
pub const JET_efvLogtimeGenMaxRequired: u32 = 9260;
/// engine format version (private): variable header signature.
pub const JET_efvVariableDbHdrSignatureSnapshot: u32 = 9280;
/// engine format version (private): redo may lower the minimum required log.
pub const JET_efvLowerMinReqLogGenOnRedo: u32 = 9300;
/// engine format version (private): shrink record, third form, with dbtime.
pub const JET_efvDbTimeShrink: u32 = 9320;
/// engine format version (private): Xpress10 compression.
pub const JET_efvXpress10Compression: u32 = 9340;
/// engine format version (private): revert snapshot signature and extent-freed record.
pub const JET_efvRevertSnapshot: u32 = 9360;
/// engine format version (private): header keeps commit position before a revert.
pub const JET_efvApplyRevertSnapshot: u32 = 9380;
/// engine format version (private): extent page count table.
pub const JET_efvExtentPageCountCache: u32 = 9400;
/// engine format version (private): LZ4 compression.
pub const JET_efvLz4Compression: u32 = 9420;
/// engine format version (private): non-revertable table deletes.
pub const JET_efvRBSNonRevertableTableDeletes: u32 = 9460;
/// engine format version (private): scan check record gains flags.
pub const JET_efvScanCheck2Flags: u32 = 9480;
/// engine format version (private): extent-freed record, second form.
pub const JET_efvExtentFreed2: u32 = 9500;
/// engine format version (private): key-value store 1.0.2.
pub const JET_efvKVPStoreV2: u32 = 9520;
/// engine format version (private): deferred index fill.
pub const JET_efvIndexDeferredPopulate: u32 = 9540;
/// engine format version (private): more reserved page tags.
pub const JET_efvReservedTags: u32 = 9560;
/// engine format version (private): judges too-early non-revertable deletes.
pub const JET_efvRBSTooSoonDeletes: u32 = 9580;
/// engine format version (private): optionally unique indexes.
pub const JET_efvOptionallyUniqueIndices: u32 = 9600;
/// engine format version (private): use the newest default.
pub const JET_efvUseEngineDefault: u32 = 0x40000001;
/// engine format version (private): use what the files have.
pub const JET_efvUsePersistedFormat: u32 = 0x40000002;
/// engine format version (private): flag: tolerate newer files.
pub const JET_efvAllowHigherPersistedFormat: u32 = 0x41000000;
/// database utility operation (private): consistency.
pub const opDBUTILConsistency: u32 = 0;
/// database utility operation (private): dump data.
pub const opDBUTILDumpData: u32 = 1;
/// database utility operation (private): dump meta data.
pub const opDBUTILDumpMetaData: u32 = 2;
/// database utility operation (private): dump page.
pub const opDBUTILDumpPage: u32 = 3;
/// database utility operation (private): dump node.
pub const opDBUTILDumpNode: u32 = 4;
/// database utility operation (private): dump tag.
pub const opDBUTILDumpTag: u32 = 5;
/// database utility operation (private): dump space.
pub const opDBUTILDumpSpace: u32 = 6;
/// database utility operation (private): set header state.
pub const opDBUTILSetHeaderState: u32 = 7;
/// database utility operation (private): dump header.
pub const opDBUTILDumpHeader: u32 = 8;
/// database utility operation (private): dump logfile.
pub const opDBUTILDumpLogfile: u32 = 9;
/// database utility operation (private): dump logfile track node.
pub const opDBUTILDumpLogfileTrackNode: u32 = 10;
/// database utility operation (private): dump checkpoint.
pub const opDBUTILDumpCheckpoint: u32 = 11;
/// database utility operation (private): edbdump.
pub const opDBUTILEDBDump: u32 = 12;
/// database utility operation (private): edbrepair.
pub const opDBUTILEDBRepair: u32 = 13;
/// database utility operation (private): munge.
pub const opDBUTILMunge: u32 = 14;
/// database utility operation (private): edbscrub.
pub const opDBUTILEDBScrub: u32 = 15;
/// database utility operation (private): slvmove.
pub const opDBUTILSLVMove_ObsoleteAndUnused: u32 = 16;
/// database utility operation (private): dbconvert records.
pub const opDBUTILDBConvertRecords_ObsoleteAndUnused: u32 = 17;
/// database utility operation (private): dbdefragment.
pub const opDBUTILDBDefragment: u32 = 18;
/// database utility operation (private): dump exchange slvinfo.
pub const opDBUTILDumpExchangeSLVInfo_ObsoleteAndUnused: u32 = 19;
/// database utility operation (private): dump unicode fixup table.
pub const opDBUTILDumpUnicodeFixupTable_ObsoleteAndUnused: u32 = 20;
/// database utility operation (private): dump page usage.
pub const opDBUTILDumpPageUsage: u32 = 21;
/// database utility operation (private): update dbheader from trailer.
pub const opDBUTILUpdateDBHeaderFromTrailer: u32 = 22;
/// database utility operation (private): checksum log from memory.
pub const opDBUTILChecksumLogFromMemory: u32 = 23;
/// database utility operation (private): dump ftlheader.
pub const opDBUTILDumpFTLHeader: u32 = 24;
/// database utility operation (private): dbtrim.
pub const opDBUTILDBTrim: u32 = 25;
/// database utility operation (private): dump flush map file.
pub const opDBUTILDumpFlushMapFile: u32 = 26;
/// database utility operation (private): dump space category.
pub const opDBUTILDumpSpaceCategory: u32 = 27;
/// database utility operation (private): dump cached file header.
pub const opDBUTILDumpCachedFileHeader: u32 = 28;
/// database utility operation (private): dump cache file.
pub const opDBUTILDumpCacheFile: u32 = 29;
/// database utility operation (private): dump rbsheader.
pub const opDBUTILDumpRBSHeader: u32 = 30;
/// database utility operation (private): dump rbspages.
pub const opDBUTILDumpRBSPages: u32 = 31;
/// database utility operation (private): estimate root space leak.
pub const opDBUTILEstimateRootSpaceLeak: u32 = 32;
/// database dump kind (private): dump tables.
pub const opEDBDumpTables: u32 = 0;
/// database dump kind (private): dump indexes.
pub const opEDBDumpIndexes: u32 = 1;
/// database dump kind (private): dump columns.
pub const opEDBDumpColumns: u32 = 2;
/// database dump kind (private): dump callbacks.
pub const opEDBDumpCallbacks: u32 = 3;
/// database dump kind (private): dump page.
pub const opEDBDumpPage: u32 = 4;
/// space category (private): none.
pub const spcatfNone: u32 = 0x0;
/// space category (private): strictly leaf.
pub const spcatfStrictlyLeaf: u32 = 0x1;
/// space category (private): strictly internal.
pub const spcatfStrictlyInternal: u32 = 0x2;
/// space category (private): root.
pub const spcatfRoot: u32 = 0x4;
/// space category (private): split buffer.
pub const spcatfSplitBuffer: u32 = 0x8;
/// space category (private): small space.
pub const spcatfSmallSpace: u32 = 0x10;
/// space category (private): space oe.
pub const spcatfSpaceOE: u32 = 0x20;
/// space category (private): space ae.
pub const spcatfSpaceAE: u32 = 0x40;
/// space category (private): available.
pub const spcatfAvailable: u32 = 0x80;
/// space category (private): indeterminate.
pub const spcatfIndeterminate: u32 = 0x4000000;
/// space category (private): inconsistent.
pub const spcatfInconsistent: u32 = 0x8000000;
/// space category (private): leaked.
pub const spcatfLeaked: u32 = 0x10000000;
/// space category (private): not owned.
pub const spcatfNotOwned: u32 = 0x20000000;
/// space category (private): not owned eof.
pub const spcatfNotOwnedEof: u32 = 0x40000000;
/// space category (private): unknown.
pub const spcatfUnknown: u32 = 0x80000000;
/// trace tag (private): null.
pub const JET_tracetagNull: u32 = 0;
/// trace tag (private): information.
pub const JET_tracetagInformation: u32 = 1;
/// trace tag (private): errors.
pub const JET_tracetagErrors: u32 = 2;
/// trace tag (private): asserts.
pub const JET_tracetagAsserts: u32 = 3;
/// trace tag (private): api.
pub const JET_tracetagAPI: u32 = 4;
/// trace tag (private): init term.
pub const JET_tracetagInitTerm: u32 = 5;
/// trace tag (private): buffer manager.
pub const JET_tracetagBufferManager: u32 = 6;
/// trace tag (private): buffer manager hashed latches.
pub const JET_tracetagBufferManagerHashedLatches: u32 = 7;
/// trace tag (private): io.
pub const JET_tracetagIO: u32 = 8;
/// trace tag (private): memory.
pub const JET_tracetagMemory: u32 = 9;
/// trace tag (private): version store.
pub const JET_tracetagVersionStore: u32 = 10;
/// trace tag (private): version store oom.
pub const JET_tracetagVersionStoreOOM: u32 = 11;
/// trace tag (private): version cleanup.
pub const JET_tracetagVersionCleanup: u32 = 12;
/// trace tag (private): catalog.
pub const JET_tracetagCatalog: u32 = 13;
/// trace tag (private): ddlread.
pub const JET_tracetagDDLRead: u32 = 14;
/// trace tag (private): ddlwrite.
pub const JET_tracetagDDLWrite: u32 = 15;
/// trace tag (private): dmlread.
pub const JET_tracetagDMLRead: u32 = 16;
/// trace tag (private): dmlwrite.
pub const JET_tracetagDMLWrite: u32 = 17;
/// trace tag (private): dmlconflicts.
pub const JET_tracetagDMLConflicts: u32 = 18;
/// trace tag (private): instances.
pub const JET_tracetagInstances: u32 = 19;
/// trace tag (private): databases.
pub const JET_tracetagDatabases: u32 = 20;
/// trace tag (private): sessions.
pub const JET_tracetagSessions: u32 = 21;
/// trace tag (private): cursors.
pub const JET_tracetagCursors: u32 = 22;
/// trace tag (private): cursor navigation.
pub const JET_tracetagCursorNavigation: u32 = 23;
/// trace tag (private): cursor page refs.
pub const JET_tracetagCursorPageRefs: u32 = 24;
/// trace tag (private): btree.
pub const JET_tracetagBtree: u32 = 25;
/// trace tag (private): space.
pub const JET_tracetagSpace: u32 = 26;
/// trace tag (private): fcbs.
pub const JET_tracetagFCBs: u32 = 27;
/// trace tag (private): transactions.
pub const JET_tracetagTransactions: u32 = 28;
/// trace tag (private): logging.
pub const JET_tracetagLogging: u32 = 29;
/// trace tag (private): recovery.
pub const JET_tracetagRecovery: u32 = 30;
/// trace tag (private): backup.
pub const JET_tracetagBackup: u32 = 31;
/// trace tag (private): restore.
pub const JET_tracetagRestore: u32 = 32;
/// trace tag (private): old.
pub const JET_tracetagOLD: u32 = 33;
/// trace tag (private): eventlog.
pub const JET_tracetagEventlog: u32 = 34;
/// trace tag (private): buffer manager maint tasks.
pub const JET_tracetagBufferManagerMaintTasks: u32 = 35;
/// trace tag (private): space management.
pub const JET_tracetagSpaceManagement: u32 = 36;
/// trace tag (private): space internal.
pub const JET_tracetagSpaceInternal: u32 = 37;
/// trace tag (private): ioqueue.
pub const JET_tracetagIOQueue: u32 = 38;
/// trace tag (private): disk volume management.
pub const JET_tracetagDiskVolumeManagement: u32 = 39;
/// trace tag (private): callbacks.
pub const JET_tracetagCallbacks: u32 = 40;
/// trace tag (private): ioproblems.
pub const JET_tracetagIOProblems: u32 = 41;
/// trace tag (private): upgrade.
pub const JET_tracetagUpgrade: u32 = 42;
/// trace tag (private): recovery validation.
pub const JET_tracetagRecoveryValidation: u32 = 43;
/// trace tag (private): buffer manager buffer cache state.
pub const JET_tracetagBufferManagerBufferCacheState: u32 = 44;
/// trace tag (private): buffer manager buffer dirty state.
pub const JET_tracetagBufferManagerBufferDirtyState: u32 = 45;
/// trace tag (private): timer queue.
pub const JET_tracetagTimerQueue: u32 = 46;
/// trace tag (private): sort perf.
pub const JET_tracetagSortPerf: u32 = 47;
/// trace tag (private): oldregistration.
pub const JET_tracetagOLDRegistration: u32 = 48;
/// trace tag (private): oldwork.
pub const JET_tracetagOLDWork: u32 = 49;
/// trace tag (private): sys init term.
pub const JET_tracetagSysInitTerm: u32 = 50;
/// trace tag (private): version and staging checks.
pub const JET_tracetagVersionAndStagingChecks: u32 = 51;
/// trace tag (private): file.
pub const JET_tracetagFile: u32 = 52;
/// trace tag (private): flush file buffers.
pub const JET_tracetagFlushFileBuffers: u32 = 53;
/// trace tag (private): checkpoint update.
pub const JET_tracetagCheckpointUpdate: u32 = 54;
/// trace tag (private): diagnostics.
pub const JET_tracetagDiagnostics: u32 = 55;
/// trace tag (private): block cache.
pub const JET_tracetagBlockCache: u32 = 56;
/// trace tag (private): rbs.
pub const JET_tracetagRBS: u32 = 57;
/// trace tag (private): rbscleaner.
pub const JET_tracetagRBSCleaner: u32 = 58;
/// trace tag (private): block cache operations.
pub const JET_tracetagBlockCacheOperations: u32 = 59;
/// trace tag (private): max.
pub const JET_tracetagMax: u32 = 60;
/// trace operation (private): null.
pub const JET_traceopNull: u32 = 0;
/// trace operation (private): set global.
pub const JET_traceopSetGlobal: u32 = 1;
/// trace operation (private): set tag.
pub const JET_traceopSetTag: u32 = 2;
/// trace operation (private): set all tags.
pub const JET_traceopSetAllTags: u32 = 3;
/// trace operation (private): set message prefix.
pub const JET_traceopSetMessagePrefix: u32 = 4;
/// trace operation (private): register tag.
pub const JET_traceopRegisterTag: u32 = 5;
/// trace operation (private): register all tags.
pub const JET_traceopRegisterAllTags: u32 = 6;
/// trace operation (private): set emit callback.
pub const JET_traceopSetEmitCallback: u32 = 7;
/// trace operation (private): set threadid filter.
pub const JET_traceopSetThreadidFilter: u32 = 8;
/// trace operation (private): set dbid filter.
pub const JET_traceopSetDbidFilter: u32 = 9;
/// trace operation (private): max.
pub const JET_traceopMax: u32 = 10;
/// relational operator: equal.
pub const JET_relopEquals: i32 = 0;
/// relational operator: prefix equal.
pub const JET_relopPrefixEquals: i32 = 1;
/// relational operator: not equal.
pub const JET_relopNotEquals: i32 = 2;
/// relational operator: less or equal.
pub const JET_relopLessThanOrEqual: i32 = 3;
/// relational operator: less.
pub const JET_relopLessThan: i32 = 4;
/// relational operator: greater or equal.
pub const JET_relopGreaterThanOrEqual: i32 = 5;
/// relational operator: greater.
pub const JET_relopGreaterThan: i32 = 6;
/// relational operator: no mask bit set.
pub const JET_relopBitmaskEqualsZero: i32 = 7;
/// relational operator: some mask bit set.
pub const JET_relopBitmaskNotEqualsZero: i32 = 8;
/// schema conversion operation (private): null.
pub const opDDLConvNull: u32 = 0;
/// schema conversion operation (private): add callback.
pub const opDDLConvAddCallback: u32 = 1;
/// schema conversion operation (private): change column.
pub const opDDLConvChangeColumn: u32 = 2;
/// schema conversion operation (private): add conditional columns to all indexes.
pub const opDDLConvAddConditionalColumnsToAllIndexes: u32 = 3;
/// schema conversion operation (private): add column callback.
pub const opDDLConvAddColumnCallback: u32 = 4;
/// schema conversion operation (private): increase max column size.
pub const opDDLConvIncreaseMaxColumnSize: u32 = 5;
/// schema conversion operation (private): change index density.
pub const opDDLConvChangeIndexDensity: u32 = 6;
/// schema conversion operation (private): change callback dll.
pub const opDDLConvChangeCallbackDLL: u32 = 7;
/// schema conversion operation (private): max.
pub const opDDLConvMax: u32 = 8;
/// resource id (private): null.
pub const JET_residNull: u32 = 0;
/// resource id (private): fcb.
pub const JET_residFCB: u32 = 1;
/// resource id (private): fucb.
pub const JET_residFUCB: u32 = 2;
/// resource id (private): tdb.
pub const JET_residTDB: u32 = 3;
/// resource id (private): idb.
pub const JET_residIDB: u32 = 4;
/// resource id (private): pib.
pub const JET_residPIB: u32 = 5;
/// resource id (private): scb.
pub const JET_residSCB: u32 = 6;
/// resource id (private): verbucket.
pub const JET_residVERBUCKET: u32 = 7;
/// resource id (private): page.
pub const JET_residPAGE: u32 = 8;
/// resource id (private): split.
pub const JET_residSPLIT: u32 = 9;
/// resource id (private): splitpath.
pub const JET_residSPLITPATH: u32 = 10;
/// resource id (private): merge.
pub const JET_residMERGE: u32 = 11;
/// resource id (private): mergepath.
pub const JET_residMERGEPATH: u32 = 12;
/// resource id (private): inst.
pub const JET_residINST: u32 = 13;
/// resource id (private): log.
pub const JET_residLOG: u32 = 14;
/// resource id (private): key.
pub const JET_residKEY: u32 = 15;
/// resource id (private): bookmark.
pub const JET_residBOOKMARK: u32 = 16;
/// resource id (private): lrukhist.
pub const JET_residLRUKHIST: u32 = 17;
/// resource id (private): rbsbuf.
pub const JET_residRBSBuf: u32 = 18;
/// resource id (private): test.
pub const JET_residTest: u32 = 19;
/// resource id (private): max.
pub const JET_residMax: u32 = 20;
/// resource id (private): all.
pub const JET_residAll: u32 = 268435455;
/// resource parameter (private): null.
pub const JET_resoperNull: u32 = 0;
/// resource parameter (private): tag.
pub const JET_resoperTag: u32 = 1;
/// resource parameter (private): size.
pub const JET_resoperSize: u32 = 2;
/// resource parameter (private): align.
pub const JET_resoperAlign: u32 = 3;
/// resource parameter (private): min use.
pub const JET_resoperMinUse: u32 = 4;
/// resource parameter (private): max use.
pub const JET_resoperMaxUse: u32 = 5;
/// resource parameter (private): objects per chunk.
pub const JET_resoperObjectsPerChunk: u32 = 6;
/// resource parameter (private): current use.
pub const JET_resoperCurrentUse: u32 = 7;
/// resource parameter (private): chunk size.
pub const JET_resoperChunkSize: u32 = 8;
/// resource parameter (private): lookaside entries.
pub const JET_resoperLookasideEntries: u32 = 9;
/// resource parameter (private): rfoloffset.
pub const JET_resoperRFOLOffset: u32 = 10;
/// resource parameter (private): guard.
pub const JET_resoperGuard: u32 = 11;
/// resource parameter (private): alloc top down.
pub const JET_resoperAllocTopDown: u32 = 12;
/// resource parameter (private): preserve freed.
pub const JET_resoperPreserveFreed: u32 = 13;
/// resource parameter (private): alloc from heap.
pub const JET_resoperAllocFromHeap: u32 = 14;
/// resource parameter (private): enable max use.
pub const JET_resoperEnableMaxUse: u32 = 15;
/// resource parameter (private): rcilist.
pub const JET_resoperRCIList: u32 = 16;
/// resource parameter (private): section header.
pub const JET_resoperSectionHeader: u32 = 17;
/// resource parameter (private): max.
pub const JET_resoperMax: u32 = 18;
/// B+ tree kind (private): e btree type invalid.
pub const eBTreeTypeInvalid: u32 = 0;
/// B+ tree kind (private): e btree type internal db root space.
pub const eBTreeTypeInternalDbRootSpace: u32 = 1;
/// B+ tree kind (private): e btree type internal space oe.
pub const eBTreeTypeInternalSpaceOE: u32 = 2;
/// B+ tree kind (private): e btree type internal space ae.
pub const eBTreeTypeInternalSpaceAE: u32 = 3;
/// B+ tree kind (private): e btree type user clustered index.
pub const eBTreeTypeUserClusteredIndex: u32 = 4;
/// B+ tree kind (private): e btree type internal long value.
pub const eBTreeTypeInternalLongValue: u32 = 5;
/// B+ tree kind (private): e btree type user secondary index.
pub const eBTreeTypeUserSecondaryIndex: u32 = 6;
/// B+ tree kind (private): e btree type max.
pub const eBTreeTypeMax: u32 = 7;
/// error category: error category: unknown.
pub const JET_errcatUnknown: i32 = 0;
/// error category: error category: error.
pub const JET_errcatError: i32 = 1;
/// error category: error category: operation.
pub const JET_errcatOperation: i32 = 2;
/// error category: error category: fatal.
pub const JET_errcatFatal: i32 = 3;
/// error category: error category: io.
pub const JET_errcatIO: i32 = 4;
/// error category: error category: resource.
pub const JET_errcatResource: i32 = 5;
/// error category: error category: memory.
pub const JET_errcatMemory: i32 = 6;
/// error category: error category: quota.
pub const JET_errcatQuota: i32 = 7;
/// error category: error category: disk.
pub const JET_errcatDisk: i32 = 8;
/// error category: error category: data.
pub const JET_errcatData: i32 = 9;
/// error category: error category: corruption.
pub const JET_errcatCorruption: i32 = 10;
/// error category: error category: inconsistent.
pub const JET_errcatInconsistent: i32 = 11;
/// error category: error category: fragmentation.
pub const JET_errcatFragmentation: i32 = 12;
/// error category: error category: api.
pub const JET_errcatApi: i32 = 13;
/// error category: error category: usage.
pub const JET_errcatUsage: i32 = 14;
/// error category: error category: state.
pub const JET_errcatState: i32 = 15;
/// error category: error category: obsolete.
pub const JET_errcatObsolete: i32 = 16;
/// error category: error category: max.
pub const JET_errcatMax: i32 = 17;
/// index checking mode: no check.
pub const JET_IndexCheckingOff: u32 = 0;
/// index checking mode: check, refuse outdated.
pub const JET_IndexCheckingOn: u32 = 1;
/// index checking mode: check when a table is opened.
pub const JET_IndexCheckingDeferToOpenTable: u32 = 2;
/// index checking mode: number of modes.
pub const JET_IndexCheckingMax: u32 = 3;
