//! Generated from `crates/ese-ffi/api/errors.tsv` by `cargo xtask codegen`; not edited by hand.
//!
//! Invariant: one constant per name of the API, one table row per number (an alias has no row).
#![forbid(unsafe_code)]

use super::{JetErr, JetErrInfo};

impl JetErr {
    /// `JET_errSuccess`: the call succeeded.
    pub const SUCCESS: Self = Self(0);
    /// `JET_wrnNyi`: not implemented (negative value despite the wrn prefix).
    pub const WRN_NYI: Self = Self(-1);
    /// `JET_errRfsFailure`: failure injected by the resource failure simulator.
    pub const RFS_FAILURE: Self = Self(-100);
    /// `JET_errRfsNotArmed`: failure simulator was not set up.
    pub const RFS_NOT_ARMED: Self = Self(-101);
    /// `JET_errFileClose`: a file handle failed to close.
    pub const FILE_CLOSE: Self = Self(-102);
    /// `JET_errOutOfThreads`: a worker thread could not be created.
    pub const OUT_OF_THREADS: Self = Self(-103);
    /// `JET_errTooManyIO`: too many I/Os in flight.
    pub const TOO_MANY_IO: Self = Self(-105);
    /// `JET_errTaskDropped`: queued background task was discarded.
    pub const TASK_DROPPED: Self = Self(-106);
    /// `JET_errInternalError`: unexpected internal fault.
    pub const INTERNAL_ERROR: Self = Self(-107);
    /// `JET_errDisabledFunctionality`: feature left out of this reduced engine build.
    pub const DISABLED_FUNCTIONALITY: Self = Self(-112);
    /// `JET_errUnloadableOSFunctionality`: needed OS entry point failed to load.
    pub const UNLOADABLE_OS_FUNCTIONALITY: Self = Self(-113);
    /// `JET_errDeviceMissing`: needed hardware accelerator absent.
    pub const DEVICE_MISSING: Self = Self(-114);
    /// `JET_errDeviceMisconfigured`: hardware accelerator set up wrongly.
    pub const DEVICE_MISCONFIGURED: Self = Self(-115);
    /// `JET_errDeviceTimeout`: hardware accelerator did not answer in time.
    pub const DEVICE_TIMEOUT: Self = Self(-116);
    /// `JET_errDeviceFailure`: hardware accelerator malfunctioned.
    pub const DEVICE_FAILURE: Self = Self(-118);
    /// `JET_errDatabaseBufferDependenciesCorrupted`: page write-order graph is wrong; recovery fails.
    pub const DATABASE_BUFFER_DEPENDENCIES_CORRUPTED: Self = Self(-255);
    /// `JET_wrnRemainingVersions`: version store still holds uncleaned entries.
    pub const WRN_REMAINING_VERSIONS: Self = Self(321);
    /// `JET_errPreviousVersion`: version entry already exists during redo.
    pub const PREVIOUS_VERSION: Self = Self(-322);
    /// `JET_errPageBoundary`: scan hit the edge of a page.
    pub const PAGE_BOUNDARY: Self = Self(-323);
    /// `JET_errKeyBoundary`: scan hit the edge of a key.
    pub const KEY_BOUNDARY: Self = Self(-324);
    /// `JET_errBadPageLink`: sibling page link is wrong.
    pub const BAD_PAGE_LINK: Self = Self(-327);
    /// `JET_errBadBookmark`: bookmark resolves to no record location.
    pub const BAD_BOOKMARK: Self = Self(-328);
    /// `JET_errNTSystemCallFailed`: an operating system call failed.
    pub const NT_SYSTEM_CALL_FAILED: Self = Self(-334);
    /// `JET_errBadParentPageLink`: parent to child page link is wrong.
    pub const BAD_PARENT_PAGE_LINK: Self = Self(-338);
    /// `JET_errSPAvailExtCacheOutOfSync`: free-space cache disagrees with its tree.
    pub const SP_AVAIL_EXT_CACHE_OUT_OF_SYNC: Self = Self(-340);
    /// `JET_errSPAvailExtCorrupted`: available-extent tree is damaged.
    pub const SP_AVAIL_EXT_CORRUPTED: Self = Self(-341);
    /// `JET_errSPAvailExtCacheOutOfMemory`: no memory for a free-space cache node.
    pub const SP_AVAIL_EXT_CACHE_OUT_OF_MEMORY: Self = Self(-342);
    /// `JET_errSPOwnExtCorrupted`: owned-extent tree is damaged.
    pub const SP_OWN_EXT_CORRUPTED: Self = Self(-343);
    /// `JET_errDbTimeCorrupted`: page dbtime exceeds the database dbtime.
    pub const DB_TIME_CORRUPTED: Self = Self(-344);
    /// `JET_wrnUniqueKey`: seek found a key that occurs only once.
    pub const WRN_UNIQUE_KEY: Self = Self(345);
    /// `JET_errKeyTruncated`: key would be cut on an index that forbids it.
    pub const KEY_TRUNCATED: Self = Self(-346);
    /// `JET_errDatabaseLeakInSpace`: pages leaked from space trees; only offline defrag recovers them.
    pub const DATABASE_LEAK_IN_SPACE: Self = Self(-348);
    /// `JET_errBadEmptyPage`: an empty page was met where data must be.
    pub const BAD_EMPTY_PAGE: Self = Self(-351);
    /// `JET_errBadLineCount`: page has fewer lines than the operation needs.
    pub const BAD_LINE_COUNT: Self = Self(-354);
    /// `JET_errPageTagCorrupted`: page tag array is inconsistent.
    pub const PAGE_TAG_CORRUPTED: Self = Self(-357);
    /// `JET_errNodeCorrupted`: node prefix or suffix sizes are impossible.
    pub const NODE_CORRUPTED: Self = Self(-358);
    /// `JET_wrnSeparateLongValue`: value lives in the long-value tree.
    pub const WRN_SEPARATE_LONG_VALUE: Self = Self(406);
    /// `JET_errKeyTooBig`: key exceeds the maximum length.
    pub const KEY_TOO_BIG: Self = Self(-408);
    /// `JET_errCannotSeparateIntrinsicLV`: value required to stay in record cannot be moved out.
    pub const CANNOT_SEPARATE_INTRINSIC_LV: Self = Self(-416);
    /// `JET_errSeparatedLongValue`: call invalid for a value stored outside the record.
    pub const SEPARATED_LONG_VALUE: Self = Self(-421);
    /// `JET_errMustBeSeparateLongValue`: preread needs a column that can be stored separately.
    pub const MUST_BE_SEPARATE_LONG_VALUE: Self = Self(-423);
    /// `JET_errInvalidPreread`: long values cannot be preread via a secondary index.
    pub const INVALID_PREREAD: Self = Self(-424);
    /// `JET_errInvalidColumnReference`: column reference blob is malformed.
    pub const INVALID_COLUMN_REFERENCE: Self = Self(-426);
    /// `JET_errStaleColumnReference`: column reference points to data that changed.
    pub const STALE_COLUMN_REFERENCE: Self = Self(-427);
    /// `JET_wrnNoMoreRecords`: record stream is exhausted.
    pub const WRN_NO_MORE_RECORDS: Self = Self(428);
    /// `JET_errCompressionIntegrityCheckFailed`: decompressed data failed its integrity check.
    pub const COMPRESSION_INTEGRITY_CHECK_FAILED: Self = Self(-431);
    /// `JET_wrnIndexDeferredPopulateIncomplete`: deferred index fill stopped before the end.
    pub const WRN_INDEX_DEFERRED_POPULATE_INCOMPLETE: Self = Self(432);
    /// `JET_wrnIndexDeferredPopulateHalted`: deferred index fill halted unexpectedly.
    pub const WRN_INDEX_DEFERRED_POPULATE_HALTED: Self = Self(433);
    /// `JET_errIndexDeferredPopulateCurrentlyUnavailable`: deferred index fill not permitted now.
    pub const INDEX_DEFERRED_POPULATE_CURRENTLY_UNAVAILABLE: Self = Self(-434);
    /// `JET_errInvalidLoggedOperation`: log record cannot be replayed.
    pub const INVALID_LOGGED_OPERATION: Self = Self(-500);
    /// `JET_errLogFileCorrupt`: log file damaged.
    pub const LOG_FILE_CORRUPT: Self = Self(-501);
    /// `JET_errNoBackupDirectory`: backup path missing.
    pub const NO_BACKUP_DIRECTORY: Self = Self(-503);
    /// `JET_errBackupDirectoryNotEmpty`: target backup directory holds files.
    pub const BACKUP_DIRECTORY_NOT_EMPTY: Self = Self(-504);
    /// `JET_errBackupInProgress`: a backup is already running.
    pub const BACKUP_IN_PROGRESS: Self = Self(-505);
    /// `JET_errRestoreInProgress`: a restore is already running.
    pub const RESTORE_IN_PROGRESS: Self = Self(-506);
    /// `JET_errMissingPreviousLogFile`: log generation holding the checkpoint is absent.
    pub const MISSING_PREVIOUS_LOG_FILE: Self = Self(-509);
    /// `JET_errLogWriteFail`: write to the log failed; instance goes down.
    pub const LOG_WRITE_FAIL: Self = Self(-510);
    /// `JET_errLogDisabledDueToRecoveryFailure`: logging refused since recovery failed.
    pub const LOG_DISABLED_DUE_TO_RECOVERY_FAILURE: Self = Self(-511);
    /// `JET_errCannotLogDuringRecoveryRedo`: logging refused while redo runs.
    pub const CANNOT_LOG_DURING_RECOVERY_REDO: Self = Self(-512);
    /// `JET_errLogGenerationMismatch`: log file name and header generation differ.
    pub const LOG_GENERATION_MISMATCH: Self = Self(-513);
    /// `JET_errBadLogVersion`: log format version not supported.
    pub const BAD_LOG_VERSION: Self = Self(-514);
    /// `JET_errInvalidLogSequence`: next log's creation stamp breaks the chain.
    pub const INVALID_LOG_SEQUENCE: Self = Self(-515);
    /// `JET_errLoggingDisabled`: logging is off, so the call is impossible.
    pub const LOGGING_DISABLED: Self = Self(-516);
    /// `JET_errLogBufferTooSmall`: log record larger than buffer or log file.
    pub const LOG_BUFFER_TOO_SMALL: Self = Self(-517);
    /// `JET_errLogSequenceEnd`: log generation numbers are used up.
    pub const LOG_SEQUENCE_END: Self = Self(-519);
    /// `JET_errNoBackup`: no backup is running.
    pub const NO_BACKUP: Self = Self(-520);
    /// `JET_errInvalidBackupSequence`: backup call made at the wrong step.
    pub const INVALID_BACKUP_SEQUENCE: Self = Self(-521);
    /// `JET_errBackupNotAllowedYet`: backup impossible at this moment.
    pub const BACKUP_NOT_ALLOWED_YET: Self = Self(-523);
    /// `JET_errDeleteBackupFileFail`: an old backup file could not be removed.
    pub const DELETE_BACKUP_FILE_FAIL: Self = Self(-524);
    /// `JET_errMakeBackupDirectoryFail`: backup temporary directory could not be made.
    pub const MAKE_BACKUP_DIRECTORY_FAIL: Self = Self(-525);
    /// `JET_errInvalidBackup`: incremental backup impossible with circular logging.
    pub const INVALID_BACKUP: Self = Self(-526);
    /// `JET_errRecoveredWithErrors`: restore finished with faults.
    pub const RECOVERED_WITH_ERRORS: Self = Self(-527);
    /// `JET_errMissingLogFile`: a needed (current) log file is absent.
    pub const MISSING_LOG_FILE: Self = Self(-528);
    /// `JET_errLogDiskFull`: no space on the log volume.
    pub const LOG_DISK_FULL: Self = Self(-529);
    /// `JET_errBadLogSignature`: log signature does not match.
    pub const BAD_LOG_SIGNATURE: Self = Self(-530);
    /// `JET_errBadDbSignature`: database signature does not match.
    pub const BAD_DB_SIGNATURE: Self = Self(-531);
    /// `JET_errBadCheckpointSignature`: checkpoint signature does not match.
    pub const BAD_CHECKPOINT_SIGNATURE: Self = Self(-532);
    /// `JET_errCheckpointCorrupt`: checkpoint absent or damaged.
    pub const CHECKPOINT_CORRUPT: Self = Self(-533);
    /// `JET_errMissingPatchPage`: needed page absent from the patch file.
    pub const MISSING_PATCH_PAGE: Self = Self(-534);
    /// `JET_errBadPatchPage`: patch file page is invalid.
    pub const BAD_PATCH_PAGE: Self = Self(-535);
    /// `JET_errRedoAbruptEnded`: redo stopped by a log read failure.
    pub const REDO_ABRUPT_ENDED: Self = Self(-536);
    /// `JET_errPatchFileMissing`: backup set lacks its patch file.
    pub const PATCH_FILE_MISSING: Self = Self(-538);
    /// `JET_errDatabaseLogSetMismatch`: database and logs are of different origin.
    pub const DATABASE_LOG_SET_MISMATCH: Self = Self(-539);
    /// `JET_errDatabaseStreamingFileMismatch`: database and streaming file disagree.
    pub const DATABASE_STREAMING_FILE_MISMATCH: Self = Self(-540);
    /// `JET_errLogFileSizeMismatch`: log size differs from JET_paramLogFileSize.
    pub const LOG_FILE_SIZE_MISMATCH: Self = Self(-541);
    /// `JET_errCheckpointFileNotFound`: checkpoint file absent.
    pub const CHECKPOINT_FILE_NOT_FOUND: Self = Self(-542);
    /// `JET_errRequiredLogFilesMissing`: logs needed by recovery are absent.
    pub const REQUIRED_LOG_FILES_MISSING: Self = Self(-543);
    /// `JET_errSoftRecoveryOnBackupDatabase`: database is a backup copy; use restore.
    pub const SOFT_RECOVERY_ON_BACKUP_DATABASE: Self = Self(-544);
    /// `JET_errLogFileSizeMismatchDatabasesConsistent`: recovered, but log size differs from the parameter.
    pub const LOG_FILE_SIZE_MISMATCH_DATABASES_CONSISTENT: Self = Self(-545);
    /// `JET_errLogSectorSizeMismatch`: log sector size differs from the volume's.
    pub const LOG_SECTOR_SIZE_MISMATCH: Self = Self(-546);
    /// `JET_errLogSectorSizeMismatchDatabasesConsistent`: recovered, but log sector size differs from the volume's.
    pub const LOG_SECTOR_SIZE_MISMATCH_DATABASES_CONSISTENT: Self = Self(-547);
    /// `JET_errLogSequenceEndDatabasesConsistent`: recovered, but generations are used up; remove logs.
    pub const LOG_SEQUENCE_END_DATABASES_CONSISTENT: Self = Self(-548);
    /// `JET_errStreamingDataNotLogged`: streaming file data was never logged.
    pub const STREAMING_DATA_NOT_LOGGED: Self = Self(-549);
    /// `JET_errDatabaseDirtyShutdown`: database not cleanly closed; needs recovery.
    pub const DATABASE_DIRTY_SHUTDOWN: Self = Self(-550);
    /// `JET_errDatabaseInconsistent`: old name of JET_errDatabaseDirtyShutdown.
    pub const DATABASE_INCONSISTENT: Self = Self(-550);
    /// `JET_errConsistentTimeMismatch`: header consistent time disagrees with the log.
    pub const CONSISTENT_TIME_MISMATCH: Self = Self(-551);
    /// `JET_errDatabasePatchFileMismatch`: patch file belongs to another backup.
    pub const DATABASE_PATCH_FILE_MISMATCH: Self = Self(-552);
    /// `JET_errEndingRestoreLogTooLow`: last log offered is older than required.
    pub const ENDING_RESTORE_LOG_TOO_LOW: Self = Self(-553);
    /// `JET_errStartingRestoreLogTooHigh`: first log offered is newer than required.
    pub const STARTING_RESTORE_LOG_TOO_HIGH: Self = Self(-554);
    /// `JET_errGivenLogFileHasBadSignature`: offered log carries a wrong signature.
    pub const GIVEN_LOG_FILE_HAS_BAD_SIGNATURE: Self = Self(-555);
    /// `JET_errGivenLogFileIsNotContiguous`: offered logs do not form a chain.
    pub const GIVEN_LOG_FILE_IS_NOT_CONTIGUOUS: Self = Self(-556);
    /// `JET_errMissingRestoreLogFiles`: some restore logs are absent.
    pub const MISSING_RESTORE_LOG_FILES: Self = Self(-557);
    /// `JET_wrnExistingLogFileHasBadSignature`: log already present has a wrong signature.
    pub const WRN_EXISTING_LOG_FILE_HAS_BAD_SIGNATURE: Self = Self(558);
    /// `JET_wrnExistingLogFileIsNotContiguous`: log already present breaks the chain.
    pub const WRN_EXISTING_LOG_FILE_IS_NOT_CONTIGUOUS: Self = Self(559);
    /// `JET_errMissingFullBackup`: incremental backup without an earlier full one.
    pub const MISSING_FULL_BACKUP: Self = Self(-560);
    /// `JET_errBadBackupDatabaseSize`: backup database size not a page multiple.
    pub const BAD_BACKUP_DATABASE_SIZE: Self = Self(-561);
    /// `JET_errDatabaseAlreadyUpgraded`: database already has the current format.
    pub const DATABASE_ALREADY_UPGRADED: Self = Self(-562);
    /// `JET_errDatabaseIncompleteUpgrade`: format conversion was interrupted; restore from backup.
    pub const DATABASE_INCOMPLETE_UPGRADE: Self = Self(-563);
    /// `JET_wrnSkipThisRecord`: internal signal to skip a log record.
    pub const WRN_SKIP_THIS_RECORD: Self = Self(564);
    /// `JET_errMissingCurrentLogFiles`: live logs needed to continue restore are absent.
    pub const MISSING_CURRENT_LOG_FILES: Self = Self(-565);
    /// `JET_errDbTimeTooOld`: page older than the log record expects.
    pub const DB_TIME_TOO_OLD: Self = Self(-566);
    /// `JET_errDbTimeTooNew`: page newer than the log record expects.
    pub const DB_TIME_TOO_NEW: Self = Self(-567);
    /// `JET_errMissingFileToBackup`: log or patch file vanished during backup.
    pub const MISSING_FILE_TO_BACKUP: Self = Self(-569);
    /// `JET_errLogTornWriteDuringHardRestore`: torn log write inside the backup set.
    pub const LOG_TORN_WRITE_DURING_HARD_RESTORE: Self = Self(-570);
    /// `JET_errLogTornWriteDuringHardRecovery`: torn log write outside the backup set.
    pub const LOG_TORN_WRITE_DURING_HARD_RECOVERY: Self = Self(-571);
    /// `JET_errLogCorruptDuringHardRestore`: log damage inside the backup set.
    pub const LOG_CORRUPT_DURING_HARD_RESTORE: Self = Self(-573);
    /// `JET_errLogCorruptDuringHardRecovery`: log damage outside the backup set.
    pub const LOG_CORRUPT_DURING_HARD_RECOVERY: Self = Self(-574);
    /// `JET_errMustDisableLoggingForDbUpgrade`: turn logging off before a format upgrade.
    pub const MUST_DISABLE_LOGGING_FOR_DB_UPGRADE: Self = Self(-575);
    /// `JET_errBadRestoreTargetInstance`: restore target instance unknown or logs mismatch.
    pub const BAD_RESTORE_TARGET_INSTANCE: Self = Self(-577);
    /// `JET_wrnTargetInstanceRunning`: restore target instance is live.
    pub const WRN_TARGET_INSTANCE_RUNNING: Self = Self(578);
    /// `JET_errRecoveredWithoutUndo`: redo finished and undo was skipped as asked.
    pub const RECOVERED_WITHOUT_UNDO: Self = Self(-579);
    /// `JET_errDatabasesNotFromSameSnapshot`: databases stem from different shadow copies.
    pub const DATABASES_NOT_FROM_SAME_SNAPSHOT: Self = Self(-580);
    /// `JET_errSoftRecoveryOnSnapshot`: soft recovery refused on a shadow-copy database.
    pub const SOFT_RECOVERY_ON_SNAPSHOT: Self = Self(-581);
    /// `JET_errCommittedLogFilesMissing`: logs with committed work are absent.
    pub const COMMITTED_LOG_FILES_MISSING: Self = Self(-582);
    /// `JET_errSectorSizeNotSupported`: disk sector size not supported.
    pub const SECTOR_SIZE_NOT_SUPPORTED: Self = Self(-583);
    /// `JET_errRecoveredWithoutUndoDatabasesConsistent`: undo skip asked, yet databases ended consistent.
    pub const RECOVERED_WITHOUT_UNDO_DATABASES_CONSISTENT: Self = Self(-584);
    /// `JET_wrnCommittedLogFilesLost`: committed logs lost; database still consistent.
    pub const WRN_COMMITTED_LOG_FILES_LOST: Self = Self(585);
    /// `JET_errCommittedLogFileCorrupt`: a log with committed work is damaged.
    pub const COMMITTED_LOG_FILE_CORRUPT: Self = Self(-586);
    /// `JET_wrnCommittedLogFilesRemoved`: committed logs were removed; database still consistent.
    pub const WRN_COMMITTED_LOG_FILES_REMOVED: Self = Self(587);
    /// `JET_wrnFinishWithUndo`: recovery completed including undo.
    pub const WRN_FINISH_WITH_UNDO: Self = Self(588);
    /// `JET_errLogSequenceChecksumMismatch`: accumulated checksum of previous log differs.
    pub const LOG_SEQUENCE_CHECKSUM_MISMATCH: Self = Self(-590);
    /// `JET_wrnDatabaseRepaired`: repair fixed damage.
    pub const WRN_DATABASE_REPAIRED: Self = Self(595);
    /// `JET_errPageInitializedMismatch`: page state differs between replicas.
    pub const PAGE_INITIALIZED_MISMATCH: Self = Self(-596);
    /// `JET_errUnicodeTranslationBufferTooSmall`: buffer too small for normalised text.
    pub const UNICODE_TRANSLATION_BUFFER_TOO_SMALL: Self = Self(-601);
    /// `JET_errUnicodeTranslationFail`: text normalisation failed.
    pub const UNICODE_TRANSLATION_FAIL: Self = Self(-602);
    /// `JET_errUnicodeNormalizationNotSupported`: OS cannot normalise Unicode.
    pub const UNICODE_NORMALIZATION_NOT_SUPPORTED: Self = Self(-603);
    /// `JET_errUnicodeLanguageValidationFailure`: locale could not be validated.
    pub const UNICODE_LANGUAGE_VALIDATION_FAILURE: Self = Self(-604);
    /// `JET_errExistingLogFileHasBadSignature`: log already present has a wrong signature.
    pub const EXISTING_LOG_FILE_HAS_BAD_SIGNATURE: Self = Self(-610);
    /// `JET_errExistingLogFileIsNotContiguous`: log already present breaks the chain.
    pub const EXISTING_LOG_FILE_IS_NOT_CONTIGUOUS: Self = Self(-611);
    /// `JET_errLogReadVerifyFailure`: log checksum failed during backup.
    pub const LOG_READ_VERIFY_FAILURE: Self = Self(-612);
    /// `JET_errCheckpointDepthTooDeep`: checkpoint lags too many generations.
    pub const CHECKPOINT_DEPTH_TOO_DEEP: Self = Self(-614);
    /// `JET_errRestoreOfNonBackupDatabase`: hard recovery of a database that is no backup.
    pub const RESTORE_OF_NON_BACKUP_DATABASE: Self = Self(-615);
    /// `JET_errLogFileNotCopied`: truncation asked before all logs were copied.
    pub const LOG_FILE_NOT_COPIED: Self = Self(-616);
    /// `JET_errSurrogateBackupInProgress`: a surrogate backup is running.
    pub const SURROGATE_BACKUP_IN_PROGRESS: Self = Self(-617);
    /// `JET_errTransactionTooLong`: transaction spans too many log generations.
    pub const TRANSACTION_TOO_LONG: Self = Self(-618);
    /// `JET_errEngineFormatVersionNoLongerSupportedTooLow`: requested format version older than supported.
    pub const ENGINE_FORMAT_VERSION_NO_LONGER_SUPPORTED_TOO_LOW: Self = Self(-619);
    /// `JET_errEngineFormatVersionNotYetImplementedTooHigh`: requested format version newer than known.
    pub const ENGINE_FORMAT_VERSION_NOT_YET_IMPLEMENTED_TOO_HIGH: Self = Self(-620);
    /// `JET_errEngineFormatVersionParamTooLowForRequestedFeature`: feature needs a higher format version setting.
    pub const ENGINE_FORMAT_VERSION_PARAM_TOO_LOW_FOR_REQUESTED_FEATURE: Self = Self(-621);
    /// `JET_errEngineFormatVersionSpecifiedTooLowForLogVersion`: logs already use a higher format version.
    pub const ENGINE_FORMAT_VERSION_SPECIFIED_TOO_LOW_FOR_LOG_VERSION: Self = Self(-622);
    /// `JET_errEngineFormatVersionSpecifiedTooLowForDatabaseVersion`: database already uses a higher format version.
    pub const ENGINE_FORMAT_VERSION_SPECIFIED_TOO_LOW_FOR_DATABASE_VERSION: Self = Self(-623);
    /// `JET_errDbTimeBeyondMaxRequired`: page newer than record though outside required range.
    pub const DB_TIME_BEYOND_MAX_REQUIRED: Self = Self(-625);
    /// `JET_errLogOperationInconsistentWithDatabase`: log record does not fit the database state.
    pub const LOG_OPERATION_INCONSISTENT_WITH_DATABASE: Self = Self(-626);
    /// `errBackupAbortByCaller`: caller ended the backup without success (internal, never returned).
    pub const BACKUP_ABORT_BY_CALLER: Self = Self(-800);
    /// `JET_errBackupAbortByServer`: backup stopped by the engine (stop or term).
    pub const BACKUP_ABORT_BY_SERVER: Self = Self(-801);
    /// `JET_errInvalidGrbit`: unknown or forbidden option bits.
    pub const INVALID_GRBIT: Self = Self(-900);
    /// `JET_errTermInProgress`: instance is shutting down.
    pub const TERM_IN_PROGRESS: Self = Self(-1000);
    /// `JET_errFeatureNotAvailable`: call or option not supported.
    pub const FEATURE_NOT_AVAILABLE: Self = Self(-1001);
    /// `JET_errInvalidName`: object name is malformed.
    pub const INVALID_NAME: Self = Self(-1002);
    /// `JET_errInvalidParameter`: an argument is invalid.
    pub const INVALID_PARAMETER: Self = Self(-1003);
    /// `JET_wrnColumnNull`: column holds NULL.
    pub const WRN_COLUMN_NULL: Self = Self(1004);
    /// `JET_wrnBufferTruncated`: output was cut to the buffer.
    pub const WRN_BUFFER_TRUNCATED: Self = Self(1006);
    /// `JET_wrnDatabaseAttached`: database was attached already.
    pub const WRN_DATABASE_ATTACHED: Self = Self(1007);
    /// `JET_errDatabaseFileReadOnly`: file is read-only but write access was asked.
    pub const DATABASE_FILE_READ_ONLY: Self = Self(-1008);
    /// `JET_wrnSortOverflow`: sort spilled out of memory.
    pub const WRN_SORT_OVERFLOW: Self = Self(1009);
    /// `JET_errInvalidDatabaseId`: dbid is invalid.
    pub const INVALID_DATABASE_ID: Self = Self(-1010);
    /// `JET_errOutOfMemory`: memory allocation failed.
    pub const OUT_OF_MEMORY: Self = Self(-1011);
    /// `JET_errOutOfDatabaseSpace`: database reached its size limit.
    pub const OUT_OF_DATABASE_SPACE: Self = Self(-1012);
    /// `JET_errOutOfCursors`: cursor limit reached.
    pub const OUT_OF_CURSORS: Self = Self(-1013);
    /// `JET_errOutOfBuffers`: no cache buffer available.
    pub const OUT_OF_BUFFERS: Self = Self(-1014);
    /// `JET_errTooManyIndexes`: index limit reached.
    pub const TOO_MANY_INDEXES: Self = Self(-1015);
    /// `JET_errTooManyKeys`: index names too many columns.
    pub const TOO_MANY_KEYS: Self = Self(-1016);
    /// `JET_errRecordDeleted`: record under cursor was deleted.
    pub const RECORD_DELETED: Self = Self(-1017);
    /// `JET_errReadVerifyFailure`: page checksum failed.
    pub const READ_VERIFY_FAILURE: Self = Self(-1018);
    /// `JET_errPageNotInitialized`: page is blank.
    pub const PAGE_NOT_INITIALIZED: Self = Self(-1019);
    /// `JET_errOutOfFileHandles`: file handle limit reached.
    pub const OUT_OF_FILE_HANDLES: Self = Self(-1020);
    /// `JET_errDiskReadVerificationFailure`: OS reported a data CRC error.
    pub const DISK_READ_VERIFICATION_FAILURE: Self = Self(-1021);
    /// `JET_errDiskIO`: disk I/O failed.
    pub const DISK_IO: Self = Self(-1022);
    /// `JET_errInvalidPath`: path is invalid.
    pub const INVALID_PATH: Self = Self(-1023);
    /// `JET_errInvalidSystemPath`: system path is invalid.
    pub const INVALID_SYSTEM_PATH: Self = Self(-1024);
    /// `JET_errInvalidLogDirectory`: log path is invalid.
    pub const INVALID_LOG_DIRECTORY: Self = Self(-1025);
    /// `JET_errRecordTooBig`: record exceeds the page-bound maximum.
    pub const RECORD_TOO_BIG: Self = Self(-1026);
    /// `JET_errTooManyOpenDatabases`: open database limit reached.
    pub const TOO_MANY_OPEN_DATABASES: Self = Self(-1027);
    /// `JET_errInvalidDatabase`: file is not a database.
    pub const INVALID_DATABASE: Self = Self(-1028);
    /// `JET_errNotInitialized`: engine or instance not started.
    pub const NOT_INITIALIZED: Self = Self(-1029);
    /// `JET_errAlreadyInitialized`: engine or instance already started.
    pub const ALREADY_INITIALIZED: Self = Self(-1030);
    /// `JET_errInitInProgress`: startup is under way.
    pub const INIT_IN_PROGRESS: Self = Self(-1031);
    /// `JET_errFileAccessDenied`: file locked or access refused.
    pub const FILE_ACCESS_DENIED: Self = Self(-1032);
    /// `JET_errQueryNotSupported`: no query processor.
    pub const QUERY_NOT_SUPPORTED: Self = Self(-1034);
    /// `JET_errSQLLinkNotSupported`: no SQL link.
    pub const SQL_LINK_NOT_SUPPORTED: Self = Self(-1035);
    /// `JET_errBufferTooSmall`: caller's buffer is too small.
    pub const BUFFER_TOO_SMALL: Self = Self(-1038);
    /// `JET_wrnRecordFoundGreater`: alias of JET_wrnSeekNotEqual.
    pub const WRN_RECORD_FOUND_GREATER: Self = Self(1039);
    /// `JET_wrnRecordFoundLess`: alias of JET_wrnSeekNotEqual.
    pub const WRN_RECORD_FOUND_LESS: Self = Self(1039);
    /// `JET_wrnSeekNotEqual`: seek landed on a different key.
    pub const WRN_SEEK_NOT_EQUAL: Self = Self(1039);
    /// `JET_errTooManyColumns`: column limit reached.
    pub const TOO_MANY_COLUMNS: Self = Self(-1040);
    /// `JET_errContainerNotEmpty`: container still holds objects.
    pub const CONTAINER_NOT_EMPTY: Self = Self(-1043);
    /// `JET_errInvalidFilename`: file name is invalid.
    pub const INVALID_FILENAME: Self = Self(-1044);
    /// `JET_errInvalidBookmark`: bookmark is malformed.
    pub const INVALID_BOOKMARK: Self = Self(-1045);
    /// `JET_errColumnInUse`: column takes part in an index.
    pub const COLUMN_IN_USE: Self = Self(-1046);
    /// `JET_errInvalidBufferSize`: data size does not fit the column type.
    pub const INVALID_BUFFER_SIZE: Self = Self(-1047);
    /// `JET_errColumnNotUpdatable`: column cannot be written.
    pub const COLUMN_NOT_UPDATABLE: Self = Self(-1048);
    /// `JET_errIndexInUse`: index is in use.
    pub const INDEX_IN_USE: Self = Self(-1051);
    /// `JET_errLinkNotSupported`: linked tables unsupported.
    pub const LINK_NOT_SUPPORTED: Self = Self(-1052);
    /// `JET_errNullKeyDisallowed`: index refuses a NULL key.
    pub const NULL_KEY_DISALLOWED: Self = Self(-1053);
    /// `JET_errNotInTransaction`: call needs an open transaction.
    pub const NOT_IN_TRANSACTION: Self = Self(-1054);
    /// `JET_wrnNoErrorInfo`: no extra error detail.
    pub const WRN_NO_ERROR_INFO: Self = Self(1055);
    /// `JET_errMustRollback`: only rollback possible after failed unversioned update.
    pub const MUST_ROLLBACK: Self = Self(-1057);
    /// `JET_wrnNoIdleActivity`: nothing to do while idle.
    pub const WRN_NO_IDLE_ACTIVITY: Self = Self(1058);
    /// `JET_errTooManyActiveUsers`: active user limit reached.
    pub const TOO_MANY_ACTIVE_USERS: Self = Self(-1059);
    /// `JET_errInvalidCountry`: country code unknown.
    pub const INVALID_COUNTRY: Self = Self(-1061);
    /// `JET_errInvalidLanguageId`: LCID or locale unknown.
    pub const INVALID_LANGUAGE_ID: Self = Self(-1062);
    /// `JET_errInvalidCodePage`: code page not 1200 or 1252.
    pub const INVALID_CODE_PAGE: Self = Self(-1063);
    /// `JET_errInvalidLCMapStringFlags`: collation flags not permitted.
    pub const INVALID_LC_MAP_STRING_FLAGS: Self = Self(-1064);
    /// `JET_errVersionStoreEntryTooBig`: one version entry exceeds a bucket.
    pub const VERSION_STORE_ENTRY_TOO_BIG: Self = Self(-1065);
    /// `JET_errVersionStoreOutOfMemoryAndCleanupTimedOut`: version store full and cleanup timed out.
    pub const VERSION_STORE_OUT_OF_MEMORY_AND_CLEANUP_TIMED_OUT: Self = Self(-1066);
    /// `JET_wrnNoWriteLock`: write lock is moot outside a transaction.
    pub const WRN_NO_WRITE_LOCK: Self = Self(1067);
    /// `JET_wrnColumnSetNull`: column was set to NULL.
    pub const WRN_COLUMN_SET_NULL: Self = Self(1068);
    /// `JET_errVersionStoreOutOfMemory`: version store full despite cleanup.
    pub const VERSION_STORE_OUT_OF_MEMORY: Self = Self(-1069);
    /// `JET_errCurrencyStackOutOfMemory`: unused currency-stack limit.
    pub const CURRENCY_STACK_OUT_OF_MEMORY: Self = Self(-1070);
    /// `JET_errCannotIndex`: column kind cannot be indexed.
    pub const CANNOT_INDEX: Self = Self(-1071);
    /// `JET_errRecordNotDeleted`: record is not deleted.
    pub const RECORD_NOT_DELETED: Self = Self(-1072);
    /// `JET_errTooManyMempoolEntries`: memory pool entry limit reached.
    pub const TOO_MANY_MEMPOOL_ENTRIES: Self = Self(-1073);
    /// `JET_errOutOfObjectIDs`: table or index id space used up.
    pub const OUT_OF_OBJECT_I_DS: Self = Self(-1074);
    /// `JET_errOutOfLongValueIDs`: long-value id space used up.
    pub const OUT_OF_LONG_VALUE_I_DS: Self = Self(-1075);
    /// `JET_errOutOfAutoincrementValues`: auto-increment counter at its end.
    pub const OUT_OF_AUTOINCREMENT_VALUES: Self = Self(-1076);
    /// `JET_errOutOfDbtimeValues`: dbtime counter at its end.
    pub const OUT_OF_DBTIME_VALUES: Self = Self(-1077);
    /// `JET_errOutOfSequentialIndexValues`: sequential index counter at its end.
    pub const OUT_OF_SEQUENTIAL_INDEX_VALUES: Self = Self(-1078);
    /// `JET_errRunningInOneInstanceMode`: multi-instance call in single-instance mode.
    pub const RUNNING_IN_ONE_INSTANCE_MODE: Self = Self(-1080);
    /// `JET_errRunningInMultiInstanceMode`: single-instance call in multi-instance mode.
    pub const RUNNING_IN_MULTI_INSTANCE_MODE: Self = Self(-1081);
    /// `JET_errSystemParamsAlreadySet`: global parameters were set before.
    pub const SYSTEM_PARAMS_ALREADY_SET: Self = Self(-1082);
    /// `JET_errSystemPathInUse`: system path owned by another instance.
    pub const SYSTEM_PATH_IN_USE: Self = Self(-1083);
    /// `JET_errLogFilePathInUse`: log path owned by another instance.
    pub const LOG_FILE_PATH_IN_USE: Self = Self(-1084);
    /// `JET_errTempPathInUse`: temp path owned by another instance.
    pub const TEMP_PATH_IN_USE: Self = Self(-1085);
    /// `JET_errInstanceNameInUse`: instance name already taken.
    pub const INSTANCE_NAME_IN_USE: Self = Self(-1086);
    /// `JET_errSystemParameterConflict`: global parameter already holds a different value.
    pub const SYSTEM_PARAMETER_CONFLICT: Self = Self(-1087);
    /// `JET_errInstanceUnavailable`: instance disabled by a fatal error.
    pub const INSTANCE_UNAVAILABLE: Self = Self(-1090);
    /// `JET_errDatabaseUnavailable`: database disabled by a fatal error.
    pub const DATABASE_UNAVAILABLE: Self = Self(-1091);
    /// `JET_errInstanceUnavailableDueToFatalLogDiskFull`: instance disabled by a full log disk.
    pub const INSTANCE_UNAVAILABLE_DUE_TO_FATAL_LOG_DISK_FULL: Self = Self(-1092);
    /// `JET_errInvalidSesparamId`: unknown session parameter id.
    pub const INVALID_SESPARAM_ID: Self = Self(-1093);
    /// `JET_errTooManyRecords`: count exceeds 32 bits; use the 64-bit call.
    pub const TOO_MANY_RECORDS: Self = Self(-1094);
    /// `JET_errInvalidDbparamId`: unknown database parameter id.
    pub const INVALID_DBPARAM_ID: Self = Self(-1095);
    /// `JET_errOutOfSessions`: session limit reached.
    pub const OUT_OF_SESSIONS: Self = Self(-1101);
    /// `JET_errWriteConflict`: another session holds a newer version.
    pub const WRITE_CONFLICT: Self = Self(-1102);
    /// `JET_errTransTooDeep`: transaction nesting limit (7) exceeded.
    pub const TRANS_TOO_DEEP: Self = Self(-1103);
    /// `JET_errInvalidSesid`: session handle is invalid.
    pub const INVALID_SESID: Self = Self(-1104);
    /// `JET_errWriteConflictPrimaryIndex`: write while the primary index is uncommitted.
    pub const WRITE_CONFLICT_PRIMARY_INDEX: Self = Self(-1105);
    /// `JET_errInTransaction`: call forbidden inside a transaction.
    pub const IN_TRANSACTION: Self = Self(-1108);
    /// `JET_errRollbackRequired`: only rollback is possible now.
    pub const ROLLBACK_REQUIRED: Self = Self(-1109);
    /// `JET_errTransReadOnly`: write inside a read-only transaction.
    pub const TRANS_READ_ONLY: Self = Self(-1110);
    /// `JET_errSessionWriteConflict`: two cursors of one session replace one record.
    pub const SESSION_WRITE_CONFLICT: Self = Self(-1111);
    /// `JET_errRecordTooBigForBackwardCompatibility`: record would not fit the old format.
    pub const RECORD_TOO_BIG_FOR_BACKWARD_COMPATIBILITY: Self = Self(-1112);
    /// `JET_errCannotMaterializeForwardOnlySort`: temp table options conflict with forward-only.
    pub const CANNOT_MATERIALIZE_FORWARD_ONLY_SORT: Self = Self(-1113);
    /// `JET_errSesidTableIdMismatch`: cursor belongs to another session.
    pub const SESID_TABLE_ID_MISMATCH: Self = Self(-1114);
    /// `JET_errInvalidInstance`: instance handle is invalid.
    pub const INVALID_INSTANCE: Self = Self(-1115);
    /// `JET_errDirtyShutdown`: terminated as asked, leaving databases dirty.
    pub const DIRTY_SHUTDOWN: Self = Self(-1116);
    /// `JET_errReadPgnoVerifyFailure`: page read carries a wrong page number.
    pub const READ_PGNO_VERIFY_FAILURE: Self = Self(-1118);
    /// `JET_errReadLostFlushVerifyFailure`: an earlier page write was lost.
    pub const READ_LOST_FLUSH_VERIFY_FAILURE: Self = Self(-1119);
    /// `JET_errFileSystemCorruption`: OS reports file system damage.
    pub const FILE_SYSTEM_CORRUPTION: Self = Self(-1121);
    /// `JET_wrnShrinkNotPossible`: file could not shrink.
    pub const WRN_SHRINK_NOT_POSSIBLE: Self = Self(1122);
    /// `JET_errRecoveryVerifyFailure`: page state contradicts recovery's expectation.
    pub const RECOVERY_VERIFY_FAILURE: Self = Self(-1123);
    /// `JET_errFilteredMoveNotSupported`: cursor filter unsupported here.
    pub const FILTERED_MOVE_NOT_SUPPORTED: Self = Self(-1124);
    /// `JET_errMustCommitDistributedTransactionToLevel0`: distributed prepare not at outermost level.
    pub const MUST_COMMIT_DISTRIBUTED_TRANSACTION_TO_LEVEL0: Self = Self(-1150);
    /// `JET_errDistributedTransactionAlreadyPreparedToCommit`: write after distributed prepare.
    pub const DISTRIBUTED_TRANSACTION_ALREADY_PREPARED_TO_COMMIT: Self = Self(-1151);
    /// `JET_errNotInDistributedTransaction`: prepare outside a distributed transaction.
    pub const NOT_IN_DISTRIBUTED_TRANSACTION: Self = Self(-1152);
    /// `JET_errDistributedTransactionNotYetPreparedToCommit`: distributed commit before prepare.
    pub const DISTRIBUTED_TRANSACTION_NOT_YET_PREPARED_TO_COMMIT: Self = Self(-1153);
    /// `JET_errCannotNestDistributedTransactions`: distributed begin inside a transaction.
    pub const CANNOT_NEST_DISTRIBUTED_TRANSACTIONS: Self = Self(-1154);
    /// `JET_errDTCMissingCallback`: no coordinator callback configured.
    pub const DTC_MISSING_CALLBACK: Self = Self(-1160);
    /// `JET_errDTCMissingCallbackOnRecovery`: no coordinator callback during recovery.
    pub const DTC_MISSING_CALLBACK_ON_RECOVERY: Self = Self(-1161);
    /// `JET_errDTCCallbackUnexpectedError`: coordinator callback returned an unknown code.
    pub const DTC_CALLBACK_UNEXPECTED_ERROR: Self = Self(-1162);
    /// `JET_wrnDTCCommitTransaction`: callback verdict: commit.
    pub const WRN_DTC_COMMIT_TRANSACTION: Self = Self(1163);
    /// `JET_wrnDTCRollbackTransaction`: callback verdict: roll back.
    pub const WRN_DTC_ROLLBACK_TRANSACTION: Self = Self(1164);
    /// `JET_errDatabaseDuplicate`: database already exists.
    pub const DATABASE_DUPLICATE: Self = Self(-1201);
    /// `JET_errDatabaseInUse`: database is in use.
    pub const DATABASE_IN_USE: Self = Self(-1202);
    /// `JET_errDatabaseNotFound`: database unknown or not attached.
    pub const DATABASE_NOT_FOUND: Self = Self(-1203);
    /// `JET_errDatabaseInvalidName`: database name is invalid.
    pub const DATABASE_INVALID_NAME: Self = Self(-1204);
    /// `JET_errDatabaseInvalidPages`: page count is invalid.
    pub const DATABASE_INVALID_PAGES: Self = Self(-1205);
    /// `JET_errDatabaseCorrupted`: file damaged or no database.
    pub const DATABASE_CORRUPTED: Self = Self(-1206);
    /// `JET_errDatabaseLocked`: database opened exclusively elsewhere.
    pub const DATABASE_LOCKED: Self = Self(-1207);
    /// `JET_errCannotDisableVersioning`: versioning must stay on here.
    pub const CANNOT_DISABLE_VERSIONING: Self = Self(-1208);
    /// `JET_errInvalidDatabaseVersion`: database format version unsupported.
    pub const INVALID_DATABASE_VERSION: Self = Self(-1209);
    /// `JET_errDatabase200Format`: database of the 200 generation.
    pub const DATABASE200_FORMAT: Self = Self(-1210);
    /// `JET_errDatabase400Format`: database of the 400 generation.
    pub const DATABASE400_FORMAT: Self = Self(-1211);
    /// `JET_errDatabase500Format`: database of the 500 generation.
    pub const DATABASE500_FORMAT: Self = Self(-1212);
    /// `JET_errPageSizeMismatch`: file page size differs from the engine's.
    pub const PAGE_SIZE_MISMATCH: Self = Self(-1213);
    /// `JET_errTooManyInstances`: instance limit reached.
    pub const TOO_MANY_INSTANCES: Self = Self(-1214);
    /// `JET_errDatabaseSharingViolation`: another instance uses the database.
    pub const DATABASE_SHARING_VIOLATION: Self = Self(-1215);
    /// `JET_errAttachedDatabaseMismatch`: logged attachment has no matching file.
    pub const ATTACHED_DATABASE_MISMATCH: Self = Self(-1216);
    /// `JET_errDatabaseInvalidPath`: database path is invalid.
    pub const DATABASE_INVALID_PATH: Self = Self(-1217);
    /// `JET_errDatabaseIdInUse`: dbid already assigned.
    pub const DATABASE_ID_IN_USE: Self = Self(-1218);
    /// `JET_errForceDetachNotAllowed`: force detach needs a failed normal detach.
    pub const FORCE_DETACH_NOT_ALLOWED: Self = Self(-1219);
    /// `JET_errCatalogCorrupted`: catalog damaged.
    pub const CATALOG_CORRUPTED: Self = Self(-1220);
    /// `JET_errPartiallyAttachedDB`: attach incomplete.
    pub const PARTIALLY_ATTACHED_DB: Self = Self(-1221);
    /// `JET_errDatabaseSignInUse`: equal database signature already attached.
    pub const DATABASE_SIGN_IN_USE: Self = Self(-1222);
    /// `JET_errDatabaseCorruptedNoRepair`: damaged and repair is forbidden.
    pub const DATABASE_CORRUPTED_NO_REPAIR: Self = Self(-1224);
    /// `JET_errInvalidCreateDbVersion`: replayed create has an incompatible version.
    pub const INVALID_CREATE_DB_VERSION: Self = Self(-1225);
    /// `JET_errDatabaseIncompleteIncrementalReseed`: incremental reseed in progress on this file.
    pub const DATABASE_INCOMPLETE_INCREMENTAL_RESEED: Self = Self(-1226);
    /// `JET_errDatabaseInvalidIncrementalReseed`: state does not permit incremental reseed.
    pub const DATABASE_INVALID_INCREMENTAL_RESEED: Self = Self(-1227);
    /// `JET_errDatabaseFailedIncrementalReseed`: incremental reseed failed for good.
    pub const DATABASE_FAILED_INCREMENTAL_RESEED: Self = Self(-1228);
    /// `JET_errNoAttachmentsFailedIncrementalReseed`: reseed failed: required log has no attachment.
    pub const NO_ATTACHMENTS_FAILED_INCREMENTAL_RESEED: Self = Self(-1229);
    /// `JET_errDatabaseNotReady`: recovery not far enough to open.
    pub const DATABASE_NOT_READY: Self = Self(-1230);
    /// `JET_errDatabaseAttachedForRecovery`: attached for recovery only.
    pub const DATABASE_ATTACHED_FOR_RECOVERY: Self = Self(-1231);
    /// `JET_errTransactionsNotReadyDuringRecovery`: recovery lacks a transaction start point.
    pub const TRANSACTIONS_NOT_READY_DURING_RECOVERY: Self = Self(-1232);
    /// `JET_wrnTableEmpty`: table has no records.
    pub const WRN_TABLE_EMPTY: Self = Self(1301);
    /// `JET_errTableLocked`: table exclusively locked.
    pub const TABLE_LOCKED: Self = Self(-1302);
    /// `JET_errTableDuplicate`: table already exists.
    pub const TABLE_DUPLICATE: Self = Self(-1303);
    /// `JET_errTableInUse`: table is in use.
    pub const TABLE_IN_USE: Self = Self(-1304);
    /// `JET_errObjectNotFound`: table or object unknown.
    pub const OBJECT_NOT_FOUND: Self = Self(-1305);
    /// `JET_errDensityInvalid`: density outside the permitted range.
    pub const DENSITY_INVALID: Self = Self(-1307);
    /// `JET_errTableNotEmpty`: table still has records.
    pub const TABLE_NOT_EMPTY: Self = Self(-1308);
    /// `JET_errInvalidTableId`: cursor handle is invalid.
    pub const INVALID_TABLE_ID: Self = Self(-1310);
    /// `JET_errTooManyOpenTables`: open table limit reached.
    pub const TOO_MANY_OPEN_TABLES: Self = Self(-1311);
    /// `JET_errIllegalOperation`: operation unsupported on this table.
    pub const ILLEGAL_OPERATION: Self = Self(-1312);
    /// `JET_errTooManyOpenTablesAndCleanupTimedOut`: open table limit reached and cleanup timed out.
    pub const TOO_MANY_OPEN_TABLES_AND_CLEANUP_TIMED_OUT: Self = Self(-1313);
    /// `JET_errObjectDuplicate`: object name already used.
    pub const OBJECT_DUPLICATE: Self = Self(-1314);
    /// `JET_errInvalidObject`: object kind unfit for the operation.
    pub const INVALID_OBJECT: Self = Self(-1316);
    /// `JET_errCannotDeleteTempTable`: temp tables are closed, not deleted.
    pub const CANNOT_DELETE_TEMP_TABLE: Self = Self(-1317);
    /// `JET_errCannotDeleteSystemTable`: system tables cannot be deleted.
    pub const CANNOT_DELETE_SYSTEM_TABLE: Self = Self(-1318);
    /// `JET_errCannotDeleteTemplateTable`: template tables cannot be deleted.
    pub const CANNOT_DELETE_TEMPLATE_TABLE: Self = Self(-1319);
    /// `JET_errExclusiveTableLockRequired`: operation needs exclusive table access.
    pub const EXCLUSIVE_TABLE_LOCK_REQUIRED: Self = Self(-1322);
    /// `JET_errFixedDDL`: table schema is fixed.
    pub const FIXED_DDL: Self = Self(-1323);
    /// `JET_errFixedInheritedDDL`: inherited schema part is fixed.
    pub const FIXED_INHERITED_DDL: Self = Self(-1324);
    /// `JET_errCannotNestDDL`: template of a template unsupported.
    pub const CANNOT_NEST_DDL: Self = Self(-1325);
    /// `JET_errDDLNotInheritable`: named parent is no template table.
    pub const DDL_NOT_INHERITABLE: Self = Self(-1326);
    /// `JET_wrnTableInUseBySystem`: engine cleanup has the table open.
    pub const WRN_TABLE_IN_USE_BY_SYSTEM: Self = Self(1327);
    /// `JET_errInvalidSettings`: parameter combination is invalid.
    pub const INVALID_SETTINGS: Self = Self(-1328);
    /// `JET_errClientRequestToStopJetService`: service stopped by JetStopService.
    pub const CLIENT_REQUEST_TO_STOP_JET_SERVICE: Self = Self(-1329);
    /// `JET_errCannotAddFixedVarColumnToDerivedTable`: derived table forbids fixed and variable columns.
    pub const CANNOT_ADD_FIXED_VAR_COLUMN_TO_DERIVED_TABLE: Self = Self(-1330);
    /// `JET_errIndexCantBuild`: index build failed.
    pub const INDEX_CANT_BUILD: Self = Self(-1401);
    /// `JET_errIndexHasPrimary`: table already has a primary index.
    pub const INDEX_HAS_PRIMARY: Self = Self(-1402);
    /// `JET_errIndexDuplicate`: index name already used.
    pub const INDEX_DUPLICATE: Self = Self(-1403);
    /// `JET_errIndexNotFound`: index unknown.
    pub const INDEX_NOT_FOUND: Self = Self(-1404);
    /// `JET_errIndexMustStay`: primary index cannot be deleted.
    pub const INDEX_MUST_STAY: Self = Self(-1405);
    /// `JET_errIndexInvalidDef`: index definition is invalid.
    pub const INDEX_INVALID_DEF: Self = Self(-1406);
    /// `JET_errInvalidCreateIndex`: index create description is invalid.
    pub const INVALID_CREATE_INDEX: Self = Self(-1409);
    /// `JET_errTooManyOpenIndexes`: index descriptor limit reached.
    pub const TOO_MANY_OPEN_INDEXES: Self = Self(-1410);
    /// `JET_errMultiValuedIndexViolation`: one record yields duplicate index keys.
    pub const MULTI_VALUED_INDEX_VIOLATION: Self = Self(-1411);
    /// `JET_errIndexBuildCorrupted`: built index does not mirror the table.
    pub const INDEX_BUILD_CORRUPTED: Self = Self(-1412);
    /// `JET_errPrimaryIndexCorrupted`: primary index damaged.
    pub const PRIMARY_INDEX_CORRUPTED: Self = Self(-1413);
    /// `JET_errSecondaryIndexCorrupted`: secondary index damaged.
    pub const SECONDARY_INDEX_CORRUPTED: Self = Self(-1414);
    /// `JET_wrnCorruptIndexDeleted`: an outdated index was dropped.
    pub const WRN_CORRUPT_INDEX_DELETED: Self = Self(1415);
    /// `JET_errInvalidIndexId`: index id is invalid.
    pub const INVALID_INDEX_ID: Self = Self(-1416);
    /// `JET_wrnPrimaryIndexOutOfDate`: primary index built with an old sort version.
    pub const WRN_PRIMARY_INDEX_OUT_OF_DATE: Self = Self(1417);
    /// `JET_wrnSecondaryIndexOutOfDate`: secondary index built with an old sort version.
    pub const WRN_SECONDARY_INDEX_OUT_OF_DATE: Self = Self(1418);
    /// `JET_errCantUseDeferredPopulateIndex`: index not filled yet.
    pub const CANT_USE_DEFERRED_POPULATE_INDEX: Self = Self(-1419);
    /// `JET_errIndexTuplesSecondaryIndexOnly`: tuple index must be secondary.
    pub const INDEX_TUPLES_SECONDARY_INDEX_ONLY: Self = Self(-1430);
    /// `JET_errIndexTuplesOneColumnOnly`: old name of JET_errIndexTuplesTooManyColumns.
    pub const INDEX_TUPLES_ONE_COLUMN_ONLY: Self = Self(-1431);
    /// `JET_errIndexTuplesTooManyColumns`: tuple index names too many columns.
    pub const INDEX_TUPLES_TOO_MANY_COLUMNS: Self = Self(-1431);
    /// `JET_errIndexTuplesNonUniqueOnly`: tuple index cannot be unique.
    pub const INDEX_TUPLES_NON_UNIQUE_ONLY: Self = Self(-1432);
    /// `JET_errIndexTuplesTextBinaryColumnsOnly`: tuple index needs a text or binary column.
    pub const INDEX_TUPLES_TEXT_BINARY_COLUMNS_ONLY: Self = Self(-1433);
    /// `JET_errIndexTuplesTextColumnsOnly`: old name of JET_errIndexTuplesTextBinaryColumnsOnly.
    pub const INDEX_TUPLES_TEXT_COLUMNS_ONLY: Self = Self(-1433);
    /// `JET_errIndexTuplesVarSegMacNotAllowed`: tuple index excludes cbVarSegMac.
    pub const INDEX_TUPLES_VAR_SEG_MAC_NOT_ALLOWED: Self = Self(-1434);
    /// `JET_errIndexTuplesInvalidLimits`: tuple limits are invalid.
    pub const INDEX_TUPLES_INVALID_LIMITS: Self = Self(-1435);
    /// `JET_errIndexTuplesCannotRetrieveFromIndex`: cannot read the column from a tuple index.
    pub const INDEX_TUPLES_CANNOT_RETRIEVE_FROM_INDEX: Self = Self(-1436);
    /// `JET_errIndexTuplesKeyTooSmall`: key shorter than the minimum tuple.
    pub const INDEX_TUPLES_KEY_TOO_SMALL: Self = Self(-1437);
    /// `JET_errInvalidLVChunkSize`: long-value chunk size unsupported.
    pub const INVALID_LV_CHUNK_SIZE: Self = Self(-1438);
    /// `JET_errColumnCannotBeEncrypted`: column type or default rules out encryption.
    pub const COLUMN_CANNOT_BE_ENCRYPTED: Self = Self(-1439);
    /// `JET_errCannotIndexOnEncryptedColumn`: encrypted columns cannot be indexed.
    pub const CANNOT_INDEX_ON_ENCRYPTED_COLUMN: Self = Self(-1440);
    /// `JET_errColumnLong`: value is long.
    pub const COLUMN_LONG: Self = Self(-1501);
    /// `JET_errColumnNoChunk`: long-value chunk absent.
    pub const COLUMN_NO_CHUNK: Self = Self(-1502);
    /// `JET_errColumnDoesNotFit`: value does not fit the record.
    pub const COLUMN_DOES_NOT_FIT: Self = Self(-1503);
    /// `JET_errColumnIllegalNull`: alias of JET_errNullInvalid.
    pub const COLUMN_ILLEGAL_NULL: Self = Self(-1504);
    /// `JET_errNullInvalid`: column refuses NULL.
    pub const NULL_INVALID: Self = Self(-1504);
    /// `JET_errColumnIndexed`: indexed column cannot be deleted.
    pub const COLUMN_INDEXED: Self = Self(-1505);
    /// `JET_errColumnTooBig`: value exceeds the column maximum.
    pub const COLUMN_TOO_BIG: Self = Self(-1506);
    /// `JET_errColumnNotFound`: column unknown.
    pub const COLUMN_NOT_FOUND: Self = Self(-1507);
    /// `JET_errColumnDuplicate`: column name already used.
    pub const COLUMN_DUPLICATE: Self = Self(-1508);
    /// `JET_errMultiValuedColumnMustBeTagged`: multi-valued column must be tagged.
    pub const MULTI_VALUED_COLUMN_MUST_BE_TAGGED: Self = Self(-1509);
    /// `JET_errColumnRedundant`: second auto-increment or version column.
    pub const COLUMN_REDUNDANT: Self = Self(-1510);
    /// `JET_errInvalidColumnType`: column type is invalid.
    pub const INVALID_COLUMN_TYPE: Self = Self(-1511);
    /// `JET_wrnColumnMaxTruncated`: requested maximum length was lowered.
    pub const WRN_COLUMN_MAX_TRUNCATED: Self = Self(1512);
    /// `JET_errTaggedNotNULL`: tagged column cannot be NOT NULL.
    pub const TAGGED_NOT_NULL: Self = Self(-1514);
    /// `JET_errNoCurrentIndex`: no index is current.
    pub const NO_CURRENT_INDEX: Self = Self(-1515);
    /// `JET_errKeyIsMade`: key is already complete.
    pub const KEY_IS_MADE: Self = Self(-1516);
    /// `JET_errBadColumnId`: column id is invalid.
    pub const BAD_COLUMN_ID: Self = Self(-1517);
    /// `JET_errBadItagSequence`: value sequence number is invalid.
    pub const BAD_ITAG_SEQUENCE: Self = Self(-1518);
    /// `JET_errColumnInRelationship`: column is part of a relationship.
    pub const COLUMN_IN_RELATIONSHIP: Self = Self(-1519);
    /// `JET_wrnCopyLongValue`: shared long value was split off.
    pub const WRN_COPY_LONG_VALUE: Self = Self(1520);
    /// `JET_errCannotBeTagged`: auto-increment and version columns cannot be tagged.
    pub const CANNOT_BE_TAGGED: Self = Self(-1521);
    /// `JET_wrnTaggedColumnsRemaining`: more tagged columns than the copy buffer held.
    pub const WRN_TAGGED_COLUMNS_REMAINING: Self = Self(1523);
    /// `JET_errDefaultValueTooBig`: default value is too long.
    pub const DEFAULT_VALUE_TOO_BIG: Self = Self(-1524);
    /// `JET_errMultiValuedDuplicate`: equal value already present in the column.
    pub const MULTI_VALUED_DUPLICATE: Self = Self(-1525);
    /// `JET_errLVCorrupted`: long-value tree damaged.
    pub const LV_CORRUPTED: Self = Self(-1526);
    /// `JET_errMultiValuedDuplicateAfterTruncation`: values equal after normalising and cutting.
    pub const MULTI_VALUED_DUPLICATE_AFTER_TRUNCATION: Self = Self(-1528);
    /// `JET_errDerivedColumnCorruption`: derived table column is inconsistent.
    pub const DERIVED_COLUMN_CORRUPTION: Self = Self(-1529);
    /// `JET_errInvalidPlaceholderColumn`: column unfit as primary-index placeholder.
    pub const INVALID_PLACEHOLDER_COLUMN: Self = Self(-1530);
    /// `JET_wrnColumnSkipped`: enumeration skipped a column whose id was zero.
    pub const WRN_COLUMN_SKIPPED: Self = Self(1531);
    /// `JET_wrnColumnNotLocal`: value not available from local data.
    pub const WRN_COLUMN_NOT_LOCAL: Self = Self(1532);
    /// `JET_wrnColumnMoreTags`: further values exist that were not asked for.
    pub const WRN_COLUMN_MORE_TAGS: Self = Self(1533);
    /// `JET_wrnColumnTruncated`: enumerated value was cut.
    pub const WRN_COLUMN_TRUNCATED: Self = Self(1534);
    /// `JET_wrnColumnPresent`: value exists but was not returned.
    pub const WRN_COLUMN_PRESENT: Self = Self(1535);
    /// `JET_wrnColumnSingleValue`: single value returned in compressed form.
    pub const WRN_COLUMN_SINGLE_VALUE: Self = Self(1536);
    /// `JET_wrnColumnDefault`: value equals the default and was left out.
    pub const WRN_COLUMN_DEFAULT: Self = Self(1537);
    /// `JET_errColumnCannotBeCompressed`: only long text and long binary compress.
    pub const COLUMN_CANNOT_BE_COMPRESSED: Self = Self(-1538);
    /// `JET_wrnColumnNotInRecord`: value not available inside the record.
    pub const WRN_COLUMN_NOT_IN_RECORD: Self = Self(1539);
    /// `JET_errColumnNoEncryptionKey`: no key for the encrypted column.
    pub const COLUMN_NO_ENCRYPTION_KEY: Self = Self(-1540);
    /// `JET_wrnColumnReference`: a reference was returned in place of data.
    pub const WRN_COLUMN_REFERENCE: Self = Self(1541);
    /// `JET_errRecordNotFound`: no record with that key.
    pub const RECORD_NOT_FOUND: Self = Self(-1601);
    /// `JET_errRecordNoCopy`: no update buffer.
    pub const RECORD_NO_COPY: Self = Self(-1602);
    /// `JET_errNoCurrentRecord`: cursor is not on a record.
    pub const NO_CURRENT_RECORD: Self = Self(-1603);
    /// `JET_errRecordPrimaryChanged`: primary key cannot be changed this way.
    pub const RECORD_PRIMARY_CHANGED: Self = Self(-1604);
    /// `JET_errKeyDuplicate`: key already exists.
    pub const KEY_DUPLICATE: Self = Self(-1605);
    /// `JET_errAlreadyPrepared`: an update is already prepared.
    pub const ALREADY_PREPARED: Self = Self(-1607);
    /// `JET_errKeyNotMade`: no search key was built.
    pub const KEY_NOT_MADE: Self = Self(-1608);
    /// `JET_errUpdateNotPrepared`: no update is prepared.
    pub const UPDATE_NOT_PREPARED: Self = Self(-1609);
    /// `JET_wrnDataHasChanged`: record changed since it was read.
    pub const WRN_DATA_HAS_CHANGED: Self = Self(1610);
    /// `JET_errDataHasChanged`: record changed; operation refused.
    pub const DATA_HAS_CHANGED: Self = Self(-1611);
    /// `JET_wrnKeyChanged`: move ended on a new key.
    pub const WRN_KEY_CHANGED: Self = Self(1618);
    /// `JET_errLanguageNotSupported`: locale not installed.
    pub const LANGUAGE_NOT_SUPPORTED: Self = Self(-1619);
    /// `JET_errDecompressionFailed`: data could not be decompressed.
    pub const DECOMPRESSION_FAILED: Self = Self(-1620);
    /// `JET_errUpdateMustVersion`: unversioned update needs an uncommitted table.
    pub const UPDATE_MUST_VERSION: Self = Self(-1621);
    /// `JET_errDecryptionFailed`: data could not be decrypted.
    pub const DECRYPTION_FAILED: Self = Self(-1622);
    /// `JET_errEncryptionBadItag`: encrypted column allows one value only.
    pub const ENCRYPTION_BAD_ITAG: Self = Self(-1623);
    /// `JET_errSetAutoIncrementTooHigh`: explicit auto-increment value too high.
    pub const SET_AUTO_INCREMENT_TOO_HIGH: Self = Self(-1624);
    /// `JET_errAutoIncrementNotSet`: auto-increment must be set by the caller.
    pub const AUTO_INCREMENT_NOT_SET: Self = Self(-1625);
    /// `JET_errTooManySorts`: sort limit reached.
    pub const TOO_MANY_SORTS: Self = Self(-1701);
    /// `JET_errInvalidOnSort`: operation invalid on a sort.
    pub const INVALID_ON_SORT: Self = Self(-1702);
    /// `JET_errTempFileOpenError`: temporary file could not be opened.
    pub const TEMP_FILE_OPEN_ERROR: Self = Self(-1803);
    /// `JET_errTooManyAttachedDatabases`: attached database limit reached.
    pub const TOO_MANY_ATTACHED_DATABASES: Self = Self(-1805);
    /// `JET_errDiskFull`: volume is full.
    pub const DISK_FULL: Self = Self(-1808);
    /// `JET_errPermissionDenied`: permission refused.
    pub const PERMISSION_DENIED: Self = Self(-1809);
    /// `JET_errFileNotFound`: file absent.
    pub const FILE_NOT_FOUND: Self = Self(-1811);
    /// `JET_errFileInvalidType`: file is of another kind.
    pub const FILE_INVALID_TYPE: Self = Self(-1812);
    /// `JET_wrnFileOpenReadOnly`: file opened read-only.
    pub const WRN_FILE_OPEN_READ_ONLY: Self = Self(1813);
    /// `JET_errFileAlreadyExists`: file already exists.
    pub const FILE_ALREADY_EXISTS: Self = Self(-1814);
    /// `JET_errAfterInitialization`: call only valid before init.
    pub const AFTER_INITIALIZATION: Self = Self(-1850);
    /// `JET_errLogCorrupted`: logs cannot be understood.
    pub const LOG_CORRUPTED: Self = Self(-1852);
    /// `JET_errInvalidOperation`: operation is invalid.
    pub const INVALID_OPERATION: Self = Self(-1906);
    /// `JET_errAccessDenied`: access refused.
    pub const ACCESS_DENIED: Self = Self(-1907);
    /// `JET_wrnIdleFull`: idle registry full or buffers below threshold.
    pub const WRN_IDLE_FULL: Self = Self(1908);
    /// `JET_errTooManySplits`: split loop did not end.
    pub const TOO_MANY_SPLITS: Self = Self(-1909);
    /// `JET_errSessionSharingViolation`: session used by two threads at once.
    pub const SESSION_SHARING_VIOLATION: Self = Self(-1910);
    /// `JET_errEntryPointNotFound`: DLL entry point absent.
    pub const ENTRY_POINT_NOT_FOUND: Self = Self(-1911);
    /// `JET_errSessionContextAlreadySet`: session context already set.
    pub const SESSION_CONTEXT_ALREADY_SET: Self = Self(-1912);
    /// `JET_errSessionContextNotSetByThisThread`: session context set by another thread.
    pub const SESSION_CONTEXT_NOT_SET_BY_THIS_THREAD: Self = Self(-1913);
    /// `JET_errSessionInUse`: session still in use.
    pub const SESSION_IN_USE: Self = Self(-1914);
    /// `JET_errRecordFormatConversionFailed`: record format conversion failed.
    pub const RECORD_FORMAT_CONVERSION_FAILED: Self = Self(-1915);
    /// `JET_errOneDatabasePerSession`: session may open one database only.
    pub const ONE_DATABASE_PER_SESSION: Self = Self(-1916);
    /// `JET_errRollbackError`: rollback failed.
    pub const ROLLBACK_ERROR: Self = Self(-1917);
    /// `JET_errFlushMapVersionUnsupported`: flush map version unsupported.
    pub const FLUSH_MAP_VERSION_UNSUPPORTED: Self = Self(-1918);
    /// `JET_errFlushMapDatabaseMismatch`: flush map belongs to another database.
    pub const FLUSH_MAP_DATABASE_MISMATCH: Self = Self(-1919);
    /// `JET_errFlushMapUnrecoverable`: flush map cannot be rebuilt.
    pub const FLUSH_MAP_UNRECOVERABLE: Self = Self(-1920);
    /// `JET_errRBSFileCorrupt`: revert snapshot file damaged.
    pub const RBS_FILE_CORRUPT: Self = Self(-1921);
    /// `JET_errRBSHeaderCorrupt`: revert snapshot header damaged.
    pub const RBS_HEADER_CORRUPT: Self = Self(-1922);
    /// `JET_errRBSDbMismatch`: revert snapshot does not match the database.
    pub const RBS_DB_MISMATCH: Self = Self(-1923);
    /// `JET_errBadRBSVersion`: revert snapshot version unsupported.
    pub const BAD_RBS_VERSION: Self = Self(-1925);
    /// `JET_errOutOfRBSSpace`: revert snapshot at its size limit.
    pub const OUT_OF_RBS_SPACE: Self = Self(-1926);
    /// `JET_errRBSInvalidSign`: revert snapshot signature unset.
    pub const RBS_INVALID_SIGN: Self = Self(-1927);
    /// `JET_errRBSInvalidRecord`: revert snapshot record invalid.
    pub const RBS_INVALID_RECORD: Self = Self(-1928);
    /// `JET_errRBSRCInvalidRBS`: revert blocked by an invalid snapshot.
    pub const RBSRC_INVALID_RBS: Self = Self(-1929);
    /// `JET_errRBSRCNoRBSFound`: no snapshot reaches back to that time.
    pub const RBSRC_NO_RBS_FOUND: Self = Self(-1930);
    /// `JET_errRBSRCBadDbState`: revert failed on the database state.
    pub const RBSRC_BAD_DB_STATE: Self = Self(-1931);
    /// `JET_errRBSMissingReqLogs`: logs needed by the snapshot absent.
    pub const RBS_MISSING_REQ_LOGS: Self = Self(-1932);
    /// `JET_errRBSLogDivergenceFailed`: snapshot logs differ from live logs.
    pub const RBS_LOG_DIVERGENCE_FAILED: Self = Self(-1933);
    /// `JET_errRBSRCCopyLogsRevertState`: an earlier revert is copying logs.
    pub const RBSRC_COPY_LOGS_REVERT_STATE: Self = Self(-1934);
    /// `JET_errDatabaseIncompleteRevert`: database is being reverted.
    pub const DATABASE_INCOMPLETE_REVERT: Self = Self(-1935);
    /// `JET_errRBSRCRevertCancelled`: revert was cancelled.
    pub const RBSRC_REVERT_CANCELLED: Self = Self(-1936);
    /// `JET_errRBSRCInvalidDbFormatVersion`: database format cannot be reverted.
    pub const RBSRC_INVALID_DB_FORMAT_VERSION: Self = Self(-1937);
    /// `JET_errRBSCannotDetermineDivergence`: log divergence cannot be judged.
    pub const RBS_CANNOT_DETERMINE_DIVERGENCE: Self = Self(-1938);
    /// `JET_errRBSDeleteTableTooBig`: table too big to delete under snapshots.
    pub const RBS_DELETE_TABLE_TOO_BIG: Self = Self(-1941);
    /// `JET_errRBSDeleteTableTooSoon`: table too young for non-revertable delete.
    pub const RBS_DELETE_TABLE_TOO_SOON: Self = Self(-1942);
    /// `JET_errRBSFDPToBeDeleted`: tree root is marked for deletion.
    pub const RBSFDP_TO_BE_DELETED: Self = Self(-1943);
    /// `JET_errRBSRevertableDeleteNotPossible`: revertable delete impossible for this table.
    pub const RBS_REVERTABLE_DELETE_NOT_POSSIBLE: Self = Self(-1944);
    /// `JET_errRBSRedeleteFDPUnexpected`: unexpected delete mark on a reverted table.
    pub const RBS_REDELETE_FDP_UNEXPECTED: Self = Self(-1947);
    /// `JET_errRBSRCPageFDPDeleteFileCorrupt`: saved root page records file damaged.
    pub const RBSRC_PAGE_FDP_DELETE_FILE_CORRUPT: Self = Self(-1948);
    /// `JET_wrnDefragAlreadyRunning`: online defrag already active.
    pub const WRN_DEFRAG_ALREADY_RUNNING: Self = Self(2000);
    /// `JET_wrnDefragNotRunning`: online defrag not active.
    pub const WRN_DEFRAG_NOT_RUNNING: Self = Self(2001);
    /// `JET_wrnDatabaseScanAlreadyRunning`: database scan already active.
    pub const WRN_DATABASE_SCAN_ALREADY_RUNNING: Self = Self(2002);
    /// `JET_wrnDatabaseScanNotRunning`: database scan not active.
    pub const WRN_DATABASE_SCAN_NOT_RUNNING: Self = Self(2003);
    /// `JET_errDatabaseAlreadyRunningMaintenance`: maintenance already active on the database.
    pub const DATABASE_ALREADY_RUNNING_MAINTENANCE: Self = Self(-2004);
    /// `JET_errRootSpaceLeakEstimationAlreadyRunning`: leak estimation already active.
    pub const ROOT_SPACE_LEAK_ESTIMATION_ALREADY_RUNNING: Self = Self(-2006);
    /// `JET_wrnCallbackNotRegistered`: callback to remove was not registered.
    pub const WRN_CALLBACK_NOT_REGISTERED: Self = Self(2100);
    /// `JET_errCallbackFailed`: a callback returned failure.
    pub const CALLBACK_FAILED: Self = Self(-2101);
    /// `JET_errCallbackNotResolved`: callback function not found.
    pub const CALLBACK_NOT_RESOLVED: Self = Self(-2102);
    /// `JET_errSpaceHintsInvalid`: space hints unusable.
    pub const SPACE_HINTS_INVALID: Self = Self(-2103);
    /// `JET_errOSSnapshotInvalidSequence`: shadow-copy call at the wrong step.
    pub const OS_SNAPSHOT_INVALID_SEQUENCE: Self = Self(-2401);
    /// `JET_errOSSnapshotTimeOut`: shadow copy froze too long and thawed.
    pub const OS_SNAPSHOT_TIME_OUT: Self = Self(-2402);
    /// `JET_errOSSnapshotNotAllowed`: shadow copy blocked by backup or recovery.
    pub const OS_SNAPSHOT_NOT_ALLOWED: Self = Self(-2403);
    /// `JET_errOSSnapshotInvalidSnapId`: snapshot id is invalid.
    pub const OS_SNAPSHOT_INVALID_SNAP_ID: Self = Self(-2404);
    /// `JET_errTooManyTestInjections`: test injection table full.
    pub const TOO_MANY_TEST_INJECTIONS: Self = Self(-2501);
    /// `JET_errTestInjectionNotSupported`: test injection not built in.
    pub const TEST_INJECTION_NOT_SUPPORTED: Self = Self(-2502);
    /// `JET_errInvalidLogDataSequence`: shipped log data out of order.
    pub const INVALID_LOG_DATA_SEQUENCE: Self = Self(-2601);
    /// `JET_wrnPreviousLogFileIncomplete`: shipped data skipped; partial log removed.
    pub const WRN_PREVIOUS_LOG_FILE_INCOMPLETE: Self = Self(2602);
    /// `JET_errLSCallbackNotSpecified`: local storage needs a runtime callback.
    pub const LS_CALLBACK_NOT_SPECIFIED: Self = Self(-3000);
    /// `JET_errLSAlreadySet`: local storage already set.
    pub const LS_ALREADY_SET: Self = Self(-3001);
    /// `JET_errLSNotSet`: local storage not set.
    pub const LS_NOT_SET: Self = Self(-3002);
    /// `JET_errFileIOSparse`: I/O hit a sparse region.
    pub const FILE_IO_SPARSE: Self = Self(-4000);
    /// `JET_errFileIOBeyondEOF`: read past the end of file.
    pub const FILE_IO_BEYOND_EOF: Self = Self(-4001);
    /// `JET_errFileIOAbort`: callback verdict: abort the I/O.
    pub const FILE_IO_ABORT: Self = Self(-4002);
    /// `JET_errFileIORetry`: callback verdict: retry the I/O.
    pub const FILE_IO_RETRY: Self = Self(-4003);
    /// `JET_errFileIOFail`: callback verdict: fail the I/O.
    pub const FILE_IO_FAIL: Self = Self(-4004);
    /// `JET_errFileCompressed`: compressed files unsupported.
    pub const FILE_COMPRESSED: Self = Self(-4005);
    /// `JET_errClientSpaceBegin`: first code reserved for applications.
    pub const CLIENT_SPACE_BEGIN: Self = Self(-10000);
    /// `JET_errClientSpaceEnd`: last code reserved for applications.
    pub const CLIENT_SPACE_END: Self = Self(-11999);
}

