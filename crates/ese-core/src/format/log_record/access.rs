//! What records have in common, asked without knowing their type: page head, session, database,
//! whether a record belongs to the life of instance and databases.
//!
//! Invariant: a question that a type does not answer gives `None`, never a guess.
#![forbid(unsafe_code)]

use super::*;

impl LogRecord<'_> {
    /// The head of records that change pages.
    #[must_use]
    pub fn page(&self) -> Option<&LrPage> {
        Some(match self {
            Self::Insert(r) => &r.page,
            Self::FlagInsert(r) => &r.page,
            Self::FlagInsertAndReplaceData(r) => &r.page,
            Self::FlagDelete(r) => &r.page,
            Self::Replace(r) => &r.page,
            Self::ReplaceD(r) => &r.page,
            Self::Delete(r) => &r.page,
            Self::UndoInfo(r) => &r.page,
            Self::Delta(r) => &r.page,
            Self::Delta64(r) => &r.page,
            Self::SetExternalHeader(r) => &r.page,
            Self::Undo(r) => &r.page,
            Self::EmptyTree(r) => &r.page,
            Self::Scrub(r) => &r.page,
            Self::CreateMEFDP(r) => &r.page,
            Self::CreateSEFDP(r) => &r.page,
            Self::ConvertFDP(r) => &r.page,
            Self::ConvertFDP2(r) => &r.page,
            Self::Split(r) => &r.page,
            Self::Split2(r) => &r.page,
            Self::Merge(r) => &r.page,
            Self::Merge2(r) => &r.page,
            Self::PageMove(r) => &r.page,
            _ => return None,
        })
    }

    /// The head of records that change one node.
    #[must_use]
    pub fn node(&self) -> Option<&LrNode> {
        Some(match self {
            Self::Insert(r) => &r.node,
            Self::FlagInsert(r) => &r.node,
            Self::FlagInsertAndReplaceData(r) => &r.node,
            Self::FlagDelete(r) => &r.node,
            Self::Replace(r) => &r.node,
            Self::ReplaceD(r) => &r.node,
            Self::Delete(r) => &r.node,
            Self::UndoInfo(r) => &r.node,
            Self::Delta(r) => &r.node,
            Self::Delta64(r) => &r.node,
            Self::SetExternalHeader(r) => &r.node,
            Self::Undo(r) => &r.node,
            Self::EmptyTree(r) => &r.node,
            Self::Scrub(r) => &r.node,
            _ => return None,
        })
    }

    /// The session that wrote the record, where the record says it.
    #[must_use]
    pub fn procid(&self) -> Option<u16> {
        Some(match self {
            Self::Begin(r) => r.procid,
            Self::Commit(r) => r.procid,
            Self::Rollback(r) => r.procid,
            Self::Begin0(r) => r.procid,
            Self::Commit0(r) => r.procid,
            Self::Refresh(r) => r.procid,
            Self::MacroBegin(r) => r.procid,
            Self::MacroCommit(r) => r.procid,
            Self::MacroAbort(r) => r.procid,
            Self::BeginDT(r) => r.procid,
            Self::PrepCommit(r) => r.procid,
            Self::PrepRollback(r) => r.procid,
            Self::ForceWriteLog(r) => r.procid,
            Self::CommitCtx(r) => r.procid,
            Self::NewPage(r) => r.procid,
            Self::RootPageMove(r) => r.procid,
            Self::CreateDb(r) => r.procid,
            Self::CreateDbFinish(r) => r.procid,
            Self::AttachDb(r) => r.procid,
            Self::DetachDb(r) => r.procid,
            Self::Trace(r) => r.procid,
            Self::ForceLogRollover(r) => r.procid,
            Self::JetOp(r) => r.procid,
            _ => return self.page().map(|p| p.procid),
        })
    }

    /// The database that the record speaks of, where it says it.
    #[must_use]
    pub fn dbid(&self) -> Option<u8> {
        Some(match self {
            Self::NewPage(r) => r.dbid,
            Self::RootPageMove(r) => r.dbid,
            Self::MacroInfo(_) => 1,
            Self::MacroInfo2(r) => r.dbid,
            Self::CreateDb(r) => r.dbid,
            Self::CreateDbFinish(r) => r.dbid,
            Self::AttachDb(r) => r.dbid,
            Self::DetachDb(r) => r.dbid,
            Self::ReAttach(r) => r.dbid,
            Self::SignalAttachDb(r) => r.dbid,
            Self::SetDbVersion(r) => r.dbid,
            Self::ExtendDb(r) => r.dbid,
            Self::ShrinkDb(r) => r.dbid,
            Self::ShrinkDb2(r) => r.dbid,
            Self::ShrinkDb3(r) => r.dbid,
            Self::TrimDb(r) => r.dbid,
            Self::ExtentFreed(r) => r.dbid,
            Self::ExtentFreed2(r) => r.dbid,
            Self::FreeFDP(r) => r.dbid,
            Self::PagePatchRequest(r) => r.dbid,
            Self::ScanCheck(r) => r.dbid,
            Self::ScanCheck2(r) => r.dbid,
            Self::Backup2(r) => r.dbid,
            _ => return self.page().map(|p| p.dbid),
        })
    }

    /// The database time after the record, where it has one that counts.
    #[must_use]
    pub fn dbtime(&self) -> Option<super::super::ids::Dbtime> {
        Some(match self {
            Self::MacroBegin(r) => r.dbtime,
            Self::MacroCommit(r) => r.dbtime,
            Self::MacroAbort(r) => r.dbtime,
            Self::NewPage(r) => r.dbtime,
            Self::RootPageMove(r) => r.dbtime,
            Self::ShrinkDb3(r) => r.dbtime,
            Self::ExtentFreed2(r) => r.dbtime,
            // Changes no page, and is counted all the same.
            Self::PagePatchRequest(r) => r.dbtime,
            _ => return self.page().map(|p| p.dbtime).filter(|&t| t != DBTIME_NIL),
        })
    }
}

