//! `Sessions` beside the reference replay: fed with the same records, and compared with what the
//! reference knows.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)]

use super::replay_support::session::Change;
use super::replay_support::{Outcome, Replayer};
use ese_core::btree::apply::node::Before;
use ese_core::cache::DbNo;
use ese_core::format::ids::{Dbtime, Lgpos, Pgno};
use ese_core::format::log_record::{LogRecord, Split2, SplitType};
use ese_core::format::page::PageView;
use ese_core::recovery::owed::Owed;
use ese_core::recovery::sessions::Sessions;
use std::collections::BTreeMap;
use std::sync::Arc;

pub struct Mirror {
    pub sessions: Sessions,
    pub owed: Arc<Owed>,
    /// Highest database time of each database.
    pub dbtimes: BTreeMap<DbNo, Dbtime>,
    /// Comparisons of a version with the reference's.
    pub compared: u64,
    at: u32,
}

impl Default for Mirror {
    fn default() -> Self {
        let owed = Arc::new(Owed::default());
        Self {
            sessions: Sessions::new(Arc::clone(&owed)),
            owed,
            dbtimes: BTreeMap::new(),
            compared: 0,
            at: 0,
        }
    }
}

impl Mirror {
    fn position(&mut self) -> Lgpos {
        self.at += 1;
        let [a, b, c, d] = self.at.to_le_bytes();
        Lgpos::new(1, u16::from_le_bytes([c, d]), u16::from_le_bytes([a, b]))
    }

    /// The time of a macro that is dropped is given out again: it counts when the macro commits.
    fn count_time(&mut self, record: &LogRecord<'_>) {
        if let (Some(dbid), Some(dbtime)) = (record.dbid(), record.dbtime()) {
            let highest = self.dbtimes.entry(DbNo(dbid)).or_default();
            *highest = dbtime.max(*highest);
        }
    }

    /// Sees a record; `replayer` is the state before it.
    pub fn see(&mut self, replayer: &Replayer, record: &LogRecord<'_>) -> Outcome {
        let at = self.position();
        if self.sessions.buffer(record, at)? {
            return Ok(());
        }
        self.count_time(record);
        match record {
            LogRecord::Begin0(r) => self.sessions.begin0(r, at)?,
            LogRecord::Begin(r) => self.sessions.begin(r)?,
            LogRecord::Commit(r) => self.sessions.commit(r)?,
            LogRecord::Commit0(r) => self.sessions.commit0(r)?,
            LogRecord::Rollback(r) => {
                self.compare(replayer)?;
                assert_eq!(self.sessions.rollback(r)?, 0, "a version is left over");
            }
            LogRecord::MacroBegin(r) => self.sessions.open_macro(r, at)?,
            LogRecord::MacroAbort(r) => {
                assert!(self.sessions.abort_macro(r.procid, r.dbtime));
            }
            LogRecord::MacroCommit(r) => {
                let records = self.sessions.take_macro(r.procid, r.dbtime);
                let records = records.ok_or("a macro ends that did not begin")?;
                self.commit_macro(replayer, &records.parsed()?)?;
                self.sessions.recycle(records);
            }
            LogRecord::Init(_)
            | LogRecord::Init2(_)
            | LogRecord::Term(_)
            | LogRecord::Term2(_)
            | LogRecord::RecoveryQuit(_)
            | LogRecord::RecoveryQuit2(_)
            | LogRecord::RecoveryQuitKeepAttachments(_) => self.sessions.end_all(),
            LogRecord::UndoInfo(r) => {
                if self.sessions.begun(r.page.procid).is_some() {
                    self.sessions.undo_info(DbNo(r.page.dbid), r)?;
                }
            }
            LogRecord::Undo(r) => {
                let (procid, rceid) = (r.page.procid, r.node.rceid);
                let known = replayer.sessions[&procid].versions.get(&rceid);
                let known = known.ok_or("the reference has no such version")?;
                let ours = self.sessions.version(procid, rceid);
                assert_eq!(ours, Some(known.change.before()), "{}", record.line());
                self.sessions.nullify(procid, rceid);
            }
            LogRecord::PageMove(_) => {}
            _ => {
                if let Some(page) = record.page() {
                    let old = (page.pgno, usize::from(page.iline));
                    self.remember(replayer, record, old, page.pgno, at)?;
                }
            }
        }
        Ok(())
    }

    fn remember(
        &mut self,
        replayer: &Replayer,
        record: &LogRecord<'_>,
        (pgno, iline): (Pgno, usize),
        lies_on: Pgno,
        at: Lgpos,
    ) -> Outcome {
        let dbid = record.dbid().ok_or("a change of no database")?;
        let pages = &replayer.databases[replayer.attached[&dbid]].pages;
        let view = pages.get(&pgno).map(|p| PageView::new(p)).transpose()?;
        let old = view.and_then(|v| v.node(iline).ok());
        let db = DbNo(dbid);
        let owes = self
            .sessions
            .remember(db, record, old.as_ref(), lies_on, at)?;
        assert!(!owes || self.owed.is_owed(db, lies_on));
        Ok(())
    }

    fn commit_macro(&mut self, replayer: &Replayer, records: &[(Lgpos, LogRecord<'_>)]) -> Outcome {
        let split = |r: &Split2<'_>| {
            (r.split_type == SplitType::VERTICAL || r.iline_oper >= r.iline_split)
                && !r.pgno_new.is_null()
        };
        let mut leaf: Option<Split2<'_>> = None;
        for &(at, record) in records {
            self.count_time(&record);
            match record {
                LogRecord::Split2(r) => leaf = Some(r),
                LogRecord::Merge2(_) | LogRecord::RootPageMove(_) | LogRecord::PageMove(_) => {}
                _ => {
                    let page = *record.page().ok_or("a record without a page")?;
                    let (old, lies_on) = match &leaf {
                        Some(s) => (
                            (s.page.pgno, usize::from(s.iline_oper)),
                            if split(s) { s.pgno_new } else { s.page.pgno },
                        ),
                        None => ((page.pgno, usize::from(page.iline)), page.pgno),
                    };
                    self.remember(replayer, &record, old, lies_on, at)?;
                }
            }
        }
        Ok(())
    }

    /// Every version, its level and what was before must be what the reference has.
    pub fn compare(&mut self, replayer: &Replayer) -> Outcome {
        for (&procid, reference) in &replayer.sessions {
            let Some(session) = self.sessions.get(procid) else {
                assert!(!reference.begun);
                continue;
            };
            assert_eq!(session.level(), reference.level, "session {procid}");
            let versions = session.versions();
            assert_eq!(
                versions.live(),
                reference.versions.len(),
                "session {procid}"
            );
            for (&rceid, theirs) in &reference.versions {
                let (place, version) = versions.find_live(rceid).ok_or("no such version")?;
                assert_eq!(versions.level_of(place), theirs.level, "version {rceid}");
                let before = match &theirs.change {
                    Change::Replace(data) => Some(Before::Data(data)),
                    Change::Deferred => None,
                    other => Some(other.before()),
                };
                assert_eq!(version.is_deferred(), before.is_none());
                if let Some(before) = before {
                    assert_eq!(self.sessions.version(procid, rceid), Some(before));
                }
                self.compared += 1;
            }
        }
        Ok(())
    }
}