pub(super) static TABLE: &[JetErrInfo] = &[
    JetErrInfo {
        value: 0,
        name: "Success",
        full_name: "JET_errSuccess",
        category: "state",
        meaning: "the call succeeded",
    },
    JetErrInfo {
        value: -1,
        name: "Nyi",
        full_name: "JET_wrnNyi",
        category: "usage",
        meaning: "not implemented (negative value despite the wrn prefix)",
    },
    JetErrInfo {
        value: -100,
        name: "RfsFailure",
        full_name: "JET_errRfsFailure",
        category: "obsolete",
        meaning: "failure injected by the resource failure simulator",
    },
    JetErrInfo {
        value: -101,
        name: "RfsNotArmed",
        full_name: "JET_errRfsNotArmed",
        category: "obsolete",
        meaning: "failure simulator was not set up",
    },
    JetErrInfo {
        value: -102,
        name: "FileClose",
        full_name: "JET_errFileClose",
        category: "obsolete",
        meaning: "a file handle failed to close",
    },
    JetErrInfo {
        value: -103,
        name: "OutOfThreads",
        full_name: "JET_errOutOfThreads",
        category: "memory",
        meaning: "a worker thread could not be created",
    },
    JetErrInfo {
        value: -105,
        name: "TooManyIO",
        full_name: "JET_errTooManyIO",
        category: "resource",
        meaning: "too many I/Os in flight",
    },
    JetErrInfo {
        value: -106,
        name: "TaskDropped",
        full_name: "JET_errTaskDropped",
        category: "resource",
        meaning: "queued background task was discarded",
    },
    JetErrInfo {
        value: -107,
        name: "InternalError",
        full_name: "JET_errInternalError",
        category: "operation",
        meaning: "unexpected internal fault",
    },
    JetErrInfo {
        value: -112,
        name: "DisabledFunctionality",
        full_name: "JET_errDisabledFunctionality",
        category: "usage",
        meaning: "feature left out of this reduced engine build",
    },
    JetErrInfo {
        value: -113,
        name: "UnloadableOSFunctionality",
        full_name: "JET_errUnloadableOSFunctionality",
        category: "fatal",
        meaning: "needed OS entry point failed to load",
    },
    JetErrInfo {
        value: -114,
        name: "DeviceMissing",
        full_name: "JET_errDeviceMissing",
        category: "fatal",
        meaning: "needed hardware accelerator absent",
    },
    JetErrInfo {
        value: -115,
        name: "DeviceMisconfigured",
        full_name: "JET_errDeviceMisconfigured",
        category: "fatal",
        meaning: "hardware accelerator set up wrongly",
    },
    JetErrInfo {
        value: -116,
        name: "DeviceTimeout",
        full_name: "JET_errDeviceTimeout",
        category: "operation",
        meaning: "hardware accelerator did not answer in time",
    },
    JetErrInfo {
        value: -118,
        name: "DeviceFailure",
        full_name: "JET_errDeviceFailure",
        category: "operation",
        meaning: "hardware accelerator malfunctioned",
    },
    JetErrInfo {
        value: -255,
        name: "DatabaseBufferDependenciesCorrupted",
        full_name: "JET_errDatabaseBufferDependenciesCorrupted",
        category: "corruption",
        meaning: "page write-order graph is wrong; recovery fails",
    },
    JetErrInfo {
        value: 321,
        name: "RemainingVersions",
        full_name: "JET_wrnRemainingVersions",
        category: "state",
        meaning: "version store still holds uncleaned entries",
    },
    JetErrInfo {
        value: -322,
        name: "PreviousVersion",
        full_name: "JET_errPreviousVersion",
        category: "corruption",
        meaning: "version entry already exists during redo",
    },
    JetErrInfo {
        value: -323,
        name: "PageBoundary",
        full_name: "JET_errPageBoundary",
        category: "obsolete",
        meaning: "scan hit the edge of a page",
    },
    JetErrInfo {
        value: -324,
        name: "KeyBoundary",
        full_name: "JET_errKeyBoundary",
        category: "obsolete",
        meaning: "scan hit the edge of a key",
    },
    JetErrInfo {
        value: -327,
        name: "BadPageLink",
        full_name: "JET_errBadPageLink",
        category: "corruption",
        meaning: "sibling page link is wrong",
    },
    JetErrInfo {
        value: -328,
        name: "BadBookmark",
        full_name: "JET_errBadBookmark",
        category: "obsolete",
        meaning: "bookmark resolves to no record location",
    },
    JetErrInfo {
        value: -334,
        name: "NTSystemCallFailed",
        full_name: "JET_errNTSystemCallFailed",
        category: "operation",
        meaning: "an operating system call failed",
    },
    JetErrInfo {
        value: -338,
        name: "BadParentPageLink",
        full_name: "JET_errBadParentPageLink",
        category: "corruption",
        meaning: "parent to child page link is wrong",
    },
    JetErrInfo {
        value: -340,
        name: "SPAvailExtCacheOutOfSync",
        full_name: "JET_errSPAvailExtCacheOutOfSync",
        category: "obsolete",
        meaning: "free-space cache disagrees with its tree",
    },
    JetErrInfo {
        value: -341,
        name: "SPAvailExtCorrupted",
        full_name: "JET_errSPAvailExtCorrupted",
        category: "corruption",
        meaning: "available-extent tree is damaged",
    },
    JetErrInfo {
        value: -342,
        name: "SPAvailExtCacheOutOfMemory",
        full_name: "JET_errSPAvailExtCacheOutOfMemory",
        category: "obsolete",
        meaning: "no memory for a free-space cache node",
    },
    JetErrInfo {
        value: -343,
        name: "SPOwnExtCorrupted",
        full_name: "JET_errSPOwnExtCorrupted",
        category: "corruption",
        meaning: "owned-extent tree is damaged",
    },
    JetErrInfo {
        value: -344,
        name: "DbTimeCorrupted",
        full_name: "JET_errDbTimeCorrupted",
        category: "corruption",
        meaning: "page dbtime exceeds the database dbtime",
    },
    JetErrInfo {
        value: 345,
        name: "UniqueKey",
        full_name: "JET_wrnUniqueKey",
        category: "state",
        meaning: "seek found a key that occurs only once",
    },
    JetErrInfo {
        value: -346,
        name: "KeyTruncated",
        full_name: "JET_errKeyTruncated",
        category: "state",
        meaning: "key would be cut on an index that forbids it",
    },
    JetErrInfo {
        value: -348,
        name: "DatabaseLeakInSpace",
        full_name: "JET_errDatabaseLeakInSpace",
        category: "state",
        meaning: "pages leaked from space trees; only offline defrag recovers them",
    },
    JetErrInfo {
        value: -351,
        name: "BadEmptyPage",
        full_name: "JET_errBadEmptyPage",
        category: "corruption",
        meaning: "an empty page was met where data must be",
    },
    JetErrInfo {
        value: -354,
        name: "BadLineCount",
        full_name: "JET_errBadLineCount",
        category: "corruption",
        meaning: "page has fewer lines than the operation needs",
    },
    JetErrInfo {
        value: -357,
        name: "PageTagCorrupted",
        full_name: "JET_errPageTagCorrupted",
        category: "corruption",
        meaning: "page tag array is inconsistent",
    },
    JetErrInfo {
        value: -358,
        name: "NodeCorrupted",
        full_name: "JET_errNodeCorrupted",
        category: "corruption",
        meaning: "node prefix or suffix sizes are impossible",
    },
    JetErrInfo {
        value: 406,
        name: "SeparateLongValue",
        full_name: "JET_wrnSeparateLongValue",
        category: "state",
        meaning: "value lives in the long-value tree",
    },
    JetErrInfo {
        value: -408,
        name: "KeyTooBig",
        full_name: "JET_errKeyTooBig",
        category: "obsolete",
        meaning: "key exceeds the maximum length",
    },
    JetErrInfo {
        value: -416,
        name: "CannotSeparateIntrinsicLV",
        full_name: "JET_errCannotSeparateIntrinsicLV",
        category: "usage",
        meaning: "value required to stay in record cannot be moved out",
    },
    JetErrInfo {
        value: -421,
        name: "SeparatedLongValue",
        full_name: "JET_errSeparatedLongValue",
        category: "state",
        meaning: "call invalid for a value stored outside the record",
    },
    JetErrInfo {
        value: -423,
        name: "MustBeSeparateLongValue",
        full_name: "JET_errMustBeSeparateLongValue",
        category: "usage",
        meaning: "preread needs a column that can be stored separately",
    },
    JetErrInfo {
        value: -424,
        name: "InvalidPreread",
        full_name: "JET_errInvalidPreread",
        category: "usage",
        meaning: "long values cannot be preread via a secondary index",
    },
    JetErrInfo {
        value: -426,
        name: "InvalidColumnReference",
        full_name: "JET_errInvalidColumnReference",
        category: "state",
        meaning: "column reference blob is malformed",
    },
    JetErrInfo {
        value: -427,
        name: "StaleColumnReference",
        full_name: "JET_errStaleColumnReference",
        category: "state",
        meaning: "column reference points to data that changed",
    },
    JetErrInfo {
        value: 428,
        name: "NoMoreRecords",
        full_name: "JET_wrnNoMoreRecords",
        category: "state",
        meaning: "record stream is exhausted",
    },
    JetErrInfo {
        value: -431,
        name: "CompressionIntegrityCheckFailed",
        full_name: "JET_errCompressionIntegrityCheckFailed",
        category: "corruption",
        meaning: "decompressed data failed its integrity check",
    },
    JetErrInfo {
        value: 432,
        name: "IndexDeferredPopulateIncomplete",
        full_name: "JET_wrnIndexDeferredPopulateIncomplete",
        category: "state",
        meaning: "deferred index fill stopped before the end",
    },
    JetErrInfo {
        value: 433,
        name: "IndexDeferredPopulateHalted",
        full_name: "JET_wrnIndexDeferredPopulateHalted",
        category: "state",
        meaning: "deferred index fill halted unexpectedly",
    },
    JetErrInfo {
        value: -434,
        name: "IndexDeferredPopulateCurrentlyUnavailable",
        full_name: "JET_errIndexDeferredPopulateCurrentlyUnavailable",
        category: "state",
        meaning: "deferred index fill not permitted now",
    },
    JetErrInfo {
        value: -500,
        name: "InvalidLoggedOperation",
        full_name: "JET_errInvalidLoggedOperation",
        category: "obsolete",
        meaning: "log record cannot be replayed",
    },
    JetErrInfo {
        value: -501,
        name: "LogFileCorrupt",
        full_name: "JET_errLogFileCorrupt",
        category: "corruption",
        meaning: "log file damaged",
    },
    JetErrInfo {
        value: -503,
        name: "NoBackupDirectory",
        full_name: "JET_errNoBackupDirectory",
        category: "usage",
        meaning: "backup path missing",
    },
    JetErrInfo {
        value: -504,
        name: "BackupDirectoryNotEmpty",
        full_name: "JET_errBackupDirectoryNotEmpty",
        category: "usage",
        meaning: "target backup directory holds files",
    },
    JetErrInfo {
        value: -505,
        name: "BackupInProgress",
        full_name: "JET_errBackupInProgress",
        category: "state",
        meaning: "a backup is already running",
    },
    JetErrInfo {
        value: -506,
        name: "RestoreInProgress",
        full_name: "JET_errRestoreInProgress",
        category: "state",
        meaning: "a restore is already running",
    },
    JetErrInfo {
        value: -509,
        name: "MissingPreviousLogFile",
        full_name: "JET_errMissingPreviousLogFile",
        category: "corruption",
        meaning: "log generation holding the checkpoint is absent",
    },
    JetErrInfo {
        value: -510,
        name: "LogWriteFail",
        full_name: "JET_errLogWriteFail",
        category: "io",
        meaning: "write to the log failed; instance goes down",
    },
    JetErrInfo {
        value: -511,
        name: "LogDisabledDueToRecoveryFailure",
        full_name: "JET_errLogDisabledDueToRecoveryFailure",
        category: "fatal",
        meaning: "logging refused since recovery failed",
    },
    JetErrInfo {
        value: -512,
        name: "CannotLogDuringRecoveryRedo",
        full_name: "JET_errCannotLogDuringRecoveryRedo",
        category: "state",
        meaning: "logging refused while redo runs",
    },
    JetErrInfo {
        value: -513,
        name: "LogGenerationMismatch",
        full_name: "JET_errLogGenerationMismatch",
        category: "inconsistent",
        meaning: "log file name and header generation differ",
    },
    JetErrInfo {
        value: -514,
        name: "BadLogVersion",
        full_name: "JET_errBadLogVersion",
        category: "inconsistent",
        meaning: "log format version not supported",
    },
    JetErrInfo {
        value: -515,
        name: "InvalidLogSequence",
        full_name: "JET_errInvalidLogSequence",
        category: "corruption",
        meaning: "next log's creation stamp breaks the chain",
    },
    JetErrInfo {
        value: -516,
        name: "LoggingDisabled",
        full_name: "JET_errLoggingDisabled",
        category: "usage",
        meaning: "logging is off, so the call is impossible",
    },
    JetErrInfo {
        value: -517,
        name: "LogBufferTooSmall",
        full_name: "JET_errLogBufferTooSmall",
        category: "usage",
        meaning: "log record larger than buffer or log file",
    },
    JetErrInfo {
        value: -519,
        name: "LogSequenceEnd",
        full_name: "JET_errLogSequenceEnd",
        category: "fragmentation",
        meaning: "log generation numbers are used up",
    },
    JetErrInfo {
        value: -520,
        name: "NoBackup",
        full_name: "JET_errNoBackup",
        category: "state",
        meaning: "no backup is running",
    },
    JetErrInfo {
        value: -521,
        name: "InvalidBackupSequence",
        full_name: "JET_errInvalidBackupSequence",
        category: "usage",
        meaning: "backup call made at the wrong step",
    },
    JetErrInfo {
        value: -523,
        name: "BackupNotAllowedYet",
        full_name: "JET_errBackupNotAllowedYet",
        category: "state",
        meaning: "backup impossible at this moment",
    },
    JetErrInfo {
        value: -524,
        name: "DeleteBackupFileFail",
        full_name: "JET_errDeleteBackupFileFail",
        category: "io",
        meaning: "an old backup file could not be removed",
    },
    JetErrInfo {
        value: -525,
        name: "MakeBackupDirectoryFail",
        full_name: "JET_errMakeBackupDirectoryFail",
        category: "io",
        meaning: "backup temporary directory could not be made",
    },
    JetErrInfo {
        value: -526,
        name: "InvalidBackup",
        full_name: "JET_errInvalidBackup",
        category: "usage",
        meaning: "incremental backup impossible with circular logging",
    },
    JetErrInfo {
        value: -527,
        name: "RecoveredWithErrors",
        full_name: "JET_errRecoveredWithErrors",
        category: "state",
        meaning: "restore finished with faults",
    },
    JetErrInfo {
        value: -528,
        name: "MissingLogFile",
        full_name: "JET_errMissingLogFile",
        category: "corruption",
        meaning: "a needed (current) log file is absent",
    },
    JetErrInfo {
        value: -529,
        name: "LogDiskFull",
        full_name: "JET_errLogDiskFull",
        category: "disk",
        meaning: "no space on the log volume",
    },
    JetErrInfo {
        value: -530,
        name: "BadLogSignature",
        full_name: "JET_errBadLogSignature",
        category: "inconsistent",
        meaning: "log signature does not match",
    },
    JetErrInfo {
        value: -531,
        name: "BadDbSignature",
        full_name: "JET_errBadDbSignature",
        category: "obsolete",
        meaning: "database signature does not match",
    },
    JetErrInfo {
        value: -532,
        name: "BadCheckpointSignature",
        full_name: "JET_errBadCheckpointSignature",
        category: "inconsistent",
        meaning: "checkpoint signature does not match",
    },
    JetErrInfo {
        value: -533,
        name: "CheckpointCorrupt",
        full_name: "JET_errCheckpointCorrupt",
        category: "corruption",
        meaning: "checkpoint absent or damaged",
    },
    JetErrInfo {
        value: -534,
        name: "MissingPatchPage",
        full_name: "JET_errMissingPatchPage",
        category: "obsolete",
        meaning: "needed page absent from the patch file",
    },
    JetErrInfo {
        value: -535,
        name: "BadPatchPage",
        full_name: "JET_errBadPatchPage",
        category: "inconsistent",
        meaning: "patch file page is invalid",
    },
    JetErrInfo {
        value: -536,
        name: "RedoAbruptEnded",
        full_name: "JET_errRedoAbruptEnded",
        category: "corruption",
        meaning: "redo stopped by a log read failure",
    },
    JetErrInfo {
        value: -538,
        name: "PatchFileMissing",
        full_name: "JET_errPatchFileMissing",
        category: "obsolete",
        meaning: "backup set lacks its patch file",
    },
    JetErrInfo {
        value: -539,
        name: "DatabaseLogSetMismatch",
        full_name: "JET_errDatabaseLogSetMismatch",
        category: "inconsistent",
        meaning: "database and logs are of different origin",
    },
    JetErrInfo {
        value: -540,
        name: "DatabaseStreamingFileMismatch",
        full_name: "JET_errDatabaseStreamingFileMismatch",
        category: "obsolete",
        meaning: "database and streaming file disagree",
    },
    JetErrInfo {
        value: -541,
        name: "LogFileSizeMismatch",
        full_name: "JET_errLogFileSizeMismatch",
        category: "usage",
        meaning: "log size differs from JET_paramLogFileSize",
    },
    JetErrInfo {
        value: -542,
        name: "CheckpointFileNotFound",
        full_name: "JET_errCheckpointFileNotFound",
        category: "inconsistent",
        meaning: "checkpoint file absent",
    },
    JetErrInfo {
        value: -543,
        name: "RequiredLogFilesMissing",
        full_name: "JET_errRequiredLogFilesMissing",
        category: "inconsistent",
        meaning: "logs needed by recovery are absent",
    },
    JetErrInfo {
        value: -544,
        name: "SoftRecoveryOnBackupDatabase",
        full_name: "JET_errSoftRecoveryOnBackupDatabase",
        category: "usage",
        meaning: "database is a backup copy; use restore",
    },
    JetErrInfo {
        value: -545,
        name: "LogFileSizeMismatchDatabasesConsistent",
        full_name: "JET_errLogFileSizeMismatchDatabasesConsistent",
        category: "state",
        meaning: "recovered, but log size differs from the parameter",
    },
    JetErrInfo {
        value: -546,
        name: "LogSectorSizeMismatch",
        full_name: "JET_errLogSectorSizeMismatch",
        category: "fragmentation",
        meaning: "log sector size differs from the volume's",
    },
    JetErrInfo {
        value: -547,
        name: "LogSectorSizeMismatchDatabasesConsistent",
        full_name: "JET_errLogSectorSizeMismatchDatabasesConsistent",
        category: "state",
        meaning: "recovered, but log sector size differs from the volume's",
    },
    JetErrInfo {
        value: -548,
        name: "LogSequenceEndDatabasesConsistent",
        full_name: "JET_errLogSequenceEndDatabasesConsistent",
        category: "fragmentation",
        meaning: "recovered, but generations are used up; remove logs",
    },
    JetErrInfo {
        value: -549,
        name: "StreamingDataNotLogged",
        full_name: "JET_errStreamingDataNotLogged",
        category: "obsolete",
        meaning: "streaming file data was never logged",
    },
    JetErrInfo {
        value: -550,
        name: "DatabaseDirtyShutdown",
        full_name: "JET_errDatabaseDirtyShutdown",
        category: "inconsistent",
        meaning: "database not cleanly closed; needs recovery",
    },
    JetErrInfo {
        value: -551,
        name: "ConsistentTimeMismatch",
        full_name: "JET_errConsistentTimeMismatch",
        category: "inconsistent",
        meaning: "header consistent time disagrees with the log",
    },
    JetErrInfo {
        value: -552,
        name: "DatabasePatchFileMismatch",
        full_name: "JET_errDatabasePatchFileMismatch",
        category: "obsolete",
        meaning: "patch file belongs to another backup",
    },
    JetErrInfo {
        value: -553,
        name: "EndingRestoreLogTooLow",
        full_name: "JET_errEndingRestoreLogTooLow",
        category: "inconsistent",
        meaning: "last log offered is older than required",
    },
    JetErrInfo {
        value: -554,
        name: "StartingRestoreLogTooHigh",
        full_name: "JET_errStartingRestoreLogTooHigh",
        category: "inconsistent",
        meaning: "first log offered is newer than required",
    },
    JetErrInfo {
        value: -555,
        name: "GivenLogFileHasBadSignature",
        full_name: "JET_errGivenLogFileHasBadSignature",
        category: "inconsistent",
        meaning: "offered log carries a wrong signature",
    },
    JetErrInfo {
        value: -556,
        name: "GivenLogFileIsNotContiguous",
        full_name: "JET_errGivenLogFileIsNotContiguous",
        category: "inconsistent",
        meaning: "offered logs do not form a chain",
    },
    JetErrInfo {
        value: -557,
        name: "MissingRestoreLogFiles",
        full_name: "JET_errMissingRestoreLogFiles",
        category: "inconsistent",
        meaning: "some restore logs are absent",
    },
    JetErrInfo {
        value: 558,
        name: "ExistingLogFileHasBadSignature",
        full_name: "JET_wrnExistingLogFileHasBadSignature",
        category: "inconsistent",
        meaning: "log already present has a wrong signature",
    },
    JetErrInfo {
        value: 559,
        name: "ExistingLogFileIsNotContiguous",
        full_name: "JET_wrnExistingLogFileIsNotContiguous",
        category: "inconsistent",
        meaning: "log already present breaks the chain",
    },
    JetErrInfo {
        value: -560,
        name: "MissingFullBackup",
        full_name: "JET_errMissingFullBackup",
        category: "state",
        meaning: "incremental backup without an earlier full one",
    },
    JetErrInfo {
        value: -561,
        name: "BadBackupDatabaseSize",
        full_name: "JET_errBadBackupDatabaseSize",
        category: "obsolete",
        meaning: "backup database size not a page multiple",
    },
    JetErrInfo {
        value: -562,
        name: "DatabaseAlreadyUpgraded",
        full_name: "JET_errDatabaseAlreadyUpgraded",
        category: "state",
        meaning: "database already has the current format",
    },
    JetErrInfo {
        value: -563,
        name: "DatabaseIncompleteUpgrade",
        full_name: "JET_errDatabaseIncompleteUpgrade",
        category: "state",
        meaning: "format conversion was interrupted; restore from backup",
    },
    JetErrInfo {
        value: 564,
        name: "SkipThisRecord",
        full_name: "JET_wrnSkipThisRecord",
        category: "unknown",
        meaning: "internal signal to skip a log record",
    },
    JetErrInfo {
        value: -565,
        name: "MissingCurrentLogFiles",
        full_name: "JET_errMissingCurrentLogFiles",
        category: "inconsistent",
        meaning: "live logs needed to continue restore are absent",
    },
    JetErrInfo {
        value: -566,
        name: "DbTimeTooOld",
        full_name: "JET_errDbTimeTooOld",
        category: "corruption",
        meaning: "page older than the log record expects",
    },
    JetErrInfo {
        value: -567,
        name: "DbTimeTooNew",
        full_name: "JET_errDbTimeTooNew",
        category: "corruption",
        meaning: "page newer than the log record expects",
    },
    JetErrInfo {
        value: -569,
        name: "MissingFileToBackup",
        full_name: "JET_errMissingFileToBackup",
        category: "inconsistent",
        meaning: "log or patch file vanished during backup",
    },
    JetErrInfo {
        value: -570,
        name: "LogTornWriteDuringHardRestore",
        full_name: "JET_errLogTornWriteDuringHardRestore",
        category: "corruption",
        meaning: "torn log write inside the backup set",
    },
    JetErrInfo {
        value: -571,
        name: "LogTornWriteDuringHardRecovery",
        full_name: "JET_errLogTornWriteDuringHardRecovery",
        category: "corruption",
        meaning: "torn log write outside the backup set",
    },
    JetErrInfo {
        value: -573,
        name: "LogCorruptDuringHardRestore",
        full_name: "JET_errLogCorruptDuringHardRestore",
        category: "corruption",
        meaning: "log damage inside the backup set",
    },
    JetErrInfo {
        value: -574,
        name: "LogCorruptDuringHardRecovery",
        full_name: "JET_errLogCorruptDuringHardRecovery",
        category: "corruption",
        meaning: "log damage outside the backup set",
    },
    JetErrInfo {
        value: -575,
        name: "MustDisableLoggingForDbUpgrade",
        full_name: "JET_errMustDisableLoggingForDbUpgrade",
        category: "obsolete",
        meaning: "turn logging off before a format upgrade",
    },
    JetErrInfo {
        value: -577,
        name: "BadRestoreTargetInstance",
        full_name: "JET_errBadRestoreTargetInstance",
        category: "usage",
        meaning: "restore target instance unknown or logs mismatch",
    },
    JetErrInfo {
        value: 578,
        name: "TargetInstanceRunning",
        full_name: "JET_wrnTargetInstanceRunning",
        category: "state",
        meaning: "restore target instance is live",
    },
    JetErrInfo {
        value: -579,
        name: "RecoveredWithoutUndo",
        full_name: "JET_errRecoveredWithoutUndo",
        category: "state",
        meaning: "redo finished and undo was skipped as asked",
    },
    JetErrInfo {
        value: -580,
        name: "DatabasesNotFromSameSnapshot",
        full_name: "JET_errDatabasesNotFromSameSnapshot",
        category: "obsolete",
        meaning: "databases stem from different shadow copies",
    },
    JetErrInfo {
        value: -581,
        name: "SoftRecoveryOnSnapshot",
        full_name: "JET_errSoftRecoveryOnSnapshot",
        category: "obsolete",
        meaning: "soft recovery refused on a shadow-copy database",
    },
    JetErrInfo {
        value: -582,
        name: "CommittedLogFilesMissing",
        full_name: "JET_errCommittedLogFilesMissing",
        category: "corruption",
        meaning: "logs with committed work are absent",
    },
    JetErrInfo {
        value: -583,
        name: "SectorSizeNotSupported",
        full_name: "JET_errSectorSizeNotSupported",
        category: "fatal",
        meaning: "disk sector size not supported",
    },
    JetErrInfo {
        value: -584,
        name: "RecoveredWithoutUndoDatabasesConsistent",
        full_name: "JET_errRecoveredWithoutUndoDatabasesConsistent",
        category: "state",
        meaning: "undo skip asked, yet databases ended consistent",
    },
    JetErrInfo {
        value: 585,
        name: "CommittedLogFilesLost",
        full_name: "JET_wrnCommittedLogFilesLost",
        category: "state",
        meaning: "committed logs lost; database still consistent",
    },
    JetErrInfo {
        value: -586,
        name: "CommittedLogFileCorrupt",
        full_name: "JET_errCommittedLogFileCorrupt",
        category: "corruption",
        meaning: "a log with committed work is damaged",
    },
    JetErrInfo {
        value: 587,
        name: "CommittedLogFilesRemoved",
        full_name: "JET_wrnCommittedLogFilesRemoved",
        category: "state",
        meaning: "committed logs were removed; database still consistent",
    },
    JetErrInfo {
        value: 588,
        name: "FinishWithUndo",
        full_name: "JET_wrnFinishWithUndo",
        category: "state",
        meaning: "recovery completed including undo",
    },
    JetErrInfo {
        value: -590,
        name: "LogSequenceChecksumMismatch",
        full_name: "JET_errLogSequenceChecksumMismatch",
        category: "corruption",
        meaning: "accumulated checksum of previous log differs",
    },
    JetErrInfo {
        value: 595,
        name: "DatabaseRepaired",
        full_name: "JET_wrnDatabaseRepaired",
        category: "state",
        meaning: "repair fixed damage",
    },
    JetErrInfo {
        value: -596,
        name: "PageInitializedMismatch",
        full_name: "JET_errPageInitializedMismatch",
        category: "corruption",
        meaning: "page state differs between replicas",
    },
    JetErrInfo {
        value: -601,
        name: "UnicodeTranslationBufferTooSmall",
        full_name: "JET_errUnicodeTranslationBufferTooSmall",
        category: "state",
        meaning: "buffer too small for normalised text",
    },
    JetErrInfo {
        value: -602,
        name: "UnicodeTranslationFail",
        full_name: "JET_errUnicodeTranslationFail",
        category: "operation",
        meaning: "text normalisation failed",
    },
    JetErrInfo {
        value: -603,
        name: "UnicodeNormalizationNotSupported",
        full_name: "JET_errUnicodeNormalizationNotSupported",
        category: "usage",
        meaning: "OS cannot normalise Unicode",
    },
    JetErrInfo {
        value: -604,
        name: "UnicodeLanguageValidationFailure",
        full_name: "JET_errUnicodeLanguageValidationFailure",
        category: "operation",
        meaning: "locale could not be validated",
    },
    JetErrInfo {
        value: -610,
        name: "ExistingLogFileHasBadSignature",
        full_name: "JET_errExistingLogFileHasBadSignature",
        category: "inconsistent",
        meaning: "log already present has a wrong signature",
    },
    JetErrInfo {
        value: -611,
        name: "ExistingLogFileIsNotContiguous",
        full_name: "JET_errExistingLogFileIsNotContiguous",
        category: "inconsistent",
        meaning: "log already present breaks the chain",
    },
    JetErrInfo {
        value: -612,
        name: "LogReadVerifyFailure",
        full_name: "JET_errLogReadVerifyFailure",
        category: "corruption",
        meaning: "log checksum failed during backup",
    },
    JetErrInfo {
        value: -614,
        name: "CheckpointDepthTooDeep",
        full_name: "JET_errCheckpointDepthTooDeep",
        category: "quota",
        meaning: "checkpoint lags too many generations",
    },
    JetErrInfo {
        value: -615,
        name: "RestoreOfNonBackupDatabase",
        full_name: "JET_errRestoreOfNonBackupDatabase",
        category: "usage",
        meaning: "hard recovery of a database that is no backup",
    },
    JetErrInfo {
        value: -616,
        name: "LogFileNotCopied",
        full_name: "JET_errLogFileNotCopied",
        category: "usage",
        meaning: "truncation asked before all logs were copied",
    },
    JetErrInfo {
        value: -617,
        name: "SurrogateBackupInProgress",
        full_name: "JET_errSurrogateBackupInProgress",
        category: "state",
        meaning: "a surrogate backup is running",
    },
    JetErrInfo {
        value: -618,
        name: "TransactionTooLong",
        full_name: "JET_errTransactionTooLong",
        category: "quota",
        meaning: "transaction spans too many log generations",
    },
    JetErrInfo {
        value: -619,
        name: "EngineFormatVersionNoLongerSupportedTooLow",
        full_name: "JET_errEngineFormatVersionNoLongerSupportedTooLow",
        category: "usage",
        meaning: "requested format version older than supported",
    },
    JetErrInfo {
        value: -620,
        name: "EngineFormatVersionNotYetImplementedTooHigh",
        full_name: "JET_errEngineFormatVersionNotYetImplementedTooHigh",
        category: "usage",
        meaning: "requested format version newer than known",
    },
    JetErrInfo {
        value: -621,
        name: "EngineFormatVersionParamTooLowForRequestedFeature",
        full_name: "JET_errEngineFormatVersionParamTooLowForRequestedFeature",
        category: "usage",
        meaning: "feature needs a higher format version setting",
    },
    JetErrInfo {
        value: -622,
        name: "EngineFormatVersionSpecifiedTooLowForLogVersion",
        full_name: "JET_errEngineFormatVersionSpecifiedTooLowForLogVersion",
        category: "state",
        meaning: "logs already use a higher format version",
    },
    JetErrInfo {
        value: -623,
        name: "EngineFormatVersionSpecifiedTooLowForDatabaseVersion",
        full_name: "JET_errEngineFormatVersionSpecifiedTooLowForDatabaseVersion",
        category: "state",
        meaning: "database already uses a higher format version",
    },
    JetErrInfo {
        value: -625,
        name: "DbTimeBeyondMaxRequired",
        full_name: "JET_errDbTimeBeyondMaxRequired",
        category: "corruption",
        meaning: "page newer than record though outside required range",
    },
    JetErrInfo {
        value: -626,
        name: "LogOperationInconsistentWithDatabase",
        full_name: "JET_errLogOperationInconsistentWithDatabase",
        category: "corruption",
        meaning: "log record does not fit the database state",
    },
    JetErrInfo {
        value: -800,
        name: "BackupAbortByCaller",
        full_name: "errBackupAbortByCaller",
        category: "unknown",
        meaning: "caller ended the backup without success (internal, never returned)",
    },
    JetErrInfo {
        value: -801,
        name: "BackupAbortByServer",
        full_name: "JET_errBackupAbortByServer",
        category: "operation",
        meaning: "backup stopped by the engine (stop or term)",
    },
    JetErrInfo {
        value: -900,
        name: "InvalidGrbit",
        full_name: "JET_errInvalidGrbit",
        category: "usage",
        meaning: "unknown or forbidden option bits",
    },
    JetErrInfo {
        value: -1000,
        name: "TermInProgress",
        full_name: "JET_errTermInProgress",
        category: "operation",
        meaning: "instance is shutting down",
    },
    JetErrInfo {
        value: -1001,
        name: "FeatureNotAvailable",
        full_name: "JET_errFeatureNotAvailable",
        category: "usage",
        meaning: "call or option not supported",
    },
    JetErrInfo {
        value: -1002,
        name: "InvalidName",
        full_name: "JET_errInvalidName",
        category: "usage",
        meaning: "object name is malformed",
    },
    JetErrInfo {
        value: -1003,
        name: "InvalidParameter",
        full_name: "JET_errInvalidParameter",
        category: "usage",
        meaning: "an argument is invalid",
    },
    JetErrInfo {
        value: 1004,
        name: "ColumnNull",
        full_name: "JET_wrnColumnNull",
        category: "state",
        meaning: "column holds NULL",
    },
    JetErrInfo {
        value: 1006,
        name: "BufferTruncated",
        full_name: "JET_wrnBufferTruncated",
        category: "state",
        meaning: "output was cut to the buffer",
    },
    JetErrInfo {
        value: 1007,
        name: "DatabaseAttached",
        full_name: "JET_wrnDatabaseAttached",
        category: "state",
        meaning: "database was attached already",
    },
    JetErrInfo {
        value: -1008,
        name: "DatabaseFileReadOnly",
        full_name: "JET_errDatabaseFileReadOnly",
        category: "usage",
        meaning: "file is read-only but write access was asked",
    },
    JetErrInfo {
        value: 1009,
        name: "SortOverflow",
        full_name: "JET_wrnSortOverflow",
        category: "memory",
        meaning: "sort spilled out of memory",
    },
    JetErrInfo {
        value: -1010,
        name: "InvalidDatabaseId",
        full_name: "JET_errInvalidDatabaseId",
        category: "usage",
        meaning: "dbid is invalid",
    },
    JetErrInfo {
        value: -1011,
        name: "OutOfMemory",
        full_name: "JET_errOutOfMemory",
        category: "memory",
        meaning: "memory allocation failed",
    },
    JetErrInfo {
        value: -1012,
        name: "OutOfDatabaseSpace",
        full_name: "JET_errOutOfDatabaseSpace",
        category: "quota",
        meaning: "database reached its size limit",
    },
    JetErrInfo {
        value: -1013,
        name: "OutOfCursors",
        full_name: "JET_errOutOfCursors",
        category: "memory",
        meaning: "cursor limit reached",
    },
    JetErrInfo {
        value: -1014,
        name: "OutOfBuffers",
        full_name: "JET_errOutOfBuffers",
        category: "memory",
        meaning: "no cache buffer available",
    },
    JetErrInfo {
        value: -1015,
        name: "TooManyIndexes",
        full_name: "JET_errTooManyIndexes",
        category: "usage",
        meaning: "index limit reached",
    },
    JetErrInfo {
        value: -1016,
        name: "TooManyKeys",
        full_name: "JET_errTooManyKeys",
        category: "usage",
        meaning: "index names too many columns",
    },
    JetErrInfo {
        value: -1017,
        name: "RecordDeleted",
        full_name: "JET_errRecordDeleted",
        category: "state",
        meaning: "record under cursor was deleted",
    },
    JetErrInfo {
        value: -1018,
        name: "ReadVerifyFailure",
        full_name: "JET_errReadVerifyFailure",
        category: "corruption",
        meaning: "page checksum failed",
    },
    JetErrInfo {
        value: -1019,
        name: "PageNotInitialized",
        full_name: "JET_errPageNotInitialized",
        category: "corruption",
        meaning: "page is blank",
    },
    JetErrInfo {
        value: -1020,
        name: "OutOfFileHandles",
        full_name: "JET_errOutOfFileHandles",
        category: "memory",
        meaning: "file handle limit reached",
    },
    JetErrInfo {
        value: -1021,
        name: "DiskReadVerificationFailure",
        full_name: "JET_errDiskReadVerificationFailure",
        category: "corruption",
        meaning: "OS reported a data CRC error",
    },
    JetErrInfo {
        value: -1022,
        name: "DiskIO",
        full_name: "JET_errDiskIO",
        category: "io",
        meaning: "disk I/O failed",
    },
    JetErrInfo {
        value: -1023,
        name: "InvalidPath",
        full_name: "JET_errInvalidPath",
        category: "usage",
        meaning: "path is invalid",
    },
    JetErrInfo {
        value: -1024,
        name: "InvalidSystemPath",
        full_name: "JET_errInvalidSystemPath",
        category: "usage",
        meaning: "system path is invalid",
    },
    JetErrInfo {
        value: -1025,
        name: "InvalidLogDirectory",
        full_name: "JET_errInvalidLogDirectory",
        category: "usage",
        meaning: "log path is invalid",
    },
    JetErrInfo {
        value: -1026,
        name: "RecordTooBig",
        full_name: "JET_errRecordTooBig",
        category: "state",
        meaning: "record exceeds the page-bound maximum",
    },
    JetErrInfo {
        value: -1027,
        name: "TooManyOpenDatabases",
        full_name: "JET_errTooManyOpenDatabases",
        category: "obsolete",
        meaning: "open database limit reached",
    },
    JetErrInfo {
        value: -1028,
        name: "InvalidDatabase",
        full_name: "JET_errInvalidDatabase",
        category: "usage",
        meaning: "file is not a database",
    },
    JetErrInfo {
        value: -1029,
        name: "NotInitialized",
        full_name: "JET_errNotInitialized",
        category: "usage",
        meaning: "engine or instance not started",
    },
    JetErrInfo {
        value: -1030,
        name: "AlreadyInitialized",
        full_name: "JET_errAlreadyInitialized",
        category: "usage",
        meaning: "engine or instance already started",
    },
    JetErrInfo {
        value: -1031,
        name: "InitInProgress",
        full_name: "JET_errInitInProgress",
        category: "operation",
        meaning: "startup is under way",
    },
    JetErrInfo {
        value: -1032,
        name: "FileAccessDenied",
        full_name: "JET_errFileAccessDenied",
        category: "io",
        meaning: "file locked or access refused",
    },
    JetErrInfo {
        value: -1034,
        name: "QueryNotSupported",
        full_name: "JET_errQueryNotSupported",
        category: "usage",
        meaning: "no query processor",
    },
    JetErrInfo {
        value: -1035,
        name: "SQLLinkNotSupported",
        full_name: "JET_errSQLLinkNotSupported",
        category: "obsolete",
        meaning: "no SQL link",
    },
    JetErrInfo {
        value: -1038,
        name: "BufferTooSmall",
        full_name: "JET_errBufferTooSmall",
        category: "state",
        meaning: "caller's buffer is too small",
    },
    JetErrInfo {
        value: 1039,
        name: "SeekNotEqual",
        full_name: "JET_wrnSeekNotEqual",
        category: "state",
        meaning: "seek landed on a different key",
    },
    JetErrInfo {
        value: -1040,
        name: "TooManyColumns",
        full_name: "JET_errTooManyColumns",
        category: "usage",
        meaning: "column limit reached",
    },
    JetErrInfo {
        value: -1043,
        name: "ContainerNotEmpty",
        full_name: "JET_errContainerNotEmpty",
        category: "obsolete",
        meaning: "container still holds objects",
    },
    JetErrInfo {
        value: -1044,
        name: "InvalidFilename",
        full_name: "JET_errInvalidFilename",
        category: "obsolete",
        meaning: "file name is invalid",
    },
    JetErrInfo {
        value: -1045,
        name: "InvalidBookmark",
        full_name: "JET_errInvalidBookmark",
        category: "usage",
        meaning: "bookmark is malformed",
    },
    JetErrInfo {
        value: -1046,
        name: "ColumnInUse",
        full_name: "JET_errColumnInUse",
        category: "usage",
        meaning: "column takes part in an index",
    },
    JetErrInfo {
        value: -1047,
        name: "InvalidBufferSize",
        full_name: "JET_errInvalidBufferSize",
        category: "state",
        meaning: "data size does not fit the column type",
    },
    JetErrInfo {
        value: -1048,
        name: "ColumnNotUpdatable",
        full_name: "JET_errColumnNotUpdatable",
        category: "usage",
        meaning: "column cannot be written",
    },
    JetErrInfo {
        value: -1051,
        name: "IndexInUse",
        full_name: "JET_errIndexInUse",
        category: "state",
        meaning: "index is in use",
    },
    JetErrInfo {
        value: -1052,
        name: "LinkNotSupported",
        full_name: "JET_errLinkNotSupported",
        category: "obsolete",
        meaning: "linked tables unsupported",
    },
    JetErrInfo {
        value: -1053,
        name: "NullKeyDisallowed",
        full_name: "JET_errNullKeyDisallowed",
        category: "usage",
        meaning: "index refuses a NULL key",
    },
    JetErrInfo {
        value: -1054,
        name: "NotInTransaction",
        full_name: "JET_errNotInTransaction",
        category: "usage",
        meaning: "call needs an open transaction",
    },
    JetErrInfo {
        value: 1055,
        name: "NoErrorInfo",
        full_name: "JET_wrnNoErrorInfo",
        category: "unknown",
        meaning: "no extra error detail",
    },
    JetErrInfo {
        value: -1057,
        name: "MustRollback",
        full_name: "JET_errMustRollback",
        category: "usage",
        meaning: "only rollback possible after failed unversioned update",
    },
    JetErrInfo {
        value: 1058,
        name: "NoIdleActivity",
        full_name: "JET_wrnNoIdleActivity",
        category: "usage",
        meaning: "nothing to do while idle",
    },
    JetErrInfo {
        value: -1059,
        name: "TooManyActiveUsers",
        full_name: "JET_errTooManyActiveUsers",
        category: "usage",
        meaning: "active user limit reached",
    },
    JetErrInfo {
        value: -1061,
        name: "InvalidCountry",
        full_name: "JET_errInvalidCountry",
        category: "obsolete",
        meaning: "country code unknown",
    },
    JetErrInfo {
        value: -1062,
        name: "InvalidLanguageId",
        full_name: "JET_errInvalidLanguageId",
        category: "usage",
        meaning: "LCID or locale unknown",
    },
    JetErrInfo {
        value: -1063,
        name: "InvalidCodePage",
        full_name: "JET_errInvalidCodePage",
        category: "usage",
        meaning: "code page not 1200 or 1252",
    },
    JetErrInfo {
        value: -1064,
        name: "InvalidLCMapStringFlags",
        full_name: "JET_errInvalidLCMapStringFlags",
        category: "usage",
        meaning: "collation flags not permitted",
    },
    JetErrInfo {
        value: -1065,
        name: "VersionStoreEntryTooBig",
        full_name: "JET_errVersionStoreEntryTooBig",
        category: "usage",
        meaning: "one version entry exceeds a bucket",
    },
    JetErrInfo {
        value: -1066,
        name: "VersionStoreOutOfMemoryAndCleanupTimedOut",
        full_name: "JET_errVersionStoreOutOfMemoryAndCleanupTimedOut",
        category: "usage",
        meaning: "version store full and cleanup timed out",
    },
    JetErrInfo {
        value: 1067,
        name: "NoWriteLock",
        full_name: "JET_wrnNoWriteLock",
        category: "unknown",
        meaning: "write lock is moot outside a transaction",
    },
    JetErrInfo {
        value: 1068,
        name: "ColumnSetNull",
        full_name: "JET_wrnColumnSetNull",
        category: "state",
        meaning: "column was set to NULL",
    },
    JetErrInfo {
        value: -1069,
        name: "VersionStoreOutOfMemory",
        full_name: "JET_errVersionStoreOutOfMemory",
        category: "quota",
        meaning: "version store full despite cleanup",
    },
    JetErrInfo {
        value: -1070,
        name: "CurrencyStackOutOfMemory",
        full_name: "JET_errCurrencyStackOutOfMemory",
        category: "obsolete",
        meaning: "unused currency-stack limit",
    },
    JetErrInfo {
        value: -1071,
        name: "CannotIndex",
        full_name: "JET_errCannotIndex",
        category: "usage",
        meaning: "column kind cannot be indexed",
    },
    JetErrInfo {
        value: -1072,
        name: "RecordNotDeleted",
        full_name: "JET_errRecordNotDeleted",
        category: "operation",
        meaning: "record is not deleted",
    },
    JetErrInfo {
        value: -1073,
        name: "TooManyMempoolEntries",
        full_name: "JET_errTooManyMempoolEntries",
        category: "memory",
        meaning: "memory pool entry limit reached",
    },
    JetErrInfo {
        value: -1074,
        name: "OutOfObjectIDs",
        full_name: "JET_errOutOfObjectIDs",
        category: "fragmentation",
        meaning: "table or index id space used up",
    },
    JetErrInfo {
        value: -1075,
        name: "OutOfLongValueIDs",
        full_name: "JET_errOutOfLongValueIDs",
        category: "fragmentation",
        meaning: "long-value id space used up",
    },
    JetErrInfo {
        value: -1076,
        name: "OutOfAutoincrementValues",
        full_name: "JET_errOutOfAutoincrementValues",
        category: "fragmentation",
        meaning: "auto-increment counter at its end",
    },
    JetErrInfo {
        value: -1077,
        name: "OutOfDbtimeValues",
        full_name: "JET_errOutOfDbtimeValues",
        category: "fragmentation",
        meaning: "dbtime counter at its end",
    },
    JetErrInfo {
        value: -1078,
        name: "OutOfSequentialIndexValues",
        full_name: "JET_errOutOfSequentialIndexValues",
        category: "fragmentation",
        meaning: "sequential index counter at its end",
    },
    JetErrInfo {
        value: -1080,
        name: "RunningInOneInstanceMode",
        full_name: "JET_errRunningInOneInstanceMode",
        category: "usage",
        meaning: "multi-instance call in single-instance mode",
    },
    JetErrInfo {
        value: -1081,
        name: "RunningInMultiInstanceMode",
        full_name: "JET_errRunningInMultiInstanceMode",
        category: "usage",
        meaning: "single-instance call in multi-instance mode",
    },
    JetErrInfo {
        value: -1082,
        name: "SystemParamsAlreadySet",
        full_name: "JET_errSystemParamsAlreadySet",
        category: "state",
        meaning: "global parameters were set before",
    },
    JetErrInfo {
        value: -1083,
        name: "SystemPathInUse",
        full_name: "JET_errSystemPathInUse",
        category: "usage",
        meaning: "system path owned by another instance",
    },
    JetErrInfo {
        value: -1084,
        name: "LogFilePathInUse",
        full_name: "JET_errLogFilePathInUse",
        category: "usage",
        meaning: "log path owned by another instance",
    },
    JetErrInfo {
        value: -1085,
        name: "TempPathInUse",
        full_name: "JET_errTempPathInUse",
        category: "usage",
        meaning: "temp path owned by another instance",
    },
    JetErrInfo {
        value: -1086,
        name: "InstanceNameInUse",
        full_name: "JET_errInstanceNameInUse",
        category: "usage",
        meaning: "instance name already taken",
    },
    JetErrInfo {
        value: -1087,
        name: "SystemParameterConflict",
        full_name: "JET_errSystemParameterConflict",
        category: "usage",
        meaning: "global parameter already holds a different value",
    },
    JetErrInfo {
        value: -1090,
        name: "InstanceUnavailable",
        full_name: "JET_errInstanceUnavailable",
        category: "fatal",
        meaning: "instance disabled by a fatal error",
    },
    JetErrInfo {
        value: -1091,
        name: "DatabaseUnavailable",
        full_name: "JET_errDatabaseUnavailable",
        category: "obsolete",
        meaning: "database disabled by a fatal error",
    },
    JetErrInfo {
        value: -1092,
        name: "InstanceUnavailableDueToFatalLogDiskFull",
        full_name: "JET_errInstanceUnavailableDueToFatalLogDiskFull",
        category: "fatal",
        meaning: "instance disabled by a full log disk",
    },
    JetErrInfo {
        value: -1093,
        name: "InvalidSesparamId",
        full_name: "JET_errInvalidSesparamId",
        category: "usage",
        meaning: "unknown session parameter id",
    },
    JetErrInfo {
        value: -1094,
        name: "TooManyRecords",
        full_name: "JET_errTooManyRecords",
        category: "state",
        meaning: "count exceeds 32 bits; use the 64-bit call",
    },
    JetErrInfo {
        value: -1095,
        name: "InvalidDbparamId",
        full_name: "JET_errInvalidDbparamId",
        category: "usage",
        meaning: "unknown database parameter id",
    },
    JetErrInfo {
        value: -1101,
        name: "OutOfSessions",
        full_name: "JET_errOutOfSessions",
        category: "memory",
        meaning: "session limit reached",
    },
    JetErrInfo {
        value: -1102,
        name: "WriteConflict",
        full_name: "JET_errWriteConflict",
        category: "state",
        meaning: "another session holds a newer version",
    },
    JetErrInfo {
        value: -1103,
        name: "TransTooDeep",
        full_name: "JET_errTransTooDeep",
        category: "usage",
        meaning: "transaction nesting limit (7) exceeded",
    },
    JetErrInfo {
        value: -1104,
        name: "InvalidSesid",
        full_name: "JET_errInvalidSesid",
        category: "usage",
        meaning: "session handle is invalid",
    },
    JetErrInfo {
        value: -1105,
        name: "WriteConflictPrimaryIndex",
        full_name: "JET_errWriteConflictPrimaryIndex",
        category: "state",
        meaning: "write while the primary index is uncommitted",
    },
    JetErrInfo {
        value: -1108,
        name: "InTransaction",
        full_name: "JET_errInTransaction",
        category: "usage",
        meaning: "call forbidden inside a transaction",
    },
    JetErrInfo {
        value: -1109,
        name: "RollbackRequired",
        full_name: "JET_errRollbackRequired",
        category: "obsolete",
        meaning: "only rollback is possible now",
    },
    JetErrInfo {
        value: -1110,
        name: "TransReadOnly",
        full_name: "JET_errTransReadOnly",
        category: "usage",
        meaning: "write inside a read-only transaction",
    },
    JetErrInfo {
        value: -1111,
        name: "SessionWriteConflict",
        full_name: "JET_errSessionWriteConflict",
        category: "usage",
        meaning: "two cursors of one session replace one record",
    },
    JetErrInfo {
        value: -1112,
        name: "RecordTooBigForBackwardCompatibility",
        full_name: "JET_errRecordTooBigForBackwardCompatibility",
        category: "state",
        meaning: "record would not fit the old format",
    },
    JetErrInfo {
        value: -1113,
        name: "CannotMaterializeForwardOnlySort",
        full_name: "JET_errCannotMaterializeForwardOnlySort",
        category: "usage",
        meaning: "temp table options conflict with forward-only",
    },
    JetErrInfo {
        value: -1114,
        name: "SesidTableIdMismatch",
        full_name: "JET_errSesidTableIdMismatch",
        category: "usage",
        meaning: "cursor belongs to another session",
    },
    JetErrInfo {
        value: -1115,
        name: "InvalidInstance",
        full_name: "JET_errInvalidInstance",
        category: "usage",
        meaning: "instance handle is invalid",
    },
    JetErrInfo {
        value: -1116,
        name: "DirtyShutdown",
        full_name: "JET_errDirtyShutdown",
        category: "state",
        meaning: "terminated as asked, leaving databases dirty",
    },
    JetErrInfo {
        value: -1118,
        name: "ReadPgnoVerifyFailure",
        full_name: "JET_errReadPgnoVerifyFailure",
        category: "corruption",
        meaning: "page read carries a wrong page number",
    },
    JetErrInfo {
        value: -1119,
        name: "ReadLostFlushVerifyFailure",
        full_name: "JET_errReadLostFlushVerifyFailure",
        category: "corruption",
        meaning: "an earlier page write was lost",
    },
    JetErrInfo {
        value: -1121,
        name: "FileSystemCorruption",
        full_name: "JET_errFileSystemCorruption",
        category: "corruption",
        meaning: "OS reports file system damage",
    },
    JetErrInfo {
        value: 1122,
        name: "ShrinkNotPossible",
        full_name: "JET_wrnShrinkNotPossible",
        category: "state",
        meaning: "file could not shrink",
    },
    JetErrInfo {
        value: -1123,
        name: "RecoveryVerifyFailure",
        full_name: "JET_errRecoveryVerifyFailure",
        category: "corruption",
        meaning: "page state contradicts recovery's expectation",
    },
    JetErrInfo {
        value: -1124,
        name: "FilteredMoveNotSupported",
        full_name: "JET_errFilteredMoveNotSupported",
        category: "usage",
        meaning: "cursor filter unsupported here",
    },
    JetErrInfo {
        value: -1150,
        name: "MustCommitDistributedTransactionToLevel0",
        full_name: "JET_errMustCommitDistributedTransactionToLevel0",
        category: "obsolete",
        meaning: "distributed prepare not at outermost level",
    },
    JetErrInfo {
        value: -1151,
        name: "DistributedTransactionAlreadyPreparedToCommit",
        full_name: "JET_errDistributedTransactionAlreadyPreparedToCommit",
        category: "obsolete",
        meaning: "write after distributed prepare",
    },
    JetErrInfo {
        value: -1152,
        name: "NotInDistributedTransaction",
        full_name: "JET_errNotInDistributedTransaction",
        category: "obsolete",
        meaning: "prepare outside a distributed transaction",
    },
    JetErrInfo {
        value: -1153,
        name: "DistributedTransactionNotYetPreparedToCommit",
        full_name: "JET_errDistributedTransactionNotYetPreparedToCommit",
        category: "obsolete",
        meaning: "distributed commit before prepare",
    },
    JetErrInfo {
        value: -1154,
        name: "CannotNestDistributedTransactions",
        full_name: "JET_errCannotNestDistributedTransactions",
        category: "obsolete",
        meaning: "distributed begin inside a transaction",
    },
    JetErrInfo {
        value: -1160,
        name: "DTCMissingCallback",
        full_name: "JET_errDTCMissingCallback",
        category: "obsolete",
        meaning: "no coordinator callback configured",
    },
    JetErrInfo {
        value: -1161,
        name: "DTCMissingCallbackOnRecovery",
        full_name: "JET_errDTCMissingCallbackOnRecovery",
        category: "obsolete",
        meaning: "no coordinator callback during recovery",
    },
    JetErrInfo {
        value: -1162,
        name: "DTCCallbackUnexpectedError",
        full_name: "JET_errDTCCallbackUnexpectedError",
        category: "obsolete",
        meaning: "coordinator callback returned an unknown code",
    },
    JetErrInfo {
        value: 1163,
        name: "DTCCommitTransaction",
        full_name: "JET_wrnDTCCommitTransaction",
        category: "unknown",
        meaning: "callback verdict: commit",
    },
    JetErrInfo {
        value: 1164,
        name: "DTCRollbackTransaction",
        full_name: "JET_wrnDTCRollbackTransaction",
        category: "unknown",
        meaning: "callback verdict: roll back",
    },
    JetErrInfo {
        value: -1201,
        name: "DatabaseDuplicate",
        full_name: "JET_errDatabaseDuplicate",
        category: "usage",
        meaning: "database already exists",
    },
    JetErrInfo {
        value: -1202,
        name: "DatabaseInUse",
        full_name: "JET_errDatabaseInUse",
        category: "usage",
        meaning: "database is in use",
    },
    JetErrInfo {
        value: -1203,
        name: "DatabaseNotFound",
        full_name: "JET_errDatabaseNotFound",
        category: "usage",
        meaning: "database unknown or not attached",
    },
    JetErrInfo {
        value: -1204,
        name: "DatabaseInvalidName",
        full_name: "JET_errDatabaseInvalidName",
        category: "usage",
        meaning: "database name is invalid",
    },
    JetErrInfo {
        value: -1205,
        name: "DatabaseInvalidPages",
        full_name: "JET_errDatabaseInvalidPages",
        category: "usage",
        meaning: "page count is invalid",
    },
    JetErrInfo {
        value: -1206,
        name: "DatabaseCorrupted",
        full_name: "JET_errDatabaseCorrupted",
        category: "corruption",
        meaning: "file damaged or no database",
    },
    JetErrInfo {
        value: -1207,
        name: "DatabaseLocked",
        full_name: "JET_errDatabaseLocked",
        category: "usage",
        meaning: "database opened exclusively elsewhere",
    },
    JetErrInfo {
        value: -1208,
        name: "CannotDisableVersioning",
        full_name: "JET_errCannotDisableVersioning",
        category: "usage",
        meaning: "versioning must stay on here",
    },
    JetErrInfo {
        value: -1209,
        name: "InvalidDatabaseVersion",
        full_name: "JET_errInvalidDatabaseVersion",
        category: "inconsistent",
        meaning: "database format version unsupported",
    },
    JetErrInfo {
        value: -1210,
        name: "Database200Format",
        full_name: "JET_errDatabase200Format",
        category: "obsolete",
        meaning: "database of the 200 generation",
    },
    JetErrInfo {
        value: -1211,
        name: "Database400Format",
        full_name: "JET_errDatabase400Format",
        category: "obsolete",
        meaning: "database of the 400 generation",
    },
    JetErrInfo {
        value: -1212,
        name: "Database500Format",
        full_name: "JET_errDatabase500Format",
        category: "obsolete",
        meaning: "database of the 500 generation",
    },
    JetErrInfo {
        value: -1213,
        name: "PageSizeMismatch",
        full_name: "JET_errPageSizeMismatch",
        category: "inconsistent",
        meaning: "file page size differs from the engine's",
    },
    JetErrInfo {
        value: -1214,
        name: "TooManyInstances",
        full_name: "JET_errTooManyInstances",
        category: "quota",
        meaning: "instance limit reached",
    },
    JetErrInfo {
        value: -1215,
        name: "DatabaseSharingViolation",
        full_name: "JET_errDatabaseSharingViolation",
        category: "usage",
        meaning: "another instance uses the database",
    },
    JetErrInfo {
        value: -1216,
        name: "AttachedDatabaseMismatch",
        full_name: "JET_errAttachedDatabaseMismatch",
        category: "inconsistent",
        meaning: "logged attachment has no matching file",
    },
    JetErrInfo {
        value: -1217,
        name: "DatabaseInvalidPath",
        full_name: "JET_errDatabaseInvalidPath",
        category: "usage",
        meaning: "database path is invalid",
    },
    JetErrInfo {
        value: -1218,
        name: "DatabaseIdInUse",
        full_name: "JET_errDatabaseIdInUse",
        category: "obsolete",
        meaning: "dbid already assigned",
    },
    JetErrInfo {
        value: -1219,
        name: "ForceDetachNotAllowed",
        full_name: "JET_errForceDetachNotAllowed",
        category: "usage",
        meaning: "force detach needs a failed normal detach",
    },
    JetErrInfo {
        value: -1220,
        name: "CatalogCorrupted",
        full_name: "JET_errCatalogCorrupted",
        category: "corruption",
        meaning: "catalog damaged",
    },
    JetErrInfo {
        value: -1221,
        name: "PartiallyAttachedDB",
        full_name: "JET_errPartiallyAttachedDB",
        category: "usage",
        meaning: "attach incomplete",
    },
    JetErrInfo {
        value: -1222,
        name: "DatabaseSignInUse",
        full_name: "JET_errDatabaseSignInUse",
        category: "usage",
        meaning: "equal database signature already attached",
    },
    JetErrInfo {
        value: -1224,
        name: "DatabaseCorruptedNoRepair",
        full_name: "JET_errDatabaseCorruptedNoRepair",
        category: "usage",
        meaning: "damaged and repair is forbidden",
    },
    JetErrInfo {
        value: -1225,
        name: "InvalidCreateDbVersion",
        full_name: "JET_errInvalidCreateDbVersion",
        category: "inconsistent",
        meaning: "replayed create has an incompatible version",
    },
    JetErrInfo {
        value: -1226,
        name: "DatabaseIncompleteIncrementalReseed",
        full_name: "JET_errDatabaseIncompleteIncrementalReseed",
        category: "inconsistent",
        meaning: "incremental reseed in progress on this file",
    },
    JetErrInfo {
        value: -1227,
        name: "DatabaseInvalidIncrementalReseed",
        full_name: "JET_errDatabaseInvalidIncrementalReseed",
        category: "usage",
        meaning: "state does not permit incremental reseed",
    },
    JetErrInfo {
        value: -1228,
        name: "DatabaseFailedIncrementalReseed",
        full_name: "JET_errDatabaseFailedIncrementalReseed",
        category: "state",
        meaning: "incremental reseed failed for good",
    },
    JetErrInfo {
        value: -1229,
        name: "NoAttachmentsFailedIncrementalReseed",
        full_name: "JET_errNoAttachmentsFailedIncrementalReseed",
        category: "state",
        meaning: "reseed failed: required log has no attachment",
    },
    JetErrInfo {
        value: -1230,
        name: "DatabaseNotReady",
        full_name: "JET_errDatabaseNotReady",
        category: "usage",
        meaning: "recovery not far enough to open",
    },
    JetErrInfo {
        value: -1231,
        name: "DatabaseAttachedForRecovery",
        full_name: "JET_errDatabaseAttachedForRecovery",
        category: "usage",
        meaning: "attached for recovery only",
    },
    JetErrInfo {
        value: -1232,
        name: "TransactionsNotReadyDuringRecovery",
        full_name: "JET_errTransactionsNotReadyDuringRecovery",
        category: "state",
        meaning: "recovery lacks a transaction start point",
    },
    JetErrInfo {
        value: 1301,
        name: "TableEmpty",
        full_name: "JET_wrnTableEmpty",
        category: "unknown",
        meaning: "table has no records",
    },
    JetErrInfo {
        value: -1302,
        name: "TableLocked",
        full_name: "JET_errTableLocked",
        category: "usage",
        meaning: "table exclusively locked",
    },
    JetErrInfo {
        value: -1303,
        name: "TableDuplicate",
        full_name: "JET_errTableDuplicate",
        category: "state",
        meaning: "table already exists",
    },
    JetErrInfo {
        value: -1304,
        name: "TableInUse",
        full_name: "JET_errTableInUse",
        category: "state",
        meaning: "table is in use",
    },
    JetErrInfo {
        value: -1305,
        name: "ObjectNotFound",
        full_name: "JET_errObjectNotFound",
        category: "state",
        meaning: "table or object unknown",
    },
    JetErrInfo {
        value: -1307,
        name: "DensityInvalid",
        full_name: "JET_errDensityInvalid",
        category: "usage",
        meaning: "density outside the permitted range",
    },
    JetErrInfo {
        value: -1308,
        name: "TableNotEmpty",
        full_name: "JET_errTableNotEmpty",
        category: "usage",
        meaning: "table still has records",
    },
    JetErrInfo {
        value: -1310,
        name: "InvalidTableId",
        full_name: "JET_errInvalidTableId",
        category: "usage",
        meaning: "cursor handle is invalid",
    },
    JetErrInfo {
        value: -1311,
        name: "TooManyOpenTables",
        full_name: "JET_errTooManyOpenTables",
        category: "quota",
        meaning: "open table limit reached",
    },
    JetErrInfo {
        value: -1312,
        name: "IllegalOperation",
        full_name: "JET_errIllegalOperation",
        category: "usage",
        meaning: "operation unsupported on this table",
    },
    JetErrInfo {
        value: -1313,
        name: "TooManyOpenTablesAndCleanupTimedOut",
        full_name: "JET_errTooManyOpenTablesAndCleanupTimedOut",
        category: "usage",
        meaning: "open table limit reached and cleanup timed out",
    },
    JetErrInfo {
        value: -1314,
        name: "ObjectDuplicate",
        full_name: "JET_errObjectDuplicate",
        category: "obsolete",
        meaning: "object name already used",
    },
    JetErrInfo {
        value: -1316,
        name: "InvalidObject",
        full_name: "JET_errInvalidObject",
        category: "obsolete",
        meaning: "object kind unfit for the operation",
    },
    JetErrInfo {
        value: -1317,
        name: "CannotDeleteTempTable",
        full_name: "JET_errCannotDeleteTempTable",
        category: "usage",
        meaning: "temp tables are closed, not deleted",
    },
    JetErrInfo {
        value: -1318,
        name: "CannotDeleteSystemTable",
        full_name: "JET_errCannotDeleteSystemTable",
        category: "usage",
        meaning: "system tables cannot be deleted",
    },
    JetErrInfo {
        value: -1319,
        name: "CannotDeleteTemplateTable",
        full_name: "JET_errCannotDeleteTemplateTable",
        category: "usage",
        meaning: "template tables cannot be deleted",
    },
    JetErrInfo {
        value: -1322,
        name: "ExclusiveTableLockRequired",
        full_name: "JET_errExclusiveTableLockRequired",
        category: "usage",
        meaning: "operation needs exclusive table access",
    },
    JetErrInfo {
        value: -1323,
        name: "FixedDDL",
        full_name: "JET_errFixedDDL",
        category: "usage",
        meaning: "table schema is fixed",
    },
    JetErrInfo {
        value: -1324,
        name: "FixedInheritedDDL",
        full_name: "JET_errFixedInheritedDDL",
        category: "usage",
        meaning: "inherited schema part is fixed",
    },
    JetErrInfo {
        value: -1325,
        name: "CannotNestDDL",
        full_name: "JET_errCannotNestDDL",
        category: "usage",
        meaning: "template of a template unsupported",
    },
    JetErrInfo {
        value: -1326,
        name: "DDLNotInheritable",
        full_name: "JET_errDDLNotInheritable",
        category: "usage",
        meaning: "named parent is no template table",
    },
    JetErrInfo {
        value: 1327,
        name: "TableInUseBySystem",
        full_name: "JET_wrnTableInUseBySystem",
        category: "state",
        meaning: "engine cleanup has the table open",
    },
    JetErrInfo {
        value: -1328,
        name: "InvalidSettings",
        full_name: "JET_errInvalidSettings",
        category: "usage",
        meaning: "parameter combination is invalid",
    },
    JetErrInfo {
        value: -1329,
        name: "ClientRequestToStopJetService",
        full_name: "JET_errClientRequestToStopJetService",
        category: "operation",
        meaning: "service stopped by JetStopService",
    },
    JetErrInfo {
        value: -1330,
        name: "CannotAddFixedVarColumnToDerivedTable",
        full_name: "JET_errCannotAddFixedVarColumnToDerivedTable",
        category: "obsolete",
        meaning: "derived table forbids fixed and variable columns",
    },
    JetErrInfo {
        value: -1401,
        name: "IndexCantBuild",
        full_name: "JET_errIndexCantBuild",
        category: "obsolete",
        meaning: "index build failed",
    },
    JetErrInfo {
        value: -1402,
        name: "IndexHasPrimary",
        full_name: "JET_errIndexHasPrimary",
        category: "usage",
        meaning: "table already has a primary index",
    },
    JetErrInfo {
        value: -1403,
        name: "IndexDuplicate",
        full_name: "JET_errIndexDuplicate",
        category: "usage",
        meaning: "index name already used",
    },
    JetErrInfo {
        value: -1404,
        name: "IndexNotFound",
        full_name: "JET_errIndexNotFound",
        category: "state",
        meaning: "index unknown",
    },
    JetErrInfo {
        value: -1405,
        name: "IndexMustStay",
        full_name: "JET_errIndexMustStay",
        category: "usage",
        meaning: "primary index cannot be deleted",
    },
    JetErrInfo {
        value: -1406,
        name: "IndexInvalidDef",
        full_name: "JET_errIndexInvalidDef",
        category: "usage",
        meaning: "index definition is invalid",
    },
    JetErrInfo {
        value: -1409,
        name: "InvalidCreateIndex",
        full_name: "JET_errInvalidCreateIndex",
        category: "usage",
        meaning: "index create description is invalid",
    },
    JetErrInfo {
        value: -1410,
        name: "TooManyOpenIndexes",
        full_name: "JET_errTooManyOpenIndexes",
        category: "memory",
        meaning: "index descriptor limit reached",
    },
    JetErrInfo {
        value: -1411,
        name: "MultiValuedIndexViolation",
        full_name: "JET_errMultiValuedIndexViolation",
        category: "usage",
        meaning: "one record yields duplicate index keys",
    },
    JetErrInfo {
        value: -1412,
        name: "IndexBuildCorrupted",
        full_name: "JET_errIndexBuildCorrupted",
        category: "corruption",
        meaning: "built index does not mirror the table",
    },
    JetErrInfo {
        value: -1413,
        name: "PrimaryIndexCorrupted",
        full_name: "JET_errPrimaryIndexCorrupted",
        category: "corruption",
        meaning: "primary index damaged",
    },
    JetErrInfo {
        value: -1414,
        name: "SecondaryIndexCorrupted",
        full_name: "JET_errSecondaryIndexCorrupted",
        category: "corruption",
        meaning: "secondary index damaged",
    },
    JetErrInfo {
        value: 1415,
        name: "CorruptIndexDeleted",
        full_name: "JET_wrnCorruptIndexDeleted",
        category: "state",
        meaning: "an outdated index was dropped",
    },
    JetErrInfo {
        value: -1416,
        name: "InvalidIndexId",
        full_name: "JET_errInvalidIndexId",
        category: "usage",
        meaning: "index id is invalid",
    },
    JetErrInfo {
        value: 1417,
        name: "PrimaryIndexOutOfDate",
        full_name: "JET_wrnPrimaryIndexOutOfDate",
        category: "corruption",
        meaning: "primary index built with an old sort version",
    },
    JetErrInfo {
        value: 1418,
        name: "SecondaryIndexOutOfDate",
        full_name: "JET_wrnSecondaryIndexOutOfDate",
        category: "corruption",
        meaning: "secondary index built with an old sort version",
    },
    JetErrInfo {
        value: -1419,
        name: "CantUseDeferredPopulateIndex",
        full_name: "JET_errCantUseDeferredPopulateIndex",
        category: "usage",
        meaning: "index not filled yet",
    },
    JetErrInfo {
        value: -1430,
        name: "IndexTuplesSecondaryIndexOnly",
        full_name: "JET_errIndexTuplesSecondaryIndexOnly",
        category: "usage",
        meaning: "tuple index must be secondary",
    },
    JetErrInfo {
        value: -1431,
        name: "IndexTuplesTooManyColumns",
        full_name: "JET_errIndexTuplesTooManyColumns",
        category: "usage",
        meaning: "tuple index names too many columns",
    },
    JetErrInfo {
        value: -1432,
        name: "IndexTuplesNonUniqueOnly",
        full_name: "JET_errIndexTuplesNonUniqueOnly",
        category: "usage",
        meaning: "tuple index cannot be unique",
    },
    JetErrInfo {
        value: -1433,
        name: "IndexTuplesTextBinaryColumnsOnly",
        full_name: "JET_errIndexTuplesTextBinaryColumnsOnly",
        category: "usage",
        meaning: "tuple index needs a text or binary column",
    },
    JetErrInfo {
        value: -1434,
        name: "IndexTuplesVarSegMacNotAllowed",
        full_name: "JET_errIndexTuplesVarSegMacNotAllowed",
        category: "usage",
        meaning: "tuple index excludes cbVarSegMac",
    },
    JetErrInfo {
        value: -1435,
        name: "IndexTuplesInvalidLimits",
        full_name: "JET_errIndexTuplesInvalidLimits",
        category: "usage",
        meaning: "tuple limits are invalid",
    },
    JetErrInfo {
        value: -1436,
        name: "IndexTuplesCannotRetrieveFromIndex",
        full_name: "JET_errIndexTuplesCannotRetrieveFromIndex",
        category: "usage",
        meaning: "cannot read the column from a tuple index",
    },
    JetErrInfo {
        value: -1437,
        name: "IndexTuplesKeyTooSmall",
        full_name: "JET_errIndexTuplesKeyTooSmall",
        category: "usage",
        meaning: "key shorter than the minimum tuple",
    },
    JetErrInfo {
        value: -1438,
        name: "InvalidLVChunkSize",
        full_name: "JET_errInvalidLVChunkSize",
        category: "usage",
        meaning: "long-value chunk size unsupported",
    },
    JetErrInfo {
        value: -1439,
        name: "ColumnCannotBeEncrypted",
        full_name: "JET_errColumnCannotBeEncrypted",
        category: "usage",
        meaning: "column type or default rules out encryption",
    },
    JetErrInfo {
        value: -1440,
        name: "CannotIndexOnEncryptedColumn",
        full_name: "JET_errCannotIndexOnEncryptedColumn",
        category: "usage",
        meaning: "encrypted columns cannot be indexed",
    },
    JetErrInfo {
        value: -1501,
        name: "ColumnLong",
        full_name: "JET_errColumnLong",
        category: "obsolete",
        meaning: "value is long",
    },
    JetErrInfo {
        value: -1502,
        name: "ColumnNoChunk",
        full_name: "JET_errColumnNoChunk",
        category: "usage",
        meaning: "long-value chunk absent",
    },
    JetErrInfo {
        value: -1503,
        name: "ColumnDoesNotFit",
        full_name: "JET_errColumnDoesNotFit",
        category: "usage",
        meaning: "value does not fit the record",
    },
    JetErrInfo {
        value: -1504,
        name: "NullInvalid",
        full_name: "JET_errNullInvalid",
        category: "usage",
        meaning: "column refuses NULL",
    },
    JetErrInfo {
        value: -1505,
        name: "ColumnIndexed",
        full_name: "JET_errColumnIndexed",
        category: "obsolete",
        meaning: "indexed column cannot be deleted",
    },
    JetErrInfo {
        value: -1506,
        name: "ColumnTooBig",
        full_name: "JET_errColumnTooBig",
        category: "usage",
        meaning: "value exceeds the column maximum",
    },
    JetErrInfo {
        value: -1507,
        name: "ColumnNotFound",
        full_name: "JET_errColumnNotFound",
        category: "usage",
        meaning: "column unknown",
    },
    JetErrInfo {
        value: -1508,
        name: "ColumnDuplicate",
        full_name: "JET_errColumnDuplicate",
        category: "usage",
        meaning: "column name already used",
    },
    JetErrInfo {
        value: -1509,
        name: "MultiValuedColumnMustBeTagged",
        full_name: "JET_errMultiValuedColumnMustBeTagged",
        category: "usage",
        meaning: "multi-valued column must be tagged",
    },
    JetErrInfo {
        value: -1510,
        name: "ColumnRedundant",
        full_name: "JET_errColumnRedundant",
        category: "usage",
        meaning: "second auto-increment or version column",
    },
    JetErrInfo {
        value: -1511,
        name: "InvalidColumnType",
        full_name: "JET_errInvalidColumnType",
        category: "usage",
        meaning: "column type is invalid",
    },
    JetErrInfo {
        value: 1512,
        name: "ColumnMaxTruncated",
        full_name: "JET_wrnColumnMaxTruncated",
        category: "usage",
        meaning: "requested maximum length was lowered",
    },
    JetErrInfo {
        value: -1514,
        name: "TaggedNotNULL",
        full_name: "JET_errTaggedNotNULL",
        category: "obsolete",
        meaning: "tagged column cannot be NOT NULL",
    },
    JetErrInfo {
        value: -1515,
        name: "NoCurrentIndex",
        full_name: "JET_errNoCurrentIndex",
        category: "usage",
        meaning: "no index is current",
    },
    JetErrInfo {
        value: -1516,
        name: "KeyIsMade",
        full_name: "JET_errKeyIsMade",
        category: "usage",
        meaning: "key is already complete",
    },
    JetErrInfo {
        value: -1517,
        name: "BadColumnId",
        full_name: "JET_errBadColumnId",
        category: "usage",
        meaning: "column id is invalid",
    },
    JetErrInfo {
        value: -1518,
        name: "BadItagSequence",
        full_name: "JET_errBadItagSequence",
        category: "state",
        meaning: "value sequence number is invalid",
    },
    JetErrInfo {
        value: -1519,
        name: "ColumnInRelationship",
        full_name: "JET_errColumnInRelationship",
        category: "obsolete",
        meaning: "column is part of a relationship",
    },
    JetErrInfo {
        value: 1520,
        name: "CopyLongValue",
        full_name: "JET_wrnCopyLongValue",
        category: "state",
        meaning: "shared long value was split off",
    },
    JetErrInfo {
        value: -1521,
        name: "CannotBeTagged",
        full_name: "JET_errCannotBeTagged",
        category: "usage",
        meaning: "auto-increment and version columns cannot be tagged",
    },
    JetErrInfo {
        value: 1523,
        name: "TaggedColumnsRemaining",
        full_name: "JET_wrnTaggedColumnsRemaining",
        category: "unknown",
        meaning: "more tagged columns than the copy buffer held",
    },
    JetErrInfo {
        value: -1524,
        name: "DefaultValueTooBig",
        full_name: "JET_errDefaultValueTooBig",
        category: "usage",
        meaning: "default value is too long",
    },
    JetErrInfo {
        value: -1525,
        name: "MultiValuedDuplicate",
        full_name: "JET_errMultiValuedDuplicate",
        category: "state",
        meaning: "equal value already present in the column",
    },
    JetErrInfo {
        value: -1526,
        name: "LVCorrupted",
        full_name: "JET_errLVCorrupted",
        category: "corruption",
        meaning: "long-value tree damaged",
    },
    JetErrInfo {
        value: -1528,
        name: "MultiValuedDuplicateAfterTruncation",
        full_name: "JET_errMultiValuedDuplicateAfterTruncation",
        category: "state",
        meaning: "values equal after normalising and cutting",
    },
    JetErrInfo {
        value: -1529,
        name: "DerivedColumnCorruption",
        full_name: "JET_errDerivedColumnCorruption",
        category: "corruption",
        meaning: "derived table column is inconsistent",
    },
    JetErrInfo {
        value: -1530,
        name: "InvalidPlaceholderColumn",
        full_name: "JET_errInvalidPlaceholderColumn",
        category: "usage",
        meaning: "column unfit as primary-index placeholder",
    },
    JetErrInfo {
        value: 1531,
        name: "ColumnSkipped",
        full_name: "JET_wrnColumnSkipped",
        category: "state",
        meaning: "enumeration skipped a column whose id was zero",
    },
    JetErrInfo {
        value: 1532,
        name: "ColumnNotLocal",
        full_name: "JET_wrnColumnNotLocal",
        category: "state",
        meaning: "value not available from local data",
    },
    JetErrInfo {
        value: 1533,
        name: "ColumnMoreTags",
        full_name: "JET_wrnColumnMoreTags",
        category: "state",
        meaning: "further values exist that were not asked for",
    },
    JetErrInfo {
        value: 1534,
        name: "ColumnTruncated",
        full_name: "JET_wrnColumnTruncated",
        category: "state",
        meaning: "enumerated value was cut",
    },
    JetErrInfo {
        value: 1535,
        name: "ColumnPresent",
        full_name: "JET_wrnColumnPresent",
        category: "state",
        meaning: "value exists but was not returned",
    },
    JetErrInfo {
        value: 1536,
        name: "ColumnSingleValue",
        full_name: "JET_wrnColumnSingleValue",
        category: "state",
        meaning: "single value returned in compressed form",
    },
    JetErrInfo {
        value: 1537,
        name: "ColumnDefault",
        full_name: "JET_wrnColumnDefault",
        category: "state",
        meaning: "value equals the default and was left out",
    },
    JetErrInfo {
        value: -1538,
        name: "ColumnCannotBeCompressed",
        full_name: "JET_errColumnCannotBeCompressed",
        category: "usage",
        meaning: "only long text and long binary compress",
    },
    JetErrInfo {
        value: 1539,
        name: "ColumnNotInRecord",
        full_name: "JET_wrnColumnNotInRecord",
        category: "state",
        meaning: "value not available inside the record",
    },
    JetErrInfo {
        value: -1540,
        name: "ColumnNoEncryptionKey",
        full_name: "JET_errColumnNoEncryptionKey",
        category: "usage",
        meaning: "no key for the encrypted column",
    },
    JetErrInfo {
        value: 1541,
        name: "ColumnReference",
        full_name: "JET_wrnColumnReference",
        category: "state",
        meaning: "a reference was returned in place of data",
    },
    JetErrInfo {
        value: -1601,
        name: "RecordNotFound",
        full_name: "JET_errRecordNotFound",
        category: "state",
        meaning: "no record with that key",
    },
    JetErrInfo {
        value: -1602,
        name: "RecordNoCopy",
        full_name: "JET_errRecordNoCopy",
        category: "usage",
        meaning: "no update buffer",
    },
    JetErrInfo {
        value: -1603,
        name: "NoCurrentRecord",
        full_name: "JET_errNoCurrentRecord",
        category: "state",
        meaning: "cursor is not on a record",
    },
    JetErrInfo {
        value: -1604,
        name: "RecordPrimaryChanged",
        full_name: "JET_errRecordPrimaryChanged",
        category: "usage",
        meaning: "primary key cannot be changed this way",
    },
    JetErrInfo {
        value: -1605,
        name: "KeyDuplicate",
        full_name: "JET_errKeyDuplicate",
        category: "state",
        meaning: "key already exists",
    },
    JetErrInfo {
        value: -1607,
        name: "AlreadyPrepared",
        full_name: "JET_errAlreadyPrepared",
        category: "usage",
        meaning: "an update is already prepared",
    },
    JetErrInfo {
        value: -1608,
        name: "KeyNotMade",
        full_name: "JET_errKeyNotMade",
        category: "usage",
        meaning: "no search key was built",
    },
    JetErrInfo {
        value: -1609,
        name: "UpdateNotPrepared",
        full_name: "JET_errUpdateNotPrepared",
        category: "usage",
        meaning: "no update is prepared",
    },
    JetErrInfo {
        value: 1610,
        name: "DataHasChanged",
        full_name: "JET_wrnDataHasChanged",
        category: "obsolete",
        meaning: "record changed since it was read",
    },
    JetErrInfo {
        value: -1611,
        name: "DataHasChanged",
        full_name: "JET_errDataHasChanged",
        category: "obsolete",
        meaning: "record changed; operation refused",
    },
    JetErrInfo {
        value: 1618,
        name: "KeyChanged",
        full_name: "JET_wrnKeyChanged",
        category: "unknown",
        meaning: "move ended on a new key",
    },
    JetErrInfo {
        value: -1619,
        name: "LanguageNotSupported",
        full_name: "JET_errLanguageNotSupported",
        category: "obsolete",
        meaning: "locale not installed",
    },
    JetErrInfo {
        value: -1620,
        name: "DecompressionFailed",
        full_name: "JET_errDecompressionFailed",
        category: "corruption",
        meaning: "data could not be decompressed",
    },
    JetErrInfo {
        value: -1621,
        name: "UpdateMustVersion",
        full_name: "JET_errUpdateMustVersion",
        category: "usage",
        meaning: "unversioned update needs an uncommitted table",
    },
    JetErrInfo {
        value: -1622,
        name: "DecryptionFailed",
        full_name: "JET_errDecryptionFailed",
        category: "corruption",
        meaning: "data could not be decrypted",
    },
    JetErrInfo {
        value: -1623,
        name: "EncryptionBadItag",
        full_name: "JET_errEncryptionBadItag",
        category: "usage",
        meaning: "encrypted column allows one value only",
    },
    JetErrInfo {
        value: -1624,
        name: "SetAutoIncrementTooHigh",
        full_name: "JET_errSetAutoIncrementTooHigh",
        category: "usage",
        meaning: "explicit auto-increment value too high",
    },
    JetErrInfo {
        value: -1625,
        name: "AutoIncrementNotSet",
        full_name: "JET_errAutoIncrementNotSet",
        category: "usage",
        meaning: "auto-increment must be set by the caller",
    },
    JetErrInfo {
        value: -1701,
        name: "TooManySorts",
        full_name: "JET_errTooManySorts",
        category: "memory",
        meaning: "sort limit reached",
    },
    JetErrInfo {
        value: -1702,
        name: "InvalidOnSort",
        full_name: "JET_errInvalidOnSort",
        category: "obsolete",
        meaning: "operation invalid on a sort",
    },
    JetErrInfo {
        value: -1803,
        name: "TempFileOpenError",
        full_name: "JET_errTempFileOpenError",
        category: "obsolete",
        meaning: "temporary file could not be opened",
    },
    JetErrInfo {
        value: -1805,
        name: "TooManyAttachedDatabases",
        full_name: "JET_errTooManyAttachedDatabases",
        category: "usage",
        meaning: "attached database limit reached",
    },
    JetErrInfo {
        value: -1808,
        name: "DiskFull",
        full_name: "JET_errDiskFull",
        category: "disk",
        meaning: "volume is full",
    },
    JetErrInfo {
        value: -1809,
        name: "PermissionDenied",
        full_name: "JET_errPermissionDenied",
        category: "usage",
        meaning: "permission refused",
    },
    JetErrInfo {
        value: -1811,
        name: "FileNotFound",
        full_name: "JET_errFileNotFound",
        category: "state",
        meaning: "file absent",
    },
    JetErrInfo {
        value: -1812,
        name: "FileInvalidType",
        full_name: "JET_errFileInvalidType",
        category: "inconsistent",
        meaning: "file is of another kind",
    },
    JetErrInfo {
        value: 1813,
        name: "FileOpenReadOnly",
        full_name: "JET_wrnFileOpenReadOnly",
        category: "state",
        meaning: "file opened read-only",
    },
    JetErrInfo {
        value: -1814,
        name: "FileAlreadyExists",
        full_name: "JET_errFileAlreadyExists",
        category: "inconsistent",
        meaning: "file already exists",
    },
    JetErrInfo {
        value: -1850,
        name: "AfterInitialization",
        full_name: "JET_errAfterInitialization",
        category: "usage",
        meaning: "call only valid before init",
    },
    JetErrInfo {
        value: -1852,
        name: "LogCorrupted",
        full_name: "JET_errLogCorrupted",
        category: "corruption",
        meaning: "logs cannot be understood",
    },
    JetErrInfo {
        value: -1906,
        name: "InvalidOperation",
        full_name: "JET_errInvalidOperation",
        category: "usage",
        meaning: "operation is invalid",
    },
    JetErrInfo {
        value: -1907,
        name: "AccessDenied",
        full_name: "JET_errAccessDenied",
        category: "obsolete",
        meaning: "access refused",
    },
    JetErrInfo {
        value: 1908,
        name: "IdleFull",
        full_name: "JET_wrnIdleFull",
        category: "quota",
        meaning: "idle registry full or buffers below threshold",
    },
    JetErrInfo {
        value: -1909,
        name: "TooManySplits",
        full_name: "JET_errTooManySplits",
        category: "obsolete",
        meaning: "split loop did not end",
    },
    JetErrInfo {
        value: -1910,
        name: "SessionSharingViolation",
        full_name: "JET_errSessionSharingViolation",
        category: "usage",
        meaning: "session used by two threads at once",
    },
    JetErrInfo {
        value: -1911,
        name: "EntryPointNotFound",
        full_name: "JET_errEntryPointNotFound",
        category: "usage",
        meaning: "DLL entry point absent",
    },
    JetErrInfo {
        value: -1912,
        name: "SessionContextAlreadySet",
        full_name: "JET_errSessionContextAlreadySet",
        category: "usage",
        meaning: "session context already set",
    },
    JetErrInfo {
        value: -1913,
        name: "SessionContextNotSetByThisThread",
        full_name: "JET_errSessionContextNotSetByThisThread",
        category: "usage",
        meaning: "session context set by another thread",
    },
    JetErrInfo {
        value: -1914,
        name: "SessionInUse",
        full_name: "JET_errSessionInUse",
        category: "usage",
        meaning: "session still in use",
    },
    JetErrInfo {
        value: -1915,
        name: "RecordFormatConversionFailed",
        full_name: "JET_errRecordFormatConversionFailed",
        category: "corruption",
        meaning: "record format conversion failed",
    },
    JetErrInfo {
        value: -1916,
        name: "OneDatabasePerSession",
        full_name: "JET_errOneDatabasePerSession",
        category: "usage",
        meaning: "session may open one database only",
    },
    JetErrInfo {
        value: -1917,
        name: "RollbackError",
        full_name: "JET_errRollbackError",
        category: "fatal",
        meaning: "rollback failed",
    },
    JetErrInfo {
        value: -1918,
        name: "FlushMapVersionUnsupported",
        full_name: "JET_errFlushMapVersionUnsupported",
        category: "usage",
        meaning: "flush map version unsupported",
    },
    JetErrInfo {
        value: -1919,
        name: "FlushMapDatabaseMismatch",
        full_name: "JET_errFlushMapDatabaseMismatch",
        category: "usage",
        meaning: "flush map belongs to another database",
    },
    JetErrInfo {
        value: -1920,
        name: "FlushMapUnrecoverable",
        full_name: "JET_errFlushMapUnrecoverable",
        category: "state",
        meaning: "flush map cannot be rebuilt",
    },
    JetErrInfo {
        value: -1921,
        name: "RBSFileCorrupt",
        full_name: "JET_errRBSFileCorrupt",
        category: "corruption",
        meaning: "revert snapshot file damaged",
    },
    JetErrInfo {
        value: -1922,
        name: "RBSHeaderCorrupt",
        full_name: "JET_errRBSHeaderCorrupt",
        category: "corruption",
        meaning: "revert snapshot header damaged",
    },
    JetErrInfo {
        value: -1923,
        name: "RBSDbMismatch",
        full_name: "JET_errRBSDbMismatch",
        category: "inconsistent",
        meaning: "revert snapshot does not match the database",
    },
    JetErrInfo {
        value: -1925,
        name: "BadRBSVersion",
        full_name: "JET_errBadRBSVersion",
        category: "state",
        meaning: "revert snapshot version unsupported",
    },
    JetErrInfo {
        value: -1926,
        name: "OutOfRBSSpace",
        full_name: "JET_errOutOfRBSSpace",
        category: "fragmentation",
        meaning: "revert snapshot at its size limit",
    },
    JetErrInfo {
        value: -1927,
        name: "RBSInvalidSign",
        full_name: "JET_errRBSInvalidSign",
        category: "state",
        meaning: "revert snapshot signature unset",
    },
    JetErrInfo {
        value: -1928,
        name: "RBSInvalidRecord",
        full_name: "JET_errRBSInvalidRecord",
        category: "state",
        meaning: "revert snapshot record invalid",
    },
    JetErrInfo {
        value: -1929,
        name: "RBSRCInvalidRBS",
        full_name: "JET_errRBSRCInvalidRBS",
        category: "state",
        meaning: "revert blocked by an invalid snapshot",
    },
    JetErrInfo {
        value: -1930,
        name: "RBSRCNoRBSFound",
        full_name: "JET_errRBSRCNoRBSFound",
        category: "state",
        meaning: "no snapshot reaches back to that time",
    },
    JetErrInfo {
        value: -1931,
        name: "RBSRCBadDbState",
        full_name: "JET_errRBSRCBadDbState",
        category: "state",
        meaning: "revert failed on the database state",
    },
    JetErrInfo {
        value: -1932,
        name: "RBSMissingReqLogs",
        full_name: "JET_errRBSMissingReqLogs",
        category: "state",
        meaning: "logs needed by the snapshot absent",
    },
    JetErrInfo {
        value: -1933,
        name: "RBSLogDivergenceFailed",
        full_name: "JET_errRBSLogDivergenceFailed",
        category: "state",
        meaning: "snapshot logs differ from live logs",
    },
    JetErrInfo {
        value: -1934,
        name: "RBSRCCopyLogsRevertState",
        full_name: "JET_errRBSRCCopyLogsRevertState",
        category: "state",
        meaning: "an earlier revert is copying logs",
    },
    JetErrInfo {
        value: -1935,
        name: "DatabaseIncompleteRevert",
        full_name: "JET_errDatabaseIncompleteRevert",
        category: "state",
        meaning: "database is being reverted",
    },
    JetErrInfo {
        value: -1936,
        name: "RBSRCRevertCancelled",
        full_name: "JET_errRBSRCRevertCancelled",
        category: "state",
        meaning: "revert was cancelled",
    },
    JetErrInfo {
        value: -1937,
        name: "RBSRCInvalidDbFormatVersion",
        full_name: "JET_errRBSRCInvalidDbFormatVersion",
        category: "state",
        meaning: "database format cannot be reverted",
    },
    JetErrInfo {
        value: -1938,
        name: "RBSCannotDetermineDivergence",
        full_name: "JET_errRBSCannotDetermineDivergence",
        category: "state",
        meaning: "log divergence cannot be judged",
    },
    JetErrInfo {
        value: -1941,
        name: "RBSDeleteTableTooBig",
        full_name: "JET_errRBSDeleteTableTooBig",
        category: "state",
        meaning: "table too big to delete under snapshots",
    },
    JetErrInfo {
        value: -1942,
        name: "RBSDeleteTableTooSoon",
        full_name: "JET_errRBSDeleteTableTooSoon",
        category: "state",
        meaning: "table too young for non-revertable delete",
    },
    JetErrInfo {
        value: -1943,
        name: "RBSFDPToBeDeleted",
        full_name: "JET_errRBSFDPToBeDeleted",
        category: "state",
        meaning: "tree root is marked for deletion",
    },
    JetErrInfo {
        value: -1944,
        name: "RBSRevertableDeleteNotPossible",
        full_name: "JET_errRBSRevertableDeleteNotPossible",
        category: "state",
        meaning: "revertable delete impossible for this table",
    },
    JetErrInfo {
        value: -1947,
        name: "RBSRedeleteFDPUnexpected",
        full_name: "JET_errRBSRedeleteFDPUnexpected",
        category: "corruption",
        meaning: "unexpected delete mark on a reverted table",
    },
    JetErrInfo {
        value: -1948,
        name: "RBSRCPageFDPDeleteFileCorrupt",
        full_name: "JET_errRBSRCPageFDPDeleteFileCorrupt",
        category: "corruption",
        meaning: "saved root page records file damaged",
    },
    JetErrInfo {
        value: 2000,
        name: "DefragAlreadyRunning",
        full_name: "JET_wrnDefragAlreadyRunning",
        category: "state",
        meaning: "online defrag already active",
    },
    JetErrInfo {
        value: 2001,
        name: "DefragNotRunning",
        full_name: "JET_wrnDefragNotRunning",
        category: "state",
        meaning: "online defrag not active",
    },
    JetErrInfo {
        value: 2002,
        name: "DatabaseScanAlreadyRunning",
        full_name: "JET_wrnDatabaseScanAlreadyRunning",
        category: "state",
        meaning: "database scan already active",
    },
    JetErrInfo {
        value: 2003,
        name: "DatabaseScanNotRunning",
        full_name: "JET_wrnDatabaseScanNotRunning",
        category: "state",
        meaning: "database scan not active",
    },
    JetErrInfo {
        value: -2004,
        name: "DatabaseAlreadyRunningMaintenance",
        full_name: "JET_errDatabaseAlreadyRunningMaintenance",
        category: "usage",
        meaning: "maintenance already active on the database",
    },
    JetErrInfo {
        value: -2006,
        name: "RootSpaceLeakEstimationAlreadyRunning",
        full_name: "JET_errRootSpaceLeakEstimationAlreadyRunning",
        category: "usage",
        meaning: "leak estimation already active",
    },
    JetErrInfo {
        value: 2100,
        name: "CallbackNotRegistered",
        full_name: "JET_wrnCallbackNotRegistered",
        category: "state",
        meaning: "callback to remove was not registered",
    },
    JetErrInfo {
        value: -2101,
        name: "CallbackFailed",
        full_name: "JET_errCallbackFailed",
        category: "state",
        meaning: "a callback returned failure",
    },
    JetErrInfo {
        value: -2102,
        name: "CallbackNotResolved",
        full_name: "JET_errCallbackNotResolved",
        category: "usage",
        meaning: "callback function not found",
    },
    JetErrInfo {
        value: -2103,
        name: "SpaceHintsInvalid",
        full_name: "JET_errSpaceHintsInvalid",
        category: "usage",
        meaning: "space hints unusable",
    },
    JetErrInfo {
        value: -2401,
        name: "OSSnapshotInvalidSequence",
        full_name: "JET_errOSSnapshotInvalidSequence",
        category: "usage",
        meaning: "shadow-copy call at the wrong step",
    },
    JetErrInfo {
        value: -2402,
        name: "OSSnapshotTimeOut",
        full_name: "JET_errOSSnapshotTimeOut",
        category: "operation",
        meaning: "shadow copy froze too long and thawed",
    },
    JetErrInfo {
        value: -2403,
        name: "OSSnapshotNotAllowed",
        full_name: "JET_errOSSnapshotNotAllowed",
        category: "state",
        meaning: "shadow copy blocked by backup or recovery",
    },
    JetErrInfo {
        value: -2404,
        name: "OSSnapshotInvalidSnapId",
        full_name: "JET_errOSSnapshotInvalidSnapId",
        category: "usage",
        meaning: "snapshot id is invalid",
    },
    JetErrInfo {
        value: -2501,
        name: "TooManyTestInjections",
        full_name: "JET_errTooManyTestInjections",
        category: "usage",
        meaning: "test injection table full",
    },
    JetErrInfo {
        value: -2502,
        name: "TestInjectionNotSupported",
        full_name: "JET_errTestInjectionNotSupported",
        category: "state",
        meaning: "test injection not built in",
    },
    JetErrInfo {
        value: -2601,
        name: "InvalidLogDataSequence",
        full_name: "JET_errInvalidLogDataSequence",
        category: "state",
        meaning: "shipped log data out of order",
    },
    JetErrInfo {
        value: 2602,
        name: "PreviousLogFileIncomplete",
        full_name: "JET_wrnPreviousLogFileIncomplete",
        category: "state",
        meaning: "shipped data skipped; partial log removed",
    },
    JetErrInfo {
        value: -3000,
        name: "LSCallbackNotSpecified",
        full_name: "JET_errLSCallbackNotSpecified",
        category: "usage",
        meaning: "local storage needs a runtime callback",
    },
    JetErrInfo {
        value: -3001,
        name: "LSAlreadySet",
        full_name: "JET_errLSAlreadySet",
        category: "usage",
        meaning: "local storage already set",
    },
    JetErrInfo {
        value: -3002,
        name: "LSNotSet",
        full_name: "JET_errLSNotSet",
        category: "state",
        meaning: "local storage not set",
    },
    JetErrInfo {
        value: -4000,
        name: "FileIOSparse",
        full_name: "JET_errFileIOSparse",
        category: "obsolete",
        meaning: "I/O hit a sparse region",
    },
    JetErrInfo {
        value: -4001,
        name: "FileIOBeyondEOF",
        full_name: "JET_errFileIOBeyondEOF",
        category: "corruption",
        meaning: "read past the end of file",
    },
    JetErrInfo {
        value: -4002,
        name: "FileIOAbort",
        full_name: "JET_errFileIOAbort",
        category: "obsolete",
        meaning: "callback verdict: abort the I/O",
    },
    JetErrInfo {
        value: -4003,
        name: "FileIORetry",
        full_name: "JET_errFileIORetry",
        category: "obsolete",
        meaning: "callback verdict: retry the I/O",
    },
    JetErrInfo {
        value: -4004,
        name: "FileIOFail",
        full_name: "JET_errFileIOFail",
        category: "obsolete",
        meaning: "callback verdict: fail the I/O",
    },
    JetErrInfo {
        value: -4005,
        name: "FileCompressed",
        full_name: "JET_errFileCompressed",
        category: "usage",
        meaning: "compressed files unsupported",
    },
    JetErrInfo {
        value: -10000,
        name: "ClientSpaceBegin",
        full_name: "JET_errClientSpaceBegin",
        category: "usage",
        meaning: "first code reserved for applications",
    },
    JetErrInfo {
        value: -11999,
        name: "ClientSpaceEnd",
        full_name: "JET_errClientSpaceEnd",
        category: "usage",
        meaning: "last code reserved for applications",
    },
];