impl LrTyp {
    /// `true` for records of the life of instance and databases: start, end, recovery, create,
    /// attach, detach, format version.
    #[must_use]
    pub fn is_life_cycle(self) -> bool {
        matches!(
            self,
            Self::Init
                | Self::Init2
                | Self::Term
                | Self::Term2
                | Self::ShutDownMark
                | Self::RecoveryUndo
                | Self::RecoveryUndo2
                | Self::RecoveryQuit
                | Self::RecoveryQuit2
                | Self::RecoveryQuitKeepAttachments
                | Self::CreateDb
                | Self::CreateDbFinish
                | Self::AttachDb
                | Self::DetachDb
                | Self::ReAttach
                | Self::SignalAttachDb
                | Self::SetDbVersion
        )
    }

    /// `true` for the records that close a log normally (docs/format/log-files.md §5).
    #[must_use]
    pub fn is_clean_end(self) -> bool {
        matches!(
            self,
            Self::Term
                | Self::Term2
                | Self::RecoveryQuit
                | Self::RecoveryQuit2
                | Self::RecoveryQuitKeepAttachments
        )
    }

    /// `true` for the records that begin a run: always the first of their segment, whatever was left
    /// of the one before.
    #[must_use]
    pub fn begins_run(self) -> bool {
        matches!(
            self,
            Self::Init | Self::Init2 | Self::RecoveryUndo | Self::RecoveryUndo2
        )
    }
}

impl<'a> CommitCtx<'a> {
    /// Flags and the client's bytes, in the layout of log versions from 8.4000.4.8 / 8.4000.5.2 on;
    /// `None` when there is no flags byte. Older versions have no flags: there [`Self::body`] is the
    /// client's.
    #[must_use]
    pub fn context(&self) -> Option<(CommitCtxFlags, &'a [u8])> {
        let (&flags, rest) = self.body.split_first()?;
        Some((CommitCtxFlags::from_bits_retain(flags), rest))
    }
}

impl<'a> Scrub<'a> {
    /// What is done to each node: 0 nothing, 1 its data, 2 its long-value data. The padding behind
    /// is left out.
    #[must_use]
    pub fn opers(&self) -> &'a [u8] {
        let n = usize::try_from(self.cscrub_oper).unwrap_or(usize::MAX);
        self.data.get(..n).unwrap_or(self.data)
    }
}

impl Insert<'_> {
    /// The whole key: prefix ‖ suffix.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        [self.prefix, self.suffix].concat()
    }
}
